"""postcodes.io as it is documented, and in every way it can fail, from a server on this computer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback import Asked, Loopback, Reply
from rosc_map.errors import InputError, PostcodeMalformed
from rosc_map.place.online.fetch import FetchSettings
from rosc_map.place.online.postcodes_io import MOST_SINGLE, PostcodesIo

QUICK = FetchSettings(read_timeout=5, retries=1, back_off=0.001, seconds_between=0)


def result(postcode: str, code: str = "E06000002", lon: Any = -1.2351, lat: Any = 54.5755) -> dict[str, Any]:
    return {
        "postcode": postcode,
        "quality": 1,
        "eastings": 449544,
        "northings": 520304,
        "longitude": lon,
        "latitude": lat,
        "admin_district": "Middlesbrough",
        "codes": {"admin_district": code, "admin_county": "E99999999"},
    }


class Service:
    """Holds some postcodes and some that were terminated; ``wrong`` changes an answer before it is sent."""

    def __init__(self, held: dict[str, Any], terminated: dict[str, Any] | None = None) -> None:
        self.held, self.gone = held, terminated or {}
        self.bulk = 0

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.bulk += 1
            return self.many(asked.json()["postcodes"])
        squeezed = asked.path.removeprefix("/terminated_postcodes/")
        for postcode, answer in self.gone.items():
            if postcode.replace(" ", "") == squeezed:
                return answer if isinstance(answer, Reply) else Reply({"status": 200, "result": answer})
        return Reply({"status": 404, "error": "Terminated postcode not found"}, 404)

    def many(self, postcodes: list[str]) -> Reply:
        entries = [{"query": postcode, "result": self.held.get(postcode)} for postcode in postcodes]
        return Reply({"status": 200, "result": entries})


def look_up(answer: Any, postcodes: list[str]) -> tuple[Loopback, dict[str, Any]]:
    with Loopback(answer) as server:
        return server, PostcodesIo(server.url + "/", settings=QUICK).look_up(postcodes)


def test_the_three_outcomes() -> None:
    held = {"TS1 2PA": result("TS1 2PA")}
    old = {
        "postcode": "E1W 1UU",
        "year_terminated": 2015,
        "month_terminated": 2,
        "longitude": -0.073706,
        "latitude": 51.50801,
    }
    server, answers = look_up(Service(held, {"E1W 1UU": old}), ["ts12pa", "E1W 1UU", "ZZ9 9ZZ"])
    assert [answer.outcome for answer in answers.values()] == ["found", "terminated", "not_found"]
    found, terminated, absent = answers.values()
    assert found.postcode == "TS1 2PA"
    assert found.local_authority_code == "E06000002"
    # Its own eastings are what the directory says; ours come from the longitude and latitude.
    assert (found.easting, found.northing) == pytest.approx((449544, 520304), abs=30)
    assert (terminated.terminated, terminated.reason) == ("2015-02", "")
    assert terminated.easting == pytest.approx(533800, abs=100)
    assert (absent.easting, absent.local_authority_code, absent.reason) == (None, "", "")
    assert server.asked[0].json() == {"postcodes": ["TS1 2PA", "E1W 1UU", "ZZ9 9ZZ"]}


def test_northern_ireland_is_on_the_same_grid_as_all_others() -> None:
    belfast = result("BT1 1AA", "N09000003", -5.9223, 54.6024) | {"eastings": 334316, "northings": 374675}
    _, answers = look_up(Service({"BT1 1AA": belfast}), ["BT1 1AA"])
    assert (answers["BT1 1AA"].easting, answers["BT1 1AA"].northing) == pytest.approx((146_800, 530_000), abs=3000)


def test_no_point_and_no_authority() -> None:
    held = {
        "JE2 3AB": result("JE2 3AB", "L99999999", None, None),
        "TS1 2PA": result("TS1 2PA", "E99999999"),
        "TS1 2PB": result("TS1 2PB", "S99999999", None, 54.5),
    }
    held["TS1 2PC"] = result("TS1 2PC") | {"codes": {"admin_district": None}}
    _, answers = look_up(Service(held), list(held))
    assert {answer.outcome for answer in answers.values()} == {"found"}
    assert {answer.local_authority_code for answer in answers.values()} == {""}
    assert [answer.easting is None for answer in answers.values()] == [True, False, True, False]


def test_old_codes_are_mapped_to_those_in_use() -> None:
    held = {"S70 2TA": result("S70 2TA", "E08000016"), "S1 2HH": result("S1 2HH", "E08000019")}
    _, answers = look_up(Service(held), list(held))
    assert [answer.local_authority_code for answer in answers.values()] == ["E08000038", "E08000039"]


def test_a_hundred_at_once_and_each_only_once() -> None:
    postcodes = [f"TS{n} {m}PA" for n in range(1, 26) for m in range(10)]
    server, answers = look_up(Service({p: result(p) for p in postcodes}), postcodes * 2)
    assert [len(asked.json()["postcodes"]) for asked in server.asked] == [100, 100, 50]
    assert list(answers) == postcodes
    assert {answer.outcome for answer in answers.values()} == {"found"}


def test_positions_may_shift() -> None:
    postcodes = ["TS1 2PA", "TS1 2PB", "TS1 2PC"]
    codes = dict(zip(postcodes, ["E06000002", "E06000003", "E06000004"], strict=True))

    def shuffled(asked: Asked) -> Reply:
        entries = [{"query": p, "result": result(p, codes[p])} for p in asked.json()["postcodes"]]
        return Reply({"result": [*reversed(entries), entries[0], {"query": "XX1 1XX", "result": None}]})

    _, answers = look_up(shuffled, postcodes)
    assert {p: answer.local_authority_code for p, answer in answers.items()} == codes


def test_only_some_are_asked_for_one_by_one() -> None:
    postcodes = [f"ZZ{n} {m}ZZ" for n in range(1, 8) for m in range(10)]
    server, answers = look_up(Service({}), postcodes)
    assert sum(asked.method == "GET" for asked in server.asked) == MOST_SINGLE
    assert {answer.outcome for answer in answers.values()} == {"not_found"}
    assert sum("not asked" in answer.reason for answer in answers.values()) == len(postcodes) - MOST_SINGLE


def test_a_failure_in_the_middle_keeps_what_was_answered() -> None:
    postcodes = [f"TS{n} {m}PA" for n in range(1, 26) for m in range(10)]
    service = Service({p: result(p) for p in postcodes})

    def answer(asked: Asked) -> Reply:
        return Reply(status=500) if service.bulk == 1 else service(asked)

    server, answers = look_up(answer, postcodes)
    outcomes = [each.outcome for each in answers.values()]
    assert outcomes == ["found"] * 100 + ["service_down"] * 150
    assert len(server.asked) == 3  # the second hundred twice, the third not at all
    assert "cannot answer now (500)" in answers[postcodes[-1]].reason


def test_a_failure_among_the_single_ones_is_never_not_found() -> None:
    service = Service({"TS1 2PA": result("TS1 2PA")}, {"ZZ2 2ZZ": Reply(status=503)})
    _, answers = look_up(service, ["ZZ1 1ZZ", "ZZ2 2ZZ", "ZZ3 3ZZ", "TS1 2PA"])
    assert [each.outcome for each in answers.values()] == ["not_found", "service_down", "service_down", "found"]


GOOD = result("TS1 2PA")
WRONG: list[Any] = [
    {},
    [],
    None,
    "no",
    {"result": None},
    {"result": {}},
    {"result": []},
    {"result": [None]},
    {"result": [{"query": "TS1 2PA"}]},
    {"result": [{"query": ["TS1 2PA"], "result": None}]},
    {"result": [{"query": "TS1 2PA", "result": "yes"}]},
    {"result": [{"query": "TS1 2PA", "result": {}}]},
    {"result": [{"query": "TS1 2PB", "result": GOOD}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD | {"postcode": "TS1 2PB"}}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD | {"codes": {}}}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD | {"codes": {"admin_district": 6}}}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD | {"longitude": "east"}}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD | {"latitude": 154.5}}]},
    {"result": [{"query": "TS1 2PA", "result": GOOD}, {"query": "TS1 2PA", "result": None}]},
]


@pytest.mark.parametrize("body", WRONG, ids=range(len(WRONG)))
def test_answers_of_another_shape(body: Any) -> None:
    _, answers = look_up([Reply(body)], ["TS1 2PA"])
    assert answers["TS1 2PA"].outcome == "service_down"
    assert answers["TS1 2PA"].reason


@pytest.mark.parametrize(
    "gone",
    [None, {}, {"postcode": "ZZ1 1ZZ"}, {"postcode": "ZZ1 1ZZ", "year_terminated": 2015, "month_terminated": 13}],
)
def test_terminated_ones_of_another_shape(gone: Any) -> None:
    if gone and "year_terminated" in gone:
        gone |= {"longitude": None, "latitude": None}
    _, answers = look_up(Service({}, {"ZZ1 1ZZ": Reply({"result": gone})}), ["ZZ1 1ZZ"])
    assert answers["ZZ1 1ZZ"].outcome == "service_down"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=403),
        Reply(status=404),
        Reply(status=429),
        Reply(b"<html>"),
        Reply([1], missing=9),
        Reply(hang_up=True),
    ],
    ids=["403", "404", "429", "html", "half", "hung up"],
)
def test_no_failure_looks_like_not_found(reply: Reply) -> None:
    _, answers = look_up([reply], ["TS1 2PA"])
    assert answers["TS1 2PA"].outcome == "service_down"


def test_nothing_but_postcodes_is_sent() -> None:
    with Loopback([Reply({})]) as server:
        with pytest.raises(PostcodeMalformed):
            PostcodesIo(server.url, settings=QUICK).look_up(["TS1 2PA", "12 Hidden Street"])
        assert PostcodesIo(server.url, settings=QUICK).look_up([]) == {}
    assert not server.asked


@pytest.mark.parametrize("address", ["ftp://x", "", "http://postcodes.lero.org.uk", "http://10.0.0.7:8000"])
def test_no_postcode_travels_unencrypted(address: str) -> None:
    with pytest.raises(InputError, match="https://"):
        PostcodesIo(address)


def test_who_is_asked_can_be_said() -> None:
    assert PostcodesIo().host == "api.postcodes.io"
    assert PostcodesIo("http://localhost:8000/", settings=QUICK).host == "localhost"


def test_a_postcode_is_handed_to_nobody_else() -> None:
    with Loopback([Reply({"result": None})]) as other:
        service = Service({}, {"ZZ1 1ZZ": Reply(status=302, headers={"Location": other.url + "/ZZ11ZZ"})})
        server, answers = look_up(service, ["ZZ1 1ZZ"])
    assert (len(server.asked), len(other.asked)) == (2, 0)
    assert answers["ZZ1 1ZZ"].outcome == "service_down"
    assert "another address" in answers["ZZ1 1ZZ"].reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "result", "query"]), inner),
    max_leaves=8,
)


def test_no_json_breaks_it() -> None:
    body: Any = None
    with Loopback(lambda _: Reply(body)) as server:
        service = PostcodesIo(server.url, settings=QUICK)

        @given(JSON, JSON)
        def each(whole: Any, part: Any) -> None:
            nonlocal body
            for body in (whole, {"result": [{"query": "TS1 2PA", "result": part}]}):  # noqa: B007
                # Not found: no bulk answer, and the single one that this server cannot give is not understood either.
                assert service.look_up(["TS1 2PA"])["TS1 2PA"].outcome == "service_down"

        each()
