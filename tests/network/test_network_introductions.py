"""Introductions: the best single link is the one that brute force finds, and the same one every time."""

import random
from time import process_time

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_tables import assets, referrals

from rosc_map.errors import InputError
from rosc_map.network import introductions, referral_graph


def pairs_within_two(graph):
    return sum(len(nx.single_source_shortest_path_length(graph, start, cutoff=2)) - 1 for start in graph)


def best_by_trying_all(graph):
    """Try every missing link; return (gain, from, to) of the best, the smallest ids first among equals."""
    before = pairs_within_two(graph)
    tries = []
    for source in sorted(graph):
        for target in sorted(graph):
            if source != target and not graph.has_edge(source, target):
                more = graph.copy()
                more.add_edge(source, target)
                tries.append((before - pairs_within_two(more), source, target))
    gain, source, target = min(tries, default=(0, "", ""))
    return (-gain, source, target) if gain else None


@given(st.integers(0, 9), st.floats(0, 0.7), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_first_equals_brute_force(size, density, seed):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(size)]
    rng.shuffle(names)
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < density]
    graph = referral_graph(assets(*names), referrals(*pairs))
    found = introductions(graph, k=1)
    assert [(item.gain, item.from_id, item.to_id) for item in found] == [
        best for best in [best_by_trying_all(graph)] if best
    ]


def test_each_next_one_takes_those_before_as_made():
    rng = random.Random(7)
    names = [f"n{i}" for i in range(8)]
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < 0.12]
    graph = referral_graph(assets(*names), referrals(*pairs))
    edges = set(graph.edges)
    made = graph.copy()
    for item in introductions(graph, k=4):
        assert (item.gain, item.from_id, item.to_id) == best_by_trying_all(made)
        made.add_edge(item.from_id, item.to_id)
    assert made.number_of_edges() == len(edges) + 4
    assert set(graph.edges) == edges


def test_a_chain_worked_out_by_hand():
    # a→b and c→d→e. b→c gives b→c, a→b→c and b→c→d, and no other link gives more: a→c gives a→c and a→c→d.
    graph = referral_graph(assets("a", "b", "c", "d", "e"), referrals(("a", "b"), ("c", "d"), ("d", "e")))
    (best,) = introductions(graph, k=1)
    assert (best.from_id, best.to_id, best.gain) == ("b", "c", 3)
    assert (best.from_name, best.to_name) == ("NAME-b", "NAME-c")
    assert best.reason == (
        "A link from NAME-b to NAME-c lets 3 more pairs of services reach each other within two handoffs."
    )


def test_ties_go_to_the_smaller_ids_whatever_the_order_of_the_table():
    for order in (("b", "a", "c"), ("c", "b", "a")):
        (best,) = introductions(referral_graph(assets(*order), referrals()), k=1)
        assert (best.from_id, best.to_id, best.gain) == ("a", "b", 1)
        assert "lets 1 more pair of services reach each other" in best.reason


def test_the_list_ends_when_nothing_more_can_be_gained():
    graph = referral_graph(assets("a", "b"), referrals(("a", "b")))
    assert [(item.from_id, item.to_id) for item in introductions(graph, k=3)] == [("b", "a")]


def test_none_can_be_asked_for_and_an_asset_without_a_name_goes_by_its_id():
    graph = referral_graph(assets("a", "b").assign(name=""), referrals())
    assert introductions(graph, k=0) == []
    assert introductions(graph, k=1)[0].reason.startswith("A link from a to b lets")


def test_a_negative_number_is_refused():
    with pytest.raises(InputError, match="-1 introductions cannot be chosen"):
        introductions(referral_graph(assets("a"), referrals()), k=-1)


def test_three_times_the_services_take_no_more_than_their_pairs():
    def seconds(number):
        rng = random.Random(3)
        names = [f"n{i:03}" for i in range(number)]
        pairs = [(rng.choice(names), rng.choice(names)) for _ in range(5 * number)]
        graph = referral_graph(assets(*names), referrals(*pairs))
        spent = []
        for _ in range(3):
            start = process_time()
            found = introductions(graph, k=3)
            spent.append(process_time() - start)
        assert len(found) == 3
        assert all(item.gain > 0 for item in found)
        return min(spent)

    # Each pair of services is looked at: three times the services are nine times the pairs.
    assert seconds(300) < 40 * seconds(100)
