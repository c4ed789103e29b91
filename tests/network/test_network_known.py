"""What is known of a pair: not known is never "no link", and too little known is said."""

import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_tables import assets, lists, referrals

from rosc_map.network import KnownPairs, is_reliable, known_matrix, known_pairs, measures, referral_graph, unreliable

MISSED = {"evidence": "tested", "result": "not_found_in_test", "kind": ""}


def known_one_by_one(graph):
    """Look at each pair by itself, as the rule is written."""
    facts = graph.graph
    return {
        (source, target)
        for source in graph
        for target in graph
        if source != target
        and (
            graph.has_edge(source, target)
            or (source, target) in facts["not_found_in_test"]
            or (source, target) in facts["no_link"]
            or source in facts["named_all"]
            or target in facts["named_by_all"]
        )
    }


def by_name(graph):
    order = list(graph)
    return {(order[i], order[j]) for i, row in enumerate(known_matrix(graph)) for j, known in enumerate(row) if known}


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ({}, True),
        (MISSED, True),
        ({"result": "no_link"}, True),
        ({"evidence": "counted", "count": 0.0}, True),
        ({"evidence": "tested", "result": "", "kind": ""}, False),
    ],
)
def test_one_observation_makes_one_direction_known_and_not_the_other(row, known):
    graph = referral_graph(assets("a", "b", "c"), referrals(("a", "b", row)))
    assert by_name(graph) == ({("a", "b")} if known else set())


def test_a_list_of_all_makes_a_row_or_a_column_known():
    graph = referral_graph(assets("c", "a", "b"), referrals(("a", "b")), lists("a", ("b", "referred_by"), "gone"))
    assert by_name(graph) == {("a", "b"), ("a", "c"), ("c", "b")}
    found = known_pairs(graph)
    assert found == KnownPairs(pairs=6, known=3, share=0.5, named_all=1, named_by_all=1, both_known=0)


def test_what_another_layer_knows_is_not_known():
    rows = referrals(("a", "b"), ("b", "a", MISSED))
    assert known_pairs(referral_graph(assets("a", "b"), rows)).both_known == 1
    assert by_name(referral_graph(assets("a", "b"), rows, evidence=["tested"])) == {("b", "a")}
    assert not by_name(referral_graph(assets("a", "b"), rows, lists("a"), evidence=["counted"]))


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_known_pairs_are_those_of_the_rule(size, seed):
    rng = random.Random(seed)
    ids = [f"n{i}" for i in range(size)]
    rng.shuffle(ids)
    results = [{}, MISSED, {"result": "no_link"}, {"evidence": "confirmed"}]
    rows = [(a, b, rng.choice(results)) for a in ids for b in ids if a != b and rng.random() < 0.3]
    whole = [(key, direction) for key in ids for direction in ("refers_to", "referred_by") if rng.random() < 0.2]
    graph = referral_graph(assets(*ids), referrals(*rows), lists(*whole))
    expected = known_one_by_one(graph)
    found = known_pairs(graph)
    assert by_name(graph) == expected
    assert (found.pairs, found.known) == (size * (size - 1), len(expected))
    assert found.share == (len(expected) / found.pairs if found.pairs else None)
    assert found.both_known == sum((b, a) in expected for a, b in expected if a < b)


def test_the_sentence_says_that_the_others_were_not_asked():
    graph = referral_graph(assets("a", "b", "c"), referrals(("a", "b")))
    said, caution = known_pairs(graph).sentences
    assert said == (
        "It is known of 1 of 6 ordered pairs of services (17 %) whether one refers to the other; "
        "of the others nobody has asked."
    )
    assert caution.startswith("Less than 80 % of the pairs are known (where to draw this line is our own choice).")
    assert {said, caution} <= set(measures(graph).sentences)


def test_all_pairs_known_need_no_caution():
    graph = referral_graph(assets("a", "b", "c"), referrals(("a", "b")), lists("a", "b", "c"))
    found = known_pairs(graph)
    assert found.sentences == ("It is known of all 6 ordered pairs of services whether one refers to the other.",)
    assert unreliable(found) == ()


@pytest.mark.parametrize(("known", "reliable"), [(0, False), (79, False), (80, True), (100, True)])
def test_the_line_is_at_four_fifths_of_the_pairs(known, reliable):
    found = KnownPairs(pairs=100, known=known, share=known / 100, named_all=0, named_by_all=0, both_known=0)
    assert is_reliable(found) is reliable
    assert unreliable(found) == (() if reliable else ("between", "single_points", "groups", "components"))


@pytest.mark.parametrize("ids", [(), ("a",)])
def test_a_network_without_pairs_lacks_none(ids):
    found = known_pairs(referral_graph(assets(*ids), referrals()))
    assert (found.pairs, found.known, found.share) == (0, 0, None)
    assert is_reliable(found)
    assert found.sentences == ()


def test_a_graph_of_links_alone_is_known_where_there_are_links():
    ids = [f"n{i}" for i in range(8)]
    pairs = list(nx.gnp_random_graph(8, 0.3, seed=4, directed=True).edges)
    graph = referral_graph(assets(*ids), referrals(*((ids[a], ids[b]) for a, b in pairs)))
    assert by_name(graph) == set(graph.edges)
    assert pairs
