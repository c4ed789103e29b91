"""Per asset: raw and shrunken shares, sorted by id and never by size."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.linkage import per_asset
from rosc_map.linkage.per_asset import shrunken

QUESTIONS = pd.DataFrame(
    [("b", "a"), ("b", "c"), ("b", "d"), ("a", "c"), ("a", "d"), ("c", "a")], columns=["source", "target"]
)
ANSWERS = pd.DataFrame(
    [("b", "a", "information"), ("b", "c", "not_known"), ("a", "c", "referral"), ("a", "d", "heard_of")],
    columns=["source", "target", "level"],
)


def test_each_side_of_each_asset_sorted_by_id() -> None:
    table = per_asset(QUESTIONS, ANSWERS).set_index("id")
    assert list(table.index) == ["a", "b", "c", "d"]
    assert table["knows_questions"].tolist() == [2, 2, 0, 0]
    assert table["knows_linked"].tolist() == [1, 1, 0, 0]
    assert table["knows_share"].tolist() == [0.5, 0.5, None, None]
    assert table["is_known_questions"].tolist() == [1, 0, 2, 1]
    assert table["is_known_share"].tolist() == [1, None, 0.5, 0]
    assert table.loc["c", "knows_shrunken"] is None
    assert json.dumps(table.to_dict("list"), allow_nan=False)
    # At level 3 only one of the four answers is left.
    assert per_asset(QUESTIONS, ANSWERS, threshold=3)["knows_linked"].tolist() == [1, 0, 0, 0]


def test_an_unsettled_answer_counts_for_nobody_and_twice_the_same_is_one() -> None:
    twice = pd.concat([ANSWERS, ANSWERS.assign(level=["referral", "not_known", "referral", "heard_of"])])
    table = per_asset(QUESTIONS, twice).set_index("id")
    assert table["knows_questions"].tolist() == [2, 1, 0, 0]
    assert table["is_known_share"].tolist() == [None, None, 0.5, 0]
    # Answers to questions that no longer count are passed over.
    assert per_asset(QUESTIONS.iloc[3:], ANSWERS).set_index("id")["is_known_questions"].tolist() == [0, 1, 1]


def test_a_round_without_answers() -> None:
    table = per_asset(QUESTIONS, ANSWERS.iloc[:0])
    assert table["knows_share"].tolist() == [None] * 4
    assert len(per_asset(QUESTIONS.iloc[:0], ANSWERS.iloc[:0])) == 0


def test_the_shrunken_share_lies_between_the_raw_one_and_the_mean() -> None:
    linked, asked = np.array([0, 5, 3, 2, 5]), np.array([5, 5, 5, 5, 5])
    estimate, low, high = shrunken(linked, asked)
    raw, mean = linked / asked, 15.5 / 26
    assert (np.abs(estimate - mean) < np.abs(raw - mean)).all()
    assert ((low < estimate) & (estimate < high)).all()
    # ρ by moments: Σ n(p − p̄)²/(p̄q̄) = 5·0.72/0.24 = 15; (15 − 4)/(25 − 5 − 4) = 0.6875; a + b = 5/11.
    # A prior is worth one question at least, so the first becomes (15.5/26) / (1 + 5).
    assert estimate[0] == pytest.approx((15.5 / 26) / 6)


def test_a_prior_by_hand() -> None:
    # Shares 0.2, 0.8, 0.4, 0.6 of 10: Σ n(p − ½)²/¼ = 8; ρ = (8 − 3)/(40 − 10 − 3) = 5/27; a + b = 4.4; mean 20.5/41.
    estimate, _, _ = shrunken(np.array([2, 8, 4, 6]), np.array([10] * 4))
    assert estimate[0] == pytest.approx((2.2 + 2) / 14.4)


def test_without_spread_all_are_drawn_close_but_not_beyond_doubt() -> None:
    estimate, low, high = shrunken(np.array([1, 1, 1, 1]), np.array([2, 2, 2, 2]))
    assert estimate == pytest.approx(np.full(4, 0.5))
    assert (high - low > 0.3).all()


def test_shrinking_brings_the_figures_nearer_to_the_truth() -> None:
    rng = np.random.default_rng(20_261_122)
    truth = rng.beta(2, 2, 400)
    asked = np.full(400, 5)
    linked = rng.binomial(asked, truth)
    estimate, low, high = shrunken(linked, asked)
    assert np.mean((estimate - truth) ** 2) < 0.75 * np.mean((linked / asked - truth) ** 2)
    assert 0.91 < np.mean((low <= truth) & (truth <= high)) < 0.98


@given(st.lists(st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=12))
def test_no_counts_give_a_nan_or_an_interval_out_of_order(counts) -> None:
    linked, asked = (np.array([pair[k] for pair in counts], dtype=int) for k in (0, 1))
    estimate, low, high = shrunken(linked, asked)
    assert ((low >= 0) & (low <= estimate) & (estimate <= high) & (high <= 1)).all()
