"""Reading the answers of a round: every cell is checked, and one bad row means that nothing is taken (METHODS §1)."""

import dataclasses
import datetime as dt
import difflib
from collections import defaultdict
from typing import NamedTuple

import pandas as pd

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.linkage.sheet import LEVEL_WORDS, OUTCOME_WORDS
from rosc_map.records import Answer, Attempt, CellError, parse_cell, squash

__all__ = ["AnswersRead", "read_answers"]

# Looking for near names takes a moment each; whoever hands in the wrong file gets enough hints from the first ones.
_MOST_HINTS = 200
_NOT_ANSWERED = ("refused", "no_answer", "wrong_number", "closed")

# On a sheet an empty box is fine: the question has not been asked yet.
_LEVEL = dataclasses.replace(Answer.specs()["level"], required=False)
_CONTACT = dataclasses.replace(Attempt.specs()["contact"], required=False)
_DATE = Answer.specs()["on"]


class AnswersRead(NamedTuple):
    """What a filled-in sheet says.

    Attributes
    ----------
    answers
        ``source``, ``target`` (ids), ``level`` (a code of ``linkage_level``); one row a question answered, in the order
        of the sheet; ``on`` the day written beside it, or None.
    contacts
        ``source`` (id), ``contact`` (a code of ``contact_outcome``), ``on``; one row a source.
    passed_over
        How many rows had neither a level nor a contact.
    """

    answers: pd.DataFrame
    contacts: pd.DataFrame
    passed_over: int


def read_answers(rows: pd.DataFrame, questions: pd.DataFrame, assets: pd.DataFrame) -> AnswersRead:
    """Read the answers and contact outcomes of a round as people typed them.

    Parameters
    ----------
    rows
        Text; the index is the row number of the spreadsheet (the header is row 1). Columns ``source``, ``target`` and
        ``level``, or ``source`` and ``contact``, or all four, and perhaps ``date``. Sources and
        targets are ids, or names in small or capital
        letters; levels are 0 to 4, codes or the words of the sheet.
    questions
        The questions of the round: ``source``, ``target`` (ids).
    assets
        All assets: ``id``, ``name``.

    Returns
    -------
    AnswersRead
        Answers and contacts. A source with a level and no contact has answered. The same thing said twice counts once.

    Raises
    ------
    InputError
        When a column is missing.
    RowsRejected
        With every problem of every row, in their order; nothing is half-read.
    """
    _check_columns(rows)
    reader = _Reader(questions, assets)
    for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
        reader.read(int(number), {str(name): _text(value) for name, value in row.items()})
    reader.compare_contacts_with_levels()
    if reader.problems:
        raise RowsRejected("the answers", sorted(reader.problems, key=lambda problem: problem.row))
    days = reader.days
    answers = [(*pair, level, days[number]) for pair, (number, level) in reader.levels.items()]
    contacts = {source: ("answered", days[number]) for (source, _), (number, _) in reader.levels.items()}
    contacts |= {source: (contact, days[number]) for source, (number, contact) in reader.contacts.items()}
    ends = [(source, *end) for source, end in contacts.items()]
    return AnswersRead(
        answers=pd.DataFrame(answers, columns=["source", "target", "level", "on"], dtype=object),
        contacts=pd.DataFrame(ends, columns=["source", "contact", "on"], dtype=object),
        passed_over=reader.passed_over,
    )


def _text(value: object) -> str:
    # A spreadsheet's empty cell may arrive as None or NaN; NaN is the one value that is not itself.
    return "" if value is None or value != value else " ".join(str(value).split())


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


class _Reader:
    """Gathers what the rows say, and everything that is wrong with them."""

    def __init__(self, questions: pd.DataFrame, assets: pd.DataFrame) -> None:
        self.problems: list[RowProblem] = []
        self.passed_over = 0
        # Each with the row that said it first, so that a contradiction can point there.
        self.levels: dict[tuple[str, str], tuple[int, str]] = {}
        self.contacts: dict[str, tuple[int, str]] = {}
        self.days: dict[int, dt.date | None] = {}
        self._pairs = set(zip(questions["source"], questions["target"], strict=True))
        self._sources = {source for source, _ in self._pairs}
        self._ids = {str(value) for value in assets["id"]}
        self._names: dict[str, list[str]] = defaultdict(list)
        for identifier, name in zip(assets["id"], assets["name"], strict=True):
            self._names[squash(str(name))].append(str(identifier))
        self._shown = {_text(name).casefold(): _text(name) for name in assets["name"]}
        self._hints: dict[str, str] = {}

    def read(self, number: int, row: dict[str, str]) -> None:
        """Take one row, or note what is wrong with it."""
        before = len(self.problems)
        level, contact = self._level(number, row.get("level", "")), self._contact(number, row.get("contact", ""))
        self.days[number] = self._day(number, row.get("date", ""))
        wrong = len(self.problems) > before
        if not level and not contact and not wrong:
            self.passed_over += 1
            return
        source = self._source(number, row["source"])
        if source and contact:
            self._take_contact(number, source, contact)
        # A level that cannot be read still has a target to be checked, so that all problems are told at once.
        if level or (wrong and row.get("level")):
            target = self._asset(number, "target", row["target"])
            if source and target:
                self._take_level(number, (source, target), level, row["target"])

    def compare_contacts_with_levels(self) -> None:
        """Note each source that has levels, and a contact that says that it gave none."""
        answered = {source for source, _ in self.levels}
        for source, (number, contact) in self.contacts.items():
            if source in answered and contact in _NOT_ANSWERED:
                self._problem(
                    number,
                    "contact",
                    contact,
                    f"says “{OUTCOME_WORDS[contact]}”, but there are levels for the same service.",
                    f"If they answered, write “{OUTCOME_WORDS['answered']}”; if they did not, take their levels out.",
                )

    def _problem(self, number: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self.problems.append(RowProblem(number, column, value, why, what_to_do))

    def _level(self, number: int, value: str) -> str:
        digits = value.removesuffix(".0")
        if digits in ("0", "1", "2", "3", "4"):
            return list(LEVEL_WORDS)[int(digits)]
        try:
            return str(parse_cell(_LEVEL, value))
        except CellError:
            words = "; ".join(f"{place} {label}" for place, label in enumerate(LEVEL_WORDS.values()))
            self._problem(
                number, "level", value, "is not a level.", f"Write a number from 0 to 4, or its words: {words}."
            )
            return ""

    def _contact(self, number: int, value: str) -> str:
        try:
            return str(parse_cell(_CONTACT, value))
        except CellError:
            words = "; ".join(OUTCOME_WORDS.values())
            self._problem(number, "contact", value, "is not a way for a contact to end.", f"Write one of: {words}.")
            return ""

    def _day(self, number: int, value: str) -> dt.date | None:
        try:
            found: dt.date | None = parse_cell(_DATE, value)
        except CellError as error:
            self._problem(number, "date", value, error.why, error.what_to_do)
            return None
        return found

    def _source(self, number: int, value: str) -> str:
        found = self._asset(number, "source", value)
        if found and found not in self._sources:
            self._problem(
                number, "source", value, "was not asked in this round.", "Check that this is the sheet of this round."
            )
            return ""
        return found

    def _asset(self, number: int, column: str, value: str) -> str:
        """Return the id for an id or a name; "" where there is a problem."""
        if value in self._ids:
            return value
        same = self._names.get(squash(value), []) if value else []
        if len(same) == 1:
            return same[0]
        if not value:
            self._problem(number, column, value, "is missing.", "Write the id or the name, as it stands on the sheet.")
        elif same:
            ids = ", ".join(sorted(same))
            self._problem(number, column, value, f"is the name of {len(same)} assets.", f"Write the id instead: {ids}.")
        else:
            self._problem(number, column, value, "is not an asset that we know.", self._hint(value))
        return ""

    def _hint(self, value: str) -> str:
        if value not in self._hints and len(self._hints) < _MOST_HINTS:
            near = difflib.get_close_matches(value.casefold(), self._shown, n=3, cutoff=0.6)
            near_ids = [] if near else difflib.get_close_matches(value, self._ids, n=1, cutoff=0.8)
            names = " or ".join(f"“{name}”" for name in [self._shown[name] for name in near] + near_ids)
            self._hints[value] = f"Did you mean {names}? " if names else ""
        return self._hints.get(value, "") + "Write the id or the name, as it stands on the sheet."

    def _take_contact(self, number: int, source: str, contact: str) -> None:
        first, said = self.contacts.setdefault(source, (number, contact))
        if said != contact:
            self._problem(
                number,
                "contact",
                contact,
                f"is not what row {first} says of the same service ({said}).",
                "Leave only how it ended, and empty the other box.",
            )

    def _take_level(self, number: int, pair: tuple[str, str], level: str, target: str) -> None:
        if pair not in self._pairs:
            self._problem(
                number,
                "target",
                target,
                "is not what this service was asked about in this round.",
                "Check the row against the sheet; only the questions drawn count.",
            )
            return
        if not level:
            return
        first, said = self.levels.setdefault(pair, (number, level))
        if said != level:
            self._problem(
                number,
                "level",
                level,
                f"is not what row {first} says for the same question ({said}).",
                "Ask the volunteers which is right, and leave only that one.",
            )
