"""A phone without signal: a real Chromium whose network is cut, that is closed, and whose server is killed."""

import re
import shutil
from contextlib import closing, contextmanager

import pytest
from looking import fits, looked_over, phone
from serving import PASSWORD, Visitor, free_port, served, serving, volunteers

import rosc_map

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
  const keys = (await all("key")).map(({ who, key }) => [who, key.extractable]);
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


@contextmanager
def profile(browser, folder, url, token):
    """A phone that keeps what it has when it is closed."""
    found = next(name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name))
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=shutil.which(found), args=["--no-sandbox", "--disable-gpu"],
        viewport={"width": 360, "height": 640},
    )  # fmt: skip
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "rosc-map", "value": token, "url": url}])
    try:
        yield context.pages[0]
    finally:
        context.close()


def opened(page, url):
    """Open the page that works without signal, once all is there that it needs for that."""
    page.goto(f"{url}/record/offline")
    page.locator("#phone-home").wait_for()
    page.evaluate("navigator.serviceWorker.ready")


def on(page):
    page.get_by_role("button", name="Keep and continue").click()


def write_down(page, name, *, way="exact", postcode="TS1 2PA"):
    """Write down a group, as far as it has to be."""
    page.locator("#phone-add").click()
    page.locator("#name").fill(name)
    page.locator("input[value=mutual_aid]").check()
    on(page)
    on(page)
    page.locator(f"input[name=location_precision][value={way}]").check()
    on(page)
    if way == "exact":
        page.locator("#postcode").fill(postcode)
    page.get_by_role("button", name="Finish this one").click()
    page.get_by_text(f"{name}, ").wait_for()


def names_of(target):
    with closing(rosc_map.open(target)) as partnership:
        return sorted(partnership.snapshot().assets["name"])


def test_what_is_written_without_signal_is_stored_once_though_all_goes_wrong(browser, empty_file, tmp_path):
    target, port = tmp_path / "area.gpkg", free_port()
    shutil.copy(empty_file, target)
    ((_, token),) = volunteers(target, 1).items()
    with serving(target, port) as server:
        with profile(browser, tmp_path / "profile", server.url, token) as page:
            opened(page, server.url)
            page.context.set_offline(True)
            page.goto(f"{server.url}/assets")  # any page leads there
            for name in NAMES:
                write_down(page, name)
            page.locator("#phone-add").click()
            page.locator("#name").fill("Only begun")  # and the telephone is put away
            assert page.evaluate(NAME_KEPT) == "Only begun"
        with profile(browser, tmp_path / "profile", server.url, token) as page:
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
            assert page.get_by_text("Sent.").count() == 1
            page.get_by_role("button", name="Send now").click()
            page.get_by_text("There is no signal. All of it stays").wait_for()
            assert server.process.poll() is not None
            assert 2 <= len(names_of(target)) <= 5
            with serving(target, port):
                page.get_by_role("button", name="Send now").click()
                page.get_by_text("All of it is sent").wait_for()
                assert page.get_by_text("Has to be looked at").count() == 1  # what was only begun
                assert page.get_by_text("Sent.").count() == 5
            assert len(sent) > 6
            assert page.evaluate(KEPT)["count"] == 6
    assert names_of(target) == NAMES
