"""The frame: who may be contacted, who shares a contact, and who may be asked about whom."""

import hashlib

import pytest

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage import build_frame, draw
from rosc_map.linkage.balanced import balanced
from rosc_map.linkage.frame import MOST_ROUNDS_A_YEAR, contact_keys, may_be_tested


@pytest.mark.parametrize(
    "typed",
    ["01632 960001", "+44 1632 960001", "+44 (0)1632 960001", "0044 1632 960001", "441632960001", "(01632) 960-001"],
)
def test_one_telephone_number_in_many_spellings(typed: str) -> None:
    assert contact_keys(typed, "") == ("tel:01632960001",)


def test_contact_keys_of_e_mail_extension_and_nothing() -> None:
    assert contact_keys("", " Hello@Example.ORG ") == ("mail:hello@example.org",)
    assert contact_keys("01632 960001 ext 2", "") != contact_keys("01632 960001", "")
    assert contact_keys(" ", " ") == ()


@pytest.mark.parametrize(
    ("cells", "may_be"),
    [
        ({}, True),
        ({"status": "paused", "phone": "", "email": ""}, True),
        ({"location_precision": "postcode_district"}, True),
        ({"listing": "declined"}, False),
        ({"location_precision": "hidden"}, False),
        ({"location_precision": "local_authority"}, False),
        # A word that is none may be a slip for "hidden".
        ({"location_precision": "hiden"}, False),
        ({"asset_type": "domestic_abuse_refuge", "location_precision": "exact"}, False),
    ],
)
def test_who_may_have_a_part_in_a_test_at_all(make_assets, cells, may_be) -> None:
    (asset,) = make_assets(cells).to_dict("records")
    assert may_be_tested(asset) == may_be
    if not may_be:
        assert asset["id"] not in build_frame(make_assets(cells, {}, {})).ids


def test_only_active_contactable_open_places_are_in_the_frame(make_assets) -> None:
    assets = make_assets(
        {},
        {},
        {"status": "paused"},
        {"status": "not_confirmed"},
        {"listing": "declined"},
        {"location_precision": "hidden"},
        {"location_precision": "local_authority"},
        # A refuge stays out even where somebody set its precision wrongly.
        {"asset_type": "domestic_abuse_refuge", "location_precision": "exact"},
        {"phone": "", "email": ""},
        {"phone": "", "email": "a@example.org", "location_precision": "postcode_district", "listing": "not_asked"},
    )
    frame = build_frame(assets)
    assert frame.ids == frame.contacts == ("a00", "a01", "a09")
    assert frame.excluded == {
        "not known to be running (paused, closed or not confirmed)": 2,
        "asked not to be listed": 1,
        "whose place is confidential, which is never part of a test": 3,
        "without a telephone number or e-mail address": 1,
    }
    assert len(frame.ids) + sum(frame.excluded.values()) == len(assets)


def test_assets_that_share_a_contact_are_one_source_however_indirectly(make_assets) -> None:
    frame = build_frame(
        make_assets(
            {"id": "d", "phone": "01632 960009", "email": "x@example.org"},
            {"id": "b", "phone": "+44 1632 960009", "email": ""},
            {"id": "c", "phone": "", "email": "X@example.org"},
            {"id": "a"},
        )
    )
    assert frame.ids == ("a", "b", "c", "d")
    assert frame.contacts == ("a", "b")
    assert frame.eligible("b") == ("a",)
    assert frame.eligible("a") == ("b", "c", "d")
    assert frame.eligible_counts == (3, 1)
    assert "4 services have 2 contacts" in frame.notes[0]


def test_nobody_is_asked_about_their_own_organisation(make_assets) -> None:
    frame = build_frame(
        make_assets(
            {"organisation": "Example Trust"},
            {"organisation": " example  TRUST"},
            {},
            {},
            # One contact answers for two organisations, and knows both from inside.
            {"organisation": "Other", "phone": "01632 960777"},
            {"organisation": "Third", "phone": "01632 960777"},
            {"organisation": "third"},
        )
    )
    assert frame.eligible("a00") == ("a02", "a03", "a04", "a05", "a06")
    assert frame.eligible("a02") == ("a00", "a01", "a03", "a04", "a05", "a06")
    assert frame.eligible("a04") == ("a00", "a01", "a02", "a03")
    assert frame.eligible_counts == tuple(len(frame.eligible(source)) for source in frame.contacts)


def test_a_contact_with_nobody_to_be_asked_about_is_not_a_source_but_may_be_a_target(make_assets) -> None:
    rows = [{"organisation": "One"}, {"organisation": "One"}, {"organisation": "Two"}]
    shared = [{"phone": "01632 960777", "organisation": "One"}, {"phone": "01632 960777", "organisation": "Two"}]
    frame = build_frame(make_assets(*rows, *shared))
    assert frame.contacts == ("a00", "a01", "a02")
    assert "a03" in frame.ids
    assert "One contact cannot be asked about any other service" in frame.notes[1]


def test_the_fingerprint_is_of_ids_contacts_and_organisations_only(make_assets) -> None:
    assets = make_assets({"organisation": "B"}, {"phone": "01632 960000"}, {"organisation": "Ö"})
    frame = build_frame(assets)
    text = "a00\ta00\tb\na01\ta00\tservice 1\na02\ta02\tö"
    assert frame.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert build_frame(assets[::-1]).sha256 == frame.sha256
    assert build_frame(assets.assign(description="new words")).sha256 == frame.sha256
    assert build_frame(assets.assign(organisation="")).sha256 != frame.sha256
    more = make_assets({"organisation": "B"}, {"phone": "01632 960000"}, {"organisation": "Ö"}, {})
    assert build_frame(more).sha256 != frame.sha256


def test_no_draw_has_a_confidential_place_as_a_source_or_as_a_target(make_assets) -> None:
    secret = [
        {"location_precision": "hidden"},
        {"location_precision": "local_authority"},
        {"asset_type": "domestic_abuse_refuge"},
        {"asset_type": "domestic_abuse_refuge", "location_precision": "exact", "phone": "01632 960000"},
    ]
    frame = build_frame(make_assets(*[{}] * 5, *secret))
    everything = [
        draw(frame, sources=5, targets=4, seed=1),
        draw(frame, sources=2, targets=1, seed=1, strata={"a07": "refuge"}),
        balanced(frame, targets=4, seed=1),
    ]
    for drawn in everything:
        assert {*drawn.pairs["source"], *drawn.pairs["target"]} <= {"a00", "a01", "a02", "a03", "a04"}
    # A refuge that shares its telephone with another service changes nothing for that service.
    assert frame.contacts == frame.ids == ("a00", "a01", "a02", "a03", "a04")


def test_who_was_rung_often_enough_this_year_is_not_rung_but_may_be_asked_about(make_assets) -> None:
    assets = make_assets(*[{}] * 5, *[{"phone": "01632 970000"}] * 2)
    asked = {"a01": 4, "a02": 3, "a04": 9, "a05": 1, "a06": 3, "gone": 4}
    frame = build_frame(assets, asked=asked)
    # The calls to a05 and a06 were to the same person: 1 and 3 are 4.
    assert frame.contacts == ("a00", "a02", "a03")
    assert frame.ids == build_frame(assets).ids
    assert frame.eligible("a00") == ("a01", "a02", "a03", "a04", "a05", "a06")
    assert frame.eligible_counts == (6, 6, 6)
    assert frame.excluded == {}
    assert frame.notes[1] == (
        "3 contacts were rung in 4 or more rounds of the last twelve months, and will not be rung this time;"
        " the result is about those that could be. Others may still be asked about them."
    )
    assert set(balanced(frame, targets=5, seed=1).pairs["target"]) == set(frame.ids)
    one = build_frame(assets, asked={"a01": MOST_ROUNDS_A_YEAR})
    assert one.notes[1].startswith("One contact was rung in 4 or more rounds")
    with pytest.raises(UnknownName, match="'a01' cannot be contacted in this round"):
        one.eligible("a01")


def test_the_fingerprint_says_who_is_left_in_peace_and_is_as_ever_where_nobody_is(make_assets) -> None:
    assets = make_assets({"organisation": "B"}, {"organisation": "C"}, {"phone": "01632 960000"}, {})
    plain = build_frame(assets).sha256
    assert build_frame(assets, asked={}).sha256 == plain
    assert build_frame(assets, asked={"a00": 1, "a01": 3, "a02": 2}).sha256 == plain
    text = "a00\ta00\tb\tnot rung\na01\ta01\tc\na02\ta00\tservice 2\na03\ta03\tservice 3"
    assert build_frame(assets, asked={"a02": 4}).sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert build_frame(assets, asked={"a01": 4}).sha256 not in {plain, build_frame(assets, asked={"a02": 4}).sha256}


def test_too_many_left_in_peace_for_a_test_is_said(make_assets) -> None:
    assets = make_assets(*[{}] * 4)
    with pytest.raises(InputError, match="Only one service can be contacted.*Left out: 3 rung in 4 or more rounds"):
        build_frame(assets, asked={"a00": 4, "a01": 5, "a02": 4})
    with pytest.raises(InputError, match="No service can be contacted and.*Left out: 4 rung in 4 or more rounds"):
        build_frame(assets, asked=dict.fromkeys(assets["id"], 4))


def test_where_only_one_of_several_can_be_asked_about_another_it_is_said(make_assets) -> None:
    # a01 answers for both organisations, so that it can be asked about none; a00 can be asked about a01.
    shared = {"phone": "01632 970000"}
    assets = make_assets({"organisation": "One"}, shared | {"organisation": "One"}, shared | {"organisation": "Two"})
    with pytest.raises(InputError, match="Only one of the 2 services can be contacted and asked about another"):
        build_frame(assets)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "No service can be contacted"),
        ([{}, {"phone": ""}], "Only one service can be contacted.*Left out: 1 without a telephone number"),
        ([{"organisation": "One"}, {"organisation": "ONE"}], "None of the 2 services can be contacted and asked"),
        ([{"phone": "01632 960001"}, {"phone": "01632960001"}], "Only one service"),
    ],
)
def test_too_small_a_frame_says_what_is_missing(make_assets, rows, words) -> None:
    assets = make_assets({}, *rows).iloc[1:]
    with pytest.raises(InputError, match=words):
        build_frame(assets)


def test_eligible_of_somebody_else(make_assets) -> None:
    with pytest.raises(UnknownName, match="'zz' cannot be contacted in this round"):
        build_frame(make_assets({}, {})).eligible("zz")
