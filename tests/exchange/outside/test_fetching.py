"""Fetching live directories of Open Referral UK: whole or not at all, and what broke off goes on."""

import datetime as dt
import json
import os
import socket
import stat
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live import QUICK, Directory, fetch, files, paths, service

from loopback import Asked, Loopback, Reply
from often import at_least
from rosc_map.errors import (
    AnswerNotUnderstood,
    FileProblem,
    InputError,
    ServiceDown,
    ServiceHasNone,
    ServiceProblem,
    ServiceRefused,
)
from rosc_map.exchange.outside import asking
from rosc_map.exchange.outside.fetching import LIVE, FetchOptions, fetched_list


@pytest.mark.parametrize("version", [1, 3])
@pytest.mark.parametrize("end", ["", "/", "/services", "/services/"])
def test_pages_then_the_details_of_what_is_about_recovery(tmp_path, version: int, end: str) -> None:
    told: list[tuple[int, int | None]] = []
    with Loopback(Directory(12, version)) as server:
        url = f"{server.url}/api{end}?per_page=5&taxonomy_id=a&taxonomy_id=b&page=9"
        opened = fetch("oruk", url, tmp_path, progress=lambda done, of: told.append((done, of)))
    details = [f"/api/services/s-{number}" for number in (0, 5, 10)]
    root = ["/api/"] if version == 3 else []
    assert paths(server) == ["/api/services?1", "/api/services?2", "/api/services?3", *details, *root]
    assert server.asked[0].params["taxonomy_id"] == "b"
    rows = [page["contents" if version == 3 else "content"] for page in opened.documents[:3]]
    assert [len(page) for page in rows] == [5, 5, 2]
    assert [document["id"] for document in opened.documents[3:6]] == ["s-0", "s-5", "s-10"]
    assert (opened.name, opened.host) == ("127.0.0.1", "127.0.0.1")
    assert "3 of 12 services seem to be about recovery" in opened.said[0]
    assert told[:6] == [(1, None), (2, 3), (3, 3), (4, 6), (5, 6), (6, 6)]
    assert not files(tmp_path)


def test_a_hundred_a_page_is_asked_for(tmp_path) -> None:
    with Loopback(Directory(1)) as server:
        fetch("oruk", f"{server.url}/api", tmp_path)
    assert server.asked[0].params == {"per_page": "100", "page": "1"}


def test_rows_that_are_full_need_no_details(tmp_path) -> None:
    rows = [service(number, service_at_locations=[{"id": "l"}]) for number in range(6)]
    with Loopback(Directory(0, 1, rows)) as server:
        opened = fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server) == ["/api/services?1"]
    assert opened.said == ()


def test_details_that_are_gone_are_counted_and_the_row_stands(tmp_path) -> None:
    directory = Directory(11, 1)
    directory.at["/api/services/s-5", ""] = Reply(status=410)
    with Loopback(directory) as server:
        opened = fetch("oruk", f"{server.url}/api", tmp_path)
    assert [document["id"] for document in opened.documents[1:]] == ["s-0", "s-10"]
    assert "does not hold the details of 1 of them" in opened.said[1]


@pytest.mark.parametrize(
    "reply",
    [Reply(status=500), Reply(status=403), Reply({"error": "no"}), Reply(b"<html>sign in"), Reply({"id": "s-1"})],
)
def test_details_that_fail_fail_the_fetch(tmp_path, reply: Reply) -> None:
    directory = Directory(11)
    directory.at["/api/services/s-5", ""] = reply
    with Loopback(directory) as server:
        with pytest.raises(ServiceProblem):
            fetch("oruk", f"{server.url}/api", tmp_path)
        directory.at.clear()
        asked = len(server.asked)
        opened = fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server)[asked:] == ["/api/services/s-5", "/api/services/s-10", "/api/"]
    assert "2 of 5 answers are from an earlier try" in opened.said[-1]


def test_ids_of_all_kinds(tmp_path) -> None:
    ids = [7, "a/b", "../x", "..", "", None, True, {"$oid": "1"}, "x" * 300, 7]
    with Loopback(Directory(0, 1, [service(0) | {"id": number} for number in ids])) as server:
        fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server)[1:] == ["/api/services/7", "/api/services/a%2Fb", "/api/services/..%2Fx"]


def test_a_server_that_knows_no_pages(tmp_path) -> None:
    rows = [service(number) for number in range(1, 4)]
    for whole in (rows, {"services": rows}, {"content": rows}, {"content": rows, "totalElements": 3}):
        with Loopback([Reply(whole)]) as server:
            opened = fetch("oruk", server.url, tmp_path)
        assert opened.documents == (whole,)
        assert len(server.asked) == 2


def test_a_server_that_sends_one_page_for_all_of_them_is_not_believed(tmp_path) -> None:
    page = {"content": [service(1), service(2)], "totalElements": 5128, "last": False}
    with Loopback([Reply(page)]) as server, pytest.raises(AnswerNotUnderstood, match="only 2 of the 5,128 services"):
        fetch("oruk", server.url, tmp_path)
    assert len(server.asked) == 2
    assert not files(tmp_path)  # what is no good is not taken up again


@pytest.mark.parametrize("version", [1, 3])
def test_a_service_at_the_head_of_two_pages_is_no_end(tmp_path, version: int) -> None:
    rows = [service(number, locations=[{}]) for number in (1, 2, 1, 3, 1, 4, 5)]
    with Loopback(Directory(0, version, rows)) as server:
        opened = fetch("oruk", f"{server.url}/api?per_page=2", tmp_path)
    pages = [page["contents" if version == 3 else "content"] for page in opened.documents[:4]]
    assert [row["id"] for page in pages for row in page] == ["s-1", "s-2", "s-1", "s-3", "s-1", "s-4", "s-5"]


def test_pages_that_are_missing_are_a_failure(tmp_path) -> None:
    def pages(*sent: dict[str, object]) -> Loopback:
        answers = [Reply(page) for page in sent]
        return Loopback(lambda asked: answers[min(int(asked.params["page"]), len(answers)) - 1])

    one, two = {"content": [service(1)], "totalPages": 3}, {"content": [service(2)], "totalPages": 3}
    for sent in ((one, two), (one, two, {"content": []})):
        with pages(*sent) as server, pytest.raises(AnswerNotUnderstood, match="only 2 of the 3 pages"):
            fetch("oruk", server.url, tmp_path)
    # All services came: a server may count an empty page at the end.
    counted = [page | {"totalElements": 2} for page in (one, two)]
    with pages(*counted, {"content": []}) as server:
        assert "has 3 pages, and sent 2" in fetch("oruk", server.url, tmp_path).said[0]


def test_an_empty_page_in_the_middle_is_a_failure_not_an_end(tmp_path) -> None:
    directory = Directory(300)
    directory.at["/api/services", "2"] = Reply({"contents": [], "total_items": 0, "last_page": True})
    with Loopback(directory) as server, pytest.raises(AnswerNotUnderstood, match="only 100 of the 300"):
        fetch("oruk", f"{server.url}/api", tmp_path)


def test_a_page_after_the_last_may_be_empty_or_not_there(tmp_path) -> None:
    for after in (Reply({"content": None}), Reply(status=404)):
        directory = Directory(100, 1)
        directory.at["/api/services", "1"] = Reply(directory.page(1, 100) | {"last": None})
        directory.at["/api/services", "2"] = after
        with Loopback(directory) as server:
            assert len(fetch("oruk", f"{server.url}/api", tmp_path).documents) == 21
    directory.at["/api/services", "1"] = Reply({"content": directory.rows})
    with Loopback(directory) as server, pytest.raises(ServiceHasNone):  # nothing says that this was the end
        fetch("oruk", f"{server.url}/api", tmp_path)


def test_totals_that_change_are_said_and_not_paged_by(tmp_path) -> None:
    directory = Directory(250)
    directory.at["/api/services", "1"] = Reply(directory.page(1, 100) | {"total_items": 90, "total_pages": 1})
    with Loopback(directory) as server:
        opened = fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server)[:3] == ["/api/services?1", "/api/services?2", "/api/services?3"]
    assert "90 services, then 250" in opened.said[0]


def test_a_total_that_is_a_few_too_high_is_said(tmp_path) -> None:
    directory = Directory(101, 1)
    directory.at["/api/services", "2"] = Reply(directory.page(2, 100) | {"totalElements": 104, "last": False})
    directory.at["/api/services", "3"] = Reply({"content": []})
    with Loopback(directory) as server:
        said = fetch("oruk", f"{server.url}/api", tmp_path).said
    assert "says that it has 104 services, and sent 101" in said[1]


def test_a_fetch_that_broke_off_goes_on(tmp_path) -> None:
    directory = Directory(250)
    directory.at["/api/services", "3"] = Reply(status=503)
    with Loopback(directory) as server:
        with pytest.raises(ServiceDown, match="503"):
            fetch("oruk", f"{server.url}/api", tmp_path)
        assert paths(server) == ["/api/services?1", "/api/services?2", "/api/services?3", "/api/services?3"]
        assert len(files(tmp_path)) == 3  # two pages, and when it began
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files(tmp_path))
        assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in tmp_path.iterdir())
        directory.at.clear()
        directory.rows.append(service(250))
        opened = fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server)[4] == "/api/services?3"
    assert "250 services, then 251" in opened.said[0]
    assert "2 of " in opened.said[-1]
    assert not files(tmp_path)


def test_what_was_fetched_stays_when_reading_it_fails(tmp_path) -> None:
    with Loopback(Directory(3)) as server:
        for _ in range(2):
            with (
                pytest.raises(InputError, match="whose"),
                fetched_list("oruk", f"{server.url}/api", keep=tmp_path, options=QUICK),
            ):
                raise InputError("say whose list it is")
        assert len(server.asked) == 3


def test_ctrl_c_leaves_what_was_fetched(tmp_path) -> None:
    def stop(done: int, _all: int | None) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Loopback(Directory(250)) as server, pytest.raises(KeyboardInterrupt):
        fetch("oruk", f"{server.url}/api", tmp_path, progress=stop)
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize("begun", [dt.timedelta(hours=-25), dt.timedelta(hours=1), None])
def test_what_is_older_than_a_day_is_not_taken_up(tmp_path, begun: dt.timedelta | None) -> None:
    directory = Directory(250)
    directory.at["/api/services", "2"] = Reply(status=403)
    with Loopback(directory) as server:
        for _ in range(2):
            with pytest.raises(ServiceRefused):
                fetch("oruk", f"{server.url}/api", tmp_path)
            (mark,) = tmp_path.rglob("begun")
            mark.write_text((dt.datetime.now(dt.UTC) + begun).isoformat() if begun else "yesterday")
    assert paths(server) == ["/api/services?1", "/api/services?2"] * 2


def test_an_old_folder_in_which_nothing_was_begun_goes_too(tmp_path) -> None:
    left, new, other = (tmp_path / name for name in ("a" * 64, "b" * 64, "of somebody else"))
    for folder in (left, new, other):
        folder.mkdir()
        (folder / "page.json").write_text("{}")
    for folder in (left, other):
        os.utime(folder, (0, 0))
    with Loopback(Directory(1)) as server:
        fetch("oruk", f"{server.url}/api", tmp_path)
    assert sorted(tmp_path.iterdir()) == [new, other]


def test_a_kept_page_that_is_damaged_is_asked_for_again(tmp_path) -> None:
    directory = Directory(250)
    directory.at["/api/services", "2"] = Reply(status=403)
    with Loopback(directory) as server:
        with pytest.raises(ServiceRefused):
            fetch("oruk", f"{server.url}/api", tmp_path)
        for page in tmp_path.rglob("*.json"):
            page.write_bytes(b'{"contents": [{"id"')
        directory.at.clear()
        fetch("oruk", f"{server.url}/api", tmp_path)
    assert paths(server)[2:5] == ["/api/services?1", "/api/services?2", "/api/services?3"]


def test_another_address_is_another_list(tmp_path) -> None:
    directory = Directory(250)
    directory.at["/api/services", "2"] = Reply(status=403)
    with Loopback(directory) as server:
        for query in ("", "?taxonomy_id=a"):
            with pytest.raises(ServiceRefused):
                fetch("oruk", f"{server.url}/api{query}", tmp_path)
    assert paths(server) == ["/api/services?1", "/api/services?2"] * 2


def test_a_folder_that_cannot_be_made(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with Loopback(Directory(3)) as server, pytest.raises(FileProblem):
        fetch("oruk", f"{server.url}/api", tmp_path / "file" / "x")


def test_nothing_is_never_taken_for_no_services(tmp_path) -> None:
    for page in ([], {"contents": [], "total_items": 0}, {"content": []}):
        with Loopback([Reply(page)]) as server, pytest.raises(ServiceHasNone, match="not a single service") as caught:
            fetch("oruk", server.url, tmp_path)
        assert "does not mean that there is none here" in str(caught.value)
        assert not files(tmp_path)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(b"<!DOCTYPE html><p>Sign in"), AnswerNotUnderstood),
        (Reply(b""), AnswerNotUnderstood),
        (Reply(b'{"content": [{"id": 1}'), AnswerNotUnderstood),
        (Reply({"error": "backend", "content": []}), AnswerNotUnderstood),
        (Reply({"message": "Internal error"}), AnswerNotUnderstood),
        (Reply({"content": {"id": 1}}), AnswerNotUnderstood),
        (Reply({"content": [1, "x"]}), AnswerNotUnderstood),
        (Reply("down"), AnswerNotUnderstood),
        (Reply({"content": [{"id": 1}]}, missing=100), ServiceDown),
        (Reply(b"[" * 100_000 + b"]" * 100_000), AnswerNotUnderstood),
        (Reply(status=500), ServiceDown),
        (Reply(status=404), ServiceHasNone),
    ],
)
def test_answers_that_are_none(tmp_path, reply: Reply, error: type[ServiceProblem]) -> None:
    with Loopback([reply]) as server, pytest.raises(ServiceProblem) as caught:
        fetch("oruk", f"{server.url}/api?key=hidden", tmp_path)
    assert type(caught.value) is error
    assert "hidden" not in str(caught.value)
    assert not files(tmp_path)


def test_a_slow_list_is_given_up_and_can_go_on(tmp_path) -> None:
    directory = Directory(250)
    drip = Reply(b" " * 200, drip=0.05)
    directory.at["/api/services", "2"] = drip
    with Loopback(directory) as server:
        with pytest.raises(ServiceDown, match="too long"):
            fetch("oruk", f"{server.url}/api", tmp_path, replace(QUICK, total_time=0.3))
        with pytest.raises(ServiceDown, match=r"whole list.*goes on from here"):
            fetch("oruk", f"{server.url}/api", tmp_path, replace(QUICK, whole_time=-1))
    assert len(files(tmp_path)) == 2


def test_a_body_of_a_gigabyte_is_not_read_to_its_end(tmp_path) -> None:
    sent = 0

    def pour() -> None:
        nonlocal sent
        connection, _ = listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            try:
                for _ in range(1000):
                    connection.sendall(b" " * 1_000_000)
                    sent += 1
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=pour)
        thread.start()
        with pytest.raises(AnswerNotUnderstood, match="more than 50,000,000 bytes"):
            fetch("oruk", f"http://127.0.0.1:{listener.getsockname()[1]}/", tmp_path)
        thread.join()
    assert 49 <= sent < 100


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_JSON_PARTS", "MOST_PARTS"])
def test_all_pages_together_have_limits(tmp_path, monkeypatch, limit: str) -> None:
    monkeypatch.setattr(asking, limit, {"MOST_BYTES": 12_000, "MOST_JSON_PARTS": 900, "MOST_PARTS": 1}[limit])
    with Loopback(Directory(1000)) as server, pytest.raises(AnswerNotUnderstood, match="asks for a part"):
        fetch("oruk", f"{server.url}/api", tmp_path)
    assert len(server.asked) == 2
    assert not files(tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_nothing_inside_unless_it_is_allowed(tmp_path, host: str) -> None:
    assert not FetchOptions().inside
    with Loopback(Directory(3)) as server:
        for code in ("oruk", "meeting-guide", "bmlt", "aliss"):
            with pytest.raises(InputError, match="inside your network"):
                url = server.url.replace("127.0.0.1", host)
                fetch(code, f"{url}/api", tmp_path, replace(QUICK, inside=False))
    assert not server.asked


def test_formats_without_an_address(tmp_path) -> None:
    with pytest.raises(InputError, match="oruk, meeting-guide, bmlt, aliss, osm, kobo"):
        fetch("cqc", "https://example.org/", tmp_path)
    with pytest.raises(InputError, match="begins with https://"):
        fetch("oruk", "ftp://example.org/", tmp_path)
    with pytest.raises(InputError, match="name or password"):
        fetch("oruk", "https://me:hunter2@example.org/", tmp_path)


_KEYS = [
    "content",
    "contents",
    "services",
    "id",
    "name",
    "organization",
    "total_items",
    "totalElements",
    "total_pages",
    "last",
    "next",
    "data",
    "results",
    "meetings",
    "elements",
    "remark",
    "error",
    "message",
    "count",
    "version",
    "locations",
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(_KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@at_least(60)
@given(code=st.sampled_from([code for code in LIVE if code != "kobo"]), answers=st.lists(_JSON, min_size=1, max_size=3))
def test_no_json_breaks_it(code: str, answers: list[object]) -> None:
    replies = [Reply(json.dumps(answer).encode()) for answer in answers]
    with tempfile.TemporaryDirectory() as keep, Loopback(_capped(replies)) as server:
        try:
            opened = fetch(code, f"{server.url}/services", Path(keep), replace(QUICK, areas=("E06000002",)))
        except (ServiceProblem, InputError, FileProblem):
            return
        assert opened.documents


def _capped(replies: list[Reply]):
    turns = iter(range(1000))

    def answer(asked: Asked) -> Reply:
        turn = next(turns)
        return replies[min(turn, len(replies) - 1)] if turn < 20 else Reply(status=403)

    return answer
