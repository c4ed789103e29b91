"""A map in layers as one audience may see it: what there is to see of an area, or what was asked for of it."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.linkage import answered_questions
from rosc_map.publish import published as gate
from rosc_map.publish.gaps_basis import short_type
from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.handoffs_layer import handoffs_layer
from rosc_map.publish.linkage import round_rows, why_not_shown
from rosc_map.publish.map_types import MAP_LAYERS, PublishedMap
from rosc_map.publish.newest_round import newest_round
from rosc_map.publish.published import Published, require_published
from rosc_map.publish.round_types import PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import Audience

__all__ = ["publish_map"]

_PAIRS = ["from_asset", "to_asset", "from_name", "to_name", "result"]


def publish_map(snapshot: Snapshot, found: PublishedGaps, layers: Sequence[str] = ()) -> PublishedMap:
    """Make a map in layers of what one audience may see.

    Parameters
    ----------
    snapshot
        Everything that is held: the same from which ``found`` was made.
    found
        The gap analysis for the audience, by the tier and the asset type of the map.
    layers
        Names of :data:`MAP_LAYERS`; all of which there is something to show when left out. Whatever is asked for, what
        is there of the asset type stays, in words and in the table of authorities. The assets stay too where there are
        links or pairs to draw between them.

    Raises
    ------
    InputError
        For a name that is not a layer; or for a layer of which there is nothing to show: the message says why.
    """
    require_published(found, PublishedGaps)
    asked = _asked(layers)
    chosen = asked or tuple(MAP_LAYERS)
    shown_round = newest_round(snapshot, found.audience) if "round" in chosen else None
    made = PublishedMap(
        published=found.published,
        layers=_colours(snapshot, found, chosen),
        sites=found.sites if "reach" in chosen else found.sites.iloc[:0],
        round=shown_round,
        pairs=_pairs(snapshot, found.published, shown_round),
        licences=found.licences,
        gate=gate._GATE,
    )
    for name in asked:
        _require(name, made, snapshot, found)
    return dataclasses.replace(made, published=_only(found.published, made, chosen))


def _asked(layers: Sequence[str]) -> tuple[str, ...]:
    """Return the layers asked for, each once."""
    wanted = (layers,) if isinstance(layers, str) else tuple(layers)
    for name in wanted:
        if name not in MAP_LAYERS:
            raise InputError(f"{name!r} is not a layer of the map. Choose from: {', '.join(MAP_LAYERS)}.")
    return tuple(name for name in MAP_LAYERS if name in wanted)


def _colours(snapshot: Snapshot, found: PublishedGaps, chosen: Sequence[str]) -> tuple[MapLayer, ...]:
    """Return the ways to colour the authorities that were chosen, in the order of ``MAP_LAYERS``."""
    handoffs = handoffs_layer(snapshot, found) if "handoffs" in chosen else None
    every = (*found.layers, *((handoffs,) if handoffs else ()))
    return tuple(layer for name in chosen for layer in every if _name(layer) == name)


def _name(layer: MapLayer) -> str:
    return "six_types" if layer.key.startswith("rss_") else layer.key


def _pairs(snapshot: Snapshot, published: Published, shown: PublishedRound | None) -> pd.DataFrame:
    """Return the pairs that a round asked about, by name; they are for coordinators alone.

    A question with two answers that differ has none until somebody settles it. A pair of which one end is in no output
    (it has asked to be in none) is in no row.
    """
    if shown is None or published.audience is not Audience.INTERNAL:
        return pd.DataFrame(columns=_PAIRS)
    held = round_rows(snapshot, shown.round)
    asked = answered_questions(held.questions, held.answers)
    level = asked["level_number"]
    result = np.where(level.isna(), "no_answer", np.where(level >= held.threshold, "linked", "not_found"))
    names = dict(zip(published.assets["id"], published.assets["name"], strict=True))
    ends = asked[["source", "target"]].set_axis(["from_asset", "to_asset"], axis=1)
    told = ends.assign(from_name=ends["from_asset"].map(names), to_name=ends["to_asset"].map(names), result=result)
    by_name = ["from_name", "to_name", *ends]
    return told.dropna().sort_values(by_name, key=lambda column: column.str.casefold(), ignore_index=True)[_PAIRS]


def _only(published: Published, made: PublishedMap, chosen: Sequence[str]) -> Published:
    """Leave out of what is shown which was not chosen; the result of a test is told once, in its own section."""
    assets, links = published.assets, published.links
    with_assets = "assets" in chosen or "links" in chosen or len(made.pairs) > 0
    told = published.linkage if "round" in chosen and made.round is None else None
    return dataclasses.replace(
        published,
        assets=assets if with_assets else assets.iloc[:0],
        links=links if "links" in chosen else links.iloc[:0],
        linkage=told,
    )


def _require(name: str, made: PublishedMap, snapshot: Snapshot, found: PublishedGaps) -> None:
    """Refuse a layer of which there is nothing to show, and say why.

    Raises
    ------
    InputError
        When there is nothing.
    """
    there = {
        "assets": len(made.published.assets) > 0,
        "links": len(made.published.links) > 0,
        "round": made.round is not None,
    }
    if not there.get(name, any(_name(layer) == name for layer in made.layers)):
        raise InputError(_why_nothing(name, snapshot, found))


def _why_nothing(name: str, snapshot: Snapshot, found: PublishedGaps) -> str:
    if name == "round":
        return _why_no_round(snapshot, found.audience)
    what = short_type(found.asset_type)
    return {
        "assets": "There is no asset that this audience may be shown by name. Record some first: rosc-map import.",
        "links": "There is no link that this audience may be shown. Record some first: rosc-map import --as referrals.",
        "reach": (
            f"There is no distance to show: no authority that is served or surveyed, or no {what} with a place that may"
            " be shown."
        ),
        "need_provision": "No figures of need are recorded. Import them first: rosc-map import --as needs.",
        "handoffs": (
            "There is no handoff reach to show: no authority with enough services of which it is recorded to whom they"
            " refer. Record referrals first: rosc-map import --as referrals."
        ),
    }[name]


def _why_no_round(snapshot: Snapshot, audience: Audience) -> str:
    answered = set(snapshot.answers["round"])
    names = [name for name in snapshot.rounds["round"] if name in answered]
    if not names:
        return "No linkage test has answers yet. Draw one first: rosc-map linkage draw."
    return why_not_shown(snapshot, names[-1], audience)
