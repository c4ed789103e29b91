"""The ways to colour the authorities of a map: what is there, how far it is, need beside it, how fresh it all is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import Basis, short_type
from rosc_map.publish.gaps_need import NeedFound
from rosc_map.publish.gaps_reach import ReachFound, too_few
from rosc_map.publish.gaps_types import MapLayer
from rosc_map.records import codelist, day, label, percent, row_dicts

__all__ = ["QUARTERS", "areas_of", "map_layers", "quarter"]

_THIRDS = "Need in thirds of the authorities with a figure, provision in thirds of those served or surveyed."
_STATUSES = ("served", "none_found", "not_surveyed")
_STATUS_WORDS = ("Served", "None found", "Not surveyed yet")
_BOUNDS = (0.25, 0.5, 0.75)
QUARTERS = ("under 25 %", "25 % to under 50 %", "50 % to under 75 %", "75 % or more")
"""The classes of a share, in words."""

_NOT_SURVEYED = "Not surveyed yet"
_NO_CLASS = "Not surveyed, or no figure"


def map_layers(
    basis: Basis, reach: ReachFound | None, need: NeedFound, freshness: gaps.Freshness
) -> tuple[MapLayer, ...]:
    """Return the layers of which there are figures; the first is the provision of the asset type.

    An authority that nobody surveyed has no class of reach or need, however the figure may come out: it is no gap.
    """
    layers = [_provision(basis), *_six_types(basis)]
    if reach is not None and len(reach.reach.by_authority):
        layers += _reach(basis, reach)
    if need.found is not None:
        layers.append(_need(need.found))
    return (*layers, _freshness(basis, freshness))


def _as_at(basis: Basis) -> str:
    return f"As at {day(basis.published.as_at)}."


def areas_of(rows: Sequence[tuple[str, int | None, str]]) -> pd.DataFrame:
    """Return the table of a layer: the code, the class and the words of each authority."""
    return pd.DataFrame(rows, columns=["code", "class", "words"], dtype=object)


def _provision(basis: Basis) -> MapLayer:
    table = row_dicts(basis.provision.by_authority)
    rows = [(row["code"], _STATUSES.index(row["status"]), row["looked"]) for row in table]
    what = short_type(basis.asked.asset_type)
    return MapLayer(
        "provision", f"What is there: {what}", "statuses", _STATUS_WORDS, areas_of(rows), _NOT_SURVEYED, _as_at(basis)
    )


def _six_types(basis: Basis) -> list[MapLayer]:
    table = row_dicts(basis.provision.by_authority)
    found = []
    for code in codelist("rss_type"):
        rows = [(row["code"], _STATUSES.index(row[f"rss_status_{code}"]), _count(row[f"rss_{code}"])) for row in table]
        note = f"Across all asset types. {_as_at(basis)}"
        name = f"Type of support: {label('rss_type', code)}"
        found.append(MapLayer(f"rss_{code}", name, "statuses", _STATUS_WORDS, areas_of(rows), _NOT_SURVEYED, note))
    return found


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,} recorded"


def _reach(basis: Basis, found: ReachFound) -> list[MapLayer]:
    own = found.reach.by_authority
    own = own[own["asset_type"] == basis.asked.asset_type]
    if own.empty:
        return []
    middle = len(found.reach.limits) // 2
    limit = found.said(found.reach.limits[middle])
    figures = {row["code"]: row for row in row_dicts(own)}
    statuses = basis.statuses.items()
    rows = [(code, *_reach_class(basis, found, figures.get(code), status, middle)) for code, status in statuses]
    what = short_type(basis.asked.asset_type)
    of = "people" if found.reach.weighted else "postcodes"
    label_ = f"Reach: {of} within {limit} of the nearest {what}"
    note = f"Share of the {of} of each authority. {found.reach.said} {_as_at(basis)}"
    return [MapLayer("reach", label_, "steps", QUARTERS, areas_of(rows), _NO_CLASS, note)]


def _reach_class(
    basis: Basis, found: ReachFound, figure: dict[str, Any] | None, status: str, middle: int
) -> tuple[int | None, str]:
    """Return the class of an authority, and its figure in words; none where nothing is known of it."""
    if status == "not_surveyed":
        return None, "not surveyed"
    if figure is None or figure[f"within_{middle}"] is None or too_few(basis, found, figure):
        return None, "no figure"
    share = figure[f"within_{middle}"]
    words = f"{percent(share)} within {found.said(found.reach.limits[middle])}"
    return quarter(share), words


def _need(found: gaps.NeedByProvision) -> MapLayer:
    rows = [(row["code"], _pair(row), row["together"]) for row in row_dicts(found.by_authority)]
    figures = found.figures
    note = f"{figures.indicator}, {figures.period}. Source: {figures.source}. {_THIRDS}"
    name = f"Need beside what is there: {figures.indicator}"
    return MapLayer("need_provision", name, "pairs", gaps.PAIRS, areas_of(rows), _NO_CLASS, note)


def _pair(row: dict[str, Any]) -> int | None:
    if row["need_class"] is None or row["provision_class"] is None:
        return None
    return 3 * int(row["need_class"]) + int(row["provision_class"])


def _freshness(basis: Basis, found: gaps.Freshness) -> MapLayer:
    rows: list[tuple[str, int | None, str]] = []
    for row in row_dicts(found.by_authority):
        share = row["share"]
        words = "no record" if share is None else f"{row['fresh']} of {row['records']} records ({percent(share)})"
        stale = (
            f"; none found, surveyed more than {found.months} months ago or on a day not known"
            if row["stale_gap"]
            else ""
        )
        rows.append((row["code"], quarter(share), words + stale))
    note = (
        f"Share of each authority's records that were checked or recorded within {found.months} months. {_as_at(basis)}"
    )
    return MapLayer("freshness", "How fresh the records are", "steps", QUARTERS, areas_of(rows), "No record", note)


def quarter(share: float | None) -> int | None:
    """Return the class of a share of 1, from 0 to 3; None where there is none."""
    return None if share is None else int(np.searchsorted(_BOUNDS, share, side="right"))
