"""Undoing the last change: each row is put back as it stood, which is a change of its own in the history."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from rosc_map.errors import InputError
from rosc_map.records import Asset
from rosc_map.store.history import NOT_KEPT, decode, decoded, is_undone, load, record_of
from rosc_map.store.rows import Writer
from rosc_map.store.tables import TABLES, changes, history, merged
from rosc_map.store.triggers import PLACE_FIELDS

__all__ = ["Undone", "undo"]

_ERASED_SINCE = (
    "That change cannot be undone: what it needs was erased or changed since. To undo what came before it: --past."
)
_NEVER_UNDONE = ("new", "erase", "copy", "undo")


@dataclass(frozen=True)
class Undone:
    """What was undone: the task, by whom and when it had been done, how many rows stand as before, what was left."""

    task: str
    who: str
    at: str
    note: str
    rows: int
    passed_over: tuple[str, ...] = ()


class _CannotUndo(InputError):
    """A change that cannot be undone; what was tried of it has to be taken back."""


def undo(writer: Writer, *, list_again: bool = False, past: bool = False) -> Undone:
    """Undo the newest change that is not undone yet; once more, and the one before it is undone.

    Parameters
    ----------
    writer
        The running change.
    list_again
        Undo it even if an organisation had asked to leave.
    past
        Pass over changes that cannot be undone, and undo what came before them.

    Raises
    ------
    InputError
        When there is nothing to undo, or it cannot be undone: it hid a place, or an organisation left.
    """
    if writer.connection.dialect.name == "sqlite":
        # What points at an asset may come back before it; all is looked through at the end.
        writer.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    passed: list[str] = []
    before = writer.change
    while (target := _newest(writer, before)) is not None:
        try:
            with writer.connection.begin_nested():
                rows = _take_back(writer, target, list_again=list_again)
        except (_CannotUndo, IntegrityError) as error:
            if not past:
                raise _told(error) from error
            passed.append(f"{target['task']} of {target['at']}")
            before = target["id"]
            continue
        told = {"undoes": target["id"], "task": "undo", "note": target["task"]}
        writer.connection.execute(update(changes).where(changes.c.id == writer.change).values(told))
        writer.keep_trace = True
        return Undone(target["task"], target["who"], target["at"], target["note"], rows, tuple(passed))
    raise InputError("There is nothing to undo.")


def _newest(writer: Writer, before: int) -> RowMapping | None:
    """Return the newest change before another one that may be undone, and of which the history still tells."""
    told = select(history.c.id).where(history.c.change_id == changes.c.id).exists()
    newest = (
        select(changes)
        .where(changes.c.id < before, changes.c.task.not_in(_NEVER_UNDONE), ~is_undone(changes.c.id), told)
        .order_by(changes.c.id.desc())
        .limit(1)
    )
    return writer.connection.execute(newest).mappings().first()


def _take_back(writer: Writer, target: RowMapping, *, list_again: bool) -> int:
    if target["task"] == "delist" and not list_again:
        raise _CannotUndo(
            "The last change took an asset out of every output, because its organisation asked to leave. If that was a "
            "slip, say so: undo with --list-again. To leave it and undo what came before it: --past."
        )
    steps = writer.connection.execute(
        select(history).where(history.c.change_id == target["id"]).order_by(history.c.id.desc())
    ).mappings()
    # First: whatever happens to the one that was kept no longer touches what is told of the other.
    writer.connection.execute(delete(merged).where(merged.c.change_id == target["id"]))
    rows = _Rows(writer)
    for step in steps.all():
        rows.take_back(dict(step))
    rows.write()
    if writer.connection.dialect.name == "sqlite" and writer.connection.execute(text("PRAGMA foreign_key_check")).all():
        raise _CannotUndo(_ERASED_SINCE)
    return len(rows.touched)


def _told(error: Exception) -> InputError:
    return error if isinstance(error, InputError) else InputError(_ERASED_SINCE)


class _Rows:
    """Puts rows back; the fields of one row are gathered and written together."""

    def __init__(self, writer: Writer) -> None:
        self._connection = writer.connection
        self._fields: dict[tuple[str, int], dict[str, Any]] = {}
        self.touched: set[tuple[str, int]] = set()

    def take_back(self, step: dict[str, Any]) -> None:
        """Take back one step of the history; steps come newest first."""
        key = (step["table_name"], step["row_id"])
        self.touched.add(key)
        if step["operation"] == "update":
            self._fields.setdefault(key, {})
            if step["field"] != "geom":  # latitude and longitude say it
                column = TABLES[record_of(key[0])].c[step["field"]]
                self._fields[key][step["field"]] = decode(column, step["was"])
            return
        self.write()  # what came after it in time is put back first
        table = TABLES[record_of(key[0])]
        if step["operation"] == "insert":
            self._connection.execute(delete(table).where(table.c.fid == key[1]))
            return
        before = load(step["was"])
        values = {name: decoded(table.c[name], raw) for name, raw in before.items() if name in table.c}
        self._connection.execute(insert(table).values(_with_point(key[0], {**values, "fid": key[1]})))

    def write(self) -> None:
        """Write the fields gathered so far."""
        for (name, fid), fields in self._fields.items():
            table = TABLES[record_of(name)]
            current = self._connection.execute(select(table).where(table.c.fid == fid)).mappings().first()
            if current is None:
                continue  # it was erased since
            if name != "assets":
                fields = {field: value for field, value in fields.items() if value != NOT_KEPT}
            else:
                fields = _of_hidden(fields, str(fields.get("location_precision", current["location_precision"])))
                fields = _with_point(name, {**{n: current[n] for n in ("latitude", "longitude")}, **fields})
            if fields:
                self._connection.execute(update(table).where(table.c.fid == fid).values(fields))
        self._fields = {}


def _of_hidden(fields: dict[str, Any], precision: str) -> dict[str, Any]:
    """Return what can be put back of an asset: a hidden one has no place, and what was dropped is gone for good."""
    lost = [name for name, value in fields.items() if value == NOT_KEPT]
    if lost and precision != "hidden":
        raise _CannotUndo(
            "That change hid a place. What was known of it was dropped then and cannot be brought back: record the "
            "asset's place and texts again instead. To undo what came before it: --past."
        )
    if precision != "hidden":
        return fields
    places = {name: None for name in fields if name in PLACE_FIELDS}
    return {name: value for name, value in fields.items() if name not in lost} | places


def _with_point(table: str, values: dict[str, Any]) -> dict[str, Any]:
    if table != Asset.noun + "s":
        return values
    lon, lat = values.get("longitude"), values.get("latitude")
    return {**values, "geom": None if lon is None or lat is None else (lon, lat)}
