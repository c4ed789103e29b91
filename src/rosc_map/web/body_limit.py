"""How much may be sent in one request, and how long that may take."""

import asyncio
import contextlib
import time

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rosc_map.web import uploads
from rosc_map.web.refusals import refused

__all__ = ["IMPORT_BYTES", "MOST_BYTES", "BodyLimit"]

MOST_BYTES = 64 * 1024
IMPORT_BYTES = uploads.MOST_BYTES + MOST_BYTES  # the file, and the rest of its form
_SECONDS = 60
_IMPORT_SECONDS = 600  # 20 MB with one bar of signal


class _Refused(Exception):
    """Too much came, or too slowly: nothing more of it is read."""


class BodyLimit:
    """Refuses what is too large, before it is read where its length is told, else while it comes in.

    Parameters
    ----------
    app
        What answers the rest.
    seconds
        How long sending may take; longer for a file to import.
    """

    def __init__(self, app: ASGIApp, *, seconds: float = _SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_import = scope["path"] == "/import" or scope["path"].startswith("/import/")
        most = IMPORT_BYTES if is_import else MOST_BYTES
        coming = _Coming(receive, most, _IMPORT_SECONDS if is_import else self._seconds)
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            if begun or not coming.refused:  # else the answer is ours to give, whatever was made of half a body
                begun = True
                await send(message)

        if _told_length(scope) > most:
            coming.refused = 413
        else:
            with contextlib.suppress(_Refused):
                await self._app(scope, coming.receive, watched_send)
        if coming.refused and not begun:
            answer = refused(Request(scope), coming.refused)
            answer.headers["connection"] = "close"  # what is still on its way is not waited for
            await answer(scope, receive, send)


class _Coming:
    """A body on its way: counts it, and looks at the clock."""

    def __init__(self, receive: Receive, most: int, seconds: float) -> None:
        self._receive = receive
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
        self._all_here = not message.get("more_body", False)
        return message


def _told_length(scope: Scope) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0
