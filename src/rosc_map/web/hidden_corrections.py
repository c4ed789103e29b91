"""Corrections of an asset that was hidden since: what tells of its place goes for good, and all of one that left."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rosc_map.partnership import LiveAssets, has_left, without_finer_place
from rosc_map.people import Change, Correction, People

__all__ = ["changes_to_keep", "trim_hidden_corrections"]


def trim_hidden_corrections(live: LiveAssets, people: People) -> None:
    """Delete what may not be kept any more of corrections, decided or not.

    Parameters
    ----------
    live
        The assets as they stand.
    people
        Where corrections are kept.
    """

    def kept(each: Correction) -> Correction | None:
        recorded = live.recorded(each.asset)
        if recorded is None or has_left(recorded):
            return None
        # The answer is words of a coordinator, so it may tell of a place as notes may; beside an address that goes.
        addresses = [text for one in each.changes.values() for text in (one.was, one.should_be)]
        answer = each.answer
        for address in addresses if "address" in each.changes else [""]:
            answer = without_finer_place(recorded, {"address": address, "notes": answer}).get("notes", "")
        return replace(each, changes=changes_to_keep(recorded, each.changes), answer=answer)

    people.trim_corrections(kept)


def changes_to_keep(recorded: Mapping[str, Any], changes: Mapping[str, Change]) -> dict[str, Change]:
    """Return the changes of an asset without those that tell of a place finer than may be kept.

    Parameters
    ----------
    recorded
        The asset as it is recorded.
    changes
        What is wanted, by field.
    """
    was = without_finer_place(recorded, {name: one.was for name, one in changes.items()})
    should_be = without_finer_place(recorded, {name: one.should_be for name, one in changes.items()})
    return {name: one for name, one in changes.items() if name in was and name in should_be}
