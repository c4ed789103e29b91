"""Writing down an asset: one group of questions a page, kept at each step, and saved once."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowsRejected
from rosc_map.partnership import draft_values
from rosc_map.publish import plain_id
from rosc_map.records import day, label
from rosc_map.web.forms import Form, FormValues, errors_by_field
from rosc_map.web.pages import page as made_page
from rosc_map.web.record_pages import (
    PAGES,
    RecordPage,
    after,
    always_hidden,
    asked_on,
    page_of,
    pages_for,
    read_page,
    tidied,
)
from rosc_map.web.record_shown import Asked, ask_page, check_page, found_words
from rosc_map.web.record_times import TimeRow, read_times
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Recorder, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/record")
_FIRST = PAGES[0].slug
_PLACE, _AFTER_PLACE = "where", "reaching"
_LAST_STEPS = {"check": "Check your answers"}
_UNANSWERED = "Choose one. If you do not know, choose “I am not sure”."


@dataclass(frozen=True)
class _Kept:
    """What is kept of an unfinished entry.

    Attributes
    ----------
    answers
        What was typed, by field.
    not_these
        Which recorded assets it was said not to be.
    looked_for
        The name and place with which it was last looked for among the recorded assets.
    """

    answers: dict[str, Any]
    not_these: tuple[str, ...] = ()
    looked_for: tuple[str, ...] = ()


@router.get("")
def start(request: Request, visitor: Recorder, kept: str = "") -> Response:
    """Show what one has not finished, and begin; before the first time, the rule."""
    if not visitor.told_rules:
        return _go("/record/rules")
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
    return _go("/record")


@router.get("/new")
def new(visitor: Recorder) -> Response:
    """Go to the first page of a new entry, which has an id from now on: going back and on again begins no second."""
    if not visitor.told_rules:
        return _go("/record/rules")
    # One that was begun and never answered is taken up again: opened often, this keeps no more than one.
    entry = next((each.id for each in visitor.people.drafts(visitor.name) if not each.values["answers"]), "")
    if not entry:
        entry = str(uuid.uuid4())
        _keep(visitor, entry, _Kept({}), _FIRST)
    return _go(f"/record/{entry}/{_FIRST}")


@router.post("/look-up")
def look_up(request: Request, visitor: Recorder, form: Form) -> Response:
    """Say where a postcode is, while it is typed; it is sent in a form, so that no log of addresses holds it."""
    found = visitor.partnership.placed({"postcode": form.one("postcode")})
    error = errors_by_field(found.problems).get("postcode", "")
    return made_page(request, "recording/found.html", error=error, **found_words(found))


@router.get("/{entry}/same")
def same(request: Request, visitor: Recorder, entry: str, back: str = "") -> Response:
    """Ask whether it is one that is recorded."""
    kept = _kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    alike = _alike(visitor, kept)
    if not alike:
        return _go(f"/record/{entry}/{_after_same(back)}")
    name = kept.answers.get("name", "")
    return made_page(request, "recording/same.html", entry=entry, name=name, alike=alike, back=back)


@router.post("/{entry}/same")
def another(visitor: Recorder, entry: str, form: Form) -> Response:
    """Note that it is none of those that were shown."""
    kept, following = _kept(visitor, entry), _after_same(form.one("back"))
    not_these = (*kept.not_these, *form.many("shown"))[-50:]
    _keep(visitor, entry, _Kept(kept.answers, not_these, _name_and_place(kept.answers)), following)
    return _go(f"/record/{entry}/{following}")


@router.get("/{entry}/check")
def check(request: Request, visitor: Recorder, entry: str) -> Response:
    """Show all answers, to be looked over before they are saved."""
    kept = _kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    return _before_check(visitor, entry, kept) or check_page(request, visitor, entry, kept.answers, {})


@router.post("/{entry}/save")
def save(request: Request, visitor: Recorder, entry: str) -> Response:
    """Record it; sent twice, it is recorded once."""
    kept = _kept_or_saved(visitor, entry)
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
    return _go(f"/record/{recorded.id}/done")


@router.get("/{entry}/done")
def done(request: Request, visitor: Recorder, entry: str) -> Response:
    """Say thank you, and what happens next; to who recorded it, and nobody else."""
    own = visitor.partnership.own_record(_id(entry), visitor.audience)
    if own is None:
        raise NotThere
    return made_page(request, "recording/done.html", name=own.name, entry=entry, seen=own.seen)


@router.get("/{entry}/delete")
def may_delete(request: Request, visitor: Recorder, entry: str) -> Response:
    """Ask whether an unfinished entry is to go."""
    return made_page(request, "recording/delete.html", entry=entry, name=_kept(visitor, entry).answers.get("name", ""))


@router.post("/{entry}/delete")
def delete(visitor: Recorder, entry: str) -> Response:
    """Delete an unfinished entry."""
    _kept(visitor, entry)
    visitor.people.drop_draft(visitor.name, entry)
    return _go("/record")


@router.get("/{entry}/{slug}")
def ask(request: Request, visitor: Recorder, entry: str, slug: str, back: str = "", dropped: str = "") -> Response:
    """Show one page of questions with what was answered before."""
    page, kept = _page(slug, visitor), _kept_or_saved(visitor, entry)
    if isinstance(kept, Response):
        return kept
    return ask_page(request, visitor, Asked(entry, page, kept.answers, back=back == "check", dropped=bool(dropped)))


@router.post("/{entry}/{slug}")
def answer(request: Request, visitor: Recorder, entry: str, slug: str, form: Form) -> Response:
    """Keep one page of answers, and go on."""
    page, kept = _page(slug, visitor), _kept(visitor, entry)
    typed, errors, rows = _sent(page, form, kept.answers)
    then = form.one("then")
    back = form.one("back") == "check" or then == "check"
    answers = tidied({**kept.answers, **typed})
    errors = errors or _wrong(visitor, page, answers)
    asked = Asked(entry, page, kept.answers, typed, rows, back=form.one("back") == "check")
    if then == "add":
        return ask_page(request, visitor, replace(asked, more=True))
    if then == "stop" and not (errors and rows):
        # What is wrong is kept as well, and said when they go on.
        _keep(visitor, entry, replace(kept, answers=answers), slug if errors else after(page, visitor.role))
        return _go("/record?kept=yes")
    if errors:
        return ask_page(request, visitor, replace(asked, errors=errors))
    keeps = draft_values(answers)
    now = replace(kept, answers=keeps)
    following = "check" if back else after(page, visitor.role)
    # Right after its place is known, and again only where its name or place is another.
    if (slug == _PLACE or back) and _name_and_place(keeps) != kept.looked_for:
        if _alike(visitor, now):
            _keep(visitor, entry, now, following)
            return _go(f"/record/{entry}/same{'?back=check' if back else ''}")
        now = replace(now, looked_for=_name_and_place(keeps))
    _keep(visitor, entry, now, following)
    dropped = keeps != answers
    return _go(f"/record/{entry}/{following}{'?dropped=yes' if dropped and page_of(following) else ''}")


def _go(path: str) -> Response:
    return RedirectResponse(path, status_code=303)


def _id(entry: str) -> str:
    """Return the id of an entry; nobody may choose one that is not ours."""
    try:
        known = str(uuid.UUID(entry)) == entry
    except ValueError:
        known = False
    if not known:
        raise NotThere
    return entry


def _page(slug: str, visitor: Visitor) -> RecordPage:
    found = page_of(slug)
    if found is None or found not in pages_for(visitor.role):
        raise NotThere
    return found


def _after_same(back: str) -> str:
    return "check" if back == "check" else _AFTER_PLACE


def _name_and_place(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what decides whether it has to be looked for anew."""
    return tuple(str(answers.get(name, "")) for name in ("name", "postcode", "address", "areas_served"))


def _kept(visitor: Visitor, entry: str) -> _Kept:
    """Return what is kept of one's own entry; another's is not there, nor is one that we did not begin."""
    draft = visitor.people.draft(visitor.name, _id(entry))
    if draft is None:
        raise NotThere
    values = draft.values
    return _Kept(values["answers"], tuple(values["not_these"]), tuple(values.get("looked_for", ())))


def _kept_or_saved(visitor: Visitor, entry: str) -> _Kept | Response:
    """Return what is kept of one's own entry; of one that is saved by now, the way to its last page."""
    try:
        return _kept(visitor, entry)
    except NotThere:
        if visitor.partnership.own_record(_id(entry)) is None:
            raise
        return _go(f"/record/{entry}/done")


def _keep(visitor: Visitor, entry: str, kept: _Kept, page: str) -> None:
    answers = draft_values(kept.answers)
    # Of a place that has to stay hidden nothing is kept by this way either.
    looked_for = list(kept.looked_for) if kept.looked_for == _name_and_place(answers) else []
    values = {"answers": answers, "not_these": list(kept.not_these), "looked_for": looked_for}
    visitor.people.keep_draft(visitor.name, entry, values, page)


def _sent(
    page: RecordPage, form: FormValues, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], Mapping[str, str], list[TimeRow]]:
    """Return what was typed, what is wrong with it by itself, and the rows of times."""
    if "sessions" in page.fields:
        rows, errors, line = read_times(form)
        return {"sessions": line}, errors, rows
    typed = read_page(page, form, answers)
    unanswered = "location_precision" in typed and not typed["location_precision"] and not always_hidden(answers)
    return typed, {"location_precision": _UNANSWERED} if unanswered else {}, []


def _wrong(visitor: Visitor, page: RecordPage, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the answers of a page."""
    return errors_by_field(visitor.partnership.wrong(answers, asked_on(page, answers)))


def _alike(visitor: Visitor, kept: _Kept) -> list[dict[str, Any]]:
    """Return the recorded assets that it may be, as this person may see them, without those it was said not to be."""
    live = visitor.site.live
    live.refresh()
    found = live.find_same(kept.answers, visitor.audience, without=kept.not_these)
    return [{**row, "key": plain_id(row["id"]), "type_words": label("asset_type", row["asset_type"])} for row in found]


def _before_check(visitor: Visitor, entry: str, kept: _Kept) -> Response | None:
    """Return to a page that has to be answered before anything is saved, however somebody came by it."""
    if not always_hidden(kept.answers) and not kept.answers.get("location_precision"):
        return _go(f"/record/{entry}/{'hidden' if kept.answers.get('asset_type') else _FIRST}")
    if _name_and_place(kept.answers) != kept.looked_for and _alike(visitor, kept):
        return _go(f"/record/{entry}/same?back=check")
    return None
