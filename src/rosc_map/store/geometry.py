"""Points in a GeoPackage: the one geometry type of the store (INTEROP §6.1)."""

import math
import sqlite3
import struct
from typing import Any

from sqlalchemy.types import UserDefinedType

__all__ = ["WGS84", "PointType", "register_spatial_functions"]

WGS84 = 4326
_HEADER = struct.Struct("<2sBBi")
_POINT = struct.Struct("<BIdd")
_LITTLE_ENDIAN_NO_ENVELOPE = 0x01
_WKB_POINT = 1
# The flags' bits 1 to 3 say how many doubles of envelope follow the header.
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def _pack(point: tuple[float, float] | None) -> bytes | None:
    """Pack longitude, latitude (EPSG:4326) as a GeoPackage blob; no point is NULL, which is legal and simple."""
    if point is None or any(math.isnan(part) for part in point):
        return None
    return _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN_NO_ENVELOPE, WGS84) + _POINT.pack(1, _WKB_POINT, *point)


def _unpack(blob: bytes | None) -> tuple[float, float] | None:
    if not blob or len(blob) < _HEADER.size:
        return None
    start = _HEADER.size + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111]
    order = "<" if blob[start] == 1 else ">"
    kind, x, y = struct.unpack_from(f"{order}Idd", blob, start + 1)
    return (x, y) if kind == _WKB_POINT and not math.isnan(x) else None


class PointType(UserDefinedType[tuple[float, float]]):
    """A point as (longitude, latitude), EPSG:4326."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name by which GDAL knows the column."""
        return "POINT"

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Write a point as a GeoPackage blob."""
        return _pack

    def result_processor(self, dialect: Any, coltype: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read a GeoPackage blob as a point."""
        return _unpack


def register_spatial_functions(connection: sqlite3.Connection) -> None:
    """Register the functions that the triggers of a spatial index call.

    QGIS adds such an index on its own; without these, plain SQLite could no longer write to the file.
    """

    def part(index: int) -> Any:
        return lambda blob: (_unpack(blob) or (None, None))[index]

    for name, function in {
        "ST_IsEmpty": lambda blob: int(_unpack(blob) is None),
        "ST_MinX": part(0),
        "ST_MaxX": part(0),
        "ST_MinY": part(1),
        "ST_MaxY": part(1),
    }.items():
        connection.create_function(name, 1, function, deterministic=True)
