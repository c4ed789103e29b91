"""The draw: exact numbers, never oneself, at random, and the same for ever."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.linkage import build_frame, draw

# From a plain sort of the raw stream (NumPy 2.4 and 1.26 agree), 22 November 2026. If this test fails, old rounds can
# no longer be drawn again: mend the code, not the list.
GOLDEN = [
    ("a00", "a09", 10),
    ("a00", "a08", 10),
    ("a00", "a07", 10),
    ("a04", "a01", 10),
    ("a04", "a06", 10),
    ("a04", "a10", 10),
    ("a07", "a11", 10),
    ("a07", "a09", 10),
    ("a07", "a02", 10),
    ("a09", "a05", 10),
    ("a09", "a02", 10),
    ("a09", "a00", 10),
]


def test_the_golden_draw(make_assets) -> None:
    frame = build_frame(make_assets(*[{"organisation": f"Org {n // 2}"} for n in range(12)]))
    drawn = draw(frame, sources=4, targets=3, seed=2026)
    assert list(drawn.pairs.itertuples(index=False, name=None)) == GOLDEN
    assert (drawn.design, drawn.seed, drawn.sources, drawn.targets) == ("independent", 2026, 4, 3)
    assert drawn.frame_sha256 == frame.sha256
    assert drawn.notes == ()


@st.composite
def areas(pick):
    number = pick(st.integers(4, 14))
    return [
        {
            "organisation": pick(st.sampled_from(["", "A", "a ", "B", "C"])),
            "phone": pick(st.sampled_from(["", f"01632 96{n:04d}", "01632 970000"])),
            "email": pick(st.sampled_from([f"s{n}@example.org", "desk@example.org"])),
        }
        for n in range(number)
    ]


# The fixture is a pure function, so sharing it between examples is sound.
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=areas(), data=st.data())
def test_a_draw_has_the_numbers_asked_and_never_asks_anyone_about_their_own(make_assets, rows, data) -> None:
    assets = make_assets(*rows)
    try:
        frame = build_frame(assets)
    except InputError:
        return
    n = data.draw(st.integers(1, len(frame.contacts)))
    m = data.draw(st.integers(1, max(frame.eligible_counts)))
    drawn = draw(frame, sources=n, targets=m, seed=data.draw(st.integers(0, 2**32)))
    pairs, by_id = drawn.pairs, assets.set_index("id")
    assert pairs["source"].nunique() == n
    assert not pairs.duplicated(["source", "target"]).any()
    for source, group in pairs.groupby("source"):
        assert len(group) == min(m, len(frame.eligible(source)))
        assert (group["eligible"] == len(frame.eligible(source))).all()
    for source, target in zip(pairs["source"], pairs["target"], strict=True):
        one, other = by_id.loc[source], by_id.loc[target]
        assert source != target
        assert not one["phone"] or one["phone"] != other["phone"]
        assert one["email"] != other["email"]
        organisation = one["organisation"].strip().casefold()
        assert not organisation or organisation != other["organisation"].strip().casefold()
    short = any(len(frame.eligible(source)) < m for source in set(pairs["source"]))
    assert bool(drawn.notes) == short


def test_every_source_and_every_target_is_as_likely_as_any_other(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 5))
    tables = [draw(frame, sources=2, targets=2, seed=seed).pairs for seed in range(2_000)]
    pairs = Counter(pd.concat(tables)[["source", "target"]].itertuples(index=False, name=None))
    # Each of the 20 ordered pairs is drawn with probability 2/5 · 2/4; 400 times, give or take 5 standard deviations.
    assert len(pairs) == 20
    assert all(abs(count - 400) < 5 * (2_000 * 0.2 * 0.8) ** 0.5 for count in pairs.values())
    # The targets of two sources are drawn independently: a draw in which both are asked about the same two turns up.
    assert any(set(t["target"][:2]) == set(t["target"][2:]) for t in tables)


def test_another_seed_gives_another_draw_and_the_same_seed_the_same(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 10))
    first, again, other = (draw(frame, sources=5, targets=3, seed=seed).pairs for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)
    assert list(first["source"].unique()) == sorted(first["source"].unique())


def test_sources_with_too_few_targets_give_what_they_have_and_it_is_said(make_assets) -> None:
    frame = build_frame(make_assets({}, *[{"organisation": "Big"}] * 4))
    drawn = draw(frame, sources=5, targets=3, seed=0)
    assert drawn.pairs.groupby("source").size().tolist() == [3, 1, 1, 1, 1]
    (note,) = drawn.notes
    assert note.startswith("4 services can be asked about fewer than 3 others, and will be asked about all of them:")
    assert note.endswith("7 questions instead of 15.")


@pytest.mark.parametrize(
    ("sources", "targets", "seed", "words"),
    [
        (30, 2, 1, "You asked for 30 sources; 6 services can be contacted. Ask for 6 or fewer."),
        (0, 2, 1, "You asked for 0 sources. Ask for 1 to 6."),
        (2, 6, 1, "You asked for 6 targets each; no service can be asked about more than 5. Ask for 5 or fewer."),
        (2, 0, 1, "You asked for 0 targets each. Ask for 1 to 5."),
        (2, 2, -1, "The seed is -1. Give a whole number from 0"),
    ],
)
def test_impossible_wishes_are_answered_with_the_numbers(make_assets, sources, targets, seed, words) -> None:
    frame = build_frame(make_assets(*[{}] * 6))
    with pytest.raises(InputError, match=words):
        draw(frame, sources=sources, targets=targets, seed=seed)
