"""Reading the answers of a round: every cell is checked, and one bad row means that nothing is taken (METHODS §1)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.linkage.answer_names import Names
from rosc_map.linkage.answer_row import RowReader
from rosc_map.linkage.answers_together import Together
from rosc_map.linkage.sheet import cell_text
from rosc_map.records import row_dicts

__all__ = ["AnswersRead", "RowsRead", "read_answer_rows", "read_answers"]

_MOST_ROWS_NAMED = 10
_ANSWER = ("source", "target", "level", "accuracy", "on", "by")
_CONTACT = ("source", "contact", "on", "tries", "by")


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
        or of the day alone, sorted), ``by``. One row a source and outcome.
    passed_over
        How many rows had no level, contact or try.
    remarks
        Sentences that the person has to be told: what is left open, and what was not taken.

    Examples
    --------
    >>> from rosc_map.linkage import read_answers
    >>> questions = held.questions.query("round == 'R2'")
    >>> sheet = questions[["source", "target"]].head(1).assign(level="2", date="21 Nov 2026", volunteer="Volunteer 7")
    >>> found = read_answers(sheet, questions, held.assets)
    >>> len(found.answers), found.answers["level"].item(), found.passed_over
    (1, 'information', 0)
    """

    answers: pd.DataFrame
    contacts: pd.DataFrame
    passed_over: int
    remarks: tuple[str, ...]


class RowsRead(NamedTuple):
    """The same as :class:`AnswersRead`, with ``answers`` and ``contacts`` as rows instead of tables.

    Examples
    --------
    >>> from rosc_map.linkage import read_answer_rows
    >>> questions = held.questions.query("round == 'R2'").to_dict("records")
    >>> row = {"source": questions[0]["source"], "target": questions[0]["target"], "level": "2"}
    >>> found = read_answer_rows([(2, row)], list(row), questions, held.assets.to_dict("records"))
    >>> len(found.answers), len(found.contacts)
    (1, 1)
    """

    answers: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    passed_over: int
    remarks: tuple[str, ...]


def read_answers(
    rows: pd.DataFrame,
    questions: pd.DataFrame,
    assets: pd.DataFrame,
    *,
    round_name: str = "",
    in_use: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    drawn_on: dt.date | None = None,
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
        letters; levels are 0 to 4, codes or the words of the sheet. Date and volunteer count for all rows of a source
        that leave them out, where only one is written.
    questions
        All questions of the round, reserves included: ``source``, ``target`` (ids), and where there are any
        ``source_reserve``, ``target_reserve``.
    assets
        All assets: ``id``, ``name``, and ``verified_on`` (date or None) where there is any.
    round_name
        The name of the round; a sheet of another is refused. "" takes any.
    in_use
        ``source``, ``target``: those of the questions that may be asked now (:func:`rosc_map.linkage.in_use.in_use`),
        and any that were answered before, so that an old sheet reads again. None is all.
    contacts
        What was recorded of contacts before: ``source``, ``contact``, ``tries``. Its tries count with those of the
        sheet, and a reserve that has been rung is one no more. None is nothing.
    drawn_on
        The day of the draw: an earlier day is a slip, and a day without a year is the first one from then on. None
        takes any day that has a year.
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

    Examples
    --------
    >>> from rosc_map.linkage import read_answers
    >>> questions = held.questions.query("round == 'R2'")
    >>> sheet = questions[["source", "target"]].head(2).assign(level=["2", "not known"])
    >>> read_answers(sheet, questions, held.assets).answers["level"].tolist()
    ['information', 'not_known']
    """
    numbered = zip((int(number) for number in rows.index), row_dicts(rows), strict=True)
    read = read_answer_rows(
        numbered,
        [str(name) for name in rows.columns],
        row_dicts(questions),
        row_dicts(assets),
        round_name=round_name,
        in_use=None if in_use is None else set(zip(in_use["source"], in_use["target"], strict=True)),
        contacts=() if contacts is None else row_dicts(contacts),
        drawn_on=drawn_on,
        today=today,
        tries=tries,
    )
    return AnswersRead(
        answers=pd.DataFrame(read.answers, columns=list(_ANSWER), dtype=object),
        contacts=pd.DataFrame(read.contacts, columns=list(_CONTACT), dtype=object),
        passed_over=read.passed_over,
        remarks=read.remarks,
    )


def read_answer_rows(
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    columns: Collection[str],
    questions: Sequence[Mapping[str, Any]],
    assets: Iterable[Mapping[str, Any]],
    *,
    round_name: str = "",
    in_use: Collection[tuple[str, str]] | None = None,
    contacts: Sequence[Mapping[str, Any]] = (),
    drawn_on: dt.date | None = None,
    today: dt.date | None = None,
    tries: int = 3,
) -> RowsRead:
    """Read the same from rows, which for one answer is many times as fast as from tables.

    Parameters
    ----------
    rows, columns
        The number and the cells of each row, and which columns there are.
    in_use
        The source and target of each of those questions.
    questions, assets, round_name, contacts, drawn_on, today, tries
        As for :func:`read_answers`, as rows.

    Raises
    ------
    InputError
        When a column is missing.
    RowsRejected
        With every problem of every row, in their order; nothing is half-read.

    Examples
    --------
    >>> from rosc_map.errors import RowsRejected
    >>> from rosc_map.linkage import read_answer_rows
    >>> questions = held.questions.query("round == 'R2'").to_dict("records")
    >>> row = {"source": questions[0]["source"], "target": questions[0]["target"], "level": "often"}
    >>> try:
    ...     read_answer_rows([(2, row)], list(row), questions, held.assets.to_dict("records"))
    ... except RowsRejected as error:
    ...     print(error.problems[0].row, error.problems[0].column, error.problems[0].why)
    2 level is not a level.
    """
    _check_columns(columns)
    problems: list[RowProblem] = []
    names = Names(problems, questions, assets, in_use, rung={row["source"] for row in contacts})
    reader = RowReader(problems, names, round_name, drawn_on, today)
    for number, row in rows:
        reader.read(number, {str(name): cell_text(value) for name, value in row.items()})
    together = Together(problems, names, contacts, today, tries)
    together.take(reader.told)
    if problems:
        raise RowsRejected("the answers", sorted(problems, key=lambda problem: problem.row))
    answers = [answer for _, answer in sorted(together.answers, key=lambda numbered: numbered[0])]
    return RowsRead(
        answers=[dict(zip(_ANSWER, answer, strict=True)) for answer in answers],
        contacts=[dict(zip(_CONTACT, contact, strict=True)) for contact in together.contacts],
        passed_over=reader.passed_over,
        remarks=(*together.remarks, *_not_taken(reader.no_level + together.too_little, together.not_confirmed)),
    )


def _check_columns(columns: Collection[str]) -> None:
    found = ", ".join(columns) or "none"
    if "source" not in columns:
        raise InputError(
            f"The answers have no column “source” (found: {found}). Name the column with who was asked “source”."
        )
    if "level" not in columns and "contact" not in columns:
        raise InputError(
            f"The answers have neither “level” nor “contact” as a column (found: {found}). Add at least one."
        )
    if "level" in columns and "target" not in columns:
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
