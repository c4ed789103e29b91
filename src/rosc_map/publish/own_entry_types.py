"""What an organisation is shown of its own entries: everything that is held about them, and who else sees it."""

import datetime as dt
from dataclasses import dataclass

from rosc_map.publish.published import Gated
from rosc_map.publish.round_types import Part

__all__ = ["OwnEntryAsset", "OwnFact", "OwnGroup", "OwnRound", "OwnTable", "PublishedOwnEntry"]


@dataclass(frozen=True)
class OwnFact:
    """One thing that is held about an asset.

    Attributes
    ----------
    field, label
        Its name for programs and for people.
    words
        What stands there, in words.
    who_sees
        The least audience that is really shown it as the asset now stands, in words.
    """

    field: str
    label: str
    words: str
    who_sees: str


@dataclass(frozen=True)
class OwnGroup:
    """Facts that belong together; a group in which nothing is held is not there."""

    heading: str
    facts: tuple[OwnFact, ...]


@dataclass(frozen=True)
class OwnTable:
    """Records about an asset: a ``heading``, ``columns``, ``rows`` of text, and in words who sees all of them."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    who_sees: str


@dataclass(frozen=True)
class OwnEntryAsset:
    """One asset of an organisation.

    Attributes
    ----------
    id
        The id by which others know it; the tasks of an own entry take it.
    name
        Its name.
    listing_words
        What was said of listing it, and who sees its name, in sentences.
    listing, listing_shows, precision
        The codes of what was said, of the parts that may be shown where it is ``restricted``, and of how exactly its
        place may be shown.
    groups
        Everything that is held, in the groups in which it is asked for.
    tables
        Records about it: money, referrals to and from it, replies and so on; the last one is its history.
    """

    id: str
    name: str
    listing_words: str
    listing: str
    listing_shows: tuple[str, ...]
    precision: str
    groups: tuple[OwnGroup, ...]
    tables: tuple[OwnTable, ...]


@dataclass(frozen=True)
class OwnRound:
    """The own result of a linkage test, from the day on which organisations were given theirs.

    Attributes
    ----------
    round
        Its name.
    when
        When the calls were made, in words without a full stop, or "".
    feedback_on, reply_by, late
        The day on which it was given, the day by which a reply is asked for, and whether that day is over: from then on
        others may see the figures.
    parts
        The result; never who was asked about them.
    assets
        Whose result it is: id, name and the reply so far, or "".
    """

    round: str
    when: str
    feedback_on: dt.date
    reply_by: dt.date
    late: bool
    parts: tuple[Part, ...]
    assets: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class PublishedOwnEntry(Gated):
    """All that is held about the assets of one organisation, for that organisation alone.

    Attributes
    ----------
    title, banner, as_at
        The partnership's name, the sentence at the top of every page of it or "", and the day that it tells of.
    assets
        Those of the assets asked for that are still listed, in the order in which they were asked for.
    rounds
        Their own results of linkage tests, the newest first.
    """

    title: str
    banner: str
    as_at: dt.date
    assets: tuple[OwnEntryAsset, ...]
    rounds: tuple[OwnRound, ...]
