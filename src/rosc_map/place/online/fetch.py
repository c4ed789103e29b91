"""One polite client for all outside services: time, size, tries and pace have limits, and each failure its own error.

Nothing here runs unless somebody asked for an online service. What is asked is never logged or printed, because it may
be somebody's address.
"""

import ipaddress
import json
import logging
import math
import re
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown, ServiceHasNone, ServiceRefused

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

__all__ = ["FetchSettings", "Fetcher", "not_understood", "point_in_uk", "private_base", "service_name"]

Result = TypeVar("Result")

_PIECE = 16_384
_LATER = "Try again later; nothing was changed."
_NOT_NOW = (408, 425, 429)  # of the 4xx: those that mean "later", not "no"
_NO_SUCH_THING = (404, 410)


@dataclass(frozen=True)
class FetchSettings:
    """How patient and how polite the client is.

    Attributes
    ----------
    contact
        An e-mail or web address for the User-Agent, where the people who run a service can complain.
    connect_timeout, read_timeout
        Seconds until a connection stands, and between two parts of an answer.
    total_time
        Seconds for one question with all its tries and waits.
    retries
        How often a service that is down is asked again.
    back_off
        Seconds before the first of those; each later wait is twice as long.
    longest_wait
        The longest wait in seconds; a service that asks for more (Retry-After) is not asked again.
    most_bytes
        Of an answer, unpacked.
    redirects
        How often a GET may be sent on to another address; a POST never is.
    seconds_between
        The least time between two requests of one client.
    """

    contact: str = ""
    connect_timeout: float = 6.0
    read_timeout: float = 20.0
    total_time: float = 120.0
    retries: int = 3
    back_off: float = 1.0
    longest_wait: float = 30.0
    most_bytes: int = 20_000_000
    redirects: int = 3
    seconds_between: float = 0.1


class _NotNow(Exception):
    """A try that failed and may be tried again, after ``wait`` seconds at least."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


class Fetcher:
    """Asks outside services over http or https; most answer in JSON.

    Parameters
    ----------
    settings
        Limits and manners.
    take_turn
        Called before each request and returns when it may be sent; ``settings.seconds_between`` when left out.
    """

    def __init__(self, settings: FetchSettings | None = None, *, take_turn: Callable[[], object] | None = None) -> None:
        self.settings = settings or FetchSettings()
        self._take_turn = take_turn or self._keep_distance
        self._turns = Lock()
        self._last = -math.inf

    def get_json(self, url: str, params: Mapping[str, str | int] | None = None) -> Any:
        """Ask by GET and return what the JSON says.

        Raises
        ------
        InputError
            When the address cannot be used.
        ServiceDown, ServiceRefused, ServiceHasNone, AnswerNotUnderstood
            The four ways to fail.
        """
        return _parse(url, self._ask("GET", url, {"params": params}))

    def get_bytes(self, url: str) -> bytes:
        """Ask by GET and return the answer as it is; raises as :meth:`get_json` does."""
        return self._ask("GET", url, {})

    def post_json(self, url: str, body: object) -> Any:
        """Send JSON by POST and return what the JSON of the answer says; raises as :meth:`get_json` does."""
        return _parse(url, self._ask("POST", url, {"json": body}))

    def _keep_distance(self) -> None:
        with self._turns:
            time.sleep(max(0.0, self._last + self.settings.seconds_between - time.monotonic()))
            self._last = time.monotonic()

    def _ask(self, method: str, url: str, what: dict[str, Any]) -> bytes:
        name = service_name(url)
        deadline = time.monotonic() + self.settings.total_time
        tries = 0
        while True:
            try:
                return _in_time(lambda: self._try(method, url, what, deadline), deadline)
            except _NotNow as problem:
                tries += 1
                wait = max(problem.wait, min(self.settings.back_off * 2 ** (tries - 1), self.settings.longest_wait))
                too_long = wait > self.settings.longest_wait or time.monotonic() + wait > deadline
                if tries > self.settings.retries or too_long:
                    raise ServiceDown(f"{name} {problem}. {_LATER}") from None
            time.sleep(wait)

    def _try(self, method: str, url: str, what: dict[str, Any], deadline: float) -> bytes:
        import requests
        from urllib3.exceptions import HTTPError

        _keep_quiet()
        try:
            with requests.Session() as session:
                return self._follow(session, method, url, what, deadline)
        except requests.exceptions.SSLError:
            raise ServiceDown(
                f"{service_name(url)} cannot prove who it is: its certificate was not accepted. "
                "Check the date of this computer, or ask who runs your network."
            ) from None
        except requests.exceptions.Timeout:
            raise _NotNow("did not answer in time") from None
        except requests.exceptions.ChunkedEncodingError:
            raise _NotNow("broke off in the middle of its answer") from None
        except requests.exceptions.ContentDecodingError:
            raise not_understood(url, "an answer that is packed wrongly") from None
        except (requests.exceptions.RequestException, HTTPError, UnicodeError):
            raise _NotNow("cannot be reached") from None
        except OSError:  # not of the network: such as a file of certificates that is not there
            raise ServiceDown(
                f"{service_name(url)} cannot be asked: the network settings of this computer do not work. "
                "Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE, or ask who runs your network."
            ) from None

    def _follow(self, session: "Session", method: str, url: str, what: dict[str, Any], deadline: float) -> bytes:
        from requests import Request

        headers = {"User-Agent": _user_agent(self.settings.contact), "Accept-Encoding": "gzip"}
        times = (self.settings.connect_timeout, self.settings.read_timeout)
        for _ in range(1 + self.settings.redirects):
            request = session.prepare_request(Request(method, url, headers, auth=_as_nobody, **what))
            # Proxies and certificates of the user's network; without verifying there is no answer.
            network: dict[str, Any] = {
                **session.merge_environment_settings(url, proxies={}, stream=True, verify=True, cert=None)
            }
            self._take_turn()
            # Not by the session, which reads the whole body of an answer that sends us on, however large.
            with session.get_adapter(url).send(request, timeout=times, **network) as response:
                if not response.is_redirect:
                    _check_status(url, response)
                    return _body(url, response, self.settings.most_bytes, deadline)
                onward = response.headers["Location"]
            if method != "GET":
                break  # what was meant for one service is not handed to another
            url, what = _onward(url, onward), {}
        raise not_understood(url, "us on to another address")


def service_name(url: str) -> str:
    """Return the host of an http or https address, as messages name a service.

    Raises
    ------
    InputError
        For any other address, and for one that holds a name or password.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InputError("That is not an address of a service. Give one that begins with https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"The address of {parts.hostname} holds a name or password. Give it without.")
    return str(parts.hostname)


def private_base(url: str) -> str:
    """Return the address of a service that is told what may be private, without a slash at its end.

    Raises
    ------
    InputError
        As of :func:`service_name`, and when what is asked would travel unencrypted to another computer.
    """
    host = service_name(url)
    if urlsplit(url).scheme != "https" and not _is_this_computer(host):
        raise InputError(
            f"The address of {host} begins with http://: on the way there, others could read the addresses and "
            "postcodes that are asked for. Give one that begins with https://."
        )
    return url.rstrip("/")


def point_in_uk(url: str, longitude: object, latitude: object) -> tuple[float, float]:
    """Read a point out of an answer: numbers, or texts that hold a number.

    Returns
    -------
    tuple of float
        Longitude and latitude (degrees, EPSG:4326).

    Raises
    ------
    AnswerNotUnderstood
        When it is no point in or near the UK.
    """
    texts = [str(value) if isinstance(value, str | int | float) else "" for value in (longitude, latitude)]
    if all(re.fullmatch(r"-?\d{1,3}(\.\d{1,30})?(e-?\d{1,2})?", text) for text in texts):
        east, north = float(texts[0]), float(texts[1])
        if -9 <= east <= 2.5 and 49 <= north <= 61.5:
            return east, north
    raise not_understood(url, "a point that is not in the UK")


def _in_time(work: Callable[[], Result], deadline: float) -> Result:
    """Run work in a thread of its own, and leave it behind when it is late.

    The timeouts of a socket begin again with every byte, and the look-up of a host's name has none.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again where the result is taken
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return future.result(max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        raise _NotNow("took too long to answer") from None


def _keep_quiet() -> None:
    # urllib3 writes the whole address into its log, and a broken header makes it print that as a warning.
    for name in ("urllib3.connection", "urllib3.connectionpool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _as_nobody(request: "PreparedRequest") -> "PreparedRequest":
    """Sign in nowhere: without this, requests looks for a name and password in ~/.netrc."""
    return request


def _user_agent(contact: str) -> str:
    from importlib.metadata import version

    if not re.fullmatch(r"[!-~]{0,200}", contact):
        raise InputError("The contact must be one e-mail or web address without spaces or accents.")
    return f"rosc-map/{version('rosc-map')}" + (f" (+{contact})" if contact else "")


def _check_status(url: str, response: "Response") -> None:
    status, name = response.status_code, service_name(url)
    if status == 200:
        return
    if status in _NO_SUCH_THING:
        raise ServiceHasNone(f"{name} does not hold what was asked for ({status}).")
    if status in _NOT_NOW or status >= 500:
        what = "asks for fewer requests" if status == 429 else "cannot answer now"
        raise _NotNow(f"{what} ({status})", _retry_after(response.headers.get("Retry-After", "")))
    if 400 <= status < 500:
        raise ServiceRefused(
            f"{name} refused the request ({status}). Nothing was changed. Check the address of the service, "
            "or ask those who run it.",
            status,
        )
    raise not_understood(url, f"an answer of an unknown kind ({status})")


def _retry_after(text: str) -> float:
    """Return the seconds that a service asks us to wait, given as a number or as a date; 0 when it does not say."""
    if re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the number that a host is given by, also in short as in 127.1; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        short = re.fullmatch(r"[0-9a-fx.]+", host)
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host)) if short else None
        except OSError:
            return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_this_computer(host: str) -> bool:
    address = _ip_address(host)
    return host.rstrip(".") == "localhost" or (address is not None and address.is_loopback)


def _is_inside(host: str) -> bool:
    """Return whether a host is this computer or one of a private network; of names, only localhost is known."""
    address = _ip_address(host)
    return _is_this_computer(host) or (address is not None and not address.is_global)


def _onward(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        before, after = service_name(url), service_name(target)
    except ValueError:  # InputError is one too
        raise not_understood(url, "us on to an address that cannot be used") from None
    if urlsplit(url).scheme == "https" != urlsplit(target).scheme:
        raise not_understood(url, "us on to an address that is not secure")
    if before != after and _is_inside(after) and not _is_inside(before):
        raise not_understood(url, "us on to an address inside your network")
    return target


def _body(url: str, response: "Response", most: int, deadline: float) -> bytes:
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("gzip", "identity", ""):
        raise not_understood(url, "an answer that is packed in a way that was not asked for")
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > most:
            raise not_understood(url, f"more than {most:,} bytes")
        if time.monotonic() > deadline:
            raise _NotNow("took too long to answer")
    return bytes(body)


def _parse(url: str, body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise not_understood(url, "an answer that is not JSON") from None


def _no_number(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are Python's own, not JSON's


def not_understood(url: str, what: str) -> AnswerNotUnderstood:
    """Return the error that says what a service sent in place of an answer."""
    return AnswerNotUnderstood(
        f"{service_name(url)} sent {what}. The service may have changed, or a sign-in page of your network stands "
        f"before it. {_LATER}"
    )
