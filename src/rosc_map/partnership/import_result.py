"""What an import did, or would do: worked out before anything is written."""

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange import RawTable, columns_found, is_past_day, read_form_export, without_example
from rosc_map.exchange.outside import LeftOut
from rosc_map.partnership.closing import Closing
from rosc_map.partnership.record_names import RECORDS
from rosc_map.records import Record, is_given, match_headers

__all__ = [
    "Change",
    "ImportResult",
    "Sheet",
    "as_text",
    "future_days",
    "is_same",
    "plain_sheet",
    "read_sheet",
    "settle",
]


@dataclass(frozen=True)
class Sheet:
    """A file as it was read, before anything of it is worked out.

    Attributes
    ----------
    table
        Its rows.
    remarks
        Things to look at.
    problems
        Rows that were refused on reading.
    skipped
        Rows of a form's export that were passed over, and why.
    """

    table: RawTable
    remarks: tuple[RowProblem, ...]
    problems: tuple[RowProblem, ...]
    skipped: tuple[tuple[int, str], ...]

    def added_to(self, result: "ImportResult") -> "ImportResult":
        """Add what there is to say of the reading to what its rows do, and return that."""
        result.skipped = list(self.skipped)
        result.warnings += self.remarks
        result.problems += self.problems
        return result


def read_sheet(table: RawTable, record: type[Record], *, only_approved: bool, with_submitter: bool) -> Sheet:
    """Read a table of records: a plain one, a template, or the export of a form.

    Raises
    ------
    InputError
        When a column that every row needs is not there, or two columns mean one field.
    """
    form = read_form_export(table, record, only_approved=only_approved, with_submitter=with_submitter)
    _check_columns(form.table, record)
    plain, remarks, problems = without_example(_one_column_each(form.table, record), record)
    return Sheet(plain, (*form.table.remarks, *remarks), tuple(problems), tuple(form.skipped))


def plain_sheet(table: RawTable, record: type[Record]) -> Sheet:
    """Read a table that no person typed in and no form made.

    Raises
    ------
    InputError
        As for :func:`read_sheet`.
    """
    _check_columns(table, record)
    return Sheet(_one_column_each(table, record), table.remarks, (), ())


@dataclass(frozen=True)
class Change:
    """One field of a recorded asset that the file changes."""

    row: int
    asset: str
    field: str
    before: str
    after: str


@dataclass
class ImportResult:
    """What an import did, or would do.

    Attributes
    ----------
    source
        The name of the file.
    noun
        What its rows are, such as "asset".
    added, left
        Row numbers: new, and already there just so. A row of a matrix stands there once for each link.
    changes
        Each field of a recorded asset that differs.
    problems
        What was refused, row by row.
    warnings
        Things to look at; nothing was refused for them.
    unknown_columns
        Columns that were not read, because no field has that name.
    skipped
        Rows of a form's export that were passed over, and why.
    left_out
        Rows of an outside list, or of its review, that were not taken, and why.
    gone
        Name of each recorded asset that came from an outside list and is not among its rows any more, and what to know.
    said
        What else there is to say, in sentences.
    written
        The file that was written in place of an import: a list for review, or a mapping to look at.
    of_review
        Whether the file was the review of a list, in which somebody has said yes or no already.
    beside
        What the same file says as other records, such as whose list is whole: written together with it, or not at all.
        Its problems are those of this result.
    """

    source: str
    noun: str
    added: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    skipped: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    written: Path | None = None
    of_review: bool = False
    beside: "dict[type[Record], ImportResult]" = field(default_factory=dict)
    inserts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    updates: list[dict[str, Any]] = field(default_factory=list, repr=False)
    closings: list[tuple[str, str, Closing]] = field(default_factory=list, repr=False)

    @property
    def changed(self) -> list[int]:
        """Row numbers of the assets that are changed."""
        return sorted({change.row for change in self.changes})

    @property
    def counted(self) -> str:
        """How many were added, changed and left, in words."""
        changed = len({(change.row, change.asset) for change in self.changes})  # a row of a matrix holds many links
        return f"{len(self.added)} added, {changed} changed, {len(self.left)} left as they were"

    @property
    def refused(self) -> list[int]:
        """Row numbers that were refused."""
        return sorted({problem.row for problem in self.problems})


def settle(result: ImportResult, *, accept_partial: bool) -> ImportResult:
    """Refuse the whole file for one bad row, unless it was asked to take the good ones.

    Raises
    ------
    RowsRejected
        With every problem.
    """
    if result.problems and not accept_partial:
        raise RowsRejected(result.source, sorted(result.problems, key=lambda problem: problem.row))
    return result


def _check_columns(table: RawTable, record: type[Record]) -> None:
    """Say at once when a column that every row needs is not there.

    Raises
    ------
    InputError
        With the columns found, and the kind of record that the file looks like.
    """
    missing = _missing(table, record)
    if not missing:
        return
    like = next((name for name, other in RECORDS.items() if other is not record and not _missing(table, other)), "")
    hint = (
        f"This looks like {like}: add --as {like}." if like else "The first row of the sheet has to name the columns."
    )
    # As it is headed: "from" is what people write, and from_asset what the field is called.
    wanted = next(iter(record.specs()[missing[0]].aliases), missing[0])
    raise InputError(f"{table.name} has no column {wanted!r}. {columns_found(table.headers)} {hint}")


def _missing(table: RawTable, record: type[Record]) -> list[str]:
    matched, _ = match_headers(record, table.headers)
    return [name for name, spec in record.specs().items() if spec.required and name not in matched.values()]


def _one_column_each(table: RawTable, record: type[Record]) -> RawTable:
    """Return the table with one column for each field: of two that mean one, the one that is filled in.

    Raises
    ------
    InputError
        When both are filled in: which of them counts is for the person to say.
    """
    matched, unknown = match_headers(record, table.headers)
    holders = {name: header for header, name in matched.items()}
    empty = {header for header in table.headers if not any(is_given(values.get(header)) for _, values in table.rows)}
    drop = set()
    for header in unknown:
        (name,) = match_headers(record, [header])[0].values() or ("",)
        if not name:
            continue
        if header not in empty and holders[name] not in empty:
            raise InputError(
                f"{table.name} has two columns for {record.specs()[name].label!r}: {holders[name]!r} and {header!r}. "
                "Keep one of them."
            )
        drop.add(header if header in empty else holders[name])
    return replace(table, headers=tuple(header for header in table.headers if header not in drop))


def future_days(row: int, record: Record, today: dt.date) -> list[RowProblem]:
    """Return the days on which something was done that have not come yet."""
    return [
        RowProblem(row, name, f"{value.isoformat()}", "has not come yet.", "Check the year.")
        for name, spec in record.specs().items()
        if is_past_day(name, spec) and (value := getattr(record, name)) and value > today
    ]


def is_same(before: Any, after: Any) -> bool:
    """Whether two values say the same: what is not known is equal, however it is written."""
    # A table holds a number that is not known as NaN, which is not even equal to itself.
    before, after = (None if value != value or value in ("", ()) else value for value in (before, after))
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) < 1e-7
    return bool(before == after)


def as_text(value: Any) -> str:
    """Return a value as the list of changes shows it."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "; ".join(value) if isinstance(value, tuple) else str(value)
