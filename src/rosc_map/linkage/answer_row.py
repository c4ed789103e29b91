"""One row of an answers sheet: what each of its cells says, and what is wrong with it (METHODS §1)."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from rosc_map.errors import RowProblem
from rosc_map.linkage.answer_names import Names
from rosc_map.linkage.call_days import read_date, read_try
from rosc_map.linkage.sheet import read_accuracy, read_contact, read_level, read_volunteer
from rosc_map.records import CellError, day, same_person, squash

__all__ = ["Row", "RowReader"]

T = TypeVar("T")

_TRY_COLUMN = re.compile(r"try \d+")


@dataclass(frozen=True)
class Row:
    """What one row says: ids and codes, "" for nothing.

    Attributes
    ----------
    number
        The row as a spreadsheet counts it.
    source, target
        Ids; ``target`` is "" where there is no level.
    level, contact, accuracy
        Codes of ``linkage_level``, ``contact_outcome`` and ``answer_accuracy``.
    on
        The day written beside it, or None.
    tries
        ``YYYY-MM-DD HH:MM``, or the day alone, each as it stands in the row.
    by
        The volunteer, as it was written.
    """

    number: int
    source: str
    target: str
    level: str
    contact: str
    accuracy: str
    on: dt.date | None
    tries: tuple[str, ...]
    by: str


@dataclass
class _Call:
    """Who rang a source, and when: people write it on one of the rows of the call, and mean them all."""

    people: dict[str, str] = field(default_factory=dict)
    days: dict[str, set[dt.date]] = field(default_factory=lambda: defaultdict(set))

    def note(self, on: dt.date | None, by: str) -> None:
        person = same_person(by)
        if by:
            self.people.setdefault(person, by)
        if on:
            self.days[person].add(on)

    def complete(self, row: Row) -> Row:
        """Fill what a row leaves out with the one volunteer there was, and the one day of that volunteer."""
        by = row.by or _only(self.people.values()) or ""
        # A day without a volunteer is of whoever rang.
        days = self.days[""] | self.days[same_person(by)]
        return replace(row, by=by, on=row.on or _only(days))


class RowReader:
    """Reads row after row, and gathers what they say and everything that is wrong with them.

    Parameters
    ----------
    problems
        Where everything is noted that is wrong with a row.
    names
        Who is meant.
    round_name, drawn_on, today
        As for :func:`rosc_map.linkage.read_answers`.

    Attributes
    ----------
    no_level
        The numbers of rows with something beside the record and no level.
    passed_over
        How many rows had no level, contact or try.
    """

    def __init__(
        self,
        problems: list[RowProblem],
        names: Names,
        round_name: str,
        drawn_on: dt.date | None,
        today: dt.date | None,
    ) -> None:
        self.no_level: list[int] = []
        self.passed_over = 0
        self._problems, self._names = problems, names
        self._round, self._drawn_on, self._today = round_name, drawn_on, today
        self._told: list[tuple[str, Row]] = []
        self._calls: dict[str, _Call] = defaultdict(_Call)
        self._other_rounds: set[str] = set()

    @property
    def told(self) -> list[Row]:
        """The rows that say something, in order, each with the day and the volunteer of its call."""
        return [self._calls[call].complete(row) for call, row in self._told]

    def read(self, number: int, row: dict[str, str]) -> None:
        """Take one row, or note what is wrong with it."""
        if self._is_of_another_round(number, row.get("round", "")):
            return
        before = len(self._problems)
        level = self._cell(number, "level", row, read_level) or ""
        contact = self._cell(number, "contact", row, read_contact) or ""
        on = self._day_of_call(number, "date", row, self._cell(number, "date", row, self._read_date))
        tries = self._tries(number, row)
        by = self._cell(number, "volunteer", row, read_volunteer) or ""
        accuracy = self._cell(number, "beside the record", row, read_accuracy) or ""
        wrong = len(self._problems) > before
        # As it is written: the rows of a call name its source in the same way.
        call = squash(row["source"])
        self._calls[call].note(on, by)
        if accuracy and not level and not wrong:
            self.no_level.append(number)
        if not (level or contact or tries or wrong):
            self.passed_over += 1
            return
        source = self._names.source(number, row["source"], contact)
        # A level that cannot be read still has a target to be checked, so that all problems are told at once.
        target = self._target(number, source, row) if level or (wrong and row.get("level")) else ""
        if source:
            level = level if target else ""
            self._told.append((call, Row(number, source, target, level, contact, accuracy, on, tries, by)))

    def _is_of_another_round(self, number: int, value: str) -> bool:
        if not value or not self._round or value.casefold() == self._round.casefold():
            return False
        # Once for the whole sheet: every row of it says the same.
        if value.casefold() not in self._other_rounds:
            self._other_rounds.add(value.casefold())
            why = f"is the round of this sheet; you are recording {self._round}."
            self._problem(number, "round", value, why, f"Record it with: linkage record FILE {value} SHEET.")
        return True

    def _read_date(self, text: str) -> dt.date | None:
        return read_date(text, self._drawn_on)

    def _read_try(self, text: str) -> str:
        return read_try(text, self._drawn_on)

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
        found = [self._cell(number, column, row, self._read_try) for column in columns]
        for column, tried in zip(columns, found, strict=True):
            if tried:
                self._day_of_call(number, column, row, dt.date.fromisoformat(tried[:10]))
        return tuple(tried for tried in found if tried)

    def _day_of_call(self, number: int, column: str, row: dict[str, str], found: dt.date | None) -> dt.date | None:
        """Return a day, and note where it has not come yet, or was before anybody was drawn."""
        why = ""
        if found and self._today and found > self._today:
            why = f"is after today, {day(self._today)}."
        elif found and self._drawn_on and found < self._drawn_on:
            why = f"is before the draw of this round, {day(self._drawn_on)}."
        if why:
            self._problem(number, column, row[column], why, "Write the day of the call, with its year.")
        return found

    def _problem(self, number: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problems.append(RowProblem(number, column, value, why, what_to_do))


def _only(found: Iterable[T]) -> T | None:
    """Return what is found where that is one thing; None where it is none or several."""
    each = [*found]
    return each[0] if len(each) == 1 else None
