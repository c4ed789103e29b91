"""A phone without signal: a real Chromium whose network is cut, that is closed, and whose server is killed."""

import re
import shutil
from contextlib import closing, contextmanager

import pytest
from looking import fits, looked_over, phone
from serving import PASSWORD, free_port, people_of, served, serving, session_of

import rosc_map
from rosc_map.people import Role

pytestmark = pytest.mark.browser
NAMES = [f"Fernhill Group {number}" for number in range(5)]
KEPT = """async () => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("rosc-map");
    asked.onsuccess = () => resolve(asked.result);
  });
  const all = (name) => new Promise((resolve) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const rows = await all("entries");
  const text = rows.map((row) => JSON.stringify([row.id, row.owner, Object.keys(row)])
    + new TextDecoder("latin1").decode(row.content)).join();
  const keys = (await all("key")).filter((each) => each.key).map(({ who, key }) => [who, key.extractable]);
  database.close();
  return { count: rows.length, text, keys };
}"""
# Asked until it is there: it is kept while somebody types, a moment later.
NAME_KEPT = """async () => {
  for (let asked = 0; asked < 100; asked += 1) {
    const [latest] = await phone.list();
    if (latest.name === "Only begun") return latest.name;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}"""
MINE = """entry => phone.put({
  ...phone.begun(entry, "of another day"), name: "Chosen",
  pages: { what: [["name", "Chosen"], ["asset_type", "lero"]] },
})"""
PUT = """([names, postcode]) => Promise.all(names.map((name) => phone.put({
  ...phone.begun(crypto.randomUUID(), ""), name, ready: true,
  pages: {
    what: [["name", name], ["asset_type", "mutual_aid"]], does: [["description", ""]],
    hidden: [["location_precision", "exact"]], where: [["postcode", postcode], ["address", ""]],
  },
})))"""
LEFT = """async () => [
  (await indexedDB.databases()).map((each) => each.name),
  await caches.keys(),
  (await navigator.serviceWorker.getRegistrations()).length,
]"""
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough, where everybody was told the rule."""
    target = tmp_path_factory.mktemp("field") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target, told=True) as running:
        yield running


@pytest.fixture
def profile(browser, chromium, tmp_path):
    """Return what opens a phone that keeps what it has when it is closed."""

    @contextmanager
    def opened_again(url, token):
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", viewport={"width": 360, "height": 640}, **chromium
        )
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "rosc-map", "value": token, "url": url}])
        try:
            yield context.pages[0]
        finally:
            context.close()

    return opened_again


def opened(page, url):
    """Open the page that works without signal, once all is there that it needs for that."""
    page.goto(f"{url}/record/offline")
    page.locator("#phone-home").wait_for()
    page.evaluate("navigator.serviceWorker.ready")


def on(page):
    """Go on to the next questions, once they are there."""
    step = page.locator("#phone-form .quiet-text:visible").inner_text()
    page.get_by_role("button", name="Keep and continue").click()
    page.locator("#phone-form .quiet-text:visible", has_not_text=step).wait_for()


def at(page, heading):
    """Wait for the questions under a heading, which is read out first."""
    page.locator("h2:focus", has_text=heading).wait_for()


def write_down(page, name):
    """Write down a group, as far as it has to be."""
    page.locator("#phone-add").click()
    page.locator("#name").fill(name)
    page.locator("input[value=mutual_aid]").check()
    on(page)
    on(page)
    page.locator("input[name=location_precision][value=exact]").check()
    on(page)
    page.locator("#postcode").fill("TS1 2PA")
    page.get_by_role("button", name="Finish this one").click()
    page.get_by_text(f"{name}, ").wait_for()


def names_of(target):
    with closing(rosc_map.open(target)) as partnership:
        return sorted(partnership.snapshot().assets["name"])


def test_what_is_written_without_signal_is_stored_once_though_all_goes_wrong(profile, empty_file, tmp_path):
    target, port = tmp_path / "area.gpkg", free_port()
    shutil.copy(empty_file, target)
    with closing(people_of(target)) as people:
        people.told_rules(people.add("V20", Role.RECORDER, by="").name)
        token = session_of(people, "V20")
    with serving(target, port) as server:
        with profile(server.url, token) as page:
            opened(page, server.url)
            page.context.set_offline(True)
            page.goto(f"{server.url}/assets")  # any page leads there
            for name in NAMES[:2]:
                write_down(page, name)
            page.evaluate(PUT, [NAMES[2:], "TS1 2PA"])
            page.locator("#phone-add").click()
            page.locator("#name").fill("Only begun")  # and the telephone is put away
            assert page.evaluate(NAME_KEPT) == "Only begun"
        with profile(server.url, token) as page:
            page.context.set_offline(True)
            page.goto(f"{server.url}/record/offline")
            page.get_by_text("Not finished yet").wait_for()
            assert page.locator("#phone-rows").get_by_text("Not sent yet.").count() == 5
            assert names_of(target) == []
            sent = []

            def unlucky(route):
                if route.request.method == "POST":
                    sent.append(route.request.post_data)
                if len(sent) == 2 and route.request.method == "POST":
                    route.fetch()  # it arrives, and what the server says does not
                    route.abort()
                elif len(sent) == 4 and route.request.method == "POST":
                    route.continue_()
                    server.kill()
                else:
                    route.continue_()

            page.route("**/record/phone", unlucky)
            page.context.set_offline(False)
            page.get_by_text("There is no signal. All of it stays").wait_for()
            assert page.locator("#phone-rows").get_by_text("Sent.").count() == 1
            page.get_by_role("button", name="Send now").click()
            page.get_by_text("There is no signal. All of it stays").wait_for()
            assert server.process.poll() is not None
            assert 2 <= len(names_of(target)) <= 5
            with served(target, port=port, today=None):
                page.get_by_role("button", name="Send now").click()
                page.get_by_text("All of it is sent").wait_for()
                assert page.get_by_text("Has to be looked at").count() == 1  # what was only begun
                assert page.locator("#phone-rows").get_by_text("Sent.").count() == 5
            assert len(sent) > 6
            assert page.evaluate(KEPT)["count"] == 6
    assert names_of(target) == NAMES


def sign_in(page, url, name):
    """Sign in as somebody does who opens the page that works without signal."""
    page.goto(f"{url}/sign-in?next=/record/offline")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.get_by_text("alone. It is sent when there is signal").wait_for()
    assert page.locator("#phone-who").inner_text() == name
    page.evaluate("navigator.serviceWorker.ready")


def sign_out(page, url):
    """Sign out, where it is said what stays on the phone; give what was said."""
    page.goto(f"{url}/my-work")
    said = page.locator("form[action='/sign-out'] p").inner_text()
    page.get_by_role("button", name=re.compile("^Sign out")).click()
    page.wait_for_url("**/sign-in")
    return said


def typed_by_keyboard(page, name):
    """Write down a hidden place with the keyboard alone."""
    press = page.keyboard.press
    page.locator("#phone-add").focus()
    press("Enter")
    at(page, "What is it?")
    press("Tab")
    page.keyboard.type(name)
    press("Enter")  # the kind is missing
    page.locator(".error-summary:focus").wait_for()
    assert page.title().startswith("Error: ")
    looked_over(page)
    press("Tab")
    press("Enter")
    assert page.evaluate("document.activeElement.name") == "asset_type"
    question = page.locator("fieldset[aria-invalid]")
    assert "asset_type-error" in question.get_attribute("aria-describedby").split()
    assert question.locator("#asset_type-error").text_content() == "Error: Choose what kind it is."
    press("Space")
    press("Enter")
    at(page, "What does it do?")
    fits(page)
    press("Shift+Tab")
    press("Enter")  # back, and on again
    at(page, "What is it?")
    assert page.locator("#name").input_value() == name
    assert page.locator("[aria-invalid], .question.wrong, #asset_type-error").count() == 0
    on(page)
    on(page)
    press("Tab")
    press("ArrowUp")
    press("ArrowUp")
    assert page.locator("input[name=location_precision][value=hidden]").is_checked()
    press("Enter")
    at(page, "Where is it?")
    looked_over(page)
    assert not page.locator("#postcode").is_visible()
    press("Tab")
    page.keyboard.type("Middlesbrough")
    while not page.locator("#day-1").is_visible():
        on(page)
    fits(page)
    page.locator("#phone-time-more").press("Enter")
    page.locator("#day-2:focus").wait_for()
    page.locator("#phone-finish").press("Enter")
    page.get_by_text(f"{name}, ").wait_for()


def test_a_shared_phone_shows_nobody_else_s_and_clears_whole(browser, site):
    with phone(browser, site.url, width=320) as held:
        page = held.page
        page.goto(f"{site.url}/record/offline")
        page.get_by_text("Open this page once while you are signed in").wait_for()
        looked_over(page)
        sign_in(page, site.url, "V7")
        page.context.set_offline(True)
        page.evaluate(PUT, [["Quiet Cedar Group"], "TS1 2AE"])
        page.reload()
        # The kind of place was said to be hidden after where it is had been typed.
        page.get_by_role("button", name="Continue with Quiet Cedar Group").click()
        typed = page.evaluate("phone.list().then(([one]) => one.pages.where)")
        assert ["postcode", "TS1 2AE"] in typed
        on(page)
        on(page)
        page.locator("input[name=location_precision][value=hidden]").check()
        page.locator("#phone-stop").click()
        page.get_by_text("Not finished yet").wait_for()
        assert page.evaluate("phone.list().then(([one]) => one.pages.where ?? null)") is None
        typed_by_keyboard(page, "Willow Place")
        looked_over(page)
        kept = page.evaluate(KEPT)
        assert (kept["count"], kept["keys"]) == (2, [["V7", False]])
        assert not re.search("Cedar|Willow|TS1|Middlesbrough|hidden|V7", kept["text"])
        page.context.set_offline(False)
        page.get_by_text("1 is not sent yet").wait_for()  # the other one is not finished
        assert "Willow Place" in names_of(site.target)
        assert (
            sign_out(page, site.url) == "1 is not sent yet. It stays locked on this phone until you sign in here again."
        )
        page.goto(f"{site.url}/record/offline")
        page.get_by_text("Open this page once while you are signed in").wait_for()
        sign_in(page, site.url, "V8")
        assert page.locator("#phone-empty").is_visible()
        assert page.evaluate("phone.list()") == []
        assert page.evaluate(KEPT)["count"] == 2
        page.goto(f"{site.url}/my-work")
        page.evaluate("navigator.serviceWorker.ready")
        page.get_by_role("button", name=re.compile("^Sign out")).click()
        page.wait_for_url("**/sign-in")
        sign_in(page, site.url, "V7")
        page.get_by_text("Quiet Cedar Group, ").wait_for()
        site.people.sign_out_everywhere("V7")  # as from another phone
        page.get_by_role("button", name="Send now").click()
        page.get_by_text("You are signed out. Sign in, then they are sent.").wait_for()
        assert page.locator("#phone-said a").get_attribute("href") == "/sign-in?next=/record/offline"
        sign_in(page, site.url, "V7")
        page.get_by_role("button", name="Send now").click()
        page.get_by_text("All of it is sent").wait_for()
        page.locator("#phone-clear").click()
        looked_over(page)
        page.locator("#phone-yes").click()
        page.get_by_text("This phone is cleared").wait_for()
        assert page.evaluate(LEFT) == [[], [], 0]
        assert [told for told in held.wrong if "ERR_INTERNET_DISCONNECTED" not in told] == []
    with closing(rosc_map.open(site.target)) as partnership:
        rows = partnership.snapshot().assets.set_index("name")
    for name in ("Willow Place", "Quiet Cedar Group"):
        assert (rows.loc[name, "location_precision"], rows.loc[name, "postcode"]) == ("hidden", "")
    assert rows.loc["Willow Place", "areas_served"] == ("E06000002",)


def test_without_scripts_the_page_says_what_it_needs(browser, site):
    with phone(browser, site.url, java_script_enabled=False) as held:
        held.go("/record/offline")
        assert "needs JavaScript" in held.page.locator("main").inner_text()
        assert held.page.locator("main button:visible").count() == 0


def test_what_is_on_a_page_when_the_signal_goes_is_not_lost(browser, site):
    hostile = "<script>alert(1)</script>\"'><b>"
    me = site["V8"]
    with phone(browser, site.url, me.token, width=320) as held:
        page = held.page
        opened(page, site.url)
        page.goto(f"{site.url}/record/new")
        entry = page.url.split("/")[-2]
        page.context.set_offline(True)
        page.locator("#name").fill(hostile)
        page.locator("input[value=mutual_aid]").check()
        page.get_by_role("button", name="Save and continue").click()
        page.get_by_role("heading", name="What does it do?").wait_for()
        assert page.url == f"{site.url}/record/offline"
        page.locator("#phone-stop").click()
        page.get_by_role("button", name=f"Continue with {hostile}").wait_for()
        # Meanwhile they write something else on another phone.
        other = {"then": "on", "name": "Typed Elsewhere", "asset_type": "mutual_aid"}
        assert me.post(f"/record/{entry}/what", other, page=f"/record/{entry}/what").status_code == 200
        page.context.set_offline(False)
        page.get_by_role("button", name="Send now").click()
        page.get_by_role("button", name="Look at both").click()
        assert "Sent before: Typed Elsewhere" in page.locator("#phone-both").inner_text()
        looked_over(page)
        page.locator("#phone-later").click()
        page.get_by_role("button", name="Look at both").click()
        page.locator("#phone-two").click()  # it was another group
        page.get_by_role("link", name="Look at").wait_for()
        assert site.people.draft("V8", entry).values["answers"]["name"] == "Typed Elsewhere"
        assert {each.values["answers"]["name"] for each in site.people.drafts("V8")} == {"Typed Elsewhere", hostile}
        page.evaluate(MINE, entry)
        page.get_by_role("button", name="Send now").click()
        page.get_by_role("button", name="Look at both").click()
        page.locator("#phone-mine").click()
        page.get_by_role("link", name="Look at Chosen").wait_for()
        assert site.people.draft("V8", entry).values["answers"]["name"] == "Chosen"
        # Any other form waits on its page, with all that was typed.
        page.goto(f"{site.url}/record/{entry}/delete")
        page.evaluate(
            "text => document.querySelector('main form').append(Object.assign(document.createElement('textarea'), "
            "{name: 'notes', value: text}))",
            hostile,
        )
        page.context.set_offline(True)
        page.get_by_role("button", name="Yes, delete it").click()
        page.get_by_role("heading", name="There is no signal").wait_for()
        looked_over(page)
        page.get_by_role("button", name="Send again").click()
        page.get_by_role("heading", name="There is no signal").wait_for()
        assert page.locator("input[name=notes]").input_value() == hostile
        page.context.set_offline(False)
        page.get_by_role("button", name="Send again").click()
        page.wait_for_url(f"{site.url}/record")
        assert site.people.draft("V8", entry) is None
        for path in ("/", "/assets", "/my-list", "/my-account"):
            page.goto(site.url + path)
        cached = page.evaluate(CACHED)
        assert [path for path in cached if not path.startswith("/static/")] == ["/record/offline"]
        page.locator("#old").fill(PASSWORD)
        page.locator("#password").fill("secret words here")
        page.locator("#again").fill("secret words here")
        page.context.set_offline(True)
        page.get_by_role("button", name="Change password").click()
        page.get_by_text("A password is not kept here").wait_for()
        assert "secret" not in page.content()
