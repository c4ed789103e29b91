"""The one gate: ``publish(snapshot, audience)`` decides what leaves the house, and nothing else does (METHODS §4)."""

from collections.abc import Collection, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from rosc_map.gaps import Provision, provision
from rosc_map.network import referral_graph
from rosc_map.place import area_lookup, authorities, centre, code_names, lookup, outward
from rosc_map.publish import published
from rosc_map.publish.licences import licence_lines, sources_of, why_counted
from rosc_map.publish.linkage import linkage_figures
from rosc_map.publish.published import Published
from rosc_map.publish.redact import Redactor
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.titles import words_for
from rosc_map.publish.view import CONFIDENTIAL_TYPES, View, view
from rosc_map.records import Asset, Audience, row_dicts

__all__ = [
    "BOUNDARY_LICENCE",
    "as_others_see_it",
    "in_doubt",
    "kept_from",
    "links_shown",
    "notes_for",
    "provision_of",
    "publish",
    "published_of",
    "redactor_of",
    "shown_asset",
    "shown_assets",
    "told",
]

BOUNDARY_LICENCE = (
    "Boundaries and postcodes: Office for National Statistics, National Records of Scotland and NISRA, licensed under "
    "the Open Government Licence v3.0. Contains OS data © Crown copyright and database right 2025. Contains Royal Mail "
    "data © Royal Mail copyright and database right 2025."
)
# What each part of a restricted listing shows, once it was agreed to.
_PARTS = {
    "name": ("organisation", "organisation_number"),
    "place": (
        "address", "postcode", "latitude", "longitude", "areas_served", "local_authority_code", "upper_tier_code",
        "region_code", "country_code",
    ),
    "contact": ("website", "email", "phone", "access", "referral_route"),
    "sessions": ("sessions", "attendance"),
    "description": (
        "description", "for_whom", "languages", "cost", "accessibility", "rss_types", "community_group", "led_by",
        "lero_type", "connector_role", "commissions_others",
    ),
}  # fmt: skip
_NO_KIND = {"lero_type": "", "led_by": ""}
_ALWAYS = ("id", "name", "asset_type", "status", "listing", "listing_shows", "location_precision", "place_quality")
_SECRETS = ("address", "postcode", "phone", "email", "website")
_NO_PLACE: dict[str, Any] = dict.fromkeys(_PARTS["place"], "") | {"areas_served": ()}
_NO_PLACE |= dict.fromkeys(("latitude", "longitude", "easting", "northing"), float("nan"))
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
    return published_of(snapshot, view(snapshot, audience), audience, tier, asset_type)


def published_of(snapshot: Snapshot, seen: View, audience: Audience, tier: str, asset_type: str) -> Published:
    """Return what :func:`publish` does; ``seen`` is the audience's view of the snapshot."""
    figures = provision_of(snapshot, seen, audience, tier, asset_type)
    assets = shown_assets(seen, audience)
    words = words_for(seen, audience)
    sources = sources_of(seen, words)
    return Published(
        audience=audience,
        title=words(snapshot.title),
        as_at=snapshot.as_at,
        banner=words(snapshot.banner),
        assets=assets,
        links=links_shown(seen.referrals, assets),
        areas=authorities(tier, list(figures.by_authority["code"]))[["code", "name", "geometry"]],
        provision=figures,
        not_named=_not_named(seen.counted, tier),
        linkage=linkage_figures(snapshot, audience),
        notes=notes_for(seen, audience, asset_type),
        licences=(BOUNDARY_LICENCE, *licence_lines(sources)),
        sources=sources,
        gate=published._GATE,
    )


def area_name(areas: tuple[str, ...]) -> str:
    """Return the areas of a partnership in words."""
    names = [code_names().get(code, code) for code in areas]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def told(seen: View, audience: Audience) -> pd.DataFrame:
    """Return the assets of which an audience is told, by name or in a count, for totals by authority and type.

    Outside internal nothing is told of where they are, what kind they are and who leads them, unless that may be read
    beside the name: where there is only one, a total would say it of that one.
    """
    if audience is Audience.INTERNAL:
        return pd.concat([seen.named, seen.counted], ignore_index=True)
    named = [_as_told(row) for row in row_dicts(seen.named)]
    counted = [row | _NO_KIND for row in row_dicts(seen.counted)]
    return pd.DataFrame([*named, *counted], columns=seen.named.columns)


def _as_told(asset: dict[str, Any]) -> dict[str, Any]:
    without_kind = {} if _agreed_to("description", asset) else {**_NO_KIND, "rss_types": ()}
    return asset | without_kind | ({} if _agreed_to("place", asset) else _NO_PLACE)


def in_doubt(seen: View, audience: Audience) -> pd.DataFrame:
    """Return the assets of which not all is told that is counted: where they are, "none found" may be false."""
    if audience is Audience.INTERNAL:
        return seen.withheld
    partly = [not (_agreed_to("place", row) and _agreed_to("description", row)) for row in row_dicts(seen.named)]
    return pd.concat([seen.withheld, seen.named[pd.Series(partly, index=seen.named.index, dtype=bool)]])


def _agreed_to(part: str, asset: dict[str, Any]) -> bool:
    return asset["listing"] != "restricted" or part in asset["listing_shows"]


def provision_of(snapshot: Snapshot, seen: View, audience: Audience, tier: str, asset_type: str) -> Provision:
    """Return what is there by authority, as an audience may be told of it; ``seen`` is its view of the snapshot."""
    return provision(
        told(seen, audience),
        snapshot.surveyed,
        area_lookup(list(snapshot.areas)),
        tier=tier,
        area=area_name(snapshot.areas),
        asset_type=asset_type,
        withheld=in_doubt(seen, audience),
        uncounted_types=() if audience is Audience.INTERNAL else CONFIDENTIAL_TYPES,
    )


def redactor_of(seen: View, audience: Audience) -> Redactor:
    """Return what takes out of the texts of these assets what an audience may not see."""
    internal = audience is Audience.INTERNAL
    return _redactor([shown_asset(asset, internal=internal) for asset in row_dicts(seen.named)], seen, audience)


def _redactor(shown: list[dict[str, Any]], seen: View, audience: Audience) -> Redactor:
    hidden = pd.concat([seen.counted, seen.withheld], ignore_index=True)
    return Redactor.of(shown, row_dicts(hidden), every_postcode=audience is not Audience.INTERNAL)


def shown_assets(
    seen: View, audience: Audience, only: Collection[str] | None = None, *, without: Redactor | None = None
) -> gpd.GeoDataFrame:
    """Return the assets that are named as an audience is shown them: all of them, or only those of these ids.

    Parameters
    ----------
    seen
        What the audience may see.
    audience
        Who it is for.
    only
        The ids of those that are wanted; all when left out.
    without
        What takes out the secrets, where it is known already; made of ``seen`` when left out.
    """
    internal = audience is Audience.INTERNAL
    shown = [shown_asset(asset, internal=internal) for asset in row_dicts(seen.named)]
    redactor = _redactor(shown, seen, audience) if without is None else without.beside(shown)
    wanted = shown if only is None else [asset for asset in shown if asset["id"] in only]
    rows = [_in_words(redactor.clean_asset(asset), internal=internal) for asset in wanted]
    columns = [name for name, spec in Asset.specs().items() if audience.may_see(spec.audience)]
    columns += [*_PLACED, "place", "about", "local_authority", "upper_tier"]
    table = pd.DataFrame(rows, columns=columns).astype(object)
    for name in ("latitude", "longitude"):
        table[name] = table[name].astype(float)
    table["about"] = table["about"].astype(bool)
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    geometry = gpd.GeoSeries(points, index=table.index).where(table["longitude"].notna(), None)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=4326)


def shown_asset(asset: dict[str, Any], *, internal: bool) -> dict[str, Any]:
    """Return an asset as it is shown, and beside it what has to be kept of its place."""
    agreed = asset["listing"] != "restricted" or "place" in asset["listing_shows"]
    open_place = internal or (asset["location_precision"] == "exact" and agreed)
    shown = asset if internal else as_others_see_it(asset)
    # What is held and not shown has to be kept out of everybody's text; a coarser place keeps the finer one secret.
    secrets = {name: "" if shown[name] == asset[name] else asset[name] for name in _SECRETS}
    if open_place:
        secrets |= {"address": "", "postcode": ""}
    return {**shown, "shown_place": open_place, **{f"secret_{name}": value for name, value in secrets.items()}}


def as_others_see_it(asset: dict[str, Any]) -> dict[str, Any]:
    """Return an asset with its place and its listing as they may be published."""
    return _agreed(_coarse(asset))


def _coarse(asset: dict[str, Any]) -> dict[str, Any]:
    """Return the place of an asset as finely as its precision allows outside internal."""
    if asset["location_precision"] == "exact":
        return asset
    district = outward(asset["postcode"]) if asset["location_precision"] == "postcode_district" else ""
    middle = centre(district) if district else None
    longitude, latitude = middle or (float("nan"), float("nan"))
    # A district that is one building or street has no middle, and its name would tell as much: the authority is left.
    shown = {"postcode": district if middle else "", "longitude": longitude, "latitude": latitude}
    return {**asset, "address": "", **shown, "place_quality": ""}


def _agreed(asset: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a restricted listing what was not agreed to."""
    if asset["listing"] != "restricted":
        return asset
    specs = Asset.specs()
    kept = {*_ALWAYS, *(name for part in asset["listing_shows"] for name in _PARTS[part])}
    empty = {name: specs[name].empty if name in specs else "" for name in asset}
    return {name: value if name in kept else empty[name] for name, value in asset.items()}


def kept_from(asset: Mapping[str, Any], audience: Audience) -> frozenset[str]:
    """Return the fields of an asset of which an audience is not told what stands there, nor whether anything does.

    It hangs on what they are shown: how exactly the place may be shown, and what was agreed to.
    """
    specs = Asset.specs()
    kept = {name for name, spec in specs.items() if not audience.may_see(spec.audience)}
    if audience is not Audience.INTERNAL:
        if asset["location_precision"] != "exact":
            kept |= {"address", "postcode", "latitude", "longitude"}
        if asset["listing"] == "restricted":
            agreed = {name for part in asset["listing_shows"] for name in _PARTS[part]}
            kept |= specs.keys() - {*_ALWAYS, *agreed}
    return frozenset(kept)


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


def links_shown(referrals: pd.DataFrame, assets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the links of the referral graph, and the pairs that only a test asked about and did not find."""
    graph = referral_graph(pd.DataFrame(assets.drop(columns="geometry")), referrals)
    names = dict(zip(assets["id"], assets["name"], strict=True))
    links = [(*ends, ", ".join(data["evidence"]), data["not_found_in_test"]) for *ends, data in graph.edges(data=True)]
    links += [(start, end, "", True) for start, end in graph.graph["not_found_in_test"]]
    rows = [(start, end, names[start], names[end], *rest) for start, end, *rest in sorted(links)]
    return pd.DataFrame(
        rows, columns=["from_asset", "to_asset", "from_name", "to_name", "evidence", "not_found_in_test"]
    )


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


def notes_for(seen: View, audience: Audience, asset_type: str) -> tuple[str, ...]:
    """Return the sentences that have to stand beside what an audience is shown, and beside figures of a type."""
    lost = _unplaced(told(seen, audience), asset_type)
    if audience is Audience.INTERNAL:
        return ("For the partnership's coordinators only: do not pass this on.", *lost)
    # This sentence stands on every page, whether or not there is such a place: its absence would tell as much.
    notes = ["Places that have to stay confidential, such as refuges, are neither shown nor counted here."]
    if len(seen.counted):
        are = "1 asset is" if len(seen.counted) == 1 else f"{len(seen.counted)} assets are"
        notes.append(f"{are} counted here but not named, because {why_counted(seen.counted, audience)}.")
    return (*notes, *lost)


def _unplaced(assets: pd.DataFrame, asset_type: str) -> tuple[str, ...]:
    """Say how many assets of the type are in no authority, because the figures leave them out."""
    nowhere = (assets["upper_tier_code"] == "") & (assets["areas_served"].map(len) == 0)
    count = int((nowhere & (assets["asset_type"] == asset_type) & (assets["status"] == "active")).sum())
    if not count:
        return ()
    what = "1 asset of this type is" if count == 1 else f"{count} assets of this type are"
    more = "the true number may be higher."
    return (f"{what} without a place or an area that is told here, and in no authority's figures: {more}",)
