"""How much may be sent in one request, how long that may take, and by whom: settled before anything of it is read."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable

from anyio import to_thread
from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rosc_map.errors import RoscMapError
from rosc_map.web import uploads
from rosc_map.web.csrf import cookie_name
from rosc_map.web.rate_limits import address_key
from rosc_map.web.refusals import not_our_form, refused, said_no
from rosc_map.web.visitor import Visitor, visitor_of

__all__ = ["IMPORT_BYTES", "MOST_BYTES", "BodyLimit"]

MOST_BYTES = 64 * 1024
IMPORT_BYTES = uploads.MOST_BYTES + MOST_BYTES  # the file, and the rest of its form
_SECONDS = 60
_IMPORT_SECONDS = 600  # 20 MB with one bar of signal
_AT_ONCE = 8
_COMING_IN = ("/sign-in", "/invitation/")


class _Refused(Exception):
    """Too much came, or too slowly: nothing more of it is read."""


class BodyLimit:
    """Refuses what is too large or nobody's, before it is read where that can be told, else while it comes in.

    A stranger may send a form of ours, since a session may have ended while it was filled in; but no file to import.

    Parameters
    ----------
    app
        What answers the rest.
    seconds
        How long sending may take; longer for a file to import.
    at_once
        How many requests of one account, or of one address where nobody is signed in, may be on their way at once.
    """

    def __init__(self, app: ASGIApp, *, seconds: float = _SECONDS, at_once: int = _AT_ONCE) -> None:
        self._app = app
        self._seconds = seconds
        self._at_once = at_once
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] == "GET":  # of these nothing is read
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            visitor = request.state.visitor = await to_thread.run_sync(visitor_of, request)
        except RoscMapError as error:
            await _closing(said_no(request, error))(scope, receive, send)
            return
        is_import = _is_import(scope["path"]) and visitor is not None and visitor.role.coordinates
        most, seconds = (IMPORT_BYTES, _IMPORT_SECONDS) if is_import else (MOST_BYTES, self._seconds)
        whose = _whose(scope, visitor)
        no = self._refusal(request, visitor, most, whose)
        if no is not None:
            await _closing(no)(scope, receive, send)
            return
        self._coming[whose] += 1
        coming = _Coming(receive, most, seconds, lambda: self._one_less(whose))
        try:
            await self._answer(scope, coming, send)
        finally:
            coming.end()

    def _refusal(self, request: Request, visitor: Visitor | None, most: int, whose: str) -> Response | None:
        if _told_length(request.scope) > most:
            return refused(request, 413)
        nobody = visitor is None and not request.cookies.get(cookie_name(request))
        if nobody and request.method == "POST" and not request.scope["path"].startswith(_COMING_IN):
            return not_our_form(request)
        return refused(request, 429) if self._coming[whose] >= self._at_once else None

    async def _answer(self, scope: Scope, coming: "_Coming", send: Send) -> None:
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            if begun or not coming.refused:  # else the answer is ours to give, whatever was made of half a body
                begun = True
                await send(message)

        with contextlib.suppress(_Refused):
            await self._app(scope, coming.receive, watched_send)
        if coming.refused and not begun:
            await _closing(refused(Request(scope), coming.refused))(scope, coming.receive, send)

    def _one_less(self, whose: str) -> None:
        self._coming[whose] -= 1
        if not self._coming[whose]:
            del self._coming[whose]


class _Coming:
    """A body on its way: counts it, and looks at the clock."""

    def __init__(self, receive: Receive, most: int, seconds: float, at_end: Callable[[], None]) -> None:
        self._receive = receive
        self._at_end = at_end
        self._most = most
        self._until = time.monotonic() + seconds
        self._got = 0
        self._all_here = False
        self.refused = 0

    async def receive(self) -> Message:
        if self._all_here:  # now it only waits for the browser to leave, however long that is
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._until - time.monotonic())
        except TimeoutError:
            self.refused = 408
            raise _Refused from None
        self._got += len(message.get("body", b""))
        if self._got > self._most:
            self.refused = 413
            raise _Refused
        if not message.get("more_body", False):
            self.end()
        return message

    def end(self) -> None:
        """Note, once, that no more of it is on its way."""
        if not self._all_here:
            self._all_here = True
            self._at_end()


def _closing(answer: Response) -> Response:
    answer.headers["connection"] = "close"  # what is still on its way is not waited for
    return answer


def _is_import(path: str) -> bool:
    return path == "/import" or path.startswith("/import/")


def _whose(scope: Scope, visitor: Visitor | None) -> str:
    """Return whose requests are counted together: a hall full of people who signed in has one address."""
    if visitor is not None and visitor.signed_in:
        return f"account {visitor.name}"
    return address_key(scope["client"][0]) if scope.get("client") else ""


def _told_length(scope: Scope) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0
