"""With one bar of signal: pages are small and few files, and an asset is recorded at 400 kbit/s with 400 ms delay."""

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from looking import phone
from serving import PASSWORD, served

import rosc_map

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MOST_BYTES = 60_000
MOST_REQUESTS = 6


@pytest.fixture(scope="module")
def site(empty_file, tmp_path_factory):
    """A served partnership in Middlesbrough."""
    target = tmp_path_factory.mktemp("slow") / "area.gpkg"
    shutil.copy(empty_file, target)
    with served(target, told=True) as running:
        yield running


@dataclass
class Line:
    """What came over a slow line: the addresses that were asked for, and the bytes of each answer as it came."""

    asked: list[str] = field(default_factory=list)
    came: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.asked.clear()
        self.came.clear()

    @property
    def bytes(self) -> int:
        return sum(self.came.values())

    def is_light(self) -> bool:
        """Whether something came, and no more than a slow line carries in a few seconds."""
        return 500 < self.bytes < MOST_BYTES and 1 <= len(self.asked) <= MOST_REQUESTS


@contextmanager
def slow_phone(browser, site, name=""):
    """A phone with nothing kept, on a slow line; and the line."""
    with phone(browser, site.url, site[name].token if name else "") as held:
        session = held.page.context.new_cdp_session(held.page)
        line, urls = Line(), {}

        def asked(told):
            url = urls[told["requestId"]] = told["request"]["url"]
            if not url.startswith("data:"):
                line.asked.append(url)
            if "redirectResponse" in told:
                line.came[f"before {url}"] = int(told["redirectResponse"]["encodedDataLength"])

        def was_kept(told):
            url = urls[told["requestId"]]
            if url in line.asked:
                line.asked.remove(url)

        def answered(told):
            if told["response"].get("fromDiskCache"):
                was_kept(told)

        def came(told):
            url = urls[told["requestId"]]
            if url in line.asked:
                line.came[url] = int(told["encodedDataLength"])

        session.on("Network.requestWillBeSent", asked)
        session.on("Network.requestServedFromCache", was_kept)
        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", came)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        yield held, line


def told(page, line):
    """Tell how long it took: shown when a test fails."""
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    print(f"{page.url}: {line.bytes} bytes, {len(line.asked)} requests, usable after {ready:.0f} ms")  # noqa: T201


def test_the_first_pages_are_small(browser, site):
    with slow_phone(browser, site) as (held, line):
        held.go("/sign-in")
        told(held.page, line)
        assert line.is_light()
        assert any(url.endswith("/app.css") for url in line.came)
        began = time.monotonic()
        line.clear()
        held.page.get_by_label("Your number or role").fill("V7")
        held.page.get_by_label("Password").fill(PASSWORD)
        held.page.get_by_role("button", name="Sign in").click()
        held.page.get_by_role("heading", name="What would you like to do?").wait_for()
        told(held.page, line)
        # It was sent, and led on: the line is as slow as it is said to be.
        assert time.monotonic() - began > 0.8
        # What a page before it brought is not asked for again.
        assert line.is_light()
        assert not any(url.endswith("/app.css") for url in line.came)
    for path in ("/", "/record/new"):
        with slow_phone(browser, site, "V7") as (held, line):
            held.go(path)
            told(held.page, line)
            assert line.is_light()
            assert any(url.endswith("/app.css") for url in line.came)


def test_an_asset_is_recorded_on_a_slow_line(browser, site):
    with slow_phone(browser, site, "V8") as (held, line):
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
        told(page, line)
        assert not held.wrong
        # All pages of it together: less than a photograph.
        assert line.bytes < 3 * MOST_BYTES
    assert [*rosc_map.open(site.target).snapshot().assets["name"]] == ["Harbour Café"]
