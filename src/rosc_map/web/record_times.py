"""The times of an asset as rows of a form: a day, from when to when, and which weeks; and back into one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.records import Asset, CellError, parse_sessions
from rosc_map.web.forms import FormValues

__all__ = ["DAYS", "WEEKS", "TimeRow", "in_words", "read_times", "time_rows"]

DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday",
    "Sun": "Sunday", "daily": "Every day", "weekdays": "Monday to Friday",
}  # fmt: skip
"""The days as they are written in the line, and in words."""

WEEKS = {
    "": "Every week", "alternate": "Every second week", "1st": "The first in the month", "2nd": "The second",
    "3rd": "The third", "4th": "The fourth", "last": "The last in the month",
}  # fmt: skip
"""Which weeks, as they are written in the line, and in words."""

_MOST = 40


@dataclass(frozen=True)
class TimeRow:
    """One row of the form: its ``number``, what was chosen and typed, what is wrong with it, and with which part."""

    number: int
    day: str = ""
    start: str = ""
    end: str = ""
    every: str = ""
    error: str = ""
    wrong: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was said in it; the weeks alone say nothing."""
        return not (self.day or self.start or self.end)

    @property
    def line(self) -> str:
        """The row as the line writes it."""
        return f"{self.every} {self.day} {self.start}-{self.end}".strip()


def time_rows(sessions: str, *, more: int = 1) -> list[TimeRow]:
    """Return the rows of the times that are recorded, and empty ones behind them.

    Parameters
    ----------
    sessions
        The line, as the schema writes it.
    more
        How many empty rows.
    """
    known = parse_sessions(sessions) if sessions else ()
    rows = [TimeRow(at, each.weekday, each.start, each.end, each.every) for at, each in enumerate(known, 1)]
    return rows + [TimeRow(len(rows) + at) for at in range(1, more + 1)]


def read_times(form: FormValues) -> tuple[list[TimeRow], Mapping[str, str], str]:
    """Return the rows that were sent, what is wrong by field, and the line."""
    rows: list[TimeRow] = []
    errors: dict[str, str] = {}
    lines = []
    spec = Asset.specs()["sessions"]
    for number in range(1, _MOST + 1):
        row = _row(form, number)
        if not row.empty:
            part, error = _wrong(row)
            rows.append(TimeRow(len(rows) + 1, row.day, row.start, row.end, row.every, error, part))
            lines.append(row.line)
            errors |= {f"{part}-{len(rows)}": error} if error else {}
    line = "; ".join(lines)
    if not errors and len(line) > spec.longest:
        errors = {"day-1": "These are too many times for one entry. Write the main ones."}
    return rows, errors, "" if errors else line


def _row(form: FormValues, number: int) -> TimeRow:
    day, every = form.one(f"day-{number}"), form.one(f"every-{number}")
    times = (form.one(f"from-{number}"), form.one(f"to-{number}"))
    return TimeRow(number, day if day in DAYS else "", *times, every if every in WEEKS else "")


def _wrong(row: TimeRow) -> tuple[str, str]:
    """Return the part of a row that is wrong, and what is wrong with it; "" twice where nothing is."""
    parts = (("day", "the day", row.day), ("from", "from when", row.start), ("to", "to when", row.end))
    missing = [(part, words) for part, words, said in parts if not said]
    if missing:
        said = " and ".join(words for _, words in missing)
        return missing[0][0], f"This time is not whole. Say {said}, or empty the row."
    try:
        Asset.check("sessions", row.line)
    except CellError as error:
        told = f"“{DAYS[row.day]} {row.start} to {row.end}”"
        if "ends before" in error.why:
            return "to", f"{told} ends before it begins. Check both times."
        return "from", f"{told} cannot be read. Write times like 19:00."
    return "", ""


def in_words(sessions: Any) -> str:
    """Return the line of times in words, for the check before it is saved."""
    known = parse_sessions(sessions) if sessions else ()
    return "; ".join(f"{DAYS[each.weekday]} {each.start} to {each.end}, {WEEKS[each.every].lower()}" for each in known)
