"""What has had its time is deleted: nothing is kept for longer than docs/people.md says."""

import datetime as dt

from sqlalchemy import Connection, delete

from rosc_map.people.audit import AUDIT_KEPT
from rosc_map.people.corrections import corrections_over
from rosc_map.people.devices import DEVICES_KEPT
from rosc_map.people.drafts import DRAFTS_KEPT
from rosc_map.people.lists import lapsed
from rosc_map.people.sessions import LONGEST_SESSION
from rosc_map.people.tables import (
    corrections,
    devices,
    drafts,
    entry_links,
    invitations,
    lists,
    sessions,
    sign_ins,
    tries,
)
from rosc_map.people.tries import FORGOTTEN_AFTER

__all__ = ["tidy"]


def tidy(connection: Connection, now: dt.datetime) -> None:
    """Delete what nobody can use any more."""
    for table, over in (
        (invitations, invitations.c.expires <= now),
        (sessions, sessions.c.made <= now - LONGEST_SESSION),
        (devices, devices.c.made <= now - DEVICES_KEPT),
        (tries, tries.c.last <= now - FORGOTTEN_AFTER),
        (sign_ins, sign_ins.c.at <= now - AUDIT_KEPT),
        (drafts, drafts.c.changed <= now - DRAFTS_KEPT),
        (lists, lapsed(now)),
        (entry_links, entry_links.c.expires <= now),
        (corrections, corrections_over(now)),
    ):
        connection.execute(delete(table).where(over))
