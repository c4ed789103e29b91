"""Who may ask for what: all routes of the app in one table, and a small server to ask them on."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, get_args

import requests
import serving

from rosc_map.web import visitor

NAMES = {"recorder": "V7", "viewer": "commissioner 2", "coordinator": "coordinator 1", "admin": "admin 4"}
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
    # What a phone keeps without signal.
    ("GET", "/service-worker.js"): EVERYBODY,
    ("GET", "/record/offline"): EVERYBODY,
    ("GET", "/record/phone"): RECORDING,
    ("POST", "/record/phone"): RECORDING,
    # Calls and rounds.
    ("GET", "/my-calls"): RECORDING,
    ("POST", "/my-calls/{round_name}/take"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source:path}"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source:path}/give-back"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source:path}/questions/{number}"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source:path}/questions/{number}"): RECORDING,
    ("GET", "/my-calls/{round_name}/{source:path}/end"): RECORDING,
    ("POST", "/my-calls/{round_name}/{source:path}/end"): RECORDING,
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
    ("POST", "/rounds/{round_name}/told"): COORDINATING,
    ("GET", "/rounds/{round_name}/conflicts"): COORDINATING,
    ("POST", "/rounds/{round_name}/conflicts"): COORDINATING,
    ("GET", "/rounds/{round_name}/feedback"): COORDINATING,
    ("POST", "/rounds/{round_name}/feedback"): COORDINATING,
    ("POST", "/rounds/{round_name}/gave"): COORDINATING,
    ("POST", "/rounds/{round_name}/reply"): COORDINATING,
    ("GET", "/rounds/{round_name}/remove"): COORDINATING,
    ("POST", "/rounds/{round_name}/remove"): COORDINATING,
    ("GET", "/rounds/{round_name}/sheets"): COORDINATING,
    ("GET", "/rounds/{round_name}/result"): REPORTING,
    # An organisation's own entry, and what coordinators do for it.
    ("GET", "/assets/{identifier}/link"): COORDINATING,
    ("POST", "/assets/{identifier}/link"): COORDINATING,
    ("GET", "/assets/{identifier}/link/made"): COORDINATING,
    ("POST", "/assets/{identifier}/link/end"): COORDINATING,
    ("GET", "/corrections"): COORDINATING,
    ("GET", "/corrections/{identifier}"): COORDINATING,
    ("POST", "/corrections/{identifier}"): COORDINATING,
    # For who has a link; others are told that there is nothing.
    ("GET", "/our-entry"): EVERYBODY,
    ("POST", "/our-entry/close"): EVERYBODY,
    ("GET", "/our-entry/left"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/show"): EVERYBODY,
    ("POST", "/our-entry/about/{identifier}/show"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/place"): EVERYBODY,
    ("POST", "/our-entry/about/{identifier}/place"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/correct"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/correct/{group_name}"): EVERYBODY,
    ("POST", "/our-entry/about/{identifier}/correct/{group_name}"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/reply/{round_name}"): EVERYBODY,
    ("POST", "/our-entry/about/{identifier}/reply/{round_name}"): EVERYBODY,
    ("GET", "/our-entry/about/{identifier}/{decision}"): EVERYBODY,
    ("POST", "/our-entry/about/{identifier}/{decision}"): EVERYBODY,
    ("GET", "/our-entry/{token}"): EVERYBODY,
    ("POST", "/our-entry/{token}"): EVERYBODY,
    # What is made, in and out.
    ("GET", "/map"): SIGNED_IN,
    ("GET", "/gaps"): SIGNED_IN,
    ("GET", "/network"): SIGNED_IN,
    ("GET", "/report"): REPORTING,
    ("GET", "/worklist"): COORDINATING,
    ("GET", "/open/{audience}/{slug}/{name}"): SIGNED_IN,
    ("GET", "/outputs/{audience}/{slug}/{name}"): SIGNED_IN,
    # Near a place.
    ("GET", "/near"): SIGNED_IN,
    ("POST", "/near"): SIGNED_IN,
    ("GET", "/import"): COORDINATING,
    ("POST", "/import"): COORDINATING,
    ("GET", "/import/{token}"): COORDINATING,
    ("POST", "/import/{token}"): COORDINATING,
    ("GET", "/export"): REPORTING,
    ("GET", "/export/made"): REPORTING,
    ("GET", "/blank/{name}"): SIGNED_IN,
    ("GET", "/embedding"): ADMIN,
    ("POST", "/embedding"): ADMIN,
    # For everybody: what is public.
    ("GET", "/open-referral"): EVERYBODY,
    ("GET", "/open-referral/v3"): EVERYBODY,
    ("GET", "/open-referral/v3/"): EVERYBODY,
    ("GET", "/open-referral/v3/openapi.json"): EVERYBODY,
    ("GET", "/open-referral/v3/services"): EVERYBODY,
    ("GET", "/open-referral/v3/services/{identifier}"): EVERYBODY,
    ("GET", "/embed/map"): EVERYBODY,
    # Last of all, since whoever asks for it is out.
    ("POST", "/sign-out"): SIGNED_IN,
}

# Whoever asks for one of these and may has it made, which takes long: test_web_outputs.py holds that they get it.
MADE = ("/map", "/gaps", "/network", "/report", "/worklist", "/export/made")


def _dependency(annotated: Any) -> Any:
    """The function that a page asks for who may use it."""
    return get_args(annotated)[1].dependency


ASKED_BY = {
    _dependency(visitor.SignedIn): SIGNED_IN,
    _dependency(visitor.Recorder): RECORDING,
    _dependency(visitor.Coordinator): COORDINATING,
    _dependency(visitor.Admin): ADMIN,
}
"""Whom each of these lets in."""


def routes(app: Any) -> dict[tuple[str, str], str]:
    """Every method and path of an app and of the routers in it, and whom it lets in before its page itself is asked."""
    found: dict[tuple[str, str], str] = {}
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= routes(inner)
        else:
            found |= {(method, route.path): _lets_in(route.dependant) for method in route.methods}
    return found


def _lets_in(dependant: Any) -> str:
    """Whom a route lets in: everybody that each of what it asks lets in."""
    may = set(EVERYBODY.split())
    left = [dependant]
    while left:
        one = left.pop()
        left += one.dependencies
        may &= set(ASKED_BY.get(one.call, EVERYBODY).split())
    return " ".join(role for role in EVERYBODY.split() if role in may)


def token_for(cookie: str) -> str:
    """The token of the forms that a browser with this cookie is shown."""
    return hashlib.sha256(b"rosc-map form " + cookie.encode()).hexdigest()


class Door:
    """A server, as strangers and everybody else ask it: each question by itself, with the headers that it wants.

    Parameters
    ----------
    made
        The server.
    """

    def __init__(self, made: serving.Served) -> None:
        self.here, self.app, self.target, self.people = made.url, made.app, made.target, made.people
        self._made = made
        self._asked = 0
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # it keeps no cookie

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    @property
    def sessions(self) -> dict[str, str]:
        """The session of somebody of each role."""
        return {role: self._made[name].token for role, name in NAMES.items()}

    def ask(self, method: str, path: str, *, cookie: str = "", form: Any = None, headers: Any = None) -> Any:
        """Ask as a browser with a cookie would, if only that of one person alone; a form gets its token."""
        cookie = cookie or self._made.key
        sent = {**({"Cookie": f"rosc-map={cookie}"} if cookie else {}), **self._from_somewhere(), **(headers or {})}
        data = {"csrf": token_for(cookie), **form} if isinstance(form, dict) else form
        return self._session.request(
            method, self.here + path, headers=sent, data=data, allow_redirects=False, timeout=20
        )

    def _from_somewhere(self) -> dict[str, str]:
        """An address that nobody asked from before: how often one may ask is a question of its own."""
        if not self._made.visitors:
            return {}
        self._asked += 1
        return {"X-Forwarded-For": f"198.51.{self._asked // 250}.{self._asked % 250}"}

    def ask_as(self, role: str, method: str, path: str, **more: Any) -> Any:
        """Ask as somebody of a role."""
        return self.ask(method, path, cookie=self.sessions[role], **more)

    def sign_in_all(self) -> None:
        """A new session for everybody."""
        for name in NAMES.values():
            self._made.sign_in(name)


@contextmanager
def door(target: Path, *, url: str = "", signs_in: bool = True) -> Iterator[Door]:
    """Serve a partnership with an account for each role; or for one person, without accounts."""
    with serving.served(target, url=url, signs_in=signs_in, today=None) as made:
        opened = Door(made)
        try:
            yield opened
        finally:
            opened.close()
