"""From the answers of a round to its figures: answered, as a caller, and the bounds (METHODS §1)."""

import dataclasses
import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.figures import Bounds, LinkageEstimate, Share
from rosc_map.linkage.two_stage import two_stage
from rosc_map.linkage.wording import result_sentences
from rosc_map.records import codelist

__all__ = ["REFERRAL_LEVEL", "answered_questions", "estimate"]

REFERRAL_LEVEL = 3
"""The level from which a pair is referral-linked; this share always stands beside the other."""

_NO_LINK = ("refused", "no_answer", "wrong_number")
"""Contacts that count as no link "as a caller"; ``closed`` is an error of the frame, and ``call_back`` is not over."""


def answered_questions(questions: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Put the answers beside the questions of a round.

    Parameters
    ----------
    questions
        One row a question: ``source``, ``target`` (ids), and any more.
    answers
        One row an answer: ``source``, ``target``, ``level`` (a code of ``linkage_level``). Where a question has
        several, the last counts.

    Returns
    -------
    pandas.DataFrame
        The questions in their order, with ``level_number``: 0.0 to 4.0, and NaN for "not tested".

    Raises
    ------
    UnknownName
        When a level is not of the codelist.
    InputError
        When there is an answer to a question that the round does not hold.
    """
    numbers = {code: float(number) for number, code in enumerate(codelist("linkage_level"))}
    last: dict[tuple[str, str], float] = {}
    for source, target, level in zip(answers["source"], answers["target"], answers["level"], strict=True):
        if level not in numbers:
            raise UnknownName(f"{level!r} is not a level. Use one of: {', '.join(numbers)}.")
        last[source, target] = numbers[level]
    drawn = list(zip(questions["source"], questions["target"], strict=True))
    stray = last.keys() - set(drawn)
    if stray:
        source, target = min(stray)
        raise InputError(
            f"There is an answer of {source!r} about {target!r}, which this round did not ask."
            " Check that the answers belong to this round."
        )
    return questions.assign(level_number=np.array([last.get(pair, math.nan) for pair in drawn], dtype=np.float64))


def estimate(
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    frame_size: int,
    threshold: int = 2,
) -> LinkageEstimate:
    """Estimate the linkage of an area from one round of the design ``independent``.

    Parameters
    ----------
    questions
        The questions drawn: ``source``, ``target`` (ids), ``eligible`` (M, about how many the source could have been
        asked).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``); none, some or all questions. The last of
        several for one question counts.
    contacts
        ``source``, ``contact`` (a code of ``contact_outcome``). The last of several for one source counts. A source
        with any answer counts as answered, whatever stands here.
    frame_size
        N, how many services could have been contacted: ``len(frame.contacts)``.
    threshold
        The level from which a pair is linked, 1 to 4.

    Returns
    -------
    LinkageEstimate
        Shares of 1 with 95 % intervals, and the result in sentences. None where something cannot be known; never NaN.

    Raises
    ------
    InputError
        When the threshold is not 1 to 4, or the frame or the eligible targets are fewer than what was asked.

    References
    ----------
    METHODS §1, "Estimate", "Interval" and "Not reached"; see :func:`rosc_map.linkage.two_stage` for the statistics.
    """
    if threshold not in (1, 2, 3, 4):
        raise InputError(f"The threshold is {threshold}. Choose a level from 1 to 4; 2 is usual.")
    by_source = _by_source(answered_questions(questions, answers), contacts, threshold)
    _check(by_source, frame_size)

    open_to_figures = by_source[by_source["outcome"] != "closed"]
    answered = by_source[by_source["answered"] > 0]
    as_caller = by_source[(by_source["answered"] > 0) | by_source["outcome"].isin(_NO_LINK)]
    contacted = open_to_figures[open_to_figures["outcome"] != ""]
    reached = int((contacted["outcome"] == "answered").sum())
    result = LinkageEstimate(
        threshold=threshold,
        frame_size=frame_size,
        answered=_share(answered["linked"], answered["answered"], answered["eligible"], frame_size),
        referral=_share(answered["referral"], answered["answered"], answered["eligible"], frame_size),
        # Where nobody answered, all questions drawn for the source stand, and none of them found a link.
        as_caller=_share(
            as_caller["linked"],
            as_caller["answered"].where(as_caller["answered"] > 0, as_caller["drawn"]),
            as_caller["eligible"],
            frame_size,
        ),
        bounds=_bounds(open_to_figures),
        contacted=len(contacted),
        reached=reached,
        contact_rate=reached / len(contacted) if len(contacted) else None,
        questions=int(by_source["answered"].sum()),
        unanswered=int((answered["drawn"] - answered["answered"]).sum()),
        pending=len(open_to_figures) - len(as_caller),
        not_rung=int((by_source["outcome"] == "").sum()),
        call_back=int((by_source["outcome"] == "call_back").sum()),
        closed=len(by_source) - len(open_to_figures),
    )
    return dataclasses.replace(result, sentences=result_sentences(result))


def _by_source(asked: pd.DataFrame, contacts: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Return one row a source: drawn, answered, linked, referral (counts), eligible, outcome ("" for none)."""
    level = asked["level_number"]
    table = (
        asked.assign(drawn=1, answered=level.notna(), linked=level >= threshold, referral=level >= REFERRAL_LEVEL)
        .groupby("source", sort=True)
        .agg({"drawn": "sum", "answered": "sum", "linked": "sum", "referral": "sum", "eligible": "min"})
    )
    known = codelist("contact_outcome")
    last = dict(zip(contacts["source"], contacts["contact"], strict=True))
    for source, outcome in last.items():
        if outcome not in known:
            raise UnknownName(f"{outcome!r} is not an outcome of a contact. Use one of: {', '.join(known)}.")
        if source not in table.index:
            raise InputError(f"There is a contact with {source!r}, which this round did not draw. Check the round.")
    given = pd.Series([last.get(source, "") for source in table.index], index=table.index, dtype=object)
    # An answer is an answer, also where the contact ended as a call back or the box was left empty.
    return table.assign(outcome=given.mask(table["answered"] > 0, "answered"))


def _check(by_source: pd.DataFrame, frame_size: int) -> None:
    if frame_size < len(by_source):
        raise InputError(
            f"The round drew {len(by_source)} services from a frame of {frame_size}."
            " Give the size of the frame at the draw."
        )
    # `not >=` rather than `<`, so that a missing number is caught as well.
    wrong = by_source[~(by_source["eligible"] >= by_source["drawn"])]
    if len(wrong):
        raise InputError(
            f"{wrong.index[0]!r} is asked {wrong['drawn'].iloc[0]} questions, but the round says that it could be asked"
            f" {wrong['eligible'].iloc[0]:g}. Draw the round again, or restore its questions."
        )


def _numbers(column: "pd.Series[float]") -> NDArray[np.float64]:
    return np.asarray(column, dtype=np.float64)


def _share(
    linked: "pd.Series[float]", answered: "pd.Series[float]", eligible: "pd.Series[float]", population: int
) -> Share:
    found = two_stage(_numbers(linked), _numbers(answered), _numbers(eligible), population)
    return Share(
        estimate=_known(found.estimate),
        low=_known(found.low),
        high=_known(found.high),
        df=_known(found.df),
        n_eff=_known(found.n_eff),
        questions=int(found.questions),
        sources=int(found.sources),
        census=bool(found.census),
    )


def _known(value: NDArray[np.float64]) -> float | None:
    """Return a number, or None for what cannot be known: JSON and people have no NaN."""
    return float(value) if math.isfinite(float(value)) else None


def _bounds(by_source: pd.DataFrame) -> Bounds:
    """Count each drawn question without an answer as no link, then as a link."""
    drawn, linked = _numbers(by_source["drawn"]), _numbers(by_source["linked"])
    missing = drawn - _numbers(by_source["answered"])
    weight = _numbers(by_source["eligible"])
    if not len(by_source):
        return Bounds(None, None)
    low = float((weight * linked / drawn).sum() / weight.sum())
    high = float((weight * (linked + missing) / drawn).sum() / weight.sum())
    return Bounds(low, min(high, 1.0))
