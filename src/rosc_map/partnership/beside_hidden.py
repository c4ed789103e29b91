"""What is recorded beside a hidden asset, such as its funding: nothing finer than its county is kept there either.

Of a linkage round that was drawn in groups by something finer, such as the local authority, the questions that a hidden
asset was asked go with their answers and contacts: its group would tell where it is.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, delete, or_, select

from rosc_map.place import lookup
from rosc_map.records import ALWAYS_HIDDEN, SHOWN_PRECISIONS, Answer, Asset, Attempt, Kind, Question, Record, Round
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.store import KEYS, LINKS, PLACE_FIELDS, TABLES, Writer, forget_fields, history

__all__ = ["clean_beside_hidden", "coarser"]

_AT_ONCE = 500


def coarser(record: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what has to change in a row beside a hidden asset: a finer area, and texts that tell of a place."""
    changed: dict[str, Any] = {}
    if "area_code" in record.specs():
        tiers = dict(zip(lookup()["local_authority_code"], lookup()["upper_tier_code"], strict=True))
        changed["area_code"] = tiers.get(values["area_code"], values["area_code"])
    for name in _texts(record):
        text = values[name]
        told = any(map(tells_of_place, text)) if isinstance(text, tuple) else tells_of_place(text or "")
        changed |= {name: record.specs()[name].empty} if told else {}
    return {name: value for name, value in changed.items() if value != values[name]}


def _texts(record: type[Record]) -> list[str]:
    kinds = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST)
    fixed = (
        *LINKS[record],
        *KEYS[record],
    )  # by its keys a row is known: the name of a round such as "SE2025" is no grid reference
    return [name for name, spec in record.specs().items() if spec.kind in kinds and name not in fixed]


def clean_beside_hidden(writer: Writer, among: Collection[str] | None = None) -> None:
    """Clean the rows that point at a hidden asset, and their history; called at the end of every change.

    An asset may have become hidden in this change, or another program may have written something beside one.

    Parameters
    ----------
    writer
        The running change.
    among
        The ids of the assets that the change may have written beside, where it is known to touch no asset itself;
        None looks at all of them.
    """
    touched = select(history.c.table_name).where(history.c.change_id == writer.change).distinct()
    tables = set(writer.connection.execute(touched).scalars())
    if tables.isdisjoint({TABLES[Asset].name, *(TABLES[record].name for record in LINKS)}):
        return
    assets = TABLES[Asset]
    hidden = or_(assets.c.location_precision.not_in(SHOWN_PRECISIONS), assets.c.asset_type.in_(ALWAYS_HIDDEN))
    looked_at = hidden if among is None else and_(hidden, assets.c.id.in_(among))
    found = {row.fid: row.id for row in writer.connection.execute(select(assets.c.fid, assets.c.id).where(looked_at))}
    ids = list(found.values())
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        _leave_finer_rounds(writer, some)
        for record in LINKS:
            _clean(writer, record, some)
    _forget_the_gone(writer, found)


def _leave_finer_rounds(writer: Writer, ids: list[str]) -> None:
    """Remove what these assets were asked in rounds whose groups tell more of a place than its county, for good."""
    rounds = TABLES[Round]
    finer = select(rounds.c.round).where(rounds.c.stratified_by.in_(PLACE_FIELDS))
    for record in (Question, Answer, Attempt):
        table = TABLES[record]
        where = (table.c.round.in_(finer), table.c.source.in_(ids))
        gone = list(writer.connection.execute(select(table.c.fid).where(*where)).scalars())
        if gone:
            writer.connection.execute(delete(table).where(*where))
            told = (history.c.table_name == table.name, history.c.row_id.in_(gone))
            writer.connection.execute(delete(history).where(*told))


def _clean(writer: Writer, record: type[Record], ids: list[str]) -> None:
    table = TABLES[record]
    where = or_(*(table.c[name].in_(ids) for name in LINKS[record]))
    columns = [column for column in table.columns if column.name != "geom"]
    for row in writer.connection.execute(select(*columns).where(where)).mappings().all():
        changed = coarser(record, dict(row))
        if not changed:
            continue
        same = writer.find(record, {name: changed.get(name, row[name]) for name in KEYS[record]})
        if same and same["fid"] != row["fid"]:
            writer.delete(record, {"fid": row["fid"]})  # two districts of one county: they say the same now
        else:
            writer.update(record, {"fid": row["fid"]}, changed)
        forget_fields(writer, table.name, row["fid"], [*_texts(record), "area_code"])


def _forget_the_gone(writer: Writer, hidden: dict[int, str]) -> None:
    """Forget what the history tells of rows beside an asset that has become hidden in this change, gone ones too."""
    became = select(history.c.row_id).where(
        history.c.change_id == writer.change,
        history.c.table_name == TABLES[Asset].name,
        history.c.field.in_(("location_precision", "asset_type")),
    )
    ids = [hidden[row] for row in set(writer.connection.execute(became).scalars()) if row in hidden]
    names = {TABLES[record].name: record for record in LINKS}
    for identifier in ids:
        quoted = json.dumps(identifier, ensure_ascii=False)
        told = or_(*(column.contains(quoted, autoescape=True) for column in (history.c.was, history.c.now)))
        rows = select(history.c.table_name, history.c.row_id).where(history.c.table_name.in_(names), told).distinct()
        for table, row in writer.connection.execute(rows).all():
            forget_fields(writer, table, row, [*_texts(names[table]), "area_code"])
