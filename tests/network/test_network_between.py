"""Betweenness equals NetworkX; from a sample it is right on average, and its intervals hold the truth."""

import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from network_tables import assets, referrals

from rosc_map.errors import InputError
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


def _linked(pairs, number=120):
    names = [f"n{i:03}" for i in range(number)]
    return referral_graph(assets(*names), referrals(*((names[a], names[b]) for a, b in pairs)))


GRAPHS = {
    "a few with many links": some_graph(120, 700, 2),
    "few links": some_graph(120, 200, 5),
    "a star, both ways": _linked([pair for i in range(1, 120) for pair in ((0, i), (i, 0))]),
    "a chain": _linked([(i, i + 1) for i in range(119)]),
    "small stars": _linked([pair for i in range(0, 120, 6) for j in range(i + 1, i + 6) for pair in ((i, j), (j, i))]),
}


@pytest.mark.parametrize("kind", GRAPHS)
def test_a_sample_is_right_on_average_and_no_surer_than_it_may_be(kind):
    graph = GRAPHS[kind]
    exact = pd.Series(nx.betweenness_centrality(graph)).sort_index()
    draws = [betweenness(graph, seed=seed, exact_up_to=100, sample=40) for seed in range(40)]
    assert {draw.sampled for draw in draws} == {40}
    assert "from 40 of 120 services, drawn at random, were followed" in draws[0].sentences[0]
    tables = [draw.table.set_index("id").sort_index() for draw in draws]
    mean = pd.concat([table["share"] for table in tables], axis=1).mean(axis=1)
    keys = sorted(graph)
    parts = pd.DataFrame(
        [nx.betweenness_centrality_subset(graph, [key], keys) for key in keys], index=keys, columns=keys
    ) / (len(keys) - 2)
    error = parts.std(axis=0) / np.sqrt(40 * len(draws))  # without the correction: a little too large
    assert ((mean - exact).abs() <= 4.5 * error + 1e-12).all(), "off by more than chance allows"
    for table in tables:
        assert (table["low"] >= 0).all() and (table["high"] <= 1).all()
        assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    held = pd.concat([(table["low"] <= exact) & (exact <= table["high"]) for table in tables], axis=1).mean(axis=1)
    assert held.min() >= 0.95, "for each service, not on average"


def test_a_service_that_only_refers_or_is_only_referred_to_lies_on_no_way_for_sure():
    table = betweenness(GRAPHS["a chain"], exact_up_to=100, sample=40).table.set_index("id")
    assert table.loc[["n000", "n119"], ["share", "low", "high"]].to_numpy().tolist() == [[0, 0, 0]] * 2
    assert table.loc["n060", "high"] > table.loc["n060", "low"] >= 0


def test_a_larger_sample_is_surer():
    widths = []
    for sample in (20, 40, 80, 110):
        table = betweenness(GRAPHS["a few with many links"], exact_up_to=100, sample=sample).table
        widths.append((table["high"] - table["low"]).max())
    assert widths == sorted(widths, reverse=True)


def test_a_sample_too_small_to_tell_an_error_is_refused():
    with pytest.raises(InputError, match="An error cannot be told from a sample of 2"):
        betweenness(GRAPHS["a chain"], sample=2)


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
