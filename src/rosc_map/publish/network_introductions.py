"""Introductions in words for one audience: why, how far apart the two are, and who could bring them together."""

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.network import Introduction
from rosc_map.records import row_dicts, squash

__all__ = ["COLUMNS", "introductions_in_words"]

COLUMNS = ["from_id", "to_id", "from_name", "to_name", "gain", "reason", "distance", "who"]
"""The columns of the table of introductions."""

_METRES = 27700
_MUTUAL_AID = (
    "Mutual aid is asked through its public information liaison officer or SMART co-ordinator, never through members."
)


def introductions_in_words(chosen: Iterable[Introduction], assets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a row an introduction: ``COLUMNS``.

    Parameters
    ----------
    chosen
        The introductions, in their order.
    assets
        The assets as the audience is shown them, EPSG:4326: the distance is between the points that it may see.
    """
    shown = {asset["id"]: asset for asset in row_dicts(pd.DataFrame(assets.drop(columns="geometry")))}
    points = dict(zip(assets["id"], assets.geometry.to_crs(_METRES), strict=True))
    rows = []
    for each in chosen:
        ends = shown[each.from_id], shown[each.to_id]
        distance = _distance(*(points[end["id"]] for end in ends), about=any(end["about"] for end in ends))
        rows.append(
            (
                each.from_id,
                each.to_id,
                each.from_name,
                each.to_name,
                each.gain,
                each.reason,
                distance,
                _who(each, *ends),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _distance(one: Any, other: Any, *, about: bool) -> str:
    if one is None or other is None:
        return "not known"
    kilometres = one.distance(other) / 1000
    words = f"{kilometres:.1f} km" if kilometres < 10 and not about else f"{kilometres:.0f} km"
    # The middle of a postcode district stands for a place that is not told.
    return f"about {words}" if about else words


def _who(each: Introduction, one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Say who could make an introduction; whoever is linked with both knows them best."""
    same = one.get("organisation") and squash(one["organisation"]) == squash(other.get("organisation") or "")
    if same:
        who = f"{one['organisation']}, which runs both."
    elif each.maker_names:
        names = each.maker_names
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
        who = f"{listed}: linked with both."
    else:
        who = "The partnership's coordinator: nobody is recorded as linked with both."
    mutual_aid = "mutual_aid" in (one["asset_type"], other["asset_type"])
    return f"{who} {_MUTUAL_AID}" if mutual_aid else who
