"""The type of a map that has passed the gate: what one audience may see of an area, in layers."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from rosc_map.publish.gaps_types import MapLayer
from rosc_map.publish.published import OfPublished
from rosc_map.publish.round_types import PublishedRound

__all__ = ["MAP_LAYERS", "PublishedMap"]

MAP_LAYERS = {
    "assets": "The assets, each with the symbol of its type",
    "links": "Who refers to whom",
    "provision": "What is there: served, none found, not surveyed",
    "six_types": "What is there of each of the six types of recovery support",
    "reach": "How far it is to the nearest",
    "need_provision": "Need beside what is there",
    "freshness": "How fresh the records are",
    "handoffs": "What services can hand somebody on to",
    "round": "The linkage test",
}
"""The layers that a map may have, by the names that ``--layer`` takes, and what each shows."""


@dataclass(frozen=True, kw_only=True)
class PublishedMap(OfPublished):
    """A map as one audience may see it. No layer ranks or scores an organisation.

    Attributes
    ----------
    published
        What the audience may see of the partnership. Its assets or links are empty where their layer was not asked for,
        and its figures of a round are None where they are in ``round``.
    layers
        The ways to colour the authorities; may be empty.
    sites
        Where one more asset would help most, as in :class:`rosc_map.publish.gaps_types.PublishedGaps`; may be empty.
    round
        The newest linkage round that the audience may see, or None.
    pairs
        ``internal`` only, else empty: one row a pair that was asked about in that round, sorted by name:
        ``from_asset``, ``to_asset`` (ids), ``from_name``, ``to_name``, ``result`` (``linked``, ``not_found`` or
        ``no_answer``).
    licences
        Where the data is from, a line each.
    """

    layers: tuple[MapLayer, ...]
    sites: gpd.GeoDataFrame
    round: PublishedRound | None
    pairs: pd.DataFrame
    licences: tuple[str, ...]
