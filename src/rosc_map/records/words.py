"""How figures, dates and names are written and compared, the same everywhere."""

import datetime as dt
from fractions import Fraction

__all__ = ["counted", "day", "month", "percent", "points", "squash"]

# strftime would give the month in the language of the machine.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def percent(share: float | Fraction) -> str:
    """Return a share of 1 in whole per cent, half going up; what is neither none nor all is never rounded to it.

    Examples
    --------
    >>> from rosc_map.records import percent
    >>> percent(45 / 85), percent(1 / 1_000)
    ('53 %', 'under 1 %')
    """
    hundredths = Fraction(share).limit_denominator(10**9) * 100
    if 0 < hundredths < Fraction(1, 2):
        return "under 1 %"
    if Fraction(199, 2) <= hundredths < 100:
        return "over 99 %"
    return f"{int(hundredths + Fraction(1, 2))} %"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 question, 2,000 questions.

    Examples
    --------
    >>> from rosc_map.records import counted
    >>> counted(1, "question"), counted(2000, "question")
    ('1 question', '2,000 questions')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def points(part: float) -> str:
    """Return a difference of shares, whichever its sign, in whole points: 12 points, 1 point, under 1 point.

    Examples
    --------
    >>> from rosc_map.records import points
    >>> points(0.12), points(-0.01), points(0.001)
    ('12 points', '1 point', 'under 1 point')
    """
    whole = round(100 * abs(part))
    return counted(whole, "point") if whole or not part else "under 1 point"


def day(date: dt.date) -> str:
    """Return a date as it is said: 1 March 2026.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.records import day
    >>> day(dt.date(2026, 3, 1))
    '1 March 2026'
    """
    return f"{date.day} {month(date)}"


def month(date: dt.date) -> str:
    """Return the month of a date: March 2026.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.records import month
    >>> month(dt.date(2026, 3, 1))
    'March 2026'
    """
    return f"{_MONTHS[date.month - 1]} {date.year}"


def squash(text: str) -> str:
    """Return a name as it is compared: case, spacing and marks do not count; what is only marks stays as it is.

    Examples
    --------
    >>> from rosc_map.records import squash
    >>> squash("  Example-Café (Dorking) ")
    'example café dorking'
    """
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split()) or text.strip()
