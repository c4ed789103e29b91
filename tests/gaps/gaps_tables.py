"""Small tables for the tests of the gaps, and the real authorities of 2025."""

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd

REAL = Path(__file__).parents[2] / "data" / "boundaries" / "local_authorities.csv"
LOOKUP_COLUMNS = [
    f"{tier}{end}" for tier in ("local_authority", "upper_tier", "region", "country") for end in ("_code", "")
]
SIX = (
    "service_provider",
    "person_not_accessing_treatment",
    "person_in_treatment",
    "lived_experience_leader",
    "mutual_aid_representative",
    "system_partner",
)


@cache
def real_lookup(country=""):
    """The authorities of a country by the first letter of its code, or of the whole UK."""
    table = pd.read_csv(REAL, dtype=str, keep_default_na=False)[LOOKUP_COLUMNS]
    return table[table["country_code"].str.startswith(country)].reset_index(drop=True)


def small_lookup():
    """A unitary (E06000001), a county of three districts (E10000001) in the next region, and a Welsh council."""
    rows = [
        ("E06000001", "Unitary", "E06000001", "Unitary", "E12000001", "North", "E92000001", "England"),
        ("E07000001", "Ash", "E10000001", "County", "E12000002", "South", "E92000001", "England"),
        ("E07000002", "Beech", "E10000001", "County", "E12000002", "South", "E92000001", "England"),
        ("E07000003", "Cedar", "E10000001", "County", "E12000002", "South", "E92000001", "England"),
        ("W06000001", "Dyffryn", "W06000001", "Dyffryn", "", "", "W92000004", "Wales"),
    ]
    return pd.DataFrame(rows, columns=LOOKUP_COLUMNS)


UPPER = small_lookup().set_index("local_authority_code")["upper_tier_code"].to_dict()


def assets(*rows):
    """Each row: what is not an active LERO of unknown type that stands nowhere; a local code brings its upper tier."""
    plain = {
        "asset_type": "lero",
        "rss_types": (),
        "lero_type": "",
        "led_by": "unknown",
        "status": "active",
        "local_authority_code": "",
        "upper_tier_code": "",
        "areas_served": (),
        "verified_on": None,
        "recorded_on": None,
    }
    full = []
    for number, row in enumerate(rows):
        upper = UPPER.get(row.get("local_authority_code", ""), "")
        full.append({"id": f"a{number}"} | plain | {"upper_tier_code": upper} | row)
    return pd.DataFrame(full, columns=["id", *plain])


def lero(code, *served, **more):
    return {"local_authority_code": code, "areas_served": served} | more


def surveys(*rows):
    """Each row: (area code), then asset type, day and groups where they are not lero, 1 March 2026, and four of six."""
    plain = ("lero", dt.date(2026, 3, 1), SIX[:4])
    full = [(row[0], *row[1:], *plain[len(row) - 1 :]) for row in rows]
    return pd.DataFrame(full, columns=["area_code", "asset_type", "on", "groups_asked"])
