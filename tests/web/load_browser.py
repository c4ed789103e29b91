"""A browser for who is measured: one connection that is kept open, and how long each request took."""

import http.client
import re
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

from forms import FormOnPage, forms_of

_KEPT_ALIVE = 3
"""Seconds after which a connection is not used again: servers end theirs after five."""


@dataclass(frozen=True)
class Answer:
    """What a server answered in the end: the ``path`` after all redirects, and the page."""

    path: str
    status: int
    text: str

    def forms(self) -> list[FormOnPage]:
        """The forms that change something, without that of signing out."""
        return forms_of(self.text)

    def links(self, start: str) -> list[str]:
        """The links that begin so."""
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.text) if link.startswith(start)]


class Refused(AssertionError):
    """The server answered with something else than a page."""


@dataclass
class Browser:
    """A browser of one person, with one connection that is kept open; ``took`` has how long each request took.

    Attributes
    ----------
    url
        The server.
    cookie
        The cookie of the session.
    took
        What was asked for, by the word that the caller gives it, and the seconds until its answer was read.
    """

    url: str
    cookie: str = ""
    took: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        self._used = time.monotonic()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str, what: str = "page") -> Answer:
        """Open a page; a redirect is followed."""
        return self._asked("GET", path, "", what)

    def send(self, form: FormOnPage, answers: dict[str, str] | None = None, what: str = "post") -> Answer:
        """Send a form with these answers beside what stands in it, and follow to the page after it."""
        return self._asked("POST", form.action, urlencode({**form.filled, **(answers or {})}, doseq=True), what)

    def _asked(self, method: str, path: str, body: str, what: str) -> Answer:
        if time.monotonic() - self._used > _KEPT_ALIVE:
            self._connection.close()  # and opened again: else the server hangs up while we send
        began = time.perf_counter()
        headers = {"Cookie": f"rosc-map={self.cookie}"} if self.cookie else {}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode("utf-8")
        self._used = time.monotonic()
        self.took.append((what, time.perf_counter() - began))
        if response.status >= 400:
            raise Refused(f"{response.status} {method} {path}: {text[:2000]}")
        if response.status == 303:
            return self._asked("GET", response.headers["Location"], "", "page")
        return Answer(path, response.status, text)
