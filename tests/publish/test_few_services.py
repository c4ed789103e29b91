"""No cell of the table between kinds, and nothing that can be worked out from it, is the result of a few services."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rosc_map.linkage import between_types
from rosc_map.publish.few_services import FEWEST_SERVICES, hide_few_services, may_tell_kinds_apart

FIGURES = ["questions", "answered", "linked", "share", "low", "high"]
KINDS = ("community", "lero", "treatment")


@st.composite
def rounds(draw):
    """Services of three kinds, and answers of some of them about others."""
    size = draw(st.integers(4, 12))
    kinds = pd.Series(draw(st.lists(st.sampled_from(KINDS), min_size=size, max_size=size)), index=range(size))
    kinds.index = [f"s{n}" for n in kinds.index]
    pairs = [(a, b) for a in kinds.index for b in kinds.index if a != b]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=len(pairs), unique=True))
    return pd.DataFrame(chosen, columns=["source", "target"]), kinds


def table(answers, kinds):
    return between_types(answers, answers.assign(level="information"), kinds)


def rests_on(answers, kinds, cells):
    """How few services were asked, or asked about, in some cells together; None where there is no answer."""
    kind = list(zip(answers["source"].map(kinds), answers["target"].map(kinds), strict=True))
    inside = answers[[cell in cells for cell in kind]]
    return min(inside["source"].nunique(), inside["target"].nunique()) if len(inside) else None


def cells_of(rows):
    return set(zip(rows["from_type"], rows["to_type"], strict=True))


@given(rounds())
@settings(max_examples=150)
def test_what_is_shown_and_what_is_left_out_rest_on_several_services(made):
    answers, kinds = made
    before = table(answers, kinds)
    after = hide_few_services(before, answers, kinds)
    assert list(after.columns) == list(before.columns)
    assert cells_of(after) == cells_of(before)
    shown = cells_of(after[after["note"] == ""])
    for cell in shown:
        assert rests_on(answers, kinds, {cell}) >= FEWEST_SERVICES
    left = cells_of(after) - shown
    like = {cell for cell in left if cell[0] == cell[1]}
    totals = [left] if shown else []
    if may_tell_kinds_apart(answers, kinds):
        totals += [like, left - like]
    for total in totals:
        fewest = rests_on(answers, kinds, total)
        assert fewest is None or fewest >= FEWEST_SERVICES


@given(rounds())
@settings(max_examples=60)
def test_what_is_left_out_holds_no_number_and_what_is_shown_is_as_it_was(made):
    answers, kinds = made
    before = table(answers, kinds)
    after = hide_few_services(before, answers, kinds)
    hidden = after["note"] == "too few"
    assert after.loc[hidden, FIGURES].isna().all(axis=None)
    shown = after["note"] == ""
    pd.testing.assert_frame_equal(after[shown], before[shown])
    # "Not tested" says how it was drawn, and nothing of anybody's answer.
    assert set(before.loc[before["note"] == "not tested"].index) == set(after.loc[after["note"] == "not tested"].index)


def many(kinds):
    """Everybody is asked about everybody."""
    series = pd.Series(kinds, index=[f"s{n}" for n in range(len(kinds))])
    pairs = [(a, b) for a in series.index for b in series.index if a != b]
    return pd.DataFrame(pairs, columns=["source", "target"]), series


def test_the_only_service_of_its_kind_cannot_be_found():
    answers, kinds = many(["lero"] * 6 + ["treatment"] * 6 + ["community"])
    after = hide_few_services(table(answers, kinds), answers, kinds).set_index(["from_type", "to_type"])
    for other in ("lero", "treatment"):
        assert after.loc[("community", other), "note"] == after.loc[(other, "community"), "note"] == "too few"
    assert after.loc[("lero", "treatment"), "note"] == ""


def test_a_kind_of_two_is_not_given_away_by_the_total_of_like_kinds():
    answers, kinds = many(["lero"] * 6 + ["treatment"] * 6 + ["community"] * 2)
    # The cell of the two is left out; so is another of like kinds, or the two would be what is missing in their total.
    after = hide_few_services(table(answers, kinds), answers, kinds).set_index(["from_type", "to_type"])
    like = [after.loc[(kind, kind), "note"] for kind in KINDS]
    assert like.count("too few") == 2
    assert after.loc[("community", "community"), "note"] == "too few"


@pytest.mark.parametrize(
    ("kinds", "told"), [(["lero"] * 6 + ["community"] * 2, True), (list("abcd") + ["e"] * 2, False)]
)
def test_like_and_other_kinds_are_told_apart_only_of_several(kinds, told):
    answers, types = many(kinds)
    assert may_tell_kinds_apart(answers, types) is told


def test_many_services_of_each_kind_are_shown_whole():
    answers, kinds = many(["lero"] * 5 + ["treatment"] * 5)
    before = table(answers, kinds)
    pd.testing.assert_frame_equal(hide_few_services(before, answers, kinds), before)
