"""My calls: whom to ring, what to say word for word, and how it ended; one question a page, kept as it is answered."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from rosc_map.errors import InputError, RowsRejected, UnknownName
from rosc_map.linkage import PARTS_OF_DAY
from rosc_map.partnership import PlanSettings
from rosc_map.publish import HOW_CALLS_END, ListedCall, PublishedCallList
from rosc_map.web.forms import Form, FormValues, errors_by_field
from rosc_map.web.once import once
from rosc_map.web.pages import page
from rosc_map.web.refused import NotThere
from rosc_map.web.visitor import Recorder, Visitor

__all__ = ["call_path", "router"]

router = APIRouter()

_STILL_OPEN = "open"
_ABOUT = "my-calls"


def call_path(round_name: str, source: str, rest: str = "") -> str:
    """Return the address of a call."""
    return f"/my-calls/{quote(round_name, safe='')}/{quote(source, safe='')}{rest}"


@router.get("/my-calls")
def my_calls(request: Request, visitor: Recorder) -> Response:
    """Show somebody's own calls."""
    rounds = visitor.partnership.own_calls(
        visitor.name, lambda name: visitor.people.taken("call", about=name), reader=_reader(visitor)
    )
    shown = [each for each in rounds if each.open or each.done or each.free]
    return page(
        request,
        "my_calls/list.html",
        rounds=shown,
        minutes=PlanSettings().minutes,
        call_path=call_path,
        said=" ".join(visitor.site.said_after.take(visitor.name, _ABOUT)),
    )


@router.post("/my-calls/{round_name}/take")
def take(request: Request, visitor: Recorder, form: Form, round_name: str) -> Response:
    """Let somebody have the next free call."""
    return once(request, form, lambda: _take(visitor, round_name))


def _take(visitor: Visitor, round_name: str) -> Response:
    listed = _listed(visitor, round_name)
    if _waits(visitor, listed):
        return _to("/my-calls")
    taken = visitor.people.taken("call", about=listed.round)
    free = visitor.partnership.open_calls(listed.round, taken)
    for source in visitor.site.given_back.others(visitor.name, listed.round, free):
        # Of two who ask at once, one may have taken it by now.
        if visitor.people.take(visitor.name, "call", [source], about=listed.round):
            return _to(call_path(listed.round, source))
    if free:
        _say(visitor, "You gave back all that is free. Take a call again if you want to make one of them after all.")
    return _to("/my-calls")


@router.post("/my-calls/{round_name}/{source:path}/give-back")
def give_back(request: Request, visitor: Recorder, form: Form, round_name: str, source: str) -> Response:
    """Free a call for somebody else; nobody asks why."""
    return once(request, form, lambda: _give_back(visitor, round_name, source))


def _give_back(visitor: Visitor, round_name: str, source: str) -> Response:
    listed, call = _own_call(visitor, round_name, source)
    visitor.people.give_back(visitor.name, "call", [call.source], about=listed.round)
    visitor.site.given_back.note(visitor.name, listed.round, call.source)
    _say(visitor, "Given back. Somebody else can make this call.")
    return _to("/my-calls")


@router.get("/my-calls/{round_name}/{source:path}/questions/{number}")
def question(request: Request, visitor: Recorder, round_name: str, source: str, number: int) -> Response:
    """Ask one question."""
    listed, call = _own_call(visitor, round_name, source)
    if _waits(visitor, listed):
        return _to(call_path(listed.round, call.source))
    return _question_page(request, visitor, listed, call, number, {})


@router.post("/my-calls/{round_name}/{source:path}/questions/{number}")
def answer(request: Request, visitor: Recorder, form: Form, round_name: str, source: str, number: int) -> Response:
    """Keep one answer, and go on to the next question."""
    listed, call = _own_call(visitor, round_name, source)
    if _waits(visitor, listed):
        return _to(call_path(listed.round, call.source))
    if not 1 <= number <= len(call.questions):
        raise NotThere
    said = {"target": call.questions[number - 1].target, "level": form.one("level")}
    said["beside the record"] = form.one("beside") if call.questions[number - 1].record else ""
    errors = _kept(visitor, listed, call, said) if said["level"] else {"level": "Choose what they could say."}
    if errors:
        return _question_page(request, visitor, listed, call, number, errors)
    after = _next(call, number)
    return _to(call_path(listed.round, call.source, f"/questions/{after}" if after else ""))


@router.get("/my-calls/{round_name}/{source:path}/end")
def how_it_ended(request: Request, visitor: Recorder, round_name: str, source: str) -> Response:
    """Ask how a call ended that was not answered to its end."""
    listed, call = _own_call(visitor, round_name, source)
    if _waits(visitor, listed) or _ended_by_others(call):
        return _to(call_path(listed.round, call.source))
    return _end_page(request, visitor, listed, call, "", "", {})


@router.post("/my-calls/{round_name}/{source:path}/end")
def end(request: Request, visitor: Recorder, form: Form, round_name: str, source: str) -> Response:
    """Keep how a call ended; where nobody answered, the time at which it was tried."""
    return once(request, form, lambda: _end(request, visitor, form, round_name, source))


def _end(request: Request, visitor: Visitor, form: FormValues, round_name: str, source: str) -> Response:
    listed, call = _own_call(visitor, round_name, source)
    here = call_path(listed.round, call.source)
    if _waits(visitor, listed) or _ended_by_others(call):
        return _to(here)
    ended, part = form.one("contact"), form.one("part")
    errors = {}
    if ended not in HOW_CALLS_END and not (call.may_change and ended == _STILL_OPEN):
        errors["contact"] = "Choose how the call ended."
    elif ended == "no_answer" and part not in PARTS_OF_DAY:
        errors["part"] = "Choose when you rang."
    if not errors:
        said = {} if ended == _STILL_OPEN else {"contact": ended}
        if ended == "no_answer":
            said["try 1"] = f"{visitor.site.today.isoformat()}, {part}"
        errors = _kept(visitor, listed, call, said)
    if errors:
        return _end_page(request, visitor, listed, call, ended, part, errors)
    if ended == "closed":
        _say(visitor, f"Thank you. {call.who} is written down as closed, and this call is over.")
        return _to("/my-calls")
    return _to(here)


# After all longer addresses: the id of a service may have a slash in it.
@router.get("/my-calls/{round_name}/{source:path}")
def one_call(request: Request, visitor: Recorder, round_name: str, source: str) -> Response:
    """Show one call: whom to ring, when, and what to say."""
    listed, call = _own_call(visitor, round_name, source)
    return _page(request, visitor, "my_calls/call.html", listed, call, to_ask=_next(call))


def _listed(visitor: Visitor, round_name: str, source: str = "") -> PublishedCallList:
    """Return one call of a round, with what holds for all of them; or that alone."""
    try:
        return visitor.partnership.call_list(round_name, [source] if source else [], reader=_reader(visitor))
    except UnknownName:
        raise NotThere from None


def _reader(visitor: Visitor) -> str | None:
    """Return whose answers are shown: a volunteer's own, or everybody's to who coordinates."""
    return None if visitor.role.coordinates else visitor.name


def _own_call(visitor: Visitor, round_name: str, source: str) -> tuple[PublishedCallList, ListedCall]:
    """Return a call of somebody's own list; to who coordinates, any. What is not theirs is not there."""
    listed = _listed(visitor, round_name, source)
    theirs = visitor.role.coordinates or visitor.people.taken("call", about=listed.round).get(source) == visitor.name
    found = (*listed.calls, *listed.closed)
    if not found or not theirs:
        raise NotThere
    return listed, found[0]


def _waits(visitor: Visitor, listed: PublishedCallList) -> bool:
    """Whether somebody may not begin yet: who coordinates knows whether organisations were told in another way."""
    return bool(listed.too_early) and not visitor.role.coordinates


def _ended_by_others(call: ListedCall) -> bool:
    return call.state == "done" and bool(call.outcome) and call.outcome != "Answered" and not call.may_change


def _say(visitor: Visitor, sentence: str) -> None:
    visitor.site.said_after.keep(visitor.name, _ABOUT, [sentence])


def _next(call: ListedCall, answered: int = 0) -> int:
    """Return the number of the first question without an answer; 0 when all have one, or have by now."""
    open_ = (number for number, each in enumerate(call.questions, start=1) if not each.answered)
    return next((number for number in open_ if number != answered), 0)


def _kept(visitor: Visitor, listed: PublishedCallList, call: ListedCall, said: dict[str, str]) -> dict[str, str]:
    """Write down what was said, and return what is wrong with it by field."""
    row = {"source": call.source, "volunteer": visitor.name, "date": visitor.site.today.isoformat(), **said}
    try:
        if call.may_change and "target" not in said:
            visitor.partnership.change_end(listed.round, row, whose=_reader(visitor))
        else:
            visitor.partnership.record_one(listed.round, row)
    except RowsRejected as error:
        by_column = errors_by_field(error.problems)
        fields = {"beside the record": "beside", "try 1": "part"}
        return {fields.get(column, column): why for column, why in by_column.items()}
    except InputError as error:
        return {"contact": str(error)}
    return {}


def _question_page(
    request: Request,
    visitor: Visitor,
    listed: PublishedCallList,
    call: ListedCall,
    number: int,
    errors: dict[str, str],
) -> Response:
    if not 1 <= number <= len(call.questions):
        raise NotThere
    asked = call.questions[number - 1]
    more = {"number": number, "asked": asked, "errors": errors}
    return _page(request, visitor, "my_calls/question.html", listed, call, **more)


def _end_page(
    request: Request,
    visitor: Visitor,
    listed: PublishedCallList,
    call: ListedCall,
    ended: str,
    part: str,
    errors: dict[str, str],
) -> Response:
    ends = [outcome for code in HOW_CALLS_END for outcome in listed.outcomes if outcome[0] == code]
    if call.may_change:
        ends.append((_STILL_OPEN, "It has not ended", "The call is open again, and you can go on with it."))
    more = {"ends": ends, "parts": PARTS_OF_DAY, "ended": ended, "part": part, "errors": errors}
    return _page(request, visitor, "my_calls/end.html", listed, call, **more)


def _page(
    request: Request, visitor: Visitor, template: str, listed: PublishedCallList, call: ListedCall, **more: object
) -> Response:
    status = 422 if more.get("errors") else 200
    return page(
        request,
        template,
        status=status,
        listed=listed,
        call=call,
        here=call_path(listed.round, call.source),
        supervisor=visitor.people.setting("supervisor"),
        waits=_waits(visitor, listed),
        **more,
    )


def _to(path: str) -> Response:
    return RedirectResponse(path, status_code=303)
