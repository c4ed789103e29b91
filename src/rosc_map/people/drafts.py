"""Drafts: what somebody has typed and not saved yet; theirs alone."""

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from rosc_map.errors import InputError
from rosc_map.people.tables import drafts

__all__ = ["DRAFTS_KEPT", "Draft", "drop_one", "keep_one", "one_draft", "own_drafts"]

DRAFTS_KEPT = dt.timedelta(days=30)
"""How long a draft is kept after its last change."""

_MOST = 50
_LARGEST = 50_000
_LONGEST_PAGE = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Draft:
    """What somebody has typed and not saved yet.

    Attributes
    ----------
    id
        Its name in the web app.
    values
        What was typed, by field.
    page
        The page that they had reached.
    changed
        When it was last kept.
    """

    id: str
    values: dict[str, Any]
    page: str
    changed: dt.datetime


def own_drafts(connection: Connection, name: str, now: dt.datetime) -> list[Draft]:
    """Return the drafts of an account, the latest first."""
    return [_draft(row) for row in connection.execute(_own(name, now).order_by(drafts.c.changed.desc(), drafts.c.id))]


def one_draft(connection: Connection, name: str, identifier: str, now: dt.datetime) -> Draft | None:
    """Return a draft of an account; None where it has none such, whoever else may have."""
    if not _ID.fullmatch(identifier):
        return None
    row = connection.execute(_own(name, now).where(drafts.c.id == identifier)).one_or_none()
    return _draft(row) if row else None


def keep_one(connection: Connection, name: str, draft: Draft) -> None:
    """Keep a draft in place of the one before.

    Raises
    ------
    InputError
        When it is too large, or there are too many.
    """
    if not (_ID.fullmatch(draft.id) and len(draft.page) <= _LONGEST_PAGE and draft.page.isprintable()):
        raise InputError("That is not a draft of this web app. Start again from the first page.")
    # In its own letters: a text is no larger because it is in Urdu.
    if len(json.dumps(draft.values, ensure_ascii=False).encode("utf-8", "surrogatepass")) > _LARGEST:
        raise InputError("That is too much text to keep. Shorten it, and try again.")
    content = {"page": draft.page, "content": json.dumps(draft.values), "changed": draft.changed}
    same = update(drafts).where(drafts.c.account == name, drafts.c.id == draft.id)
    if connection.execute(same.values(**content)).rowcount:
        return
    if connection.execute(select(func.count()).where(drafts.c.account == name)).scalar_one() >= _MOST:
        raise InputError(f"You have {_MOST} unfinished entries. Finish or delete one of them first.")
    connection.execute(insert(drafts).values(account=name, id=draft.id, **content))


def drop_one(connection: Connection, name: str, identifier: str) -> None:
    """Delete a draft of an account, if there is one."""
    if _ID.fullmatch(identifier):
        connection.execute(delete(drafts).where(drafts.c.account == name, drafts.c.id == identifier))


def _own(name: str, now: dt.datetime) -> Select[Any]:
    return select(drafts).where(drafts.c.account == name, drafts.c.changed > now - DRAFTS_KEPT)


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, json.loads(row.content), row.page, row.changed)
