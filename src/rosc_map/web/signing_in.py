"""Coming in and going out: signing in, choosing a password by an invitation, one's own account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, SignInRefused
from rosc_map.people import People
from rosc_map.web.csrf import cookie_name, set_cookie
from rosc_map.web.forms import Form, FormValues
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.security import local_path
from rosc_map.web.visitor import MaybeVisitor, SignedIn, Visitor

__all__ = ["router"]

router = APIRouter()
_NOT_THE_SAME = "The two passwords are not the same. Type both again."


@router.get("/sign-in", name="sign_in")
def ask(request: Request, visitor: MaybeVisitor, after: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Ask who it is; whoever is in already goes on."""
    if visitor is not None:
        return RedirectResponse(local_path(after), 303)
    return page(request, "signing_in/sign_in.html", after=local_path(after), name="", errors={})


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Let somebody in, under a session that is new: one that was there before is worth nothing from now on."""
    people = _people(request)
    name, after = form.one("name"), local_path(form.one("next"))
    try:
        session = people.sign_in(name, form.one("password"))
    except SignInRefused as error:
        status = 429 if error.wait else 422
        answer = page(
            request, "signing_in/sign_in.html", status=status, after=after, name=name, errors={"name": str(error)}
        )
        if error.wait:
            answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
        return answer
    return _let_in(request, session, after)


@router.post("/sign-out")
def sign_out(request: Request, visitor: SignedIn) -> Response:
    """End the session on the server, and let the browser forget it."""
    _with_account(visitor)
    visitor.people.sign_out(_session(request))
    answer = RedirectResponse("/sign-in", 303)
    secure = visitor.site.settings.secure
    answer.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


@router.get("/invitation/{token}")
def invitation(request: Request, token: str) -> Response:
    """Ask for a password; looking uses nothing up, since messengers look at links too."""
    account = _people(request).invited(token)
    if account is None:
        return _link_is_over(request)
    return page(request, "signing_in/invitation.html", account=account, errors={})


@router.post("/invitation/{token}")
def accept(request: Request, token: str, form: Form) -> Response:
    """Take the password, and let the person in."""
    people = _people(request)
    account = people.invited(token)
    if account is None:
        return _link_is_over(request)
    try:
        session = people.accept(token, _new_password(form))
    except InputError as error:
        errors = {"password": str(error)}
        return page(request, "signing_in/invitation.html", status=422, account=account, errors=errors)
    return _let_in(request, session, "/")


@router.get("/my-account")
def my_account(request: Request, visitor: SignedIn, changed: str = "") -> Response:
    """Show one's own account."""
    _with_account(visitor)
    return page(request, "signing_in/my_account.html", changed=changed == "password", errors={})


@router.post("/my-account")
def change_password(request: Request, visitor: SignedIn, form: Form) -> Response:
    """Change one's own password, which signs out all other phones and computers."""
    _with_account(visitor)
    errors = {}
    try:
        new = _new_password(form)
        visitor.people.change_password(visitor.name, form.one("old"), new, keep=_session(request))
    except SignInRefused as error:
        errors = {"old": str(error)}
    except InputError as error:
        errors = {"password": str(error)}
    if errors:
        return page(request, "signing_in/my_account.html", status=422, changed=False, errors=errors)
    return RedirectResponse("/my-account?changed=password", 303)


def _people(request: Request) -> People:
    """Return who has an account.

    Raises
    ------
    NotThere
        Where nobody signs in, none of these pages is there.
    """
    if not request.app.state.site.settings.signs_in:
        raise NotThere
    people: People = request.app.state.site.people
    return people


def _with_account(visitor: Visitor) -> None:
    if not visitor.signed_in:
        raise NotThere


def _session(request: Request) -> str:
    return request.cookies.get(cookie_name(request), "")


def _let_in(request: Request, session: str, after: str) -> Response:
    people = _people(request)
    if _session(request):
        people.sign_out(_session(request))
    answer = RedirectResponse(after, 303)
    set_cookie(request, answer, session)
    return answer


def _new_password(form: FormValues) -> str:
    password = form.one("password")
    if password != form.one("again"):
        raise InputError(_NOT_THE_SAME)
    return password


def _link_is_over(request: Request) -> Response:
    return page(request, "signing_in/link_over.html", status=404)
