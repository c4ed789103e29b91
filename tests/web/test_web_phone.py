"""What a phone sends that it kept without signal, as its script sends it to a real server."""

import gzip
import re
import shutil
import threading
import uuid
from contextlib import closing

import pytest
from serving import Visitor, served

from rosc_map.web.record_pages import PAGES

HERE = {"page": ["what", "hidden", "where"], "asset_type": "mutual_aid", "location_precision": "exact"}
_PACKS = ("gzip", "identity")
TIME = {"day-1": "Mon", "from-1": "19:00", "to-1": "20:30"}


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough, where everybody was told the rule."""
    target = tmp_path_factory.mktemp("sent") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target, told=True) as running:
        yield running


@pytest.fixture
def send(site):
    """Send an entry as volunteer 7, or as somebody else; give what came of it."""

    def send_(entry, who="V7", **values):
        me = site[who]
        csrf = me.get("/record/phone").json()["csrf"]
        came = me.send("/record/phone", {"csrf": csrf, "entry": entry, **values}, allow_redirects=False)
        assert came.status_code == 200, came.text
        return came.json()

    return send_


@pytest.fixture
def held(site):
    """What is recorded, by name."""

    def held_():
        with closing(site.open()) as partnership:
            rows = partnership.snapshot().assets.to_dict("records")
        assert len({row["name"] for row in rows}) == len(rows)
        return {row["name"]: row for row in rows}

    return held_


def new():
    return str(uuid.uuid4())


def draft_of(site, entry, who="V7"):
    found = site.people.draft(who, entry)
    return found and found.values["answers"]


def begun(me):
    """Begin an entry on a page of the app; return its id."""
    return re.search(r'action="/record/([0-9a-f-]{36})/', me.get("/record/new").text)[1]


def test_the_key_is_for_who_records_alone(site):
    mine, others = (site[who].get("/record/phone").json() for who in ("V7", "V8"))
    assert mine["who"] == "V7"
    assert mine["key"] == site.people.phone_key("V7") != others["key"]
    assert site["commissioner 2"].get("/record/phone").status_code == 403
    with closing(Visitor(site.url)) as stranger:
        came = stranger.get("/record/phone", allow_redirects=False)
        assert (came.status_code, came.headers["Location"]) == (303, "/sign-in?next=%2Frecord%2Fphone")
        assert came.headers["Cache-Control"] == "no-store"


def test_the_key_is_given_to_a_script_and_not_to_the_address_bar(site):
    assert site["V7"].get("/record/phone", headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    shown = site["V7"].get("/record/phone", headers={"Sec-Fetch-Mode": "navigate"})
    assert shown.status_code == 404
    assert site.people.phone_key("V7") not in shown.text


def test_the_page_that_phones_keep_comes_over_the_line_once(site):
    me = site["V7"]
    marks = {packs: me.get("/record/offline", headers={"Accept-Encoding": packs}).headers["ETag"] for packs in _PACKS}
    assert marks["gzip"] != marks["identity"]
    again = me.get("/record/offline", headers={"Accept-Encoding": "gzip", "If-None-Match": marks["gzip"]})
    assert (again.status_code, again.content) == (304, b"")
    other = me.get("/record/offline", headers={"Accept-Encoding": "identity", "If-None-Match": marks["gzip"]})
    assert other.status_code == 200


def test_the_page_that_phones_keep_is_the_same_for_everybody(site):
    with closing(Visitor(site.url)) as stranger:
        found = [
            each.get("/record/offline", headers={"Accept-Encoding": "identity"}) for each in (stranger, site["V7"])
        ]
        with stranger.session.get(f"{site.url}/record/offline", stream=True, timeout=30) as answer:
            packed = answer.raw.read()
    assert found[0].content == found[1].content == gzip.decompress(packed)
    assert len(packed) < 12_000
    assert "V7" not in found[1].text
    assert "csrf" not in found[1].text
    assert "Set-Cookie" not in found[1].headers
    # All that is asked of a volunteer, and nothing else.
    asked = set(re.findall(r'name="(\w+)"', found[0].text)) - {"viewport"}
    assert asked == {name for page in PAGES[:-1] for name in page.fields} - {"sessions"}


def test_the_worker_keeps_nothing_but_our_own_files_and_that_page(site):
    came = site["V7"].get("/service-worker.js")
    assert came.headers["Cache-Control"] == "no-cache"
    assert came.headers["Content-Type"].startswith("text/javascript")
    files = re.search(r'"files": (\[.*?\])', came.text)[1]
    assert all(path.startswith('"/static/') for path in files.strip("[]").split(", "))
    assert "V7" not in came.text


def test_an_entry_is_saved_once_however_often_it_is_sent(send, held, site):
    entry = new()
    values = {**HERE, **TIME, "page": [*HERE["page"], "times"], "name": "Larkspur Group", "postcode": "ts1 2pa"}
    first = send(entry, **values)
    assert (first["state"], first["path"]) == ("saved", f"/record/{entry}/done")
    assert send(entry, **values) == first
    row = held()["Larkspur Group"]
    assert (row["id"], row["postcode"], row["recorded_by"]) == (entry, "TS1 2PA", "V7")
    assert row["sessions"] == "Mon 19:00-20:30"
    assert draft_of(site, entry) is None


def test_sent_by_two_tabs_at_once_it_is_saved_once(send, held):
    entry, states = new(), []
    values = {**HERE, "name": "Two Tabs", "postcode": "TS1 2AE"}
    threads = [threading.Thread(target=lambda: states.append(send(entry, **values)["state"])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["saved"] * 4
    assert held()["Two Tabs"]["id"] == entry


def test_another_s_id_takes_nothing_from_them(send, held):
    entry = new()
    assert send(entry, **HERE, name="Of V7", postcode="TS1 2AE")["state"] == "saved"
    assert send(entry, "V8", **HERE, name="Of V8", postcode="TS1 2PA")["state"] == "saved"
    found = held()
    assert (found["Of V7"]["recorded_by"], found["Of V8"]["recorded_by"]) == ("V7", "V8")
    assert found["Of V7"]["id"] == entry != found["Of V8"]["id"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"page": ["what"], "name": "Half Done", "asset_type": "lero"}, "nobody said whether it stays hidden"),
        ({**HERE, "name": "", "postcode": "TS1 2PA"}, "it has no name"),
        ({**HERE, "name": "No Such Place", "postcode": "ZZ1 1ZZ"}, "there is no such postcode"),
    ],
)
def test_what_cannot_be_saved_yet_is_a_draft_to_look_at(send, site, held, values, why):
    entry = new()
    came = send(entry, **values)
    assert (came["state"], came["path"]) == ("look", f"/record/{entry}/check"), why
    assert draft_of(site, entry).get("name", "") == values["name"]
    assert values["name"] not in held()
    assert send(entry, **values) == came  # the first answer may have been lost
    assert site["V7"].get(came["path"]).status_code == 200


def test_what_had_to_be_looked_at_is_told_once_it_was(send, site):
    saved, stays, gone = new(), new(), new()
    for entry in (stays, gone):
        assert send(entry, page="what", name=f"Half {entry}")["state"] == "look"
    assert send(saved, **HERE, name="Looked At", postcode="TS1 2AE")["state"] == "saved"
    site["V7"].post(f"/record/{gone}/delete")
    asked = {"look": [saved, stays, gone, "no id"]}
    told = {who: site[who].get("/record/phone", params=asked).json()["looked"] for who in ("V7", "V8")}
    assert told["V7"] == {saved: "saved", stays: "look", gone: "gone", "no id": "gone"}
    assert set(told["V8"].values()) == {"gone"}


def test_what_may_be_there_already_is_asked_about(send, site, held):
    assert send(new(), **HERE, name="Harbour Choir", postcode="TS1 2AE")["state"] == "saved"
    entry = new()
    assert send(entry, **HERE, name="The Harbour Choir", postcode="TS1 2AE")["state"] == "look"
    assert site["V7"].get(f"/record/{entry}/check").url.endswith("/same?back=check")
    assert "The Harbour Choir" not in held()


def test_of_a_hidden_place_nothing_but_its_county_is_taken(send, held, site):
    entry = new()
    sent = {**HERE, "location_precision": "hidden", "name": "Start Again", "postcode": "TS1 2PA", "address": "1 Road"}
    assert send(entry, **sent, areas_served="E06000002")["state"] == "saved"
    row = held()["Start Again"]
    assert (row["postcode"], row["address"], row["areas_served"]) == ("", "", ("E06000002",))
    again = send(entry, **{**sent, "name": "Another Name"}, areas_served="E06000002")
    # Nobody is told whether it is what is recorded: a volunteer is not shown a hidden place.
    assert again["state"] == "saved"
    assert "tell your coordinator" in again["said"]
    assert again["rows"] == []
    assert "Another Name" not in held()


def test_what_is_not_kept_of_a_hidden_place_is_said(send, held):
    told = "Not kept, because it tells where it is: What it does."
    sent = {"page": ["what", "about", "where"], "asset_type": "domestic_abuse_refuge", "areas_served": "E06000002"}
    sent["description"] = "Safe house at 12 North Street, TS1 2PA."
    came = send(new(), **sent, name="Brave Steps")
    assert (came["state"], came["said"]) == ("saved", told)
    assert held()["Brave Steps"]["description"] == ""
    assert send(new(), **{**sent, "description": "Ring first."}, name="Onward")["said"] == ""
    unnamed = send(new(), **sent, name="")
    assert (unnamed["state"], unnamed["said"]) == ("look", told)


def test_a_draft_that_was_changed_elsewhere_is_not_written_over_unasked(send, site, held):
    me, entry = site["V7"], begun(site["V7"])
    base = me.form(f"/record/{entry}/")["base"][0]
    elsewhere = {"then": "stop", "asset_type": "lero", "name": "From Elsewhere"}
    me.post(f"/record/{entry}/what", elsewhere, page=f"/record/{entry}/what")
    sent = {**HERE, "base": base, "name": "From the Phone", "postcode": "TS1 2PA"}
    came = send(entry, **sent)
    assert came["state"] == "conflict"
    assert ["Name", "From Elsewhere", "From the Phone"] in came["rows"]
    assert draft_of(site, entry) == {"name": "From Elsewhere", "asset_type": "lero"}
    # What is only added to it is no conflict.
    assert send(entry, base=base, page="notes", notes="Ring after 10.")["state"] == "look"
    assert send(entry, **sent)["state"] == "conflict"
    assert send(entry, **{**sent, "base": send(entry, **sent)["base"]})["state"] == "saved"
    assert held()["From the Phone"]["notes"] == "Ring after 10."


def test_what_was_saved_before_is_changed_only_when_its_owner_chose(send, held):
    entry = new()
    sent = {**HERE, "name": "Saved Before", "postcode": "TS1 2PA", "phone": "01632 960001"}
    sent["page"] = [*HERE["page"], "reaching"]
    assert send(entry, **sent)["state"] == "saved"
    other = {**sent, "phone": "01632 960002"}
    came = send(entry, **other)
    assert came["state"] == "conflict"
    assert [row[1:] for row in came["rows"]] == [["01632 960001", "01632 960002"]]
    assert held()["Saved Before"]["phone"] == "01632 960001"
    assert send(entry, **other, base="version 0")["state"] == "conflict"
    assert send(entry, **other, base=came["base"])["state"] == "saved"
    assert held()["Saved Before"]["phone"] == "01632 960002"
    assert send(entry, **other)["state"] == "saved"


def test_a_choice_that_cannot_be_saved_is_told(send, held):
    entry = new()
    sent = {**HERE, "page": [*HERE["page"], "reaching"], "name": "Odd Number", "postcode": "TS1 2PA"}
    assert send(entry, **sent)["state"] == "saved"
    came = send(entry, **sent, phone="not a number")
    assert came["state"] == "conflict"
    wrong = send(entry, **sent, phone="not a number", base=came["base"])
    assert wrong["state"] == "wrong"
    assert "not a number" in wrong["said"]
    assert held()["Odd Number"]["phone"] == ""


def test_what_was_deleted_elsewhere_comes_back_only_when_asked(send, site):
    me, entry = site["V7"], begun(site["V7"])
    me.post(f"/record/{entry}/what", {"then": "stop", "name": "Gone Soon", "asset_type": "lero"})
    me.get(f"/record/{entry}/about")
    base = me.form(f"/record/{entry}/")["base"][0]
    me.post(f"/record/{entry}/delete")
    assert send(entry, base=base, page="about", description="A choir.")["state"] == "gone"
    assert draft_of(site, entry) is None


def test_a_time_that_is_not_whole_stays_on_the_phone(send, site):
    entry = new()
    came = send(entry, **{"page": "times", "day-1": "Mon", "from-1": "19:00"})
    assert came["state"] == "wrong"
    assert "This time is not whole" in came["said"]
    assert draft_of(site, entry) is None


def test_more_unfinished_entries_than_are_kept_stay_on_the_phone(send, site):
    for number in range(50):
        site.people.keep_draft("V8", f"d{number}", {"answers": {}, "not_these": []}, "what")
    came = send(new(), "V8", page="what", name="One More")
    assert came["state"] == "wrong"
    assert "50 unfinished entries" in came["said"]
    for number in range(50):
        site.people.drop_draft("V8", f"d{number}")


def test_nobody_s_form_and_no_made_up_id_is_taken(site):
    me = site["V7"]
    assert me.send("/record/phone", {"entry": new(), "page": "what"}).status_code == 403
    csrf = me.get("/record/phone").json()["csrf"]
    for entry in ("", "../x", new().upper()):
        assert me.send("/record/phone", {"csrf": csrf, "entry": entry}).status_code == 404
