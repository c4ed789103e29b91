"""The real list: what it holds, what it must not hold, and how its areas were matched."""

import csv
from collections import Counter
from importlib.resources import files

import pandas as pd
import pytest

from rosc_map.examples import BANNER, public_page_assets
from rosc_map.examples.public_pages import UNNAMED, match_area
from rosc_map.place import area_lookup
from rosc_map.records import Asset, read_rows

FOLDER = files("rosc_map.examples") / "public_pages"


@pytest.fixture(scope="module")
def pages() -> list[dict[str, str]]:
    with (FOLDER / "leros.csv").open("r", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return public_page_assets()


@pytest.fixture(scope="module")
def assets(tables: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return tables[0]


@pytest.fixture(scope="module")
def report(tables: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return tables[1]


def test_the_file_has_these_columns_and_no_others(pages):
    assert list(pages[0]) == [
        *("name", "town", "area_served", "postcode", "source_url", "country", "kind", "website", "source_date"),
        *("asset_type", "lero_type", "led_by", "listing", "location_precision"),
    ]


def test_counts_by_country_and_type(pages):
    assert Counter((row["country"], row["asset_type"]) for row in pages) == {
        ("England", "lero"): 12,
        ("England", "lived_experience_initiative"): 19,
        ("England", "recovery_support"): 4,
        ("Scotland", "lived_experience_initiative"): 2,
        ("Scotland", "recovery_support"): 2,
        ("Wales", "lero"): 1,
        ("Wales", "recovery_support"): 2,
    }
    assert Counter(row["listing"] for row in pages) == {"not_asked": 25, "published_by_itself": 17}


@pytest.mark.parametrize(
    "name",
    [
        "London Recovery Network",
        "Cumbria Lived Experience Voices",
        "Scottish Recovery Consortium LERO Leadership group",
        "Free the Way",
        "Emerging Futures CIC",
        "Sunshine Recovery Cafe",
        "Transforming Choice CIC",
    ],
)
def test_networks_and_uncertain_rows_are_out(assets, name):
    assert not assets["name"].str.contains(name, regex=False).any()


def test_every_row_validates(assets):
    read = read_rows(Asset, list(assets.columns), enumerate(assets.to_dict("records"), start=2))
    assert (read.problems, read.unknown_columns, len(read.records)) == ((), (), 42)
    assert list(assets.columns) == list(Asset.specs())
    assert assets.map(lambda cell: isinstance(cell, str)).all(axis=None)


def test_ids_are_stable_and_one_each(assets):
    assert assets["id"].is_unique
    ids = dict(zip(assets["name"], assets["id"], strict=True))
    assert ids["Double Impact"] == public_page_assets()[0].set_index("name").loc["Double Impact", "id"]
    assert ids["Double Impact"] == "43ba694d-1844-5bb1-864a-fa43e083ece5"


@pytest.mark.parametrize(
    ("name", "asset_type", "led_by"),
    [
        ("Recovery Connections", "lero", "lived_experience"),
        ("York in Recovery", "lived_experience_initiative", "unknown"),
        ("DATUS", "lived_experience_initiative", "unknown"),
        ("An informal group in North Northamptonshire", "lived_experience_initiative", "lived_experience"),
        (
            "Recovery Community Derbyshire (Your Recovery, Your Community)",
            "lived_experience_initiative",
            "unknown",
        ),
        ("Spider Project", "recovery_support", "unknown"),
    ],
)
def test_only_what_its_page_calls_a_lero_is_one(assets, name, asset_type, led_by):
    row = assets.set_index("name").loc[name]
    assert (row["asset_type"], row["led_by"]) == (asset_type, led_by)


def test_a_description_does_not_call_lero_what_does_not_count_as_one(assets):
    said = assets[assets["description"].str.startswith("LERO")]
    assert len(said) == 13
    assert set(said["asset_type"]) == {"lero"}


def test_a_lero_type_is_only_given_where_the_name_states_a_legal_form(assets):
    leros = assets[assets["asset_type"] == "lero"]
    assert leros.loc[leros["lero_type"] != "unconfirmed", "name"].tolist() == ["Creative Start CIC"]
    assert set(assets.loc[assets["asset_type"] != "lero", "lero_type"]) == {""}


def test_named_only_with_a_website_of_its_own_and_never_an_informal_group(assets):
    named = assets[assets["listing"] == "published_by_itself"]
    assert (named["website"] != "").all()
    unnamed = set(assets.loc[assets["listing"] == "not_asked", "name"])
    assert {
        "An informal group in North Northamptonshire",
        "An informal group in Wigan",
        "An informal group in Kent",
        "An informal group in Portsmouth",
        "An informal group in Rochdale",
        "The Well Communities",
    } <= unnamed


def test_a_point_only_where_the_organisation_publishes_its_postcode(assets):
    exact = assets[assets["location_precision"] == "exact"]
    assert dict(zip(exact["name"], exact["postcode"], strict=True)) == {
        "Outside Edge Theatre Company": "E1 2JH",
        "EACH Recovery Matters": "KA1 1BL",
    }
    others = assets[assets["location_precision"] != "exact"]
    assert set(others["location_precision"]) == {"local_authority"}
    assert set(others["postcode"]) == {""}


def test_areas_left_open_are_listed_and_not_guessed(report):
    open_areas = report[report["matched_code"] == ""]
    assert list(open_areas[["organisation", "country", "area"]].itertuples(index=False, name=None)) == [
        ("Getting Clean", "England", ""),
        ("Merseyside Affinity Project (The MAP)", "England", "Merseyside (local authorities not stated)"),
        ("Outside Edge Theatre Company", "England", "London (boroughs not stated)"),
        ("Recovery Cymru", "Wales", "Wales (area not stated in page seen)"),
    ]
    assert (open_areas["why_not"] != "").all()
    assert (report.loc[report["matched_code"] != "", "why_not"] == "").all()


@pytest.mark.parametrize(
    ("area", "code", "why_not"),
    [
        ("Middlesbrough", "E06000002", ""),
        ("Lancashire", "E10000017", ""),
        ("", "", "names no area"),
        ("Kent (where not stated)", "", "does not say which"),
        ("London", "", "is not one authority"),
        ("Wales", "", "is not one authority"),
        ("Nowhereshire", "", "Nowhereshire"),
    ],
)
def test_match_area(area, code, why_not):
    found = match_area(area)
    assert found[0] == code
    assert why_not in found[2]
    assert bool(found[0]) != bool(found[2])


def test_leros_serve_25_upper_tier_authorities_of_england(assets):
    served = assets.loc[assets["asset_type"] == "lero", "areas_served"].str.split("; ").explode()
    table = area_lookup([code for code in served if code])
    assert table.loc[table["country"] == "England", "upper_tier_code"].nunique() == 25


def test_nobody_who_was_not_asked_is_named_in_what_may_be_published(assets, report):
    texts = [report.to_csv(), BANNER, (FOLDER / "README.md").read_text("utf-8")]
    unnamed = assets.loc[assets["listing"] == "not_asked", ["name", "source_url"]]
    assert len(unnamed) == 25
    for text in texts:
        assert not [name for name in unnamed["name"] if name in text]
        assert not [url for url in unnamed["source_url"] if url in text]
    assert (report["organisation"] == UNNAMED).sum() == 34


def test_the_report_is_sorted_so_that_its_order_tells_nothing(report):
    pd.testing.assert_frame_equal(report, report.sort_values(list(report.columns), ignore_index=True))


def test_the_banner_says_what_this_is():
    said = (
        "public web pages",
        "not CLERO's map",
        "not checked with these organisations",
        "declined",
        "not been surveyed",
    )
    assert [words for words in said if words not in BANNER] == []
