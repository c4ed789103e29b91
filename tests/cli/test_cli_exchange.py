"""Importing lists of others on the command line: what is said, what is written, and what is asked."""

import csv
import json
import stat

import pytest

import rosc_map
from loopback import Loopback, Reply
from partnership.list_samples import SAMPLES
from rosc_map.exchange.outside.readers import FORMATS, reader_of

CQC = (
    ("CQC care directory",),
    (),
    ("Name", "Address", "Postcode", "Phone number", "Service types", "Provider name", "CQC Location ID"),
    ("Example House", "1 High Street", "TS1 2PA", "01632 960001", "Community services - Substance abuse", "P", "1-1"),
    ("Example Leeds", "2 High Street", "LS1 1UR", "01632 960002", "Community services - Substance abuse", "P", "1-2"),
)
SERVICES = [
    ("a1", "Harbour Recovery Café", "People in recovery meet.", "TS1 2PA"),
    ("a2", "Stroke recovery group", "For people after a stroke.", "TS1 2PA"),
    ("a3", "Chess club", "We play chess.", "TS1 2PA"),
]


def service(identifier, name, description, postcode):
    address = {"id": "1", "address_1": "1 High Street", "city": "Middlesbrough", "postal_code": postcode}
    location = {"id": "l", "name": "", "physical_addresses": [address]}
    return {
        "id": f"3f2b8c1e-0000-4000-8000-0000000000{identifier}",
        "name": name,
        "description": description,
        "organization": {"id": "o", "name": "Example Trust"},
        "service_at_locations": [{"id": "s", "location": location}],
    }


def page():
    content = [service(*row) for row in SERVICES]
    return {
        "totalElements": 3,
        "totalPages": 1,
        "number": 1,
        "size": 50,
        "first": True,
        "last": True,
        "content": content,
    }


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "directory.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(CQC)
    return path


@pytest.mark.parametrize("code", FORMATS)
def test_each_format_has_its_reader(code):
    reader = reader_of(code)
    assert (reader.code, reader.title) == (code, FORMATS[code])


def test_a_register_is_known_by_itself_and_what_is_elsewhere_is_counted(run, empty, register):
    code, out, err = run("import", empty.path, register)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "1 added, 0 changed, 0 left as they were, 0 refused.",
        "1 row was left out. To see each: --review review.csv",
        "  1: is outside the area of this partnership",
    ]
    (asset,) = rosc_map.open(empty.path).snapshot().assets.to_dict("records")
    assert (asset["external_ids"], asset["licence"], asset["listing"]) == (("cqc:1-1",), "OGL-UK-3.0", "not_asked")


def test_what_is_about_a_whole_list_is_said_in_a_sentence(run, empty, tmp_path):
    notes = "Ask for Robin, 07700 900001"
    meetings = [{"name": "Example Group", "slug": "a", "day": 1, "time": "19:00", "notes": notes}]
    (tmp_path / "list.json").write_text(json.dumps(meetings), encoding="utf-8")
    code, out, err = run("import", empty.path, tmp_path / "list.json", "--source", "example")
    assert code == 0
    assert "The fellowship of these meetings is said nowhere" in out
    assert "1 line of notes may name a person" in out
    assert "1 row without a place or an area (in the list: 1)." in out
    assert "Row 0" not in out + err


def test_what_is_gone_from_a_register_is_said(run, empty, register):
    run("import", empty.path, register)
    register.write_text(register.read_text("utf-8").replace("Example House", "Other").replace("1-1", "1-9"), "utf-8")
    out = run("import", empty.path, register)[1]
    assert "to be checked (nothing was changed):\n  Example House: is no longer in the list" in out


def test_a_directory_is_sifted_written_for_review_and_imported(run, empty, tmp_path):
    feed, review = tmp_path / "feed.json", tmp_path / "review.csv"
    feed.write_text(json.dumps(page()), encoding="utf-8")
    code, out, _ = run("import", empty.path, feed, "--review", review)
    assert (code, out.splitlines()[0].startswith(f"Nothing was taken. Wrote {review}: 1 with yes, 2")) == (
        0,
        True,
    )
    assert "added" not in out
    assert stat.S_IMODE(review.stat().st_mode) == 0o600
    code, out, _ = run("import", empty.path, review)
    assert (code, out.splitlines()[0]) == (0, "1 added, 0 changed, 0 left as they were, 0 refused.")
    assert "2 rows were left out.\n" in out
    assert run("import", empty.path, feed)[1].startswith("0 added, 0 changed, 1 left as they were")


def test_a_live_feed_of_this_computer_is_asked_only_if_allowed(run, empty, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with Loopback(lambda _asked: Reply(page())) as server:
        words = ("import", empty.path, f"{server.url}/api", "--from", "oruk")
        code, _, err = run(*words)
        assert (code, server.asked) == (1, [])
        assert err
        code, out, _ = run(*words, "--allow-inside-network")
    assert code == 0
    assert "1 added" in out
    (asset,) = rosc_map.open(empty.path).snapshot().assets.to_dict("records")
    assert asset["name"] == "Harbour Recovery Café"
    assert not [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]


FORM = {"asset/name": "Example Choir", "asset/asset_type": "community", "asset/postcode": "TS1 2PA", "_id": 7}
FORM |= {"_uuid": "3f2b8c1e-0000-4000-8000-000000000007", "_submission_time": "2026-03-01T10:00:00"}
FORM |= {"_submitted_by": "jane"}
LIVE = {
    "meeting-guide": ("/feed.json", json.loads(SAMPLES["meeting-guide"][1]), "Example Hall"),
    "bmlt": ("/main", json.loads(SAMPLES["bmlt"][1])["meetings"], "Sunday Example"),
    "aliss": ("/v5/services", json.loads(SAMPLES["aliss"][1]), "Example alcohol service"),
    "osm": ("/api/interpreter", json.loads(SAMPLES["osm"][1]), "Example Community Centre"),
    "kobo": ("/api/v2/assets/aB3dEf9hIjK/", {"count": 1, "next": None, "results": [FORM]}, "Example Choir"),
}


@pytest.mark.parametrize("code", LIVE)
def test_each_live_format_is_fetched_and_taken(run, empty, monkeypatch, tmp_path, code):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", "a-token-of-letters")
    end, answer, name = LIVE[code]

    def reply(asked):
        # BMLT is asked for pages until one is empty, and for its formats.
        return Reply([] if code == "bmlt" and asked.params.get("page_num") != "1" else answer)

    with Loopback(reply) as server:
        done = run("import", empty.path, server.url + end, "--from", code, "--allow-inside-network", "--source", "x")
    if code == "kobo":
        assert (done[0], "--source" in done[2]) == (1, True)
        with Loopback(reply) as server:
            done = run("import", empty.path, server.url + end, "--from", code, "--allow-inside-network")
    assert done[0] == 0, done
    (asset,) = rosc_map.open(empty.path).snapshot().assets.to_dict("records")
    assert name in asset["name"]
    assert asset["local_authority_code"] == "E06000002"
    assert "jane" not in str(asset)


def test_a_map_file_gets_a_mapping_to_look_at_and_then_is_taken(run, empty, tmp_path):
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-1.235, 54.5742]},
        "properties": {"SITENAME": "Example Hall", "KIND": "Hall"},
    }
    source, mapping = tmp_path / "halls.geojson", tmp_path / "mapping.csv"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    words = ("import", empty.path, source, "--mapping", mapping)
    code, out, _ = run(*words)
    assert (code, "Look at it, and run the command again." in out) == (0, True)
    assert "does not say what kind of asset these are" in out
    mapping.write_text("column,value,field,becomes\nSITENAME,,name,\n,,asset_type,community\n", encoding="utf-8")
    code, out, _ = run(*words, "--source", "example")
    assert (code, out.splitlines()[0]) == (0, "1 added, 0 changed, 0 left as they were, 0 refused.")


def test_a_file_of_no_known_format_is_refused_in_words(run, empty, tmp_path):
    path = tmp_path / "what.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    code, _, err = run("import", empty.path, path)
    assert (code, "is of no format that is known. Say which it is: --from, one of oruk" in err) == (1, True)
