"""Which assets of a server may be near, kept ready: only what changed is looked at anew."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.partnership.live_parts import part_of
from rosc_map.publish import Nearby, Snapshot, near_assets
from rosc_map.records import Audience

__all__ = ["SHEETS_FOR", "LiveNear", "part_for"]

SHEETS_FOR = (Audience.PUBLIC, Audience.PARTNERS)
"""Whom a sheet may be made for."""

_Kept = dict[int, tuple[Mapping[str, Any], Nearby | None]]


class LiveNear:
    """What decides of each asset of a server whether it is near, for many threads at once.

    Nobody waits for another here: what is found is put in its place whole, and two who look at once find the same.

    Parameters
    ----------
    assets
        The assets of the server.
    """

    def __init__(self, assets: LiveAssets) -> None:
        self.assets = assets
        self._kept: dict[Audience, _Kept] = {}

    def warm(self) -> None:
        """Make ready what the first who asks what is near would wait for."""
        for audience in SHEETS_FOR:
            self.of(audience)

    def of(self, audience: Audience) -> list[Nearby]:
        """Return what decides of each asset whether it is near, as an audience is shown it.

        Parameters
        ----------
        audience
            Who is told; ``assets.refresh`` first.
        """
        rows, kept = self.assets.rows(), self._kept.get(audience, {})
        # A row that changed is another object.
        same = {number: kept[number] for number, row in rows.items() if number in kept and kept[number][0] is row}
        new = {number: row for number, row in rows.items() if number not in same}
        found = near_assets(part_for(new.values()).assets, audience) if new else []
        now = same | dict(zip(new, zip(new.values(), found, strict=True), strict=True))
        self._kept[audience] = now
        return [asset for _, asset in now.values() if asset is not None]


def part_for(rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    """Return a snapshot of these assets alone, without a title; its codes of authorities are those of today."""
    return part_of(list(rows), None, title="", banner="", areas=(), as_at=dt.date.min)
