"""Reading tables that people made: CSV in any usual dress, and Excel workbooks."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError

__all__ = ["RawTable", "read_table"]

_LARGEST_BYTES = 200_000_000
_LARGEST_UNPACKED = 500_000_000
_MOST_ROWS = 200_000
_MOST_COLUMNS = 500
_LONGEST_CELL = 1_000_000
_FORMULA_MARK = re.compile(r"^'(?='*\s*[=+\-@]|'*[\t\r])")


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in a file.

    Attributes
    ----------
    name
        The file's name, for messages.
    headers
        As the file gives them.
    rows
        Row number as a spreadsheet counts it, and the values by header.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]


def read_table(path: Path) -> RawTable:
    """Read a ``.csv`` or ``.xlsx`` file.

    A CSV may be UTF-8 with or without its mark, or cp1252, and parted by comma, semicolon or tab.

    Raises
    ------
    FileProblem
        When the file is missing, too large, or not what its name says.
    InputError
        When it holds no header, or is of another kind.
    """
    if not path.is_file():
        raise FileProblem(f"There is no file {path}. Check the name and the folder.")
    if path.stat().st_size > _LARGEST_BYTES:
        raise FileProblem(f"{path.name} is larger than 200 MB. Split it into smaller files.")
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        lines = _csv_lines(path)
    elif suffix == ".xlsx":
        lines = _xlsx_lines(path)
    else:
        raise InputError(f"{path.name} is not a kind of file that can be read. Save it as .csv or .xlsx.")
    return _table(path.name, lines)


def _table(name: str, lines: Iterator[tuple[int, list[Any]]]) -> RawTable:
    headers: list[str] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, cells in lines:
        if not any(_filled(cell) for cell in cells):
            continue
        if not headers:
            headers = [str(cell).strip() if cell is not None else "" for cell in cells]
            _check_headers(name, headers)
            continue
        extra = [cell for cell in cells[len(headers) :] if _filled(cell)]
        if extra:
            raise InputError(
                f"Row {number} of {name} has more cells than there are headers ({str(extra[0])[:60]!r}). "
                "A comma inside a cell needs quotes around the cell; saving it from a spreadsheet does that."
            )
        rows.append((number, dict(zip(headers, (_unmark(cell) for cell in cells), strict=False))))
        if len(rows) > _MOST_ROWS:
            raise FileProblem(f"{name} has more than {_MOST_ROWS:,} rows. Split it into smaller files.")
    if not headers:
        raise InputError(f"{name} is empty: it needs a first row with the names of the columns.")
    return RawTable(name, tuple(header for header in headers if header), tuple(rows))


def _filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _check_headers(name: str, headers: list[str]) -> None:
    if len(headers) > _MOST_COLUMNS:
        raise InputError(
            f"{name} has {len(headers)} columns. The template has far fewer: check that it is the right file."
        )
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    if doubled:
        raise InputError(f"{name} has two columns named {doubled[0]!r}. Rename or delete one of them.")


def _unmark(cell: Any) -> Any:
    """Take off the apostrophe that our own spreadsheets put before a cell that could run as a formula."""
    return _FORMULA_MARK.sub("", cell) if isinstance(cell, str) else cell


def _csv_lines(path: Path) -> Iterator[tuple[int, list[Any]]]:
    text = _decode(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    csv.field_size_limit(_LONGEST_CELL)
    start = 1
    try:
        for cells in reader:
            yield start, list(cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"Line {start} of {path.name} cannot be read as CSV ({error}). Save it again from a spreadsheet."
        ) from error


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\x00" in data[:1000]:
        raise InputError(f"{path.name} is not a text file, whatever its name says. Save it as .csv from a spreadsheet.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """Return the separator that the header line has most of, outside quotes."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)


def _xlsx_lines(path: Path) -> Iterator[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
                raise FileProblem(f"{path.name} unpacks to more than 500 MB. Save the rows you need as .csv.")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except FileProblem:
        raise
    except Exception as error:
        raise FileProblem(
            f"{path.name} cannot be opened as an Excel workbook. Save it again, or save it as .csv."
        ) from error
    try:
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, list(cells)
    finally:
        book.close()
