"""Where the rows of an outside list are: what cannot be placed is put right, and what is elsewhere is known as such."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rosc_map.errors import UnknownName
from rosc_map.exchange.outside.repair import Notes
from rosc_map.place import area_lookup, assign, locate, resolve_area, to_metres
from rosc_map.place.postcodes import Outcome
from rosc_map.records import Asset

__all__ = ["Where", "find_rows"]

_POINT = ("latitude", "longitude")


@dataclass(frozen=True)
class Where:
    """Where a row of a list is.

    Attributes
    ----------
    inside
        Whether it stands in the area or serves some of it.
    known
        Whether anything says where it is, or whom it serves.
    """

    inside: bool
    known: bool


def find_rows(rows: Sequence[tuple[int, dict[str, Any]]], own: Iterable[str], notes: Notes) -> list[Where]:
    """Say of each row whether it is in the area, and take out of it what would keep it from being placed.

    A postcode that is none, or not in the directory, stays in the address; a point that is not on land goes; so does
    an area served that nobody knows. Each is noted.

    Parameters
    ----------
    rows
        Number and values by field of :class:`rosc_map.records.Asset`; the values are changed in place.
    own
        The local authorities of the partnership, by their codes.
    notes
        Where to say what was taken out.
    """
    here, serves = set(own), _Served(notes)
    points = _authorities_of_points(rows, notes)
    postcodes = _authorities_of_postcodes(rows, notes)
    found = []
    for (number, values), by_point, by_postcode in zip(rows, points, postcodes, strict=True):
        # As placing does: the postcode decides first.
        stands = {by_postcode or by_point} if by_postcode is not None or by_point else set()
        served = serves.of(number, values)
        found.append(Where(not here.isdisjoint(stands | served), bool(stands or served)))
    return found


def _authorities_of_points(rows: Sequence[tuple[int, dict[str, Any]]], notes: Notes) -> list[str]:
    """Return the authority of each row's point, "" where it has none; a point that is in no authority is taken out."""
    degrees = np.array([[values.get(axis, np.nan) for axis in _POINT] for _, values in rows], dtype=float)
    north, east = degrees.reshape(-1, 2).T
    codes: list[str] = assign(*to_metres(east, north)).code.tolist()
    for (number, values), code in zip(rows, codes, strict=True):
        point = [values.pop(axis, None) for axis in _POINT] if not code else []
        if any(part is not None for part in point):
            told = ", ".join(map(str, point))
            notes.add(number, "latitude", told, "is not on land in the UK.", "It was left out: check it.")
    return codes


def _authorities_of_postcodes(rows: Sequence[tuple[int, dict[str, Any]]], notes: Notes) -> list[str | None]:
    """Return the authority of each row's postcode: "" where the directory knows none, None without a good postcode."""
    typed = list(dict.fromkeys(values["postcode"] for _, values in rows if values.get("postcode")))
    located = locate(typed)
    outcomes = dict(zip(typed, located.outcome.tolist(), strict=True))
    codes = dict(zip(typed, located.local_authority_code.tolist(), strict=True))
    found: list[str | None] = []
    for number, values in rows:
        postcode = values.get("postcode", "")
        outcome = outcomes.get(postcode)
        if outcome is Outcome.MALFORMED:
            _into_address(number, values, notes, "does not look like a UK postcode.")
        elif outcome is Outcome.NOT_IN_DIRECTORY and "latitude" not in values:
            _into_address(number, values, notes, "is not in the directory of postcodes.")
        unknown = outcome in (None, Outcome.MALFORMED, Outcome.NOT_IN_DIRECTORY)
        found.append(None if unknown else codes[postcode])
    return found


def _into_address(number: int, values: dict[str, Any], notes: Notes, why: str) -> None:
    postcode, address = values.pop("postcode"), values.get("address", "")
    longer = f"{address}, {postcode}" if address else postcode
    if postcode.casefold() not in address.casefold() and len(longer) <= Asset.specs()["address"].longest:
        values["address"] = longer
    notes.add(number, "postcode", postcode, why, "It was left out, and stays in the address: check it.")


class _Served:
    """Finds the authorities that areas served stand for; each name is looked up once."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._authorities: Callable[[str], frozenset[str]] = cache(_authorities)

    def of(self, number: int, values: dict[str, Any]) -> set[str]:
        """Return the local authorities that a row serves; names that nobody knows are taken out of it."""
        names = values.get("areas_served", ())
        known = tuple(name for name in names if self._authorities(name))
        for name in names:
            if name not in known:
                what = "It was left out: add the authority by hand."
                self._notes.add(number, "areas_served", name, "is not an area that rosc-map knows.", what)
        if names:
            values["areas_served"] = known
        return {code for name in known for code in self._authorities(name)}


def _authorities(name: str) -> frozenset[str]:
    try:
        return frozenset(area_lookup([resolve_area(name).code])["local_authority_code"])
    except UnknownName:
        return frozenset()
