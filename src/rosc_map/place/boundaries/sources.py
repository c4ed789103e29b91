"""New boundaries and lookups as the Office for National Statistics gives them: a layer of its portal, or a file."""

import csv
import io
import json
import re
import sqlite3
import tempfile
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem, InputError
from rosc_map.place.boundaries.arcgis import FeatureLayer, Progress, is_address
from rosc_map.place.grid import to_metres
from rosc_map.place.online.fetch import Fetcher

__all__ = ["DEFAULT_BOUNDARIES", "DEFAULT_LOOKUP", "NewBoundaries", "read_boundaries", "read_lookup"]

_PORTAL = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
DEFAULT_BOUNDARIES = f"{_PORTAL}/Local_Authority_Districts_May_2025_Boundaries_UK_BGC/FeatureServer/0"
"""The newest that was known when this was written. The names follow no pattern, so newer ones have to be given."""
DEFAULT_LOOKUP = f"{_PORTAL}/WD25_LAD25_CTYUA25_RGN25_CTRY25_UK_LU/FeatureServer/0"

_MOST_BYTES = 100_000_000
_MOST_AREAS = 1000
_SHAPEFILE = {".shp": b"\x00\x00\x27\x0a", ".shx": b"\x00\x00\x27\x0a", ".dbf": b"", ".prj": b"", ".cpg": b""}
_TIERS = {
    "local_authority": "LAD|LTLA",
    "upper_tier": "CTYUA|UTLA",
    "region": "RGN",
}
_NAME = re.compile(r"(?:[^\W_]|[ '’.,&()/-])*")  # letters of any script, digits, and what stands in names of places
_LONGITUDE_LATITUDE = re.compile(r"(urn:ogc:def:crs:)?(OGC:[\d.]*:?CRS84|EPSG:[\d.]*:?4326)", re.IGNORECASE)


@dataclass(frozen=True)
class NewBoundaries:
    """Boundaries as they came.

    Attributes
    ----------
    name
        Of the layer or file.
    year
        Two digits, as in the name of the field of codes: ``25``.
    codes, names
        Of the local authorities.
    polygons
        As many shapes, EPSG:27700; None where one is missing.
    """

    name: str
    year: str
    codes: list[str]
    names: list[str]
    polygons: npt.NDArray[Any]


def read_boundaries(
    source: str | Path, *, client: Fetcher | None = None, progress: Progress | None = None
) -> NewBoundaries:
    """Read the polygons of local authorities.

    Parameters
    ----------
    source
        The address of a layer, or a file: GeoJSON, GeoPackage, or a Shapefile in a zip.
    client, progress
        For a layer: what asks, and who is told how far it is.

    Raises
    ------
    InputError, FileProblem, ServiceProblem
        When the source is none of these, cannot be read, or is not whole.
    """
    if isinstance(source, str) and is_address(source):
        layer = FeatureLayer(source, client)
        fields = _code_and_name(layer.fields, "local_authority", layer.name)
        features = list(layer.features(list(fields), shapes=True, progress=progress))
        return _from_features(layer.name, features, fields)
    path = Path(source)
    if path.suffix.lower() in _SHAPEFILE:
        raise InputError(
            f"{path.name} is one part of a Shapefile. Zip the .shp with its .shx, .dbf and .prj: give that."
        )
    readers = {".geojson": _read_geojson, ".json": _read_geojson, ".gpkg": _read_geopackage, ".zip": _read_shapefile}
    if path.suffix.lower() not in readers:
        raise InputError(f"{path.name} is not a file of boundaries. Give GeoJSON, a GeoPackage or a zipped Shapefile.")
    try:
        _check_file(path, "Download the boundaries as 'generalised' (BGC).")
        return readers[path.suffix.lower()](path)
    except (InputError, FileProblem):
        raise
    except OSError as error:
        raise FileProblem(f"{path} cannot be read ({error.strerror or 'it is damaged'}). Download it again.") from error


def read_lookup(source: str | Path, *, client: Fetcher | None = None) -> dict[str, dict[str, str]]:
    """Read which upper tier and region each local authority belongs to.

    Parameters
    ----------
    source
        The address of a table of the portal, or a CSV file of it. Several rows an authority may come, as of its wards.
    client
        What asks.

    Returns
    -------
    dict
        For each code of a local authority: ``upper_tier_code``, ``upper_tier``, ``region_code``, ``region`` ("" outside
        England).

    Raises
    ------
    InputError, FileProblem, ServiceProblem
        When it cannot be read, or contradicts itself.
    """
    if isinstance(source, str) and is_address(source):
        layer = FeatureLayer(source, client)
        wanted = {tier: _code_and_name(layer.fields, tier, layer.name) for tier in _TIERS}
        names = [name for pair in wanted.values() for name in pair]
        return _tiers((row["properties"] for row in layer.features(names, shapes=False)), wanted)
    path = Path(source)
    try:
        _check_file(path, "Give a lookup of authorities.")
        text = _decoded(path.read_bytes())
        head = text.partition("\n")[0]
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        wanted = {tier: _code_and_name(rows.fieldnames or (), tier, path.name) for tier in _TIERS}
        return _tiers(rows, wanted)
    except FileProblem:
        raise
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileProblem(f"{path} cannot be read as a CSV file. Download the lookup again.") from error


def _check_file(path: Path, when_too_large: str) -> None:
    # Pipes and devices have no end, and a pipe that nobody writes to no beginning either.
    if not path.is_file():
        raise FileProblem(f"{path} cannot be read: there is no such file. Check the name and the folder.")
    if path.stat().st_size > _MOST_BYTES:
        raise FileProblem(f"{path} is too large. {when_too_large}")


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # as Excel saves "CSV" in the UK
    if "\0" in text:
        raise csv.Error("not text")
    return text


def _code_and_name(fields: Iterable[str], tier: str, source: str) -> tuple[str, str]:
    """Return the fields of code and name, whose names change with the year: LAD25CD, LAD25NM."""
    codes, names = (
        [field for field in fields if re.fullmatch(rf"({_TIERS[tier]})[0-9]{{2}}{ending}", field, re.IGNORECASE)]
        for ending in ("CD", "NM")
    )
    if len(codes) != 1 or len(names) != 1:
        what = _TIERS[tier].split("|")[0]
        raise InputError(
            f"{source} should hold one field such as {what}25CD and one such as {what}25NM, and holds {len(codes)} and "
            f"{len(names)} of them. Choose the data of local authority districts of the whole UK."
        )
    return codes[0], names[0]


def _tiers(rows: Iterable[dict[str, Any]], fields: dict[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        code = _text(row.get(fields["local_authority"][0]))
        tiers: dict[str, str] = {}
        for tier in ("upper_tier", "region"):
            tiers[f"{tier}_code"], tiers[tier] = (
                _text(row.get(field), f"What stands beside {code}") for field in fields[tier]
            )
        if not re.fullmatch(r"E12\d{6}", tiers["region_code"], re.ASCII):
            tiers |= {"region_code": "", "region": ""}  # W99999999, "(pseudo) Wales"
        if found.setdefault(code, tiers) != tiers:
            raise InputError(f"The lookup puts {code} in two places. Download it again.")
    found.pop("", None)
    return found


def _text(value: Any, what: str = "A code") -> str:
    """Return a code or a name in one line, "" when it is none; ``what`` it is begins the sentence of an error."""
    text = unicodedata.normalize("NFC", " ".join(value.split())[:200]) if isinstance(value, str) else ""
    if not _NAME.fullmatch(text):
        strange = next(character for character in text if not _NAME.fullmatch(character))
        raise InputError(
            f"{what} holds a character that no name of a place has (U+{ord(strange):04X}). Download the data again."
        )
    return text


def _from_features(name: str, features: list[dict[str, Any]], fields: tuple[str, str]) -> NewBoundaries:
    import shapely

    rows = [feature["properties"] for feature in features]
    texts = [json.dumps(feature.get("geometry") or {}) for feature in features]
    polygons = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    metres = shapely.transform(polygons, lambda points: np.column_stack(to_metres(points[:, 0], points[:, 1])))
    return _boundaries(name, fields, [row.get(fields[0]) for row in rows], [row.get(fields[1]) for row in rows], metres)


def _boundaries(
    name: str, fields: tuple[str, str], codes: Iterable[Any], names: Iterable[Any], metres: npt.NDArray[Any]
) -> NewBoundaries:
    if len(metres) > _MOST_AREAS:
        raise InputError(
            f"{name} holds more than {_MOST_AREAS:,} areas. Choose the data of local authority districts alone."
        )
    # Without what no screen shows, and the half characters that a system makes of bytes that are no text.
    name = "".join(filter(str.isprintable, name))
    clean = [_text(code) for code in codes]
    texts = [_text(text, f"The name of {code or 'an area'}") for text, code in zip(names, clean, strict=True)]
    return NewBoundaries(name, fields[0][-4:-2], clean, texts, metres)


def _read_geojson(path: Path) -> NewBoundaries:
    # Not by GDAL, which would also follow what only looks like GeoJSON to other files and addresses.
    try:
        whole = json.loads(path.read_bytes())
        features = whole["features"]
        crs = whole.get("crs") or {"properties": {"name": "EPSG:4326"}}
        in_degrees = _LONGITUDE_LATITUDE.fullmatch(crs["properties"]["name"])
        fields = _code_and_name(list(features[0]["properties"]), "local_authority", path.name)
        if in_degrees:
            return _from_features(path.name, features, fields)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise FileProblem(f"{path} is not whole GeoJSON. Download it again.") from error
    raise FileProblem(f"{path} is not in longitude and latitude (WGS 84). Download it in that form.")


def _read_geopackage(path: Path) -> NewBoundaries:
    import pyogrio

    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(b"SQLite format 3\0") or head[68:72] not in (b"GPKG", b"GP10", b"GP11"):
        raise FileProblem(f"{path} is not a GeoPackage. Download it again.")
    _check_no_views(path)
    try:
        with _without_remarks():
            layers = [str(layer) for layer, shape in pyogrio.list_layers(path) if shape and "Polygon" in shape]
    except (ValueError, RuntimeError) as error:
        raise FileProblem(f"{path} cannot be read as a GeoPackage. Download it again.") from error
    if len(layers) != 1:
        raise FileProblem(f"{path} holds {len(layers)} layers of polygons. Give one with local authorities alone.")
    return _read_with_gdal(path, path.name, layers[0])


def _check_no_views(path: Path) -> None:
    """Refuse tables that are calculated when they are read: their rows need have no end."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            (views,) = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view'").fetchone()
    except sqlite3.Error as error:
        raise FileProblem(f"{path} cannot be read as a GeoPackage. Download it again.") from error
    if views:
        raise FileProblem(f"{path} holds views, not tables alone. Save its layer in a new GeoPackage and give that.")


def _read_shapefile(path: Path) -> NewBoundaries:
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        try:
            with zipfile.ZipFile(path) as packed:
                _unpack(packed, Path(folder))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
            raise FileProblem(f"{path} is not a zip that can be read. Download it again.") from error
        return _read_with_gdal(Path(folder) / "boundaries.shp", path.name, None)


def _unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    """Unpack one Shapefile under names of our own, so that the paths in the zip cannot lead anywhere."""
    parts = [part for part in packed.infolist() if Path(part.filename).suffix.lower() in _SHAPEFILE]
    kinds = [Path(part.filename).suffix.lower() for part in parts]
    if len(kinds) != len(set(kinds)) or not {".shp", ".shx", ".dbf", ".prj"} <= set(kinds):
        raise FileProblem("The zip should hold one Shapefile with its .shp, .shx, .dbf and .prj. Download it again.")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise FileProblem("The zip is packed in an unusual way. Zip the files again with the usual settings.")
    left = _MOST_BYTES
    for part, kind in zip(parts, kinds, strict=True):
        with packed.open(part) as stream, (folder / f"boundaries{kind}").open("wb") as file:
            data = stream.read(left + 1)
            left -= len(data)
            if left < 0 or not data.startswith(_SHAPEFILE[kind]):
                raise FileProblem("The zip holds a Shapefile that is damaged or far too large. Download it again.")
            file.write(data)


@contextmanager
def _without_remarks() -> Iterator[None]:
    """Keep GDAL's remarks about odd files from standard error: what matters is said by what comes out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _read_with_gdal(path: Path, name: str, layer: str | None) -> NewBoundaries:
    import pyogrio

    try:
        with _without_remarks():
            fields = _code_and_name(pyogrio.read_info(path, layer=layer)["fields"].tolist(), "local_authority", name)
            table = pyogrio.read_dataframe(
                path,
                layer=layer,
                columns=list(fields),
                force_2d=True,
                on_invalid="ignore",
                max_features=_MOST_AREAS + 1,
            )
        if table.crs is None:
            raise FileProblem(f"{name} does not say which grid its coordinates are on. Download it again.")
        table = table.to_crs(27700)
    except (InputError, FileProblem):
        raise
    except (ValueError, RuntimeError) as error:  # of GDAL and PROJ
        raise FileProblem(f"{name} is damaged. Download it again.") from error
    return _boundaries(name, fields, table[fields[0]], table[fields[1]], table.geometry.to_numpy())
