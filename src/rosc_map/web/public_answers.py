"""What holds for all answers of the public API: JSON, for any page to read, and nothing of who asks."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rosc_map.web.open_referral_schema import BASE

__all__ = ["Busy", "PublicAnswers", "Turns"]

_Made = TypeVar("_Made")
_AT_ONCE, _WAITING = 2, 40

_ALLOWED = "GET, HEAD, OPTIONS"
_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Retry-After",
    "cross-origin-resource-policy": "cross-origin",
}
_ASKED_BEFORE = {
    "access-control-allow-methods": _ALLOWED,
    "access-control-allow-headers": "If-None-Match",
    "access-control-max-age": "86400",
    "allow": _ALLOWED,
}
_SAID = {
    HTTPStatus.BAD_REQUEST: "Nothing is served under this address.",
    HTTPStatus.FORBIDDEN: "This server is for one person only, who has its key.",
    HTTPStatus.NOT_FOUND: "There is no such address or service here, or it is not public.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This is to read only: ask with GET.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests. Wait for as many seconds as Retry-After says.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The records cannot be read just now. Try again in a few minutes.",
}
_WRONG = "Something went wrong here. It is our fault. Try again later."
_FIRST_REFUSAL = 400


class Busy(Exception):
    """So many wait for their answer that one more would only wait longer."""


class Turns:
    """Has few answers made at a time, so that programs leave people the rest of the machine.

    Who waits holds no thread, of which pages need theirs.

    Parameters
    ----------
    at_once
        How many are made at a time.
    waiting
        How many more may wait.
    """

    def __init__(self, at_once: int = _AT_ONCE, waiting: int = _WAITING) -> None:
        self._turns = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._here = 0

    async def make(self, answer: Callable[[], _Made]) -> _Made:
        """Return an answer, made when its turn has come.

        Raises
        ------
        Busy
            When too many wait already.
        """
        if self._here >= self._most:
            raise Busy
        self._here += 1
        try:
            return await to_thread.run_sync(answer, limiter=self._turns)
        finally:
            self._here -= 1


class PublicAnswers:
    """Answers what is asked of the public API: a refusal says as JSON why, and no cookie is read or set.

    Parameters
    ----------
    app
        What answers.
    keeps_key
        Whether the one person who works here comes in by a cookie, so that it has to be let through.
    """

    def __init__(self, app: ASGIApp, *, keeps_key: bool) -> None:
        self._app = app
        self._keeps_key = keeps_key
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not (scope["path"] + "/").startswith(f"{BASE}/"):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await _answer(send, 204, _ASKED_BEFORE | _HEADERS)
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(send, 405, {"allow": _ALLOWED})
        else:
            scope.setdefault("state", {})["turns"] = self._turns
            await self._app(self._of_nobody(scope), receive, _as_json(send))

    def _of_nobody(self, scope: Scope) -> Scope:
        """Return a request without its cookies: the answer is the same for everybody."""
        if self._keeps_key:
            return scope
        return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"cookie"]}


def _as_json(send: Send) -> Send:
    """Return what sends an answer on, a page that refuses something as JSON."""
    refused = False

    async def passed_on(message: Message) -> None:
        nonlocal refused
        if message["type"] != "http.response.start":
            if not refused:
                await send(message)
            return
        headers = MutableHeaders(scope=message)
        del headers["set-cookie"]
        if message["status"] >= _FIRST_REFUSAL and not headers.get("content-type", "").startswith("application/json"):
            refused = True
            kept = {name: value for name, value in headers.items() if not name.startswith("content-")}
            await _refuse(send, message["status"], kept)
            return
        headers.update(_HEADERS)
        await send(message)

    return passed_on


async def _refuse(send: Send, status: int, headers: Mapping[str, str]) -> None:
    body = json.dumps({"detail": _SAID.get(HTTPStatus(status), _WRONG)}).encode()
    about = {"content-type": "application/json", "content-length": str(len(body))}
    await _answer(send, status, {"cache-control": "no-store", **headers, **_HEADERS, **about}, body)


async def _answer(send: Send, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
