"""The result of a linkage round: all of it for the coordinators, and what of it each audience may see (METHODS §1)."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage import (
    TOO_FEW,
    Accuracy,
    Distance,
    Homophily,
    LinkageEstimate,
    accuracy,
    answered_questions,
    between_types,
    by_distance,
    homophily,
    per_asset,
)
from rosc_map.linkage.distance import BANDS
from rosc_map.publish import published as gate
from rosc_map.publish.few_services import (
    FEWEST_SERVICES,
    hide_few_services,
    hide_few_services_by_distance,
    may_tell_kinds_apart,
)
from rosc_map.publish.linkage import RoundRows, estimate_round, figures_table, round_rows, why_not_shown
from rosc_map.publish.round_types import PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import view
from rosc_map.records import Audience, day, label, percent, row_dicts

__all__ = ["RoundResult", "publish_round", "result_of"]

_SEED = 20_180
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
    remarks: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The whole result in plain words."""
        like = _homophily_sentence(self.homophily)
        return (*self.estimate.sentences, *like, *self.distance.sentences, *self.accuracy.sentences)

    @property
    def figures(self) -> pd.DataFrame:
        """The shares with their intervals and denominators: ``label``, ``estimate``, ``low``, ``high``, ``of``."""
        return figures_table(self.estimate)

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        return {
            "round": self.name,
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
    rng = np.random.default_rng(_SEED)
    questions, answers = held.questions, held.answers
    listed = set(view(snapshot, Audience.INTERNAL).named["id"])
    assets, replies = per_asset(questions, answers, threshold=level), _replies(snapshot, held)
    return RoundResult(
        held.name,
        estimate,
        between_types(questions, answers, types, rng=rng, threshold=level),
        homophily(questions, answers, types, rng=rng, threshold=level),
        accuracy(questions, answers, rng=rng),
        by_distance(questions, answers, _points(snapshot.assets), rng=rng, threshold=level),
        # Who has asked not to be listed since is in no output, the coordinators' own included.
        assets[assets["id"].isin(listed)].reset_index(drop=True),
        replies[replies["asset"].isin(listed)].reset_index(drop=True),
        remarks,
    )


def _points(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the points of the assets whose exact place anybody may know; a distance must not give another away."""
    exact = (assets["location_precision"] == "exact") & assets["place_quality"].isin(["postcode", "coordinates"])
    return assets.loc[exact].set_index("id")[["easting", "northing"]].dropna()


def _band(answers: pd.DataFrame, points: pd.DataFrame) -> "pd.Series[str]":
    """Return the band of the distance between the two services of each answer; "" where a place is not known."""
    places = points.astype(np.float64)
    start, end = (places.reindex(answers[side]).to_numpy() for side in ("source", "target"))
    metres = np.hypot(*(end - start).T)
    band = pd.Series("", index=answers.index, dtype=object)
    for name, low, high in BANDS:
        band[(metres >= low) & (metres < high)] = name
    return band


def _replies(snapshot: Snapshot, held: RoundRows) -> pd.DataFrame:
    replies = snapshot.replies
    return replies.loc[replies["round"] == held.name, ["asset", "reply", "on"]].reset_index(drop=True)


def _homophily_sentence(found: Homophily | None) -> tuple[str, ...]:
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


def publish_round(snapshot: Snapshot, result: RoundResult, audience: Audience) -> PublishedRound:
    """Make what one audience may see of a round: outside ``internal`` nothing about any one organisation.

    A cell of the table between kinds of asset is one organisation's own result where there is only one of its kind; so
    outside internal a cell needs several services on both sides, and so does all that is left out of the table.

    Raises
    ------
    InputError
        When the audience may not see it yet; the message says why, and from when.
    """
    held = round_rows(snapshot, result.name)
    wait = why_not_shown(snapshot, held.name, audience)
    if wait:
        raise InputError(wait)
    internal = audience is Audience.INTERNAL
    cells, bands, left_out = result.between_types, result.distance.bands, frozenset[str]()
    if not internal:
        cells, bands, left_out = _without_few(snapshot, held, result)
    return PublishedRound(
        audience=audience,
        title=snapshot.title,
        banner=snapshot.banner,
        as_at=snapshot.as_at,
        round=held.name,
        sentences=tuple(words for words in result.sentences if words not in left_out),
        figures=result.figures,
        between_types=cells.assign(
            **{side: [label("asset_type", code) for code in cells[side]] for side in ("from_type", "to_type")}
        ),
        distance=bands,
        funnel=_funnel(result.assets) if internal else None,
        method=_method(held, result),
        notes=(*_notes(held, audience), *result.remarks),
        gate=gate._GATE,
    )


def _without_few(
    snapshot: Snapshot, held: RoundRows, result: RoundResult
) -> tuple[pd.DataFrame, pd.DataFrame, frozenset[str]]:
    """Return the tables by kind and by distance without what few services would be found in, and such sentences."""
    asked = answered_questions(held.questions, held.answers)
    answers, types = asked[asked["level_number"].notna()], snapshot.assets.set_index("id")["asset_type"]
    sentences: list[str] = []
    if result.accuracy.checked < TOO_FEW:
        sentences += result.accuracy.sentences
    if not may_tell_kinds_apart(answers, types):
        sentences += _homophily_sentence(result.homophily)
    if 0 < result.distance.sources < FEWEST_SERVICES:
        sentences += result.distance.sentences
    cells = hide_few_services(result.between_types, answers, types)
    band = _band(answers, _points(snapshot.assets))
    return cells, hide_few_services_by_distance(result.distance.bands, answers, band), frozenset(sentences)


def _funnel(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the figures by asset without their ids, in an order that tells nothing of who they are."""
    sides = []
    for side, words in (("knows", "knows"), ("is_known", "is known")):
        told = assets[assets[f"{side}_questions"].astype(int) > 0]
        columns = {name: told[f"{side}_{name}"] for name in ("questions", "share", "shrunken", "low", "high")}
        sides.append(pd.DataFrame({"side": words, **columns}))
    order = ["side", "questions", "share", "shrunken"]
    return pd.concat(sides, ignore_index=True).sort_values(order, ascending=[False, True, True, True])


_DESIGNS = {
    "independent": "{n} of {N} contacts were drawn at random, and for each about {m} others to be asked about",
    "stratified": (
        "{n} of {N} contacts were drawn at random within groups ({by}), and for each about {m} others to be asked"
        " about; each group weighs by how many pairs it has"
    ),
    "balanced": (
        "all {N} contacts were asked, each about {m} others, at random, so that every service was asked about equally"
        " often"
    ),
}
_FIRST_SEEN = (
    "Organisations were told two weeks before, and could say no. A refusal is never named. Each is given its own result"
    " first, and has 14 days to reply."
)
_INTERVALS = (
    "Intervals: a Wilson score interval on the effective sample size of the two-stage design (Cochran 1977, §10.3; Korn"
    " and Graubard 1998; Dean and Pagano 2015), with Satterthwaite's degrees of freedom."
)
_WEIGHTS = (
    "Each service weighs by how many others it could have been asked about, so a share need not be the plain count."
)


def _method(held: RoundRows, result: RoundResult) -> tuple[str, ...]:
    stored = held.stored
    numbers = {"n": int(stored["sources"]), "m": int(stored["targets"]), "N": held.frame_size}
    drawn = _DESIGNS[held.design].format(**numbers, by=str(stored["stratified_by"]).replace("_", " "))
    again = f" The pairs are those of round {stored['panel_of']}, asked again." if stored["panel_of"] else ""
    when = f"Drawn on {day(held.drawn_on)}: {drawn}" if held.drawn_on else f"{drawn[0].upper()}{drawn[1:]}"
    same = (
        f"Seed {int(stored['seed'])}, fingerprint of the frame {stored['frame_sha256'][:12]}…: the same frame and seed"
        " give the same draw on every machine."
    )
    linked = (
        f"A pair counts as linked from level {result.estimate.threshold} of 0 to 4. A pair that was not asked about is"
        " not tested, which is not “no link”."
    )
    return f"{when}. {same}{again}", linked, _WEIGHTS, _INTERVALS, _FIRST_SEEN


def _notes(held: RoundRows, audience: Audience) -> tuple[str, ...]:
    if audience is Audience.INTERNAL:
        shown = held.shown_from
        when = f"Others may see the area's figures from {day(shown)}." if shown else (
            "Nothing of this may be shown to others before each organisation was given its own result, and had 14 days "
            "to reply."
        )  # fmt: skip
        return ("For the partnership's coordinators only.", when)
    return ("Results by organisation are for that organisation and the coordinators only, so there are none here.",)
