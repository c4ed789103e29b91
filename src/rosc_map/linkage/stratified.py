"""The estimate over strata, and what is done about strata in which too few have answered (METHODS §1, design 2)."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from rosc_map.errors import InputError
from rosc_map.linkage.figures import Share
from rosc_map.linkage.two_stage import StageParts, TwoStage, stage_parts, together

__all__ = [
    "Strata",
    "share_of",
    "strata_of_round",
    "strata_of_sources",
    "strata_that_answered",
    "stratified",
    "with_strata",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int_]


def stratified(
    linked: ArrayLike,
    answered: ArrayLike,
    eligible: ArrayLike,
    population: ArrayLike,
    stratum: ArrayLike,
    weights: ArrayLike,
    *,
    source_weights: ArrayLike | None = None,
) -> TwoStage:
    """Estimate the share of linked pairs of a stratified round, or of thousands with the same sources by stratum.

    Parameters
    ----------
    linked, answered, eligible
        Counts by source as for :func:`rosc_map.linkage.two_stage`, shape (…, k).
    population
        N_h, the number of possible sources of each stratum, shape (H,); infinite for strata taken together.
    stratum
        The stratum of each source, 0 to H − 1, shape (k,).
    weights
        W_h, the share of each stratum in all eligible pairs, shape (H,); their sum is 1.
    source_weights
        What each source stands for in strata taken together, shape (…, k), in any unit; Mᵢ unless given. Everywhere
        else it is Mᵢ.

    Returns
    -------
    TwoStage
        Arrays of shape (…): Σ W_h·L̂_h, its variance Σ W_h²·v_h, and the interval, in which a stratum without any
        spread counts as uncertain too: see :func:`rosc_map.linkage.two_stage.together`. NaN where one has fewer than
        two sources that answered and is not that one alone: see :func:`strata_that_answered`.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §5.4 and §10.3. Wiley.

    Examples
    --------
    >>> from rosc_map.linkage import stratified
    >>> found = stratified([3, 2, 4, 1], [5, 5, 5, 5], [40, 40, 40, 40], [30, 30], [0, 0, 1, 1], [0.5, 0.5])
    >>> round(float(found.estimate), 2), float(found.questions)
    (0.5, 20.0)
    """
    y, m, big_m = np.broadcast_arrays(*(np.asarray(counts, np.float64) for counts in (linked, answered, eligible)))
    each = big_m if source_weights is None else np.broadcast_to(np.asarray(source_weights, np.float64), y.shape)
    label = np.asarray(stratum)
    parts = []
    for place, size in enumerate(np.asarray(population, np.float64)):
        mine = label == place
        if np.isinf(size):
            parts.append(_collapsed(y[..., mine], m[..., mine], each[..., mine]))
        else:
            parts.append(stage_parts(y[..., mine], m[..., mine], big_m[..., mine], size))
    return together(parts, list(np.asarray(weights, np.float64)))


def _collapsed(linked: Floats, answered: Floats, weights: Floats) -> StageParts:
    """Estimate strata taken together: the spread between all of their sources stands for that within each.

    It holds the spread within the sources as well, and the differences between the strata; no finite population
    correction is taken off.
    """
    took_part = answered > 0
    n = took_part.sum(axis=-1).astype(np.float64)
    weight = np.where(took_part, weights, 0.0)
    share = linked / np.where(took_part, answered, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = weight / weight.sum(axis=-1)[..., None]
        apart = np.where(took_part, share - (share.sum(axis=-1) / n)[..., None], 0.0)
        between = (apart**2).sum(axis=-1) / (n - 1) * (part**2).sum(axis=-1)
        estimate = np.clip((part * share).sum(axis=-1), 0, 1)
    nothing = np.zeros_like(n)
    return StageParts(
        estimate=estimate,
        between=between,
        within=nothing,
        between_df=n - 1,
        within_df=nothing,
        sources=n,
        questions=answered.sum(axis=-1),
        census=nothing > 0,
    )


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata as one round can be estimated by them; the fields are what :func:`stratified` takes.

    Attributes
    ----------
    stratum, population, weights, source_weights
        As for :func:`stratified`.
    merged
        How many strata were taken together because one service alone answered there.
    silent
        How many strata nobody answered in; the others stand for them.
    """

    stratum: Ints
    population: Floats
    weights: Floats
    source_weights: Floats
    merged: int
    silent: int


def strata_that_answered(
    answered: ArrayLike, eligible: ArrayLike, stratum: ArrayLike, population: ArrayLike, pairs: ArrayLike
) -> Strata:
    """Make strata that each have a variance, out of those of the draw.

    Parameters
    ----------
    answered, eligible
        mᵢ and Mᵢ by source, shape (k,), at least one; each source has answered at least once.
    stratum
        The stratum of each source, 0 to H − 1, shape (k,).
    population, pairs
        N_h, the possible sources, and the eligible pairs of each stratum, shape (H,).

    Returns
    -------
    Strata
        G ≤ H strata, in the order of the first of each.

    Notes
    -----
    One source alone cannot tell the variance of its stratum, unless it is all there is of it. Such strata are collapsed
    into one, and where there is a single one, with the smallest other (by pairs, then by order). Only the variance is
    collapsed: each source keeps the weight W_h·Mᵢ/ΣMᵢ of its own stratum, so that the estimate stays Σ W_h·L̂_h. With
    alike strata the variance is right on average, and the more they differ the larger it comes out. A stratum in which
    nobody answered leaves its contacts and its pairs to the others, in proportion, as a source that did not answer does
    within a stratum.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., §5A.12. Wiley.
    """
    m, big_m = np.asarray(answered, np.float64), np.asarray(eligible, np.float64)
    label, size, weight = np.asarray(stratum, int), np.asarray(population, np.float64), np.asarray(pairs, np.float64)
    count = _sums(label, np.ones(len(label)), len(size))
    told = count > 0
    size = np.where(told, size * size.sum() / size[told].sum(), 0.0)
    weight = np.where(told, weight / weight[told].sum(), 0.0)
    spread_known = _sums(label, m >= np.minimum(2, big_m), len(size)) > 0
    thin = (count == 1) & ~((size == 1) & spread_known)
    others = np.flatnonzero(told & ~thin)
    if thin.sum() == 1 and len(others):
        thin[others[np.argmin(weight[others])]] = True
    first_of = np.where(thin, np.argmax(thin), np.arange(len(size)))
    kept, group = np.unique(first_of[label], return_inverse=True)
    place = np.searchsorted(kept, first_of[told])
    return Strata(
        stratum=group,
        population=_sums(place, np.where(thin & (thin.sum() > 1), np.inf, size)[told], len(kept)),
        weights=_sums(place, weight[told], len(kept)),
        source_weights=weight[label] * big_m / _sums(label, big_m, len(size))[label],
        merged=int(thin.sum()) if thin.sum() > 1 else 0,
        silent=int((~told).sum()),
    )


def _sums(label: Ints, values: ArrayLike, groups: int) -> Floats:
    """Return the sum of the values by label, of shape (groups,)."""
    return np.bincount(label, np.asarray(values, np.float64), minlength=groups).astype(np.float64)


def with_strata(questions: pd.DataFrame, *, design: str, frame_size: int) -> pd.DataFrame:
    """Give each question its stratum; a design without strata is one stratum without a name.

    Parameters
    ----------
    questions
        The questions of a round; of a stratified one with ``stratum``, ``stratum_size`` and ``stratum_pairs``.
    design
        A code of ``draw_design``.
    frame_size
        N, how many services could have been contacted.

    Returns
    -------
    pandas.DataFrame
        The questions with these three columns filled.

    Raises
    ------
    InputError
        When a stratified round does not say how large its strata are.
    """
    if design != "stratified":
        return questions.assign(stratum="", stratum_size=float(frame_size), stratum_pairs=1.0)
    known = {"stratum", "stratum_size", "stratum_pairs"} <= set(questions.columns)
    sizes = questions[["stratum_size", "stratum_pairs"]].apply(pd.to_numeric) if known else None
    if sizes is None or not (sizes >= 1).all(axis=None):
        raise InputError(
            "This round was drawn by groups, but its questions do not all say how many contacts and pairs their group"
            " has. Restore its questions, or draw the round again."
        )
    return questions.assign(stratum=questions["stratum"].fillna(""), **sizes.astype(np.float64))


def strata_of_round(questions: pd.DataFrame, *, taken: set[str], closed: set[str]) -> pd.DataFrame:
    """Return the strata of a round with their sizes.

    Parameters
    ----------
    questions
        As from :func:`with_strata`, reserves included.
    taken
        The sources in use.
    closed
        The services found closed.

    Returns
    -------
    pandas.DataFrame
        One row a stratum, sorted; the index is its label: ``contacts`` (N_h) and ``pairs``. Where all contacts of a
        stratum were drawn, it is known how many have closed, and they are not among its contacts; a stratum in which
        all have closed is left out.

    Raises
    ------
    InputError
        When more were drawn than there are.
    """
    each = questions.drop_duplicates("source")
    table = each.groupby("stratum", sort=True)[["stratum_size", "stratum_pairs"]].max()
    drawn = each["source"].isin(taken | closed).groupby(each["stratum"]).sum()
    gone = each["source"].isin(closed).groupby(each["stratum"]).sum()
    short = table[table["stratum_size"] < drawn]
    if len(short):
        label, had = short.index[0], short["stratum_size"].iloc[0]
        whole = f"the group {label!r} of" if label else "a frame of"
        raise InputError(
            f"The round drew {drawn[label]} services from {whole} {had:g}. Give the size of the frame at the draw."
        )
    contacts = table["stratum_size"].where(drawn < table["stratum_size"], table["stratum_size"] - gone)
    return pd.DataFrame({"contacts": contacts, "pairs": table["stratum_pairs"]})[contacts > 0]


def strata_of_sources(sources: pd.DataFrame, strata: pd.DataFrame) -> Strata | None:
    """Return the strata by which these sources can be estimated.

    Parameters
    ----------
    sources
        One row a source: ``asked`` (mᵢ, at least 1), ``eligible`` (Mᵢ) and ``stratum`` (its label).
    strata
        As from :func:`strata_of_round`.

    Returns
    -------
    Strata or None
        As from :func:`strata_that_answered`; None where there are no sources.
    """
    if sources.empty:
        return None
    label = strata.index.get_indexer(pd.Index(sources["stratum"]))
    return strata_that_answered(sources["asked"], sources["eligible"], label, strata["contacts"], strata["pairs"])


def share_of(sources: pd.DataFrame, marks: str, groups: Strata | None) -> Share:
    """Estimate the share of the questions asked that bear a mark.

    Parameters
    ----------
    sources
        As for :func:`strata_of_sources`.
    marks
        The column that counts the marked questions of each source.
    groups
        The strata of these sources, from :func:`strata_of_sources`.

    Returns
    -------
    Share
        The share with its interval; None, and no questions, where there are no sources.
    """
    if groups is None:
        return Share(estimate=None, low=None, high=None, df=None, n_eff=None, questions=0, linked=0, sources=0)
    found = stratified(
        sources[marks],
        sources["asked"],
        sources["eligible"],
        groups.population,
        groups.stratum,
        groups.weights,
        source_weights=groups.source_weights,
    )
    return Share(
        estimate=_known(found.estimate),
        low=_known(found.low),
        high=_known(found.high),
        df=_known(found.df),
        n_eff=_known(found.n_eff),
        questions=int(found.questions),
        linked=int(sources[marks].sum()),
        sources=int(found.sources),
        census=bool(found.census),
    )


def _known(value: Floats) -> float | None:
    """Return a number, or None for what cannot be known: JSON and people have no NaN."""
    return float(value) if math.isfinite(float(value)) else None
