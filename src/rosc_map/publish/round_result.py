"""The whole result of a linkage round, for the coordinators; see :mod:`rosc_map.publish.round_for_audience`."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.linkage import (
    Accuracy,
    Distance,
    Homophily,
    LinkageEstimate,
    accuracy,
    between_types,
    by_distance,
    homophily,
    per_asset,
)
from rosc_map.publish.linkage import RoundRows, estimate_round, figures_table, round_rows
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, percent, row_dicts

__all__ = ["SEED", "RoundResult", "exact_points", "homophily_sentences", "result_of"]

SEED = 20_180
"""Resamples and permutations begin here, so that the same answers always give the same figures."""


@dataclass(frozen=True, eq=False)
class RoundResult:
    """The result of a round; ``assets`` and ``replies`` are for coordinators and each organisation's own page only.

    Attributes
    ----------
    name
        The round.
    estimate
        The area's figures.
    between_types, homophily, accuracy, distance
        Between kinds of asset; whether like knows like; how what was said compares with the records; by distance.
    assets, replies
        By asset: figures, and what organisations reply to their own.
    called, when_called
        The first and the last day of the calls, or None; and the same in words without a full stop, or "".
    remarks
        What there is to say about the round, such as that the frame is another by now.
    """

    name: str
    estimate: LinkageEstimate
    between_types: pd.DataFrame
    homophily: Homophily | None
    accuracy: Accuracy
    distance: Distance
    assets: pd.DataFrame
    replies: pd.DataFrame
    called: tuple[dt.date, dt.date] | None
    when_called: str
    remarks: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole result in plain words."""
        like = homophily_sentences(self.homophily)
        return (*self.area_sentences, *like, *self.distance.sentences, *self.accuracy.sentences)

    @property
    def area_sentences(self) -> tuple[str, ...]:
        """The area's figures in plain words, and when the calls were made where that is known."""
        return (*self.estimate.sentences, *((f"{self.when_called}.",) if self.called else ()))

    @property
    def figures(self) -> pd.DataFrame:
        """The shares with their intervals and denominators: ``label``, ``estimate``, ``low``, ``high``, ``of``."""
        return figures_table(self.estimate)

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        return {
            "round": self.name,
            "called": None if self.called is None else [on.isoformat() for on in self.called],
            **self.estimate.to_json(),
            "between_types": self._by_type(),
            "homophily": None if self.homophily is None else asdict(self.homophily),
            "accuracy": self.accuracy.to_json(),
            "distance": self.distance.to_json(),
            "assets": _plain(self.assets),
            "replies": _plain(self.replies),
            "sentences": list(self.sentences),
            "remarks": list(self.remarks),
        }

    def _by_type(self) -> dict[str, dict[str, Any]]:
        """Return the cells of the type by type matrix: from the one type, about the other."""
        cells: dict[str, dict[str, Any]] = {}
        for cell in _plain(self.between_types):
            start, about = cell.pop("from_type"), cell.pop("to_type")
            cells.setdefault(start, {})[about] = cell
        return cells


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return row_dicts(table.astype(object).where(table.notna(), None))


def result_of(
    snapshot: Snapshot, name: str, *, threshold: int | None = None, remarks: tuple[str, ...] = ()
) -> RoundResult:
    """Work out the result of a round, at its own threshold or another; nothing is left out for anybody yet.

    Raises
    ------
    UnknownName
        When there is no such round.
    InputError
        When the threshold is not 1 to 4.
    """
    held = round_rows(snapshot, name)
    level = held.threshold if threshold is None else threshold
    estimate = estimate_round(snapshot, held.name, threshold=level)
    types = snapshot.assets.set_index("id")["asset_type"]
    rng = np.random.default_rng(SEED)
    questions, answers = held.questions, held.answers
    listed = set(view(snapshot, Audience.INTERNAL).named["id"])
    assets, replies = per_asset(questions, answers, threshold=level), _replies(snapshot, held)
    return RoundResult(
        held.name,
        estimate,
        between_types(questions, answers, types, rng=rng, threshold=level),
        homophily(questions, answers, types[types.index.isin(held.frame)], rng=rng, threshold=level),
        accuracy(questions, answers, rng=rng, threshold=level),
        by_distance(questions, answers, exact_points(snapshot.assets), rng=rng, threshold=level),
        # Who has asked not to be listed since is in no output, the coordinators' own included.
        assets[assets["id"].isin(listed)].reset_index(drop=True),
        replies[replies["asset"].isin(listed)].reset_index(drop=True),
        held.called,
        held.when_called,
        remarks,
    )


def exact_points(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the assets whose exact place anybody may know; a distance must not give another away."""
    exact = (assets["location_precision"] == "exact") & assets["place_quality"].isin(["postcode", "coordinates"])
    return assets.loc[exact].set_index("id")[["easting", "northing"]].dropna()


def _replies(snapshot: Snapshot, held: RoundRows) -> pd.DataFrame:
    replies = snapshot.replies
    return replies.loc[replies["round"] == held.name, ["asset", "reply", "on"]].reset_index(drop=True)


def homophily_sentences(found: Homophily | None) -> tuple[str, ...]:
    """Say in plain words whether like knows like; nothing where there is nothing to compare."""
    if found is None:
        return ()
    points = round(100 * abs(found.difference))
    shares = (
        f"{percent(found.within)} of {found.within_questions:,} questions about their own kind against "
        f"{percent(found.between)} of {found.between_questions:,} about other kinds found a link"
    )
    chance = f"p {'under 0.001' if found.p < 0.001 else f'{found.p:.3f}'}, {found.permutations:,} shuffles"
    if found.p > 0.05:
        return (f"No sign that services know their own kind better or worse: {shares} ({chance}).",)
    word = "better" if found.difference > 0 else "less well"
    return (f"Services know their own kind {word}: {shares}, a difference of {points} points ({chance}).",)
