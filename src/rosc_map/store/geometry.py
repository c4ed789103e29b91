"""Points in the store: the one geometry type, as GeoPackage blobs (INTEROP §6.1) and as PostGIS geometry."""

import math
import sqlite3
import struct
from typing import Any

from sqlalchemy.types import UserDefinedType

__all__ = ["POINT", "WGS84", "register_spatial_functions"]

WGS84 = 4326
_HEADER = struct.Struct("<2sBBi")
_POINT = struct.Struct("<BIdd")
_LITTLE_ENDIAN_NO_ENVELOPE = 0x01
_WKB_POINT = 1
# The flags' bits 1 to 3 say how many doubles of envelope follow the header.
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
# PostGIS puts the reference system between the kind and the coordinates, and says so with this bit.
_EWKB_POINT = struct.Struct("<BIIdd")
_HAS_SRID = 0x20000000


def _is_none(point: tuple[float, float] | None) -> bool:
    return point is None or any(math.isnan(part) for part in point)


def _pack(point: tuple[float, float] | None) -> bytes | None:
    """Pack longitude, latitude (EPSG:4326) as a GeoPackage blob; no point is NULL, which is legal and simple."""
    if point is None or _is_none(point):
        return None
    return _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN_NO_ENVELOPE, WGS84) + _POINT.pack(1, _WKB_POINT, *point)


def _unpack(blob: bytes | None) -> tuple[float, float] | None:
    if not blob or len(blob) < _HEADER.size:
        return None
    start = _HEADER.size + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111]
    order = "<" if blob[start] == 1 else ">"
    kind, x, y = struct.unpack_from(f"{order}Idd", blob, start + 1)
    return (x, y) if kind == _WKB_POINT and not math.isnan(x) else None


def _pack_ewkb(point: tuple[float, float] | None) -> str | None:
    """Pack a point as PostGIS reads it from text: EWKB in hexadecimal."""
    if point is None or _is_none(point):
        return None
    return _EWKB_POINT.pack(1, _WKB_POINT | _HAS_SRID, WGS84, *point).hex()


def _unpack_ewkb(text: str | None) -> tuple[float, float] | None:
    if not text:
        return None
    data = bytes.fromhex(text)
    order = "<" if data[0] == 1 else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, 1)
    x, y = struct.unpack_from(f"{order}dd", data, 9 if kind & _HAS_SRID else 5)
    return None if math.isnan(x) else (x, y)


class _GeoPackagePoint(UserDefinedType[tuple[float, float]]):
    """A point as (longitude, latitude), EPSG:4326, in a GeoPackage."""

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


class _PostgisPoint(UserDefinedType[tuple[float, float]]):
    """A point as (longitude, latitude), EPSG:4326, in PostGIS."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type of the column."""
        return f"geometry(Point,{WGS84})"

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Write a point as EWKB."""
        return _pack_ewkb

    def result_processor(self, dialect: Any, coltype: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read EWKB as a point."""
        return _unpack_ewkb


POINT = _GeoPackagePoint().with_variant(_PostgisPoint(), "postgresql")
"""The type of a point column, (longitude, latitude) in EPSG:4326, in either kind of store."""


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
