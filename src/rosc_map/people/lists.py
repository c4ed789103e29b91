"""Who has taken what, so that two volunteers do not do the same."""

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from rosc_map.errors import InputError
from rosc_map.people.roles import check_by
from rosc_map.people.tables import lists

__all__ = ["CHECKS_LAPSE", "give_items_back", "hand_item_over", "lapsed", "take_items", "taken_items"]

CHECKS_LAPSE = dt.timedelta(days=14)
"""After how long an asset that somebody meant to check is free again; a call stays with whom it was given to."""

_KINDS = ("check", "call")
_LONGEST = 200


def taken_items(connection: Connection, kind: str, about: str, now: dt.datetime) -> dict[str, str]:
    """Return who has each item that is taken."""
    wanted = select(lists.c.item, lists.c.account).where(_of(kind, about), ~lapsed(now)).order_by(lists.c.item)
    return {row.item: row.account for row in connection.execute(wanted)}


def take_items(
    connection: Connection, name: str, kind: str, items: Iterable[str], about: str, now: dt.datetime
) -> list[str]:
    """Let somebody have what is free, or theirs already, and return what they got."""
    wanted = _checked(items)
    taken = taken_items(connection, kind, about, now)
    got = [item for item in wanted if taken.get(item, name) == name]
    _set(connection, kind, about, dict.fromkeys(got, name), now)
    return got


def give_items_back(connection: Connection, name: str, kind: str, items: Iterable[str], about: str) -> None:
    """Free what somebody has; what others have stays theirs."""
    for item in _checked(items):
        connection.execute(delete(lists).where(_of(kind, about), lists.c.item == item, lists.c.account == name))


def hand_item_over(connection: Connection, kind: str, item: str, to: str, about: str, now: dt.datetime) -> None:
    """Give an item to somebody, whoever has it; to "" frees it.

    Raises
    ------
    InputError
        When ``to`` may be a person's name.
    """
    (checked,) = _checked([item])
    connection.execute(delete(lists).where(_of(kind, about), lists.c.item == checked))
    name = check_by(to)
    if name:
        _set(connection, kind, about, {checked: name}, now)


def lapsed(now: dt.datetime) -> ColumnElement[bool]:
    """Return what is true of a row that somebody took too long ago."""
    return and_(lists.c.kind == "check", lists.c.at <= now - CHECKS_LAPSE)


def _set(connection: Connection, kind: str, about: str, having: Mapping[str, str], now: dt.datetime) -> None:
    for item, name in having.items():
        connection.execute(delete(lists).where(_of(kind, about), lists.c.item == item))
        row = {"kind": kind, "about": about, "item": item, "account": name, "at": now}
        connection.execute(insert(lists).values(row))


def _of(kind: str, about: str) -> ColumnElement[bool]:
    if kind not in _KINDS:
        raise InputError(f"There is no list {kind!r}: only {' and '.join(_KINDS)}.")
    _checked([about])
    return and_(lists.c.kind == kind, lists.c.about == about)


def _checked(items: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(items))
    if any(len(item) > _LONGEST or not item.isprintable() for item in found):
        raise InputError("That is nothing that can be on a list. Go back to the list and choose from it.")
    return found
