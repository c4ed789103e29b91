"""A table between kinds of asset must not give away one organisation's own result (METHODS §1, Conduct).

A kind of which there is only one service has a row that is that service's result. And what is left out of a table can
be worked out from the total, so that what is left out together needs several services too.
"""

from typing import Any

import pandas as pd

from rosc_map.records import row_dicts

__all__ = ["FEWEST_SERVICES", "hide_few_services"]

FEWEST_SERVICES = 3
"""A shown cell, and all cells left out together, rest on at least so many services that were asked, and asked about."""

# That nobody answered would name the one that did not, so not even the counts are told.
_FIGURES = ("questions", "answered", "linked", "share", "low", "high")
Cell = tuple[str, str]


def hide_few_services(cells: pd.DataFrame, answers: pd.DataFrame, asset_types: "pd.Series[str]") -> pd.DataFrame:
    """Leave out the figures of the cells that rest on few services, and of as many more as keep those from being found.

    Parameters
    ----------
    cells
        What :func:`rosc_map.linkage.between_types` gave.
    answers
        The answers to the questions that count: ``source``, ``target`` (ids).
    asset_types
        The type of each asset; the index is the id.

    Returns
    -------
    pandas.DataFrame
        The same rows; where figures are left out, the note says "too few".
    """
    pairs = answers[["source", "target"]].drop_duplicates()
    kinds = zip(pairs["source"].map(asset_types), pairs["target"].map(asset_types), strict=True)
    services: dict[Cell, tuple[set[str], set[str]]] = {}
    for cell, source, target in zip(kinds, pairs["source"], pairs["target"], strict=True):
        asked, about = services.setdefault(cell, (set(), set()))
        asked.add(source)
        about.add(target)
    rows = row_dicts(cells)
    hidden = {_cell(row) for row in rows if row["note"] or _few(services.get(_cell(row), (set(), set())))}
    shown = sorted((row["answered"], _cell(row)) for row in rows if _cell(row) not in hidden)
    while shown and _gives_away(hidden, services):
        hidden.add(shown.pop(0)[1])
    return pd.DataFrame([_row(row, hidden) for row in rows], columns=cells.columns, dtype=object)


def _cell(row: dict[str, Any]) -> Cell:
    return row["from_type"], row["to_type"]


def _few(services: tuple[set[str], set[str]]) -> bool:
    return min(map(len, services)) < FEWEST_SERVICES


def _gives_away(hidden: set[Cell], services: dict[Cell, tuple[set[str], set[str]]]) -> bool:
    """Whether what is left out, all together, is the result of a few services."""
    told = [services[cell] for cell in hidden if cell in services]
    if not told:
        return False
    return _few((set().union(*(asked for asked, _ in told)), set().union(*(about for _, about in told))))


def _row(row: dict[str, Any], hidden: set[Cell]) -> dict[str, Any]:
    if _cell(row) not in hidden or row["note"] == "not tested":
        return row
    return row | dict.fromkeys(_FIGURES) | {"note": "too few"}
