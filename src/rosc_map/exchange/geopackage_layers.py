"""Layers into one GeoPackage (OGC 12-128r19): plain cells, what has to stand with them, and how QGIS draws them.

There is no spatial index: it brings triggers that only a program with spatial functions can run, so that plain SQLite
could change no row; and the tables are small.
"""

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from rosc_map.store.engines import file_engine
from rosc_map.store.qgis import write_styles
from rosc_map.store.qgis_symbols import Drawn, style_of

__all__ = ["Layer", "geopackage_bytes"]


@dataclass(frozen=True)
class Layer:
    """A layer of a GeoPackage.

    Attributes
    ----------
    name
        Its name.
    table
        Its rows, points or polygons in EPSG:4326 (longitude, latitude), or a table without places.
    geometry
        ``Point`` or ``MultiPolygon``, where rows without a place, or no rows, would not tell; else "".
    drawn
        How it is drawn; None for a table without places.
    said
        What its metadata say, by their names in capitals.
    """

    name: str
    table: pd.DataFrame
    geometry: str = ""
    drawn: Drawn | None = None
    said: Mapping[str, str] = field(default_factory=dict)


def geopackage_bytes(layers: Sequence[Layer], said: Mapping[str, str]) -> bytes:
    """Return the whole file: the program that makes it writes beside its name, so it works in a folder of its own.

    Parameters
    ----------
    layers
        In the order in which programs list them.
    said
        What the metadata of the file say, by their names in capitals.
    """
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        made = Path(folder) / "made.gpkg"
        for layer in layers:
            pyogrio.write_dataframe(
                _plain(layer.table),
                made,
                layer=layer.name,
                driver="GPKG",
                geometry_type=layer.geometry or None,
                dataset_metadata=dict(said),
                layer_metadata=dict(layer.said) or None,
                SPATIAL_INDEX="NO",
            )
        engine = file_engine(made)
        with engine.begin() as connection:
            write_styles(connection, [style_of(layer.name, layer.drawn) for layer in layers if layer.drawn])
        engine.dispose()
        return made.read_bytes()


def _plain(layer: pd.DataFrame) -> pd.DataFrame:
    """Return a layer with text, whole numbers, numbers and truth values alone, each of which may be missing."""
    is_placed = isinstance(layer, gpd.GeoDataFrame)
    names = [name for name in layer.columns if not is_placed or name != layer.geometry.name]
    fields = pd.DataFrame({name: _column(layer[name]) for name in names}, index=layer.index)
    return gpd.GeoDataFrame(fields, geometry=layer.geometry, crs=layer.crs) if is_placed else fields


def _column(values: pd.Series) -> pd.Series:
    # What is all missing would have no kind of its own.
    plain = pd.Series([_cell(value) for value in values], index=values.index, dtype=object)
    kinds = {type(value) for value in plain if value is not None}
    if kinds == {bool}:
        return plain.astype("boolean")
    if kinds == {int}:
        return plain.astype("Int64")
    if (kinds and kinds <= {int, float}) or values.dtype.kind == "f":
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
