"""The draws of contacts and groups: exact numbers, never oneself, at random, and the same for ever."""

import json
import math
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosc_map.errors import InputError, UnknownName
from rosc_map.linkage import build_frame, draw
from rosc_map.linkage.balanced import balanced
from rosc_map.linkage.draw import PAIR_COLUMNS
from rosc_map.linkage.random_keys import smallest, stream_of
from rosc_map.linkage.strata import allocate

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

# The fixture is a pure function, so sharing it between examples is sound.
drawn_often = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def first_draw(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[(pairs["source_reserve"] == 0) & (pairs["target_reserve"] == 0)]


def triples(pairs: pd.DataFrame) -> list[tuple[str, str, int]]:
    return list(pairs[["source", "target", "eligible"]].itertuples(index=False, name=None))


def rows_of(pairs: pd.DataFrame) -> list[list[object]]:
    return [list(row) for row in pairs.itertuples(index=False, name=None)]


@pytest.mark.parametrize("reserves", [None, 0, 3, 100])
def test_the_golden_first_draw_whatever_the_reserves(make_assets, reserves) -> None:
    frame = build_frame(make_assets(*[{"organisation": f"Org {n // 2}"} for n in range(12)]))
    drawn = draw(frame, sources=4, targets=3, seed=2026, reserves=reserves)
    assert triples(first_draw(drawn.pairs)) == GOLDEN
    assert (drawn.design, drawn.seed, drawn.sources, drawn.targets) == ("independent", 2026, 4, 3)
    assert drawn.frame_sha256 == frame.sha256
    assert drawn.notes == (("You asked for 100 reserve contacts; 8 could be drawn.",) if reserves == 100 else ())
    assert drawn.reserves == {None: 1, 0: 0, 3: 3, 100: 8}[reserves]


def test_the_golden_draws_of_all_designs(make_assets) -> None:
    golden = json.loads((Path(__file__).parent / "golden_draws.json").read_text(encoding="utf-8"))
    frame = build_frame(make_assets(*golden["assets"]))
    assert (frame.sha256, list(frame.contacts)) == (golden["frame_sha256"], golden["contacts"])
    assert golden["columns"] == list(PAIR_COLUMNS)
    for case in golden["draws"]:
        drawn = (balanced if case["design"] == "balanced" else draw)(frame, **case["arguments"])
        assert drawn.design == case["design"]
        assert list(drawn.notes) == case["notes"]
        assert rows_of(drawn.pairs) == case["pairs"], case["design"]


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


def frame_of(assets: pd.DataFrame):
    try:
        return build_frame(assets)
    except InputError:
        return None


@drawn_often
@given(rows=areas(), data=st.data())
def test_a_draw_has_the_numbers_asked_and_never_asks_anyone_about_their_own(make_assets, rows, data) -> None:
    assets = make_assets(*rows)
    if (frame := frame_of(assets)) is None:
        return
    n = data.draw(st.integers(1, len(frame.contacts)))
    m = data.draw(st.integers(1, max(frame.eligible_counts)))
    reserves = data.draw(st.none() | st.integers(0, 6))
    drawn = draw(frame, sources=n, targets=m, seed=data.draw(st.integers(0, 2**32)), reserves=reserves)
    pairs, by_id = drawn.pairs, assets.set_index("id")
    wished = math.ceil(n / 5) if reserves is None else reserves
    assert drawn.reserves == min(wished, len(frame.contacts) - n)
    extra = math.ceil(m / 5) if wished else 0
    assert not pairs.duplicated(["source", "target"]).any()
    assert pairs["stratum"].eq("").all()
    assert pairs["stratum_size"].tolist() == pairs["stratum_pairs"].tolist() == [None] * len(pairs)
    for source, group in pairs.groupby("source"):
        asked = min(m + extra, len(frame.eligible(source)))
        assert group["target_reserve"].tolist() == [max(0, k - m) for k in range(1, asked + 1)]
        assert (group["eligible"] == len(frame.eligible(source))).all()
    by_source = pairs.groupby("source", sort=False)["source_reserve"].agg(["min", "max"])
    assert by_source["min"].tolist() == by_source["max"].tolist() == [0] * n + list(range(1, drawn.reserves + 1))
    assert list(by_source.index[:n]) == sorted(by_source.index[:n])
    for source, target in zip(pairs["source"], pairs["target"], strict=True):
        one, other = by_id.loc[source], by_id.loc[target]
        assert source != target
        assert not one["phone"] or one["phone"] != other["phone"]
        assert one["email"] != other["email"]
        organisation = one["organisation"].strip().casefold()
        assert not organisation or organisation != other["organisation"].strip().casefold()
    short = any(len(frame.eligible(source)) < m for source in by_source.index[:n])
    assert any("can be asked about fewer" in note for note in drawn.notes) == short


@drawn_often
@given(rows=areas(), data=st.data())
def test_a_draw_by_groups_has_its_numbers_in_every_group(make_assets, rows, data) -> None:
    if (frame := frame_of(make_assets(*rows))) is None:
        return
    names = st.sampled_from(["north", "south", " south ", "", "west"])
    strata = {contact: data.draw(names) for contact in frame.contacts if data.draw(st.booleans())}
    group_of = {contact: strata.get(contact, "").strip() or "not recorded" for contact in frame.contacts}
    sizes = Counter(group_of.values())
    least = sum(min(2, size) for size in sizes.values())
    n = data.draw(st.integers(least, len(frame.contacts)))
    m = data.draw(st.integers(1, max(frame.eligible_counts)))
    allocation = data.draw(st.sampled_from(["proportional", "equal"]))
    reserves = data.draw(st.none() | st.integers(0, 6))
    drawn = draw(frame, sources=n, targets=m, seed=1, reserves=reserves, strata=strata, allocation=allocation)
    assert drawn.design == "stratified"
    pairs = drawn.pairs
    assert first_draw(pairs)["source"].nunique() == n
    assert pairs["stratum"].tolist() == [group_of[source] for source in pairs["source"]]
    shares = dict(zip(sorted(sizes), allocate([sizes[name] for name in sorted(sizes)], n, allocation), strict=True))
    wished = math.ceil(n / 5) if reserves is None else reserves
    kept = 0
    for name, group in pairs.groupby("stratum"):
        assert set(group["stratum_size"]) == {sizes[name]}
        assert set(group["stratum_pairs"]) == {
            sum(len(frame.eligible(contact)) for contact in frame.contacts if group_of[contact] == name)
        }
        orders = group.groupby("source", sort=False)["source_reserve"].first().tolist()
        spare = min(math.ceil(wished * shares[name] / n), sizes[name] - shares[name])
        assert spare >= 1 or not wished or shares[name] == sizes[name]
        assert orders == [0] * shares[name] + list(range(1, spare + 1))
        kept += spare
    assert drawn.reserves == kept


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    allocation=st.sampled_from(["proportional", "equal"]),
    data=st.data(),
)
def test_an_allocation_is_as_fair_as_whole_numbers_allow(sizes, allocation, data) -> None:
    least = [min(2, size) for size in sizes]
    n = data.draw(st.integers(sum(least), sum(sizes)))
    shares = allocate(sizes, n, allocation)
    assert sum(shares) == n
    assert all(low <= share <= size for low, share, size in zip(least, shares, sizes, strict=True))
    if allocation == "equal":
        # Nobody who could have one more has less by two than anybody else.
        assert all(share >= max(shares) - 1 for share, size in zip(shares, sizes, strict=True) if share < size)
        return
    free = [place for place, share in enumerate(shares) if share > least[place]]
    left, total = sum(shares[place] for place in free), sum(sizes[place] for place in free)
    assert all(abs(shares[place] - left * sizes[place] / total) < 1 for place in free)
    quota = [n * size / sum(sizes) for size in sizes]
    if min(quota) >= 2:
        assert all(math.floor(part) <= share <= math.ceil(part) for part, share in zip(quota, shares, strict=True))


@pytest.mark.parametrize(
    ("sizes", "sources", "proportional", "equal"),
    [
        # By hand: 20 of 100 are 10, 6 and 4.
        ([50, 30, 20], 20, [10, 6, 4], [7, 7, 6]),
        # 5.49, 3.30, 1.10 and 0.11: the last two get their least, 2 and 1; the other 7 are 4.375 and 2.625.
        ([50, 30, 10, 1], 10, [4, 3, 2, 1], [3, 3, 3, 1]),
        ([4, 1], 3, [2, 1], [2, 1]),
        # The remainders are alike: the larger group first, then by name.
        ([5, 5], 5, [3, 2], [3, 2]),
        ([3, 3, 3], 9, [3, 3, 3], [3, 3, 3]),
    ],
)
def test_allocations_by_hand(sizes, sources, proportional, equal) -> None:
    assert allocate(sizes, sources, "proportional") == proportional
    assert allocate(sizes, sources, "equal") == equal


def test_every_source_and_every_target_is_as_likely_as_any_other(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 5))
    runs = 500
    tables = [draw(frame, sources=2, targets=2, seed=seed, reserves=0).pairs for seed in range(runs)]
    pairs = Counter(pd.concat(tables)[["source", "target"]].itertuples(index=False, name=None))
    # Each of the 20 ordered pairs is drawn with probability 2/5 · 2/4, give or take 5 standard deviations.
    assert len(pairs) == 20
    assert all(abs(count - runs * 0.2) < 5 * (runs * 0.2 * 0.8) ** 0.5 for count in pairs.values())
    # The targets of two sources are drawn independently: a draw in which both are asked about the same two turns up.
    assert any(set(t["target"][:2]) == set(t["target"][2:]) for t in tables)


def test_in_groups_every_source_is_as_likely_as_any_other_of_its_group(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 7))
    strata = {contact: "big" if contact < "a04" else "small" for contact in frame.contacts}
    runs = 300
    chosen, spare = Counter[str](), Counter[str]()
    for seed in range(runs):
        pairs = draw(frame, sources=5, targets=1, seed=seed, strata=strata, allocation="equal", reserves=1).pairs
        once = pairs.drop_duplicates("source")
        chosen.update(once.loc[once["source_reserve"] == 0, "source"])
        spare.update(once.loc[once["source_reserve"] == 1, "source"])
    for counts, of_big, of_small in ((chosen, 3 / 4, 2 / 3), (spare, 1 / 4, 1 / 3)):
        for contact in frame.contacts:
            p = of_big if strata[contact] == "big" else of_small
            assert abs(counts[contact] - runs * p) < 5 * (runs * p * (1 - p)) ** 0.5


def test_another_seed_gives_another_draw_and_the_same_seed_the_same(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 10))
    first, again, other = (draw(frame, sources=5, targets=3, seed=seed).pairs for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_the_first_reserves_are_the_same_however_many_are_drawn(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 10))
    few, many = (draw(frame, sources=4, targets=2, seed=3, reserves=number).pairs for number in (2, 5))
    assert few.equals(many[: len(few)])


def test_one_group_is_the_independent_draw_and_that_is_said(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 8))
    grouped = draw(frame, sources=4, targets=2, seed=7, strata={})
    plain = draw(frame, sources=4, targets=2, seed=7)
    assert triples(grouped.pairs) == triples(plain.pairs)
    assert grouped.notes == (
        "All contacts are in one group (not recorded), so this is the same as a draw without groups.",
    )


def test_groups_with_one_contact_are_named(make_assets) -> None:
    frame = build_frame(make_assets(*[{}] * 5))
    one = draw(frame, sources=3, targets=1, seed=0, strata={"a00": "Lone"})
    assert one.notes == ("One group has only one contact, which is drawn for certain: Lone.",)
    two = draw(frame, sources=4, targets=1, seed=0, strata={"a00": "Lone", "a01": "Alone"})
    assert two.notes == ("2 groups have only one contact each, which is drawn for certain: Alone, Lone.",)
    assert {"a00", "a01"} <= set(first_draw(two.pairs)["source"])


def test_sources_with_too_few_targets_give_what_they_have_and_it_is_said(make_assets) -> None:
    frame = build_frame(make_assets({}, *[{"organisation": "Big"}] * 4))
    drawn = draw(frame, sources=5, targets=3, seed=0)
    assert first_draw(drawn.pairs).groupby("source").size().tolist() == [3, 1, 1, 1, 1]
    # The only one with a target to spare has a reserve question.
    assert drawn.pairs.loc[drawn.pairs["target_reserve"] == 1, "source"].tolist() == ["a00"]
    (note,) = drawn.notes
    assert note.startswith("4 services can be asked about fewer than 3 others, and will be asked about all of them:")
    assert note.endswith("7 questions instead of 15.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sources": 30}, "You asked for 30 sources; 6 services can be contacted. Ask for 6 or fewer."),
        ({"sources": 0}, "You asked for 0 sources. Ask for 1 to 6."),
        ({"targets": 6}, "You asked for 6 targets each; no service can be asked about more than 5. Ask for 5 or fewer"),
        ({"targets": 0}, "You asked for 0 targets each. Ask for 1 to 5."),
        ({"seed": -1}, "The seed is -1. Give a whole number from 0"),
        ({"seed": 2**53}, "The seed is 9007199254740992. Give a whole number from 0 to 9007199254740991"),
        ({"reserves": -1}, "You asked for -1 reserves. Ask for 0 or more."),
        (
            {"strata": {"a00": "A", "a01": "A", "a02": "B"}, "sources": 4},
            r"4 sources in 3 groups; 2 from each group \(one where it has only one\) make 5. Ask for 5 or more, or",
        ),
    ],
)
def test_impossible_wishes_are_answered_with_the_numbers(make_assets, arguments, words) -> None:
    frame = build_frame(make_assets(*[{}] * 6))
    with pytest.raises(InputError, match=words):
        draw(frame, **({"sources": 2, "targets": 2, "seed": 1} | arguments))


def test_an_unknown_way_to_share_out_is_answered_with_the_known(make_assets) -> None:
    with pytest.raises(UnknownName, match="'fair' is not a way to share the sources out.*proportional, equal"):
        draw(build_frame(make_assets(*[{}] * 6)), sources=4, targets=1, seed=1, strata={}, allocation="fair")


def test_the_stream_moves_on_by_the_candidates_however_many_are_wanted() -> None:
    stream = stream_of(5)
    assert smallest(stream, 6, 0) == []
    assert stream.random_raw() == stream_of(5).random_raw(7)[-1]
