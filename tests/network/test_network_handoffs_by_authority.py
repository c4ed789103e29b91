"""Handoff reach by authority: counts that add up to those of the area, and what is recorded at all."""

import pytest
from network_tables import assets, lists, referrals

from rosc_map.network import handoff_reach, handoffs_by_authority, referral_graph

SERVICES = assets(("a", "treatment"), ("b", "lero"), ("c", "lero"), ("d", "mutual_aid"), ("e", "mutual_aid"))
HOMES = {"a": "E1", "b": "E1", "c": "E2", "d": "E2", "e": "E3"}


def by_code(graph, homes=HOMES):
    table = handoffs_by_authority(graph, homes)
    return {row.pop("code"): row for row in table.to_dict("records")}


def test_by_hand():
    graph = referral_graph(SERVICES, referrals(("a", "b"), ("b", "d"), ("c", "b")))
    # a is the only treatment service: it has two types to hand on to, each other service three.
    assert by_code(graph) == {
        # a reaches b (LERO) directly and d (mutual aid) through b; b reaches d.
        "E1": {"services": 2, "told": 2, "pairs": 5, "one": 2, "two": 3},
        # c reaches b, and d through b; of d nothing is recorded.
        "E2": {"services": 2, "told": 1, "pairs": 6, "one": 1, "two": 2},
        "E3": {"services": 1, "told": 0, "pairs": 3, "one": 0, "two": 0},
    }


def test_all_authorities_together_are_the_area():
    graph = referral_graph(SERVICES, referrals(("a", "b"), ("b", "d"), ("c", "b"), ("d", "e"), ("e", "a")))
    table, whole = handoffs_by_authority(graph, HOMES), handoff_reach(graph)
    assert table["pairs"].sum() == whole.pairs
    assert (table["one"].sum(), table["two"].sum()) == (whole.counts["1"], whole.counts["2"])


@pytest.mark.parametrize(
    ("observed", "named", "told"),
    [
        (referrals(), None, 0),
        (referrals(), lists("e"), 1),
        (referrals(("e", "a", {"result": "no_link"})), None, 1),
        (referrals(("e", "a", {"evidence": "tested", "result": "not_found_in_test"})), None, 1),
        (referrals(("a", "e")), None, 0),
        (referrals(), lists(("e", "referred_by")), 0),
    ],
)
def test_what_is_recorded_of_a_service_is_to_whom_it_refers_or_does_not(observed, named, told):
    assert by_code(referral_graph(SERVICES, observed, named))["E3"]["told"] == told


def test_a_service_without_an_authority_counts_in_none_and_nothing_breaks_where_there_is_no_service():
    graph = referral_graph(SERVICES, referrals(("a", "b")))
    assert set(by_code(graph, {"a": "E1"})) == {"E1"}
    empty = handoffs_by_authority(referral_graph(assets(), referrals()), {})
    assert list(empty.columns) == ["code", "services", "told", "pairs", "one", "two"] and empty.empty
