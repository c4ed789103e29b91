"""Who may come in: the pages of an admin."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError
from rosc_map.people import Role
from rosc_map.web.forms import Choice, Form, FormValues, Question
from rosc_map.web.once import once
from rosc_map.web.pages import keeps_typed, page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Admin, Visitor

__all__ = ["router"]

router = APIRouter()
_SECONDS = 300


def _who_invites(visitor: Admin) -> Visitor:
    if not visitor.signed_in:
        raise NotThere
    return visitor


Inviting = Annotated[Visitor, Depends(_who_invites)]


@router.get("/people")
def everybody(request: Request, visitor: Inviting, removed: str = "") -> Response:
    """List who has an account."""
    return page(request, "people/list.html", accounts=visitor.people.accounts(), removed=removed == "yes")


@router.get("/people/new")
def ask_whom(request: Request, visitor: Inviting) -> Response:  # noqa: ARG001 - only for admins
    """Ask who is to have an account."""
    return _whom(request)


@router.post("/people/new")
def add(request: Request, visitor: Inviting, form: Form) -> Response:
    """Make an account, and an invitation for it; the form sent twice makes one."""
    return once(request, form, lambda: _add(request, visitor, form))


@router.post("/people/invite")
def invite_again(request: Request, visitor: Inviting, form: Form) -> Response:
    """Make a new link, for somebody whose link is over or who forgot the password."""
    return _invited(request, visitor, form.one("name"))


@router.get("/people/invitation")
def invitation(request: Request, visitor: Inviting) -> Response:
    """Show a link that was just made: this once, since nothing but its hash is kept."""
    token = request.cookies.get(_link_cookie(request), "")
    account = visitor.people.invited(token) if token else None
    if account is None:
        return RedirectResponse("/people", 303)
    link = f"{visitor.site.settings.url}/invitation/{token}"
    answer = page(request, "people/invitation.html", account=account, link=link)
    secure = visitor.site.settings.secure
    answer.delete_cookie(_link_cookie(request), path="/", secure=secure, httponly=True, samesite="strict")
    return answer


@router.get("/people/remove")
def ask_whether(request: Request, visitor: Inviting, name: str = "") -> Response:
    """Ask whether an account is to go."""
    return page(request, "people/remove.html", account=visitor.people.account(name), errors={})


@router.post("/people/remove")
def remove(request: Request, visitor: Inviting, form: Form) -> Response:
    """Remove an account; the records keep the number."""
    account = visitor.people.account(form.one("name"))
    try:
        visitor.people.remove(account.name, by=visitor.name)
    except InputError as error:
        return page(request, "people/remove.html", status=422, account=account, errors={"": str(error)})
    return RedirectResponse("/people?removed=yes", 303)


@router.get("/people/sign-ins")
def sign_ins(request: Request, visitor: Inviting) -> Response:
    """Show who signed in, and who tried to."""
    return page(request, "people/sign_ins.html", sign_ins=visitor.people.sign_ins())


def _whom(request: Request, name: str = "", role: str = "", errors: dict[str, str] | None = None) -> Response:
    wrong = errors or {}
    choices = tuple(Choice(each.value, each.label, "", each.value == role) for each in Role)
    asked = (
        Question("role", "What may they do?", "", "one", "", choices, wrong.get("role", ""), required=True),
        Question(
            "name",
            "Their number or role",
            "Never a name of a person. For example V7, or coordinator 2. Leave it empty for the next free one.",
            "text",
            name,
            error=wrong.get("name", ""),
            required=True,
        ),
    )
    return keeps_typed(page(request, "people/new.html", status=422 if wrong else 200, questions=asked, errors=wrong))


def _add(request: Request, visitor: Visitor, form: FormValues) -> Response:
    name, role = form.one("name"), form.one("role")
    if role not in tuple(Role):
        return _whom(request, name, role, {"role": "Choose what they may do."})
    try:
        account = visitor.people.add(name, Role(role), by=visitor.name)
    except InputError as error:
        return _whom(request, name, role, {"name": str(error)})
    return _invited(request, visitor, account.name)


def _invited(request: Request, visitor: Visitor, name: str) -> Response:
    """Hand the new link on to the next page in a cookie, so that loading that page anew does not make another."""
    made = visitor.people.invite(name, by=visitor.name)
    answer = RedirectResponse("/people/invitation", 303)
    answer.set_cookie(
        _link_cookie(request),
        made.token,
        max_age=_SECONDS,
        secure=visitor.site.settings.secure,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return answer


def _link_cookie(request: Request) -> str:
    return "__Host-rosc-map-link" if request.app.state.site.settings.secure else "rosc-map-link"
