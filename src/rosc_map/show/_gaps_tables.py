"""The tables of a gap analysis, cell by cell in words: what nobody looked for is never shown as none found."""

import datetime as dt
from typing import Any

import pandas as pd
from markupsafe import Markup

from rosc_map.publish.gaps_types import GapsTable
from rosc_map.records import percent
from rosc_map.show._network_tables import Table
from rosc_map.show._words import text

__all__ = ["cell_words", "table_in_words"]

_NOT_KNOWN = Markup('<span class="not-known">not known</span>')
# Each with a look of its own, beside its words. What is not known may come in words, and is no status.
_LOOKS = {
    "served": Markup('<span class="served">served</span>'),
    "none_found": Markup('<span class="none-found">none found</span>'),
    "not_surveyed": Markup('<span class="not-surveyed">not surveyed</span>'),
    "not known": _NOT_KNOWN,
}
_SHARES = " (%)"
_DISTANCES = "km"


def table_in_words(found: GapsTable, most: int) -> Table:
    """Return a table as a page shows it: the columns that have a heading, in their order.

    Parameters
    ----------
    found
        The table, with plain cells.
    most
        How many rows a page can have; the caption says so where there are more.
    """
    rows = found.table[list(found.heads)].head(most).astype(object).itertuples(index=False, name=None)
    heads = tuple(found.heads.values())
    caption = found.title
    if len(found.table) > most:
        caption += f": the first {most:,} of {len(found.table):,} rows; all are in the tables beside this page"
    words = [tuple(cell_words(value, head) for value, head in zip(row, heads, strict=True)) for row in rows]
    return Table(caption, heads, words)


def cell_words(value: Any, head: str) -> str:
    """Return one cell in words.

    Parameters
    ----------
    value
        Text, a code of the three statuses, "not known", a number, a truth value, a date, several of these, or None.
    head
        The heading of its column: shares of 1 have one that ends in " (%)", distances one that says km.
    """
    if value is None or (not isinstance(value, tuple | list) and pd.isna(value)):
        return _NOT_KNOWN
    if isinstance(value, str):
        return _LOOKS.get(value, value)
    if isinstance(value, tuple | list):
        return ", ".join(cell_words(part, head) for part in value)
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return text(value)
    return percent(float(value)) if head.endswith(_SHARES) else _number(value, head)


def _number(value: float, head: str) -> str:
    """Return a number with its thousands apart; a small one is never rounded to none."""
    decimals = 1 if _DISTANCES in head or abs(value) >= 1 else 2
    least = 10**-decimals
    if 0 < value < least / 2:
        return f"under {least}"
    words = f"{value:,.{decimals}f}"
    return words.rstrip("0").rstrip(".") if "." in words else words
