"""Observations become edges: what supports a link, what does not, and what is kept of the rest."""

import networkx as nx
import pandas as pd
import pytest
from network_tables import REFERRAL_COLUMNS, assets, lists, referrals

from rosc_map import network
from rosc_map.errors import InputError, UnknownName
from rosc_map.network import referral_graph

LINKED = {"evidence": "tested", "result": "linked", "kind": ""}
MISSED = {"evidence": "tested", "result": "not_found_in_test", "kind": ""}


def test_the_public_names_are_the_ones_declared():
    assert {"MEANINGS", "introductions", "measures", "referral_graph", "to_json"} <= set(network.__all__)
    assert all(hasattr(network, name) for name in network.__all__)
    assert len(set(network.__all__)) == len(network.__all__)


def test_every_asset_is_a_node_with_its_facts():
    graph = referral_graph(assets(("b", "lero", "E10000001", "lived_experience"), "a"), referrals())
    assert list(graph) == ["b", "a"]
    assert graph.nodes["b"] == {
        "name": "NAME-b",
        "asset_type": "lero",
        "led_by": "lived_experience",
        "local_authority_code": "E10000001",
        "upper_tier_code": "E10000001",
        "organisation": "",
        "connector_role": (),
    }
    assert graph.number_of_edges() == 0
    assert graph.graph == {
        "evidence": ("declared", "confirmed", "tested", "counted"),
        "not_found_in_test": [],
        "no_link": [],
        "counted_none": [],
        "named_all": frozenset(),
        "named_by_all": frozenset(),
        "left_out": 0,
        "without_result": 0,
    }


def test_organisation_and_connector_role_are_taken_where_the_table_has_them():
    table = assets("a", "b").assign(organisation=["Example", None], connector_role=[("recovery_navigator",), ()])
    nodes = referral_graph(table, referrals()).nodes
    assert (nodes["a"]["organisation"], nodes["a"]["connector_role"]) == ("Example", ("recovery_navigator",))
    assert (nodes["b"]["organisation"], nodes["b"]["connector_role"]) == ("", ())


@pytest.mark.parametrize(
    ("row", "linked"),
    [
        ({"evidence": "declared"}, True),
        ({"evidence": "confirmed"}, True),
        ({"evidence": "counted", "count": 3.0}, True),
        ({"evidence": "counted", "count": None}, True),
        ({"evidence": "counted", "count": 0.0}, False),
        (LINKED, True),
        (MISSED, False),
        ({"evidence": "tested", "result": ""}, False),
        ({"evidence": "declared", "result": "no_link"}, False),
        ({"evidence": "confirmed", "result": "no_link"}, False),
        ({"evidence": "counted", "result": "no_link"}, False),
    ],
)
def test_what_supports_a_link(row, linked):
    graph = referral_graph(assets("a", "b"), referrals(("a", "b", row)))
    assert graph.has_edge("a", "b") is linked
    assert not graph.has_edge("b", "a")


def test_a_test_that_did_not_find_it_alone_makes_no_link_and_is_kept():
    graph = referral_graph(assets("a", "b", "c"), referrals(("b", "c", MISSED), ("a", "b", MISSED), ("a", "b", MISSED)))
    assert graph.number_of_edges() == 0
    assert graph.graph["not_found_in_test"] == [("a", "b"), ("b", "c")]
    assert graph.graph["left_out"] == 0


def test_a_declared_link_that_a_test_did_not_find_stands_with_both_facts():
    graph = referral_graph(assets("a", "b"), referrals(("a", "b", MISSED), ("a", "b")))
    assert graph.edges["a", "b"] == {
        "evidence": ("declared",), "kinds": ("referral",), "count": None, "not_found_in_test": True, "denied_by": (),
    }  # fmt: skip
    assert graph.graph["not_found_in_test"] == []


def test_an_edge_gathers_its_observations_in_the_order_of_the_codelists():
    rows = (
        ("a", "b", {"evidence": "counted", "count": 12.0, "kind": "warm_handover", "period": "2025-26"}),
        ("a", "b", {"evidence": "counted", "count": 5.0, "kind": "signpost", "period": "2024-25"}),
        ("a", "b", {"evidence": "counted", "count": float("nan"), "kind": ""}),
        ("a", "b", LINKED),
        ("a", "b", {"evidence": "confirmed"}),
        ("a", "b", {"evidence": "declared", "count": 99.0}),
        ("b", "a", {"kind": ""}),
    )
    graph = referral_graph(assets("a", "b"), referrals(*rows))
    assert graph.edges["a", "b"] == {
        "evidence": ("declared", "confirmed", "tested", "counted"),
        "kinds": ("signpost", "referral", "warm_handover"),
        "count": 17,
        "not_found_in_test": False,
        "denied_by": (),
    }
    assert graph.edges["b", "a"]["kinds"] == ()
    backwards = referral_graph(assets("a", "b"), referrals(*reversed(rows)))
    assert nx.utils.graphs_equal(graph, backwards)
    assert list(backwards.edges) == list(graph.edges)


def test_the_order_of_the_observations_does_not_matter():
    rows = [("a", "c"), ("a", "b"), ("b", "c"), ("b", "a", MISSED), ("c", "a", {"result": "no_link"})]
    one, other = (referral_graph(assets("a", "b", "c"), referrals(*order)) for order in (rows, rows[::-1]))
    assert list(one.edges) == list(other.edges) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert one.graph == other.graph


def test_the_kind_of_a_test_that_found_nothing_is_not_a_kind_of_the_link():
    graph = referral_graph(assets("a", "b"), referrals(("a", "b"), ("a", "b", MISSED | {"kind": "warm_handover"})))
    assert graph.edges["a", "b"]["kinds"] == ("referral",)


def test_rows_that_cannot_be_an_edge_are_counted():
    rows = (("a", "b"), ("a", "a"), ("a", "gone"), ("gone", "a"), ("b", "a", {"evidence": "tested"}))
    graph = referral_graph(assets("a", "b"), referrals(*rows))
    assert list(graph.edges) == [("a", "b")]
    assert graph.graph["left_out"] == 3
    assert graph.graph["without_result"] == 1


def test_an_empty_table_makes_an_empty_graph():
    graph = referral_graph(assets(), referrals(("a", "b")))
    assert graph.number_of_nodes() == 0
    assert graph.graph["left_out"] == 1


def test_what_is_missing_becomes_empty_text():
    table = assets("a").assign(led_by=None, upper_tier_code=float("nan"))
    node = referral_graph(table, referrals()).nodes["a"]
    assert (node["led_by"], node["upper_tier_code"]) == ("", "")


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="'a' stands twice"):
        referral_graph(assets("a", "b", "a"), referrals())


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="assets has no column led_by, upper_tier_code"):
        referral_graph(assets("a").drop(columns=["led_by", "upper_tier_code"]), referrals())
    with pytest.raises(InputError, match="referrals has no column result"):
        referral_graph(assets("a"), pd.DataFrame(columns=[name for name in REFERRAL_COLUMNS if name != "result"]))


NO_LINK = {"result": "no_link"}


def test_what_somebody_says_is_no_link_is_kept_where_nothing_else_says_that_there_is_one():
    rows = (
        ("c", "a", NO_LINK),
        ("a", "b", NO_LINK | {"evidence": "confirmed"}),
        ("b", "c", {"evidence": "counted", "count": 0.0}),
        ("c", "b", NO_LINK),
        ("c", "b", {"evidence": "confirmed"}),
    )
    graph = referral_graph(assets("a", "b", "c"), referrals(*rows))
    assert graph.graph["no_link"] == [("a", "b"), ("b", "c"), ("c", "a")]
    assert list(graph.edges) == [("c", "b")]
    assert graph.graph["without_result"] == 0


@pytest.mark.parametrize(
    ("rows", "whole", "denied"),
    [
        ([{"evidence": "confirmed"}, NO_LINK], (), ("from",)),
        ([{}, NO_LINK | {"evidence": "confirmed"}], (), ("to",)),
        ([{}], ("a",), ()),
        ([{}], (("b", "referred_by"),), ("to",)),
        ([{"evidence": "confirmed"}], ("a", ("b", "referred_by")), ("from",)),
        ([LINKED], ("a", ("b", "referred_by")), ("from", "to")),
        # A list of the other direction, or of somebody else, says nothing of this pair.
        ([{}], ("b", ("a", "referred_by"), "c"), ()),
        # Who counted is not recorded, and whoever says so once does not deny it.
        ([{}, {"evidence": "counted", "count": 0.0}], (), ()),
        ([{}, NO_LINK], (), ()),
    ],
)
def test_who_was_asked_and_does_not_say_so(rows, whole, denied):
    graph = referral_graph(assets("a", "b", "c"), referrals(*(("a", "b", row) for row in rows)), lists(*whole))
    assert graph.edges["a", "b"]["denied_by"] == denied
    assert graph.graph["no_link"] == []


def test_only_the_layers_that_are_asked_for_are_seen():
    rows = (
        ("a", "b"),
        ("b", "a", {"evidence": "confirmed"}),
        ("a", "b", MISSED),
        ("a", "c", NO_LINK),
        ("a", "gone", {"evidence": "counted"}),
    )
    whole = lists("a", "gone", ("b", "referred_by"))

    def seen(*layers):
        return referral_graph(assets("a", "b", "c"), referrals(*rows), whole, evidence=layers)

    every = referral_graph(assets("a", "b", "c"), referrals(*rows), whole)
    assert every.edges["a", "b"]["denied_by"] == ("to",)
    declared = seen("declared")
    assert dict(declared.edges) == {
        ("a", "b"): {
            "evidence": ("declared",), "kinds": ("referral",), "count": None, "not_found_in_test": False,
            "denied_by": (),
        }
    }  # fmt: skip
    assert (declared.graph["named_all"], declared.graph["named_by_all"]) == ({"a"}, frozenset())
    assert (declared.graph["no_link"], declared.graph["left_out"]) == ([("a", "c")], 0)
    confirmed = seen("confirmed")
    assert list(confirmed.edges) == [("b", "a")]
    assert (confirmed.graph["named_all"], confirmed.graph["named_by_all"]) == (frozenset(), {"b"})
    assert seen("tested").graph["not_found_in_test"] == [("a", "b")]
    assert seen("counted").graph["left_out"] == 1
    assert seen("counted", "declared").graph["evidence"] == ("declared", "counted")
    assert nx.utils.graphs_equal(seen("tested", "counted", "confirmed", "declared"), every)


def test_one_layer_may_be_given_by_its_name():
    rows = referrals(("a", "b"), ("b", "a", {"evidence": "confirmed"}))
    graph = referral_graph(assets("a", "b"), rows, evidence="declared")
    assert (graph.graph["evidence"], list(graph.edges)) == (("declared",), [("a", "b")])
    with pytest.raises(UnknownName, match="'rumour' is not a layer"):
        referral_graph(assets("a"), referrals(), evidence="rumour")


def test_what_only_a_count_says_is_apart_from_what_somebody_says():
    nobody = {"evidence": "counted", "count": 0.0}
    rows = [
        ("a", "b", nobody),
        ("a", "c", nobody),
        ("a", "c", NO_LINK),
        ("b", "a", NO_LINK),
        ("c", "a", nobody),
        ("c", "a"),
    ]
    graph = referral_graph(assets("a", "b", "c"), referrals(*rows))
    assert graph.graph["no_link"] == [("a", "b"), ("a", "c"), ("b", "a")]
    assert graph.graph["counted_none"] == [("a", "b")]


def test_a_layer_that_is_not_known_is_refused():
    with pytest.raises(UnknownName, match="'rumour' is not a layer of evidence. Use one or more of: declared"):
        referral_graph(assets("a"), referrals(), evidence=["declared", "rumour"])


def test_a_list_without_its_columns_is_refused():
    with pytest.raises(InputError, match="whole lists has no column direction"):
        referral_graph(assets("a"), referrals(), lists("a").drop(columns="direction"))
