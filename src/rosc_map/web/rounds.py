"""The linkage test for who coordinates it: plan, draw, share the calls out, and see how far it is."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from rosc_map.errors import InputError, UnknownName
from rosc_map.partnership import DrawSettings, HeldRound, PlanSettings
from rosc_map.publish import PublishedCallList
from rosc_map.records import codelist, day
from rosc_map.web.forms import Form, FormValues
from rosc_map.web.my_calls import call_path
from rosc_map.web.once import once
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Coordinator, ReadsFigures, Visitor

__all__ = ["held_round", "round_path", "router", "said", "say"]

router = APIRouter()

_LONGEST_WORDS = 120
_ABOUT = "rounds"
_GROUPS = {"": "Not in groups", "asset_type": "By kind of service", "local_authority_code": "By council"}
_WHOLE = {
    "sources": "How many services to ring",
    "targets": "How many questions each",
    "reserves": "Spare services, in case some have closed",
    "tries": "Tries before “No answer” is the end",
    "seed": "Number that the draw starts from",
}


def round_path(round_name: str, rest: str = "") -> str:
    """Return the address of a round."""
    return f"/rounds/{quote(round_name, safe='')}{rest}"


@router.get("/rounds")
def rounds(request: Request, visitor: ReadsFigures) -> Response:
    """Show the rounds that there are."""
    return page(
        request,
        "rounds/list.html",
        rounds=visitor.partnership.rounds(),
        supervisor=visitor.people.setting("supervisor"),
        round_path=round_path,
        day=day,
        said=" ".join(visitor.site.said_after.take(visitor.name, _ABOUT)),
    )


@router.get("/rounds/plan")
def plan(request: Request, visitor: Coordinator, sources: str = "", targets: str = "", near: str = "") -> Response:
    """Show what a round of a size would tell, or how large it has to be; nothing is kept."""
    typed = {"sources": sources.strip(), "targets": targets.strip(), "near": near.strip()}
    errors: dict[str, str] = {}
    planned = None
    try:
        numbers = {name: _number(text) for name, text in typed.items()}
        wanted = PlanSettings(numbers["sources"], numbers["targets"], half_width=numbers["near"])
        planned = visitor.partnership.plan(wanted)
    except InputError as error:
        errors = {"sources": _plain(str(error))}
    table = planned.table.to_dict("records") if planned else []
    status = 422 if errors else 200
    return page(request, "rounds/plan.html", status=status, plan=planned, table=table, typed=typed, errors=errors)


@router.get("/rounds/draw")
def ask_draw(request: Request, visitor: Coordinator) -> Response:
    """Ask what a round should be."""
    return _draw_page(request, visitor, FormValues(FormData()), {})


@router.post("/rounds/draw")
def draw(request: Request, visitor: Coordinator, form: Form) -> Response:
    """Draw a round and keep it."""
    return once(request, form, lambda: _draw(request, visitor, form))


def _draw(request: Request, visitor: Visitor, form: FormValues) -> Response:
    errors: dict[str, str] = {}
    numbers: dict[str, int | None] = {}
    for name in _WHOLE:
        try:
            numbers[name] = _number(form.one(name))
        except InputError as error:
            errors[name] = str(error)
    if not errors:
        try:
            drawn = visitor.partnership.draw(_wanted(form, numbers))
        except (InputError, UnknownName) as error:
            errors["sources"] = _plain(str(error))
        else:
            return _to(round_path(drawn.name))
    return _draw_page(request, visitor, form, errors)


@router.post("/rounds/supervisor")
def supervisor(visitor: Coordinator, form: Form) -> Response:
    """Keep whom volunteers turn to; it stands on every page of a call."""
    visitor.people.set_setting("supervisor", form.one("supervisor")[:_LONGEST_WORDS])
    visitor.site.said_after.keep(visitor.name, _ABOUT, ["Saved."])
    return _to("/rounds")


@router.get("/rounds/{round_name}")
def one_round(request: Request, visitor: Coordinator, round_name: str) -> Response:
    """Show how far a round is, and who makes which call."""
    return _round_page(request, visitor, round_name, {})


@router.post("/rounds/{round_name}/share")
def share(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Share the calls that nobody has among volunteers, as the call sheets do."""
    listed = _listed(visitor, round_name)
    chosen = [name for name in _volunteers(visitor) if name in form.many("volunteers")]
    if not chosen:
        return _round_page(request, visitor, round_name, {"volunteers": "Choose at least one volunteer."})
    try:
        shared = visitor.partnership.share_calls(listed.round, chosen)
    except InputError as error:
        return _round_page(request, visitor, round_name, {"volunteers": str(error)})
    # Of two who share out at once, nobody takes a call from somebody who has it.
    before = visitor.people.taken("call", about=listed.round)
    got = [each for each in shared.items() if visitor.people.take(each[1], "call", [each[0]], about=listed.round)]
    new = len([source for source, _ in got if source not in before])
    say(visitor, listed.round, f"{new} calls are shared out." if new != 1 else "1 call is shared out.")
    return _to(round_path(listed.round))


@router.post("/rounds/{round_name}/hand-over")
def hand_over(visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Give one call to somebody else, or free it."""
    listed = _listed(visitor, round_name)
    source, name = form.one("source"), form.one("to")
    call = next((call for call in listed.calls if call.source == source), None)
    if call is None or name not in ("", *_volunteers(visitor)):
        raise NotThere
    visitor.people.hand_over("call", source, name, about=listed.round)
    say(visitor, listed.round, f"{call.who}: {name} has it now." if name else f"{call.who}: nobody has it now.")
    return _to(round_path(listed.round))


@router.get("/rounds/{round_name}/remove")
def ask_remove(request: Request, visitor: Coordinator, round_name: str) -> Response:
    """Ask once whether a round that nobody has begun is to go."""
    return _remove_page(request, held_round(visitor, round_name), {})


@router.post("/rounds/{round_name}/remove")
def remove(request: Request, visitor: Coordinator, form: Form, round_name: str) -> Response:
    """Remove a round that nobody has begun; the history keeps it."""
    return once(request, form, lambda: _remove(request, visitor, round_name))


def _remove(request: Request, visitor: Visitor, round_name: str) -> Response:
    held = held_round(visitor, round_name)
    try:
        visitor.partnership.remove_round(held.name)
    except InputError as error:
        return _remove_page(request, held, {"": str(error)})
    for source in visitor.people.taken("call", about=held.name):
        visitor.people.hand_over("call", source, "", about=held.name)
    visitor.site.said_after.keep(visitor.name, _ABOUT, [f"Round {held.name} is removed."])
    return _to("/rounds")


def _remove_page(request: Request, held: HeldRound, errors: dict[str, str]) -> Response:
    status = 422 if errors else 200
    return page(request, "rounds/remove.html", status=status, held=held, here=round_path(held.name), errors=errors)


def say(visitor: Visitor, round_name: str, sentence: str) -> None:
    """Keep what is to be said on the next page of a round, once."""
    visitor.site.said_after.keep(visitor.name, f"{_ABOUT} {round_name}", [sentence])


def said(visitor: Visitor, round_name: str) -> str:
    """Return what is to be said of a round, once; "" for nothing."""
    return " ".join(visitor.site.said_after.take(visitor.name, f"{_ABOUT} {round_name}"))


def held_round(visitor: Visitor, round_name: str) -> HeldRound:
    """Return a round.

    Raises
    ------
    NotThere
        When there is none of that name.
    """
    found = (each for each in visitor.partnership.rounds() if each.name.casefold() == round_name.casefold())
    held = next(found, None)
    if held is None:
        raise NotThere
    return held


def _listed(visitor: Visitor, round_name: str) -> PublishedCallList:
    try:
        return visitor.partnership.call_list(round_name)
    except UnknownName:
        raise NotThere from None


def _volunteers(visitor: Visitor) -> list[str]:
    return [account.name for account in visitor.people.accounts() if account.role.records]


def _round_page(request: Request, visitor: Visitor, round_name: str, errors: dict[str, str]) -> Response:
    open_partnership = visitor.partnership
    held = held_round(visitor, round_name)
    try:
        listed = open_partnership.call_list(held.name)
    except UnknownName:
        listed = None
    progress = open_partnership.progress(held.name)
    return page(
        request,
        "rounds/one.html",
        status=422 if errors else 200,
        held=held,
        listed=listed,
        progress=progress,
        finished=not held.running or not progress.not_over,
        unused=progress.contacts == progress.not_over and not progress.begun,
        said=said(visitor, held.name),
        conflicts=len(open_partnership.conflicts(held.name)),
        taken=visitor.people.taken("call", about=held.name),
        volunteers=_volunteers(visitor),
        here=round_path(held.name),
        call_path=call_path,
        day=day,
        errors=errors,
    )


def _draw_page(request: Request, visitor: Visitor, form: FormValues, errors: dict[str, str]) -> Response:
    return page(
        request,
        "rounds/draw.html",
        status=422 if errors else 200,
        form=form,
        numbers=_WHOLE,
        groups=_GROUPS,
        designs=[entry for entry in codelist("draw_design").values() if entry.code != "panel"],
        earlier=[held.name for held in visitor.partnership.rounds()],
        errors=errors,
    )


def _wanted(form: FormValues, numbers: dict[str, int | None]) -> DrawSettings:
    panel = form.one("panel")
    if panel:
        # The same questions are asked again: there is nothing to draw.
        return DrawSettings(panel=panel, tries=numbers["tries"])
    without = tuple(line.strip() for line in form.one("without").splitlines() if line.strip())
    return DrawSettings(
        sources=numbers["sources"],
        targets=numbers["targets"],
        design=form.one("design"),
        by=form.one("by"),
        reserves=numbers["reserves"],
        tries=numbers["tries"],
        seed=numbers["seed"],
        without=without,
    )


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise InputError(f"“{text[:40]}” is not a whole number. Write it in figures, such as 20.")
    return int(text)


def _plain(text: str) -> str:
    """Return a message of the command line in the words of the page."""
    words = {"--sources": "services", "--targets": "questions", "--half-width": "points", "--by": "groups"}
    for option, word in words.items():
        text = text.replace(option, word)
    return text


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
