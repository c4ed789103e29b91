"""What an organisation writes: what is wrong with its own entry, and its reply to its own result."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowProblem, RowsRejected, UnknownName
from rosc_map.exchange.questions import Group, groups
from rosc_map.partnership.shown_edit import typed_changes
from rosc_map.people import Change
from rosc_map.publish import OwnRound, plain_id
from rosc_map.records import Asset, day
from rosc_map.web.forms import Form, FormValues, errors_by_field, questions
from rosc_map.web.hidden_corrections import changes_to_keep
from rosc_map.web.once import once
from rosc_map.web.our_entry_link import HERE, Opened, OwnEntry, OwnEntryRoute, asked_page
from rosc_map.web.refused import NotThere

__all__ = ["router"]

router = APIRouter(route_class=OwnEntryRoute)
_OF = f"{HERE}/about/{{identifier}}"
_KIND = ("asset_type", "location_precision")
_SENT = "Thank you. A coordinator looks at it, and what came of it stands below."


@dataclass(frozen=True)
class _Asked:
    """The questions of one group: the ``group``, and each of its fields as it stands, as text."""

    group: Group
    now: Mapping[str, str]


@router.get(f"{_OF}/correct")
def choose_group(request: Request, opened: OwnEntry, identifier: str) -> Response:
    """Ask what is wrong."""
    groups_asked = [asked.group for asked in _all_asked(opened, identifier)]
    there = f"{HERE}/about/{identifier}/correct"
    return asked_page(request, opened, identifier, "our_entry/correct.html", there=there, groups=groups_asked)


@router.get(f"{_OF}/correct/{{group_name}}")
def ask(request: Request, opened: OwnEntry, identifier: str, group_name: str) -> Response:
    """Ask the questions of one group, with what is known filled in."""
    asked = _asked(opened, identifier, group_name)
    return _form(request, opened, identifier, asked, asked.now, {})


@router.post(f"{_OF}/correct/{{group_name}}")
def send(request: Request, opened: OwnEntry, identifier: str, group_name: str, form: Form) -> Response:
    """Send what should be put right to the coordinators, once."""
    return once(request, form, lambda: _send(request, opened, identifier, group_name, form))


def _send(request: Request, opened: Opened, identifier: str, group_name: str, form: FormValues) -> Response:
    asked = _asked(opened, identifier, group_name)
    sent = form.of(Asset, asked.now)
    typed = {name: value if isinstance(value, str) else "; ".join(value) for name, value in sent.items()}
    try:
        changed = typed_changes(asked.now, typed)
        wrong = errors_by_field(_wrong(opened, identifier, changed))
        if wrong:
            return _form(request, opened, identifier, asked, typed, wrong)
        asset = opened.asset(identifier)
        changes = {name: Change(asked.now[name], text) for name, text in changed.items()}
        kept = changes_to_keep(opened.recorded(identifier), changes)
        opened.people.send_correction(asset, {name: (one.was, one.should_be) for name, one in kept.items()})
    except RowsRejected as error:
        return _form(request, opened, identifier, asked, typed, errors_by_field(error.problems))
    except InputError as error:
        return _form(request, opened, identifier, asked, typed, {"": str(error)})
    opened.say(_SENT)
    return RedirectResponse(HERE, 303)


@router.get(f"{_OF}/reply/{{round_name}}")
def ask_reply(request: Request, opened: OwnEntry, identifier: str, round_name: str) -> Response:
    """Ask for the reply to one's own result; what was said before can be changed."""
    held, before = _result(opened, identifier, round_name)
    return _reply_page(request, opened, identifier, held, before)


@router.post(f"{_OF}/reply/{{round_name}}")
def reply(request: Request, opened: OwnEntry, identifier: str, round_name: str, form: Form) -> Response:
    """Keep the reply, which travels with the result."""
    held, _ = _result(opened, identifier, round_name)
    try:
        told = opened.partnership.reply_to_result(held.round, opened.asset(identifier), form.one("words"))
    except (InputError, UnknownName) as error:
        errors = {"words": str(error)}
        return _reply_page(request, opened, identifier, held, form.one("words"), errors)
    opened.say(told)
    return RedirectResponse(HERE, 303)


def _all_asked(opened: Opened, identifier: str) -> list[_Asked]:
    known = opened.partnership.correctable(opened.asset(identifier))
    found = [_Asked(each, {name: known[name] for name in each.fields if name in known}) for each in groups(Asset)]
    return [each for each in found if each.now]


def _asked(opened: Opened, identifier: str, group_name: str) -> _Asked:
    found = (each for each in _all_asked(opened, identifier) if each.group.name == group_name)
    asked = next(found, None)
    if asked is None:
        raise NotThere
    return asked


def _wrong(opened: Opened, identifier: str, changed: Mapping[str, str]) -> tuple[RowProblem, ...]:
    """Return what cannot be read of what was typed, before a coordinator is asked to look at it."""
    known = opened.recorded(identifier)
    every = opened.partnership.correctable(opened.asset(identifier))
    return opened.partnership.wrong({**{name: known[name] for name in _KIND}, **every, **changed}, changed)


def _form(
    request: Request,
    opened: Opened,
    identifier: str,
    asked: _Asked,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    about = {"there": f"{HERE}/about/{identifier}/correct", "group": asked.group}
    asks = questions(Asset, tuple(asked.now), typed, errors)
    template = "our_entry/correct_group.html"
    return asked_page(request, opened, identifier, template, errors, questions=asks, **about)


def _result(opened: Opened, identifier: str, round_name: str) -> tuple[OwnRound, str]:
    """Return one's own result of a round, and what was replied so far."""
    shown = opened.partnership.own_entry([opened.asset(identifier)])
    for held in shown.rounds:
        for asset, _, before in held.assets:
            if held.round == round_name and plain_id(asset) == identifier:
                return held, before
    raise NotThere


def _reply_page(
    request: Request,
    opened: Opened,
    identifier: str,
    held: OwnRound,
    words: str,
    errors: Mapping[str, str] | None = None,
) -> Response:
    about = {"round": held.round, "reply_by": day(held.reply_by), "words": words}
    return asked_page(request, opened, identifier, "our_entry/reply.html", errors, **about)
