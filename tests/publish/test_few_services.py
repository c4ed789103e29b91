"""No cell of a table, and nothing that can be worked out from it, is the result of one or two organisations."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.linkage import between_types
from rosc_map.publish.few_services import SEVERAL, few, hide_few, left_out

FIGURES = ["questions", "answered", "linked", "share", "low", "high"]
KINDS = ("community", "lero", "treatment")
KEYS = ("from_type", "to_type")


def made(kinds, runners, pairs):
    """Answers between services that are numbered: one kind and one organisation each."""
    told = pd.DataFrame(pairs, columns=["source", "target"])
    sides = {"from_type": ("source", kinds), "to_type": ("target", kinds), "asked": ("source", runners)}
    sides["about"] = ("target", runners)
    return told.assign(**{name: [of[n] for n in told[side]] for name, (side, of) in sides.items()})


@st.composite
def rounds(draw):
    """Services of three kinds, some run by the same organisation, and answers of some of them about others."""
    size = draw(st.integers(4, 12))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=size, max_size=size))
    runners = draw(st.lists(st.integers(0, 7), min_size=size, max_size=size))
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    return made(kinds, runners, draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=len(pairs), unique=True)))


def many(kinds, runners=None):
    """Everybody is asked about everybody."""
    size = len(kinds)
    return made(kinds, runners or range(size), [(a, b) for a in range(size) for b in range(size) if a != b])


def table(told):
    types = {
        n: kind
        for side, key in (("source", KEYS[0]), ("target", KEYS[1]))
        for n, kind in zip(told[side], told[key], strict=True)
    }
    return between_types(told, told.assign(level="information"), pd.Series(types))


def totals(told):
    same = np.array(told["from_type"] == told["to_type"], dtype=bool)
    return same, ~same, np.ones(len(told), dtype=bool)


def hidden(told):
    return hide_few(table(told), KEYS, told, totals(told))


def fewest(told):
    """How many organisations it takes to have a part in every answer; None where there is no answer."""
    ends = [{one, other} for one, other in zip(told["asked"], told["about"], strict=True)]
    everybody = set().union(*ends)
    sizes = (n for n in range(1, 4) for some in combinations(everybody, n) if all(end & set(some) for end in ends))
    return next(sizes, 4) if ends else None


@given(rounds())
@at_least(60)
def test_what_is_shown_and_what_is_left_out_rest_on_several_organisations(told):
    after = hidden(told)
    assert after[[*KEYS]].equals(table(told)[[*KEYS]])
    shown = after[after["note"] == ""]
    for row in shown.itertuples():
        cell = (told["from_type"] == row.from_type) & (told["to_type"] == row.to_type)
        assert fewest(told[cell]) >= SEVERAL
    out = left_out(after, KEYS, told)
    assert int((~out).sum()) == sum(shown["answered"])
    for total in totals(told):
        # Where nothing of a total is shown, the total itself is all that there is to know.
        if (total & ~out).any():
            rest = fewest(told[total & out])
            assert rest is None or rest >= SEVERAL


@given(rounds())
@at_least(60)
def test_what_is_left_out_holds_no_number_and_what_is_shown_is_as_it_was(told):
    before, after = table(told), hidden(told)
    assert after.loc[after["note"] == "too few", FIGURES].isna().all(axis=None)
    shown = after["note"] == ""
    pd.testing.assert_frame_equal(after[shown], before[shown])
    # "Not tested" says how it was drawn, and nothing of anybody's answer.
    assert set(before.loc[before["note"] == "not tested"].index) == set(after.loc[after["note"] == "not tested"].index)


def test_the_only_service_of_its_kind_cannot_be_found():
    after = hidden(many(["lero"] * 6 + ["treatment"] * 6 + ["community"])).set_index([*KEYS])
    for other in ("lero", "treatment"):
        assert after.loc[("community", other), "note"] == after.loc[(other, "community"), "note"] == "too few"
    assert after.loc[("lero", "treatment"), "note"] == ""


def test_many_services_of_one_organisation_are_one():
    kinds = ["lero"] * 6 + ["treatment"] * 6 + ["community"] * 6
    after = hidden(many(kinds, [*range(12), *["a charity"] * 6])).set_index([*KEYS])
    for other in ("lero", "treatment", "community"):
        assert after.loc[("community", other), "note"] == after.loc[(other, "community"), "note"] == "too few"
    assert after.loc[("lero", "treatment"), "note"] == ""


def test_a_kind_of_two_is_not_given_away_by_the_total_of_like_kinds():
    # The cell of the two is left out; so is another of like kinds, or the two would be what is missing in their total.
    after = hidden(many(["lero"] * 6 + ["treatment"] * 6 + ["community"] * 2)).set_index([*KEYS])
    like = [after.loc[(kind, kind), "note"] for kind in KINDS]
    assert like.count("too few") == 2
    assert after.loc[("community", "community"), "note"] == "too few"


def test_the_fewest_answers_go_first():
    after = hidden(many(["lero"] * 8 + ["treatment"] * 5 + ["community"] * 2)).set_index([*KEYS])
    assert after.loc[("treatment", "treatment"), "note"] == "too few"
    assert after.loc[("lero", "lero"), "answered"] == 8 * 7


@pytest.mark.parametrize(
    ("pairs", "is_few"),
    [
        ([], False),
        (["ab"], True),
        (["ax", "ay", "az"], True),
        (["xa", "ya", "zb"], True),
        # Three asked and three asked about, and yet all of it is of one, or of two.
        (["ab", "ac", "ba", "ca"], True),
        (["ab", "ac", "xb", "xc", "bx", "ca"], True),
        (["ab", "cd", "ef"], False),
        (["ab", "bc", "ca"], True),
        (["ax", "by", "cz", "ay"], False),
    ],
)
def test_no_two_organisations_have_a_part_in_all_of_it(pairs, is_few):
    assert few(pd.DataFrame([list(pair) for pair in pairs], columns=["asked", "about"])) is is_few


def test_many_services_of_each_kind_are_shown_whole():
    told = many(["lero"] * 5 + ["treatment"] * 5)
    pd.testing.assert_frame_equal(hidden(told), table(told))
