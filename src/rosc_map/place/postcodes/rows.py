"""What is known of a postcode: as a source gives it, and packed into one number of 64 bits."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem

__all__ = [
    "MOST_AUTHORITIES",
    "NOT_THERE",
    "Live",
    "Packed",
    "PostcodeRows",
    "authorities",
    "eastings",
    "live",
    "no_point",
    "northings",
    "pack",
    "points",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Packed = npt.NDArray[np.uint64]

# From the lowest bit: easting, northing, authority, live, and whether there is no point.
_EASTING_BITS, _NORTHING_BITS, _AUTHORITY_BITS, _LIVE_BITS = 20, 21, 10, 2
_NORTHING_AT = _EASTING_BITS
_AUTHORITY_AT = _NORTHING_AT + _NORTHING_BITS
_LIVE_AT = _AUTHORITY_AT + _AUTHORITY_BITS
_NO_POINT_AT = _LIVE_AT + _LIVE_BITS
_OFFSET_M = 100_000  # the west of Northern Ireland lies west of the origin of the British grid

MOST_AUTHORITIES = (1 << _AUTHORITY_BITS) - 1
"""How many local authorities can be numbered, from 1; there are 361, and a few codes for "none"."""

NOT_THERE = np.uint64(1 << _NO_POINT_AT)
"""The number of a postcode of which nothing is known."""


class Live(IntEnum):
    """Whether a postcode is in use."""

    UNKNOWN = 0
    LIVE = 1
    NOT_LIVE = 2


@dataclass(frozen=True)
class PostcodeRows:
    """Postcodes from a source, one row each.

    Attributes
    ----------
    postcodes
        In any spacing. Of a postcode that comes twice, the first row counts.
    easting, northing
        Metres, EPSG:27700, kept to the metre; NaN where there is no point.
    longitude, latitude
        Degrees, EPSG:4326, kept to the millionth; NaN where there is no point.
    authority
        GSS code of the local authority as the source gives it, "" where there is none.
    live
        :class:`Live`, as numbers.
    """

    postcodes: list[str]
    easting: Floats
    northing: Floats
    longitude: Floats
    latitude: Floats
    authority: list[str]
    live: npt.NDArray[np.uint8]


def pack(rows: PostcodeRows, authority: Ints) -> Packed:
    """Return each row as one number.

    Parameters
    ----------
    rows
        The rows.
    authority
        The number of each row's authority; 0 for none.

    Raises
    ------
    FileProblem
        For a point outside of anything that can be the UK.
    """
    pointless = np.isnan(rows.easting) | np.isnan(rows.northing)
    packed: Packed = np.zeros(len(pointless), dtype=np.uint64)
    for name, values, at, bits in (
        ("easting", rows.easting, 0, _EASTING_BITS),
        ("northing", rows.northing, _NORTHING_AT, _NORTHING_BITS),
    ):
        whole = np.where(pointless, 0, np.rint(values)) + _OFFSET_M
        outside = np.flatnonzero((whole < 0) | (whole >= 1 << bits))
        if len(outside):
            raise FileProblem(
                f"The postcode {rows.postcodes[outside[0]]} has the {name} {values[outside[0]]:.0f}, which is not in "
                "the UK. The file is damaged or on another grid: get it again from its source."
            )
        packed |= whole.astype(np.uint64) << np.uint64(at)
    others = ((authority, _AUTHORITY_AT), (rows.live, _LIVE_AT), (pointless, _NO_POINT_AT))
    for numbers, at in others:
        packed |= numbers.astype(np.uint64) << np.uint64(at)
    return packed


def _field(payload: Packed, at: int, bits: int) -> npt.NDArray[np.int32]:
    return (payload >> at).astype(np.int32) & ((1 << bits) - 1)


def eastings(payload: Packed) -> Floats:
    """Return metres, EPSG:27700; nonsense where there is no point."""
    return _field(payload, 0, _EASTING_BITS).astype(np.float64) - _OFFSET_M


def northings(payload: Packed) -> Floats:
    """Return metres, EPSG:27700; nonsense where there is no point."""
    return _field(payload, _NORTHING_AT, _NORTHING_BITS).astype(np.float64) - _OFFSET_M


def points(payload: Packed) -> Ints:
    """Return easting and northing as one number below 2 ** 41: the same one for the same point only."""
    return (payload & np.uint64((1 << _AUTHORITY_AT) - 1)).astype(np.int64)


def authorities(payload: Packed) -> npt.NDArray[np.int32]:
    """Return the numbers of the authorities."""
    return _field(payload, _AUTHORITY_AT, _AUTHORITY_BITS)


def live(payload: Packed) -> npt.NDArray[np.uint8]:
    """Return :class:`Live`, as numbers."""
    return _field(payload, _LIVE_AT, _LIVE_BITS).astype(np.uint8)


def no_point(payload: Packed) -> npt.NDArray[np.bool_]:
    """Return whether there is no point."""
    return np.greater_equal(payload, NOT_THERE)
