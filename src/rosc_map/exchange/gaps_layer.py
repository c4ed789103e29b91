"""The gap analysis as a GeoPackage (OGC 12-128) for QGIS and other programs that draw maps.

Coordinates are longitude and latitude (EPSG:4326), as they were published: a change to the National Grid and back would
move each point by up to some metres, and part of the United Kingdom is not on that grid.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.exchange.geopackage_layers import Layer, geopackage_bytes
from rosc_map.publish import require_published
from rosc_map.publish.gaps_types import GapsTable, PublishedGaps
from rosc_map.records import Audience
from rosc_map.store.qgis_symbols import OUTLINES, SITES, assets_drawn, statuses_drawn
from rosc_map.whole_file import write_atomic

__all__ = ["write_gaps_layer"]

_KEY = ["code", "name"]
_TYPE, _GROUP = "asset_type", "group"
_STATUS = "provision_status"
# The point itself says where it is: the same figures as fields would only be finer.
_POINT_FIELDS = ("latitude", "longitude")


def write_gaps_layer(published: PublishedGaps, path: Path) -> Path:
    """Write a gap analysis as a GeoPackage with the layers ``authorities``, ``assets`` and ``sites`` (EPSG:4326).

    ``authorities`` are polygons with ``code``, ``name``, ``tier``, ``as_at``, ``audience``, and the columns of the
    tables by authority, each behind the key of its table (``provision_status``). Of a table that has a row an asset
    type they are those of the type asked for; of one that sets each authority beside groups there is a set a group
    (``beside_region_served``). The tables that have no row an authority are named in the metadata of the layer.
    ``assets`` are the published points with the published fields, ``sites`` where one more would help most. A layer
    without a row is left out. In QGIS the authorities are coloured by their status, and the assets by their types. The
    banner, the notes and the licences are in the file's metadata. An internal file can be read by its owner only.

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
    assets = shown.published.assets
    placed = assets[assets.geometry.notna() & ~assets.geometry.is_empty].drop(
        columns=list(_POINT_FIELDS), errors="ignore"
    )
    authorities, left_out = _authorities(shown)
    said = {"LEFT_OUT": f"not by authority: {', '.join(left_out)}"} if left_out else {}
    by_status = statuses_drawn(_STATUS) if _STATUS in authorities else OUTLINES
    layers = (
        Layer("authorities", authorities, drawn=by_status, said=said),
        Layer("assets", placed, drawn=assets_drawn()),
        Layer("sites", shown.sites, drawn=SITES),
    )
    return geopackage_bytes([layer for layer in layers if len(layer.table)], _said(shown))


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
