"""Provision on small tables worked out by hand, and on the real authorities of 2025."""

import datetime as dt
import json
from time import process_time

import numpy as np
import pandas as pd
import pytest
from gaps_tables import SIX, assets, lero, real_lookup, small_lookup, surveys
from hypothesis import given
from hypothesis import strategies as st

from rosc_map import gaps
from rosc_map.errors import InputError
from rosc_map.gaps import Status, provision
from rosc_map.records import codelist

TYPES = tuple(codelist("asset_type"))
RSS = tuple(codelist("rss_type"))


def run(asset_rows=(), survey_rows=(), **options):
    given_ = {"area": "Testshire", "lookup": small_lookup()} | options
    lookup = given_.pop("lookup")
    return provision(assets(*asset_rows), surveys(*survey_rows), lookup, **given_)


def by_name(result, column):
    return dict(zip(result.by_authority["name"], result.by_authority[column], strict=True))


def every_type(*codes, but=()):
    """A survey of each area for each asset type."""
    return [(code, kind) for code in codes for kind in TYPES if kind not in but]


def test_the_public_names_are_the_ones_declared():
    assert {"Provision", "Status", "provision"} <= set(gaps.__all__)


# Serving


@pytest.mark.parametrize(
    ("code", "upper", "local"),
    [
        ("E06000001", {"Unitary"}, {"Unitary"}),
        ("E07000002", {"County"}, {"Beech"}),
        ("E10000001", {"County"}, {"Ash", "Beech", "Cedar"}),
        ("E12000002", {"County"}, {"Ash", "Beech", "Cedar"}),
        ("E92000001", {"County", "Unitary"}, {"Ash", "Beech", "Cedar", "Unitary"}),
        ("W92000004", {"Dyffryn"}, {"Dyffryn"}),
        ("E08000099", set(), set()),
        ("", set(), set()),
    ],
)
def test_an_area_served_of_any_level(code, upper, local):
    for tier, expected in (("upper", upper), ("local", local)):
        served = by_name(run([lero("", code)], tier=tier), "count_lero")
        assert {name for name, count in served.items() if count} == expected
        assert sum(count or 0 for count in served.values()) == len(expected)


def test_an_asset_serves_where_it_stands_and_counts_once_however_often_it_says_so():
    rows = [lero("E07000001", "E07000001", "E07000002", "E10000001", "E12000002")]
    assert by_name(run(rows), "count_lero") == {"County": 1, "Dyffryn": None, "Unitary": None}
    local = by_name(run(rows, tier="local"), "count_lero")
    assert local == {"Ash": 1, "Beech": 1, "Cedar": 1, "Dyffryn": None, "Unitary": None}


def test_only_what_is_active_serves():
    rows = [lero("E06000001", status=status) for status in ("paused", "closed", "not_confirmed")]
    result = run(rows)
    assert by_name(result, "count_lero")["Unitary"] is None
    assert by_name(run(rows, [("E06000001",)]), "count_lero")["Unitary"] == 0
    assert result.served == 0
    assert by_name(run([*rows, lero("E06000001")]), "count_lero")["Unitary"] == 1


def test_a_hidden_asset_counts_for_its_upper_tier_only():
    hidden = {"asset_type": "domestic_abuse_refuge", "upper_tier_code": "E10000001"}
    searched = [("E92000001", "domestic_abuse_refuge")]
    upper = run([hidden], searched, asset_type="domestic_abuse_refuge")
    assert by_name(upper, "status") == {"County": "served", "Dyffryn": "not_surveyed", "Unitary": "none_found"}
    local = run([hidden], searched, asset_type="domestic_abuse_refuge", tier="local")
    counts = by_name(local, "count_domestic_abuse_refuge")
    assert counts == dict.fromkeys(("Ash", "Beech", "Cedar", "Dyffryn")) | {"Unitary": 0}
    # It may stand in any of the three, so "none found" would be false in one of them.
    assert by_name(local, "status") == {
        "Ash": "not_surveyed",
        "Beech": "not_surveyed",
        "Cedar": "not_surveyed",
        "Dyffryn": "not_surveyed",
        "Unitary": "none_found",
    }
    assert by_name(local, "looked")["Ash"] == ""


def test_an_asset_across_the_border_of_the_area_still_serves_the_county():
    part = small_lookup().query("local_authority == 'Ash'")
    result = run([lero("E07000003")], lookup=part)
    assert by_name(result, "status") == {"County": "served"}
    assert run([lero("E07000003")], lookup=part, tier="local").served == 0


# Looked or not


def test_where_nobody_looked_is_never_none_found():
    result = run([], [("E06000001", "treatment"), ("E06000099",)])
    assert (result.served, result.none_found, result.not_surveyed) == (0, 0, 3)
    assert set(result.by_authority["looked"]) == {""}


def test_the_three_statuses():
    result = run([lero("E06000001")], [("E10000001",)])
    assert by_name(result, "status") == {"County": "none_found", "Dyffryn": "not_surveyed", "Unitary": "served"}
    assert [type(status) for status in result.by_authority["status"]] == [str, str, str]
    assert (result.served, result.none_found, result.not_surveyed, result.authorities) == (1, 1, 1, 3)
    assert by_name(result, "looked") == {
        "County": "looked March 2026, 4 of 6 groups asked",
        "Dyffryn": "",
        "Unitary": "",
    }


def test_an_upper_tier_survey_covers_its_local_authorities():
    result = run([], [("E10000001",)], tier="local")
    found = [name for name, status in by_name(result, "status").items() if status == "none_found"]
    assert found == ["Ash", "Beech", "Cedar"]


@pytest.mark.parametrize(("code", "none_found"), [("E12000002", 1), ("E92000001", 2), ("W92000004", 1)])
def test_a_survey_of_a_region_or_country_covers_its_authorities(code, none_found):
    assert run([], [(code,)]).none_found == none_found


def test_local_surveys_make_an_upper_tier_surveyed_only_all_together():
    parts = [("E07000001",), ("E07000002",)]
    assert run([], parts).none_found == 0
    assert by_name(run([], parts), "looked")["County"] == ""
    last = ("E07000003", "lero", dt.date(2026, 5, 9), (SIX[5],))
    together = run([], [*parts, last])
    assert by_name(together, "status")["County"] == "none_found"
    assert by_name(together, "looked")["County"] == "looked May 2026, 5 of 6 groups asked"


def test_local_surveys_in_part_say_nothing_of_an_upper_tier_that_was_surveyed_itself():
    county = ("E10000001", "lero", dt.date(2024, 1, 31), SIX[:1])
    result = run([], [county, ("E07000001", "lero", dt.date(2026, 6, 1), SIX)])
    assert by_name(result, "looked")["County"] == "looked January 2024, 1 of 6 groups asked"
    local = run([], [county, ("E07000001", "lero", dt.date(2026, 6, 1), SIX)], tier="local")
    assert by_name(local, "looked")["Ash"] == "looked June 2026, 6 of 6 groups asked"
    assert by_name(local, "looked")["Beech"] == "looked January 2024, 1 of 6 groups asked"


def test_the_newest_day_and_all_groups_of_several_surveys():
    result = run(
        [],
        [
            ("E06000001", "lero", dt.date(2026, 3, 1), SIX[:2]),
            ("E12000001", "lero", dt.date(2025, 12, 24), (SIX[1], SIX[4])),
            ("E06000001", "treatment", dt.date(2026, 9, 1), SIX),
        ],
    )
    assert by_name(result, "looked")["Unitary"] == "looked March 2026, 3 of 6 groups asked"


def test_sources_outside_the_six_do_not_count_to_them():
    result = run([], [("E06000001", "lero", dt.date(2026, 3, 1), ("families_carers", "published", "import", SIX[0]))])
    assert by_name(result, "looked")["Unitary"] == "looked March 2026, 1 of 6 groups asked"
    assert set(SIX) | {"families_carers", "published", "import"} == set(codelist("source"))


def test_a_survey_without_its_day_is_still_a_survey():
    result = run([], [("E06000001", "lero", None, ())])
    assert by_name(result, "looked")["Unitary"] == "looked on a day not recorded, groups asked not recorded"
    assert result.none_found == 1


def test_groups_that_nobody_wrote_down_are_not_none_of_the_six():
    silent, families = ("E06000001", "lero", dt.date(2026, 3, 1), ()), ("E06000001", "lero", None, ("families_carers",))
    assert by_name(run([], [silent]), "looked")["Unitary"] == "looked March 2026, groups asked not recorded"
    # Somebody was asked, and none of the six.
    assert by_name(run([], [silent, families]), "looked")["Unitary"] == "looked March 2026, 0 of 6 groups asked"


# What may not be told


@pytest.mark.parametrize("tier", ["upper", "local"])
@pytest.mark.parametrize(
    "place",
    [lero("E07000001"), lero("", "E07000001"), {"upper_tier_code": "E10000001"}],
    ids=["stands", "serves", "hidden"],
)
def test_a_withheld_sole_lero_is_neither_denied_nor_told_of(tier, place):
    searched = [("E92000001",)]
    name = "County" if tier == "upper" else "Ash"
    assert by_name(run([], searched, tier=tier), "status")[name] == "none_found"
    result = run([], searched, tier=tier, withheld=assets(place))
    row = result.by_authority.set_index("name").loc[name]
    assert (row["status"], row["looked"], row["lero_types"], row["count_lero"]) == ("not_surveyed", "", (), None)
    assert by_name(result, "status")["Unitary"] == "none_found"
    assert result.served == 0


def test_a_withheld_asset_beside_one_that_may_be_told_of_changes_nothing():
    rows, searched = [lero("E07000001")], [("E10000001",)]
    plain, with_more = run(rows, searched), run(rows, searched, withheld=assets(lero("E07000002")))
    pd.testing.assert_frame_equal(plain.by_authority, with_more.by_authority)
    assert by_name(plain, "looked")["County"] == "looked March 2026, 4 of 6 groups asked"


def test_withheld_assets_of_another_type_or_no_longer_active_change_nothing():
    other = assets(lero("E07000001", asset_type="treatment"), lero("E07000001", status="closed"))
    assert by_name(run([], [("E10000001",)], withheld=other), "status")["County"] == "none_found"


def test_a_type_that_is_not_counted_leaves_no_trace():
    refuge = lero("E06000001", asset_type="domestic_abuse_refuge", rss_types=("housing",))
    counted = run([refuge]).by_authority
    assert counted[["count_domestic_abuse_refuge", "rss_housing"]].sum().to_list() == [1, 1]
    without = run([refuge], uncounted_types=("domestic_abuse_refuge",))
    assert "count_domestic_abuse_refuge" not in without.by_authority
    assert without.by_authority["rss_housing"].sum() == 0
    assert "domestic_abuse_refuge" not in json.dumps(without.to_json())
    assert "count_treatment" in without.by_authority


# Counts


def test_rss_types_count_across_all_asset_types():
    rows = [
        lero("E06000001", rss_types=("peer_based", "housing")),
        lero("E06000001", asset_type="treatment", rss_types=("peer_based",)),
        lero("E07000001", asset_type="community"),
    ]
    table = run(rows).by_authority.set_index("name")
    assert table.loc["Unitary", ["rss_peer_based", "rss_housing", "rss_education"]].to_list() == [2, 1, None]
    assert table.loc["Unitary", ["count_lero", "count_treatment", "count_community"]].to_list() == [1, 1, None]
    assert table.loc["County", ["count_lero", "count_community", "rss_peer_based"]].to_list() == [None, 1, None]


def test_the_columns_of_the_table():
    expected = ["code", "name", "status", "looked", "lero_types"]
    expected += [f"{word}_{code}" for word in ("status", "count", "looked") for code in TYPES]
    expected += [f"rss_status_{code}" for code in RSS] + [f"rss_{code}" for code in RSS]
    table = run([lero("E06000001", rss_types=("housing",))], [("E10000001",)]).by_authority
    assert list(table) == expected
    assert table["name"].to_list() == ["County", "Dyffryn", "Unitary"]
    # County: looked, none; Dyffryn: nobody looked; Unitary: one. As objects, or the ints would get a point.
    assert [(value, type(value)) for value in table["count_lero"]] == [(0, int), (None, type(None)), (1, int)]
    assert table["rss_housing"].to_list() == [None, None, 1]


# The status of every type


def test_each_asset_type_has_its_own_status():
    rows = [lero("E06000001"), lero("E10000001", "E10000001", asset_type="treatment")]
    table = run(rows, [("E06000001", "treatment"), ("W06000001", "mutual_aid")]).by_authority.set_index("name")
    assert table["status_lero"].to_list() == ["not_surveyed", "not_surveyed", "served"]
    assert table["status_treatment"].to_list() == ["served", "not_surveyed", "none_found"]
    assert table["status_mutual_aid"].to_list() == ["not_surveyed", "none_found", "not_surveyed"]
    assert table["count_treatment"].to_list() == [1, None, 0]
    assert {type(status) for status in table["status_treatment"]} == {str}
    assert table["status"].to_list() == table["status_lero"].to_list()


@pytest.mark.parametrize("tier", ["upper", "local"])
def test_a_withheld_asset_is_denied_in_no_column(tier):
    name, kept_back = ("County" if tier == "upper" else "Ash"), lero("E07000001", asset_type="treatment")
    for given_types in ((), ("housing",)):
        hidden = assets(kept_back | {"rss_types": given_types})
        row = run([], every_type("E92000001"), tier=tier, withheld=hidden).by_authority.set_index("name").loc[name]
        assert (row["status_treatment"], row["count_treatment"]) == ("not_surveyed", None)
        assert (row["status_lero"], row["count_lero"]) == ("none_found", 0)
        # "None found" of any support would say that treatment was searched after all.
        assert (row["rss_status_housing"], row["rss_status_education"]) == ("not_surveyed", "not_surveyed")


def test_an_rss_type_is_none_found_only_where_every_counted_type_was_sought():
    table = run([lero("E06000001")], every_type("E92000001")).by_authority.set_index("name")
    assert table["rss_status_housing"].to_list() == ["none_found", "not_surveyed", "none_found"]
    assert table["rss_housing"].to_list() == [0, None, 0]
    # That something of a type is there does not say that all of them are known.
    but_lero = run([lero("E06000001")], every_type("E92000001", but=("lero",))).by_authority.set_index("name")
    assert but_lero.loc["Unitary", "status_lero"] == "served"
    assert set(but_lero["rss_status_housing"]) == {"not_surveyed"}
    # A type that is counted nowhere need not be sought, or nothing could ever be found missing.
    refuge = "domestic_abuse_refuge"
    without = run([], every_type("E92000001", but=(refuge,)), uncounted_types=(refuge,)).by_authority
    assert without["rss_status_housing"].to_list() == ["none_found", "not_surveyed", "none_found"]


def test_an_rss_type_is_served_by_an_asset_of_any_type_wherever_anybody_looked():
    rows = [lero("E06000001", asset_type="partner_service", rss_types=("employment",))]
    assert by_name(run(rows), "rss_status_employment") == {
        "County": "not_surveyed",
        "Dyffryn": "not_surveyed",
        "Unitary": "served",
    }


def test_an_rss_type_that_a_withheld_asset_beside_others_gives_is_not_denied():
    hidden = assets(lero("E06000001", rss_types=("housing",)))
    table = run([lero("E06000001")], every_type("E92000001"), withheld=hidden).by_authority.set_index("name")
    assert table.loc["Unitary", ["status_lero", "rss_status_housing"]].to_list() == ["served", "not_surveyed"]
    assert table.loc["Unitary", ["rss_housing", "rss_status_education", "rss_education"]].to_list() == [
        None,
        "none_found",
        0,
    ]


def test_an_rss_type_given_somewhere_in_an_upper_tier_is_not_denied_in_its_parts():
    rows = [{"upper_tier_code": "E10000001", "rss_types": ("housing",)}, lero("E07000001")]
    table = run(rows, every_type("E92000001"), tier="local").by_authority.set_index("name")
    assert table.loc[["Ash", "Beech", "Unitary"], "rss_status_housing"].to_list() == [
        "not_surveyed",
        "not_surveyed",
        "none_found",
    ]
    # A LERO is known in Ash, so that only what the other one gives is in doubt there.
    assert table.loc[["Ash", "Beech"], "rss_status_education"].to_list() == ["none_found", "not_surveyed"]


def test_a_withheld_asset_of_a_type_that_is_not_counted_changes_nothing():
    refuge = "domestic_abuse_refuge"
    hidden = lero("E06000001", asset_type=refuge, rss_types=("housing",))
    options = {"survey_rows": every_type("E92000001"), "uncounted_types": (refuge,)}
    plain = run([], **options).by_authority
    for result in (run([], **options, withheld=assets(hidden)), run([hidden], **options)):
        pd.testing.assert_frame_equal(result.by_authority, plain)
    assert not [name for name in plain if refuge in name]


def test_the_types_of_the_leros_that_serve():
    rows = [
        lero("E06000001", lero_type="informal_group"),
        lero("E07000001", "E06000001"),
        lero("E06000001", lero_type="informal_group"),
        lero("E07000001", asset_type="treatment"),
    ]
    types = by_name(run(rows, asset_type="treatment"), "lero_types")
    assert types == {"County": ("unconfirmed",), "Dyffryn": (), "Unitary": ("informal_group", "unconfirmed")}


# Words


def test_the_sentence_of_the_guidance():
    england = real_lookup("E")
    codes = england["upper_tier_code"].drop_duplicates().to_list()
    rows = [lero("", code) for code in codes[:31]]
    result = run(rows, [(code,) for code in codes[31:33]], lookup=england, area="England")
    assert result.sentence == (
        "31 LEROs serve 31 of 153 upper-tier authorities in England; 2 surveyed without one; 120 not surveyed."
    )
    assert result.assets_serving == 31


def test_fifty_leros_over_72_of_153_authorities():
    england = real_lookup("E")
    codes = england["upper_tier_code"].drop_duplicates().to_list()
    # 28 serve one authority and 22 serve two: 72 in all.
    rows = [lero("", code) for code in codes[:28]]
    rows += [lero("", *codes[28 + 2 * i : 30 + 2 * i]) for i in range(22)]
    assert len(rows) == 50
    elsewhere = [lero("", "W06000001"), lero(codes[0], status="closed"), lero(codes[0], asset_type="treatment")]
    result = run([*rows, *elsewhere], [("E92000001",)], lookup=england, area="England")
    assert result.sentence == (
        "50 LEROs serve 72 of 153 upper-tier authorities in England (47 %), fewer than half; "
        "81 surveyed without one; 0 not surveyed."
    )
    assert result.assets_serving == 50
    assert (result.served, result.none_found, result.not_surveyed) == (72, 81, 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"asset_type": "mutual_aid"},
            (
                "No mutual aid group is known to serve any: 0 of 3 upper-tier authorities in Testshire; "
                "0 surveyed without one; 3 not surveyed."
            ),
        ),
        (
            {"tier": "local"},
            "1 LERO serves 1 of 5 local authorities in Testshire; 0 surveyed without one; 4 not surveyed.",
        ),
        (
            {"lookup": small_lookup().head(1)},
            "1 LERO serves 1 of 1 upper-tier authority in Testshire (100 %); 0 surveyed without one; 0 not surveyed.",
        ),
        (
            {"lookup": small_lookup().tail(1), "asset_type": "treatment"},
            (
                "No treatment service is known to serve any: 0 of 1 council in Testshire; "
                "0 surveyed without one; 1 not surveyed."
            ),
        ),
        (
            {"lookup": small_lookup().tail(1), "tier": "local"},
            (
                "No LERO is known to serve any: 0 of 1 local authority in Testshire; "
                "0 surveyed without one; 1 not surveyed."
            ),
        ),
    ],
)
def test_other_sentences(options, sentence):
    assert run([lero("E06000001")], **options).sentence == sentence


def test_every_asset_type_has_its_sentence():
    starts = {run(asset_type=code).sentence.split(" is known")[0] for code in TYPES}
    assert len(starts) == len(TYPES)
    two = [lero("E06000001", asset_type=code) for code in TYPES for _ in range(2)]
    starts = {run(two, asset_type=code).sentence.split(" serve ")[0] for code in TYPES}
    assert len(starts) == len(TYPES)
    assert {"2 recovery houses", "2 LEROs"} <= starts


@pytest.mark.parametrize(
    ("served", "words"),
    [
        (0, "No LERO is known to serve any: 0 of 32 councils in Testshire; 32 surveyed"),
        (15, "15 LEROs serve 15 of 32 councils in Testshire (47 %), fewer than half; 17 surveyed"),
        (16, "16 LEROs serve 16 of 32 councils in Testshire (50 %), half; 16 surveyed"),
        (17, "17 LEROs serve 17 of 32 councils in Testshire (53 %), more than half; 15 surveyed"),
        (32, "32 LEROs serve 32 of 32 councils in Testshire (100 %); 0 surveyed"),
    ],
)
def test_half_or_fewer_or_more(served, words):
    scotland = real_lookup("S")
    rows = [lero("", code) for code in scotland["local_authority_code"][:served]]
    assert run(rows, [("S92000003",)], lookup=scotland).sentence.startswith(words)


def test_a_withheld_lero_is_not_in_the_number_that_serve():
    kept_back = assets(lero("E10000001", "E10000001"))
    assert run([lero("E06000001")], withheld=kept_back).assets_serving == 1
    assert "is recorded" not in run([], withheld=kept_back).sentence


def test_looked_is_told_of_every_type():
    rows = [("E06000001", "treatment"), ("E06000001", "mutual_aid", dt.date(2025, 5, 9), ()), ("E10000001",)]
    hidden = assets(lero("E06000001", asset_type="mutual_aid"))
    row = run([], rows, withheld=hidden).by_authority.set_index("name").loc["Unitary"]
    assert row["looked_treatment"] == "looked March 2026, 4 of 6 groups asked"
    # Looked, and yet not known: that would tell of the one that is kept back.
    assert row["looked_mutual_aid"] == ""
    assert row["looked"] == row["looked_lero"] == ""
    county = run([], rows, asset_type="treatment").by_authority.set_index("name").loc["County"]
    assert (county["looked"], county["looked_lero"]) == ("", "looked March 2026, 4 of 6 groups asked")


@pytest.mark.parametrize(
    ("served", "share"), [(1, "under 1 %"), (2, "1 %"), (359, "99 %"), (360, "over 99 %"), (361, "100 %")]
)
def test_a_share_never_says_none_or_all_of_what_is_neither(served, share):
    lookup = real_lookup()
    rows = [lero("", code) for code in lookup["local_authority_code"][:served]]
    countries = [(code,) for code in lookup["country_code"].unique()]
    assert f"({share})" in run(rows, countries, lookup=lookup, tier="local").sentence
    # Where nobody looked, a percentage would read as measured.
    assert ("%" in run(rows, lookup=lookup, tier="local").sentence) == (served == 361)


@pytest.mark.parametrize(
    ("country", "upper", "local", "word"),
    [
        ("E", 153, 296, "upper-tier authorities"),
        ("W", 22, 22, "councils"),
        ("S", 32, 32, "councils"),
        ("N", 11, 11, "councils"),
        ("", 218, 361, "upper-tier authorities"),
    ],
)
def test_the_denominators_of_the_real_authorities(country, upper, local, word):
    result = run(lookup=real_lookup(country))
    assert result.authorities == upper
    assert f"of {upper} {word} in" in result.sentence
    assert run(lookup=real_lookup(country), tier="local").authorities == local


def test_json_keeps_the_promise_of_the_command_line():
    rows = [lero("E06000001", lero_type="informal_group", rss_types=("housing",))]
    result = run(rows, [("E10000001",)])
    document = json.loads(json.dumps(result.to_json(), allow_nan=False))
    areas = document.pop("by_authority")
    assert document == {
        "tier": "upper",
        "area": "Testshire",
        "country": "Testshire",
        "authorities": 3,
        "served": 1,
        "none_found": 1,
        "not_surveyed": 1,
        "share_served": None,
        "share_low": pytest.approx(1 / 3),
        "share_high": pytest.approx(2 / 3),
        "asset_type": "lero",
        "assets_serving": 1,
        "sentence": result.sentence,
    }
    assert [area["name"] for area in areas] == ["County", "Dyffryn", "Unitary"]
    assert areas[0]["looked"] == "looked March 2026, 4 of 6 groups asked"
    unitary = areas[2]
    assert (unitary["code"], unitary["status"], unitary["lero_types"]) == ("E06000001", "served", ["informal_group"])
    assert unitary["counts"] == dict.fromkeys(TYPES) | {"lero": 1}
    assert unitary["statuses"] == dict.fromkeys(TYPES, "not_surveyed") | {"lero": "served"}
    assert unitary["rss"] == dict.fromkeys(RSS) | {"housing": 1}
    assert unitary["rss_statuses"] == dict.fromkeys(RSS, "not_surveyed") | {"housing": "served"}
    assert areas[0]["counts"] == dict.fromkeys(TYPES) | {"lero": 0}
    assert areas[0]["statuses"]["lero"] == "none_found"
    assert areas[0]["looked_by_type"] == dict.fromkeys(TYPES, "") | {"lero": areas[0]["looked"]}


# What is refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tier": "district"}, "no tier 'district'. Choose one of upper, local"),
        ({"asset_type": "leros"}, "no asset type 'leros'. Choose one of lero"),
        ({"uncounted_types": ("refuge",)}, "no asset type 'refuge'"),
        (
            {"asset_type": "domestic_abuse_refuge", "uncounted_types": ("domestic_abuse_refuge",)},
            "confidential and is not counted here",
        ),
        ({"lookup": small_lookup().head(0)}, "no authorities in Testshire"),
        ({"lookup": small_lookup().drop(columns="region_code")}, "authorities has no column region_code"),
        ({"withheld": assets().drop(columns="status")}, "assets has no column status"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        run(**options)


def test_missing_values_are_unknown():
    table = assets(lero("E06000001"), lero("")).assign(lero_type=float("nan"), led_by=None)
    lookup = small_lookup().tail(1).assign(region_code=float("nan"))
    result = provision(table, surveys(), small_lookup(), area="Testshire")
    assert by_name(result, "lero_types")["Unitary"] == ("unconfirmed",)
    assert provision(table, surveys(), lookup, area="Wales").served == 0


# Properties

CODES = [
    "", "E06000001", "E07000001", "E07000002", "E07000003", "W06000001", "E10000001",
    "E12000001", "E12000002", "E92000001", "W92000004", "S92000003", "nonsense",
]  # fmt: skip
ASSET = st.fixed_dictionaries(
    {
        "asset_type": st.sampled_from(TYPES),
        "status": st.sampled_from(tuple(codelist("status"))),
        "local_authority_code": st.sampled_from(CODES[:6]),
        "areas_served": st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
        "rss_types": st.lists(st.sampled_from(RSS), max_size=2, unique=True).map(tuple),
    },
    optional={"upper_tier_code": st.sampled_from(["E10000001", "W06000001"])},
)
SURVEY = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from(TYPES),
    st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)),
    st.lists(st.sampled_from(tuple(codelist("source"))), unique=True).map(tuple),
)


@given(
    st.lists(ASSET, max_size=8),
    st.lists(SURVEY, max_size=8),
    st.lists(ASSET, max_size=4),
    st.sampled_from(["upper", "local"]),
    st.sampled_from(TYPES),
)
def test_the_three_statuses_add_up_and_never_mistake_silence_for_a_gap(rows, searched, kept_back, tier, kind):
    result = run(rows, searched, tier=tier, asset_type=kind, withheld=assets(*kept_back))
    assert (
        result.served + result.none_found + result.not_surveyed == result.authorities == (3 if tier == "upper" else 5)
    )
    table = result.by_authority
    assert (table["status"] == Status.NONE_FOUND).sum() == result.none_found
    assert table["status"].to_list() == table[f"status_{kind}"].to_list()
    pairs = [(f"status_{code}", f"count_{code}") for code in TYPES] + [(f"rss_status_{c}", f"rss_{c}") for c in RSS]
    for status, count in pairs:
        for said, number in zip(table[status], table[count], strict=True):
            expected = {Status.SERVED: (number or 0) > 0, Status.NONE_FOUND: number == 0}
            assert expected.get(said, number is None)
    silent = table["status"] == Status.NOT_SURVEYED
    assert (table["looked"][silent] == "").all()
    assert (table["looked"][table["status"] == Status.NONE_FOUND] != "").all()
    if kind not in {row[1] for row in searched}:
        assert result.none_found == 0


def test_ten_times_the_assets_take_at_most_some_ten_times_as_long():
    rng = np.random.default_rng(1)
    lookup = real_lookup()
    local = lookup["local_authority_code"].to_numpy()
    upper = dict(zip(local, lookup["upper_tier_code"], strict=True))
    searched = surveys(*((code,) for code in local[:300]))

    def seconds(number):
        rows = [
            lero(c, *rng.choice(local, 2), asset_type=TYPES[i % 9], rss_types=("housing",), upper_tier_code=upper[c])
            for i, c in enumerate(rng.choice(local, number))
        ]
        table, spent = assets(*rows), []
        for _ in range(3):
            start = process_time()
            result = provision(table, searched, lookup, tier="local", area="the United Kingdom")
            spent.append(process_time() - start)
        assert result.by_authority["rss_housing"].sum() > number
        return min(spent)

    assert seconds(5000) < 20 * seconds(500)
