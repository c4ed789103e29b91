"""Which assets are near a place, by what an audience is shown of each: nothing here hangs on a finer place."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.place import to_metres
from rosc_map.publish.near_types import NearAsked
from rosc_map.publish.publish import as_others_see_it
from rosc_map.publish.view import plain_id, standing
from rosc_map.records import Audience, row_dicts

__all__ = ["LISTED", "Near", "Nearby", "choose_near", "near_assets"]

LISTED = ("active", "not_confirmed")
"""What may be on: the second is told apart."""

_REMOTE = frozenset({"online", "phone", "hybrid"})
_MOST_NEAR, _MOST_IN_AREA, _MOST_REMOTE, _MOST_HELPERS = 12, 4, 3, 3
_M_IN_KM = 1_000


@dataclass(frozen=True)
class Nearby:
    """What decides whether an asset is near, as an audience is shown it.

    Attributes
    ----------
    id
        The id by which the audience knows it.
    interests
        The fields and codes by which it may be looked for.
    point
        Easting and northing of the place that is shown, or None.
    local, serves
        The code of the local authority that is shown, and the codes of the areas that it serves.
    remote
        Whether people may take part from anywhere.
    helps
        Whether it has community connectors or recovery navigators.
    has_times
        Whether any times are written down.
    """

    id: str
    interests: frozenset[tuple[str, str]]
    point: tuple[float, float] | None
    local: str
    serves: frozenset[str]
    remote: bool
    helps: bool
    has_times: bool


@dataclass(frozen=True)
class Near:
    """Which assets are near: their ids, and how many were looked through.

    Attributes
    ----------
    ids
        Of what was looked for, the nearest first where distances are known; not more than fit on a sheet.
    from_anywhere
        Those of them that can only be joined from afar.
    helpers
        Of community connectors and recovery navigators; not more than fit on a sheet.
    helping
        How many of these there are.
    listed
        How many assets this audience may be named at all.
    matching, with_times
        How many of them are near and of interest, and how many of these have times.
    """

    ids: tuple[str, ...]
    from_anywhere: frozenset[str]
    helpers: tuple[str, ...]
    helping: int
    listed: int
    matching: int
    with_times: int


def near_assets(assets: pd.DataFrame, audience: Audience) -> list[Nearby | None]:
    """Return what decides of each asset whether it is near, in their order; None for one that is on no sheet.

    Parameters
    ----------
    assets
        Assets as they are stored.
    audience
        Who is told; what coordinators alone may see is on no sheet.
    """
    if audience is Audience.INTERNAL:
        raise ValueError("A sheet is made for public or partners.")
    listed = (standing(assets, audience) == "named") & assets["status"].isin(LISTED)
    shown = [
        as_others_see_it(row) if is_listed else None for row, is_listed in zip(row_dicts(assets), listed, strict=True)
    ]
    lon, lat = ([_figure(row, name) for row in shown] for name in ("longitude", "latitude"))
    east, north = to_metres(lon, lat)
    return [
        None if row is None else _nearby(row, None if math.isnan(x) else (float(x), float(y)))
        for row, x, y in zip(shown, east, north, strict=True)
    ]


def _figure(row: Mapping[str, Any] | None, name: str) -> float:
    value = row[name] if row else None
    return float(value) if isinstance(value, float) else math.nan


def _nearby(row: Mapping[str, Any], point: tuple[float, float] | None) -> Nearby:
    looked_for = {("asset_type", row["asset_type"]), ("community_group", row["community_group"])}
    return Nearby(
        id=plain_id(row["id"]),
        interests=frozenset({*looked_for, *(("rss_types", code) for code in row["rss_types"])}),
        point=point,
        local=row["local_authority_code"],
        serves=frozenset(row["areas_served"]),
        remote=not _REMOTE.isdisjoint(row["attendance"]),
        helps=bool(row["connector_role"]),
        has_times=bool(row["sessions"]),
    )


def choose_near(assets: Iterable[Nearby], asked: NearAsked) -> Near:
    """Return which assets are near a place and of interest."""
    parts: tuple[dict[str, float], ...] = ({}, {}, {})
    helpers: dict[str, float] = {}
    listed = with_times = 0
    wanted = {(each.field, each.code) for each in asked.interests}
    for asset in assets:
        listed += 1
        how = _how_near(asset, asked)
        if how is None:
            continue
        part, distance = how
        if asset.helps and part < len(parts) - 1:
            helpers[asset.id] = distance
        if not wanted or not wanted.isdisjoint(asset.interests):
            parts[part][asset.id] = distance
            with_times += asset.has_times
    # Where only an area was asked about, what is in it is all that is near.
    fit = (_MOST_NEAR, _MOST_IN_AREA) if asked.place.point else (0, _MOST_NEAR + _MOST_IN_AREA)
    most = (*fit, _MOST_REMOTE)
    ids = tuple(each for part, limit in zip(parts, most, strict=True) for each in _nearest(part, limit))
    return Near(
        ids=ids,
        from_anywhere=frozenset(parts[-1]),
        helpers=tuple(_nearest(helpers, _MOST_HELPERS)),
        helping=len(helpers),
        listed=listed,
        matching=sum(map(len, parts)),
        with_times=with_times,
    )


def _nearest(part: Mapping[str, float], most: int) -> list[str]:
    """Return the nearest; those without a distance by their id, which tells nothing."""
    return sorted(part, key=lambda each: (part[each], each))[:most]


def _how_near(asset: Nearby, asked: NearAsked) -> tuple[int, float] | None:
    """Return how an asset is near, and at which distance: 0 in reach, 1 in the area, 2 from anywhere; or None."""
    place = asked.place
    serves = not asset.serves.isdisjoint(place.around)
    if asset.point is not None and place.point is not None:
        distance = math.dist(asset.point, place.point) / _M_IN_KM
        if distance <= asked.within_km:
            return 0, distance
    elif asset.local in place.local or (serves and asset.point is None):
        return 1, 0.0
    return (2, 0.0) if asset.remote and (serves or not asset.serves) else None
