"""Assets per 1,000 people with an exact interval, and which figures count people at all (METHODS §3.3)."""

import re

from rosc_map.errors import InputError

__all__ = ["FEWEST_PEOPLE", "counts_people", "is_no_count", "rate", "rate_words"]

FEWEST_PEOPLE = 20
"""Set against fewer, one asset more or less would make a rate altogether different: it tells of chance alone.

Examples
--------
>>> from rosc_map.gaps import FEWEST_PEOPLE
>>> FEWEST_PEOPLE
20
"""

_PEOPLE = re.compile(
    r"\b(people|persons?|adults?|children|men|women|residents?|population|clients?|patients?|users?|individuals?"
    r"|deaths?|parents?|carers?|drinkers?|members?|headcount)\b",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"%|\b(per|percent(age)?|rates?|ratios?|proportions?|shares?|scores?|rank(s|ing)?|ind(ex|ices)|deciles?|quintiles?"
    r"|average|mean|median|(hundred|thousand|million)s?|not a count)\b|\b1(0{2,}|(,000)+)s?\b",
    re.IGNORECASE,
)


def rate(count: int, of: float, *, per: int = 1000, level: float = 0.95) -> tuple[float, float, float] | None:
    """Return a rate with the exact Poisson interval.

    Parameters
    ----------
    count
        How many were counted, such as the assets of an authority; 0 or more.
    of
        What they are set against, such as adults in treatment; taken as known exactly.
    per
        The rate is for so many of them.
    level
        The confidence of the interval, above 0 and below 1.

    Returns
    -------
    tuple of float, or None
        The rate and the two ends of its interval; None where ``of`` is not above 0. The low end of no count is 0.

    Raises
    ------
    InputError
        When the count is negative or the level is no share.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika, 28(3/4), 437–442.

    Examples
    --------
    >>> from rosc_map.gaps import rate
    >>> value, low, high = rate(3, 1_480)
    >>> f"{value:.1f} for each 1,000 in treatment (95 % interval {low:.1f} to {high:.1f})"
    '2.0 for each 1,000 in treatment (95 % interval 0.4 to 5.9)'
    """
    # The quantiles of chi-squared with 2c degrees of freedom, halved, are those of the gamma distribution.
    from scipy.special import gammainccinv, gammaincinv

    if count < 0 or not 0 < level < 1:
        raise InputError(f"There is no rate of {count} at a level of {level}. Give a count of 0 or more, and a share.")
    if of <= 0:
        return None
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    high = float(gammainccinv(count + 1, tail))
    return per * count / of, per * low / of, per * high / of


def counts_people(unit: str) -> bool:
    """Whether a unit such as "people" or "adults in treatment" counts people, one by one; a rate or score does not."""
    return bool(_PEOPLE.search(unit)) and not is_no_count(unit)


def is_no_count(words: str) -> bool:
    """Whether a unit or heading says that its figures count nothing: a rate, share, score or rank, or thousands."""
    return bool(_NO_COUNT.search(words))


def rate_words(number: float) -> str:
    """Return a rate as it is said: two figures that count ("0.0031", "0.42", "2.1"), and whole numbers from 10."""
    return f"{number:,.0f}" if number >= 9.95 else f"{number:.2g}" if number >= 0.0001 or not number else "under 0.0001"
