"""The text of a CSV in any usual dress: UTF-8 or cp1252, parted by comma, semicolon or tab."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.limits import LONGEST_CELL, LONGEST_LINE

__all__ = ["csv_rows", "delimiter_of", "encoding_of", "lines_of"]

_PIECE = 1_000_000


def csv_rows(name: str, data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Give the line that each row begins on, and its cells.

    Raises
    ------
    InputError
        When it cannot be read as CSV; the line to blame is named.
    """
    encoding = encoding_of(name, data)
    mark = delimiter_of(lines_of(name, data, encoding))
    csv.field_size_limit(LONGEST_CELL)
    # Strict: or else a stray quote takes in all the rows after it, and not a word is said.
    reader = csv.reader(lines_of(name, data, encoding), delimiter=mark, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, list(cells)
            start = reader.line_num + 1
    except csv.Error as error:
        opened = _quote_opened(lines_of(name, data, encoding), mark, start)
        if opened:
            raise InputError(
                f'Line {opened} of {name} opens a quote (") that is not closed at the end of its cell. Take the '
                'quote away, or close it; a quote inside a quoted cell is written twice (""). Saving the table again '
                "from a spreadsheet does that."
            ) from error
        raise InputError(
            f"Line {start} of {name} cannot be read as CSV ({error}). Save it again from a spreadsheet."
        ) from error


def _quote_opened(lines: Iterable[str], mark: str, first: int) -> int:
    """Return the line of the quote that is to blame, from the line on which its row begins; 0 when there is none."""
    opened, inside, before = 0, False, mark
    for number, line in enumerate(lines, start=1):
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


def encoding_of(name: str, data: bytes) -> str:
    """Return the encoding of a text: UTF-16 by its mark, UTF-8, else cp1252.

    Raises
    ------
    InputError
        When it is no text.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\x00" in data[:1000]:
        raise InputError(f"{name} is not a text file, whatever its name says. Save it as .csv from a spreadsheet.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def lines_of(name: str, data: bytes, encoding: str) -> Iterator[str]:
    """Give the lines one by one: a text as a whole takes up to eight times the room of its file."""
    stream = io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise InputError(f"{name} has a line of more than {LONGEST_LINE:,} characters. Is it a table?")
        yield line


def delimiter_of(lines: Iterable[str]) -> str:
    """Return the separator that the header line has most of, outside quotes."""
    header = next((line for line in lines if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=bare.count)
