"""Each organisation's own result, for itself only, before anyone else sees anything (METHODS §1, "Conduct").

No page says who was asked about an organisation, how others did, or how the area did.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.conduct import LEVEL_WORDS
from rosc_map.linkage.letters import one_line
from rosc_map.records import counted, day

__all__ = ["FEWEST_SERVICES", "OwnResult", "own_results", "what_you_can_do"]

FEWEST_SERVICES = 3
"""Under so many services that answered, a count of what they said could point at one of them."""

_NUMBER = {code: number for number, code in enumerate(LEVEL_WORDS)}
_UNSETTLED = "Two different answers were written down; it is left open"
_REFERRAL = 3
_COULD = {
    1: "had heard of it",
    2: "could say what it is, where and when",
    3: "could say how to get in",
    4: "said that they would help actively",
}
_YOU_COULD = {
    1: "you had heard of the service",
    2: "you could say what it is, where and when",
    3: "you could say how to get in",
    4: "you said that you would help actively",
}
_OUTCOMES = {
    "refused": "You preferred not to take part. That is fine, and nobody else is told.",
    "call_back": "You asked to be called back, and that has not been done yet. We are sorry if you have waited.",
    "wrong_number": "The number that we have for you did not work. Please send us the right one.",
    "closed": "We were told that this service has closed. If it is still running, please tell us.",
}


@dataclass(frozen=True, eq=False)
class OwnResult:
    """The result of one service, for the organisation that runs it and nobody else.

    Attributes
    ----------
    asset
        Its id.
    name
        Its name.
    as_source
        What came of asking it, a sentence each; at least one.
    answers
        Its own answers, a row a question: ``Asked about`` (the name of the other service) and ``What you could say``
        (the words of the level). Empty where there are none.
    as_target
        What others could say of it, a sentence each; at least one. Never who they are.

    Examples
    --------
    >>> from rosc_map.linkage import outcomes, own_results
    >>> one, names = held.questions["source"].iloc[0], dict(zip(held.assets["id"], held.assets["name"]))
    >>> ends = outcomes(held.contacts, held.answers)
    >>> own, = own_results([one], held.questions.query("round == 'R1'"), held.answers, ends, names)
    >>> own.name, own.as_source[0]
    ('Example Surrey Treatment Service, Redhill', 'You were asked 6 questions, and answered 5. Thank you.')
    """

    asset: str
    name: str
    as_source: tuple[str, ...]
    answers: pd.DataFrame
    as_target: tuple[str, ...]


def own_results(
    ids: Sequence[str],
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    outcomes: pd.DataFrame,
    names: Mapping[str, str],
    *,
    threshold: int = 2,
    tries: int = 3,
) -> tuple[OwnResult, ...]:
    """Tell an organisation, for each of its services, what came of asking it and what others could say of it.

    Parameters
    ----------
    ids
        The services that it runs.
    questions
        The questions of the round that are in use: ``source``, ``target`` (ids).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``). Two different levels of one question are
        unsettled, and count as no answer.
    outcomes
        ``source``, ``outcome``: how each contact ended (:func:`rosc_map.linkage.contacts.outcomes`).
    names
        The name of each asset of the round, by id.
    threshold
        The level from which a pair is linked, 1 to 4.
    tries
        How many tries there were to be before "No answer" was the end.

    Returns
    -------
    tuple of OwnResult
        One a service, in the order of ``ids``. Where fewer than :data:`FEWEST_SERVICES` services answered about it, no
        figure is given.

    Raises
    ------
    UnknownName
        When an id has no name, or a level is not of the codelist.

    Examples
    --------
    >>> from rosc_map.linkage import outcomes, own_results
    >>> one, names = held.questions["target"].iloc[0], dict(zip(held.assets["id"], held.assets["name"]))
    >>> ends = outcomes(held.contacts, held.answers)
    >>> own, = own_results([one], held.questions.query("round == 'R1'"), held.answers, ends, names)
    >>> own.as_target[0]
    'Fewer than three services were asked about this one and answered, so no figure is given here.'
    """
    levels: dict[tuple[str, str], set[str]] = {}
    for source, target, level in zip(answers["source"], answers["target"], answers["level"], strict=True):
        if level not in _NUMBER:
            raise UnknownName(f"{level!r} is not a level. Use one of: {', '.join(_NUMBER)}.")
        levels.setdefault((source, target), set()).add(level)
    pairs = list(zip(questions["source"], questions["target"], strict=True))
    ended = dict(zip(outcomes["source"], outcomes["outcome"], strict=True))
    marks = sorted({threshold, _REFERRAL})
    results = []
    for asset in ids:
        own = [(target, levels.get((source, target), set())) for source, target in pairs if source == asset]
        about = [levels.get((source, target), set()) for source, target in pairs if target == asset]
        results.append(
            OwnResult(
                asset=asset,
                name=_name(names, asset),
                as_source=_as_source([said for _, said in own], ended.get(asset, ""), marks, tries),
                answers=_own_answers(own, names),
                as_target=_as_target(about, marks),
            )
        )
    return tuple(results)


def what_you_can_do(*, reply_by: dt.date, reply_to: str) -> tuple[str, ...]:
    """Say what an organisation can do with its own result, a sentence each.

    Parameters
    ----------
    reply_by
        The last day to reply; nobody else sees anything before it.
    reply_to
        Where to reply: an address or a number of the partnership.

    Raises
    ------
    InputError
        When nobody says where to reply.

    Examples
    --------
    >>> import datetime as dt
    >>> from rosc_map.linkage import what_you_can_do
    >>> what_you_can_do(reply_by=dt.date(2026, 12, 6), reply_to="01632 960999")[0]
    'You are the first to see this. Until 6 December 2026 nobody else is shown any result of this test.'
    """
    where = one_line(reply_to)
    if not where:
        raise InputError("The page does not say where to reply. Give an address or a number of the partnership.")
    return (
        f"You are the first to see this. Until {day(reply_by)} nobody else is shown any result of this test.",
        (
            f"If anything is wrong, or you want to say something to it, write to {where} by {day(reply_by)}."
            " Your reply is kept with the result, in your own words."
        ),
        f"If our record of you is wrong (the telephone number, the times, how to get in), tell {where}, at any time.",
        (
            "What you said stays between you and the co-ordinators. A few questions say little of one service, so no"
            " organisation is ranked."
        ),
    )


def _name(names: Mapping[str, str], identifier: str) -> str:
    if identifier not in names:
        raise UnknownName(f"There is no name for {identifier!r}. Restore it before the results are given out.")
    return names[identifier]


def _settled(said: set[str]) -> int | None:
    """Return the level of one question; None where nothing was said, or two different things."""
    return _NUMBER[next(iter(said))] if len(said) == 1 else None


def _as_source(own: list[set[str]], outcome: str, marks: list[int], tries: int) -> tuple[str, ...]:
    if not own:
        not_drawn = "This service was not among those drawn to be asked in this round."
        return (_OUTCOMES["closed"] if outcome == "closed" else not_drawn,)
    told = [level for level in map(_settled, own) if level is not None]
    if not told and not any(own):
        return (_why_no_answers(outcome, tries),)
    sentences = [f"You were asked {counted(len(own), 'question')}, and answered {len(told)}. Thank you."]
    if told:
        sentences += [
            f"In {sum(level >= mark for level in told)} of {len(told)}, {_YOU_COULD[mark]}." for mark in marks
        ]
    unsettled = sum(len(said) > 1 for said in own)
    if unsettled:
        left = counted(unsettled, "question")
        sentences.append(f"For {left}, two different answers were written down. Please tell us which is right.")
    return tuple(sentences)


def _why_no_answers(outcome: str, tries: int) -> str:
    if outcome == "no_answer":
        times = "once" if tries == 1 else f"up to {tries} times, at different times of the day"
        return f"We tried {times}, and did not reach you. If another time or way suits you better, please tell us."
    return _OUTCOMES.get(outcome, "You were among those drawn to be asked, and no answer has been written down.")


def _own_answers(own: list[tuple[str, set[str]]], names: Mapping[str, str]) -> pd.DataFrame:
    words = list(LEVEL_WORDS.values())
    rows = [
        (_name(names, target), _UNSETTLED if (level := _settled(said)) is None else words[level])
        for target, said in own
        if said
    ]
    return pd.DataFrame(rows, columns=["Asked about", "What you could say"], dtype="str")


def _as_target(about: list[set[str]], marks: list[int]) -> tuple[str, ...]:
    told = [level for level in map(_settled, about) if level is not None]
    if not about:
        return ("Nobody was drawn to be asked about this service in this round.",)
    if len(told) < FEWEST_SERVICES:
        return ("Fewer than three services were asked about this one and answered, so no figure is given here.",)
    counts = [f"{sum(level >= mark for level in told)} of them {_COULD[mark]}." for mark in marks]
    return (f"{len(told)} services were asked about this one, and answered.", *counts, "Nobody is told who they are.")
