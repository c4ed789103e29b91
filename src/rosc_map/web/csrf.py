"""The proof that a form came from a page of ours (CSRF): a token bound to the cookie of the browser.

The token is a hash of the cookie's value. Another site can make a browser send the cookie, but can read neither it nor
the page, and so cannot write the token into a form.
"""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.responses import Response

from rosc_map.web.refused import NotOurForm

__all__ = ["FIELD", "check_csrf", "cookie_name", "cookie_of", "set_cookie", "token_for"]

FIELD = "csrf"
_SAFE = ("GET", "HEAD")


def cookie_name(request: Request) -> str:
    """Return the name of the cookie that opens the door; with https one that no other host or path can set."""
    return "__Host-rosc-map" if request.app.state.site.settings.secure else "rosc-map"


def cookie_of(request: Request) -> str:
    """Return the value of our cookie: the one that this answer sets, or else the one that came.

    Where there is neither, a new one is made, and the answer sets it.
    """
    if not hasattr(request.state, "new_cookie"):
        held = request.cookies.get(cookie_name(request), "")
        if held:
            return held
        request.state.new_cookie = secrets.token_urlsafe(32)
    return str(request.state.new_cookie)


def set_cookie(request: Request, response: Response, value: str, *, seconds: int | None = None) -> None:
    """Let the browser keep a value: a session's token, or a random one for who has none.

    Parameters
    ----------
    request
        What is answered.
    response
        The answer.
    value
        The value.
    seconds
        For how long; until the browser is closed when left out.
    """
    request.state.new_cookie = value  # the forms of this answer go with it
    response.set_cookie(
        cookie_name(request),
        value,
        max_age=seconds,
        secure=request.app.state.site.settings.secure,
        httponly=True,
        samesite="lax",
        path="/",
    )


def token_for(request: Request) -> str:
    """Return the token that a form on this page carries."""
    return hashlib.sha256(b"rosc-map form " + cookie_of(request).encode()).hexdigest()


async def check_csrf(request: Request) -> AsyncIterator[None]:
    """Refuse a change that did not come from a page of ours.

    Raises
    ------
    NotOurForm
        Before anything is done.
    """
    if request.method in _SAFE:
        yield
        return
    async with request.form() as form:  # files that came with it are closed at the end, taken or not
        given = form.get(FIELD)
        if not request.cookies.get(cookie_name(request)) or not isinstance(given, str):
            raise NotOurForm
        if not hmac.compare_digest(given.encode(), token_for(request).encode()):
            raise NotOurForm
        yield
