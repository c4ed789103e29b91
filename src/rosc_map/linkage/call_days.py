"""When a volunteer rang: days and tries as people write them into a call sheet (METHODS §1, "Conduct")."""

import datetime as dt
import re

from rosc_map.records import Answer, CellError, is_given, parse_cell

__all__ = ["PARTS_OF_DAY", "part_of_day", "read_date", "read_try"]

_DATE = Answer.specs()["on"]
_LONGEST = 200
_PARTS = {"morning": dt.time(10, 0), "afternoon": dt.time(14, 0), "evening": dt.time(18, 30)}

PARTS_OF_DAY = tuple(_PARTS)
"""The parts of a day in which somebody may try.

Examples
--------
>>> from rosc_map.linkage import PARTS_OF_DAY
>>> PARTS_OF_DAY
('morning', 'afternoon', 'evening')
"""

_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes|s)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_SEPTEMBER = re.compile(r"\bsept\b\.?", re.IGNORECASE)
# Without a year, 10.11 may be ten past ten or so, and 10-11 two days: only 10/11 and 10.11. are plainly a day.
_DAY = (
    r"\d{4}-\d\d-\d\d|\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)(?:\d{4}|\d\d)"
    r"|\d{1,2}-[a-z]{3,9}-(?:\d{4}|\d\d)|\d{1,2} [a-z]{3,9},? \d{4}"
    r"|(?P<short>\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\.|\d{1,2} [a-z]{3,9})"
)
_TIME = (
    r"(?:in the )?(?P<part>morning|afternoon|evening)"
    r"|(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?)? ?(?P<half>am|pm)?"
)
# What follows after a comma is a remark, such as "no reply"; with a digit in it, it may be another try.
_TRY = re.compile(rf"(?P<day>{_DAY})(?P<time>(?:[ ,]+(?:at )?|T)(?:{_TIME}))?(?: ?[,;(]\D*)?", re.IGNORECASE | re.ASCII)


def read_date(text: str, drawn_on: dt.date | None = None) -> dt.date | None:
    """Return the day of a date as people write it; None for an empty cell.

    Parameters
    ----------
    text
        With or without the day of the week, and a time. Day and month will do where ``drawn_on`` is known.
    drawn_on
        The day of the draw. A day without a year is the first one from then on.

    Raises
    ------
    CellError
        When it is no date.
    """
    found = _find(text)
    if found:
        return _day(found, drawn_on)
    # What has another shape, or says nothing, is read, or refused, as every other date is.
    day: dt.date | None = parse_cell(_DATE, text)
    return day


def read_try(text: str, drawn_on: dt.date | None = None) -> str:
    """Return the day and time of a try as ``YYYY-MM-DD HH:MM``, or the day alone; "" for an empty cell.

    Parameters
    ----------
    text
        A day as for :func:`read_date`, and a time on the clock of 24 hours unless am or pm stands with it, or a part of
        the day: morning is 10:00, afternoon 14:00 and evening 18:30. Words after a comma are left out.
    drawn_on
        As for :func:`read_date`.

    Raises
    ------
    CellError
        When it has no date, or a time that can be taken in two ways.
    """
    if not is_given(text) or text.casefold() == "none":
        return ""
    found = _find(text)
    if found is None:
        raise CellError(
            "has no date that can be read.",
            "Write one try, with day and month: for example 3 March 10:30, or 3 March, morning. A day of the week alone"
            " may be of any week.",
        )
    time = _time(found) if found["time"] else dt.time(0, 0)
    if time is None:
        raise CellError(
            "has a time that cannot be read.", "Write it like 10:30, 2pm, or morning; or leave the time out."
        )
    day = _day(found, drawn_on)
    # A workbook gives a day without a time as midnight, when nobody rings.
    return f"{day}" if time == dt.time(0, 0) else f"{day} {time:%H:%M}"


def _find(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST:
        return None
    plain = _SEPTEMBER.sub("Sep", _ORDINAL.sub("", _WEEKDAY.sub(" ", text)))
    return _TRY.fullmatch(" ".join(plain.split()).strip(" ,"))


def _day(found: re.Match[str], drawn_on: dt.date | None) -> dt.date:
    short = found["short"]
    if not short:
        day: dt.date = parse_cell(_DATE, found["day"].replace(",", ""))
        return day
    if drawn_on is None:
        raise CellError("has no year.", "Write it too, for example 3 March 2026.")
    days = [_in_year(short, year) for year in (drawn_on.year, drawn_on.year + 1)]
    later = [day for day in days if day and day >= drawn_on]
    if not later:
        raise CellError("is not a date.", "Write the day before the month, for example 3 March or 3/3.")
    return later[0]


def _in_year(short: str, year: int) -> dt.date | None:
    """Return a day and month of one year; None where there is no such day, as of 29 February."""
    between = "/" if "/" in short else "" if short.endswith(".") else " "
    try:
        day: dt.date | None = parse_cell(_DATE, f"{short}{between}{year}")
    except CellError:
        return None
    return day


def _time(found: re.Match[str]) -> dt.time | None:
    """Return the time of day of a try; None where it is none, or could be in the morning or the evening."""
    if found["part"]:
        return _PARTS[found["part"].casefold()]
    hour, half = int(found["hour"]), (found["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif not found["minute"]:
        return None
    minute = int(found["minute"] or 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def part_of_day(tried: str) -> str:
    """Return morning (before 12), afternoon (before 17) or evening for a try as :func:`read_try` gives it.

    "" for a day alone: nobody knows then.
    """
    if len(tried) <= len("2026-03-03"):
        return ""
    hour = int(tried[11:13])
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"
