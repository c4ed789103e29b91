"""The audit: who signed in, was refused, was added or removed; no network address, nothing typed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from rosc_map.people.tables import sign_ins

__all__ = ["AUDIT_KEPT", "SignIn", "latest", "note"]

AUDIT_KEPT = dt.timedelta(days=365)
"""How long the audit is kept."""


@dataclass(frozen=True)
class SignIn:
    """One entry of the audit.

    Attributes
    ----------
    at
        When it was (UTC).
    who
        Who did it: an account, or "" for a name that nobody has.
    what
        What it was, in words.
    """

    at: dt.datetime
    who: str
    what: str


def note(connection: Connection, now: dt.datetime, who: str, what: str) -> None:
    """Add an entry."""
    connection.execute(insert(sign_ins).values(at=now, who=who, what=what))


def latest(connection: Connection, most: int) -> list[SignIn]:
    """Return the latest entries, the last first."""
    wanted = select(sign_ins).order_by(sign_ins.c.at.desc(), sign_ins.c.id.desc()).limit(most)
    return [SignIn(row.at, row.who, row.what) for row in connection.execute(wanted)]
