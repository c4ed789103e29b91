"""Writing down an asset: one group of questions a page, kept at each step, and saved once."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rosc_map.errors import InputError, RowsRejected
from rosc_map.partnership import draft_values
from rosc_map.records import day
from rosc_map.web.forms import Form, errors_by_field
from rosc_map.web.pages import page as made_page
from rosc_map.web.record_kept import (
    Kept,
    alike,
    entry_id,
    go,
    keep,
    kept_of,
    kept_or_saved,
    mark_of,
    name_and_place,
    sent,
)
from rosc_map.web.record_pages import (
    PAGES,
    RecordPage,
    after,
    always_hidden,
    asked_on,
    page_of,
    pages_for,
    tidied,
)
from rosc_map.web.record_shown import Asked, ask_page, check_page, found_words
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Recorder, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/record")
_FIRST = PAGES[0].slug
_PLACE, _AFTER_PLACE = "where", "reaching"
_LAST_STEPS = {"check": "Check your answers"}


@router.get("")
def start(request: Request, visitor: Recorder, kept: str = "") -> Response:
    """Show what one has not finished, and begin; before the first time, the rule."""
    if not visitor.told_rules:
        return go("/record/rules")
    drafts = [
        {
            "id": draft.id,
            "name": draft.values["answers"].get("name", "No name yet"),
            "day": day(draft.changed.date()),
            "page": draft.page,
            "heading": stopped.heading if (stopped := page_of(draft.page)) else _LAST_STEPS.get(draft.page, ""),
        }
        for draft in visitor.people.drafts(visitor.name)
        if draft.values["answers"]
    ]
    return made_page(request, "recording/start.html", drafts=drafts, kept=bool(kept))


@router.get("/rules")
def rules(request: Request, visitor: Recorder) -> Response:
    """Show the rule of what is written down and what is not."""
    return made_page(request, "recording/rules.html", again=visitor.told_rules)


@router.post("/rules")
def understood(visitor: Recorder) -> Response:
    """Note that the rule was explained."""
    if visitor.signed_in:
        visitor.people.told_rules(visitor.name)
    else:
        visitor.people.set_setting("told rules", "yes")
    return go("/record")


@router.get("/new")
def new(visitor: Recorder) -> Response:
    """Go to the first page of a new entry, which has an id from now on: going back and on again begins no second."""
    if not visitor.told_rules:
        return go("/record/rules")
    # One that was begun and never answered is taken up again: opened often, this keeps no more than one.
    entry = next((each.id for each in visitor.people.drafts(visitor.name) if not each.values["answers"]), "")
    if not entry:
        entry = str(uuid.uuid4())
        keep(visitor, entry, Kept({}), _FIRST)
    return go(f"/record/{entry}/{_FIRST}")


@router.post("/look-up")
def look_up(request: Request, visitor: Recorder, form: Form) -> Response:
    """Say where a postcode is, while it is typed; it is sent in a form, so that no log of addresses holds it."""
    found = visitor.partnership.placed({"postcode": form.one("postcode")})
    error = errors_by_field(found.problems).get("postcode", "")
    return made_page(request, "recording/found.html", error=error, **found_words(found))


@router.get("/{entry}/same")
def same(request: Request, visitor: Recorder, entry: str, back: str = "") -> Response:
    """Ask whether it is one that is recorded."""
    kept = kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    found = alike(visitor, kept)
    if not found:
        return go(f"/record/{entry}/{_after_same(back)}")
    name = kept.answers.get("name", "")
    return made_page(request, "recording/same.html", entry=entry, name=name, alike=found, back=back)


@router.post("/{entry}/same")
def another(visitor: Recorder, entry: str, form: Form) -> Response:
    """Note that it is none of those that were shown."""
    kept, following = kept_of(visitor, entry), _after_same(form.one("back"))
    not_these = (*kept.not_these, *form.many("shown"))[-50:]
    keep(visitor, entry, Kept(kept.answers, not_these, name_and_place(kept.answers)), following)
    return go(f"/record/{entry}/{following}")


@router.get("/{entry}/check")
def check(request: Request, visitor: Recorder, entry: str) -> Response:
    """Show all answers, to be looked over before they are saved."""
    kept = kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    return _before_check(visitor, entry, kept) or check_page(request, visitor, entry, kept.answers, {})


@router.post("/{entry}/save")
def save(request: Request, visitor: Recorder, entry: str) -> Response:
    """Record it; sent twice, it is recorded once."""
    kept = kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    first = _before_check(visitor, entry, kept)
    if first:
        return first
    try:
        recorded = visitor.partnership.record_asset(kept.answers, identifier=entry)
    except RowsRejected as error:
        return check_page(request, visitor, entry, kept.answers, errors_by_field(error.problems))
    except InputError as error:
        return check_page(request, visitor, entry, kept.answers, {"": str(error)})
    visitor.people.drop_draft(visitor.name, entry)
    return go(f"/record/{recorded.id}/done")


@router.get("/{entry}/done")
def done(request: Request, visitor: Recorder, entry: str) -> Response:
    """Say thank you, and what happens next; to who recorded it, and nobody else."""
    own = visitor.partnership.own_record(entry_id(entry), visitor.audience)
    if own is None:
        raise NotThere
    return made_page(request, "recording/done.html", name=own.name, entry=entry, seen=own.seen)


@router.get("/{entry}/delete")
def may_delete(request: Request, visitor: Recorder, entry: str) -> Response:
    """Ask whether an unfinished entry is to go."""
    return made_page(
        request, "recording/delete.html", entry=entry, name=kept_of(visitor, entry).answers.get("name", "")
    )


@router.post("/{entry}/delete")
def delete(visitor: Recorder, entry: str) -> Response:
    """Delete an unfinished entry."""
    kept_of(visitor, entry)
    visitor.people.drop_draft(visitor.name, entry)
    return go("/record")


@router.get("/{entry}/{slug}")
def ask(request: Request, visitor: Recorder, entry: str, slug: str, back: str = "", dropped: str = "") -> Response:
    """Show one page of questions with what was answered before."""
    page, kept = _page(slug, visitor), kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    return ask_page(
        request,
        visitor,
        Asked(entry, page, kept.answers, base=mark_of(kept), back=back == "check", dropped=bool(dropped)),
    )


@router.post("/{entry}/{slug}")
def answer(request: Request, visitor: Recorder, entry: str, slug: str, form: Form) -> Response:
    """Keep one page of answers, and go on."""
    page, kept = _page(slug, visitor), kept_of(visitor, entry)
    typed, errors, rows = sent(page, form, kept.answers)
    then = form.one("then")
    back = form.one("back") == "check" or then == "check"
    answers = tidied({**kept.answers, **typed})
    errors = errors or _wrong(visitor, page, answers)
    asked = Asked(entry, page, kept.answers, typed, rows, base=mark_of(kept), back=form.one("back") == "check")
    if then == "add":
        return ask_page(request, visitor, replace(asked, more=True))
    if then == "stop" and not (errors and rows):
        # What is wrong is kept as well, and said when they go on.
        keep(visitor, entry, replace(kept, answers=answers), slug if errors else after(page, visitor.role))
        return go("/record?kept=yes")
    if errors:
        return ask_page(request, visitor, replace(asked, errors=errors))
    keeps = draft_values(answers)
    now = replace(kept, answers=keeps)
    following = "check" if back else after(page, visitor.role)
    # Right after its place is known, and again only where its name or place is another.
    if (slug == _PLACE or back) and name_and_place(keeps) != kept.looked_for:
        if alike(visitor, now):
            keep(visitor, entry, now, following)
            return go(f"/record/{entry}/same{'?back=check' if back else ''}")
        now = replace(now, looked_for=name_and_place(keeps))
    keep(visitor, entry, now, following)
    dropped = keeps != answers
    return go(f"/record/{entry}/{following}{'?dropped=yes' if dropped and page_of(following) else ''}")


def _page(slug: str, visitor: Visitor) -> RecordPage:
    found = page_of(slug)
    if found is None or found not in pages_for(visitor.role):
        raise NotThere
    return found


def _after_same(back: str) -> str:
    return "check" if back == "check" else _AFTER_PLACE


def _wrong(visitor: Visitor, page: RecordPage, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the answers of a page."""
    return errors_by_field(visitor.partnership.wrong(answers, asked_on(page, answers)))


def _before_check(visitor: Visitor, entry: str, kept: Kept) -> Response | None:
    """Return to a page that has to be answered before anything is saved, however somebody came by it."""
    if not always_hidden(kept.answers) and not kept.answers.get("location_precision"):
        return go(f"/record/{entry}/{'hidden' if kept.answers.get('asset_type') else _FIRST}")
    if name_and_place(kept.answers) != kept.looked_for and alike(visitor, kept):
        return go(f"/record/{entry}/same?back=check")
    return None
