"""One function that makes a cell safe for a spreadsheet."""

import re
from typing import Any

__all__ = ["safe_cell"]

# With any apostrophes before it too, so that our reader, which takes one off, gives back just what was there.
_RISKY = re.compile(r"^'*\s*[=+\-@]|^'*[\t\r]")
# Excel and XML cannot hold these at all.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST = 32_000


def safe_cell(value: Any) -> Any:
    """Return a value that no spreadsheet runs.

    A text that begins with ``=``, ``+``, ``-``, ``@`` or a tab could run as a formula: an apostrophe is put before it,
    which spreadsheets take to mean "text", and which our reader takes off again. Numbers, dates and yes/no stay.
    """
    if not isinstance(value, str):
        return value
    text = _ILLEGAL.sub("", value)[:_LONGEST]
    return f"'{text}" if _RISKY.match(text) else text
