"""Who may see which assets: the listing and the precision of each, for one audience (METHODS §4).

Every asset falls into one of three: **named** (shown), **counted** (in totals, without a name or a point) or
**withheld** (in no output of this audience, not even in a count).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from rosc_map.publish.linkage import with_tested_links
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import DEFAULT_PRECISION, Audience, codelist, licence_of

__all__ = [
    "CONFIDENTIAL_TYPES",
    "WHOLLY_OPEN",
    "View",
    "passed_on",
    "plain_id",
    "standing",
    "stands_for",
    "view",
]

CONFIDENTIAL_TYPES = tuple(kind for kind, precision in DEFAULT_PRECISION.items() if precision == "hidden")
"""Asset types that only the partnership's own coordinators may learn of."""

WHOLLY_OPEN: Mapping[str, tuple[str, ...]] = {
    "listing": ("agreed", "published_by_itself", "not_asked"),
    "location_precision": ("exact",),
    "asset_type": tuple(kind for kind in codelist("asset_type") if kind not in CONFIDENTIAL_TYPES),
    "status": tuple(status for status in codelist("status") if status != "closed"),
}
"""Of an asset that has one of these values in each of these fields, nothing is kept from partners."""

_KNOWN_LISTINGS = ("agreed", "published_by_itself", "restricted", "not_asked")
_DECIDING = {
    Audience.INTERNAL: ("listing",),
    Audience.PARTNERS: ("listing", "listing_shows", "location_precision", "asset_type", "status"),
    Audience.PUBLIC: ("listing", "listing_shows", "location_precision", "asset_type", "status", "licence"),
}
"""What decides for whom: not every table that is asked about has the others."""
_SHOWN_PRECISIONS = ("exact", "postcode_district", "local_authority")


@dataclass(frozen=True)
class View:
    """The assets of a snapshot, told apart for one audience, and the referrals between those that are named."""

    named: pd.DataFrame
    counted: pd.DataFrame
    withheld: pd.DataFrame
    referrals: pd.DataFrame


def view(snapshot: Snapshot, audience: Audience) -> View:
    """Tell apart what an audience may see: see :func:`standing`.

    Referrals found by a linkage test are a result about an organisation: internal only (METHODS §1, Conduct). There
    they are read from the answers of all rounds; a pair that was not asked about is in none.
    """
    internal = audience is Audience.INTERNAL
    assets, referrals = (snapshot.assets, with_tested_links(snapshot)) if internal else _plain_ids(snapshot)
    stands = standing(assets, audience)
    parts = {part: assets[stands == part].reset_index(drop=True) for part in ("named", "counted", "withheld")}
    return View(**parts, referrals=_referrals(referrals, set(parts["named"]["id"]), internal=internal))


def standing(assets: pd.DataFrame, audience: Audience) -> "pd.Series[str]":
    """Say of each asset whether it is ``named``, ``counted`` or ``withheld`` for an audience; the index is the same.

    - ``declined``: withheld from everybody.
    - a hidden place, or a kind that is always hidden: withheld from all but internal.
    - ``not_asked``: counted in public, named for partners.
    - from a list whose licence does not allow it to be passed on, or is not known: counted in public.
    - ``restricted``: named outside internal only if the name was agreed to, else counted.
    - closed: kept for internal only, because a closed door helps nobody.
    """
    names = _DECIDING[audience]
    rows = zip(*(assets[name] for name in names), strict=True)
    stands = [stands_for(dict(zip(names, cells, strict=True)), audience) for cells in rows]
    return pd.Series(stands, index=assets.index, dtype=object)


def stands_for(asset: Mapping[str, Any], audience: Audience) -> str:
    """Say of one asset whether it is ``named``, ``counted`` or ``withheld``: see :func:`standing`."""
    # A word that is not in the codelist, typed in another program, is never taken for consent.
    if asset["listing"] not in _KNOWN_LISTINGS:
        return "withheld"
    if audience is Audience.INTERNAL:
        return "named"
    if _confidential(asset) or asset["status"] == "closed":
        return "withheld"
    if asset["listing"] == "restricted" and "name" not in asset["listing_shows"]:
        return "counted"
    if audience is Audience.PUBLIC and (asset["listing"] == "not_asked" or not licence_of(asset["licence"]).shared):
        return "counted"
    return "named"


def _confidential(asset: Mapping[str, Any]) -> bool:
    hidden = asset["location_precision"] not in _SHOWN_PRECISIONS or asset["asset_type"] in CONFIDENTIAL_TYPES
    return hidden or asset["asset_type"] not in codelist("asset_type") or asset["status"] not in codelist("status")


def passed_on(assets: pd.DataFrame) -> "pd.Series[bool]":
    """Say of each asset whether the licence of its source lets everybody see it; the index is the same."""
    return assets["licence"].map(lambda text: licence_of(text).shared).astype(bool)


def _plain_ids(snapshot: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return assets and referrals with ids that tell nothing: one typed by a person may hold a name or a street."""
    plain = {text: plain_id(text) for text in snapshot.assets["id"]}
    ends = {end: snapshot.referrals[end].map(lambda text: plain.get(text, text)) for end in ("from_asset", "to_asset")}
    return snapshot.assets.assign(id=snapshot.assets["id"].map(plain)), snapshot.referrals.assign(**ends)


@lru_cache(maxsize=1 << 16)
def plain_id(text: str) -> str:
    """Return the id by which an asset is known outside internal: its own, or one that tells nothing of the text."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"rosc-map:asset:{text}"))


def _referrals(referrals: pd.DataFrame, named: set[str], *, internal: bool) -> pd.DataFrame:
    shown = referrals["from_asset"].isin(named) & referrals["to_asset"].isin(named)
    if not internal:
        shown &= referrals["evidence"] != "tested"
    return referrals[shown].reset_index(drop=True)
