"""Tokens of sessions and invitations: given out once, and kept only in a form from which they cannot be told."""

import hashlib
import secrets

__all__ = ["kept_of", "new_token"]


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def kept_of(token: str) -> str:
    """Return what is kept of a token."""
    # A token is long and random, so a plain hash is enough: there is nothing to try.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
