"""Fetching live lists of meetings, of ALISS, of OpenStreetMap and of a form's answers."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from live import QUICK, fetch, files

from loopback import Asked, Loopback, Reply
from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown, ServiceHasNone, ServiceRefused

MEETINGS = [{"name": "Monday", "slug": "monday", "day": 1}]
TOKEN = "hunter2hunter2"
AREAS = replace(QUICK, areas=("E06000002",))


def meeting(number: int) -> dict[str, Any]:
    return {"id_bigint": str(number), "meeting_name": f"Meeting {number}"}


def linked(key: str, count: int, *pages: list[dict[str, Any]], at: str = "/x?page={}") -> Any:
    """Answer as pages that name the next one; the first is whatever has no page in its address."""

    def answer(asked: Asked) -> Reply:
        number = int(asked.params.get("page", 1))
        onward = at.format(number + 1) if number < len(pages) else None
        return Reply({"count": count, "next": onward, key: pages[number - 1]})

    return answer


def test_a_feed_of_meetings(tmp_path) -> None:
    with Loopback([Reply(b"\xef\xbb\xbf" + Reply(MEETINGS).content())]) as server:
        opened = fetch("meeting-guide", f"{server.url}/wp-admin/admin-ajax.php?action=meetings", tmp_path)
    assert opened.documents == (MEETINGS,)
    assert server.asked[0].params == {"action": "meetings"}


def test_a_site_that_names_its_feed(tmp_path) -> None:
    page = b"""<!doctype html><![foo[ <head><link rel="stylesheet" href="/a.css">
        <LINK rel=alternate type="application/rss+xml" title="Posts" href="/rss">
        <link rel="alternate" type="application/json" title="Meetings Feed" href="/feed?a=1&#038;b=2" />"""
    with Loopback(lambda asked: Reply(MEETINGS if asked.path == "/feed" else page)) as server:
        opened = fetch("meeting-guide", server.url, tmp_path)
    assert opened.documents == (MEETINGS,)
    assert server.asked[1].params == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html><p>Sign in"),
        Reply(b"<link " * 100_000),
        Reply(b'<link rel="alternate" title="Meetings Feed" href="file:///etc/passwd">'),
        Reply(b'<link rel="alternate" title="Meetings Feed" href="/again">'),
        Reply(0),
        Reply({"error": "no"}),
        Reply(["x"]),
    ],
)
def test_a_site_without_a_feed(tmp_path, reply: Reply) -> None:
    with Loopback([reply]) as server, pytest.raises(AnswerNotUnderstood):
        fetch("meeting-guide", server.url, tmp_path)


def test_a_feed_without_a_meeting(tmp_path) -> None:
    with Loopback([Reply([])]) as server, pytest.raises(ServiceHasNone, match="not a single meeting"):
        fetch("meeting-guide", server.url, tmp_path)


@pytest.mark.parametrize("end", ["/main", "/main/", "/main/client_interface/json/?switcher=GetFormats&services=4"])
def test_meetings_of_bmlt(tmp_path, end: str) -> None:
    def answer(asked: Asked) -> Reply:
        if asked.params["switcher"] == "GetFormats":
            return Reply([{"key_string": "O", "world_id": "OPEN"}])
        start = (int(asked.params["page_num"]) - 1) * 2  # it sends two at most, whatever it was asked for
        return Reply([meeting(number) for number in range(5)][start : start + 2])

    with Loopback(answer) as server:
        (document,) = fetch("bmlt", server.url + end, tmp_path).documents
    assert [row["id_bigint"] for row in document["meetings"]] == ["0", "1", "2", "3", "4"]
    assert document["formats"][0]["world_id"] == "OPEN"
    assert {asked.path for asked in server.asked} == {"/main/client_interface/json/"}
    assert [asked.params.get("page_num") for asked in server.asked] == ["1", "2", "3", "4", None]
    assert server.asked[0].params.get("services") == ("4" if "services" in end else None)
    assert server.asked[0].params["page_size"] == "500"
    assert "services" not in server.asked[-1].params


def test_a_meeting_at_the_head_of_two_pages_of_bmlt(tmp_path) -> None:
    pages = [[meeting(0), meeting(1)], [meeting(0), meeting(2)], [meeting(3)], []]

    def answer(asked: Asked) -> Reply:
        return Reply(pages[int(asked.params["page_num"]) - 1] if "page_num" in asked.params else [])

    with Loopback(answer) as server:
        (document,) = fetch("bmlt", server.url, tmp_path).documents
    assert [row["id_bigint"] for row in document["meetings"]] == ["0", "1", "0", "2", "3"]


def test_a_bmlt_that_knows_no_pages_and_one_without_meetings(tmp_path) -> None:
    with Loopback([Reply({"meetings": [meeting(1)], "formats": []})]) as server:
        (document,) = fetch("bmlt", server.url, tmp_path).documents
    assert document["meetings"] == [meeting(1)]
    assert len(server.asked) == 3
    with Loopback([Reply([])]) as server, pytest.raises(ServiceHasNone):
        fetch("bmlt", server.url, tmp_path)


@pytest.mark.parametrize("end", ["/v5", "/v5/services", "/v5/services/?q=drugs"])
def test_pages_of_aliss(tmp_path, end: str) -> None:
    answer = linked("data", 3, [{"id": "1"}, {"id": "2"}], [{"id": "3"}], at="/v5/services?page={}&page_size=100")
    with Loopback(answer) as server:
        opened = fetch("aliss", server.url + end, tmp_path)
    assert [row["id"] for page in opened.documents for row in page["data"]] == ["1", "2", "3"]
    assert server.asked[0].path.rstrip("/") == "/v5/services"
    assert server.asked[0].params["page_size"] == "100"
    assert server.asked[1].params == {"page": "2", "page_size": "100"}
    assert opened.said == ()


def test_links_that_name_their_own_server_wrongly_are_followed_on_it(tmp_path) -> None:
    answer = linked("data", 2, [{"id": "1"}], [{"id": "2"}], at="https://127.0.0.1:8443/services?page={}")
    with Loopback(answer) as server:
        assert len(fetch("aliss", server.url, tmp_path).documents) == 2


@pytest.mark.parametrize(
    "link", ["https://other.example/x", "//other.example/", "http://[", 7, ["/x"], "ftp://127.0.0.1/"]
)
def test_links_that_lead_elsewhere(tmp_path, link: object) -> None:
    with Loopback([Reply({"data": [{"id": 1}], "next": link})]) as server:
        with pytest.raises(AnswerNotUnderstood, match="not its own"):
            fetch("aliss", server.url, tmp_path)
        assert len(server.asked) == 1


def test_links_that_lead_round_in_a_circle(tmp_path) -> None:
    with Loopback([Reply({"data": [{"id": 1}], "next": "/x"})]) as server:
        with pytest.raises(AnswerNotUnderstood, match="again and again"):
            fetch("aliss", server.url, tmp_path)
        assert len(server.asked) == 2
    assert not files(tmp_path)


def test_a_list_of_links_that_ends_early(tmp_path) -> None:
    early = pytest.raises(AnswerNotUnderstood, match="only 1 of the 9 services")
    with Loopback(linked("data", 9, [{"id": 1}], [])) as server, early:
        fetch("aliss", server.url, tmp_path)
    with Loopback(linked("data", 9, [{"id": 1}], [{"id": 2}])) as server:
        assert "has 9 services, and sent 2" in fetch("aliss", server.url, tmp_path).said[0]
    with Loopback(linked("data", 0, [])) as server, pytest.raises(ServiceHasNone):
        fetch("aliss", server.url, tmp_path)


def test_places_of_openstreetmap(tmp_path) -> None:
    found = {"version": 0.6, "elements": [{"type": "node", "id": 1, "tags": {}}]}
    with Loopback([Reply(status=429), Reply(found)]) as server:
        assert fetch("osm", server.url, tmp_path, AREAS).documents == (found,)
    last = server.asked[-1]
    assert (last.method, last.path) == ("POST", "/api/interpreter")
    assert b"E06000002" in last.body


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply({"elements": [{"id": 1}], "remark": "runtime error: Query timed out"}), ServiceDown),
        (Reply(status=504), ServiceDown),
        (Reply(b"<?xml version='1.0'?>"), AnswerNotUnderstood),
        (Reply([{"id": 1}]), AnswerNotUnderstood),
        (Reply({"elements": []}), ServiceHasNone),
        (Reply({"elements": None}), ServiceHasNone),
    ],
)
def test_places_that_are_not_all(tmp_path, reply: Reply, error: type[Exception]) -> None:
    with Loopback([reply]) as server, pytest.raises(error):
        fetch("osm", f"{server.url}/api/interpreter", tmp_path, AREAS)
    assert not files(tmp_path)


def test_places_of_nowhere(tmp_path) -> None:
    with pytest.raises(InputError):
        fetch("osm", "https://overpass.example.org/", tmp_path)


@pytest.mark.parametrize("end", ["/#/forms/aB3dEf9hIjK/summary", "/api/v2/assets/aB3dEf9hIjK/", "/forms/aB3dEf9hIjK"])
def test_answers_to_a_form(tmp_path, monkeypatch, end: str) -> None:
    monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", f" {TOKEN}\n")
    with Loopback(linked("results", 2, [{"_id": 1}], [{"_id": 2}], at="/api/v2/data/?page={}")) as server:
        opened = fetch("kobo", server.url + end, tmp_path)
    assert [row["_id"] for page in opened.documents for row in page["results"]] == [1, 2]
    assert server.asked[0].path == "/api/v2/assets/aB3dEf9hIjK/data/"
    assert server.asked[0].params == {"format": "json", "limit": "1000", "start": "0"}
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Token {TOKEN}"] * 2


def test_the_token_stays_with_its_host_and_is_written_nowhere(tmp_path, monkeypatch, caplog, capsys) -> None:
    monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", TOKEN)
    with Loopback([Reply({"results": [{"_id": 1}], "next": "/no"}), Reply(status=500)]) as other:
        onward = Reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback([onward]) as server, caplog.at_level(logging.DEBUG), pytest.raises(ServiceDown) as caught:
            fetch("kobo", f"{server.url}/forms/aB3dEf9hIjK", tmp_path, replace(QUICK, retries=0))
        # Each address that the server itself names gets the token; the one that it sends us on to does not.
        assert {asked.headers.get("authorization") for asked in server.asked} == {f"Token {TOKEN}"}
        assert {asked.headers.get("authorization") for asked in other.asked} == {None}
    out = capsys.readouterr()
    assert TOKEN not in str(caught.value) + caplog.text + out.out + out.err
    assert not files(tmp_path)  # what people answered is on no disk


@pytest.mark.parametrize(
    ("code", "query", "filtered"),
    [
        ("meeting-guide", "", False),
        ("meeting-guide", "?action=meetings&key=abc", False),
        ("meeting-guide", "?action=meetings&region=leeds", True),
        ("bmlt", "?switcher=GetSearchResults&data_field_key=id_bigint&page_size=5", False),
        ("bmlt", "?switcher=GetSearchResults&services=4", True),
        ("aliss", "?q=", False),
    ],
)
def test_an_address_that_asks_for_a_part_is_known(tmp_path, code: str, query: str, filtered: bool) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply({"data": MEETINGS, "meetings": MEETINGS, "formats": []} if code != "meeting-guide" else MEETINGS)

    with Loopback(answer) as server:
        assert fetch(code, f"{server.url}/{query}", tmp_path).filtered is filtered


def test_a_token_that_is_missing_or_not_accepted(tmp_path, monkeypatch) -> None:
    with Loopback([Reply({"detail": "no"}, status=401)]) as server:
        url = f"{server.url}/forms/aB3dEf9hIjK"
        for bad in ("", "two words", "line\nbreak", "é"):
            monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", bad)
            with pytest.raises(InputError, match="ROSC_MAP_KOBO_TOKEN") as caught:
                fetch("kobo", url, tmp_path)
            assert not bad or bad not in str(caught.value)
        assert not server.asked
        monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", TOKEN)
        with pytest.raises(ServiceRefused, match="token in ROSC_MAP_KOBO_TOKEN") as refused:
            fetch("kobo", url, tmp_path)
    assert refused.value.status == 401


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://kobo.example.org/#/forms/aB3dEf9hIjK", "others could read your token"),
        ("https://kobo.example.org/#/projects", "names no project"),
        ("https://kobo.example.org/forms/../../secret", "names no project"),
    ],
)
def test_a_token_goes_only_to_a_project_and_unread(tmp_path, monkeypatch, address: str, says: str) -> None:
    monkeypatch.setenv("ROSC_MAP_KOBO_TOKEN", TOKEN)
    with pytest.raises(InputError, match=says):
        fetch("kobo", address, tmp_path)
