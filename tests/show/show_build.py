"""Published objects for the tests of this room, made without publish(): small, hostile, or as large as England."""

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from rosc_map.gaps import Provision
from rosc_map.publish.published import _GATE, LinkageFigures, Published, PublishedTable
from rosc_map.records import Asset, Audience

BLANK: dict[str, Any] = dict.fromkeys(Asset.specs(), "") | {
    "rss_types": (),
    "connector_role": (),
    "areas_served": (),
    "attendance": (),
    "access": (),
    "for_whom": (),
    "languages": (),
    "accessibility": (),
    "verified_on": None,
    "commissions_others": None,
}
PLACED = ("place", "local_authority", "local_authority_code", "upper_tier", "upper_tier_code")


def asset(number: int, name: str, asset_type: str, *, at: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    """One row of ``Published.assets``; ``at`` is longitude, latitude."""
    row = (
        BLANK | dict.fromkeys(PLACED, "") | {"id": f"a{number}", "name": name, "asset_type": asset_type, "about": False}
    )
    return row | more | {"geometry": None if at is None else Point(at)}


def table_of(columns: dict[str, list[Any]]) -> PublishedTable:
    """A ``PublishedTable`` of these columns."""
    return PublishedTable("T", Audience.PUBLIC, pd.DataFrame(columns), gate=_GATE)


def published(
    rows: list[dict[str, Any]],
    *,
    links: list[tuple[str, str, str, bool]] = (),
    areas: gpd.GeoDataFrame | None = None,
    table: pd.DataFrame | None = None,
    not_named: list[tuple[str, str, str, int]] = (),
    **more: Any,
) -> Published:
    """A ``Published`` of these assets; ``links`` are from id, to id, evidence, not found in this test."""
    assets = gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*BLANK, *PLACED, "about", "geometry"]), crs=4326)
    names = dict(zip(assets["id"], assets["name"], strict=True))
    shown = [(a, b, names.get(a, a), names.get(b, b), evidence, missing) for a, b, evidence, missing in links]
    areas = three_areas() if areas is None else areas
    table = three_statuses() if table is None else table
    counts = table["status"].value_counts()
    given = {
        "audience": Audience.PUBLIC,
        "title": "Tees Valley",
        "as_at": dt.date(2026, 11, 22),
        "banner": "",
        "linkage": None,
        "notes": ("3 assets are counted but not named, because nobody has asked them yet.",),
        "licences": ("Contains National Statistics data © Crown copyright and database right 2025 (OGL v3).",),
    }
    provision = Provision(
        tier="upper",
        area="Tees Valley",
        asset_type="lero",
        by_authority=table,
        served=int(counts.get("served", 0)),
        none_found=int(counts.get("none_found", 0)),
        not_surveyed=int(counts.get("not_surveyed", 0)),
        sentence="2 LEROs work in 1 of 3 authorities: fewer than half. In 1 nobody has looked yet.",
    )
    return Published(
        **(given | more),
        assets=assets,
        links=pd.DataFrame(
            shown, columns=["from_asset", "to_asset", "from_name", "to_name", "evidence", "not_found_in_test"]
        ),
        areas=areas,
        provision=provision,
        sources=pd.DataFrame(columns=["source", "licence", "attribution", "assets", "kept_apart"]),
        not_named=pd.DataFrame(not_named, columns=["authority_code", "authority", "asset_type", "count"]),
        gate=_GATE,
    )


def three_areas() -> gpd.GeoDataFrame:
    """Three square authorities side by side."""
    shapes = [box(-1.5 + 0.2 * at, 54.4, -1.3 + 0.2 * at, 54.7) for at in range(3)]
    names = ["Darlington", "Middlesbrough", "Redcar and Cleveland"]
    return gpd.GeoDataFrame({"code": ["E1", "E2", "E3"], "name": names}, geometry=shapes, crs=4326)


def three_statuses() -> pd.DataFrame:
    """The provision of :func:`three_areas`, one of each status."""
    return pd.DataFrame(
        {
            "code": ["E1", "E2", "E3"],
            "name": ["Darlington", "Middlesbrough", "Redcar and Cleveland"],
            "status": ["none_found", "served", "not_surveyed"],
            "looked": ["March 2026, 4 of 6 groups asked", "March 2026, 6 of 6 groups asked", ""],
            "lero_types": [(), ("constituted_group", "informal_group"), ()],
            "count_lero": [0, 2, 0],
            "count_mutual_aid": [1, 4, 0],
            "count_treatment": [0, 1, 0],
            "rss_peer_based": [0, 2, 0],
        }
    )


def small(**more: Any) -> Published:
    """Five assets of three types in three authorities, one about here, one without a point, three links."""
    in_middlesbrough = {"local_authority": "Middlesbrough", "upper_tier": "Middlesbrough", "upper_tier_code": "E2"}
    in_darlington = {"local_authority": "Darlington", "upper_tier": "Darlington", "upper_tier_code": "E1"}
    rows = [
        asset(
            1, "Example Recovery Café", "lero", at=(-1.235, 54.574), place="1 High Street, Middlesbrough, TS1 2PA",
            lero_type="constituted_group", led_by="lived_experience", sessions="Mon 19:00-20:30; Fri 10:00-12:00",
            website="https://www.example.org", email="hello@example.org", phone="01632 960001",
            description="A café run by people in recovery.", rss_types=("peer_based", "community_centre"),
            source_url="https://www.example.org/about", source_date="2024-2025", verified_on=dt.date(2026, 3, 1),
            **in_middlesbrough,
        ),
        asset(2, "Ynys Môn Friends", "lero", at=(-1.2, 54.6), place="TS3, about here", about=True, **in_middlesbrough),
        asset(3, "Monday Meeting", "mutual_aid", at=None, place="Middlesbrough", **in_middlesbrough),
        asset(4, "Darlington Meeting", "mutual_aid", at=(-1.45, 54.52), place="DL1", **in_darlington),
        asset(5, "Tees Treatment", "treatment", at=(-1.22, 54.55), place="TS5 1AA", **in_middlesbrough),
    ]  # fmt: skip
    links = [("a5", "a1", "declared, tested", False), ("a1", "a4", "declared", True), ("a1", "a3", "declared", False)]
    not_named = [("E2", "Middlesbrough", "mutual_aid", 3)]
    return published(rows, **({"links": links, "not_named": not_named} | more))


def many(count: int) -> Published:
    """A number of assets spread over the three squares."""
    kinds = ["lero", "mutual_aid", "treatment", "community"]
    rows = [
        asset(at, f"Asset {at:05d}", kinds[at % 4], at=(-1.49 + 0.58 * (at % 71) / 71, 54.41 + 0.28 * (at % 53) / 53),
              place="TS1", upper_tier_code="E2")
        for at in range(count)
    ]  # fmt: skip
    return published(rows)


def linkage() -> LinkageFigures:
    """The figures of one round."""
    figures = pd.DataFrame(
        {"label": ["Linked"], "estimate": [0.4], "low": [0.3], "high": [0.5], "of": ["100 questions"]}
    )
    return LinkageFigures("R1", ("40 of 100 questions found a link (30 to 50 in 100).",), figures)
