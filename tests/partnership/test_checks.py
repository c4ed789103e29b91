"""What a check finds, and what a list that is carried around must not hold."""

import datetime as dt
import sqlite3

import pytest

from rosc_map.exchange import read_table
from rosc_map.partnership.checks import KINDS, STALE_AFTER, check_assets, worklist
from rosc_map.records import Asset, match_headers

TODAY = dt.date(2026, 11, 22)
A = {
    "id": "a",
    "name": "Hope House",
    "asset_type": "community",
    "postcode": "TS1 2PA",
    "verified_on": "2026-11-01",
    "listing": "agreed",
}


@pytest.fixture
def found(empty, write_csv):
    """Return what imports rows, changes them as another program would, and gives the findings and the assets."""

    def find(*rows, **changes):
        empty.import_(write_csv([{**A, **row} for row in rows]))
        if changes:
            # Another program knows nothing of our rules.
            setters = ", ".join(f"{name} = ?" for name in changes)
            with sqlite3.connect(empty.path) as raw:
                raw.execute(f"UPDATE assets SET {setters} WHERE id = 'a'", tuple(changes.values()))
            raw.close()
        assets = empty.snapshot().assets
        return check_assets(assets, TODAY), assets

    return find


def _kinds(findings):
    return [(finding.kind, finding.field) for finding in findings]


def test_a_sound_asset_has_no_finding(found):
    findings, assets = found({})
    assert findings == []
    assert worklist(findings, assets).empty


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"verified_on": "2025-11-21"}, "Nobody has checked it since 21 November 2025."),
        ({"verified_on": "", "recorded_on": "2024-03-01"}, "Nobody has checked it since 1 March 2024."),
        ({"verified_on": ""}, "It has never been checked."),
    ],
)
def test_stale(found, row, words):
    (finding,) = found(row)[0]
    assert (finding.kind, finding.field, finding.what) == ("stale", "verified_on", words)


@pytest.mark.parametrize("row", [{"verified_on": str(TODAY - STALE_AFTER)}, {"verified_on": "", "recorded_on": TODAY}])
def test_not_yet_stale(found, row):
    assert found(row)[0] == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"latitude": 54.60, "longitude": -1.30}, "postcode", "km from the latitude and longitude"),
        ({"postcode": "LS1 4DY", "latitude": None, "longitude": None}, "local_authority_code", "It lies in Leeds"),
        ({"postcode": "TS1 9QQ"}, "postcode", "is not in the ONS Postcode Directory"),
        ({"postcode": "nonsense"}, "postcode", "does not look like a UK postcode"),
        ({"longitude": None}, "latitude", "only half of a place"),
    ],
)
def test_places_that_do_not_agree(found, changes, field, words):
    findings, _ = found({}, **changes)
    assert [finding for finding in findings if finding.kind == "place" and finding.field == field]
    said = " ".join(finding.what for finding in findings)
    assert words in said
    for typed in ("TS1 2PA", "LS1 4DY", "TS1 9QQ", "54.6"):
        assert typed not in said


@pytest.mark.parametrize(
    ("typed", "todo"),
    [("Barnsley", "Write E08000038 (Barnsley)."), ("Z99999999", "Write the names of the authorities")],
)
def test_a_dead_code_of_an_area(found, typed, todo):
    (finding,) = found({}, areas_served=f'["{typed}", "E06000002"]')[0]
    assert (finding.kind, finding.field) == ("area", "areas_served")
    assert typed in finding.what
    assert todo in finding.what_to_do


def test_an_old_code_is_read_as_the_one_of_today(found):
    assert found({}, areas_served='["E08000016"]')[0] == []


def test_a_whole_country_is_asked_about(found):
    (finding,) = found({"areas_served": "England"})[0]
    assert (finding.kind, finding.field) == ("area", "areas_served")


@pytest.mark.parametrize("precision", ["exact", "postcode_district", "", "Hidden"])
def test_recovery_housing_that_is_shown_too_finely(found, precision):
    findings, _ = found({"asset_type": "recovery_housing"}, location_precision=precision)
    assert ("confidential", "location_precision") in _kinds(findings)
    assert "Set location_precision to local_authority" in findings[0].what_to_do
    assert found({"id": "b", "asset_type": "recovery_housing", "name": "Other"})[0] == findings


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"postcode": "TS1 2PA"}, "postcode"),
        ({"address": "1 Quagga Street"}, "address"),
        ({"latitude": 54.5, "longitude": -1.2}, "latitude"),
        ({"local_authority_code": "E06000002"}, "local_authority_code"),
        ({"areas_served": '["E07000207"]'}, "areas_served"),
        ({"description": "It is at TS1 2PA"}, "description"),
    ],
)
def test_a_hidden_place_that_holds_something_finer(found, changes, field):
    findings, assets = found({"asset_type": "domestic_abuse_refuge", "phone": "01632 960001"}, **changes)
    (finding,) = findings
    assert (finding.kind, finding.field) == ("confidential", field)
    work = worklist(findings, assets)
    assert work["name"].tolist() == ["Hope House"]
    assert (work["phone"] + work["website"]).tolist() == [""]
    for typed in ("TS1 2PA", "Quagga", "54.5", "01632"):
        assert typed not in str(findings) + work.to_csv()


def test_a_hidden_place_that_is_sound(found):
    assert found({"asset_type": "domestic_abuse_refuge"})[0] == []


def test_a_name_that_tells_of_a_coarse_place_is_not_carried_around(found):
    findings, assets = found({"location_precision": "local_authority", "name": "House at TS1 2PA"})
    assert _kinds(findings) == [("confidential", "name")]
    assert worklist(findings, assets).empty


@pytest.mark.parametrize(
    "row",
    [
        {"phone": "07700 900123"},
        {"phone": "+44 7700 900123"},
        {"phone": "07624 900123"},
        {"email": "hopehouse@gmail.com"},
        {"email": "x@yahoo.co.uk"},
        {"email": "Jo.Bloggs@example.org"},
    ],
)
def test_contacts_that_may_be_a_persons_own(found, row):
    (finding,) = found(row)[0]
    assert (finding.kind, finding.field) == ("contact", next(iter(row)))
    assert finding.what_to_do.startswith("Is this the group's public")


@pytest.mark.parametrize(
    "row",
    [
        {"phone": "01632 960001"},
        {"phone": "07600 900123"},
        {"email": "hello@example.org"},
        {"email": "info.hope@example.org"},
        {"email": "x@mygmail.org"},
    ],
)
def test_contacts_of_a_group(found, row):
    assert found(row)[0] == []


@pytest.mark.parametrize("text", ["<b>bold</b>", "a<br/>b", "Tea &amp; toast", '<img src=x onerror="x">', "<!-- x -->"])
def test_code_of_a_web_page(found, text):
    (finding,) = found({"description": text})[0]
    assert (finding.kind, finding.field) == ("html", "description")
    assert text not in finding.what


@pytest.mark.parametrize("text", ["We <3 tea & toast", "under < 18 and > 5", "Mail <hello@example.org>", "R&D; more"])
def test_no_code_of_a_web_page(found, text):
    assert found({"description": text})[0] == []


def test_a_word_that_is_in_no_codelist(found):
    findings, assets = found({}, asset_type="comunity", cost="cheap", phone="ring us", postcode="nonsense")
    assert {("value", "asset_type"), ("value", "cost"), ("value", "phone"), ("place", "postcode")} <= set(
        _kinds(findings)
    )
    (finding,) = [finding for finding in findings if finding.field == "asset_type"]
    assert "'comunity' is not one of the choices" in finding.what
    assert "Did you mean Community asset?" in finding.what_to_do
    # It could not be read back.
    assert worklist(findings, assets).empty


def test_no_place_and_no_lero_type(found):
    findings, _ = found({"postcode": "", "asset_type": "lero"})
    assert _kinds(findings) == [("lero_type", "lero_type"), ("no_place", "postcode")]


def test_of_a_hidden_asset_without_a_place_no_postcode_is_asked(found):
    findings, _ = found({"postcode": "", "location_precision": "hidden"})
    assert [(finding.field, finding.what_to_do) for finding in findings] == [("areas_served", "Write areas_served.")]


def test_possible_duplicates_are_found_on_the_later_of_the_two(found):
    (finding,) = found({}, {"id": "b", "name": "Hope House Cafe"})[0]
    assert (finding.kind, finding.asset_id) == ("duplicate", "b")
    assert finding.what == "It may be the same as 'Hope House' (a): similar names and same postcode."


def test_that_a_coarse_place_is_beside_a_known_one_is_not_said(found):
    findings, _ = found({}, {"id": "b", "name": "Hope House Cafe", "location_precision": "local_authority"})
    assert [finding.what for finding in findings] == ["It may be the same as 'Hope House' (a)."]


def test_declined_and_closed_assets_are_left_in_peace(found):
    stale = {"verified_on": "2020-01-01", "phone": "07700 900123"}
    rows = ({**stale, "listing": "declined"}, {**stale, "id": "b", "status": "closed", "name": "Other"})
    findings, assets = found(*rows)
    assert findings == []
    live, _ = found({**stale, "id": "c", "name": "Quagga"})
    assert worklist(live, assets.assign(listing="declined")).empty
    assert worklist(live, assets.assign(listing="Declined by telephone")).empty


def test_a_closed_refuge_with_a_place_is_still_said(found):
    findings, _ = found({"asset_type": "domestic_abuse_refuge", "status": "closed"}, postcode="TS1 2PA")
    assert _kinds(findings) == [("confidential", "postcode")]


def test_the_gravest_come_first(made_up):
    findings = check_assets(made_up.snapshot().assets, TODAY)
    ranks = [KINDS.index(finding.kind) for finding in findings]
    assert findings
    assert ranks == sorted(ranks)


def test_a_worklist_is_oldest_first_and_holds_no_place(found):
    rows = [
        {"verified_on": "2025-01-01", "phone": "07700 900123", "website": "https://example.org"},
        {"id": "b", "name": "Never", "verified_on": "", "address": "1 Quagga Street", "postcode": "TS1 1AA"},
        {"id": "c", "name": "Older", "verified_on": "2024-01-01", "postcode": "TS3 6AW"},
    ]
    findings, assets = found(*rows)
    work = worklist(findings, assets)
    assert list(work.columns) == [
        "id", "name", "asset_type", "what to check", "what to do", "phone", "website", "last checked",
        "verified_on", "status", "recorded_by", "what you found",
    ]  # fmt: skip
    assert list(zip(work["name"], work["last checked"], strict=True)) == [
        ("Never", "never"),
        ("Older", "2024-01-01"),
        ("Hope House", "2025-01-01"),
    ]
    last = work.iloc[-1]
    assert last["what to check"] == "The telephone number is a mobile. Nobody has checked it since 1 January 2025."
    assert (last["phone"], last["website"]) == ("07700 900123", "https://example.org")
    for typed in ("Quagga", "TS1", "TS3", "54."):
        assert typed not in work.to_csv()


def test_a_filled_in_worklist_is_imported_as_it_is(empty, found, tmp_path):
    findings, assets = found(
        {"verified_on": "2024-01-01", "description": "Words", "notes": "Old note"},
        {
            "id": "b",
            "name": "Refuge",
            "asset_type": "domestic_abuse_refuge",
            "verified_on": "",
            "phone": "01632 960001",
        },
    )
    work = worklist(findings, assets)
    matched, unknown = match_headers(Asset, work.columns)
    assert list(unknown) == ["what to check", "what to do", "last checked", "what you found"]
    assert set(matched.values()) >= {"id", "name", "verified_on", "status", "recorded_by"}
    path = tmp_path / "work.csv"
    work.to_csv(path, index=False)
    assert empty.import_(path).changes == []
    work.assign(verified_on="20/11/2026", status="paused").to_csv(path, index=False)
    assert read_table(path).masked == ()
    result = empty.import_(path)
    assert {(change.asset, change.field) for change in result.changes} == {
        (name, field) for name in ("Hope House", "Refuge") for field in ("verified_on", "status")
    }
    after = empty.snapshot().assets
    assert after["notes"].tolist() == ["Old note", ""]
    assert after["phone"].tolist() == ["", "01632 960001"]
    assert check_assets(after, TODAY) == []
