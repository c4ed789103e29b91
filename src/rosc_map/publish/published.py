"""The type of everything that may leave the house: what ``publish`` hands to maps, tables, reports and writers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from rosc_map.errors import NotPublished
from rosc_map.gaps import Provision
from rosc_map.records import Audience

__all__ = ["Gated", "LinkageFigures", "OfPublished", "Published", "PublishedTable", "require_published"]

_GATE = object()


@dataclass(frozen=True, kw_only=True)
class Gated:
    """What has passed the gate: only the ``publish`` room can make one."""

    gate: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.gate is not _GATE:
            raise NotPublished(f"Only the publish room makes a {type(self).__name__}: hand it the data first.")


@dataclass(frozen=True)
class LinkageFigures:
    """The area's figures of one linkage round: sentences, and never a row about an organisation.

    Attributes
    ----------
    round
        The name of the round.
    sentences
        The result in plain words, each with its denominator.
    figures
        One row a figure: ``label``, ``estimate``, ``low``, ``high`` (shares of 1, or missing), ``of`` (the denominator
        in words).
    """

    round: str
    sentences: tuple[str, ...]
    figures: pd.DataFrame


@dataclass(frozen=True)
class Published(Gated):
    """What one audience may see, and nothing else. Only :func:`rosc_map.publish.publish` makes one.

    Attributes
    ----------
    audience
        Who it is for.
    title
        The name of the partnership or area.
    as_at
        The day that it tells of.
    banner
        A sentence that has to stand at the top of every page of it, or "".
    assets
        The assets that may be named, a point each or none, EPSG:4326 (longitude, latitude). Columns: ``id`` and each
        field of :class:`rosc_map.records.Asset` that the audience may see, then ``place`` (where it is, in words, as
        finely as allowed), ``about`` (true where the point is the middle of a postcode district), ``local_authority``,
        ``upper_tier`` (names) and their ``_code``.
    links
        The referrals between assets shown: ``from_asset``, ``to_asset`` (ids), ``from_name``, ``to_name``, ``evidence``
        (words such as "declared, tested"), ``not_found_in_test`` (true or false).
    areas
        The authorities of the area, polygons in EPSG:4326: ``code``, ``name``.
    provision
        What is there, by authority, in three statuses.
    not_named
        Assets counted but not named: ``authority_code``, ``authority``, ``asset_type``, ``count``.
    linkage
        The area's figures of the newest completed linkage round, or None.
    notes
        Sentences that have to stand beside the figures: what is not shown, and why.
    licences
        Where the data is from, a line each.
    sources
        The lists that the assets shown are from, one row a list and licence: see
        :func:`rosc_map.publish.licence_table`.
    """

    audience: Audience
    title: str
    as_at: dt.date
    banner: str
    assets: gpd.GeoDataFrame
    links: pd.DataFrame
    areas: gpd.GeoDataFrame
    provision: Provision
    not_named: pd.DataFrame
    linkage: LinkageFigures | None
    notes: tuple[str, ...]
    licences: tuple[str, ...]
    sources: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class OfPublished(Gated):
    """What was made beside what an audience may see of a partnership, and is for the same audience and day.

    Attributes
    ----------
    published
        What the audience may see of the partnership.
    """

    published: Published

    @property
    def audience(self) -> Audience:
        """Who it is for."""
        return self.published.audience

    @property
    def title(self) -> str:
        """The name of the partnership or area."""
        return self.published.title

    @property
    def as_at(self) -> dt.date:
        """The day that it tells of."""
        return self.published.as_at

    @property
    def banner(self) -> str:
        """A sentence that has to stand at the top of every page of it, or ""."""
        return self.published.banner

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that have to stand beside the figures: what is not shown, and why."""
        return self.published.notes


@dataclass(frozen=True)
class PublishedTable(Gated):
    """One table that may leave the house. Only this room makes one.

    Attributes
    ----------
    name
        What it is, for a sheet's tab.
    audience
        Who it is for.
    table
        Plain cells: text, numbers and dates.
    notes
        Sentences that go with it: what it counts, when, and what is not in it.
    choices
        The words to choose from, by column, where somebody fills it in.
    """

    name: str
    audience: Audience
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


T = TypeVar("T", bound=Gated)


def require_published(thing: object, kind: type[T]) -> T:
    """Return ``thing`` if it has passed the gate; every map, table and writer asks this first.

    Raises
    ------
    NotPublished
        When it is anything else.
    """
    if not isinstance(thing, kind):
        raise NotPublished(f"A {type(thing).__name__} has not passed publish(): nothing was written.")
    return thing
