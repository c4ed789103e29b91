"""When a meeting is, however a list writes it, as the times of an asset."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rosc_map.exchange.outside.repair import text_of
from rosc_map.records.sessions import WEEKDAYS

__all__ = ["NOT_EVERY_WEEK", "clock", "days_of", "session_texts"]

NOT_EVERY_WEEK = "Not every week: "
"""What stands before times that the format cannot hold, since its meetings are weekly."""

_DAY = 24 * 60
_USUAL_MINUTES = 60
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?(?:[:.]\d\d)?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)
_WORDS: Mapping[str, int] = {"noon": 720, "midday": 720, "midnight": _DAY}
_DAY_NAMES = {day.casefold(): number for number, day in enumerate(WEEKDAYS)}


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


@lru_cache(maxsize=65_536)
def session_texts(days: tuple[int, ...], start: int, length: int | None) -> tuple[tuple[str, ...], bool]:
    """Return the sessions of a meeting, and whether it goes on after midnight, where a session of ours has to end.

    Parameters
    ----------
    days
        0 for Monday.
    start
        In minutes after midnight; 24:00 is the beginning of the day after.
    length
        In minutes; an hour if nobody says or it is nothing, as the formats have it.
    """
    after = start // _DAY
    start %= _DAY
    end = start + (length or _USUAL_MINUTES)
    texts = [f"{WEEKDAYS[(day + after) % 7]} {_hours(start)}-{_hours(min(end, _DAY))}" for day in days]
    return tuple(texts), end > _DAY


def _hours(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
