"""The web app as people meet it: a server in a process of its own, and a browser that knows no scripts."""

import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher

from rosc_map.people import People, Role
from rosc_map.people.passwords import Passwords

PASSWORD = "three plain words"
_KEPT_ALIVE = 3
"""Seconds after which a connection is not used again: servers end theirs after five."""
_QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_FORM = re.compile(r'<form method="post" action="([^"]*)".*?</form>', re.DOTALL)
_FIELD = re.compile(r"<input\b[^>]*>|<textarea\b[^>]*>[^<]*|<select\b.*?</select>", re.DOTALL)
_CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as ear:
        return int(ear.getsockname()[1])


def volunteers(target: str | Path, count: int) -> dict[str, str]:
    """Make accounts of volunteers who were told the rules, and return the session of each by their number."""
    # Quick, and so not safe: how passwords are kept is tested where that is done.
    with closing(People.beside(target, passwords=_QUICK)) as people:
        names = [people.add("", Role.RECORDER, by="").name for _ in range(count)]
        for name in names:
            people.told_rules(name)
        return {name: people.accept(people.invite(name, by="").token, PASSWORD) for name in names}


@dataclass
class Server:
    """A running server: its ``url``, and its ``process``."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it in the middle of whatever it does (kill -9)."""
        self.process.kill()
        self.process.wait()


@contextmanager
def started(command: list[str], port: int) -> Iterator[Server]:
    """Run a server in a process of its own, and wait until it listens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 60
            while not _listens(port):
                assert process.poll() is None, process.stderr.read() if process.stderr else ""
                assert time.monotonic() < deadline, "it does not listen"
                time.sleep(0.02)
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _listens(port: int) -> bool:
    with closing(socket.socket()) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(target: str | Path, port: int = 0) -> Iterator[Server]:
    """Serve a partnership to who has an account, as ``rosc-map serve`` does."""
    port = port or free_port()
    words = ["serve", str(target), "--port", str(port), "--url", f"http://127.0.0.1:{port}"]
    with started([sys.executable, "-m", "rosc_map", *words], port) as server:
        yield server


@dataclass(frozen=True)
class FormOnPage:
    """A form: where it is sent, what stands in it, and all names that it asks for."""

    action: str
    filled: dict[str, str]
    choices: dict[str, list[str]]

    @property
    def names(self) -> set[str]:
        """What it asks for."""
        return {*self.filled, *self.choices}


@dataclass(frozen=True)
class Answer:
    """What a server answered in the end: the ``path`` after all redirects, and the page."""

    path: str
    status: int
    text: str

    def forms(self) -> list[FormOnPage]:
        """The forms that change something, without that of signing out."""
        found = [_form(each) for each in _FORM.finditer(self.text)]
        return [form for form in found if form.action != "/sign-out"]

    def links(self, start: str) -> list[str]:
        """The links that begin so."""
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.text) if link.startswith(start)]


def _form(match: re.Match[str]) -> FormOnPage:
    filled: dict[str, str] = {}
    choices: dict[str, list[str]] = {}
    for tag in _FIELD.findall(match[0]):
        head, _, body = tag.partition(">")
        name, value, kind = _attribute(head, "name"), _attribute(head, "value"), _attribute(head, "type")
        if tag.startswith("<select"):
            chosen = _CHOSEN.search(tag)
            filled[name] = unescape(chosen[1]) if chosen else ""
        elif kind in ("radio", "checkbox"):
            choices.setdefault(name, []).append(value)
            if re.search(r"\bchecked\b", head):
                filled[name] = value
        elif name:
            filled[name] = unescape(body) if tag.startswith("<textarea") else value
    return FormOnPage(unescape(match[1]), filled, choices)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


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
        return self._asked("POST", form.action, urlencode({**form.filled, **(answers or {})}), what)

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
