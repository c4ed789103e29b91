"""A table between kinds of asset, or by distance, must not give away one organisation's result (METHODS §1, Conduct).

A kind of which there is only one service has a row that is that service's result. And what is left out of a table can
be worked out from the totals (of all answers, of those about one's own kind, of those about other kinds), so that what
is left out of each needs several services too.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, filterfalse
from typing import Any

import pandas as pd

from rosc_map.records import row_dicts

__all__ = ["FEWEST_SERVICES", "hide_few_services", "hide_few_services_by_distance", "may_tell_kinds_apart"]

FEWEST_SERVICES = 3
"""A shown cell, and all cells left out together, rest on at least so many services that were asked, and asked about."""

# That nobody answered would name the one that did not, so not even the counts are told.
_FIGURES = ("questions", "answered", "linked", "share", "low", "high")
Cell = tuple[str, ...]
Services = dict[Cell, tuple[set[str], set[str]]]


def hide_few_services(cells: pd.DataFrame, answers: pd.DataFrame, asset_types: "pd.Series[str]") -> pd.DataFrame:
    """Leave out the figures of the cells that rest on few services, and of as many more as keep those from being found.

    Parameters
    ----------
    cells
        What :func:`rosc_map.linkage.between_types` gave.
    answers
        The questions whose answer counts: ``source``, ``target`` (ids).
    asset_types
        The type of each asset; the index is the id.

    Returns
    -------
    pandas.DataFrame
        The same rows; where figures are left out, the note says "too few".
    """
    services = _services(_kinds(answers, asset_types), answers)
    told: list[Cell] = list(zip(cells["from_type"], cells["to_type"], strict=True))
    totals = (set(filter(_like, told)), set(filterfalse(_like, told)), set(told))
    return _without_few(cells, told, services, totals)


def hide_few_services_by_distance(bands: pd.DataFrame, answers: pd.DataFrame, band: "pd.Series[str]") -> pd.DataFrame:
    """Do the same for the table by distance.

    Parameters
    ----------
    bands
        The bands of :func:`rosc_map.linkage.by_distance`.
    answers
        As for :func:`hide_few_services`.
    band
        In which band each of the answers is; the index is that of ``answers``.

    Returns
    -------
    pandas.DataFrame
        The same rows; where figures are left out, the note says "too few".
    """
    told = [(name,) for name in bands["band"]]
    return _without_few(bands, told, _services(((name,) for name in band), answers), (set(told),))


def _without_few(
    table: pd.DataFrame, cells: Sequence[Cell], services: Services, totals: Iterable[set[Cell]]
) -> pd.DataFrame:
    """Leave out what rests on few services, and as many of the smallest others as keep it from being found."""
    rows = row_dicts(table)
    few = [bool(row["note"]) or _few(services.get(cell, (set(), set()))) for row, cell in zip(rows, cells, strict=True)]
    hidden = set(compress(cells, few))
    smallest_first = [cell for _, cell in sorted(zip(table["answered"], cells, strict=True))]
    for total in totals:
        more = iter([cell for cell in smallest_first if cell in total - hidden])
        while _gives_away(hidden & total, services) and (cell := next(more, None)):
            hidden.add(cell)
    kept = [_row(row, hidden=cell in hidden) for row, cell in zip(rows, cells, strict=True)]
    return pd.DataFrame(kept, columns=table.columns, dtype=object)


def may_tell_kinds_apart(answers: pd.DataFrame, asset_types: "pd.Series[str]") -> bool:
    """Whether linkage within kinds and linkage between kinds each rest on several services.

    Parameters
    ----------
    answers, asset_types
        As for :func:`hide_few_services`.
    """
    services = _services(_kinds(answers, asset_types), answers)
    like = set(filter(_like, services))
    return not (_gives_away(like, services) or _gives_away(set(services) - like, services))


def _kinds(answers: pd.DataFrame, asset_types: "pd.Series[str]") -> Iterator[Cell]:
    return zip(answers["source"].map(asset_types), answers["target"].map(asset_types), strict=True)


def _services(cells: Iterable[Cell], answers: pd.DataFrame) -> Services:
    """Return who answered in each cell, and about whom."""
    services: Services = {}
    for cell, source, target in zip(cells, answers["source"], answers["target"], strict=True):
        asked, about = services.setdefault(cell, (set(), set()))
        asked.add(source)
        about.add(target)
    return services


def _like(cell: Cell) -> bool:
    return cell[0] == cell[1]


def _few(services: tuple[set[str], set[str]]) -> bool:
    return min(map(len, services)) < FEWEST_SERVICES


def _gives_away(hidden: set[Cell], services: Services) -> bool:
    """Whether what is left out, all together, is the result of a few services."""
    told = [services[cell] for cell in hidden if cell in services]
    if not told:
        return False
    return _few((set().union(*(asked for asked, _ in told)), set().union(*(about for _, about in told))))


def _row(row: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    if not hidden or row["note"] == "not tested":
        return row
    return row | {name: None for name in _FIGURES if name in row} | {"note": "too few"}
