"""The priority list: rank ranges that hold the true rank, and nobody ranked of whom too little is known."""

import numpy as np
import pandas as pd
import pytest

from rosc_map.gaps.classes import NeedByProvision
from rosc_map.gaps.need import NeedFigures
from rosc_map.gaps.priority import _rank_ranges, priority, priority_sentences
from rosc_map.gaps.rates import rate

COLUMNS = ["code", "name", "need", "assets", "per_1000", "low", "high"]


def found(*rows, counted=True):
    """Each row: name, people in need, assets; None where not known."""
    full = []
    for number, (name, need, assets) in enumerate(rows):
        ends = rate(assets, need) if counted and need is not None and assets is not None else None
        status = "not_surveyed" if assets is None else "served" if assets else "none_found"
        full.append((f"E0{number}", name, need, status, assets, *(ends or (None,) * 3)))
    columns = ["code", "name", "need", "status", "assets", "per_1000", "low", "high"]
    table = pd.DataFrame(full, columns=columns, dtype=object)
    figures = NeedFigures(
        "Adults in treatment",
        "2024-25",
        "people",
        "NDTMS",
        "",
        counts_people=counted,
        tier="upper",
        by_code={},
        said=(),
    )
    return NeedByProvision(figures, "lero", table, (), ())


SOME = (("Ash", 5_000.0, 0), ("Beech", 900.0, 2), ("Cedar", 1_000.0, 1), ("Dale", 800.0, 40))


def test_the_fewest_per_1000_come_first():
    listed = priority(found(*reversed(SOME)))
    assert list(listed.columns) == [*COLUMNS, "rank_low", "rank_high", "why_not_ranked"]
    assert listed["name"].to_list() == ["Ash", "Cedar", "Beech", "Dale"]
    assert (listed["rank_low"].iloc[0], listed["rank_low"].iloc[3], listed["rank_high"].iloc[3]) == (1, 4, 4)
    assert listed["rank_high"].iloc[0] < 4
    assert all(type(end) is int for end in [*listed["rank_low"], *listed["rank_high"]])


def test_of_equal_rates_more_need_comes_first():
    listed = priority(found(("Ash", 30.0, 0), ("Beech", 3_000.0, 0), ("Cedar", 300.0, 0)))
    assert listed["name"].to_list() == ["Beech", "Cedar", "Ash"]


def test_who_is_not_ranked_and_why():
    rows = (("Zed", None, 3), ("Moss", 19.0, 0), ("Nook", 500.0, None), ("Oak", 20.0, 1))
    listed = priority(found(*rows, *SOME))
    assert listed["name"].to_list()[-3:] == ["Moss", "Nook", "Zed"]
    assert listed.set_index("name")["why_not_ranked"].to_dict() == {
        **dict.fromkeys(("Ash", "Beech", "Cedar", "Dale", "Oak"), ""),
        "Moss": "fewer than 20 counted: too few to rank",
        "Nook": "not surveyed",
        "Zed": "no figure of need",
    }
    tail = listed.iloc[-3:]
    assert all(end is None for end in [*tail["rank_low"], *tail["rank_high"]])


def test_what_is_not_ranked_changes_no_range():
    alone, beside = priority(found(*SOME)), priority(found(*SOME, ("Nook", 500.0, None)))
    assert beside.iloc[:4].to_dict("list") == alone.to_dict("list")


def test_a_score_ranks_nobody():
    listed = priority(found(*SOME, counted=False))
    assert set(listed["why_not_ranked"]) == {"the figures count no people"}
    (only,) = priority_sentences(listed, found(*SOME, counted=False))
    assert only == (
        "None of 4 upper-tier authorities can be put in order by LEROs for each 1,000 counted in "
        '"Adults in treatment", 2024-25 (source: NDTMS).'
    )


def test_large_counts_fix_the_order_and_small_ones_leave_it_open():
    large = priority(found(*[(name, 1e6, 10_000 * place) for place, name in enumerate("abcde", start=1)]))
    assert large["rank_low"].to_list() == large["rank_high"].to_list() == [1, 2, 3, 4, 5]
    small = priority(found(*[(name, 100.0, 1) for name in "abcde"]))
    assert (set(small["rank_low"]), set(small["rank_high"])) == ({1}, {5})


def test_two_are_told_apart_where_the_exact_test_of_two_poisson_rates_does():
    """Of n assets, that with half of the people has k or fewer with the probability of k heads of n."""
    from scipy.stats import binom

    for assets, apart in (((0, 5), False), ((0, 6), True), ((2, 9), False), ((2, 12), True)):
        assert (binom.cdf(assets[0], sum(assets), 0.5) <= 0.025) == apart
        listed = priority(found(("Ash", 900.0, assets[0]), ("Beech", 900.0, assets[1])))
        assert listed["rank_high"].iloc[0] == (1 if apart else 2)


def test_the_sentences_say_how_little_of_the_order_is_known():
    made = found(*SOME)
    fewest, order = priority_sentences(priority(made), made)
    assert fewest == (
        'LEROs for each 1,000 counted in "Adults in treatment", 2024-25: Ash has 0, fewest of 4 in order, of 4 '
        "upper-tier authorities; by chance alone it could be from 0 to 0.74 (95 %; source: NDTMS)."
    )
    assert order == (
        "By chance alone the order could be another, so each place in it is a range (95 %): 2 of the other 3 ranges "
        "overlap that of Ash, so the order of most is not known."
    )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((("Ash", 1e5, 1), ("Beech", 1e5, 1_000)), "the other range does not overlap that of Ash."),
        ((("Ash", 900.0, 1), ("Beech", 900.0, 2)), "the other range overlaps that of Ash, so which of the two comes"),
        (
            (("Ash", 1e5, 1), ("Beech", 1e5, 1_000), ("Cedar", 1e5, 2)),
            "1 of the other 2 ranges overlaps that of Ash, so which of the two comes first is not known.",
        ),
        (
            (("Ash", 1e5, 1), ("Beech", 1e5, 1_000), ("Cedar", 1e5, 2_000)),
            "none of the other 2 ranges overlaps that of Ash.",
        ),
    ],
)
def test_one_and_several_have_their_own_words(rows, words):
    made = found(*rows)
    assert words in priority_sentences(priority(made), made)[1]


def test_one_alone_has_no_order():
    made = found(SOME[1])
    (only,) = priority_sentences(priority(made), made)
    assert "Beech has 2.2, the only one that can be put in order, of 1 upper-tier authority; by chance" in only
    nobody = found(("Moss", 19.0, 0))
    (none,) = priority_sentences(priority(nobody), nobody)
    assert none.startswith("The one upper-tier authority cannot be put in order by LEROs")


@pytest.mark.parametrize(
    ("shape", "scale", "widest"),
    [
        (2.0, 0.02, 12),  # about 80 assets an authority, and rates that differ as those of services do
        (2.0, 0.0008, 25),  # about 3
        (50.0, 0.00016, 25),  # rates that hardly differ, so that there is hardly an order to be known
    ],
)
def test_the_true_rank_lies_in_its_range_at_least_as_often_as_is_said(shape, scale, widest):
    rng = np.random.default_rng(1996)
    inside, width = [], []
    for _ in range(120):
        need = rng.uniform(200, 4_000, size=25).round()
        rates = rng.gamma(shape, scale, size=25)
        low, high = map(np.array, _rank_ranges(pd.DataFrame({"assets": rng.poisson(rates * need), "need": need}), 0.95))
        true = np.argsort(np.argsort(rates)) + 1
        inside.append((low <= true) & (true <= high))
        width.append(np.mean(high - low + 1))
    assert np.mean(inside) >= 0.95
    # A range that held every rank would tell nothing.
    assert np.mean(width) < widest
