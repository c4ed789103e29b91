"""Schedules of Open Referral as the times of an asset: weekly, every second week, or on the nth weekday of a month."""

import datetime as dt
import re
from collections.abc import Iterable

from rosc_map.exchange.outside.open_referral_parts import Part, first_word
from rosc_map.exchange.outside.repair import Said
from rosc_map.records.sessions import WEEKDAYS, Session, format_sessions, parse_sessions

__all__ = ["put_times"]

# As iCalendar has them, and with their names in full or short, as dialects do. Any other word is no day.
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FULL = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_AT = {word: at for at, full in enumerate(_FULL) for word in (full[:2], full[:3], full, f"{full}S")}
_AT |= {"TUES": 1, "WEDS": 2, "THUR": 3, "THURS": 3}
_SEVERAL = {"WEEKDAY": "MO..FR", "WEEKDAYS": "MO..FR", "WEEKEND": "SA..SU", "WEEKENDS": "SA..SU"}
_BYDAY = re.compile(r"(?P<nth>[+-]?\d)?(?P<day>[A-Z]+)(?:\.\.(?P<last>[A-Z]+))?")
_RANGE = re.compile(r" ?[-–—] ?(?=[A-Z])| (?:TO|UNTIL) ")
_BETWEEN = re.compile(r"(?:[,;&/\s]|\b(?:AND|EVERY)\b)+")
_NTH = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "-1": "last"}
_TIME = re.compile(r"(?:\d{4}-\d\d-\d\dT)?(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MIDNIGHT, _END_OF_DAY = "00:00", "24:00"
_SHOWN = ("freq", "interval", "byday", "bymonthday", "weekday", "opens_at", "closes_at", "description")


class _CannotSayError(ValueError):
    """A schedule that the times of an asset cannot say, with the reason."""


def put_times(said: Said, schedules: Iterable[Part], today: dt.date) -> None:
    """Take the times of a service; what is over, to come, or cannot be said in times of a week or month is noted.

    Parameters
    ----------
    said
        The fields of the row.
    schedules
        The ``regular_schedules`` of version 1 or the ``schedules`` of 3.0.
    today
        The day on which the list is read.
    """
    found: dict[Session, None] = {}
    for schedule in schedules:
        try:
            _refuse_other_times(schedule, today)
            found |= dict.fromkeys(_sessions(schedule))
        except _CannotSayError as error:
            shown = " ".join(text for key in _SHOWN if (text := first_word(schedule, key)))
            said.note("sessions", shown, f"{error}.", "It was left out: write the times by hand.")
    said.put("sessions", format_sessions(tuple(found)))


def _refuse_other_times(schedule: Part, today: dt.date) -> None:
    begins, ends = (_DAY.match(first_word(schedule, key)) for key in ("valid_from", "valid_to"))
    # Days that are written year first sort as texts.
    if ends and ends[0] < today.isoformat():
        raise _CannotSayError(f"ended on {ends[0]}")
    if begins and begins[0] > today.isoformat():
        raise _CannotSayError(f"begins on {begins[0]}")


def _sessions(schedule: Part) -> tuple[Session, ...]:
    days, start, end = _days(schedule), _clock(schedule, "opens_at"), _clock(schedule, "closes_at")
    if not (days or start or end):
        return _described(schedule)
    if not (days and start and end):
        raise _CannotSayError("does not say its day, its start and its end")
    end = _END_OF_DAY if end == _MIDNIGHT else end
    if start >= end:
        raise _CannotSayError("ends before it begins, or after midnight")
    return tuple(Session(day, start, end, every) for day, every in days)


def _described(schedule: Part) -> tuple[Session, ...]:
    """Read times that are only described, if they are written as a cell of ours is; empty schedules are common."""
    text = first_word(schedule, "description")
    try:
        return parse_sessions(text)
    except ValueError:
        raise _CannotSayError("says its times in words only") from None


def _days(schedule: Part) -> list[tuple[str, str]]:
    """Return each weekday with what it is every ("", "alternate", "1st" …)."""
    freq = first_word(schedule, "freq").upper()
    text = _RANGE.sub("..", " ".join(first_word(schedule, "byday", "weekday").upper().split()))
    words = [_SEVERAL.get(word, word) for word in _BETWEEN.split(text) if word]
    if first_word(schedule, "bymonthday"):
        raise _CannotSayError("is on a date of the month, whatever its weekday")
    words = words or _unsaid_days(schedule, freq)
    every = _alternate(schedule, freq)
    found = [_meant(word) for word in words]
    if not all(days for days, _ in found):
        return []
    return [(day, every or _nth(nth, freq)) for days, nth in found for day in days]


def _meant(word: str) -> tuple[list[str], str]:
    """Return the weekdays that a word means, and the number in front of it; no day for a word that means none."""
    found = _BYDAY.fullmatch(word)
    first, last = (_AT.get(found["day"]), _AT.get(found["last"] or found["day"])) if found else (None, None)
    if found is None or first is None or last is None or (found["nth"] and found["last"]):
        return [], ""
    length = (last - first) % len(WEEKDAYS)  # Saturday to Monday goes over the end of the week
    return [WEEKDAYS[(first + day) % len(WEEKDAYS)] for day in range(length + 1)], found["nth"] or ""


def _unsaid_days(schedule: Part, freq: str) -> list[str]:
    """Return the days of a schedule that names none: each day, or weekly that of its beginning, as iCalendar has it."""
    if freq == "DAILY":
        return list(_DAYS)
    began = _DAY.match(first_word(schedule, "dtstart"))
    try:
        return [_DAYS[dt.date.fromisoformat(began[0]).weekday()]] if began and freq == "WEEKLY" else []
    except ValueError:
        return []


def _alternate(schedule: Part, freq: str) -> str:
    interval = first_word(schedule, "interval")
    if interval in ("", "0", "1"):
        return ""
    if interval == "2" and freq in ("", "WEEKLY"):
        return "alternate"
    raise _CannotSayError("is neither each week nor every second week nor each month")


def _nth(number: str, freq: str) -> str:
    """Return which weekday of the month is meant; numbers in front of days count in months only."""
    number = number.removeprefix("+")
    if freq == "WEEKLY" or (not number and freq != "MONTHLY"):
        return ""
    if number not in _NTH:
        raise _CannotSayError("does not say which of the first four weeks of the month, or the last")
    return _NTH[number]


def _clock(schedule: Part, key: str) -> str:
    found = _TIME.fullmatch(first_word(schedule, key))
    if not found or not (int(found[1]) < 24 and int(found[2]) < 60):
        return _END_OF_DAY if found and found[0].startswith(_END_OF_DAY) else ""
    return f"{int(found[1]):02}:{found[2]}"
