"""Rows of a table: headers in any dress, and problems that name row, column, value, why and what to do."""

import pytest

from rosc_map.records import Asset, Attempt, Referral, Round, match_headers, read_row, read_rows


def test_headers_match_by_name_label_and_alias_in_any_case_and_order():
    matched, unknown = match_headers(Asset, ["POSTCODE", "asset type", "Name", "lat", "favourite colour", "Telephone"])
    assert matched == {
        "POSTCODE": "postcode",
        "asset type": "asset_type",
        "Name": "name",
        "lat": "latitude",
        "Telephone": "phone",
    }
    assert unknown == ("favourite colour",)


def test_a_second_header_for_one_field_is_unknown_not_taken_in_silence():
    assert match_headers(Referral, ["from", "from_asset"]) == ({"from": "from_asset"}, ("from_asset",))


def test_a_bad_row_names_everything():
    rows = [(2, {"Name": "A", "Type": "lero"}), (3, {"Name": "", "Type": "leroo"}), (4, {"Name": "", "Type": ""})]
    read = read_rows(Asset, ["Name", "Type"], rows)
    assert [number for number, _ in read.records] == [2]
    assert [(p.row, p.column, p.value) for p in read.problems] == [(3, "Name", ""), (3, "Type", "leroo")]
    assert all(p.why and p.what_to_do for p in read.problems)


@pytest.mark.parametrize(
    "cells",
    [
        {"description": "We are at 12 High Street TS1 2PA"},
        {"notes": "Ring at ts12pa"},
        {"notes": "behind 12 Secret Road"},
        {"languages": "TS1 4LT"},
        {"external_ids": "map:54.57421,-1.23512"},
        {"website": "https://x.example.org/ts1-4lt"},
        {"source_url": "https://www.google.com/maps/@54.57421,-1.23512"},
        {"name": "Haven at 12 Secret Road"},
        {"id": "ref-TS1 3QW"},
        {"licence": "TS1 3QW"},
        {"description": "14 Acacia Court"},
        {"description": "lat 54.574 long -1.235"},
        {"description": "what 3 words: filled.count.soap"},
    ],
)
def test_a_refuge_cannot_be_given_away_and_what_tells_is_not_repeated(cells):
    record, problems = read_row(Asset, {"name": "R", "asset_type": "domestic_abuse_refuge", **cells}, 7)
    assert record is None
    assert (problems[0].column, problems[0].value) == (*cells, "(not repeated here)")


@pytest.mark.parametrize(
    "words",
    [
        "10 minutes walk from the station",
        "Open 9 to 5, close to the station",
        "Since 2014 a safe place for women",
        "We run 3 courses on the way to recovery",
        "2 hours at court",
        "20 women went to court last year",
        "In 2019 we won a square deal award",
        "Serves all of Surrey. Ring 01632 960001, 24 hours a day.",
    ],
)
def test_ordinary_words_about_a_refuge_are_taken(words):
    record, problems = read_row(Asset, {"name": "R", "asset_type": "domestic_abuse_refuge", "description": words}, 7)
    assert not problems
    assert record.description == words


def test_a_refuge_is_hidden_whatever_was_typed():
    record, _ = read_row(Asset, {"name": "R", "asset_type": "domestic_abuse_refuge", "location_precision": "exact"}, 7)
    assert record.location_precision == "hidden"


def test_a_telephone_number_gets_its_zero_back():
    record, _ = read_row(Asset, {"name": "A", "asset_type": "lero", "phone": 1632960001.0}, 2)
    assert record.phone == "01632960001"


def test_confidential_kinds_fail_closed():
    refuge, _ = read_row(Asset, {"name": "R", "asset_type": "Domestic abuse refuge"}, 2)
    house, _ = read_row(Asset, {"name": "H", "asset_type": "recovery_housing", "location_precision": " "}, 2)
    assert (refuge.location_precision, house.location_precision) == ("hidden", "local_authority")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://x.org/a", "//x.org", "not a page"])
def test_only_web_addresses_are_websites(url):
    record, problems = read_row(Asset, {"name": "A", "asset_type": "lero", "website": url}, 2)
    assert record is None
    assert problems[0].column == "website"


def test_a_web_address_without_its_scheme_is_mended():
    record, _ = read_row(Asset, {"name": "A", "asset_type": "lero", "website": "www.example.org/x"}, 2)
    assert record.website == "https://www.example.org/x"


def test_half_a_place_and_a_lero_type_for_another_type_are_refused():
    _, half = read_row(Asset, {"name": "A", "asset_type": "lero", "latitude": "54.5"}, 2)
    _, odd = read_row(Asset, {"name": "A", "asset_type": "treatment", "lero_type": "unconfirmed"}, 2)
    assert (half[0].column, odd[0].column) == ("latitude", "lero_type")


def test_required_numbers_and_choices():
    _, problems = read_row(Round, {"round": "R1", "design": "independent"}, 2)
    assert {p.column for p in problems} >= {"seed", "sources", "targets"}
    assert read_row(Attempt, {"round": "R1", "source": "a", "contact": "No answer"}, 2)[0].contact == "no_answer"
