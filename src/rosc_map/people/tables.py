"""The tables of the room: the same in a file of SQLite and in a schema of its own in PostgreSQL."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

__all__ = [
    "METADATA",
    "VERSION",
    "accounts",
    "corrections",
    "devices",
    "drafts",
    "entry_links",
    "invitations",
    "lists",
    "names_given",
    "phone_keys",
    "sessions",
    "settings",
    "sign_ins",
    "tries",
    "version",
]

VERSION = 2
"""The version of these tables that this program writes; each so far only added tables to the one before."""

METADATA = MetaData()


class _Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC, as text of one width: it sorts as time does, and SQLite keeps it whole."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:  # noqa: ARG002
        return None if value is None else value.astimezone(dt.UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        return None if value is None else dt.datetime.fromisoformat(value)


def _of_account() -> Column[str]:
    return Column("account", ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False)


version = Table("version", METADATA, Column("version", Integer, nullable=False))
settings = Table("settings", METADATA, Column("key", String, primary_key=True), Column("value", Text, nullable=False))
accounts = Table(
    "accounts",
    METADATA,
    Column("name", String, primary_key=True),
    Column("same", String, nullable=False, unique=True),  # what records.same_person makes of the name
    Column("role", String, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("password", String),  # as argon2id writes it
    Column("told_rules", Boolean, nullable=False, default=False),
    Column("last_seen", Date),
)
# For ever: the records keep the number of somebody who left, so nobody else may be given it unasked.
names_given = Table("names_given", METADATA, Column("same", String, primary_key=True))
invitations = Table(
    "invitations",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    _of_account(),
    Column("expires", _Moment, nullable=False),
    Index("invitations_account", "account", unique=True),
)
sessions = Table(
    "sessions",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    _of_account(),
    Column("made", _Moment, nullable=False),
    Column("seen", _Moment, nullable=False),
    Index("sessions_account", "account"),
)
# Browsers that somebody signed in with before: they do not wait for what strangers did.
devices = Table(
    "devices",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    _of_account(),
    Column("made", _Moment, nullable=False),
    Index("devices_account", "account"),
)
# Wrong passwords in a row. Of a name that nobody has only a keyed number is kept, from which it cannot be told.
tries = Table(
    "tries",
    METADATA,
    Column("whose", String, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last", _Moment, nullable=False),
    Column("wait_until", _Moment),
)
sign_ins = Table(
    "sign_ins",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", _Moment, nullable=False, index=True),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
)
# No foreign keys in these two: who works alone on this machine has no account, and the name "".
drafts = Table(
    "drafts",
    METADATA,
    Column("account", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("page", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("changed", _Moment, nullable=False),
)
lists = Table(
    "lists",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("about", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("at", _Moment, nullable=False),
)
# What somebody keeps on a phone without signal is locked with this: nobody else who signs in there can read it.
phone_keys = Table(
    "phone_keys",
    METADATA,
    Column("account", String, primary_key=True),
    Column("key", String(64), nullable=False),
)
# Links with which an organisation sees its own entry: for some assets, once, from one browser.
entry_links = Table(
    "entry_links",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("assets", Text, nullable=False),  # their ids, as JSON
    Column("made", _Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("expires", _Moment, nullable=False),
    Column("opened", _Moment),
    Column("browser_sha256", String(64), unique=True),
)
# What an organisation says is wrong about itself, until a coordinator has looked at it.
corrections = Table(
    "corrections",
    METADATA,
    Column("id", String, primary_key=True),
    Column("asset", String, nullable=False, index=True),
    Column("content", Text, nullable=False),  # by field: what it was and what it should be, as JSON
    Column("sent", _Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("answer", Text, nullable=False, default=""),
    Column("decided", _Moment),
)
