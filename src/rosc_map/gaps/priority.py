"""Where assets are fewest for those counted in a figure of need, and how much of that order is known (METHODS §3.3)."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps._words import authority_words, plural
from rosc_map.gaps.classes import NeedByProvision
from rosc_map.gaps.provision import Status
from rosc_map.gaps.rates import FEWEST_PEOPLE, rate_words

__all__ = ["priority", "priority_sentences"]

_KEPT = ("code", "name", "need", "assets", "per_1000", "low", "high")


def priority(found: NeedByProvision, *, level: float = 0.95) -> pd.DataFrame:
    """List the authorities by assets for each 1,000 counted, fewest first, with the range in which each rank lies.

    Numbers this small would often come out in another order by chance. So each authority is compared with every other
    one (the exact test of two Poisson rates), and its range leaves out only the ranks that these comparisons rule out.

    Parameters
    ----------
    found
        Need beside provision. The figures of need are taken as counted; the assets vary as Poisson counts do. A figure
        under :data:`rosc_map.gaps.rates.FEWEST_PEOPLE` is not ranked.
    level
        How often a range holds the true rank, at least.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name``, ``need``, ``assets``, ``per_1000``, ``low``, ``high`` as in ``found``; ``rank_low``,
        ``rank_high`` (int, 1 for the fewest; None where not ranked) and ``why_not_ranked`` ("" where ranked). Those
        ranked come first, by rate, of equal rates the one with more need first; then the others by name.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024). Inference for ranks. Review of Economic Studies,
    91(1), 476–518. Przyborowski, J., & Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson
    series. Biometrika, 31, 313–323. Why ranges: Goldstein, H., & Spiegelhalter, D. J. (1996). League tables and their
    limitations. Journal of the Royal Statistical Society A, 159(3), 385–443.

    Examples
    --------
    >>> from rosc_map.gaps import need_by_provision, need_figures, priority, provision
    >>> from rosc_map.records import Need
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found = need_by_provision(need_figures(held.others[Need], lookup, "local"), served, asset_type="lero")
    >>> priority(found)[["name", "assets", "rank_low", "rank_high"]].head(2)
            name assets rank_low rank_high
    0  Elmbridge      0        1         8
    1  Guildford      1        1         8
    """
    table = found.by_authority
    why = [
        _why_not(need, status, counted=found.figures.counts_people)
        for need, status in zip(table["need"], table["status"], strict=True)
    ]
    table = table.loc[:, list(_KEPT)].assign(why_not_ranked=why)
    is_ranked = table["why_not_ranked"] == ""
    ranked = table[is_ranked].sort_values(["per_1000", "need", "name"], ascending=[True, False, True])
    low, high = _rank_ranges(ranked, level)
    others = table[~is_ranked].sort_values(["name", "code"])
    none = [None] * len(others)
    listed = pd.concat([ranked, others], ignore_index=True)
    # As objects: pandas would make NaN of None, and a point in whole numbers.
    listed.insert(len(_KEPT), "rank_low", pd.Series([*low, *none], dtype=object))
    listed.insert(len(_KEPT) + 1, "rank_high", pd.Series([*high, *none], dtype=object))
    return listed


def priority_sentences(listed: pd.DataFrame, found: NeedByProvision) -> tuple[str, ...]:
    """Say what the list tells, and how much of its order is known.

    Parameters
    ----------
    listed
        As :func:`priority` returns it.
    found
        What it was made of.

    Returns
    -------
    tuple of str
        How many are ranked and who has the fewest, and how many others may come before that one; where nobody is
        ranked, only that.

    Examples
    --------
    >>> from rosc_map.gaps import need_by_provision, need_figures, priority, priority_sentences, provision
    >>> from rosc_map.records import Need
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found = need_by_provision(need_figures(held.others[Need], lookup, "local"), served, asset_type="lero")
    >>> priority_sentences(priority(found), found)[0]
    'LEROs for each 1,000 counted in "Adults in treatment (made up)", 2025-26: Elmbridge has 0, fewest of 8 in order,
    of 11 local authorities; by chance alone it could be from 0 to 17 (95 %; source: Made up for this example).'
    """
    figures, many = found.figures, len(listed)
    rates = f'{plural(found.asset_type)} for each 1,000 counted in "{figures.indicator}", {figures.period}'
    ranked = listed[listed["why_not_ranked"] == ""]
    authorities = authority_words(figures.tier, listed["code"])[many != 1]
    if ranked.empty:
        nobody = f"None of {many:,} {authorities} can" if many > 1 else f"The one {authorities} cannot"
        return (f"{nobody} be put in order by {rates} (source: {figures.source}).",)
    first = ranked.iloc[0]
    low, high = rate_words(first["low"]), rate_words(first["high"])
    of = f"fewest of {len(ranked):,} in order" if len(ranked) > 1 else "the only one that can be put in order"
    fewest = (
        f"{rates}: {first['name']} has {rate_words(first['per_1000'])}, {of}, of {many:,} {authorities}; by chance "
        f"alone it could be from {low} to {high} (95 %; source: {figures.source})."
    )
    return (fewest, _order(first, ranked.iloc[1:])) if len(ranked) > 1 else (fewest,)


def _order(first: pd.Series, others: pd.DataFrame) -> str:
    """Say how many of the others may come before the first one."""
    meets = (others["rank_low"] <= first["rank_high"]) & (others["rank_high"] >= first["rank_low"])
    overlapping, name = int(meets.sum()), first["name"]
    of = f"{f'{overlapping:,}' if overlapping else 'none'} of the other {len(others):,} ranges"
    if len(others) == 1:
        of = "the other range"
    if not overlapping:
        known = f"{of} {'overlaps' if len(others) > 1 else 'does not overlap'} that of {name}"
    elif overlapping == 1:
        known = f"{of} overlaps that of {name}, so which of the two comes first is not known"
    else:
        which = "most" if 2 * overlapping > len(others) else "these"
        known = f"{of} overlap that of {name}, so the order of {which} is not known"
    return f"By chance alone the order could be another, so each place in it is a range (95 %): {known}."


def _why_not(need: float | None, status: str, *, counted: bool) -> str:
    if not counted:
        return "the figures count no people"
    if need is None:
        return "no figure of need"
    if status == Status.NOT_SURVEYED:
        return "not surveyed"
    return f"fewer than {FEWEST_PEOPLE} counted: too few to rank" if need < FEWEST_PEOPLE else ""


def _rank_ranges(ranked: pd.DataFrame, level: float) -> tuple[list[int], list[int]]:
    """Return the lowest and the highest rank of each row that the comparisons with all others leave open."""
    from scipy.special import betainc

    many = len(ranked)
    own = ranked["assets"].to_numpy(dtype=np.float64)[:, np.newaxis]
    need = ranked["need"].to_numpy(dtype=np.float64)[:, np.newaxis]
    # Of the assets of two with equal rates, each has its share of all who were counted: how likely are so few of them?
    rest = need.T / (need + need.T)
    so_few = np.where(own.T > 0, betainc(np.maximum(own.T, 1), own + 1, rest), 1.0)
    # Two sides, and as many comparisons as others: together they are wrong no more often than the level allows.
    fewer: npt.NDArray[np.bool_] = so_few <= (1 - level) / (2 * max(1, many - 1))
    low, high = 1 + fewer.sum(axis=0), many - fewer.sum(axis=1)
    return low.tolist(), high.tolist()
