"""Rows of the small records as plain values, the authorities that they are told by, and their words in a sentence."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import Coverage, clean_lookup, coverage
from rosc_map.records import Kind, Record

__all__ = ["by_number", "cover_of", "in_order", "listed", "plain"]

# What stands for "nothing is known" in a field of a kind; text is "".
_NOTHING: Mapping[Kind, Any] = {
    Kind.DATE: None,
    Kind.YES_NO: None,
    Kind.NUMBER: None,
    Kind.LIST: (),
    Kind.CHOICES: (),
}


def plain(table: pd.DataFrame, record: type[Record], fields: Collection[str]) -> pd.DataFrame:
    """Return the fields of a table as plain objects: None, () or "" where nothing is known, and never NaN.

    Parameters
    ----------
    table
        Rows of the record, with these fields at least.
    record
        What the rows are; a field that it has not is text.
    fields
        The fields that are read.

    Raises
    ------
    InputError
        When a field is missing.
    """
    missing = [name for name in fields if name not in table.columns]
    if missing:
        raise InputError(
            f"The {record.noun} table has no column {', '.join(missing)}. Add it, empty where nothing is known."
        )
    specs = record.specs()
    nothing = {name: _NOTHING.get(specs[name].kind, "") if name in specs else "" for name in fields}
    columns = {name: [_plain(value, nothing[name]) for value in table[name]] for name in fields}
    return pd.DataFrame(columns, columns=list(fields), dtype=object)


def _plain(value: Any, nothing: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(value)
    if pd.isna(value):
        return nothing
    return value.date() if isinstance(value, pd.Timestamp) else value


def cover_of(lookup: pd.DataFrame, tier: str) -> Coverage:
    """Return the authorities of a tier, and what each code stands for.

    Raises
    ------
    InputError
        When the tier is not known, a column is missing, or the lookup holds no authority.
    """
    known = clean_lookup(lookup)
    if known.empty:
        raise InputError("There are no authorities in this area. Choose an area with at least one.")
    return coverage(known, tier)


def by_number(number: int, one: str, more: str) -> str:
    """Return a number with the words that fit it: 1 row has ended, 2 rows have ended."""
    return f"{number:,} {one if number == 1 else more}"


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: a, b and c."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def in_order(codes: Collection[str]) -> Callable[[str], int]:
    """Return by what to sort codes, so that they stand in the order of their codelist; unknown ones last."""
    places = {code: place for place, code in enumerate(codes)}
    return lambda code: places.get(code, len(places))
