"""What an organisation decides about its own entry: it is right, what may be shown and how exactly, or to leave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowsRejected
from rosc_map.partnership import Partnership
from rosc_map.records import codelist, is_hidden
from rosc_map.web.forms import Choice, Form, Question
from rosc_map.web.once import once
from rosc_map.web.our_entry_link import HERE, Opened, OwnEntry, OwnEntryRoute, asked_page, forgotten
from rosc_map.web.refused import NotThere

__all__ = ["router"]

router = APIRouter(route_class=OwnEntryRoute)
_OF = f"{HERE}/about/{{identifier}}"
_LEAVE, _UNNAMED = "leave", "unnamed"


@dataclass(frozen=True)
class Decision:
    """Something that is decided with one button: what it means, in sentences, and what does it.

    ``ways`` are other decisions that may be meant, each by its name in an address.
    """

    heading: str
    means: tuple[str, ...]
    button: str
    do: Callable[[Partnership, str], str]
    ways: tuple[tuple[str, str], ...] = ()


_DECISIONS = {
    "right": Decision(
        "Is all of it right?",
        (
            "You say that what is written about you is right today.",
            "The day is kept with your entry, so that people know that they can rely on it.",
        ),
        "Yes, all of it is right",
        lambda partnership, asset: partnership.confirm_right(asset),
    ),
    "agree": Decision(
        "Do you agree to be listed?",
        (
            "You agree that your entry may be shown, in public too; not what is for coordinators or partners only.",
            "Your place is shown no more exactly than it is now. One that must stay hidden stays hidden.",
            "If you are listed because you publish this yourself, others see no more than before.",
            "You can change your mind at any time.",
        ),
        "Yes, we agree",
        lambda partnership, asset: partnership.agree_to_listing(asset),
    ),
    _UNNAMED: Decision(
        "Do you mean that you are named to nobody?",
        (
            "Then only the coordinators see your entry. You are counted, without a name, and nobody can find you here.",
            "You keep this page, and can change your mind at any time.",
        ),
        "Yes, name us to nobody",
        lambda partnership, asset: partnership.restrict_listing(asset, ()),
        (("No, show parts of it", "show"), ("No, leave the map altogether", _LEAVE)),
    ),
    _LEAVE: Decision(
        "Do you want to leave?",
        (
            "If you do not want to be listed, leave: from then on you are on no map and in no list or count here.",
            "It is more than “Name us to nobody”: then you are still counted, without a name.",
            "It is more than “Show only parts of it”: then others see what you choose.",
            "The record stays where nobody is shown it, so that a list that somebody reads in does not bring it back.",
            "Maps and papers that were handed out before cannot be called back.",
            "This page is over then. To come back, or to have everything erased, ring or write to the partnership.",
        ),
        "Yes, take us off the map",
        lambda partnership, asset: partnership.leave(asset),
        (("Show only parts of it", "show"), ("Name us to nobody", _UNNAMED)),
    ),
}


@router.get(f"{_OF}/show")
def ask_what(request: Request, opened: OwnEntry, identifier: str) -> Response:
    """Ask which parts may be shown."""
    known = opened.recorded(identifier)
    every = known["listing"] in ("agreed", "published_by_itself")
    chosen = tuple(codelist("listing_shows")) if every else tuple(known["listing_shows"])
    return _what(request, opened, identifier, chosen)


@router.post(f"{_OF}/show")
def show(request: Request, opened: OwnEntry, identifier: str, form: Form) -> Response:
    """Keep which parts may be shown."""
    asset, chosen = opened.asset(identifier), form.many("shows")
    if not chosen:  # nothing ticked may be meant, or a tick forgotten
        return RedirectResponse(f"{HERE}/about/{identifier}/{_UNNAMED}", 303)
    try:
        told = opened.partnership.restrict_listing(asset, chosen)
    except InputError as error:
        return _what(request, opened, identifier, chosen, {"shows": str(error)})
    return _done(opened, told)


@router.get(f"{_OF}/place")
def ask_how_exactly(request: Request, opened: OwnEntry, identifier: str) -> Response:
    """Ask how exactly the place may be shown."""
    return _place(request, opened, identifier)


@router.post(f"{_OF}/place")
def place(request: Request, opened: OwnEntry, identifier: str, form: Form) -> Response:
    """Keep how exactly the place may be shown: less exactly than now."""
    asset, precision = opened.asset(identifier), form.one("precision")
    if not precision:
        return _place(request, opened, identifier, {"precision": "Choose how exactly your place may be shown."})
    try:
        told = opened.partnership.coarsen_place(asset, precision)
    except (InputError, RowsRejected) as error:
        return _place(request, opened, identifier, {"precision": str(error)})
    opened.site.trim_hidden_corrections()
    return _done(opened, told)


@router.get(f"{_OF}/{{decision}}")
def ask(request: Request, opened: OwnEntry, identifier: str, decision: str) -> Response:
    """Say what a decision means, and ask once."""
    return _decision(request, opened, identifier, decision)


@router.post(f"{_OF}/{{decision}}")
def decide(request: Request, opened: OwnEntry, identifier: str, decision: str, form: Form) -> Response:
    """Do what was decided, once."""
    return once(request, form, lambda: _decide(request, opened, identifier, decision))


def _decide(request: Request, opened: Opened, identifier: str, decision: str) -> Response:
    asset = opened.asset(identifier)
    try:
        told = _named(decision).do(opened.partnership, asset)
    except InputError as error:
        return _decision(request, opened, identifier, decision, {"": str(error)})
    if decision != _LEAVE:
        return _done(opened, told)
    opened.people.entry_left([asset])
    if len(opened.names) > 1:  # the link is still for the others
        return _done(opened, told)
    return forgotten(request, RedirectResponse(f"{HERE}/left", 303))


def _decision(
    request: Request, opened: Opened, identifier: str, decision: str, errors: Mapping[str, str] | None = None
) -> Response:
    there = f"{HERE}/about/{identifier}"
    about = {"asked": _named(decision), "danger": decision == _LEAVE, "there": there}
    return asked_page(request, opened, identifier, "our_entry/decide.html", errors, **about)


def _named(decision: str) -> Decision:
    if decision not in _DECISIONS:
        raise NotThere
    return _DECISIONS[decision]


def _what(
    request: Request,
    opened: Opened,
    identifier: str,
    chosen: tuple[str, ...],
    errors: Mapping[str, str] | None = None,
) -> Response:
    choices = tuple(
        Choice(code, entry.label, entry.definition, code in chosen) for code, entry in codelist("listing_shows").items()
    )
    hint = "What you leave empty is shown to coordinators only."
    wrong = (errors or {}).get("shows", "")
    question = Question("shows", "What may be shown?", hint, "several", choices=choices, error=wrong, required=True)
    means = (
        "Tick what partner organisations and the public may see.",
        "With the name left out you are only counted, and nobody can find you.",
    )
    return _form(request, opened, identifier, question, means, errors)


def _place(request: Request, opened: Opened, identifier: str, errors: Mapping[str, str] | None = None) -> Response:
    known = opened.recorded(identifier)
    order = codelist("location_precision")
    left = [*order][[*order].index(known["location_precision"]) + 1 :] if not is_hidden(known) else []
    if not left:
        opened.say("Your place is hidden already. Nothing finer than the county or council is kept.")
        return RedirectResponse(HERE, 303)
    choices = tuple(Choice(code, order[code].label, order[code].definition, False) for code in left)  # noqa: FBT003
    wrong = (errors or {}).get("precision", "")
    question = Question("precision", "How exactly?", "", "one", choices=choices, error=wrong, required=True)
    means = (
        f"Now: {order[known['location_precision']].label}. Here you can only choose what is less exact.",
        "Hidden deletes your address and postcode here for good. To be shown more exactly, ring or write to us.",
    )
    return _form(request, opened, identifier, question, means, errors)


def _form(
    request: Request,
    opened: Opened,
    identifier: str,
    question: Question,
    means: tuple[str, ...],
    errors: Mapping[str, str] | None,
) -> Response:
    about = {"question": question, "means": means}
    return asked_page(request, opened, identifier, "our_entry/choose.html", errors, **about)


def _done(opened: Opened, told: str) -> Response:
    opened.say(told)
    return RedirectResponse(HERE, 303)
