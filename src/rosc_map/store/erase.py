"""Erasing for good, for a data-protection request: the rows, what points at them, and their whole history."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from rosc_map.records import Asset, Kind, Record
from rosc_map.store.store import Writer
from rosc_map.store.tables import LINKS, TABLES, changes, history, merged

__all__ = ["ERASED", "Erasure", "erase_asset", "erase_words"]

ERASED = "(erased)"
"""What stands in the place of words that were erased."""


@dataclass(frozen=True)
class Erasure:
    """What was erased: how many rows of each table, entries of history, and cells that held the words."""

    rows: dict[str, int]
    history: int
    cells: dict[str, int]

    @property
    def sentences(self) -> list[str]:
        """What was removed, in plain words."""
        said = [f"{number} removed from {name.replace('_', ' ')}." for name, number in self.rows.items()]
        said += [f"{number} cells cleaned in {name.replace('_', ' ')}." for name, number in self.cells.items()]
        return [*said, f"{self.history} entries of the history removed or cleaned."]


def erase_asset(writer: Writer, fid: int, identifier: str) -> Erasure:
    """Erase an asset, all that points at it, those that were merged into it, and their history.

    Parameters
    ----------
    writer
        The running change.
    fid, identifier
        The number of its row, and its id.
    """
    connection = writer.connection
    others = connection.execute(select(merged.c.other).where(merged.c.kept == fid)).scalars().all()
    gone: dict[str, set[int]] = {"assets": {fid, *others}}
    for record, links in LINKS.items():
        table = TABLES[record]
        where = or_(*(table.c[name] == identifier for name in links))
        found = connection.execute(select(table.c.fid).where(where)).scalars().all()
        if found:
            gone[table.name] = set(found)
            connection.execute(delete(table).where(where))
    assets = TABLES[Asset]
    connection.execute(delete(assets).where(assets.c.fid == fid))
    connection.execute(delete(merged).where(or_(merged.c.kept == fid, merged.c.other == fid)))
    cleaned = sum(_forget_rows(writer, name, rows) for name, rows in gone.items())
    # What was removed earlier (a referral that was undone, say) may still name it in the history.
    cleaned += _forget_mentions(writer, identifier)
    writer.keep_trace = True
    return Erasure({name: len(rows) for name, rows in gone.items()}, cleaned, {})


def _forget_rows(writer: Writer, table: str, rows: Iterable[int]) -> int:
    count = 0
    for row in rows:
        where = (history.c.table_name == table, history.c.row_id == row)
        count += writer.connection.execute(delete(history).where(*where)).rowcount
    return count


def _forget_mentions(writer: Writer, identifier: str) -> int:
    names = [TABLES[record].name for record in LINKS]
    holds = [column.contains(json.dumps(identifier, ensure_ascii=False), autoescape=True) for column in _values()]
    where = (history.c.table_name.in_(names), or_(*holds))
    return writer.connection.execute(delete(history).where(*where)).rowcount


def _values() -> tuple[Any, Any]:
    return history.c.was, history.c.now


def erase_words(writer: Writer, words: str) -> Erasure:
    """Erase words, such as a person's name, from every text of every record and from the history; case is no matter.

    Parameters
    ----------
    writer
        The running change.
    words
        What has to go. Each place where it stood says ``(erased)`` afterwards.
    """
    cells = Counter[str]()
    for record, table in TABLES.items():
        cells[table.name] += _clean_table(writer, record, words)
    entries = _clean_history(writer, words)
    _clean_changes(writer, words)
    writer.keep_trace = True
    return Erasure({}, entries, {name: number for name, number in cells.items() if number})


def _clean_table(writer: Writer, record: type[Record], words: str) -> int:
    table, count = TABLES[record], 0
    names = [
        name
        for name, spec in record.specs().items()
        if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.SESSIONS, Kind.PLACE) and name != "id"
    ]
    columns = [table.c[name] for name in names if name not in LINKS.get(record, ())]
    for row in writer.connection.execute(select(table.c.fid, *columns)).mappings().all():
        changed = {c.name: new for c in columns if (new := _without(row[c.name], words)) != row[c.name]}
        if changed:
            writer.connection.execute(update(table).where(table.c.fid == row["fid"]).values(changed))
            count += len(changed)
    return count


def _without(value: Any, words: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_without(part, words) for part in value)
    if not isinstance(value, str):
        return value
    low, wanted, start, parts = value.casefold(), words.casefold(), 0, []
    if wanted not in low:
        return value
    if len(low) != len(value):
        return ERASED  # letters that fold into two: where the words begin cannot be told, so all goes
    while (found := low.find(wanted, start)) >= 0:
        parts.append(value[start:found])
        start = found + len(wanted)
    return ERASED.join([*parts, value[start:]])


def _clean_history(writer: Writer, words: str) -> int:
    count = 0
    entries = select(history.c.id, history.c.was, history.c.now)
    for row in writer.connection.execute(entries).all():
        said = {"was": _clean_json(row.was, words), "now": _clean_json(row.now, words)}
        if (said["was"], said["now"]) != (row.was, row.now):
            writer.connection.execute(update(history).where(history.c.id == row.id).values(said))
            count += 1
    return count


def _clean_json(text: str | None, words: str) -> str | None:
    if text is None:
        return None
    raw = json.loads(text)
    cleaned = _clean_value(raw, words)
    return text if cleaned == raw else json.dumps(cleaned, ensure_ascii=False)


def _clean_value(raw: Any, words: str) -> Any:
    if isinstance(raw, dict):
        return {name: _clean_value(value, words) for name, value in raw.items()}
    return _without(raw, words)


def _clean_changes(writer: Writer, words: str) -> None:
    for row in writer.connection.execute(select(changes.c.id, changes.c.who, changes.c.note)).all():
        said = {"who": _without(row.who, words), "note": _without(row.note, words)}
        if (said["who"], said["note"]) != (row.who, row.note):
            writer.connection.execute(update(changes).where(changes.c.id == row.id).values(said))
