"""Writing tables: CSV and Excel, from what was published only."""

import csv
import io
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.cells import safe_cell
from rosc_map.publish import PublishedTable, require_published

__all__ = ["write_atomic", "write_table"]

_WIDEST = 60
_TAB_MARKS = re.compile(r"[\[\]:*?/\\]")  # Excel allows none of these in the name of a sheet


def write_atomic(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all: beside its place first, then in its place.

    Raises
    ------
    FileProblem
        When the folder is missing or may not be written to.
    """
    beside = ""
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes a file for the owner alone; give it what any new file gets.
        mask = os.umask(0)
        os.umask(mask)
        Path(beside).chmod(0o666 & ~mask)
        Path(beside).replace(path)
    except OSError as error:
        if beside:
            Path(beside).unlink(missing_ok=True)
        raise FileProblem(
            f"{path} cannot be written ({error.strerror}). Check the folder, and close the file if it is open."
        ) from error
    return path


def write_table(table: PublishedTable, path: Path) -> Path:
    """Write a published table as ``.csv`` (UTF-8 with its mark, so that Excel reads £ and é right) or ``.xlsx``.

    Raises
    ------
    NotPublished
        When the table has not passed the gate.
    InputError
        For another ending.
    """
    require_published(table, PublishedTable)
    writers = {".csv": _csv, ".xlsx": _xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InputError(f"{path.name}: a table is written as .csv or .xlsx.")
    return write_atomic(path, writer(table))


def _cells(frame: pd.DataFrame) -> list[list[object]]:
    # A missing figure is an empty cell, never "nan".
    return [
        [safe_cell(None if value is None or value != value else value) for value in row]
        for row in frame.to_numpy(object)
    ]


def _csv(table: PublishedTable) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(str(column)) for column in table.table.columns])
    writer.writerows(_cells(table.table))
    return out.getvalue().encode("utf-8-sig")


def _xlsx(table: PublishedTable) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    rows = [[safe_cell(str(column)) for column in table.table.columns], *_cells(table.table)]
    _fill(book.create_sheet(_TAB_MARKS.sub(" ", table.name)[:31]), rows, heading=True)
    if table.notes:
        _fill(book.create_sheet("Notes"), [[safe_cell(note)] for note in table.notes], heading=False)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, rows: list[list[object]], *, heading: bool) -> None:
    """Fill a sheet: wrapped cells, columns as wide as their words, the heading in bold and always in sight."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        sheet.append(row)
    for number, column in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(str(value)) for value in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, _WIDEST)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if heading:
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
