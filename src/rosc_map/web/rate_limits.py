"""How often anybody may ask: buckets of tokens in memory, of which there are never more than a set number."""

import hashlib
import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from rosc_map.web.csrf import cookie_name
from rosc_map.web.open_referral_schema import BASE
from rosc_map.web.refusals import refused
from rosc_map.web.visitor import Visitor

__all__ = ["Buckets", "RateLimits", "address_key"]

_KEPT = 10_000
_SESSION_SECONDS = 300
_SIGNING_IN = re.compile(r"/sign-in|/invitation/|/our-entry/[^/]*$")
"""Where somebody comes in by a password or a link; what is done behind that (``/our-entry/about/…``) is not it."""


class Buckets:
    """A bucket of tokens for each key: ``most`` at once, and filled again evenly in ``seconds``.

    Parameters
    ----------
    most
        How many requests may come at once.
    seconds
        How long an empty bucket takes to be full again.
    kept
        How many buckets are remembered: those used longest ago go first, so that nobody can fill the memory.
    clock
        Tells the seconds; it never goes back.
    """

    def __init__(
        self, most: int, seconds: float, *, kept: int = _KEPT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._each = seconds / most
        self._kept = kept
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str) -> float:
        """Take one token, and return 0; or take none, and return the seconds until there is one.

        Parameters
        ----------
        key
            Who asks: an address or a session.
        """
        now = self._clock()
        left, at = self._buckets.get(key, (float(self._most), now))
        left = min(float(self._most), left + (now - at) / self._each)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * self._each


def address_key(host: str) -> str:
    """Return what stands for the sender of a request: with IPv6 a household's whole network, since it has them all."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed[:8] + bytes(8), 64)))
    return str(address)


class RateLimits:
    """Asks those who come too often to wait: by session who is signed in, by address who is not.

    A hall full of people has one address, so only what is sent to sign in is counted tightly. A cookie counts as a
    session only once somebody was found to be signed in with it, and for a few minutes from then: else anybody could
    make up a new one for each request, or go on with one that has ended.

    Parameters
    ----------
    app
        What answers the rest.
    clock
        Tells the seconds.
    """

    def __init__(self, app: ASGIApp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._signing_in = Buckets(20, 600, clock=clock)
        self._files = Buckets(600, 60, clock=clock)
        # A program that fetches the public list shuts nobody out who works in the same building.
        self._public = Buckets(600, 60, clock=clock)
        # These cost the machine more than a document that is kept ready.
        self._searches = Buckets(30, 60, clock=clock)
        self._embedded = Buckets(60, 60, clock=clock)
        self._unsigned = Buckets(120, 60, clock=clock)
        self._signed_in = Buckets(600, 60, clock=clock)
        self._clock = clock
        self._sessions: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        session = _session_key(Request(scope))
        wait = self._wait(scope, session)
        if wait:
            answer = refused(Request(scope), 429)
            answer.headers["retry-after"] = str(math.ceil(wait))
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)
        if session and "visitor" in scope["state"]:
            self._found(session, scope["state"]["visitor"])

    def _wait(self, scope: Scope, session: str) -> float:
        address = address_key(scope["client"][0]) if scope.get("client") else ""
        path = scope["path"]
        if scope["method"] == "POST" and _SIGNING_IN.match(path):
            wait = self._signing_in.wait(address)
            if wait:
                return wait
        if path.startswith("/static/"):
            return self._files.wait(address)
        public = self._of_everybody(scope)
        if public is not None:
            return public.wait(address)
        known = self._sessions.get(session)
        signed_in = known is not None and self._clock() < known + _SESSION_SECONDS
        return self._signed_in.wait(session) if signed_in else self._unsigned.wait(address)

    def _of_everybody(self, scope: Scope) -> Buckets | None:
        """Return the buckets of what is for everybody, whoever asks; None for all the rest."""
        path = scope["path"]
        if path.startswith("/embed/"):
            return self._embedded
        if path.startswith(BASE) and "search" in QueryParams(scope.get("query_string", b"")):
            return self._searches
        return self._public if path.startswith("/open-referral") else None

    def _found(self, session: str, visitor: Visitor | None) -> None:
        if visitor is None:
            self._sessions.pop(session, None)
            return
        self._sessions[session] = self._clock()
        self._sessions.move_to_end(session)
        while len(self._sessions) > _KEPT:
            self._sessions.popitem(last=False)


def _session_key(request: Request) -> str:
    """Return what stands for the cookie of a request: not the cookie, which opens the door."""
    held = request.cookies.get(cookie_name(request), "")
    return hashlib.sha256(held.encode()).hexdigest() if held else ""
