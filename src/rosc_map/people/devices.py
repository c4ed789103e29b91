"""Browsers that somebody signed in with before: wrong passwords of strangers do not hold them up."""

import datetime as dt

from sqlalchemy import Connection, delete, insert, select

from rosc_map.people.tables import devices
from rosc_map.people.tokens import kept_of, new_token
from rosc_map.people.tries import forget_tries

__all__ = ["DEVICES_KEPT", "forget_devices", "remember_one", "tries_on"]

DEVICES_KEPT = dt.timedelta(days=90)
"""How long a browser is known after somebody signed in with it."""

_MOST = 10


def tries_on(connection: Connection, name: str, device: str, now: dt.datetime) -> str:
    """Return under what the tries of an account are counted: those of a browser that it knows by themselves."""
    kept = kept_of(device)
    known = select(devices.c.token_sha256).where(
        devices.c.token_sha256 == kept, devices.c.account == name, devices.c.made > now - DEVICES_KEPT
    )
    return _counter(kept) if device and connection.execute(known).scalar() else name


def remember_one(connection: Connection, name: str, before: str, now: dt.datetime) -> str:
    """Remember a browser of an account in place of what it was known by before, and return its new token."""
    token = new_token()
    _forget(connection, [kept_of(before)])
    connection.execute(insert(devices).values(token_sha256=kept_of(token), account=name, made=now))
    latest = select(devices.c.token_sha256).where(devices.c.account == name).order_by(devices.c.made.desc())
    _forget(connection, [*connection.execute(latest.offset(_MOST)).scalars()])
    return token


def forget_devices(connection: Connection, name: str) -> None:
    """Forget all browsers of an account."""
    mine = select(devices.c.token_sha256).where(devices.c.account == name)
    _forget(connection, [*connection.execute(mine).scalars()])


def _forget(connection: Connection, kept: list[str]) -> None:
    for each in kept:
        forget_tries(connection, _counter(each))
    connection.execute(delete(devices).where(devices.c.token_sha256.in_(kept)))


def _counter(kept: str) -> str:
    return f"?device {kept}"  # no account is named so
