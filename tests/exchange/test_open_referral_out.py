"""Open Referral UK out: what the standard asks for, what the audience may see, a folder that is whole or not there."""

import json
import os
import stat
import uuid

import pytest

import rosc_map
from hsds_uk_required import DEFINED, problems
from rosc_map.errors import FileProblem, NotPublished
from rosc_map.exchange import write_open_referral
from rosc_map.exchange.open_referral_documents import page_document, page_documents, service_document
from rosc_map.records import Audience

WHOLE = {
    "id": "3f2b8c1e-5a0d-4d5e-9c55-0765432189ab",
    "name": "Example Wool Café",
    "other_names": "The Wool Café",
    "organisation": "Example Wool Trust",
    "organisation_number": "GB-CHC-7654321",
    "description": "Tea and wool on two mornings.",
    "asset_type": "lero",
    "rss_types": "peer_based; community_centre",
    "led_by": "lived_experience",
    "lero_type": "constituted_group",
    "commissions_others": "no",
    "address": "9 Example Lane, Leatherhead",
    "postcode": "KT22 7TW",
    "areas_served": "Mole Valley; Woking",
    "attendance": "in_person; online",
    "website": "https://wool.example.org",
    "email": "wool@example.org",
    "phone": "01632 960111",
    "sessions": "Mon 19:00-20:30; 1st Tue 18:00-19:00; last Fri 10:00-24:00; alternate Sat 09:00-10:00",
    "access": "drop_in",
    "languages": "Polish; Urdu",
    "cost": "free",
    "accessibility": "step_free",
    "listing": "agreed",
    "verified_on": "2026-03-01",
    "external_ids": "cqc:1-5",
    "notes": "Ring Jane.",
}
PLACE = {"address": WHOLE["address"], "postcode": WHOLE["postcode"]}
HOME = {"name": "Example House", "asset_type": "recovery_housing", "listing": "agreed", **PLACE}


@pytest.fixture
def surrey(tmp_path, write_csv):
    """Make a partnership of the rows given, in Surrey."""

    def make(*rows):
        made = rosc_map.new(tmp_path / "s.gpkg", ["Surrey"], title="Example Surrey")
        made.import_(write_csv(rows))
        return made

    return make


def document(published):
    (row,) = published.assets.to_dict("records")
    return service_document(row)


def test_an_asset_is_a_service_with_its_organisation_and_place(surrey):
    found = document(surrey(WHOLE).publish())
    assert (found["id"], found["status"], found["assured_date"]) == (WHOLE["id"], "active", "2026-03-01")
    assert (found["url"], found["email"], found["fees"]) == ("https://wool.example.org", "wool@example.org", "Free")
    organisation = found["organization"]
    assert (organisation["name"], organisation["id"]) == ("Example Wool Trust", found["organization_id"])
    identifier = organisation["organization_identifiers"][0]
    assert (identifier["identifier_scheme"], identifier["identifier"]) == ("GB-CHC", "7654321")
    (location,) = [link["location"] for link in found["service_at_locations"]]
    (address,) = location["addresses"]
    assert (address["address_1"], address["city"], address["state_province"], address["postal_code"]) == (
        "9 Example Lane", "Leatherhead", "Surrey", "KT22 7TW",
    )  # fmt: skip
    assert location["longitude"] == pytest.approx(-0.3371, abs=0.0005)
    assert [contact["phones"][0]["number"] for contact in found["contacts"]] == ["01632 960111"]
    assert [language["name"] for language in found["languages"]] == ["Polish", "Urdu"]
    assert {area["uri"][-9:]: area["name"] for area in found["service_areas"]} == {
        "E07000210": "Mole Valley", "E07000217": "Woking",
    }  # fmt: skip
    assert "Jane" not in json.dumps(found)


def test_times_are_said_as_in_a_calendar(surrey):
    schedules = document(surrey(WHOLE).publish())["schedules"]
    told = [
        tuple(found.get(key) for key in ("freq", "interval", "byday", "opens_at", "closes_at")) for found in schedules
    ]
    assert told == [
        ("WEEKLY", 1, "MO", "19:00", "20:30"),
        ("MONTHLY", None, "1TU", "18:00", "19:00"),
        ("MONTHLY", None, "-1FR", "10:00", "24:00"),
        ("WEEKLY", 2, "SA", "09:00", "10:00"),
    ]


@pytest.mark.parametrize(("audience", "ids"), [("public", set()), ("partners", {"cqc:1-5"})])
def test_what_the_standard_has_no_room_for_goes_along_as_far_as_the_audience_may_see_it(surrey, audience, ids):
    terms = [link["taxonomy_term"] for link in document(surrey(WHOLE).publish(audience))["attributes"]]
    told = {}
    for term in terms:
        told.setdefault(term["taxonomy"].removeprefix("rosc-map:"), set()).add(term["term"])
    assert told["rss_types"] == {"peer_based", "community_centre"}
    assert (told["asset_type"], told["commissions_others"], told["status"]) == ({"lero"}, {"no"}, {"active"})
    assert told.get("external_ids", set()) == ids
    assert ("other_names" in told) == bool(ids)
    assert not {"notes", "listing", "recorded_by"} & set(told)
    assert {term["name"] for term in terms} >= {"Drop in", "Lived experience recovery organisation (LERO)"}


@pytest.mark.parametrize(
    ("more", "postcode", "city"),
    [({"location_precision": "postcode_district"}, "KT22", "Mole Valley"), ({}, "", "Mole Valley")],
)
def test_a_place_is_as_fine_as_it_is_published_and_the_middle_of_a_district_is_none(surrey, more, postcode, city):
    made = surrey(HOME | more)
    found = document(made.publish())
    (location,) = [link["location"] for link in found["service_at_locations"]]
    (address,) = location["addresses"]
    assert (address["postal_code"], address["city"], address["address_1"]) == (postcode, city, "")
    assert not {"latitude", "longitude"} & set(location)
    assert "Example Lane" not in json.dumps(found)
    inside = document(made.publish("internal"))["service_at_locations"][0]["location"]
    assert (inside["addresses"][0]["postal_code"], "latitude" in inside) == ("KT22 7TW", True)


def test_what_is_online_only_has_no_address_and_what_serves_an_area_only_no_place(surrey):
    base = {"asset_type": "mutual_aid", "listing": "agreed", "areas_served": "Surrey"}
    made = surrey({**base, "name": "Example Online", "attendance": "online"}, {**base, "name": "Example Round"})
    online, about = (service_document(row) for row in made.publish().assets.to_dict("records"))
    assert [link["location"]["location_type"] for link in online["service_at_locations"]] == ["virtual"]
    assert "service_at_locations" not in about
    assert [area["name"] for area in about["service_areas"]] == ["Surrey"]
    assert not [*problems(online), *problems(about)]


def test_not_confirmed_is_said_and_no_status_of_its_own(surrey):
    found = document(surrey({**WHOLE, "status": "not_confirmed"}).publish())
    assert (found["status"], found["alert"]) == ("active", "Nobody has checked lately that this is running.")


def test_ids_stay_the_same_and_an_organisation_has_one(surrey):
    made = surrey(WHOLE, {**WHOLE, "id": "typed by hand", "name": "Example Garden", "external_ids": ""})
    first, second = ([service_document(row) for row in made.publish().assets.to_dict("records")] for _ in "ab")
    assert first == second
    assert uuid.UUID(first[1]["id"])
    assert first[0]["organization"] == first[1]["organization"]


@pytest.mark.parametrize("audience", list(Audience))
def test_every_document_has_what_the_standard_asks_for(made_up, tmp_path, audience):
    written = write_open_referral(made_up.publish(audience), tmp_path / "out")
    services = [json.loads(path.read_text("utf-8")) for path in written if len(path.stem) == 36]
    assert len(services) == len(made_up.publish(audience).assets)
    found = [problem for service in services for problem in problems(service)]
    assert not found
    pages = [json.loads(path.read_text("utf-8")) for path in written if path.stem.startswith("page-")]
    assert [row["id"] for page in pages for row in page["contents"]] == [service["id"] for service in services]
    assert not [problem for page in pages for problem in problems(page, "page")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("id", "no-uuid"),
        ("status", "open"),
        ("url", "javascript:alert(1)"),
        ("url", "https://wool.example.org/a b"),
        ("email", "wool"),
        ("assured_date", "1 March 2026"),
        ("organization", {"id": str(uuid.uuid4()), "name": "x"}),
        ("schedules", [{"id": str(uuid.uuid4()), "freq": "DAILY"}]),
        ("attributes", [{"id": str(uuid.uuid4()), "taxonomy_term": {"id": str(uuid.uuid4()), "name": "x"}}]),
        ("minimum", "1"),
    ],
)
def test_the_check_finds_what_is_wrong(surrey, path, value):
    whole = document(surrey(WHOLE).publish())
    assert not list(problems(whole))
    assert list(problems(whole | {path: value}))


def test_the_check_knows_what_is_required_everywhere(surrey):
    whole = document(surrey(WHOLE).publish())
    for name in DEFINED["service"]["required"]:
        assert list(problems({field: value for field, value in whole.items() if field != name}))
    page = page_document([whole], 1)
    assert not list(problems(page, "page"))
    for name in page:
        assert list(problems({field: value for field, value in page.items() if field != name}, "page")), name
        assert list(problems(page | {name: "1"}, "page")), name


@pytest.mark.parametrize(("services", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_pages_of_a_hundred(services, pages):
    rows = [
        {"id": str(number), "schedules": [], "organization": {"id": "", "name": "", "description": ""}}
        for number in range(services)
    ]
    found = list(page_documents(rows))
    assert [page["page_number"] for page in found] == list(range(1, pages + 1))
    assert [row["id"] for page in found for row in page["contents"]] == [row["id"] for row in rows]
    assert {(page["total_items"], page["total_pages"]) for page in found} == {(services, pages)}
    assert [page["last_page"] for page in found] == [False] * (pages - 1) + [True]
    assert (found[0]["first_page"], found[0]["empty"]) == (True, services == 0)
    assert page_document(rows, pages + 1)["contents"] == []


def test_the_folder_says_what_it_is_and_is_replaced_as_a_whole(surrey, tmp_path, write_csv):
    made = surrey(WHOLE | {"licence": "ODbL-1.0", "external_ids": "osm:node/1"})
    folder = tmp_path / "out"
    written = write_open_referral(made.publish(), folder)
    assert {path.relative_to(folder).as_posix() for path in written} == {
        "index.json", "README.txt", "services/index.json", "services/page-1.json", f"services/{WHOLE['id']}.json",
    }  # fmt: skip
    root = json.loads((folder / "index.json").read_text("utf-8"))
    assert (root["version"], root["audience"]) == ("HSDS-UK-3.0", "public")
    read_me = (folder / "README.txt").read_text("utf-8")
    for words in ("Example Surrey", "For: public.", "© OpenStreetMap contributors", "?page=", "application/json"):
        assert words in read_me, words
    made.import_(write_csv([{"id": WHOLE["id"], "name": "Example", "asset_type": "lero", "licence": "unknown"}]))
    write_open_referral(made.publish(), folder)
    assert [path.name for path in sorted((folder / "services").iterdir())] == ["index.json", "page-1.json"]
    assert sorted(path.name for path in tmp_path.glob("*out*")) == ["out"]


@pytest.mark.parametrize("name", ["mine.txt", "services/mine.txt"])
def test_a_folder_that_holds_anything_else_is_not_touched(surrey, tmp_path, name):
    published = surrey(WHOLE).publish()
    folder = tmp_path / "out"
    write_open_referral(published, folder)
    (folder / name).write_text("mine")
    with pytest.raises(FileProblem, match="has other files in it"):
        write_open_referral(published, folder)
    (folder / "index.json").unlink()
    with pytest.raises(FileProblem, match="has other files in it"):
        write_open_referral(published, folder)
    assert (folder / name).read_text() == "mine"


def test_what_cannot_be_written_leaves_the_old_folder(surrey, tmp_path):
    published = surrey(WHOLE).publish()
    with pytest.raises(FileProblem, match="cannot be written"):
        write_open_referral(published, tmp_path / "none" / "out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileProblem, match="is no folder"):
        write_open_referral(published, tmp_path / "file")
    with pytest.raises(NotPublished):
        write_open_referral(published.assets, tmp_path / "out")
    (tmp_path / "out").mkdir()
    assert write_open_referral(published, tmp_path / "out")


def test_an_internal_folder_is_for_its_owner_and_no_web_server(surrey, tmp_path):
    made = surrey(WHOLE)
    for audience, mode in (("internal", 0o700), ("public", 0o755)):
        mask = os.umask(0o022)
        written = write_open_referral(made.publish(audience), tmp_path / audience)
        os.umask(mask)
        folders = {path.parent for path in written}
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {mode}
        assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {mode & 0o666}
        told = (tmp_path / audience / "README.txt").read_text("utf-8")
        assert ("do not put it on a public web server" in told) == (audience == "internal")
