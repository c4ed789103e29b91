"""Handoff reach by type and by service equals a search with NetworkX from each service."""

import random
import tracemalloc

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from network_tables import assets, lists, referrals

from rosc_map.network import handoff_reach, referral_graph, treatment_gaps

KINDS = ["lero", "mutual_aid", "treatment", "community"]


def reached_by_search(graph, steps):
    """Return the types that each service reaches, with one search of NetworkX for each."""
    kinds = nx.get_node_attributes(graph, "asset_type")
    return {
        start: {kinds[key] for key in nx.single_source_shortest_path_length(graph, start, cutoff=steps)
                if key != start}
        for start in graph
    }  # fmt: skip


@given(st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_reach_equals_a_search_from_each_service(size, density, seed):
    rng = random.Random(seed)
    ids = [f"n{i:02}" for i in range(size)]
    rng.shuffle(ids)
    kinds = {key: rng.choice(KINDS) for key in ids}
    pairs = [(a, b) for a in ids for b in ids if a != b and rng.random() < density]
    graph = referral_graph(assets(*kinds.items()), referrals(*pairs))
    found = handoff_reach(graph)
    assert list(found.by_type["asset_type"]) == [kind for kind in KINDS if kind in kinds.values()]
    for steps, column in ((1, "one"), (2, "two")):
        expected = reached_by_search(graph, steps)
        by_service = dict(zip(found.by_service["id"], found.by_service[column], strict=True))
        assert {key: set(types) for key, types in by_service.items()} == expected
        assert found.counts[str(steps)] == sum(map(len, expected.values())) == found.by_type[column].sum()
        for kind, count in zip(found.by_type["asset_type"], found.by_type[column], strict=True):
            assert count == sum(kind in types for types in expected.values())
    alone = [sum(other == kind for other in kinds.values()) == 1 for kind in found.by_type["asset_type"]]
    assert list(found.by_type["services"]) == [size - only for only in alone]
    assert found.pairs == found.by_type["services"].sum()


def test_there_and_back_again_is_not_reaching_ones_own_type():
    graph = referral_graph(assets(("a", "lero"), ("b", "treatment")), referrals(("a", "b"), ("b", "a")))
    assert handoff_reach(graph).counts == {"1": 2, "2": 2}
    # With another LERO behind b, a reaches its own type after all.
    table = assets(("a", "lero"), ("b", "treatment"), ("c", "lero"))
    graph = referral_graph(table, referrals(("a", "b"), ("b", "a"), ("b", "c")))
    reach = handoff_reach(graph).by_service.set_index("id")
    assert reach.loc["a", "one"] == ("treatment",)
    assert reach.loc["a", "two"] == ("lero", "treatment")
    assert reach.loc["c", "two"] == ()


def test_services_are_sorted_by_name_with_their_places():
    table = assets(("a", "lero"), ("b", "treatment", "E10000001")).assign(name=["zebra", "Apple"])
    table["local_authority_code"] = ["E07000001", "E07000002"]
    by_service = handoff_reach(referral_graph(table, referrals(("b", "a")))).by_service
    assert by_service.to_dict("records") == [
        {"id": "b", "name": "Apple", "asset_type": "treatment", "local_authority_code": "E07000002",
         "upper_tier_code": "E10000001", "one": ("lero",), "two": ("lero",)},
        {"id": "a", "name": "zebra", "asset_type": "lero", "local_authority_code": "E07000001",
         "upper_tier_code": "E06000002", "one": (), "two": ()},
    ]  # fmt: skip


def test_a_service_of_unknown_type_can_hand_on_and_is_no_type():
    graph = referral_graph(assets(("a", ""), ("b", "lero")), referrals(("a", "b"), ("b", "a")))
    found = handoff_reach(graph)
    assert found.by_type.to_dict("list") == {"asset_type": ["lero"], "services": [1], "one": [1], "two": [1]}


def test_an_empty_network_reaches_nothing():
    found = handoff_reach(referral_graph(assets(), referrals()))
    assert (found.counts, found.pairs) == ({"1": 0, "2": 0}, 0)
    assert found.by_type.empty
    assert found.by_service.empty
    assert treatment_gaps(found, referral_graph(assets(), referrals())).empty


def gaps_of(rows, *whole, extra=()):
    table = assets(("t", "treatment"), ("l", "lero"), ("m", "mutual_aid"), ("c", "community"), *extra)
    graph = referral_graph(table, referrals(*rows), lists(*whole))
    return treatment_gaps(handoff_reach(graph), graph)


def test_what_treatment_cannot_reach_in_two_handoffs():
    found = gaps_of((("t", "l"), ("l", "c"), ("c", "m")), "t")
    # The only treatment service needs no other; mutual aid is three handoffs away.
    assert found.to_dict("records") == [{"id": "t", "name": "NAME-t", "asked": True, "missing": ("mutual_aid",)}]


def test_nobody_asked_is_said_beside_a_gap():
    (gap,) = gaps_of((("t", "l"),), "l", ("t", "referred_by")).to_dict("records")
    assert gap["asked"] is False
    assert gap["missing"] == ("mutual_aid", "community")


def test_treatment_misses_other_treatment_where_there_is_some():
    found = gaps_of((("t", "l"), ("l", "s"), ("s", "m")), extra=[("s", "treatment")])
    assert found["name"].tolist() == ["NAME-s", "NAME-t"]
    assert found["missing"].tolist() == [("lero", "treatment", "community"), ("mutual_aid", "community")]


def test_ten_thousand_services_need_no_matrix_of_all_by_all():
    number = 10_000
    ids = [f"n{i}" for i in range(number)]
    kinds = [(key, "treatment" if i % 9 else "lero") for i, key in enumerate(ids)]
    pairs = [(ids[i], ids[(7 * i + step) % number]) for i in range(number) for step in range(1, 6)]
    graph = referral_graph(assets(*kinds), referrals(*pairs))
    tracemalloc.start()
    try:
        found = handoff_reach(graph)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.pairs == 2 * number
    # All by all would be 100 MB as true and false, and 400 MB as numbers.
    assert peak < 50_000_000
