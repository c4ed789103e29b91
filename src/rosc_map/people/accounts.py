"""Accounts and invitations, in a transaction that the caller holds open."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rosc_map.errors import InputError, UnknownName
from rosc_map.people.devices import forget_devices
from rosc_map.people.roles import Role, check_name, next_name, tidy_name
from rosc_map.people.tables import accounts, drafts, invitations, lists, names_given
from rosc_map.people.tokens import kept_of, new_token
from rosc_map.people.tries import forget_tries
from rosc_map.records import same_person

__all__ = [
    "Account",
    "Invitation",
    "account_of",
    "account_row",
    "add_account",
    "all_accounts",
    "end_invitations",
    "invite_account",
    "invited_account",
    "keep_password",
    "remove_account",
    "told_row",
]

_INVITATION_LASTS = dt.timedelta(days=7)
_LONGEST_TOLD = 100


@dataclass(frozen=True)
class Account:
    """One account: a volunteer number or a role, and what it may do.

    Attributes
    ----------
    name
        What they sign in with, and what the records say of who did something.
    role
        What they may do.
    made_on
        The day on which it was added.
    has_password
        Whether they have chosen a password.
    told_rules
        Whether the rules of recording were explained to them.
    last_seen
        The last day on which they used the web app.
    """

    name: str
    role: Role
    made_on: dt.date
    has_password: bool
    told_rules: bool
    last_seen: dt.date | None


@dataclass(frozen=True)
class Invitation:
    """A link for one person to choose a password with; its token is known here and now only.

    Attributes
    ----------
    token
        What makes the link; only its SHA-256 is kept.
    account
        For whom it is.
    expires
        Until when it can be used, once.
    """

    token: str
    account: Account
    expires: dt.datetime


def account_of(row: Row[Any]) -> Account:
    """Return the account of a row of the table."""
    return Account(row.name, Role(row.role), row.made_on, row.password is not None, row.told_rules, row.last_seen)


def account_row(connection: Connection, name: str) -> Row[Any]:
    """Return the row of an account.

    Raises
    ------
    UnknownName
        When there is none of that name.
    """
    row = told_row(connection, name)
    if row is None or row.name.casefold() != tidy_name(name).casefold():
        raise UnknownName(f"There is no account {name!r}. See which there are: rosc-map people list FILE")
    return row


def told_row(connection: Connection, told: str) -> Row[Any] | None:
    """Return the row of the account that somebody means: "v 7" and "Volunteer 7" both mean V7."""
    if len(told) > _LONGEST_TOLD:
        return None
    wanted = select(accounts).where(accounts.c.same == same_person(told))
    return connection.execute(wanted).one_or_none()


def all_accounts(connection: Connection) -> list[Account]:
    """Return all accounts: admins, coordinators, recorders, viewers, each by number."""
    order = [Role.ADMIN, Role.COORDINATOR, Role.RECORDER, Role.VIEWER]
    rows = connection.execute(select(accounts)).all()
    return [account_of(row) for row in sorted(rows, key=lambda row: (order.index(Role(row.role)), _by_number(row)))]


def _by_number(row: Row[Any]) -> tuple[int, str]:
    return (int(row.same) if row.same.isdigit() else 0, row.name)


def add_account(connection: Connection, name: str, role: Role, today: dt.date) -> Account:
    """Add an account; with the next number where ``name`` is "".

    Raises
    ------
    InputError
        When the name cannot be taken, or is taken.
    """
    given = set(connection.execute(select(names_given.c.same)).scalars())
    chosen = check_name(name, role) if name else next_name(role, given)
    taken = told_row(connection, chosen)
    if taken:
        raise InputError(
            f"{chosen!r} is taken by {taken.name!r}: two with one number cannot be told apart. Choose another."
        )
    same = same_person(chosen)
    if same not in given:
        connection.execute(insert(names_given).values(same=same))
    connection.execute(insert(accounts).values(name=chosen, same=same, role=role.value, made_on=today))
    return account_of(account_row(connection, chosen))


def remove_account(connection: Connection, name: str) -> str:
    """Remove an account with all that is its own here, and return its name; the records keep it.

    Raises
    ------
    UnknownName
        When there is none of that name.
    InputError
        When it is the last admin.
    """
    row = account_row(connection, name)
    admins = select(func.count()).where(accounts.c.role == Role.ADMIN.value)
    if row.role == Role.ADMIN and connection.execute(admins).scalar_one() == 1:
        raise InputError(f"{row.name!r} is the last admin, and somebody has to be. Add another admin first.")
    for table in (drafts, lists):
        connection.execute(delete(table).where(table.c.account == row.name))
    forget_tries(connection, row.name)
    forget_devices(connection, row.name)
    # Its sessions and invitations go with it.
    connection.execute(delete(accounts).where(accounts.c.name == row.name))
    return str(row.name)


def invite_account(connection: Connection, name: str, now: dt.datetime) -> Invitation:
    """Make an invitation; it replaces the one before.

    Raises
    ------
    UnknownName
        When there is no account of that name.
    """
    account = account_of(account_row(connection, name))
    token, expires = new_token(), now + _INVITATION_LASTS
    end_invitations(connection, account.name)
    connection.execute(insert(invitations).values(token_sha256=kept_of(token), account=account.name, expires=expires))
    return Invitation(token, account, expires)


def invited_account(connection: Connection, token: str, now: dt.datetime) -> Account | None:
    """Return for whom an invitation is, or None where it cannot be used (any more)."""
    wanted = (
        select(accounts)
        .join(invitations)
        .where(invitations.c.token_sha256 == kept_of(token), invitations.c.expires > now)
    )
    row = connection.execute(wanted).one_or_none()
    return account_of(row) if row else None


def keep_password(connection: Connection, name: str, kept: str) -> None:
    """Keep a password, which was chosen or given just now: wrong tries of before are forgotten."""
    connection.execute(update(accounts).where(accounts.c.name == name).values(password=kept))
    forget_tries(connection, name)


def end_invitations(connection: Connection, name: str) -> None:
    """End the invitation of an account, if there is one."""
    connection.execute(delete(invitations).where(invitations.c.account == name))
