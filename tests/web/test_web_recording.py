"""Writing down an asset in the web app, as a browser without scripts sends it to a real server."""

import re
import shutil
import threading
import uuid
from contextlib import closing

import pytest
import requests
from serving import Visitor, said, served

import rosc_map
from rosc_map.records import Asset, Kind
from rosc_map.records.fields import field
from rosc_map.web import record_pages

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
CAFE = {"name": "Larkspur Recovery Café", "asset_type": "lero"}
SHOWN = {"hidden": {"location_precision": "exact"}, "where": {"postcode": "ts1 2pa", "address": "", "areas_served": ""}}


_ENTRY = re.compile(r'action="/record/([0-9a-f-]{36})/')


class Writer(Visitor):
    """Somebody who writes down assets, page by page."""

    def begin(self, **values):
        """Answer the first page of a new entry; return its id."""
        entry = _ENTRY.search(self.get("/record/new").text)[1]
        sent = {"then": "on", **values}
        assert self.post(f"/record/{entry}/what", sent, allow_redirects=False).status_code == 303
        return entry

    def answer(self, entry, slug, then="on", **values):
        """Answer one page; return what came back, without following it."""
        path = f"/record/{entry}/{slug}"
        return self.post(path, {"then": then, **values}, page=path, allow_redirects=False)

    def write(self, pages, **first):
        """Answer the first page and these; return the id of the entry."""
        entry = self.begin(**first)
        for slug, values in pages.items():
            came = self.answer(entry, slug, **values)
            assert came.status_code == 303, said(came)
        return entry

    def save(self, entry):
        """Save an entry."""
        return self.post(f"/record/{entry}/save", page="/record")


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough, where the rule was explained to volunteer 8."""
    target = tmp_path_factory.mktemp("recording") / "area.gpkg"
    shutil.copy(empty_file, target)
    with (
        served(target) as running,
        closing(Writer(running.url, running["V7"].token)) as one,
        closing(Writer(running.url, running["V8"].token)) as other,
    ):
        other.post("/record/rules", page="/record/rules")
        yield target, running.app, {"V7": one, "V8": other, "commissioner 2": running["commissioner 2"]}


@pytest.fixture
def v7(site):
    """Volunteer 7, who has read the rule."""
    volunteer = site[2]["V7"]
    if "Before you start" in volunteer.get("/record").text:
        volunteer.post("/record/rules", page="/record/rules")
    return volunteer


@pytest.fixture
def held(site):
    """What is recorded, by name."""
    return lambda: {row["name"]: row for row in rosc_map.open(site[0]).snapshot().assets.to_dict("records")}


def test_the_rule_is_shown_once_and_again_when_asked_for(site):
    volunteer = site[2]["V7"]
    first = volunteer.get("/record")
    assert "names of people" in said(first) and "no photos" in said(first) and "own recovery" in said(first)
    assert volunteer.get("/record/new").url.endswith("/record/rules")
    assert volunteer.post("/record/rules", page="/record/rules").url.endswith("/record")
    assert "Start a new one" in said(volunteer.get("/record"))
    assert "I have read this" not in said(volunteer.get("/record/rules"))


def test_nobody_records_without_signing_in_or_as_a_viewer(site):
    assert site[2]["commissioner 2"].get("/record").status_code == 403
    with requests.Session() as nobody:
        nobody.trust_env = False
        came = nobody.get(site[2]["V7"].url + "/record/new", timeout=30, allow_redirects=False)
    assert came.status_code == 303 and "/sign-in" in came.headers["location"]


def test_an_asset_is_written_down_page_by_page_and_saved(v7, held):
    entry = v7.begin(**CAFE)
    assert "LERO type" in said(v7.get(f"/record/{entry}/about"))
    assert "Community group" not in said(v7.get(f"/record/{entry}/about"))
    assert v7.answer(entry, "about", lero_type="constituted_group", rss_types=["peer_based", "education"])
    for slug, values in SHOWN.items():
        came = v7.answer(entry, slug, **values)
    assert came.headers["location"] == f"/record/{entry}/reaching"
    found = v7.get(f"/record/{entry}/reaching").text
    assert "TS1 2PA is in <strong>Middlesbrough</strong>" in found and "<svg" in found and "<circle" in found
    v7.answer(entry, "reaching", website="www.example.org", email="", phone="01632 960001")
    one = {"day-1": "Mon", "from-1": "19:00", "to-1": "20:30", "every-1": ""}
    more = v7.answer(entry, "times", "add", **one)
    assert more.status_code == 200 and 'name="day-2"' in more.text and 'value="19:00"' in more.text
    v7.answer(entry, "times", **one, **{"day-2": "Tue", "from-2": "18:00", "to-2": "19:00", "every-2": "1st"})
    v7.answer(entry, "joining", access="drop_in", for_whom="everyone")
    v7.answer(entry, "listing", listing="agreed", listing_on="2026-11-01")
    v7.answer(entry, "sources", sources=["published"])
    came = v7.answer(entry, "notes", notes="Ring after 10.")
    assert v7.get(f"/record/{entry}/more").status_code == 404  # what is there, coordinators know
    check = v7.get(came.headers["location"])
    assert check.url.endswith("/check")
    words = said(check)
    assert "Monday 19:00 to 20:30, every week; Tuesday 18:00 to 19:00, the first in the month" in words
    assert "Notes Ring after 10. Who may see it: Coordinators only" in words
    assert "Telephone 01632 960001 Who may see it: Everybody" in words
    assert f'href="/record/{entry}/where?back=check"' in check.text
    thanks = v7.save(entry)
    assert thanks.url.endswith("/done") and CAFE["name"] in said(thanks) and f"/assets/{entry}" in thanks.text
    kept = held()[CAFE["name"]]
    assert kept["id"] == entry and kept["recorded_by"] == "V7" and kept["postcode"] == "TS1 2PA"
    assert kept["sessions"] == "Mon 19:00-20:30; 1st Tue 18:00-19:00" and kept["lero_type"] == "constituted_group"
    for page in ("check", "same", "where"):
        assert v7.get(f"/record/{entry}/{page}").url.endswith(f"{entry}/done")  # Back, after it was saved
    assert entry not in v7.get("/record").text


def test_a_double_tap_saves_once(v7, held):
    entry = v7.write(SHOWN, name="Two Taps Choir", asset_type="community")
    token = v7.post("/record/look-up", {"postcode": ""}, page="/record/new").request.body
    csrf = dict(part.split("=") for part in token.split("&"))["csrf"]
    came = []
    taps = [
        threading.Thread(
            target=lambda: came.append(
                requests.post(
                    f"{v7.url}/record/{entry}/save", data={"csrf": csrf}, cookies={"rosc-map": v7.token}, timeout=30
                )
            )
        )
        for _ in range(3)
    ]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    assert all(each.status_code == 200 and each.url.endswith("/done") for each in came)
    assert held()["Two Taps Choir"]["id"] == entry and v7.save(entry).url.endswith("/done")
    assert len(held()) == len({row["id"] for row in held().values()})


def test_drafts_are_ones_own(site, v7):
    other = site[2]["V8"]
    entry = v7.begin(name="Mine alone", asset_type="community")
    assert "Mine alone" in said(v7.get("/record")) and f"/record/{entry}/about" in v7.get("/record").text
    for page in ("about", "what", "same", "check", "delete", "done"):
        assert other.get(f"/record/{entry}/{page}").status_code == 404
    for page in ("about", "save", "same", "delete"):
        assert other.post(f"/record/{entry}/{page}", {"then": "on"}, page="/record/new").status_code == 404
    assert "Mine alone" not in other.get("/record").text
    # Whoever makes an id up gets no entry by it.
    for made_up in (entry, str(uuid.uuid4())):
        assert other.post(f"/record/{made_up}/what", {"then": "on", **CAFE}, page="/record/new").status_code == 404
    assert "Mine alone" in said(v7.get(f"/record/{entry}/delete"))
    other.post(f"/record/{entry}/delete", page="/record/new")
    v7.post(f"/record/{entry}/delete", page="/record/new")
    assert v7.get(f"/record/{entry}/about").status_code == 404
    for bad in ("x", "..%2f", "{" + entry + "}", entry.upper()):
        assert v7.get(f"/record/{bad}/what").status_code == 404
    assert v7.get(f"/record/{entry}/nowhere").status_code == 404


def test_one_cannot_take_the_place_of_an_asset_by_its_id(site, v7, held):
    entry = v7.write(SHOWN, name="Quiet Garden", asset_type="community")
    v7.save(entry)
    other = site[2]["V8"]
    taken = {"then": "on", "name": "Bowls for Beginners", "asset_type": "community"}
    assert other.post(f"/record/{entry}/what", taken, page="/record/new").status_code == 404
    came = other.save(entry)
    assert came.status_code == 404 and "Quiet Garden" not in came.text
    # Should one's own entry ever have the id of another's record, both are kept.
    answers = {"name": "Bowls for Beginners", "asset_type": "community", "location_precision": "exact"}
    site[1].state.site.people.keep_draft("V8", entry, {"answers": answers, "not_these": []}, "check")
    thanks = other.save(entry)
    assert "Bowls for Beginners is saved" in said(thanks) and entry not in thanks.url
    assert held()["Quiet Garden"]["recorded_by"] == "V7" and held()["Bowls for Beginners"]["recorded_by"] == "V8"


def test_going_back_to_a_new_entry_begins_no_second(v7):
    first = v7.get("/record/new")
    assert first.history[0].status_code == 303 and first.url.endswith("/what")
    assert v7.get("/record/new").url == first.url and v7.get(first.url.removeprefix(v7.url)).status_code == 200
    before = v7.get("/record").text.count("Continue<")
    entry = first.url.split("/")[-2]
    for name in ("Alder Walk", "Alder Walkers"):
        assert v7.answer(entry, "what", name=name, asset_type="community").status_code == 303
    listed = v7.get("/record")
    assert listed.text.count("Continue<") == before + 1 and "Alder Walkers" in listed.text
    assert "You stopped at “What does it do?”" in said(listed)
    assert v7.get("/record/new").url != first.url
    assert "Step 2 of 10" in said(v7.get(f"/record/{entry}/about"))
    for page, offers in (("where", False), ("reaching", True), ("notes", True)):
        assert ("Check and save now" in v7.get(f"/record/{entry}/{page}").text) is offers
    v7.answer(entry, "hidden", location_precision="exact")
    assert v7.answer(entry, "reaching", "check", phone="01632 960009").headers["location"].endswith("/check")
    assert "01632 960009" in v7.get(f"/record/{entry}/check").text


def test_stopping_drops_nothing_that_was_typed(v7):
    entry = v7.write({}, name="Half Typed", asset_type="community")
    came = v7.answer(entry, "reaching", "stop", website="", email="me@", phone="01632 960001")
    assert came.headers["location"] == "/record?kept=yes" and f"/record/{entry}/reaching" in v7.get("/record").text
    page = v7.get(f"/record/{entry}/reaching").text
    assert 'value="me@"' in page and 'value="01632 960001"' in page
    assert v7.answer(entry, "reaching", website="", email="me@", phone="01632 960001").status_code == 422


def test_what_is_wrong_is_said_at_the_top_and_what_was_typed_stays(v7):
    entry = v7.write({}, **CAFE)
    came = v7.answer(entry, "reaching", website="not a page", email="me@", phone="1")
    assert came.status_code == 422 and "<title>Error:" in came.text
    for name, typed in (("website", "not a page"), ("email", "me@"), ("phone", "1")):
        assert f'href="#{name}"' in came.text and f'id="{name}"' in came.text and f'value="{typed}"' in came.text
    nothing = v7.answer(entry, "what", name="", asset_type="")
    assert nothing.status_code == 422 and 'href="#name"' in nothing.text and 'href="#asset_type"' in nothing.text
    assert CAFE["name"] in v7.get(f"/record/{entry}/what").text
    where = v7.answer(entry, "where", postcode="ZZ1 1ZZ", address="", areas_served="Nowhere at all")
    assert where.status_code == 422 and 'href="#postcode"' in where.text and 'href="#areas_served"' in where.text
    half = {"day-1": "Mon", "from-1": "19:00", "to-1": "", "every-1": "", "day-2": "", "from-2": "", "to-2": ""}
    times = v7.answer(entry, "times", **half, **{"day-3": "Tue", "from-3": "20:00", "to-3": "19:00"})
    assert times.status_code == 422 and "Say to when" in said(times) and "ends before it begins" in said(times)
    assert 'href="#to-1"' in times.text and 'href="#to-2"' in times.text and 'value="20:00"' in times.text
    assert "“Tuesday 20:00 to 19:00” ends before it begins" in said(times)
    undecided = v7.answer(entry, "hidden")
    assert undecided.status_code == 422 and 'href="#location_precision"' in undecided.text


def test_nothing_is_saved_before_it_is_said_how_much_of_the_place_may_be_seen(v7, held):
    entry = v7.write({}, name="Undecided House", asset_type="recovery_housing")
    assert v7.get(f"/record/{entry}/check").url.endswith("/hidden")
    assert v7.save(entry).url.endswith("/hidden") and "Undecided House" not in held()
    page = v7.get(f"/record/{entry}/hidden").text
    assert 'value="local_authority" checked' in page and page.count(" checked") == 1
    v7.answer(entry, "hidden", location_precision="not_sure")
    v7.save(entry)
    assert held()["Undecided House"]["location_precision"] == "local_authority"


def test_of_a_refuge_no_place_is_asked_and_what_was_typed_before_goes(site, v7, held):
    entry = v7.write(
        {
            **SHOWN,
            "where": {"postcode": "TS1 3QW", "address": "14 Foxglove Lane"},
            "notes": {"notes": "Ask at 14 Foxglove Lane"},
        },
        name="Start Again",
        asset_type="community",
    )
    came = v7.answer(entry, "what", name="Start Again", asset_type="domestic_abuse_refuge")
    assert "was not kept" in said(v7.get(came.headers["location"]))
    assert "always stays hidden" in said(v7.get(f"/record/{entry}/hidden"))
    where = v7.get(f"/record/{entry}/where").text
    assert 'name="postcode"' not in where and 'name="address"' not in where
    assert '<option value="E06000002" selected>Middlesbrough' in where
    v7.answer(entry, "where", areas_served="", postcode="TS1 3QW")
    unplaced = v7.get(f"/record/{entry}/check")
    assert "Which county is it in? Without it, it counts nowhere" in said(unplaced) and "Always hidden" in said(
        unplaced
    )
    assert f'href="/record/{entry}/where?back=check"' in unplaced.text
    v7.answer(entry, "where", areas_served="E06000002", postcode="TS1 3QW")
    assert "counts nowhere" not in said(v7.get(f"/record/{entry}/check"))
    wrong = v7.answer(entry, "notes", notes="It is at 14 Foxglove Lane")
    assert wrong.status_code == 422 and 'href="#notes"' in wrong.text
    assert "Coordinators only" in said(v7.get(f"/record/{entry}/check"))
    # The drafts are kept beside the file.
    beside = [site[0], *site[0].parent.glob("*.people.db")]
    assert len(beside) == 2
    assert not any(word in file.read_bytes() for file in beside for word in (b"Foxglove", b"TS1 3QW"))
    done = v7.save(entry)
    assert "Coordinators alone can see this entry" in said(done) and f"/assets/{entry}" not in done.text
    kept = held()["Start Again"]
    assert (kept["postcode"], kept["local_authority_code"]) == ("", "") and kept["areas_served"] == ("E06000002",)


def test_what_may_be_recorded_already_is_asked_about_before_it_is_saved(v7, held):
    first = v7.write(SHOWN, name="Harbour Lights Group", asset_type="lero")
    v7.save(first)
    entry = v7.begin(name="Harbour Light Group", asset_type="lero")
    v7.answer(entry, "hidden", **SHOWN["hidden"])
    assert v7.answer(entry, "where", **SHOWN["where"]).headers["location"] == f"/record/{entry}/same"
    page = v7.save(entry)
    assert (
        page.url.endswith("/same?back=check")
        and "Harbour Lights Group" in said(page)
        and f"/assets/{first}" in page.text
    )
    assert "Harbour Light Group" not in held()
    assert v7.get(f"/record/{entry}/check").url.endswith("/same?back=check")
    came = v7.post(f"/record/{entry}/same", {"shown": first}, page=f"/record/{entry}/same")
    assert came.url.endswith("/reaching")
    assert v7.answer(entry, "where", **SHOWN["where"]).headers["location"].endswith("/reaching")  # asked once
    v7.answer(entry, "reaching", website="", email="", phone="01632 960001")
    assert v7.get(f"/record/{entry}/check").url.endswith("/check")
    assert v7.save(entry).url.endswith("/done") and "Harbour Light Group" in held()


def test_what_asked_not_to_be_listed_is_refused_in_plain_words(site, v7, held):
    first = v7.write(SHOWN, name="Private Meadow Club", asset_type="community")
    v7.save(first)
    rosc_map.open(site[0], who="coordinator").edit(first, {"listing": "declined"})
    entry = v7.write(SHOWN, name="Private Meadow Club", asset_type="community")
    came = v7.save(entry)
    assert came.status_code == 422 and "asked not to be listed" in said(came) and came.url.endswith("/save")
    assert [row["id"] for row in held().values() if row["name"] == "Private Meadow Club"] == [first]


def test_stopping_keeps_it_and_going_on_is_where_one_was(v7):
    entry = v7.write({}, name="Later Group", asset_type="community")
    came = v7.answer(entry, "about", "stop", description="Half a")
    assert came.headers["location"] == "/record?kept=yes"
    listed = v7.get("/record").text
    assert "Later Group" in listed and f"/record/{entry}/hidden" in listed
    assert "Half a" in v7.get(f"/record/{entry}/about").text
    changed = v7.answer(entry, "what", name="Later Group 2", asset_type="community", back="check")
    assert changed.headers["location"] == f"/record/{entry}/check"


def test_hostile_text_is_shown_as_text(v7, held):
    pages = {
        "about": {"organisation": HOSTILE, "description": HOSTILE},
        **SHOWN,
        "joining": {"referral_route": HOSTILE, "languages": HOSTILE},
        "notes": {"notes": HOSTILE},
    }
    entry = v7.write(pages, name=HOSTILE, asset_type="community")
    shown = [v7.get(f"/record/{entry}/{page.slug}") for page in record_pages.PAGES[:-1]]
    shown += [v7.get(path) for path in ("/record", f"/record/{entry}/check", f"/record/{entry}/delete")]
    shown += [v7.answer(entry, "reaching", website=HOSTILE, email=HOSTILE, phone=HOSTILE), v7.save(entry)]
    again = v7.write(SHOWN, name=HOSTILE, asset_type="community")
    shown.append(v7.get(f"/record/{again}/same"))
    for each in shown:
        assert "<script>alert" not in each.text and "<img src=x" not in each.text
    assert HOSTILE in held() and "alert(1)" in said(shown[-1])


def test_a_postcode_is_looked_up_while_it_is_typed(v7):
    found = v7.post("/record/look-up", {"postcode": "ts12pa"}, page="/record/new")
    assert "Middlesbrough" in found.text and "<svg" in found.text and "<html" not in found.text
    wrong = v7.post("/record/look-up", {"postcode": "<b>ZZ1 1ZZ"}, page="/record/new")
    assert "<b>" not in wrong.text and "postcode" in wrong.text
    assert v7.get("/record/look-up?postcode=TS1").status_code in (404, 405)


class Longer(Asset):
    """An asset of a schema that has one field more."""

    opened_in: str = field(Kind.TEXT, "Opened in", "In which year?", example="2019")


def test_every_question_of_the_schema_is_asked_and_a_new_one_comes_under_more():
    asked = [name for page in record_pages.PAGES for name in page.fields]
    filled_in = {"id", "recorded_by", "recorded_on", "verified_on"}
    assert len(asked) == len(set(asked)) and set(asked) == set(Asset.specs()) - filled_in
    pages = record_pages.pages_of(Longer)
    assert pages[:-1] == record_pages.PAGES[:-1] and pages[-1].slug == "more"
    assert set(pages[-1].fields) - set(record_pages.PAGES[-1].fields) == {"opened_in"}
