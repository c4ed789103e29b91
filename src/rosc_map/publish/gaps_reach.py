"""How far people live from the nearest asset of each type (METHODS §3.2).

Distances are only taken to places as they may be published: a table of distances to a finer place would give it away.
And they are only told of authorities that are served or surveyed: elsewhere, far may only mean that nobody looked.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map import gaps
from rosc_map.place import AreaPostcodes, outward, postcodes_in, to_metres
from rosc_map.publish.gaps_basis import Basis, authorities, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.publish.publish import as_others_see_it
from rosc_map.publish.records import agreed_to_place
from rosc_map.publish.view import plain_id
from rosc_map.records import Audience, codelist, counted, label, percent, row_dicts

__all__ = ["FEWEST_HOMES", "ReachFound", "looked_at", "reach_found", "reach_part", "too_few"]

FEWEST_HOMES = 10
"""Outside internal a figure of a table of people, or of travel times, is of so many people or postcodes at least."""

_KM = 1_000
_ONLY_THESE = (
    "Only assets of this file with a place that may be shown are measured to. One over the border, or one whose place "
    "is not shown, may be nearer."
)
_TYPICAL = {"median": "Half", "p90": "Nine in ten"}


@dataclass(frozen=True)
class ReachFound:
    """Reach, and what it was measured from and to.

    Attributes
    ----------
    reach
        The figures, in metres or minutes; its places and ways are those of the type asked for.
    recorded
        How many active assets of the type the audience is told of, measured to or not.
    covers
        What part of the area's postcodes a table of people or of travel times covers, in words; "" without one.
    """

    reach: gaps.Reach
    recorded: int
    covers: str

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

    def column(self, name: str) -> str:
        """Return the name of a column with its unit: ``within_1_6_km``, ``median_km``."""
        unit = "min" if self.in_minutes else "km"
        if not name.startswith("within_"):
            return f"{name}_{unit}"
        limit = self.reach.limits[int(name.removeprefix("within_"))]
        return f"within_{limit if self.in_minutes else limit / _KM:g}_{unit}".replace(".", "_")

    def shown(self, value: float | None) -> float | None:
        """Return a distance in km, or a time in minutes, as a table has it."""
        if value is None or not np.isfinite(value):
            return None
        return round(float(value) if self.in_minutes else float(value) / _KM, 2)


def looked_at(basis: Basis) -> list[str]:
    """Return the codes of the authorities where somebody looked for the type asked for."""
    table = basis.provision.by_authority
    return list(table.loc[table["looked"] != "", "code"])


# --- measuring --------------------------------------------------------------------------------------------------------


def reach_found(basis: Basis) -> ReachFound:
    """Measure how far it is to the nearest asset of each type, or take the travel times that were given."""
    asked, assets = basis.asked, _measured_to(basis)
    if asked.times is not None:
        return _by_travel(basis, asked.times, assets)
    homes = postcodes_in(list(basis.lookup["local_authority_code"]))
    places = gaps.places(homes, basis.lookup, asked.tier)
    covers = ""
    if asked.people is not None:
        covers = _covers(basis, asked.people["local_authority_code"], len(places))
        places = gaps.places_of_people(asked.people, basis.lookup, asked.tier, asked.people_said)
    limits = tuple(round(limit * _KM) for limit in asked.within) or gaps.DISTANCES
    reach = gaps.reach(places, assets, limits=limits, known=_known(basis), keep=asked.asset_type)
    return ReachFound(reach, _recorded(basis, asked.asset_type), covers)


def _known(basis: Basis) -> dict[str, list[str]]:
    """Return, for each asset type, the authorities that are served by one or surveyed."""
    table = basis.provision.by_authority
    statuses = {kind: table[f"status_{kind}"] for kind in codelist("asset_type") if f"status_{kind}" in table}
    return {
        kind: [code for code, status in zip(table["code"], column, strict=True) if status != "not_surveyed"]
        for kind, column in statuses.items()
    }


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
    limits = asked.within or gaps.MINUTES
    reach = gaps.reach_by_travel(places, costs, limits=limits, known=_known(basis), keep=asked.asset_type)
    of = len(postcodes_in(list(basis.lookup["local_authority_code"])).easting)
    covers = _covers(basis, times.drop_duplicates("origin")["local_authority_code"], of)
    return ReachFound(reach, _recorded(basis, asked.asset_type), covers)


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
        district=pd.Categorical([outward(text) for text in placed["postcode"]]),
        easting=placed["easting"].to_numpy(dtype=float),
        northing=placed["northing"].to_numpy(dtype=float),
        local_authority_code=pd.Categorical(placed["local_authority_code"]),
        said=said,
    )
    return gaps.places(found, basis.lookup, asked.tier)


def _covers(basis: Basis, codes: "pd.Series[str]", of: int) -> str:
    """Say what part of the area's postcodes a table has, for a few of them are not the area."""
    column = "upper_tier_code" if basis.asked.tier == "upper" else "local_authority_code"
    above = dict(zip(basis.lookup["local_authority_code"], basis.lookup[column], strict=True))
    here = codes.map(above).dropna()
    whole = len(basis.provision.by_authority)
    return f"The table has {len(here):,} of {of:,} postcodes in use here, in {here.nunique()} of {authorities(whole)}."


def _recorded(basis: Basis, asset_type: str) -> int:
    return list(zip(basis.told["asset_type"], basis.told["status"], strict=True)).count((asset_type, "active"))


# --- tables -----------------------------------------------------------------------------------------------------------


def reach_part(basis: Basis, found: ReachFound) -> GapsPart:
    """Return how far it is to the nearest asset of each type, by authority and by postcode district."""
    tables = [*_overall(basis, found), *_by_authority(basis, found), *_districts(basis, found)]
    heading = "How long it takes to get to one" if found.in_minutes else "How far it is to one"
    return GapsPart("reach", heading, _sentences(basis, found), _cautions(basis), tuple(tables))


def _heads(found: ReachFound) -> dict[str, str]:
    weight = {"people": "People"} if found.reach.weighted else {}
    limits = {f"within_{at}": f"Within {found.said(limit)} (%)" for at, limit in enumerate(found.reach.limits)}
    typical = {name: f"{words} within ({found.unit})" for name, words in _TYPICAL.items()}
    return {"places": "Postcodes", **weight} | {found.column(name): words for name, words in (limits | typical).items()}


def _in_units(basis: Basis, table: pd.DataFrame, found: ReachFound) -> pd.DataFrame:
    """Return a table with its units in the names of its columns, and without figures of few people's homes."""
    names = [name for name in map(str, table) if name.startswith("within_") or name in (*_TYPICAL, "furthest")]
    few = [False] * len(table)
    if basis.audience is not Audience.INTERNAL and (found.reach.weighted or found.in_minutes):
        few = [homes < FEWEST_HOMES for homes in table["people" if found.reach.weighted else "places"]]
    columns = {}
    for name in map(str, table):
        values = [found.shown(value) for value in table[name]] if name in (*_TYPICAL, "furthest") else list(table[name])
        if name in names or name in ("people", "places", "unknown"):
            values = [None if hide else value for value, hide in zip(values, few, strict=True)]
        columns[found.column(name) if name in names else name] = values
    return pd.DataFrame(columns, index=table.index, dtype=object)


def _overall(basis: Basis, found: ReachFound) -> list[GapsTable]:
    table = found.reach.overall
    if table.empty:
        return []
    table = _in_units(basis, table.reset_index(drop=True), found)
    table.insert(0, "type", [label("asset_type", code) for code in table["asset_type"]])
    table.insert(3, "recorded", [_recorded(basis, code) for code in table["asset_type"]])
    heads = {"type": "Type", "assets": "Measured to", "recorded": "Of", "authorities": "Authorities", **_heads(found)}
    return [GapsTable("reach-overall", "Reach by type", table, heads, (found.reach.said, _KNOWN_ONLY))]


_KNOWN_ONLY = "Only of authorities that are served by one, or surveyed: elsewhere, far may mean that nobody looked."


def _by_authority(basis: Basis, found: ReachFound) -> list[GapsTable]:
    """Return a row an authority and type; the type asked for stands first."""
    table = found.reach.by_authority
    if table.empty:
        return []
    table = _in_units(basis, table.reset_index(drop=True), found).assign(
        name=[basis.names[code] for code in table["code"]],
        type=[label("asset_type", code) for code in table["asset_type"]],
        other=table["asset_type"] != basis.asked.asset_type,
    )
    table = table.sort_values(["other", "type", "name"], ignore_index=True).drop(columns="other")
    first = ["code", "name", "asset_type", "type"]
    table = table[[*first, *(name for name in table if name not in first)]]
    return [by_authority("reach", "Reach by authority", table, {"type": "Type", **_heads(found)}, _KNOWN_ONLY)]


def _districts(basis: Basis, found: ReachFound) -> list[GapsTable]:
    places, cost = found.reach.places, found.reach.cost
    looked = looked_at(basis)
    if places is None or cost is None or not looked or not np.isfinite(cost).any():
        return []
    table = gaps.by_district(places.only(looked), cost[places.where(looked)], found.reach.limits)
    heads = {"district": "Postcode district", **_heads(found), found.column("furthest"): f"Furthest ({found.unit})"}
    note = "Of the authorities where somebody looked for this type; the furthest stand first."
    return [GapsTable("districts", "Postcode districts", _in_units(basis, table, found), heads, (note,))]


# --- words ------------------------------------------------------------------------------------------------------------


def _sentences(basis: Basis, found: ReachFound) -> tuple[str, ...]:
    overall = found.reach.overall
    row = next(iter(row_dicts(overall[overall["asset_type"] == basis.asked.asset_type])), None)
    what = short_type(basis.asked.asset_type)
    if row is None or row["median"] is None or too_few(basis, found, row):
        return (_nothing_measured(basis, what),)
    limits = enumerate(found.reach.limits)
    shares = ", ".join(f"{percent(row[f'within_{at}'])} are within {found.said(limit)}" for at, limit in limits)
    how = "by the travel times given" if found.in_minutes else "in a straight line"
    half, most = (found.said(_round(row[name], found)) for name in _TYPICAL)
    of = f"{row['authorities']} of {authorities(len(basis.provision.by_authority))} that are served or surveyed"
    whole = f"Of {_lived_in(found, row)} in the {of}, {shares} of the nearest recorded {what} {how}; "
    measured = f"Measured to {row['assets']} of {found.recorded} recorded. {found.reach.said}"
    return f"{whole}half within {half}, nine in ten within {most}.", " ".join((measured, found.covers)).strip()


def too_few(basis: Basis, found: ReachFound, row: dict[str, Any]) -> bool:
    """Whether a figure is of so few people's homes, by a table of their own, that the audience is not told."""
    homes = row["people"] if found.reach.weighted else row["places"]
    only = found.reach.weighted or found.in_minutes
    return basis.audience is not Audience.INTERNAL and only and homes < FEWEST_HOMES


def _nothing_measured(basis: Basis, what: str) -> str:
    if all(status == "not_surveyed" for status in basis.statuses.values()):
        return f"No authority is served by a {what} or surveyed for one, so there is nothing to measure."
    return f"There is no {what} here with a place that may be shown and homes to measure from."


def _lived_in(found: ReachFound, row: dict[str, Any]) -> str:
    return f"{round(row['people']):,} people" if found.reach.weighted else counted(row["places"], "postcode")


def _round(value: float, found: ReachFound) -> float:
    return round(value) if found.in_minutes else round(value / 100) * 100


def _cautions(basis: Basis) -> tuple[str, ...]:
    of = len(basis.provision.by_authority)
    out = sum(status == "not_surveyed" for status in basis.statuses.values())
    looked = (f"Not measured from: {out} of {authorities(of)}, not surveyed yet.",) if out else ()
    return (*looked, _ONLY_THESE)
