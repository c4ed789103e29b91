"""Groups: worked out by hand, checked with NetworkX, and the same in any order of the tables."""

import random

import networkx as nx
import pandas as pd
import pytest
from network_tables import assets, referrals

from rosc_map.network import groups, referral_graph

# A four and a triangle, all linked within, joined by one link; one service is linked with nobody.
FOUR = [("d", "e"), ("e", "d"), ("d", "f"), ("d", "g"), ("e", "f"), ("e", "g"), ("g", "f")]
TRIANGLE = [("a", "b"), ("b", "c"), ("c", "a")]
LINKS = [*FOUR, *TRIANGLE, ("c", "d")]


def by_group(found):
    return {number: set(rows["id"]) for number, rows in found.table.groupby("group")}


def test_two_groups_worked_out_by_hand():
    graph = referral_graph(assets(*"gfedcbaz"), referrals(*LINKS))
    found = groups(graph)
    assert found.table["id"].tolist() == ["d", "e", "f", "g", "a", "b", "c"]
    assert found.table["group"].tolist() == [1, 1, 1, 1, 2, 2, 2]
    assert found.count == 2
    # Of 10 links, 6 and 3 are within; the ends of the groups are 13 and 7 of 20.
    assert found.modularity == pytest.approx(9 / 10 - (13 / 20) ** 2 - (7 / 20) ** 2)
    first, second = found.sentences
    assert first.startswith("The services that have a link fall into 2 groups, of 3 to 4 services: ")
    assert "says nothing about how good they are" in first
    assert second == "1 service without any link is in no group."


def test_equally_large_groups_stand_in_the_order_of_their_first_names():
    table = assets("a", "b", "c", "d").assign(name=["Zebra", "yard", "apple", "Moon"])
    found = groups(referral_graph(table, referrals(("a", "b"), ("c", "d"))))
    assert found.table["name"].tolist() == ["apple", "Moon", "yard", "Zebra"]
    assert found.table["group"].tolist() == [1, 1, 2, 2]
    assert "2 groups, of 2 services:" in found.sentences[0]


def test_the_same_network_gives_the_same_groups_in_any_order_of_the_tables():
    rng = random.Random(4)
    names = [f"n{i:02}" for i in range(60)]
    links = sorted({tuple(rng.sample(names, 2)) for _ in range(110)})
    first = groups(referral_graph(assets(*names), referrals(*links)), seed=3)
    for _ in range(5):
        rng.shuffle(names)
        rng.shuffle(links)
        again = groups(referral_graph(assets(*names), referrals(*links)), seed=3)
        pd.testing.assert_frame_equal(first.table, again.table)
        assert first.modularity == again.modularity


def test_modularity_is_that_of_networkx_and_every_linked_service_is_in_one_group():
    rng = random.Random(5)
    names = [f"n{i:02}" for i in range(50)]
    links = {tuple(rng.sample(names, 2)) for _ in range(70)}
    graph = referral_graph(assets(*names), referrals(*links))
    found = groups(graph)
    linked = nx.Graph(graph.edges)
    assert sorted(found.table["id"]) == sorted(linked)
    assert found.modularity == pytest.approx(nx.community.modularity(linked, by_group(found).values()))
    sizes = found.table.groupby("group").size()
    assert sizes.index.tolist() == list(range(1, found.count + 1))
    assert sizes.is_monotonic_decreasing


@pytest.mark.parametrize("ids", ["", "ab"])
def test_without_links_there_are_no_groups(ids):
    found = groups(referral_graph(assets(*ids), referrals()))
    assert (found.table.empty, found.modularity, found.count) == (True, None, 0)
    assert found.sentences == ("No service has a link yet, so there are no groups.",)
