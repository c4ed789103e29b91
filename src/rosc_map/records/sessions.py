"""When something is on: a small grammar that fits one cell of a spreadsheet.

``Mon 19:00-20:30; 1st Tue 18:00-19:00; daily 09:00-17:00`` — a weekday (or ``daily``, or ``weekdays``), before it
``1st``, ``2nd``, ``3rd``, ``4th`` or ``last`` when it is monthly, or ``alternate`` when it is every second week, then a
start and an end.
"""

import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["Session", "format_sessions", "occurrences", "parse_sessions"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = ("1st", "2nd", "3rd", "4th", "last", "alternate")
_WORDS = {"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "every other": "alternate"}
_GROUPS = {"daily": WEEKDAYS, "every day": WEEKDAYS, "weekdays": WEEKDAYS[:5], "weekends": WEEKDAYS[5:]}
_SHAPE = re.compile(
    r"^(?:(?P<every>1st|2nd|3rd|4th|last|alternate|first|second|third|fourth|every other)\s+)?"
    r"(?P<day>[a-z]+(?: day)?)s?\s+(?P<start>[\d:.apm ]+?)\s*(?:-|–|to|until)\s*(?P<end>[\d:.apm ]+)$"
)
_TIME = re.compile(r"^(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?$")
_HALF_DAY = 12
_WEEK = 7
_ONLY_START = re.compile(r"^[a-z0-9 ]*[a-z] \d{1,2}([:.]\d{2})? ?(am|pm)?$")


@dataclass(frozen=True)
class Session:
    """One regular time: ``weekday`` (Mon … Sun), ``start`` and ``end`` as HH:MM, ``every`` ("" is each week).

    Examples
    --------
    >>> from rosc_map.records import Session
    >>> first_saturday = Session("Sat", "10:30", "12:30", every="1st")
    >>> str(first_saturday)
    '1st Sat 10:30-12:30'
    """

    weekday: str
    start: str
    end: str
    every: str = ""

    def __str__(self) -> str:
        return f"{self.every} {self.weekday} {self.start}-{self.end}".strip()


def _time(text: str, half_day: str = "") -> str:
    """Read one time; ``half_day`` is am or pm where the other time of the session says it for both ("7-9pm")."""
    found = _TIME.match(text.strip())
    if not found:
        raise ValueError(f"{text.strip()!r} is not a time")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or half_day
    if not half and not found[2] and len(found[1]) < 2:
        raise ValueError(f"{text.strip()!r} could be morning or evening")
    if hour > _HALF_DAY and not found[3]:
        half = ""
    if half and not 1 <= hour <= _HALF_DAY:
        raise ValueError(f"{text.strip()!r} is not a time")
    if half:
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(f"{text.strip()!r} is not a time")
    return f"{hour:02d}:{minute:02d}"


def _days(word: str) -> tuple[str, ...]:
    if word in _GROUPS:
        return _GROUPS[word]
    # Three letters are enough to tell the days apart: "tues", "thurs" and "wednesdays" are how people write them.
    for short, full in zip(WEEKDAYS, _FULL_DAYS, strict=True):
        if word == "weds" and short == "Wed":
            return (short,)
        if len(word) >= len(short) and full.startswith(word.removesuffix("s") if len(word) > len(full) else word):
            return (short,)
    raise ValueError(f"{word!r} is not a day")


def _times(start: str, end: str) -> tuple[str, str]:
    half = _TIME.match(end.strip())
    both = (half[3] or "") if half else ""
    times = (_time(start, both), _time(end))
    if both == "pm" and times[0] >= times[1]:
        times = (_time(start, "am"), times[1])  # "10-2pm" begins in the morning
    if times[0] >= times[1]:
        raise ValueError(f"{start.strip()}-{end.strip()} ends before it begins")
    return times


def parse_sessions(text: str) -> tuple[Session, ...]:
    """Read the times of a cell.

    Raises
    ------
    ValueError
        With the part that cannot be read.

    Examples
    --------
    >>> from rosc_map.records import parse_sessions
    >>> [str(session) for session in parse_sessions("Tue 10am-2pm; last Sat 10:30-12:30")]
    ['Tue 10:00-14:00', 'last Sat 10:30-12:30']
    """
    sessions: list[Session] = []
    for part in re.split(r"[;\n|]", text):
        line = " ".join(part.lower().split())
        if not line:
            continue
        found = _SHAPE.match(line)
        if not found:
            lacks = "has no end" if _ONLY_START.match(line) else "is not a day and a time"
            raise ValueError(f"{part.strip()!r} {lacks}")
        every = _WORDS.get(found["every"] or "", found["every"] or "")
        start, end = _times(found["start"], found["end"])
        sessions += [Session(day, start, end, every) for day in _days(found["day"])]
    return tuple(dict.fromkeys(sessions))


def format_sessions(sessions: tuple[Session, ...]) -> str:
    """Write times so that :func:`parse_sessions` reads them back the same.

    Examples
    --------
    >>> from rosc_map.records import format_sessions, parse_sessions
    >>> format_sessions(parse_sessions("first saturday 10.30am - 12.30pm"))
    '1st Sat 10:30-12:30'
    """
    return "; ".join(str(session) for session in sessions)


def occurrences(session: Session, first_day: dt.date, days: int) -> tuple[dt.date, ...]:
    """Return the days on which a session is, or may be, in order.

    Of an ``alternate`` one nobody wrote down which weeks are meant, so it is given for each week: say so beside it.

    Parameters
    ----------
    session
        A regular time.
    first_day
        The first day that counts.
    days
        How many days count, the first one among them.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.records import occurrences, parse_sessions
    >>> tuesdays, = parse_sessions("1st Tue 18:00-19:00")
    >>> [str(day) for day in occurrences(tuesdays, dt.date(2026, 11, 1), 60)]
    ['2026-11-03', '2026-12-01']
    """
    span = (first_day + dt.timedelta(days=number) for number in range(days))
    return tuple(each for each in span if WEEKDAYS[each.weekday()] == session.weekday and _is_its_week(session, each))


def _is_its_week(session: Session, day: dt.date) -> bool:
    if session.every in ("", "alternate"):
        return True
    if session.every == "last":
        return (day + dt.timedelta(days=_WEEK)).month != day.month
    return session.every == _EVERY[(day.day - 1) // _WEEK]
