"""The type of a gap analysis that has passed the gate: what one audience may see of what is missing, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.publish.published import OfPublished

__all__ = ["GapsPart", "GapsTable", "MapLayer", "PublishedGaps"]


@dataclass(frozen=True)
class GapsTable:
    """One table of a gap analysis.

    Attributes
    ----------
    key
        Its name in small letters with hyphens, for files: ``provision``, ``six-types``.
    title
        What it is, for a caption and the tab of a sheet (at most 31 letters).
    table
        Plain cells, with field names as columns: text, codes of codelists, whole numbers, floats, truth values, dates,
        and None for what is not known. The first column in ``heads`` names the rows.
    heads
        The columns that a page shows, in this order, and their headings in words. Shares of 1 end in " (%)" there.
    notes
        What has to stand with it.
    """

    key: str
    title: str
    table: pd.DataFrame
    heads: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class GapsPart:
    """One part of a gap analysis: what was found in sentences, what is not known, and its tables.

    Attributes
    ----------
    key
        ``provision``, ``six_types``, ``reach``, ``sites``, ``need``, ``commissioning``, ``spend``, ``reviews``,
        ``seats``, ``offers``, ``freshness``, ``changes`` or ``beside``.
    heading
        Its heading.
    sentences
        What was found, each with its denominator and its date.
    cautions
        What is not known, and what the figures do not say; may be empty.
    tables
        The figures.
    """

    key: str
    heading: str
    sentences: tuple[str, ...]
    cautions: tuple[str, ...] = ()
    tables: tuple[GapsTable, ...] = ()


@dataclass(frozen=True)
class MapLayer:
    """One way to colour the authorities of a map.

    Attributes
    ----------
    key
        ``provision``, ``rss_<type>``, ``reach``, ``need_provision``, ``freshness`` or ``handoffs``.
    label
        What a person chooses: "Reach: within 5 km of a LERO".
    kind
        ``statuses`` (served, none found, not surveyed), ``steps`` (classes from low to high) or ``pairs`` (three need
        classes by three provision classes: class number = 3 × need + provision).
    classes
        The words of each class, in order.
    areas
        One row an authority: ``code``, ``class`` (the number of its class from 0; None where there is none) and
        ``words`` (its figure with its denominator).
    none
        The words of having no class: "Not surveyed yet", "No figure".
    note
        How to read it, with the date and the source.
    """

    key: str
    label: str
    kind: str
    classes: tuple[str, ...]
    areas: pd.DataFrame
    none: str
    note: str


@dataclass(frozen=True, kw_only=True)
class PublishedGaps(OfPublished):
    """What is missing, and where, as one audience may see it.

    Attributes
    ----------
    published
        The assets, the authorities, the provision of the asset type.
    tier, asset_type
        Whose figures they are: ``upper`` or ``local``, and the code of the asset type.
    in_short
        The weightiest sentences; the first is that of the provision, in the form of the guidance's own.
    parts
        The findings, in the order in which they are read.
    layers
        The ways to colour the map; the first is the provision.
    sites
        Where one more asset of the type would help most, in the order of choosing: ``postcode``, ``authority`` (name),
        ``words`` (what it would change), points in EPSG:4326. May be empty.
    method
        How it was worked out, a sentence each, with the sources.
    licences
        Where the data is from, a line each.
    figures
        The same as one document of plain values, for other programs (CLI.md, ``gaps``).
    """

    tier: str
    asset_type: str
    in_short: tuple[str, ...]
    parts: tuple[GapsPart, ...]
    layers: tuple[MapLayer, ...]
    sites: gpd.GeoDataFrame
    method: tuple[str, ...]
    licences: tuple[str, ...]
    figures: Mapping[str, Any] = field(repr=False)

    @property
    def sentence(self) -> str:
        """What is there of the asset type, in the form of the guidance's own sentence."""
        return self.published.provision.sentence
