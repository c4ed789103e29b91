"""Which assets of a server may be near, kept ready: only what changed is looked at anew."""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.partnership.live_parts import part_of
from rosc_map.publish import Nearby, Snapshot, near_assets
from rosc_map.records import Audience

__all__ = ["near_index", "part_for"]

_Kept = dict[int, tuple[Mapping[str, Any], Nearby | None]]
_LOCK = threading.Lock()
_INDEXES: WeakKeyDictionary[LiveAssets, dict[Audience, _Kept]] = WeakKeyDictionary()


def near_index(live: LiveAssets, audience: Audience) -> list[Nearby]:
    """Return what decides of each asset whether it is near, as an audience is shown it; ``live.refresh`` first.

    Parameters
    ----------
    live
        The assets in memory.
    audience
        Who is told.
    """
    rows = live.rows()
    with _LOCK:
        kept = _INDEXES.setdefault(live, {}).get(audience, {})
        # A row that changed is another object.
        same = {number: kept[number] for number, row in rows.items() if number in kept and kept[number][0] is row}
        new = {number: row for number, row in rows.items() if number not in same}
        found = near_assets(part_for(new.values()).assets, audience) if new else []
        now = same | dict(zip(new, zip(new.values(), found, strict=True), strict=True))
        _INDEXES[live][audience] = now
    return [asset for _, asset in now.values() if asset is not None]


def part_for(rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    """Return a snapshot of these assets alone, without a title; its codes of authorities are those of today."""
    return part_of(list(rows), None, title="", banner="", areas=(), as_at=dt.date.min)
