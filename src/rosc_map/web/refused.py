"""What a request is refused with before any page of ours is made."""

__all__ = ["NotOurForm", "NotSignedIn", "NotThere"]


class NotOurForm(Exception):
    """A change that did not come from a page of ours, or from one of before the last sign-in or sign-out."""


class NotSignedIn(Exception):
    """Nobody is signed in, and the page is not for everybody."""


class NotThere(Exception):
    """There is no such thing, or it is not for this person: the two are not told apart."""
