"""An organisation's own entry, by a link: what is held about it, and what it may decide."""

import datetime as dt
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.partnership.own_correction import SOMETHING_ELSE, correction_label
from rosc_map.people import Correction, EntryLink
from rosc_map.publish import plain_id
from rosc_map.records import day
from rosc_map.web import our_entry_decisions, our_entry_words
from rosc_map.web.forms import Form
from rosc_map.web.once import once
from rosc_map.web.our_entry_link import (
    HERE,
    OwnEntry,
    OwnEntryRoute,
    browser_of,
    entry_cookie,
    forgotten,
    refuse,
    site_of,
    still_listed,
)
from rosc_map.web.pages import page

__all__ = ["router"]

router = APIRouter(route_class=OwnEntryRoute)


@dataclass(frozen=True)
class Sent:
    """What was sent to be put right: when, what came of it, and by field what was asked and whether it was taken."""

    on: str
    decided: str
    answer: str
    fields: tuple[tuple[str, str, str], ...]


@router.get(HERE)
def our_entry(request: Request, opened: OwnEntry) -> Response:
    """Show all that is held about an organisation, and what it can do."""
    shown = opened.partnership.own_entry([*opened.names.values()])
    opened.site.trim_hidden_corrections()
    sent = opened.people.corrections([*opened.names.values()])
    by_asset = {
        asset.id: [_sent(each) for each in sent if plain_id(each.asset) == plain_id(asset.id)] for asset in shown.assets
    }
    return page(
        request,
        "our_entry/entry.html",
        here=HERE,
        entry=shown,
        as_at=day(shown.as_at),
        day=day,
        key=plain_id,
        sent=by_asset,
        said=opened.said(),
    )


@router.post(f"{HERE}/close")
def close(opened: OwnEntry) -> Response:
    """Forget this browser: nobody sees the entry here any more."""
    opened.people.close_entry(opened.browser)
    return forgotten(opened.request, RedirectResponse(f"{HERE}/left?closed=yes", 303))


@router.get(f"{HERE}/left")
def left(request: Request, closed: str = "") -> Response:
    """Say what was done, to somebody who is known by nothing any more."""
    site_of(request)
    return page(request, "our_entry/left.html", closed=closed == "yes")


router.include_router(our_entry_words.router)
router.include_router(our_entry_decisions.router)


@router.get(f"{HERE}/{{token}}")
def ask(request: Request, token: str) -> Response:
    """Ask whether to open it; looking uses nothing up, since messengers look at links too."""
    if _link(request, token).opened:
        return RedirectResponse(HERE, 303)
    return page(request, "our_entry/open.html", there=f"{HERE}/{token}")


@router.post(f"{HERE}/{{token}}")
def open_it(request: Request, token: str, form: Form) -> Response:
    """Open it; the button pressed twice opens it once."""
    return once(request, form, lambda: _open(request, token))


def _open(request: Request, token: str) -> Response:
    """Open it under a token that is new: one that the browser had before is worth nothing from now on."""
    if _link(request, token).opened:
        return RedirectResponse(HERE, 303)
    site = site_of(request)
    opened = site.people.open_entry(token)
    if opened is None:  # somebody else was quicker
        raise refuse(site)
    browser, link = opened
    answer = RedirectResponse(HERE, 303)
    answer.set_cookie(
        entry_cookie(request),
        browser,
        max_age=int((link.expires - dt.datetime.now(dt.UTC)).total_seconds()),
        secure=site.settings.secure,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return answer


def _link(request: Request, token: str) -> EntryLink:
    """Return the link of a token, for this browser.

    Raises
    ------
    LinkOver
        Where it opens nothing (any more).
    """
    site = site_of(request)
    link = site.people.entry_of_link(token, browser=browser_of(request))
    if link is None or not still_listed(site, link.assets):
        raise refuse(site)
    return link


def _sent(each: Correction) -> Sent:
    came = {None: "a coordinator looks at it", True: "put right", False: "left as it is"}
    read = {**came, False: "a coordinator has read it"}
    fields = tuple(
        (correction_label(name), one.should_be, (read if name == SOMETHING_ELSE else came)[one.taken])
        for name, one in each.changes.items()
    )
    return Sent(day(each.sent.date()), day(each.decided.date()) if each.decided else "", each.answer, fields)
