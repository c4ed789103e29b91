"""The balanced draw: everybody asks, everybody is asked about equally often, and all pairs are alike."""

from collections import Counter
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.linkage import build_frame
from rosc_map.linkage.balanced import balanced, even_out


def flow(may, counts, cap: int) -> int:
    """Return how many questions fit where no target may have more than the cap: NetworkX's max-flow, not ours."""
    graph = nx.DiGraph()
    for row, count in enumerate(counts):
        graph.add_edge("start", ("source", row), capacity=int(count))
    for row, column in np.argwhere(may):
        graph.add_edge(("source", int(row)), ("target", int(column)), capacity=1)
    for column in range(may.shape[1]):
        graph.add_edge(("target", column), "end", capacity=cap)
    return int(nx.maximum_flow_value(graph, "start", "end")) if "end" in graph and "start" in graph else 0


def random_case(sources: int, targets: int, wanted: int, share: float, seed: int):
    rng = np.random.default_rng(seed)
    may = rng.random((sources, targets)) < share
    asked = np.zeros_like(may)
    for row in range(sources):
        open_to = np.flatnonzero(may[row])
        asked[row, rng.permutation(open_to)[:wanted]] = True
    return asked, may


@given(
    sources=st.integers(1, 9),
    targets=st.integers(1, 9),
    wanted=st.integers(1, 4),
    share=st.sampled_from([0.2, 0.4, 0.7, 1.0]),
    seed=st.integers(0, 10_000),
)
def test_no_choice_is_more_even_says_the_max_flow_of_networkx(sources, targets, wanted, share, seed) -> None:
    asked, may = random_case(sources, targets, wanted, share, seed)
    before = asked.copy()
    evened = even_out(asked, may)
    assert (asked == before).all()
    assert not (evened & ~may).any()
    counts = asked.sum(axis=1)
    assert (evened.sum(axis=1) == counts).all()
    uses, total = evened.sum(axis=0), int(counts.sum())
    # The most cannot be less: with one less for each, not all questions fit.
    assert uses.max() == 0 or flow(may, counts, int(uses.max()) - 1) < total
    # The least cannot be more: with one more for each, some target would stay short.
    assert flow(may, counts, int(uses.min()) + 1) < targets * (int(uses.min()) + 1)


def test_in_the_middle_too_no_choice_is_more_even_by_counting_all() -> None:
    uneven = 0
    for seed in range(60):
        asked, may = random_case(4, 4, 2, 0.6, seed)
        rows = [
            [
                row
                for row in product([False, True], repeat=4)
                if sum(row) == asked[r].sum() and not (row & ~may[r]).any()
            ]
            for r in range(4)
        ]
        best = min(int((np.sum(choice, axis=0) ** 2).sum()) for choice in product(*rows))
        uses = even_out(asked, may).sum(axis=0)
        assert int((uses**2).sum()) == best
        uneven += int(uses.max() - uses.min()) > 1
    # The frames are such that many cannot be even, or this would show little.
    assert uneven > 10


@pytest.mark.parametrize("seed", range(5))
def test_where_nobody_is_left_out_every_asset_is_asked_about_m_times(make_assets, seed) -> None:
    frame = build_frame(make_assets(*[{}] * 30))
    drawn = balanced(frame, targets=4, seed=seed)
    assert drawn.pairs["target"].value_counts().tolist() == [4] * 30
    assert drawn.pairs.groupby("source").size().tolist() == [4] * 30
    assert (drawn.design, drawn.sources, drawn.targets, drawn.seed, drawn.reserves) == ("balanced", 30, 4, seed, 0)
    assert drawn.frame_sha256 == frame.sha256
    assert drawn.notes == ()
    assert list(drawn.pairs["source"].unique()) == list(frame.contacts)


def test_shared_contacts_and_organisations_are_kept_and_the_rest_is_even(make_assets) -> None:
    rows = [{"organisation": f"Org {n // 3}"} for n in range(18)] + [{"phone": "01632 970000"}] * 3
    frame = build_frame(make_assets(*rows))
    pairs = balanced(frame, targets=5, seed=11).pairs
    assert not pairs.duplicated(["source", "target"]).any()
    for source, group in pairs.groupby("source"):
        assert set(group["target"]) <= set(frame.eligible(source))
        assert set(group["eligible"]) == {len(frame.eligible(source))}
        assert len(group) == 5
    # 19 contacts ask 95 questions about 21 assets.
    assert sorted(pairs["target"].value_counts()) == [4] * 10 + [5] * 11
    assert pairs[["source_reserve", "target_reserve"]].eq(0).all(axis=None)
    assert pairs["stratum"].eq("").all()
    assert pairs["stratum_size"].tolist() == [None] * len(pairs)


def test_what_exclusions_prevent_is_said_with_the_numbers(make_assets) -> None:
    # Only a00 may be asked about the four of one organisation, and they only about a00.
    frame = build_frame(make_assets({}, *[{"organisation": "Big"}] * 4))
    drawn = balanced(frame, targets=2, seed=0)
    short, uneven, leaning = drawn.notes
    assert short.startswith("4 services can be asked about fewer than 2 others")
    assert uneven == (
        "Nobody is asked about their own organisation or contact, so not all services can be asked about as often:"
        " 0 times at least, 4 times at most."
    )
    assert drawn.pairs["target"].value_counts()["a00"] == 4
    # By chance a00 would be asked about 4 times of 6, where 1.2 is the even share: 2.8 of 6.
    assert "about 47 % of the questions are other than chance would have them" in leaning


def test_a_large_organisation_makes_the_figure_lean_and_a_small_one_does_not(make_assets) -> None:
    for size, said in ((2, False), (15, True)):
        frame = build_frame(make_assets(*[{"organisation": "Big"}] * size, *[{}] * (30 - size)))
        drawn = balanced(frame, targets=4, seed=1)
        assert drawn.pairs["target"].value_counts().tolist() == [4] * 30
        assert any("the independent design is the better one" in note for note in drawn.notes) == said


def test_all_pairs_are_equally_likely_and_so_are_all_places_in_the_order(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 6))
    runs = 300
    tables = [balanced(frame, targets=2, seed=seed).pairs for seed in range(runs)]
    pairs = Counter(pd.concat(tables)[["source", "target"]].itertuples(index=False, name=None))
    assert len(pairs) == 30
    # Each of the 30 ordered pairs has probability 2/5, within 5 standard deviations.
    assert all(abs(count - runs * 0.4) < 5 * (runs * 0.4 * 0.6) ** 0.5 for count in pairs.values())
    first = Counter(row for table in tables for row in table.drop_duplicates("source")["target"])
    # Each asset stands first for 1 of the 6 sources in the mean; counts in one draw are no more spread than a coin's.
    assert all(abs(count - runs) < 5 * runs**0.5 for count in first.values())


def test_two_pairs_of_one_source_are_as_likely_together_as_by_simple_random_sampling(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 5))
    runs = 300
    together = Counter(
        tuple(sorted(table.loc[table["source"] == "a02", "target"]))
        for table in (balanced(frame, targets=2, seed=seed).pairs for seed in range(runs))
    )
    # Six sets of two among four others.
    assert len(together) == 6
    assert all(abs(count - runs / 6) < 5 * (runs / 6 * 5 / 6) ** 0.5 for count in together.values())


def test_the_same_seed_gives_the_same_draw_whatever_the_order_of_the_table(make_assets) -> None:
    assets = make_assets(*[{"organisation": f"Org {n // 2}"} for n in range(12)])
    first = balanced(build_frame(assets), targets=3, seed=4).pairs
    assert balanced(build_frame(assets[::-1]), targets=3, seed=4).pairs.equals(first)
    assert not balanced(build_frame(assets), targets=3, seed=5).pairs.equals(first)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"targets": 6}, "You asked for 6 targets each; no service can be asked about more than 5. Ask for 5 or fewer"),
        ({"targets": 0}, "You asked for 0 targets each. Ask for 1 to 5."),
        ({"seed": -3}, "The seed is -3. Give a whole number from 0"),
    ],
)
def test_impossible_wishes_are_answered_with_the_numbers(make_assets, arguments, words) -> None:
    with pytest.raises(InputError, match=words):
        balanced(build_frame(make_assets(*[{}] * 6)), **({"targets": 2, "seed": 1} | arguments))
