"""Links with which an organisation sees its own entry: for some assets, opened once, from one browser."""

import datetime as dt
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from rosc_map.people.tables import entry_links
from rosc_map.people.tokens import kept_of, new_token

__all__ = [
    "ENTRY_LINK_KEPT",
    "EntryLink",
    "close_link",
    "end_links",
    "hand_links_on",
    "link_of_browser",
    "link_of_token",
    "links_for",
    "make_link",
    "open_link",
    "take_off_links",
]

ENTRY_LINK_KEPT = dt.timedelta(days=30)
"""How long a link can be used, opened or not."""


@dataclass(frozen=True)
class EntryLink:
    """A link that can be used; what opens it is not among this.

    Attributes
    ----------
    assets
        The ids of the assets that it is for.
    made, expires
        From when to when it can be used.
    opened
        When it was opened; None where nobody has opened it yet.
    """

    assets: tuple[str, ...]
    made: dt.datetime
    expires: dt.datetime
    opened: dt.datetime | None


def make_link(connection: Connection, assets: Collection[str], by: str, now: dt.datetime) -> tuple[str, EntryLink]:
    """Make a link, which ends the older ones for any of the same assets; return its token with it."""
    end_links(connection, assets)
    token, made = new_token(), EntryLink(tuple(assets), now, now + ENTRY_LINK_KEPT, None)
    row = {"made": now, "made_by": by, "expires": made.expires, "assets": json.dumps(made.assets)}
    connection.execute(insert(entry_links).values(token_sha256=kept_of(token), **row))
    return token, made


def link_of_token(connection: Connection, token: str, now: dt.datetime, *, browser: str = "") -> EntryLink | None:
    """Return the link of a token: one that nobody has opened, or that this very browser has; else None."""
    row = _row(connection, entry_links.c.token_sha256 == kept_of(token), now)
    if row is None or row.browser_sha256 not in (None, kept_of(browser)):
        return None
    return _link(row)


def open_link(connection: Connection, token: str, now: dt.datetime) -> tuple[str, EntryLink] | None:
    """Use a link up, and return by what the browser that did is known from now on; None where it cannot be opened."""
    waits = (entry_links.c.token_sha256 == kept_of(token)) & entry_links.c.browser_sha256.is_(None)
    browser = new_token()
    used = update(entry_links).where(waits, entry_links.c.expires > now)
    if not connection.execute(used.values(opened=now, browser_sha256=kept_of(browser))).rowcount:
        return None
    link = link_of_browser(connection, browser, now)
    return (browser, link) if link else None


def link_of_browser(connection: Connection, browser: str, now: dt.datetime) -> EntryLink | None:
    """Return the link that a browser has opened; None where there is none (any more)."""
    row = _row(connection, entry_links.c.browser_sha256 == kept_of(browser), now)
    return _link(row) if row else None


def close_link(connection: Connection, browser: str) -> bool:
    """End the link that a browser has opened, and say whether there was one."""
    return bool(
        connection.execute(delete(entry_links).where(entry_links.c.browser_sha256 == kept_of(browser))).rowcount
    )


def links_for(connection: Connection, assets: Collection[str], now: dt.datetime) -> list[EntryLink]:
    """Return the links that can be used and are for any of some assets, the newest first."""
    rows = connection.execute(select(entry_links).where(entry_links.c.expires > now))
    found = (link for row in rows if not set(assets).isdisjoint((link := _link(row)).assets))
    return sorted(found, key=lambda link: link.made, reverse=True)


def end_links(connection: Connection, assets: Collection[str]) -> int:
    """End all links for any of some assets, whole, and return how many these were."""
    rows = connection.execute(select(entry_links)).all()
    over = [row.token_sha256 for row in rows if not set(assets).isdisjoint(_link(row).assets)]
    connection.execute(delete(entry_links).where(entry_links.c.token_sha256.in_(over)))
    return len(over)


def take_off_links(connection: Connection, assets: Collection[str]) -> int:
    """Take assets that have left off their links, end what is for nothing then, and return how many these were."""
    return _change_links(connection, lambda held: [each for each in held if each not in assets])


def hand_links_on(connection: Connection, asset: str, kept: str) -> None:
    """Let the links for an asset that was merged into another be for the one that was kept."""
    _change_links(connection, lambda held: list(dict.fromkeys(kept if each == asset else each for each in held)))


def _change_links(connection: Connection, change: Callable[[tuple[str, ...]], list[str]]) -> int:
    ended = 0
    for row in connection.execute(select(entry_links)).all():
        this, held = entry_links.c.token_sha256 == row.token_sha256, _link(row).assets
        left = change(held)
        if not left:
            connection.execute(delete(entry_links).where(this))
            ended += 1
        elif left != [*held]:
            connection.execute(update(entry_links).where(this).values(assets=json.dumps(left)))
    return ended


def _row(connection: Connection, which: ColumnElement[bool], now: dt.datetime) -> Row[Any] | None:
    return connection.execute(select(entry_links).where(which, entry_links.c.expires > now)).one_or_none()


def _link(row: Row[Any]) -> EntryLink:
    return EntryLink(tuple(json.loads(row.assets)), row.made, row.expires, row.opened)
