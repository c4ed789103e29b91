"""Adding places to somebody's own table: a CSV with a column of postcodes comes back with eight columns more."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError, RowProblem, UnknownName
from rosc_map.exchange.csv_sheet import CsvSheet
from rosc_map.exchange.text_columns import Column, Numbers, Words, written
from rosc_map.exchange.whole_file import write_atomic
from rosc_map.place.boundaries.areas import tiers
from rosc_map.place.postcodes.directory import Live, Outcome, locate, suggest

if TYPE_CHECKING:
    from rosc_map.place.online.nominatim import Nominatim
    from rosc_map.place.online.postcodes_io import PostcodesIo

__all__ = ["ADDED", "Geocoded", "geocode"]

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

_CHUNK = 32_768  # rows that fit the processor's cache as columns of bytes
_MOST_TOLD = 50  # rows that are told with suggestions; the file itself tells all of them

# The words of the notes hold nothing that parts the cells of a CSV.
_NO_POSTCODE = "no postcode"
_NOTES = {
    Outcome.NO_POINT: "without a point",
    Outcome.NOT_IN_DIRECTORY: "not in the directory",
    Outcome.MALFORMED: "not a postcode",
}
_SAID = {
    "found": "no point",
    "not_found": "not found",
    "service_down": "did not answer",
    "not_asked": "not asked: 200 a run",
}
_DECIMALS = {"easting": 0, "northing": 0, "latitude": 6, "longitude": 6}

Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Geocoded:
    """What became of a table.

    Attributes
    ----------
    path
        The file that was written.
    rows
        How many rows it has; blank ones do not count.
    placed
        How many of them got a point.
    notes
        How many rows have each note.
    problems
        The first rows that have no point, or were read in another way than they were written.
    """

    path: Path
    rows: int
    placed: int
    notes: dict[str, int]
    problems: tuple[RowProblem, ...]


def geocode(
    source: Path,
    out: Path,
    *,
    column: str = "postcode",
    address: str = "",
    postcodes_io: "PostcodesIo | None" = None,
    nominatim: "Nominatim | None" = None,
) -> Geocoded:
    """Write a copy of a CSV with the place of each row's postcode behind it.

    Nothing is sent anywhere, unless one of the services is given.

    Parameters
    ----------
    source
        The CSV; see :meth:`CsvSheet.read`.
    out
        Another file; an older one is replaced.
    column
        The header of the postcodes.
    address
        The header of the addresses, which ``nominatim`` is asked about where a row has no postcode.
    postcodes_io
        Asked about postcodes that the directory does not hold.
    nominatim
        Asked one address a second, and at most 200 in a run.

    Raises
    ------
    FileProblem, InputError
        When the file cannot be read or has no such column, or already has one of those that are added.
    """
    if out.exists() and source.exists() and out.samefile(source):
        raise InputError(f"{out} is the table itself. Give the copy another name, so that nothing is lost.")
    sheet = CsvSheet.read(source)
    sheet.refuse_headers(ADDED)
    places = _Places(sheet.column(column, "--column"))
    if postcodes_io:
        places.ask_for_postcodes(postcodes_io)
    if nominatim:
        places.ask_for_addresses(nominatim, sheet.column(address, "--address"))
    write_atomic(out, sheet.with_columns(ADDED, places.cells(sheet.mark)))
    filled = np.fromiter(map(bool, sheet.rows), bool, len(sheet.rows))
    return Geocoded(
        path=out,
        rows=int(filled.sum()),
        placed=int((places.placed & filled).sum()),
        notes=places.count_notes(filled),
        problems=tuple(places.problems(sheet.numbers, filled, column)),
    )


class _Told:
    """A column of words, of which there are few: each row keeps the number of its own."""

    def __init__(self, words: Iterable[str], which: npt.NDArray[np.integer[Any]]) -> None:
        self._numbers = defaultdict[str, int](count().__next__)
        # Two codes of old may stand for one of today.
        self._which = np.array([self._numbers[word] for word in words]).take(which)

    def __setitem__(self, rows: Any, word: str) -> None:
        self._which[rows] = self._numbers[word]

    def counts(self, rows: Rows) -> dict[str, int]:
        """Return how many of the rows have each word."""
        found = np.bincount(self._which[rows], minlength=len(self._numbers)).tolist()
        return {word: number for word, number in zip(self._numbers, found, strict=True) if word and number}

    def named(self, row: int) -> str:
        """Return the word of a row."""
        return list(self._numbers)[int(self._which[row])]

    def part(self, rows: slice, words: Callable[[str], str] = str) -> Words:
        """Return some rows for writing, each word as a function gives it."""
        return Words([words(word) for word in self._numbers], self._which[rows])


class _Places:
    """The place of each row, and a note where there is something to know of it."""

    def __init__(self, postcodes: Sequence[str]) -> None:
        self._typed = postcodes
        self._located = found = locate(postcodes)
        # Copies: what a service knows is written over them.
        self._numbers = {name: getattr(found, name).copy() for name in _DECIMALS}
        self._authority = _Told(*found.local_authorities)
        self._quality = _Told(("none", "postcode"), self.placed.astype(int))
        self._note = _Told(("",), np.zeros(len(postcodes), int))
        self._note[found.live == Live.NOT_LIVE] = "no longer in use"
        for row in np.flatnonzero(~self.placed).tolist():
            self._note[row] = _NOTES[found.outcome[row]] if postcodes[row].strip() else _NO_POSTCODE
        for row, read in found.repaired.items():
            self._note[row] = f"read as {read}"

    @property
    def placed(self) -> Rows:
        """Which rows have a point."""
        known: Rows = np.isfinite(self._numbers["easting"])
        return known

    def ask_for_postcodes(self, service: "PostcodesIo") -> None:
        """Ask about the postcodes that the directory does not hold."""
        missing = np.flatnonzero(self._located.outcome == Outcome.NOT_IN_DIRECTORY).tolist()
        answers = service.look_up([self._located.postcode[row] for row in missing])
        for row in missing:
            answer = answers[self._located.postcode[row]]
            if answer.outcome == "found" and answer.easting is not None:
                self._put(row, vars(answer), answer.local_authority_code, "postcode", "from postcodes.io")
            else:
                said = f"ended in {answer.terminated}" if answer.terminated else _SAID[answer.outcome]
                self._note[row] = f"{_NOTES[Outcome.NOT_IN_DIRECTORY]} (postcodes.io: {said})"

    def ask_for_addresses(self, service: "Nominatim", addresses: Sequence[str]) -> None:
        """Ask for the address of each row without a postcode."""
        from rosc_map.place.boundaries.points import assign_one
        from rosc_map.place.grid import to_metres

        for row, (typed, address) in enumerate(zip(self._typed, addresses, strict=True)):
            if typed.strip() or not address.strip():
                continue
            answer = service.find(address)
            if answer.outcome != "found":
                self._note[row] = f"{_NO_POSTCODE} (address search: {_SAID[answer.outcome]})"
                continue
            (easting,), (northing,) = to_metres([answer.longitude], [answer.latitude])
            point = {"easting": easting, "northing": northing, **vars(answer)}
            authority = assign_one(float(easting), float(northing))
            self._put(row, point, authority, "coordinates", "by its address (OpenStreetMap contributors: ODbL)")

    def _put(self, row: int, point: Mapping[str, Any], authority: str, quality: str, note: str) -> None:
        for name, column in self._numbers.items():
            column[row] = point[name]
        self._authority[row], self._quality[row], self._note[row] = authority, quality, note

    def count_notes(self, rows: Rows) -> dict[str, int]:
        """Return how many of the rows have each note."""
        return self._note.counts(rows)

    def problems(self, numbers: Sequence[int], rows: Rows, column: str) -> Iterator[RowProblem]:
        """Tell the first rows that somebody should look at, and what may have been meant."""
        odd = rows & ~self.placed
        odd[list(self._located.repaired)] = True
        for row in np.flatnonzero(odd).tolist()[:_MOST_TOLD]:
            near = [] if self._located.found[row] else suggest(self._typed[row])
            advice = f"Did you mean {' or '.join(near)}?" if near else "Check it."
            yield RowProblem(numbers[row], column, self._typed[row], f"{self._note.named(row)}.", advice)

    def cells(self, mark: str) -> Iterator[list[str]]:
        """Give the cells of the first rows, the next rows and so on, each with ``mark`` before it."""
        upper_tier = cache(_upper_tier)
        for start in range(0, len(self._typed), _CHUNK):
            rows = slice(start, start + _CHUNK)
            numbers: list[Column] = [
                Numbers(self._numbers[name][rows], decimals) for name, decimals in _DECIMALS.items()
            ]
            authorities = [self._authority.part(rows), self._authority.part(rows, upper_tier)]
            columns = [*numbers, *authorities, self._quality.part(rows), self._note.part(rows)]
            yield written(columns, len(self._typed[rows]), mark)


def _upper_tier(authority: str) -> str:
    try:
        return tiers(authority)["upper_tier_code"]
    except UnknownName:
        return ""
