"""A layer of an ArcGIS server: read whole, or not at all."""

from typing import Any

import pytest
from portal import LAYER, QUICK, Portal

from loopback import Loopback, Reply
from rosc_map.errors import AnswerNotUnderstood, InputError, ServiceDown, ServiceProblem, ServiceRefused
from rosc_map.place.boundaries.arcgis import FeatureLayer
from rosc_map.place.online.fetch import Fetcher


def rows(count: int) -> list[dict[str, Any]]:
    return [{"properties": {"LAD25CD": f"E{n:08}", "LAD25NM": f"N{n}"}, "geometry": None} for n in range(count)]


def read(portal: Any, *, shapes: bool = True, url: str = LAYER) -> list[dict[str, Any]]:
    with Loopback(portal) as server:
        layer = FeatureLayer(server.url + url, Fetcher(QUICK))
        return list(layer.features(["LAD25CD", "LAD25NM"], shapes=shapes))


@pytest.mark.parametrize("exceeded", ["top", "properties", "never"])
@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 120])
def test_page_by_page(exceeded: str, count: int) -> None:
    found = read(Portal(rows(count), exceeded=exceeded))
    assert [row["properties"]["LAD25NM"] for row in found] == [f"N{n}" for n in range(count)]


@pytest.mark.parametrize("exceeded", ["top", "properties"])
def test_a_server_with_shorter_pages_than_asked_for(exceeded: str) -> None:
    assert len(read(Portal(rows(47), cap=10, exceeded=exceeded))) == 47
    assert len(read(Portal(rows(47), cap=10, exceeded=exceeded), shapes=False)) == 47


def test_short_pages_that_do_not_say_so_are_noticed() -> None:
    with pytest.raises(AnswerNotUnderstood, match="not whole"):
        read(Portal(rows(47), cap=10, exceeded="never"))


def test_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    with Loopback(Portal(rows(120))) as server:
        layer = FeatureLayer(server.url + LAYER, Fetcher(QUICK))
        assert layer.name == "LAD_May_2025"
        list(layer.features(["LAD25CD"], shapes=True, progress=lambda done, total: told.append((done, total))))
    assert told == [(50, 120), (100, 120), (120, 120)]


@pytest.mark.parametrize("end", ["", "/", "/query", "/query?where=1%3D1&outFields=*&f=json", "?f=pjson", "/query#x"])
def test_addresses_as_people_copy_them(end: str) -> None:
    assert len(read(Portal(rows(3)), url=LAYER + end)) == 3
    assert len(read(Portal(rows(3)), url=LAYER.removesuffix("/0"))) == 3


@pytest.mark.parametrize(
    "url", ["https://geoportal.statistics.gov.uk/x", "ftp://a.uk/FeatureServer/0", "", "FeatureServer/0"]
)
def test_addresses_of_no_layer(url: str) -> None:
    with pytest.raises(InputError, match="FeatureServer/0"):
        FeatureLayer(url)


def test_a_name_that_would_write_to_the_terminal() -> None:
    about = {"name": "LAD\x1b[2J\u202e May\ud800", "objectIdField": "FID", "fields": [{"name": "FID"}]}
    with Loopback([Reply(about)]) as server:
        assert FeatureLayer(server.url + LAYER, Fetcher(QUICK)).name == "LAD[2J May"


def test_a_page_that_repeats() -> None:
    portal = Portal(rows(120))
    portal.change = lambda answer, start: portal.page(
        {"resultOffset": "0", "resultRecordCount": "50", "f": "geojson", "orderByFields": "FID", "outFields": "FID"}
    )
    with pytest.raises(AnswerNotUnderstood, match="the same row twice"):
        read(portal)


@pytest.mark.parametrize("counts", [[120, 121], [121], [119]])
def test_a_layer_that_changes_while_it_is_read(counts: list[int]) -> None:
    portal = Portal(rows(120))
    portal.counts = counts
    with pytest.raises(AnswerNotUnderstood, match="changed while"):
        read(portal)


def test_pages_without_end() -> None:
    portal, asked = Portal(rows(10), exceeded="top"), []

    def endless(answer: dict[str, Any], start: int) -> dict[str, Any]:
        asked.append(start)
        return {"features": [{"properties": {"FID": start + n}} for n in range(5)], "exceededTransferLimit": True}

    portal.change = endless
    with pytest.raises(AnswerNotUnderstood, match="not whole"):
        read(portal)
    assert len(asked) < 5
    portal.change = lambda answer, start: {"features": [], "exceededTransferLimit": True}
    with pytest.raises(AnswerNotUnderstood, match="not whole"):
        read(portal)


@pytest.mark.parametrize("count", [0, -1, 10**9, None, "361", True, 1.5])
def test_an_empty_list_is_no_answer(count: Any) -> None:
    portal = Portal(rows(3))
    portal.counts = [count]
    with pytest.raises(AnswerNotUnderstood, match="empty list"):
        read(portal)


@pytest.mark.parametrize(
    "page",
    [
        {},
        {"features": None},
        {"features": {}},
        {"features": [None]},
        {"features": [{}]},
        {"features": [{"properties": []}]},
        {"features": [{"properties": {"LAD25CD": "E06000001"}}]},
        {"features": [{"properties": {"FID": [1]}}]},
        {"error": {"code": 400, "message": "Invalid query parameters"}},
        {"error": "no"},
        {"error": {"code": "\x1b[2J"}},
        [],
    ],
)
def test_pages_of_another_shape(page: Any) -> None:
    portal = Portal(rows(3))
    portal.change = lambda answer, start: page
    with pytest.raises(AnswerNotUnderstood, match="nothing was changed"):
        read(portal)


@pytest.mark.parametrize(
    "about", [{}, [], {"fields": []}, {"fields": [{"name": "A"}], "objectIdField": "FID"}, {"fields": [1]}]
)
def test_layers_of_another_shape(about: Any) -> None:
    with pytest.raises(AnswerNotUnderstood):
        read([Reply(about)])


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply({"error": {"code": 503, "message": "busy"}}), ServiceDown),
        (Reply(status=500), ServiceDown),
        (Reply(status=403), ServiceRefused),
        (Reply(b"<html>"), AnswerNotUnderstood),
        (Reply({"fields": []}, missing=7), ServiceDown),
    ],
)
def test_a_portal_that_fails(reply: Reply, error: type[ServiceProblem]) -> None:
    with pytest.raises(error):
        read([reply])


def test_it_fails_in_the_middle_and_comes_back() -> None:
    portal, failures = Portal(rows(120)), [Reply(status=500)]
    found = read(
        lambda asked: failures.pop() if asked.params.get("resultOffset") == "50" and failures else portal(asked)
    )
    assert len(found) == 120
