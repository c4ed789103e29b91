"""The figures of a table of need while it is read: its headings, its rows, and each figure's cell (METHODS §3.3)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange.client_records import squeezed
from rosc_map.exchange.counts_mapping import cell_words, fold
from rosc_map.exchange.referral_counts import Gathered, is_few, shown
from rosc_map.exchange.tables_in import RawTable
from rosc_map.gaps.rates import counts_people
from rosc_map.records import CellError, Need

__all__ = ["NUMBER", "PERCENT", "TOTAL", "NeedFile", "NeedLine", "Row", "read_figures"]

Row = tuple[int, dict[str, Any]]

NUMBER = re.compile(r"-?(\d{1,3}([ ,]\d{3})+|\d+)(\.\d+)?", re.ASCII)
PERCENT = re.compile(r"[-\d., ]*\d ?(%|per ?cent)", re.ASCII)
TOTAL = re.compile(r"(total|all|persons|value|both)\b.*")

_FIELDS = tuple(Need.specs())
_MOST_NAMED = 6
_GSS = re.compile(r"[EWSNKJLM]\d{8}", re.ASCII | re.IGNORECASE)
_AUTHORITY = re.compile(r"(E0[6-9]|E10|W06|S12|N09)\d{6}", re.ASCII | re.IGNORECASE)
_WITHHELD = re.compile(
    r"\[[a-z]{1,3}\]|\*+|#|-|–|:|\.\.?|[cxz]|n/?a|nan|null|suppressed|not (shown|available|published)"
)


@dataclass(frozen=True)
class NeedLine:
    """One figure as the file gives it, and the other fields; ``column`` is the heading of its cell.

    In a table of somebody's ``own`` an empty cell may be forgotten; in a published one it is held back.
    """

    row: int
    column: str
    cell: Any
    fields: dict[str, str]
    own: bool = False


class NeedFile:
    """A table with its headings as they are compared, and what there is to say of its rows."""

    def __init__(self, table: RawTable) -> None:
        self.table = table
        self.headings = {squeezed(header): header for header in reversed(table.headers)}
        self.remarks = Gathered()
        self.stem = Path(table.name).stem

    def text(self, values: Mapping[str, Any], *names: str) -> str:
        """Return the first filled cell of a row under the headings of these names, as text."""
        texts = (cell_words(values.get(self.headings[name])) for name in names if name in self.headings)
        return next((text for text in texts if text), "")

    def keep(
        self, rows: Iterable[Row], test: Callable[[Mapping[str, Any]], bool], column: str, why: str, what_to_do: str
    ) -> list[Row]:
        """Return the rows that pass; of the others it is told how many were left out.

        ``why`` has no full stop, and follows what the cell says: "Male" is no total. Where the cells say too many
        things to name each, it follows the row.
        """
        kept: list[Row] = []
        left: list[Row] = []
        for row in rows:
            (kept if test(row[1]) else left).append(row)
        few = len(self._told(left, column)) <= _MOST_NAMED
        for number, values in left:
            value = cell_words(values.get(column))
            named = few and bool(value) and shown(value) == value
            self.remarks.add(number, column, value if named else "", why if named else f"this row {why}", what_to_do)
        return kept

    def authorities(self, *names: str) -> list[Row]:
        """Return the rows that are for an authority, as far as a code tells; a name is looked up later."""

        def may_be(values: Mapping[str, Any]) -> bool:
            code = self.text(values, *names)
            return bool(_AUTHORITY.fullmatch(code)) or not _GSS.fullmatch(code)

        why = "is for a country, a region or another area that is no local authority, and was left out"
        return self.keep(self.table.rows, may_be, self.headings[names[0]], why, "Authorities were read.")

    def totals(self, rows: list[Row], header: str) -> tuple[list[Row], str]:
        """Return the rows of the total of a column, such as all sexes, or all rows that say one thing; and what it is.

        Raises
        ------
        InputError
            When it says several things, and not just one of them is a total.
        """
        found = self._told(rows, header)
        wanted = [text for text in found if TOTAL.fullmatch(fold(text))] if len(found) > 1 else found
        if found and len(wanted) != 1:
            raise self._several(header, found)
        kept = next(iter(wanted), "")
        why, what = "is no total, and was left out", f"Read were the rows with {kept}."
        return self.keep(rows, lambda values: cell_words(values.get(header)) == kept, header, why, what), kept

    def refuse_several(self, rows: list[Row], header: str) -> None:
        """Refuse rows of which a column says several things."""
        found = self._told(rows, header)
        if len(found) > 1:
            raise self._several(header, found)

    def _told(self, rows: list[Row], header: str) -> list[str]:
        return list(dict.fromkeys(cell_words(values.get(header)) for _, values in rows))

    def _several(self, header: str, found: list[str]) -> InputError:
        named = ", ".join(shown(text)[:60] or "nothing" for text in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return InputError(
            f"{self.table.name} holds several things in the column {header}: {named}{more}. Keep the rows of one of "
            "them, best of the total."
        )


def read_figures(file: NeedFile, lines: Iterable[NeedLine]) -> tuple[list[Row], list[RowProblem]]:
    """Return the rows with their figures, and what is wrong."""
    rows: list[Row] = []
    problems: list[RowProblem] = []
    broken: list[NeedLine] = []
    first: dict[tuple[str, ...], tuple[int, str]] = {}
    for line in lines:
        try:
            figure = _figure(line.cell)
        except CellError as error:
            problems.append(_problem(line, error.why, error.what_to_do))
            continue
        if line.own and not cell_words(line.cell):
            problems.append(
                _problem(line, "the figure is missing.", "Write the figure, or take the row out if it is not known.")
            )
            continue
        if not figure:
            cell, why = cell_words(line.cell), "is not told, and was left out"
            what = "It is not known, so that it is no 0."
            file.remarks.add(line.row, line.column, cell, why if cell else f"this figure {why}", what)
            continue
        if "." in figure and counts_people(line.fields["unit"]):
            broken.append(line)
        key = tuple(fold(line.fields.get(name, "")) for name in ("area_code", "indicator", "period"))
        earlier, same = first.setdefault(key, (line.row, figure))
        if figure != same:
            why = f"differs from row {earlier}, which is of the same area, indicator and period."
            what = "Keep the right one; of figures by sex or age, the total."
            problems.append(_problem(line, why, what))
        elif earlier == line.row:
            rows.append((line.row, dict.fromkeys(_FIELDS, "") | line.fields | {"value": figure}))
    highest = max((float(values["value"]) for _, values in rows), default=0.0)
    problems += [_broken(line, highest) for line in broken]
    return rows, sorted(problems, key=lambda problem: problem.row)


def _figure(cell: Any) -> str:
    """Return a figure as plain digits; "" where it is held back or not known, which is never 0.

    Raises
    ------
    CellError
        When it is something else.
    """
    text = fold(cell_words(cell))
    if not text or _WITHHELD.fullmatch(text) or is_few(text):
        return ""
    if PERCENT.fullmatch(text):
        raise CellError("is a percentage.", "Give the number of people; Fingertips has it in the column Count.")
    if not NUMBER.fullmatch(text):
        raise CellError(
            "is not a number.", "Write digits only, for example 1240, or leave it empty if it is not known."
        )
    if text.startswith("-"):
        raise CellError("is below 0.", "Give the number of people, 0 or more.")
    whole, _, part = re.sub("[ ,]", "", text).partition(".")
    return f"{whole}.{part}" if part.strip("0") else whole


def _broken(line: NeedLine, highest: float) -> RowProblem:
    """Refuse a part of a person."""
    if highest <= 100:
        why = "is not a whole number of people, and no figure is above 100: these look like percentages."
        return _problem(line, why, "Give the number of people; Fingertips has it in the column Count.")
    what = "Give whole numbers, or say in a column unit what is measured."
    return _problem(line, "is not a whole number of people.", what)


def _problem(line: NeedLine, why: str, what_to_do: str) -> RowProblem:
    return RowProblem(line.row, line.column, shown(cell_words(line.cell)), why, what_to_do)
