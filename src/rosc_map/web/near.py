"""What is on near a place this week, to print and hand over; nothing of who asked is kept.

The form is sent by POST and answered on the same page: what was asked stands in no address, and so in no log and in no
history of a browser. It is kept nowhere on the server.
"""

from collections.abc import Collection

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from rosc_map.errors import InputError, PostcodeNotFound
from rosc_map.publish import near_interests
from rosc_map.records import Audience
from rosc_map.show import near_body, near_title
from rosc_map.web.forms import Form, FormValues
from rosc_map.web.pages import page
from rosc_map.web.visitor import SignedIn

__all__ = ["router"]

router = APIRouter()

_GROUPS = {
    "asset_type": "Kinds of groups and services",
    "rss_types": "Kinds of recovery support",
    "community_group": "Things to do in the community",
}
_WHOM = {
    Audience.PUBLIC: "To hand over to somebody: what everybody may see",
    Audience.PARTNERS: "For my own use: what partner organisations may see",
}
_WITHIN = {"2": "2 km: a walk", "5": "5 km", "10": "10 km", "20": "20 km", "50": "50 km"}
_USUAL = "10"


@router.get("/near")
def ask(request: Request, _visitor: SignedIn) -> Response:
    """Ask for a place and what somebody is interested in."""
    return _page(request, FormValues(FormData()))


@router.post("/near")
def answer(request: Request, visitor: SignedIn, form: Form) -> Response:
    """Show what is on near there this week, and keep nothing of it."""
    try:
        found = visitor.partnership.near(
            form.one("place"),
            form.many("interest"),
            audience=_chosen(form, "audience", [each.value for each in _WHOM], Audience.PUBLIC.value),
            within_km=float(_chosen(form, "within", _WITHIN, _USUAL)),
            live=visitor.site.near,
        )
    except (InputError, PostcodeNotFound) as error:
        return _page(request, form, errors={"place": str(error)})
    return _page(request, form, sheet=near_body(found), heading=near_title(found))


def _chosen(form: FormValues, name: str, known: Collection[str], usual: str) -> str:
    return form.one(name) if form.one(name) in known else usual


def _page(
    request: Request, form: FormValues, *, errors: dict[str, str] | None = None, sheet: str = "", heading: str = ""
) -> Response:
    """Return the page with the form as it was filled in, below what was found."""
    chosen = form.many("interest")
    return page(
        request,
        "near/near.html",
        status=422 if errors else 200,
        errors=errors or {},
        sheet=sheet,
        heading=heading,
        place=form.one("place"),
        groups=[
            (legend, [(each, each.code in chosen) for each in near_interests() if each.field == field])
            for field, legend in _GROUPS.items()
        ],
        within=_chosen(form, "within", _WITHIN, _USUAL),
        distances=_WITHIN,
        audience=_chosen(form, "audience", [each.value for each in _WHOM], Audience.PUBLIC.value),
        whom={each.value: words for each, words in _WHOM.items()},
    )
