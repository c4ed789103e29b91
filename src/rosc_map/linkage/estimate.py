"""From the answers of a round to its figures: answered, as a caller, and the bounds (METHODS §1)."""

import dataclasses
import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.contacts import TRIES, outcomes
from rosc_map.linkage.figures import Bounds, LinkageEstimate
from rosc_map.linkage.in_use import in_use, reserve_order
from rosc_map.linkage.stratified import Strata, share_of, strata_of_round, strata_of_sources, with_strata
from rosc_map.linkage.wording import result_sentences
from rosc_map.records import codelist

__all__ = ["NO_LINK", "REFERRAL_LEVEL", "answered_questions", "check_threshold", "estimate"]

REFERRAL_LEVEL = 3
"""The level from which a pair is referral-linked; this share always stands beside the other."""

NO_LINK = ("refused", "no_answer", "wrong_number")
"""Contacts that count as no link "as a caller"; ``closed`` is an error of the frame, and ``call_back`` is not over."""


def answered_questions(questions: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Put the answers beside the questions of a round.

    Parameters
    ----------
    questions
        One row a question: ``source``, ``target`` (ids), and any more.
    answers
        One row an answer: ``source``, ``target``, ``level`` (a code of ``linkage_level``). Answers to questions that
        are not in the table are passed over: they may be about a service that has closed since.

    Returns
    -------
    pandas.DataFrame
        The questions in their order, with ``level_number``: 0.0 to 4.0, and NaN for "not tested"; and ``unsettled``:
        whether two different levels are written down, which makes the level NaN as well until somebody settles it.

    Raises
    ------
    UnknownName
        When a level is not of the codelist.

    Examples
    --------
    >>> from rosc_map.linkage import answered_questions
    >>> questions = pd.DataFrame({"source": ["a", "a"], "target": ["b", "c"]})
    >>> answers = pd.DataFrame({"source": ["a"], "target": ["b"], "level": ["referral"]})
    >>> answered_questions(questions, answers)
      source target  level_number  unsettled
    0      a      b           3.0      False
    1      a      c           NaN      False
    """
    numbers = {code: float(number) for number, code in enumerate(codelist("linkage_level"))}
    said: dict[tuple[str, str], set[float]] = {}
    for source, target, level in zip(*(answers[name].tolist() for name in ("source", "target", "level")), strict=True):
        if level not in numbers:
            raise UnknownName(f"{level!r} is not a level. Use one of: {', '.join(numbers)}.")
        said.setdefault((source, target), set()).add(numbers[level])
    pairs = zip(questions["source"].tolist(), questions["target"].tolist(), strict=True)
    levels = [said.get(pair, set()) for pair in pairs]
    return questions.assign(
        level_number=np.array([min(found) if len(found) == 1 else math.nan for found in levels], dtype=np.float64),
        unsettled=np.array([len(found) > 1 for found in levels], dtype=bool),
    )


def estimate(
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    frame_size: int,
    threshold: int = 2,
    tries: int = TRIES,
    design: str = "independent",
) -> LinkageEstimate:
    """Estimate the linkage of an area from one round.

    Parameters
    ----------
    questions
        All questions drawn, reserves included: ``source``, ``target`` (ids), ``eligible`` (M, about how many the source
        could have been asked); of rounds with reserves, ``source_reserve`` and ``target_reserve``; of stratified
        rounds, ``stratum``, ``stratum_size`` (N_h) and ``stratum_pairs``.
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``); none, some or all questions. A question with
        two different levels is open until it is settled.
    contacts
        ``source``, ``contact`` (a code of ``contact_outcome``) and, where known, ``on`` and ``tries``. For what several
        rows of one source mean together see :func:`rosc_map.linkage.contacts.outcomes`.
    frame_size
        N, how many services could have been contacted: ``len(frame.contacts)``.
    threshold
        The level from which a pair is linked, 1 to 4.
    tries
        How many tries make "no answer" the end.
    design
        A code of ``draw_design``. ``balanced`` needs nothing of its own: all sources are taken, so that only the part
        of the variance within them is left.

    Returns
    -------
    LinkageEstimate
        Shares of 1 with 95 % intervals, and the result in sentences. None where something cannot be known; never NaN.

    Raises
    ------
    UnknownName
        When the design, a level or an outcome is not of its codelist.
    InputError
        When the threshold is not 1 to 4, an answer or contact is not of this round, or the frame, a group of it, or the
        eligible targets are fewer than what was asked.

    References
    ----------
    METHODS §1, "Estimate", "Interval", "Reserves" and "Not reached"; see :func:`rosc_map.linkage.two_stage` and
    :func:`rosc_map.linkage.stratified.stratified` for the statistics.

    Examples
    --------
    >>> from rosc_map.linkage import estimate
    >>> found = estimate(held.questions.query("round == 'R1'"), held.answers, held.contacts, frame_size=58)
    >>> found.sentences[0]
    'Of 85 questions answered by 17 services, 53 % found a link (95 % interval 43 % to 63 %).'
    """
    check_threshold(threshold)
    _check_design(design)
    heard = outcomes(contacts, answers, tries=tries)
    _check_belongs(questions, answers, heard)
    drawn = with_strata(questions, design=design, frame_size=frame_size)
    closed = set(heard.loc[heard["outcome"] == "closed", "source"])
    used = in_use(_without_closed(drawn, closed), contacts, answers)
    strata = strata_of_round(drawn, taken=set(used["source"]), closed=closed)
    sources = _by_source(answered_questions(used, answers), heard, threshold)
    _check_eligible(sources)

    answered = sources[sources["answered"] > 0]
    as_caller = sources[(sources["answered"] > 0) | sources["outcome"].isin(NO_LINK)]
    pending = sources[~sources.index.isin(as_caller.index)]
    not_over = pending[(pending["outcome"] == "") & ~pending["two_ends"]]
    contacted = sources[sources["outcome"] != ""]
    reached = int((contacted["outcome"] == "answered").sum())
    groups = strata_of_sources(answered, strata)
    result = LinkageEstimate(
        threshold=threshold,
        frame_size=frame_size,
        answered=share_of(answered, "linked", groups),
        referral=share_of(answered, "referral", groups),
        as_caller=share_of(as_caller, "linked", strata_of_sources(as_caller, strata)),
        bounds=_bounds(sources, strata_of_sources(sources, strata)),
        contacted=len(contacted),
        reached=reached,
        contact_rate=reached / len(contacted) if len(contacted) else None,
        questions=int(sources["answered"].sum()),
        unanswered=int((answered["drawn"] - answered["answered"] - answered["unsettled"]).sum()),
        unsettled=int(sources["unsettled"].sum()),
        unsettled_contacts=int(sources["two_ends"].sum()),
        pending=len(pending),
        not_rung=int((not_over["tried"] == 0).sum()),
        call_back=int((pending["outcome"] == "call_back").sum()),
        tried=int((not_over["tried"] > 0).sum()),
        closed=len(closed & set(questions["source"])),
        closed_questions=_closed_questions(questions, set(sources.index), closed),
        replaced=int(used.loc[reserve_order(used, "source_reserve") > 0, "source"].nunique()),
        replaced_questions=int((reserve_order(used, "target_reserve") > 0).sum()),
        groups=drawn["stratum"].nunique(),
        groups_merged=groups.merged if groups else 0,
        groups_silent=groups.silent if groups else 0,
    )
    return dataclasses.replace(result, sentences=result_sentences(result))


def check_threshold(threshold: int) -> None:
    """Refuse what is not a level from which a pair can be linked.

    Raises
    ------
    InputError
        When it is not 1 to 4.
    """
    if threshold not in (1, 2, 3, 4):
        raise InputError(f"The threshold is {threshold}. Choose a level from 1 to 4; 2 is usual.")


def _check_design(design: str) -> None:
    known = codelist("draw_design")
    if design not in known:
        raise UnknownName(f"{design!r} is not a design. Use one of: {', '.join(known)}.")


def _check_belongs(questions: pd.DataFrame, answers: pd.DataFrame, heard: pd.DataFrame) -> None:
    """Refuse answers and contacts of another round."""
    drawn = set(zip(questions["source"], questions["target"], strict=True))
    stray = set(zip(answers["source"], answers["target"], strict=True)) - drawn
    if stray:
        source, target = min(stray)
        raise InputError(
            f"There is an answer of {source!r} about {target!r}, which this round did not ask."
            " Check that the answers belong to this round."
        )
    # Who is only asked about is not rung, but may turn out to be closed.
    found_closed = heard["source"].isin(questions["target"]) & (heard["outcome"] == "closed")
    lost = heard.loc[~heard["source"].isin(questions["source"]) & ~found_closed, "source"]
    if len(lost):
        raise InputError(f"There is a contact with {lost.iloc[0]!r}, which this round did not draw. Check the round.")


def _without_closed(drawn: pd.DataFrame, closed: set[str]) -> pd.DataFrame:
    """Take the closed targets off Mᵢ where a source was given all of its targets, so that it is known how many."""
    each = drawn.assign(gone=drawn["target"].isin(closed)).groupby("source")
    gone = each["gone"].transform("sum").where(each["target"].transform("size") >= drawn["eligible"], 0)
    return drawn.assign(eligible=drawn["eligible"] - gone)


def _by_source(asked: pd.DataFrame, heard: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Return one row a source: counts of its questions, eligible, stratum, and how the contact ended ("" for not over).

    The counts are drawn, answered, linked, referral, unsettled, and asked: the questions that a figure is of.
    ``two_ends`` tells of a contact that is unsettled.
    """
    level = asked["level_number"]
    table = (
        asked.assign(drawn=1, answered=level.notna(), linked=level >= threshold, referral=level >= REFERRAL_LEVEL)
        .groupby("source", sort=True)
        .agg(
            dict.fromkeys(("drawn", "answered", "linked", "referral", "unsettled"), "sum")
            | {"eligible": "min", "stratum": "first"}
        )
    )
    ends = {row.source: row for row in heard.itertuples()}
    rows = [ends.get(source) for source in table.index]
    return table.assign(
        # Where nobody answered, all questions drawn for the source stand, and none of them found a link.
        asked=table["answered"].where(table["answered"] > 0, table["drawn"]),
        outcome=pd.Series([row.outcome if row else "" for row in rows], index=table.index, dtype=object),
        tried=np.array([row.tried if row else 0 for row in rows], dtype=int),
        two_ends=np.array([row.unsettled if row else False for row in rows], dtype=bool),
    )


def _check_eligible(sources: pd.DataFrame) -> None:
    # `not >=` rather than `<`, so that a missing number is caught as well.
    wrong = sources[~(sources["eligible"] >= sources["drawn"])]
    if len(wrong):
        raise InputError(
            f"{wrong.index[0]!r} is asked {wrong['drawn'].iloc[0]} questions, but the round says that it could be asked"
            f" {wrong['eligible'].iloc[0]:g}. Draw the round again, or restore its questions."
        )


def _closed_questions(questions: pd.DataFrame, taken: set[str], closed: set[str]) -> int:
    """Count the questions of the first draw, to sources in use, that fell away because the target has closed."""
    first = reserve_order(questions, "target_reserve") == 0
    return int((first & questions["source"].isin(taken) & questions["target"].isin(closed)).sum())


def _numbers(column: "pd.Series[float]") -> NDArray[np.float64]:
    return np.asarray(column, dtype=np.float64)


def _bounds(sources: pd.DataFrame, groups: Strata | None) -> Bounds:
    """Count each question without an answer as no link, then as a link."""
    if groups is None:
        return Bounds(None, None)
    drawn, linked = _numbers(sources["drawn"]), _numbers(sources["linked"])
    missing = drawn - _numbers(sources["answered"])
    weight = groups.source_weights / groups.source_weights.sum()
    return Bounds(float(weight @ (linked / drawn)), min(float(weight @ ((linked + missing) / drawn)), 1.0))
