"""Two rounds: against statsmodels, by hand, by enumeration of all draws, and by simulation."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage.compare import _paired_parts, as_met, compare, compare_panel
from rosc_map.linkage.figures import Share
from rosc_map.linkage.two_stage import two_stage


def simple(count: int, n: int) -> Share:
    """Return the share of a simple random sample."""
    low, high = (float(end) for end in proportion_confint(count, n, method="wilson"))
    return Share(count / n, low, high, df=n - 1, n_eff=n, questions=n, linked=count, sources=n)


def share(estimate: float | None, low: float | None, high: float | None, *, census: bool = False) -> Share:
    return Share(estimate, low, high, df=None, n_eff=None, questions=50, linked=25, sources=10, census=census)


@pytest.mark.parametrize(
    ("before", "after"),
    [((20, 50), (30, 50)), ((56, 70), (48, 80)), ((9, 10), (3, 10)), ((0, 10), (0, 20)), ((10, 10), (0, 10))],
)
def test_simple_samples_have_the_newcombe_interval_of_statsmodels(before, after) -> None:
    found = compare(simple(*before), simple(*after))
    low, high = confint_proportions_2indep(*after, *before, method="newcomb", compare="diff")
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))
    assert found.difference == pytest.approx(after[0] / after[1] - before[0] / before[1])
    assert (found.questions, found.sources) == ((before[1], after[1]), (before[1], after[1]))


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            share(0.41, 0.36, 0.46),
            share(0.53, 0.465, 0.595),
            "Linkage rose by 12 points (95 % interval 4 to 20), from 41 % to 53 %.",
        ),
        (
            share(0.53, 0.465, 0.595),
            share(0.41, 0.36, 0.46),
            "Linkage fell by 12 points (95 % interval 4 to 20), from 53 % to 41 %.",
        ),
        (
            share(0.40, 0.33, 0.47),
            share(0.42, 0.36, 0.48),
            "No change that this many calls could show: 2 points up, and it may be anything from 7 down to 11 up.",
        ),
        (
            share(0.42, 0.36, 0.48),
            share(0.42, 0.36, 0.48),
            (
                "No change that this many calls could show: about the same as before, and it may be anything from 8"
                " down to 8 up."
            ),
        ),
        (
            share(0.4, 0.4, 0.4, census=True),
            share(0.41, 0.41, 0.41, census=True),
            "Linkage rose by 1 point, from 40 % to 41 %. Every possible question was asked and answered both times.",
        ),
        (
            share(0.4, 0.4, 0.4, census=True),
            share(0.4, 0.4, 0.4, census=True),
            "No change: linkage was 40 % both times. Every possible question was asked and answered both times.",
        ),
        (
            share(0.4, None, None),
            share(0.5, 0.4, 0.6),
            (
                "Linkage was 40 % and is now 50 %; fewer than two services answered in one of the rounds, which is too"
                " few to say whether that is a change."
            ),
        ),
        (
            share(None, None, None),
            share(0.5, 0.4, 0.6),
            "Nobody answered in the earlier round, so no change can be told.",
        ),
        (
            share(0.5, 0.4, 0.6),
            share(None, None, None),
            "Nobody answered in the later round, so no change can be told.",
        ),
        (
            share(None, None, None),
            share(None, None, None),
            "Nobody answered in either round, so no change can be told.",
        ),
    ],
)
def test_the_sentence(before, after, sentence) -> None:
    found = compare(before, after)
    assert found.sentence == sentence
    assert found.design == "independent"
    if before.low is None or after.low is None:
        assert (found.low, found.high) == (None, None)
    said = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert {"before", "after", "difference", "low", "high", "design", "sentence"} <= set(said)


def test_the_sentence_says_which_figure_it_is() -> None:
    found = compare(share(0.41, 0.36, 0.46), share(0.53, 0.465, 0.595), figure="As a caller would meet it")
    assert found.sentence.startswith("As a caller would meet it: linkage rose by 12 points (95 % interval 4 to 20)")


def test_who_cannot_be_reached_has_no_link_for_a_caller() -> None:
    questions = pd.DataFrame({"source": ["a", "b", "c", "d"], "target": ["t"] * 4, "eligible": 4})
    was = questions.assign(level="information")
    now = was[was["source"] == "a"]
    contacts = pd.DataFrame({"source": ["b", "c", "d"], "contact": ["refused", "no_answer", "call_back"]})
    met = as_met(questions, now, contacts)
    assert met.set_index("source")["level"].to_dict() == {"a": "information", "b": "not_known", "c": "not_known"}
    found = compare_panel(questions, was, met, frame_size=9)
    # Who is to be rung back is open, and in neither round.
    assert (found.before, found.after, found.questions) == (1, pytest.approx(1 / 3), (3, 3))


LEVEL = {0: "heard_of", 1: "information"}
Links = dict[tuple[str, str], int | None]


def panel(was: Links, now: Links, eligible: int | dict[str, int], frame_size: int):
    rounds = [
        pd.DataFrame([(*pair, LEVEL[link]) for pair, link in links.items() if link is not None],
                     columns=["source", "target", "level"], dtype="str")
        for links in (was, now)
    ]  # fmt: skip
    questions = pd.DataFrame(list(now), columns=["source", "target"], dtype="str")
    questions["eligible"] = questions["source"].map(lambda s: eligible[s] if isinstance(eligible, dict) else eligible)
    return compare_panel(questions, *rounds, frame_size=frame_size)


def links(rows: dict[str, list[int | None]]) -> Links:
    return {(source, f"t{number}"): link for source, row in rows.items() for number, link in enumerate(row)}


def test_a_panel_by_hand() -> None:
    # N = 5, M = 4, three sources, two pairs each; changes (1, 0), (0, 0), (1, 1): means 1/2, 0, 1.
    found = panel(links({"a": [0, 1], "b": [1, 0], "c": [0, 0]}), links({"a": [1, 1], "b": [1, 0], "c": [1, 1]}), 4, 5)
    assert (found.before, found.after, found.difference) == pytest.approx((2 / 6, 5 / 6, 1 / 2))
    between = (1 - 3 / 5) * 0.25 / 3
    within = (1 - 2 / 4) * 0.5 / 2 / (3 * 5)
    df = (between + within) ** 2 / (between**2 / 2 + within**2 / 3)
    half = stats.t.ppf(0.975, df) * np.sqrt(between + within)
    assert (found.low, found.high) == pytest.approx((0.5 - half, min(1, 0.5 + half)))
    assert (found.questions, found.sources, found.design) == ((6, 6), (3, 3), "panel")


def test_only_pairs_answered_and_settled_in_both_rounds_count() -> None:
    was = links({"a": [0, 1, 1], "b": [1, 0, 0], "c": [0, 0, 1], "d": [None, None, None]})
    now = links({"a": [1, 1, None], "b": [1, 0, None], "c": [1, 1, None], "d": [1, 1, 1]})
    found = panel(was, now, 4, 5)
    assert (found.questions, found.sources) == ((6, 6), (3, 3))
    assert found.difference == pytest.approx(0.5)
    # An earlier pair that was not asked again is passed over.
    assert panel(was | {("gone", "t0"): 1}, now, 4, 5) == found


def test_a_level_that_is_none_is_told() -> None:
    questions = pd.DataFrame({"source": ["a"], "target": ["t0"], "eligible": [4]})
    with pytest.raises(UnknownName):
        compare_panel(questions, questions.assign(level="heard_of"), questions.assign(level="7"), frame_size=5)


def test_two_different_answers_are_not_settled_and_take_no_part() -> None:
    questions = pd.DataFrame({"source": ["a", "b", "c"], "target": ["t"] * 3, "eligible": [4] * 3})
    was = questions.assign(level="heard_of")
    now = pd.concat([questions.assign(level="information"), questions.iloc[:1].assign(level="heard_of")])
    assert compare_panel(questions, was, now, frame_size=5).questions == (2, 2)


def test_where_nothing_changed_the_interval_is_that_of_two_separate_rounds() -> None:
    same = links({"a": [0, 1], "b": [1, 0], "c": [0, 0]})
    found = panel(same, same, 4, 9)
    one = two_stage([1, 1, 0], [2] * 3, [4] * 3, 9)
    assert found.difference == 0
    assert found.high == pytest.approx(np.hypot(one.high - one.estimate, one.estimate - one.low)) == -found.low
    assert "No change that this many calls could show: about the same" in found.sentence
    assert "two rounds drawn apart" in found.sentence
    whole = panel(links({"a": [0, 1], "b": [1, 0]}), links({"a": [1, 1], "b": [1, 0]}), 2, 2)
    assert (whole.low, whole.difference, whole.high) == (0.25, 0.25, 0.25)


def test_the_strata_of_a_panel_are_weighted_as_in_the_estimate() -> None:
    # Two sources each of a small and of a large group; the small one changed, the large one hardly.
    was = links({"a": [0, 0], "b": [0, 1], "c": [0, 0], "d": [1, 0]})
    now = links({"a": [1, 1], "b": [0, 1], "c": [0, 0], "d": [1, 1]})
    questions = pd.DataFrame(list(now), columns=["source", "target"], dtype="str").assign(eligible=9)
    small = questions["source"].isin(["a", "b"])
    questions = questions.assign(
        stratum=np.where(small, "small", "large"),
        stratum_size=np.where(small, 2, 8),
        stratum_pairs=np.where(small, 18, 72),
    )
    rounds = [
        pd.DataFrame([(*pair, LEVEL[link]) for pair, link in said.items()], columns=["source", "target", "level"])
        for said in (was, now)
    ]
    found = compare_panel(questions, *rounds, frame_size=10, design="stratified")
    assert found.difference == pytest.approx(0.2 * 0.5 + 0.8 * 0.25)
    # The small group was taken whole: no between part. Changes (1, 1), (0, 0) and (0, 0), (0, 1).
    within = 0.64 * (1 - 2 / 9) * 0.5 / 2 / (2 * 8)
    between = 0.64 * (1 - 2 / 8) * 0.125 / 2
    df = (between + within) ** 2 / (between**2 / 1 + within**2 / 2)
    assert found.high == pytest.approx(min(1, 0.3 + stats.t.ppf(0.975, df) * np.sqrt(between + within)))
    alike = compare_panel(questions, *rounds, frame_size=10)
    one_group = questions.assign(stratum="all", stratum_size=10, stratum_pairs=90)
    assert compare_panel(one_group, *rounds, frame_size=10, design="stratified") == alike
    assert alike.difference == pytest.approx(3 / 8)


def test_a_stratum_of_a_panel_in_which_nothing_changed_is_not_taken_as_known() -> None:
    # Four of five contacts stand on "a" and "b", where nothing changed; the small group went up and down.
    was = links({"a": [0, 1], "b": [1, 0], "c": [0, 0], "d": [1, 0]})
    now = links({"a": [0, 1], "b": [1, 0], "c": [1, 0], "d": [1, 0]})
    questions = pd.DataFrame(list(now), columns=["source", "target"], dtype="str").assign(eligible=9)
    large = questions["source"].isin(["a", "b"])
    questions = questions.assign(
        stratum=np.where(large, "large", "small"),
        stratum_size=np.where(large, 8, 2),
        stratum_pairs=np.where(large, 72, 18),
    )
    rounds = [
        pd.DataFrame([(*pair, LEVEL[link]) for pair, link in said.items()], columns=["source", "target", "level"])
        for said in (was, now)
    ]
    found = compare_panel(questions, *rounds, frame_size=10, design="stratified")
    worth = 4 / 1.2
    floor = 0.64 * 2 / (worth + 2) / worth
    within = 0.04 * (1 - 2 / 9) * 0.5 / 2 / (2 * 2)
    df = (floor + within) ** 2 / (within**2 / 2)
    half = stats.t.ppf(0.975, df) * np.sqrt(floor + within)
    assert (found.low, found.high) == pytest.approx((0.2 * 0.25 - half, 0.2 * 0.25 + half))
    # Where the whole of the large group was asked, it is known that nothing changed there.
    whole = questions.assign(eligible=np.where(large, 2, 9), stratum_size=2, stratum_pairs=np.where(large, 4, 18))
    known = compare_panel(whole, *rounds, frame_size=4, design="stratified")
    small = (18 / 22) ** 2 * (1 - 2 / 9) * 0.5 / 2 / (2 * 2)
    assert known.high - known.difference == pytest.approx(stats.t.ppf(0.975, 2) * np.sqrt(small))


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ({"a": [None]}, {"a": [1]}, "No pair was answered in both rounds"),
        ({}, {}, "No pair was answered in both rounds"),
        ({"a": [0, 1]}, {"a": [1, 1]}, "fewer than two services"),
    ],
)
def test_too_little_for_a_panel(was, now, words) -> None:
    found = panel(links(was), links(now), 4, 5)
    assert (found.low, found.high) == (None, None)
    assert words in found.sentence


def test_a_frame_smaller_than_what_answered_is_told() -> None:
    both = links({"a": [0], "b": [1], "c": [0]})
    with pytest.raises(InputError, match="drew 3 services from a frame of 2"):
        panel(both, both, 4, 2)


WAS = [[1, 1, 1, 0], [0, 0, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1]]
NOW = [[1, 1, 1, 1], [0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 1]]


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 3), (3, 2)])
def test_over_all_possible_draws_the_difference_and_its_variance_are_unbiased(n, m) -> None:
    change = np.array(NOW) - np.array(WAS)
    differences, variances = [], []
    for sources in itertools.combinations(range(5), n):
        for picked in itertools.product(itertools.combinations(range(4), m), repeat=n):
            d = np.array([change[i, list(targets)] for i, targets in zip(sources, picked, strict=True)])
            differences.append(d.mean())
            counts = pd.DataFrame(
                {"asked": m, "eligible": 4, "mean": d.mean(axis=1), "spread": d.var(axis=1, ddof=1)}, dtype=float
            )
            parts = _paired_parts(counts, np.ones(n), 5)
            variances.append(float(parts.between + parts.within))
    assert np.mean(differences) == pytest.approx(change.mean(), abs=1e-12)
    assert np.mean(variances) == pytest.approx(np.var(differences), abs=1e-12)


def area(rng: np.random.Generator, population: int, share: float) -> np.ndarray:
    """Return links with an ICC of 0.2 by source and uneven popularity of targets."""
    own = np.clip(rng.beta(4 * share, 4 * (1 - share), population), 1e-9, 1 - 1e-9)
    odds = np.log(own / (1 - own))[:, None] + rng.normal(0, 0.7, population)
    made = rng.random(odds.shape) < 1 / (1 + np.exp(-odds))
    np.fill_diagonal(made, val=False)
    return made


def drawn(rng: np.random.Generator, population: int, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    sources = rng.permutation(population)[:n]
    keys = rng.random((n, population))
    keys[np.arange(n), sources] = 2
    return sources, np.argsort(keys, axis=1)[:, :m]


def within_the_bar(held: list[bool]) -> bool:
    cover = np.mean(held)
    margin = 1.96 * np.sqrt(cover * (1 - cover) / len(held))
    return bool(cover + margin >= 0.935 and cover - margin <= 0.975)


def test_the_interval_of_independent_rounds_covers_the_change() -> None:
    rng, population, n, m, held = np.random.default_rng(3), 60, 20, 4, []
    for _ in range(500):
        figures, truths = [], []
        for wanted in (0.4, 0.5):
            links_now = area(rng, population, wanted)
            sources, targets = drawn(rng, population, n, m)
            y = links_now[sources[:, None], targets].sum(axis=1)
            found = two_stage(y, np.full(n, m), np.full(n, population - 1), population)
            figures.append(share(float(found.estimate), float(found.low), float(found.high)))
            truths.append(links_now.sum() / (population * (population - 1)))
        change = compare(*figures)
        held.append(change.low <= truths[1] - truths[0] <= change.high)
    assert within_the_bar(held), np.mean(held)


def test_the_interval_of_a_panel_covers_the_change_and_is_narrower() -> None:
    rng, population, n, m, held, widths = np.random.default_rng(4), 40, 16, 4, [], []
    ids = np.array([f"s{number}" for number in range(population)])
    for _ in range(120):
        was = area(rng, population, 0.4)
        # A fifth of what is not linked becomes linked, a tenth is lost.
        now = np.where(was, rng.random(was.shape) < 0.9, rng.random(was.shape) < 0.2)
        np.fill_diagonal(now, val=False)
        sources, targets = drawn(rng, population, n, m)
        questions = pd.DataFrame(
            {"source": np.repeat(ids[sources], m), "target": ids[targets].ravel(), "eligible": population - 1}
        )
        answers = [
            questions.assign(level=np.where(found[sources[:, None], targets].ravel(), "information", "heard_of"))
            for found in (was, now)
        ]
        change = compare_panel(questions, *answers, frame_size=population)
        truth = (now.sum() - was.sum()) / (population * (population - 1))
        held.append(change.low <= truth <= change.high)
        widths.append(change.high - change.low)
    assert within_the_bar(held), np.mean(held)
    # Two independent rounds of this size would give about ±16 points.
    assert np.mean(widths) / 2 < 0.13


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.lists(st.tuples(*[st.sampled_from([None, 0, 1])] * 2), max_size=4), max_size=6
    ),
    st.integers(6, 9),
)
def test_never_nan_and_the_ends_hold_the_difference(said, population) -> None:
    was, now = ({source: [pair[k] for pair in pairs] for source, pairs in said.items()} for k in (0, 1))
    found = panel(links(was), links(now), 4, population)
    text = json.dumps(found.to_json(), allow_nan=False)
    assert "nan" not in text
    if found.low is not None:
        assert -1 <= found.low <= found.difference + 1e-12
        assert found.difference - 1e-12 <= found.high <= 1
        assert found.low < found.high or found.questions[0] == 4 * population
