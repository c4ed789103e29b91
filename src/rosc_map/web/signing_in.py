"""Coming in and going out: signing in, choosing a password by an invitation, one's own account."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, SignInRefused
from rosc_map.people import People, longest_session
from rosc_map.web.csrf import cookie_name, set_cookie
from rosc_map.web.forms import Form, FormValues
from rosc_map.web.kept_form import KEPT_TO, KeptForm, form_sent_on
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.security import local_path
from rosc_map.web.visitor import MaybeVisitor, SignedIn, Visitor

__all__ = ["router"]

router = APIRouter()
_DEVICE_SECONDS = 90 * 24 * 60 * 60
_NOT_THE_SAME = "The two passwords are not the same. Type both again."


@router.get("/sign-in", name="sign_in")
def ask(request: Request, visitor: MaybeVisitor, after: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Ask who it is; whoever is in already goes on."""
    if visitor is not None:
        return RedirectResponse(local_path(after), 303)
    return _ask(request, local_path(after))


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Let somebody in, under a session that is new: one that was there before is worth nothing from now on."""
    people = _people(request)
    name, after = form.one("name"), local_path(form.one("next"))
    kept = form_sent_on(request, form, local_path(form.one(KEPT_TO), otherwise=""))
    try:
        session = people.sign_in(name, form.one("password"), device=_device(request))
    except SignInRefused as error:
        answer = _ask(request, after, name, {"name": str(error)}, kept=kept, status=429 if error.wait else 422)
        if error.wait:
            answer.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
        return answer
    return _let_in(request, session, after, kept)


@router.post("/sign-out")
def sign_out(request: Request, visitor: SignedIn, form: Form) -> Response:
    """End the session on the server, or all of them, and let the browser forget it and what it keeps of our pages."""
    _with_account(visitor)
    if form.one("where") == "everywhere":
        visitor.people.sign_out_everywhere(visitor.name)
    else:
        visitor.people.sign_out(_session(request))
    request.state.visitor = None
    answer = RedirectResponse("/sign-in", 303)
    secure = visitor.site.settings.secure
    answer.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'  # some pages of forms may be kept, so that going back loses nothing
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


def _ask(
    request: Request,
    after: str,
    name: str = "",
    errors: dict[str, str] | None = None,
    *,
    kept: KeptForm | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "signing_in/sign_in.html",
        status=status,
        after=after,
        name=name,
        errors=errors or {},
        kept=kept,
        signed_out=kept is not None,
    )


def _let_in(request: Request, session: str, after: str, kept: KeptForm | None = None) -> Response:
    """Let the browser keep the new session, and go on; to a form that waits, only when the person says so."""
    people = _people(request)
    if _session(request):
        people.sign_out(_session(request))
    account = people.session(session)
    seconds = int(longest_session(account.role).total_seconds()) if account else None
    cookies = Response()
    set_cookie(request, cookies, session, seconds=seconds)
    answer = (
        page(request, "signing_in/go_on.html", kept=kept, account=account) if kept else RedirectResponse(after, 303)
    )
    answer.headers["Set-Cookie"] = cookies.headers["set-cookie"]
    if account:
        _keep_device(request, answer, people.remember_device(account.name, _device(request)))
    return answer


def _device(request: Request) -> str:
    """Return what this browser is known by, if somebody signed in with it before; it opens no door by itself."""
    return request.cookies.get(_device_name(request), "")


def _device_name(request: Request) -> str:
    return f"{cookie_name(request)}-device"


def _keep_device(request: Request, answer: Response, token: str) -> None:
    secure = request.app.state.site.settings.secure
    answer.set_cookie(
        _device_name(request), token, max_age=_DEVICE_SECONDS, secure=secure, httponly=True, samesite="lax", path="/"
    )


def _new_password(form: FormValues) -> str:
    password = form.one("password")
    if password != form.one("again"):
        raise InputError(_NOT_THE_SAME)
    return password


def _link_is_over(request: Request) -> Response:
    return page(request, "signing_in/link_over.html", status=404)
