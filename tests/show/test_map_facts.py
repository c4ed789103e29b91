"""What a map's script is told: filters, kinds of link, Welsh names; and how it travels."""

import datetime as dt
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from show_build import asset, many, published, small

from rosc_map.place import authorities, lookup, welsh_names
from rosc_map.records import Audience
from rosc_map.show import map_page
from rosc_map.show._facts import LINK_KINDS, facts_of
from rosc_map.show._packed import packed


def filters_of(rows, **more):
    return {each["key"]: each for each in facts_of(published(rows, **more))["filters"]}


def chosen(found):
    """For each asset the words of its options."""
    return [[found["options"][number] for number in numbers] for numbers in found["of"]]


def test_filters_hold_what_is_known_in_the_order_of_the_codelist():
    rows = [
        asset(1, "A", "lero", at=None, rss_types=("housing", "peer_based"), led_by="learned_experience"),
        asset(2, "B", "lero", at=None, led_by="lived_experience"),
        asset(3, "C", "lero", at=None, led_by="unknown"),
    ]
    found = filters_of(rows)
    assert list(found) == ["rss_types", "led_by"]
    assert found["rss_types"]["options"] == ["Peer-based recovery support", "Recovery housing", "Not known"]
    assert chosen(found["rss_types"]) == [
        ["Peer-based recovery support", "Recovery housing"],
        ["Not known"],
        ["Not known"],
    ]
    assert chosen(found["led_by"]) == [
        ["People with learned experience"],
        ["People with lived experience"],
        ["Not known"],
    ]


def test_nobody_is_offered_a_filter_of_which_nothing_is_known():
    assert facts_of(many(3))["filters"] == []
    assert filters_of([]) == {}


def test_there_is_no_option_not_known_where_all_is_known():
    rows = [asset(1, "A", "lero", at=None, led_by="lived_experience")]
    assert filters_of(rows)["led_by"]["options"] == ["People with lived experience"]


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        (dt.date(2026, 5, 22), "Checked within 6 months"),
        (dt.date(2026, 5, 21), "Checked longer ago"),
        (dt.date(2026, 11, 22), "Checked within 6 months"),
        (dt.date(2026, 11, 23), "No check noted"),
        (None, "No check noted"),
    ],
)
def test_freshness_counts_calendar_months_back_from_the_day_of_the_map(checked, words):
    rows = [
        asset(1, "A", "lero", at=None, verified_on=checked),
        asset(2, "B", "lero", at=None, verified_on=dt.date(2026, 11, 1)),
    ]
    assert chosen(filters_of(rows, as_at=dt.date(2026, 11, 22))["freshness"])[0] == [words]


@pytest.mark.parametrize(
    ("evidence", "missing", "kind"),
    [
        ("declared", False, "declared"),
        ("declared, confirmed", False, "confirmed or found in a test"),
        ("declared, tested", True, "confirmed or found in a test"),
        ("declared", True, "not found in this test"),
        ("", True, "not found in this test"),
        ("counted", False, "counted only"),
        ("declared, counted", False, "declared"),
    ],
)
def test_a_link_is_of_the_first_kind_that_is_true_of_it(evidence, missing, kind):
    rows = [asset(1, "A", "lero", at=None), asset(2, "B", "lero", at=None)]
    links = facts_of(published(rows, links=[("a1", "a2", evidence, missing)]))["links"]
    assert [LINK_KINDS[number] for number in links["kind"]] == [kind]
    assert links["missing"] == [int(missing)]


def test_welsh_names_are_those_of_wales_that_differ_from_the_english():
    names = welsh_names()
    assert names["W06000001"] == "Ynys Môn"
    assert "W06000020" not in names  # Torfaen is Torfaen
    assert {code[0] for code in names} == {"W"}
    wales = lookup().loc[lambda table: table["country"] == "Wales"]
    assert (wales["local_authority_code"] == wales["upper_tier_code"]).all()


def test_the_page_is_told_the_welsh_names():
    areas = authorities("upper", ["W06000001", "W06000020"])
    table = areas[["code", "name"]].assign(status="not_surveyed", looked="", lero_types=[(), ()])
    assert facts_of(published([], areas=areas, table=table))["areas"]["welsh"] == ["Ynys Môn", ""]


@given(st.lists(st.sampled_from(["", "Middlesbrough", "Redcar", "</script>"])))
def test_a_packed_column_says_the_same(cells):
    column = packed(cells)
    if isinstance(column, dict):
        numbers = column["i"] or [0] * len(cells)
        column = [column["v"][number] for number in numbers]
    assert column == cells


def test_only_what_occurs_often_is_packed():
    assert packed(["a", "b", "c"]) == ["a", "b", "c"]
    assert packed(["a", "b", "b", "b"]) == {"v": ["b", "a"], "i": [1, 0, 0, 0]}
    assert packed(["", "", ""]) == {"v": [""], "i": []}


def test_more_assets_than_can_be_read_without_a_script_are_counted_there_and_named_once():
    html = map_page(many(2_001))
    plain = re.search(r"<noscript>(.*?)</noscript>", html, re.DOTALL)[1]
    assert "There are 2,001 assets" in plain
    assert "Mutual aid: 500" in plain
    assert html.count("Asset 00017") == 1
    facts = json.loads(re.search(r'id="facts">(.*?)</script>', html, re.DOTALL)[1])
    assert facts["assets"]["place"] == {"v": ["TS1"], "i": []}
    assert "Asset 00017: " in map_page(many(2_000))


def test_packing_leaves_the_facts_as_the_template_reads_them():
    assert facts_of(small())["assets"]["about"] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize("audience", list(Audience))
def test_what_was_agreed_about_showing_an_asset_is_told_to_coordinators_alone(audience):
    said = {"listing": "agreed", "location_precision": "exact"}
    rows = [
        asset(1, "A", "lero", at=None, status="active", **said),
        asset(2, "B", "lero", at=None, status="paused", **said),
    ]
    fields = {each["name"]: each["values"] for each in facts_of(published(rows, audience=audience))["assets"]["fields"]}
    inside = audience is Audience.INTERNAL
    assert ("listing" in fields, "location_precision" in fields) == (inside, inside)
    assert fields["status"] == ["Active" if inside else "", "Paused"]
