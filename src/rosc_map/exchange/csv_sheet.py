"""A CSV that somebody wants back with columns more: what was there stays as it was, character by character."""

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add
from pathlib import Path

from rosc_map.errors import InputError
from rosc_map.exchange.csv_text import csv_rows, delimiter_of, encoding_of, lines_of
from rosc_map.exchange.whole_file import read_whole

__all__ = ["CsvSheet"]


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
        For each row, the line that it begins on.
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
    _has_quotes: bool

    @classmethod
    def read(cls, path: Path) -> "CsvSheet":
        """Read a CSV in any usual dress (see :func:`rosc_map.exchange.read_table`), of at most 200 MB.

        Raises
        ------
        FileProblem
            When the file is missing or too large.
        InputError
            When it is no CSV, has no header, or a row has more cells than there are headers.
        """
        name, data = path.name, read_whole(path)
        encoding = encoding_of(name, data)
        mark = delimiter_of(lines_of(name, data, encoding))
        # What is no letter in the encoding goes through as it is.
        text = data.decode(encoding, "replace" if encoding == "utf-16" else "surrogateescape")
        numbers, rows = _quoted(name, data, text) if '"' in text else _plain(text)
        at = next((at for at, row in enumerate(rows) if row.strip(f"{mark} ")), None)
        if at is None:
            raise InputError(f"{name} is empty: it needs a first row with the names of the columns.")
        headers = tuple(cell.strip() for cell in _cells(rows[at], mark))
        header, numbers, rows = rows[at], numbers[at + 1 :], rows[at + 1 :]
        has_quotes = '"' in text
        if len(headers) > 1 or has_quotes:
            each = zip(numbers, rows, strict=True)
            rows = [_as_wide(name, number, row, mark, len(headers)) for number, row in each]
        if encoding == "utf-8-sig" and not data.startswith(codecs.BOM_UTF8):
            encoding = "utf-8"
        ending = "\r\n" if "\r\n" in text else "\n"
        return cls(name, headers, rows, numbers, mark, header, encoding, ending, has_quotes)

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
        found = [at for at, header in enumerate(self.headers) if _squeezed(header) == _squeezed(wanted)]
        if not found:
            shown = ", ".join(repr(header[:40]) for header in self.headers[:20])
            raise InputError(f"{self.name} has no column {wanted!r}. Say with {option} which one it is, of: {shown}.")
        if len(found) > 1:
            raise InputError(f"{self.name} has two columns named {wanted!r}. Rename or delete one of them.")
        if len(self.headers) == 1 and not self._has_quotes:
            return list(self.rows)
        return [_cells(row, self.mark)[found[0]] if row else "" for row in self.rows]

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


def _plain(text: str) -> tuple[Sequence[int], Sequence[str]]:
    """Return the rows of a text without quotes: each line is one, and need not be taken apart."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    rows = text.removesuffix("\n").split("\n")
    return range(1, len(rows) + 1), rows


def _quoted(name: str, data: bytes, text: str) -> tuple[Sequence[int], Sequence[str]]:
    """Return the rows of a text with quotes, where a cell may hold line ends."""
    lines = list(io.StringIO(text, newline=""))
    starts = [start for start, _ in csv_rows(name, data)]
    ends = [*starts[1:], len(lines) + 1]
    rows = ["".join(lines[start - 1 : end - 1]).rstrip("\r\n") for start, end in zip(starts, ends, strict=True)]
    return starts, rows


def _cells(row: str, mark: str) -> list[str]:
    return next(csv.reader([row], delimiter=mark)) if '"' in row else row.split(mark)


def _as_wide(name: str, number: int, row: str, mark: str, columns: int) -> str:
    """Return a row with as many cells as there are headers, so that what is added stands under its own header."""
    if not row or ('"' not in row and row.count(mark) + 1 == columns):
        return row
    cells = _cells(row, mark)
    if len(cells) > columns:
        raise InputError(
            f"Row {number} of {name} has more cells than there are headers ({cells[-1][:60]!r}). "
            "A comma inside a cell needs quotes around the cell; saving it from a spreadsheet does that."
        )
    return row + mark * (columns - len(cells))


def _squeezed(header: str) -> str:
    return "".join(c for c in header.casefold() if c.isalnum())
