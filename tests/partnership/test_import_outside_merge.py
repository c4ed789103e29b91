"""What a list may change of what is recorded: never what people here decided, and nothing of a hidden place."""

import datetime as dt

import pytest
from outside_lists import HERE, INSIDE, a_list, whys

from partnerships import TODAY
from rosc_map.exchange.outside import LeftOut, OutsideRow

OPEN = {"licence": "OGL-UK-3.0"}
OWN = {**HERE, "sources": "service_provider", "listing": "agreed"}


def only(area):
    (asset,) = area.snapshot().assets.to_dict("records")
    return asset


def test_the_same_list_twice_changes_nothing(empty):
    found = a_list(
        {**HERE, "areas_served": ("Middlesbrough",), "sessions": "Fri 19:00-20:00"}, {**HERE, "name": "Other"}
    )
    empty.take_list(found)
    again = empty.take_list(found)
    assert (again.added, again.changes, again.left, again.warnings) == ([], [], [1, 2], [])


def test_what_came_from_a_list_follows_it_but_for_what_was_decided_here(empty):
    empty.take_list(a_list({**HERE, "phone": "01632 960001"}, **OPEN))
    decided = {"name": "Our name", "asset_type": "lero", "rss_types": "peer_based", "led_by": "lived_experience"}
    decided |= {"listing": "agreed", "notes": "Ring first", "location_precision": "local_authority"}
    empty.edit(only(empty)["id"], decided)
    row = {
        **HERE,
        "name": "Their name",
        "phone": "01632 960002",
        "led_by": "learned_experience",
        "rss_types": ("employment",),
    }
    result = empty.take_list(a_list({**row, "location_precision": "exact", "source_date": "2026-05-01"}, **OPEN))
    asset = only(empty)
    assert {change.field for change in result.changes} == {"phone", "source_date"}
    assert asset["phone"] == "01632 960002"
    assert {name: asset[name] for name in decided} == {**decided, "rss_types": ("peer_based",)}


def test_a_list_that_forgot_its_licence_does_not_take_it_back(empty):
    empty.take_list(a_list(HERE, **OPEN))
    empty.take_list(a_list({**HERE, "phone": "01632 960002"}))
    assert (only(empty)["licence"], only(empty)["phone"]) == ("OGL-UK-3.0", "01632 960002")


@pytest.mark.parametrize(
    ("about", "kept"),
    [
        ({}, True),
        ({"source_date": "2026-02-01"}, True),
        ({"source_date": "2026-04-01T10:00:00"}, False),
        ({"verified_on": dt.date(2026, 4, 1), "source_date": "2026-02-01"}, False),
    ],
)
def test_what_was_checked_here_after_the_list_is_kept_with_a_note(empty, about, kept):
    empty.take_list(a_list({**HERE, "phone": "01632 960001"}, **OPEN))
    empty.edit(only(empty)["id"], {"verified_on": "2026-03-01"})
    result = empty.take_list(a_list({**HERE, "phone": "01632 960002", **about}, **OPEN))
    assert (only(empty)["phone"] == "01632 960001") is kept
    assert only(empty)["verified_on"] == dt.date(2026, 3, 1)
    assert any("was checked here on 2026-03-01" in note.why for note in result.warnings) is kept


def test_a_record_of_our_own_gets_only_what_is_empty_and_keeps_its_words(empty, write_csv):
    empty.import_(write_csv([{**OWN, "listing": "not_asked", "phone": "01632 960009", "description": ""}]))
    row = {**HERE, "phone": "01632 960001", "description": "Theirs", "address": "9 Other Street"}
    for _ in range(2):  # the id that it gets at first does not make it the list's own
        empty.take_list(a_list(row, licence="CC0-1.0"))
    asset = only(empty)
    assert (asset["phone"], asset["description"], asset["licence"]) == ("01632 960009", "Theirs", "")
    assert (asset["sources"], asset["external_ids"]) == (("service_provider", "import"), ("example:1",))
    assert (asset["address"], asset["source_date"]) == ("", "")


@pytest.mark.parametrize("licence", ["unknown", "CC-BY-NC-4.0", "ODbL-1.0", "OGL-UK-3.0"])
def test_a_record_of_our_own_takes_no_words_that_would_bind_it(empty, write_csv, licence):
    """With words of unknown licence it would vanish from all that is public; and who asks to be named would not be."""
    empty.import_(write_csv([{**OWN, "listing": "not_asked"}]))
    result = empty.take_list(a_list({**HERE, "phone": "01632 960001"}, licence=licence))
    asset = only(empty)
    assert (asset["phone"], asset["licence"], asset["external_ids"]) == ("", "", ("example:1",))
    assert any("also says: phone." in note.why for note in result.warnings)


@pytest.mark.parametrize("listing", ["agreed", "restricted"])
def test_who_agreed_to_a_record_agreed_to_it_as_it_is(empty, write_csv, listing):
    shows = {"listing_shows": "name"} if listing == "restricted" else {}
    empty.import_(write_csv([{**OWN, "listing": listing, **shows}]))
    row = {**HERE, "phone": "01632 960001", "website": "https://www.example.org"}
    result = empty.take_list(a_list(row, licence="CC0-1.0"))
    asset = only(empty)
    assert (asset["phone"], asset["website"], asset["external_ids"]) == ("", "", ("example:1",))
    assert any("also says: website, phone." in note.why for note in result.warnings)


def test_words_of_two_licences_are_not_mixed_in_one_record(empty):
    empty.take_list(a_list(HERE, **OPEN))
    other = a_list({**HERE, "phone": "01632 960001", "external_ids": ("other:1",)}, scheme="other", licence="CC-BY-4.0")
    empty.take_list(other)
    asset = only(empty)
    assert (asset["phone"], asset["licence"]) == ("", "OGL-UK-3.0")
    assert asset["external_ids"] == ("example:1", "other:1")
    # What it was first taken from still leads.
    empty.take_list(a_list({**HERE, "phone": "01632 960002"}, **OPEN))
    assert only(empty)["phone"] == "01632 960002"


def test_a_new_id_of_the_same_list_takes_the_place_of_the_old_one(empty, write_csv, tmp_path):
    """Only a person can say so: by the id here, in the review."""
    empty.import_(write_csv([{**OWN, "id": "a", "external_ids": "cqc:1; example:old"}]))
    empty.take_list(a_list({**HERE, "external_ids": ("osm:7", "example:new")}, **OPEN), review=tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").replace(f'"{TODAY}",""', f'"{TODAY}","a"')
    (tmp_path / "back.csv").write_text(text, encoding="utf-8")
    assert not empty.import_(tmp_path / "back.csv").added
    assert only(empty)["external_ids"] == ("cqc:1", "example:new")


def test_a_list_cannot_say_which_record_here_it_means(empty):
    empty.take_list(a_list(HERE, **OPEN))
    row = {"name": "Other", "asset_type": "community", "postcode": "TS1 1AA", "external_ids": ("evil:1",)}
    empty.take_list(a_list({**row, "id": only(empty)["id"]}, scheme="evil"))
    assert set(empty.snapshot().assets["name"]) == {HERE["name"], "Other"}


def test_ids_of_other_lists_in_a_row_are_claims(empty, write_csv):
    theirs = {**HERE, "name": "Example Clinic", "external_ids": "cqc:1", "sources": "import", "licence": "OGL-UK-3.0"}
    empty.import_(write_csv([theirs]))
    claim = {**HERE, "name": "Evil", "postcode": "TS1 1AA", "website": "https://evil.example.com"}
    row = {**claim, "external_ids": ("cqc:1", "evil:1")}
    assert empty.take_list(a_list(row, scheme="evil", licence="CC0-1.0")).added == [1]
    assets = empty.snapshot().assets.set_index("name")
    assert assets.loc["Example Clinic", "website"] == ""
    assert assets.loc["Evil", "external_ids"] == ("evil:1", "cqc:1")
    # The real list finds its own, in spite of the claim; and a claim alone is not put first.
    found = a_list(
        {**HERE, "name": "Example Clinic", "phone": "01632 960001", "external_ids": ("cqc:1",)}, scheme="cqc"
    )
    assert empty.take_list(found).changed == [1]
    assert empty.snapshot().assets.set_index("name")["phone"].to_dict() == {
        "Example Clinic": "01632 960001",
        "Evil": "",
    }
    empty.take_list(a_list({**claim, "name": "Bare", "external_ids": ("cqc:9",)}, scheme="evil"))
    assert empty.snapshot().assets.set_index("name").loc["Bare", "external_ids"] == ()


def test_a_claim_does_not_keep_the_real_list_out(empty):
    claim = {**HERE, "name": "Evil", "postcode": "TS1 1AA", "external_ids": ("evil:1", "cqc:1")}
    empty.take_list(a_list(claim, scheme="evil"))
    real = a_list({**HERE, "name": "Example Clinic", "external_ids": ("cqc:1",)}, scheme="cqc")
    assert empty.take_list(real).added == [1]
    again = empty.take_list(real)
    assert (again.added, again.left, again.left_out) == ([], [1], [])
    assert empty.take_list(a_list({**HERE, "name": "Z", "external_ids": ("cqc:7",)}, scheme="cqc")).gone == [
        ("Example Clinic", "is no longer in the list")
    ]


@pytest.mark.parametrize("place", [{"postcode": "TS1 1AA"}, {"postcode": "", "areas_served": ("Middlesbrough",)}])
def test_a_number_with_another_name_and_place_is_left_out(empty, place):
    empty.take_list(a_list({**HERE, "website": "https://good.example.org"}, **OPEN))
    row = {**HERE, "name": "Totally different thing", "website": "https://evil.example.com", **place}
    result = empty.take_list(a_list(row, **OPEN))
    assert f"is that of '{HERE['name']}' here, but name and place are others" in whys(result)[1]
    assert (only(empty)["website"], result.added) == ("https://good.example.org", [])
    moved = empty.take_list(a_list({**HERE, "postcode": "TS1 1AA"}, **OPEN))
    assert (moved.left_out, only(empty)["postcode"]) == ([], "TS1 1AA")


@pytest.mark.parametrize("said", ["Permission of nobody in particular", "All rights reserved", "own"])
def test_a_list_cannot_give_itself_leave(empty, said):
    result = empty.take_list(a_list({**HERE, "licence": said}, licence=said))
    assert only(empty)["licence"] == "unknown"
    assert any("is no open licence that is known" in note.why for note in result.warnings)


def test_a_licence_is_loosened_by_a_person_alone(empty):
    empty.take_list(a_list(HERE))
    result = empty.take_list(a_list({**HERE, "phone": "01632 960001"}, **OPEN))
    assert (only(empty)["licence"], only(empty)["phone"]) == ("unknown", "01632 960001")
    assert any("has the licence OGL-UK-3.0, as their list says now" in note.why for note in result.warnings)
    empty.take_list(a_list(HERE), licence="OGL-UK-3.0")
    assert only(empty)["licence"] == "OGL-UK-3.0"
    empty.take_list(a_list(HERE, licence="ODbL-1.0"))  # a stricter one is followed
    assert only(empty)["licence"] == "ODbL-1.0"


def test_what_a_person_changed_stays_whatever_the_dates(empty):
    row = {**HERE, "phone": "01632 960001", "website": "https://www.example.org", "source_date": "2026-01-01"}
    empty.take_list(a_list(row, **OPEN))
    empty.edit(only(empty)["id"], {"phone": "01632 960009", "website": ""})
    newer = {**row, "phone": "01632 960002", "email": "hello@example.org", "source_date": "2026-11-01"}
    result = empty.take_list(a_list(newer, **OPEN))
    asset = only(empty)
    assert (asset["phone"], asset["website"], asset["email"]) == ("01632 960009", "", "hello@example.org")
    (note,) = [note.why for note in result.warnings]
    assert note == "was changed here: ours was kept (website, phone)."
    # Taken back, it is as if it had never been.
    empty.undo()
    empty.undo()
    empty.take_list(a_list(newer, **OPEN))
    assert only(empty)["phone"] == "01632 960002"


def test_half_of_a_place_from_here_and_half_from_a_list_is_no_place(empty):
    empty.take_list(a_list({**HERE, "address": "1 High Street"}, **OPEN))
    empty.edit(only(empty)["id"], {"postcode": "TS1 1AA"})
    empty.take_list(a_list({**HERE, "address": "2 High Street", "phone": "01632 960001"}, **OPEN))
    asset = only(empty)
    assert (asset["address"], asset["postcode"], asset["phone"]) == ("1 High Street", "TS1 1AA", "01632 960001")


def test_a_check_that_the_list_itself_tells_of_is_none_of_ours(empty):
    empty.take_list(a_list({**HERE, "verified_on": dt.date(2026, 5, 1)}, **OPEN))
    empty.take_list(a_list({**HERE, "phone": "01632 960001"}, **OPEN))
    assert only(empty)["phone"] == "01632 960001"


def test_a_list_shows_no_place_more_finely_than_its_type(empty):
    row = {**HERE, "name": "Example House", "asset_type": "recovery_housing", "location_precision": "exact"}
    result = empty.take_list(a_list(row), listing="agreed")
    assert only(empty)["location_precision"] == "local_authority"
    assert any("a list cannot say more" in note.why for note in result.warnings)


@pytest.mark.parametrize("name", ["Jasmine House", "Jasmin House", "Jasmine House Project"])
def test_a_hidden_place_does_not_come_back_under_another_number_or_name(empty, name):
    empty.take_list(a_list({**HERE, "name": "Jasmine House"}, **OPEN))
    empty.edit(only(empty)["id"], {"location_precision": "hidden", "address": "", "postcode": ""})
    for ids in ("example:9", "other:1"):
        row = {**HERE, "name": name, "postcode": "TS1 1AA", "external_ids": (ids,)}
        result = empty.take_list(a_list(row, scheme=ids.partition(":")[0], **OPEN))
        assert (result.added, result.warnings) == ([], [])
        assert "Jasmin" not in whys(result)[1]


def test_two_entries_of_a_list_that_were_made_one_here_stay_one(empty):
    rows = ({**HERE, "name": "Monday Group"}, {**HERE, "name": "Friday Group"})
    empty.take_list(a_list(*rows, **OPEN))
    empty.merge(*empty.snapshot().assets["id"])
    again = empty.take_list(a_list(*rows, **OPEN))
    assert (again.added, len(empty.snapshot().assets)) == ([], 1)
    assert {"example:1", "example:2"} <= set(only(empty)["external_ids"])


def test_a_list_never_closes_or_opens_what_is_recorded(empty):
    empty.take_list(a_list(HERE))
    result = empty.take_list(a_list({**HERE, "status": "paused"}))
    assert only(empty)["status"] == "active"
    assert any("as their list says" in note.why for note in result.warnings)


def test_reports_of_closing_outlive_a_list(empty, write_csv):
    empty.take_list(a_list(HERE))
    identifier = only(empty)["id"]
    empty.edit(identifier, {"status": "closed"})
    empty.take_list(a_list({**HERE, "status": "active", "phone": "01632 960001"}))
    assert only(empty)["status"] == "not_confirmed"
    second = {**HERE, "id": identifier, "status": "closed", "recorded_by": "Volunteer 8"}
    empty.import_(write_csv([{**second, "recorded_by": "Volunteer 7"}]))
    empty.import_(write_csv([second]))
    assert only(empty)["status"] == "closed"


@pytest.mark.parametrize("name", ["Rose House", "Rose House Refuge", "The Rose House"])
def test_nothing_of_a_list_comes_to_a_hidden_place_or_beside_it(empty, write_csv, name):
    hidden = {"name": "Rose House", "asset_type": "domestic_abuse_refuge", "areas_served": "Middlesbrough"}
    empty.import_(write_csv([hidden]))
    before = only(empty)
    row = {"name": name, "asset_type": "community", "postcode": INSIDE, "address": "1 Secret Street"}
    result = empty.take_list(a_list({**row, "words": (name,)}))
    after = only(empty)
    assert {key: after[key] for key in ("external_ids", "address", "sources")} == {
        key: before[key] for key in ("external_ids", "address", "sources")
    }
    ((number, left),) = ((row.number, row) for row in result.left_out)
    assert number == 1
    assert "Rose" not in left.why
    assert "Secret" not in str(result.warnings)


def test_who_asked_not_to_be_listed_stays_away(empty, write_csv):
    empty.import_(write_csv([{**HERE, "listing": "declined"}]))
    result = empty.take_list(a_list({**HERE, "phone": "01632 960001"}, {**HERE, "external_ids": ("example:9",)}))
    assert (result.added, only(empty)["phone"], only(empty)["external_ids"]) == ([], "", ())


def test_two_entries_of_one_list_stay_two_on_every_import(empty, write_csv):
    empty.import_(write_csv([OWN]))
    found = a_list(HERE, HERE, **OPEN)
    assert empty.take_list(found).added == [2]
    assert empty.take_list(found).added == []
    assert len(empty.snapshot().assets) == 2


def test_two_rows_without_ids_for_one_asset_are_one(empty):
    plain = {**HERE, "external_ids": ()}
    result = empty.take_list(a_list({**plain, "phone": "01632 960001"}, {**plain, "phone": "01632 960002"}))
    assert whys(result) == {2: "was taken for the same asset as row 1"}
    assert only(empty)["phone"] == "01632 960001"


def test_what_is_no_longer_in_a_whole_list_is_said_and_never_closed(empty):
    names = ("Stays", "Elsewhere now", "Goes", "Left out")
    rows = [{**HERE, "name": name} for name in names]
    empty.take_list(a_list(*rows))
    empty.take_list(a_list({**HERE, "name": "Of another list", "external_ids": ("other:9",)}, scheme="other"))
    rows[1]["postcode"] = "LS1 1UR"  # in the list, though it is left out now
    closed = OutsideRow(4, {**rows[3], "external_ids": ("example:4",), "status": "closed"})
    gone = LeftOut(4, "Left out", "has closed", closed)
    # Of the same name as one that goes, and no word on it.
    shorter = a_list(
        *rows[:2], left_out=(gone, LeftOut(9, "Goes", "is listed twice"), LeftOut(10, "Left out", "twice"))
    )
    result = empty.take_list(shorter)
    assert dict(result.gone) == {"Goes": "is no longer in the list", "Left out": "has closed"}
    assert set(empty.snapshot().assets["status"]) == {"active"}
    assert empty.take_list(a_list(*rows[:1], whole=False)).gone == []


def test_what_is_settled_is_not_asked_about_again(empty):
    empty.take_list(a_list(*({**HERE, "name": name} for name in ("Stays", "Closed", "Declined", "Hidden"))))
    ids = empty.snapshot().assets.set_index("name")["id"]
    empty.edit(ids["Declined"], {"listing": "declined"})
    empty.edit(ids["Hidden"], {"location_precision": "hidden", "address": "", "postcode": ""})
    empty.edit(ids["Closed"], {"status": "closed"})
    gone = dict(empty.take_list(a_list({**HERE, "name": "Stays"})).gone)
    assert set(gone) == {"Closed"}  # one report does not close it, so it is not settled yet


def test_days_are_those_of_the_partnership(empty):
    empty.take_list(a_list(HERE))
    assert only(empty)["recorded_on"] == TODAY
