"""The statistics: by hand, by enumeration of every possible draw, against statsmodels, and by simulation."""

import itertools

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from rosc_map.linkage import TwoStage, two_stage, wilson


def test_equal_targets_by_hand() -> None:
    # N = 5, M = 4, n = 3, m = 2; means 1, 1/2, 0. s_b² = 1/4; s² = 0, 1/2, 0.
    found = two_stage([2, 1, 0], [2, 2, 2], [4, 4, 4], 5)
    between, within = (1 - 3 / 5) * 0.25 / 3, (3 / 5) * (1 / 9) * (1 - 2 / 4) * 0.5 / 2
    assert found.estimate == pytest.approx(0.5)
    assert found.variance == pytest.approx(between + within) == pytest.approx(1 / 24)
    # (1/24)² / ((1/30)²/2 + (1/120)²/3) = 3, and t(0.975; 3) = 3.182446.
    assert found.df == pytest.approx(3)
    assert found.n_eff == pytest.approx(6 * (1.959964 / 3.182446) ** 2, rel=1e-6)
    assert (found.low, found.high) == (pytest.approx(0.103774, abs=1e-5), pytest.approx(0.896226, abs=1e-5))
    assert (found.sources, found.questions, found.census) == (3, 6, False)


def test_unequal_targets_by_hand() -> None:
    # M = 2 and 6, means 1 and 1/2: L = (2 + 3)/8. The first was asked everything, so it has no within part.
    found = two_stage([2, 1], [2, 2], [2, 6], 4)
    assert found.estimate == pytest.approx(0.625)
    between = (1 - 2 / 4) * (2 * 0.1875**2) / 2
    within = 1.5**2 * (1 - 2 / 6) * 0.5 / 2 / (2 * 4)
    assert found.variance == pytest.approx(between + within) == pytest.approx(0.064453125)
    assert (
        found.df == pytest.approx((between + within) ** 2 / (between**2 / 1 + within**2 / 2)) == pytest.approx(2.95122)
    )


def test_one_question_each_by_hand() -> None:
    found = two_stage([1, 0, 0, 1], [1, 1, 1, 1], [9, 9, 9, 9], 10)
    assert found.variance == pytest.approx((1 - 4 / 90) * (1 / 3) / 4)
    assert found.df == 3


def test_a_single_answer_borrows_the_spread_of_the_others() -> None:
    found = two_stage([1, 1, 1], [1, 2, 2], [4, 4, 4], 6)
    means = np.array([1, 0.5, 0.5])
    between = (1 - 3 / 6) * means.var(ddof=1) / 3
    # Both others have s² = 1/2; so has the first, on loan, with 1 answer of 4.
    within = ((1 - 1 / 4) * 0.5 / 1 + 2 * (1 - 2 / 4) * 0.5 / 2) / (3 * 6)
    assert found.variance == pytest.approx(between + within)


def test_sources_without_answers_take_no_part_but_stay_in_the_population() -> None:
    some, all_there = two_stage([2, 1, 0, 0], [2, 2, 2, 0], [4, 4, 4, 4], 5), two_stage([2, 1, 0], [2] * 3, [4] * 3, 5)
    for name in ("estimate", "variance", "df", "n_eff", "low", "high", "sources", "questions"):
        assert getattr(some, name) == pytest.approx(getattr(all_there, name))


def test_all_alike_counts_the_sources_and_a_census_has_no_width() -> None:
    alike = two_stage([[3] * 8, [0] * 8], np.full((2, 8), 3), np.full((2, 8), 19), 20)
    assert alike.n_eff.tolist() == [8, 8]
    low, _ = proportion_confint(8, 8, method="wilson")
    assert (alike.low[0], alike.high[0]) == (pytest.approx(low), 1)
    assert (alike.low[1], alike.high[1]) == (0, pytest.approx(1 - low))
    census = two_stage([2, 1, 0], [2, 2, 2], [2, 2, 2], 3)
    assert census.census
    assert (census.low, census.estimate, census.high, census.variance) == (0.5, 0.5, 0.5, 0)
    # The same answers from three of four sources are a sample.
    assert two_stage([2, 1, 0], [2, 2, 2], [2, 2, 2], 4).low < 0.5


def test_one_source_of_several_has_a_share_and_no_interval() -> None:
    found = two_stage([[1, 0], [0, 0]], [[2, 0], [0, 0]], [[5, 5], [5, 5]], 6)
    assert found.estimate[0] == 0.5
    assert np.isnan([found.low[0], found.high[0], found.estimate[1], found.low[1]]).all()
    assert np.isnan([found.df, found.n_eff]).all()
    assert np.isnan(two_stage([1, 0], [1, 0], [5, 5], 6).df)


@pytest.mark.parametrize("count", [0, 1, 7, 29, 30])
@pytest.mark.parametrize("n", [30, 400])
def test_wilson_equals_statsmodels(count, n) -> None:
    assert wilson(count / n, n) == pytest.approx(proportion_confint(count, n, method="wilson"), abs=1e-12)


def test_a_simple_random_sample_from_a_large_area_is_plain_wilson() -> None:
    # One question each, nobody twice, so many that t is z: the design is simple random.
    n, population = 20_000, 10**9
    linked = np.arange(n) < 6_000
    found = two_stage(linked, np.ones(n), np.full(n, 1e6), population)
    low, high = proportion_confint(6_000, n, method="wilson")
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-5), pytest.approx(high, abs=1e-5))


def every_draw(truth: list[list[int]], n: int, m: int) -> tuple[TwoStage, np.ndarray]:
    """Return the estimate of each possible draw, and its probability; truth[i] holds the links of source i."""
    linked, asked, eligible, chance = [], [], [], []
    for sources in itertools.combinations(range(len(truth)), n):
        samples = [list(itertools.combinations(truth[i], min(m, len(truth[i])))) for i in sources]
        ways = np.prod([len(s) for s in samples])
        for picked in itertools.product(*samples):
            linked.append([sum(p) for p in picked])
            asked.append([len(p) for p in picked])
            eligible.append([len(truth[i]) for i in sources])
            chance.append(1 / ways)
    weights = np.array(chance) / np.sum(chance)
    return two_stage(linked, asked, eligible, len(truth)), weights


TRUTH = [[1, 1, 1, 0], [0, 0, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
SIX = [[1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0], [0, 1, 0], [1, 0, 1]]
OTHER = [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1], [1, 1, 0, 1], [0, 1, 1, 0]]


@pytest.mark.parametrize("truth", [TRUTH, OTHER, SIX])
@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 2), (3, 3), (4, 3), (5, 2), (2, 4)])
def test_over_all_possible_draws_the_estimate_and_its_variance_are_unbiased(truth, n, m) -> None:
    found, chance = every_draw(truth, n, m)
    true_share = np.mean(truth)
    true_variance = chance @ (found.estimate - true_share) ** 2
    assert chance @ found.estimate == pytest.approx(true_share, abs=1e-12)
    assert chance @ found.variance == pytest.approx(true_variance, abs=1e-12)


@pytest.mark.parametrize("truth", [TRUTH, OTHER])
def test_with_one_question_each_the_variance_is_right_but_for_a_known_small_part(truth) -> None:
    found, chance = every_draw(truth, 3, 1)
    population, eligible, means = 5, 4, np.mean(truth, axis=1)
    assert chance @ found.estimate == pytest.approx(means.mean(), abs=1e-12)
    between, one_answer = means.var(ddof=1), np.mean(means * (1 - means))
    # E[v] − Var = S_b²/N − (S_b² + W)/(N·M), where W is the mean variance of one answer within its source.
    surplus = between / population - (between + one_answer) / (population * eligible)
    true_variance = chance @ (found.estimate - means.mean()) ** 2
    assert chance @ found.variance - true_variance == pytest.approx(surplus, abs=1e-12)


def test_with_unequal_targets_the_estimate_and_its_variance_are_nearly_right() -> None:
    truth = [[1, 1, 1, 0], [0, 1, 1], [1, 0, 1, 0], [0, 1, 0], [1, 0, 1, 1]]
    found, chance = every_draw(truth, 4, 2)
    true_share = sum(map(sum, truth)) / sum(map(len, truth))
    mean = chance @ found.estimate
    assert mean == pytest.approx(true_share, abs=0.005)
    assert chance @ found.variance == pytest.approx(chance @ (found.estimate - true_share) ** 2, rel=0.1)


def simulate(scenario: tuple[int, int, int, float], replicates: int, seed: int) -> tuple[TwoStage, np.ndarray]:
    """Draw rounds from made-up areas: source effects with ICC 0.2 (beta), targets of uneven popularity."""
    population, n, m, share = scenario
    rng = np.random.default_rng(seed)
    linked, truth = np.empty((replicates, n)), np.empty(replicates)
    for r in range(replicates):
        own = np.clip(rng.beta(4 * share, 4 * (1 - share), population), 1e-9, 1 - 1e-9)
        chance = 1 / (1 + np.exp(-(np.log(own / (1 - own))[:, None] + rng.normal(0, 0.7, population))))
        links = rng.random((population, population)) < chance
        np.fill_diagonal(links, val=False)
        truth[r] = links.sum() / (population * (population - 1))
        sources = rng.permutation(population)[:n]
        keys = rng.random((n, population))
        keys[np.arange(n), sources] = 2
        linked[r] = links[sources[:, None], np.argsort(keys, axis=1)[:, :m]].sum(axis=1)
    return two_stage(linked, np.full_like(linked, m), np.full_like(linked, population - 1), population), truth


@pytest.mark.parametrize("scenario", [(20, 10, 3, 0.1), (60, 60, 5, 0.4), (200, 40, 5, 0.8)])
def test_the_interval_covers_the_truth_as_often_as_it_says(scenario) -> None:
    replicates = 1_000
    found, truth = simulate(scenario, replicates, seed=20_261_122)
    cover = np.mean((found.low <= truth) & (truth <= found.high))
    margin = 1.96 * np.sqrt(cover * (1 - cover) / replicates)
    # METHODS' bar: the Monte Carlo interval of the cover overlaps 93.5 to 97.5 %.
    assert cover + margin >= 0.935
    assert cover - margin <= 0.975
    assert abs(np.mean(found.estimate - truth)) < 0.01
    assert np.mean(found.variance) == pytest.approx(np.mean((found.estimate - truth) ** 2), rel=0.15)
