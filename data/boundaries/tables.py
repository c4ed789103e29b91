"""The lookup: each local authority of 2025 with its tiers, its Welsh name, and what went into it."""

from collections import defaultdict

import geopandas as gpd
import pandas as pd

__all__ = ["COLUMNS", "current", "districts", "lookup"]

# What changed between the lookups of 2021 and 2022 and today: the new code, and the districts that went into it.
CHANGES = {
    "E06000063": ("E07000026", "E07000028", "E07000029"),
    "E06000064": ("E07000027", "E07000030", "E07000031"),
    "E06000065": tuple(f"E07000{number}" for number in range(163, 170)),
    "E06000066": ("E07000187", "E07000188", "E07000189", "E07000246"),
    "E08000038": ("E08000016",),
    "E08000039": ("E08000019",),
}
# What changed before those lookups, from 2012 on: in the same form, written down by hand.
EARLIER = {
    "E06000057": ("E06000048",),  # Northumberland, a line moved
    "E06000058": ("E06000028", "E06000029", "E07000048"),  # Bournemouth, Poole, Christchurch
    "E06000059": ("E07000049", "E07000050", "E07000051", "E07000052", "E07000053"),  # of Dorset, but for Christchurch
    "E06000060": (
        "E07000004",
        "E07000005",
        "E07000006",
        "E07000007",
        "E10000002",
    ),  # of Buckinghamshire, and the county
    "E06000061": ("E07000150", "E07000152", "E07000153", "E07000156"),  # of Northamptonshire
    "E06000062": ("E07000151", "E07000154", "E07000155"),
    "E06000066": ("E07000190", "E07000191"),  # Taunton Deane, West Somerset: by way of E07000246
    "E07000240": ("E07000100",),  # St Albans and Welwyn Hatfield, a line moved
    "E07000241": ("E07000104",),
    "E07000242": ("E07000097",),  # East Hertfordshire and Stevenage, a line moved
    "E07000243": ("E07000101",),
    "E07000244": ("E07000205", "E07000206"),  # Suffolk Coastal, Waveney
    "E07000245": ("E07000201", "E07000204"),  # Forest Heath, St Edmundsbury
    "E08000037": ("E08000020",),  # Gateshead, a line moved
    "S12000047": ("S12000015",),  # Fife and Perth and Kinross, a line moved
    "S12000048": ("S12000024",),
    "S12000049": ("S12000046",),  # Glasgow City and North Lanarkshire, a line moved
    "S12000050": ("S12000044",),
}
# The districts that ended in 2009, which never had a code of that form.
ENDED_2009 = {
    "E06000047": ("Chester-le-Street", "Derwentside", "Easington", "Sedgefield", "Teesdale", "Wear Valley"),
    "E06000049": ("Congleton", "Crewe and Nantwich", "Macclesfield"),
    "E06000050": ("Chester", "Ellesmere Port and Neston", "Vale Royal"),
    "E06000051": ("Bridgnorth", "North Shropshire", "Oswestry", "Shrewsbury and Atcham", "South Shropshire"),
    "E06000052": ("Caradon", "Carrick", "Kerrier", "North Cornwall", "Penwith", "Restormel"),
    "E06000054": ("Kennet", "North Wiltshire", "Salisbury", "West Wiltshire"),
    "E06000056": ("Mid Bedfordshire", "South Bedfordshire"),
    "E06000057": ("Alnwick", "Berwick-upon-Tweed", "Blyth Valley", "Castle Morpeth", "Tynedale", "Wansbeck"),
}
# Two of them are newer than the list of names.
NEW_NAMES = {"E06000063": "Cumberland", "E06000064": "Westmorland and Furness", "E06000065": "North Yorkshire",
             "E06000066": "Somerset", "E08000038": "Barnsley", "E08000039": "Sheffield"}  # fmt: skip
TYPES = {
    "E06": "unitary authority",
    "E07": "non-metropolitan district",
    "E08": "metropolitan district",
    "E09": "London borough",
    "W06": "unitary authority (Wales)",
    "S12": "council area (Scotland)",
    "N09": "district (Northern Ireland)",
}
REGIONS = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "London": "E12000007",
    "South East": "E12000008",
    "South West": "E12000009",
}
COUNTRIES = {"E": ("E92000001", "England"), "N": ("N92000002", "Northern Ireland"), "S": ("S92000003", "Scotland"),
             "W": ("W92000004", "Wales")}  # fmt: skip
COLUMNS = [
    "local_authority_code", "local_authority", "local_authority_type", "upper_tier_code", "upper_tier", "region_code",
    "region", "country_code", "country", "welsh_name", "old_codes", "old_names",
]  # fmt: skip
_NOW = {old: new for new, olds in CHANGES.items() for old in olds}


def current(codes: pd.Series) -> pd.Series:
    """Return the code of today for each code of 2021 or later."""
    return codes.replace(_NOW)


def districts(areas: gpd.GeoDataFrame, places: pd.DataFrame, column: str) -> pd.Series:
    """Return the authority of today of each small area, which the lookup of 2022 (``places``) gives by ``column``."""
    pairs = places[[column, "ladcd"]].drop_duplicates()
    pairs = pairs[pairs[column].isin(areas["area"])]
    if not pairs[column].is_unique or len(pairs) < len(areas):
        raise SystemExit(f"{column}: a small area lies in two local authorities, or in none.")
    return current(areas["area"].map(pairs.set_index(column)["ladcd"]))


def lookup(
    names: pd.DataFrame, tiers_2021: pd.DataFrame, places: pd.DataFrame, lsoas: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the table, sorted by code: one row a local authority, the columns of ``COLUMNS``, all text.

    Parameters
    ----------
    names, tiers_2021, places
        As :class:`sources.Wheels` gives them.
    lsoas
        The LSOAs of England and Wales with ``code``, their authority of today.
    """
    known = names.set_index("code")
    held = known["name"].to_dict() | NEW_NAMES
    codes = sorted(code for code in held if code not in _NOW)
    table = pd.DataFrame({"local_authority_code": codes, "local_authority": [held[code] for code in codes]})
    table["local_authority_type"] = table["local_authority_code"].str[:3].map(TYPES)
    upper = _upper_tier(tiers_2021)
    table["upper_tier_code"] = [upper.get(code, code) for code in codes]
    counties = dict(zip(tiers_2021["UTLA21CD"], tiers_2021["UTLA21NM"], strict=True))
    table["upper_tier"] = [held.get(code) or counties[code] for code in table["upper_tier_code"]]
    regions = known["region"].replace({"Yorkshire": "Yorkshire and The Humber"})
    before = {new: olds[0] for new, olds in CHANGES.items()}
    table["region"] = [regions.get(code) or regions[before[code]] for code in codes]
    table["region"] = table["region"].where(table["region"].isin(REGIONS), "")
    table["region_code"] = table["region"].map(REGIONS).fillna("")
    table["country_code"], table["country"] = zip(*(COUNTRIES[code[0]] for code in codes), strict=True)
    welsh = places[places["ladnmw"] != ""].drop_duplicates("ladcd").set_index("ladcd")["ladnmw"]
    table["welsh_name"] = table["local_authority_code"].map(welsh).fillna("")
    table["old_codes"] = _joined(codes, _old_codes(tiers_2021))
    table["old_names"] = _joined(codes, _old_names(table, places, lsoas))
    return table[COLUMNS]


def _upper_tier(tiers_2021: pd.DataFrame) -> dict[str, str]:
    """Return the county of each district that still is in one; all others are their own upper tier."""
    kept = tiers_2021[~tiers_2021["LTLA21CD"].isin(_NOW)]
    return dict(zip(kept["LTLA21CD"], kept["UTLA21CD"], strict=True))


def _old_codes(tiers_2021: pd.DataFrame) -> dict[str, set[str]]:
    """Return the districts that went into an authority, and the county where all of its districts went into one."""
    found: dict[str, set[str]] = defaultdict(set)
    for new, olds in (*CHANGES.items(), *EARLIER.items()):
        found[new].update(olds)
    for county, inside in tiers_2021.groupby("UTLA21CD")["LTLA21CD"]:
        new = {_NOW.get(code, "") for code in inside}
        if len(new) == 1 and "" not in new:
            found[new.pop()].add(str(county))
    return found


def _old_names(table: pd.DataFrame, places: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> dict[str, set[str]]:
    """Return the names of districts that are no more, where all of the district lies in one authority of today.

    Those of 2022 come with their code; those of 2011 are in the names of the LSOAs ("Taunton Deane 001A"); those of
    before 2009 are listed above.
    """
    pairs = set(zip(lsoas["name"].str.slice(stop=-5), lsoas["code"], strict=True))
    pairs |= set(zip(places["ladnm"], current(places["ladcd"]), strict=True))
    pairs |= {(name, code) for code, names in ENDED_2009.items() for name in names}
    now: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        now[name].add(code)
    taken = {"", *table["local_authority"], *table["upper_tier"]}
    found: dict[str, set[str]] = defaultdict(set)
    for name in sorted(set(now) - taken):
        if len(now[name]) == 1:
            found[next(iter(now[name]))].add(name)
    return found


def _joined(codes: list[str], held: dict[str, set[str]]) -> list[str]:
    return [";".join(sorted(held.get(code, ()))) for code in codes]
