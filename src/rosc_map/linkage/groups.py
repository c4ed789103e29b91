"""Linkage between kinds of asset: the type × type table, and whether like knows like (METHODS §1, "Between groups")."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.bootstrap import LEAST_SOURCES, REPLICATES, cluster_bootstrap, clustered_share
from rosc_map.linkage.deviates import NO_SPREAD, t95
from rosc_map.linkage.estimate import answered_questions

__all__ = ["TOO_FEW", "Homophily", "between_types", "homophily", "permuted_counts"]

TOO_FEW = 5
"""A cell with fewer answered questions than this is shown as "too few".

Examples
--------
>>> from rosc_map.linkage import TOO_FEW
>>> TOO_FEW
5
"""

_BATCH = 1_000_000
"""How many labels one batch of permutations gathers (1 MB): it stays in the cache, whatever the size of the round."""


@dataclass(frozen=True)
class Homophily:
    """Whether services know their own kind better than others.

    Attributes
    ----------
    difference
        Linkage within types less linkage between types, −1 to 1.
    low, high
        The 95 % interval of the difference, by resampling the sources; None with too few sources within or between
        types (:data:`rosc_map.linkage.bootstrap.LEAST_SOURCES`), or where all of them say the same.
    p
        The two-sided permutation p value, (b + 1) / (B + 1).
    within, between
        The two shares.
    within_questions, between_questions
        Their denominators.
    permutations
        B.

    Examples
    --------
    >>> from rosc_map.linkage import Homophily
    >>> found = result.homophily
    >>> isinstance(found, Homophily)
    True
    >>> found.within_questions, found.between_questions
    (11, 74)
    """

    difference: float
    low: float | None
    high: float | None
    p: float
    within: float
    between: float
    within_questions: int
    between_questions: int
    permutations: int


def between_types(
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    asset_types: "pd.Series[str]",
    *,
    rng: np.random.Generator | None = None,
    threshold: int = 2,
) -> pd.DataFrame:
    """Tabulate linkage from each asset type to each other.

    Parameters
    ----------
    questions
        ``source``, ``target`` (ids), the questions drawn.
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``).
    asset_types
        The type of each asset; the index is the id. Questions about assets without a type are left out.
    rng
        Where the resamples for the intervals come from; without it, the same ones each time.
    threshold
        The level from which a pair is linked, 1 to 4.

    Returns
    -------
    pandas.DataFrame
        One row an ordered pair of the types in the round, sorted: ``from_type``, ``to_type``, ``questions`` (drawn),
        ``answered``, ``linked``, ``share``, ``low``, ``high`` (shares of 1, Wilson) and ``note``. Under :data:`TOO_FEW`
        answered, the last figures are None and the note says "too few"; where nothing was drawn, "not tested".

    Notes
    -----
    The intervals allow for several answers of the same source: see :func:`rosc_map.linkage.bootstrap.clustered_share`.

    Examples
    --------
    >>> from rosc_map.linkage import between_types
    >>> questions, types = held.questions.query("round == 'R1'"), held.assets.set_index("id")["asset_type"]
    >>> between_types(questions, held.answers, types)[["from_type", "to_type", "linked", "answered", "note"]].head(2)
       from_type    to_type linked answered note
    0  community  community      2        5
    1  community       lero      4        5
    """
    asked = _typed(questions, answers, asset_types, threshold)
    types = sorted(set(asked["from_type"]) | set(asked["to_type"]))
    chance = np.random.default_rng(0) if rng is None else rng
    counts = (
        asked.assign(questions=1)
        .groupby(["from_type", "to_type", "source"], sort=True)[["questions", "answered", "linked"]]
        .sum()
    )
    cells = dict(iter(counts.groupby(level=["from_type", "to_type"])))
    rows = [
        {"from_type": pair[0], "to_type": pair[1], **_cell(cells.get(pair, counts.iloc[:0]), chance)}
        for pair in itertools.product(types, types)
    ]
    columns = ["from_type", "to_type", "questions", "answered", "linked", "share", "low", "high", "note"]
    # Plain objects keep None as None: a NaN would reach JSON and the page.
    return pd.DataFrame(rows, columns=columns, dtype=object)


def homophily(
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    asset_types: "pd.Series[str]",
    *,
    rng: np.random.Generator,
    threshold: int = 2,
    permutations: int = 9_999,
) -> Homophily | None:
    """Test whether services know their own kind better, by permuting the types of the assets.

    The labels move and the answers stay, so whatever makes a service well informed or well known stays as it is
    (a quadratic assignment test).

    Parameters
    ----------
    questions, answers, asset_types, threshold
        As for :func:`between_types`; all of these
        types take part in the permutation, so give those of the frame, and of no service that could not be drawn.
    rng
        Where the permutations come from.
    permutations
        B, how many.

    Returns
    -------
    Homophily | None
        None where there is nothing to compare: no answers, or none within, or none between types.

    Notes
    -----
    A permutation that leaves nothing within, or nothing between, has no difference; it counts as at least as extreme,
    so that p is never too small for it. The interval answers another question than p (how large, had other sources been
    drawn): it is the difference ± t times its standard error, from resampling the sources, without a finite
    population correction.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression analysis of dyadic data. Social
    Networks 10(4), 359–381. Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero. Stat. Appl.
    Genet. Mol. Biol. 9(1), 39.

    Examples
    --------
    >>> from rosc_map.linkage import homophily
    >>> questions, types = held.questions.query("round == 'R1'"), held.assets.set_index("id")["asset_type"]
    >>> found = homophily(questions, held.answers, types, rng=np.random.default_rng(1), permutations=199)
    >>> round(found.difference, 2), round(found.p, 2)
    (-0.09, 0.59)
    """
    asked = _typed(questions, answers, asset_types, threshold)
    told = asked[asked["answered"]]
    types = asset_types.dropna().sort_index()
    place = pd.Series(np.arange(len(types)), index=types.index)
    source, target = (place.reindex(told[side]).to_numpy(np.intp) for side in ("source", "target"))
    linked = told["linked"].to_numpy(dtype=bool)
    kinds, codes = np.unique(types.to_numpy(dtype=str), return_inverse=True)
    # The fewer bytes a label has, the more of them the cache holds.
    labels = codes.astype(np.min_scalar_type(len(kinds)))

    same = labels[source] == labels[target]
    within_n, between_n = int(same.sum()), int((~same).sum())
    if not within_n or not between_n:
        return None
    within, between = float(linked[same].mean()), float(linked[~same].mean())
    difference = within - between
    inside = permuted_counts(labels, source, target, linked, permutations=permutations, rng=rng)
    extreme = _as_extreme(inside, int(linked.sum()), int((~linked).sum()), difference)
    low, high = _interval(told, same, difference, rng)
    return Homophily(
        difference=difference,
        low=low,
        high=high,
        p=(extreme + 1) / (permutations + 1),
        within=within,
        between=between,
        within_questions=within_n,
        between_questions=between_n,
        permutations=permutations,
    )


def _typed(
    questions: pd.DataFrame, answers: pd.DataFrame, asset_types: "pd.Series[str]", threshold: int
) -> pd.DataFrame:
    """Return the questions between assets with a known type: from_type, to_type, answered, linked (truth values)."""
    asked = answered_questions(questions, answers)
    asked = asked.assign(
        from_type=asked["source"].map(asset_types),
        to_type=asked["target"].map(asset_types),
        answered=asked["level_number"].notna(),
        linked=asked["level_number"] >= threshold,
    )
    return asked[asked["from_type"].notna() & asked["to_type"].notna()]


def _cell(counts: pd.DataFrame, rng: np.random.Generator) -> dict[str, object]:
    """Return the figures of a cell from its counts by source."""
    drawn, answered, linked = (int(counts[name].sum()) for name in ("questions", "answered", "linked"))
    if answered < TOO_FEW:
        note = "too few" if drawn else "not tested"
        empty = dict.fromkeys(("linked", "share", "low", "high"))
        return {"questions": drawn, "answered": answered, **empty, "note": note}
    share, low, high = clustered_share(counts["linked"], counts["answered"], rng=rng)
    figures = {"linked": linked, "share": share, "low": low, "high": high}
    return {"questions": drawn, "answered": answered, **figures, "note": ""}


def permuted_counts(
    labels: NDArray[np.unsignedinteger[Any]],
    source: NDArray[np.intp],
    target: NDArray[np.intp],
    linked: NDArray[np.bool_],
    *,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Shuffle the labels of the assets, and count each time the questions whose two ends have the same one.

    Parameters
    ----------
    labels
        The type of each asset as a number, shape (assets,); the fewer bytes it has, the quicker.
    source, target
        The places of the two ends of each answered question in ``labels``, shape (questions,).
    linked
        Which of the questions are linked, shape (questions,).
    permutations
        B, how often.
    rng
        Where the permutations come from.

    Returns
    -------
    tuple of two arrays
        The linked questions within a type, and the others within a type, each of shape (B,).
    """
    # Linked questions first: then two plain sums tell all, and no weights are needed.
    order = np.argsort(~linked, kind="stable")
    source, target, links = source[order], target[order], int(linked.sum())
    inside = np.empty((2, permutations), dtype=np.int32)
    batch = max(1, _BATCH // max(len(linked), 1))
    bits = np.uint64(8 * labels.itemsize)
    for start in range(0, permutations, batch):
        part = inside[:, start : start + batch]
        # Sorting random keys that carry the labels in their lowest bits is several times quicker than shuffling. Two
        # keys are equal once in billions of permutations.
        keys = rng.integers(2**64, size=(part.shape[1], len(labels)), dtype=np.uint64) >> bits << bits | labels
        keys.sort(axis=1)
        # A permutation a column: each question then gathers whole rows, which lie together in memory.
        shuffled = keys.T.astype(labels.dtype, order="C")
        same = shuffled[source] == shuffled[target]
        same[:links].sum(axis=0, out=part[0], dtype=np.int32)
        same[links:].sum(axis=0, out=part[1], dtype=np.int32)
    return inside[0], inside[1]


def _as_extreme(inside: tuple[NDArray[np.int32], NDArray[np.int32]], links: int, others: int, observed: float) -> int:
    """Count the permutations with a difference as far from 0 as the observed one, or with none at all."""
    linked, all_inside, questions = inside[0], inside[0] + inside[1], links + others
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = linked / all_inside - (links - linked) / (questions - all_inside)
    # The margin keeps permutations that equal the observed arrangement from being lost to rounding.
    return int((~(np.abs(drawn) < abs(observed) - 1e-12)).sum())


def _interval(
    told: pd.DataFrame, same: NDArray[np.bool_], difference: float, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return the interval of the difference: t on the standard error of resampled sources."""
    linked = told["linked"].to_numpy(dtype=bool)
    counts = pd.DataFrame({"a": linked & same, "b": same, "c": linked & ~same, "d": ~same}).groupby(
        told["source"].to_numpy(), sort=True
    )
    sums = counts.sum().to_numpy(dtype=np.float64)
    sources = int((sums[:, [1, 3]] > 0).sum(axis=0).min())
    if sources < LEAST_SOURCES:
        return None, None
    totals = cluster_bootstrap(sums, replicates=REPLICATES, rng=rng)
    # Hardly any replicate has nothing within or between; what there is to compare is in the others.
    totals = totals[(totals[:, [1, 3]] > 0).all(axis=1)]
    spread = float(np.std(totals[:, 0] / totals[:, 1] - totals[:, 2] / totals[:, 3], ddof=1))
    half = float(t95(sources - 1)) * spread * math.sqrt(len(sums) / (len(sums) - 1))
    if half < NO_SPREAD:
        return None, None
    return max(difference - half, -1.0), min(difference + half, 1.0)
