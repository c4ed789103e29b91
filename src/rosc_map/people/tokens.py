"""Tokens of sessions and invitations: given out once, and kept only in a form from which they cannot be told."""

import hashlib
import re
import secrets

from rosc_map.errors import InputError

__all__ = ["check_url", "kept_of", "new_token"]

_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?/?", re.IGNORECASE)


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def kept_of(token: str) -> str:
    """Return what is kept of a token."""
    # A token is long and random, so a plain hash is enough: there is nothing to try.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def check_url(url: str) -> str:
    """Return the address of a web app, without a slash at its end.

    Raises
    ------
    InputError
        When it is none.
    """
    if not _URL.fullmatch(url):
        raise InputError(f"{url!r} is not the address of a web app. Write it like https://map.example.org")
    return url.rstrip("/")
