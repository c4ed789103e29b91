"""What was held before, made no less careful than what is held now: nobody is shown more finely in a comparison."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import row_dicts, squash

__all__ = ["Earlier", "with_the_care_of_today"]

_SHOWN_BY = ("asset_type", "location_precision", "listing", "listing_shows")
"""What says how finely an asset may be shown, and whether at all."""

_PLACE = ("local_authority_code", "region_code", "country_code")


@dataclass(frozen=True)
class Earlier:
    """What was held before, with the care of today.

    Attributes
    ----------
    snapshot
        The earlier snapshot; its assets have the ids of today.
    not_here
        How many of its active assets are not on the record of today: merged, taken out, or erased.
    of
        How many active assets it had.
    """

    snapshot: Snapshot
    not_here: int
    of: int


def with_the_care_of_today(then: Snapshot, now: Snapshot, *, same_record: bool) -> Earlier:
    """Return an earlier snapshot in which each asset is shown no more, and no more finely, than it may be today.

    An asset is known again by its id, and in another file by its name and type too, since a list may have been typed
    anew.

    Parameters
    ----------
    then
        What was held before.
    now
        What is held.
    same_record
        Whether it is an earlier day of the same record: what is not there today was merged into another asset then.
        In another file it may have asked to leave: no authority may be told apart from the others for it.
    """
    find = _finder(now.assets)
    known: dict[str, dict[str, Any]] = {}
    gone = []
    for row in row_dicts(then.assets):
        today = find(row)
        if today is None:
            gone.append(row)
        else:
            known.setdefault(today["id"], _careful(row, today))  # two of then may be one today
    active = sum(row["status"] == "active" for row in gone)
    unknown = [] if same_record else [_anywhere(row, now.areas) for row in gone]
    assets = pd.DataFrame([*known.values(), *unknown], columns=then.assets.columns).astype(then.assets.dtypes)
    of = int((then.assets["status"] == "active").sum())
    return Earlier(replace(then, assets=assets), active, of)


def _finder(assets: pd.DataFrame) -> Any:
    rows = row_dicts(assets)
    by_id = {row["id"]: row for row in rows}
    called = Counter((squash(row["name"]), row["asset_type"]) for row in rows)
    by_name = {(squash(row["name"]), row["asset_type"]): row for row in rows}

    def find(row: dict[str, Any]) -> dict[str, Any] | None:
        key = (squash(row["name"]), row["asset_type"])
        return by_id.get(row["id"]) or (by_name[key] if called[key] == 1 else None)

    return find


def _careful(row: dict[str, Any], today: dict[str, Any]) -> dict[str, Any]:
    """Return the row of then if it may be shown just as today's; else today's, with the status of then."""
    if all(row[name] == today[name] for name in _SHOWN_BY):
        return {**row, "id": today["id"]}
    return {**today, "status": row["status"]}


def _anywhere(row: dict[str, Any], areas: tuple[str, ...]) -> dict[str, Any]:
    """Return an asset that nobody is told of, and that may have been in any of the areas."""
    return {**row, **dict.fromkeys(_PLACE, ""), "upper_tier_code": "", "listing": "", "areas_served": areas}
