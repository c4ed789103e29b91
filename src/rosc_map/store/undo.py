"""Undoing the last change: each row is put back as it stood, which is a change of its own in the history."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from rosc_map.errors import InputError
from rosc_map.records import Asset
from rosc_map.store.history import NOT_KEPT, decode, decoded, is_undone, record_of
from rosc_map.store.store import Writer
from rosc_map.store.tables import TABLES, changes, history, merged
from rosc_map.store.triggers import PLACE_FIELDS

__all__ = ["Undone", "undo"]

_NEVER_UNDONE = ("new", "erase", "copy", "undo")


@dataclass(frozen=True)
class Undone:
    """What was undone: the task, by whom and when it had been done, and how many rows were put back."""

    task: str
    who: str
    at: str
    note: str
    rows: int


def undo(writer: Writer) -> Undone:
    """Undo the newest change that is not undone yet; once more, and the one before it is undone.

    Raises
    ------
    InputError
        When there is nothing to undo, or it would need a hidden place that was not kept.
    """
    newest = (
        select(changes)
        .where(changes.c.id < writer.change, changes.c.task.not_in(_NEVER_UNDONE), ~is_undone(changes.c.id))
        .order_by(changes.c.id.desc())
        .limit(1)
    )
    target = writer.connection.execute(newest).mappings().first()
    if target is None:
        raise InputError("There is nothing to undo.")
    steps = writer.connection.execute(
        select(history).where(history.c.change_id == target["id"]).order_by(history.c.id.desc())
    ).mappings()
    # First: whatever happens to the one that was kept no longer touches what is told of the other.
    writer.connection.execute(delete(merged).where(merged.c.change_id == target["id"]))
    rows = _Rows(writer)
    for step in steps.all():
        rows.take_back(dict(step))
    rows.write()
    writer.connection.execute(
        update(changes)
        .where(changes.c.id == writer.change)
        .values(undoes=target["id"], task="undo", note=target["task"])
    )
    writer.keep_trace = True
    return Undone(target["task"], target["who"], target["at"], target["note"], len(rows.touched))


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
        before = json.loads(step["was"])
        values = {name: decoded(table.c[name], raw) for name, raw in before.items() if name in table.c}
        self._connection.execute(insert(table).values(_with_point(key[0], {**values, "fid": key[1]})))

    def write(self) -> None:
        """Write the fields gathered so far."""
        for (name, fid), fields in self._fields.items():
            table = TABLES[record_of(name)]
            current = self._connection.execute(select(table).where(table.c.fid == fid)).mappings().first()
            if current is None or not fields:
                continue  # it was erased since
            if name == "assets":
                fields = _of_hidden(fields, str(fields.get("location_precision", current["location_precision"])))
                fields = _with_point(name, {**{n: current[n] for n in ("latitude", "longitude")}, **fields})
            self._connection.execute(update(table).where(table.c.fid == fid).values(fields))
        self._fields = {}


def _of_hidden(fields: dict[str, Any], precision: str) -> dict[str, Any]:
    """Return what can be put back of an asset: a hidden one has no place, and what was dropped is gone for good."""
    lost = [name for name, value in fields.items() if value == NOT_KEPT]
    if lost and precision != "hidden":
        raise InputError(
            "That change hid a place. What was known of it was dropped then and cannot be brought back: "
            "record the asset's place and texts again instead."
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
