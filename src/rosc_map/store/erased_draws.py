"""An erased asset in the draw of a linkage round: a mark stands in its place, so that the list keeps its length."""

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import RowMapping, select, update

from rosc_map.records import Round
from rosc_map.store.history import load
from rosc_map.store.rows import Writer
from rosc_map.store.tables import TABLES, JsonList, history

__all__ = ["mark_in_draws"]

_LISTS = ("frame", "left_out")
_JSON = JsonList()


def mark_in_draws(writer: Writer, identifiers: Collection[str]) -> tuple[int, int]:
    """Put a mark in the place of erased ids in what each linkage round was drawn from, and in its history.

    An id may be a word that somebody typed, so that it has to go too. Its place stays: how many there were is part of
    the draw.

    Parameters
    ----------
    writer
        The running change.
    identifiers
        The ids that go. Each has one random mark, the same everywhere, such as ``erased-9f86d081``.

    Returns
    -------
    tuple of int
        How many lists of the rounds were changed, and how many entries of the history.
    """
    marks = {identifier: f"erased-{secrets.token_hex(4)}" for identifier in identifiers}
    table, cells = TABLES[Round], 0
    rows = writer.connection.execute(select(table.c.fid, *(table.c[name] for name in _LISTS))).mappings().all()
    for row in rows:
        new = {name: _marked(row[name], marks) for name in _LISTS}
        changed = {name: value for name, value in new.items() if value != row[name]}
        if changed:
            writer.connection.execute(update(table).where(table.c.fid == row["fid"]).values(changed))
            cells += len(changed)
    told = writer.connection.execute(select(history).where(history.c.table_name == table.name)).mappings().all()
    return cells, sum(_mark_entry(writer, entry, marks) for entry in told)


def _marked(ids: tuple[str, ...], marks: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(marks.get(identifier, identifier) for identifier in ids)


def _mark_entry(writer: Writer, entry: RowMapping, marks: Mapping[str, str]) -> bool:
    """Mark one entry of the history; whether it told of one of the ids."""
    said = {name: _marked_text(entry["field"], entry[name], marks) for name in ("was", "now")}
    if said == {name: entry[name] for name in said}:
        return False
    writer.connection.execute(update(history).where(history.c.id == entry["id"]).values(said))
    return True


def _marked_text(field: str | None, text: str | None, marks: Mapping[str, str]) -> str | None:
    """Return what an entry says, JSON of one field or of a whole row, with the marks."""
    if text is None or (field and field not in _LISTS):
        return text
    told = load(text)
    fields: dict[str, Any] = {field: told} if field else told
    # A list is JSON in a text, and so JSON in JSON here.
    lists = {name: _JSON.process_result_value(fields[name], None) for name in _LISTS if name in fields}
    changed = {name: _marked(ids, marks) for name, ids in lists.items() if not marks.keys().isdisjoint(ids)}
    if not changed:
        return text
    fields = {**fields, **{name: _JSON.process_bind_param(ids, None) for name, ids in changed.items()}}
    return json.dumps(fields[field] if field else fields, ensure_ascii=False)
