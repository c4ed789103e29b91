"""The plan: by hand, beside the widths of real estimates, and that the inverse finds the smallest."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rosc_map.errors import InputError
from rosc_map.linkage.plan import plan, plan_for
from rosc_map.linkage.two_stage import two_stage


def test_the_example_of_the_guide() -> None:
    found = plan(42, sources=20, targets=5)
    assert found.sentence == (
        "Calling 20 services about 5 others each, about 7 hours, tells you the linkage to within ±11 points."
    )
    assert found.hours == pytest.approx(20 * 20 / 60)
    assert "42 services" in found.assumption
    assert "50 %" in found.assumption


def test_by_hand() -> None:
    # N = 5, M = 4, n = 3, m = 2, L = 1/2, icc = 1/4: S_b² = 1/16, S_w² = 3/16 · 4/3 = 1/4.
    variance = (1 - 3 / 5) / 16 / 3 + (1 - 2 / 4) / 4 / 6
    between, within = (1 - 3 / 5) * (1 / 16 + (1 - 2 / 4) / 4 / 2) / 3, (3 / 5) * (1 - 2 / 4) / 4 / 6
    assert between + within == pytest.approx(variance)
    df = variance**2 / (between**2 / 2 + within**2 / 3)
    size = 0.25 / variance * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, df)) ** 2
    z = stats.norm.ppf(0.975)
    half = z / (1 + z**2 / size) * np.sqrt(0.25 / size + z**2 / (4 * size**2))
    assert plan(5, sources=3, targets=2, icc=0.25).half_width == pytest.approx(half)


def mean_half_width(size: tuple[int, int, int], share: float, icc: float, replicates: int = 1_500) -> float:
    """Return the mean half-width of estimates of tests drawn in made-up areas."""
    population, n, m = size
    rng = np.random.default_rng(7)
    strength = 1 / icc - 1
    own = rng.beta(strength * share, strength * (1 - share), (replicates, n))
    # Hypergeometric: m of the M others, of whom the source knows a binomial number.
    known = rng.binomial(population - 1, own)
    linked = rng.hypergeometric(known, population - 1 - known, m)
    found = two_stage(linked, np.full_like(linked, m), np.full_like(linked, population - 1), population)
    return float(np.mean(found.high - found.low) / 2)


@pytest.mark.parametrize(
    ("size", "share", "icc"),
    [
        *((size, 0.4, 0.2) for size in [(20, 10, 3), (20, 20, 5), (60, 30, 5), (200, 40, 5), (60, 40, 1), (20, 20, 1)]),
        ((60, 20, 3), 0.1, 0.2),
        ((200, 100, 5), 0.8, 0.05),
        ((200, 30, 10), 0.5, 0.5),
    ],
)
def test_the_half_width_is_what_real_tests_have(size, share, icc) -> None:
    population, n, m = size
    planned = plan(population, sources=n, targets=m, expected=share, icc=icc)
    assert planned.half_width == pytest.approx(mean_half_width(size, share, icc), rel=0.1)


@pytest.mark.parametrize(("frame", "wanted"), [(20, 0.1), (60, 0.1), (60, 0.05), (200, 0.07), (7, 0.2)])
def test_the_inverse_finds_the_fewest_calls_then_the_fewest_questions(frame, wanted) -> None:
    found = plan_for(frame, wanted, most_targets=6)
    assert found.half_width <= wanted
    sizes = itertools.product(range(2, frame + 1), range(1, min(6, frame - 1) + 1))
    first = next(size for size in sizes if plan(frame, sources=size[0], targets=size[1]).half_width <= wanted)
    assert (found.sources, found.targets) == first


def test_all_there_is_to_ask_is_known_exactly() -> None:
    found = plan(6, sources=6, targets=5)
    assert found.half_width == 0
    assert "known exactly" in found.sentence
    assert plan_for(6, 0.001).half_width == 0


def test_a_wish_that_nothing_fulfils_is_answered_with_what_can_be_had() -> None:
    with pytest.raises(InputError, match=r"calling all 60 services tells the linkage to within ±3 points.*more questi"):
        plan_for(60, 0.01, most_targets=10)


def test_the_hours_do_not_pay_for_long_calls() -> None:
    assert plan_for(60, 0.1).targets <= 5
    assert plan_for(60, 0.1, most_targets=10).targets > 5


def test_the_table_holds_the_chosen_size_and_is_json() -> None:
    found = plan(42, sources=17, targets=4, minutes=30)
    row = found.table[(found.table["sources"] == 17) & (found.table["targets"] == 4)].iloc[0]
    assert (row["questions"], row["half_width"], row["hours"]) == (68, found.half_width, 8.5)
    assert found.table["sources"].between(2, 42).all()
    assert list(found.table.columns) == ["sources", "targets", "questions", "half_width", "hours"]
    assert not found.table.duplicated(["sources", "targets"]).any()
    said = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert list(said) == [
        "frame", "sources", "targets", "expected", "icc", "half_width", "hours", "table", "sentence",
    ]  # fmt: skip
    assert said["table"][0]["sources"] == 5


def test_small_numbers_are_said_in_the_singular() -> None:
    assert plan(200, sources=2, targets=1, minutes=5).sentence.startswith(
        "Calling 2 services about 1 other each, about 10"
    )
    assert "about 1 hour," in plan(200, sources=3, targets=2).sentence
    assert "to within ±1 point." in plan(200, sources=200, targets=198, icc=0.5).sentence


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ({"frame": 1}, "at least two"),
        ({"sources": 1}, "2 to 20"),
        ({"sources": 21}, "2 to 20"),
        ({"targets": 0}, "1 to 19"),
        ({"targets": 20}, "1 to 19"),
        ({"expected": 0.0}, "above 0"),
        ({"expected": 1.0}, "below 1"),
        ({"expected": float("nan")}, "below 1"),
        ({"icc": 1.0}, "below 1"),
        ({"icc": -0.1}, "from 0"),
        ({"minutes": 0}, "above 0"),
    ],
)
def test_bad_numbers_are_told(words, match) -> None:
    given_words = {"frame": 20, "sources": 10, "targets": 3} | words
    with pytest.raises(InputError, match=match):
        plan(given_words.pop("frame"), **given_words)


@pytest.mark.parametrize(("half_width", "most"), [(0, 5), (1, 5), (-0.1, 5), (float("nan"), 5), (0.1, 0)])
def test_bad_wishes_are_told(half_width, most) -> None:
    with pytest.raises(InputError):
        plan_for(20, half_width, most_targets=most)


@given(
    st.integers(2, 300).flatmap(lambda all_: st.tuples(st.just(all_), st.integers(2, all_), st.integers(1, all_ - 1))),
    st.floats(0.001, 0.999),
    st.floats(0, 0.99),
)
def test_every_plan_has_a_width_between_nothing_and_a_half(size, expected, icc) -> None:
    frame, n, m = size
    found = plan(frame, sources=n, targets=m, expected=expected, icc=icc)
    assert 0 <= found.half_width <= 0.5
    assert (found.half_width == 0) == (n == frame and m == frame - 1)
    assert found.table["half_width"].between(0, 0.5).all()
