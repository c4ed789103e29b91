"""One place on a page: the council area it is in, and its point as finely as whoever looks may see it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rosc_map.place import code_names
from rosc_map.publish import published as gate
from rosc_map.publish.published import Gated
from rosc_map.records import is_hidden

__all__ = ["PublishedPlace", "shown_place", "typed_place"]


@dataclass(frozen=True)
class PublishedPlace(Gated):
    """A place that may be drawn.

    Attributes
    ----------
    area_code, area
        Code and name of the local authority that it is in, of its upper tier where no more may be told, or "".
    point
        Longitude and latitude in degrees (EPSG:4326), or None.
    about
        Whether the point is the middle of a postcode district: "about here".
    """

    area_code: str
    area: str
    point: tuple[float, float] | None
    about: bool


def shown_place(row: Mapping[str, Any]) -> PublishedPlace:
    """Return the place of a row of the assets that ``publish`` gave for an audience: it tells no more than they do."""
    return _place(row, about=bool(row["about"]))


def typed_place(asset: Mapping[str, Any]) -> PublishedPlace:
    """Return the place of what somebody has just typed, for nobody but them; of a hidden one its upper tier alone.

    Parameters
    ----------
    asset
        A row of ``place_assets``.
    """
    if is_hidden(asset):
        asset = {**asset, "local_authority_code": "", "longitude": None, "latitude": None}
    return _place(asset, about=False)


def _place(row: Mapping[str, Any], *, about: bool) -> PublishedPlace:
    code = str(row["local_authority_code"] or row["upper_tier_code"] or "")
    lon, lat = row["longitude"], row["latitude"]
    known = lon is not None and lat is not None and not math.isnan(lon) and not math.isnan(lat)
    point = (float(lon), float(lat)) if known else None
    return PublishedPlace(code, code_names().get(code, ""), point, about and known, gate=gate._GATE)
