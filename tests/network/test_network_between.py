"""Betweenness equals NetworkX; from a sample it is right on average, and its intervals hold the truth."""

import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from network_tables import assets, referrals

from rosc_map.network import betweenness, referral_graph


def some_graph(number, links, seed):
    rng = random.Random(seed)
    names = [f"n{i:03}" for i in range(number)]
    # A few services have many links, as in life.
    weights = [1 / (1 + i) for i in range(number)]
    pairs = {tuple(rng.choices(names, weights, k=2)) for _ in range(links)}
    rng.shuffle(names)
    return referral_graph(assets(*names), referrals(*((a, b) for a, b in sorted(pairs) if a != b)))


def test_all_ways_of_a_small_network_are_followed():
    graph = some_graph(40, 160, 1)
    found = betweenness(graph)
    assert found.sampled is None
    exact = nx.betweenness_centrality(graph)
    assert found.table.set_index("id")["share"].to_dict() == pytest.approx(exact)
    assert found.table["low"].equals(found.table["share"]) and found.table["high"].equals(found.table["share"])
    assert found.table["name"].tolist() == sorted(found.table["name"])
    assert found.sentences == ("The recorded shortest ways between all 40 services were followed.",)


def test_worked_out_by_hand():
    # a→b→c: of the (3 - 1)(3 - 2) ordered pairs of two others, b lies between one.
    found = betweenness(referral_graph(assets("a", "b", "c"), referrals(("a", "b"), ("b", "c"))))
    assert found.table["share"].tolist() == [0, 0.5, 0]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_too_few_to_lie_between(number):
    found = betweenness(referral_graph(assets(*"ab"[:number]), referrals()))
    assert found.table.empty
    assert found.sentences == ("There are fewer than three services, so that none can lie between two others.",)


def test_a_sample_is_right_on_average_and_says_how_sure_it_is():
    graph = some_graph(120, 700, 2)
    exact = pd.Series(nx.betweenness_centrality(graph)).sort_index()
    draws = [betweenness(graph, seed=seed, exact_up_to=100, sample=40) for seed in range(60)]
    assert {draw.sampled for draw in draws} == {40}
    assert "from 40 of 120 services, drawn at random, were followed" in draws[0].sentences[0]
    tables = [draw.table.set_index("id").sort_index() for draw in draws]
    between = exact.index[exact > 0]
    mean = pd.concat([table["share"] for table in tables], axis=1).mean(axis=1)
    error = pd.concat([table["share"] for table in tables], axis=1).std(axis=1) / np.sqrt(len(draws))
    off = ((mean - exact).abs() / error)[between]
    assert (off < 4).all(), "no service is off by more than chance allows"
    held = [((table["low"] <= exact) & (exact <= table["high"]))[between].mean() for table in tables]
    assert np.mean(held) >= 0.92


def test_the_same_seed_gives_the_same_sample_in_any_order_of_the_table():
    graph = some_graph(60, 240, 3)
    backwards = nx.DiGraph()
    backwards.add_nodes_from(reversed(list(graph.nodes(data=True))))
    backwards.add_edges_from(graph.edges(data=True))
    one, other = (betweenness(each, seed=7, exact_up_to=10, sample=20).table for each in (graph, backwards))
    pd.testing.assert_frame_equal(one, other)
    assert not betweenness(graph, seed=8, exact_up_to=10, sample=20).table["share"].equals(one["share"])
    # As many as there are is all of them.
    assert betweenness(graph, exact_up_to=10, sample=60).sampled is None
