"""Measures equal NetworkX or what a hand works out, and the sentences say the same with their denominators."""

import json
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_tables import assets, referrals

from rosc_map.network import introductions, measures, referral_graph, to_json

ELSEWHERE = "E10000001"


def handoffs_by_search(graph, steps):
    """Count the (asset, type) pairs reached, and those that could be, with one NetworkX search for each asset."""
    kinds = nx.get_node_attributes(graph, "asset_type")
    reached = possible = 0
    for start in graph:
        near = set(nx.single_source_shortest_path_length(graph, start, cutoff=steps)) - {start}
        for kind in set(kinds.values()):
            members = {key for key in graph if kinds[key] == kind}
            possible += bool(members - {start})
            reached += bool(members & near)
    return reached, possible


def town():
    """Two treatment services, a LERO, a peer-led café and a refuge that nobody has linked yet."""
    table = assets(
        ("t1", "treatment"),
        ("t2", "treatment"),
        ("lero", "lero"),
        ("cafe", "community", "E06000002", "lived_experience"),
        ("alone", "partner_service"),
    )
    return referral_graph(table, referrals(("t1", "lero"), ("lero", "t1"), ("t2", "t1"), ("cafe", "t2")))


def test_a_town_worked_out_by_hand():
    found = measures(town())
    assert (found.nodes, found.edges) == (5, 4)
    assert found.density == pytest.approx(4 / 20)
    assert found.reciprocity == pytest.approx(2 / 4)
    assert found.isolates == ["alone"]
    # {t1, t2, lero, cafe} and {alone}; forwards only t1 and lero reach each other.
    assert (found.weak_components, found.strong_components) == (2, 4)
    # Types: treatment (2 members), lero, community, partner_service (1 each). 5 + 4 + 4 + 4 pairs could be.
    # One handoff: lero, t2 and cafe reach treatment; t1 reaches lero. Two: t2 also reaches lero. Nobody else does.
    assert found.handoff_counts == {"1": 4, "2": 5}
    assert found.handoff_pairs == 17
    assert found.handoff_reach == {"1": pytest.approx(4 / 17), "2": pytest.approx(5 / 17)}
    # t1-lero both; t2-cafe one; t1-cafe and t2-lero none.
    assert found.two_way_counts == {"both": 1, "one": 1, "none": 2}
    assert found.two_way == {"both": 0.25, "one": 0.25, "none": 0.5}
    assert found.two_way_pairs == 4


def test_the_sentences_of_the_town():
    size, alone, back, groups, handed, two_way = measures(town()).sentences
    assert size == "4 links are recorded, of 20 possible between 5 services (20 %)."
    assert alone == "1 of 5 services has no link to or from anybody yet."
    assert back == "2 of 4 links have a link back (50 %)."
    assert groups == (
        "The 5 services fall into 2 separate groups when links are followed either way, "
        "and into 4 groups whose members can all reach each other."
    )
    assert handed == (
        "In 4 of 17 pairs of a service and a type of support, the service can hand somebody on to that type directly "
        "(24 %); in 5, in at most two handoffs (29 %)."
    )
    assert two_way == (
        "Of 4 pairs of a treatment service and a peer-led initiative in the same upper-tier authority, 1 has links in "
        "both directions, 1 has a link in one, and 2 have none recorded."
    )


def test_degrees_are_sorted_by_name_and_not_by_degree():
    table = assets("a", "b", "c").assign(name=["zebra", "Apple", "apple"])
    degrees = measures(referral_graph(table, referrals(("a", "b"), ("a", "c"), ("c", "b")))).degrees
    assert degrees.to_dict("list") == {
        "id": ["b", "c", "a"], "name": ["Apple", "apple", "zebra"], "in_degree": [2, 1, 0], "out_degree": [0, 1, 2],
    }  # fmt: skip


def test_an_empty_network_defines_nothing():
    found = measures(referral_graph(assets(), referrals()))
    assert (found.nodes, found.edges, found.weak_components, found.strong_components) == (0, 0, 0, 0)
    assert found.density is None
    assert found.reciprocity is None
    assert found.isolates == []
    assert found.degrees.empty
    assert found.handoff_reach == {"1": None, "2": None}
    assert found.two_way == {"both": None, "one": None, "none": None}
    assert found.sentences == ("There are no services in the network yet.",)


def test_one_service_alone():
    found = measures(referral_graph(assets("a"), referrals()))
    assert found.density is None
    assert found.handoff_pairs == 0
    assert found.handoff_reach == {"1": None, "2": None}
    assert found.sentences == (
        "There is 1 service in the network, so there is nobody to link it to yet.",
        "The 1 service has no link to or from anybody yet.",
    )


def test_two_services_without_a_link():
    found = measures(referral_graph(assets("a", "b"), referrals()))
    assert found.density == 0
    assert found.reciprocity is None
    assert "0 links are recorded, of 2 possible between 2 services (0 %)." in found.sentences
    assert "2 of 2 services have no link to or from anybody yet." in found.sentences


def test_everybody_linked_is_said_too():
    found = measures(referral_graph(assets("a", "b"), referrals(("a", "b"), ("b", "a"))))
    assert "All 2 services have at least one link to or from another." in found.sentences
    assert "2 of 2 links have a link back (100 %)." in found.sentences
    assert found.sentences[3].startswith("The 2 services fall into 1 group when")


def test_observations_left_out_and_not_found_are_said():
    missed = {"evidence": "tested", "result": "not_found_in_test"}
    graph = referral_graph(assets("a", "b"), referrals(("a", "b"), ("a", "b", missed), ("a", "gone")))
    said = measures(graph).sentences
    assert "1 of 1 link was not found in a test; other evidence stands." in said
    assert said[-1] == (
        "1 observation was left out: one end is not among the services, or it links a service to itself."
    )
    assert "false" not in " ".join(said)


def test_two_way_pairs_are_of_one_known_upper_tier():
    table = assets(
        ("t", "treatment"),
        ("same", "lero"),
        ("far", "lero", ELSEWHERE),
        ("lost", "lero", ""),
        ("lost_t", "treatment", ""),
    )
    links = referrals(("t", "far"), ("far", "t"), ("lost", "lost_t"), ("same", "t"))
    found = measures(referral_graph(table, links))
    assert found.two_way_counts == {"both": 0, "one": 1, "none": 0}


@pytest.mark.parametrize(
    ("kind", "led_by", "peer_led"),
    [
        ("lero", "unknown", True),
        ("lived_experience_initiative", "unknown", True),
        ("community", "lived_experience", True),
        ("recovery_support", "lived_and_learned", False),
        ("mutual_aid", "unknown", False),
    ],
)
def test_who_is_peer_led(kind, led_by, peer_led):
    table = assets(("t", "treatment"), ("p", kind, "E06000002", led_by))
    assert measures(referral_graph(table, referrals())).two_way_pairs == peer_led


def test_peer_led_treatment_is_a_pair_with_other_treatment_once():
    peers = ("treatment", "E06000002", "lived_experience")
    found = measures(referral_graph(assets(("a", *peers), ("b", *peers)), referrals(("a", "b"))))
    assert found.two_way_counts == {"both": 0, "one": 1, "none": 0}


@given(st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_measures_equal_networkx(size, density, seed):
    rng = random.Random(seed)
    names = [f"n{i:02}" for i in range(size)]
    kinds = [(key, rng.choice(["treatment", "lero", "mutual_aid", "community"])) for key in names]
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < density]
    graph = referral_graph(assets(*kinds), referrals(*pairs))
    found = measures(graph)
    assert found.density == (nx.density(graph) if size > 1 else None)
    assert found.reciprocity == (pytest.approx(nx.overall_reciprocity(graph)) if pairs else None)
    assert set(found.isolates) == set(nx.isolates(graph))
    assert found.weak_components == len(list(nx.weakly_connected_components(graph)))
    assert found.strong_components == len(list(nx.strongly_connected_components(graph)))
    assert dict(zip(found.degrees["id"], found.degrees["in_degree"], strict=True)) == dict(graph.in_degree())
    assert dict(zip(found.degrees["id"], found.degrees["out_degree"], strict=True)) == dict(graph.out_degree())
    for steps in (1, 2):
        assert (found.handoff_counts[str(steps)], found.handoff_pairs) == handoffs_by_search(graph, steps)


def test_json_keeps_the_promise_of_the_command_line():
    graph = town()
    document = json.loads(json.dumps(to_json(measures(graph), introductions(graph, k=2)), allow_nan=False))
    assert document["isolates"] == 1
    assert document["isolate_ids"] == ["alone"]
    assert document["handoff_reach"] == {"1": pytest.approx(4 / 17), "2": pytest.approx(5 / 17)}
    assert document["two_way"] == {"both": 0.25, "one": 0.25, "none": 0.5}
    assert document["two_way_counts"] == {"both": 1, "one": 1, "none": 2}
    assert [document[name] for name in ("nodes", "edges", "weak_components", "strong_components")] == [5, 4, 2, 4]
    assert len(document["introductions"]) == 2
    first = document["introductions"][0]
    assert set(first) == {"from", "to", "gain", "from_name", "to_name", "reason"}
    assert first["from_name"] == f"NAME-{first['from']}"
    assert len(document["sentences"]) == 6


def test_json_of_an_empty_network_has_null_where_nothing_is_defined():
    graph = referral_graph(assets(), referrals())
    document = json.loads(json.dumps(to_json(measures(graph), introductions(graph)), allow_nan=False))
    assert document["density"] is None
    assert document["two_way"] == {"both": None, "one": None, "none": None}
    assert document["introductions"] == []
