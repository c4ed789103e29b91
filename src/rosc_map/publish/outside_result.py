"""What people outside the coordinators may see of a round beside the area's figures: nobody's own result (METHODS §1).

Partners and the public get the same, since whoever has both could take one from the other: the difference would be
the result of the few services that only partners are shown.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rosc_map.linkage import TOO_FEW, accuracy, answered_questions, between_types, by_distance, homophily
from rosc_map.linkage.accuracy import INFORMATION_LEVEL
from rosc_map.linkage.distance import BANDS
from rosc_map.publish.few_services import SEVERAL, Answers, few, hide_few, left_out
from rosc_map.publish.linkage import RoundRows, organisations
from rosc_map.publish.round_result import SEED, exact_points, homophily_sentences
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import standing
from rosc_map.records import Audience

__all__ = ["OutsideResult", "outside_result"]

_KINDS = ("from_type", "to_type")


@dataclass(frozen=True, eq=False)
class OutsideResult:
    """The tables between kinds and by distance without what would tell of few organisations, and the sentences."""

    between_types: pd.DataFrame
    distance: pd.DataFrame
    sentences: tuple[str, ...]


def outside_result(snapshot: Snapshot, held: RoundRows, *, threshold: int) -> OutsideResult:
    """Work out anew, from what others are shown, whatever goes beyond the area's figures.

    Parameters
    ----------
    snapshot
        What is held.
    held
        The round.
    threshold
        The level from which a pair is linked, 1 to 4.
    """
    stands = standing(snapshot.assets, Audience.PUBLIC)
    shown, named = snapshot.assets[stands != "withheld"], snapshot.assets[stands == "named"]
    told = _told(snapshot, held, shown, _places(named))
    rng = np.random.default_rng(SEED)
    cells, like = _between(held, told, shown, threshold, rng)
    bands, far = _by_distance(held, told, _places(named), threshold, rng)
    return OutsideResult(cells, bands, (*like, *far, *_accuracy(held, told, shown, threshold, rng)))


def _told(snapshot: Snapshot, held: RoundRows, shown: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count: by whom, about whom, and between which kinds and how far ("" if not shown)."""
    asked = answered_questions(held.questions, held.answers)
    told = asked[asked["level_number"].notna()].reset_index(drop=True)
    types = shown.set_index("id")["asset_type"]
    return told.assign(
        asked=organisations(told["source"], snapshot.assets),
        about=organisations(told["target"], snapshot.assets),
        from_type=told["source"].map(types).fillna(""),
        to_type=told["target"].map(types).fillna(""),
        band=_band(told, places),
    )


def _places(named: pd.DataFrame) -> pd.DataFrame:
    agreed = named["listing_shows"].map(lambda parts: "place" in parts).astype(bool)
    return exact_points(named[(named["listing"] != "restricted") | agreed])


def _band(told: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[str]":
    start, end = (places.astype(np.float64).reindex(told[side]).to_numpy() for side in ("source", "target"))
    metres = np.hypot(*(end - start).T)
    band = pd.Series("", index=told.index, dtype=object)
    for name, low, high in BANDS:
        band[(metres >= low) & (metres < high)] = name
    return band


def _between(
    held: RoundRows, told: pd.DataFrame, shown: pd.DataFrame, threshold: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table between kinds, and whether like knows like where that gives no more away."""
    types = shown.set_index("id")["asset_type"]
    runners = organisations(shown["id"], shown).groupby(shown["asset_type"]).nunique()
    several = runners.index[runners >= SEVERAL]
    # Where nobody of a kind of one or two was asked, "not tested" would say of those that they were not drawn.
    cells = between_types(held.questions, held.answers, types, rng=rng, threshold=threshold)
    cells = cells[cells["from_type"].isin(several) & cells["to_type"].isin(several)]
    everything, seen = np.ones(len(told), dtype=bool), _seen(told)
    same = np.array(told["from_type"] == told["to_type"], dtype=bool)
    cells = hide_few(cells, _KINDS, told, (seen & same, seen & ~same, seen, everything))
    found = homophily(held.questions, held.answers, types[types.index.isin(held.frame)], rng=rng, threshold=threshold)
    hidden = left_out(cells, _KINDS, told)
    if any(few(told[part]) for part in (hidden & seen & same, hidden & seen & ~same, ~seen)):
        return cells, ()
    return cells, homophily_sentences(found)


def _seen(told: pd.DataFrame) -> Answers:
    """Tell which answers are between two services that others may know of."""
    return np.array((told["from_type"] != "") & (told["to_type"] != ""), dtype=bool)


def _by_distance(
    held: RoundRows, told: pd.DataFrame, places: pd.DataFrame, threshold: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table by distance, and what may be said of it."""
    found = by_distance(held.questions, held.answers, places, rng=rng, threshold=threshold)
    bands = hide_few(found.bands, ("band",), told, (_seen(told), np.ones(len(told), dtype=bool)))
    placed = told[told["band"] != ""]
    linked = placed["level_number"] >= threshold
    # Only who was linked with some and not with others tells whether it is the farther ones.
    tells = linked.groupby(placed["source"]).transform("nunique") > 1
    said = () if few(placed) or few(placed[tells]) else found.sentences[:1]
    return bands, (*said, *_without_place(found.left_out))


def _without_place(answers: int) -> tuple[str, ...]:
    if not answers:
        return ()
    # A number under five would point at the one service whose place is not shown.
    number = f"{answers:,}" if answers >= TOO_FEW else "A few"
    why = "because the place of one of the services is not known or not shown"
    return (f"{number} answers are left out of the distances, {why}.",)


def _accuracy(
    held: RoundRows, told: pd.DataFrame, shown: pd.DataFrame, threshold: int, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return how what was said compares with the records, where several were checked and nobody else is left over."""
    seen = held.questions["source"].isin(shown["id"]) & held.questions["target"].isin(shown["id"])
    found = accuracy(held.questions[seen], held.answers, rng=rng, threshold=threshold)
    given = held.answers[held.answers["accuracy"].fillna("") != ""]
    results = given.groupby(["source", "target"])["accuracy"].nunique()
    one = set(results.index[results == 1])
    pairs = zip(told["source"], told["target"], strict=True)
    compared = np.array([pair in one for pair in pairs], dtype=bool) & (told["level_number"] >= INFORMATION_LEVEL)
    if found.checked < TOO_FEW or few(told[_seen(told) & compared]) or few(told[~_seen(told)]):
        return ()
    return found.sentences
