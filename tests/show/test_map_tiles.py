"""A base map: what its address may be, and that nothing is asked for before it is switched on."""

import re
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from map_use import zoom_in
from show_build import small

from rosc_map.errors import InputError
from rosc_map.show import map_page
from rosc_map.show.tiles import OPEN_STREET_MAP, Tiles

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf50"
    "0f0003860180d5f3b5a70000000049454e44ae426082"
)


@pytest.mark.parametrize(
    "url",
    [
        "tile.example.org/{z}/{x}/{y}.png",
        "ftp://tile.example.org/{z}/{x}/{y}.png",
        "javascript://tile.example.org/{z}/{x}/{y}",
        "https://{z}.example.org/{x}/{y}.png",
        "https://tile.example.org; script-src */{z}/{x}/{y}.png",
        "https://tile.example.org/{z}/{x}/{y}.png; script-src *",
        "https://tile.example.org/{z}/{x}/{y}.png'",
        'https://tile.example.org/{z}/{x}/{y}.png"',
        "https://tile.example.org/{z}/{x}/{y}.png, *",
        "https://tile.example.org/{z}/{x}/{y}.png\n",
        "https://me:secret@tile.example.org/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://tilé.example.org/{z}/{x}/{y}.png",
        "https://{s}.tile.example.org/{z}/{x}/{y}.png",
        "https://tile.example.org/{s}/{z}/{x}/{y}.png",
        "https://tile.example.org:port/{z}/{x}/{y}.png",
        "https://tile.example.org:65536/{z}/{x}/{y}.png",
        "https://tile..example.org/{z}/{x}/{y}.png",
        "https://tile-.example.org/{z}/{x}/{y}.png",
        "http://tile.example.org/{z}/{x}/{y}.png",
        "http://localhost.example.org/{z}/{x}/{y}.png",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_in_plain_words(url):
    with pytest.raises(InputError, match=r"cannot be the address of a base map\. Give one such as https://"):
        Tiles(url, "© Example")


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://tile.example.org/{z}/{x}.png", "{y}"),
        ("https://tile.example.org/{z}/{z}/{x}/{y}.png", "{z}"),
        ("https://tile.example.org/tile.png", "{z} and {x} and {y}"),
    ],
)
def test_each_part_of_the_place_is_there_once(url, places):
    with pytest.raises(InputError, match=re.escape(f"has to hold {places} once")):
        Tiles(url, "© Example")


@pytest.mark.parametrize("credit", ["", "  ", "x" * 201, "two\nlines", "hidden\u202e"])
def test_a_credit_that_cannot_be_read_is_refused(credit):
    with pytest.raises(InputError, match="cannot be the credit of a base map"):
        Tiles("https://tile.example.org/{z}/{x}/{y}.png", credit)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tile.example.org/{z}/{x}/{y}.png", "https://tile.example.org"),
        ("http://127.0.0.1:8080/tiles?z={z}&x={x}&y={y}", "http://127.0.0.1:8080"),
        ("https://tile.example.org:65535/{z}/{x}/{y}.png", "https://tile.example.org:65535"),
        (OPEN_STREET_MAP.url, "https://tile.openstreetmap.org"),
    ],
)
def test_the_policy_of_the_page_names_the_host_of_the_pictures_and_no_other(url, host):
    tiles = Tiles(url, "© Example")
    assert tiles.host == host
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', map_page(small(), tiles=tiles))[1])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["img-src"] == f"data: {host}"
    assert rules["default-src"] == "'none'"
    assert host not in map_page(small())


class Server:
    """A server of tiles on this machine, and who asked it for what."""

    def __init__(self):
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append((self.path, self.headers.get("Referer")))
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                self.wfile.write(PICTURE)

            def log_message(self, *_args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.tiles = Tiles(f"http://127.0.0.1:{self.http.server_port}/{{z}}/{{x}}/{{y}}.png", "© Example & <others>")
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server():
    served = Server()
    yield served
    served.close()


def switch(page, *, on):
    page.locator("#tiles").set_checked(on)


@pytest.mark.browser
def test_pictures_are_asked_for_when_switched_on_and_no_more_when_switched_off(open_page, server):
    from playwright.sync_api import expect

    watched = open_page(map_page(small(), tiles=server.tiles))
    page = watched.page
    zoom_in(page)
    assert (watched.requests, server.asked) == ([], [])
    switch(page, on=True)
    expect(page.locator("#tiles-note")).to_contain_text("The base map is shown.")
    assert page.locator("#tiles-credit").text_content() == "© Example & <others>"
    assert len(server.asked) == len(watched.requests) > 3
    assert {urlsplit(url).netloc for url in watched.requests} == {urlsplit(server.tiles.host).netloc}
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path, _ in server.asked)
    fills = "[...document.querySelectorAll('#map path.leaflet-interactive')].map(p => p.getAttribute('fill-opacity'))"
    assert set(page.evaluate(fills)) == {"0.5"}
    switch(page, on=False)
    before = len(server.asked)
    zoom_in(page)
    assert len(server.asked) == before
    assert page.locator("#tiles-note").text_content() == page.locator("#tiles-credit").text_content() == ""
    assert page.locator("#map img").count() == 0
    assert set(page.evaluate(fills)) == {"1"}
    assert not (watched.dialogs or watched.console_errors or watched.page_errors)


@pytest.mark.browser
def test_a_base_map_that_cannot_be_fetched_is_said_and_breaks_nothing(open_page, server):
    from playwright.sync_api import expect

    server.close()
    watched = open_page(map_page(small(), tiles=server.tiles))
    switch(watched.page, on=True)
    expect(watched.page.locator("#tiles-note")).to_contain_text("could not be fetched")
    watched.page.get_by_role("button", name="Show on map Tees Treatment").click()
    assert watched.page.locator("#details h3").text_content() == "Tees Treatment"
    assert watched.page_errors == []


@pytest.mark.browser
def test_the_host_is_told_no_more_than_where_the_page_stands(open_page, server, tmp_path):
    page = open_page(map_page(small(), tiles=server.tiles)).page
    switch(page, on=True)
    page.wait_for_selector("#map img.leaflet-tile-loaded")
    assert set(page.evaluate("[...document.images].map(one => one.referrerPolicy)")) == {"origin"}
    assert {referer for _, referer in server.asked} == {None}
