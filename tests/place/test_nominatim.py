"""Nominatim as it is documented: its policy kept, its failures told apart from "there is none"."""

import sqlite3
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback import Loopback, Reply
from often import at_least
from rosc_map.errors import FileProblem, InputError
from rosc_map.place.online import nominatim
from rosc_map.place.online.fetch import FetchSettings
from rosc_map.place.online.nominatim import ATTRIBUTION, MOST_A_RUN, AddressAnswer, Nominatim, _mask, _Memory

QUICK = FetchSettings(read_timeout=5, total_time=20)
PLACE = {
    "place_id": 1,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "way",
    "lat": "54.5763",
    "lon": "-1.2348",
    "display_name": "Town Hall, Albert Road, Middlesbrough, TS1 2PA, United Kingdom",
    "category": "amenity",
}


def service(server: Loopback, cache: Path) -> Nominatim:
    return Nominatim("me@council.gov.uk", server.url, cache, settings=QUICK, seconds_between=0)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "n.sqlite"


def test_found_and_kept(cache: Path) -> None:
    with Loopback([Reply([PLACE])]) as server:
        first = service(server, cache).find("Town Hall,  Albert Road")
        assert service(server, cache).find("TOWN HALL, ALBERT ROAD") == first
    assert first == AddressAnswer("found", -1.2348, 54.5763, PLACE["display_name"], PLACE["licence"])
    (asked,) = server.asked
    assert asked.path == "/search"
    assert asked.params == {
        "q": "town hall, albert road",
        "format": "jsonv2",
        "limit": "1",
        "countrycodes": "gb",
        "addressdetails": "0",
    }
    assert asked.headers["user-agent"].endswith("(+me@council.gov.uk)")


def test_the_cache_tells_nothing_to_who_does_not_know_the_address(cache: Path) -> None:
    with Loopback([Reply([PLACE])]) as server:
        service(server, cache).find("Town Hall, Albert Road")
    data = cache.read_bytes().lower()
    for word in (b"albert", b"town", b"54.57", b"1.2348", b"ts1", b"found"):
        assert word not in data
    assert cache.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


@at_least(60)
@given(st.binary(), st.text(), st.binary(min_size=1), st.binary())
def test_the_mask_comes_off_again(secret: bytes, address: str, nonce: bytes, text: bytes) -> None:
    address = address.encode("utf-8", "ignore").decode()
    assert _mask(secret, address, nonce, _mask(secret, address, nonce, text)) == text


def test_a_copied_cache_does_not_answer_guesses(cache: Path) -> None:
    key = cache.with_suffix(".key")
    with Loopback([Reply([PLACE])]) as server:
        service(server, cache).find("12 Albert Road")
        assert len(key.read_bytes()) == 32
        assert key.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
        first = key.read_bytes()
        key.unlink()
        # With the right address, but without the key, it is as if it had never been asked.
        assert service(server, cache).find("12 Albert Road").outcome == "found"
        assert len(server.asked) == 2
        assert service(server, cache).find("12 Albert Road").outcome == "found"
    assert len(server.asked) == 2
    assert key.read_bytes() != first


@pytest.mark.parametrize("damage", [b"", b"x" * 1000])
def test_a_damaged_key_is_made_anew(damage: bytes, cache: Path) -> None:
    cache.parent.mkdir()
    cache.with_suffix(".key").write_bytes(damage)
    with Loopback([Reply([PLACE])]) as server:
        assert service(server, cache).find("a").outcome == "found"
    assert len(cache.with_suffix(".key").read_bytes()) == 32


def test_found_is_kept_for_a_year_and_then_wiped(cache: Path) -> None:
    with Loopback([Reply([PLACE])]) as server:
        service(server, cache).find("a")
        with sqlite3.connect(cache) as db:
            (left,) = db.execute("SELECT until - unixepoch() FROM answer").fetchone()
            (hidden,) = db.execute("SELECT hidden FROM answer").fetchone()
            assert 364.9 < left / 86_400 <= 365.1
            assert hidden in cache.read_bytes()
            db.execute("UPDATE answer SET until = unixepoch() - 1")
        db.close()
        service(server, cache).find("b")
    assert hidden not in cache.read_bytes()


def test_texts_where_times_should_be(cache: Path) -> None:
    with Loopback([Reply([PLACE])]) as server:
        service(server, cache).find("a")
        with sqlite3.connect(cache) as db:
            db.execute("UPDATE answer SET until = 'soon'")
            db.execute("UPDATE turn SET at = 'now'")
        db.close()
        assert service(server, cache).find("a").outcome == "found"
    assert len(server.asked) == 2
    with sqlite3.connect(cache) as db:
        assert db.execute("SELECT count(*) FROM answer").fetchone() == (1,)
    db.close()


@pytest.mark.parametrize("address", ["http://nominatim.lero.org.uk", "http://192.168.1.4/", "http://[fe80::1]/", "x"])
def test_no_address_travels_unencrypted(address: str, cache: Path) -> None:
    with pytest.raises(InputError, match="https://"):
        Nominatim("me@council.gov.uk", address, cache)


def test_who_is_asked_can_be_said(cache: Path) -> None:
    assert Nominatim("me@council.gov.uk", cache=cache).host == "nominatim.openstreetmap.org"
    assert Nominatim("me@council.gov.uk", "http://[::1]:8000", cache).host == "::1"


def test_not_found_is_kept_for_thirty_days(cache: Path) -> None:
    with Loopback([Reply([])]) as server:
        assert service(server, cache).find("nowhere").outcome == "not_found"
        assert service(server, cache).find("nowhere").outcome == "not_found"
        assert len(server.asked) == 1
        with sqlite3.connect(cache) as db:
            (left,) = db.execute("SELECT until - unixepoch() FROM answer").fetchone()
            assert 29.9 < left / 86_400 <= 30.1
            db.execute("UPDATE answer SET until = unixepoch() - 1")
        db.close()
        service(server, cache).find("nowhere")
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=400),
        Reply(status=403),
        Reply(status=404),
        Reply(status=429, headers={"Retry-After": "1"}),
        Reply(status=500),
        Reply(b"<html>"),
        Reply([PLACE], missing=5),
        Reply(hang_up=True),
        Reply(status=302, headers={"Location": "/elsewhere"}),
        Reply({}),
        Reply(None),
        Reply([None]),
        Reply([{}]),
        Reply([PLACE | {"lat": "north"}]),
        Reply([PLACE | {"lat": "48.8", "lon": "2.3"}]),
        Reply({"error": "x"}),
    ],
    ids=range(16),
)
def test_a_failure_is_not_kept_and_asked_once(reply: Reply, cache: Path) -> None:
    with Loopback([reply, Reply([PLACE])]) as server:
        answer = service(server, cache).find("Town Hall")
        assert (answer.outcome, answer.longitude) == ("service_down", None)
        assert answer.reason
        assert "Hall" not in answer.reason
        assert len(server.asked) == 1
        assert service(server, cache).find("Town Hall").outcome == "found"


@pytest.mark.parametrize(("status", "asked"), [(500, 1), (429, 1), (403, 1), (400, 2)])
def test_a_service_that_turns_us_away_is_left_alone_in_this_run(status: int, asked: int, cache: Path) -> None:
    with Loopback([Reply(status=status)]) as server:
        run = service(server, cache)
        assert {run.find(address).outcome for address in ("a", "b")} == {"service_down"}
    assert len(server.asked) == asked


def test_texts_that_are_missing_or_huge(cache: Path) -> None:
    with Loopback([Reply([PLACE | {"licence": None, "display_name": "x" * 5000}])]) as server:
        answer = service(server, cache).find("a")
    assert (answer.licence, len(answer.display_name)) == (ATTRIBUTION, 1000)


def test_no_long_lists(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nominatim, "MOST_A_RUN", 3)
    assert MOST_A_RUN == 200
    with Loopback([Reply([PLACE])]) as server:
        run = service(server, cache)
        answers = [run.find(f"{n} Road") for n in (1, 2, 2, 3, 4, 1)]
    assert [answer.outcome for answer in answers] == ["found"] * 4 + ["not_asked", "found"]
    assert len(server.asked) == 3


def test_no_two_processes_ask_at_once(cache: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from rosc_map.place.online.nominatim import _Memory\n"
        "memory = _Memory(Path(sys.argv[1]), 0.05)\n"
        "for _ in range(4): print(repr(memory.take_turn()))"
    )
    command = [sys.executable, "-c", program, str(cache)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    turns = sorted(float(line) for process in running for line in process.communicate()[0].split())
    assert len(turns) == 12
    assert min(b - a for a, b in pairwise(turns)) >= 0.049


def test_a_second_between_requests() -> None:
    assert nominatim._SECONDS_BETWEEN >= 1


def test_a_clock_that_was_set_back_does_not_stop_it(cache: Path) -> None:
    memory = _Memory(cache, 0.01)
    memory.take_turn()
    with sqlite3.connect(cache) as db:
        db.execute("UPDATE turn SET at = at + 1e6")
    db.close()
    memory.take_turn()


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"\0" * 5000])
def test_a_damaged_cache_is_made_anew(damage: bytes, cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_bytes(damage)
    with Loopback([Reply([PLACE])]) as server:
        assert service(server, cache).find("a").outcome == "found"


def test_an_answer_that_was_damaged_is_asked_for_again(cache: Path) -> None:
    with Loopback([Reply([PLACE])]) as server:
        service(server, cache).find("a")
        with sqlite3.connect(cache) as db:
            db.execute("UPDATE answer SET hidden = zeroblob(30)")
        db.close()
        assert service(server, cache).find("a").outcome == "found"
    assert len(server.asked) == 2


def test_without_a_cache_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with Loopback([Reply([PLACE])]) as server, pytest.raises(FileProblem, match="cannot be used"):
        service(server, tmp_path / "file" / "n.sqlite").find("a")
    assert not server.asked


@pytest.mark.parametrize(
    "contact",
    [
        "",
        "me",
        "a@b",
        "me@localhost",
        "me@example.com",
        "https://www.example.org/x",
        "ftp://a.uk",
        "a b@c.uk",
        "a@b.uk\r\nX: y",
    ],
)
def test_who_asks_must_be_known(contact: str, cache: Path) -> None:
    with pytest.raises(InputError, match="e-mail address"):
        Nominatim(contact, cache=cache)


@pytest.mark.parametrize(
    "contact", ["rosc@middlesbrough.gov.uk", "https://lero.org.uk/about?x=1", "o'b@council.gov.uk"]
)
def test_who_may_ask(contact: str, cache: Path) -> None:
    Nominatim(contact, cache=cache)


@pytest.mark.parametrize("address", ["", "  ", "x" * 301, "\ud800"])
def test_what_is_no_address(address: str, cache: Path) -> None:
    with pytest.raises(InputError, match="300"):
        Nominatim("me@council.gov.uk", cache=cache).find(address)


JSON = st.recursive(
    st.none() | st.floats(-100, 100) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PLACE]), inner),
    max_leaves=6,
)


def test_no_json_breaks_it(cache: Path) -> None:
    body: Any = None
    with Loopback(lambda _: Reply(body)) as server:

        @given(JSON, st.integers())
        def each(some: Any, number: int) -> None:
            nonlocal body
            body = some
            expected = {"not_found"} if some == [] else {"service_down", "found"}
            # Another address each time: what was found is kept. An address has 300 characters at most.
            assert service(server, cache).find(f"{number} {some}"[:300]).outcome in expected

        each()
