"""The linkage round on a map: what its script and its template are told."""

from typing import Any

from rosc_map.publish.map_types import PublishedMap

__all__ = ["round_context", "round_facts"]


def round_facts(shown: PublishedMap | None) -> dict[str, Any] | None:
    """Return what the script of the map is told of the pairs that were asked about; None where there are none."""
    if shown is None or shown.round is None or shown.pairs.empty:
        return None
    return {"name": shown.round.round}


def round_context(shown: PublishedMap | None) -> dict[str, Any] | None:
    """Return what the template is told of the area's figures; None where there is no round."""
    return None if shown is None or shown.round is None else {"name": shown.round.round}
