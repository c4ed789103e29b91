"""Opening hours as OpenStreetMap writes them, where they are simple enough for the times of an asset.

``Mo-Fr 09:00-17:00; Sa 10:00-12:00``. The notation has far more (months, public holidays, sunset); what is not simple
is not guessed at. Reference: the page "Key:opening_hours" of the OpenStreetMap wiki.
"""

import re

from rosc_map.records.sessions import WEEKDAYS

__all__ = ["sessions_of"]

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_DAY = rf"(?:{'|'.join(_DAYS)})"
_SPAN = rf"{_DAY}(?:\s*-\s*{_DAY})?"
_TIMES = r"\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d"
_RULE = re.compile(
    rf"(?P<days>{_SPAN}(?:\s*,\s*{_SPAN})*)?:?\s*(?P<times>{_TIMES}(?:\s*,\s*{_TIMES})*|off|closed|24/7)", re.IGNORECASE
)
_HOLIDAYS = re.compile(r"(ph|sh|ph\s*,\s*sh)\s+(off|closed)", re.IGNORECASE)
_ALWAYS = "00:00-24:00"
_LONGEST = 500


def sessions_of(text: str) -> str:
    """Return opening hours in the words of the field ``sessions``; "" where they are not simple.

    As the notation has it, a later rule stands in the place of an earlier one for its days. That it is closed on public
    holidays cannot be said of an asset, and is dropped.
    """
    week: dict[str, list[str]] = {}
    if len(text) > _LONGEST:
        return ""
    for rule in text.split(";"):
        line = rule.strip()
        if not line or _HOLIDAYS.fullmatch(line):
            continue
        found = _RULE.fullmatch(line)
        if not found:
            return ""
        week |= dict.fromkeys(_days(found["days"] or ""), _times(found["times"].casefold()))
    sessions = [f"{day} {times}" for day in WEEKDAYS for times in week.get(day, ())]
    return "; ".join(sessions)


def _days(text: str) -> list[str]:
    found: list[str] = []
    for span in filter(None, re.split(r"\s*,\s*", text.casefold())):
        first, _, last = (part.strip() for part in span.partition("-"))
        at = _DAYS.index(first)
        length = (_DAYS.index(last or first) - at) % len(_DAYS)  # Sa-Mo goes over the end of the week
        found += [WEEKDAYS[(at + day) % len(WEEKDAYS)] for day in range(length + 1)]
    return found or list(WEEKDAYS)


def _times(text: str) -> list[str]:
    if text in ("off", "closed"):
        return []
    if text == "24/7":
        return [_ALWAYS]
    return ["-".join(part.strip().zfill(5) for part in times.split("-")) for times in text.split(",")]
