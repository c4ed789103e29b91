"""The two-stage estimate of a share and its interval, for one round or for thousands at once (METHODS §1).

The arithmetic only: arrays in, arrays out, one round along the last axis. NaN stands for "cannot be known" in here, and
nowhere outside: :func:`rosc_map.linkage.estimate` turns it into None.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

__all__ = ["Z95", "StageParts", "TwoStage", "interval", "stage_parts", "together", "two_stage", "wilson"]

Floats = NDArray[np.float64]

Z95 = float(stats.norm.ppf(0.975))
"""The standard normal deviate of a two-sided 95 % interval."""

_NOTHING = 1e-14
"""A variance below this is rounding error: one link among a million questions gives 1e-12."""


@dataclass(frozen=True, eq=False)
class TwoStage:
    """The estimate for each round: arrays of the shape of the input without its last axis.

    Attributes
    ----------
    estimate, variance, low, high
        The share of linked pairs, its estimated variance and the 95 % interval (shares of 1).
    df
        The Satterthwaite degrees of freedom; NaN where fewer than two sources answered.
    n_eff
        The effective sample size that the Wilson interval used, after the correction for few degrees of freedom.
    sources, questions
        How many sources and questions the estimate rests on.
    census
        True where every possible question was answered, so that the interval has no width.
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
class StageParts:
    """The estimate of one stratum and the two parts of its variance, in arrays as in :class:`TwoStage`.

    Attributes
    ----------
    estimate
        The share of linked pairs; NaN where nobody answered.
    between, within
        The part of the variance from which sources were drawn (NaN for one source of several), and the part from which
        questions each was asked.
    between_df, within_df
        The degrees of freedom of each part; of no meaning where the part is 0.
    sources, questions, census
        As in :class:`TwoStage`.
    """

    estimate: Floats
    between: Floats
    within: Floats
    between_df: Floats
    within_df: Floats
    sources: Floats
    questions: Floats
    census: NDArray[np.bool_]


def wilson(share: ArrayLike, n: ArrayLike, *, z: float = Z95) -> tuple[Floats, Floats]:
    """Return the Wilson score interval, for whole or effective sample sizes.

    SciPy has it for whole counts only, and an effective sample size is none. The tests hold it equal to statsmodels.

    Parameters
    ----------
    share
        Observed shares, 0 to 1.
    n
        Sample sizes above 0, of the same shape.
    z
        The normal deviate.

    Returns
    -------
    tuple of two arrays
        Lower and upper ends, with 0 ≤ low ≤ share ≤ high ≤ 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22(158), 209–212.
    """
    p, size = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    middle = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    # At 0 and 1 the ends are exact, and rounding must not push them past the share.
    return np.clip(np.minimum(middle - half, p), 0, 1), np.clip(np.maximum(middle + half, p), 0, 1)


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

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §5.4. Wiley. Satterthwaite, F. E. (1946). An approximate
    distribution of estimates of variance components. Biometrics Bulletin 2(6), 110–114.
    """
    share = np.asarray(weights, np.float64)
    estimate = np.clip(sum(w * s.estimate for w, s in zip(share, strata, strict=True)), 0, 1)
    parts = [w**2 * part for w, s in zip(share, strata, strict=True) for part in (s.between, s.within)]
    dfs = [df for s in strata for df in (s.between_df, s.within_df)]
    variance = np.sum(parts, axis=0)
    n, questions = (np.sum([getattr(s, name) for s in strata], axis=0) for name in ("sources", "questions"))
    # Where all answers are alike there are no parts to weigh, and one source cannot say how sources differ.
    df = np.where(variance < _NOTHING, n - 1, _satterthwaite(parts, dfs))
    df = np.where(n < 2, np.nan, df)
    n_eff, low, high = interval(estimate, variance, df, n)
    census = np.all([s.census for s in strata], axis=0)
    return TwoStage(
        estimate=estimate,
        variance=np.where(census, 0.0, variance),
        df=np.where(census, np.nan, df),
        n_eff=np.where(census, np.nan, n_eff),
        low=np.where(census, estimate, low),
        high=np.where(census, estimate, high),
        sources=n,
        questions=questions,
        census=census,
    )


def _satterthwaite(parts: Sequence[Floats], dfs: Sequence[Floats]) -> Floats:
    """Return 1 / Σ (part/whole)²/df; a part that is 0 has no say, even where its df is 0."""
    whole = np.sum(parts, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        said = [np.where(part > 0, (part / whole) ** 2 / df, 0.0) for part, df in zip(parts, dfs, strict=True)]
        result: Floats = np.where(np.isnan(whole), np.nan, 1 / np.sum(said, axis=0))
    return result


def interval(estimate: Floats, variance: Floats, df: Floats, sources: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the effective sample size and the 95 % interval that it gives.

    Parameters
    ----------
    estimate, variance
        The share and its variance, of any one shape.
    df
        The degrees of freedom of the variance, the same shape; NaN or 0 for an interval that cannot be known.
    sources
        How many sources answered: the effective sample size where the variance is 0.

    Returns
    -------
    tuple of three arrays
        n_eff = L̂(1−L̂)/v̂ · (z/t_df)², and the lower and upper end (Wilson); NaN where they cannot be known.
    """
    alike = variance < _NOTHING
    with np.errstate(invalid="ignore", divide="ignore"):
        t = stats.t.ppf(0.975, np.where(df > 0, df, np.nan))
        size = np.where(alike, sources, estimate * (1 - estimate) / np.where(alike, 1.0, variance) * (Z95 / t) ** 2)
        n_eff = np.where(df > 0, size, np.nan)
        return n_eff, *wilson(estimate, n_eff)
