"""The newest linkage round that an audience may see."""

from rosc_map.publish.linkage import why_not_shown
from rosc_map.publish.round_for_audience import publish_round
from rosc_map.publish.round_result import result_of
from rosc_map.publish.round_types import PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.records import Audience

__all__ = ["newest_round"]


def newest_round(snapshot: Snapshot, audience: Audience) -> PublishedRound | None:
    """Return the result of the newest answered round that an audience may see; None where there is none.

    Parameters
    ----------
    snapshot
        Everything that is held.
    audience
        Who it is for. Outside ``internal`` a round is shown 14 days after each organisation was given its own result.
    """
    answered = set(snapshot.answers["round"])
    names = [name for name in reversed(list(snapshot.rounds["round"])) if name in answered]
    shown = next((name for name in names if not why_not_shown(snapshot, name, audience)), None)
    return None if shown is None else publish_round(snapshot, result_of(snapshot, shown), audience)
