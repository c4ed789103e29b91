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
from rosc_map.records import day, label, row_dicts
from rosc_map.web.forms import Form, FormValues, errors_by_field
from rosc_map.web.pages import page as made_page
from rosc_map.web.record_pages import (
    PAGES,
    RecordPage,
    after,
    always_hidden,
    asked_on,
    page_of,
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
_UNANSWERED = "Choose one. If you do not know, choose “I am not sure”."


@dataclass(frozen=True)
class _Kept:
    """What is kept of an unfinished entry: the answers, and which recorded assets it was said not to be."""

    answers: dict[str, Any]
    not_these: tuple[str, ...] = ()


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
        }
        for draft in visitor.people.drafts(visitor.name)
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
def new(request: Request, visitor: Recorder) -> Response:
    """Show the first page of a new entry; nothing is kept before it is sent."""
    if not visitor.told_rules:
        return _go("/record/rules")
    return ask_page(request, visitor, Asked(str(uuid.uuid4()), PAGES[0], {}, new=True))


@router.post("/look-up")
def look_up(request: Request, visitor: Recorder, form: Form) -> Response:
    """Say where a postcode is, while it is typed; it is sent in a form, so that no log of addresses holds it."""
    found = visitor.partnership.placed({"postcode": form.one("postcode")})
    error = errors_by_field(found.problems).get("postcode", "")
    return made_page(request, "recording/found.html", error=error, **found_words(found))


@router.get("/{entry}/same")
def same(request: Request, visitor: Recorder, entry: str) -> Response:
    """Ask whether it is one that is recorded."""
    kept = _kept(visitor, entry)
    alike = _alike(visitor, kept)
    if not alike:
        return _go(f"/record/{entry}/check")
    return made_page(request, "recording/same.html", entry=entry, name=kept.answers.get("name", ""), alike=alike)


@router.post("/{entry}/same")
def another(visitor: Recorder, entry: str, form: Form) -> Response:
    """Note that it is none of those that were shown."""
    kept = _kept(visitor, entry)
    _keep(visitor, entry, _Kept(kept.answers, (*kept.not_these, *form.many("shown"))[-50:]), "check")
    return _go(f"/record/{entry}/check")


@router.get("/{entry}/check")
def check(request: Request, visitor: Recorder, entry: str) -> Response:
    """Show all answers, to be looked over before they are saved."""
    kept = _kept(visitor, entry)
    return _before_check(visitor, entry, kept) or check_page(request, visitor, entry, kept.answers, {})


@router.post("/{entry}/save")
def save(request: Request, visitor: Recorder, entry: str) -> Response:
    """Record it; sent twice, it is recorded once."""
    try:
        kept = _kept(visitor, entry)
    except NotThere:
        if visitor.partnership.own_record(entry) is None:
            raise
        return _go(f"/record/{entry}/done")
    first = _before_check(visitor, entry, kept)
    if first:
        return first
    try:
        visitor.partnership.record_asset(kept.answers, identifier=entry)
    except RowsRejected as error:
        return check_page(request, visitor, entry, kept.answers, errors_by_field(error.problems))
    except InputError as error:
        return check_page(request, visitor, entry, kept.answers, {"": str(error)})
    visitor.people.drop_draft(visitor.name, entry)
    return _go(f"/record/{entry}/done")


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
    answers = _kept(visitor, entry).answers
    asked = Asked(entry, _page(slug), answers, back=back == "check", dropped=bool(dropped))
    return ask_page(request, visitor, asked)


@router.post("/{entry}/{slug}")
def answer(request: Request, visitor: Recorder, entry: str, slug: str, form: Form) -> Response:
    """Keep one page of answers, and go on."""
    page = _page(slug)
    is_new = slug == _FIRST and form.one("new") == "yes"
    kept = _kept(visitor, entry, new=is_new)
    typed, errors, rows = _sent(page, form, kept.answers)
    then, back = form.one("then"), form.one("back") == "check"
    answers = tidied({**kept.answers, **typed})
    errors = errors or _wrong(visitor, page, answers)
    asked = Asked(entry, page, kept.answers, typed, rows, new=is_new, back=back)
    if then == "add":
        return ask_page(request, visitor, replace(asked, more=True))
    if errors:
        return ask_page(request, visitor, replace(asked, errors=errors))
    keeps = draft_values(answers)
    following = "same" if back else after(page)
    _keep(visitor, entry, _Kept(keeps, kept.not_these), following)
    if then == "stop":
        return _go("/record?kept=yes")
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


def _page(slug: str) -> RecordPage:
    found = page_of(slug)
    if found is None:
        raise NotThere
    return found


def _kept(visitor: Visitor, entry: str, *, new: bool = False) -> _Kept:
    """Return what is kept of one's own entry; another's is not there."""
    draft = visitor.people.draft(visitor.name, _id(entry))
    if draft is None and not new:
        raise NotThere
    return _Kept(draft.values["answers"], tuple(draft.values["not_these"])) if draft else _Kept({})


def _keep(visitor: Visitor, entry: str, kept: _Kept, page: str) -> None:
    values = {"answers": draft_values(kept.answers), "not_these": list(kept.not_these)}
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
    ids = [row["id"] for row in live.find_same(kept.answers)]
    if set(ids) <= set(kept.not_these):
        return []
    shown = row_dicts(live.published(ids, visitor.audience).assets)
    return [
        {**row, "key": plain_id(row["id"]), "type_words": label("asset_type", row["asset_type"])}
        for row in shown
        if row["id"] not in kept.not_these
    ]


def _before_check(visitor: Visitor, entry: str, kept: _Kept) -> Response | None:
    """Return to a page that has to be answered before anything is saved, however somebody came by it."""
    if not always_hidden(kept.answers) and not kept.answers.get("location_precision"):
        return _go(f"/record/{entry}/{'hidden' if kept.answers.get('asset_type') else _FIRST}")
    return _go(f"/record/{entry}/same") if _alike(visitor, kept) else None
