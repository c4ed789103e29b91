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
from rosc_map.publish.gaps_types import GapsTable, PublishedGaps
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["write_gaps_layer"]

_KEY = ["code", "name"]
_TYPE, _GROUP = "asset_type", "group"
# The point itself says where it is: the same figures as fields would only be finer.
_POINT_FIELDS = ("latitude", "longitude")


def write_gaps_layer(published: PublishedGaps, path: Path) -> Path:
    """Write a gap analysis as a GeoPackage with the layers ``authorities``, ``assets`` and ``sites`` (EPSG:4326).

    ``authorities`` are polygons with ``code``, ``name``, ``tier``, ``as_at``, ``audience``, and the columns of the
    tables by authority, each behind the key of its table (``provision_status``). Of a table that has a row an asset
    type they are those of the type asked for; of one that sets each authority beside groups there is a set a group
    (``beside_region_served``). The tables that have no row an authority are named in the metadata of the layer.
    ``assets`` are the published points with the published fields, ``sites`` where one more would help most. A layer
    without a row is left out. The banner, the notes and the licences are in the file's metadata. An internal file can
    be read by its owner only.

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
    authorities, left_out = _authorities(shown)
    layers = {"authorities": authorities, "assets": placed, "sites": shown.sites}
    said = {"authorities": {"LEFT_OUT": f"not by authority: {', '.join(left_out)}"}} if left_out else {}
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        made = Path(folder) / "gaps.gpkg"
        for name, layer in layers.items():
            if len(layer):
                _plain(layer).to_file(
                    made,
                    layer=name,
                    driver="GPKG",
                    engine="pyogrio",
                    dataset_metadata=_said(shown),
                    layer_metadata=said.get(name),
                )
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


def _authorities(shown: PublishedGaps) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the polygons with every column that tells of an authority alone, and the titles of the other tables."""
    found = shown.published.areas[[*_KEY, "geometry"]].assign(
        tier=shown.tier, as_at=shown.as_at.isoformat(), audience=shown.audience.value
    )
    left_out = []
    for table in (table for part in shown.parts for table in part.tables):
        sets = _by_authority(table, shown.asset_type, found["code"])
        for columns in sets:
            found = found.merge(columns, on="code", how="left")
        left_out += [] if sets else [table.title]
    return found, left_out


def _by_authority(table: GapsTable, asset_type: str, codes: pd.Series) -> list[pd.DataFrame]:
    """Return the columns of a table with one row an authority: one set, or one a group; none where it has no such."""
    if list(table.table.columns[:2]) != _KEY:
        return []
    rows, key = table.table[table.table["code"].isin(codes)], table.key.replace("-", "_")
    if _TYPE in rows:
        rows = rows[rows[_TYPE] == asset_type]
    sets = {key: rows}
    if _GROUP in rows:
        # "Region: North East" is a region, whichever it is: its name stays in a column.
        groups = rows[_GROUP].str.casefold().str.extract(r"([a-z]+)", expand=False).fillna("other")
        sets = {f"{key}_{group}": part for group, part in rows.groupby(groups)}
    if not all(part["code"].is_unique for part in sets.values()):
        return []
    return [
        part.drop(columns="name").rename(columns={name: f"{prefix}_{name}" for name in part.columns[2:]})
        for prefix, part in sets.items()
        if len(part)
    ]


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
