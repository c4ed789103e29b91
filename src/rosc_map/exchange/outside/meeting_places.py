"""Where a meeting is, as far as its list tells: an address in the UK is judged by its postcode.

The apps of these formats call a place approximate when its address has fewer than four parts, which "Church Hall,
High Street, TS1 2PA" would be. Here a full postcode and a line of a street or a venue make a place exact.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from rosc_map.errors import PostcodeMalformed
from rosc_map.place import normalise
from rosc_map.records import Asset, squash

__all__ = ["PlaceWords", "Venue", "venue_of"]

_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_STREET = re.compile(
    r"\d|\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|court|crescent|gardens|grove|hill|place|row|square|"
    r"terrace|walk|way|hall|centre|church|chapel|house|club|hospital|library|school|rooms?)\b",
    re.IGNORECASE,
)
_UK = frozenset(
    (
        "uk", "gb", "gbr", "great britain", "united kingdom", "the united kingdom", "england", "scotland", "wales",
        "cymru", "northern ireland",
    )
)  # fmt: skip
_NOWHERE = re.compile(r"\b(?:online|zoom|virtual|internet|skype|telephone)\b", re.IGNORECASE)
_SHORT = {"street": "st", "road": "rd", "avenue": "ave", "saint": "st"}
_PARTING = re.compile(r"[;|\n,]")
_REFERENCE_PARTS = 4


class PlaceWords(NamedTuple):
    """What a list says of a place, as texts; "" where it does not say."""

    venue: str = ""
    formatted: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    latitude: str = ""
    longitude: str = ""
    coordinates: str = ""
    approximate: str = ""


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a meeting is.

    Attributes
    ----------
    name
        Of the building, or its first line.
    address
        Without the postcode; of an approximate place no street.
    postcode
        In full, or "".
    latitude, longitude
        Degrees (EPSG:4326) as the list has them, in or near the UK; None where there is no point or it is approximate.
    key
        The same for meetings at one place; "" where the place is not exact.
    abroad
        Where it is, if it is not in the UK.
    """

    name: str
    address: str
    postcode: str
    latitude: float | None
    longitude: float | None
    key: str
    abroad: str


def venue_of(words: PlaceWords) -> Venue:
    """Judge a place by what a list says of it."""
    parts = _parts(words.formatted) or [*_parts(words.address), *_parts(words.city)]
    counted = len(_parts(words.formatted)) or len(
        [part for part in (words.address, words.city, words.state, words.postcode, words.country) if part]
    )
    postcode = _postcode(words.postcode, parts)
    parts = [
        kept
        for part in parts
        if (kept := _POSTCODE.sub("", part).strip()) and kept.casefold().replace(".", "") not in _UK
    ]
    lines = [*_venue_line(words.venue, parts), *parts]
    latitude, longitude = _point(words)
    exact = _is_exact(words, lines, counted, bool(postcode))
    abroad = "" if postcode else _abroad(words, latitude, longitude)
    if not exact:
        towns = [part for part in parts if not _STREET.search(part)]
        return Venue("", ", ".join(towns), postcode, None, None, "", abroad)
    key = _key(parts or lines, postcode, latitude, longitude)
    return Venue(lines[0] if lines else "", ", ".join(lines), postcode, latitude, longitude, key, abroad)


def _parts(text: str) -> list[str]:
    return [part for piece in _PARTING.split(text) if (part := " ".join(piece.split()))]


def _venue_line(venue: str, parts: list[str]) -> list[str]:
    """Return the name of the building, unless it is online, or is the street or town over again."""
    name = " ".join(_PARTING.sub(" ", venue).split())
    said = {part.casefold() for part in parts}
    return [] if not name or _NOWHERE.search(name) or name.casefold() in said else [name]


def _postcode(text: str, parts: list[str]) -> str:
    for candidate in (text, *(found.group() for part in reversed(parts) if (found := _POSTCODE.search(part)))):
        if _POSTCODE.fullmatch(candidate.strip()):
            try:
                return normalise(candidate)
            except PostcodeMalformed:
                continue
    return ""


def _is_exact(words: PlaceWords, lines: list[str], counted: int, has_postcode: bool) -> bool:  # noqa: FBT001 - one of four
    if has_postcode and (len(lines) > 1 or (lines and _STREET.search(lines[0]))):
        return True
    if words.approximate:
        return words.approximate.casefold() in ("no", "false", "0")
    if words.coordinates:
        return words.coordinates.count(",") == 1  # four numbers are the corners of a town
    return counted >= _REFERENCE_PARTS


def _point(words: PlaceWords) -> tuple[float | None, float | None]:
    pair = [words.latitude, words.longitude]
    if not all(pair) and words.coordinates.count(",") == 1:
        pair = words.coordinates.split(",")
    try:
        north, east = (float(text) for text in pair)
    except ValueError:
        return None, None
    return (None, None) if (north, east) == (0, 0) or north != north or east != east else (north, east)


def _abroad(words: PlaceWords, latitude: float | None, longitude: float | None) -> str:
    if words.country and words.country.casefold().strip(" .").replace(".", "") not in _UK:
        return words.country
    specs = Asset.specs()
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        low, high = specs[name].low, specs[name].high
        if value is not None and low is not None and high is not None and not low <= value <= high:
            return f"{latitude}, {longitude}"
    return ""


def _key(lines: list[str], postcode: str, latitude: float | None, longitude: float | None) -> str:
    first = " ".join(_SHORT.get(word, word) for word in squash(lines[0]).split()) if lines else ""
    if postcode:
        return f"{postcode} {first}"
    if latitude is not None and longitude is not None:
        return f"{latitude:.4f} {longitude:.4f}"
    return squash(" ".join(lines))
