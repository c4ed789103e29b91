"""Wilson's interval, the quantiles of 95 % intervals, and what counts as no spread (METHODS §1, "Interval")."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["NO_SPREAD", "Z95", "beta_quantile", "t95", "wilson"]

Floats = NDArray[np.float64]

# SciPy is loaded only once a quantile is wanted: most commands publish without one.

NO_SPREAD = 1e-14
"""A variance below this is rounding error: one link among a million questions gives 1e-12."""

Z95 = 1.959963984540054
"""The standard normal deviate of a two-sided 95 % interval."""


def t95(df: ArrayLike) -> Floats:
    """Return Student's t of a two-sided 95 % interval.

    Parameters
    ----------
    df
        Degrees of freedom, of any shape; infinite gives :data:`Z95`, and NaN gives NaN.
    """
    from scipy.special import stdtrit

    free = np.asarray(df, np.float64)
    return np.where(np.isinf(free), Z95, stdtrit(free, 0.975))


def beta_quantile(part: float, a: ArrayLike, b: ArrayLike) -> Floats:
    """Return the quantiles of beta distributions.

    Parameters
    ----------
    part
        The probability below the quantile, 0 to 1.
    a, b
        The two parameters, above 0, of any one shape.
    """
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, part), np.float64)


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

    Examples
    --------
    >>> from rosc_map.linkage import wilson
    >>> low, high = wilson([0.45], [40])
    >>> f"45 % of 40 (95 % interval {low[0]:.0%} to {high[0]:.0%})"
    '45 % of 40 (95 % interval 31% to 60%)'
    """
    p, size = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    middle = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    # At 0 and 1 the ends are exact, and rounding must not push them past the share.
    return np.clip(np.minimum(middle - half, p), 0, 1), np.clip(np.maximum(middle + half, p), 0, 1)
