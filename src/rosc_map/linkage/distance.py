"""Does linkage fall with distance: shares by band, and a permutation test within sources (METHODS §1)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.linkage.bootstrap import clustered_share
from rosc_map.linkage.estimate import answered_questions
from rosc_map.linkage.groups import TOO_FEW
from rosc_map.records import counted

__all__ = ["BANDS", "Distance", "by_distance"]

Floats = NDArray[np.float64]

BANDS = (
    ("under 2 km", 0.0, 2_000.0),
    ("2 to 5 km", 2_000.0, 5_000.0),
    ("5 to 10 km", 5_000.0, 10_000.0),
    ("10 km and more", 10_000.0, np.inf),
)
"""The bands: what they are called, from how many metres, and below how many."""

_SURE = 0.05
"""The p value up to which the sentence speaks of a fall."""


@dataclass(frozen=True, eq=False)
class Distance:
    """Linkage by distance between the services, straight across the map.

    Attributes
    ----------
    bands
        One row a band of :data:`BANDS`: ``band``, ``answered``, ``linked``, ``share``, ``low``, ``high`` (shares of 1)
        and ``note``. Under :data:`rosc_map.linkage.groups.TOO_FEW` answers the last figures are None and the note says
        "too few"; where there is no answer at all, "not tested".
    difference
        How many metres farther off the not linked are than the linked, among those that the same source was asked
        about; None where no source has both.
    p
        The one-sided permutation p value, (b + 1) / (B + 1), that they are farther off by chance; None likewise.
    sources
        How many sources have both linked and not linked, and so can tell.
    permutations
        B.
    left_out
        Answered questions of which one service's place is not known, or not shown; in none of the figures.
    sentences
        The result in plain words.

    Examples
    --------
    >>> from rosc_map.linkage import Distance
    >>> found = result.distance
    >>> isinstance(found, Distance)
    True
    >>> found.bands[["band", "linked", "answered"]].head(2)
             band linked answered
    0  under 2 km      5        6
    1   2 to 5 km   None        0
    >>> found.sources
    13
    """

    bands: pd.DataFrame
    difference: float | None
    p: float | None
    sources: int
    permutations: int
    left_out: int
    sentences: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        return {
            "bands": self.bands.to_dict("records"),
            "difference": self.difference,
            "p": self.p,
            "sources": self.sources,
            "permutations": self.permutations,
            "left_out": self.left_out,
            "sentences": list(self.sentences),
        }


def by_distance(
    questions: pd.DataFrame,
    answers: pd.DataFrame,
    points: pd.DataFrame,
    *,
    rng: np.random.Generator,
    threshold: int = 2,
    permutations: int = 9_999,
) -> Distance:
    """Tabulate linkage by distance, and test whether services know less of those farther off.

    Parameters
    ----------
    questions
        The questions that count: ``source``, ``target`` (ids).
    answers
        ``source``, ``target``, ``level`` (a code of ``linkage_level``).
    points
        ``easting``, ``northing`` in metres (EPSG:27700); the index is the id. An asset that is missing, or has an empty
        coordinate, has no place.
    rng
        Where resamples and permutations come from.
    threshold
        The level from which a pair is linked, 1 to 4.
    permutations
        B, how many.

    Returns
    -------
    Distance
        The bands with intervals that allow for several answers of the same source (see
        :func:`rosc_map.linkage.bootstrap.clustered_share`), and the test.

    Notes
    -----
    The linked marks are shuffled among the questions of the same source, so that a well-informed service in the middle
    of the area does not look like an effect of distance. The statistic is Σ wᵢΔᵢ / Σ wᵢ, Δᵢ the mean distance of the
    not linked less that of the linked of source i, wᵢ = aᵢbᵢ/(aᵢ + bᵢ) of aᵢ linked and bᵢ not linked.

    References
    ----------
    Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero. Stat. Appl. Genet. Mol. Biol. 9(1),
    39.

    Examples
    --------
    >>> from rosc_map.linkage import by_distance
    >>> questions, points = held.questions.query("round == 'R1'"), held.assets.set_index("id")[["easting", "northing"]]
    >>> found = by_distance(questions, held.answers, points, rng=np.random.default_rng(1), permutations=199)
    >>> found.sentences[0]
    'Linkage falls with distance: among those that the same service was asked about, the ones without a link were 5.6
    km farther off on average. Chance alone does that in 40 of 1,000 cases (15 services can tell).'
    """
    asked = answered_questions(questions, answers)
    told = asked[asked["level_number"].notna()]
    told = told.assign(linked=told["level_number"] >= threshold, metres=_metres(told, points))
    placed = told[told["metres"].notna()]
    bands = _bands(placed, rng)
    difference, p, sources = _test(placed, permutations, rng)
    left_out = len(told) - len(placed)
    return Distance(
        bands=bands,
        difference=difference,
        p=p,
        sources=sources,
        permutations=permutations,
        left_out=left_out,
        sentences=_sentences(difference, p, sources, left_out),
    )


def _metres(told: pd.DataFrame, points: pd.DataFrame) -> Floats:
    """Return the distance of each pair; NaN where a place is not known."""
    places = points[["easting", "northing"]].astype(np.float64)
    start, end = (places.reindex(told[side]).to_numpy() for side in ("source", "target"))
    result: Floats = np.hypot(*(end - start).T)
    return result


def _bands(placed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for name, start, end in BANDS:
        inside = placed[(placed["metres"] >= start) & (placed["metres"] < end)]
        row: dict[str, object] = {"band": name, "answered": len(inside)}
        if len(inside) < TOO_FEW:
            note = "too few" if len(inside) else "not tested"
            rows.append(row | dict.fromkeys(("linked", "share", "low", "high")) | {"note": note})
            continue
        counts = inside.groupby("source", sort=True)["linked"].agg(["sum", "size"])
        share, low, high = clustered_share(counts["sum"], counts["size"], rng=rng)
        figures = {"linked": int(counts["sum"].sum()), "share": share, "low": low, "high": high}
        rows.append(row | figures | {"note": ""})
    # Plain objects keep None as None: a NaN would reach JSON and the page.
    return pd.DataFrame(rows, dtype=object)


def _test(placed: pd.DataFrame, permutations: int, rng: np.random.Generator) -> tuple[float | None, float | None, int]:
    """Return the statistic in metres, its p value, and how many sources have both linked and not linked."""
    observed, weight, sources = 0.0, 0.0, 0
    shuffled = np.zeros(permutations)
    for _, group in placed.groupby("source", sort=True):
        linked, metres = group["linked"].to_numpy(dtype=bool), group["metres"].to_numpy(np.float64)
        links, others = int(linked.sum()), int((~linked).sum())
        if not links or not others:
            continue
        # What lies farther off than the source's mean and is not linked adds to the sum; shuffling marks among
        # distances is shuffling distances among marks.
        farther = metres - metres.mean()
        observed += float(farther[~linked].sum())
        drawn = rng.permuted(np.broadcast_to(farther, (permutations, len(farther))), axis=1)
        shuffled += drawn[:, :others].sum(axis=1)
        weight += links * others / len(metres)
        sources += 1
    if not sources:
        return None, None, 0
    # The margin (a tenth of a millimetre) keeps permutations that equal the observed one from being lost to rounding.
    extreme = int((shuffled >= observed - 1e-4).sum())
    return observed / weight, (extreme + 1) / (permutations + 1), sources


def _sentences(difference: float | None, p: float | None, sources: int, left_out: int) -> tuple[str, ...]:
    said, tell = [], counted(sources, "service")
    if difference is None or p is None:
        said.append(
            "Whether linkage falls with distance cannot be told: no service was linked with some of those that it was"
            " asked about, and not with others."
        )
    elif p <= _SURE:
        said.append(
            "Linkage falls with distance: among those that the same service was asked about, the ones without a link"
            f" were {difference / 1000:.1f} km farther off on average. Chance alone does that in {_in_words(p)}"
            f" ({tell} can tell)."
        )
    else:
        said.append(
            f"These answers do not show that linkage falls with distance ({tell} can tell). That does not"
            " prove that it does not."
        )
    if left_out:
        what = "answer is" if left_out == 1 else "answers are"
        why = "because the place of one of the services is not known or not shown"
        said.append(f"{left_out:,} {what} left out, {why}.")
    return tuple(said)


def _in_words(p: float) -> str:
    return f"{round(1000 * p)} of 1,000 cases" if p >= 0.0015 else "about 1 of 1,000 cases, or fewer"
