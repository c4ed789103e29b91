"""One function that makes a cell safe for a spreadsheet, and one that takes its marks off again."""

import re
from typing import Any

__all__ = ["safe_cell", "unmark_cell"]

# With any apostrophes before it too, so that our reader, which takes one off, gives back just what was there.
_RISKY = re.compile(r"^'*\s*[=+\-@]|^'*[\t\r]")
_MARKED = re.compile(r"^'(?='*\s*[=+\-@]|'*[\t\r])")
# A negative number runs nothing, and other programs have to read it. A number with a plus is most likely a telephone
# number, of which a spreadsheet would drop the plus: that one keeps its mark.
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# A program that splits a CSV on semicolons or tabs, or takes each line by itself, makes cells of parts of a text, even
# of a quoted one. What would run there is marked too, but not a bullet ("- tea") or a telephone number ("+44 20 …").
# Nothing here is tried twice (*+), or a cell of a million blanks would take for ever.
_PART = r"([;\t\r\n][^\S\t\r\n]*+)"
_RUNS = r"""(?=['"]*+[^\S\t\r\n]*+(?:[=@]|[+\-](?![ ]|[\d\s().]*(?:[;\t\r\n]|$))))"""
_RISKY_PART = re.compile(_PART + _RUNS)
_MARKED_PART = re.compile(_PART + "'" + _RUNS)
# Excel and XML cannot hold these, or no file can (half of a surrogate pair), or a terminal would obey them (C1).
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_000


def safe_cell(value: Any) -> Any:
    """Return a value that no spreadsheet runs.

    A text that begins with ``=``, ``+``, ``-``, ``@`` or a tab could run as a formula: an apostrophe is put before it,
    which spreadsheets take to mean "text", and which our reader takes off again. The same goes for a part after a
    semicolon, tab or line end, where some programs begin a new cell. Numbers, dates and yes/no stay, and so does a
    negative number that is written as text.
    """
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("", value)[:_LONGEST]
    if _RISKY.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return _RISKY_PART.sub(r"\1'", text)


def unmark_cell(value: Any) -> Any:
    """Take off the apostrophes that :func:`safe_cell` puts before what could run as a formula."""
    return _MARKED.sub("", _MARKED_PART.sub(r"\1", value)) if isinstance(value, str) else value
