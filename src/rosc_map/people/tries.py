"""Wrong passwords in a row: after five, each further try has to wait longer."""

import datetime as dt
import hashlib
import hmac
import math
import secrets

from sqlalchemy import Connection, delete, insert, select

from rosc_map.errors import SignInRefused
from rosc_map.people.tables import settings, tries
from rosc_map.records import same_person

__all__ = ["FORGOTTEN_AFTER", "WRONG", "WRONG_OLD", "begin_try", "forget_tries", "nobody", "refusal"]

FORGOTTEN_AFTER = dt.timedelta(days=1)
"""How long after the last of them wrong tries are forgotten."""

WRONG = "The name or the password is not right. Check both, and try again."
"""The same words for both, so that nobody learns which accounts there are."""

WRONG_OLD = "That is not the password that you have now. Check it, and try again."

_FREE = 5
_LONGEST = 60
_NOBODIES = 2**24
_KEY = "key of tries"
_LONGEST_TOLD = 100
_MINUTE = dt.timedelta(minutes=1)


def nobody(connection: Connection, told: str) -> str:
    """Return under what the tries of a name that nobody has are counted.

    They are held up just as others are, however the name is written, so that nobody learns which accounts there are.
    What was typed may be a password in the wrong field, so no more of it is kept than one of 16 million numbers. They
    are made with a key that is kept here alone: else names with the same number could be found beforehand, and one
    that waits for the tries of another would be known to have no account.
    """
    same = same_person(told) if len(told) <= _LONGEST_TOLD else told
    made = hmac.digest(_key(connection), same.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"?{int.from_bytes(made) % _NOBODIES}"


def _key(connection: Connection) -> bytes:
    kept: str | None = connection.execute(select(settings.c.value).where(settings.c.key == _KEY)).scalar()
    if kept is None:
        kept = secrets.token_hex(32)
        connection.execute(insert(settings).values(key=_KEY, value=kept))
    return bytes.fromhex(kept)


def begin_try(connection: Connection, whose: str, now: dt.datetime) -> dt.timedelta | None:
    """Count a try as wrong before it is looked at, so that many at one moment get no further than one after the other.

    Returns
    -------
    timedelta | None
        How long to wait after this one, if it is wrong.

    Raises
    ------
    SignInRefused
        When it has to wait.
    """
    row = connection.execute(select(tries).where(tries.c.whose == whose)).one_or_none()
    wrong = 1
    if row and now < row.last + FORGOTTEN_AFTER:
        if row.wait_until and now < row.wait_until:
            raise refusal(row.wait_until - now, WRONG)
        wrong += row.wrong
    # Counted no further than to the longest wait.
    wait = min(2 ** min(wrong - _FREE, 10), _LONGEST) * _MINUTE if wrong >= _FREE else None
    forget_tries(connection, whose)
    connection.execute(insert(tries).values(whose=whose, wrong=wrong, last=now, wait_until=wait and now + wait))
    return wait


def forget_tries(connection: Connection, whose: str) -> None:
    """Forget wrong tries."""
    connection.execute(delete(tries).where(tries.c.whose == whose))


def refusal(wait: dt.timedelta | None, wrong: str) -> SignInRefused:
    """Return the refusal: the words ``wrong``, or how long to wait."""
    if wait is None:
        return SignInRefused(wrong)
    minutes = math.ceil(wait / _MINUTE)
    return SignInRefused(
        f"There were too many wrong tries. Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again. "
        "If you do not know the password, ask your coordinator for a new link.",
        wait,
    )
