"""Writing tables: CSV and Excel, from what was published only."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError, RoscMapError
from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.sheets import bytes_of, fill_sheet, new_book, safe_rows, tab_name
from rosc_map.exchange.tables_in import read_table
from rosc_map.publish import PublishedTable, require_published
from rosc_map.records import Audience
from rosc_map.whole_file import write_atomic

__all__ = ["refuse_call_sheet", "write_table"]

_TO_WRITE_IN = 14  # as wide as "3 March 10:30"


def write_table(table: PublishedTable, path: Path) -> Path:
    """Write a published table as ``.csv`` (UTF-8 with its mark, so that Excel reads £ and é right) or ``.xlsx``.

    Only ``.xlsx`` carries the table's notes (its banner, day, audience and licences), on a sheet of their own. A CSV
    is one table, so they are not in it: say them beside it. An internal table can be read by its owner only.

    Raises
    ------
    NotPublished
        When the table has not passed the gate.
    InputError
        For another ending.
    """
    require_published(table, PublishedTable)
    refuse_call_sheet(path)
    writers = {".csv": _csv, ".xlsx": _xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InputError(f"{path.name}: a table is written as .csv or .xlsx.")
    return write_atomic(path, writer(table), private=table.audience is Audience.INTERNAL)


def _csv(table: PublishedTable) -> bytes:
    out = io.StringIO(newline="")
    # Every cell is quoted: a program that expects another separator then finds fewer places to split a text.
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(str(column)) for column in table.table.columns])
    writer.writerows(safe_rows(table.table))
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: PublishedTable) -> bytes:
    book = new_book()
    rows = [[safe_cell(str(column)) for column in table.table.columns], *safe_rows(table.table)]
    fill_sheet(book.create_sheet(tab_name(table.name)), rows, heading=True)
    if table.notes:
        title = "Read me first" if table.choices else "Notes"
        fill_sheet(book.create_sheet(title), [[safe_cell(note)] for note in table.notes], heading=False)
    if table.choices:
        columns = [str(column) for column in table.table.columns]
        _make_room(book.worksheets[0], columns, table.choices, len(rows))
        _drop_downs(book, columns, table.choices, len(rows))
    return bytes_of(book)


def refuse_call_sheet(path: Path) -> None:
    """Refuse to write over a call sheet: it may hold the answers of volunteers, and nothing else has them."""
    try:
        headers = set(read_table(path).headers)
    except RoscMapError:
        return  # not there, or not a table
    if {"source", "target", "level"} <= headers:
        raise FileProblem(f"{path} is a call sheet, and may hold answers. Choose another name.")


def _make_room(sheet: Any, columns: list[str], choices: Mapping[str, tuple[str, ...]], last: int) -> None:
    """Make the columns that somebody fills in wide enough for a day with its time, and for the longest choice."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, start=1):
        # Nothing stands in them yet, and they would be as narrow as their heading.
        if not any(sheet.cell(row, number).value for row in range(2, last + 1)):
            longest = max((len(word) for word in choices.get(column, ())), default=0)
            place = sheet.column_dimensions[get_column_letter(number)]
            place.width = max(place.width, longest + 2, _TO_WRITE_IN)


def _drop_downs(book: Any, columns: list[str], choices: Mapping[str, tuple[str, ...]], last: int) -> None:
    """Give columns a list to choose from; the words stand on a sheet of their own, as Excel wants them."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    words = book.create_sheet("Words")
    for number, (column, options) in enumerate(choices.items(), start=1):
        for row, option in enumerate(options, start=1):
            words.cell(row, number, safe_cell(option))
        place = get_column_letter(number)
        rule = DataValidation("list", formula1=f"Words!${place}$1:${place}${len(options)}", allow_blank=True)
        book.worksheets[0].add_data_validation(rule)
        letter = get_column_letter(columns.index(column) + 1)
        rule.add(f"{letter}2:{letter}{last}")
