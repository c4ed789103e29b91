"""The calls of a round as somebody makes them one by one: what to ask whom, what is said so far, what is still open.

All of it is internal: a list says who is asked about whom. What one volunteer wrote down is shown to nobody who only
rings: they are told that a question has been answered, and not how.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rosc_map.linkage import (
    CONDUCT,
    CONFIRMED_WITHIN,
    LEVEL_WORDS,
    OUTCOME_WORDS,
    question_rows,
    share_out,
)
from rosc_map.linkage.call_days import PARTS_OF_DAY, part_of_day
from rosc_map.publish import published as gate
from rosc_map.publish.calls_held import HeldCalls, by_source, call_state
from rosc_map.publish.linkage import round_rows
from rosc_map.publish.published import Gated
from rosc_map.publish.round_papers import (
    askable,
    beside_record_words,
    left_out_notes,
    level_words,
    nothing_to_ask,
    outcome_words,
    script_words,
)
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import codelist, day, same_person

__all__ = [
    "FINAL_ENDS",
    "HOW_CALLS_END",
    "CallQuestion",
    "ListedCall",
    "PublishedCallList",
    "RoundProgress",
    "call_list",
    "progress",
    "share_calls",
]

HOW_CALLS_END = ("no_answer", "call_back", "refused", "wrong_number", "closed")
"""The ways for a call to end that was not answered to its end, in the order in which whoever rings meets them."""

FINAL_ENDS = ("refused", "wrong_number", "closed")
"""Those of them after which nobody rings again."""

_NOTICE = dt.timedelta(days=14)
_BESIDE_RECORD = {code: entry.label for code, entry in codelist("answer_accuracy").items()}


@dataclass(frozen=True)
class CallQuestion:
    """One question of a call.

    Attributes
    ----------
    target, words
        About whom (an id), and the question word for word.
    record
        What the target has on its own record, or "" where that is not to be compared.
    answered
        Whether an answer is kept.
    level, beside_record
        The number of the level, and the words for how it stands beside the record, as far as the reader may see them:
        None and "" where nothing is kept, where somebody else wrote it down, or two people said two things.
    """

    target: str
    words: str
    record: str
    answered: bool
    level: int | None
    beside_record: str


@dataclass(frozen=True)
class ListedCall:
    """One service to ring.

    Attributes
    ----------
    source, who, phone, email, when
        Its id, its name, how to reach it and its published hours ("" where that is not known).
    questions
        What it is asked, in order.
    tried
        The tries so far, in words: "23 November 2026, morning", or the day alone.
    untried
        The parts of the day in which nobody has tried yet.
    outcome
        How it ended, in words; "" for not over.
    state
        ``open``, ``call back`` (they asked for another time) or ``done``.
    may_change
        Whether the reader may say that it ended in another way: it is done, and nobody else wrote down how.
    """

    source: str
    who: str
    phone: str
    email: str
    when: str
    questions: tuple[CallQuestion, ...]
    tried: tuple[str, ...]
    untried: tuple[str, ...]
    outcome: str
    state: str
    may_change: bool


@dataclass(frozen=True)
class PublishedCallList(Gated):
    """The calls of a round, to make them one by one. Internal.

    Attributes
    ----------
    title, banner, round
        The partnership's name, the sentence at the top of every page or "", the round.
    drawn_on, announced_on
        The days of the draw and of the letter that told organisations; None where none is recorded.
    calls
        One a service, in the order of the draw.
    closed
        The same of services that were found to have closed, for whom another may have come in.
    script, conduct
        What to say, and how the test is done, a sentence each.
    levels
        ``(number and words, meaning)`` from level 0 on.
    outcomes
        ``(code, words, meaning)`` of each way for a call to end.
    beside_record
        The words where there is a record to compare an answer with.
    tries
        How many tries, at different times of day, before "No answer" is the end.
    notes
        Sentences that have to stand on it.
    too_early
        A warning where organisations were not told two weeks before, or "". Until then volunteers do not ring; whoever
        coordinates may know that organisations were told in another way.
    """

    title: str
    banner: str
    round: str
    drawn_on: dt.date | None
    announced_on: dt.date | None
    calls: tuple[ListedCall, ...]
    closed: tuple[ListedCall, ...]
    script: tuple[str, ...]
    conduct: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    outcomes: tuple[tuple[str, str, str], ...]
    beside_record: tuple[str, ...]
    tries: int
    notes: tuple[str, ...]
    too_early: str


@dataclass(frozen=True)
class RoundProgress(Gated):
    """How far a round is: figures only, by no volunteer and no organisation. Internal.

    Attributes
    ----------
    round, as_at
        The round, and the day that it tells of.
    contacts
        How many services are to be rung, or were and have closed.
    by_outcome
        ``(words, how many)`` of each way in which calls are over, in the order of the codelist; "Answered" where each
        question has an answer.
    begun
        How many calls are not over and have an answer to some question.
    not_over
        How many calls are not over, those that are begun among them.
    questions, answered, unsettled
        How many questions there are, how many have an answer, and of how many two different things were said.
    """

    round: str
    as_at: dt.date
    contacts: int
    by_outcome: tuple[tuple[str, int], ...]
    begun: int
    not_over: int
    questions: int
    answered: int
    unsettled: int


def call_list(
    held: HeldCalls, sources: Collection[str] | None = None, *, reader: str | None = None
) -> PublishedCallList:
    """Return the calls of a round that can be made, with what is said so far.

    Parameters
    ----------
    held
        What is held of the round, or of the calls that are wanted.
    sources
        The ids of the services whose calls are wanted; None for all.
    reader
        The volunteer who reads it, and sees no answer of anybody else; None for a coordinator.

    Raises
    ------
    UnknownName
        When all calls are wanted, and nothing of the round can be asked any more.
    """
    if sources is None and not held.asked:
        raise nothing_to_ask(str(held.stored["round"]))
    left_out = len(held.counted) - len(held.asked)
    announced_on = held.stored["announced_on"] or None
    return PublishedCallList(
        title=held.title,
        banner=held.banner,
        round=str(held.stored["round"]),
        drawn_on=held.stored["drawn_on"] or None,
        announced_on=announced_on,
        calls=_calls(held, held.asked, sources, reader),
        closed=_calls(held, held.closed, sources, reader),
        script=script_words(announced_on),
        conduct=CONDUCT,
        levels=level_words(),
        outcomes=tuple((code, *words) for code, words in zip(OUTCOME_WORDS, outcome_words(), strict=True)),
        beside_record=beside_record_words(),
        tries=held.tries,
        notes=left_out_notes(left_out),
        too_early=_too_early(announced_on, held.as_at, coordinates=reader is None),
        gate=gate._GATE,
    )


def _too_early(announced_on: dt.date | None, today: dt.date, *, coordinates: bool) -> str:
    if announced_on is None:
        if coordinates:
            return (
                "Organisations have not been told of this test yet, as far as we know. They are to have two weeks, and "
                "volunteers cannot begin before that."
            )
        return (
            "Your coordinator has not told the services of this test yet. They are to have two weeks before you ring."
        )
    first = announced_on + _NOTICE
    if today >= first:
        return ""
    told = f"Organisations were told on {day(announced_on)} and are to have two weeks."
    return (
        f"{told} Please do not ring before {day(first)}." if coordinates else f"{told} You can begin on {day(first)}."
    )


def share_calls(snapshot: Snapshot, name: str, volunteers: int) -> tuple[tuple[str, ...], ...]:
    """Return whom each of some volunteers rings: the split of the call sheets, as ids of services.

    Parameters
    ----------
    snapshot, name
        What is held, and the round.
    volunteers
        How many they are.

    Raises
    ------
    UnknownName
        When there is no such round, or nothing of it can be asked any more.
    InputError
        When there are more volunteers than services to ring.
    """
    asked, _, _ = askable(snapshot, round_rows(snapshot, name), open_only=False)
    return tuple(tuple(dict.fromkeys(part["source"])) for part in share_out(asked, volunteers))


def progress(held: HeldCalls) -> RoundProgress:
    """Return how far a round is.

    Parameters
    ----------
    held
        What is held of the whole round.
    """
    levels: dict[tuple[str, str], set[str]] = {}
    for row in held.answers:
        levels.setdefault((row["source"], row["target"]), set()).add(row["level"])
    asked = [levels.get((row["source"], row["target"]), set()) for row in held.counted]
    ends = Counter("closed" for _ in by_source(held.closed))
    begun = not_over = 0
    contacts = by_source(held.contacts)
    for source, rows in by_source(held.counted).items():
        answered = sum((source, row["target"]) in levels for row in rows)
        outcome = held.ended[source].outcome if source in held.ended else ""
        told = {row["contact"] for row in contacts.get(source, ())}
        if call_state(told, outcome, all_answered=answered == len(rows)) == "done":
            ends["answered" if outcome == "answered" or answered else outcome] += 1
        else:
            not_over += 1
            begun += answered > 0
    words = {**OUTCOME_WORDS, "": "To be settled"}
    return RoundProgress(
        round=held.round,
        as_at=held.as_at,
        contacts=ends.total() + not_over,
        by_outcome=tuple((word, ends[code]) for code, word in words.items() if ends[code]),
        begun=begun,
        not_over=not_over,
        questions=len(asked),
        answered=sum(len(each) == 1 for each in asked),
        unsettled=sum(len(each) > 1 for each in asked),
        gate=gate._GATE,
    )


def _calls(
    held: HeldCalls, rows: Sequence[Mapping[str, Any]], sources: Collection[str] | None, reader: str | None
) -> tuple[ListedCall, ...]:
    asked = rows if sources is None else [row for row in rows if row["source"] in sources]
    sheet = question_rows(asked, held.assets, confirmed_since=held.as_at - CONFIRMED_WITHIN)
    said: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in held.answers:
        said.setdefault((row["source"], row["target"]), []).append(row)
    contacts = by_source(held.contacts)
    return tuple(
        _call(
            questions,
            tuple(_question(row, said.get((source, row["target"]), []), reader) for row in questions),
            contacts.get(source, []),
            held.ended[source].outcome if source in held.ended else "",
            reader,
        )
        for source, questions in by_source(sheet).items()
    )


def _call(
    asked: Sequence[Mapping[str, Any]],
    questions: tuple[CallQuestion, ...],
    contacts: Sequence[Mapping[str, Any]],
    outcome: str,
    reader: str | None,
) -> ListedCall:
    first = asked[0]
    who, phone, email, when = (str(first[name]) for name in ("who to ring", "telephone", "e-mail", "when"))
    tried = tuple(sorted({each for row in contacts for each in row["tries"] or ()}))
    told = {str(row["contact"]) for row in contacts}
    state = call_state(told, outcome, all_answered=all(question.answered for question in questions))
    return ListedCall(
        source=first["source"],
        who=who,
        phone=phone,
        email=email,
        when=when,
        questions=questions,
        tried=tuple(_try_words(each) for each in tried),
        untried=tuple(part for part in PARTS_OF_DAY if part not in {part_of_day(each) for each in tried}),
        outcome=OUTCOME_WORDS.get(outcome, ""),
        state=state,
        may_change=state == "done" and _may_change(contacts, outcome, reader),
    )


def _may_change(contacts: Sequence[Mapping[str, Any]], outcome: str, reader: str | None) -> bool:
    by = {same_person(row["by"]) for row in contacts if row["contact"] in FINAL_ENDS}
    # Of tries, nobody knows who made which: whoever has the call may say that the last was none.
    return reader is None or by == {same_person(reader)} if by else outcome == "no_answer"


def _try_words(tried: str) -> str:
    part = part_of_day(tried)
    return day(dt.date.fromisoformat(tried[:10])) + (f", {part}" if part else "")


def _question(row: Mapping[str, Any], said: Sequence[Mapping[str, Any]], reader: str | None) -> CallQuestion:
    seen = [each for each in said if reader is None or same_person(each["by"]) == same_person(reader)]
    # Of what two people say differently, nothing is known yet.
    known = seen[0] if len({each["level"] for each in seen}) == 1 else None
    return CallQuestion(
        target=row["target"],
        words=row["question"],
        record=row["on the record"],
        answered=bool(said),
        level=list(LEVEL_WORDS).index(known["level"]) if known else None,
        beside_record=_BESIDE_RECORD.get(known["accuracy"], "") if known else "",
    )
