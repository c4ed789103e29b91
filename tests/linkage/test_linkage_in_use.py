"""Closed services drop out, and reserves stand in for them: in order, within the stratum, for nothing else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.linkage.in_use import in_use

NO_CONTACTS = pd.DataFrame({"source": [], "contact": []}, dtype="str")
NO_ANSWERS = pd.DataFrame({"source": [], "target": [], "level": []}, dtype="str")

DRAWN = pd.DataFrame(
    [
        ("a", "t1", "x", 0, 0),
        ("a", "t2", "x", 0, 0),
        ("a", "t3", "x", 0, 1),
        ("a", "t4", "x", 0, 2),
        ("b", "t1", "y", 0, 0),
        ("b", "t5", "y", 0, 0),
        ("c", "t1", "x", 1, 0),
        ("d", "t2", "x", 2, 0),
        ("d", "t3", "x", 2, 1),
        ("e", "t1", "y", 1, 0),
    ],
    columns=["source", "target", "stratum", "source_reserve", "target_reserve"],
)
FIRST = [("a", "t1"), ("a", "t2"), ("b", "t1"), ("b", "t5")]


def ends(**said: str) -> pd.DataFrame:
    return pd.DataFrame({"source": list(said), "contact": list(said.values())}, dtype="str")


def told(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame([(*pair, "information") for pair in pairs], columns=["source", "target", "level"], dtype="str")


def pairs(contacts: pd.DataFrame = NO_CONTACTS, answers: pd.DataFrame = NO_ANSWERS) -> list[tuple[str, str]]:
    table = in_use(DRAWN, contacts, answers)
    assert list(table.columns) == list(DRAWN.columns)
    assert table.index.is_monotonic_increasing
    return list(zip(table["source"], table["target"], strict=True))


def test_the_first_draw_counts_and_no_reserve() -> None:
    assert pairs() == FIRST


@pytest.mark.parametrize("outcome", ["refused", "no_answer", "wrong_number", "call_back"])
def test_nobody_stands_in_for_a_refusal_or_silence(outcome) -> None:
    assert pairs(ends(a=outcome, b=outcome)) == FIRST


def test_a_reserve_of_the_same_stratum_stands_in_for_a_closed_contact() -> None:
    assert pairs(ends(a="closed")) == [("b", "t1"), ("b", "t5"), ("c", "t1")]
    assert pairs(ends(b="closed")) == [("a", "t1"), ("a", "t2"), ("e", "t1")]
    # A reserve that is closed itself brings the next; when there is none left, nobody stands in.
    assert pairs(ends(a="closed", c="closed")) == [("b", "t1"), ("b", "t5"), ("d", "t2")]
    assert pairs(ends(b="closed", e="closed")) == [("a", "t1"), ("a", "t2")]


def test_a_reserve_question_stands_in_for_a_closed_target() -> None:
    assert pairs(ends(t1="closed")) == [("a", "t2"), ("a", "t3"), ("b", "t5")]
    assert pairs(ends(t1="closed", t3="closed")) == [("a", "t2"), ("a", "t4"), ("b", "t5")]
    # The reserves of a reserve contact: c has none for t1, and d is not asked.
    assert pairs(ends(a="closed", t1="closed")) == [("b", "t5")]


def test_a_reserve_that_was_used_stays_and_stands_in_for_one() -> None:
    used = [*FIRST[:2], ("b", "t1"), ("b", "t5"), ("d", "t2")]
    assert pairs(ends(d="no_answer")) == used
    assert pairs(NO_CONTACTS, told(("d", "t2"))) == used
    # "a" is closed and "d" was rung for it: "c" is not asked as well.
    assert pairs(ends(a="closed", d="refused")) == [("b", "t1"), ("b", "t5"), ("d", "t2")]
    assert pairs(NO_CONTACTS, told(("a", "t4"))) == [("a", "t1"), ("a", "t2"), ("a", "t4"), ("b", "t1"), ("b", "t5")]
    assert pairs(ends(t2="closed"), told(("a", "t4"))) == [("a", "t1"), ("a", "t4"), ("b", "t1"), ("b", "t5")]


def test_an_unsettled_closure_and_one_that_answered_keep_their_place() -> None:
    two = pd.DataFrame({"source": ["a", "a"], "contact": ["closed", "refused"]})
    assert pairs(two) == FIRST
    assert pairs(ends(a="closed"), told(("a", "t1"))) == FIRST


def test_rounds_without_reserves_lose_only_what_has_closed() -> None:
    old = DRAWN.loc[[0, 1, 4], ["source", "target"]]
    assert in_use(old, ends(a="closed"), NO_ANSWERS).index.tolist() == [4]
    assert in_use(old, NO_CONTACTS, NO_ANSWERS).equals(old)
    empty = old.assign(stratum=None, source_reserve=None, target_reserve=float("nan"))
    assert in_use(empty, ends(t1="closed"), NO_ANSWERS).index.tolist() == [1]
    assert in_use(old.iloc[:0], NO_CONTACTS, NO_ANSWERS).empty


@given(
    shut=st.sets(st.sampled_from(["a", "b", "c", "d", "e", "t1", "t2", "t3", "t4", "t5"])),
    asked=st.sets(st.sampled_from(list(zip(DRAWN["source"], DRAWN["target"], strict=True)))),
)
def test_nothing_said_is_lost_and_no_more_reserves_than_closures(shut, asked) -> None:
    found = pairs(ends(**dict.fromkeys(sorted(shut), "closed")), told(*sorted(asked)))
    gone = shut - {source for source, _ in asked}
    assert not {name for pair in found for name in pair} & gone
    assert {pair for pair in asked if pair[1] not in gone} <= set(found)
    # Without answers, each reserve stands in for exactly one that has closed.
    found = pairs(ends(**dict.fromkeys(sorted(shut), "closed")))
    reserves = {source for source, _ in found} & {"c", "d"}
    assert len(reserves) <= len(shut & {"a"})
