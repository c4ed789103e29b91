"""Single points of failure: what closing each service would do, tried out one by one."""

import random

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from network_tables import assets, referrals

from rosc_map.network import articulation, bridges, referral_graph, single_points

TYPES = ("lero", "treatment", "community")


def network(types, *links):
    return referral_graph(assets(*types.items()), referrals(*links))


def with_a_way(graph, kind):
    """Return who can reach another service of the type, by a search from each."""
    of_kind = {key for key, data in graph.nodes(data=True) if data["asset_type"] == kind}
    return {key for key in graph if nx.descendants(graph, key) & of_kind - {key}}


def by_closing_each(graph, kind):
    lost = {}
    for closed in graph:
        rest = graph.subgraph(set(graph) - {closed})
        lost[closed] = len(with_a_way(graph, kind) - {closed} - with_a_way(rest, kind))
    return {key: number for key, number in lost.items() if number}


@given(st.integers(0, 12), st.floats(0, 0.4), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_it_equals_closing_each_and_looking_again(size, density, types, seed):
    rng = random.Random(seed)
    names = [f"n{i:02}" for i in range(size)]
    rng.shuffle(names)
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < density]
    graph = network({name: rng.choice(TYPES[:types]) for name in names}, *pairs)
    links = set(graph.edges)
    found = single_points(graph)
    assert dict(zip(found.table["id"], found.table["services"], strict=True)) == by_closing_each(graph, "lero")
    assert found.with_a_way == len(with_a_way(graph, "lero"))
    assert found.table["name"].tolist() == sorted(found.table["name"])
    assert set(graph.edges) == links


def test_fourteen_services_and_one_door_worked_out_by_hand():
    # Fourteen clinics refer to a hub, and the hub alone to the LERO; a fifteenth refers to the LERO itself as well.
    clinics = {f"c{i:02}": "treatment" for i in range(15)}
    links = [*((clinic, "hub") for clinic in clinics), ("hub", "lero"), ("c14", "lero")]
    found = single_points(network({**clinics, "hub": "community", "lero": "lero"}, *links))
    assert found.with_a_way == 16
    assert found.table.to_dict("records") == [
        {"id": "hub", "name": "NAME-hub", "services": 14},
        {"id": "lero", "name": "NAME-lero", "services": 16},
    ]
    assert found.sentences == (
        "16 of 16 services have a recorded way to a LERO, over any number of handoffs.",
        "If NAME-hub closed, 14 other services would lose their only way to a LERO.",
        "If NAME-lero closed, 16 other services would lose their only way to a LERO.",
    )


def test_a_service_of_the_type_needs_another_one():
    # p reaches q over the hub, and q refers back; r refers to both.
    types = {"p": "lero", "q": "lero", "r": "lero", "hub": "community"}
    found = single_points(network(types, ("p", "hub"), ("hub", "q"), ("q", "p"), ("r", "p"), ("r", "q")))
    # p needs the hub and q; the hub needs q; q needs p; r reaches p and q side by side.
    assert dict(zip(found.table["id"], found.table["services"], strict=True)) == {"hub": 1, "p": 1, "q": 2}
    assert found.sentences[1] == "If NAME-hub closed, 1 other service would lose its only way to a LERO."


def test_many_of_one_type_each_need_another():
    # A ring of 9: each has a way to others, and only over the next one, which is one of the type itself.
    ring = [f"n{i}" for i in range(9)]
    found = single_points(
        network(dict.fromkeys(ring, "mutual_aid"), *zip(ring, ring[1:] + ring[:1], strict=True)), "mutual_aid"
    )
    assert found.table["services"].tolist() == [1] * 9


def test_what_is_said_where_there_is_nothing_to_lose():
    alone = single_points(network({"a": "treatment"}))
    assert (alone.with_a_way, alone.table.empty) == (0, True)
    assert alone.sentences == ("The network has no service of this type: a LERO.",)
    nobody = single_points(network({"a": "treatment", "b": "lero"}))
    assert nobody.sentences == ("0 of 1 service has a recorded way to a LERO, over any number of handoffs.",)
    some = single_points(network({"a": "treatment", "b": "lero", "c": "community"}, ("a", "b"), ("c", "b")))
    assert some.sentences[0].startswith("2 of 2 services have a")
    twofold = single_points(network({"a": "treatment", "b": "lero", "c": "lero"}, ("a", "b"), ("a", "c")))
    assert twofold.table.empty
    assert twofold.sentences[1] == "Whichever one service closed, each of the others would keep a way to a LERO."
    assert single_points(network({})).sentences == alone.sentences


def test_bridges_and_services_that_hold_a_group_together_worked_out_by_hand():
    # Two triangles joined by c–d; the link between them is the one that splits, and c and d are its ends.
    links = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "c"), ("d", "e"), ("e", "f"), ("f", "d")]
    graph = network(dict.fromkeys("abcdefz", "community"), *links)
    assert bridges(graph) == [("c", "d")]
    assert articulation(graph) == ["c", "d"]
    # Links in both directions between the two are one.
    assert bridges(network(dict.fromkeys("ab", "community"), ("a", "b"), ("b", "a"))) == [("a", "b")]
    assert bridges(network({})) == articulation(network({})) == []
