"""A gap analysis that has passed the gate, for the tests of pages and files: real assets, tables of our own."""

import datetime as dt

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from rosc_map.publish import publish
from rosc_map.publish.gaps_types import GapsPart, GapsTable, MapLayer, PublishedGaps
from rosc_map.publish.published import _GATE
from rosc_map.records import Audience, codelist

RSS = tuple(codelist("rss_type"))
WORDS = {"served": "Served by a LERO", "none_found": "No LERO found", "not_surveyed": "Not surveyed yet"}
PAIRS = tuple(
    f"{need} need, {provision}"
    for need in ("low", "middle", "high")
    for provision in ("none or few", "some", "many")
)  # fmt: skip


def gaps_for(partnership, audience=Audience.PUBLIC, **more):
    """Return the gaps of a partnership by local authority, as an audience may see them."""
    return gaps_of(publish(partnership.snapshot(), audience, tier="local"), **more)


def gaps_of(published, **more):
    """Return the gaps of what was published; ``more`` replaces any part."""
    table = published.provision.by_authority
    codes = list(table["code"])
    given = {
        "published": published,
        "tier": published.provision.tier,
        "asset_type": published.provision.asset_type,
        "in_short": (published.provision.sentence,),
        "parts": parts_of(table),
        "layers": layers_of(table),
        "sites": sites_at(published.areas, codes),
        "method": ("Straight lines (METHODS §3.2).",),
        "licences": ("Postcodes: Contains OS data © Crown copyright 2026.",),
        "figures": {},
    }
    return PublishedGaps(**(given | more), gate=_GATE)


def parts_of(table):
    """Parts of each kind: statuses, shares, distances, ranks, dates and truth values."""
    codes, names = list(table["code"]), list(table["name"])
    six = {f"rss_status_{code}": table.get(f"rss_status_{code}", pd.Series(list(table["status"]))) for code in RSS}
    counts = pd.DataFrame(
        {"code": codes, "name": names, "status": list(table["status"]), "count_lero": list(table["count_lero"])},
        dtype=object,
    )
    matrix = pd.DataFrame({"code": codes, "name": names} | {name: list(values) for name, values in six.items()})
    overall = pd.DataFrame(
        {
            "type": ["LERO", "Mutual aid"],
            "assets": [2, 1_240],
            "within_1_6_km": [0.25, None],
            "within_5_km": [0.996, None],
            "median_km": [4.26, None],
        },
        dtype=object,
    )
    ranks = pd.DataFrame(
        [(code, name, 1 + at, 3 + at, 0.0312 * at) for at, (code, name) in enumerate(zip(codes, names, strict=True))],
        columns=["code", "name", "rank_low", "rank_high", "per_1000"],
    ).astype(object)
    ranks.loc[0, ["rank_low", "rank_high", "per_1000"]] = None
    checked = pd.DataFrame(
        {"code": codes, "name": names, "looked_on": dt.date(2026, 3, 1), "stale_gap": False, "share": 0.5}
    )
    return (
        GapsPart(
            "provision", "What is there", ("2 LEROs serve 1 of 2.",), ("Nobody looked in 1 of 2.",),
            (GapsTable("provision", "Provision by authority", counts,
                       {"name": "Authority", "status": "Status", "count_lero": "LEROs"}, ("Paused ones do not.",)),),
        ),
        GapsPart("six_types", "The six types", ("All six: none.",), (), (
            GapsTable("six-types", "The six types by authority", matrix,
                      {"name": "Authority"} | {f"rss_status_{code}": codelist("rss_type")[code].label for code in RSS}),
        )),
        GapsPart("reach", "How far it is", ("25 % of postcodes are within 1.6 km.",), (), (
            GapsTable("reach-overall", "Reach by type", overall, {
                "type": "Type", "assets": "Assets", "within_1_6_km": "Within 1.6 km (%)",
                "within_5_km": "Within 5 km (%)", "median_km": "Half within (km)"}),
        )),
        GapsPart("need", "Need", ("Of 2.",), ("Small numbers.",), (
            GapsTable("priority", "Fewest for the need", ranks, {
                "name": "Authority", "per_1000": "For 1,000 people", "rank_low": "From", "rank_high": "To"}),
        )),
        GapsPart("freshness", "How fresh it is", ("Half.",), (), (
            GapsTable("freshness", "Freshness", checked, {
                "name": "Authority", "looked_on": "Looked on", "stale_gap": "Stale", "share": "Fresh (%)"}),
        )),
    )  # fmt: skip


def layers_of(table):
    """One layer of each kind; the first authority has no class in the steps."""
    codes, statuses = list(table["code"]), list(table["status"])
    order = list(WORDS)

    def layer(key, label, kind, classes, numbers, words, none="No figure"):
        areas = pd.DataFrame({"code": codes, "class": numbers, "words": words}, dtype=object)
        return MapLayer(key, label, kind, classes, areas, none, f"{label}: as at 22 November 2026.")

    many = range(len(codes))
    steps = tuple(f"{20 * at} to {20 * at + 20} %" for at in range(5))
    return (
        layer("provision", "LEROs", "statuses", tuple(WORDS.values()), list(map(order.index, statuses)),
              [WORDS[status] for status in statuses]),
        layer("reach", "Reach: within 5 km of a LERO", "steps", steps, [None, *(at % 5 for at in many[1:])],
              ["", *(f"{at} of 100 postcodes" for at in many[1:])], "Not surveyed yet"),
        layer("need_provision", "Need and provision", "pairs", PAIRS, [at % 9 for at in many],
              [f"{at} in need, 1 LERO" for at in many]),
        layer("freshness", "Checked within 6 months", "steps", ("under half", "half or more"),
              [at % 2 for at in many], [f"{at} of 20 records" for at in many]),
    )  # fmt: skip


def sites_at(areas, codes):
    """Two places, in the middle of the first two authorities."""
    rows = [
        {"postcode": f"GU{at} 1AA", "authority": name, "words": f"{at} of 100 more within 5 km"}
        for at, name in enumerate(areas["name"].iloc[:2], start=1)
    ]
    points = [Point(shape.representative_point()) for shape in areas.geometry.iloc[:2]]
    return gpd.GeoDataFrame(rows, geometry=points, crs=4326)
