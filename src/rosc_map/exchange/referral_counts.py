"""Counts of people between treatment and peer-led initiatives, read with the user's own mapping of their words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected, UnknownName
from rosc_map.exchange.client_records import may_be_repeated, tells_of_person
from rosc_map.exchange.counts_mapping import (
    ANY,
    DIRECTIONS,
    LEAVE_OUT,
    LONGEST_SHOWN,
    CountsMapping,
    MappingLine,
    cell_words,
    fold,
)
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import CellError, PathwayCount, Record, Referral, parse_cell, read_row

__all__ = ["FEW_KEPT", "Counts", "Gathered", "Told", "is_few", "read_counts", "read_people", "shown", "unknown_name"]

_FEW = re.compile(r"(<|fewer than|less than|under)\s*([2-9]|\d\d{1,5})|1\s*(-|–|to)\s*\d{1,5}")
_WITHHELD = ("*", "**", "#", "c", "[c]", "suppressed")
_TO_PEER_LED = DIRECTIONS[0]

FEW_KEPT = ("is a small number that is not told exactly", "It is kept without a number.")
"""What is wrong with a count such as "<5", and what became of it, for :class:`Gathered`."""


class Told(Enum):
    """What a cell of a count tells: a number, that there were a few, that it is held back, or nothing at all."""

    NUMBER = 1
    FEW = 2
    WITHHELD = 3
    NOTHING = 4


def read_people(value: Any) -> tuple[Told, float | None]:
    """Read a number of people; None where it is not told.

    Raises
    ------
    CellError
        For words, and for numbers that are negative, broken or too large.
    """
    text = fold(cell_words(value))
    if is_few(value):
        return Told.FEW, None
    if text in _WITHHELD:
        return Told.WITHHELD, None
    number = parse_cell(Referral.specs()["count"], value)
    if number is None:
        return Told.NOTHING, None
    if number != int(number):
        raise CellError("is not a whole number of people.", "Write a whole number.")
    return Told.NUMBER, number


def is_few(value: Any) -> bool:
    """Whether a cell says of a count that it is small and not told, such as "<5"."""
    return bool(_FEW.fullmatch(fold(cell_words(value))))


class Gathered:
    """The same thing to say of many rows is said once, at the first of them, with the number of rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str, str], list[int]] = {}

    def add(self, row: int, column: str, value: str, why: str, what_to_do: str) -> None:
        """Take one row; ``why`` has no full stop yet."""
        rows = self._rows.setdefault((column, shown(value), why, what_to_do), [])
        if row not in rows[-1:]:
            rows.append(row)

    def all(self) -> list[RowProblem]:
        """Return what there is to say, in the order of the first rows."""
        return [
            RowProblem(rows[0], column, value, f"{why}, in {len(rows):,} rows." if len(rows) > 1 else f"{why}.", what)
            for (column, value, why, what), rows in self._rows.items()
        ]


@dataclass
class Counts:
    """What a table of counts says.

    Attributes
    ----------
    referrals, pathways
        Row number, the header of the count, and the record: between two services, or with no initiative named.
    treatments, peer_led
        Row number and header at which each service first stands, by id: those that counted, and the initiatives.
    problems, remarks
        What was refused, and what was passed over.
    unknown_columns
        Columns that the mapping does not name.
    left_out
        Row numbers of which nothing was taken since the mapping leaves it out.
    """

    referrals: list[tuple[int, str, Referral]] = field(default_factory=list)
    pathways: list[tuple[int, str, PathwayCount]] = field(default_factory=list)
    treatments: dict[str, tuple[int, str]] = field(default_factory=dict)
    peer_led: dict[str, tuple[int, str]] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    remarks: list[RowProblem] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()


def read_counts(table: RawTable, mapping: CountsMapping, find: Callable[[str], str]) -> Counts:
    """Read a table of counts: a row for each item, or a column for each direction.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it.
    mapping
        What its words mean.
    find
        Returns the id of an asset by id or name, or raises ``UnknownName``.

    Raises
    ------
    InputError
        When a column that the mapping names is not there, or one that is needed is named nowhere.
    RowsRejected
        When the mapping names a service that is not recorded.
    """
    wrong = []
    for line in mapping.of("service"):
        if line.ours not in (ANY, LEAVE_OUT):
            try:
                find(line.ours)
            except UnknownName as error:
                wrong.append(unknown_name(line.row, "ours", line.ours, error))
    if wrong:
        raise RowsRejected(mapping.name, wrong)
    return _Reading(table, mapping, find).result


def unknown_name(row: int, column: str, text: str, error: UnknownName) -> RowProblem:
    """Return the problem of a cell that names no asset, or more than one."""
    told = str(error).removeprefix(repr(text)).removeprefix("The name (not repeated here)")
    why, _, what = told.strip().partition(". ")
    return RowProblem(row, column, shown(text), f"{why.rstrip('.')}.", what)


def shown(text: str) -> str:
    """Return a cell as a message repeats it: not too much of it, and nothing that may tell of a person."""
    return "(not repeated here)" if tells_of_person(text) else text[:LONGEST_SHOWN]


class _Reading:
    def __init__(self, table: RawTable, mapping: CountsMapping, find: Callable[[str], str]) -> None:
        self._table, self._mapping, self._find = table, mapping, find
        self._wrong, self._remarks = Gathered(), Gathered()
        self._left_out: set[int] = set()
        self._headers = {fold(header): header for header in table.headers}
        self._columns = self._found_columns()
        self._check()
        self.result = Counts()
        named = {fold(line.theirs) for line in mapping.of("column")}
        self.result.unknown_columns = tuple(header for header in table.headers if fold(header) not in named)
        for number, values in table.rows:
            self._row(number, values)
        self.result.problems += self._wrong.all()
        self.result.remarks += self._remarks.all()
        taken = {row for row, _, _ in (*self.result.referrals, *self.result.pathways)}
        refused = {problem.row for problem in self.result.problems}
        self.result.left_out = tuple(sorted(self._left_out - taken - refused))

    def _found_columns(self) -> dict[str, list[MappingLine]]:
        """Return the lines of columns that this file has; of each column that the mapping names it must have one."""
        found: dict[str, list[MappingLine]] = {}
        missing: dict[str, MappingLine] = {}
        for line in self._mapping.of("column"):
            if fold(line.theirs) in self._headers:
                found.setdefault(line.ours, []).append(line)
            else:
                missing.setdefault(line.ours, line)
        for ours, line in missing.items():
            if ours not in found:
                names = f" Columns found: {', '.join(self._table.headers)}." if self._shown() else ""
                raise InputError(
                    f"{self._table.name} has no column {line.theirs[:60]!r}, which row {line.row} of "
                    f"{self._mapping.name} names for {ours}.{names}"
                )
        return found

    def _shown(self) -> bool:
        return may_be_repeated(self._table.headers)

    def _check(self) -> None:
        wide = any(direction in self._columns for direction in DIRECTIONS)
        needed = ["treatment", *([] if wide else ["item", "count"])]
        if not self._mapping.word("period", "", ""):
            needed.append("period")
        for ours in needed:
            if ours not in self._columns:
                more = " Or write the one year in a line of the part period." if ours == "period" else ""
                raise InputError(
                    f"{self._mapping.name} does not say which column of {self._table.name} is {ours}. Write its "
                    f"heading in theirs, in the line of the part column with {ours} in ours.{more}"
                )
        for ours, lines in self._columns.items():
            periods = {fold(line.period) for line in lines}
            if ours not in DIRECTIONS and len(periods) < len(lines):
                named = " and ".join(repr(line.theirs[:60]) for line in lines)
                raise InputError(
                    f"{self._mapping.name} names more than one column of {self._table.name} for {ours}: {named}. Keep "
                    "one of them."
                )

    def _column(self, ours: str, period: str = "") -> str:
        """Return the header of a column for a period, "" where there is none."""
        lines = {fold(line.period): line for line in self._columns.get(ours, ())}
        found = lines.get(fold(period)) or lines.get("")
        return self._headers[fold(found.theirs)] if found else ""

    def _row(self, number: int, values: Mapping[str, Any]) -> None:
        period = self._period(number, values)
        for header, direction in self._cells(number, values, period) if period else ():
            treatment, peer_led = self._treatment(number, values, period), self._peer_led(number, values, period)
            named = self._column("peer_led", period)
            if treatment:
                self.result.treatments.setdefault(treatment, (number, self._column("treatment", period)))
            if peer_led:
                self.result.peer_led.setdefault(peer_led, (number, named))
            if treatment and treatment == peer_led:
                why = "is the same service as the one that counted"
                self._wrong.add(number, named, cell_words(values[named]), why, "Name two different services.")
            elif treatment and peer_led is not None:
                cells = {"treatment": treatment, "direction": direction, "period": period}
                self._count(number, header, values[header], cells, peer_led)

    def _period(self, number: int, values: Mapping[str, Any]) -> str:
        header = self._column("period")
        text = cell_words(values.get(header)) if header else ""
        if header and not text:
            self._wrong.add(number, header, "", "is missing", "Write the year, as in the other rows.")
            return ""
        line = self._mapping.word("period", text, "")
        return line.ours if line else text

    def _cells(self, number: int, values: Mapping[str, Any], period: str) -> Iterator[tuple[str, str]]:
        """Give the header of each cell with a count, and its direction."""
        for direction in DIRECTIONS:
            for line in self._columns.get(direction, ()):
                if fold(line.period) in ("", fold(period)):
                    yield self._headers[fold(line.theirs)], direction
        header, count = self._column("item", period), self._column("count", period)
        if not header or not count:
            return
        item = cell_words(values.get(header))
        meant = self._mapping.word("item", item, period)
        if not item:
            self._wrong.add(number, header, "", "is missing", "Write what was counted, as in the other rows.")
        elif meant is None:
            why = "is an item that the mapping does not know"
            what = f"Add it to {self._mapping.name}: item, theirs as it stands here, ours one of: "
            self._wrong.add(number, header, item, why, f"{what}{', '.join((*DIRECTIONS, LEAVE_OUT))}.")
        elif meant.ours == LEAVE_OUT:
            self._left_out.add(number)
        else:
            yield count, meant.ours

    def _treatment(self, number: int, values: Mapping[str, Any], period: str) -> str:
        header = self._column("treatment", period)
        text = cell_words(values.get(header))
        if not text:
            self._wrong.add(number, header, "", "is missing", "Write which treatment service counted.")
            return ""
        found = self._service(number, header, text, period)
        if found == ANY:
            why = "has to be one treatment service, and the mapping says that it is any"
            self._wrong.add(number, header, text, why, "Give it the name of a service in the mapping, or leave_out.")
            return ""
        return found or ""

    def _peer_led(self, number: int, values: Mapping[str, Any], period: str) -> str | None:
        """Return the id of the initiative: "" where none is named, None where the row is not taken."""
        header = self._column("peer_led", period)
        text = cell_words(values.get(header)) if header else ""
        found = self._service(number, header, text, period) if text else ANY
        return "" if found == ANY else found

    def _service(self, number: int, header: str, text: str, period: str) -> str | None:
        """Return the id of a service or ANY; None where it is left out or not known."""
        line = self._mapping.word("service", text, period)
        if line and line.ours == ANY:
            return ANY
        if line and line.ours == LEAVE_OUT:
            self._left_out.add(number)
            return None
        try:
            return self._find(line.ours if line else text)
        except UnknownName as error:
            told = unknown_name(number, header, text, error)
            what = f"{told.what_to_do} Or say in {self._mapping.name} which service it is."
            self._wrong.add(number, header, text, told.why.rstrip("."), what)
            return None

    def _count(self, number: int, header: str, cell: Any, cells: dict[str, Any], peer_led: str) -> None:
        try:
            told, count = read_people(cell)
        except CellError as error:
            words = shown(cell_words(cell))
            self.result.problems.append(RowProblem(number, header, words, error.why, error.what_to_do))
            return
        passed = "It was passed over: nothing is known of it."
        if told is Told.NOTHING:
            self._remarks.add(number, header, cell_words(cell), "tells no count", passed)
        elif told is Told.WITHHELD and peer_led:
            why = "is held back, so nobody can tell whether anybody was referred"
            self._remarks.add(number, header, cell_words(cell), why, passed)
        else:
            taken = self._record(number, header, cells | {"count": count}, peer_led)
            if taken and told is Told.FEW:
                self._remarks.add(number, header, cell_words(cell), *FEW_KEPT)

    def _record(self, number: int, header: str, cells: dict[str, Any], peer_led: str) -> bool:
        """Take what a count is about, with the initiative or without one; whether it could be taken."""
        if not peer_led:
            return self._take(PathwayCount, self.result.pathways, number, header, cells)
        ends = (cells["treatment"], peer_led)
        source, target = ends if cells["direction"] == _TO_PEER_LED else ends[::-1]
        said = {"from_asset": source, "to_asset": target, "evidence": "counted", "period": cells["period"]}
        said |= {"count": cells["count"], "result": "no_link" if cells["count"] == 0 else ""}
        return self._take(Referral, self.result.referrals, number, header, said)

    def _take(self, record: type[Record], taken: list[Any], number: int, header: str, cells: Mapping[str, Any]) -> bool:
        period = self._column("period") or "period"
        found, problems = read_row(record, cells, number, {"count": header, "period": period})
        if found is not None:
            taken.append((number, header, found))
        self.result.problems += problems
        return found is not None
