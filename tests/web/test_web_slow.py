"""With one bar of signal: pages are small and few files, and one signs in at 400 kbit/s with 400 ms delay.

Bytes are counted on the line itself, between the browser and the server: what the worker of a page fetches, too.
"""

import shutil
import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

import pytest
from looking import phone
from serving import PASSWORD, served

import rosc_map
from partnerships import TODAY

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MOST_BYTES = 60_000
MOST_REQUESTS = 6
# What the page brought over the line until it was loaded: itself, what led to it, and its files, but for those kept.
BROUGHT = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource").filter(
    (file) => file.startTime < page.loadEventStart && file.transferSize);
  return [...Array(page.redirectCount + 1).fill(page), ...files].map((each) => each.name);
}"""
ONE = "id,name,asset_type,postcode,listing\nchoir,Example Choir,community,TS1 2PA,agreed\n"


class Line(ThreadingTCPServer):
    """What leads a browser to a server: ``bytes`` is all that came back, whoever in the browser asked for it."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Through)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.leads_to = ("", 0)
        self.bytes = 0
        self._one = threading.Lock()

    def came(self, count):
        with self._one:
            self.bytes += count


class Through(BaseRequestHandler):
    """One connection."""

    def handle(self):
        with closing(socket.create_connection(self.server.leads_to)) as there:
            for end in (there, self.request):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asking = threading.Thread(target=carry, args=(self.request, there, lambda _: None))
            asking.start()
            carry(there, self.request, self.server.came)
            asking.join()


def carry(come, go, count):
    """Carry on what comes, until either end hangs up."""
    with suppress(OSError):
        while some := come.recv(65_536):
            count(len(some))
            go.sendall(some)
    for end in (come, go):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def line():
    """The line to the server of this file."""
    with Line() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(line, empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough, with one group."""
    target = tmp_path_factory.mktemp("slow") / "area.gpkg"
    shutil.copy(empty_file, target)
    rows = target.with_name("rows.csv")
    rows.write_text(ONE, "utf-8")
    rosc_map.open(target, today=TODAY).import_(rows)
    with served(target, url=line.url, told=True) as running:
        made = urlsplit(running.url)
        line.leads_to = (made.hostname, made.port)
        yield running


@contextmanager
def cold_phone(browser, line, token="", *, slow=False):
    """A phone with nothing kept; from its beginning the bytes of the line are counted."""
    with phone(browser, line.url, token) as held:
        if slow:
            held.page.context.new_cdp_session(held.page).send("Network.emulateNetworkConditions", SLOW)
        line.bytes = 0
        yield held


def light(page, line):
    """What a page brought, checked to be no more than a slow line carries in a few seconds."""
    brought = page.evaluate(BROUGHT)
    print(f"{page.url}: {len(brought)} requests, {line.bytes} bytes with the worker")  # noqa: T201 - shown on failure
    assert 1 <= len(brought) <= MOST_REQUESTS, brought
    assert 500 < line.bytes < MOST_BYTES
    return [url.rpartition("/")[2] for url in brought]


@contextmanager
def until_all_came(page):
    """Wait until the phone has its key, and the worker all that it keeps."""
    with page.expect_response(lambda answer: urlsplit(answer.url).path == "/record/phone", timeout=30_000) as key:
        yield
    key.value.finished()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate("caches.match('/record/offline').then((found) => found.text())")
    assert "Record without signal" in kept


def test_signing_in_is_light_and_what_was_brought_is_not_asked_for_again(browser, line, site):
    with cold_phone(browser, line, slow=True) as held:
        page = held.page
        held.go("/sign-in")
        assert "app.css" in light(page, line)
        began, line.bytes = time.monotonic(), 0
        page.get_by_label("Your number or role").fill("V7")
        page.get_by_label("Password").fill(PASSWORD)
        with until_all_came(page):
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", name="What would you like to do?").wait_for()
            # It was sent, and led on: the line is as slow as it is said to be.
            assert time.monotonic() - began > 0.8
        assert "app.css" not in light(page, line)
    assert not held.wrong


@pytest.mark.parametrize("path", ["/record/new", "/near", "/record/offline"])
def test_the_first_page_of_who_records_is_light_with_all_that_its_worker_keeps(browser, line, site, path):
    with cold_phone(browser, line, site["V7"].token) as held:
        with until_all_came(held.page):
            held.go(path)
        assert "app.css" in light(held.page, line)
    assert not held.wrong


def test_an_organisation_opens_its_own_entry_lightly(browser, line, site):
    token, *_ = site.people.make_entry_link(["choir"], by="coordinator 1")
    with cold_phone(browser, line) as held:
        held.go(f"/our-entry/{token}")
        assert "app.css" in light(held.page, line)
        held.page.get_by_role("button", name="Open our entry").click()
        held.page.wait_for_url(f"{line.url}/our-entry")
        # The bytes are those of both pages.
        assert "app.css" not in light(held.page, line)
    assert not held.wrong


def test_an_asset_is_recorded_lightly(browser, line, site):
    records_an_asset(browser, line, site)


def records_an_asset(browser, line, site, *, slow=False):
    """Record an asset, and check that it brings less than a photograph; the soak does so on the slow line too."""
    with cold_phone(browser, line, site["V8"].token, slow=slow) as held:
        page, keep = held.page, held.page.get_by_role("button", name="Save and continue")
        held.go("/record/new")
        page.locator("#name").fill("Harbour Café")
        page.locator("input[value=lero]").check()
        keep.click()
        page.get_by_label("What it does").fill("A café run by people in recovery.")
        keep.click()
        page.get_by_label("Anyone may see where it is").check()
        keep.click()
        page.get_by_label("Postcode").fill("TS1 2PA")
        page.locator("#place-found svg").wait_for()
        keep.click()
        page.get_by_role("button", name="Check and save now").click()
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("heading", name="Thank you").wait_for()
        assert not held.wrong
        # All pages of it together: less than a photograph.
        assert line.bytes < 3 * MOST_BYTES
    assert sorted(rosc_map.open(site.target).snapshot().assets["name"]) == ["Example Choir", "Harbour Café"]
