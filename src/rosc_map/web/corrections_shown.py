"""Corrections as anybody may see them: of an asset that was hidden since, what tells of its place goes for good."""

from collections.abc import Iterable

from rosc_map.partnership import draft_values
from rosc_map.people import Change, Correction
from rosc_map.web.site import Site

__all__ = ["seen_corrections", "without_finer_place"]


def seen_corrections(site: Site, corrections: Iterable[Correction]) -> list[Correction]:
    """Return corrections of assets that are still recorded, without what may not be kept of them any more."""
    found = []
    for each in corrections:
        left = without_finer_place(site, each.asset, each.changes)
        if left != each.changes:
            site.people.trim_correction(each.id, left)
        if left:
            found.append(Correction(each.id, each.asset, left, each.sent, each.answer, each.decided))
    return found


def without_finer_place(site: Site, asset: str, changes: dict[str, Change]) -> dict[str, Change]:
    """Return the changes of an asset without those that tell of a place finer than may be kept; none of one that went.

    Parameters
    ----------
    site
        Where the asset is recorded.
    asset
        Its id.
    changes
        What is wanted, by field.
    """
    recorded = site.live.recorded(asset)
    if recorded is None:
        return {}
    kind = {name: recorded[name] for name in ("asset_type", "location_precision")}
    sides = [{name: one.was for name, one in changes.items()}, {name: one.should_be for name, one in changes.items()}]
    kept = [draft_values({**side, **kind}) for side in sides]
    return {
        name: one
        for name, one in changes.items()
        if all(after.get(name) == side[name] for after, side in zip(kept, sides, strict=True))
    }
