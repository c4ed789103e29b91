"""The one gate: ``publish(snapshot, audience)`` decides what leaves the house, and nothing else does (METHODS §4)."""

from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.gaps import Provision, provision
from rosc_map.place import area_lookup, authorities, code_names, district_centre, lookup, outward
from rosc_map.publish import published
from rosc_map.publish.linkage import linkage_figures
from rosc_map.publish.published import Published
from rosc_map.publish.redact import Redactor
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.view import CONFIDENTIAL_TYPES, View, row_dicts, view
from rosc_map.records import Asset, Audience, codelist

__all__ = ["publish"]

BOUNDARY_LICENCE = (
    "Boundaries and postcodes: Office for National Statistics, National Records of Scotland and NISRA, licensed under "
    "the Open Government Licence v3.0. Contains OS data © Crown copyright and database right 2025. Contains Royal Mail "
    "data © Royal Mail copyright and database right 2025."
)
_PARTS = {
    "place": (
        "address",
        "postcode",
        "latitude",
        "longitude",
        "areas_served",
        "local_authority_code",
        "upper_tier_code",
    ),
    "contact": ("website", "email", "phone", "access", "referral_route"),
    "sessions": ("sessions",),
    "description": ("description", "for_whom", "languages", "cost", "accessibility", "rss_types"),
}
_PLACED = ("local_authority_code", "upper_tier_code", "region_code", "country_code", "place_quality")


def publish(snapshot: Snapshot, audience: Audience, *, tier: str = "upper", asset_type: str = "lero") -> Published:
    """Make what one audience may see of a partnership.

    Parameters
    ----------
    snapshot
        Everything that is held.
    audience
        Who it is for.
    tier
        ``upper`` or ``local``: the authorities of the figures.
    asset_type
        The type that the figures tell of.

    Raises
    ------
    InputError
        For a type that this audience may not be told about.
    """
    seen = view(snapshot, audience)
    figures = _provision(snapshot, seen, audience, tier, asset_type)
    assets = _assets(seen, audience)
    return Published(
        audience=audience,
        title=snapshot.title,
        as_at=snapshot.as_at,
        banner=snapshot.banner,
        assets=assets,
        links=_links(seen.referrals, assets),
        areas=authorities(tier, list(figures.by_authority["code"]))[["code", "name", "geometry"]],
        provision=figures,
        not_named=_not_named(seen.counted, tier),
        linkage=linkage_figures(snapshot),
        notes=_notes(seen, audience),
        licences=(BOUNDARY_LICENCE, *_source_licences(assets)),
        gate=published._GATE,
    )


def area_name(areas: tuple[str, ...]) -> str:
    """Return the areas of a partnership in words."""
    names = [code_names().get(code, code) for code in areas]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _provision(snapshot: Snapshot, seen: View, audience: Audience, tier: str, asset_type: str) -> Provision:
    return provision(
        pd.concat([seen.named, seen.counted], ignore_index=True),
        snapshot.surveyed,
        area_lookup(list(snapshot.areas)),
        tier=tier,
        area=area_name(snapshot.areas),
        asset_type=asset_type,
        withheld=seen.withheld,
        uncounted_types=() if audience is Audience.INTERNAL else CONFIDENTIAL_TYPES,
    )


def _assets(seen: View, audience: Audience) -> gpd.GeoDataFrame:
    internal = audience is Audience.INTERNAL
    named = seen.named.copy()
    place_agreed = named["listing_shows"].map(lambda parts: "place" in parts) | (named["listing"] != "restricted")
    named["shown_place"] = internal | ((named["location_precision"] == "exact") & place_agreed.astype(bool))
    redactor = Redactor(named, pd.concat([seen.counted, seen.withheld], ignore_index=True))
    rows = []
    for asset in row_dicts(named):
        allowed = asset if internal else _agreed(_coarse(asset))
        rows.append(_in_words(redactor.clean_asset({**asset, **allowed}), internal=internal))
    columns = [name for name, spec in Asset.specs().items() if audience.may_see(spec.audience)]
    columns += [*_PLACED, "place", "about", "local_authority", "upper_tier"]
    table = pd.DataFrame(rows, columns=columns).astype(object)
    for name in ("latitude", "longitude"):
        table[name] = table[name].astype(float)
    table["about"] = table["about"].astype(bool)
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    geometry = gpd.GeoSeries(points, index=table.index).where(table["longitude"].notna(), None)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=4326)


def _coarse(asset: dict[str, Any]) -> dict[str, Any]:
    """Return the place of an asset as finely as its precision allows outside internal."""
    if asset["location_precision"] == "exact":
        return asset
    district = outward(asset["postcode"]) if asset["location_precision"] == "postcode_district" else ""
    middle = district_centre(district) if district else (float("nan"), float("nan"))
    return {
        **asset,
        "address": "",
        "postcode": district,
        "longitude": middle[0],
        "latitude": middle[1],
        "place_quality": "",
    }


def _agreed(asset: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a restricted listing what was not agreed to."""
    if asset["listing"] != "restricted":
        return asset
    specs = Asset.specs()
    kept = dict(asset)
    for part, names in _PARTS.items():
        if part not in asset["listing_shows"]:
            kept |= {name: specs[name].empty if name in specs else "" for name in names}
    return kept


def _in_words(asset: dict[str, Any], *, internal: bool) -> dict[str, Any]:
    names = code_names()
    words = {tier: names.get(asset[f"{tier}_code"], "") for tier in ("local_authority", "upper_tier")}
    about = bool(not internal and asset["location_precision"] == "postcode_district" and asset["postcode"])
    area = words["local_authority"] or words["upper_tier"]
    serves = [names.get(code, code) for code in asset["areas_served"]]
    if not area and serves:
        area = f"Serves {', '.join(serves)}"
    place = ", ".join(part for part in (asset["address"], asset["postcode"], area) if part)
    return {**asset, **words, "about": about, "place": f"{place} (about here)" if about else place}


def _links(referrals: pd.DataFrame, assets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Gather the observations of each link: its evidence in words, and whether a test did not find it."""
    columns = ["from_asset", "to_asset", "from_name", "to_name", "evidence", "not_found_in_test"]
    names = dict(zip(assets["id"], assets["name"], strict=True))
    order = list(codelist("referral_evidence"))
    rows = []
    for (start, end), seen in referrals.groupby(["from_asset", "to_asset"], sort=True):
        missed = (seen["evidence"] == "tested") & (seen["result"] == "not_found_in_test")
        evidence = sorted(set(seen.loc[~missed, "evidence"]), key=order.index)
        rows.append((start, end, names[start], names[end], ", ".join(evidence), bool(missed.any())))
    return pd.DataFrame(rows, columns=columns)


def _not_named(counted: pd.DataFrame, tier: str) -> pd.DataFrame:
    """Count the assets that may not be named, by authority and type: "3 more, not named"."""
    rows = []
    table = lookup()
    column = "upper_tier_code" if tier == "upper" else "local_authority_code"
    upper = dict(zip(table["local_authority_code"], table["upper_tier_code"], strict=True))
    for asset in row_dicts(counted[counted["status"] == "active"]):
        codes = {asset[column], *asset["areas_served"]} - {""}
        if tier == "upper":
            codes = {upper.get(code, code) for code in codes}
        rows += [(code, asset["asset_type"]) for code in sorted(codes)]
    frame = pd.DataFrame(rows, columns=["authority_code", "asset_type"])
    sums = frame.groupby(["authority_code", "asset_type"]).size().rename("count").reset_index()
    sums.insert(1, "authority", sums["authority_code"].map(code_names()))
    return sums


def _notes(seen: View, audience: Audience) -> tuple[str, ...]:
    if audience is Audience.INTERNAL:
        return ("For the partnership's coordinators only: do not pass this on.",)
    # This sentence stands on every page, whether or not there is such a place: its absence would tell as much.
    notes = ["Places that have to stay confidential, such as refuges, are neither shown nor counted here."]
    if len(seen.counted):
        are = "1 asset is" if len(seen.counted) == 1 else f"{len(seen.counted)} assets are"
        notes.append(f"{are} counted here but not named, because they have not been asked or agreed to be.")
    return tuple(notes)


def _source_licences(assets: gpd.GeoDataFrame) -> tuple[str, ...]:
    return tuple(f"Source licence: {licence}" for licence in sorted(set(assets["licence"]) - {""}))
