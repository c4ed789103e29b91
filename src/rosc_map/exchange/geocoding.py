"""Adding places to somebody's own table: a CSV with a column of postcodes comes back with eight columns more."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange.csv_sheet import CsvSheet
from rosc_map.exchange.row_places import ADDED, RowPlaces
from rosc_map.whole_file import write_atomic

if TYPE_CHECKING:
    from rosc_map.place.online.nominatim import Nominatim
    from rosc_map.place.online.postcodes_io import PostcodesIo

__all__ = ["Geocoded", "geocode"]

_ENDINGS = (".csv", ".tsv", ".txt")
_MOST_TOLD = 50  # rows that are told with suggestions; the file itself tells all of them
_LONGEST_SHOWN = 40

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
    read_as
        How many postcodes had a slip that could be put right in one way only.
    sent
        What was sent, and to whom, in sentences.
    notes
        How many rows have each note.
    problems
        The first rows with a postcode that gave no point, or was read in another way than it was written.
    """

    path: Path
    rows: int
    placed: int
    read_as: int
    sent: tuple[str, ...]
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

    Nothing is sent anywhere, unless one of the services is given. A row that says in a column ``asset_type`` or
    ``location_precision`` that its place is confidential (METHODS §4) is neither looked up nor sent.

    Parameters
    ----------
    source
        The CSV; see :meth:`CsvSheet.read`.
    out
        Another file; an older one is replaced. Nobody may read it who may not read the source.
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
    _check_target(source, out)
    sheet = CsvSheet.read(source)
    sheet.refuse_headers(ADDED)
    postcodes = sheet.column(column, "--column")
    addresses = sheet.column(address, "--address") if nominatim else []
    places = RowPlaces(postcodes, _confidential(sheet))
    sent = []
    if postcodes_io:
        number = places.ask_for_postcodes(postcodes_io)
        sent.append(f"{number:,} postcodes were sent to {postcodes_io.host}.")
    if nominatim:
        number = places.ask_for_addresses(nominatim, addresses)
        sent.append(f"{number:,} addresses were looked up at {nominatim.host}.")
    is_private = not source.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    write_atomic(out, sheet.with_columns(ADDED, places.cells(sheet.mark)), private=is_private)
    filled = sheet.filled()
    return Geocoded(
        path=out,
        rows=int(filled.sum()),
        placed=int((places.placed & filled).sum()),
        read_as=len(places.read_as),
        sent=tuple(sent),
        notes=places.count_notes(filled),
        problems=tuple(_problems(sheet, places, postcodes, column)),
    )


def _check_target(source: Path, out: Path) -> None:
    if out.suffix.lower() not in _ENDINGS:
        raise InputError(f"{out.name}: the copy is a CSV too. Give it a name that ends in .csv.")
    if out.exists() and source.exists() and out.samefile(source):
        raise InputError(f"{out} is the table itself. Give the copy another name, so that nothing is lost.")
    if out.exists() and not os.access(out, os.W_OK):
        raise FileProblem(f"{out} is there already and may not be changed. Give the copy another name.")


def _confidential(sheet: CsvSheet) -> Rows:
    """Return which rows say that their place is confidential; what is not understood counts as if it did."""
    kinds, precisions = sheet.column_if_any("asset_type"), sheet.column_if_any("location_precision")
    found = np.zeros(len(sheet.rows), dtype=bool)
    if kinds or precisions:
        from rosc_map.records import label, squash

        exact = {"", "exact", squash(label("location_precision", "exact"))}
        for row, kind in enumerate(kinds):
            found[row] = any(word in kind.casefold() for word in ("refuge", "abuse", "housing"))
        for row, precision in enumerate(precisions):
            found[row] |= squash(precision) not in exact
    return found


def _problems(sheet: CsvSheet, places: RowPlaces, postcodes: list[str], column: str) -> Iterator[RowProblem]:
    """Tell the first rows that somebody should look at, and what may have been meant."""
    for row in np.flatnonzero(places.odd()).tolist()[:_MOST_TOLD]:
        typed = postcodes[row]
        shown = typed if len(typed) <= _LONGEST_SHOWN else f"{typed[:_LONGEST_SHOWN]}…"
        yield RowProblem(sheet.numbers[row], column, shown, *places.why(row))
