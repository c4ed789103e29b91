"""Postcodes, offline: where they are and in which local authority.

The source is the ONS Postcode Directory; see :mod:`rosc_map.place.postcodes.cache` for the copy in use.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rosc_map.errors import PostcodeMalformed, PostcodeNotFound
from rosc_map.place.postcodes.index import PostcodeIndex
from rosc_map.place.postcodes.lookup import Located, Outcome, ask, locate, real_ones
from rosc_map.place.postcodes.rows import Live
from rosc_map.place.postcodes.text import near_misses, normalise, outward, readings

__all__ = [
    "FoundPostcode",
    "Live",
    "Located",
    "Outcome",
    "centre",
    "directory_name",
    "find",
    "locate",
    "normalise",
    "outward",
    "suggest",
]

_DECIMALS = 3
"""Of a middle's degrees, about 100 m: it is an "about here"."""

_AREA = re.compile(r"\s*([A-Z0-9]{2,4})(?:\s+([0-9]))?\s*", re.IGNORECASE | re.ASCII)


def directory_name() -> str:
    """Return the name and edition of the directory in use, such as ``ONS Postcode Directory, November 2025``."""
    return ask(lambda index: str(index.about["edition"]))


@dataclass(frozen=True)
class FoundPostcode:
    """One postcode of the directory.

    Attributes
    ----------
    postcode
        In standard form.
    repaired
        Whether the text was not typed as a postcode but could be read as this one only.
    easting, northing
        Metres, EPSG:27700; NaN where the directory has no point.
    longitude, latitude
        Degrees, EPSG:4326; NaN where the directory has no point.
    local_authority_code
        The current GSS code, or "".
    live
        Whether it is in use.
    """

    postcode: str
    repaired: bool
    easting: float
    northing: float
    longitude: float
    latitude: float
    local_authority_code: str
    live: Live


def find(text: str) -> FoundPostcode:
    """Look up one postcode, in any spacing and case.

    Raises
    ------
    PostcodeMalformed
        When it does not have the shape of a UK postcode, and cannot be read as just one.
    PostcodeNotFound
        When the directory does not hold it. Both messages name real postcodes that are one slip away.
    """
    located = locate([text])
    if located.outcome[0] == Outcome.MALFORMED:
        try:
            normalise(text)
        except PostcodeMalformed as error:
            raise PostcodeMalformed(f"{error}{_did_you_mean(text)}") from None
    if not located.found[0]:
        raise PostcodeNotFound(
            f"The postcode {located.postcode[0]} is not in the {directory_name()}.{_did_you_mean(text)} Check it; a "
            "postcode newer than that is not known yet, so give latitude and longitude in its place."
        )
    return FoundPostcode(
        postcode=located.postcode[0],
        repaired=bool(located.repaired),
        easting=float(located.easting[0]),
        northing=float(located.northing[0]),
        longitude=float(located.longitude[0]),
        latitude=float(located.latitude[0]),
        local_authority_code=located.local_authority_code[0],
        live=Live(located.live[0]),
    )


def _did_you_mean(text: str) -> str:
    *others, last = suggest(text) or [""]
    near = f"{', '.join(others)} or {last}" if others else last
    return f" Did you mean {near}?" if near else ""


def suggest(text: str, limit: int = 3) -> list[str]:
    """Return real postcodes that may be meant by a text that is none.

    Parameters
    ----------
    text
        What was typed.
    limit
        How many at most.

    Returns
    -------
    list of str
        Postcodes of the directory, in standard form: those that are in use first, and the likeliest slip first.

    Examples
    --------
    >>> from rosc_map.place import suggest
    >>> suggest("RH4 IDW", limit=2)
    ['RH4 1DW', 'RH4 2DW']
    """
    candidates = list(dict.fromkeys((*readings(text), *near_misses(text))))
    real = ask(lambda index: real_ones(index, candidates))
    return sorted(real, key=lambda code: (Live.LIVE, Live.UNKNOWN, Live.NOT_LIVE).index(real[code]))[:limit]


def centre(code: str) -> tuple[float, float] | None:
    """Return the middle of a postcode district or sector as longitude and latitude (EPSG:4326).

    It is the mean of the points of all its postcodes in the directory, to three decimals (about 100 m). None where
    that would give an address away: where its postcodes are in fewer than 20 different places, or 90 % of them lie
    within 250 m of it: 240 of the 3,078 districts with points and 2,187 of the 12,272 sectors (November 2025).

    Parameters
    ----------
    code
        A district such as ``TS1``, or a sector with its space, such as ``TS1 2``.

    Examples
    --------
    >>> from rosc_map.place import centre
    >>> centre("RH4")
    (-0.334, 51.231)
    """
    area = _AREA.fullmatch(code)
    return ask(lambda index: _middle(index, *area.groups(default=""))) if area else None


@lru_cache(maxsize=8_192)
def _middle(index: PostcodeIndex, district: str, sector: str) -> tuple[float, float] | None:
    from rosc_map.place.grid import to_lonlat

    middle = index.middle(district, sector)
    if middle is None:
        return None
    easting, northing = middle
    (longitude,), (latitude,) = to_lonlat([easting], [northing])
    return round(float(longitude), _DECIMALS), round(float(latitude), _DECIMALS)
