"""For coordinators: the links that organisations are sent, and what they say has to be put right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import EditConflict, InputError, RowsRejected
from rosc_map.partnership.own_correction import SOMETHING_ELSE, correction_label
from rosc_map.partnership.shown_edit import same_answer
from rosc_map.people import Correction, EntryLink
from rosc_map.publish import plain_id
from rosc_map.records import Asset, day
from rosc_map.web.assets import seen_asset
from rosc_map.web.csrf import cookie_name
from rosc_map.web.forms import Form, FormValues, errors_by_field
from rosc_map.web.once import once
from rosc_map.web.our_entry_link import CONTACT, HERE
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Coordinator, Visitor

__all__ = ["router"]

router = APIRouter()
_SECONDS = 300
_ABOUT = "corrections"
_LONGEST_ANSWER = 500
_LONGEST_CONTACT = 120
_SAVED = "Saved. They see what came of it on their own page."
_DECIDED = "Somebody else decided this while you were looking. Nothing of what you ticked or wrote was kept."


@dataclass(frozen=True)
class Wanted:
    """One field of a correction: as they saw it, as it is recorded now, and as they say that it should be.

    ``open`` says whether it can be taken, ``since`` whether it was changed after they wrote, ``take`` whether it is
    ticked. ``words`` says that it is no field but something in their own words.
    """

    field: str
    label: str
    was: str
    now: str
    should_be: str
    open: bool
    since: bool
    take: bool
    error: str
    words: bool


# Links


@router.get("/assets/{identifier}/link")
def ask_link(request: Request, visitor: Coordinator, identifier: str) -> Response:
    """Ask what a link is to be for; where nobody signs in, say what a link needs."""
    shown, recorded = seen_asset(visitor, identifier)
    return _link_page(request, visitor, shown, recorded["id"])


@router.post("/assets/{identifier}/link")
def make_link(request: Request, visitor: Coordinator, identifier: str, form: Form) -> Response:
    """Make a link; the form sent twice makes one."""
    return once(request, form, lambda: _make_link(request, visitor, identifier, form))


@router.get("/assets/{identifier}/link/made")
def made_link(request: Request, visitor: Coordinator, identifier: str) -> Response:
    """Show a link that was just made: this once, since nothing but its hash is kept."""
    shown, recorded = seen_asset(visitor, identifier)
    token = request.cookies.get(_link_cookie(request), "")
    link = visitor.people.entry_of_link(token) if token and visitor.signed_in else None
    if link is None or recorded["id"] not in link.assets:
        return RedirectResponse(f"/assets/{plain_id(recorded['id'])}/link", 303)
    answer = page(
        request,
        "their_entries/made.html",
        key=plain_id(recorded["id"]),
        name=shown["name"],
        names=[seen_asset(visitor, each)[0]["name"] for each in link.assets],
        contact=visitor.people.setting(CONTACT),
        reached=[shown[name] for name in ("email", "phone") if shown[name]],
        link=f"{visitor.site.settings.url}{HERE}/{token}",
        until=day(link.expires.date()),
    )
    secure = visitor.site.settings.secure
    answer.delete_cookie(_link_cookie(request), path="/", secure=secure, httponly=True, samesite="strict")
    return answer


@router.post("/assets/{identifier}/link/end")
def end_links(visitor: Coordinator, identifier: str) -> Response:
    """End all links for an asset, opened or not."""
    _, recorded = seen_asset(visitor, identifier)
    visitor.people.end_entry_links([recorded["id"]], by=visitor.name)
    visitor.site.said_after.keep(visitor.name, _about_link(recorded["id"]), ["The link opens nothing any more."])
    return RedirectResponse(f"/assets/{plain_id(recorded['id'])}/link", 303)


def _make_link(request: Request, visitor: Visitor, identifier: str, form: FormValues) -> Response:
    if not visitor.signed_in:
        raise NotThere
    shown, recorded = seen_asset(visitor, identifier)
    every = _together(visitor, recorded["id"])
    chosen = [asset for asset in every if plain_id(asset) in form.many("assets")]
    contact, errors = form.one("contact"), {}
    if not chosen:
        errors["assets"] = "Choose at least one entry that the link is for."
    if not contact:
        errors["contact"] = "Write how they can reach you."
    elif len(contact) > _LONGEST_CONTACT:
        errors["contact"] = f"Write no more than {_LONGEST_CONTACT} letters."
    if errors:
        return _link_page(request, visitor, shown, recorded["id"], errors, contact=contact)
    visitor.people.set_setting(CONTACT, contact)
    token, _ = visitor.people.make_entry_link(chosen, by=visitor.name)
    # Handed on to the next page in a cookie, so that loading that page anew does not make another.
    answer = RedirectResponse(f"/assets/{plain_id(chosen[0])}/link/made", 303)
    answer.set_cookie(
        _link_cookie(request),
        token,
        max_age=_SECONDS,
        secure=visitor.site.settings.secure,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return answer


def _link_page(
    request: Request,
    visitor: Visitor,
    shown: Mapping[str, Any],
    asset: str,
    errors: Mapping[str, str] | None = None,
    *,
    contact: str | None = None,
) -> Response:
    every = _together(visitor, asset) if visitor.signed_in else {}
    return page(
        request,
        "their_entries/link.html",
        status=422 if errors else 200,
        key=plain_id(asset),
        name=shown["name"],
        assets={plain_id(each): name for each, name in every.items()},
        contact=visitor.people.setting(CONTACT) if contact is None else contact,
        links=[_told(link) for link in visitor.people.entry_links([asset])],
        said=" ".join(visitor.site.said_after.take(visitor.name, _about_link(asset))),
        errors=errors or {},
    )


def _told(link: EntryLink) -> str:
    """Return what there is to say of a link that can be used."""
    opened = f"opened on {day(link.opened.date())}" if link.opened else "not opened yet"
    several = f" for {len(link.assets)} entries" if len(link.assets) > 1 else ""
    return f"Made on {day(link.made.date())}{several}, {opened}, works until {day(link.expires.date())}."


def _together(visitor: Visitor, asset: str) -> dict[str, str]:
    """Return the names of the assets that a link may be for, by their ids as recorded."""
    every = visitor.partnership.organisation_of(asset)
    return {row["id"]: name for key, name in every if (row := visitor.site.live.recorded(key))}


def _about_link(asset: str) -> str:
    return f"entry link {asset}"


def _link_cookie(request: Request) -> str:
    return f"{cookie_name(request)}-entry-link"


# Corrections


@router.get("/corrections")
def corrections(request: Request, visitor: Coordinator) -> Response:
    """List what organisations want to have put right, the oldest first."""
    found = []
    visitor.site.trim_hidden_corrections()
    for each in visitor.people.open_corrections():
        name = _name(visitor, each)
        if name:
            fields = ", ".join(map(correction_label, each.changes))
            found.append({"id": each.id, "name": name, "on": day(each.sent.date()), "fields": fields})
    said = " ".join(visitor.site.said_after.take(visitor.name, _ABOUT))
    return page(request, "their_entries/corrections.html", found=found, said=said)


@router.get("/corrections/{identifier}")
def correction(request: Request, visitor: Coordinator, identifier: str) -> Response:
    """Show one: as it was, as it is, and as they say that it should be."""
    return _correction_page(request, visitor, _held(visitor, identifier))


@router.post("/corrections/{identifier}")
def decide(request: Request, visitor: Coordinator, identifier: str, form: Form) -> Response:
    """Take what is ticked into the record, and keep the sentence that they are told; once."""
    return once(request, form, lambda: _decide(request, visitor, identifier, form))


def _decide(request: Request, visitor: Visitor, identifier: str, form: FormValues) -> Response:
    known = visitor.people.correction(identifier)
    if known and known.decided:
        return _decided(visitor, _DECIDED)
    held, answer = _held(visitor, identifier), form.one("answer")
    taken = [name for name in held.changes if name in form.many("take")]
    errors = {}
    if len(answer) > _LONGEST_ANSWER:
        errors["answer"] = f"Write no more than {_LONGEST_ANSWER} letters."
    elif not answer and len(taken) < len(held.changes):
        only_words = [*held.changes] == [SOMETHING_ELSE]
        errors["answer"] = (
            "Answer them in a sentence." if only_words else "Tell them in a sentence why you leave something as it is."
        )
    if errors:
        return _correction_page(request, visitor, held, taken, answer, errors)
    # Beside what this page showed: what was changed after that is looked at once more, never written over unseen.
    shown = {name: form.one(f"now-{name}") for name in taken}
    try:
        return _decided(visitor, _SAVED if _take(visitor, held, shown, answer) else _DECIDED)
    except _ChangedMeanwhile as error:
        return _correction_page(request, visitor, held, taken, answer, {"": str(error)}, status=409)
    except RowsRejected as error:
        return _correction_page(request, visitor, held, taken, answer, errors_by_field(error.problems))
    except (InputError, EditConflict) as error:
        return _correction_page(request, visitor, held, taken, answer, {"": str(error)})


class _ChangedMeanwhile(Exception):
    """Leaves a correction undecided, since the record is not as it was shown."""


def _take(visitor: Visitor, held: Correction, shown: Mapping[str, str], answer: str) -> bool:
    """Write the fields that were ticked, by what was shown of them, and keep the answer; not where it was decided.

    Raises
    ------
    _ChangedMeanwhile
        Where a field is not as it was shown.
    InputError, RowsRejected, EditConflict
        As in :meth:`Partnership.correct`.
    """
    with visitor.people.deciding(held.id, [*shown], answer) as waited:
        if waited is None:
            return False
        # As it waits now, not as it was read before: what may not be kept any more may be gone from it since.
        wanted = {name: waited.changes[name].should_be for name in shown if name in waited.changes}
        since = visitor.partnership.correct(held.asset, wanted, shown) if wanted else ()
        if since:
            labels = ", ".join(each.label for each in since)
            raise _ChangedMeanwhile(f"Changed while you were looking: {labels}. Look at it again, then save.")
    return True


def _decided(visitor: Visitor, said: str) -> Response:
    visitor.site.said_after.keep(visitor.name, _ABOUT, [said])
    return RedirectResponse("/corrections", 303)


def _held(visitor: Visitor, identifier: str) -> Correction:
    """Return a correction that waits, of an asset that has not left.

    Raises
    ------
    NotThere
        Where there is none.
    """
    visitor.site.trim_hidden_corrections()
    found = visitor.people.correction(identifier)
    if found is None or found.decided or not _name(visitor, found):
        raise NotThere
    return found


def _name(visitor: Visitor, held: Correction) -> str:
    """Return the name of the asset that a correction is of; "" where it has left."""
    try:
        shown, _ = seen_asset(visitor, held.asset)
    except NotThere:
        return ""
    return str(shown["name"])


def _correction_page(
    request: Request,
    visitor: Visitor,
    held: Correction,
    taken: list[str] | None = None,
    answer: str = "",
    errors: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Response:
    wrong = dict(errors or {})
    now = visitor.partnership.correctable(held.asset)
    specs, wanted = Asset.specs(), []
    ticked = taken or []  # whoever takes something in has read it
    for name, one in held.changes.items():
        is_open = name in now
        since = is_open and not same_answer(name, now[name], one.was)
        texts = (one.was, now.get(name, ""), one.should_be)
        told = (is_open and name in ticked, wrong.get(name, ""), name == SOMETHING_ELSE)
        wanted.append(Wanted(name, correction_label(name), *texts, is_open, since, *told))
    # What is wrong with a field that this is not about is said with its name: it cannot be jumped to.
    for name in [each for each in wrong if each and each not in (*held.changes, "answer")]:
        wrong[""] = f"{wrong.get('', '')} {specs[name].label}: {wrong.pop(name)}".strip()
    return page(
        request,
        "their_entries/correction.html",
        status=status if errors else 200,
        id=held.id,
        key=plain_id(held.asset),
        name=_name(visitor, held),
        on=day(held.sent.date()),
        wanted=wanted,
        answer=answer,
        errors=wrong,
    )
