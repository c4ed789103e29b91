"""The room's one door: accounts, sign-ins, drafts and lists of one partnership."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, update

from rosc_map.errors import UnknownName
from rosc_map.people import sessions as signed_in
from rosc_map.people.accounts import (
    Account,
    Invitation,
    account_of,
    account_row,
    add_account,
    all_accounts,
    end_invitations,
    invite_account,
    invited_account,
    keep_password,
    remove_account,
    told_row,
)
from rosc_map.people.audit import SignIn, latest, note, note_nobody
from rosc_map.people.devices import remember_one, tries_on
from rosc_map.people.entries import Entries
from rosc_map.people.keeping import Keeping, is_kept
from rosc_map.people.passwords import Passwords, check_password
from rosc_map.people.phone_keys import drop_phone_key
from rosc_map.people.roles import Role, check_by
from rosc_map.people.tables import accounts
from rosc_map.people.tokens import check_url
from rosc_map.people.tries import WRONG, WRONG_OLD, begin_try, forget_tries, nobody, refusal

__all__ = ["People"]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class People(Entries):
    """Who may come in, and what they are in the middle of; kept apart from the records. Safe to share by threads.

    Make one with :meth:`beside`.
    """

    def __init__(self, keeping: Keeping, clock: Callable[[], dt.datetime], passwords: Passwords) -> None:
        super().__init__(keeping, clock)
        self._passwords = passwords

    @classmethod
    def beside(
        cls,
        target: str | Path,
        *,
        clock: Callable[[], dt.datetime] = _utc_now,
        passwords: Passwords | None = None,
    ) -> "People":
        """Open what is kept beside a partnership; what is missing is made.

        Parameters
        ----------
        target
            The partnership's file, or the address of its database.
        clock
            Tells the time, in UTC.
        passwords
            How passwords are kept, if otherwise than usual.

        Raises
        ------
        FileProblem
            When there is no such partnership, others may read the file of accounts, or a newer version made it.
        InputError
            When the address of a database is none, or holds a password.
        """
        return cls(Keeping(target), clock, passwords or Passwords())

    @classmethod
    def if_any(cls, target: str | Path) -> "People | None":
        """Open what is kept beside a partnership, or return None where nothing is: nothing is made.

        Parameters
        ----------
        target
            The partnership's file, or the address of its database.

        Raises
        ------
        FileProblem
            When others may read the file of accounts, a newer version made it, or the database cannot be reached.
        InputError
            When the address of a database is none, or holds a password.
        """
        return cls.beside(target) if is_kept(target) else None

    # Accounts

    def add(self, name: str, role: Role, *, by: str) -> Account:
        """Add an account; with the next free number of its role where ``name`` is "".

        Raises
        ------
        InputError
            When the name may be a person's, does not go with the role, or is taken.
        """
        doer = check_by(by)
        with self._writing("accounts") as connection:
            added = add_account(connection, name, role, self._clock().date())
            note(connection, self._clock(), doer, f"added {added.name}")
        return added

    def accounts(self) -> list[Account]:
        """Return all accounts, by role and number."""
        with self._keeping.reading() as connection:
            return all_accounts(connection)

    def account(self, name: str) -> Account:
        """Return one account.

        Raises
        ------
        UnknownName
            When there is none of that name.
        """
        with self._keeping.reading() as connection:
            return account_of(account_row(connection, name))

    def remove(self, name: str, *, by: str) -> None:
        """Remove an account with its sessions, invitation, drafts, lists and key; the records keep the number.

        Raises
        ------
        UnknownName
            When there is none of that name.
        InputError
            When it is the last admin.
        """
        doer = check_by(by)
        with self._writing("accounts") as connection:
            gone = remove_account(connection, name)
            drop_phone_key(connection, gone)
            note(connection, self._clock(), doer, f"removed {gone}")

    def told_rules(self, name: str) -> None:
        """Note that the rules of recording were explained to somebody."""
        with self._writing("accounts") as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(told_rules=True))

    # Invitations

    def invite(self, name: str, *, by: str) -> Invitation:
        """Make a link with which somebody chooses a password: for 7 days, once. It replaces the one before.

        Raises
        ------
        UnknownName
            When there is no account of that name.
        """
        doer = check_by(by)
        with self._writing("accounts") as connection:
            made = invite_account(connection, name, self._clock())
            note(connection, self._clock(), doer, f"invited {made.account.name}")
        return made

    def invited(self, token: str) -> Account | None:
        """Return for whom an invitation is; None where it is too old, used or was never made, with no difference."""
        with self._keeping.reading() as connection:
            return invited_account(connection, token, self._clock())

    def link(self, token: str, url: str = "") -> str:
        """Return the link of an invitation.

        Parameters
        ----------
        token
            The token of the invitation.
        url
            Where the web app is, as people reach it; the setting "url" when left out. Where neither is known, the link
            is a path.

        Raises
        ------
        InputError
            When ``url`` is not the address of a web app.
        """
        return f"{check_url(url) if url else self.setting('url')}/invitation/{token}"

    def accept(self, token: str, password: str) -> str:
        """Choose a password with an invitation, which is used up, and sign in; all sessions of before end.

        Returns
        -------
        str
            The token of the new session.

        Raises
        ------
        UnknownName
            When the invitation cannot be used (any more).
        InputError
            When the password cannot be chosen; the invitation can still be used.
        """
        account = self._still_invited(self.invited(token))
        check_password(password, account.name)
        kept = self._passwords.hash(password)
        with self._writing("accounts") as connection:
            # Asked again: somebody else may have used it meanwhile.
            name = self._still_invited(invited_account(connection, token, self._clock())).name
            keep_password(connection, name, kept)
            end_invitations(connection, name)
            signed_in.end_sessions(connection, name)
            note(connection, self._clock(), name, "password chosen")
            return self._start(connection, name)

    # Signing in

    def sign_in(self, name: str, password: str, *, device: str = "") -> str:
        """Sign in, and return the token of the session.

        Parameters
        ----------
        name
            Who it is, as they write it.
        password
            Their password.
        device
            What :meth:`remember_device` returned to this browser, if it did: then only the wrong tries that were made
            with it are counted, so that strangers who guess cannot keep somebody out.

        Raises
        ------
        SignInRefused
            In the same words, and after the same time, for an unknown name, one without a password and a wrong
            password. After five wrong ones in a row it says how long to wait.
        """
        found, kept, counted = self._proven(name, password, device, wrong=WRONG)
        better = self._passwords.hash(password) if self._passwords.is_outdated(kept) else kept
        with self._writing("accounts") as connection:
            self._still_kept(connection, found, kept, wrong=WRONG)
            keep_password(connection, found, better)
            forget_tries(connection, counted)
            return self._start(connection, found)

    def remember_device(self, name: str, before: str = "") -> str:
        """Remember a browser with which somebody signed in, and return the token that it is known by from now on.

        Parameters
        ----------
        name
            The account.
        before
            What it was known by before, which is forgotten.
        """
        with self._writing("accounts") as connection:
            return remember_one(connection, name, before, self._clock())

    def session(self, token: str) -> Account | None:
        """Return who is signed in with a token; None where nobody is (any more)."""
        now = self._clock()
        with self._keeping.reading() as connection:
            row = signed_in.session_row(connection, token, now)
        if row is None:
            return None
        if signed_in.is_to_note(row.seen, now):
            with self._writing("accounts") as connection:
                signed_in.note_seen(connection, token, now)
        return account_of(row)

    def sign_out(self, token: str) -> None:
        """End a session, if there is one."""
        with self._writing("accounts") as connection:
            name = signed_in.end_session(connection, token)
            if name:
                note(connection, self._clock(), name, "signed out")

    def sign_out_everywhere(self, name: str) -> None:
        """End all sessions of an account, on every phone and computer."""
        with self._writing("accounts") as connection:
            signed_in.end_sessions(connection, name)
            note(connection, self._clock(), name, "signed out")

    def change_password(self, name: str, old: str, new: str, *, keep: str) -> None:
        """Choose another password; all sessions end but the one whose token is ``keep``.

        Raises
        ------
        SignInRefused
            When the old one is wrong; wrong ones count as they do in signing in.
        InputError
            When the new one cannot be chosen.
        """
        check_password(new, name)
        found, kept, _ = self._proven(name, old, "", wrong=WRONG_OLD)
        chosen = self._passwords.hash(new)
        with self._writing("accounts") as connection:
            self._still_kept(connection, found, kept, wrong=WRONG_OLD)
            keep_password(connection, found, chosen)
            end_invitations(connection, found)
            signed_in.end_sessions(connection, found, keep=keep)
            note(connection, self._clock(), found, "password chosen")

    def sign_ins(self, most: int = 100) -> list[SignIn]:
        """Return the latest entries of the audit, the last first."""
        with self._keeping.reading() as connection:
            return latest(connection, most)

    def _proven(self, told: str, password: str, device: str, *, wrong: str) -> tuple[str, str, str]:
        """Return whose password it is, what is kept of it, and under what its tries are counted.

        Raises
        ------
        SignInRefused
            Where it is nobody's.
        """
        with self._writing("accounts") as connection:
            row = told_row(connection, told)
            name, kept = (row.name, row.password) if row else ("", None)
            # Both are worked out in any case, so that the clock tells nobody which it was.
            known, unknown = tries_on(connection, name, device, self._clock()), nobody(connection, told)
            counted = known if row else unknown
            wait = begin_try(connection, counted, self._clock())
        if self._passwords.verify(kept, password) and kept:
            return name, kept, counted
        with self._writing("accounts") as connection:
            if name:
                note(connection, self._clock(), name, "locked" if wait else "refused")
            else:
                note_nobody(connection, self._clock())
        raise refusal(wait, wrong)

    @staticmethod
    def _still_kept(connection: Connection, name: str, kept: str, *, wrong: str) -> None:
        """Look again: while a password was checked it may have been changed, or the account removed."""
        row = told_row(connection, name)
        if row is None or row.password != kept:
            raise refusal(None, wrong)

    def _start(self, connection: Connection, name: str) -> str:
        note(connection, self._clock(), name, "signed in")
        return signed_in.start_session(connection, name, self._clock())

    @staticmethod
    def _still_invited(account: Account | None) -> Account:
        if account is None:
            raise UnknownName("This link was used already, or is too old. Ask your coordinator for a new one.")
        return account
