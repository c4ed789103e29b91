"""Counts of people outside internal: 1 to 4 are "fewer than 5", and nothing beside them lets them be worked out.

What can be worked out is a small count that is a part of a larger one which is shown too: a quarter of a year, or a
link among the links that a treatment service's total counts. So of counts that may hold one another only the largest
is shown, and a total is not shown where anything in it is hidden, or where what is left of it is small (METHODS §2).
"""

import re
from collections.abc import Iterator, Sequence

import pandas as pd

__all__ = ["NOT_SHOWN", "NOT_TOLD", "SMALL", "counts_as_they_are", "hide_small_counts", "may_overlap"]

SMALL = 5
"""Counts of people below it, and above 0, are not shown outside internal."""

NOT_SHOWN = "not shown"
NOT_TOLD = "not told"
_FEWER = f"fewer than {SMALL}"
_FINANCIAL_YEAR = re.compile(r"(\d{4})\s*[-/–]\s*(\d{2}|\d{4})")
_YEAR = re.compile(r"\d{4}")


def may_overlap(one: str, other: str) -> bool:
    """Whether a day may lie in both of two periods; of two different whole years of one kind, none does."""
    if one.strip() == other.strip():
        return True
    years = [_FINANCIAL_YEAR.fullmatch(period.strip()) for period in (one, other)]
    if years[0] and years[1] and all(_is_one_year(*year.groups()) for year in years if year):
        return years[0][1] == years[1][1]
    return not (_YEAR.fullmatch(one.strip()) and _YEAR.fullmatch(other.strip()))


def _is_one_year(start: str, end: str) -> bool:
    return (int(start) + 1) % 100 == int(end) % 100 and (len(end) == 2 or int(end) == int(start) + 1)


def counts_as_they_are(counts: pd.Series) -> list[str]:
    """Return counts in words for those who may see each: "12", or "not told" where there is no number."""
    return [NOT_TOLD if pd.isna(count) else f"{int(count):,}" for count in counts]


def hide_small_counts(links: pd.DataFrame, totals: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the counts of links and of totals in words, as they may be seen outside internal.

    Parameters
    ----------
    links
        One row a link and a period: ``pair`` (what counts the same people in other periods: any value), ``total``
        (which totals it may be a part of: a value of ``of``, or ""), ``period``, ``count`` (or missing).
    totals
        One row a total and a period: ``of``, ``period``, ``count`` (or missing).

    Returns
    -------
    tuple of two lists of str
        In the order of the rows: "12", "0", "fewer than 5", "not shown", or "not told".
    """
    of_links, of_totals = _words(links, "pair"), _words(totals, "of")
    parts = list(zip(links["total"], links["period"], links["count"], of_links, strict=True))
    for place, (of, period, count) in enumerate(zip(totals["of"], totals["period"], totals["count"], strict=True)):
        within = [(part, words) for key, when, part, words in parts if key == of and may_overlap(when, period)]
        if _is_figure(of_totals[place]) and _gives_away(count, within):
            of_totals[place] = NOT_SHOWN
    return of_links, of_totals


def _words(table: pd.DataFrame, same: str) -> list[str]:
    """Return the counts in words; of counts of one thing whose periods may hold one another, only the largest."""
    words = [_word(count) for count in table["count"]]
    for rows in _families(table, same):
        *others, largest = sorted(rows, key=lambda row: table["count"].iloc[row])
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


def _families(table: pd.DataFrame, same: str) -> Iterator[list[int]]:
    """Return the rows with a number, two or more, that count the same thing in periods that may hold one another."""
    told = table["count"].notna().to_numpy()
    periods = list(table["period"])
    rows_of: dict[object, list[int]] = {}
    for row, key in enumerate(table[same]):
        if told[row]:
            rows_of.setdefault(key, []).append(row)
    for rows in rows_of.values():
        held = [row for row in rows if any(may_overlap(periods[row], periods[other]) for other in rows if other != row)]
        if held:
            yield held


def _gives_away(total: float, parts: Sequence[tuple[float | None, str]]) -> bool:
    """Whether a total and the parts that are shown tell of few people."""
    if any(words in (_FEWER, NOT_SHOWN) for _, words in parts):
        return True
    shown = sum(float(count or 0) for count, words in parts if _is_figure(words))
    return bool(parts) and 0 < total - shown < SMALL
