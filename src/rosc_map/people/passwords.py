"""Passwords: which may be chosen, and how they are kept (argon2id)."""

import threading
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rosc_map.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["LONGEST", "SHORTEST", "Passwords", "check_password"]

SHORTEST, LONGEST = 10, 200
"""How many characters a password has at least and at most."""

_AT_ONCE = 2  # each takes 64 MiB for a moment


def check_password(password: str, name: str) -> None:
    """Say why a password may not be chosen.

    Raises
    ------
    InputError
        When it is too short or too long, is the account's name, or is one of those that are tried first.
    """
    if len(password) < SHORTEST:
        raise InputError(
            f"The password is too short. Choose one of {SHORTEST} characters or more: three words will do."
        )
    if len(password) > LONGEST:
        raise InputError(f"The password is too long. Choose one of {LONGEST} characters at most.")
    plain = _squeezed(password)
    if plain == _squeezed(name):
        raise InputError("The password is the name you sign in with. Choose another: three words will do.")
    if plain in _commonest():
        raise InputError("Many people use that password, so it is tried first. Choose another: three words will do.")


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def _commonest() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


class Passwords:
    """Makes and checks what is kept of a password.

    Parameters
    ----------
    _hasher
        For tests of other things: one that is quick, and so not safe.
    """

    def __init__(self, _hasher: "PasswordHasher | None" = None) -> None:
        self._given = _hasher
        self._turns = threading.BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """Return what is kept of a password.

        Raises
        ------
        InputError
            When the package for it is not installed.
        """
        with self._turns:
            return self._hasher.hash(_bytes(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was kept.

        It takes as long where none was kept, so that nobody can tell by the clock which accounts there are.
        """
        stand_in = self._stand_in  # asked for in any case: the first time it takes long
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turns:
            try:
                right = self._hasher.verify(kept or stand_in, _bytes(password[: LONGEST + 1]))
            except (VerificationError, InvalidHashError):
                return False
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether what is kept was made in a way that is no longer the best."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _stand_in(self) -> str:
        return self.hash("the password of nobody")

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        try:
            from argon2 import PasswordHasher
        except ImportError as error:
            raise InputError('Passwords need one more package: pip install "rosc-map[web]"') from error
        return self._given or PasswordHasher()


def _bytes(password: str) -> bytes:
    # One letter may be typed in several ways: é is one character on some keyboards, and two on others.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
