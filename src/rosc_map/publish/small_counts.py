"""Counts of people outside internal: 1 to 4 are "fewer than 5", and nothing beside them lets them be worked out.

What can be worked out is a small count that is a part of a larger one which is shown too: a quarter of a year, or a
link among those that a treatment service's total counts. So of counts that may hold one another only the largest is
shown; and a total is shown only where all that may be a part of it is shown and of the same period, and leaves nobody
or enough people (METHODS §2).
"""

from collections.abc import Hashable, Sequence

import pandas as pd

from rosc_map.records import Period, known_period

__all__ = ["NOT_SHOWN", "NOT_TOLD", "SMALL", "counts_as_they_are", "hide_small_counts"]

SMALL = 5
"""Counts of people below it, and above 0, are not shown outside internal."""

NOT_SHOWN = "not shown"
NOT_TOLD = "not told"
_FEWER = f"fewer than {SMALL}"


def counts_as_they_are(counts: pd.Series) -> list[str]:
    """Return counts in words for those who may see each: "12", or "not told" where there is no number."""
    return [NOT_TOLD if pd.isna(count) else f"{int(count):,}" for count in counts]


def hide_small_counts(links: pd.DataFrame, totals: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the counts of links and of totals in words, as they may be seen outside internal.

    Parameters
    ----------
    links
        One row a count: ``pair`` (what counts the same people in other periods: any value), ``within`` (a tuple of the
        totals that it may be a part of: values of ``of``), ``period``, ``count`` (or missing).
    totals
        One row a count: ``of``, ``period``, ``count`` (or missing).

    Returns
    -------
    tuple of two lists of str
        In the order of the rows: "12", "0", "fewer than 5", "not shown", or "not told".
    """
    when = {text: known_period(text) for text in {*links["period"], *totals["period"]}}
    of_links, of_totals = _words(links, "pair", when), _words(totals, "of", when)
    parts: dict[Hashable, list[_Part]] = {}
    for held_by, period, count, words in zip(links["within"], links["period"], links["count"], of_links, strict=True):
        for of in held_by:
            parts.setdefault(of, []).append((when[period], count, words))
    for place, (of, period, count) in enumerate(zip(totals["of"], totals["period"], totals["count"], strict=True)):
        if _is_figure(of_totals[place]) and _gives_away(count, when[period], parts.get(of, ())):
            of_totals[place] = NOT_SHOWN
    return of_links, of_totals


_Part = tuple[Period | None, float, str]
"""The period of a count, the count, and how it is shown."""


def _words(table: pd.DataFrame, same: str, when: dict[str, Period | None]) -> list[str]:
    """Return the counts in words; of counts of one thing whose periods may hold one another, only the largest."""
    words = [_word(count) for count in table["count"]]
    counts = table["count"].to_list()
    for rows in _families(table, same, when):
        *others, largest = sorted(rows, key=lambda row: counts[row])
        # A year beside a quarter of "fewer than 5" would tell of the other three: then the year goes too.
        small = any(words[row] == _FEWER for row in others)
        for row in [*others, largest] if small else others:
            words[row] = words[row] if words[row] == _FEWER else NOT_SHOWN
    return words


def _word(count: float | None) -> str:
    if count is None or pd.isna(count):
        return NOT_TOLD
    return _FEWER if 0 < count < SMALL else f"{int(count):,}"


def _is_figure(words: str) -> bool:
    return words not in (NOT_TOLD, NOT_SHOWN, _FEWER)


def _families(table: pd.DataFrame, same: str, when: dict[str, Period | None]) -> list[list[int]]:
    """Return the rows with a number that count the same thing in periods of which each may overlap another."""
    rows_of: dict[Hashable, list[int]] = {}
    for row, (key, count) in enumerate(zip(table[same], table["count"], strict=True)):
        if not pd.isna(count):
            rows_of.setdefault(key, []).append(row)
    periods = [when[text] for text in table["period"]]
    families = []
    for rows in rows_of.values():
        # By their first days, the next overlaps for as long as one has not ended. What is no period may overlap all.
        known = sorted((period.first, period.last, row) for row in rows if (period := periods[row]) is not None)
        if len(known) < len(rows):
            families.append(rows)
            continue
        family: list[int] = []
        last = None
        for first, end, row in known:
            if last is not None and first > last:
                families.append(family)
                family = []
            family.append(row)
            last = end if last is None else max(last, end)
        families.append(family)
    return [family for family in families if len(family) > 1]


def _gives_away(total: float, period: Period | None, parts: Sequence[_Part]) -> bool:
    """Whether a total and the parts that are shown tell of few people."""
    mine = [part for part in parts if period is None or part[0] is None or part[0].may_overlap(period)]
    if not mine:
        return False
    if any(part is None or part != period or not _is_figure(words) for part, _, words in mine):
        return True
    # What is shown is nobody or enough, so that whichever of them are no part of it, no less is left. Below nothing:
    # some are no part of it, and which cannot be told.
    rest = total - sum(count for _, count, _ in mine)
    return rest < 0 or 0 < rest < SMALL
