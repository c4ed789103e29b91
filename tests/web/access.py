"""Who may ask for what: all routes of the app in one table, and a small server to ask them on."""

import contextlib
import hashlib
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import uvicorn
from argon2 import PasswordHasher

from rosc_map.people import People, Role
from rosc_map.people.passwords import Passwords
from rosc_map.web.app import make_app
from rosc_map.web.settings import WebSettings

PASSWORD = "three plain words"
NAMES = {"recorder": "V1", "viewer": "commissioner 2", "coordinator": "coordinator 3", "admin": "admin 4"}
EVERYBODY = "nobody recorder viewer coordinator admin"
SIGNED_IN = "recorder viewer coordinator admin"
RECORDING = "recorder coordinator admin"
COORDINATING = "coordinator admin"
REPORTING = "viewer coordinator admin"
ADMIN = "admin"

# Every route of the app, and who may use it. A new route is written down here first.
ACCESS = {
    ("GET", "/"): SIGNED_IN,
    ("GET", "/static/{mark}/{name}"): EVERYBODY,
    ("GET", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in"): EVERYBODY,
    ("GET", "/invitation/{token}"): EVERYBODY,
    ("POST", "/invitation/{token}"): EVERYBODY,
    ("GET", "/my-account"): SIGNED_IN,
    ("POST", "/my-account"): SIGNED_IN,
    ("GET", "/people"): ADMIN,
    ("GET", "/people/new"): ADMIN,
    ("POST", "/people/new"): ADMIN,
    ("POST", "/people/invite"): ADMIN,
    ("GET", "/people/invitation"): ADMIN,
    ("GET", "/people/remove"): ADMIN,
    ("POST", "/people/remove"): ADMIN,
    ("GET", "/people/sign-ins"): ADMIN,
    # Recording.
    ("GET", "/record"): RECORDING,
    ("GET", "/record/rules"): RECORDING,
    ("POST", "/record/rules"): RECORDING,
    ("GET", "/record/new"): RECORDING,
    ("POST", "/record/look-up"): RECORDING,
    ("GET", "/record/{entry}/same"): RECORDING,
    ("POST", "/record/{entry}/same"): RECORDING,
    ("GET", "/record/{entry}/check"): RECORDING,
    ("POST", "/record/{entry}/save"): RECORDING,
    ("GET", "/record/{entry}/done"): RECORDING,
    ("GET", "/record/{entry}/delete"): RECORDING,
    ("POST", "/record/{entry}/delete"): RECORDING,
    ("GET", "/record/{entry}/{slug}"): RECORDING,
    ("POST", "/record/{entry}/{slug}"): RECORDING,
    # Assets, and one's own list.
    ("GET", "/assets"): SIGNED_IN,
    ("GET", "/assets/{identifier}"): SIGNED_IN,
    ("GET", "/assets/{identifier}/edit"): RECORDING,
    ("GET", "/assets/{identifier}/edit/{group_name}"): RECORDING,
    ("POST", "/assets/{identifier}/edit/{group_name}"): RECORDING,
    ("GET", "/my-list"): RECORDING,
    ("POST", "/my-list/more"): RECORDING,
    ("POST", "/my-list/{identifier}/right"): RECORDING,
    ("POST", "/my-list/{identifier}/undo"): RECORDING,
    ("GET", "/my-list/{identifier}/closed"): RECORDING,
    ("POST", "/my-list/{identifier}/closed"): RECORDING,
    ("POST", "/my-list/{identifier}/give-back"): RECORDING,
    # Calls and rounds.
    ("GET", "/my-calls"): RECORDING,
    ("POST", "/my-calls/{round_name}/take"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source}"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source}/give-back"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source}/questions/{number}"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source}/questions/{number}"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source}/end"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source}/end"): RECORDING,
    ("GET", "/my-work"): RECORDING,
    ("GET", "/rounds"): REPORTING,
    ("GET", "/rounds/plan"): COORDINATING,
    ("GET", "/rounds/draw"): COORDINATING,
    ("POST", "/rounds/draw"): COORDINATING,
    ("GET", "/rounds/{round_name}"): COORDINATING,
    ("POST", "/rounds/{round_name}/share"): COORDINATING,
    ("POST", "/rounds/{round_name}/hand-over"): COORDINATING,
    ("POST", "/rounds/supervisor"): COORDINATING,
    ("GET", "/rounds/{round_name}/announce"): COORDINATING,
    ("POST", "/rounds/{round_name}/announce"): COORDINATING,
    ("GET", "/rounds/{round_name}/conflicts"): COORDINATING,
    ("POST", "/rounds/{round_name}/conflicts"): COORDINATING,
    ("GET", "/rounds/{round_name}/feedback"): COORDINATING,
    ("POST", "/rounds/{round_name}/feedback"): COORDINATING,
    ("POST", "/rounds/{round_name}/reply"): COORDINATING,
    ("GET", "/rounds/{round_name}/sheets"): COORDINATING,
    ("GET", "/rounds/{round_name}/result"): SIGNED_IN,
    # What is made, in and out.
    ("GET", "/map"): SIGNED_IN,
    ("GET", "/gaps"): SIGNED_IN,
    ("GET", "/network"): SIGNED_IN,
    ("GET", "/report"): SIGNED_IN,
    ("GET", "/worklist"): COORDINATING,
    ("GET", "/outputs/{audience}/{slug}/{name}"): SIGNED_IN,
    ("GET", "/import"): COORDINATING,
    ("POST", "/import"): COORDINATING,
    ("GET", "/import/{token}"): COORDINATING,
    ("POST", "/import/{token}"): COORDINATING,
    ("GET", "/export"): REPORTING,
    ("GET", "/export/made"): REPORTING,
    ("GET", "/blank/{name}"): SIGNED_IN,
    # Last of all, since whoever asks for it is out.
    ("POST", "/sign-out"): SIGNED_IN,
}

# Whoever asks for one of these and may has it made, which takes long: test_web_outputs.py holds that they get it.
MADE = ("/map", "/gaps", "/network", "/report", "/worklist", "/export/made")


def routes(app: Any) -> set[tuple[str, str]]:
    """Every method and path of an app, and of the routers in it."""
    found = set()
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        found |= routes(inner) if inner is not None else {(method, route.path) for method in route.methods}
    return found


def token_for(cookie: str) -> str:
    """The token of the forms that a browser with this cookie is shown."""
    return hashlib.sha256(b"rosc-map form " + cookie.encode()).hexdigest()


@dataclass
class Served:
    """A server on loopback, its partnership, and who is signed in."""

    here: str
    app: Any
    target: Path
    people: People
    sessions: dict[str, str]
    asked: int = 0

    def ask(self, method: str, path: str, *, cookie: str = "", form: Any = None, headers: Any = None) -> Any:
        """Ask as a browser with a cookie would; a form gets its token unless it brings one."""
        sent = {**({"Cookie": f"rosc-map={cookie}"} if cookie else {}), **self._from_somewhere(), **(headers or {})}
        data = {"csrf": token_for(cookie), **form} if isinstance(form, dict) else form
        return requests.request(method, self.here + path, headers=sent, data=data, allow_redirects=False, timeout=20)

    def _from_somewhere(self) -> dict[str, str]:
        """An address that nobody asked from before: how often one may ask is a question of its own."""
        if not self.sessions:
            return {}
        self.asked += 1
        return {"X-Forwarded-For": f"198.51.{self.asked // 250}.{self.asked % 250}"}

    def ask_as(self, role: str, method: str, path: str, **more: Any) -> Any:
        """Ask as somebody of a role."""
        return self.ask(method, path, cookie=self.sessions[role], **more)

    def sign_in_all(self) -> None:
        """A new session for everybody."""
        for role, name in NAMES.items():
            self.sessions[role] = self.people.accept(self.people.invite(name, by="").token, PASSWORD)


@contextlib.contextmanager
def listening(app: Any, ear: socket.socket) -> Any:
    """Serve an app on a socket, in a thread."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="on", server_header=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def served(target: Path, *, url: str = "", signs_in: bool = True) -> Any:
    """Serve a partnership with an account for each role, on a free port; or for one person, without accounts."""
    ear = socket.create_server(("127.0.0.1", 0))
    port = ear.getsockname()[1]
    here = f"http://127.0.0.1:{port}"
    # Quick, and so not safe: how passwords are kept is tested where that is done.
    people = People.beside(target, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    made = Served(here, None, target, people, {})
    if signs_in:
        for role, name in NAMES.items():
            people.add(name, Role(role), by="")
        made.sign_in_all()
    made.app = make_app(WebSettings(str(target), url=(url or here) if signs_in else "", port=port))
    with contextlib.closing(people), contextlib.closing(ear), listening(made.app, ear):
        yield made
