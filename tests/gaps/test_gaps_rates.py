"""Rates with exact intervals, against statsmodels and Garwood's own figures; and which figures count people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from rosc_map.errors import InputError
from rosc_map.gaps.rates import counts_people, is_no_count, rate, rate_words


@pytest.mark.parametrize("count", [1, 2, 7, 30, 100, 5_000])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_interval_is_that_of_statsmodels(count, level):
    expected = confint_poisson(count, 4_120.0, method="exact-c", alpha=1 - level)
    assert rate(count, 4_120.0, level=level) == pytest.approx((1000 * count / 4_120, *(1000 * e for e in expected)))


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_the_limits_of_the_published_table(count, low, high):
    """The 95 % limits of a Poisson count as they are printed in tables made after Garwood (1936)."""
    found = rate(count, 1, per=1)
    assert found == pytest.approx((count, low, high), abs=6e-4)


@pytest.mark.parametrize("of", [0, 0.0, -5])
def test_there_is_no_rate_of_nobody(of):
    assert rate(3, of) is None


@pytest.mark.parametrize(("count", "level"), [(-1, 0.95), (3, 0), (3, 1), (3, 95)])
def test_what_cannot_be_is_refused(count, level):
    with pytest.raises(InputError):
        rate(count, 10, level=level)


@given(st.integers(0, 10_000), st.floats(1, 1e9), st.sampled_from([1, 1000, 100_000]))
def test_the_rate_lies_in_its_interval_and_scales(count, of, per):
    value, low, high = rate(count, of, per=per)
    assert 0 <= low <= value < high
    assert rate(count, of * 2, per=per * 2) == pytest.approx((value, low, high))
    assert rate(count + 1, of, per=per)[2] > high


@pytest.mark.parametrize(
    "unit",
    ["people", "People", "person", "Persons", "adults in treatment", "deaths", "clients", "residents", "service users",
     "people aged 18 to 64", "number of patients", "Population"],
)  # fmt: skip
def test_units_that_count_people(unit):
    assert counts_people(unit)
    assert not is_no_count(unit)


@pytest.mark.parametrize(
    "unit",
    ["per cent", "% of adults", "rate", "a rate per 1,000", "deaths per 100,000 population", "score", "IMD rank",
     "percentage of clients", "proportion of adults", "thousand people", "people (thousands)", "people, 1000s",
     "value of the indicator (not a count)", "index of adults", "decile"],
)  # fmt: skip
def test_units_that_count_nobody(unit):
    assert not counts_people(unit)
    assert is_no_count(unit)


@pytest.mark.parametrize("unit", ["", "pounds", "admissions", "households"])
def test_units_that_may_count_but_not_people(unit):
    assert not counts_people(unit)
    assert not is_no_count(unit)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (0.00312, "0.0031"), (0.4249, "0.42"), (2.06, "2.1"), (9.96, "10"), (120.4, "120"), (12_345.6, "12,346"),
     (0.00001, "under 0.0001")],
)  # fmt: skip
def test_a_rate_in_words(number, words):
    assert rate_words(number) == words
