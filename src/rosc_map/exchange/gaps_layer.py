"""The gap analysis as a GeoPackage (OGC 12-128) for QGIS and other programs that draw maps.

Coordinates are longitude and latitude (EPSG:4326), as they were published: a change to the National Grid and back would
move each point by up to some metres, and part of the United Kingdom is not on that grid.
"""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.publish import require_published
from rosc_map.publish.gaps_types import PublishedGaps
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["write_gaps_layer"]

_KEY = ["code", "name"]
# The point itself says where it is: the same figures as fields would only be finer.
_POINT_FIELDS = ("latitude", "longitude")


def write_gaps_layer(published: PublishedGaps, path: Path) -> Path:
    """Write a gap analysis as a GeoPackage with the layers ``authorities``, ``assets`` and ``sites`` (EPSG:4326).

    ``authorities`` are polygons with ``code``, ``name``, ``tier``, ``as_at``, ``audience`` and each column of the
    tables that have one row an authority; where two tables have a column of the same name, that of the later one
    stands behind the key of its table (``reach_median``). ``assets`` are the published points with the published
    fields, ``sites`` where one more would help most. A layer without a row is left out. The banner, the notes and the
    licences are in the file's metadata. An internal file can be read by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.gpkg``.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    shown = require_published(published, PublishedGaps)
    if path.suffix.lower() != ".gpkg":
        raise InputError(f"{path.name}: choose a name that ends in .gpkg.")
    return write_atomic(path, _file(shown), private=shown.audience is Audience.INTERNAL)


def _file(shown: PublishedGaps) -> bytes:
    """Return the whole file: the program that makes it writes beside its name, so it works in a folder of its own."""
    assets = shown.published.assets
    placed = assets[assets.geometry.notna() & ~assets.geometry.is_empty].drop(
        columns=list(_POINT_FIELDS), errors="ignore"
    )
    layers = {"authorities": _authorities(shown), "assets": placed, "sites": shown.sites}
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        made = Path(folder) / "gaps.gpkg"
        for name, layer in layers.items():
            if len(layer):
                _plain(layer).to_file(made, layer=name, driver="GPKG", engine="pyogrio", dataset_metadata=_said(shown))
        return made.read_bytes()


def _said(shown: PublishedGaps) -> dict[str, str]:
    """Return what has to stand with the figures."""
    return {
        "TITLE": shown.title,
        "BANNER": shown.banner,
        "NOTES": "\n".join(shown.notes),
        "METHOD": "\n".join(shown.method),
        "LICENCES": "\n".join(dict.fromkeys((*shown.licences, *shown.published.licences))),
    }


def _authorities(shown: PublishedGaps) -> gpd.GeoDataFrame:
    """Return the polygons with every column that tells of an authority alone."""
    found = shown.published.areas[[*_KEY, "geometry"]].assign(
        tier=shown.tier, as_at=shown.as_at.isoformat(), audience=shown.audience.value
    )
    for table in (table for part in shown.parts for table in part.tables):
        columns = list(table.table.columns)
        # A table that has several rows an authority, such as one for each year, is in the workbook only.
        if columns[:2] != _KEY or not table.table["code"].is_unique:
            continue
        taken = {name.casefold() for name in found.columns}
        prefix = table.key.replace("-", "_")
        names = {name: f"{prefix}_{name}" if name.casefold() in taken else name for name in columns[2:]}
        found = found.merge(table.table.drop(columns="name").rename(columns=names), on="code", how="left")
    return found


def _plain(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer with text, whole numbers, numbers and truth values alone, each of which may be missing."""
    fields = {name: _column(layer[name]) for name in layer.columns if name != layer.geometry.name}
    return gpd.GeoDataFrame(pd.DataFrame(fields, index=layer.index), geometry=layer.geometry, crs=layer.crs)


def _column(values: pd.Series) -> pd.Series:
    # What is all missing would have no kind of its own.
    plain = pd.Series([_cell(value) for value in values], index=values.index, dtype=object)
    kinds = {type(value) for value in plain if value is not None}
    if kinds == {bool}:
        return plain.astype("boolean")
    if kinds == {int}:
        return plain.astype("Int64")
    if kinds and kinds <= {int, float}:
        return plain.astype("Float64")
    return plain.map(lambda value: None if value is None else str(value))


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value))
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
