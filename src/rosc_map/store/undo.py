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
_LEFT = (
    "An organisation asked to leave, and to undo that change would list it again, or let an import do so. If its "
    "leaving was a slip, say so: undo with --list-again. To leave it and undo what came before: --past."
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
            passed.append(str(target["task"]))
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
    steps = writer.connection.execute(
        select(history).where(history.c.change_id == target["id"]).order_by(history.c.id.desc())
    ).mappings()
    # First: whatever happens to the one that was kept no longer touches what is told of the other.
    kept = _unmerge(writer, int(target["id"]))
    rows = _Rows(writer, list_again=list_again)
    for fid in kept:  # what went into it comes back, and belongs to the same organisation
        rows.keep_out(TABLES[Asset].name, fid)
    for step in steps.all():
        rows.take_back(dict(step))
    rows.write()
    _forget_filled(writer, kept, int(target["id"]))
    if writer.connection.dialect.name == "sqlite" and writer.connection.execute(text("PRAGMA foreign_key_check")).all():
        raise _CannotUndo(_ERASED_SINCE)
    return len(rows.touched)


def _unmerge(writer: Writer, change: int) -> list[int]:
    """Part what a merge had joined, and return the rows that had been kept."""
    where = merged.c.change_id == change
    kept = writer.connection.execute(select(merged.c.kept).where(where).distinct()).scalars().all()
    writer.connection.execute(delete(merged).where(where))
    return list(kept)


def _forget_filled(writer: Writer, kept: list[int], change: int) -> None:
    """Take what a merge had filled in out of the history of the asset that was kept: it is the other's again."""
    mine = (history.c.table_name == TABLES[Asset].name, history.c.row_id.in_(kept))
    writer.connection.execute(delete(history).where(*mine, history.c.change_id.in_((change, writer.change))))


def _told(error: Exception) -> InputError:
    return error if isinstance(error, InputError) else InputError(_ERASED_SINCE)


class _Rows:
    """Puts rows back; the fields of one row are gathered and written together."""

    def __init__(self, writer: Writer, *, list_again: bool) -> None:
        self._connection = writer.connection
        self._list_again = list_again
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
            if (
                load(step["now"] or "{}").get("listing") != "declined"
            ):  # it left since, and did not come as one that had
                self.keep_out(*key)
            self._connection.execute(delete(table).where(table.c.fid == key[1]))
            return
        before = load(step["was"])
        values = {name: decoded(table.c[name], raw) for name, raw in before.items() if name in table.c}
        self._connection.execute(insert(table).values(_with_point(key[0], {**values, "fid": key[1]})))

    def keep_out(self, table: str, fid: int) -> None:
        """Refuse to list an organisation that left, or to take its entry away, which keeps it out."""
        assets = TABLES[Asset]
        if table != assets.name or self._list_again:
            return
        listing = self._connection.execute(select(assets.c.listing).where(assets.c.fid == fid)).scalar()
        if listing == "declined":
            raise _CannotUndo(_LEFT)

    def write(self) -> None:
        """Write the fields gathered so far."""
        for (name, fid), fields in self._fields.items():
            table = TABLES[record_of(name)]
            current = self._connection.execute(select(table).where(table.c.fid == fid)).mappings().first()
            if current is None:
                continue  # it was erased since
            if fields.get("listing", "declined") != "declined":
                self.keep_out(name, fid)
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
