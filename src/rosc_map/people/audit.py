"""The audit: who signed in, was refused, was added or removed; no network address, nothing typed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from rosc_map.people.tables import sign_ins

__all__ = ["AUDIT_KEPT", "SignIn", "latest", "note", "note_nobody"]

AUDIT_KEPT = dt.timedelta(days=365)
"""How long the audit is kept."""

_REFUSED = "refused"


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


def note_nobody(connection: Connection, now: dt.datetime, what: str = _REFUSED) -> None:
    """Count what a stranger was refused: in one entry an hour, so that strangers cannot fill the audit.

    Parameters
    ----------
    connection
        Where it is written.
    now
        The time.
    what
        The words of the entry; a name that nobody has when left out.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    of_nobody = sign_ins.c.who == "", sign_ins.c.what.startswith(what), sign_ins.c.at >= hour
    row = connection.execute(select(sign_ins).where(*of_nobody)).first()
    if row is None:
        note(connection, now, "", what)
        return
    times = int(row.what.removeprefix(what).removesuffix(" times") or 1) + 1
    connection.execute(update(sign_ins).where(sign_ins.c.id == row.id).values(what=f"{what} {times} times"))


def latest(connection: Connection, most: int) -> list[SignIn]:
    """Return the latest entries, the last first."""
    wanted = select(sign_ins).order_by(sign_ins.c.at.desc(), sign_ins.c.id.desc()).limit(most)
    return [SignIn(row.at, row.who, row.what) for row in connection.execute(wanted)]
