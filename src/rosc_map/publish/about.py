"""What has to be said of everything that an audience is shown, without the figures of a map or report."""

import datetime as dt
from dataclasses import dataclass

from rosc_map.publish import published
from rosc_map.publish.licences import licence_lines, sources_of
from rosc_map.publish.publish import BOUNDARY_LICENCE, notes_for
from rosc_map.publish.published import Gated
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import view
from rosc_map.records import Audience

__all__ = ["PublishedAbout", "publish_about"]


@dataclass(frozen=True)
class PublishedAbout(Gated):
    """What stands beside what one audience is shown. Only :func:`publish_about` makes one.

    Attributes
    ----------
    audience, title, as_at, banner, notes, licences
        As in :class:`rosc_map.publish.Published`.
    """

    audience: Audience
    title: str
    as_at: dt.date
    banner: str
    notes: tuple[str, ...]
    licences: tuple[str, ...]


def publish_about(snapshot: Snapshot, audience: Audience) -> PublishedAbout:
    """Make what has to be said of all that an audience is shown; it is what ``publish`` would say.

    Parameters
    ----------
    snapshot
        All assets that are held; nothing else of it is read.
    audience
        Who it is for.
    """
    seen = view(snapshot, audience)
    words = words_for(seen, audience)
    return PublishedAbout(
        audience=audience,
        title=words(snapshot.title),
        as_at=snapshot.as_at,
        banner=words(snapshot.banner),
        notes=notes_for(seen, audience, "lero"),
        licences=(BOUNDARY_LICENCE, *licence_lines(sources_of(seen, words))),
        gate=published._GATE,
    )
