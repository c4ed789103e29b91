"""Where one more asset would help most, among the postcodes of authorities where somebody looked (METHODS §3.2)."""

import geopandas as gpd
import numpy as np
import pandas as pd

from rosc_map import gaps
from rosc_map.place import centre, to_lonlat
from rosc_map.publish.gaps_basis import Basis, authorities, short_type
from rosc_map.publish.gaps_reach import FEWEST_HOMES, ReachFound, looked_at
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Audience, percent, row_dicts

__all__ = ["sites_of", "sites_part"]

_NO_ADDRESS = (
    "A postcode is where to begin to look for rooms, and no address. It does not tell whether anybody there wants one: "
    "ask people in recovery first."
)
_TRAVEL = "With travel times it cannot be worked out: they would be needed to every place that there could be."
_NOBODY_LOOKED = "No authority is surveyed as a whole for this type, so it cannot be said where one is missing."
_NO_HOMES = "No postcode of the table lies in an authority where somebody looked, so nothing can be worked out."
_COLUMNS = ["postcode", "district", "gain", "before", "after", "authority", "words"]


def sites_of(basis: Basis, found: ReachFound) -> gpd.GeoDataFrame:
    """Return the places where one more asset of the type asked for would bring most within reach (greedy, exact).

    Of a table of people, outside internal, a place is named by its postcode district only, and not for few people: the
    table may be one of single people's homes.
    """
    places, cost, looked = found.reach.places, found.reach.cost, looked_at(basis)
    if places is None or cost is None or found.in_minutes or not looked or not basis.asked.sites:
        return _no_sites()
    radius, of_people = _radius(found), found.reach.weighted
    table = gaps.best_sites(places.only(looked), cost[places.where(looked)], radius=radius, number=basis.asked.sites)
    vague = of_people and basis.audience is not Audience.INTERNAL
    points = [centre(district) for district in table["district"]] if vague else _points(table)
    if vague:
        told = [point is not None and gain >= FEWEST_HOMES for point, gain in zip(points, table["gain"], strict=True)]
        table, points = table[told], [point for point, tell in zip(points, told, strict=True) if tell]
    if table.empty:
        return _no_sites()
    shown = table[["postcode", "district", "gain", "before", "after"]].assign(
        postcode=table["district"] if vague else table["postcode"],
        authority=[basis.names[code] for code in table["authority"]],
        words=_words(table, "people" if of_people else "postcodes", found.said(radius)),
    )
    return gpd.GeoDataFrame(shown, geometry=gpd.points_from_xy(*np.array(points, dtype=float).T), crs=4326)


def _points(table: pd.DataFrame) -> list[tuple[float, float] | None]:
    longitude, latitude = to_lonlat(table["easting"], table["northing"])
    return list(zip(longitude.tolist(), latitude.tolist(), strict=True))


def _words(table: pd.DataFrame, what: str, radius: str) -> list[str]:
    words = []
    for place, row in enumerate(row_dicts(table)):
        with_others = ", with those before it there" if place else ""
        shares = f"{percent(row['before'])} before, {percent(row['after'])} after"
        words.append(f"{round(row['gain']):,} more {what} within {radius}: {shares}{with_others}.")
    return words


def _no_sites() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({name: [] for name in _COLUMNS}, geometry=[], crs=4326)


def _radius(found: ReachFound) -> float:
    return found.reach.limits[len(found.reach.limits) // 2]


def sites_part(basis: Basis, found: ReachFound, sites: gpd.GeoDataFrame) -> GapsPart | None:
    """Return where one more asset of the type would help most; None where nobody asked for it."""
    if not basis.asked.sites:
        return None
    heading = f"Where one more {short_type(basis.asked.asset_type)} would help most"
    if sites.empty:
        return GapsPart("sites", heading, (_why_no_site(basis, found),))
    radius = _radius(found) if found.in_minutes else _radius(found) / 1_000
    table = pd.DataFrame(sites.drop(columns="geometry")).assign(order=range(1, len(sites) + 1), radius_km=radius)
    heads = {"order": "Place", "postcode": "Near", "authority": "Authority", "words": "What it would change"}
    first = f"One more {short_type(basis.asked.asset_type)} near"
    near = [
        f"{'Then one near' if place else first} {row['postcode']} ({row['authority']}): {row['words']}"
        for place, row in enumerate(row_dicts(table))
    ]
    looked = authorities(len(looked_at(basis)))
    cautions = (_NO_ADDRESS, f"Only postcodes of the {looked} where somebody looked are counted.")
    return GapsPart("sites", heading, tuple(near), cautions, (GapsTable("sites", "Places for one more", table, heads),))


def _why_no_site(basis: Basis, found: ReachFound) -> str:
    looked, places, cost = looked_at(basis), found.reach.places, found.reach.cost
    if found.in_minutes:
        return _TRAVEL
    if not looked:
        return _NOBODY_LOOKED
    if places is None or cost is None or not len(places.where(looked)):
        return _NO_HOMES
    ways = cost[places.where(looked)]
    if np.isfinite(ways).all() and (ways <= _radius(found)).all():
        who = "everybody of the table" if found.reach.weighted else "every postcode"
        return f"Where somebody looked, {who} is within {found.said(_radius(found))} of one."
    return f"No place would bring {FEWEST_HOMES} people or more within {found.said(_radius(found))}."
