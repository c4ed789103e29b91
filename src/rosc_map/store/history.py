"""Reading the history: who changed what, and when."""

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Double,
    Integer,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.types import TypeEngine

from rosc_map.records import Asset, Record
from rosc_map.store.rows import Reader, Writer
from rosc_map.store.tables import TABLES, JsonList, changes, history, merged

__all__ = [
    "NOT_KEPT",
    "asset_history",
    "changed_otherwise",
    "decode",
    "decoded",
    "edited_elsewhere",
    "forget_fields",
    "is_undone",
    "last_changes",
    "load",
    "record_of",
    "take_over_edits",
]

NOT_KEPT = "(not kept: the place is hidden)"
"""What stands in a history for a value that may tell of a hidden place."""

_BY_NAME: dict[str, type[Record]] = {table.name: record for record, table in TABLES.items()}


def load(text: str) -> Any:
    """Return what stands in the JSON of the history, without the infinite numbers that SQLite writes there."""
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(re.sub(r"(^|:)-?Inf(?=[,}]|$)", r"\1null", text))


def decode(column: "Column[Any]", text: str | None) -> Any:
    """Return a value of the history as the column takes it; ``None`` for nothing, NOT_KEPT for what was not kept."""
    return NOT_KEPT if text is None else decoded(column, load(text))


def decoded(column: "Column[Any]", raw: Any) -> Any:
    """Return a value that stood in JSON as the column takes it, whichever kind of store wrote it.

    ``None`` for nothing, and for what does not belong there, such as a day typed as 01/03/2026 in another program.
    """
    if raw is None:
        return None
    try:
        return _typed(column.type, raw)
    except ValueError:
        return None


def _typed(kind: "TypeEngine[Any]", raw: Any) -> Any:
    if isinstance(kind, JsonList):
        return kind.process_result_value(raw, None)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(str(raw)[:10])
    if isinstance(kind, Boolean):
        return bool(raw)
    if isinstance(kind, Double):
        return float(raw)
    return int(raw) if isinstance(kind, Integer) else raw


def record_of(table_name: str) -> type[Record]:
    """Return the record type that a table keeps."""
    return _BY_NAME[table_name]


def is_undone(change: "ColumnElement[int]") -> "ColumnElement[bool]":
    """Return the condition that a later change has undone the one of this number."""
    later = changes.alias("later")
    return exists().where(later.c.undoes == change)


def asset_history(reader: Reader, fid: int) -> pd.DataFrame:
    """Return the history of an asset and of those that were merged into it, oldest first.

    Parameters
    ----------
    reader
        A moment of the store.
    fid
        The number of the asset's row.

    Returns
    -------
    pandas.DataFrame
        Columns ``at`` (UTC, ISO 8601), ``who``, ``task``, ``note``, ``operation`` (insert, update, delete), ``field``,
        ``was``, ``now`` (typed values, or the text that another program put there though it does not belong there;
        ``NOT_KEPT`` where a hidden place is not kept) and ``undone``. A row added or removed has a dictionary of its
        fields in ``now`` or ``was``.
    """
    others = select(merged.c.other).where(merged.c.kept == fid)
    # One list and not "this row, or one of those": an index answers only the former.
    rows = union(select(literal(fid)), others)
    said = (
        select(history, changes.c.who, changes.c.task, changes.c.note)
        .outerjoin(changes, changes.c.id == history.c.change_id)
        .where(history.c.table_name == "assets", history.c.row_id.in_(rows))
        .order_by(history.c.id)
    )
    columns = TABLES[Asset].c
    found = []
    steps = reader.connection.execute(said).mappings().all()
    undone = _undone(reader, {row["change_id"] for row in steps if row["change_id"]})
    for row in steps:
        field = row["field"]
        column = columns[field] if field and field != "geom" else None
        found.append(
            {
                "at": row["at"],
                "who": row["who"] or "",
                "task": row["task"] or "edit elsewhere",
                "note": row["note"] or "",
                "operation": row["operation"],
                "field": field or "",
                "was": _told(column, row["was"]) if column is not None else _whole(row["was"]),
                "now": _told(column, row["now"]) if column is not None else _whole(row["now"]),
                "undone": row["change_id"] in undone,
            }
        )
    names = ["at", "who", "task", "note", "operation", "field", "was", "now", "undone"]
    return pd.DataFrame(found, columns=names, dtype=object)


def _told(column: "Column[Any]", text: str | None) -> Any:
    value = decode(column, text)
    # What does not belong there is told as it was typed.
    return load(text) if value is None and text else value


def _whole(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    columns = TABLES[Asset].c
    return {name: decoded(columns[name], raw) for name, raw in load(text).items() if name in columns}


def changed_otherwise(reader: Reader, task: str) -> dict[str, frozenset[str]]:
    """Return which fields of which assets were last changed by another task than this one, or by another program.

    What was undone, and the undoing, do not count: the row stands as if neither had been.

    Parameters
    ----------
    reader
        A moment of the store.
    task
        The kind of task, as in the history.

    Returns
    -------
    dict
        By an asset's id the names of these fields; with "" among them where another task added the asset.
    """
    undoing = (changes.c.undoes.is_not(None), is_undone(history.c.change_id))
    counted = (
        select(func.max(history.c.id))
        .outerjoin(changes, changes.c.id == history.c.change_id)
        .where(history.c.table_name == TABLES[Asset].name, history.c.operation != "delete", ~or_(*undoing))
        .group_by(history.c.row_id, history.c.field)
    )
    otherwise = (
        select(TABLES[Asset].c.id, func.coalesce(history.c.field, "").label("field"))
        .join(history, history.c.row_id == TABLES[Asset].c.fid)
        .outerjoin(changes, changes.c.id == history.c.change_id)
        .where(history.c.id.in_(counted), func.coalesce(changes.c.task, "") != task)
    )
    found: dict[str, set[str]] = defaultdict(set)
    for identifier, field in reader.connection.execute(otherwise):
        found[identifier].add(field)
    return {identifier: frozenset(fields) for identifier, fields in found.items()}


def last_changes(reader: Reader, most: int) -> pd.DataFrame:
    """Return the newest changes, newest first.

    Returns
    -------
    pandas.DataFrame
        Columns ``at`` (UTC), ``who``, ``task``, ``note``, ``rows`` (how many rows it touched) and ``undone``.
    """
    newest = select(changes).order_by(changes.c.id.desc()).limit(most)
    found = list(reader.connection.execute(newest).mappings())
    undone = _undone(reader, {row["id"] for row in found})
    touched = (
        select(history.c.change_id, history.c.table_name, func.count(func.distinct(history.c.row_id)))
        .where(history.c.change_id.in_([row["id"] for row in found]))
        .group_by(history.c.change_id, history.c.table_name)
    )
    rows = Counter[int]()
    for change, _, number in reader.connection.execute(touched):
        rows[change] += number
    told = [
        {
            **{name: row[name] for name in ("at", "who", "task", "note")},
            "rows": rows[row["id"]],
            "undone": row["id"] in undone,
        }
        for row in found
    ]
    return pd.DataFrame(told, columns=["at", "who", "task", "note", "rows", "undone"], dtype=object)


def _undone(reader: Reader, numbers: set[int]) -> set[int]:
    """Return which of these changes a later one has undone."""
    found = reader.connection.execute(select(changes.c.undoes).where(changes.c.undoes.in_(numbers)))
    return {int(number) for number in found.scalars()}


def forget_fields(writer: Writer, table: str, row: int, fields: Collection[str]) -> None:
    """Take the values of these fields of one row out of its history: they may tell of a hidden place."""
    mine = (history.c.table_name == table, history.c.row_id == row)
    changed = (history.c.operation == "update", history.c.field.in_(fields))
    writer.connection.execute(update(history).where(*mine, *changed).values(was=None, now=None))
    whole = select(history.c.id, history.c.was, history.c.now).where(*mine, history.c.operation != "update")
    for entry in writer.connection.execute(whole).all():
        said = {"was": _without(entry.was, fields), "now": _without(entry.now, fields)}
        writer.connection.execute(update(history).where(history.c.id == entry.id).values(said))


def _without(text: str | None, fields: Collection[str]) -> str | None:
    if text is None:
        return None
    kept = {name: value for name, value in load(text).items() if name not in fields}
    return json.dumps(kept, ensure_ascii=False)


def edited_elsewhere(reader: Reader) -> set[tuple[str, int]]:
    """Return which rows another program has changed since we last looked: the table's name and the row's number."""
    found = select(history.c.table_name, history.c.row_id).where(history.c.change_id.is_(None)).distinct()
    return {(name, int(row)) for name, row in reader.connection.execute(found)}


def take_over_edits(writer: Writer) -> None:
    """Count what another program has changed as part of the running change, so that it can be told and undone."""
    writer.connection.execute(update(history).where(history.c.change_id.is_(None)).values(change_id=writer.change))
