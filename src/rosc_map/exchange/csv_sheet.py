"""A CSV that somebody wants back with columns more: what was there stays as it was, character by character."""

import codecs
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import add
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.client_records import FIRST_ROWS, columns_found, refuse_client_records, squeezed
from rosc_map.exchange.csv_text import csv_rows, delimiter_of, encoding_of, lines_of
from rosc_map.exchange.limits import MOST_BYTES
from rosc_map.place.postcodes.text import standard_form
from rosc_map.whole_file import read_whole

__all__ = ["CsvSheet"]

_MOST_ROWS = 3_000_000
"""They take about 1.5 GB of memory."""


@dataclass(frozen=True)
class CsvSheet:
    """A table in a file.

    Attributes
    ----------
    name
        The file's name, for messages.
    headers
        The names of the columns.
    rows
        Each row as it stands, without its line end; a blank one is "".
    numbers
        For each row, its number as a spreadsheet counts it.
    mark
        What stands between two cells.
    """

    name: str
    headers: tuple[str, ...]
    rows: Sequence[str]
    numbers: Sequence[int]
    mark: str
    _header: str
    _encoding: str
    _ending: str
    _table: list[list[str]] | None

    @classmethod
    def read(cls, path: Path) -> "CsvSheet":
        """Read a CSV in any usual dress (see :func:`rosc_map.exchange.read_table`), of at most 200 MB.

        Raises
        ------
        FileProblem
            When the file is missing or too large.
        InputError
            When it is no CSV, has no header, holds records about single people, or a row has more cells than there are
            headers.
        """
        name, data = path.name, read_whole(path, MOST_BYTES)
        encoding = encoding_of(name, data)
        mark = delimiter_of(lines_of(name, data, encoding))
        # What is no letter in the encoding goes through as it is.
        text = data.decode(encoding, "replace" if encoding == "utf-16" else "surrogateescape")
        numbers, rows, table = _quoted(name, data, text) if '"' in text else _plain(name, text)
        at = next((at for at, row in enumerate(rows) if row.strip(f"{mark} ")), None)
        if at is None:
            raise InputError(f"{name} is empty: it needs a first row with the names of the columns.")
        headers = tuple(cell.strip() for cell in (table[at] if table else rows[at].split(mark)))
        first = islice((place for place in range(at, len(rows)) if rows[place].strip(f"{mark} ")), FIRST_ROWS)
        refuse_client_records(name, (table[place] if table else rows[place].split(mark) for place in first))
        if encoding == "utf-8-sig" and not data.startswith(codecs.BOM_UTF8):
            encoding = "utf-8"
        ending = "\r\n" if "\r\n" in text else "\n"
        header, below = rows[at], slice(at + 1, None)
        sheet = cls(name, headers, rows[below], numbers[below], mark, header, encoding, ending, table and table[below])
        # Where no cell ends, each row is one cell.
        return sheet._as_wide() if table or mark in text else sheet

    def column(self, wanted: str, option: str) -> list[str]:
        """Return the cells under a header; case, spaces and marks of the header do not count.

        Parameters
        ----------
        wanted
            The header.
        option
            The option that says which one it is, for the message.

        Raises
        ------
        InputError
            When no header has that name, or two have.
        """
        found = self._places_of(wanted)
        if not found:
            raise InputError(f"{self.name} has no column {wanted!r}. {self._advice(option)}")
        if len(found) > 1:
            raise InputError(f"{self.name} has two columns named {wanted!r}. Rename or delete one of them.")
        return self._cells(found[0])

    def column_if_any(self, wanted: str) -> list[str]:
        """Return the cells under a header, or nothing when no header has that name."""
        found = self._places_of(wanted)
        return self._cells(found[0]) if found else []

    def _places_of(self, wanted: str) -> list[int]:
        return [at for at, header in enumerate(self.headers) if squeezed(header) == squeezed(wanted)]

    def _advice(self, option: str) -> str:
        if any(standard_form(header) for header in self.headers) or self.headers.count("") * 2 > len(self.headers):
            return "Its first row must hold the names of the columns: write them above the first row of the table."
        return f"Say with {option} which one it is. {columns_found(self.headers)}"

    def _cells(self, place: int) -> list[str]:
        if self._table:
            return [cells[place] if place < len(cells) else "" for cells in self._table]
        if len(self.headers) == 1:
            return list(self.rows)
        return [row.split(self.mark, place + 1)[place] if row else "" for row in self.rows]

    def filled(self) -> npt.NDArray[np.bool_]:
        """Return which rows are not blank: a spreadsheet writes a blank row as marks only."""
        marks = f'{self.mark} "'
        texts = self.rows if len(self.headers) == 1 else (row.strip(marks) for row in self.rows)
        return np.fromiter(map(bool, texts), bool, len(self.rows))

    def _as_wide(self) -> "CsvSheet":
        """Return it with as many cells in each row as headers, so that what is added stands under its own header."""
        wanted = len(self.headers)
        widths = map(len, self._table) if self._table else (row.count(self.mark) + 1 for row in self.rows)
        rows = list(self.rows)
        for at, width in enumerate(widths):
            if width > wanted:
                raise InputError(
                    f"Row {self.numbers[at]} of {self.name} has more cells than there are headers, the first of them "
                    f"in column {wanted + 1}. A comma inside a cell needs quotes around the cell; saving it from a "
                    "spreadsheet does that."
                )
            if width < wanted and rows[at]:
                rows[at] += self.mark * (wanted - width)
        return replace(self, rows=rows)

    def refuse_headers(self, added: Collection[str]) -> None:
        """Raise InputError when the table already has one of the columns that are to be added."""
        taken = next((header for header in self.headers if header.casefold() in added), "")
        if taken:
            raise InputError(f"{self.name} already has a column {taken!r}. Rename or delete it first.")

    def with_columns(self, added: Iterable[str], behind: Iterable[list[str]]) -> Iterator[bytes]:
        """Give the file with more columns, a part after the other.

        Parameters
        ----------
        added
            Their headers.
        behind
            For the first rows, the next rows and so on: the cells of each row, each with :attr:`mark` before it. A
            blank row stays blank.
        """
        # One encoder for all parts, so that the mark of the encoding is written once.
        encoder = codecs.getincrementalencoder(self._encoding)("surrogateescape")
        yield encoder.encode(self.mark.join([self._header, *added]) + self._ending)
        start = 0
        for cells in behind:
            rows = self.rows[start : start + len(cells)]
            start += len(cells)
            new = [cell if row else "" for row, cell in zip(rows, cells, strict=True)] if "" in rows else cells
            yield encoder.encode(self._ending.join([*map(add, rows, new), ""]))


def _plain(name: str, text: str) -> tuple[Sequence[int], Sequence[str], None]:
    """Return the rows of a text without quotes: each line is one, and need not be taken apart."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if text.count("\n") > _MOST_ROWS:
        raise FileProblem(f"{name} has more than {_MOST_ROWS:,} rows. Split it into smaller files.")
    rows = text.removesuffix("\n").split("\n")
    return range(1, len(rows) + 1), rows, None


def _quoted(name: str, data: bytes, text: str) -> tuple[Sequence[int], Sequence[str], list[list[str]]]:
    """Return the rows of a text with quotes, where a cell may hold line ends, and the cells of each."""
    lines = list(io.StringIO(text, newline=""))
    read = list(csv_rows(name, data))
    starts, table = [start for start, _ in read], [cells for _, cells in read]
    ends = [*starts[1:], len(lines) + 1]
    rows = ["".join(lines[start - 1 : end - 1]).rstrip("\r\n") for start, end in zip(starts, ends, strict=True)]
    return range(1, len(rows) + 1), rows, table
