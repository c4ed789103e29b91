"""Open Referral UK, read: each dialect, what is taken and what is not, and files that are not what they should be."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from open_referral_samples import DAY, OUTPOST, PLACECUBE, V3, key, page_v1, page_v3, read, values

from often import at_least
from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.outside.lists import Opened, OutsideList, ReadOptions
from rosc_map.exchange.outside.open_referral import OpenReferral
from rosc_map.exchange.outside.opening import open_file
from rosc_map.exchange.outside.relevance import judge
from rosc_map.place import normalise, resolve_area
from rosc_map.records import Asset

ROOT = {"version": "HSDS-UK-3.0", "profile": "https://example.org", "openapi_url": "https://example.org"}


def test_version_1_as_placecube_has_it():
    found = read(page_v1(PLACECUBE))
    (row,) = found.rows
    assert row.values == {
        "name": "Example Recovery Café",
        "description": "A café for people in recovery.\nOpen to all.",
        "organisation": "Example Trust",
        "external_ids": (f"oruk:{key(1)}",),
        "verified_on": DAY.replace(2024, 5, 6),
        "source_date": "2024-06-07",
        "website": "https://www.example.org/cafe",
        "email": "hello@example.org",
        "phone": "01632 960001",
        "latitude": 54.5742,
        "longitude": -1.235,
        "postcode": "TS1 2PA",
        "address": "Example Hall, 1 High Street, Middlesbrough",
        "areas_served": ("E06000002",),
        "sessions": "Mon 10:00-12:30; Thu 10:00-12:30",
        "attendance": ("in_person",),
        "access": ("self_referral",),
        "referral_route": "Ring and ask for the duty worker.",
        "for_whom": ("women",),
        "cost": "free",
        "accessibility": ("step_free",),
        "languages": ("Polish",),
        "status": "active",
    }
    assert [(note.row, note.column, note.value) for note in found.notes] == [(1, "areas_served", "Ward 7")]
    assert row.words[:2] == (row.values["name"], row.values["description"])
    assert row.words[2:] == ("Example Trust", "Peer group", "Drug and alcohol")
    assert judge(row.words).take
    assert (found.general, found.whole, found.licence) == (True, False, "unknown")


def test_version_1_as_outpost_has_it():
    (row,) = read(page_v1(OUTPOST), source="Bucks FIS").rows
    assert row.values == {
        "name": "Example Drop-in",
        "description": "Help with alcohol.",
        "external_ids": ("oruk-bucks-fis:17",),
        "source_date": "2026-01-02",
        "website": "https://example.org",
        "phone": "01632 960002",
        "latitude": 51.8,
        "longitude": -0.8,
        "postcode": "HP20 1UY",
        "address": "1 Secret Street, Aylesbury",
        "sessions": "Mon 09:00-17:00",
        "for_whom": ("learning_disabilities",),
        "cost": "free",
        "accessibility": ("hearing_loop",),
    }


def test_version_3():
    found = read(page_v3(V3))
    (row,) = found.rows
    assert row.values == {
        "name": "Example Meeting",
        "description": "Peer support.",
        "organisation": "Example Charity",
        "organisation_number": "GB-CHC-1234567",
        "external_ids": (f"oruk:{key(20)}",),
        "verified_on": DAY.replace(month=2),
        "source_date": "2026-02-03",
        "website": "https://example.org/meeting",
        "email": "office@example.org",
        "postcode": "LS1 3DL",
        "address": "2 Low Road, Leeds LS1 3DL, Leeds",
        "areas_served": ("E08000035",),
        "sessions": "1st Mon 18:00-24:00; last Fri 18:00-24:00; alternate Tue 19:00-20:00",
        "attendance": ("in_person", "online"),
        "cost": "donation",
        "status": "paused",
    }
    assert {note.why for note in found.notes} == {
        "is a second number.",
        "is not in the UK.",
        "is one of several: the list has another place.",
    }


@pytest.mark.parametrize("service", [PLACECUBE, OUTPOST, V3], ids=["placecube", "outpost", "v3"])
def test_rows_pass_as_they_are_and_name_nobody(service):
    found = read(page_v1(service), source="x")
    (asset,) = (Asset(asset_type="community", **row.values) for row in found.rows)
    assert asset.postcode == normalise(asset.postcode)
    assert asset.areas_served == tuple(resolve_area(area).code for area in asset.areas_served)
    said = repr(found)
    assert "Jane" not in said
    assert "jane" not in said


def test_a_masked_address_keeps_no_street_and_no_point():
    place = OUTPOST["locations"][0] | {"mask_exact_address": True}
    found = read(page_v1(OUTPOST | {"locations": [place]}), source="bucks")
    (row,) = found.rows
    assert row.values["location_precision"] == "local_authority"
    assert row.values["address"] == "Aylesbury"
    assert "latitude" not in row.values
    assert "Secret" not in repr(found)


def test_what_is_closed_is_left_out_with_the_reason():
    found = read(page_v1(PLACECUBE, PLACECUBE | {"id": key(2), "status": "Defunct"}))
    assert len(found.rows) == 1
    assert [(row.number, row.name, row.why) for row in found.left_out] == [
        (2, "Example Recovery Café", "has closed, as the list says.")
    ]
    # Somebody may know better, so nothing of it is lost.
    closed, kept = found.left_out[0].row, found.rows[0]
    assert closed.values == {**kept.values, "external_ids": found.left_out[0].ids, "status": "closed"}
    assert found.left_out[0].ids != kept.values["external_ids"]


def test_a_service_in_full_goes_before_its_row_whatever_their_order():
    short = {"id": key(1), "name": "Short", "organization": {"name": "Trust"}, "fees": "Free"}
    full = {"id": key(1), "name": "Full", "organization": {"name": "Trust"}, "description": "All of it."}
    for documents in ((page_v3(short), full), (full, page_v3(short)), (full, [short]), (full, {"services": [short]})):
        (row,) = read(*documents, ROOT).rows
        assert (row.values["name"], row.values["description"], row.values["cost"]) == ("Full", "All of it.", "free")


def test_services_in_full_without_a_list_are_not_the_whole_list():
    found = read(PLACECUBE, V3)
    assert [row.values["name"] for row in found.rows] == ["Example Recovery Café", "Example Meeting"]
    assert not found.whole


def test_an_id_that_is_there_twice_counts_once():
    found = read(page_v3(V3, V3 | {"name": "Again"}), V3, V3 | {"name": "And again"})
    assert [row.values["name"] for row in found.rows] == ["Example Meeting"]
    assert [row.why for row in found.left_out] == ["is listed twice: the first counts."] * 2


def test_a_page_that_was_saved_twice_counts_once():
    found = read(page_v3(V3), page_v3(V3), source="x")
    assert (len(found.rows), found.left_out, found.whole) == (1, (), True)


def test_pages_that_are_missing_are_told_and_the_list_is_not_whole():
    found = read(page_v3(V3, total_items=5_889))
    assert not found.whole
    (note,) = [note for note in found.notes if note.row == 0]
    assert (note.value, note.why) == ("1 services", "are in these pages, of 5,889 that the list says it has.")


def test_pages_of_other_things_are_passed_over_and_said():
    taxonomy = page_v1({"id": key(3), "name": "Health", "vocabulary": "x"})
    found = read(taxonomy, page_v1(PLACECUBE))
    assert len(found.rows) == 1
    assert [note.why for note in found.notes if note.row == 0] == ["hold no services, and were passed over."]


@pytest.mark.parametrize(
    "documents",
    [
        (),
        ([],),
        (ROOT,),
        (page_v1(),),
        (page_v3(), ROOT),
        ([None, 3],),
        ("text",),
        (None,),
        ({"error": "upstream timed out"},),
        (page_v1(PLACECUBE), {"status": 500, "message": "upstream timed out"}),
        (page_v1(PLACECUBE), {"content": None}),
    ],
)
def test_a_failure_never_looks_like_an_empty_list(documents):
    with pytest.raises(InputError, match=r"not a single service|neither a page of services nor a service"):
        read(*documents)


def test_plain_numbers_need_to_say_whose_list_it_is():
    with pytest.raises(InputError, match="Say whose list it is with --source"):
        read(page_v1(OUTPOST))
    assert read(page_v1(OUTPOST), host="api.example.org:8443").scheme == "oruk-api.example.org-8443"
    assert read(page_v1(OUTPOST), host="api.example.org", source="bucks").scheme == "oruk-bucks"


def test_a_list_is_whole_only_where_it_is_known_whose_it_is():
    for where, scheme in (({}, "oruk"), ({"source": "Bristol"}, "oruk-bristol"), ({"host": "x.org"}, "oruk-x.org")):
        found = read(page_v1(PLACECUBE), **where)
        assert (found.scheme, found.whole) == (scheme, bool(where))
        assert found.rows[0].values["external_ids"] == (f"{scheme}:{key(1)}",)


@pytest.mark.parametrize("given", [None, "", {}, [1], True, "a|b", "two words", "x" * 200])
def test_a_service_without_a_usable_id_is_taken_and_said(given):
    found = read(page_v3(V3, PLACECUBE, OUTPOST | {"id": given}))
    assert "external_ids" not in found.rows[2].values
    assert any(note.column == "external_ids" and note.row == 3 for note in found.notes)


@pytest.mark.parametrize("name", [None, "", " ", "<p></p>", {}, True, "\x00"])
def test_a_service_without_a_name_is_left_out(name):
    found = read(page_v3(V3, {"id": key(2), "name": name, "status": "active"}, "junk"))
    assert [(row.number, row.why) for row in found.left_out] == [(2, "has no name."), (3, "is no service.")]


def own(*pairs):
    return [{"taxonomy_term": {"taxonomy": f"rosc-map:{field}", "term": term}} for field, term in pairs]


def test_our_own_attributes_win_over_what_is_guessed():
    attributes = own(
        ("asset_type", "lero"),
        ("lero_type", "constituted_group"),
        ("rss_types", "peer_based"),
        ("rss_types", "employment"),
        ("commissions_others", "no"),
        ("attendance", "hybrid"),
        ("cost", "unknown"),
        ("other_names", "The Café"),
        ("external_ids", "cqc:1-23"),
        # Of this list's own ids a row has one.
        ("external_ids", f"ORUK:{key(99)}"),
        ("source_date", "2024-2025"),
        ("status", "not_confirmed"),
        ("licence", "OGL-UK-3.0"),
        # What no list may set is passed over.
        ("listing", "agreed"),
        ("notes", "x"),
        ("recorded_by", "Volunteer 7"),
    )
    found = read(page_v3(V3 | {"attributes": attributes}))
    (row,) = found.rows
    taken = {name: row.values[name] for name in ("asset_type", "lero_type", "rss_types", "commissions_others", "cost")}
    assert taken == {
        "asset_type": "lero",
        "lero_type": "constituted_group",
        "rss_types": ("peer_based", "employment"),
        "commissions_others": False,
        "cost": "unknown",
    }
    assert row.values["attendance"] == ("hybrid",)
    assert row.values["other_names"] == ("The Café",)
    assert row.values["external_ids"] == (f"oruk:{key(20)}", "cqc:1-23")
    assert (row.values["source_date"], row.values["status"]) == ("2024-2025", "not_confirmed")
    assert not {"listing", "notes", "recorded_by", "licence"} & set(row.values)
    assert (found.general, found.licence) == (False, "OGL-UK-3.0")


def test_one_row_that_is_not_ours_makes_a_directory_of_it():
    ours = V3 | {"attributes": own(("asset_type", "community"), ("licence", "CC0-1.0"))}
    found = read(page_v3(ours, PLACECUBE))
    assert (found.general, found.licence) == (True, "unknown")


@pytest.mark.parametrize(
    ("kind", "said", "kept", "noted"),
    [
        ("community", "exact", None, False),
        ("community", "postcode_district", "postcode_district", False),
        ("recovery_housing", "exact", None, True),
        ("recovery_housing", "postcode_district", None, True),
        ("recovery_housing", "local_authority", None, False),
        # A type is guessed later: it may be recovery housing.
        ("", "exact", None, True),
        ("", "postcode_district", None, True),
        ("", "local_authority", "local_authority", False),
    ],
)
def test_a_list_never_shows_more_of_a_place_than_is_usual(kind, said, kept, noted):
    found, notes = values(attributes=own(("location_precision", said), *([("asset_type", kind)] if kind else [])))
    assert found.get("location_precision") == kept
    assert ("shows more of a place than a list may say." in notes) is noted


@pytest.mark.parametrize("said", ["Permission of Example Trust, 2026-03-01", "own", "All rights reserved"])
def test_a_list_cannot_say_that_somebody_allowed_it(said):
    found = read(page_v3(V3 | {"attributes": own(("asset_type", "community"), ("licence", said))}))
    assert found.licence == "unknown"
    assert "licence" not in found.rows[0].values


def test_mobile_numbers_of_persons_stay_behind():
    def contact(name, number):
        return {"name": name, "phones": [{"number": number}]}

    mobile, office = "+44 (0)7700 900123", "07700 900124"
    for name in ("Jane Person", "Jane Person (Manager)", "J. A. Person"):
        found, notes = values(contacts=[contact(name, mobile), contact("Duty worker", office)])
        assert found["phone"] == office
        assert notes == ["is the mobile number of a person."]
        assert "900123" not in repr(read(page_v3(V3 | {"contacts": [contact(name, mobile)]})))
    assert values(contacts=[contact("Jane Person", "01632 960003")])[0]["phone"] == "01632 960003"
    for name in ("", "Main office", "Enquiries", "The Group"):
        assert values(contacts=[contact(name, office)])[0]["phone"] == office


def test_lines_with_passwords_are_left_out_and_still_tell_what_it_is():
    found = read(page_v3(V3 | {"description": "Peer support.<br>Help with alcohol: zoom passcode Rosebud"}))
    assert found.rows[0].values["description"] == "Peer support."
    assert judge(found.rows[0].words).take
    assert "Rosebud" not in repr((found.rows[0].values, found.notes))


def test_confidential_places_of_our_own_lists_are_left_out():
    hidden = V3 | {"attributes": own(("asset_type", "community"), ("location_precision", "hidden"))}
    refuge = PLACECUBE | {"attributes": own(("asset_type", "domestic_abuse_refuge"))}
    found = read(page_v3(hidden, refuge))
    assert found.rows == ()
    assert {row.why for row in found.left_out} == {"is a confidential place: record it by hand."}


def test_a_lero_type_without_a_lero_is_noted():
    found, notes = values(attributes=own(("asset_type", "community"), ("lero_type", "informal_group")))
    assert "lero_type" not in found
    assert "is for LEROs only." in notes


@pytest.mark.parametrize(
    ("said", "cost"),
    [
        ({"fees": "Free of charge"}, "free"),
        ({"fees": "£0.00"}, "free"),
        ({"fees": "Free for members, otherwise £2.50"}, "charge"),
        ({"fees": "50p"}, "charge"),
        ({"fees": "A small donation is welcome"}, "donation"),
        ({"fees": "Sessions are cost-free."}, "free"),
        ({"fees": "Feel free to ask about prices"}, None),
        ({"fees": "Free parking, sugar-free drinks and free tea"}, None),
        ({"fees": "Your first session is free"}, None),
        ({"fees": "Free parking. The group is free."}, "free"),
        ({"cost_options": [{"amount": 0, "option": "All"}]}, "free"),
        ({"cost_options": [{"amount": "0.00"}, {"amount": 3}]}, "charge"),
        ({"free": True}, "free"),
        ({"free": False}, "charge"),
        ({"fees": ["x"], "free": [1], "cost_options": "x"}, None),
    ],
)
def test_cost(said, cost):
    assert values(**said)[0].get("cost") == cost


def test_words_that_are_none_of_ours_are_noted_not_guessed():
    place = {"location_type": "physical", "accessibility": [{"description": "Sorry, no wheelchair access"}]}
    found, notes = values(
        attending_type="By pigeon",
        fees="Ask us",
        status="sleeping",
        service_at_locations=[{"location": place}],
        assured_date="2027-01-01",
        email="ask the desk",
    )
    assert set(found) == {"name", "organisation", "external_ids"}
    assert notes.count("is no word of ours.") == 3
    assert {"does not say whether it is free.", "is still to come.", "is not an e-mail address."} <= set(notes)


def test_half_a_postcode_stays_in_the_address():
    place = {
        "location_type": "physical",
        "addresses": [{"address_1": "", "city": "Middlesbrough", "postal_code": "TS1"}],
    }
    found, _ = values(service_at_locations=[{"location": place}])
    assert found["address"] == "Middlesbrough, TS1"
    assert "postcode" not in found


def test_a_second_number_is_noted_and_a_list_of_ours_is_never_parted():
    found, notes = values(
        contacts=[{"phones": [{"number": "call us"}, {"number": "01632 960001"}, {"number": "01632 960002 ext 3"}]}],
        languages=[{"name": "Polish; Urdu | x"}],
        organization={"name": "GROUP", "phones": [{"number": "01632 960001"}]},
    )
    assert found["phone"] == "01632 960001"
    assert found["languages"] == ("Polish Urdu x",)
    assert "organisation" not in found
    assert notes == ["is not a telephone number.", "is another number."]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["TS1 2PA", "<b>"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted({*PLACECUBE, *OUTPOST, *V3, "attributes", "phones", "location", "free", "organisation"})


@at_least(60)
@given(st.lists(JSON, max_size=4))
def test_junk_has_a_plain_outcome(documents):
    with contextlib.suppress(InputError, FileProblem):
        assert isinstance(read(*documents, source="x"), OutsideList)


@at_least(60)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6), st.sampled_from([PLACECUBE, OUTPOST, V3]))
def test_any_part_of_a_service_may_be_junk(junk, service):
    found = read(page_v1(service | junk | {"name": "Group"}), source="x")
    assert len(found.rows) + len(found.left_out) == 1
    for row in found.rows:
        Asset(asset_type="community", **row.values)


def test_it_is_known_by_its_shape(tmp_path):
    reader = OpenReferral()
    assert all(
        reader.knows(Opened("x", documents=(page,))) for page in (page_v1(OUTPOST), page_v3(V3), [V3], PLACECUBE)
    )
    others = (
        [{"name": "Meeting", "slug": "m", "day": 1}],
        {"meta": {}, "data": [{"id": 1, "name": "x", "organisation": {}}]},
        {"type": "FeatureCollection", "features": []},
        {"elements": [{"type": "node", "id": 1}]},
        ROOT,
        [],
        3,
    )
    assert not any(reader.knows(Opened("x", documents=(page,))) for page in others)
    assert not reader.knows(Opened("x", lines=((1, ["name"]),)))


def test_a_folder_of_saved_pages_with_a_mark_and_cp1252(tmp_path):
    (tmp_path / "page-1.json").write_bytes('{"content": [{"id": "7", "name": "Café", "status": ""}]}'.encode("cp1252"))
    (tmp_path / "page-2.json").write_bytes(
        '{"content": [{"id": 8, "name": "Café 2", "status": null}]}'.encode("utf-8-sig")
    )
    found = OpenReferral().read(open_file(tmp_path), ReadOptions(DAY, source="x"))
    assert [row.values["name"] for row in found.rows] == ["Café", "Café 2"]
