"""Strata: by hand, by enumeration of every possible draw, and what becomes of those in which too few answered."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from rosc_map.linkage.stratified import Strata, strata_that_answered, stratified
from rosc_map.linkage.two_stage import TwoStage, two_stage

FIELDS = ("estimate", "variance", "df", "n_eff", "low", "high", "sources", "questions", "census")


def test_one_stratum_is_the_plain_estimate() -> None:
    counts = [2, 1, 0], [2, 2, 1], [4, 6, 3]
    one, plain = stratified(*counts, [5], [0, 0, 0], [1.0]), two_stage(*counts, 5)
    for name in FIELDS:
        assert getattr(one, name) == pytest.approx(getattr(plain, name), rel=1e-12)


def test_two_strata_by_hand() -> None:
    # Stratum 0: N = 5, M = 4, as in the test of two_stage: 1/2, between 1/30 (df 2), within 1/120 (df 3).
    # Stratum 1: N = 4, M = 3, means 1 and 1/2: between (1 - 2/4)·(1/8)/2 (df 1), within (2/4)·(1/4)·(1/3)·(1/4) (df 2).
    found = stratified([2, 1, 0, 2, 1], [2] * 5, [4, 4, 4, 3, 3], [5, 4], [0, 0, 0, 1, 1], [0.625, 0.375])
    assert found.estimate == pytest.approx(0.625 * 0.5 + 0.375 * 0.75)
    parts = [0.625**2 / 30, 0.625**2 / 120, 0.375**2 / 32, 0.375**2 / 96]
    assert found.variance == pytest.approx(sum(parts))
    assert found.df == pytest.approx(
        sum(parts) ** 2 / sum(p**2 / df for p, df in zip(parts, [2, 3, 1, 2], strict=True))
    )
    assert (found.sources, found.questions, found.census) == (5, 10, False)


def test_a_stratum_without_any_spread_is_not_taken_as_known() -> None:
    # The large stratum says no throughout, the small one yes and no: only the small one has a spread.
    counts = [0] * 5 + [3, 1, 0, 2, 0], np.full(10, 3), np.full(10, 59)
    label, sizes, weights = np.repeat([0, 1], 5), [50, 10], [5 / 6, 1 / 6]
    found = stratified(*counts, sizes, label, weights)
    small = two_stage(counts[0][5:], np.full(5, 3), np.full(5, 59), 10)
    assert found.variance == pytest.approx(small.variance / 36)
    # 15 questions are worth 15/1.4; one yes and one no are added to them.
    worth = 15 / 1.4
    drawn = 1 / (worth + 2)
    floor = drawn * (1 - drawn) / worth
    centre = 5 / 6 * drawn + 0.4 / 6
    between, within = (1 - 5 / 10) * np.var([1, 1 / 3, 0, 2 / 3, 0], ddof=1) / 5 / 36, 0.0
    within = small.variance / 36 - between
    whole = 25 / 36 * floor + between + within
    df = whole**2 / (between**2 / 4 + within**2 / 10)
    n_eff = centre * (1 - centre) / whole * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, df)) ** 2
    assert found.n_eff == pytest.approx(n_eff)
    assert (found.low, found.high) == pytest.approx(proportion_confint(0.4 / 6 * n_eff, n_eff, method="wilson"))


def test_strata_that_all_say_the_same_or_the_opposite_leave_room_for_doubt() -> None:
    label, sizes, weights = np.repeat([0, 1], 5), [50, 10], [5 / 6, 1 / 6]
    asked, eligible = np.full(10, 3), np.full(10, 59)
    silent = stratified(np.zeros(10), asked, eligible, sizes, label, weights)
    # As much as without strata; but where most of the area stands on two sources, less.
    assert (silent.n_eff, silent.df, silent.low) == (10, 9, 0)
    few = stratified(np.zeros(10), asked, eligible, sizes, np.repeat([0, 1], [2, 8]), weights)
    assert few.n_eff < 8
    assert few.high > silent.high
    opposite = stratified([3] * 5 + [0] * 5, asked, eligible, sizes, label, weights)
    assert opposite.low < 5 / 6 < opposite.high
    whole = stratified([4] * 2 + [0] * 2, np.full(4, 4), np.full(4, 4), [2, 2], [0, 0, 1, 1], [0.5, 0.5])
    assert (whole.low, whole.high, bool(whole.census)) == (0.5, 0.5, True)


def test_thousands_at_once_equal_one_by_one() -> None:
    rng = np.random.default_rng(5)
    linked = rng.integers(0, 4, (2, 7, 9))
    label, sizes, weights = np.array([0, 1, 2] * 3), [4, 5, 3], [0.3, 0.5, 0.2]
    many = stratified(linked, np.full(9, 3), np.full(9, 8), sizes, label, weights)
    assert many.estimate.shape == (2, 7)
    for place in np.ndindex(2, 7):
        one = stratified(linked[place], np.full(9, 3), np.full(9, 8), sizes, label, weights)
        assert [getattr(one, name) for name in FIELDS] == [getattr(many, name)[place] for name in FIELDS]


def draws_of(truth: list[list[int]], n: int, m: int) -> list[list[int]]:
    """Return the links found by source, for each possible draw of one stratum; all are equally likely."""
    samples = [[sum(picked) for picked in itertools.combinations(links, m)] for links in truth]
    return [
        list(found)
        for chosen in itertools.combinations(range(len(truth)), n)
        for found in itertools.product(*(samples[source] for source in chosen))
    ]


FIRST = [[1, 1, 1, 0], [0, 0, 1, 0], [1, 0, 1, 0]]
SECOND = [[0, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0]]


def every_draw(n: tuple[int, int], m: int) -> np.ndarray:
    both = itertools.product(draws_of(FIRST, n[0], m), draws_of(SECOND, n[1], m))
    return np.array([first + second for first, second in both])


@pytest.mark.parametrize(("n", "m"), [((2, 2), 2), ((2, 3), 2), ((2, 2), 3), ((3, 2), 3)])
def test_over_all_possible_draws_the_estimate_and_its_variance_are_unbiased(n, m) -> None:
    linked = every_draw(n, m)
    label, weights = np.repeat([0, 1], n), [0.5, 0.5]
    found = stratified(linked, np.full(sum(n), m), np.full(sum(n), 4), [3, 3], label, weights)
    truth = np.mean(FIRST + SECOND)
    assert found.estimate.mean() == pytest.approx(truth, abs=1e-12)
    assert found.variance.mean() == pytest.approx(np.mean((found.estimate - truth) ** 2), abs=1e-12)


@pytest.mark.parametrize("second", [SECOND, [[0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 0, 0]]])
def test_over_all_possible_draws_collapsed_strata_are_unbiased_but_for_their_difference(second) -> None:
    linked = np.array([a + b for a, b in itertools.product(draws_of(FIRST, 1, 2), draws_of(second, 1, 2))])
    groups = strata_that_answered([2, 2], [4, 4], [0, 1], [3, 3], [12, 12])
    found = estimated(linked, [2, 2], [4, 4], groups)
    truth, difference = np.mean(FIRST + second), np.mean(FIRST) - np.mean(second)
    assert groups.merged == 2
    assert found.estimate.mean() == pytest.approx(truth, abs=1e-12)
    # Σ W_h²·s² with s² = Δ²/2: on average the true variance, and a quarter of the squared difference of the strata.
    surplus = found.variance.mean() - np.mean((found.estimate - truth) ** 2)
    assert surplus == pytest.approx(difference**2 / 4, abs=1e-12)


def estimated(linked, asked, eligible, groups: Strata) -> TwoStage:
    return stratified(
        linked,
        asked,
        eligible,
        groups.population,
        groups.stratum,
        groups.weights,
        source_weights=groups.source_weights,
    )


def test_strata_that_need_nothing_are_left_as_they_are() -> None:
    groups = strata_that_answered([2, 2, 1, 2], [4, 6, 5, 5], [1, 1, 0, 0], [7, 9], [35, 90])
    assert groups.stratum.tolist() == [1, 1, 0, 0]
    assert (groups.population.tolist(), groups.weights.tolist()) == ([7, 9], pytest.approx([35 / 125, 90 / 125]))
    assert groups.source_weights == pytest.approx(np.array([36, 54, 17.5, 17.5]) / 125)
    assert (groups.merged, groups.silent) == (0, 0)


def test_a_stratum_with_one_answer_joins_the_smallest_other() -> None:
    groups = strata_that_answered([2] * 5, [4] * 5, [0, 0, 1, 2, 2], [9, 3, 5], [36, 12, 20])
    assert groups.stratum.tolist() == [0, 0, 1, 1, 1]
    assert (groups.population.tolist(), groups.merged) == ([9, np.inf], 2)
    assert groups.weights == pytest.approx(np.array([36, 32]) / 68)


def test_strata_with_one_answer_each_join_each_other() -> None:
    groups = strata_that_answered([2] * 4, [4] * 4, [0, 1, 2, 2], [9, 3, 5], [36, 12, 20])
    assert groups.stratum.tolist() == [0, 0, 1, 1]
    assert (groups.population.tolist(), groups.merged) == ([np.inf, 5], 2)


@pytest.mark.parametrize(("asked", "eligible", "merged"), [(2, 4, 0), (1, 1, 0), (1, 4, 2)])
def test_one_service_that_is_the_whole_stratum_needs_nobody(asked, eligible, merged) -> None:
    sizes, pairs = [1, 5], [eligible, 20]
    groups = strata_that_answered([asked, 2, 2], [eligible, 4, 4], [0, 1, 1], sizes, pairs)
    assert groups.merged == merged
    found = estimated([asked, 1, 0], [asked, 2, 2], [eligible, 4, 4], groups)
    assert np.isfinite([found.variance, found.df, found.low, found.high]).all()
    assert found.estimate == pytest.approx((eligible + 20 * 0.25) / (eligible + 20))


def test_a_silent_stratum_leaves_its_place_to_the_others() -> None:
    groups = strata_that_answered([2] * 4, [4] * 4, [0, 0, 2, 2], [2, 4, 6], [8, 16, 24])
    assert (groups.silent, groups.merged) == (1, 0)
    assert groups.population.tolist() == [3, 9]
    assert groups.weights.tolist() == [0.25, 0.75]
    # Both sources of the first stratum answered all, and yet this is not the whole.
    all_there = strata_that_answered([4] * 2, [4] * 2, [0, 0], [2, 4], [8, 16])
    assert not estimated([4, 2], [4, 4], [4, 4], all_there).census


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=8
    ),
    spare=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    pairs=st.lists(st.integers(1, 50), min_size=4, max_size=4),
)
def test_whoever_answered_there_is_a_figure_and_merging_does_not_move_it(rows, spare, pairs) -> None:
    label, asked, room, linked = (np.array(column) for column in zip(*rows, strict=True))
    linked = np.minimum(linked, asked)
    population = np.maximum(np.bincount(label, minlength=4) + spare, 1)
    groups = strata_that_answered(asked, asked + room, label, population, pairs)
    assert groups.weights.sum() == pytest.approx(1)
    assert np.isinf(groups.population).any() == (groups.merged > 0)
    assert groups.merged or groups.population.sum() == pytest.approx(population.sum())
    found = estimated(linked, asked, asked + room, groups)
    if len(rows) > 1:
        assert 0 <= found.low <= found.estimate <= found.high <= 1
        assert found.variance >= 0
    told = sorted(set(label.tolist()))
    by_hand = [np.average((linked / asked)[label == h], weights=(asked + room)[label == h]) for h in told]
    assert found.estimate == pytest.approx(np.average(by_hand, weights=[pairs[h] for h in told]))
