"""Reading tables that people made: CSV in any usual dress, Excel workbooks, and the zipped CSV of ODK Central."""

import zipfile
import zlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange.archive import Archive
from rosc_map.exchange.cells import unmark_cell
from rosc_map.exchange.client_records import FIRST_ROWS, may_be_repeated, refuse_client_records
from rosc_map.exchange.csv_text import csv_rows
from rosc_map.exchange.limits import MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from rosc_map.publish import MASK
from rosc_map.whole_file import read_whole

__all__ = ["RawTable", "read_table"]

_BARE_COMMA = "A comma inside a cell needs quotes around the cell; saving it from a spreadsheet does that."
_TITLE_LINE = "Is there a line above the headings? Take it out."


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
        Row number as a spreadsheet counts it, and the values by header. The first of them is the first column, whose
        header may be empty.
    masked
        Row number and header of each cell that held our mask "(not shown)": it comes from an export of our own for an
        audience that may not see the text. Its value is None, as if it were not given, so that no text is overwritten.
    remarks
        What the person should know of how the file was read, such as cells behind a merged one.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]
    masked: tuple[tuple[int, str], ...] = ()
    remarks: tuple[RowProblem, ...] = ()


def read_table(path: Path, *, wanted: AbstractSet[str] = frozenset()) -> RawTable:
    """Read a ``.csv`` or ``.xlsx`` file, or the ``.zip`` that ODK Central gives; of a workbook, the first sheet.

    Where headings are ``wanted`` (in small letters), it is the first sheet of the workbook that has them all, if any.

    A CSV may be UTF-8 with or without its mark, or cp1252, and parted by comma, semicolon or tab. Of a workbook nothing
    is calculated, run or fetched. Limits (``exchange.limits``): 200 MB, packed and unpacked; 200,000 rows, 500 columns,
    10 million cells; a million characters in a cell, ten million in a line of a CSV, 200 million in all. Within them a
    file takes at most 2 GB of memory and two minutes.

    Raises
    ------
    FileProblem
        When the file is missing, too large, damaged, or not what its name says.
    InputError
        When it holds no header, or a formula without a result, or is of another kind, or holds records about single
        people (``exchange.client_records``).
    """
    data = read_whole(path, MOST_BYTES)
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return _table(path.name, _csv_records(path.name, data))
    if suffix == ".xlsx":
        from rosc_map.exchange.read_xlsx import FirstSheet  # here: what it needs takes long to load

        sheet = FirstSheet(path.name, data, wanted)
        table = _table(path.name, sheet.rows(), _TITLE_LINE)
        return replace(table, remarks=sheet.remarks)
    if suffix == ".zip":
        return _zipped(path.name, data)
    if suffix in (".xlsm", ".xltm", ".xlsb"):
        raise InputError(f"{path.name} can hold macros, so it is not opened. Save it as .xlsx, without macros.")
    raise InputError(f"{path.name} is not a kind of file that can be read. Save it as .csv or .xlsx.")


def _zipped(name: str, data: bytes) -> RawTable:
    """Read the one table of a zip. ODK Central puts repeated questions beside it, in tables that name their parent."""
    try:
        archive = Archive(name, data)
        inside = [part for part in archive.parts if part.lower().endswith(".csv") and not part.startswith("__MACOSX/")]
        repeats = [part for part in inside if b"PARENT_KEY" in _first_line(archive, part)]
        mains = [part for part in inside if part not in repeats]
        if len(mains) != 1:
            found = f"these: {', '.join(mains[:5])}" if mains else "none"
            raise InputError(f"{name} should hold one table as .csv, and holds {found}. Unzip it, and choose one.")
        content = b"".join(archive.unpack(mains[0]))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileProblem(f"{name} is damaged, or no zip. Download it again.") from error
    table = _table(name, _csv_records(name, content))
    why, what = "holds repeated questions, which are not read.", "Write what matters of it in the main table."
    return replace(table, remarks=tuple(RowProblem(1, "", part, why, what) for part in repeats))


def _first_line(archive: Archive, part: str) -> bytes:
    return next(archive.unpack(part), b"").split(b"\n", 1)[0]


def _csv_records(name: str, data: bytes) -> Iterable[tuple[int, list[Any]]]:
    # As a spreadsheet counts rows: a cell may hold line ends.
    return enumerate((cells for _, cells in csv_rows(name, data)), start=1)


def _table(name: str, lines: Iterable[tuple[int, list[Any]]], why_wider: str = _BARE_COMMA) -> RawTable:
    headers: list[str] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    masked: list[tuple[int, str]] = []
    characters = 0
    # Of an empty line there are no cells to look at; a hostile file may have millions of them.
    filled = (line for line in lines if line[1] and _any_filled(line[1]))
    first = list(islice(filled, FIRST_ROWS))
    refuse_client_records(name, (cells for _, cells in first))
    for number, cells in chain(first, filled):
        if not headers:
            headers = [str(cell).strip() if cell is not None else "" for cell in cells]
            _check_headers(name, headers)
            continue
        _check_width(name, number, cells, headers, why_wider)
        # A workbook writes a text once, however many cells have it.
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        _check_size(name, len(rows) + 1, len(headers), characters)
        # A row that ends early has empty cells there. Of columns without a header the first counts.
        row = dict.fromkeys(headers) | dict([*zip(headers, map(unmark_cell, cells), strict=False)][::-1])
        hidden = [header for header, cell in row.items() if isinstance(cell, str) and MASK in cell]
        masked += [(number, header) for header in hidden if header]
        rows.append((number, row | dict.fromkeys(hidden)))
    if not headers:
        raise InputError(f"{name} is empty: it needs a first row with the names of the columns.")
    return RawTable(name, tuple(header for header in headers if header), tuple(rows), tuple(masked))


def _check_size(name: str, rows: int, columns: int, characters: int) -> None:
    if rows > MOST_ROWS:
        raise FileProblem(f"{name} has more than {MOST_ROWS:,} rows. Split it into smaller files.")
    if rows * columns > MOST_CELLS:
        raise FileProblem(f"{name} has more than {MOST_CELLS:,} cells. Delete columns, or split it into smaller files.")
    if characters > MOST_BYTES:
        raise FileProblem(f"{name} has more than {MOST_BYTES:,} characters in all. Split it into smaller files.")


def _filled(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _any_filled(cells: Iterable[Any]) -> bool:
    return any(_filled(cell) for cell in cells)


def _check_headers(name: str, headers: list[str]) -> None:
    if len(headers) > MOST_COLUMNS:
        raise InputError(
            f"{name} has {len(headers)} columns. The template has far fewer: check that it is the right file."
        )
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    if doubled:
        places = [str(at) for at, header in enumerate(headers, start=1) if header == doubled[0]]
        shown = f"named {doubled[0]!r}" if may_be_repeated(doubled[:1]) else "of one name"
        named = f"{shown} (columns {' and '.join(places[:2])})"
        raise InputError(f"{name} has two columns {named}. Rename or delete one of them.")


def _check_width(name: str, number: int, cells: list[Any], headers: list[str], why_wider: str) -> None:
    # The cell itself is not shown: below a title, the row may be one of people.
    extra = next((at for at in range(len(headers), len(cells)) if _filled(cells[at])), None)
    if extra is not None:
        raise InputError(
            f"Row {number} of {name} has more cells than there are headers, the first of them in column {extra + 1}. "
            f"{why_wider}"
        )
