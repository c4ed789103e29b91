"""Cells that are not read: those of our own exports for others, which hold less than is known."""

import re
from dataclasses import replace

from rosc_map.errors import RowProblem
from rosc_map.exchange import RawTable
from rosc_map.publish import MASK
from rosc_map.records import Asset, match_headers

__all__ = ["masked", "without_districts"]

_POINT = ("latitude", "longitude")
_DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.IGNORECASE)


def masked(table: RawTable) -> list[RowProblem]:
    """Say which cells come from an export for others: they were not read, or the mask would replace the real words."""
    why, what = "was masked in an export for others.", "The cell was not read. Work with an export for internal use."
    return [RowProblem(row, header, MASK, why, what) for row, header in table.masked]


def without_districts(table: RawTable) -> tuple[RawTable, list[RowProblem]]:
    """Take out postcodes of which only the first half is given: our exports for others have them, and nobody gains."""
    matched, _ = match_headers(Asset, table.headers)
    header = next((header for header, name in matched.items() if name == "postcode"), "")
    rows, said = [], []
    for number, values in table.rows:
        cell = str(values.get(header) or "").strip()
        if _DISTRICT.fullmatch(cell):
            why, what = "is only the first half of a postcode.", "It was not read: write the whole postcode."
            said.append(RowProblem(number, header, cell, why, what))
            values = {**values, header: None}
        if str(values.get("place_quality")) == "postcode_district":
            # "About here": the middle of a district, not where the asset is.
            values = {**values, **dict.fromkeys(_POINT)}
        rows.append((number, values))
    return replace(table, rows=tuple(rows)), said
