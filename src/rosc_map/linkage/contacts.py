"""What the contacts of a source mean together: who answered, who is not over, who is unsettled (METHODS §1)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.records import codelist, row_dicts

__all__ = ["TRIES", "Ended", "as_day", "days", "ended", "last_day", "outcomes"]

TRIES = 3
"""How many tries, at different times of day, before "no answer" is the end, unless the round says otherwise."""

_DECISIVE = ("answered", "refused", "wrong_number", "closed")
"""Ends that stand whatever else was written down; ``call_back`` and ``no_answer`` give way to them."""


class Ended(NamedTuple):
    """How the contact with one source ended: the columns of :func:`outcomes`, but its id.

    Examples
    --------
    >>> from rosc_map.linkage import ended
    >>> found = ended([{"source": "a", "contact": "refused"}], [])
    >>> found["a"].outcome, found["a"].unsettled
    ('refused', False)
    """

    outcome: str
    tried: int
    unsettled: bool
    on: dt.date | None


def outcomes(contacts: pd.DataFrame, answers: pd.DataFrame, *, tries: int = TRIES) -> pd.DataFrame:
    """Work out how the contact with each source ended, from all that was written down about it.

    Parameters
    ----------
    contacts
        ``source``, ``contact`` (a code of ``contact_outcome``) and, where known, ``on`` (a day) and ``tries`` (a tuple
        of "YYYY-MM-DD HH:MM", or of the day alone). Several rows of one source may be there: two volunteers, or a call
        back that was made.
    answers
        ``source`` and, where known, ``on``; one row an answer, whatever its level.
    tries
        How many tries make "no answer" the end.

    Returns
    -------
    pandas.DataFrame
        One row an id with anything written down, sorted: ``source``; ``outcome`` (a code, or "" for not over);
        ``tried`` (how many tries are known); ``unsettled`` (whether what was written down cannot all be so); ``on``
        (the last day, or None).

    Raises
    ------
    UnknownName
        When an outcome is not of the codelist.

    Notes
    -----
    - A source with any answer has answered, whatever else stands there, and its answers count. Beside ``closed`` or
      ``refused`` it is unsettled all the same, so that nobody's no is lost unseen; a wrong number may be put right.
    - Two different decisive ends (answered, refused, wrong number, closed) are unsettled, and open until they are
      settled.
    - Of ``call_back`` and ``no_answer``, the later counts, by day and then in the order of the table. ``no_answer`` is
      over after ``tries`` tries; where no try was written down, the person who wrote it is taken at their word.

    Examples
    --------
    >>> from rosc_map.linkage import outcomes
    >>> outcomes(held.contacts, held.answers)["outcome"].value_counts().to_dict()
    {'answered': 17, 'no_answer': 1, 'refused': 1, 'wrong_number': 1}
    """
    found = ended(row_dicts(contacts), row_dicts(answers), tries=tries)
    rows = [(source, *end) for source, end in found.items()]
    table = pd.DataFrame(rows, columns=["source", *Ended._fields], dtype=object)
    return table.astype({"tried": int, "unsettled": bool})


def ended(
    contacts: Iterable[Mapping[str, Any]], answers: Iterable[Mapping[str, Any]], *, tries: int = TRIES
) -> dict[str, Ended]:
    """Work out the same from rows, which for a few is many times as fast as from tables.

    Parameters
    ----------
    contacts, answers, tries
        As for :func:`outcomes`.

    Returns
    -------
    dict
        By id, sorted.

    Raises
    ------
    UnknownName
        When an outcome is not of the codelist.

    Examples
    --------
    >>> from rosc_map.linkage import ended
    >>> tried = {"source": "a", "contact": "no_answer", "tries": ("2026-11-20 10:00",)}
    >>> ended([tried], [], tries=3)["a"]
    Ended(outcome='', tried=1, unsettled=False, on=None)
    """
    said: dict[str, list[tuple[str, dt.date | None]]] = {}
    tried: dict[str, set[str]] = {}
    for row in contacts:
        source = row["source"]
        said.setdefault(source, []).append((_known(row["contact"]), as_day(row.get("on"))))
        tried.setdefault(source, set()).update(_each(row.get("tries")))
    answered: dict[str, list[dt.date | None]] = {}
    for row in answers:
        answered.setdefault(row["source"], []).append(as_day(row.get("on")))
    found = {}
    for source in sorted(said.keys() | answered.keys()):
        ends, known = said.get(source, []), len(tried.get(source, ()))
        outcome, unsettled = _together(ends, known, answered=source in answered, tries=tries)
        on = last_day([*(day for _, day in ends), *answered.get(source, ())])
        found[source] = Ended(outcome, known, unsettled, on)
    return found


def days(table: pd.DataFrame) -> list[dt.date | None]:
    """Return the day of each row.

    Parameters
    ----------
    table
        With or without a column ``on``, of dates, dates with a time, or gaps of any kind.

    Returns
    -------
    list
        A day, or None where it is not known.
    """
    return [as_day(value) for value in _optional(table, "on")]


def as_day(value: Any) -> dt.date | None:
    """Return a day, without its time; None for any of the ways in which a table says "not known"."""
    if not isinstance(value, dt.date) or pd.isna(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def last_day(known: Iterable[dt.date | None]) -> dt.date | None:
    """Return the latest of the days that are known, or None."""
    return max((day for day in known if day is not None), default=None)


def _together(ends: list[tuple[str, dt.date | None]], known: int, *, answered: bool, tries: int) -> tuple[str, bool]:
    """Return the outcome of one source ("" for not over), and whether it is unsettled."""
    decisive = {outcome for outcome, _ in ends if outcome in _DECISIVE}
    if answered:
        return "answered", bool(decisive & {"closed", "refused"})
    if decisive:
        return (decisive.pop(), False) if len(decisive) == 1 else ("", True)
    # A stable sort, so that rows of one day, or without a day, stay in the order of the table.
    outcome = sorted(ends, key=lambda end: end[1] or dt.date.min)[-1][0]
    return ("" if outcome == "no_answer" and 0 < known < tries else outcome), False


def _known(outcome: str) -> str:
    known = codelist("contact_outcome")
    if outcome not in known:
        raise UnknownName(f"{outcome!r} is not an outcome of a contact. Use one of: {', '.join(known)}.")
    return outcome


def _optional(table: pd.DataFrame, column: str) -> Iterable[Any]:
    """Return a column that older rounds lack; None then."""
    return table[column].tolist() if column in table.columns else [None] * len(table)


def _each(value: Any) -> Iterable[str]:
    """Return the tries of one contact; none where a table has a gap."""
    return value if isinstance(value, tuple | list) else ()
