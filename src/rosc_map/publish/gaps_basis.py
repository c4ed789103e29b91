"""What each part of a gap analysis is made of: what was asked for, and what the audience may be told of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from rosc_map.gaps import Provision
from rosc_map.publish.earlier import Earlier
from rosc_map.publish.gaps_types import GapsTable
from rosc_map.publish.publish import in_doubt, told
from rosc_map.publish.published import Published
from rosc_map.publish.records import Reader
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import View
from rosc_map.records import Audience, label

__all__ = ["Basis", "GapsAsked", "authorities", "by_authority", "short_type"]


@dataclass(frozen=True)
class GapsAsked:
    """What a gap analysis is asked for; what is left out is left out of the analysis, or read from the records.

    Attributes
    ----------
    tier, asset_type
        The authorities, ``upper`` or ``local``, and the type of which the figures tell.
    need
        Rows of :class:`rosc_map.records.Need` that a person hands in, with what to know of them in ``need_said``; those
        recorded when None.
    indicator
        Which figure of need, where there are several.
    within
        The distances (km) or travel times (minutes) within which people are counted; the usual ones when empty.
    people
        How many people live at each postcode: see :func:`rosc_map.exchange.read_people_by_postcode`, with where the
        figures are from in ``people_said``.
    times
        Travel times: see :func:`rosc_map.exchange.read_travel_times`.
    neighbours
        The nearest statistical neighbours of authorities, by code.
    then
        What was held before, to compare with: see :func:`rosc_map.publish.with_the_care_of_today`.
    sites
        How many places to name where one more asset would help most.
    """

    tier: str = "upper"
    asset_type: str = "lero"
    need: pd.DataFrame | None = None
    need_said: tuple[str, ...] = ()
    indicator: str = ""
    within: tuple[float, ...] = ()
    people: pd.DataFrame | None = None
    people_said: str = ""
    times: pd.DataFrame | None = None
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    then: Earlier | None = None
    sites: int = 3


@dataclass(frozen=True)
class Basis:
    """What the parts are made of.

    Attributes
    ----------
    snapshot, audience, asked
        Everything that is held, who it is for, and what was asked.
    seen
        The assets told apart for the audience.
    published
        What the audience may see of the partnership.
    lookup
        The local authorities of the area, with their tiers.
    """

    snapshot: Snapshot
    audience: Audience
    asked: GapsAsked
    seen: View
    published: Published
    lookup: pd.DataFrame

    @property
    def provision(self) -> Provision:
        """What is there, by authority."""
        return self.published.provision

    @cached_property
    def told(self) -> pd.DataFrame:
        """The assets of which the audience is told, by name or in a count."""
        return told(self.seen, self.audience)

    @cached_property
    def in_doubt(self) -> pd.DataFrame:
        """The assets of which not all is told that is counted."""
        return in_doubt(self.seen, self.audience)

    @cached_property
    def records(self) -> Reader:
        """What the audience may see of the small records."""
        return Reader(self.snapshot, self.audience)

    @property
    def for_partners(self) -> bool:
        """Whether it is for the partnership, and not for everybody."""
        return self.audience is not Audience.PUBLIC

    @property
    def names(self) -> dict[str, str]:
        """The name of each authority, by its code."""
        table = self.provision.by_authority
        return dict(zip(table["code"], table["name"], strict=True))

    @property
    def statuses(self) -> dict[str, str]:
        """The status of the asset type in each authority, by its code."""
        table = self.provision.by_authority
        return dict(zip(table["code"], map(str, table["status"]), strict=True))


def by_authority(key: str, title: str, table: pd.DataFrame, heads: Mapping[str, str], *notes: str) -> GapsTable:
    """Return a table with a row an authority: its name is what the rows of a page are called."""
    return GapsTable(key, title, table, {"name": "Authority", **heads}, notes)


def authorities(number: int) -> str:
    """Return how many authorities: 1 authority, 11 authorities."""
    return "1 authority" if number == 1 else f"{number:,} authorities"


def short_type(asset_type: str) -> str:
    """Return an asset type as it is said in a sentence: a LERO, mutual aid."""
    return "LERO" if asset_type == "lero" else label("asset_type", asset_type).lower()
