"""Linkage between kinds of asset: the type × type table, and whether like knows like (METHODS §1, "Between groups")."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.estimate import answered_questions
from rosc_map.linkage.two_stage import wilson

__all__ = ["TOO_FEW", "Homophily", "between_types", "homophily"]

TOO_FEW = 5
"""A cell with fewer answered questions than this is shown as "too few"."""

_BATCH = 4_000_000
"""How many truth values one batch of permutations may hold (about 4 MB), whatever the size of the round."""


@dataclass(frozen=True)
class Homophily:
    """Whether services know their own kind better than others.

    Attributes
    ----------
    difference
        Linkage within types less linkage between types, −1 to 1.
    p
        The two-sided permutation p value, (b + 1) / (B + 1).
    within, between
        The two shares.
    within_questions, between_questions
        Their denominators.
    permutations
        B.
    """

    difference: float
    p: float
    within: float
    between: float
    within_questions: int
    between_questions: int
    permutations: int


def between_types(
    questions: pd.DataFrame, answers: pd.DataFrame, asset_types: "pd.Series[str]", *, threshold: int = 2
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
    The intervals take the questions of a cell as independent, so they are a little too narrow where a few sources gave
    many of the answers: a table to look at, not to decide by.
    """
    asked = _typed(questions, answers, asset_types, threshold)
    types = sorted(set(asked["from_type"]) | set(asked["to_type"]))
    cells = (
        asked.assign(questions=1)
        .groupby(["from_type", "to_type"])[["questions", "answered", "linked"]]
        .sum()
        .reindex(pd.MultiIndex.from_product([types, types], names=["from_type", "to_type"]), fill_value=0)
        .astype(int)
    )
    rows = [
        {"from_type": start, "to_type": end, **_cell(int(drawn), int(answered), int(linked))}
        for (start, end), drawn, answered, linked in zip(
            cells.index, cells["questions"], cells["answered"], cells["linked"], strict=True
        )
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
        As for :func:`between_types`; the types of the whole frame take part in the permutation.
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
    so that p is never too small for it.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression analysis of dyadic data. Social
    Networks 10(4), 359–381. Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero. Stat. Appl.
    Genet. Mol. Biol. 9(1), 39.
    """
    asked = _typed(questions, answers, asset_types, threshold)
    told = asked[asked["answered"]]
    types = asset_types.dropna().sort_index()
    place = pd.Series(np.arange(len(types)), index=types.index)
    source, target = place.reindex(told["source"]).to_numpy(int), place.reindex(told["target"]).to_numpy(int)
    linked = told["linked"].to_numpy(dtype=np.float64)
    labels = np.unique(types.to_numpy(dtype=str), return_inverse=True)[1]

    same = labels[source] == labels[target]
    within_n, between_n = int(same.sum()), int((~same).sum())
    if not within_n or not between_n:
        return None
    within, between = float(linked[same].mean()), float(linked[~same].mean())
    difference = within - between
    extreme, left, batch = 0, permutations, max(1, _BATCH // (len(labels) + len(linked)))
    while left:
        size = min(batch, left)
        shuffled = rng.permuted(np.broadcast_to(labels, (size, len(labels))), axis=1)
        drawn = _differences(shuffled[:, source] == shuffled[:, target], linked)
        # The margin keeps permutations that equal the observed arrangement from being lost to rounding.
        extreme += int((~(np.abs(drawn) < abs(difference) - 1e-12)).sum())
        left -= size
    return Homophily(
        difference=difference,
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


def _cell(drawn: int, answered: int, linked: int) -> dict[str, object]:
    if answered < TOO_FEW:
        note = "too few" if drawn else "not tested"
        empty = dict.fromkeys(("linked", "share", "low", "high"))
        return {"questions": drawn, "answered": answered, **empty, "note": note}
    low, high = wilson(linked / answered, answered)
    return {
        "questions": drawn,
        "answered": answered,
        "linked": linked,
        "share": linked / answered,
        "low": float(low),
        "high": float(high),
        "note": "",
    }


def _differences(same: NDArray[np.bool_], linked: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linkage within less between for each permutation, a row of ``same``; NaN where one has no question."""
    inside = same.sum(axis=1)
    linked_inside = same @ linked
    with np.errstate(invalid="ignore", divide="ignore"):
        result: NDArray[np.float64] = linked_inside / inside - (linked.sum() - linked_inside) / (len(linked) - inside)
    return result
