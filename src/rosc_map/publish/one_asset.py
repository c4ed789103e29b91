"""A few assets for a page, by the same rules as everything that leaves the house (METHODS §4)."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from rosc_map.publish import published
from rosc_map.publish.licences import licence_lines, sources_of
from rosc_map.publish.publish import links_shown, shown_assets
from rosc_map.publish.published import Gated
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import View, plain_id, standing, view
from rosc_map.records import Audience

__all__ = ["HISTORY", "PublishedAssets", "keeps_secret", "publish_assets"]

HISTORY = ("at", "who", "task", "operation", "field", "was", "now", "undone")
"""The columns of the history of an asset."""


@dataclass(frozen=True)
class PublishedAssets(Gated):
    """A few assets as one audience may see them. Only :func:`publish_assets` makes one.

    Attributes
    ----------
    audience
        Who it is for.
    assets
        Those of the assets asked for that may be named, in the order in which they were asked for, with the columns of
        ``Published.assets``. Who may not be named is not among them, and nothing tells such a one from an unknown one.
    links
        The referrals to and from them, as in ``Published.links``.
    history
        Internal only: the changes of one asset, oldest first, with the columns of ``HISTORY``; else empty.
    licences
        Where the data of these assets is from, a line each.
    """

    audience: Audience
    assets: gpd.GeoDataFrame
    links: pd.DataFrame
    history: pd.DataFrame
    licences: tuple[str, ...]


def publish_assets(
    part: Snapshot, ids: Sequence[str], audience: Audience, *, history: pd.DataFrame | None = None
) -> PublishedAssets:
    """Make what one audience may see of a few assets; it says nothing that ``publish`` would not say.

    Parameters
    ----------
    part
        A part of what is held: the assets asked for, those linked with them, and all those that keep something from
        this audience (:func:`keeps_secret`), so that it can be taken out of the text of others.
    ids
        The assets asked for, by the ids that the audience knows.
    audience
        Who it is for.
    history
        The history of the one asset asked for; nobody outside internal is given it.
    """
    seen = view(part, audience)
    wanted = _wanted(seen, ids, audience)
    links = seen.referrals[seen.referrals["from_asset"].isin(wanted) | seen.referrals["to_asset"].isin(wanted)]
    shown = shown_assets(seen, audience, {*wanted, *links["from_asset"], *links["to_asset"]})
    order = {identifier: place for place, identifier in enumerate(wanted)}
    assets = shown[shown["id"].isin(order)].sort_values("id", key=lambda column: column.map(order), ignore_index=True)
    named = seen.named[seen.named["id"].isin(wanted)]
    words = words_for(seen, audience)
    return PublishedAssets(
        audience=audience,
        assets=assets,
        links=links_shown(links, shown),
        history=_history(history, assets, audience),
        licences=licence_lines(sources_of(View(named, seen.counted.iloc[:0], seen.withheld.iloc[:0], links), words)),
        gate=published._GATE,
    )


def _wanted(seen: View, ids: Sequence[str], audience: Audience) -> list[str]:
    """Return the ids of those that may be named; a coordinator may also give the id that others know an asset by."""
    known = {identifier: identifier for identifier in seen.named["id"]}
    if audience is Audience.INTERNAL:
        known = {plain_id(identifier): identifier for identifier in known} | known
    return list(dict.fromkeys(known[identifier] for identifier in ids if identifier in known))


def _history(history: pd.DataFrame | None, assets: gpd.GeoDataFrame, audience: Audience) -> pd.DataFrame:
    if history is None or audience is not Audience.INTERNAL or len(assets) != 1:
        return pd.DataFrame(columns=list(HISTORY))
    return history[list(HISTORY)].reset_index(drop=True)


def keeps_secret(assets: pd.DataFrame, audience: Audience) -> "pd.Series[bool]":
    """Say of each asset whether anything of it is kept from an audience; the index is the same."""
    kept = standing(assets, audience) != "named"
    if audience is not Audience.INTERNAL:
        kept |= (assets["location_precision"] != "exact") | (assets["listing"] == "restricted")
    return kept
