"""The sheets of an Excel workbook that we write: cells that nothing runs, wrapped, the heading always in sight."""

import io
import re
from collections.abc import Collection
from copy import copy
from typing import Any

import pandas as pd

from rosc_map.exchange.cells import safe_cell

__all__ = ["bytes_of", "fill_sheet", "new_book", "safe_rows", "tab_name"]

_WIDEST = 60
_LONGEST_TAB = 31  # letters: Excel allows no more
_TAB_MARKS = re.compile(r"[\[\]:*?/\\]")  # Excel allows none of these in the name of a sheet


def safe_rows(frame: pd.DataFrame) -> list[list[object]]:
    """Return the cells of a frame by rows, each safe; a missing figure is an empty cell, never "nan"."""
    return [
        [safe_cell(None if value is None or value != value else value) for value in row]
        for row in frame.to_numpy(object)
    ]


def tab_name(title: str, taken: Collection[str] = ()) -> str:
    """Return the name of a sheet that Excel allows, and that none of those before has.

    Parameters
    ----------
    title
        What is in the sheet.
    taken
        The names of the sheets before; Excel takes "Reach" and "reach" for the same.
    """
    plain = _TAB_MARKS.sub(" ", title)
    name, number = plain[:_LONGEST_TAB], 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        name = f"{plain[: _LONGEST_TAB - len(f' {number}')]} {number}"
    return name


def new_book() -> Any:
    """Return a workbook without a sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def bytes_of(book: Any) -> bytes:
    """Return a workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill_sheet(sheet: Any, rows: list[list[object]], *, heading: bool) -> None:
    """Fill a sheet: wrapped cells, columns as wide as their words, the heading in bold and always in sight.

    Parameters
    ----------
    sheet
        A sheet of openpyxl.
    rows
        Its cells, each made safe.
    heading
        Whether the first row is one of headings.
    """
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        sheet.append(row)
    for number, column in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(str(value)) for value in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)
    wrapped = Alignment(wrap_text=True, vertical="top")
    # To look up the same style for each cell takes longer than to write them: the cells without one of their own share
    # that of the first.
    plain: Any = None
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if cell.has_style or plain is None:
            own = cell.has_style  # a date has one
            cell.alignment = wrapped
            plain = plain if own else copy(cell._style)
        else:
            cell._style = copy(plain)
    if heading:
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
