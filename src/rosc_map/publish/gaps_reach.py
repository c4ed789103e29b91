"""How far people live from the nearest asset of each type, and where one more would help most (METHODS §3.2).

Distances are only taken to places as they may be published: a table of distances to a finer place would give it away.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map import gaps
from rosc_map.place import AreaPostcodes, postcodes_in, to_lonlat, to_metres
from rosc_map.publish.gaps_basis import Basis, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.publish.publish import as_others_see_it
from rosc_map.publish.records import agreed_to_place
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, counted, label, percent, row_dicts

__all__ = ["ReachFound", "no_sites", "reach_found", "reach_part", "sites_of", "sites_part"]

_KM = 1_000
_NEARER = "There, one may be nearer than any that is recorded."
_ONLY_THESE = (
    "Only assets of this file with a place that may be shown are measured to. One over the border, or one whose place "
    "is not shown, may be nearer."
)
_NO_ADDRESS = (
    "A postcode is where to begin to look for rooms, and no address. It does not tell whether anybody there wants one: "
    "ask people in recovery first."
)


@dataclass(frozen=True)
class ReachFound:
    """Reach, and what it was measured from and to.

    Attributes
    ----------
    reach
        The figures, in metres or minutes.
    places
        Where people live.
    cost
        For each place the distance or time to the nearest asset of the type asked for; None where there is none.
    recorded
        How many active assets of the type the audience is told of, measured or not.
    """

    reach: gaps.Reach
    places: gaps.Places
    cost: npt.NDArray[np.float64] | None
    recorded: int

    @property
    def in_minutes(self) -> bool:
        """Whether it is travel time and not distance."""
        return self.reach.unit == "minutes"

    @property
    def unit(self) -> str:
        """The unit as it is said."""
        return "minutes" if self.in_minutes else "km"

    def said(self, value: float) -> str:
        """Return a distance or a time in words."""
        return f"{value:,.0f} minutes" if self.in_minutes else f"{value / _KM:,.10g} km"

    def shown(self, value: float | None) -> float | None:
        """Return a distance in km, or a time in minutes, as a table has it."""
        if value is None or not np.isfinite(value):
            return None
        return round(float(value) if self.in_minutes else float(value) / _KM, 2)


def reach_found(basis: Basis) -> ReachFound:
    """Measure how far people live from the nearest asset of each type, or take the travel times that were given."""
    asked = basis.asked
    assets = _measured_to(basis)
    if asked.times is not None:
        return _by_travel(basis, asked.times, assets)
    places = _places(basis)
    limits = tuple(round(limit * _KM) for limit in asked.within) or gaps.DISTANCES
    reach = gaps.reach(places, assets, limits=limits)
    own = assets[assets["asset_type"] == asked.asset_type]
    cost = gaps.nearest(places, own[["easting", "northing"]].to_numpy(dtype=float)) if len(own) else None
    return ReachFound(reach, places, cost, _recorded(basis))


def _places(basis: Basis) -> gaps.Places:
    asked = basis.asked
    if asked.people is not None:
        return gaps.places_of_people(asked.people, basis.lookup, asked.tier, asked.people_said)
    return gaps.places(postcodes_in(list(basis.lookup["local_authority_code"])), basis.lookup, asked.tier)


def _measured_to(basis: Basis) -> pd.DataFrame:
    """Return the active assets that have a place, each as finely as its place may be published.

    Coordinators too measure to no finer place: what they make of it is passed on.
    """
    named = [as_others_see_it(asset) for asset in row_dicts(basis.seen.named)]
    columns = ["id", "asset_type", "status", "longitude", "latitude"]
    table = pd.DataFrame([[asset[name] for name in columns] for asset in named], columns=columns)
    easting, northing = to_metres(table["longitude"].astype(float), table["latitude"].astype(float))
    placed = table.assign(easting=easting, northing=northing)
    return placed[(placed["status"] == "active") & placed["easting"].notna()].reset_index(drop=True)


def _by_travel(basis: Basis, given: pd.DataFrame, assets: pd.DataFrame) -> ReachFound:
    """Take the times to the assets that are shown where they are: a time to any other would tell where it is."""
    asked = basis.asked
    known = given if basis.audience is Audience.INTERNAL else given.assign(asset=given["asset"].map(plain_id))
    named = row_dicts(basis.seen.named)
    exact = {row["id"] for row in named if row["location_precision"] == "exact" and agreed_to_place(row)}
    times = known[known["asset"].isin(exact)]
    places = _origins(basis, times)
    costs = gaps.travel_costs(places, times, assets)
    reach = gaps.reach_by_travel(places, costs, limits=asked.within or gaps.MINUTES)
    return ReachFound(reach, places, costs.get(asked.asset_type), _recorded(basis))


def _origins(basis: Basis, times: pd.DataFrame) -> gaps.Places:
    """Return the postcodes from which travel times are given."""
    asked = basis.asked
    here = times.drop_duplicates("origin").rename(columns={"origin": "postcode"})
    said = f"{counted(len(here), 'postcode')} of the table of travel times."
    if asked.people is not None:
        lived_in = here.merge(asked.people[["postcode", "people"]], on="postcode")
        return gaps.places_of_people(lived_in, basis.lookup, asked.tier, f"{said} {asked.people_said}")
    placed = here[here["easting"].notna()]
    found = AreaPostcodes(
        postcode=placed["postcode"].to_numpy(dtype=object),
        easting=placed["easting"].to_numpy(dtype=float),
        northing=placed["northing"].to_numpy(dtype=float),
        local_authority_code=placed["local_authority_code"].to_numpy(dtype=object),
        said=said,
    )
    return gaps.places(found, basis.lookup, asked.tier)


def _recorded(basis: Basis) -> int:
    told = basis.told
    return int(((told["asset_type"] == basis.asked.asset_type) & (told["status"] == "active")).sum())


def reach_part(basis: Basis, found: ReachFound) -> GapsPart:
    """Return how far people live from the nearest asset of each type, by authority and by postcode district."""
    tables = [*_overall(found), *_by_authority(basis, found), *_districts(basis, found)]
    heading = "How long it takes to get to one" if found.in_minutes else "How far it is to one"
    return GapsPart("reach", heading, _reach_sentences(basis, found), _reach_cautions(basis), tuple(tables))


def _limits(found: ReachFound) -> dict[str, str]:
    return {f"within_{at}": f"Within {found.said(limit)} (%)" for at, limit in enumerate(found.reach.limits)}


def _heads(found: ReachFound) -> dict[str, str]:
    weight = {"people": "People"} if found.reach.weighted else {}
    typical = {"median": f"Half live within ({found.unit})", "p90": f"Nine in ten live within ({found.unit})"}
    return {"places": "Postcodes", **weight, **_limits(found), **typical}


def _in_units(table: pd.DataFrame, found: ReachFound) -> pd.DataFrame:
    columns = [name for name in ("median", "p90", "furthest") if name in table]
    return table.assign(
        **{name: pd.Series([found.shown(value) for value in table[name]], dtype=object) for name in columns}
    )


def _overall(found: ReachFound) -> list[GapsTable]:
    table = found.reach.overall
    if table.empty:
        return []
    table = _in_units(table.reset_index(drop=True), found)
    table.insert(0, "type", [label("asset_type", code) for code in table["asset_type"]])
    heads = {"type": "Type", "assets": "Measured to", **_heads(found)}
    return [GapsTable("reach-overall", "Reach by type", table, heads, (found.reach.said,))]


def _by_authority(basis: Basis, found: ReachFound) -> list[GapsTable]:
    """Return a row an authority and type; the type asked for stands first."""
    table = found.reach.by_authority
    if table.empty:
        return []
    statuses = basis.provision.by_authority.set_index("code")
    own = basis.asked.asset_type
    table = _in_units(table.reset_index(drop=True), found).assign(
        name=[basis.names[code] for code in table["code"]],
        type=[label("asset_type", code) for code in table["asset_type"]],
        status=[
            str(statuses.loc[code, f"status_{kind}"])
            for code, kind in zip(table["code"], table["asset_type"], strict=True)
        ],
        other=table["asset_type"] != own,
    )
    table = table.sort_values(["other", "type", "name"], ignore_index=True).drop(columns="other")
    first = ["code", "name", "asset_type", "type", "status"]
    table = table[[*first, *(name for name in table if name not in first)]]
    return [by_authority("reach", "Reach by authority", table, {"type": "Type", "status": "Status", **_heads(found)})]


def _districts(basis: Basis, found: ReachFound) -> list[GapsTable]:
    looked = _looked(basis)
    places = found.places.only(looked)
    if found.cost is None or not len(places.postcode):
        return []
    cost = found.cost[np.isin(found.places.authority, looked)]
    table = _in_units(gaps.by_district(places, cost, found.reach.limits), found)
    heads = {"district": "Postcode district", **_heads(found), "furthest": f"Furthest ({found.unit})"}
    note = "Of the authorities where somebody looked for this type; the furthest stand first."
    return [GapsTable("districts", "Postcode districts", table, heads, (note,))]


def _looked(basis: Basis) -> list[str]:
    """Return the authorities where somebody looked for the type asked for: in others, far is not known to be far."""
    table = basis.provision.by_authority
    return list(table.loc[table["looked"] != "", "code"])


def _reach_sentences(basis: Basis, found: ReachFound) -> tuple[str, ...]:
    overall = found.reach.overall
    row = next(iter(row_dicts(overall[overall["asset_type"] == basis.asked.asset_type])), None)
    what = short_type(basis.asked.asset_type)
    if row is None or row["median"] is None:
        return (f"There is no {what} here with a place that may be shown, so nothing can be measured to one.",)
    limits = enumerate(found.reach.limits)
    shares = ", ".join(f"{percent(row[f'within_{at}'])} are within {found.said(limit)}" for at, limit in limits)
    how = "by the travel times given" if found.in_minutes else "in a straight line"
    half, most = (found.said(_round(row[name], found)) for name in ("median", "p90"))
    typical = f"half within {half}, nine in ten within {most}"
    whole = f"Of {_lived_in(found, row)}, {shares} of the nearest {what} {how}; {typical}."
    return whole, f"Measured to {row['assets']} of {found.recorded} recorded. {found.reach.said}"


def _lived_in(found: ReachFound, row: dict[str, Any]) -> str:
    return f"{round(row['people']):,} people" if found.reach.weighted else counted(row["places"], "postcode")


def _round(value: float, found: ReachFound) -> float:
    return round(value) if found.in_minutes else round(value / 100) * 100


def _reach_cautions(basis: Basis) -> tuple[str, ...]:
    of = len(basis.provision.by_authority)
    unlooked = of - len(_looked(basis))
    looked = (f"In {unlooked} of {of} authorities nobody has looked for this type. {_NEARER}",) if unlooked else ()
    return (*looked, _ONLY_THESE)


# --- where one more would help most -----------------------------------------------------------------------------------


def sites_of(basis: Basis, found: ReachFound) -> gpd.GeoDataFrame:
    """Return the places where one more asset of the type asked for would bring most within reach (greedy, exact)."""
    looked = _looked(basis)
    places = found.places.only(looked)
    if found.in_minutes or not len(places.postcode) or not basis.asked.sites:
        return no_sites()
    cost = np.full(len(places.postcode), np.inf)
    if found.cost is not None:
        cost = found.cost[np.isin(found.places.authority, looked)]
    radius = _radius(found)
    table = gaps.best_sites(places, cost, radius=radius, number=basis.asked.sites)
    what = "people" if found.reach.weighted else "postcodes"
    words = [
        f"{round(row['gain']):,} more {what} within {found.said(radius)}: {percent(row['before'])} before, "
        f"{percent(row['after'])} after, with those before it."
        for row in row_dicts(table)
    ]
    longitude, latitude = to_lonlat(table["easting"], table["northing"])
    shown = table[["postcode", "district", "gain", "before", "after"]].assign(
        authority=[basis.names[code] for code in table["authority"]], words=words
    )
    return gpd.GeoDataFrame(shown, geometry=gpd.points_from_xy(longitude, latitude), crs=4326)


def no_sites() -> gpd.GeoDataFrame:
    """Return no place at all."""
    columns = ["postcode", "district", "gain", "before", "after", "authority", "words"]
    return gpd.GeoDataFrame({name: [] for name in columns}, geometry=[], crs=4326)


def _radius(found: ReachFound) -> float:
    return found.reach.limits[len(found.reach.limits) // 2]


def sites_part(basis: Basis, found: ReachFound, sites: gpd.GeoDataFrame) -> GapsPart | None:
    """Return where one more asset of the type would help most; None where nobody asked for it."""
    if not basis.asked.sites:
        return None
    what = short_type(basis.asked.asset_type)
    heading = f"Where one more {what} would help most"
    if sites.empty:
        return GapsPart("sites", heading, (_why_no_site(basis, found),))
    table = pd.DataFrame(sites.drop(columns="geometry")).assign(order=range(1, len(sites) + 1))
    heads = {"order": "Place", "postcode": "Near", "authority": "Authority", "words": "What it would change"}
    counted_in = f"Only postcodes of the {len(_looked(basis))} authorities where somebody looked are counted."
    tables = (GapsTable("sites", "Places for one more", table, heads),)
    first = row_dicts(table)[0]
    sentence = f"Near {first['postcode']} ({first['authority']}): {first['words']}"
    return GapsPart("sites", heading, (sentence,), (_NO_ADDRESS, counted_in), tables)


def _why_no_site(basis: Basis, found: ReachFound) -> str:
    if found.in_minutes:
        return "With travel times it cannot be worked out: they would be needed to every place that there could be."
    if not _looked(basis):
        return "Nobody has looked for this type in any authority, so it cannot be said where one is missing."
    return f"Wherever somebody looked, every postcode is within {found.said(_radius(found))} of one."
