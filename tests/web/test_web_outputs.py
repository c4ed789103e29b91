"""Maps, gaps, reports and results in the web app: made beside the server, kept, and never more than allowed."""

import datetime as dt
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import typer
from looking import looked_over, phone
from serving import Here, served
from typer.main import get_command

import rosc_map
from partnerships import TODAY
from rosc_map.cli.app import app as command_line
from rosc_map.records import Audience
from rosc_map.web import private_folder
from rosc_map.web.commands import Commands, Ran
from rosc_map.web.output_cache import OutputCache
from rosc_map.web.output_files import OutputFile, Wanted, words_for
from rosc_map.web.private_folder import PrivateFolder
from small_rounds import with_round

ROWS = [
    {"name": "Example Hub", "asset_type": "lero", "postcode": "TS1 2AE", "listing": "agreed"},
    {"name": "Example <b>Café</b>", "asset_type": "recovery_support", "postcode": "TS1 3BA", "listing": "agreed"},
    {"name": "Example Garden", "asset_type": "community", "postcode": "TS5 6AA", "listing": "agreed"},
]


@pytest.fixture(scope="module")
def small_file(empty_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    path = folder / "area.gpkg"
    path.write_bytes(empty_file.read_bytes())
    rows = folder / "rows.csv"
    lines = [",".join((*ROWS[0], "location_precision")), *(",".join((*row.values(), "exact")) for row in ROWS)]
    rows.write_text("\n".join(lines), "utf-8")
    rosc_map.open(path).import_(rows)
    return path


@pytest.fixture(scope="module")
def running(small_file):
    with served(small_file, today=None) as site:
        yield site


@pytest.fixture(scope="module")
def the_map(running):
    """The page of the map for partners, made once; how it was waited for, and where the map itself is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running.site.outputs, "_commands", Here())
        waiting = running["V7"].get("/map")
        page = running["V7"].there("/map")
    return waiting, page, re.search(r'<a class="button second" href="([^"]+)"', page.text)[1]


def test_who_asks_first_is_told_that_it_is_being_made_with_and_without_javascript(the_map):
    waiting, *_ = the_map
    assert waiting.status_code == 202
    assert 'role="status" aria-live="polite"' in waiting.text
    assert '<noscript><meta http-equiv="refresh"' in waiting.text


def test_the_page_says_as_at_when_and_for_whom_and_links_the_map(the_map):
    _, page, link = the_map
    assert re.search(r"As at \d\d:\d\d today\. Made for: the organisations of the partnership\.", page.text)
    assert link == "/outputs/partners/map~~lero/map.html"
    assert re.search(r"Save it \(\d+ kB\)", page.text)
    assert '<a class="button" href="/open/partners/map~~lero/map.html"' in page.text
    assert f'<iframe class="output" src="{link}"' in page.text


def test_the_page_gives_the_figures_in_a_sentence_with_their_denominator_and_day(the_map):
    said = re.search(r'<p class="in-short">([^<]+)</p>', the_map[1].text)[1]
    assert re.match(r"1 LERO serves 1 of \d+ ", said)
    assert re.search(r" As at \d+ \w+ \d{4}\.$", said)


def test_the_map_opens_under_a_bar_that_leads_back_to_its_page(running, the_map):
    opened = running["commissioner 2"].get(the_map[2].replace("/outputs/", "/open/"))
    assert opened.status_code == 200
    assert f'<iframe src="{the_map[2]}" title="Map">' in opened.text
    back = re.search(r'<a href="([^"]+)">Back to the app</a>', opened.text)[1]
    assert running["commissioner 2"].get(html.unescape(back)).text.count(the_map[2]) > 0
    assert "Example Hub" not in opened.text
    assert running["commissioner 2"].get("/open/partners/map~~lero/secret").status_code == 404


def test_the_map_comes_under_its_own_policy_and_is_kept_nowhere(running, the_map):
    answer = running["commissioner 2"].get(the_map[2])
    assert answer.status_code == 200
    assert "Example Hub" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'sha256-" in policy
    assert policy.endswith("; frame-ancestors 'self'")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("role", ["V7", "commissioner 2"])
@pytest.mark.parametrize(
    "path",
    [
        "/map?audience=internal",
        "/map?audience=public",
        "/gaps?audience=internal",
        "/network?audience=everybody",
        "/map?type=nothing",
        "/map?tier=street",
        "/outputs/internal/map~~lero/map.html",
        "/outputs/public/map~~lero/map.html",
        "/outputs/partners/worklist/to-check.xlsx",
        "/open/internal/map~~lero/map.html",
        "/open/partners/gaps~~lero/gaps.html",
    ],
)
def test_what_is_not_for_somebody_is_not_there(running, the_map, role, path):
    assert running[role].get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "recorder", "viewer"),
    [
        ("/report?audience=public", 403, 404),
        ("/rounds/R1/result", 403, 404),
    ],
)
def test_who_records_has_no_part_in_the_report_and_the_results(running, path, recorder, viewer):
    assert running["V7"].get(path).status_code == recorder
    assert running["commissioner 2"].get(path).status_code == viewer


def test_nor_is_a_file_of_the_report_given_to_who_records(running, monkeypatch):
    made = OutputFile("board-paper.html", 3, "default-src 'none'"), b"<p>"
    monkeypatch.setattr(running.site.outputs, "file", lambda *_: made)
    for slug in ("report", "round~R1"):
        path = f"/outputs/partners/{slug}/board-paper.html"
        assert [running[who].get(path).status_code for who in ("V7", "commissioner 2")] == [404, 200]


def test_nobody_is_given_a_file_without_signing_in(running, the_map):
    for path in ("/map", the_map[2]):
        answer = requests.get(running.url + path, allow_redirects=False, timeout=30)
        assert answer.status_code == 303, path
        assert "Example Hub" not in answer.text


@pytest.mark.parametrize(
    "name", ["..%2F..%2F..%2Fetc%2Fpasswd", "%2e%2e/map.html", "secret", "map.html%00", "..", "%2Fetc%2Fpasswd"]
)
def test_only_what_was_made_is_given_out(running, the_map, name):
    assert running["admin 4"].get(f"/outputs/partners/map~~lero/{name}").status_code == 404


@pytest.mark.browser
def test_map_pages_in_chromium_break_no_policy(running, the_map, browser):
    with phone(browser, running.url, running["coordinator 1"].token) as held:
        page = held.page
        held.go("/map")
        looked_over(page)
        held.go(the_map[2].replace("/outputs/", "/open/"))
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Show on map Example Hub").click()
        assert frame.locator(".details h3").first.inner_text() == "Example Hub"
        looked_over(page)
        assert held.wrong == []
        for width, height in ((360, 640), (320, 256)):  # the second is 400 % zoom
            page.set_viewport_size({"width": width, "height": height})
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth <= innerWidth && {root}.scrollHeight <= innerHeight")
            box = page.locator("iframe").bounding_box()
            assert box["width"] == width
            assert box["y"] + box["height"] == height
            assert box["y"] < 65
        focused = "document.activeElement.tagName"
        page.get_by_role("link", name="Save it").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "IFRAME"
        while page.evaluate(focused) == "IFRAME":
            page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.innerText").startswith("Save it")
        page.get_by_role("link", name="Back to the app").click()
        assert page.locator("h1").inner_text() == "Map"


@pytest.mark.browser
def test_a_map_is_framed_by_its_own_site_only(running, the_map, browser):
    the_file = running["commissioner 2"].get(the_map[2]).text
    framing = '<!DOCTYPE html><html lang="en-GB"><title>Outer</title><iframe src="http://home.example/map.html">'

    def served(route):
        body = the_file if route.request.url == "http://home.example/map.html" else framing
        route.fulfill(body=body, content_type="text/html")

    with phone(browser, running.url) as held:
        held.page.route("http://*.example/*.html", served)
        for host, shows in (("home", True), ("other", False)):
            held.page.goto(f"http://{host}.example/outer.html")
            inside = held.page.frame_locator("iframe")
            inside.locator("#shown" if shows else "text=not shown within another page").first.wait_for()
            assert ("Example Hub" in held.page.frames[1].content()) is shows, host


def lying(running, words):
    """The names of the files of the server that hold some words."""
    files = [path for path in running.site.outputs._folder.path.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if words in path.read_bytes())


def test_an_addition_leaves_the_old_map_there(running, small_file, the_map):
    rosc_map.open(small_file, who="coordinator 1").edit("Example Hub", {"description": "Open on Mondays."})
    page = running["V7"].get("/map")
    assert page.status_code == 200
    assert "The records have changed since." in page.text
    assert running["V7"].get(the_map[2]).status_code == 200


def test_a_hidden_place_is_in_nothing_from_the_next_request_on(running, small_file, the_map, monkeypatch):
    """The last test of the shared map: after it there is none."""
    asked = "/export/made?audience=partners&to=csv"
    page = running["commissioner 2"].there(asked).text
    address = re.search(r'href="(/outputs/partners/export[^"]+)"', page)[1]
    answer = running["commissioner 2"].get(address)
    assert "Example Garden" in answer.text
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''assets.csv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert running["V7"].get(address).status_code == 404
    assert lying(running, b"TS5 6AA") == ["assets.csv", "map.html"]

    monkeypatch.setattr(running.site.outputs, "_pause", 0)
    rosc_map.open(small_file, who="coordinator 1").edit("Example Garden", {"location_precision": "hidden"})
    assert running["V7"].get(the_map[2]).status_code == 404
    opened = running["V7"].get(the_map[2].replace("/outputs/", "/open/"), allow_redirects=False)
    assert (opened.status_code, opened.headers["Location"]) == (303, "/map?audience=partners&tier=&type=lero")
    assert running["commissioner 2"].get(address).status_code == 404
    assert lying(running, b"TS5 6AA") == []

    monkeypatch.setattr(running.site.outputs, "_commands", Here())
    assert running["commissioner 2"].get(asked).status_code == 202
    assert running["commissioner 2"].there(asked).status_code == 200
    content = running["commissioner 2"].get(address).text
    assert "Example <b>Café</b>" in content
    assert "Example Garden" not in content
    assert "TS5 6AA" not in content
    monkeypatch.undo()
    running.site.outputs._commands.close()
    assert running["V7"].get("/map").status_code == 202  # it has to be made anew, which is seen of the other here


def test_what_is_made_lies_where_its_owner_alone_can_look_and_is_gone_at_the_end(small_file):
    commands = Commands()
    commands.close()  # nothing can be made: that is said, and nothing of it is left
    cache = OutputCache(str(small_file), rosc_map.open(small_file).live_assets(), commands)
    folder = cache._folder.path
    assert folder.stat().st_mode & 0o777 == 0o700
    wanted = Wanted("network", Audience.PARTNERS)
    assert cache.ask(wanted).making
    while cache.ask(wanted).making:
        time.sleep(0.01)
    assert cache.ask(wanted).why.startswith("The site is being stopped.")
    assert list(folder.iterdir()) == []
    cache.close()
    assert not folder.exists()


class Records:
    """What is asked of the records, with changes made by the tests, and to whom less may be told after each of them."""

    def __init__(self):
        self.marker, self.tell_less = "1", {*Audience}

    def refresh(self):
        pass

    def told_less_since(self, marker, audience):
        return audience in self.tell_less and marker != self.marker


class Making:
    """Commands that write one file and do what a test wants while they are at it."""

    def __init__(self):
        self.made, self.meanwhile = [], lambda: None

    def run(self, words, *, in_vain):
        self.made.append(words[words.index("--audience") + 1])
        Path(words[words.index("--out") + 1], "network.html").write_text("<p>", "utf-8")
        self.meanwhile()
        return Ran(why="It was in vain.") if in_vain() else Ran(said="Two services refer.\nMore.")

    def close(self):
        pass


def settled(cache, wanted):
    while (shown := cache.ask(wanted)).making:
        time.sleep(0.01)
    return shown


NETWORK = Wanted("network", Audience.PARTNERS)


@pytest.fixture
def making():
    """What makes outputs, the records, the rounds that may be shown, and a cache that waits an hour between makings."""
    commands, records, rounds = Making(), Records(), {"R1"}
    cache = OutputCache("area.gpkg", records, commands, rounds_shown=lambda: frozenset(rounds), pause=3600)
    yield commands, records, rounds, cache
    cache.close()


def test_what_may_no_longer_be_shown_is_made_again_at_once_and_all_else_waits(making):
    commands, records, _, cache = making
    assert settled(cache, NETWORK).made.in_short == "Two services refer."
    records.marker = "2"
    shown = settled(cache, NETWORK)
    assert shown.is_newest
    assert len(commands.made) == 2


INTERNAL = Wanted("network", Audience.INTERNAL)


def on_disk(cache):
    return [path.name for path in cache._folder.path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("every", [3600, 0.02], ids=["something else is asked for", "nobody asks"])
def test_when_less_may_be_told_all_that_is_older_leaves_the_disk(every):
    records = Records()
    cache = OutputCache("area.gpkg", records, Making(), every=every)
    for wanted in (NETWORK, INTERNAL):
        settled(cache, wanted)
    assert on_disk(cache) == ["network.html", "network.html"]
    records.marker = "2"
    if every > 1:
        assert cache.file(Audience.PUBLIC, "map~~lero", "map.html") is None
    for _ in range(500):
        if not on_disk(cache):
            break
        time.sleep(0.01)
    assert on_disk(cache) == []
    cache.close()


def test_ten_minutes_after_a_change_of_the_records_what_is_older_is_given_no_more():
    clock, records = [dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)], Records()
    records.tell_less = ()
    cache = OutputCache("area.gpkg", records, Making(), pause=3600, now=lambda: clock[0])
    settled(cache, NETWORK)
    clock[0] += dt.timedelta(days=1)
    assert cache.file(Audience.PARTNERS, "network", "network.html")
    records.marker = "2"
    assert cache.file(Audience.PARTNERS, "network", "network.html")
    clock[0] += dt.timedelta(minutes=9)
    assert cache.file(Audience.PARTNERS, "network", "network.html")
    clock[0] += dt.timedelta(minutes=2)
    assert cache.file(Audience.PARTNERS, "network", "network.html") is None
    assert settled(cache, NETWORK).is_newest
    cache.close()


def test_only_what_was_made_for_those_who_may_be_shown_less_leaves_the_disk(making):
    commands, records, _, cache = making
    public = Wanted("network", Audience.PUBLIC)
    for wanted in (NETWORK, INTERNAL, public):
        settled(cache, wanted)
    records.marker, records.tell_less = "2", {Audience.PARTNERS, Audience.INTERNAL}
    kept = [cache.file(wanted.audience, wanted.slug, "network.html") for wanted in (NETWORK, INTERNAL, public)]
    assert kept == [None, None, (kept[2][0], b"<p>")]
    assert on_disk(cache) == ["network.html"]
    # Nor is the making of one ended by what is not its own audience's.
    commands.meanwhile = lambda: setattr(records, "marker", "3")
    cache._pause = 0
    assert cache.ask(public).making
    shown = settled(cache, public)
    assert not shown.again
    assert len(commands.made) >= 4


@pytest.mark.parametrize("lost", ["all of it", "one file"])
def test_what_somebody_removed_from_the_temporary_files_is_made_again(making, lost):
    commands, _, _, cache = making
    made = settled(cache, NETWORK).made
    shutil.rmtree(cache._folder.path if lost == "all of it" else made.folder)
    assert settled(cache, NETWORK).is_newest
    assert cache.file(Audience.PARTNERS, "network", "network.html")[1] == b"<p>"
    assert len(commands.made) == 2


def test_without_room_on_the_disk_it_is_said_that_nothing_could_be_made(making, monkeypatch, caplog):
    _, _, _, cache = making

    def full(**_):
        raise OSError(28, "No space left on device", "Zwiebel")

    monkeypatch.setattr(private_folder.tempfile, "mkdtemp", full)
    assert settled(cache, NETWORK).why.startswith("It could not be made.")
    assert "Something could not be made: OSError (No space left on device) in " in caplog.text
    assert "Zwiebel" not in caplog.text
    assert "Traceback" not in caplog.text


def test_what_is_being_made_when_less_may_be_told_is_thrown_away_and_made_again(making):
    commands, records, _, cache = making
    commands.meanwhile = lambda: (
        setattr(records, "marker", f"{len(commands.made)} more") if len(commands.made) < 4 else None
    )
    seen = [cache.ask(NETWORK)]
    while seen[-1].made is None:
        seen.append(cache.ask(NETWORK))
        time.sleep(0.01)
    assert any(shown.again for shown in seen)
    assert {shown.why for shown in seen} == {""}
    assert not seen[-1].again
    assert seen[-1].is_newest


@pytest.mark.parametrize(("audience", "stays"), [(Audience.PARTNERS, False), (Audience.INTERNAL, True)])
def test_figures_of_a_round_are_taken_back_with_its_feedback(making, audience, stays):
    _, _, rounds, cache = making
    wanted = Wanted("network", audience)
    assert settled(cache, wanted).made
    rounds.clear()
    assert (cache.file(audience, wanted.slug, "network.html") is not None) is stays


def test_what_most_open_first_is_made_ready_after_what_people_ask_for(making):
    commands, _, _, cache = making
    held = threading.Event()
    commands.meanwhile = held.wait
    cache.ask(Wanted("network", Audience.PUBLIC))
    cache.make_ready([NETWORK, Wanted("network", Audience.INTERNAL)], after=0)
    cache._timer.join()
    held.set()
    for _ in range(500):
        if len(commands.made) == 3 and not any(each.making for each in cache._held.values()):
            break
        time.sleep(0.01)
    assert commands.made == ["public", "partners", "internal"]
    assert cache.ask(NETWORK).is_newest


def test_a_command_is_ended_when_nobody_can_use_what_comes_of_it():
    began = time.monotonic()
    ran = Commands().run((), module="http.server", in_vain=lambda: time.monotonic() - began > 0.1)
    assert ran.why.startswith("The records were changed meanwhile.")
    assert time.monotonic() - began < 10


WANTED = [
    Wanted("map", Audience.PUBLIC, ("", "lero")),
    Wanted("map", Audience.INTERNAL, ("local", "mutual_aid")),
    Wanted("gaps", Audience.PARTNERS, ("", "lero")),
    Wanted("gaps", Audience.PARTNERS, ("local", "treatment")),
    Wanted("network", Audience.INTERNAL),
    Wanted("report", Audience.PARTNERS),
    Wanted("round", Audience.PARTNERS, ("--json",)),
    Wanted("worklist", Audience.INTERNAL),
    Wanted("export", Audience.PUBLIC, ("assets", "oruk", "open-referral")),
]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted.slug)
def test_each_output_is_asked_for_in_words_that_the_command_line_takes(wanted, tmp_path):
    words = words_for(wanted, "-area.gpkg", tmp_path)
    command, context = get_command(command_line), None
    while isinstance(command, typer.core.TyperGroup):
        name, *rest = words
        command, words, context = command.get_command(context, name), rest, command.make_context("it", [name])
    given = command.make_context("it", words).params
    assert given["file"] == "-area.gpkg"
    assert given.get("audience", "internal") == wanted.audience
    assert given.get("round_name", "--json") == "--json"  # a round of that name is no option


def test_the_address_of_an_output_holds_no_slash_whatever_a_round_is_called():
    assert "/" not in Wanted("round", Audience.PARTNERS, ("../R1",)).slug


def test_a_command_that_takes_too_long_is_ended():
    commands = Commands(most_seconds=0.2)
    began = time.monotonic()
    assert commands.run((), module="http.server").why.startswith("It took longer than")
    assert time.monotonic() - began < 10


def test_a_command_that_fails_says_why_and_a_fault_of_ours_tells_nothing():
    commands = Commands()
    assert "nonsense" in commands.run(["where", "nonsense"]).why
    fault = commands.run((), given="a secret of Example Hub (", module="ast")  # it ends with a traceback
    assert fault.why.startswith("It could not be made, because something went wrong in this program.")
    commands.close()
    assert commands.run(["where", "nonsense"]).why.startswith("The site is being stopped.")


def test_what_a_killed_server_made_is_gone_when_the_next_one_starts(tmp_path, monkeypatch):
    script = (
        "import os; from rosc_map.web.private_folder import PrivateFolder;"
        "print(PrivateFolder().path, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first = PrivateFolder()
    second = PrivateFolder()
    assert not left.exists()
    assert first.path.is_dir()  # it is in use
    first.close()
    second.close()
    assert list(tmp_path.iterdir()) == []


def test_servers_that_start_at_once_leave_each_other_what_they_need(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ThreadPoolExecutor(8) as all_at_once:
        started = list(all_at_once.map(lambda _: PrivateFolder(), range(40)))
    assert all(folder.new().is_dir() for folder in started)
    assert len({folder.path for folder in started}) == 40
    assert len(list(tmp_path.iterdir())) == 80  # each has its lock
    for folder in started:
        folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_cleared_away_before_it_was_held_is_not_relied_on(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lock, left = private_folder.fcntl.flock, []

    def flock(file, how):
        if not left:  # another server that is starting was quicker
            left.extend(tmp_path.iterdir())
            left[0].unlink()
        lock(file, how)

    monkeypatch.setattr(private_folder.fcntl, "flock", flock)
    folder = PrivateFolder()
    PrivateFolder().close()
    assert folder.path.is_dir()
    assert folder.path.with_name(f"{folder.path.name}.lock") not in left
    folder.close()


def test_a_folder_without_a_lock_is_cleared_away_and_one_that_was_lost_is_made_again(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "rosc-map-web-left").mkdir()
    folder = PrivateFolder()
    assert [path.is_dir() for path in sorted(tmp_path.iterdir())] == [True, False]
    shutil.rmtree(folder.path)
    assert folder.new().is_dir()
    assert "removed" in caplog.text
    folder.close()
    assert list(tmp_path.iterdir()) == []


def test_a_viewer_is_told_at_once_why_there_are_no_figures_of_a_round_yet(empty_file, tmp_path):
    path = tmp_path / "area.gpkg"
    shutil.copy(empty_file, path)
    with_round(path, TODAY - dt.timedelta(days=60))
    with served(path) as site:
        page = site["commissioner 2"].get("/rounds/R1/result")
        assert page.status_code == 200
        assert "Each organisation sees its own result first." in page.text
        assert site["commissioner 2"].get("/rounds/R9/result").status_code == 404
        assert site["coordinator 1"].get("/rounds/R9/result?audience=internal").status_code == 404
        assert site["V7"].get("/rounds/R1/result").status_code == 403
