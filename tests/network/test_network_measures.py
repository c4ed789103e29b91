"""Measures equal NetworkX or what a hand works out, and the sentences say the same with their denominators."""

import json
import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network_tables import assets, lists, referrals

from rosc_map.network import (
    MEANINGS,
    handoff_reach,
    introductions,
    layers,
    measures,
    mixing,
    referral_graph,
    to_json,
    treatment_gaps,
    two_way,
    unreliable,
)

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


def town(*asked):
    """Two treatment services, a LERO, a peer-led café and a service that nobody has linked; who named all it refers to.

    Where it is not said otherwise, everybody did.
    """
    table = assets(
        ("t1", "treatment"),
        ("t2", "treatment"),
        ("lero", "lero"),
        ("cafe", "community", "E06000002", "lived_experience"),
        ("alone", "partner_service"),
    )
    links = referrals(("t1", "lero"), ("lero", "t1"), ("t2", "t1"), ("cafe", "t2"))
    return referral_graph(table, links, lists(*(asked or table["id"])))


def test_a_town_worked_out_by_hand():
    found = measures(town())
    assert (found.nodes, found.edges) == (5, 4)
    assert found.density == pytest.approx(4 / 20)
    assert (found.reciprocity, found.reciprocity_links) == (pytest.approx(2 / 4), 4)
    assert (found.known.pairs, found.known.known) == (20, 20)
    # t2→t1 alone stays within treatment.
    assert found.mixing_within == pytest.approx(1 / 4)
    assert found.isolates == ["alone"]
    # {t1, t2, lero, cafe} and {alone}; forwards only t1 and lero reach each other.
    assert (found.weak_components, found.strong_components) == (2, 4)
    # Types: treatment (2 members), lero, community, partner_service (1 each). 5 + 4 + 4 + 4 pairs could be.
    # One handoff: lero, t2 and cafe reach treatment; t1 reaches lero. Two: t2 also reaches lero. Nobody else does.
    assert found.handoffs.counts == {"1": 4, "2": 5}
    assert found.handoffs.pairs == 17
    assert found.handoffs.shares == {"1": pytest.approx(4 / 17), "2": pytest.approx(5 / 17)}
    # t1-lero both; t2-cafe one; t1-cafe and t2-lero none.
    assert found.two_way.counts == {"both": 1, "one": 1, "none": 2}
    assert found.two_way.shares == {"both": 0.25, "one": 0.25, "none": 0.5}
    assert found.two_way.pairs == 4


def test_the_sentences_of_the_town():
    size, known, alone, back, groups, handed, both_ways, mixed = measures(town()).sentences
    assert size == "4 links are recorded, of 20 possible between 5 services (20 %)."
    assert known == "It is known of all 20 ordered pairs of services whether one refers to the other."
    assert alone == "1 of 5 services has no recorded link to or from anybody yet."
    assert back == "2 of 4 links have a link back (50 %)."
    assert groups == (
        "The 5 services fall into 2 parts that no link joins; in 4 parts all members can reach each other, "
        "a part of one service included."
    )
    assert handed == (
        "In 4 of 17 pairs of a service and a type of support, the service can hand somebody on to that type directly "
        "(24 %); in 5, in at most two handoffs (29 %)."
    )
    assert mixed == "1 of 4 links stays within one type of support (25 %)."
    assert both_ways == (
        "Of 4 pairs of a treatment service and a peer-led initiative in the same upper-tier authority, 1 has links in "
        "both directions, 1 has a link in one, and 2 have none recorded."
    )


def test_reciprocity_is_over_links_of_which_both_directions_are_known():
    found = measures(town("t1"))
    # t1 and the LERO refer to each other. t1 named all, and t2 is not among them; nobody asked t2 about the café.
    assert (found.reciprocity, found.reciprocity_links) == (pytest.approx(2 / 3), 3)
    assert (
        "Both directions are known for 3 of 4 links; 2 of these have a link back (67 %). "
        "Of all links, 50 % to 75 % have one; about the rest nobody was asked."
    ) in found.sentences


def test_reciprocity_that_nobody_knows_is_none():
    found = measures(referral_graph(assets("a", "b"), referrals(("a", "b"))))
    assert (found.reciprocity, found.reciprocity_links) == (None, 0)
    assert "Both directions are known for none of 1 link." in found.sentences
    asked = measures(referral_graph(assets("a", "b"), referrals(("a", "b")), lists("b")))
    assert (asked.reciprocity, asked.reciprocity_links) == (0, 1)
    assert "0 of 1 link has a link back (0 %)." in asked.sentences


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
    assert found.handoffs.shares == {"1": None, "2": None}
    assert found.two_way.shares == {"both": None, "one": None, "none": None}
    assert found.sentences == ("There are no services in the network yet.",)


def test_one_service_alone():
    found = measures(referral_graph(assets("a"), referrals()))
    assert found.density is None
    assert found.handoffs.pairs == 0
    assert found.handoffs.shares == {"1": None, "2": None}
    assert found.sentences == (
        "There is 1 service in the network, so there is nobody to link it to yet.",
        "The 1 service has no recorded link to or from anybody yet.",
    )


def test_two_services_without_a_link():
    found = measures(referral_graph(assets("a", "b"), referrals()))
    assert found.density == 0
    assert found.reciprocity is None
    assert "0 links are recorded, of 2 possible between 2 services (at least 0 %)." in found.sentences
    assert "2 of 2 services have no recorded link to or from anybody yet." in found.sentences


def test_everybody_linked_is_said_too():
    found = measures(referral_graph(assets("a", "b"), referrals(("a", "b"), ("b", "a"))))
    assert "All 2 services have at least one link to or from another." in found.sentences
    assert "2 of 2 links have a link back (100 %)." in found.sentences
    assert found.sentences[4].startswith("The 2 services are all joined by links; in 1 part all members")


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
    assert found.two_way.counts == {"both": 0, "one": 1, "none": 0}


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
    assert measures(referral_graph(table, referrals())).two_way.pairs == peer_led


def test_both_ways_pair_by_pair_and_not_known_is_not_no_link():
    found = two_way(town("t1", "cafe"))
    assert found.table.to_dict("split")["data"] == [
        ["t1", "NAME-t1", "cafe", "NAME-cafe", "no link", "no link"],
        ["t1", "NAME-t1", "lero", "NAME-lero", "link", "link"],
        ["t2", "NAME-t2", "cafe", "NAME-cafe", "not known", "link"],
        ["t2", "NAME-t2", "lero", "NAME-lero", "not known", "not known"],
    ]
    assert (found.counts, found.pairs, found.none_known) == ({"both": 1, "one": 1, "none": 2}, 4, 1)
    assert found.sentences[1] == (
        "Of the 2 pairs with none recorded, it is not known for 1 whether there is one: "
        "not every direction has been asked about."
    )
    assert measures(town("t1", "cafe")).two_way.none_known == 1


def test_pairs_stand_by_name_and_those_of_one_service_together():
    table = assets(("b", "treatment"), ("a", "treatment"), ("m", "lero"), ("l", "lero")).assign(
        name=["T", "t", "x", "L"]
    )
    found = two_way(referral_graph(table, referrals())).table
    assert list(zip(found["treatment_id"], found["peer_led_id"], strict=True)) == [
        ("a", "l"), ("a", "m"), ("b", "l"), ("b", "m"),
    ]  # fmt: skip


def test_one_direction_known_is_not_known_to_have_none():
    graph = referral_graph(assets(("t", "treatment"), ("l", "lero")), referrals(), lists("t"))
    found = two_way(graph)
    assert found.table[["to_peer_led", "from_peer_led"]].to_numpy().tolist() == [["no link", "not known"]]
    assert (found.counts["none"], found.none_known) == (1, 0)


def test_no_pair_of_treatment_and_peers_says_nothing():
    found = two_way(referral_graph(assets("a", "b"), referrals()))
    assert (found.pairs, found.none_known, found.sentences) == (0, 0, ())
    assert list(found.table)[-2:] == ["to_peer_led", "from_peer_led"]


def test_peer_led_treatment_is_a_pair_with_other_treatment_once():
    peers = ("treatment", "E06000002", "lived_experience")
    found = measures(referral_graph(assets(("a", *peers), ("b", *peers)), referrals(("a", "b"))))
    assert found.two_way.counts == {"both": 0, "one": 1, "none": 0}
    # Beside plain treatment it is the peer-led side, whatever the ids.
    for ids in (("a", "z"), ("z", "a")):
        table = two_way(referral_graph(assets((ids[0], *peers), (ids[1], "treatment")), referrals())).table
        assert table[["treatment_id", "peer_led_id"]].to_numpy().tolist() == [[ids[1], ids[0]]]


def test_mixing_worked_out_by_hand():
    found = mixing(town("t1", "cafe")).set_index(["from_type", "to_type"])
    types = ["lero", "treatment", "community", "partner_service"]
    assert list(found.index) == [(one, other) for one in types for other in types]
    # t1 named all; t2 was not asked, so that of t2→lero nothing is known.
    assert found.loc[("treatment", "lero")].tolist() == [1, 2, 1, 1.0]
    assert found.loc[("treatment", "treatment")].tolist() == [1, 2, 2, 0.5]
    assert found.loc[("lero", "lero")].tolist() == [0, 0, 0, None]
    assert found.loc[("partner_service", "lero")].tolist() == [0, 1, 0, None]
    assert found.loc[("community", "lero")].tolist() == [0, 1, 1, 0.0]


def test_two_services_of_no_known_type_are_not_of_one_type():
    graph = referral_graph(
        assets(("a", ""), ("b", ""), ("c", "lero"), ("d", "lero")), referrals(("a", "b"), ("c", "d"))
    )
    found = measures(graph)
    assert found.mixing_within == pytest.approx(1 / 2)
    assert "1 of 2 links stays within one type of support (50 %)." in found.sentences
    assert found.mixing["links"].tolist() == [1]


@given(st.integers(0, 10), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_mixing_equals_networkx(size, density, seed):
    rng = random.Random(seed)
    kinds = [(f"n{i}", rng.choice(["treatment", "lero", "mutual_aid"])) for i in range(size)]
    pairs = [(a, b) for a, _ in kinds for b, _ in kinds if a != b and rng.random() < density]
    asked = [key for key, _ in kinds if rng.random() < 0.5]
    graph = referral_graph(assets(*kinds), referrals(*pairs), lists(*asked))
    expected = nx.attribute_mixing_dict(graph, "asset_type")
    found = mixing(graph)
    for row in found.itertuples():
        assert row.links == expected.get(row.from_type, {}).get(row.to_type, 0)
        assert row.links <= row.known <= row.pairs
        assert row.share == (row.links / row.known if row.known else None)
    assert found["links"].sum() == len(pairs)
    assert found["pairs"].sum() == size * (size - 1)
    assert found["known"].sum() == measures(graph).known.known
    within = found.loc[found["from_type"] == found["to_type"], "links"].sum()
    assert measures(graph).mixing_within == (within / len(pairs) if pairs else None)


@given(st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_measures_equal_networkx(size, density, seed):
    rng = random.Random(seed)
    names = [f"n{i:02}" for i in range(size)]
    kinds = [(key, rng.choice(["treatment", "lero", "mutual_aid", "community"])) for key in names]
    pairs = [(a, b) for a in names for b in names if a != b and rng.random() < density]
    graph = referral_graph(assets(*kinds), referrals(*pairs), lists(*names))
    found = measures(graph)
    assert found.density == (nx.density(graph) if size > 1 else None)
    assert found.reciprocity == (pytest.approx(nx.overall_reciprocity(graph)) if pairs else None)
    assert set(found.isolates) == set(nx.isolates(graph))
    assert found.weak_components == len(list(nx.weakly_connected_components(graph)))
    assert found.strong_components == len(list(nx.strongly_connected_components(graph)))
    assert dict(zip(found.degrees["id"], found.degrees["in_degree"], strict=True)) == dict(graph.in_degree())
    assert dict(zip(found.degrees["id"], found.degrees["out_degree"], strict=True)) == dict(graph.out_degree())
    for steps in (1, 2):
        assert (found.handoffs.counts[str(steps)], found.handoffs.pairs) == handoffs_by_search(graph, steps)


def document_of(graph, number=2):
    found = to_json(
        measures(graph),
        introductions(graph, k=number),
        layers=layers(graph),
        treatment_gaps=treatment_gaps(handoff_reach(graph), graph),
    )
    document = json.loads(json.dumps(found, allow_nan=False))
    # Nothing is turned into something else on the way: no tuples, no numbers of numpy.
    assert document == found
    return document


def test_json_keeps_the_promise_of_the_command_line():
    document = document_of(town())
    assert document["isolates"] == 1
    assert document["isolate_ids"] == ["alone"]
    assert document["handoff_reach"] == {"1": pytest.approx(4 / 17), "2": pytest.approx(5 / 17)}
    assert document["two_way"] == {"both": 0.25, "one": 0.25, "none": 0.5}
    assert document["two_way_counts"] == {"both": 1, "one": 1, "none": 2}
    assert [document[name] for name in ("nodes", "edges", "weak_components", "strong_components")] == [5, 4, 2, 4]
    assert len(document["introductions"]) == 2
    first = document["introductions"][0]
    assert set(first) == {
        "from", "to", "gain", "pairs", "from_name", "to_name", "reason", "opens", "makers", "maker_names",
    }  # fmt: skip
    assert first["from_name"] == f"NAME-{first['from']}"
    assert len(document["sentences"]) == 8


def test_json_says_what_is_known_and_by_type():
    document = document_of(town("t1"))
    assert document["known_pairs"] == {"pairs": 20, "known": 7, "share": pytest.approx(7 / 20)}
    assert document["unreliable"] == ["between", "single_points", "groups", "components"]
    assert (document["reciprocity"], document["reciprocity_links"]) == (pytest.approx(2 / 3), 3)
    assert document["two_way_none_known"] == 0
    assert document["mixing_within"] == 0.25
    assert document["layers"][0] == {"evidence": "declared", "links": 4, "alone": 4}
    assert document["handoffs_by_type"][1] == {"asset_type": "treatment", "services": 5, "one": 3, "two": 3}
    assert document["treatment_gaps"][0] == {
        "id": "t1", "name": "NAME-t1", "asked": True, "missing": ["treatment", "community", "partner_service"],
    }  # fmt: skip
    assert document["mixing"][0] == {
        "from_type": "lero", "to_type": "lero", "links": 0, "pairs": 0, "known": 0, "share": None,
    }  # fmt: skip


def test_json_of_an_empty_network_has_null_where_nothing_is_defined():
    document = document_of(referral_graph(assets(), referrals()))
    assert document["density"] is None
    assert document["known_pairs"] == {"pairs": 0, "known": 0, "share": None}
    assert document["two_way"] == {"both": None, "one": None, "none": None}
    assert [document[name] for name in ("introductions", "mixing", "handoffs_by_type", "unreliable")] == [
        [],
        [],
        [],
        [],
    ]


def test_every_measure_has_its_meaning_in_one_plain_sentence():
    named = {"size", "density", "known", "reciprocity", "isolates", "components", "degrees", "handoffs", "two_way"}
    assert named | {"mixing", "between", "single_points", "groups", "introductions"} <= set(MEANINGS)
    assert all(meaning[0].isupper() and meaning.endswith(".") for meaning in MEANINGS.values())
    assert set(unreliable(measures(referral_graph(assets("a", "b"), referrals())).known)) <= set(MEANINGS)
