"""When a meeting is, however a list writes it, as the times of an asset."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from rosc_map.exchange.outside.repair import Notes, text_of
from rosc_map.records.sessions import WEEKDAYS

__all__ = ["NOT_EVERY_WEEK", "Times", "clock", "days_of", "sessions_of"]

NOT_EVERY_WEEK = "Not every week: "
"""What stands before times that the format cannot hold, since its meetings are weekly."""

_DAY = 24 * 60
_USUAL_MINUTES = 60
_LONGEST_OVER_MIDNIGHT = 6 * 60
_LONGEST_WHOLE = 4  # digits of minutes
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?(?:[:.]\d\d)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_WORDS: Mapping[str, int] = {"noon": 720, "midday": 720, "midnight": _DAY}
_DAY_NAMES = {day.casefold(): number for number, day in enumerate(WEEKDAYS)}


class Times(NamedTuple):
    """What a list says of the times of a meeting.

    Attributes
    ----------
    day
        As :func:`days_of` takes it.
    sunday
        The number of Sunday in the list.
    time
        When it begins.
    end, duration
        Either tells when it ends; the end counts. An hour if nobody says or it is nothing, as the formats have it.
    """

    day: Any
    sunday: int
    time: str
    end: str = ""
    duration: str = ""


@lru_cache(maxsize=4_096)
def clock(text: str) -> int | None:
    """Return a time of day or a length ("19:30", "19.30", "7:00 PM", "18:00:00", "24:00") in minutes; None for none."""
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    found = _TIME.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return None  # "7" may be in the morning or in the evening
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return hour * 60 + minute if 12 < hour < 24 else None  # "19:00 PM"
        hour = hour % 12 + (12 if found[3] in "pP" else 0)
    minutes = hour * 60 + minute
    return minutes if minutes <= _DAY else None


def days_of(value: Any, sunday: int) -> tuple[int, ...]:
    """Return the days of a meeting, 0 for Monday.

    Parameters
    ----------
    value
        A number or a name, or a list of them.
    sunday
        The number of Sunday where the list begins to count. A list that begins with 0 may have 7 for it too.
    """
    found = []
    for part in value if isinstance(value, list) else [value]:
        text = text_of(part).casefold()
        if text.isdecimal() and sunday <= int(text[:3]) <= 7:
            found.append((int(text) - sunday + 6) % 7)
        elif text[:3] in _DAY_NAMES:
            found.append(_DAY_NAMES[text[:3]])
    return tuple(dict.fromkeys(found))


def sessions_of(number: int, said: Times, notes: Notes) -> tuple[str, ...]:
    """Return the sessions of a meeting; what cannot be read is noted.

    Parameters
    ----------
    number
        Of the meeting in its list.
    said
        What its list says of its times.
    notes
        Where to say what did not fit.
    """
    start, days = clock(said.time), days_of(said.day, said.sunday)
    if start is None or not days:
        if said.time or days:
            when = f"{text_of(said.day)} {said.time}".strip()
            notes.add(number, "sessions", when, "is not a day and a time.", "It was left out: add the times.")
        return ()
    texts, why, done = _sessions(days, start, said.end, said.duration)
    if why:
        notes.add(number, "sessions", f"{said.time} {said.end or said.duration}", why, done)
    return texts


@lru_cache(maxsize=65_536)
def _sessions(days: tuple[int, ...], start: int, end: str, duration: str) -> tuple[tuple[str, ...], str, str]:
    """Return the sessions of a meeting; where its end is not kept, why not, and what was done."""
    why = done = ""
    after, start = divmod(start, _DAY)  # 24:00 is the beginning of the day after
    length = _length(start, end, duration)
    if length is None or (start + length > _DAY and length > _LONGEST_OVER_MIDNIGHT):
        why, done = "is not a time at which it ends.", "It was taken to last an hour: check it."
    length = length if length and not why else _USUAL_MINUTES
    if start + length > _DAY and not why:
        why, done = "goes on after midnight.", "It ends at 24:00 here."
    hours = f"{_hours(start)}-{_hours(min(start + length, _DAY))}"
    return tuple(f"{WEEKDAYS[(day + after) % 7]} {hours}" for day in days), why, done


def _length(start: int, end: str, duration: str) -> int | None:
    """Return how many minutes a meeting takes; 0 if nobody says, None for what is no time."""
    last = clock(end)
    if last is not None:
        return last - start if last > start else (last - start) % _DAY
    if duration.isdecimal() and len(duration) <= _LONGEST_WHOLE:
        return int(duration)
    return clock(duration) if duration else None if end else 0


def _hours(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
