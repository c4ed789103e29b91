"""Where one place is: a postcode, latitude and longitude, or easting and northing."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rosc_map.errors import InputError
from rosc_map.place.authorities import authorities, lookup
from rosc_map.place.grid import to_lonlat, to_metres
from rosc_map.place.postcodes import find, normalise

__all__ = ["Place", "assign", "where"]

_NEAR_M = 500
"""How far outside every polygon a point may be and still be given the nearest authority (BOUNDARIES §C)."""


@dataclass(frozen=True)
class Place:
    """A place and its authorities.

    Attributes
    ----------
    query
        What was asked.
    postcode
        In standard form, or "".
    easting, northing
        Metres, EPSG:27700, or None where the directory has no point.
    latitude, longitude
        Degrees, EPSG:4326, or None.
    quality
        ``postcode``, ``coordinates``, or ``none`` where there is no point.
    local_authority, upper_tier, region, country
        Code and name of each; both "" where there is none.
    """

    query: str
    postcode: str
    easting: float | None
    northing: float | None
    latitude: float | None
    longitude: float | None
    quality: str
    local_authority: tuple[str, str]
    upper_tier: tuple[str, str]
    region: tuple[str, str]
    country: tuple[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        plain = {
            name: getattr(self, name) for name in ("query", "postcode", "easting", "northing", "latitude", "longitude")
        }
        tiers = ("local_authority", "upper_tier", "region", "country")
        named = {tier: dict(zip(("code", "name"), getattr(self, tier), strict=True)) for tier in tiers}
        return {**plain, "quality": self.quality, **named}


def _place(
    query: str, postcode: str, point: tuple[float, float, float, float] | None, quality: str, code: str
) -> Place:
    rows = lookup().set_index("local_authority_code", drop=False)
    row = rows.loc[code] if code in rows.index else None
    tiers = [
        (str(row[f"{tier}_code"]), str(row[tier])) if row is not None else ("", "")
        for tier in ("local_authority", "upper_tier", "region", "country")
    ]
    east, north, lon, lat = point or (None, None, None, None)
    return Place(
        query,
        postcode,
        None if east is None else round(east),
        None if north is None else round(north),
        None if lat is None else round(lat, 6),
        None if lon is None else round(lon, 6),
        quality,
        *tiers,
    )


@cache
def _metres() -> Any:
    return authorities("local").to_crs(27700)


def assign(easting: float, northing: float) -> str:
    """Return the code of the local authority that a point (metres, EPSG:27700) lies in.

    A point in none takes the nearest within 500 m, because coastlines and rivers are simplified; else "".
    """
    from shapely import Point

    shapes, point = _metres(), Point(easting, northing)
    hits = shapes.sindex.query(point, predicate="intersects")
    if len(hits) == 0:
        hits = shapes.sindex.nearest(point, max_distance=_NEAR_M, return_all=False)[1]
    return str(shapes["code"].iloc[hits[0]]) if len(hits) else ""


def _numbers(query: str) -> tuple[float, float] | None:
    found = re.fullmatch(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,; ]\s*([-+]?\d+(?:\.\d+)?)\s*", query)
    return (float(found[1]), float(found[2])) if found else None


def _from_numbers(query: str, first: float, second: float) -> Place:
    if 49 <= first <= 61.5 and -9 <= second <= 2.5:
        lat, lon = first, second
        (east,), (north,) = to_metres([lon], [lat])
    elif 0 < first < 700_000 and 0 < second < 1_300_000:
        east, north = first, second
        (lon,), (lat,) = to_lonlat([east], [north])
    else:
        raise InputError(
            f"{query.strip()!r} is not a place in the UK. "
            "Give latitude,longitude (54.57,-1.23) or easting,northing (449500,520000)."
        )
    code = assign(float(east), float(north))
    if not code:
        raise InputError(f"{query.strip()!r} is not on land in the UK. Check the two numbers and their order.")
    return _place(query, "", (float(east), float(north), float(lon), float(lat)), "coordinates", code)


def where(query: str) -> Place:
    """Find a place and its authorities, offline.

    Parameters
    ----------
    query
        A postcode in any case and spacing, ``latitude,longitude`` or ``easting,northing``.

    Raises
    ------
    PostcodeMalformed, PostcodeNotFound
        Two different things: not the shape of a postcode, and not in the directory.
    InputError
        For numbers that are no place in the UK.
    """
    numbers = _numbers(query)
    if numbers:
        return _from_numbers(query, *numbers)
    postcode = normalise(query)
    row = find(postcode)
    if np.isnan(row["easting"]):
        return _place(query, postcode, None, "none", str(row["local_authority_code"]))
    point = (float(row["easting"]), float(row["northing"]), float(row["longitude"]), float(row["latitude"]))
    return _place(query, postcode, point, "postcode", str(row["local_authority_code"]))
