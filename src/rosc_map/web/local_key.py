"""Without sign-in: only the person who started the program comes in, by the key in the address that it printed."""

import hmac

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rosc_map.web.csrf import cookie_name, set_cookie
from rosc_map.web.pages import page

__all__ = ["LocalKey"]

_HEADING = "Open the address that the program printed"
_WHY = (
    "This is for the one person who started the program on this computer. The address that it printed ends in a long "
    "key: copy all of it. At each start there is a new one."
)


class LocalKey:
    """Lets in whoever has the key: in the address once, and from then on in a cookie.

    Others who use the same computer can reach the port too, though they may not read the file.

    Parameters
    ----------
    app
        What answers the rest.
    key
        The key of this server.
    """

    def __init__(self, app: ASGIApp, *, key: str) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if self._opens(request.cookies.get(cookie_name(request), "")) and "key" not in request.query_params:
            await self._app(scope, receive, send)
        elif scope["path"] == "/" and self._opens(request.query_params.get("key", "")):
            answer: Response = RedirectResponse("/", 303)  # so that the key does not stay in the bar of the browser
            set_cookie(request, answer, self._key)
            await answer(scope, receive, send)
        else:
            await page(request, "refused.html", status=403, heading=_HEADING, why=_WHY)(scope, receive, send)

    def _opens(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._key.encode())
