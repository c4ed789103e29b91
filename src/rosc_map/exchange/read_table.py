"""Reading tables that people made: CSV in any usual dress, and Excel workbooks."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.cells import unmark_cell
from rosc_map.publish import MASK

__all__ = ["RawTable", "read_table"]

_LARGEST_BYTES = 200_000_000
_LARGEST_UNPACKED = 500_000_000
_MOST_ROWS = 200_000
_MOST_COLUMNS = 500
_MOST_CELLS = 50_000_000  # of a workbook, empty ones too: a few bytes of it can claim a great many
_LAST_EXCEL_ROW = 1_048_576
_LONGEST_CELL = 1_000_000


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
    masked
        Row number and header of each cell that held our mask "(not shown)": it comes from an export of our own for an
        audience that may not see the text. Its value is None, as if it were not given, so that no text is overwritten.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]
    masked: tuple[tuple[int, str], ...] = ()


def read_table(path: Path) -> RawTable:
    """Read a ``.csv`` or ``.xlsx`` file; of a workbook, the first sheet.

    A CSV may be UTF-8 with or without its mark, or cp1252, and parted by comma, semicolon or tab.

    Raises
    ------
    FileProblem
        When the file is missing, too large, damaged, or not what its name says.
    InputError
        When it holds no header, or is of another kind.
    """
    if _size(path) > _LARGEST_BYTES:
        raise FileProblem(f"{path.name} is larger than 200 MB. Split it into smaller files.")
    suffix = path.suffix.lower()
    lines: Iterable[tuple[int, list[Any]]]
    if suffix in (".csv", ".tsv", ".txt"):
        lines = _csv_lines(path)
    elif suffix == ".xlsx":
        lines = _xlsx_lines(path)
    else:
        raise InputError(f"{path.name} is not a kind of file that can be read. Save it as .csv or .xlsx.")
    return _table(path.name, lines)


def _size(path: Path) -> int:
    """Return how large a file is, which can be opened."""
    try:
        if path.is_file():
            with path.open("rb"):
                return path.stat().st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblem(f"{path} cannot be read ({reason}). Check the name, and that you may read it.") from error
    raise FileProblem(f"There is no file {path}. Check the name and the folder.")


def _table(name: str, lines: Iterable[tuple[int, list[Any]]]) -> RawTable:
    headers: list[str] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    masked: list[tuple[int, str]] = []
    for number, cells in lines:
        if not _any_filled(cells):
            continue
        if not headers:
            headers = [str(cell).strip() if cell is not None else "" for cell in cells]
            _check_headers(name, headers)
            continue
        _check_width(name, number, cells[len(headers) :])
        # A row that ends early has empty cells there.
        row = dict.fromkeys(headers) | dict(zip(headers, (unmark_cell(cell) for cell in cells), strict=False))
        hidden = [header for header, cell in row.items() if isinstance(cell, str) and MASK in cell]
        masked += [(number, header) for header in hidden if header]
        rows.append((number, row | dict.fromkeys(hidden)))
        if len(rows) > _MOST_ROWS:
            raise FileProblem(f"{name} has more than {_MOST_ROWS:,} rows. Split it into smaller files.")
    if not headers:
        raise InputError(f"{name} is empty: it needs a first row with the names of the columns.")
    return RawTable(name, tuple(header for header in headers if header), tuple(rows), tuple(masked))


def _filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _any_filled(cells: Iterable[Any]) -> bool:
    return any(_filled(cell) for cell in cells)


def _check_headers(name: str, headers: list[str]) -> None:
    if len(headers) > _MOST_COLUMNS:
        raise InputError(
            f"{name} has {len(headers)} columns. The template has far fewer: check that it is the right file."
        )
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    if doubled:
        raise InputError(f"{name} has two columns named {doubled[0]!r}. Rename or delete one of them.")


def _check_width(name: str, number: int, beyond: list[Any]) -> None:
    extra = [cell for cell in beyond if _filled(cell)]
    if extra:
        raise InputError(
            f"Row {number} of {name} has more cells than there are headers ({str(extra[0])[:60]!r}). "
            "A comma inside a cell needs quotes around the cell; saving it from a spreadsheet does that."
        )


def _csv_lines(path: Path) -> Iterator[tuple[int, list[Any]]]:
    text = _decode(path)
    mark = _delimiter(text)
    csv.field_size_limit(_LONGEST_CELL)
    # Strict: or else a stray quote takes in all the rows after it, and not a word is said.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, list(cells)
            start = reader.line_num + 1
    except csv.Error as error:
        opened = _quote_opened(text, mark, start)
        if opened:
            raise InputError(
                f'Line {opened} of {path.name} opens a quote (") that is not closed at the end of its cell. Take the '
                'quote away, or close it; a quote inside a quoted cell is written twice (""). Saving the table again '
                "from a spreadsheet does that."
            ) from error
        raise InputError(
            f"Line {start} of {path.name} cannot be read as CSV ({error}). Save it again from a spreadsheet."
        ) from error


def _quote_opened(text: str, mark: str, first: int) -> int:
    """Return the line of the quote that is to blame, from the line on which its row begins; 0 when there is none."""
    opened, inside, before = 0, False, mark
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        for char in line if number >= first else "":
            if inside:
                inside = char != '"'
                before = "closed"
            elif char == '"' and before == "closed":
                inside = True  # a quote written twice is one quote of the text
            elif before == "closed" and char not in (mark, "\r", "\n"):
                return opened
            elif char == '"' and before in (mark, "\r", "\n"):
                opened, inside = number, True
            else:
                before = char
    return opened if inside else 0


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


def _xlsx_lines(path: Path) -> list[tuple[int, list[Any]]]:
    """Return the filled rows of the first sheet.

    All are read here, because openpyxl finds a damaged part only when it comes to the row.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
                raise FileProblem(f"{path.name} unpacks to more than 500 MB. Save the rows you need as .csv.")
        with warnings.catch_warnings():
            # openpyxl warns of what it does not keep (styles, drop-down lists), which is nothing to a reader of cells;
            # but a day that no calendar has would become "#VALUE!" in the data.
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", message=".*is marked as a date")
            return _first_sheet(path)
    except (FileProblem, InputError):
        raise
    except Exception as error:
        where = f" ({str(error).split(' but ')[0]}, and is none)" if isinstance(error, Warning) else ""
        raise FileProblem(
            f"{path.name} cannot be read as an Excel workbook{where}. Save it again, or save it as .csv."
        ) from error


def _first_sheet(path: Path) -> list[tuple[int, list[Any]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        if not book.worksheets:
            raise FileProblem(f"{path.name} has no sheet with cells, only charts. Save the table as .csv or .xlsx.")
        sheet = book.worksheets[0]
        only_first = "Only the first sheet is read: move the sheet with the table to the front, and save."
        if sheet.title.strip().casefold() == "notes" and len(book.worksheets) > 1:
            raise InputError(f'The first sheet of {path.name} is "{sheet.title}". {only_first}')
        # The size that a workbook gives for its sheet may be wrong, and rows beyond it would be lost.
        sheet.reset_dimensions()
        rows = _filled_rows(path.name, sheet.iter_rows(values_only=True))
        if not rows:
            raise InputError(f'The first sheet of {path.name} ("{sheet.title}") is empty. {only_first}')
        return rows
    finally:
        book.close()


def _filled_rows(name: str, lines: Iterable[tuple[Any, ...]]) -> list[tuple[int, list[Any]]]:
    rows: list[tuple[int, list[Any]]] = []
    seen = 0
    for number, line in enumerate(lines, start=1):
        if number > _LAST_EXCEL_ROW:
            raise FileProblem(
                f"{name} has a row beyond {_LAST_EXCEL_ROW:,}, the last that Excel has. Save it again, or as .csv."
            )
        seen += len(line)
        if seen > _MOST_CELLS:
            raise FileProblem(f"{name} has more than {_MOST_CELLS:,} cells. Save the rows you need as .csv.")
        cells = list(line)
        while cells and cells[-1] is None:  # coloured or framed, but empty
            cells.pop()
        if len(cells) > _MOST_COLUMNS:
            raise FileProblem(
                f"Row {number} of {name} has {len(cells):,} columns. The template has far fewer: "
                "check that it is the right file."
            )
        if _any_filled(cells):
            rows.append((number, cells))
        if len(rows) > _MOST_ROWS + 1:  # with the headers
            break
    return rows
