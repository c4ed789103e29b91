"""How all stood at a moment: today's rows, with what was changed since taken back."""

import datetime as dt
from typing import Any

import pandas as pd
from sqlalchemy import select

from rosc_map.records import Asset, Kind, Record, codelist
from rosc_map.store.history import NOT_KEPT, decode, decoded, load
from rosc_map.store.rows import NOT_READ, Reader
from rosc_map.store.tables import TABLES, history, merged

__all__ = ["as_at", "end_of_day"]


def end_of_day(day: dt.date) -> str:
    """Return the last moment of a day, as the clocks of this machine have it, in the history's words (UTC)."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time()).astimezone()
    return midnight.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def as_at(reader: Reader, record: type[Record], moment: str) -> pd.DataFrame:
    """Return the rows of a record type as they stood at a moment, in the shape of :meth:`Reader.read`.

    What is confidential or declined today stays so: an asset is never shown more finely than it may be shown now. What
    was erased since is not there.

    Parameters
    ----------
    reader
        A moment of the store.
    record
        The record type.
    moment
        UTC, as :func:`end_of_day` writes it.
    """
    table = TABLES[record]
    columns = [column for column in table.columns if column.name not in NOT_READ]
    now = reader.connection.execute(select(table.c.fid, *columns)).mappings()
    rows: dict[int, dict[str, Any]] = {row["fid"]: {c.name: row[c.name] for c in columns} for row in now}
    today = {fid: dict(row) for fid, row in rows.items()} if record is Asset else {}
    since = (
        select(history).where(history.c.at >= moment, history.c.table_name == table.name).order_by(history.c.id.desc())
    )
    for step in reader.connection.execute(since).mappings():
        _take_back(rows, dict(step), record)
    into = {row.other: row.kept for row in reader.connection.execute(select(merged.c.other, merged.c.kept))}
    required = [name for name, spec in record.specs().items() if spec.required]
    kept = [
        _no_finer(row, today.get(into.get(fid, fid))) if record is Asset else row
        for fid, row in sorted(rows.items())
        # What was removed and then lost its texts, because it became hidden, cannot be told any more.
        if all(row[name] not in (None, "") for name in required)
    ]
    frame = pd.DataFrame(kept, columns=[column.name for column in columns], dtype=object)
    numbers = {name for name, spec in record.specs().items() if spec.kind is Kind.NUMBER} | {"easting", "northing"}
    for name in numbers & set(frame.columns):
        frame[name] = frame[name].astype(float)
    return frame


def _take_back(rows: dict[int, dict[str, Any]], step: dict[str, Any], record: type[Record]) -> None:
    fid, columns = step["row_id"], TABLES[record].c
    if step["operation"] == "insert":
        rows.pop(fid, None)
    elif step["operation"] == "delete":
        before = load(step["was"])
        names = [column.name for column in columns if column.name not in NOT_READ]
        rows[fid] = {name: _empty(record, name, decoded(columns[name], before.get(name))) for name in names}
    elif fid in rows and step["field"] in rows[fid]:
        was = decode(columns[step["field"]], step["was"])
        if was != NOT_KEPT:
            rows[fid][step["field"]] = _empty(record, step["field"], was)


def _empty(record: type[Record], name: str, value: Any) -> Any:
    spec = record.specs().get(name)
    if value is not None:
        return value
    if spec is None:
        return None if name in ("easting", "northing") else ""
    return spec.empty


def _no_finer(row: dict[str, Any], now: dict[str, Any] | None) -> dict[str, Any]:
    """Return an asset of the past with the more careful precision and listing of then and now."""
    if now is None:
        return row
    order = list(codelist("location_precision"))
    strict = {word: number for number, word in enumerate(order)}
    words = (row["location_precision"], now["location_precision"])
    tight = max(words, key=lambda word: strict.get(word, len(order)))
    listing = now["listing"] if now["listing"] in ("declined", "restricted") else row["listing"]
    shows = now["listing_shows"] if listing == "restricted" else row["listing_shows"]
    row = {**row, "location_precision": tight, "listing": listing, "listing_shows": shows}
    if tight == "hidden" and now["id"] == row["id"]:
        row |= {name: now[name] for name in now if name not in ("status", "verified_on", "asset_type", "listing")}
    return row
