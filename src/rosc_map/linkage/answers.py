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
    names = _Names(problems, questions, assets, in_use)
    reader = _Reader(problems, names, round_name, today)
    for number, row in zip(rows.index, rows.to_dict("records"), strict=True):
        reader.read(int(number), {str(name): _text(value) for name, value in row.items()})
    together = _Together(problems, names, today, tries)
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


@dataclass(frozen=True)
class _Row:
    """What one row says: ids and codes, "" for nothing."""

    number: int
    source: str
    target: str
    level: str
    contact: str
    accuracy: str
    on: dt.date | None
    tries: tuple[str, ...]
    by: str


class _Names:
    """Which assets there are, and which of them the round asks, about whom, and by now."""

    def __init__(
        self, problems: list[RowProblem], questions: pd.DataFrame, assets: pd.DataFrame, in_use: pd.DataFrame | None
    ) -> None:
        self._problems = problems
        self._pairs = set(zip(questions["source"], questions["target"], strict=True))
        self._sources = {source for source, _ in self._pairs}
        self._asked_about = {target for _, target in self._pairs}
        self._waiting_sources, self._waiting_pairs = _waiting(questions, in_use)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._name_of: dict[str, str] = {}
        for identifier, name in zip(assets["id"], assets["name"], strict=True):
            self._names[squash(str(name))].append(str(identifier))
            self._name_of[str(identifier)] = _text(name)
        self._shown = {name.casefold(): name for name in self._name_of.values()}
        self._hints: dict[str, str] = {}
        confirmed = assets["verified_on"] if "verified_on" in assets.columns else [None] * len(assets)
        self._confirmed = {str(i): confirmed_on(on) for i, on in zip(assets["id"], confirmed, strict=True)}

    def name(self, identifier: str) -> str:
        """Return the name of an asset."""
        return self._name_of[identifier]

    def was_confirmed(self, identifier: str, on: dt.date | None) -> bool:
        """Whether the record of an asset was confirmed in the half-year before a day; not where no day is known."""
        confirmed = self._confirmed[identifier]
        return on is not None and confirmed is not None and 0 <= (on - confirmed).days <= _CONFIRMED_WITHIN_DAYS

    def source(self, number: int, value: str, contact: str) -> str:
        """Return the id of who was asked; "" where there is a problem."""
        found = self.asset(number, "source", value)
        # That a service has closed may be said of whoever is in the round: it is out of scope then.
        if not found or (contact == "closed" and (found in self._sources or found in self._asked_about)):
            return found
        if found not in self._sources:
            self._problem(
                number, "source", value, "was not asked in this round.", "Check that this is the sheet of this round."
            )
            return ""
        if found in self._waiting_sources:
            self._problem(number, "source", value, _RESERVE, _WAIT)
            return ""
        return found

    def is_asked(self, number: int, source: str, target: str, value: str) -> bool:
        """Whether a source is asked about a target; if not, note the problem."""
        if (source, target) not in self._pairs:
            self._problem(
                number,
                "target",
                value,
                "is not what this service was asked about in this round.",
                "Check the row against the sheet; only the questions drawn count.",
            )
            return False
        if (source, target) in self._waiting_pairs:
            self._problem(number, "target", value, _RESERVE, _WAIT)
            return False
        return True

    def asset(self, number: int, column: str, value: str) -> str:
        """Return the id for an id or a name; "" where there is a problem."""
        if value in self._name_of:
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

    def _problem(self, number: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(number, column, value, why, what_to_do))

    def _hint(self, value: str) -> str:
        if value not in self._hints and len(self._hints) < _MOST_HINTS:
            near = difflib.get_close_matches(value.casefold(), self._shown, n=3, cutoff=0.6)
            near_ids = [] if near else difflib.get_close_matches(value, self._name_of, n=1, cutoff=0.8)
            names = " or ".join(f"“{name}”" for name in [self._shown[name] for name in near] + near_ids)
            self._hints[value] = f"Did you mean {names}? " if names else ""
        return self._hints.get(value, "") + "Write the id or the name, as it stands on the sheet."


def _waiting(questions: pd.DataFrame, in_use: pd.DataFrame | None) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the reserve contacts and the reserve questions that may not be asked yet."""
    if in_use is None:
        return set(), set()
    asked = set(zip(in_use["source"], in_use["target"], strict=True))
    sources = set(questions.loc[_is_reserve(questions, "source_reserve"), "source"]) - set(in_use["source"])
    later = questions[_is_reserve(questions, "target_reserve")]
    return sources, set(zip(later["source"], later["target"], strict=True)) - asked


def _is_reserve(questions: pd.DataFrame, column: str) -> "pd.Series[bool]":
    # Rounds of before have no such column, and nothing in it counts as the first draw.
    order = questions[column] if column in questions.columns else pd.Series(None, index=questions.index, dtype=object)
    return pd.to_numeric(order) > 0


class _Reader:
    """Reads row after row, and gathers what they say and everything that is wrong with them."""

    def __init__(self, problems: list[RowProblem], names: _Names, round_name: str, today: dt.date | None) -> None:
        self.told: list[_Row] = []
        self.no_level: list[int] = []
        self.passed_over = 0
        self._problems, self._names = problems, names
        self._round, self._today = round_name, today

    def read(self, number: int, row: dict[str, str]) -> None:
        """Take one row, or note what is wrong with it."""
        if self._is_of_another_round(number, row.get("round", "")):
            return
        before = len(self._problems)
        level = self._cell(number, "level", row, read_level) or ""
        contact = self._cell(number, "contact", row, read_contact) or ""
        on = self._past(number, "date", row, self._cell(number, "date", row, read_date))
        tries = self._tries(number, row)
        by = self._cell(number, "volunteer", row, read_volunteer) or ""
        accuracy = self._cell(number, "beside the record", row, read_accuracy) or ""
        wrong = len(self._problems) > before
        if accuracy and not level and not wrong:
            self.no_level.append(number)
        if not (level or contact or tries or wrong):
            self.passed_over += 1
            return
        source = self._names.source(number, row["source"], contact)
        # A level that cannot be read still has a target to be checked, so that all problems are told at once.
        target = self._target(number, source, row) if level or (wrong and row.get("level")) else ""
        if source:
            self.told.append(_Row(number, source, target, level if target else "", contact, accuracy, on, tries, by))

    def _is_of_another_round(self, number: int, value: str) -> bool:
        if not value or not self._round or value.casefold() == self._round.casefold():
            return False
        self._problem(number, "round", value, f"is the sheet of round {value}.", f"Hand in the sheet of {self._round}.")
        return True

    def _target(self, number: int, source: str, row: dict[str, str]) -> str:
        target = self._names.asset(number, "target", row["target"])
        return target if source and target and self._names.is_asked(number, source, target, row["target"]) else ""

    def _cell(self, number: int, column: str, row: dict[str, str], read: Callable[[str], T]) -> T | None:
        """Read one cell; None where there is a problem."""
        value = row.get(column, "")
        if not value:
            return None
        try:
            return read(value)
        except CellError as error:
            self._problem(number, column, value, error.why, error.what_to_do)
            return None

    def _tries(self, number: int, row: dict[str, str]) -> tuple[str, ...]:
        columns = [column for column in row if _TRY_COLUMN.fullmatch(column)]
        found = [self._cell(number, column, row, read_try) for column in columns]
        for column, tried in zip(columns, found, strict=True):
            if tried:
                self._past(number, column, row, dt.date.fromisoformat(tried[:10]))
        return tuple(tried for tried in found if tried)

    def _past(self, number: int, column: str, row: dict[str, str], found: dt.date | None) -> dt.date | None:
        """Return a day, and note where it has not come yet."""
        if found and self._today and found > self._today:
            why = f"is after today, {day(self._today)}."
            self._problem(number, column, row[column], why, "Write the day of the call.")
        return found

    def _problem(self, number: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(number, column, value, why, what_to_do))


@dataclass
class _End:
    """How the contact with a source ended, as one or more volunteers wrote it."""

    on: dt.date | None
    by: str
    tries: tuple[str, ...] = ()


class _Together:
    """What the rows of each source say together, and where they contradict each other.

    One volunteer cannot say two things, so that is a slip to be put right. Two volunteers can: both are kept.
    """

    def __init__(self, problems: list[RowProblem], names: _Names, today: dt.date | None, tries: int) -> None:
        self.answers: list[tuple[int, tuple[object, ...]]] = []
        self.contacts: list[tuple[object, ...]] = []
        self.remarks: list[str] = []
        self.too_little: list[int] = []
        self.not_confirmed: list[int] = []
        self._problems, self._names = problems, names
        self._today, self._tries = today, tries

    def take(self, source: str, rows: list[_Row]) -> None:
        """Take all rows of one source."""
        people = _people(rows)
        for said in people:
            self._check_one_person(said)
        self._take_answers(source, people)
        self._take_contact(source, people)

    def _check_one_person(self, said: list[_Row]) -> None:
        levels: dict[str, _Row] = {}
        # A call back is no end, so that another outcome may follow it.
        ends = [row for row in said if row.contact and row.contact != "call_back"]
        for row in said:
            first = levels.setdefault(row.target, row) if row.level else row
            if first.level != row.level:
                where = f"row {first.number} says for the same question"
                self._contradicts(row, "level", row.level, where, first.level)
        for row in ends:
            if row.contact != ends[0].contact:
                where = f"row {ends[0].number} says of the same service"
                self._contradicts(row, "contact", row.contact, where, ends[0].contact)
        if levels and ends and ends[0].contact in _NOT_ANSWERED:
            self._silent_but_answered(ends[0])

    def _contradicts(self, row: _Row, column: str, value: str, where: str, said: str) -> None:
        self._problem(row, column, value, f"is not what {where} ({said}).", _LEAVE_ONE)

    def _silent_but_answered(self, row: _Row) -> None:
        self._problem(
            row,
            "contact",
            row.contact,
            f"says “{OUTCOME_WORDS[row.contact]}”, but there are levels for the same service.",
            f"If they answered, write “{OUTCOME_WORDS['answered']}”; if they did not, take their levels out.",
        )

    def _problem(self, row: _Row, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(row.number, column, value, why, what_to_do))

    def _take_answers(self, source: str, people: list[list[_Row]]) -> None:
        told: dict[str, dict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
        days: dict[int, dt.date | None] = {}
        for said in people:
            last = _last_try(said)
            for row in said:
                if row.level:
                    told[row.target][row.level].append(row)
                    days[row.number] = row.on or last
        for target, levels in told.items():
            for level, rows in levels.items():
                first = min(rows, key=lambda row: row.number)
                accuracy = self._accuracy(rows, days[first.number])
                answer = (source, target, level, accuracy, days[first.number], first.by)
                self.answers.append((first.number, answer))
            if len(levels) > 1:
                self._unsettled_answer(source, target, levels)

    def _accuracy(self, rows: list[_Row], on: dt.date | None) -> str:
        """Return how the answer that rows agree on stands beside the record; "" where that cannot be said."""
        given = [row for row in rows if row.accuracy]
        if not given:
            return ""
        first = given[0]
        for row in given:
            if row.accuracy != first.accuracy:
                why = f"is not what row {first.number} says for the same question ({first.accuracy})."
                self._problem(row, "beside the record", row.accuracy, why, "Leave only what is right.")
        if first.level not in _TOLD_SOMETHING:
            self.too_little += [row.number for row in given]
            return ""
        if not self._names.was_confirmed(first.target, on or self._today):
            self.not_confirmed += [row.number for row in given]
            return ""
        return first.accuracy

    def _unsettled_answer(self, source: str, target: str, levels: dict[str, list[_Row]]) -> None:
        said = "; ".join(f"row {rows[0].number}: {LEVEL_WORDS[level]}" for level, rows in levels.items())
        self.remarks.append(
            f"What {self._names.name(source)} could say of {self._names.name(target)} was written down in two ways"
            f" ({said}). Both are kept, and the question is open until somebody settles it."
        )

    def _take_contact(self, source: str, people: list[list[_Row]]) -> None:
        ends: dict[str, _End] = {}
        for said in people:
            tries = tuple(tried for row in said for tried in row.tries)
            found = _ends(said)
            for contact, row in found.items():
                end = ends.setdefault(contact, _End(row.on or _last_try(said), row.by))
                if contact == list(found)[-1]:
                    end.tries = tuple(sorted({*end.tries, *tries}))
        self.contacts += [(source, contact, end.on, end.tries, end.by) for contact, end in ends.items()]
        if len(set(ends) - {"call_back", "no_answer"}) > 1:
            self.remarks.append(
                f"How the contact with {self._names.name(source)} ended was written down in two ways. Both are kept"
                " until somebody settles it."
            )
        if set(ends) == {"no_answer"}:
            self._remark_on_silence(source, ends["no_answer"].tries)

    def _remark_on_silence(self, source: str, tried: tuple[str, ...]) -> None:
        name, parts = self._names.name(source), {part_of_day(one) for one in tried}
        times = "1 try" if len(tried) == 1 else f"{len(tried)} tries"
        if 0 < len(tried) < self._tries:
            self.remarks.append(f"{name} is left open: {times} of {self._tries} so far.")
        if len(tried) > 1 and len(parts) == 1:
            self.remarks.append(f"{name}: {times}, all in the {parts.pop()}. Try another time of the day too.")


def _people(rows: list[_Row]) -> list[list[_Row]]:
    """Part the rows of a source by volunteer. Who wrote no number is one who did, if anybody did."""
    known = sorted({same_person(row.by) for row in rows if row.by})
    somebody = known[0] if known else ""
    return list(_grouped(rows, lambda row: same_person(row.by) if row.by else somebody).values())


def _last_try(said: list[_Row]) -> dt.date | None:
    tried = [one for row in said for one in row.tries]
    return dt.date.fromisoformat(max(tried)[:10]) if tried else None


def _ends(said: list[_Row]) -> dict[str, _Row]:
    """Return how a contact ended, as one volunteer wrote it or as follows from the rest, with the first row of each."""
    told: dict[str, _Row] = {}
    for row in said:
        if row.contact:
            told.setdefault(row.contact, row)
    answered = [row for row in said if row.level]
    tried = [row for row in said if row.tries]
    if not told and answered:
        return {"answered": answered[0]}
    if not told and tried:
        return {"no_answer": tried[0]}
    return told


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
