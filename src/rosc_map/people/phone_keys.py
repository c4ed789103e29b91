"""The keys with which phones lock what is typed without signal: one an account, the same on each of its phones."""

import secrets

from sqlalchemy import Connection, delete, insert, select

from rosc_map.people.tables import phone_keys

__all__ = ["drop_phone_key", "found_phone_key", "kept_phone_key"]

_BYTES = 32


def found_phone_key(connection: Connection, name: str) -> str:
    """Return the key of an account in hexadecimal; "" where it has none yet."""
    return connection.execute(select(phone_keys.c.key).where(phone_keys.c.account == name)).scalar() or ""


def kept_phone_key(connection: Connection, name: str) -> str:
    """Return the key of an account in hexadecimal, made here where it has none yet."""
    found = found_phone_key(connection, name)
    if found:
        return found
    made = secrets.token_hex(_BYTES)
    connection.execute(insert(phone_keys).values(account=name, key=made))
    return made


def drop_phone_key(connection: Connection, name: str) -> None:
    """Delete the key of an account: no phone is given it from now on."""
    connection.execute(delete(phone_keys).where(phone_keys.c.account == name))
