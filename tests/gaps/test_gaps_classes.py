"""Need beside provision: thirds that never part equal values, rates, and no word of a gap where nobody looked."""

import math
from itertools import pairwise

import pandas as pd
import pytest
from gaps_tables import LOOKUP_COLUMNS, assets, lero, surveys
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from rosc_map.errors import InputError
from rosc_map.gaps.classes import PAIRS, need_by_provision, thirds
from rosc_map.gaps.need import NeedFigures
from rosc_map.gaps.provision import provision

NO_THIRDS = "too few different figures to tell thirds apart"
NAMES = ("Ash", "Beech", "Cedar", "Dale", "Elm", "Fern", "Glen", "Holt", "Iris")
CODES = tuple(f"E0600000{number}" for number in range(1, 10))
CODE = dict(zip(NAMES, CODES, strict=True))

VALUES = st.lists(st.none() | st.integers(-5, 5) | st.floats(-1e6, 1e6), max_size=60)


@given(VALUES)
def test_thirds_keep_the_order_and_never_part_equal_values(values):
    classes = thirds(values)
    known = sorted((value, kind) for value, kind in zip(values, classes, strict=True) if kind is not None)
    assert all(a[1] <= b[1] for a, b in pairwise(known))
    assert len(set(known)) == len({value for value, _ in known})
    given_values = [value for value in values if value is not None]
    told = len(given_values) >= 6 and len(set(given_values)) >= 3
    # The largest value is not in the lowest class: else all would be.
    told = told and max(given_values) > sorted(given_values)[-(-len(given_values) // 3) - 1]
    assert [kind is not None for kind in classes] == [told and value is not None for value in values]
    assert all(type(kind) is int for _, kind in known)


@pytest.mark.parametrize("number", [6, 7, 8, 9, 22, 153, 296])
def test_thirds_of_different_values_are_of_about_one_size(number):
    classes = thirds([float(value) ** 2 for value in range(number)])
    sizes = [classes.count(kind) for kind in (0, 1, 2)]
    assert sum(sizes) == number
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 2, 2]),
        ([6, None, 5, 4, 3, 2, 1], [2, None, 2, 1, 1, 0, 0]),
        ([0, 0, 0, 0, 0, 0, 1, 2], [0, 0, 0, 0, 0, 0, 2, 2]),  # they reach over both cuts
        ([*[0] * 14, 1, 2, 3, 4, 5, 6], [*[0] * 14, *[2] * 6]),
        ([0, 1, 1, 1, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 1, 2, 2, 2]),
        ([0, 1, 2, 2, 2, 2, 2, 2], [None] * 8),  # all would be in the lowest
        ([1, 2, 3, 4, 5], [None] * 5),
        ([1, 1, 1, 2, 2, 2, 2], [None] * 7),
        ([], []),
    ],
)
def test_thirds_of_some_values(values, expected):
    assert thirds(values) == expected


def lookup():
    one = ("E12000001", "North", "E92000001", "England")
    rows = [(code, name, code, name, *one) for name, code in CODE.items()]
    return pd.DataFrame(rows, columns=LOOKUP_COLUMNS)


def figures(values, unit="people", **more):
    plain = {
        "indicator": "Adults in treatment",
        "period": "2024-25",
        "unit": unit,
        "source": "NDTMS",
        "licence": "OGL-UK-3.0",
        "counts_people": unit == "people",
        "tier": "upper",
        "by_code": {CODE[name]: float(value) for name, value in values.items()},
        "said": (),
    }
    return NeedFigures(**plain | more)


def found(need, counts, surveyed=NAMES, **more):
    """Need and numbers of LEROs by name; surveyed are all unless it says otherwise."""
    leros = [lero(CODE[name]) for name, number in counts.items() for _ in range(number)]
    looked = surveys(*[(CODE[name],) for name in surveyed])
    made = provision(assets(*leros), looked, lookup(), area="Testland")
    return need_by_provision(figures(need, **more), made, asset_type="lero")


NEED = {"Ash": 900, "Beech": 800, "Cedar": 700, "Dale": 600, "Elm": 500, "Fern": 400, "Glen": 300, "Holt": 200}
COUNTS = {"Beech": 1, "Cedar": 1, "Dale": 3, "Elm": 2, "Fern": 4}
SURVEYED = ("Ash", "Beech", "Cedar", "Glen", "Iris")  # of Holt nothing is known; Dale, Elm and Fern are served


def rows(result):
    return result.by_authority.set_index("name")


def test_rates_for_each_1000_counted():
    table = rows(found(NEED, COUNTS, SURVEYED))
    assert list(table.columns) == [
        *("code", "need", "status", "assets", "per_1000", "low", "high"),
        *("need_class", "provision_class", "together"),
    ]
    dale = table.loc["Dale"]
    low, high = confint_poisson(3, 600, method="exact-c")
    assert (dale["need"], dale["assets"], dale["per_1000"]) == (600, 3, 5.0)
    assert (dale["low"], dale["high"]) == (pytest.approx(1000 * low), pytest.approx(1000 * high))
    assert (table.loc["Ash", "assets"], table.loc["Ash", "per_1000"]) == (0, 0.0)


def test_not_surveyed_is_no_zero_and_no_class_of_provision():
    holt = rows(found(NEED, COUNTS, SURVEYED)).loc["Holt"]
    assert holt["status"] == "not_surveyed"
    assert [holt[name] for name in ("assets", "per_1000", "low", "high", "provision_class")] == [None] * 5
    assert (holt["need"], holt["need_class"], holt["together"]) == (200, 0, "low need, not surveyed")


def test_no_figure_is_no_zero_and_no_class():
    iris = rows(found(NEED, COUNTS, SURVEYED)).loc["Iris"]
    assert (iris["status"], iris["assets"], iris["together"]) == ("none_found", 0, "no figure of need")
    assert [iris[name] for name in ("need", "per_1000", "need_class", "provision_class")] == [None] * 4


def test_where_nothing_is_known_both_are_told():
    table = rows(found({"Ash": 900}, {}, ["Ash"]))
    assert set(table["together"]) == {NO_THIRDS, "no figure of need, not surveyed"}


def test_the_classes_are_of_need_and_of_the_count():
    table = rows(found(NEED, COUNTS, SURVEYED))
    assert table["together"].to_dict() == {
        "Ash": "high need, few or none",
        "Beech": "high need, few or none",
        "Cedar": "middle need, few or none",  # one LERO, as Beech has: its rate would be in the middle third
        "Dale": "middle need, more",
        "Elm": "middle need, some",
        "Fern": "low need, more",
        "Glen": "low need, few or none",
        "Holt": "low need, not surveyed",
        "Iris": "no figure of need",
    }
    pairs = table.dropna(subset=["need_class", "provision_class"])
    assert [
        PAIRS[3 * need + given] for need, given in zip(pairs["need_class"], pairs["provision_class"], strict=True)
    ] == (pairs["together"].to_list())
    assert all(type(kind) is int for kind in table["need_class"].dropna())


def test_where_most_have_none_none_is_still_few_or_none():
    need = {name: 100 + place for place, name in enumerate(NAMES)}
    table = rows(found(need, {"Ash": 1, "Beech": 2}))
    assert set(table.loc[table["assets"] == 0, "provision_class"]) == {0}
    assert table.loc["Beech", "provision_class"] == 2


def test_a_score_has_no_rate_and_classes_of_the_count():
    result = found(NEED, COUNTS | {"Glen": 5}, unit="score")
    table = rows(result)
    assert table["per_1000"].isna().all()
    assert not any(isinstance(cell, float) and math.isnan(cell) for cell in table["per_1000"])
    assert table.loc["Glen", "together"] == "low need, more"
    assert any("counts no people" in caution and "check that" in caution for caution in result.cautions)
    assert not any("1,000" in text for text in result.sentences)
    assert rows(found(NEED | {"Iris": 0}, COUNTS, unit="score")).loc["Iris", "together"] == "low need, few or none"


def test_where_nobody_was_counted_there_is_no_rate_and_it_is_said():
    result = found(NEED | {"Iris": 0, "Holt": 0}, COUNTS | {"Iris": 9}, SURVEYED)
    iris = rows(result).loc["Iris"]
    assert [iris[name] for name in ("need", "per_1000", "need_class", "provision_class")] == [0, None, 0, 2]
    assert iris["together"] == "nobody counted"
    assert rows(result).loc["Holt", "together"] == "nobody counted, not surveyed"


def test_so_few_authorities_have_no_classes_and_it_is_said():
    result = found({"Ash": 900, "Beech": 800, "Cedar": 1}, COUNTS)
    assert rows(result)[["need_class", "provision_class"]].isna().all(axis=None)
    assert (
        "There are no classes of need: thirds need at least 6 authorities with a figure of need, and here are 3."
        in result.cautions
    )
    assert (
        "There are no classes of provision: thirds need at least 6 authorities with a figure of need that are served "
        "or surveyed, and here are 3."
    ) in result.cautions
    assert not any("High need" in text for text in result.sentences)
    assert not any("for talking" in caution for caution in result.cautions)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"Ash": 1, "Beech": 1}, "there are only 2 different numbers"),
        ({}, "there is only 1 different number"),
        (dict.fromkeys(NAMES[2:], 2) | {"Beech": 1}, "nearly all have the same number"),
    ],
)
def test_numbers_that_hardly_differ_have_no_classes_and_it_is_said_why(counts, why):
    result = found(NEED, counts)
    table = rows(result)
    assert table["provision_class"].isna().all()
    assert table["need_class"].notna().sum() == len(NEED)
    assert set(table.loc[list(NEED), "together"]) == {NO_THIRDS}
    assert f"There are no classes of provision: {why}." in result.cautions
    assert all(table["together"])


def test_figures_of_few_people_are_left_out_of_the_spread_and_it_is_said():
    few = {"Glen": 19, "Holt": 1}
    spread = found(NEED | few, COUNTS | few).sentences[1]
    assert spread == (
        'LEROs for each 1,000 counted in "Adults in treatment", 2024-25: from 0 to 10, with 2.7 in the middle, in 6 '
        "of 9 upper-tier authorities in Testland that have a figure and are served or surveyed; 2 figures of fewer "
        "than 20 are left out (source: NDTMS)."
    )
    one = found({"Ash": 1_000, "Beech": 5}, {"Ash": 3}).sentences[1]
    assert one.endswith(
        ": 3, in 1 of 9 upper-tier authorities in Testland that has a figure and is served or surveyed; 1 figure "
        "of fewer than 20 is left out (source: NDTMS)."
    )
    assert "no authority has a figure of 20 or more" in found({"Ash": 5}, {"Ash": 3}).sentences[1]


def test_the_sentences_name_the_denominator_the_period_and_the_source():
    result = found(NEED, COUNTS, SURVEYED)
    cite = "(Adults in treatment, 2024-25; source: NDTMS"
    assert result.sentences[0] == (f"Figures of need for 8 of 9 upper-tier authorities in Testland {cite}; people).")
    assert result.sentences[1] == (
        'LEROs for each 1,000 counted in "Adults in treatment", 2024-25: from 0 to 10, with 1.4 in the middle, in 7 '
        "of 9 upper-tier authorities in Testland that have a figure and are served or surveyed (source: NDTMS)."
    )
    assert all(cite in text for text in (result.sentences[0], *result.sentences[2:]))
    assert not any("people in need" in text for text in (*result.sentences, *result.cautions))
    assert result.sentences[2].startswith("High need, few or none: 2 of the 7 that have classes: Ash, Beech (")


def test_high_need_where_nobody_looked_is_told_as_that_and_not_as_a_gap():
    result = found(NEED, COUNTS, [name for name in NAMES if name not in ("Ash", "Holt")])
    assert rows(result).loc["Ash", "together"] == "high need, not surveyed"
    assert result.sentences[-1].startswith(
        "High need, and not surveyed yet: 1 of 9 upper-tier authorities in Testland: Ash ("
    )
    assert not any("Ash" in text for text in result.sentences[:-1])
    assert result.cautions[0].startswith("2 upper-tier authorities are not surveyed, of 9: without a rate")


def test_the_cautions():
    cautions = " ".join(found(NEED, COUNTS, said=("No figure for 1 of 9 authorities.",)).cautions)
    assert "not surveyed" not in cautions
    assert "at most 4 in one upper-tier authority" in cautions
    assert "the range in which it could be (95 %)" in cautions
    assert "the classes are for talking, not for ranking" in cautions
    assert "The need is that of 2024-25" in cautions
    assert cautions.endswith("No figure for 1 of 9 authorities.")


def test_tier_and_type_must_fit():
    with pytest.raises(InputError, match="Use the same tier"):
        found(NEED, COUNTS, tier="local")
    made = provision(assets(), surveys(), lookup(), area="T", uncounted_types=("domestic_abuse_refuge",))
    with pytest.raises(InputError, match="Choose another type"):
        need_by_provision(figures(NEED), made, asset_type="domestic_abuse_refuge")
