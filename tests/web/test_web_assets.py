"""Search, the page of an asset and changing it, as each role meets them on a real server."""

import shutil
from contextlib import closing

import pytest
from looking import looked_over, phone
from serving import EVERYBODY, Visitor, served

from rosc_map.people import Role
from rosc_map.records import Asset, Audience


@pytest.fixture(scope="module")
def site(made_up_file, tmp_path_factory):
    """The made-up partnership, served, with somebody of each role signed in."""
    path = tmp_path_factory.mktemp("served") / "surrey.gpkg"
    shutil.copy(made_up_file, path)
    with served(path) as running:
        # Of those who coordinate, the first.
        yield running.site, {role: running[name] for name, role in reversed(EVERYBODY.items())}


@pytest.fixture
def roles(site):
    """A client for each role."""
    return site[1]


@pytest.fixture
def live(site):
    """The assets that the server keeps."""
    site[0].live.refresh()
    return site[0].live


def rows(live):
    """Return all that is recorded."""
    return [live.recorded(each) for each in live.search("", Audience.INTERNAL)]


def test_search_finds_by_words_type_and_area_twenty_a_page(roles, live):
    viewer = roles[Role.VIEWER]
    assert viewer.get("/assets").status_code == 200
    assert viewer.text.count("<h3>") == 20
    assert viewer.says("page 1 of")
    assert viewer.get("/assets?q=recovry+caf%C3%A9&kind=&area=").status_code == 200  # a slip of typing
    assert viewer.says("Recovery Café")
    first = viewer.text.count("<h3>")
    assert 0 < first < 20
    assert viewer.get("/assets?kind=mutual_aid&number=1").status_code == 200
    assert viewer.text.count("<h3>") == len(live.search("", Audience.PARTNERS, kind="mutual_aid"))
    assert viewer.get("/assets?q=%3Cscript%3Ealert(1)%3C/script%3E&number=-7&kind=x&area=y").status_code == 200
    assert viewer.says("Nothing was found")
    assert "<script>alert" not in viewer.text


def test_a_refuge_is_there_for_coordinators_and_for_nobody_else(roles, live):
    refuge = next(row for row in rows(live) if row["asset_type"] == "domestic_abuse_refuge")
    for role, client in roles.items():
        sees = role.coordinates
        assert client.get(f"/assets/{refuge['id']}").status_code == (200 if sees else 404)
        held_back, unknown = client.text, client.get("/assets/00000000-0000-4000-8000-000000000000")
        assert unknown.status_code == 404
        assert (held_back == client.text) is not sees  # the two are not told apart
        client.get("/assets?kind=domestic_abuse_refuge")
        assert (refuge["name"] in client.text) is sees
        if role.records:
            assert client.get(f"/assets/{refuge['id']}/edit/about").status_code == (200 if sees else 404)


def test_who_is_not_signed_in_and_who_only_looks_change_nothing(roles, live):
    row = live.recorded(live.search("", Audience.PUBLIC)[0])
    viewer = roles[Role.VIEWER]
    with closing(Visitor(viewer.url)) as stranger:
        assert stranger.get(f"/assets/{row['id']}", allow_redirects=False).status_code == 303
    assert viewer.get(f"/assets/{row['id']}").status_code == 200
    assert "Tell us" not in viewer.text
    assert viewer.get(f"/assets/{row['id']}/edit/reaching").status_code == 403
    assert (
        viewer.post(f"/assets/{row['id']}/edit/reaching", {"phone": "1", "version": row["version"]}).status_code == 403
    )
    live.refresh()
    assert live.recorded(row["id"]) == row


def test_the_page_has_facts_referrals_and_for_coordinators_the_history(roles, live):
    identifier = live.search("", Audience.PUBLIC)[0]
    row = live.recorded(identifier)
    coordinator, recorder = roles[Role.COORDINATOR], roles[Role.RECORDER]
    for client in (coordinator, recorder):
        assert client.get(f"/assets/{identifier}").status_code == 200
        assert client.says(row["name"])
        assert client.says("Reaching it")
        assert client.says("Who refers to it")
        assert "<svg" in client.text
    assert coordinator.get(f"/assets/{identifier}").status_code == 200
    assert coordinator.says("Who may see it: Everybody")
    assert coordinator.says("What was changed")
    recorder.get(f"/assets/{identifier}")
    assert not recorder.says("What was changed")
    assert not recorder.says("Who may see it")


def test_a_change_is_kept_under_the_name_of_whoever_made_it(roles, live):
    row = live.recorded(live.search("", Audience.PUBLIC)[1])
    recorder, path = roles[Role.RECORDER], f"/assets/{row['id']}/edit/reaching"
    assert recorder.get(path).status_code == 200
    form = recorder.form("/assets")
    assert recorder.post(path, {**form, "phone": "01483 960555"}).history[0].status_code == 303
    assert recorder.says("Thank you. It is saved.")
    assert recorder.says("01483 960555")
    after = live.recorded(row["id"])
    assert {name for name in row if row[name] == row[name] and row[name] != after[name]} == {"phone", "version"}
    roles[Role.COORDINATOR].get(f"/assets/{row['id']}")
    assert roles[Role.COORDINATOR].says("V7 Telephone")


def test_what_to_look_at_is_said_once_on_the_page_after_a_change_to_who_made_it(roles, live):
    row = live.recorded(live.search("", Audience.PUBLIC)[3])
    recorder, page = roles[Role.RECORDER], f"/assets/{row['id']}"
    assert recorder.get(f"{page}/edit/place").status_code == 200
    sent = {**recorder.form("/assets"), "areas_served": "South East"}
    assert recorder.post(f"{page}/edit/place", sent).history[0].status_code == 303
    said = "is a whole region or country"
    assert recorder.says(said) and said.replace(" ", "+") not in recorder.page.url
    for client in (recorder, roles[Role.COORDINATOR]):
        assert client.get(f"{page}?saved=yes").status_code == 200
        assert client.says("It is saved.") and not client.says(said)


def test_what_decides_who_sees_it_is_asked_of_coordinators_alone(roles, live):
    row = live.recorded(live.search("", Audience.PUBLIC)[2])
    recorder, coordinator = roles[Role.RECORDER], roles[Role.COORDINATOR]
    assert recorder.get(f"/assets/{row['id']}/edit/listing").status_code == 404
    assert recorder.get(f"/assets/{row['id']}/edit/about").status_code == 200
    sent = {
        **recorder.form("/assets"),
        "status": "paused",
        "asset_type": "community",
        "listing": "agreed",
        "name": "New name",
    }
    assert recorder.post(f"/assets/{row['id']}/edit/about", sent).history[0].status_code == 303
    after = live.recorded(row["id"])
    assert after["name"] == "New name"
    assert [after[name] for name in ("status", "asset_type", "listing")] == [
        row[name] for name in ("status", "asset_type", "listing")
    ]
    assert coordinator.get(f"/assets/{row['id']}/edit/listing").status_code == 200
    assert (
        coordinator.post(f"/assets/{row['id']}/edit/listing", {**coordinator.form("/assets"), "listing": "agreed"})
        .history[0]
        .status_code
        == 303
    )
    assert live.recorded(row["id"])["listing"] == "agreed"


def test_what_is_kept_from_a_recorder_stays_as_it_is_when_they_leave_it(site, roles, live):
    identifier = live.search("", Audience.PUBLIC)[3]
    partnership = site[0].partnership("coordinator 1")
    partnership.edit(
        identifier, {"location_precision": "postcode_district", "address": "9 Elm Road", "postcode": "GU1 3UW"}
    )
    partnership.edit(identifier, {"description": "Ring the bell at 9 Elm Road."})
    live.refresh()
    before = live.recorded(identifier)
    recorder = roles[Role.RECORDER]
    assert recorder.get(f"/assets/{identifier}/edit/place").status_code == 200
    assert "9 Elm Road" not in recorder.text
    assert "GU1 3UW" not in recorder.text
    asked = recorder.form(f"/assets/{identifier}/edit")
    assert not {"postcode", "address", "latitude", "was-postcode"} & asked.keys()
    assert recorder.says("Tell your coordinator, who can change it.")
    sent = {**asked, "attendance": ["online"], "postcode": "TS1 2PA", "address": "1 High Street", "latitude": "51.2"}
    assert recorder.post(f"/assets/{identifier}/edit/place", sent).history[0].status_code == 303
    after = live.recorded(identifier)
    assert after["attendance"] == ("online",)
    assert [after[name] for name in ("address", "postcode", "latitude")] == [
        "9 Elm Road",
        "GU1 3UW",
        before["latitude"],
    ]
    # A text with a mark in it is not asked: what is written back would lose what the mark stands for.
    recorder.get(f"/assets/{identifier}/edit/about")
    asked = recorder.form(f"/assets/{identifier}/edit")
    assert "description" not in asked
    assert (
        recorder.post(f"/assets/{identifier}/edit/about", {**asked, "organisation": "(not shown) Trust"}).status_code
        == 422
    )
    assert recorder.says("stands for words that you are not shown")
    assert live.recorded(identifier)["description"] == "Ring the bell at 9 Elm Road."


@pytest.mark.parametrize(
    "kept",
    [
        {"location_precision": "local_authority"},
        {"location_precision": "postcode_district"},
        {"location_precision": "exact", "listing": "restricted", "listing_shows": "name"},
    ],
)
def test_no_answer_tells_whether_a_guess_at_what_is_withheld_was_right(site, roles, live, kept):
    identifier = live.search("", Audience.PUBLIC)[8]
    held = {"address": "9 Foxglove Lane", "postcode": "GU1 3UW", "phone": "01483 960321", "listing": "agreed"}
    partnership = site[0].partnership("coordinator 1")
    before = {name: live.recorded(identifier)[name] for name in ("listing", "location_precision", *held)}
    partnership.edit(identifier, {**held, **kept})
    live.refresh()
    row, recorder, answers = live.recorded(identifier), roles[Role.RECORDER], {}
    guesses = {"address": "1 Elm Road", "postcode": "GU21 6XR", "phone": "01483 960999", "latitude": "51.5"}
    hidden = [name for name in guesses if name != "phone" or "listing" in kept]
    for name in hidden:
        for version in (row["version"], 999, 0):
            for guess in (guesses[name], str(row[name])):
                group = "reaching" if name == "phone" else "place"
                recorder.get(f"/assets/{identifier}/edit")
                sent = {"version": version, name: guess, f"was-{name}": ""}
                status = recorder.post(f"/assets/{identifier}/edit/{group}", sent, allow_redirects=False).status_code
                # What was typed may stand on a page, and no more of it.
                answers.setdefault((name, version), set()).add((status, recorder.text.replace(guess, "")))
    assert all(len(found) == 1 for found in answers.values()), answers.keys()
    live.refresh()
    assert str(live.recorded(identifier)) == str(row)
    partnership.edit(identifier, before)


def test_what_is_said_of_an_edit_repeats_nothing_that_is_not_shown(site, roles, live):
    identifier = live.search("", Audience.PUBLIC)[9]
    kept = {"location_precision": "local_authority", "postcode": "GU1 3UW", "latitude": "", "longitude": ""}
    site[0].partnership("coordinator 1").edit(identifier, kept)
    recorder, path = roles[Role.RECORDER], f"/assets/{identifier}/edit/reaching"
    for place, status in (({}, 303), (dict.fromkeys(("latitude", "longitude")), 422)):
        with site[0].partnership("")._store.write(task="edit") as writer:  # as another program might
            writer.update(Asset, {"id": identifier}, {"postcode": "ZZ1 1ZZ", **place})
        assert recorder.get(path).status_code == 200
        typed = {**recorder.form("/assets"), "phone": f"01483 960{status}"}
        answer = recorder.post(path, typed)
        assert (answer.history or [answer])[0].status_code == status
        assert "ZZ1" not in recorder.text
        assert recorder.says("tell your coordinator what you wanted to change") is (status == 422)


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30, "٣", "0", "999"])
def test_a_page_of_another_version_is_asked_about_before_anything_is_compared(roles, live, version):
    identifier = live.search("", Audience.PUBLIC)[0]
    recorder, path = roles[Role.RECORDER], f"/assets/{identifier}/edit/reaching"
    recorder.get(path)
    form = recorder.form("/assets")
    assert recorder.post(path, {**form, "version": version}).status_code == 409
    assert recorder.post(path, {**form, "version": version, "phone": "01483 960888"}).status_code == 409
    assert recorder.says("Typed by you: 01483 960888")


def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_typed_is_lost(roles, live):
    identifier = live.search("", Audience.PUBLIC)[4]
    recorder, path = roles[Role.RECORDER], f"/assets/{identifier}/edit/place"
    recorder.get(path)
    typed = {**recorder.form("/assets"), "postcode": "NOT A CODE", "address": '<b>"& 5 Elm Road'}
    assert recorder.post(path, typed).status_code == 422
    assert 'href="#postcode"' in recorder.text
    assert 'id="postcode-error"' in recorder.text
    assert 'value="NOT A CODE"' in recorder.text
    assert "<b>" not in recorder.text
    assert recorder.form("/assets")["address"] == ['<b>"& 5 Elm Road']
    # Put right, it is taken: what is compared with is still what was there when the page was opened.
    assert recorder.post(path, {**recorder.form("/assets"), "postcode": "GU1 3UW"}).history[0].status_code == 303
    assert live.recorded(identifier)["postcode"] == "GU1 3UW"


def test_two_who_change_one_asset_at_once_both_see_it_and_lose_nothing(site, roles, live):
    identifier = live.search("", Audience.PUBLIC)[5]
    recorder, path = roles[Role.RECORDER], f"/assets/{identifier}/edit/reaching"
    recorder.get(path)
    mine = {**recorder.form("/assets"), "phone": "01483 960111"}
    site[0].partnership("coordinator 1").edit(identifier, {"phone": "01483 960222", "email": "new@example.org"})
    assert recorder.post(path, mine).status_code == 409
    assert recorder.says("Saved by somebody else: 01483 960222")
    assert recorder.says("Typed by you: 01483 960111")
    form = recorder.form("/assets")
    assert (form["phone"], form["email"]) == (["01483 960111"], ["new@example.org"])
    live.refresh()
    assert live.recorded(identifier)["phone"] == "01483 960222"
    assert recorder.post(path, form).history[0].status_code == 303
    after = live.recorded(identifier)
    assert (after["phone"], after["email"]) == ("01483 960111", "new@example.org")


def test_hostile_words_are_shown_as_words_and_lead_nowhere(site, roles, live):
    identifier = live.search("", Audience.PUBLIC)[6]
    values = {"name": "<script>alert(1)</script>", "website": "javascript:alert(1)", "phone": '"><img src=x>'}
    with site[0].partnership("")._store.write(task="edit") as writer:  # as another program might
        writer.update(Asset, {"id": identifier}, values)
    page, recorder = f"/assets/{identifier}", roles[Role.RECORDER]
    for path in (page, f"{page}/edit", f"{page}/edit/reaching", "/assets?q=script"):
        assert recorder.get(path).status_code == 200
        assert recorder.says("<script>alert(1)</script>")
        for hostile in ("<script>alert", "<img", 'href="javascript'):
            assert hostile not in recorder.text


@pytest.mark.browser
def test_search_and_a_form_with_an_error_on_a_small_phone(roles, live, browser):
    identifier = live.search("", Audience.PUBLIC)[7]
    coordinator = roles[Role.COORDINATOR]
    with phone(browser, coordinator.url, coordinator.token, width=320) as held:
        page = held.page
        held.go("/assets")
        page.get_by_label("What are you looking for?").fill("example")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Page 2").wait_for()
        looked_over(page, whole=False)
        held.go(f"/assets/{identifier}/edit/place")
        page.locator("#postcode").fill("nowhere")
        page.get_by_role("button", name="Save").click()
        assert page.title().startswith("Error: ")
        page.locator(".error-summary a").first.click()
        assert page.evaluate("document.activeElement.id") == "postcode"
        looked_over(page, whole=False)
        assert [told for told in held.wrong if "422" not in told] == []
