"""Figures by asset, for ``internal`` use only: never published, never ranked (METHODS §1, "Per asset")."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.deviates import beta_quantile
from rosc_map.linkage.estimate import answered_questions

__all__ = ["per_asset", "shrunken"]

Floats = NDArray[np.float64]


def per_asset(questions: pd.DataFrame, answers: pd.DataFrame, *, threshold: int = 2) -> pd.DataFrame:
    """Tell, for each asset of a round, how much it knows of others and how well it is known: internal only.

    A few questions each cannot rank organisations. The rows are sorted by id, and the figures belong on each
    organisation's own sheet or in an unnamed funnel, nowhere else.

    Parameters
    ----------
    questions
        ``source``, ``target`` (ids), the questions that count (:func:`rosc_map.linkage.in_use.in_use`).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``). Those to other questions are passed over, and a
        question with two different levels counts for nobody until it is settled.
    threshold
        The level from which a pair is linked, 1 to 4.

    Returns
    -------
    pandas.DataFrame
        One row an asset that was asked or asked about, sorted by ``id``; for each side, ``knows`` (as a source) and
        ``is_known`` (as a target): ``…_questions`` (answered), ``…_linked``, ``…_share`` (raw), ``…_shrunken``,
        ``…_low`` and ``…_high`` (shares of 1, 95 %). Shares are None where there was no answer.

    Examples
    --------
    >>> from rosc_map.linkage import per_asset
    >>> table = per_asset(held.questions.query("round == 'R1'"), held.answers)
    >>> table[["knows_questions", "is_known_questions"]].sum().tolist()
    [85, 85]
    """
    asked = answered_questions(questions, answers)
    told = asked[asked["level_number"].notna()]
    told = told.assign(questions=1, linked=(told["level_number"] >= threshold).astype(int))
    ids = sorted({str(value) for value in asked["source"]} | {str(value) for value in asked["target"]})
    table: dict[str, object] = {"id": ids}
    for side, column in (("knows", "source"), ("is_known", "target")):
        counts = told.groupby(column)[["linked", "questions"]].sum().reindex(ids, fill_value=0)
        table |= _side(side, counts["linked"].to_numpy(int), counts["questions"].to_numpy(int))
    return pd.DataFrame(table, dtype=object)


def _side(side: str, linked: NDArray[np.int_], questions: NDArray[np.int_]) -> dict[str, object]:
    estimate, low, high = shrunken(linked, questions)
    told = questions > 0
    raw = linked / np.where(told, questions, 1)
    figures = {"share": raw, "shrunken": estimate, "low": low, "high": high}
    columns: dict[str, object] = {f"{side}_questions": questions.tolist(), f"{side}_linked": linked.tolist()}
    for name, values in figures.items():
        columns[f"{side}_{name}"] = [float(value) if known else None for value, known in zip(values, told, strict=True)]
    return columns


def shrunken(linked: NDArray[np.int_], questions: NDArray[np.int_]) -> tuple[Floats, Floats, Floats]:
    """Shrink shares towards their common mean: beta-binomial empirical Bayes, the prior by the method of moments.

    Parameters
    ----------
    linked, questions
        Counts by asset, of the same shape (k,); ``linked`` at most ``questions``, which may be 0.

    Returns
    -------
    tuple of three arrays
        Posterior means and the ends of their central 95 % intervals, 0 to 1. An asset without questions gets the
        prior's.

    Notes
    -----
    The prior is worth at least one question (one asset can never be beyond doubt) and at most as many as were answered
    in all (the round cannot know the spread better than that), which also keeps the interval open where the assets show
    no spread at all. The common mean is (Σy + ½)/(Σn + 1), so that all yes or all no leaves a proper prior.

    References
    ----------
    Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. JASA 68(341), 46–54.
    """
    y, n = linked.astype(np.float64), questions.astype(np.float64)
    mean = (y.sum() + 0.5) / (n.sum() + 1)
    strength = _strength(y[n > 0], n[n > 0])
    a, b = mean * strength + y, (1 - mean) * strength + n - y
    estimate = a / (a + b)
    # Under an extreme skew the mean of a beta can lie outside its central interval.
    low, high = (beta_quantile(part, a, b) for part in (0.025, 0.975))
    return estimate, np.minimum(low, estimate), np.maximum(high, estimate)


def _strength(y: Floats, n: Floats) -> float:
    """Return a + b of the prior, in questions: 1/ρ − 1 with the intra-class correlation ρ that the shares show."""
    total, assets = float(n.sum()), len(n)
    most = total + 1
    pooled = float(y.sum()) / total if total else 0.0
    # With no spread to see, or one question each, the shares cannot tell the prior; the strongest is the safest.
    room = total - float((n**2).sum()) / total - (assets - 1) if total else 0.0
    if room <= 0 or pooled in (0.0, 1.0):
        return most
    seen = float((n * (y / n - pooled) ** 2).sum()) / (pooled * (1 - pooled))
    rho = (seen - (assets - 1)) / room
    return float(np.clip(1 / rho - 1, 1.0, most)) if rho > 0 else most
