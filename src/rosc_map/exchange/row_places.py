"""The place of each row of a table, worked out together, and a note where there is something to know of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import UnknownName
from rosc_map.exchange.text_columns import Column, Numbers, Words, written
from rosc_map.place.boundaries.areas import code_names, tiers
from rosc_map.place.postcodes import Live, Outcome, island, locate, normalise, suggest

if TYPE_CHECKING:
    from rosc_map.place.online.nominatim import Nominatim
    from rosc_map.place.online.postcodes_io import PostcodesIo

__all__ = ["ADDED", "CONFIDENTIAL", "RowPlaces"]

ADDED = (
    "easting",
    "northing",
    "latitude",
    "longitude",
    "local_authority_code",
    "upper_tier_code",
    "place_quality",
    "place_note",
)
"""The columns that are added: metres (EPSG:27700), degrees (EPSG:4326), GSS codes, and what to know of the place."""

# The words of the notes hold nothing that parts the cells of a CSV.
CONFIDENTIAL = "confidential: not looked up"
_NO_POSTCODE = "no postcode"
_NO_POINT = "has no coordinates in the directory"
_NOT_IN_DIRECTORY = "is not in the directory"
_NOTES = {
    Outcome.NO_POINT: _NO_POINT,
    Outcome.NOT_IN_DIRECTORY: _NOT_IN_DIRECTORY,
    Outcome.MALFORMED: "is not a whole postcode",
}
_SAID = {
    "not_found": "not found",
    "service_down": "did not answer",
    "not_asked": "not asked: 200 a run",
}
_DECIMALS = {"easting": 0, "northing": 0, "latitude": 6, "longitude": 6}
_CHUNK = 32_768  # rows that fit the processor's cache as columns of bytes

Rows = npt.NDArray[np.bool_]


class RowPlaces:
    """Where the rows of a table are.

    Parameters
    ----------
    postcodes
        Of each row, as it was typed; "" where a row is not to be looked up.
    confidential
        Which rows belong to places that are kept confidential: nothing is worked out or sent for them.
    """

    def __init__(self, postcodes: Sequence[str], confidential: Rows) -> None:
        self._confidential = confidential
        self._typed = postcodes
        if confidential.any():
            self._typed = ["" if secret else typed for secret, typed in zip(confidential, postcodes, strict=True)]
        self._located = found = locate(self._typed)
        self.read_as = np.sort(np.fromiter(found.repaired, int, len(found.repaired)))
        # Copies: what a service knows is written over them.
        self._numbers = {name: getattr(found, name).copy() for name in _DECIMALS}
        self._authority = _FewWords(*found.local_authorities)
        self._quality = _FewWords(("none", "postcode"), self.placed.astype(int))
        self._note = _FewWords(("",), np.zeros(len(postcodes), int))
        self._note[found.live == Live.NOT_LIVE] = "is no longer in use"
        for row in np.flatnonzero(~self.placed).tolist():
            self._note[row] = _NOTES[found.outcome[row]] if self._typed[row].strip() else _NO_POSTCODE
        self._note[confidential] = CONFIDENTIAL
        for word in self._authority.words - {"", *code_names()}:
            self._note[self._authority.are(word)] = f"is in {word}: not in the boundaries in use"

    @property
    def placed(self) -> Rows:
        """Which rows have a point."""
        known: Rows = np.isfinite(self._numbers["easting"])
        return known

    def ask_for_postcodes(self, service: "PostcodesIo") -> int:
        """Ask about the postcodes that the directory does not hold; returns how many were sent."""
        missing = np.flatnonzero(self._located.outcome == Outcome.NOT_IN_DIRECTORY).tolist()
        answers = service.look_up([self._located.postcode[row] for row in missing])
        for row in missing:
            answer = answers[self._located.postcode[row]]
            if answer.outcome == "found":
                has_point = answer.easting is not None
                note = f"from {service.host}" if has_point else _NO_POINT
                self._put(row, vars(answer), answer.local_authority_code, "postcode" if has_point else "none", note)
            else:
                said = f"ended in {answer.terminated}" if answer.terminated else _SAID[answer.outcome]
                self._note[row] = f"{_NOT_IN_DIRECTORY} ({service.host}: {said})"
        return len(answers)

    def ask_for_addresses(self, service: "Nominatim", addresses: Sequence[str]) -> int:
        """Ask for the address of each row without a postcode; returns how many were looked up."""
        from rosc_map.place.boundaries.points import assign_one
        from rosc_map.place.grid import to_metres

        wanted = [
            row
            for row, (typed, address) in enumerate(zip(self._typed, addresses, strict=True))
            if address.strip() and not typed.strip() and not self._confidential[row]
        ]
        for row in wanted:
            answer = service.find(addresses[row])
            if answer.outcome != "found":
                self._note[row] = f"{_NO_POSTCODE} (address search: {_SAID[answer.outcome]})"
                continue
            (easting,), (northing,) = to_metres([answer.longitude], [answer.latitude])
            point = {"easting": easting, "northing": northing, **vars(answer)}
            authority = assign_one(float(easting), float(northing))
            self._put(row, point, authority, "coordinates", "by its address (OpenStreetMap contributors: ODbL)")
        return len(wanted)

    def _put(self, row: int, point: Mapping[str, Any], authority: str, quality: str, note: str) -> None:
        for name, column in self._numbers.items():
            column[row] = np.nan if point[name] is None else point[name]
        self._authority[row], self._quality[row], self._note[row] = authority, quality, note

    def count_notes(self, rows: Rows) -> dict[str, int]:
        """Return how many of the rows have each note."""
        return self._note.counts(rows)

    def odd(self) -> Rows:
        """Return which rows somebody should look at: a postcode that gave no point, or was read in another way."""
        rows = ~self.placed & ~self._note.are(_NO_POSTCODE) & ~self._confidential
        rows[self.read_as] = True
        return rows

    def why(self, row: int) -> tuple[str, str]:
        """Return what is to be known of a row, and what may be done about it."""
        if row in self._located.repaired:
            note = self._note.named(row)
            return f"was read as {self._located.repaired[row]}{f', and {note}' if note else ''}.", "Check it."
        if self._located.found[row] and (where := island(normalise(self._typed[row]))):
            return f"is in {where}: the directory has no coordinates there.", "Give latitude and longitude."
        near = [] if self._located.found[row] else suggest(self._typed[row])
        advice = f"Did you mean {' or '.join(near)}?" if near else "Check it."
        return f"{self._note.named(row)}.", advice

    def cells(self, mark: str) -> Iterator[list[str]]:
        """Give the cells of the first rows, the next rows and so on, each with ``mark`` before it."""
        upper_tier = cache(_upper_tier)
        for start in range(0, len(self._typed), _CHUNK):
            rows = slice(start, start + _CHUNK)
            columns: list[Column] = [Numbers(self._numbers[name][rows], places) for name, places in _DECIMALS.items()]
            columns += [self._authority.part(rows), self._authority.part(rows, upper_tier)]
            columns += [self._quality.part(rows), self._note.part(rows)]
            cells = written(columns, len(self._typed[rows]), mark)
            first, last = np.searchsorted(self.read_as, (start, start + _CHUNK))
            for row in self.read_as[first:last].tolist():
                # The note is the last cell of a row.
                reading = f"read as {self._located.repaired[row]}"
                cells[row - start] += f" ({reading})" if self._note.named(row) else reading
            yield cells


class _FewWords:
    """A column of words, of which there are few: each row keeps the number of its own."""

    def __init__(self, words: Iterable[str], which: npt.NDArray[np.integer[Any]]) -> None:
        self._numbers = defaultdict[str, int](count().__next__)
        # Two codes of old may stand for one of today.
        self._which = np.array([self._numbers[word] for word in words]).take(which)
        self._words = list(self._numbers)

    def __setitem__(self, rows: Any, word: str) -> None:
        self._which[rows] = self._numbers[word]
        self._words[len(self._words) :] = list(self._numbers)[len(self._words) :]

    @property
    def words(self) -> set[str]:
        """The words that some row has."""
        return {self._words[number] for number in np.unique(self._which).tolist()}

    def are(self, word: str) -> Rows:
        """Return which rows have a word."""
        rows: Rows = self._which == self._numbers.get(word, -1)
        return rows

    def counts(self, rows: Rows) -> dict[str, int]:
        """Return how many of the rows have each word."""
        found = np.bincount(self._which[rows], minlength=len(self._words)).tolist()
        return {word: number for word, number in zip(self._words, found, strict=True) if word and number}

    def named(self, row: int) -> str:
        """Return the word of a row."""
        return self._words[int(self._which[row])]

    def part(self, rows: slice, words: Callable[[str], str] = str) -> Words:
        """Return some rows for writing, each word as a function gives it."""
        return Words([words(word) for word in self._words], self._which[rows])


def _upper_tier(authority: str) -> str:
    try:
        return tiers(authority)["upper_tier_code"]
    except UnknownName:
        return ""
