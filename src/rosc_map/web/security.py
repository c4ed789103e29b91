"""What holds for every request and every answer: the right address, the headers of safety, no fault told to strangers.

These are plain ASGI, so that they hold for errors, files and pages alike.
"""

import contextlib
import logging
import re
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rosc_map.web.body_limit import BodyLimit
from rosc_map.web.csrf import set_cookie
from rosc_map.web.faults import without_values
from rosc_map.web.local_key import LocalKey
from rosc_map.web.public_answers import PublicAnswers
from rosc_map.web.rate_limits import RateLimits
from rosc_map.web.refusals import not_our_form, refused
from rosc_map.web.settings import WebSettings

__all__ = ["POLICY", "RightAddress", "SafeAnswers", "add_security", "local_path"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_ONE_YEAR = "max-age=31536000"
_FORWARDED = ("forwarded", "via", "x-forwarded-", "x-real-ip")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LOCAL_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~%!$&'()*+,;=:@/?-]{0,2000}")
_log = logging.getLogger("rosc_map.web")


def add_security(app: FastAPI) -> None:
    """Put everything of this module, and the limits, round an app; what is added last is met first."""
    settings: WebSettings = app.state.site.settings
    app.add_middleware(BodyLimit)
    if settings.signs_in:
        app.add_middleware(RateLimits)
    else:  # one person on the machine itself needs no limit, and the others there are let in nowhere
        app.add_middleware(LocalKey, key=settings.key)
    app.add_middleware(RightAddress, settings=settings)
    app.add_middleware(PublicAnswers, keeps_key=not settings.signs_in)
    app.add_middleware(SafeAnswers, secure=settings.secure)


def local_path(text: str, *, otherwise: str = "/") -> str:
    r"""Return where to go next if it is a plain path of ours.

    Browsers read ``//host``, ``/\host`` and paths with tabs or line ends in them as addresses elsewhere; so only the
    letters that our own addresses are made of are let through.

    Parameters
    ----------
    text
        What stood in the request.
    otherwise
        What is returned for anything else.
    """
    return text if _LOCAL_PATH.fullmatch(text) else otherwise


class SafeAnswers:
    """Gives every answer the headers of safety, and turns a fault into a plain page; an answer's own headers stay.

    To HEAD every page answers as to GET, without the body.

    Parameters
    ----------
    app
        What answers.
    secure
        Whether people come with https.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, **({"strict-transport-security": _ONE_YEAR} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":  # answered as GET is, by every page; the server leaves the body out
            scope = {**scope, "method": "GET"}
        begun = False

        async def safe_send(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                _keep_new_cookie(Request(scope), headers)
            await send(message)

        try:
            with contextlib.suppress(ClientDisconnect):  # nobody is there to be told, and it is no fault of ours
                await self._app(scope, receive, safe_send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a page and the log no values
            _log.error("A request failed: %s", without_values(error))
            if not begun:
                await _fault_page(scope)(scope, receive, safe_send)


def _keep_new_cookie(request: Request, headers: MutableHeaders) -> None:
    """Give the browser the cookie that the forms of this page are bound to, if it has none yet."""
    new = getattr(request.state, "new_cookie", "")
    if new and "set-cookie" not in headers:
        carrier = Response()
        set_cookie(request, carrier, new)
        headers.append("set-cookie", carrier.headers["set-cookie"])


def _fault_page(scope: Scope) -> Response:
    try:
        return refused(Request(scope), 500)
    except Exception as error:  # noqa: BLE001 - the page itself may be what is broken
        _log.error("The page that says so failed: %s", without_values(error))
        return PlainTextResponse("Something went wrong here. It is our fault. Go back and try again.", 500)


class RightAddress:
    """Lets in only requests for the address that is served, and changes only from its own pages.

    A page elsewhere could give its own name the address 127.0.0.1 and so read everything (DNS rebinding); and a web
    server put in front of the one person's app would open it to everybody.

    Parameters
    ----------
    app
        What answers the rest.
    settings
        Which address that is.
    """

    def __init__(self, app: ASGIApp, *, settings: WebSettings) -> None:
        self._app = app
        self._url = settings.url.rstrip("/")
        self._scheme = urlsplit(self._url).scheme or "http"
        names = [urlsplit(self._url).netloc] if self._url else [f"{name}:{settings.port}" for name in _LOOPBACK]
        self._hosts = {spelling for name in names for spelling in _spellings(name.lower(), self._scheme)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wrong = self._wrong_address(headers, scope)
        if wrong:
            await refused(Request(scope), 400, wrong)(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD") and self._from_elsewhere(headers):
            await not_our_form(Request(scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _wrong_address(self, headers: Headers, scope: Scope) -> str:
        hosts = headers.getlist("host")
        if not self._url and any(name.startswith(_FORWARDED) for name in headers):
            return (
                "This app is for one person on this machine, and a web server stands in front of it. "
                "To let others in, start it with --url and accounts."
            )
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            here = self._url or "the address that the program printed when it started"
            return f"Nothing is served under this address. Open {here}."
        if scope["scheme"] != self._scheme:
            return f"This address is not safe to use. Open {self._url}."
        return ""

    def _from_elsewhere(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return True
        # Browsers write "null" on forms of a page that sends no referrer, as ours do.
        origin = headers.get("origin", "null")
        if origin == "null":
            return False
        found = urlsplit(origin)
        return found.scheme != self._scheme or found.netloc.lower() not in self._hosts


def _spellings(host: str, scheme: str) -> set[str]:
    """Return a host as browsers write it: with the port, and without it where it is the usual one."""
    usual = ":443" if scheme == "https" else ":80"
    if host.endswith(usual):
        return {host, host.removesuffix(usual)}
    return {host} if re.search(r":\d+$", host) else {host, host + usual}
