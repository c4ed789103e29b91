"""What an organisation writes: what is wrong with its own entry, and its reply to its own result."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowProblem, RowsRejected, UnknownName
from rosc_map.exchange.questions import Group, groups
from rosc_map.partnership.own_correction import SOMETHING_ELSE
from rosc_map.partnership.shown_edit import typed_changes
from rosc_map.people import Change
from rosc_map.publish import OwnRound, plain_id
from rosc_map.records import Asset, CellError, day
from rosc_map.web.forms import Form, FormValues, errors_by_field, questions
from rosc_map.web.hidden_corrections import changes_to_keep
from rosc_map.web.once import once
from rosc_map.web.our_entry_link import HERE, Opened, OwnEntry, OwnEntryRoute, asked_page
from rosc_map.web.record_times import DAYS, WEEKS, TimeRow, in_words, read_times, time_rows
from rosc_map.web.refused import NotThere

__all__ = ["router"]

router = APIRouter(route_class=OwnEntryRoute)
_OF = f"{HERE}/about/{{identifier}}"
_KIND = ("asset_type", "location_precision")
_ELSE = "something-else"
_LONGEST_WORDS = 2_000
_SENT = "Thank you. A coordinator looks at it, and what came of it stands below."


@dataclass(frozen=True)
class _Asked:
    """The questions of one group: the ``group``, and each of its fields as it stands, as text."""

    group: Group
    now: Mapping[str, str]


@dataclass(frozen=True)
class _Typed:
    """What was typed into a group: each field as text, the rows of times, and what is wrong with these."""

    values: Mapping[str, str]
    rows: list[TimeRow]
    errors: Mapping[str, str]


@router.get(f"{_OF}/correct")
def choose_group(request: Request, opened: OwnEntry, identifier: str) -> Response:
    """Ask what is wrong."""
    groups_asked = [asked.group for asked in _all_asked(opened, identifier)]
    there = f"{HERE}/about/{identifier}/correct"
    return asked_page(request, opened, identifier, "our_entry/correct.html", there=there, groups=groups_asked)


@router.get(f"{_OF}/correct/{{group_name}}")
def ask(request: Request, opened: OwnEntry, identifier: str, group_name: str) -> Response:
    """Ask the questions of one group, with what is known filled in."""
    if group_name == _ELSE:
        return _else_page(request, opened, identifier)
    asked = _asked(opened, identifier, group_name)
    return _form(request, opened, identifier, asked, _Typed(asked.now, _rows_of(asked.now), {}))


@router.post(f"{_OF}/correct/{{group_name}}")
def send(request: Request, opened: OwnEntry, identifier: str, group_name: str, form: Form) -> Response:
    """Send what should be put right to the coordinators, once."""
    if group_name == _ELSE:
        return once(request, form, lambda: _send_else(request, opened, identifier, form))
    return once(request, form, lambda: _send(request, opened, identifier, group_name, form))


def _send_else(request: Request, opened: Opened, identifier: str, form: FormValues) -> Response:
    asset, words = opened.asset(identifier), form.one("words")
    error = "" if words else "Say what is wrong."
    if len(words) > _LONGEST_WORDS:
        error = f"Write no more than {_LONGEST_WORDS} letters."
    elif words and not changes_to_keep(opened.recorded(identifier), {SOMETHING_ELSE: Change("", words)}):
        error = "Your place is hidden, so leave out where it is. Say only what is wrong."
    try:
        if not error:
            opened.people.send_correction(asset, {SOMETHING_ELSE: ("", words)})
    except InputError as refused:
        error = str(refused)
    if error:
        return _else_page(request, opened, identifier, words, {"words": error})
    opened.say(_SENT)
    return RedirectResponse(HERE, 303)


def _send(request: Request, opened: Opened, identifier: str, group_name: str, form: FormValues) -> Response:
    asked = _asked(opened, identifier, group_name)
    read = _read(asked, form)
    more = form.one("then") == "add"
    if more or read.errors:
        return _form(request, opened, identifier, asked, read, more=more)
    typed = read.values
    try:
        changed = typed_changes(asked.now, typed)
        wrong = errors_by_field(_wrong(opened, identifier, changed))
        if wrong:
            return _form(request, opened, identifier, asked, read, wrong)
        asset = opened.asset(identifier)
        changes = {name: Change(asked.now[name], text) for name, text in changed.items()}
        kept = changes_to_keep(opened.recorded(identifier), changes)
        opened.people.send_correction(asset, {name: (one.was, one.should_be) for name, one in kept.items()})
    except RowsRejected as error:
        return _form(request, opened, identifier, asked, read, errors_by_field(error.problems))
    except InputError as error:
        return _form(request, opened, identifier, asked, read, {"": str(error)})
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


def _read(asked: _Asked, form: FormValues) -> _Typed:
    sent = form.of(Asset, asked.now)
    typed = {name: value if isinstance(value, str) else "; ".join(value) for name, value in sent.items()}
    if "sessions" not in typed or "day-1" not in form.names():
        return _Typed(typed, [], {})
    rows, errors, line = read_times(form)
    # The same times in another order of words are no change.
    same = not errors and bool(_rows_of(asked.now)) and in_words(line) == in_words(asked.now["sessions"])
    return _Typed({**typed, "sessions": asked.now["sessions"] if same else line}, rows, errors)


def _rows_of(now: Mapping[str, str]) -> list[TimeRow]:
    """Return the rows of times of a group; none where it has no times, or these cannot be read."""
    try:
        return time_rows(now["sessions"]) if "sessions" in now else []
    except CellError:  # typed in another program
        return []


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
    typed: _Typed,
    wrong: Mapping[str, str] | None = None,
    *,
    more: bool = False,
) -> Response:
    rows = list(typed.rows)
    if "sessions" in asked.now and _rows_of(asked.now):
        rows += [TimeRow(len(rows) + 1)] if more or not rows else []
    errors = {} if more else {**typed.errors, **(wrong or {})}
    if rows and "sessions" in errors:
        errors["day-1"] = errors.pop("sessions")
    about = {"there": f"{HERE}/about/{identifier}/correct", "group": asked.group}
    times = {"rows": rows, "more": more, "days": DAYS, "weeks": WEEKS}
    asks = questions(Asset, tuple(asked.now), typed.values, errors)
    template = "our_entry/correct_group.html"
    return asked_page(request, opened, identifier, template, errors, questions=asks, **times, **about)


def _else_page(
    request: Request, opened: Opened, identifier: str, words: str = "", errors: Mapping[str, str] | None = None
) -> Response:
    there = f"{HERE}/about/{identifier}/correct"
    template = "our_entry/something_else.html"
    return asked_page(request, opened, identifier, template, errors, there=there, words=words)


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
    about = {"round": held.round, "reply_by": day(held.reply_by), "late": held.late, "words": words}
    return asked_page(request, opened, identifier, "our_entry/reply.html", errors, **about)
