"""What an import did, or would do: worked out before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange import RawTable
from rosc_map.partnership.closing import Closing
from rosc_map.records import Record, match_headers

__all__ = ["Change", "ImportResult", "as_text", "check_columns", "is_same", "settle"]


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
        Row numbers: new, and already there just so.
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
    inserts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    updates: list[dict[str, Any]] = field(default_factory=list, repr=False)
    closings: list[tuple[str, str, Closing]] = field(default_factory=list, repr=False)

    @property
    def changed(self) -> list[int]:
        """Row numbers of the assets that are changed."""
        return sorted({change.row for change in self.changes})

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


def check_columns(table: RawTable, record: type[Record], others: Mapping[str, type[Record]]) -> None:
    """Say at once when a column that every row needs is not there.

    Raises
    ------
    InputError
        With the columns found, and the kind of record that the file looks like.
    """
    missing = _missing(table, record)
    if not missing:
        return
    like = next((name for name, other in others.items() if other is not record and not _missing(table, other)), "")
    hint = (
        f"This looks like {like}: add --as {like}." if like else "The first row of the sheet has to name the columns."
    )
    found = ", ".join(table.headers)
    raise InputError(f"{table.name} has no column {missing[0]!r}. Columns found: {found}. {hint}")


def _missing(table: RawTable, record: type[Record]) -> list[str]:
    matched, _ = match_headers(record, table.headers)
    return [name for name, spec in record.specs().items() if spec.required and name not in matched.values()]


def is_same(before: Any, after: Any) -> bool:
    """Whether two values say the same: what is not known is equal, however it is written."""
    if isinstance(before, float) and isinstance(after, float):
        return before == after or (before != before and after != after) or abs(before - after) < 1e-7
    return bool(before == after) or (before in (None, "", ()) and after in (None, "", ()))


def as_text(value: Any) -> str:
    """Return a value as the list of changes shows it."""
    if value is None or value != value:
        return ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)
