"""Layers of evidence stay apart and add up, and what does not agree is something to talk about."""

import pytest
from network_tables import assets, lists, referrals

from rosc_map.network import disagreements, layers, referral_graph

CONFIRMED = {"evidence": "confirmed"}
COUNTED = {"evidence": "counted", "count": 7.0}
LINKED = {"evidence": "tested", "result": "linked", "kind": ""}
MISSED = {"evidence": "tested", "result": "not_found_in_test", "kind": ""}
NO_LINK = {"result": "no_link"}
ROWS = (("a", "b"), ("a", "b", CONFIRMED), ("b", "a"), ("a", "c", CONFIRMED), ("c", "a", LINKED), ("b", "c", MISSED))


def test_each_layer_apart_and_all_together():
    table = layers(referral_graph(assets("a", "b", "c"), referrals(*ROWS)))
    assert table.to_dict("list") == {
        "evidence": ["declared", "confirmed", "tested", "counted"], "links": [2, 2, 1, 0], "alone": [1, 1, 1, 0],
    }  # fmt: skip


def test_a_layer_that_was_not_used_has_no_row():
    graph = referral_graph(assets("a", "b", "c"), referrals(*ROWS), evidence=["tested", "declared"])
    assert layers(graph).to_dict("list") == {"evidence": ["declared", "tested"], "links": [2, 1], "alone": [2, 1]}


def test_the_links_of_the_layers_together_are_the_links_of_all():
    table, rows = assets("a", "b", "c"), referrals(*ROWS)
    apart = [set(referral_graph(table, rows, evidence=[layer]).edges) for layer in ("declared", "confirmed", "tested")]
    assert set.union(*apart) == set(referral_graph(table, rows).edges)
    assert [len(edges) for edges in apart] == [2, 2, 1]


def test_what_one_side_says_and_the_other_does_not():
    rows = (("a", "b"), ("b", "a", CONFIRMED), ("c", "a"), ("c", "a", MISSED), ("a", "c"), ("b", "c", COUNTED))
    whole = lists(("b", "referred_by"), "b", ("a", "referred_by"))
    # b named all: a is among neither those who refer to it nor those to whom it refers. a named all who refer to it:
    # nobody but b, as it confirmed. Nobody asked c. b does not name c either, and people were counted on that way.
    found = disagreements(referral_graph(assets("a", "b", "c"), referrals(*rows), whole))
    assert list(zip(found["from_id"], found["to_id"], found["what"], strict=True)) == [
        ("a", "b", "to_does_not_say_so"),
        ("b", "a", "from_does_not_say_so"),
        ("b", "c", "counted_and_not_said"),
        ("c", "a", "to_does_not_say_so"),
        ("c", "a", "not_found_in_test"),
    ]
    said = dict(zip(found["what"], found["sentence"], strict=True))
    assert found["sentence"][0] == (
        "NAME-a says that it refers to NAME-b; NAME-b was asked and does not say so. "
        "Worth a conversation: the link may be new, or known to one person only."
    )
    assert said["from_does_not_say_so"].startswith(
        "NAME-a says that NAME-b refers to it; NAME-b was asked and does not say so. Worth a conversation"
    )
    assert said["not_found_in_test"] == (
        "A link from NAME-c to NAME-a is recorded, and was not found in a test. "
        "Worth a conversation: a test asks one person, on one day."
    )
    assert not any("false" in sentence for sentence in found["sentence"])


@pytest.mark.parametrize(
    ("rows", "whole", "asked"),
    [
        ([COUNTED], ["a"], "NAME-a was asked and does"),
        ([COUNTED], [("b", "referred_by")], "NAME-b was asked and does"),
        ([COUNTED], ["a", ("b", "referred_by")], "NAME-a and NAME-b were asked and do"),
        ([COUNTED, NO_LINK], [], "NAME-a was asked and does"),
        ([COUNTED, LINKED, NO_LINK | CONFIRMED], [], "NAME-b was asked and does"),
        ([COUNTED], ["b", ("a", "referred_by")], None),
        ([COUNTED, {}], ["a"], None),
    ],
)
def test_people_were_counted_on_a_way_that_an_end_does_not_name(rows, whole, asked):
    rows = referrals(*(("a", "b", row) for row in rows))
    found = disagreements(referral_graph(assets("a", "b"), rows, lists(*whole)))
    assert list(found["what"]) == (["counted_and_not_said"] if asked else [])
    said = (
        f"People were counted on the way from NAME-a to NAME-b; {asked} not say that the one refers to the other. "
        "Worth a conversation: the link may be new, or known to one person only."
    )
    assert list(found["sentence"]) == ([said] if asked else [])


def test_a_test_found_what_an_end_that_named_all_does_not_name():
    graph = referral_graph(assets("a", "b"), referrals(("a", "b", LINKED), ("a", "b", MISSED)), lists("a"))
    found = disagreements(graph)
    assert list(found["what"]) == ["tested_and_not_said", "not_found_in_test"]
    assert found["sentence"][0] == (
        "A test found a link from NAME-a to NAME-b; NAME-a was asked and does not say that the one refers to the "
        "other. Worth a conversation: a test asks one person, on one day."
    )


def test_a_link_that_the_other_end_denies_stays_a_link():
    graph = referral_graph(assets("a", "b"), referrals(("a", "b"), ("a", "b", CONFIRMED | {"result": "no_link"})))
    assert graph.has_edge("a", "b")
    assert list(disagreements(graph)["what"]) == ["to_does_not_say_so"]


def test_nobody_who_was_not_asked_disagrees():
    graph = referral_graph(assets("a", "b", "c"), referrals(("a", "b"), ("b", "c", CONFIRMED)), lists("a"))
    assert disagreements(graph).empty
    assert list(disagreements(graph)) == ["from_id", "to_id", "from_name", "to_name", "what", "sentence"]


def test_disagreements_are_sorted_by_names_and_braces_are_text():
    table = assets("a", "b", "c").assign(name=["{target}", "Zebra", "apple"])
    rows = referrals(("b", "a"), ("b", "a", MISSED), ("a", "c"), ("a", "c", MISSED), ("c", "b"), ("c", "b", MISSED))
    found = disagreements(referral_graph(table, rows))
    assert list(found["from_name"]) == ["apple", "Zebra", "{target}"]
    assert found["sentence"][1].startswith("A link from Zebra to {target} is recorded")
