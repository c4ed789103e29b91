"""What is recorded beside a hidden asset, such as its funding: nothing finer than its county is kept there either."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select, update

from rosc_map.place import lookup
from rosc_map.records import Asset, Kind, Record
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.store import LINKS, TABLES, Writer, history

__all__ = ["clean_beside_hidden", "coarser"]

_SHOWN = ("exact", "postcode_district", "local_authority")
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
    return [n for n, spec in record.specs().items() if spec.kind in kinds and n not in (*LINKS[record], "area_code")]


def clean_beside_hidden(writer: Writer) -> None:
    """Clean the rows that point at a hidden asset, and their history; called at the end of every change.

    An asset may have become hidden in this change, or another program may have written something beside one.
    """
    touched = select(history.c.table_name).where(history.c.change_id == writer.change).distinct()
    tables = set(writer.connection.execute(touched).scalars())
    if tables.isdisjoint({TABLES[Asset].name, *(TABLES[record].name for record in LINKS)}):
        return
    assets = TABLES[Asset]
    hidden = or_(assets.c.location_precision.not_in(_SHOWN), assets.c.asset_type == "domestic_abuse_refuge")
    ids = writer.connection.execute(select(assets.c.id).where(hidden)).scalars().all()
    for start in range(0, len(ids), _AT_ONCE):
        for record in LINKS:
            _clean(writer, record, list(ids[start : start + _AT_ONCE]))


def _clean(writer: Writer, record: type[Record], ids: list[str]) -> None:
    table = TABLES[record]
    where = or_(*(table.c[name].in_(ids) for name in LINKS[record]))
    for row in writer.connection.execute(select(table).where(where)).mappings().all():
        changed = coarser(record, dict(row))
        if changed:
            writer.update(record, {"fid": row["fid"]}, changed)
            _forget(writer, record, row["fid"])


def _forget(writer: Writer, record: type[Record], fid: int) -> None:
    """Take the texts and the area of a row out of its history."""
    secret = [*_texts(record), "area_code"]
    mine = (history.c.table_name == TABLES[record].name, history.c.row_id == fid)
    fields = (history.c.operation == "update", history.c.field.in_(secret))
    writer.connection.execute(update(history).where(*mine, *fields).values(was=None, now=None))
    whole = select(history.c.id, history.c.was, history.c.now).where(*mine, history.c.operation != "update")
    for entry in writer.connection.execute(whole).all():
        said = {"was": _without(entry.was, secret), "now": _without(entry.now, secret)}
        writer.connection.execute(update(history).where(history.c.id == entry.id).values(said))


def _without(text: str | None, names: list[str]) -> str | None:
    if text is None:
        return None
    return json.dumps({name: value for name, value in json.loads(text).items() if name not in names})
