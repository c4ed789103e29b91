"""What a request may be refused with, and the page that says so: the one tree of errors as status codes."""

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from rosc_map.errors import (
    EditConflict,
    FileProblem,
    InputError,
    RoscMapError,
    ServiceProblem,
    SignInRefused,
    UnknownName,
)
from rosc_map.web.kept_form import form_of, takes
from rosc_map.web.pages import page
from rosc_map.web.refused import NotOurForm, NotSignedIn, NotThere

__all__ = ["add_refusals", "not_our_form", "refused", "said_no", "status_of"]

_SAID = {
    HTTPStatus.BAD_REQUEST: ("This did not work", "Something in the request could not be read. Go back and try again."),
    HTTPStatus.FORBIDDEN: ("Your role may not do this", "Ask your coordinator if you think that it should."),
    HTTPStatus.NOT_FOUND: ("There is no such page", "It is not there, or it is not for you. Check the address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("This page cannot take that", "Go back to the start."),
    HTTPStatus.REQUEST_TIMEOUT: ("That took too long", "The signal may be weak here. Go back and send it again."),
    HTTPStatus.CONFLICT: ("Somebody else changed this", "Go back, load the page anew and look at what they wrote."),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("Something needs putting right", "Go back, check what you wrote and try again."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("That is too large", "Send less at once."),
    HTTPStatus.TOO_MANY_REQUESTS: ("Too many tries", "Wait a few minutes, then try again."),
    HTTPStatus.BAD_GATEWAY: ("Another service does not answer", "Try again in a few minutes."),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "This cannot be done just now",
        "The records cannot be reached just now. Try again in a few minutes.",
    ),
}
_log = logging.getLogger("rosc_map.web")
_OLD_PAGE = (
    "This page is too old",
    "You signed in or out since it was loaded, or it did not come from here. Go back, load it anew and try again.",
)
_WRONG = ("Something went wrong here", "It is our fault. Nothing of what you sent was kept: go back and try again.")


def status_of(error: RoscMapError) -> int:
    """Return the status of an error of ours; the most telling class first."""
    if isinstance(error, SignInRefused):
        return 429 if error.wait else 422
    by_class: tuple[tuple[type[RoscMapError], int], ...] = (
        (UnknownName, 404),
        (InputError, 422),
        (EditConflict, 409),
        (FileProblem, 503),
        (ServiceProblem, 502),
        (RoscMapError, 500),
    )
    return next(status for kind, status in by_class if isinstance(error, kind))


def add_refusals(app: FastAPI) -> None:
    """Answer each kind of refusal with a page in plain words."""
    app.add_exception_handler(NotSignedIn, _sign_in_first)
    app.add_exception_handler(NotOurForm, not_our_form)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(RoscMapError, said_no)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_read)
    app.add_exception_handler(Exception, _our_fault)


def refused(request: Request, status: int, why: str = "") -> Response:
    """Return the page of a refusal."""
    heading, todo = _SAID.get(HTTPStatus(status), _WRONG)
    return page(request, "refused.html", status=status, heading=heading, why=why or todo)


def not_our_form(request: Request, _error: Exception | None = None) -> Response:
    """Return the page of a change that did not come from a page of ours as it is now."""
    heading, todo = _OLD_PAGE
    return page(request, "refused.html", status=403, heading=heading, why=todo)


async def _sign_in_first(request: Request, _error: Exception) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    after = request.url.path + query
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(f"/sign-in?{urlencode({'next': after})}", status_code=303)
    # A form of ours (its token was right), but the session ended while it was filled in.
    kept = form_of(await request.form(), after)
    shown = after if takes(request, "GET", request.url.path) else "/"
    return page(
        request,
        "signing_in/sign_in.html",
        status=403,
        after=shown,
        name="",
        errors={},
        kept=kept,
        signed_out=True,
    )


def _not_there(request: Request, _error: Exception) -> Response:
    return refused(request, 404)


def said_no(request: Request, error: Exception) -> Response:
    """Return the page of an error of ours, which tells nobody where the records are kept."""
    status = status_of(error) if isinstance(error, RoscMapError) else 500
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return refused(request, status, str(error))
    # It may name a path or the address of a database: that is for whoever looks after the server.
    _log.error("%s", error)
    return refused(request, status)


def _http(request: Request, error: Exception) -> Response:
    answer = refused(request, error.status_code if isinstance(error, HTTPException) else 500)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer


def _not_read(request: Request, _error: Exception) -> Response:
    return refused(request, 400)


def _our_fault(request: Request, _error: Exception) -> Response:
    return refused(request, 500)
