"""The user's own mapping: what the words of a table of counts mean.

The definitions of the national return change from year to year, and no public code says which service is a peer-led
initiative. So nothing is built in: a small table, kept beside the counts, says it.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange.client_records import columns_found
from rosc_map.exchange.questions import refuse_to_replace
from rosc_map.exchange.tables_in import RawTable
from rosc_map.records import codelist
from rosc_map.whole_file import write_atomic

__all__ = [
    "ANY",
    "DIRECTIONS",
    "LEAVE_OUT",
    "LONGEST_SHOWN",
    "CountsMapping",
    "MappingLine",
    "cell_words",
    "fold",
    "read_mapping",
    "write_mapping_lines",
    "write_mapping_template",
]

LEAVE_OUT = "leave_out"
ANY = "any"
"""A service that stands for all peer-led initiatives, such as a row of totals."""

LONGEST_SHOWN = 200
"""So much of a value stands in a message, in characters."""

DIRECTIONS = tuple(codelist("pathway_direction"))
_COLUMNS = ("treatment", "peer_led", "item", "count", "period", *DIRECTIONS)
_CHOICES = {"column": _COLUMNS, "item": (*DIRECTIONS, LEAVE_OUT)}
_PARTS = ("column", "item", "service", "period")
_NEEDED = ("part", "theirs", "ours")
_LONGEST_PERIOD = 40
_WHERE = "See the NDTMS reference data and the community adult business definitions of your year: the words change."
_TEMPLATE = (
    ("column", "treatment", "The heading of your column with the treatment service that counted. Write it in theirs."),
    ("column", "peer_led", "The column with the peer-led initiative. Leave theirs empty if your table has none."),
    ("column", "item", "The column that says what was counted."),
    ("column", "count", "The column with the number of people."),
    ("column", "period", "The column with the year. Leave theirs empty if there is none, and use the line for period."),
    ("column", "to_peer_led", "Only if the people referred on to peer-led initiatives have a column of their own."),
    ("column", "from_peer_led", "Only if the people who came from peer-led initiatives have a column of their own."),
    ("item", "to_peer_led", f"What your item column calls a referral on to a peer-led initiative. {_WHERE}"),
    ("item", "from_peer_led", f"What it calls a referral from a peer-led initiative. {_WHERE}"),
    ("item", LEAVE_OUT, "What it says of anything else. Copy these lines for as many words as you need."),
    ("service", "", "Theirs: what your table calls a service. Ours: its name or id here. Copy for each that differs."),
    ("service", ANY, "What your table calls all peer-led initiatives together, if it does."),
    ("period", "", "Without a column for the year: leave theirs empty, and write the year in ours, such as 2025-26."),
)


@dataclass(frozen=True)
class MappingLine:
    """One line: ``theirs`` of a ``part`` means ``ours``, in any year or in one ``period``; ``row`` of the file."""

    row: int
    part: str
    theirs: str
    ours: str
    period: str = ""


@dataclass(frozen=True)
class CountsMapping:
    """What the words of a table of counts mean.

    Attributes
    ----------
    name
        The file's name, for messages.
    lines
        In the order of the file; no two say different things of one word in one period.
    """

    name: str
    lines: tuple[MappingLine, ...]

    @cached_property
    def _words(self) -> dict[tuple[str, str, str], MappingLine]:
        return {(line.part, fold(line.theirs), fold(line.period)): line for line in self.lines}

    def word(self, part: str, theirs: str, period: str) -> MappingLine | None:
        """Return the line for a word; one of just this period before one of any. None where there is none."""
        return self._words.get((part, fold(theirs), fold(period))) or self._words.get((part, fold(theirs), ""))

    def of(self, part: str) -> Iterator[MappingLine]:
        """Give the lines of one part."""
        return (line for line in self.lines if line.part == part)


def fold(text: str) -> str:
    """Return a word as it is compared with theirs: without case, and with single spaces."""
    return " ".join(text.casefold().split())


def cell_words(value: Any) -> str:
    """Return a cell as text; a workbook hands over a whole number as 2025.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else " ".join(str(value).split())


def read_mapping(table: RawTable) -> CountsMapping:
    """Read a mapping: columns part, theirs, ours, and where wanted period and note. Lines left unfilled are nothing.

    Parameters
    ----------
    table
        As :func:`rosc_map.exchange.read_table` gives it.

    Raises
    ------
    InputError
        When a column is not there, or no line is filled in.
    RowsRejected
        With every line that cannot be meant.
    """
    headers = {fold(header): header for header in table.headers}
    for needed in _NEEDED:
        if needed not in headers:
            raise InputError(
                f"{table.name} has no column {needed!r}, so it is no mapping. {columns_found(table.headers)} rosc-map "
                "template mapping.csv --as mapping writes one to fill in."
            )
    lines: dict[tuple[str, str, str], MappingLine] = {}
    problems: list[RowProblem] = []
    for number, values in table.rows:
        cells = {name: cell_words(values.get(header)) for name, header in headers.items()}
        line = MappingLine(number, fold(cells["part"]), cells["theirs"], cells["ours"], cells.get("period", ""))
        # Only of the period a line without a word of theirs says something: the one year of the file.
        if not line.ours or not (line.theirs or line.part == "period"):
            problems += _half_filled(line)
            continue
        key = (line.part, fold(line.theirs), fold(line.period))
        wrong = _wrong(line, lines.get(key))
        problems += wrong
        if not wrong:
            lines.setdefault(key, _as_code(line))
    if problems:
        raise RowsRejected(table.name, problems)
    if not lines:
        raise InputError(f"{table.name} has no line that is filled in. Write your own words in the column theirs.")
    return CountsMapping(table.name, tuple(lines.values()))


def _half_filled(line: MappingLine) -> list[RowProblem]:
    """Refuse a line whose word has no meaning; one without a word is a line of the template that was not needed."""
    if not line.theirs:
        return []
    what = "Write what it is, or take the line out."
    return [RowProblem(line.row, "ours", line.theirs[:LONGEST_SHOWN], "has no meaning: ours is empty.", what)]


def _wrong(line: MappingLine, earlier: MappingLine | None) -> list[RowProblem]:
    choices = ", ".join(_CHOICES.get(line.part, ()))
    if line.part not in _PARTS:
        column, value, why, what = "part", line.part, "is no part.", f"Choose from: {', '.join(_PARTS)}."
    elif line.part in _CHOICES and _as_code(line).ours not in _CHOICES[line.part]:
        column, value, why, what = (
            "ours",
            line.ours,
            f"is no meaning of the part {line.part}.",
            f"Choose from: {choices}.",
        )
    elif line.part == "period" and len(line.ours) > _LONGEST_PERIOD:
        column, value, why, what = "ours", line.ours, "is too long for a period.", "Write a year, such as 2025-26."
    elif earlier and fold(_as_code(line).ours) != fold(earlier.ours):
        column, value = "theirs", line.theirs
        why, what = f"means something else in row {earlier.row}.", "Keep the line that is right."
    else:
        return []
    return [RowProblem(line.row, column, value[:LONGEST_SHOWN], why, what)]


def _as_code(line: MappingLine) -> MappingLine:
    """Return the line with its meaning as a code: people write "leave out" and "To peer-led"."""
    code = fold(line.ours.replace("-", " ").replace("_", " ")).replace(" ", "_")
    known = (*_CHOICES.get(line.part, ()), *((LEAVE_OUT, ANY) if line.part == "service" else ()))
    return MappingLine(line.row, line.part, line.theirs, code if code in known else line.ours, line.period)


def write_mapping_template(path: Path) -> Path:
    """Write a mapping ready to fill in, as ``.csv``.

    Raises
    ------
    InputError
        For another ending.
    FileProblem
        When there is a file of that name already, or the folder cannot be written to.
    """
    lines = ((part, "", ours, "", note) for part, ours, note in _TEMPLATE)
    return write_mapping_lines(path, ("part", "theirs", "ours", "period", "note"), lines)


def write_mapping_lines(path: Path, headers: Iterable[str], lines: Iterable[Iterable[Any]]) -> Path:
    """Write the lines of a mapping as ``.csv``, for people to fill in; raises as :func:`write_mapping_template`."""
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path.name}: choose a name that ends in .csv for a mapping.")
    refuse_to_replace(path)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([headers, *lines])
    return write_atomic(path, out.getvalue().encode("utf-8-sig", "replace"))
