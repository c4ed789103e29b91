"""What changed since somebody looked, asked cheaply: the new tasks, and the rows that they touched."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import func, select

from rosc_map.records import Kind, Record
from rosc_map.store.rows import Reader, stray_value
from rosc_map.store.tables import TABLES, changes, history

__all__ = ["Touched", "change_moment", "changes_since", "newest_changes", "rows_touched", "stored_rows"]

_AT_ONCE = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Touched:
    """One step of the history: which row of which table, what happened to it, and to which field of it ("" for all)."""

    table: str
    row: int
    operation: str
    field: str


def newest_changes(reader: Reader, most: int) -> set[int]:
    """Return the numbers of the newest tasks that can be seen."""
    newest = select(changes.c.id).order_by(changes.c.id.desc()).limit(most)
    return {int(number) for number in reader.connection.execute(newest).scalars()}


def change_moment(reader: Reader, number: int) -> str | None:
    """Return when a task was, as the store writes it; None where there is no such task (any more)."""
    return reader.connection.execute(select(changes.c.at).where(changes.c.id == number)).scalar_one_or_none()


def changes_since(reader: Reader, last: int, missing: Collection[int] = ()) -> dict[int, str]:
    """Return the tasks after a number, and those of the missing numbers that have come meanwhile: what each was."""
    found: dict[int, str] = {}
    for some in [*_parts(sorted(missing)), None]:
        where = changes.c.id > last if some is None else changes.c.id.in_(some)
        found |= {
            int(row.id): row.task
            for row in reader.connection.execute(select(changes.c.id, changes.c.task).where(where))
        }
    return found


def rows_touched(reader: Reader, tasks: Collection[int], most: int) -> set[Touched] | None:
    """Return what these tasks did to which rows; None where there are more steps than ``most``."""
    found: set[Touched] = set()
    for some in _parts(sorted(tasks)):
        steps = select(
            history.c.table_name, history.c.row_id, history.c.operation, func.coalesce(history.c.field, "")
        ).where(history.c.change_id.in_(some))
        found |= {Touched(*row) for row in reader.connection.execute(steps.limit(most + 1))}
        if len(found) > most:
            return None
    return found


def stored_rows(reader: Reader, record: type[Record], numbers: Collection[int] | None = None) -> list[dict[str, Any]]:
    """Return rows as :meth:`Reader.read` gives them, each with its ``fid`` and an asset's ``version``.

    Parameters
    ----------
    reader
        A moment of the store.
    record
        The record type.
    numbers
        The ``fid`` of each row that is wanted; all rows when left out.

    Raises
    ------
    FileProblem
        When a value does not belong there, typed in another program.
    """
    table = TABLES[record]
    columns = [column for column in table.columns if column.name != "geom"]
    figures = [name for name, spec in record.specs().items() if spec.kind is Kind.NUMBER]
    figures += [name for name in ("easting", "northing") if name in table.c]
    found = []
    try:
        for some in [None] if numbers is None else _parts(sorted(numbers)):
            wanted = select(*columns) if some is None else select(*columns).where(table.c.fid.in_(some))
            rows = reader.connection.execute(wanted.order_by(table.c.fid)).mappings()
            found += [_with_figures(dict(row), figures) for row in rows]
    except (TypeError, ValueError) as error:
        raise stray_value(table.name, error) from error
    return found


def _with_figures(row: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    for name in names:
        row[name] = float("nan") if row[name] is None else float(row[name])
    return row


def _parts(numbers: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
