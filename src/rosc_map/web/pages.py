"""How a page is made: one frame, Jinja with autoescape, our own files by their hash, and no inline script or style."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rosc_map.web.csrf import FIELD, token_for
from rosc_map.web.menu import menu_for
from rosc_map.web.once import ONCE, new_once

__all__ = ["StaticFile", "keeps_typed", "page", "static_file", "static_path"]

_HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
_AFTER_A_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("rosc_map.web", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.globals["static"] = static_path
    made.globals["hidden"] = _HIDDEN.format
    made.globals["once"] = lambda: _HIDDEN.format(ONCE, new_once())
    made.filters["sentences"] = _AFTER_A_SENTENCE.split
    return made


@dataclass(frozen=True)
class StaticFile:
    """A file of ``static/``: as it is, packed, its type, and what stands in its address for what is in it."""

    plain: bytes
    packed: bytes
    kind: str
    mark: str


@cache
def _static_files() -> dict[str, StaticFile]:
    """Return all files of ``static/``; read and packed once, whatever strangers ask for."""
    folder = files("rosc_map.web") / "static"
    found = ((file, _TYPES.get(file.name.rpartition(".")[2])) for file in folder.iterdir())
    return {file.name: _static_file(file.read_bytes(), kind) for file, kind in found if kind}


def _static_file(plain: bytes, kind: str) -> StaticFile:
    # No secret is in it, so that its length may tell what is in it; pages are never packed.
    return StaticFile(plain, gzip.compress(plain, mtime=0), kind, hashlib.sha256(plain).hexdigest()[:12])


def static_file(mark: str, name: str) -> StaticFile | None:
    """Return a file of ``static/``, or None if there is none, or none with this in it.

    Parameters
    ----------
    mark
        What stands for its content in its address. Browsers keep what came from there for a year, so that a page of
        before an upgrade must not be given what came after.
    name
        Its name.
    """
    found = _static_files().get(name)
    return found if found and found.mark == mark else None


def static_path(name: str) -> str:
    """Return the address of a file of ``static/``, which changes with what is in it.

    Raises
    ------
    KeyError
        When there is none: a fault of a template.
    """
    return f"/static/{_static_files()[name].mark}/{name}"


_ENVIRONMENT = _environment()


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    request
        What it answers.
    template
        A file of ``templates/`` that extends ``base.html``.
    status
        The status code.
    **context
        What the template shows. All of it is escaped by Jinja.
    """
    visitor = getattr(request.state, "visitor", None)

    def csrf() -> Markup:
        return _HIDDEN.format(FIELD, token_for(request))

    text = _ENVIRONMENT.get_template(template).render(
        csrf=csrf,
        visitor=visitor,
        site=request.app.state.site,
        menu=menu_for(visitor),
        path=request.url.path,
        **context,
    )
    return HTMLResponse(text, status_code=status)


def keeps_typed(answer: Response) -> Response:
    """Let the browser keep a page for going back, so that nothing typed is lost and nothing has to be sent again.

    Only for the page of a form that shows nothing but what its reader types there: signing out clears what was kept,
    but somebody else may hold the phone before that. All other pages are kept nowhere.

    Parameters
    ----------
    answer
        The page, as asked for first or with what is wrong.
    """
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
