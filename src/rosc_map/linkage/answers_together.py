"""What the rows of an answers sheet say together of each service, and where they contradict each other (METHODS §1)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.errors import RowProblem
from rosc_map.linkage.answer_names import Names
from rosc_map.linkage.answer_row import Row
from rosc_map.linkage.call_days import part_of_day
from rosc_map.linkage.conduct import LEVEL_WORDS, OUTCOME_WORDS
from rosc_map.records import same_person

__all__ = ["Together"]

_NOT_ANSWERED = ("refused", "no_answer", "wrong_number", "closed")
_TOLD_SOMETHING = tuple(LEVEL_WORDS)[2:]
_LEAVE_ONE = "Leave only what is right. If two volunteers asked, write their numbers beside it, and both are kept."


@dataclass
class _End:
    """How the contact with a source ended, as one or more volunteers wrote it."""

    on: dt.date | None
    by: str
    tries: tuple[str, ...] = ()


class Together:
    """What the rows of each source say together, and where they contradict each other.

    One volunteer cannot say two things, so that is a slip to be put right. Two volunteers can: both are kept.

    Parameters
    ----------
    problems
        Where the slips are noted.
    names
        Who is meant.
    before
        What was recorded of contacts before: ``source``, ``contact``, ``tries``.
    today, tries
        As for :func:`rosc_map.linkage.answers.read_answer_rows`.

    Attributes
    ----------
    answers
        The number of the row that said it first, with ``source``, ``target``, ``level``, ``accuracy``, ``on``, ``by``.
    contacts
        ``source``, ``contact``, ``on``, ``tries``, ``by``.
    remarks
        Sentences about what is open.
    too_little, not_confirmed
        The numbers of rows whose word beside the record is not taken, by the reason why.
    """

    def __init__(
        self,
        problems: list[RowProblem],
        names: Names,
        before: Iterable[Mapping[str, Any]],
        today: dt.date | None,
        tries: int,
    ) -> None:
        self.answers: list[tuple[int, tuple[object, ...]]] = []
        self.contacts: list[tuple[object, ...]] = []
        self.remarks: list[str] = []
        self.too_little: list[int] = []
        self.not_confirmed: list[int] = []
        self._problems, self._names = problems, names
        self._before: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for row in before:
            self._before[row["source"]][row["contact"]] = tuple(row["tries"])
        self._today, self._tries = today, tries

    def take(self, told: list[Row]) -> None:
        """Take all rows, source by source."""
        for source, rows in _grouped(told, lambda row: row.source).items():
            self._take_source(source, rows)

    def _take_source(self, source: str, rows: list[Row]) -> None:
        people = _people(rows)
        for said in people:
            self._check_one_person(said)
        self._take_answers(source, people)
        self._take_contact(source, people)

    def _check_one_person(self, said: list[Row]) -> None:
        levels: dict[str, Row] = {}
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

    def _contradicts(self, row: Row, column: str, value: str, where: str, said: str) -> None:
        self._problem(row, column, value, f"is not what {where} ({said}).", _LEAVE_ONE)

    def _silent_but_answered(self, row: Row) -> None:
        self._problem(
            row,
            "contact",
            row.contact,
            f"says “{OUTCOME_WORDS[row.contact]}”, but there are levels for the same service.",
            f"If they answered, write “{OUTCOME_WORDS['answered']}”; if they did not, take their levels out.",
        )

    def _problem(self, row: Row, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(row.number, column, value, why, what_to_do))

    def _take_answers(self, source: str, people: list[list[Row]]) -> None:
        told: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
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

    def _accuracy(self, rows: list[Row], on: dt.date | None) -> str:
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

    def _unsettled_answer(self, source: str, target: str, levels: dict[str, list[Row]]) -> None:
        said = "; ".join(f"row {rows[0].number}: {LEVEL_WORDS[level]}" for level, rows in levels.items())
        self.remarks.append(
            f"What {self._names.name(source)} could say of {self._names.name(target)} was written down in two ways"
            f" ({said}). Both are kept, and the question is open until somebody settles it."
        )

    def _take_contact(self, source: str, people: list[list[Row]]) -> None:
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
        before = self._before[source]
        # A row that cannot be read has no end, whatever was recorded before.
        if set(ends) == {"no_answer"} >= set(before):
            self._remark_on_silence(source, {*before.get("no_answer", ()), *ends["no_answer"].tries})

    def _remark_on_silence(self, source: str, tried: set[str]) -> None:
        name, parts = self._names.name(source), {part_of_day(one) for one in tried}
        times = "1 try" if len(tried) == 1 else f"{len(tried)} tries"
        if 0 < len(tried) < self._tries:
            self.remarks.append(f"{name} is left open: {times} of {self._tries} so far.")
        # A day alone does not tell which part of it was tried.
        if len(tried) > 1 and len(parts) == 1 and "" not in parts:
            self.remarks.append(f"{name}: {times}, all in the {parts.pop()}. Try another time of the day too.")


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _people(rows: list[Row]) -> list[list[Row]]:
    """Part the rows of a source by volunteer. Who wrote no number is one who did, if anybody did."""
    known = sorted({same_person(row.by) for row in rows if row.by})
    somebody = known[0] if known else ""
    return list(_grouped(rows, lambda row: same_person(row.by) if row.by else somebody).values())


def _last_try(said: list[Row]) -> dt.date | None:
    tried = [one for row in said for one in row.tries]
    return dt.date.fromisoformat(max(tried)[:10]) if tried else None


def _ends(said: list[Row]) -> dict[str, Row]:
    """Return how a contact ended, as one volunteer wrote it or as follows from the rest, with the first row of each."""
    told: dict[str, Row] = {}
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
