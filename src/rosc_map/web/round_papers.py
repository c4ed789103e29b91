"""The papers of a round: the letter, the sheets, each organisation's own page, its reply; and what is to be settled."""

import contextlib
import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowsRejected, UnknownName
from rosc_map.linkage import LEVEL_WORDS, OUTCOME_WORDS
from rosc_map.partnership import HeldRound
from rosc_map.records import CellError, Round, day, parse_cell
from rosc_map.web.forms import Form
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.round_files import handed_over
from rosc_map.web.rounds import held_round, round_path, said, say
from rosc_map.web.visitor import Coordinator, Visitor

__all__ = ["router"]

router = APIRouter()

_SHEETS = ("html", "xlsx")
_MOST_SHEETS = 200


@router.get("/rounds/{round_name}/announce")
def ask_announce(request: Request, visitor: Coordinator, round_name: str) -> Response:
    """Ask what the letter has to say."""
    return _page(request, visitor, "rounds/announce.html", round_name, typed={}, errors={})


@router.post("/rounds/{round_name}/announce")
def announce(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Give the letters as a zip; when they were sent is said afterwards."""
    held = held_round(visitor, round_name)
    typed = {"reply_to": form.one("reply_to"), "month": form.one("month")}
    try:
        return handed_over(
            visitor.site.papers,
            f"letters-{_plain(held.name)}",
            lambda folder: visitor.partnership.letter(
                held.name, folder, reply_to=typed["reply_to"], month=typed["month"], note_day=False
            ),
        )
    except InputError as error:
        errors = {"reply_to": str(error)}
    return _page(request, visitor, "rounds/announce.html", round_name, typed=typed, errors=errors)


@router.post("/rounds/{round_name}/told")
def told(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Note the day on which organisations were told."""
    held = held_round(visitor, round_name)
    typed = {"on": form.one("on")}
    try:
        visitor.partnership.told(held.name, _day_of(typed["on"]))
    except InputError as error:
        more = {"typed": typed, "errors": {"on": str(error)}}
        return _page(request, visitor, "rounds/announce.html", round_name, **more)
    say(visitor, held.name, "Noted. Volunteers can begin two weeks after that day.")
    return _to(round_path(held.name, "/announce"))


@router.get("/rounds/{round_name}/sheets")
def sheets(
    request: Request, visitor: Coordinator, round_name: str, volunteers: str = "1", kind: str = "", only_open: str = ""
) -> Response:
    """Give the call sheets, to print or to fill in; without a kind, ask which."""
    held = held_round(visitor, round_name)
    errors: dict[str, str] = {}
    if kind in _SHEETS:
        try:
            return _sheets(visitor, held, volunteers, kind, open_only=bool(only_open))
        except InputError as error:
            errors["volunteers"] = str(error)
        except UnknownName as error:
            errors["kind"] = str(error)
    more = {"volunteers": volunteers, "kind": kind, "only_open": only_open, "errors": errors}
    return _page(request, visitor, "rounds/sheets.html", round_name, **more)


@router.get("/rounds/{round_name}/feedback")
def ask_feedback(request: Request, visitor: Coordinator, round_name: str) -> Response:
    """Ask how organisations can reply, and show where their replies are written down."""
    return _feedback_page(request, visitor, round_name, {}, {})


@router.post("/rounds/{round_name}/feedback")
def feedback(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Give each organisation's own page as a zip; when they were sent is said afterwards."""
    held = held_round(visitor, round_name)
    reply_to = form.one("reply_to")
    try:
        return handed_over(
            visitor.site.papers,
            f"own-results-{_plain(held.name)}",
            lambda folder: visitor.partnership.feedback(held.name, folder, reply_to=reply_to, note_day=False),
        )
    except InputError as error:
        return _feedback_page(request, visitor, round_name, {"reply_to": reply_to}, {"reply_to": str(error)})


@router.post("/rounds/{round_name}/gave")
def gave(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Note the day on which each organisation was given its own result."""
    held = held_round(visitor, round_name)
    typed = {"on": form.one("on")}
    try:
        visitor.partnership.gave_feedback(held.name, _day_of(typed["on"]))
    except InputError as error:
        return _feedback_page(request, visitor, round_name, typed, {"on": str(error)})
    say(visitor, held.name, "Noted. The 14 days to reply count from that day.")
    return _to(round_path(held.name, "/feedback"))


@router.post("/rounds/{round_name}/reply")
def reply(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Keep what an organisation says to its result."""
    held = held_round(visitor, round_name)
    typed = {"asset": form.one("asset"), "words": form.one("words")}
    errors = {}
    if typed["asset"] not in visitor.partnership.in_round(held.name):
        errors["asset"] = "Choose whose reply it is."
    if not typed["words"]:
        errors["words"] = "Write what they say, in their own words."
    if not errors:
        try:
            visitor.partnership.reply(held.name, typed["asset"], typed["words"])
            say(visitor, held.name, "The reply is kept.")
            return _to(round_path(held.name, "/feedback"))
        except InputError as error:
            errors["words"] = str(error)
    return _feedback_page(request, visitor, round_name, typed, errors)


@router.get("/rounds/{round_name}/conflicts")
def conflicts(request: Request, visitor: Coordinator, round_name: str) -> Response:
    """Show what is open because two things were said."""
    return _conflicts_page(request, visitor, round_name, {})


@router.post("/rounds/{round_name}/conflicts")
def settle(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Keep what is right, in place of what was said in two ways."""
    held = held_round(visitor, round_name)
    given = {name: form.one(name) for name in ("source", "target", "level", "contact")}
    open_ = [(each.source_id, each.target_id) for each in visitor.partnership.conflicts(held.name)]
    if (given["source"], given["target"]) not in open_:
        raise NotThere
    # As the page numbers them, so that what is wrong stands where it was sent.
    field = "right-{}".format(open_.index((given["source"], given["target"])) + 1)
    if not given["level"] and not given["contact"]:
        return _conflicts_page(request, visitor, round_name, {field: "Choose what is right."})
    try:
        said = {**given, "volunteer": visitor.name, "date": visitor.site.today.isoformat()}
        visitor.partnership.record_one(held.name, said, replace=True)
    except RowsRejected as error:
        return _conflicts_page(request, visitor, round_name, {field: str(error)})
    return _to(round_path(held.name, "/conflicts"))


def _sheets(visitor: Visitor, held: HeldRound, volunteers: str, kind: str, *, open_only: bool) -> Response:
    if not (volunteers.isascii() and volunteers.isdigit() and 0 < int(volunteers[:9]) <= _MOST_SHEETS):
        raise InputError(f"Write how many sheets there are to be, from 1 to {_MOST_SHEETS}.")
    return handed_over(
        visitor.site.papers,
        f"calls-{_plain(held.name)}",
        lambda folder: visitor.partnership.sheet(
            held.name, folder / f"calls.{kind}", volunteers=int(volunteers), open_only=open_only
        ),
    )


def _feedback_page(
    request: Request, visitor: Visitor, round_name: str, typed: dict[str, str], errors: dict[str, str]
) -> Response:
    named = visitor.partnership.in_round(held_round(visitor, round_name).name)
    return _page(request, visitor, "rounds/feedback.html", round_name, typed=typed, errors=errors, named=named)


def _conflicts_page(request: Request, visitor: Visitor, round_name: str, errors: dict[str, str]) -> Response:
    found = visitor.partnership.conflicts(held_round(visitor, round_name).name)
    more = {"conflicts": found, "levels": LEVEL_WORDS, "ends": OUTCOME_WORDS, "errors": errors}
    return _page(request, visitor, "rounds/conflicts.html", round_name, **more)


def _page(request: Request, visitor: Visitor, template: str, round_name: str, **more: object) -> Response:
    held = held_round(visitor, round_name)
    status = 422 if more["errors"] else 200
    two_weeks = visitor.site.today + dt.timedelta(days=14)
    return page(
        request,
        template,
        status=status,
        held=held,
        here=round_path(held.name),
        day=day,
        month=f"{two_weeks:%B %Y}",
        said=said(visitor, held.name),
        **more,
    )


def _day_of(text: str) -> dt.date:
    found: dt.date | None = None
    with contextlib.suppress(CellError):
        found = parse_cell(Round.specs()["announced_on"], text)
    if found is None:
        raise InputError("Write the day, such as 3 November 2026.")
    return found


def _plain(name: str) -> str:
    return "".join(each for each in name if each.isascii() and each.isalnum()) or "round"


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
