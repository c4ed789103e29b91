"""Two rounds beside each other: has linkage changed, and how sure is that (METHODS §1, "Two rounds")."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.contacts import TRIES, outcomes
from rosc_map.linkage.deviates import NO_SPREAD, t95
from rosc_map.linkage.estimate import NO_LINK, answered_questions
from rosc_map.linkage.figures import Share
from rosc_map.linkage.stratified import Strata, share_of, strata_of_round, strata_of_sources, with_strata
from rosc_map.linkage.two_stage import Spread, effective_questions, variance_of
from rosc_map.records import percent, points

__all__ = ["Change", "as_met", "compare", "compare_panel"]

Floats = NDArray[np.float64]

_WHOLE = "Every possible question was asked and answered both times."
_AS_SEPARATE = (
    "All these pairs changed alike, or none changed, so the interval is the one of two rounds drawn apart; it is wider"
    " than it need be."
)


@dataclass(frozen=True)
class Change:
    """How linkage changed from one round to a later one; None where it cannot be known.

    Attributes
    ----------
    before, after
        The share of linked pairs in each round, 0 to 1.
    difference
        ``after`` less ``before``, −1 to 1.
    low, high
        The 95 % interval of the difference.
    design
        ``independent`` (each round was drawn by itself) or ``panel`` (the same pairs were asked again).
    questions
        The denominators before and after: questions answered. In a panel both are the pairs answered in both rounds.
    sources
        The services that answered them, before and after.
    sentence
        The result in plain words.

    Examples
    --------
    >>> from rosc_map.linkage import Share, compare
    >>> before = Share(0.40, 0.30, 0.51, 19.0, 80.0, questions=100, linked=40, sources=20)
    >>> after = Share(0.55, 0.44, 0.66, 19.0, 80.0, questions=100, linked=55, sources=20)
    >>> found = compare(before, after)
    >>> round(found.difference, 2), found.questions
    (0.15, (100, 100))
    """

    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    design: str
    questions: tuple[int, int]
    sources: tuple[int, int]
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``linkage compare --json``, less the names of the rounds."""
        return {
            "before": self.before,
            "after": self.after,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "design": self.design,
            "questions": list(self.questions),
            "sources": list(self.sources),
            "sentence": self.sentence,
        }


def compare(before: Share, after: Share, *, figure: str = "") -> Change:
    """Compare two rounds that were drawn independently of each other.

    Parameters
    ----------
    before, after
        The same figure (answered, referral, or as a caller) of the earlier and of the later round. That both were
        asked in the same way, at the same threshold, is for the caller to see to.
    figure
        Which figure it is, where the sentence should say so: "As a caller would meet it".

    Returns
    -------
    Change
        The difference with Newcombe's hybrid of the two Wilson intervals.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
    Medicine 17(8), 873–890. Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect measures.
    Statistics in Medicine 27(10), 1693–1702.

    Examples
    --------
    >>> from rosc_map.linkage import Share, compare
    >>> before = Share(0.40, 0.30, 0.51, 19.0, 80.0, questions=100, linked=40, sources=20)
    >>> after = Share(0.55, 0.44, 0.66, 19.0, 80.0, questions=100, linked=55, sources=20)
    >>> compare(before, after).sentence
    'No change that this many calls could show: 15 points up, and it may be anything from 1 down to 30 up.'
    """
    whole = _WHOLE if before.census and after.census else ""
    return _change(before, after, "independent", _hybrid(before, after), note=whole, figure=figure)


def compare_panel(
    questions: pd.DataFrame,
    answers_before: pd.DataFrame,
    answers_after: pd.DataFrame,
    *,
    frame_size: int,
    threshold: int = 2,
    design: str = "independent",
    figure: str = "",
) -> Change:
    """Compare two rounds in which the same pairs were asked, pair by pair.

    Parameters
    ----------
    questions
        The questions of the later round that count: ``source``, ``target`` (ids), ``eligible`` (M of the source); of a
        stratified draw also ``stratum``, ``stratum_size`` and ``stratum_pairs``. Only pairs that are answered, and
        settled, in both rounds are compared.
    answers_before, answers_after
        ``source``, ``target``, ``level`` (a code of ``linkage_level``). Answers about pairs that are not in
        ``questions`` are passed over.
    frame_size
        N, how many services could have been contacted.
    threshold
        The level from which a pair is linked, 1 to 4.
    design
        A code of ``draw_design``: how the pairs were drawn, the first time.
    figure
        As for :func:`compare`.

    Returns
    -------
    Change
        The mean change of the pairs and its interval; ``before`` and ``after`` are of the same pairs.

    Raises
    ------
    InputError
        When the frame, or a group of it, is smaller than what was drawn from it.
    UnknownName
        When a level is not of the codelist.

    Notes
    -----
    Each pair has d = 1 (linked now), −1 (no longer) or 0. D = Σ Mᵢd̄ᵢ / Σ Mᵢ with the linearised two-stage variance of
    the estimate, s_i² being the variance of d within the source, and D ± t·√v on Satterthwaite's degrees of freedom,
    kept within −1 and 1; strata are weighted as in the estimate, and one in which all pairs changed alike has the
    variance that one link gained and one lost more would give it, as in
    :func:`rosc_map.linkage.two_stage.together`. Where v is 0, as when no pair changed, that would
    claim certainty: then the interval is the hybrid of the two rounds' own, as if they were independent, and the
    sentence says so.

    References
    ----------
    METHODS §1, "Two rounds". Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §10.3 and §12.11. Wiley.

    Examples
    --------
    >>> from rosc_map.linkage import compare_panel
    >>> questions = pd.DataFrame({"source": list("aabb"), "target": list("cdcd"), "eligible": 3})
    >>> before = questions.assign(level=["not_known", "referral", "heard_of", "referral"])
    >>> after = questions.assign(level=["referral", "referral", "heard_of", "referral"])
    >>> compare_panel(questions, before, after, frame_size=4).sentence
    'No change that this many calls could show: 25 points up, and it may be anything from 81 down to 100 up.'
    """
    drawn = with_strata(questions, design=design, frame_size=frame_size)
    strata = strata_of_round(drawn, taken=set(drawn["source"]), closed=set())
    counts = _by_source(drawn, answers_before, answers_after, threshold)
    groups = strata_of_sources(counts, strata)
    before, after = (share_of(counts, name, groups) for name in ("was", "now"))
    if groups is None or before.estimate is None or after.estimate is None or len(counts) < 2 or before.census:
        return _change(
            before, after, "panel", _hybrid(before, after), note=_WHOLE if before.census else "", figure=figure
        )
    variance, df = _paired_variance(counts, groups)
    if variance < NO_SPREAD:
        return _change(before, after, "panel", _hybrid(before, after), note=_AS_SEPARATE, figure=figure)
    difference, half = after.estimate - before.estimate, float(t95(df)) * math.sqrt(variance)
    return _change(before, after, "panel", (max(difference - half, -1.0), min(difference + half, 1.0)), figure=figure)


def as_met(
    questions: pd.DataFrame, answers: pd.DataFrame, contacts: pd.DataFrame, *, tries: int = TRIES
) -> pd.DataFrame:
    """Return the answers as a caller would have met them: where nobody could be reached, nothing was known.

    With these :func:`compare_panel` tells the change of the figure "as a caller": a service that answered once and
    refused or was silent the other time has lost its links, or gained them.

    Parameters
    ----------
    questions
        The questions that count: ``source``, ``target`` (ids).
    answers
        ``source``, ``target``, ``level``.
    contacts
        As for :func:`rosc_map.linkage.contacts.outcomes`.
    tries
        How many tries make "no answer" the end.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``target``, ``level``: the answers, and level 0 for each question to a service that refused, did not
        answer or had a wrong number.
    """
    heard = outcomes(contacts, answers, tries=tries)
    silent = set(heard.loc[heard["outcome"].isin(NO_LINK), "source"])
    unmet = questions.loc[questions["source"].isin(silent), ["source", "target"]].assign(level="not_known")
    return pd.concat([answers[["source", "target", "level"]], unmet], ignore_index=True)


def _by_source(questions: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Return one row a source with pairs answered in both rounds.

    ``asked`` (such pairs), ``was`` and ``now`` (linked ones), ``mean`` and ``spread`` (of the change of a pair, −1 to
    1), ``eligible`` and ``stratum``.
    """
    was, now = (answered_questions(questions, answers)["level_number"] for answers in (before, after))
    both = was.notna() & now.notna()
    pairs = questions[both].assign(was=was[both] >= threshold, now=now[both] >= threshold)
    pairs = pairs.assign(change=pairs["now"].astype(float) - pairs["was"].astype(float))
    return pairs.groupby("source", sort=True).agg(
        asked=("was", "size"),
        was=("was", "sum"),
        now=("now", "sum"),
        mean=("change", "mean"),
        spread=("change", "var"),
        eligible=("eligible", "min"),
        stratum=("stratum", "first"),
    )


def _paired_variance(counts: pd.DataFrame, groups: Strata) -> tuple[float, float]:
    """Return the variance of the mean change and its degrees of freedom."""
    parts = []
    for place, size in enumerate(groups.population):
        mine = groups.stratum == place
        parts.append(_paired_parts(counts[mine], groups.source_weights[mine], float(size)))
    weights = groups.weights.tolist()
    variance, df = variance_of(parts, weights)
    if len(parts) > 1 and variance >= NO_SPREAD:
        # As in the estimate: a stratum in which all pairs changed alike is not known for certain.
        cautious = [
            _with_floor(one, counts[groups.stratum == place], float(size))
            for place, (one, size) in enumerate(zip(parts, groups.population, strict=True))
        ]
        variance, df = variance_of(cautious, weights)
    return float(variance), float(df)


def _with_floor(one: Spread, counts: pd.DataFrame, population: float) -> Spread:
    """Give a stratum without any spread that of its pairs with one link gained and one lost more."""
    whole = len(counts) >= population and (counts["asked"] >= counts["eligible"]).all()
    if whole or one.between + one.within >= NO_SPREAD:
        return one
    worth = effective_questions(counts["asked"].sum(), len(counts))
    change = counts["mean"].iloc[0]
    spread = (worth * change**2 + 2) / (worth + 2) - (worth * change / (worth + 2)) ** 2
    return replace(one, between=np.array(spread / worth), within=np.array(0.0), between_df=np.array(np.inf))


def _paired_parts(counts: pd.DataFrame, weights: Floats, population: float) -> Spread:
    """Return the parts of the variance of the mean change in one stratum."""
    m, eligible, mean = (counts[name].to_numpy(np.float64) for name in ("asked", "eligible", "mean"))
    n, weight, free = len(m), weights / weights.mean(), m - 1
    single = not free.any()
    s_b = float(((weight * (mean - (weight * mean).mean())) ** 2).sum()) / (n - 1) if n > 1 else 0.0
    # As in the estimate: one question of each source is like a draw of single questions, and a single question among
    # others borrows their spread.
    drawn_of = population * eligible.mean() if single else population
    spread = counts["spread"].fillna(0.0).to_numpy(np.float64)
    own = np.where(free > 0, spread, (free * spread).sum() / max(free.sum(), 1.0))
    within = 0.0 if single else (weight**2 * (1 - m / eligible) * own / m).sum() / (n * population)
    return Spread(
        between=np.array((1 - n / drawn_of) * s_b / n),
        within=np.array(within),
        between_df=np.array(n - 1.0),
        within_df=np.array(free.sum()),
        sources=np.array(float(n)),
    )


def _hybrid(before: Share, after: Share) -> tuple[float, float] | None:
    """Return Newcombe's hybrid interval of ``after`` less ``before``; None where either has no interval."""
    p, low_p, high_p = before.estimate, before.low, before.high
    q, low_q, high_q = after.estimate, after.low, after.high
    if p is None or low_p is None or high_p is None or q is None or low_q is None or high_q is None:
        return None
    return q - p - math.hypot(q - low_q, high_p - p), q - p + math.hypot(high_q - q, p - low_p)


def _change(
    before: Share,
    after: Share,
    design: str,
    ends: tuple[float, float] | None,
    *,
    note: str = "",
    figure: str = "",
) -> Change:
    said = _sentence(before.estimate, after.estimate, design, ends)
    if figure:
        said = f"{figure}: {said[0].lower()}{said[1:]}"
    difference = None if before.estimate is None or after.estimate is None else after.estimate - before.estimate
    low, high = ends or (None, None)
    return Change(
        before=before.estimate,
        after=after.estimate,
        difference=difference,
        low=low,
        high=high,
        design=design,
        questions=(before.questions, after.questions),
        sources=(before.sources, after.sources),
        sentence=f"{said} {note}".strip(),
    )


def _sentence(before: float | None, after: float | None, design: str, ends: tuple[float, float] | None) -> str:
    if before is None or after is None:
        if design == "panel":
            return "No pair was answered in both rounds, so no change can be told."
        which = "either round" if before is after else "the earlier round" if before is None else "the later round"
        return f"Nobody answered in {which}, so no change can be told."
    if ends is None:
        return (
            f"Linkage was {percent(before)} and is now {percent(after)}; fewer than two services answered in one of the"
            " rounds, which is too few to say whether that is a change."
        )
    low, high = ends
    sure = f" (95 % interval {_size(min(abs(low), abs(high)))} to {_size(max(abs(low), abs(high)))})"
    if low > 0 or high < 0:
        verb = "rose" if low > 0 else "fell"
        return (
            f"Linkage {verb} by {points(after - before)}{sure if low < high else ''},"
            f" from {percent(before)} to {percent(after)}."
        )
    if low == high:
        return f"No change: linkage was {percent(before)} both times."
    moved = "about the same as before"
    if round(100 * abs(after - before)):
        moved = f"{points(after - before)} {'up' if after > before else 'down'}"
    return (
        f"No change that this many calls could show: {moved}, and it may be anything from {_size(low)} down to"
        f" {_size(high)} up."
    )


def _size(part: float) -> str:
    return points(part).partition(" point")[0]
