"""A few assets for a page, by the same rules as everything that leaves the house (METHODS §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.publish import published
from rosc_map.publish.licences import licence_lines, sources_of
from rosc_map.publish.publish import links_shown, redactor_of, shown_asset, shown_assets
from rosc_map.publish.published import Gated
from rosc_map.publish.redact import Redactor
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import View, plain_id, standing, stands_for, view
from rosc_map.records import Asset, Audience

__all__ = ["HISTORY", "PublishedAssets", "Secrets", "keeps_secret", "may_be_named", "publish_assets", "shown_alone"]

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


class Secrets:
    """What has to be kept from one audience, made once for many pages. Nothing of it is for anybody to read.

    It holds as long as no asset that keeps a secret (:func:`keeps_secret`) is added, changed or goes. An asset that
    keeps none only has words of its own that are open: those of the assets on a page are added for that page.

    Parameters
    ----------
    part
        All assets that keep something from the audience; others may be among them.
    audience
        Whom it is kept from.
    """

    def __init__(self, part: Snapshot, audience: Audience) -> None:
        seen = view(part, audience)
        self.audience = audience
        self.redactor = redactor_of(seen, audience)
        self.words = words_for(seen, audience)


def publish_assets(
    part: Snapshot,
    ids: Sequence[str],
    audience: Audience,
    *,
    history: pd.DataFrame | None = None,
    secrets: Secrets | None = None,
) -> PublishedAssets:
    """Make what one audience may see of a few assets; it says nothing that ``publish`` would not say.

    Parameters
    ----------
    part
        A part of what is held: the assets asked for, those linked with them, and, without ``secrets``, all those that
        keep something from this audience (:func:`keeps_secret`), so that it can be taken out of the text of others.
    ids
        The assets asked for, by the ids that the audience knows.
    audience
        Who it is for.
    history
        The history of the one asset asked for; nobody outside internal is given it.
    secrets
        What has to be kept from this audience, at the same moment; made of ``part`` when left out.
    """
    secrets = secrets or Secrets(part, audience)
    if secrets.audience is not audience:
        raise ValueError("These are the secrets that are kept from another audience.")
    seen = view(part, audience)
    wanted = _wanted(seen, ids, audience)
    links = seen.referrals[seen.referrals["from_asset"].isin(wanted) | seen.referrals["to_asset"].isin(wanted)]
    shown = shown_assets(seen, audience, {*wanted, *links["from_asset"], *links["to_asset"]}, without=secrets.redactor)
    order = {identifier: place for place, identifier in enumerate(wanted)}
    assets = shown[shown["id"].isin(order)].sort_values("id", key=lambda column: column.map(order), ignore_index=True)
    named = seen.named[seen.named["id"].isin(wanted)]
    sources = sources_of(View(named, seen.counted.iloc[:0], seen.withheld.iloc[:0], links), secrets.words)
    return PublishedAssets(
        audience=audience,
        assets=assets,
        links=links_shown(links, shown),
        history=_history(history, assets, audience),
        licences=licence_lines(sources),
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


def may_be_named(asset: Mapping[str, Any], audience: Audience) -> bool:
    """Whether an asset has a page for an audience."""
    return stands_for(asset, audience) == "named"


def shown_alone(asset: Mapping[str, Any], audience: Audience) -> dict[str, Any]:
    """Return the fields of one asset as an audience would see them if no other were held; none if it is not named.

    Parameters
    ----------
    asset
        A row of ``place_assets``, for whoever typed it and nobody else.
    audience
        Who would see it.
    """
    if not may_be_named(asset, audience):
        return {}
    internal = audience is Audience.INTERNAL
    shown = shown_asset(dict(asset), internal=internal)
    redactor = Redactor.of([shown], [], every_postcode=not internal)
    specs = Asset.specs()
    return {
        name: value
        for name, value in redactor.clean_asset(shown).items()
        if name in specs and audience.may_see(specs[name].audience)
    }


def keeps_secret(assets: pd.DataFrame, audience: Audience) -> "pd.Series[bool]":
    """Say of each asset whether anything of it is kept from an audience; the index is the same."""
    kept = standing(assets, audience) != "named"
    if audience is not Audience.INTERNAL:
        kept |= (assets["location_precision"] != "exact") | (assets["listing"] == "restricted")
    return kept
