"""One polite client for all outside services: time, size, tries and pace have limits, and each failure its own error.

Nothing here runs unless somebody asked for an online service. What is asked is never logged or printed, because it may
be somebody's address.
"""

import json
import logging
import math
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown, ServiceHasNone, ServiceRefused
from rosc_map.place.online.fetch_address import is_inside, not_understood, onward, origin, private_base, service_name

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
    inside
        Whether this computer and those of a private network may be asked. Where they may, still nobody outside can
        send us on to them by number.
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
    inside: bool = True


class _NotNow(Exception):
    """A try that failed and may be tried again, after ``wait`` seconds at least."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass(frozen=True)
class _Question:
    """What is asked: ``what`` are its parameters or its body, ``headers`` are for this one host alone."""

    method: str
    url: str
    what: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sent_by: str = ""


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
        return _parse(url, self._ask(_Question("GET", url, {"params": params})))

    def get_bytes(self, url: str, *, headers: Mapping[str, str] | None = None) -> bytes:
        """Ask by GET and return the answer as it is; raises as :meth:`get_json` does.

        Parameters
        ----------
        url
            The address.
        headers
            For whoever is asked at this address (scheme, host and port) and nobody else, such as a token.
        """
        return self._ask(_Question("GET", url, headers=headers or {}))

    def post_json(self, url: str, body: object) -> Any:
        """Send JSON by POST and return what the JSON of the answer says; raises as :meth:`get_json` does."""
        return _parse(url, self._ask(_Question("POST", url, {"json": body})))

    def post_form(self, url: str, fields: Mapping[str, str]) -> bytes:
        """Send the fields of a form by POST and return the answer as it is; raises as :meth:`get_json` does."""
        return self._ask(_Question("POST", url, {"data": fields}))

    def _keep_distance(self) -> None:
        with self._turns:
            time.sleep(max(0.0, self._last + self.settings.seconds_between - time.monotonic()))
            self._last = time.monotonic()

    def _ask(self, question: _Question) -> bytes:
        name = service_name(question.url)
        deadline = time.monotonic() + self.settings.total_time
        tries = 0
        while True:
            try:
                return _in_time(lambda: self._try(question, deadline), deadline)
            except _NotNow as problem:
                tries += 1
                wait = max(problem.wait, min(self.settings.back_off * 2 ** (tries - 1), self.settings.longest_wait))
                too_long = wait > self.settings.longest_wait or time.monotonic() + wait > deadline
                if tries > self.settings.retries or too_long:
                    raise ServiceDown(f"{name} {problem}. {_LATER}") from None
            time.sleep(wait)

    def _try(self, question: _Question, deadline: float) -> bytes:
        import requests
        from urllib3.exceptions import HTTPError

        from rosc_map.place.online.fetch_outside import OutsideOnly

        _keep_quiet()
        try:
            with requests.Session() as session:
                if not self.settings.inside:
                    for scheme in ("http://", "https://"):
                        session.mount(scheme, OutsideOnly())
                return self._follow(session, question, deadline)
        except requests.exceptions.SSLError:
            raise ServiceDown(
                f"{service_name(question.url)} cannot prove who it is: its certificate was not accepted. "
                "Check the date of this computer, or ask who runs your network."
            ) from None
        except requests.exceptions.Timeout:
            raise _NotNow("did not answer in time") from None
        except requests.exceptions.ChunkedEncodingError:
            raise _NotNow("broke off in the middle of its answer") from None
        except requests.exceptions.ContentDecodingError:
            raise not_understood(question.url, "an answer that is packed wrongly") from None
        except (requests.exceptions.RequestException, HTTPError, UnicodeError):
            raise _NotNow("cannot be reached") from None
        except OSError:  # not of the network: such as a file of certificates that is not there
            raise ServiceDown(
                f"{service_name(question.url)} cannot be asked: the network settings of this computer do not work. "
                "Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE, or ask who runs your network."
            ) from None

    def _follow(self, session: "Session", question: _Question, deadline: float) -> bytes:
        for _ in range(1 + self.settings.redirects):
            with self._send(session, question) as response:
                if not response.is_redirect:
                    _check_status(question.url, response)
                    return _body(question.url, response, self.settings.most_bytes, deadline)
                target = onward(question.url, response.headers["Location"])
            if question.method != "GET":
                break  # what was meant for one service is not handed to another
            same = origin(target) == origin(question.url)
            question = _Question("GET", target, {}, question.headers if same else {}, sent_by=question.url)
        raise not_understood(question.url, "us on to another address")

    def _send(self, session: "Session", question: _Question) -> "Response":
        from requests import Request

        from rosc_map.place.online.fetch_outside import InsideNetwork

        headers = {**question.headers, "User-Agent": _user_agent(self.settings.contact), "Accept-Encoding": "gzip"}
        times = (self.settings.connect_timeout, self.settings.read_timeout)
        ask = Request(question.method, question.url, headers, auth=_as_nobody, **question.what)
        request = session.prepare_request(ask)
        # Proxies and certificates of the user's network; without verifying there is no answer.
        network: dict[str, Any] = {
            **session.merge_environment_settings(question.url, proxies={}, stream=True, verify=True, cert=None)
        }
        # By its number, which a proxy would take too; what a name leads to is seen where the connection is made. As it
        # is sent, because %31%30.1.2.3 is a number only then.
        if not self.settings.inside and is_inside(service_name(str(request.url))):
            raise _inside(question)
        self._take_turn()
        try:
            # Not by the session, which reads the whole body of an answer that sends us on, however large.
            return session.get_adapter(question.url).send(request, timeout=times, **network)
        except InsideNetwork:
            raise _inside(question) from None


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


def _inside(question: _Question) -> InputError | AnswerNotUnderstood:
    if question.sent_by:
        return not_understood(question.sent_by, "us on to an address inside your network")
    return InputError(
        f"{service_name(question.url)} is this computer, or one inside your network. Only addresses outside are asked, "
        "unless you allow it: do so only if you know who runs it."
    )


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
