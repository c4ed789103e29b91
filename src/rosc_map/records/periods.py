"""Periods in which people were counted: years, quarters and months, and from one to another.

Nothing else is a period, so that no name, place or day of a single person can stand where one belongs.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from rosc_map.records.cells import CellError

__all__ = ["Period", "known_period", "read_period"]

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
_FINANCIAL = re.compile(r"((?:19|20)\d\d)\s?[-/]\s?((?:19|20)?\d\d)", re.ASCII)
_QUARTER = re.compile(r"q\s?([1-4]),?\s+(.+)|(.+?),?\s+q\s?([1-4])", re.ASCII)
_MONTH = re.compile(r"([a-z]{3,9})\.?\s+((?:19|20)\d\d)", re.ASCII)
_MONTH_IN_FIGURES = re.compile(r"((?:19|20)\d\d)-(\d\d)|(\d{1,2})/((?:19|20)\d\d)", re.ASCII)
_TO = re.compile(r"\s+(?:to|until|-)\s+")


@dataclass(frozen=True)
class Period:
    """A period with its first and last day, and how it is written.

    Examples
    --------
    >>> from rosc_map.records import Period, read_period
    >>> found = read_period("2025-26")
    >>> isinstance(found, Period), found.first, found.last
    (True, datetime.date(2025, 4, 1), datetime.date(2026, 3, 31))
    """

    first: dt.date
    last: dt.date
    text: str

    def may_overlap(self, other: "Period") -> bool:
        """Whether a day lies in both."""
        return self.first <= other.last and other.first <= self.last


def read_period(text: str) -> Period:
    """Return the period that is meant: "2025-26" (from April to March), "2025", "2025-26 Q1", "2025-04", "a to b".

    Raises
    ------
    CellError
        For anything else; the text is not to be repeated, since it may tell of a person.

    Examples
    --------
    >>> from rosc_map.records import read_period
    >>> read_period("2025/26").text, read_period("2025-26").last
    ('2025-26', datetime.date(2026, 3, 31))
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("–", "-").casefold().split())
    ends = [known for known in map(_one, _TO.split(plain)) if known]
    if len(ends) == 2 and ends[0].last < ends[1].first and len(_TO.split(plain)) == 2:
        return Period(ends[0].first, ends[1].last, f"{ends[0].text} to {ends[1].text}")
    if len(ends) == 1 and not _TO.search(plain):
        return ends[0]
    raise CellError(
        "is not a period.", "Write a year such as 2025-26 or 2025, a quarter (2025-26 Q1) or a month (2025-04).",
        secret=True,
    )  # fmt: skip


def known_period(text: str) -> Period | None:
    """Return the period that is meant, or None for what is none, as it may stand in a file of before.

    Examples
    --------
    >>> from rosc_map.records import known_period
    >>> known_period("2025-26 Q1").text, known_period("last winter")
    ('2025-26 Q1', None)
    """
    try:
        return read_period(text)
    except CellError:
        return None


def _one(text: str) -> Period | None:
    return _year(text) or _quarter(text) or _month(text)


def _year(text: str) -> Period | None:
    if _YEAR.fullmatch(text):
        return Period(dt.date(int(text), 1, 1), dt.date(int(text), 12, 31), text)
    found = _FINANCIAL.fullmatch(text)
    if (
        not found
        or int(found[2][-2:]) != (int(found[1]) + 1) % 100
        or found[2][:-2] not in ("", str(int(found[1]) + 1)[:2])
    ):
        return None
    year = int(found[1])
    return Period(dt.date(year, 4, 1), dt.date(year + 1, 3, 31), f"{year}-{found[2][-2:]}")


def _quarter(text: str) -> Period | None:
    found = _QUARTER.fullmatch(text)
    year = _year(found[2] or found[3]) if found else None
    if not found or not year:
        return None
    number = int(found[1] or found[4])
    first = _months_on(year.first, 3 * (number - 1))
    return Period(first, _months_on(first, 3) - dt.timedelta(days=1), f"{year.text} Q{number}")


def _month(text: str) -> Period | None:
    named, figures = _MONTH.fullmatch(text), _MONTH_IN_FIGURES.fullmatch(text)
    # "Apr", "Sept" and "September", each long enough to be no other month.
    names = [month for month, name in enumerate(_MONTHS, start=1) if named and name.startswith(named[1])]
    if named and names:
        year, month = int(named[2]), names[0]
    elif figures:
        year, month = int(figures[1] or figures[4]), int(figures[2] or figures[3])
    else:
        return None
    if not 1 <= month <= 12:
        return None
    first = dt.date(year, month, 1)
    return Period(first, _months_on(first, 1) - dt.timedelta(days=1), f"{year}-{month:02}")


def _months_on(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    return dt.date(day.year + years, month + 1, 1)
