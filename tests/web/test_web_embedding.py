"""The public map in a page of another site: of those that were named, and of no other."""

import re
import shutil
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from looking import looked_over, phone
from serving import Here, served

import rosc_map
from axe_core import violations
from rosc_map.records import Audience

ROWS = """name,asset_type,postcode,listing,location_precision,areas_served,description
Zqopen Café,lero,TS1 2AE,agreed,exact,,Tea for all
Zqnotasked,lero,TS1 3BA,not_asked,exact,,Rooms for four
Zqrefuge,domestic_abuse_refuge,,not_asked,hidden,Middlesbrough,Rooms for six
"""
GOOD = "https://www.example.org\n\nHTTPS://Maps.Example.org:8443/\nhttps://www.example.org\n"


@pytest.fixture(scope="module")
def running(empty_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("embed")
    path = Path(shutil.copy(empty_file, folder / "area.gpkg"))
    (folder / "rows.csv").write_text(ROWS, "utf-8")
    with closing(rosc_map.open(path)) as partnership:
        partnership.import_(folder / "rows.csv")
    with served(path, today=None) as made:
        made.site.outputs._commands = Here()
        yield made


@contextmanager
def other_site(address):
    """A site with a page that has the map in it, as a council's would."""
    links = f'<a href="#a">before</a>{address}<a href="#b">after</a>'
    text = f'<!doctype html><html lang="en"><title>T</title><h1>T</h1>{links}'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def asked(running, **headers):
    return requests.get(f"{running.url}/embed/map", headers=headers, timeout=30)


def frame_ancestors(answer):
    return answer.headers["Content-Security-Policy"].partition("frame-ancestors ")[2]


@pytest.fixture(scope="module")
def the_map(running):
    """The first answers to a stranger, and the one that has the map."""
    running.people.set_setting("embed hosts", "https://www.example.org\nhttps://maps.example.org:8443")
    answers = [asked(running)]
    for _ in range(400):
        if answers[-1].status_code == 200:
            return answers
        time.sleep(0.2)
        answers.append(asked(running))
    raise AssertionError(answers[-1].text)


def test_with_no_site_allowed_it_is_not_there(empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    with served(target) as made:
        answer = asked(made)
        assert answer.status_code == 404
        assert frame_ancestors(answer).startswith("'none'")


def test_while_it_is_made_a_plain_page_waits_and_looks_again(the_map):
    first = the_map[0]
    assert first.status_code == 503
    assert first.headers["Retry-After"] == "10"
    assert '<meta http-equiv="refresh" content="10">' in first.text
    assert frame_ancestors(first) == "https://www.example.org https://maps.example.org:8443"
    assert "<script" not in first.text


def test_it_is_the_public_map_and_sets_no_cookie(running, the_map):
    answer = the_map[-1]
    assert "Zqopen Café" in answer.text
    assert "Zqnotasked" not in answer.text
    assert frame_ancestors(answer) == "https://www.example.org https://maps.example.org:8443"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert policy.count("frame-ancestors") == 1
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert asked(running, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
    mine = asked(running, Cookie=f"rosc-map={running['admin 4'].token}")
    assert mine.content == answer.content


def test_it_is_sent_packed_where_that_can_be_read_and_not_at_all_where_it_is_the_same(running, the_map, monkeypatch):
    packed, plain = asked(running), asked(running, **{"Accept-Encoding": "br, gzip;q=0"})
    assert (packed.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert int(packed.headers["Content-Length"]) < len(packed.content) / 2
    assert packed.content == plain.content
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    # For who has it already it is not even read.
    monkeypatch.setattr(running.site.outputs, "file", None)
    same = asked(running, **{"If-None-Match": f"W/{packed.headers['ETag']}"})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", packed.headers["ETag"])


@pytest.mark.browser
def test_a_named_site_shows_it_and_another_does_not(running, the_map, browser):
    line = f'<iframe src="{running.url}/embed/map" title="Map" width="100%" height="600"></iframe>'
    with other_site(line) as allowed, other_site(line) as other:
        running.people.set_setting("embed hosts", allowed)
        with phone(browser, running.url, width=1000, height=900) as held:
            with held.page.expect_console_message(lambda told: "frame-ancestors" in told.text):
                held.page.goto(other)
            assert all("Zqopen" not in frame.content() for frame in held.page.frames[1:] if frame.url != other)
        with phone(browser, running.url, width=1000, height=900) as held:
            held.page.goto(allowed)
            shown = held.page.frame_locator("iframe")
            shown.locator("h1").first.wait_for()
            assert "Made for everybody." in shown.locator("body").inner_text()
            assert [text for text in held.wrong if not text.startswith((allowed, running.url))] == []
            # By the keyboard: from the link before it, through the map, to the link after it.
            held.page.get_by_text("before").focus()
            inside = False
            for _ in range(120):
                held.page.keyboard.press("Tab")
                where = held.page.evaluate("document.activeElement.tagName + document.activeElement.textContent")
                inside = inside or where.startswith("IFRAME")
                if where == "Aafter":
                    break
            assert inside
            assert where == "Aafter"
        with phone(browser, running.url, width=320) as held:
            held.go("/embed/map")
            assert violations(held.page) == ""
            assert held.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_an_admin_names_sites_and_gets_the_line(running, the_map, browser):
    running.people.set_setting("embed hosts", "")
    with phone(browser, running.url, running["admin 4"].token, width=320) as held:
        held.go("/embedding")
        held.page.get_by_label("Sites that may show the map").fill("http://www.example.org")
        held.page.get_by_role("button", name="Save").click()
        assert held.page.title().startswith("Error: ")
        looked_over(held.page)
        held.page.get_by_role("link", name="is not the start of a safe address").click()
        assert held.page.evaluate("document.activeElement.id") == "hosts"
        held.page.get_by_label("Sites that may show the map").fill(GOOD)
        held.page.get_by_role("button", name="Save").click()
        held.page.get_by_text("Saved.").wait_for()
        looked_over(held.page)
        line = held.page.get_by_label("Copy all of this").input_value()
    assert re.fullmatch(
        rf'<iframe src="{running.url}/embed/map" title="[^"]+" width="100%" height="640" loading="lazy"></iframe>', line
    )
    assert frame_ancestors(asked(running)) == "https://www.example.org https://maps.example.org:8443"


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.example.org/page",
        "https://*.example.org",
        "*",
        "'self'",
        "https://www.example.org; script-src *",
        "https://user@www.example.org",
        "https://www.example.org:0",
        "https://www.example.org:65536",
        "https://-www.example.org",
        "https://wwẅ.example.org",
        "javascript:alert(1)",
        "\n".join(f"https://{number}.example.org" for number in range(51)),
        f"https://{'a.' * 200}example.org",
    ],
)
def test_what_is_no_site_is_refused_and_nothing_is_changed(running, typed):
    before = running.people.setting("embed hosts")
    answer = running["admin 4"].post("/embedding", {"hosts": typed}, page="/embedding")
    assert answer.status_code == 422
    assert 'href="#hosts"' in answer.text
    assert running.people.setting("embed hosts") == before


def test_who_works_alone_has_no_such_page(empty_file, tmp_path):
    target = Path(shutil.copy(empty_file, tmp_path / "area.gpkg"))
    with served(target, signs_in=False) as made:
        mine = {"Cookie": f"rosc-map={made.key}"}
        assert requests.get(f"{made.url}/embedding", headers=mine, timeout=20).status_code == 404
        assert "/embedding" not in requests.get(f"{made.url}/", headers=mine, timeout=20).text


def test_it_stays_when_what_it_never_showed_is_changed_and_goes_at_once_with_what_it_did(running, the_map):
    """The last test of the map: after it there is none."""
    running.people.set_setting("embed hosts", "https://www.example.org")
    mark = asked(running).headers["ETag"]
    partnership = rosc_map.open(running.target, who="coordinator 1")
    for name in ("Zqrefuge", "Zqnotasked"):
        partnership.edit(name, {"description": "None any more"})
        assert (asked(running).status_code, asked(running).headers["ETag"]) == (200, mark)
    partnership.edit("Zqopen Café", {"description": ""})
    assert running.site.outputs.file(Audience.PUBLIC, "map~~lero", "map.html") is None
