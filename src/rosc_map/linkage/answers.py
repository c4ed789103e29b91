"""Reading the answers of a round: every cell is checked, and one bad row means that nothing is taken (METHODS §1)."""

import datetime as dt
import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import pandas as pd

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.linkage.conduct import LEVEL_WORDS, OUTCOME_WORDS
from rosc_map.linkage.sheet import (
    confirmed_on,
    part_of_day,
    read_accuracy,
    read_contact,
    read_date,
    read_level,
    read_try,
    read_volunteer,
)
from rosc_map.records import CellError, day, same_person, squash

__all__ = ["AnswersRead", "read_answers"]

T = TypeVar("T")

# Looking for near names takes a moment each; whoever hands in the wrong file gets enough hints from the first ones.
_MOST_HINTS = 200
_MOST_ROWS_NAMED = 10
_NOT_ANSWERED = ("refused", "no_answer", "wrong_number", "closed")
_TOLD_SOMETHING = tuple(LEVEL_WORDS)[2:]
_CONFIRMED_WITHIN_DAYS = 183
_TRY_COLUMN = re.compile(r"try \d+")
_RESERVE = "is a reserve, and is only asked when a service drawn before it has closed."
_LEAVE_ONE = "Leave only what is right. If two volunteers asked, write their numbers beside it, and both are kept."
_WAIT = "Take this row out, or first record what has closed."


class AnswersRead(NamedTuple):
    """What a filled-in sheet says.

    Attributes
    ----------
    answers
        ``source``, ``target`` (ids), ``level`` (a code of ``linkage_level``), ``accuracy`` (a code of
        ``answer_accuracy`` or ""), ``on`` (the day written beside it, or of the last try, or None), ``by`` (a volunteer
        number or role, or ""). In the order of the sheet; one row a question, or several where two volunteers say
        different things.
    contacts
        ``source`` (id), ``contact`` (a code of ``contact_outcome``), ``on``, ``tries`` (tuple of ``YYYY-MM-DD HH:MM``,
        sorted), ``by``. One row a source and outcome.
    passed_over
        How many rows had no level, contact or try.
    remarks
        Sentences that the person has to be told: what is left open, and what was not taken.
    """

    answers: pd.DataFrame
    contacts: pd.DataFrame
    passed_over: int
    remarks: tuple[str, ...]


def read_answers(
    rows: pd.DataFrame,
    questions: pd.DataFrame,
    assets: pd.DataFrame,
    *,
    round_name: str = "",
    in_use: pd.DataFrame | None = None,
    today: dt.date | None = None,
    tries: int = 3,
) -> AnswersRead:
    """Read the answers and contact outcomes of a round as people typed them.

    Parameters
    ----------
    rows
        Text; the index is the row number of the spreadsheet (the header is row 1). Columns ``source``, ``target`` and
        ``level``, or ``source`` and ``contact``, or all four; and where there are any ``round``, ``date``, ``try 1``,
        ``try 2`` …, ``volunteer`` and ``beside the record``. Sources and targets are ids, or names in small or capital
        letters; levels are 0 to 4, codes or the words of the sheet.
    questions
        All questions of the round, reserves included: ``source``, ``target`` (ids), and where there are any
        ``source_reserve``, ``target_reserve``.
    assets
        All assets: ``id``, ``name``, and ``verified_on`` (date or None) where there is any.
    round_name
        The name of the round; a sheet of another is refused. "" takes any.
    in_use
        Those of the questions that may be asked now (:func:`rosc_map.linkage.in_use.in_use`); None is all.
    today
        The day of the reading: a later day is a slip. None takes any day.
    tries
        How many tries there are to be before "No answer" is the end.

    Returns
    -------
    AnswersRead
        Answers and contacts. A source with a level and no contact has answered; one with tries and nothing else has
        not answered so far. The same thing said twice counts once. Two volunteers who say different things are both
        kept, with a remark.

    Raises
    ------
    InputError
        When a column is missing.
    RowsRejected
        With every problem of every row, in their order; nothing is half-read.

    References
    ----------
    METHODS §1, outcomes of a question and of a contact. ``beside the record`` is taken where something was told
    (level 2 or more) and the target confirmed its record within the 183 days before.
    """
    _check_columns(rows)
    problems: list[RowProblem] = []
    names = Names(problems, questions, assets, in_use)
    reader = RowReader(problems, names, round_name, today)
    for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
        reader.read(int(number), {str(name): _text(value) for name, value in row.items()})
    together = Together(problems, names, today, tries)
    for source, said in _grouped(reader.told, lambda row: row.source).items():
        together.take(source, said)
    if problems:
        raise RowsRejected("the answers", sorted(problems, key=lambda problem: problem.row))
    answers = [answer for _, answer in sorted(together.answers, key=lambda numbered: numbered[0])]
    return AnswersRead(
        answers=pd.DataFrame(answers, columns=["source", "target", "level", "accuracy", "on", "by"], dtype=object),
        contacts=pd.DataFrame(together.contacts, columns=["source", "contact", "on", "tries", "by"], dtype=object),
        passed_over=reader.passed_over,
        remarks=(*together.remarks, *_not_taken(reader.no_level + together.too_little, together.not_confirmed)),
    )


def _text(value: object) -> str:
    # A spreadsheet's empty cell may arrive as None or NaN; NaN is the one value that is not itself.
    return "" if value is None or value is pd.NA or value != value else " ".join(str(value).split())


def _grouped(values: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return groups


def _check_columns(rows: pd.DataFrame) -> None:
    found = ", ".join(str(name) for name in rows.columns) or "none"
    if "source" not in rows.columns:
        raise InputError(
            f"The answers have no column “source” (found: {found}). Name the column with who was asked “source”."
        )
    if "level" not in rows.columns and "contact" not in rows.columns:
        raise InputError(
            f"The answers have neither “level” nor “contact” as a column (found: {found}). Add at least one."
        )
    if "level" in rows.columns and "target" not in rows.columns:
        raise InputError(f"The answers have levels but no column “target” (found: {found}). Add who was asked about.")


def _not_taken(too_little: list[int], not_confirmed: list[int]) -> tuple[str, ...]:
    """Say which cells beside the record were left out, and why."""
    why = (
        (too_little, "it counts only for an answer from level 2"),
        (not_confirmed, "the service asked about had not confirmed its record in the half-year before"),
    )
    return tuple(f"“Beside the record” was not taken from {_rows(rows)}: {reason}." for rows, reason in why if rows)


def _rows(numbers: list[int]) -> str:
    named = [str(number) for number in sorted(numbers)[:_MOST_ROWS_NAMED]]
    more = len(numbers) - len(named)
    if more:
        return f"rows {', '.join(named)} and {more:,} more"
    return f"rows {', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else f"row {named[0]}"
