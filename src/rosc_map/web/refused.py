"""What a request is refused with before any page of ours is made."""

__all__ = ["NotSignedIn", "NotThere"]


class NotSignedIn(Exception):
    """Nobody is signed in, and the page is not for everybody."""


class NotThere(Exception):
    """There is no such thing, or it is not for this person: the two are not told apart."""
