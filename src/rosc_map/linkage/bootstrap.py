"""Resampling the services that answered: how far a figure might move had others been drawn (METHODS §1)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosc_map.linkage.deviates import NO_SPREAD, Z95, t95, wilson

__all__ = ["LEAST_SOURCES", "REPLICATES", "cluster_bootstrap", "clustered_share"]

Floats = NDArray[np.float64]

LEAST_SOURCES = 5
"""With fewer sources than this, resampling them says too little of how they differ."""

_BATCH = 100_000
"""How many draws one batch holds (0.8 MB): it stays in the cache, whatever the size of the round."""

REPLICATES = 2_000
"""Enough for a standard error good to about 2 % of itself."""


def cluster_bootstrap(sums: ArrayLike, *, replicates: int = 10_000, rng: np.random.Generator) -> Floats:
    """Resample clusters with replacement, and return the total of each column in each replicate.

    A service answers several questions, and its answers are alike; so whole services are drawn again, never single
    answers. All that a total needs of a service is its own sums, which is why they are what is gathered.

    Parameters
    ----------
    sums
        Shape (k, c), k at least 1: for each of k clusters the sums of c figures, such as linked and answered.
    replicates
        How often the k clusters are drawn again.
    rng
        Where the draws come from.

    Returns
    -------
    numpy.ndarray
        Totals of shape (replicates, c).

    References
    ----------
    Davison, A. C., & Hinkley, D. V. (1997). Bootstrap Methods and their Application, §3.8. Cambridge University Press.

    Examples
    --------
    >>> from rosc_map.linkage import cluster_bootstrap
    >>> linked_and_answered = [[3, 5], [2, 5], [4, 5]]
    >>> totals = cluster_bootstrap(linked_and_answered, replicates=1_000, rng=np.random.default_rng(1))
    >>> totals.shape
    (1000, 2)
    """
    columns = np.ascontiguousarray(np.asarray(sums, dtype=np.float64).T)
    clusters = columns.shape[1]
    totals = np.empty((replicates, len(columns)))
    batch = max(1, _BATCH // clusters)
    for start in range(0, replicates, batch):
        part = totals[start : start + batch]
        drawn = rng.integers(clusters, size=(len(part), clusters))
        for number, column in enumerate(columns):
            part[:, number] = column[drawn].sum(axis=1)
    return totals


def clustered_share(linked: ArrayLike, answered: ArrayLike, *, rng: np.random.Generator) -> tuple[float, float, float]:
    """Return a share of answers with a 95 % interval that allows for several answers of the same source.

    The standard error comes from resampling the sources, the interval is Wilson's on the effective sample size that
    this makes. A plain percentile interval would have no width where all answers are alike.

    Parameters
    ----------
    linked, answered
        Counts by source, shape (k,); at least one answer. Sources without an answer take no part.
    rng
        Where the resamples come from.

    Returns
    -------
    tuple of float
        The share, and the ends of its interval, 0 ≤ low ≤ share ≤ high ≤ 1.

    Notes
    -----
    n_eff = p(1 − p)/v · (z/t)², with t on k − 1 degrees of freedom, v the variance of the resampled shares times
    k/(k − 1), and p(1 − p)/v at most the number of answers: that the sources of a small cell look more alike than
    chance allows is itself chance. Under :data:`LEAST_SOURCES` sources, and where all sources say the same, n_eff is
    the number of sources, as if each had given one answer: wide, but it claims nothing that is not known. No finite
    population correction: the interval is rather too wide where most of the area was asked.

    References
    ----------
    Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24(2), 193–201.
    """
    counts = np.stack([np.asarray(linked, dtype=np.float64), np.asarray(answered, dtype=np.float64)], axis=1)
    counts = counts[counts[:, 1] > 0]
    sources, (yes, total) = len(counts), counts.sum(axis=0)
    share, size = float(yes / total), float(sources)
    if sources >= LEAST_SOURCES:
        totals = cluster_bootstrap(counts, replicates=REPLICATES, rng=rng)
        variance = float(np.var(totals[:, 0] / totals[:, 1], ddof=1)) * sources / (sources - 1)
        if variance > NO_SPREAD:
            few = (Z95 / float(t95(sources - 1))) ** 2
            size = min(share * (1 - share) / variance, float(total)) * few
    low, high = wilson(share, size)
    return share, float(low), float(high)
