"""The tables of a linkage round in words, for its own page and for a map: heads and rows of a page's table."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rosc_map.records import counted
from rosc_map.show._shares import known, share_words

__all__ = ["figures_table", "pair_words", "types_table"]


def figures_table(figures: pd.DataFrame) -> dict[str, Any]:
    """Return the figures of a round, a row each, with its interval and its denominator."""
    rows = [
        (row["label"], share_words(row["estimate"], row["low"], row["high"]), row["of"])
        for row in figures.to_dict("records")
    ]
    return {
        "caption": "The figures, with their 95 % intervals in brackets",
        "head": ("Figure", "Share", "Of"),
        "rows": rows,
    }


def types_table(pairs: pd.DataFrame) -> dict[str, Any]:
    """Return the table between types of service: who was asked by rows, and about whom by columns."""
    cells = {(str(row["from_type"]), str(row["to_type"])): row for row in pairs.to_dict("records")}
    types = [str(name) for name in dict.fromkeys([*pairs["from_type"], *pairs["to_type"]])]
    return {
        "caption": "Share of answered questions that found a link, with 95 % intervals in brackets",
        "head": ("Asked (row) about (column)", *types),
        "rows": [(start, *(pair_words(cells.get((start, end))) for end in types)) for start in types],
    }


def pair_words(row: Mapping[Any, Any] | None) -> str:
    """Return a cell between two types, or of a band of distance; no row is a pair of types that was not tested."""
    if row is None or row["note"] == "not tested":
        return "not tested"
    if row["answered"] is None:
        return str(row["note"])
    answered = counted(int(row["answered"]), "answer")
    if known(row["share"]) is None:
        return f"{row['note'] or 'not known'} ({answered})"
    return f"{share_words(row['share'], row['low'], row['high'])} of {answered}"
