"""Reading a sheet of an Excel workbook that may be hostile: a stream of rows, never the workbook as a whole.

openpyxl writes our workbooks, but does not read them: it holds what a bomb unpacks to, and drops without a word the
formulas that have no result, rows out of order and the cells behind a merged one.
"""

from collections import deque
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_ISO8601

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange.archive import Archive
from rosc_map.exchange.limits import MOST_COLUMNS
from rosc_map.exchange.xlsx_parts import ONLY_FIRST, Dates, Words, Workbook, plain, shared_strings

__all__ = ["FirstSheet"]

_LAST_ROW = 1_048_576
_MOST_REMARKS = 100


class FirstSheet:
    """The first sheet that is not hidden. Nothing is calculated, run or fetched: a formula's saved result is read.

    Parameters
    ----------
    name
        The file's name, for messages.
    data
        The whole file.
    wanted
        Headings in small letters: the first sheet that has them all is read, wherever it stands; none is the first.

    Attributes
    ----------
    remarks
        What to tell the person, once :meth:`rows` has given all rows: cells behind a merged one, and errors in cells.
    """

    def __init__(self, name: str, data: bytes, wanted: AbstractSet[str] = frozenset()) -> None:
        self.name, self._data, self._wanted = name, data, wanted
        self.remarks: tuple[RowProblem, ...] = ()

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Give the filled rows with their numbers, and ``None`` for empty cells.

        Raises
        ------
        FileProblem
            When it is no workbook, or damaged, or larger than the limits.
        InputError
            When the first sheet is empty or no table, or has a formula without a result.
        """
        try:
            yield from self._rows()
        except (FileProblem, InputError):
            raise
        except Exception as error:  # whatever a damaged file gives rise to
            old = self._data[:4] == b"\xd0\xcf\x11\xe0"
            why = " It is in an older format, or has a password." if old else ""
            raise FileProblem(
                f"{self.name} cannot be read as an Excel workbook.{why} Save it again, or save it as .csv."
            ) from error

    def _rows(self) -> Iterator[tuple[int, list[Any]]]:
        archive = Archive(self.name, self._data)
        book = Workbook(archive)
        strings, dates = shared_strings(archive, book.strings), Dates(archive, book)

        def has_wanted(part: str) -> bool:
            heading = islice(_Cells(self.name, strings, dates).read(archive, part), 1)
            return any(self._wanted <= {str(cell).strip().casefold() for cell in cells} for _, cells in heading)

        fitting = ((title, part) for title, part in book.sheets() if self._wanted and has_wanted(part))
        title, part = next(fitting, None) or book.first_sheet()
        cells = _Cells(self.name, strings, dates)
        found = False
        for row in cells.read(archive, part):
            found = True
            yield row
        if not found:
            raise InputError(f'The first sheet of {self.name} ("{title}") is empty. {ONLY_FIRST}')
        self.remarks = (*book.remarks, *cells.remarks)


class _Cells:
    """A sheet's XML, tag by tag; rows that are whole wait to be taken; ``remarks`` are for the person."""

    def __init__(self, name: str, strings: list[str], dates: Dates) -> None:
        self._rows: deque[tuple[int, list[Any]]] = deque()
        self.remarks: list[RowProblem] = []
        self._name, self._dates = name, dates
        self._words = Words()
        self._row = self._column = self._last_filled = 0
        self._cells: list[Any] | None = None  # of the row that is being read
        self._cell: dict[str, str] = {}
        self._text = ""
        self._formula = False
        self._headers: list[Any] = []
        self._readers: dict[str, Callable[[str], Any]] = {
            "n": self._number,
            "s": lambda text: strings[int(text)],
            "str": plain,
            "b": lambda text: text == "1",
            "d": from_ISO8601,
        }
        self._starts = {"row": self._begin_row, "c": self._begin_cell, "mergeCell": self._merge}
        self._ends = {"row": self._end_row, "c": self._end_cell}

    def read(self, archive: Archive, part: str) -> Iterator[tuple[int, list[Any]]]:
        """Give the filled rows of a part of the workbook, as they come."""
        for _ in archive.feed(part, self.start, self.end):
            while self._rows:
                yield self._rows.popleft()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        act = self._starts.get(tag)
        if act:
            act(attributes)
        elif tag == "f":
            self._formula = True
        else:
            self._words.start(tag, attributes)

    def end(self, tag: str, text: str) -> None:
        act = self._ends.get(tag)
        if act:
            act()
        elif tag == "v":
            self._text = text
        elif self._cell.get("t") == "inlineStr":
            self._words.end(tag, text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if number <= self._row:
            raise FileProblem(
                f"{self._name} has row {number} after row {self._row}, so it cannot be told which cells belong "
                "together. Open it in a spreadsheet and save it again."
            )
        if number > _LAST_ROW:
            raise FileProblem(
                f"{self._name} has a row beyond {_LAST_ROW:,}, the last that Excel has. Save it again, or as .csv."
            )
        self._row, self._column, self._cells = number, 0, []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._text, self._formula = attributes, "", False
        place = attributes.get("r")
        column = column_index_from_string(place.removesuffix(str(self._row))) if place else self._column + 1
        if column <= self._column:
            raise FileProblem(
                f"Row {self._row} of {self._name} has its cells out of order. Open it in a spreadsheet, and save it."
            )
        self._column = column

    def _end_cell(self) -> None:
        value = self._value(self._cell.get("t", "n"))
        self._cell = {}
        if value is None or value == "" or self._cells is None:
            return
        if self._column > MOST_COLUMNS:
            raise FileProblem(
                f"Row {self._row} of {self._name} has {self._column:,} columns. The template has far fewer: "
                "check that it is the right file."
            )
        self._cells += [None] * (self._column - len(self._cells) - 1)
        self._cells.append(value)

    def _value(self, kind: str) -> Any:
        if kind == "inlineStr":
            return self._words.take(self._name)
        if not self._text:
            if self._formula and kind != "str":
                raise InputError(
                    f"Cell {self._place()} of {self._name} is a formula, and its result is not in the file. Open it "
                    "in a spreadsheet, save it, and try again."
                )
            return None
        if kind == "e":
            why, what = "is an error of the spreadsheet, so the cell was not read.", "Correct the formula, and save."
            self._remark(self._row, self._column, self._text, why, what)
            return None
        return self._readers[kind](self._text)

    def _number(self, text: str) -> Any:
        try:
            return self._dates.number(text, self._cell.get("s", ""))
        except OverflowError:
            raise FileProblem(
                f"Cell {self._place()} of {self._name} is marked as a date, and is none. Correct it, or save the table "
                "as .csv."
            ) from None

    def _place(self) -> str:
        return f"{get_column_letter(self._column)}{self._row}"

    def _end_row(self) -> None:
        if self._cells:
            self._headers = self._headers or self._cells
            self._last_filled = self._row
            self._rows.append((self._row, self._cells))
        self._cells = None

    def _merge(self, attributes: dict[str, str]) -> None:
        place = attributes["ref"]
        left, top, right, _ = (edge or 1 for edge in range_boundaries(place))
        if top <= self._last_filled and left <= len(self._headers):
            why = f"are cells merged into one: only {get_column_letter(left)}{top} was read, the others as empty."
            self._remark(top if right > left else top + 1, left, place, why, "Unmerge them, and fill in each cell.")

    def _remark(self, row: int, column: int, value: str, why: str, what_to_do: str) -> None:
        """Keep the first hundred, and in the place of the next say that there are more."""
        if len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(RowProblem(row, self._header(column), value, why, what_to_do))
        elif len(self.remarks) == _MOST_REMARKS:
            why = "is not the last: there are more such cells."
            self.remarks.append(RowProblem(row, self._header(column), value, why, "Correct them in the spreadsheet."))

    def _header(self, column: int) -> str:
        found = self._headers[column - 1] if column <= len(self._headers) else None
        return str(found or get_column_letter(column))
