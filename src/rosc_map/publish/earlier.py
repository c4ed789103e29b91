"""What was held before, made no less careful than what is held now: nobody is shown more finely in a comparison."""

from dataclasses import replace
from typing import Any

from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import codelist, is_hidden, row_dicts

__all__ = ["with_the_care_of_today"]

_STRICT = {word: number for number, word in enumerate(codelist("location_precision"))}
_TYPED = ("asset_type", "location_precision", "listing", "listing_shows")
_NOT_HERE = {"listing": ""}
"""What is in no record of today may have been erased, or have asked to leave: it is withheld from everybody."""


def with_the_care_of_today(then: Snapshot, now: Snapshot) -> Snapshot:
    """Return an earlier snapshot, from another file, in which each asset is shown no more than it may be shown today.

    Parameters
    ----------
    then
        What was held before.
    now
        What is held.
    """
    today = {row["id"]: row for row in row_dicts(now.assets)}
    assets = then.assets.copy()
    rows = [_careful(row, today.get(row["id"])) for row in row_dicts(assets)]
    for name in _TYPED:
        assets[name] = [row[name] for row in rows]
    return replace(then, assets=assets)


def _careful(row: dict[str, Any], today: dict[str, Any] | None) -> dict[str, Any]:
    if today is None:
        return {**row, **_NOT_HERE}
    careful = {**row}
    if is_hidden(today):
        careful |= {"asset_type": today["asset_type"], "location_precision": today["location_precision"]}
    elif _strictness(today) > _strictness(row):
        careful["location_precision"] = today["location_precision"]
    # A listing that was agreed to or refused since is the one that counts.
    if today["listing"] != row["listing"]:
        careful |= {"listing": today["listing"], "listing_shows": today["listing_shows"]}
    return careful


def _strictness(asset: dict[str, Any]) -> int:
    return _STRICT.get(asset["location_precision"], len(_STRICT))
