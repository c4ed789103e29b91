"""Sessions: who is signed in, and for how long."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from rosc_map.people.roles import Role
from rosc_map.people.tables import accounts, sessions
from rosc_map.people.tokens import kept_of, new_token

__all__ = [
    "LONGEST_SESSION",
    "end_session",
    "end_sessions",
    "is_to_note",
    "longest_session",
    "note_seen",
    "session_row",
    "start_session",
]

_VOLUNTEERS = (dt.timedelta(days=7), dt.timedelta(days=30))
_COORDINATORS = (dt.timedelta(hours=12), dt.timedelta(days=7))
LONGEST_SESSION = _VOLUNTEERS[1]
"""After how long every session is over."""

_SEEN_AGAIN = dt.timedelta(minutes=5)


def longest_session(role: Role) -> dt.timedelta:
    """Return after how long a session of a role is over, however busy it is."""
    return _limits(role)[1]


def start_session(connection: Connection, name: str, now: dt.datetime) -> str:
    """Begin a session of an account, and return its token."""
    token = new_token()
    connection.execute(insert(sessions).values(token_sha256=kept_of(token), account=name, made=now, seen=now))
    connection.execute(update(accounts).where(accounts.c.name == name).values(last_seen=now.date()))
    return token


def session_row(connection: Connection, token: str, now: dt.datetime) -> Row[Any] | None:
    """Return the account of a session with its ``seen``, or None where there is none (any more)."""
    wanted = (
        select(accounts, sessions.c.made, sessions.c.seen)
        .join(sessions)
        .where(sessions.c.token_sha256 == kept_of(token))
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    idle, longest = _limits(Role(row.role))
    return row if now < row.seen + idle and now < row.made + longest else None


def _limits(role: Role) -> tuple[dt.timedelta, dt.timedelta]:
    return _COORDINATORS if role.coordinates else _VOLUNTEERS


def is_to_note(seen: dt.datetime, now: dt.datetime) -> bool:
    """Whether it is time to note that somebody is here: not on every page, since each note is a write."""
    return now >= seen + _SEEN_AGAIN


def note_seen(connection: Connection, token: str, now: dt.datetime) -> None:
    """Note that the account of a session is here."""
    mine = sessions.c.token_sha256 == kept_of(token)
    connection.execute(update(sessions).where(mine).values(seen=now))
    name = select(sessions.c.account).where(mine).scalar_subquery()
    connection.execute(update(accounts).where(accounts.c.name == name).values(last_seen=now.date()))


def end_session(connection: Connection, token: str) -> str | None:
    """End a session, and return whose it was."""
    mine = sessions.c.token_sha256 == kept_of(token)
    name: str | None = connection.execute(select(sessions.c.account).where(mine)).scalar()
    connection.execute(delete(sessions).where(mine))
    return name


def end_sessions(connection: Connection, name: str, *, keep: str = "") -> None:
    """End all sessions of an account, but the one whose token is ``keep``."""
    others = (sessions.c.account == name) & (sessions.c.token_sha256 != kept_of(keep))
    connection.execute(delete(sessions).where(others))
