"""The gap analysis as one Excel workbook: a sheet of notes, then a sheet for each table."""

from pathlib import Path
from typing import Any

import numpy as np

from rosc_map.errors import InputError
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.sheets import bytes_of, fill_sheet, new_book, safe_rows, tab_name
from rosc_map.exchange.tables_out import refuse_call_sheet
from rosc_map.publish import require_published
from rosc_map.publish.gaps_types import GapsTable, PublishedGaps
from rosc_map.records import Audience, day
from rosc_map.whole_file import write_atomic

__all__ = ["write_workbook"]

_NOTES = "Notes"
_SHARES = " (%)"
_IDS = ("id", "asset")  # each tells nobody anything where a name stands beside it
# With a blank in place of the mark, as a person writes them.
_STATUSES = {"none_found": "none found", "not_surveyed": "not surveyed"}
_READING = (
    "An empty cell means: not known. It never stands for 0.",
    "Served: something is there. None found: somebody looked and found none.",
    "Not surveyed: nobody has looked, so it is no gap.",
)


def write_workbook(published: PublishedGaps, path: Path) -> Path:
    """Write all tables of a gap analysis as ``.xlsx``, a sheet each, after a sheet that says how to read them.

    The columns that a page shows come first, with their headings; then the others, with the names of their fields in
    words. An id is left out where the name of what it is stands beside it. Shares are shares of 1 that a
    spreadsheet shows as per cent. Nothing in it is a formula. An internal workbook can be read by its owner only.

    Raises
    ------
    NotPublished
        When it has not passed the gate.
    InputError
        For a name that does not end in ``.xlsx``.
    FileProblem
        When the folder is missing, the file cannot be written, or it is a call sheet, which may hold answers.
    """
    shown = require_published(published, PublishedGaps)
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"{path.name}: choose a name that ends in .xlsx.")
    refuse_call_sheet(path)
    book = new_book()
    fill_sheet(book.create_sheet(_NOTES), [[safe_cell(words) for words in row] for row in _notes(shown)], heading=False)
    for part in shown.parts:
        for table in part.tables:
            _add(book, table)
    return write_atomic(path, bytes_of(book), private=shown.audience is Audience.INTERNAL)


def _notes(shown: PublishedGaps) -> list[tuple[str, str]]:
    """Return what has to stand with the figures: what it is about, and a sentence, by rows."""
    found = [
        ("Title", shown.title),
        ("As at", day(shown.as_at)),
        ("For", shown.audience.value),
        ("Please note", shown.banner),
        *(("How to read it", words) for words in _READING),
    ]
    for part in shown.parts:
        found += [(part.heading, words) for words in part.sentences]
        found += [(f"{part.heading}: what is not known", words) for words in part.cautions]
        found += [(table.title, words) for table in part.tables for words in table.notes]
    found += [("How it was worked out", words) for words in shown.method]
    found += [("Limits", words) for words in shown.notes]
    sources = dict.fromkeys((*shown.licences, *shown.published.licences))
    return [*((about, words) for about, words in found if words), *(("Sources", words) for words in sources)]


def _add(book: Any, table: GapsTable) -> None:
    columns = _columns(table)
    heads = list(columns.values())
    plain = table.table[list(columns)].astype(object).map(_plain)
    sheet = book.create_sheet(tab_name(table.title, book.sheetnames))
    fill_sheet(sheet, [[safe_cell(head) for head in heads], *safe_rows(plain)], heading=True)
    for number, head in enumerate(heads, start=1):
        if head.endswith(_SHARES):
            for row in range(2, sheet.max_row + 1):
                sheet.cell(row, number).number_format = "0%"


def _columns(table: GapsTable) -> dict[str, str]:
    """Return the columns in the order of the sheet, each with its heading."""
    names = list(map(str, table.table.columns))
    named = {name.removesuffix("_name") for name in names if name.endswith("_name")}
    ids = {*named, *(_IDS if "name" in names else ())}
    others = (name for name in names if name not in table.heads and name not in ids)
    return {**table.heads, **{name: name.replace("_", " ").capitalize() for name in others}}


def _plain(value: Any) -> Any:
    """Return what a cell of a spreadsheet can hold: several values as one text, a status in words."""
    if isinstance(value, tuple | list):
        return "; ".join(str(_plain(part)) for part in value)
    if isinstance(value, np.generic):
        return value.item()
    return _STATUSES.get(value, value) if isinstance(value, str) else value
