"""What a phone keeps when the signal goes: the page that works without, and how what was typed is sent."""

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from rosc_map.errors import InputError, PostcodeMalformed
from rosc_map.people import Role
from rosc_map.place import normalise
from rosc_map.records import ALWAYS_HIDDEN
from rosc_map.web.csrf import token_for
from rosc_map.web.forms import Form
from rosc_map.web.kept_form import SECRET
from rosc_map.web.pages import page, static_path
from rosc_map.web.phone_sent import Sent, looked_at, take_in
from rosc_map.web.record_pages import every_question, pages_for
from rosc_map.web.record_times import DAYS, WEEKS
from rosc_map.web.refused import NotThere
from rosc_map.web.security import POLICY
from rosc_map.web.visitor import Recorder

__all__ = ["router"]

router = APIRouter()
_PAGE = "/record/offline"
_PAGES = pages_for(Role.RECORDER)
_SCRIPTS = ("phone_kept.js", "phone_page.js", "record.js")
_MOST_LOOKED = 20
_STYLES = ("app.css", "record.css")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of pages that the worker makes: what it answers never came through the server."""


@dataclass(frozen=True)
class _Made:
    """The page as it is sent, plain and packed, and what tells it from others."""

    plain: bytes
    packed: bytes
    mark: str


@router.get(_PAGE)
def without_signal(request: Request) -> Response:
    """Give the page on which everything is asked; it is the same for everybody, and holds nobody's data."""
    made = _made(request)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{made.mark[:16]}{"-gzip" * packs}"'
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding", "ETag": tag}
    if request.headers.get("if-none-match") == tag:  # the worker asks right after the page: it is not sent twice
        return Response(status_code=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(made.packed if packs else made.plain, media_type="text/html", headers=headers)


@router.get("/service-worker.js")
def worker(request: Request) -> Response:
    """Give the script that answers on a phone where there is no signal; browsers ask for it anew now and then."""
    scripts = [static_path("phone_kept.js"), static_path("phone_worker.js")]
    files = [static_path(name) for name in (*_SCRIPTS, *_STYLES)]
    mark = hashlib.sha256(json.dumps([_made(request).mark, scripts, files]).encode()).hexdigest()[:12]
    settings = {
        "cache": f"rosc-map-{mark}",
        "page": _PAGE,
        "files": files,
        "style": static_path("app.css"),
        "slugs": [page.slug for page in _PAGES],
        "always": sorted(ALWAYS_HIDDEN),
        "secret": SECRET,
        "headers": _HEADERS,
    }
    named = ", ".join(json.dumps(path) for path in scripts)
    text = f"const SETTINGS = {json.dumps(settings)};\nimportScripts({named});\n"
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/record/phone")
def key(request: Request, visitor: Recorder, look: Annotated[tuple[str, ...], Query()] = ()) -> Response:
    """Give who is signed in what locks their drafts on this phone, and what a form of theirs carries.

    Asked with it is what came of entries (``look``) that had to be looked at.

    Only to a script: opened in the address bar it would show the key to who holds the phone.

    Raises
    ------
    NotThere
        When it is opened as a page.
    """
    if request.headers.get("sec-fetch-mode") == "navigate":
        raise NotThere
    told = {"who": visitor.name, "csrf": token_for(request), "key": visitor.people.phone_key(visitor.name)}
    return JSONResponse({**told, "looked": looked_at(visitor, look[:_MOST_LOOKED])})


@router.post("/record/phone")
def send(visitor: Recorder, form: Form) -> Response:
    """Take in one entry that was typed without signal; sent again, it is taken in once."""
    try:
        came = take_in(visitor, form.one("entry"), form)
    except InputError as error:
        came = Sent("wrong", said=str(error))
    return JSONResponse(asdict(came))


def _made(request: Request) -> _Made:
    """Return the page; nothing of it changes while the app runs, so it is made once."""
    state = request.app.state
    if not hasattr(state, "page_without_signal"):
        plain = bytes(_rendered(request).body)
        # Nothing secret is in it, so that it may be packed.
        state.page_without_signal = _Made(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest())
    made: _Made = state.page_without_signal
    return made


def _malformed() -> str:
    """Return what the server says of a postcode that cannot be one, with "?" for what was typed."""
    try:
        return normalise("?")
    except PostcodeMalformed as error:
        return str(error)


def _rendered(request: Request) -> Response:
    return page(
        request,
        "phone/offline.html",
        pages=[(each, every_question(each)) for each in _PAGES],
        always=" ".join(sorted(ALWAYS_HIDDEN)),
        malformed=_malformed(),
        counties=request.app.state.site.partnership("").counties(),
        days=DAYS,
        weeks=WEEKS,
        scripts=_SCRIPTS,
    )
