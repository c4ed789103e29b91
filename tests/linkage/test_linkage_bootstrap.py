"""Resampling of sources: by enumeration, beside scipy's bootstrap, and by simulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from rosc_map.linkage.bootstrap import LEAST_SOURCES, cluster_bootstrap, clustered_share


def test_the_totals_have_the_chances_of_all_resamples() -> None:
    sums = np.array([[0, 1], [2, 3], [5, 7]])
    every = [tuple(sums[list(picked)].sum(axis=0)) for picked in itertools.product(range(3), repeat=3)]
    totals = [tuple(row) for row in cluster_bootstrap(sums, replicates=27_000, rng=np.random.default_rng(1)).tolist()]
    assert set(totals) == set(every)
    for total in set(every):
        chance = every.count(total) / 27
        assert totals.count(total) / 27_000 == pytest.approx(chance, abs=4 * np.sqrt(chance / 27_000))


def test_the_columns_of_a_replicate_are_of_the_same_clusters() -> None:
    sums = np.stack([np.arange(50), 3 * np.arange(50) + 1], axis=1)
    totals = cluster_bootstrap(sums, replicates=500, rng=np.random.default_rng(1))
    assert totals[:, 1] == pytest.approx(3 * totals[:, 0] + 50)


@pytest.mark.parametrize("clusters", [3, 200, 70_000])
def test_batches_change_nothing_but_memory(clusters) -> None:
    sums = np.ones((clusters, 1))
    totals = cluster_bootstrap(sums, replicates=11, rng=np.random.default_rng(1))
    assert totals.shape == (11, 1)
    assert (totals == clusters).all()


def test_the_standard_error_is_that_of_scipy() -> None:
    rng = np.random.default_rng(5)
    linked = rng.binomial(5, rng.beta(1.6, 2.4, 200))
    ours = cluster_bootstrap(linked[:, None], rng=rng)[:, 0] / 1_000
    theirs = stats.bootstrap((linked / 5,), np.mean, n_resamples=10_000, method="percentile", rng=rng)
    assert ours.std(ddof=1) == pytest.approx(theirs.standard_error, rel=0.04)
    assert ours.mean() == pytest.approx(linked.sum() / 1_000, abs=4 * theirs.standard_error / 100)


def test_few_sources_or_like_answers_count_as_one_answer_a_source() -> None:
    rng = np.random.default_rng(1)
    few = clustered_share([5, 0, 3, 1], [5, 5, 5, 5], rng=rng)
    assert few == pytest.approx((9 / 20, *proportion_confint(4 * 9 / 20, 4, method="wilson")))
    alike = clustered_share([3] * 8, [3] * 8, rng=rng)
    assert alike == pytest.approx((1, *proportion_confint(8, 8, method="wilson")))


def test_a_source_without_answers_takes_no_part() -> None:
    some, more = ([4, 1, 0, 2, 5, 3], [5] * 6), ([4, 1, 0, 2, 5, 3, 0], [5] * 6 + [0])
    one, other = (clustered_share(*counts, rng=np.random.default_rng(1)) for counts in (some, more))
    assert one == other


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12).filter(
        lambda counts: any(a + b for a, b in counts)
    )
)
def test_the_interval_holds_the_share_and_has_a_width(counts) -> None:
    linked, answered = [a for a, _ in counts], [a + b for a, b in counts]
    share, low, high = clustered_share(linked, answered, rng=np.random.default_rng(1))
    assert 0 <= low <= share <= high <= 1
    assert low < high
    # Never surer than if each answer were a service of its own.
    plain = proportion_confint(sum(linked), sum(answered), method="wilson")
    assert high - low >= plain[1] - plain[0] - 1e-9


@pytest.mark.parametrize(("sources", "share"), [(LEAST_SOURCES, 0.4), (12, 0.1), (40, 0.8)])
def test_the_interval_covers_the_truth_although_answers_of_a_source_are_alike(sources, share) -> None:
    rng = np.random.default_rng(20_261_122)
    replicates, held, plain = 400, 0, 0
    for _ in range(replicates):
        asked = rng.integers(3, 8, sources)
        linked = rng.binomial(asked, rng.beta(2 * share, 2 * (1 - share), sources))
        _, low, high = clustered_share(linked, asked, rng=rng)
        held += low <= share <= high
        low, high = proportion_confint(linked.sum(), asked.sum(), method="wilson")
        plain += low <= share <= high
    assert held / replicates >= 0.925
    # What the plain interval makes of alike answers, which is why this one is there.
    assert plain / replicates < 0.90
