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
    SCRIPT,
    answered_questions,
    outcomes,
    question_rows,
    share_out,
)
from rosc_map.linkage.call_days import PARTS_OF_DAY, part_of_day
from rosc_map.publish import published as gate
from rosc_map.publish.calls_held import HeldCalls, by_source, call_state
from rosc_map.publish.linkage import round_rows
from rosc_map.publish.published import Gated
from rosc_map.publish.round_papers import (
    OVER,
    askable,
    beside_record_words,
    left_out_notes,
    level_words,
    nothing_to_ask,
    outcome_words,
)
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import codelist, day, same_person

__all__ = ["CallQuestion", "ListedCall", "PublishedCallList", "RoundProgress", "call_list", "progress", "share_calls"]

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
        A warning where organisations were not told two weeks before, or "".
    """

    title: str
    banner: str
    round: str
    drawn_on: dt.date | None
    announced_on: dt.date | None
    calls: tuple[ListedCall, ...]
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
        How many services are to be rung.
    by_outcome
        ``(words, how many)`` of each way in which calls have ended so far, in the order of the codelist.
    not_over
        How many calls are not over.
    questions, answered, unsettled
        How many questions there are, how many have an answer, and of how many two different things were said.
    """

    round: str
    as_at: dt.date
    contacts: int
    by_outcome: tuple[tuple[str, int], ...]
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
        calls=_calls(held, sources, reader),
        script=SCRIPT,
        conduct=CONDUCT,
        levels=level_words(),
        outcomes=tuple((code, *words) for code, words in zip(OUTCOME_WORDS, outcome_words(), strict=True)),
        beside_record=beside_record_words(),
        tries=held.tries,
        notes=left_out_notes(left_out),
        too_early=_too_early(announced_on, held.as_at),
        gate=gate._GATE,
    )


def _too_early(announced_on: dt.date | None, today: dt.date) -> str:
    """Warn, and no more: whoever coordinates may know that organisations were told in another way."""
    if announced_on is None:
        return (
            "Organisations have not been told of this test yet, as far as we know. They are to have two weeks. "
            "Ask your coordinator before you ring."
        )
    first = announced_on + _NOTICE
    if today >= first:
        return ""
    return (
        f"Organisations were told on {day(announced_on)} and are to have two weeks. "
        f"Please do not ring before {day(first)}."
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


def progress(snapshot: Snapshot, name: str) -> RoundProgress:
    """Return how far a round is.

    Parameters
    ----------
    snapshot, name
        What is held, and the round.

    Raises
    ------
    UnknownName
        When there is no such round.
    """
    held = round_rows(snapshot, name)
    rung = set(held.questions["source"])
    ended = outcomes(held.contacts, held.all_answers, tries=held.tries)
    ends = Counter(code for source, code in zip(ended["source"], ended["outcome"], strict=True) if source in rung)
    counted = {code: ends[code] for code in OUTCOME_WORDS if code in OVER and ends[code]}
    asked = answered_questions(held.questions, held.answers)
    return RoundProgress(
        round=held.name,
        as_at=snapshot.as_at,
        contacts=len(rung),
        by_outcome=tuple((OUTCOME_WORDS[code], count) for code, count in counted.items()),
        not_over=len(rung) - sum(counted.values()),
        questions=len(asked),
        answered=int(asked["level_number"].notna().sum()),
        unsettled=int(asked["unsettled"].sum()),
        gate=gate._GATE,
    )


def _calls(held: HeldCalls, sources: Collection[str] | None, reader: str | None) -> tuple[ListedCall, ...]:
    asked = held.asked if sources is None else [row for row in held.asked if row["source"] in sources]
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
        )
        for source, questions in by_source(sheet).items()
    )


def _call(
    asked: Sequence[Mapping[str, Any]],
    questions: tuple[CallQuestion, ...],
    contacts: Sequence[Mapping[str, Any]],
    outcome: str,
) -> ListedCall:
    first = asked[0]
    who, phone, email, when = (str(first[name]) for name in ("who to ring", "telephone", "e-mail", "when"))
    tried = tuple(sorted({each for row in contacts for each in row["tries"] or ()}))
    told = {str(row["contact"]) for row in contacts}
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
        state=call_state(told, outcome, all_answered=all(question.answered for question in questions)),
    )


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
