"""The web app on a real server, with people signed in: in a thread, or in a process to be killed or measured."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import requests
import uvicorn
from argon2 import PasswordHasher
from forms import forms_of

import rosc_map
from partnerships import TODAY
from rosc_map.cli import main
from rosc_map.people import People, Role
from rosc_map.people.passwords import Passwords
from rosc_map.web.app import make_app
from rosc_map.web.commands import Commands, Ran
from rosc_map.web.settings import WebSettings

PASSWORD = "three plain words"
EVERYBODY = {
    "V7": Role.RECORDER,
    "V8": Role.RECORDER,
    "commissioner 2": Role.VIEWER,
    "coordinator 1": Role.COORDINATOR,
    "coordinator 3": Role.COORDINATOR,
    "admin 4": Role.ADMIN,
}
"""Who has an account on the server of a test."""

# Quick, and so not safe: how passwords are kept is tested where that is done, and in test_web_sign_in.py once over
# a server that has nothing of this (``served_as_made``).
_QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


def said(answer: Any) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def people_of(target: str | Path) -> People:
    """What is kept of the people of a partnership, with passwords that are kept quickly."""
    return People.beside(target, passwords=_QUICK)


def session_of(people: People, name: str) -> str:
    """A new session of somebody, who chose a password just now; those of before end."""
    return people.accept(people.invite(name, by="").token, PASSWORD)


def volunteers(target: str | Path, count: int) -> dict[str, str]:
    """Make accounts of volunteers who were told the rules, and return the session of each by their number."""
    with closing(people_of(target)) as people:
        names = [people.add("", Role.RECORDER, by="").name for _ in range(count)]
        for name in names:
            people.told_rules(name)
        return {name: session_of(people, name) for name in names}


class Here(Commands):
    """What makes outputs, in this process: beside it, as it runs elsewhere, most of the time is Python's own start."""

    def run(self, words: Sequence[str], **_: Any) -> Ran:
        """Make one of them."""
        assert main(list(words)) == 0
        return Ran(said="Made.")


class Visitor:
    """Somebody with a browser that runs no scripts: ``page`` is the last one that was shown.

    Parameters
    ----------
    url
        The server.
    token
        The session; "" for somebody who is not signed in.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token
        self.session = requests.Session()
        self.session.trust_env = False
        if token:
            self.session.cookies.set("rosc-map", token)
        self.page: Any = None
        self._csrf = ""

    def close(self) -> None:
        """Hang up."""
        self.session.close()

    def get(self, path: str, **options: Any) -> Any:
        """Open a page."""
        return self._shown(self.session.get(self.url + path, timeout=30, **options))

    def post(self, path: str, data: Any = (), *, page: str = "", **options: Any) -> Any:
        """Send a form with the token of ``page``, or of the last page that had one."""
        if page:
            self.get(page)
        return self.send(path, {"csrf": self._csrf, **dict(data)}, **options)

    def send(self, path: str, data: Any, **options: Any) -> Any:
        """Send just this."""
        return self._shown(self.session.post(self.url + path, data=data, timeout=30, **options))

    def there(self, path: str) -> Any:
        """Open a page once what it waits for is made."""
        for _ in range(3200):
            if self.get(path).status_code != 202:
                return self.page
            time.sleep(0.05)
        raise AssertionError(self.text)

    def _shown(self, answer: Any) -> Any:
        self.page = answer
        found = _CSRF.search(answer.text) if "html" in answer.headers.get("Content-Type", "") else None
        self._csrf = found[1] if found else self._csrf
        return answer

    @property
    def text(self) -> str:
        """The last page."""
        return str(self.page.text)

    def says(self, words: str) -> bool:
        """Whether the last page says these words."""
        return words in said(self.page)

    def form(self, start: str) -> dict[str, list[str]]:
        """What the form of the last page that goes to such an address would send, if nothing were changed."""
        return next(form.filled for form in forms_of(self.text) if form.action.startswith(start))


@dataclass
class Served:
    """A partnership that is served by a thread: the ``app``, the ``people``, and who is signed in, by name."""

    url: str
    target: str | Path
    app: Any
    people: People
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Visitor:
        return self.visitors[name]

    @property
    def site(self) -> Any:
        """What all requests to it share."""
        return self.app.state.site

    @property
    def key(self) -> str:
        """What lets one person in who works without accounts; "" where people sign in."""
        settings = self.site.settings
        return "" if settings.signs_in else str(settings.key)

    def sign_in(self, name: str) -> Visitor:
        """Sign somebody in anew who has an account; where they were signed in before, they are no more."""
        self.hang_up(name)
        self.visitors[name] = Visitor(self.url, session_of(self.people, name))
        return self.visitors[name]

    def hang_up(self, name: str) -> None:
        """Close the line of somebody, if there is one."""
        if name in self.visitors:
            self.visitors.pop(name).close()

    def open(self) -> Any:
        """The partnership, opened beside the server."""
        return rosc_map.open(self.target, today=TODAY, who="V7")


@contextmanager
def served(
    target: str | Path,
    *,
    url: str = "",
    signs_in: bool = True,
    today: date | None = TODAY,
    told: bool = False,
    port: int = 0,
) -> Iterator[Served]:
    """Serve a partnership in a thread, where ``EVERYBODY`` is signed in; or one person works without accounts.

    Parameters
    ----------
    target
        The partnership.
    url
        The address that people type; that of the server itself when left out.
    signs_in
        Whether there are accounts.
    today
        The day; None for the one of the machine.
    told
        Whether everybody was told what not to write down.
    port
        The port; any that is free when left out.
    """
    with _ear(port) as ear, closing(people_of(target)) as people:
        port = ear.getsockname()[1]
        here = f"http://127.0.0.1:{port}"
        made = Served(here, target, None, people)
        for name, role in EVERYBODY.items() if signs_in else ():
            people.add(name, role, by="")
            if told:
                people.told_rules(name)
            made.sign_in(name)
        made.app = make_app(WebSettings(str(target), url=(url or here) if signs_in else "", port=port, today=today))
        made.site.people._passwords = _QUICK
        with _listening(made.app, ear):
            try:
                yield made
            finally:
                for name in [*made.visitors]:
                    made.hang_up(name)


@contextmanager
def served_as_made(target: str | Path) -> Iterator[str]:
    """Serve a partnership with accounts in a thread by the app as it is, with nothing quicker; return its address."""
    with _ear() as ear:
        port = ear.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        with _listening(make_app(WebSettings(str(target), url=url, port=port)), ear):
            yield url


@contextmanager
def _ear(port: int = 0) -> Iterator[socket.socket]:
    """Open a socket that listens on a port; on any that is free when left out."""
    # With its protocol named, as uvicorn itself opens it: else each answer waits 40 ms for the one before.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of the server before, lines may still be closing
        ear.bind(("127.0.0.1", port))
        ear.listen(128)
        yield ear


@contextmanager
def _listening(app: Any, ear: socket.socket) -> Iterator[None]:
    """Serve an app on a socket, in a thread."""
    server = uvicorn.Server(
        # Lines are kept open for as long as a test may think: one that closes under a request is no finding.
        uvicorn.Config(app, log_level="error", access_log=False, ws="none", server_header=False, timeout_keep_alive=600)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as ear:
        return int(ear.getsockname()[1])


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
