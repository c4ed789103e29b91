"""A phone on which things go wrong: no signal at sign-out, no room, two tabs, half an answer, a new version."""

import dataclasses
import gzip
import shutil

import pytest
from looking import looked_over, phone
from serving import served

pytestmark = pytest.mark.browser
PUT = """name => phone.put({
  ...phone.begun(crypto.randomUUID(), ""), name, ready: true,
  pages: { what: [["name", name], ["asset_type", "lero"]] },
})"""
LATE = """async () => {
  const turn = await phone.turn();
  const told = await (await fetch("/record/phone")).json();
  await phone.forget(); // in another tab, before the answer is here
  const taken = await phone.setKey(told.who, told.key, turn);
  return [taken, (await phone.me()) ?? null, (await phone.ask()).who, (await phone.me()).who];
}"""
HIDDEN = """() => {
  const entry = phone.begun("1", "");
  const say = (slug, pairs) => phone.answer(entry, slug, pairs, ["refuge"]);
  say("what", [["name", "Home at 4 Elm Row"], ["asset_type", "lero"]]);
  say("does", [["description", "At 4 Elm Row, ts12pa. Ring first."]]);
  say("where", [["postcode", "TS1 2PA"], ["address", "4 Elm Row"]]);
  Object.assign(entry, { rows: [["Postcode", "TS1 2PA", ""]], said: "TS1 2PA", there: "1" });
  say("what", [["name", "Home at 4 Elm Row"], ["asset_type", "refuge"]]);
  say("notes", [["notes", "Not TS1 2PA."]]);
  return JSON.stringify(entry);
}"""
NO_ROOM = """() => {
  window.kept = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); };
}"""
ROOM = "() => { IDBObjectStore.prototype.put = window.kept; }"
IMPATIENT = """() => {
  const before = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = () => before(500);
}"""
BROKEN = "() => { IDBDatabase.prototype.transaction = () => { throw new DOMException('', 'UnknownError'); }; }"
UPGRADED = """async () => {
  const [before] = await caches.keys();
  const changed = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  await (await navigator.serviceWorker.ready).update();
  await changed;
  for (let asked = 0; asked < 100 && (await caches.keys()).length > 1; asked += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return [before, ...(await caches.keys())];
}"""


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough, where everybody was told the rule."""
    target = tmp_path_factory.mktemp("faults") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target, told=True) as running:
        yield running


@pytest.fixture
def page(browser, site):
    """The page that works without signal, on a phone of volunteer 7, once all is there that it needs."""
    with phone(browser, site.url, site.sign_in("V7").token, width=320) as held:
        held.go("/record/offline")
        held.page.locator("#phone-home").wait_for()
        held.page.evaluate("navigator.serviceWorker.ready")
        yield held.page


def is_in(site):
    """Whether the server still knows the session of volunteer 7."""
    return site["V7"].get("/my-work", allow_redirects=False).status_code == 200


def sign_out(page):
    page.locator("form[action='/sign-out'] button").first.click()


def test_who_signs_out_without_signal_is_out_and_the_server_is_told_first(page, site):
    assert is_in(site)
    page.evaluate(PUT, "Locked Away")
    page.context.route("**/record/phone", lambda route: route.abort())  # it stays on this phone
    page.goto(f"{site.url}/my-work")
    page.context.set_offline(True)
    sign_out(page)
    page.get_by_text("You are not signed out yet on the server.").wait_for()
    assert "is locked on this phone" in page.locator("main").inner_text()
    looked_over(page)
    page.goto(f"{site.url}/assets")
    page.locator("#phone-locked").wait_for()
    page.get_by_text("You are not signed out yet on the server").wait_for()
    assert page.evaluate("Promise.all([phone.me(), phone.list()])") == [None, []]
    assert "Locked Away" not in page.content()
    # It cannot be cleared away, which would leave the next person signed in as this one.
    page.locator("#phone-clear").click()
    page.locator("#phone-yes").click()
    page.get_by_text("Nothing that was typed is on this phone now. You are not signed out yet").wait_for()
    # What the phone knows, not what the server does: a request may have got there whose answer was cut off.
    assert page.evaluate("phone.out().then(Boolean)")
    page.goto("about:blank")
    page.context.unroute_all()
    page.context.set_offline(False)
    page.goto(f"{site.url}/my-work")
    assert page.url.startswith(f"{site.url}/sign-in")
    assert not is_in(site)


def test_a_late_answer_does_not_put_the_key_back(page):
    assert page.evaluate(LATE) == [False, None, "V7", "V7"]


def test_the_key_is_not_shown_in_the_address_bar(page, site):
    assert page.goto(f"{site.url}/record/phone").status == 404


def test_what_tells_of_a_hidden_place_goes_from_all_that_is_kept(page):
    kept = page.evaluate(HIDDEN)
    assert "Ring first" in kept
    assert "Home at " in kept
    assert not any(told in kept.lower() for told in ("elm", "ts1"))


def test_a_full_phone_says_so_and_keeps_the_page(page):
    page.evaluate("navigator.storage.persist = async () => { window.asked = true; }")
    page.locator("#phone-add").click()
    assert page.evaluate("window.asked")
    page.locator("#name").fill("No Room")
    page.locator("input[value=lero]").check()
    page.evaluate(NO_ROOM)
    for button in ("Keep and continue", "Finish this one", "Stop for now"):
        if page.get_by_role("button", name=button).is_visible():
            page.get_by_role("button", name=button).click()
            page.locator(".error-summary:focus", has_text="could not be kept").wait_for()
            assert page.title().startswith("Error: ")
            page.evaluate("document.activeElement.blur()")
    assert page.locator("#name").input_value() == "No Room"
    looked_over(page)
    page.evaluate(ROOM)
    page.locator("#phone-stop").click()
    page.get_by_text("No Room, ").wait_for()


def test_half_an_answer_or_none_ends_the_sending(page, site):
    page.evaluate(PUT, "Half Told")
    page.evaluate(IMPATIENT)
    came = []

    def cut(route):
        if route.request.method == "GET":
            return route.continue_()
        came.append(route)
        if len(came) == 1:
            return route.fulfill(body='{"state": "sav', content_type="application/json")
        return None  # no answer ever comes

    page.route("**/record/phone", cut)
    for sent in (1, 2):
        page.evaluate("document.getElementById('phone-said').textContent = ''")
        page.locator("#phone-send").click()
        page.get_by_text("There is no signal. All of it stays").wait_for()
        assert len(came) == sent
    page.unroute_all()
    page.locator("#phone-send").click()
    page.get_by_role("link", name="Look at Half Told").wait_for()
    # Where nobody can look at it, no link leads there; once that was done, it is not asked for any more.
    page.context.set_offline(True)
    page.get_by_text("You can look at Half Told when there is.").wait_for()
    assert page.get_by_role("link", name="Look at Half Told").count() == 0
    page.context.set_offline(False)
    page.get_by_role("link", name="Look at Half Told").wait_for()
    for draft in site.people.drafts("V7"):
        site.people.drop_draft("V7", draft.id)
    page.reload()
    page.locator("#phone-empty").wait_for()


def heading(page, text):
    """Wait for the questions under a heading."""
    page.locator("h2:focus", has_text=text).wait_for()


def test_the_phone_s_own_back_button_and_a_reload_stay_in_the_entry(page, site):
    for left in ("#phone-stop", "#phone-back"):
        page.locator("#phone-add").click()
        heading(page, "What is it?")
        page.locator(left).click()
        page.get_by_text("Nothing was written, so nothing is kept.").wait_for()
        page.locator("#phone-empty").wait_for()
    page.locator("#phone-add").click()
    page.locator("#name").fill("Step by Step")
    page.locator("input[value=lero]").check()
    page.locator("#phone-form > [type=submit]").click()
    heading(page, "What does it do?")
    page.go_back()
    heading(page, "What is it?")
    assert page.locator("#name").input_value() == "Step by Step"
    page.go_forward()
    heading(page, "What does it do?")
    page.locator("#description").fill("A choir.")
    page.locator("#phone-form > [type=submit]").click()
    heading(page, "Does it have to stay hidden?")
    page.reload()
    heading(page, "Does it have to stay hidden?")
    page.locator("#phone-stop").click()
    page.get_by_role("button", name="Continue with Step by Step").click()
    heading(page, "Does it have to stay hidden?")
    page.locator("input[name=location_precision][value=exact]").check()
    page.locator("#phone-form > [type=submit]").click()
    heading(page, "Where is it?")
    page.locator("#postcode").fill("ZZ99 XYZ")
    page.locator("#phone-form > [type=submit]").click()
    page.locator(".error-summary:focus", has_text="'ZZ99 XYZ' does not look like a UK postcode.").wait_for()
    page.locator(".error-summary a").click()
    assert page.locator("#postcode:focus").count() == 1
    page.locator("#phone-form > [type=submit]").click()  # they may know better
    heading(page, "How can people reach it?")
    page.locator("#phone-stop").click()
    page.get_by_text("Step by Step, ").wait_for()
    assert page.evaluate("phone.list().then((all) => all.length)") == 1


def test_until_the_server_has_answered_nobody_is_told_to_sign_in(page, site):
    page.evaluate(PUT, "Locked Here")
    page.evaluate("phone.forget()")
    asked = []
    page.route("**/record/phone", lambda route: asked.append(route))
    page.reload()
    page.get_by_text("One moment…").wait_for()
    assert not page.get_by_text("Open this page once").is_visible()
    looked_over(page)
    while not asked:
        page.wait_for_timeout(20)
    asked[0].abort()
    page.get_by_text("There is no signal. You can sign in when there is.").wait_for()
    assert not page.get_by_text("Open this page once").is_visible()
    page.get_by_text("Something that was written here is locked on this phone").wait_for()
    assert "V7" not in page.locator("main").inner_text()


def test_a_button_that_was_pressed_without_signal_is_not_said_to_be_typed(page, site):
    page.goto(f"{site.url}/record/new")
    page.goto(page.url.replace("/what", "/delete"))
    page.context.set_offline(True)
    page.get_by_role("button", name="Yes, delete it").click()
    page.get_by_text("What you pressed was not sent yet.").wait_for()
    page.get_by_role("link", name="Record without signal").click()
    page.locator("#phone-home").wait_for()


def test_two_tabs_do_not_write_over_each_other(page, site):
    page.context.set_offline(True)
    page.evaluate(PUT, "Once Open")
    page.reload()
    page.get_by_role("button", name="Continue with Once Open").click()
    page.locator("#name").fill("First Tab")
    other = page.context.new_page()
    other.goto(f"{site.url}/record/offline")
    other.locator("#phone-rows button").first.click()
    other.get_by_text("It is open in another tab").wait_for()
    assert other.evaluate("phone.list().then(([one]) => phone.take(one.id, 'what', [], '', []))") is False
    page.locator("#phone-stop").click()
    page.get_by_text("First Tab, ").wait_for()
    other.reload()
    other.get_by_role("button", name="Continue with First Tab").click()
    other.locator("#name").wait_for()
    assert other.locator("#name").input_value() == "First Tab"


def test_who_cannot_keep_anything_can_sign_out(page, site):
    page.goto(f"{site.url}/my-work")
    for worker in page.context.service_workers:
        worker.evaluate(BROKEN)
    page.context.set_offline(True)
    sign_out(page)
    page.get_by_text("You are not signed out yet on the server.").wait_for()
    assert "locked" not in page.locator("main").inner_text()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url("**/sign-in")
    assert not is_in(site)


def test_a_new_version_takes_over_and_what_is_kept_stays(page, site):
    page.evaluate(PUT, "Of Before")
    state = site.app.state
    before = state.page_without_signal
    plain = before.plain.replace(b"Record without signal</h1>", b"Record without signal, anew</h1>")
    state.page_without_signal = dataclasses.replace(before, plain=plain, packed=gzip.compress(plain), mark="0" * 64)
    try:
        old, *new = page.evaluate(UPGRADED)
        assert len(new) == 1
        assert new != [old]
    finally:
        state.page_without_signal = before
    page.context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "Record without signal, anew"
    page.get_by_text("Of Before, ").wait_for()
