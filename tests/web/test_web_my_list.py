"""My list: what a volunteer checks, with one button for each answer, and nobody else's."""

import datetime as dt
import shutil

import pytest
from looking import looked_over, phone
from serving import served

from partnerships import TODAY
from rosc_map.records import Audience


@pytest.fixture(scope="module")
def at_work(made_up_file, tmp_path_factory):
    """The made-up partnership, served; two volunteers, a coordinator and somebody who only looks are signed in."""
    path = tmp_path_factory.mktemp("served") / "surrey.gpkg"
    shutil.copy(made_up_file, path)
    with served(path) as running:
        names = {"one": "V7", "other": "V8", "coordinator": "coordinator 1", "viewer": "commissioner 2"}
        yield running.site, {who: running[name] for who, name in names.items()}


def mine(site, name):
    """Return what is on the list of somebody, oldest first."""
    taken = site.people.taken("check")
    rows = [site.live.recorded(key) for key, who in taken.items() if who == name]
    return sorted(rows, key=lambda row: (row["verified_on"] or row["recorded_on"] or dt.date.min, row["name"]))


def test_a_list_is_the_ten_oldest_that_nobody_else_has(at_work):
    site, people = at_work
    one, other = people["one"], people["other"]
    assert one.get("/my-list").status_code == 200
    assert one.says("There is nothing on your list yet.")
    assert one.post("/my-list/more").history[0].status_code == 303
    assert one.text.count("Still right<") == 10
    due = [row["id"] for row in site.live.to_check(TODAY, Audience.PARTNERS)]
    assert {row["id"] for row in mine(site, "V7")} == set(due[:10])
    one.post("/my-list/more")
    assert len(mine(site, "V7")) == 10  # it is topped up, and no more
    other.get("/my-list")
    other.post("/my-list/more")
    assert {row["id"] for row in mine(site, "V8")} == set(due[10:20])


def test_still_right_changed_closed_and_given_back(at_work):
    site, people = at_work
    one, (first, second, third, *_) = people["one"], mine(site, "V7")
    site.partnership("coordinator 1").edit(first["id"], {"status": "not_confirmed"})
    one.get("/my-list")
    assert one.post(f"/my-list/{first['id']}/right").history[0].status_code == 303
    assert one.says(f"{first['name']}: still right. 9 left.")
    assert one.says("Still right, checked on 22 November 2026.")
    after = site.live.recorded(first["id"])
    assert (after["verified_on"], after["status"]) == (TODAY, "active")
    # A report of closing is asked about once, and one alone closes nothing.
    assert one.get(f"/my-list/{first['id']}/closed").status_code == 200
    assert one.says("One report alone never closes an entry")
    assert one.post(f"/my-list/{first['id']}/closed").history[0].status_code == 303
    assert one.says("we noted that it has closed")
    assert site.live.recorded(first["id"])["status"] == "not_confirmed"
    # It is free for others at once, and comes back to who said it no more.
    assert first["id"] not in site.people.taken("check")
    one.post("/my-list/more")
    assert first["id"] not in {row["id"] for row in mine(site, "V7")}
    site.partnership("V7").edit(first["id"], {"status": "active"})
    site.people.hand_over("check", first["id"], "V7")
    one.post(f"/my-list/{first['id']}/right")
    # What was answered makes room for another; what is given back is free for others.
    one.post("/my-list/more")
    assert len(mine(site, "V7")) == 11
    # Still right can be taken back, to what it was, once and by who said it.
    before = site.live.recorded(third["id"])
    assert one.post(f"/my-list/{third['id']}/right").history[0].status_code == 303
    site.live.refresh()
    assert site.live.recorded(third["id"])["verified_on"] == TODAY
    people["other"].get("/my-list")
    assert people["other"].post(f"/my-list/{third['id']}/undo").status_code == 404
    assert one.post(f"/my-list/{third['id']}/undo").history[0].status_code == 303
    assert one.says("It is as it was before.")
    assert site.live.recorded(third["id"])["verified_on"] == before["verified_on"]
    assert one.post(f"/my-list/{third['id']}/undo").history[0].status_code == 303
    assert not one.says("It is as it was before.")
    assert one.post(f"/my-list/{second['id']}/give-back").history[0].status_code == 303
    assert second["id"] not in {row["id"] for row in mine(site, "V7")}
    assert f"/assets/{third['id']}/edit" in one.text
    one.get(f"/assets/{third['id']}")
    assert one.says("It is on your list. Is the rest still right too?")
    assert site.partnership("").history(first["id"])["who"].iloc[-1] == "V7"


def test_two_volunteers_close_an_entry_that_one_reported(at_work):
    site, people = at_work
    one, other = people["one"], people["other"]
    row = mine(site, "V7")[2]
    one.get("/my-list")
    one.post(f"/my-list/{row['id']}/closed")
    other.get("/my-list")
    other.post(f"/my-list/{mine(site, 'V8')[0]['id']}/give-back")
    other.post("/my-list/more")  # it comes first
    assert row["id"] in other.text
    assert other.post(f"/my-list/{row['id']}/closed").history[0].status_code == 303
    site.live.refresh()
    assert site.live.recorded(row["id"])["status"] == "closed"
    assert row["id"] not in other.text


def test_only_what_is_on_ones_own_list_can_be_answered(at_work):
    site, people = at_work
    mine_, theirs = mine(site, "V7")[0], mine(site, "V8")[0]
    free = next(row for row in site.live.to_check(TODAY) if row["id"] not in site.people.taken("check"))
    before = {row["id"]: site.live.recorded(row["id"]) for row in (mine_, theirs, free)}
    clients = {"other": mine_, "one": theirs, "coordinator": mine_}
    for name, row in [*clients.items(), *((name, free) for name in clients)]:
        client = people[name]
        client.get("/my-list")
        for answer in ("right", "closed", "give-back"):
            assert client.post(f"/my-list/{row['id']}/{answer}").status_code == 404
        assert client.get(f"/my-list/{row['id']}/closed").status_code == 404
    viewer = people["viewer"]
    assert viewer.get("/my-list").status_code == 403
    viewer.get("/assets")
    assert viewer.post(f"/my-list/{mine_['id']}/right").status_code == 403
    assert people["one"].send(f"/my-list/{mine_['id']}/right", {"csrf": "0" * 64}).status_code == 403
    site.live.refresh()
    assert {key: site.live.recorded(key) for key in before} == before
    assert site.people.taken("check")[theirs["id"]] == "V8"


def test_what_became_hidden_leaves_the_lists_of_volunteers(at_work):
    site, people = at_work
    row = mine(site, "V8")[1]
    assert people["other"].get("/my-list").status_code == 200
    assert row["name"] in people["other"].text
    empty = dict.fromkeys(("description", "address", "notes", "sessions"), "")
    site.partnership("coordinator 1").edit(row["id"], {**empty, "location_precision": "hidden"})
    assert people["other"].get("/my-list").status_code == 200
    assert row["name"] not in people["other"].text
    assert people["other"].post(f"/my-list/{row['id']}/right").status_code == 404


def test_coordinators_learn_how_many_wait_and_of_nobody_who_is_late(at_work):
    site, people = at_work
    coordinator = people["coordinator"]
    coordinator.get("/my-list")
    due, all_ = len(site.live.to_check(TODAY)), site.live.checkable()
    assert coordinator.says(f"{due} of {all_} records that volunteers check were not looked at for half a year or more")
    assert coordinator.says("as at 22 November 2026")
    assert not coordinator.says("V7")
    people["one"].get("/my-list")
    assert not people["one"].says("records that volunteers check")


@pytest.mark.browser
def test_the_list_is_used_by_keyboard_on_a_small_phone(at_work, browser):
    one = at_work[1]["one"]
    one.get("/my-list")
    one.post("/my-list/more")
    with phone(browser, one.url, one.token, width=320) as held:
        page = held.page
        held.go("/my-list")
        page.get_by_role("link", name="Closed").first.focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Is it closed?").wait_for()
        page.get_by_role("link", name="No, or I am not sure").click()
        page.get_by_role("button", name="Still right").first.focus()
        page.keyboard.press("Enter")
        page.get_by_text("left.").wait_for()
        assert page.get_by_role("button", name="Undo").is_visible()
        page.get_by_text("Change that").first.click()
        looked_over(page, whole=False)
        assert held.wrong == []
