"""What was published of a partnership as a GeoPackage, for QGIS, Datasette and other programs that read SQLite."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.exchange.geopackage_layers import Layer, geopackage_bytes
from rosc_map.exchange.published_rows import link_rows
from rosc_map.publish import Published, require_published
from rosc_map.records import Audience
from rosc_map.store.qgis_symbols import OUTLINES, assets_drawn
from rosc_map.whole_file import write_atomic

__all__ = ["write_geopackage"]

_LINK = ["from_asset", "to_asset", "from_name", "to_name", "evidence", "result", "not_found_in_test"]


def write_geopackage(published: Published, path: Path) -> Path:
    """Write the assets that may be named, their links and the authorities of the area, with styles for QGIS.

    The layers are ``assets`` (points; one without a place is a row without a point, and where ``about`` is true the
    point is the middle of its postcode district), ``links`` (a table: as in
    :func:`rosc_map.exchange.published_rows.link_rows`), ``authorities`` (polygons, with the statuses and the counts of
    :class:`rosc_map.gaps.Provision`), ``licences`` (a table: what has to be said of where the data is from) and
    ``sources`` (a table: the lists that the assets are from). Places are longitude and latitude (EPSG:4326). Several
    values of a field stand in one cell, with semicolons between them. Title, banner and notes are in the file's
    metadata. An internal file can be read by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.gpkg``.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    require_published(published, Published)
    if path.suffix.lower() != ".gpkg":
        raise InputError(f"{path.name}: choose a name that ends in .gpkg.")
    layers = (
        Layer("assets", published.assets, "Point", assets_drawn()),
        Layer("links", pd.DataFrame(link_rows(published), columns=_LINK)),
        Layer("authorities", _authorities(published), "MultiPolygon", OUTLINES),
        Layer("licences", pd.DataFrame({"licence": published.licences}, dtype=object)),
        Layer("sources", published.sources),
    )
    made = geopackage_bytes(layers, _said(published))
    return write_atomic(path, made, private=published.audience is Audience.INTERNAL)


def _authorities(published: Published) -> gpd.GeoDataFrame:
    figures = published.provision
    counted = figures.by_authority.drop(columns="name")
    return published.areas.merge(counted, on="code", how="left").assign(
        tier=figures.tier, asset_type=figures.asset_type, as_at=published.as_at.isoformat()
    )


def _said(published: Published) -> dict[str, str]:
    """Return what has to stand with the figures."""
    return {
        "TITLE": published.title,
        "BANNER": published.banner,
        "AUDIENCE": published.audience.value,
        "AS_AT": published.as_at.isoformat(),
        "NOTES": "\n".join(published.notes),
        "LICENCES": "\n".join(published.licences),
    }
