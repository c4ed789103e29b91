"""The two-stage estimate of a share and its interval, for one round or for thousands at once (METHODS §1).

The arithmetic only: arrays in, arrays out, one round along the last axis. NaN stands for "cannot be known" in here, and
nowhere outside: :func:`rosc_map.linkage.estimate` turns it into None.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosc_map.linkage.deviates import NO_SPREAD, Z95, t95, wilson

__all__ = [
    "Spread",
    "StageParts",
    "TwoStage",
    "effective_questions",
    "stage_parts",
    "together",
    "two_stage",
    "variance_of",
    "wilson",
]

Floats = NDArray[np.float64]

_ALIKE = 0.2
"""The correlation of the answers of one source that a stratum without any spread is reckoned with, as in a plan."""


@dataclass(frozen=True, eq=False)
class TwoStage:
    """The estimate for each round: arrays of the shape of the input without its last axis.

    Attributes
    ----------
    estimate, variance, low, high
        The share of linked pairs, its estimated variance and the 95 % interval (shares of 1).
    df
        The Satterthwaite degrees of freedom; NaN where fewer than two sources answered, n − 1 where no stratum
        showed any spread.
    n_eff
        The effective sample size that the Wilson interval used, after the correction for few degrees of freedom.
    sources, questions
        How many sources and questions the estimate rests on.
    census
        True where every possible question was answered, so that the interval has no width.

    Examples
    --------
    >>> from rosc_map.linkage import two_stage
    >>> found = two_stage([3, 2, 4], [5, 5, 5], [40, 40, 40], 60)
    >>> float(found.estimate), float(found.questions)
    (0.6, 15.0)
    """

    estimate: Floats
    variance: Floats
    df: Floats
    n_eff: Floats
    low: Floats
    high: Floats
    sources: Floats
    questions: Floats
    census: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Spread:
    """The two parts of the variance of one stratum, in arrays as in :class:`TwoStage`.

    Attributes
    ----------
    between, within
        The part of the variance from which sources were drawn (NaN for one source of several), and the part from which
        questions each was asked.
    between_df, within_df
        The degrees of freedom of each part; of no meaning where the part is 0, infinite where it is not estimated.
    sources
        How many sources it rests on.
    """

    between: Floats
    within: Floats
    between_df: Floats
    within_df: Floats
    sources: Floats


@dataclass(frozen=True, eq=False)
class StageParts(Spread):
    """The estimate of one stratum with its variance.

    Attributes
    ----------
    estimate
        The share of linked pairs; NaN where nobody answered.
    questions, census
        As in :class:`TwoStage`.
    """

    estimate: Floats
    questions: Floats
    census: NDArray[np.bool_]


def two_stage(linked: ArrayLike, answered: ArrayLike, eligible: ArrayLike, population: int) -> TwoStage:
    """Estimate the share of linked pairs, with its interval, from counts by source.

    The ratio estimate Σ Mᵢȳᵢ / Σ Mᵢ; its linearised two-stage variance with finite population corrections; a Wilson
    interval on the effective sample size L̂(1−L̂)/v̂ · (z/t_df)².

    Parameters
    ----------
    linked
        Linked questions by source, shape (…, k).
    answered
        mᵢ, answered questions by source, the same shape; a source with 0 takes no part.
    eligible
        Mᵢ, about how many each source could have been asked, the same shape, at least ``answered``.
    population
        N, the number of possible sources, at least the number that answered.

    Returns
    -------
    TwoStage
        Arrays of shape (…). NaN: everything where nobody answered; ``df``, ``n_eff`` and the interval where one source
        answered, and the variance where that is one of several. A census has no ``df``, and an interval of no width.

    Notes
    -----
    Where some sources have a single answer and others more, a single answer says nothing of the spread within its
    source, and the pooled within-source variance of the others stands in. Where all have one answer: v = (1 −
    n/(N·M̄))·s_b²/n, df n − 1. Where v is 0, n_eff is the number of sources.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §10.3 and §11.8. Wiley. Dean, N., & Pagano, M. (2015).
    Evaluating confidence interval methods for binomial proportions in clustered surveys. J. Survey Stat. Methodol.
    3(4), 484–503. Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24(2), 193–201.

    Examples
    --------
    >>> from rosc_map.linkage import two_stage
    >>> found = two_stage([3, 2, 4], [5, 5, 5], [40, 40, 40], 60)
    >>> share, questions, low, high = (float(x) for x in (found.estimate, found.questions, found.low, found.high))
    >>> f"{share:.0%} of {questions:.0f} questions (95 % interval {low:.0%} to {high:.0%})"
    '60% of 15 questions (95 % interval 22% to 89%)'
    """
    return together([stage_parts(linked, answered, eligible, population)], [1.0])


def stage_parts(linked: ArrayLike, answered: ArrayLike, eligible: ArrayLike, population: float) -> StageParts:
    """Estimate one stratum, and keep the parts of the variance apart so that strata can be put together.

    Parameters
    ----------
    linked, answered, eligible, population
        As for :func:`two_stage`.

    Returns
    -------
    StageParts
        Arrays of shape (…).
    """
    y, m, big_m = np.broadcast_arrays(*(np.asarray(counts, np.float64) for counts in (linked, answered, eligible)))
    took_part = m > 0
    n = took_part.sum(axis=-1).astype(np.float64)
    weight = np.where(took_part, big_m, 0.0)
    # Each share is y/m of somebody who answered; the others are carried along with weight 0.
    share = y / np.where(took_part, m, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.clip((weight * share).sum(axis=-1) / weight.sum(axis=-1), 0, 1)
        relative = weight / (weight.sum(axis=-1) / n)[..., None]
        spread = ((relative * (share - estimate[..., None])) ** 2).sum(axis=-1) / (n - 1)
        # Where all sources were taken there is no between part, and one of one has no spread to speak of.
        between = np.where(n >= population, 0.0, (1 - n / population) * spread / n)
        one_each = (1 - n / (population * weight.sum(axis=-1) / n)) * spread / n
        within, within_df = _within(share, m, weight, relative)
    single = (m <= 1).all(axis=-1)
    census = (n == population) & (~took_part | (m >= big_m)).all(axis=-1)
    return StageParts(
        estimate=estimate,
        between=np.where(census, 0.0, np.where(single, one_each, between)),
        within=np.where(single, 0.0, within / (np.maximum(n, 1) * population)),
        between_df=n - 1,
        within_df=within_df,
        sources=n,
        questions=m.sum(axis=-1),
        census=census,
    )


def _within(share: Floats, m: Floats, weight: Floats, relative: Floats) -> tuple[Floats, Floats]:
    """Return Σ (1 − mᵢ/Mᵢ)·sᵢ²/mᵢ over the sources, weighted, and its degrees of freedom, each of shape (…)."""
    left_out = np.where(weight > 0, 1 - m / np.where(weight > 0, weight, 1.0), 0.0)
    several = m >= 2
    own = np.where(several, m * share * (1 - share) / np.where(several, m - 1, 1.0), 0.0)
    df = np.where(several, m - 1, 0.0).sum(axis=-1)
    pooled = np.where(several, (m - 1) * own, 0.0).sum(axis=-1) / df
    each = np.where(several, own, pooled[..., None]) / np.where(m > 0, m, 1.0)
    return np.where(left_out > 0, relative**2 * left_out * each, 0.0).sum(axis=-1), df


def together(strata: Sequence[StageParts], weights: Sequence[float]) -> TwoStage:
    """Put strata together: Σ W_h·L̂_h, its variance Σ W_h²·v_h, and one interval for the whole.

    Parameters
    ----------
    strata
        At least one; a single one is the whole.
    weights
        W_h, the share of each stratum in the whole; their sum is 1.

    Returns
    -------
    TwoStage
        With NaN as for :func:`two_stage`, and also where any stratum has no estimate or no variance.

    Notes
    -----
    Satterthwaite's degrees of freedom are taken over both parts of all strata.

    A stratum in which all answers are alike shows no spread, but it has some: with v_h = 0 it would count as known, and
    a round with equal allocation would claim far too much. For the interval it is therefore given, beside other strata,
    the variance p̃(1 − p̃)/ñ without a finite population correction: ñ = q/(1 + 0.2·(m̄ − 1)) is what its q questions are
    worth, m̄ to a source, and p̃ = (ñp + 1)/(ñ + 2) its share drawn towards the middle. n_eff is worked out at the share
    that this makes of the whole; the floor has no degrees of freedom to correct for. Where no stratum shows any
    spread, n_eff is at most the number of sources. ``variance`` stays unbiased, without the floor. The floor was chosen
    by simulation (docs/simulation.md).

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §5.4. Wiley. Satterthwaite, F. E. (1946). An approximate
    distribution of estimates of variance components. Biometrics Bulletin 2(6), 110–114. Kish, L. (1965). Survey
    Sampling, §5.4. Wiley. Agresti, A., & Caffo, B. (2000). Simple and effective confidence intervals for proportions
    and differences of proportions result from adding two successes and two failures. The American Statistician 54(4),
    280–288.
    """
    n, questions = (np.sum([getattr(s, name) for s in strata], axis=0) for name in ("sources", "questions"))
    variance, _ = variance_of(strata, weights)
    # One stratum alone needs no floor: without any spread, its n_eff is the number of sources.
    careful = [_with_floor(s) for s in strata] if len(strata) > 1 else strata
    spread, df = variance_of(careful, weights)
    n_eff = _effective(_weighted(careful, weights), spread, df, n)
    n_eff = np.where(variance < NO_SPREAD, np.minimum(n_eff, n), n_eff)
    estimate = _weighted(strata, weights)
    low, high = wilson(estimate, n_eff)
    census = np.all([s.census for s in strata], axis=0)
    return TwoStage(
        estimate=estimate,
        variance=np.where(census, 0.0, variance),
        df=np.where(census, np.nan, np.where(np.isinf(df), n - 1, df)),
        n_eff=np.where(census, np.nan, n_eff),
        low=np.where(census, estimate, low),
        high=np.where(census, estimate, high),
        sources=n,
        questions=questions,
        census=census,
    )


def effective_questions(questions: ArrayLike, sources: ArrayLike) -> Floats:
    """Return what questions are worth as if each were put to a source of its own: ñ = q/(1 + 0.2·(q/n − 1)).

    Parameters
    ----------
    questions, sources
        q and n, above 0, of any one shape.

    References
    ----------
    Kish, L. (1965). Survey Sampling, §5.4. Wiley.
    """
    q = np.asarray(questions, np.float64)
    return q / (1 + _ALIKE * (q / np.asarray(sources, np.float64) - 1))


def _weighted(strata: Sequence[StageParts], weights: Sequence[float]) -> Floats:
    result: Floats = np.clip(sum(w * s.estimate for w, s in zip(weights, strata, strict=True)), 0, 1)
    return result


def _with_floor(one: StageParts) -> StageParts:
    """Give a stratum in which all answers are alike, and not all was asked, the spread that it may have."""
    alike = (one.between + one.within < NO_SPREAD) & ~one.census
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = effective_questions(one.questions, one.sources)
        share = (worth * one.estimate + 1) / (worth + 2)
        floor = share * (1 - share) / worth
    return replace(
        one,
        estimate=np.where(alike, share, one.estimate),
        between=np.where(alike, floor, one.between),
        within=np.where(alike, 0.0, one.within),
        between_df=np.where(alike, np.inf, one.between_df),
    )


def variance_of(strata: Sequence[Spread], weights: Sequence[float]) -> tuple[Floats, Floats]:
    """Return the variance Σ W_h²·v_h over strata, and its degrees of freedom.

    Parameters
    ----------
    strata, weights
        As for :func:`together`.

    Returns
    -------
    tuple of two arrays
        The variance, and Satterthwaite's degrees of freedom: n − 1 where it is 0, NaN where one source is all there is.
    """
    squares = np.asarray(weights, np.float64) ** 2
    parts = [square * part for square, s in zip(squares, strata, strict=True) for part in (s.between, s.within)]
    dfs = [df for s in strata for df in (s.between_df, s.within_df)]
    variance, n = np.sum(parts, axis=0), np.sum([s.sources for s in strata], axis=0)
    # Where all answers are alike there are no parts to weigh, and one source cannot say how sources differ.
    df = np.where(variance < NO_SPREAD, n - 1, _satterthwaite(parts, dfs))
    return variance, np.where(n < 2, np.nan, df)


def _satterthwaite(parts: Sequence[Floats], dfs: Sequence[Floats]) -> Floats:
    """Return 1 / Σ (part/whole)²/df; a part that is 0 has no say, even where its df is 0."""
    whole = np.sum(parts, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        said = [np.where(part > 0, (part / whole) ** 2 / df, 0.0) for part, df in zip(parts, dfs, strict=True)]
        result: Floats = np.where(np.isnan(whole), np.nan, 1 / np.sum(said, axis=0))
    return result


def _effective(centre: Floats, variance: Floats, df: Floats, sources: Floats) -> Floats:
    """Return n_eff = L̂(1−L̂)/v̂ · (z/t_df)²: the number of sources where v̂ is 0, NaN where it cannot be known."""
    alike = variance < NO_SPREAD
    with np.errstate(invalid="ignore", divide="ignore"):
        t = t95(np.where(df > 0, df, np.nan))
        size = np.where(alike, sources, centre * (1 - centre) / np.where(alike, 1.0, variance) * (Z95 / t) ** 2)
        return np.where(df > 0, size, np.nan)
