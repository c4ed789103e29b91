"""Linkage by distance: the bands, the test beside the exact one of all shufflings, and what is left out."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from rosc_map.linkage.distance import by_distance

Links = dict[tuple[str, str], int | None]


def round_of(links: Links) -> tuple[pd.DataFrame, pd.DataFrame]:
    questions = pd.DataFrame(list(links), columns=["source", "target"], dtype="str")
    told = [(*pair, "information" if link else "heard_of") for pair, link in links.items() if link is not None]
    return questions, pd.DataFrame(told, columns=["source", "target", "level"], dtype="str")


def on_a_line(**metres: float) -> pd.DataFrame:
    return pd.DataFrame({"easting": metres, "northing": dict.fromkeys(metres, 0.0)})


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_each_band_begins_where_the_one_before_ends() -> None:
    ends = {"t0": 0, "t1": 1_999.9, "t2": 2_000, "t3": 4_999.9, "t4": 5_000, "t5": 9_999.9, "t6": 10_000, "t7": 300_000}
    found = by_distance(*round_of({("s", target): 1 for target in ends}), on_a_line(s=0, **ends), rng=rng())
    assert found.bands["band"].tolist() == ["under 2 km", "2 to 5 km", "5 to 10 km", "10 km and more"]
    assert found.bands["answered"].tolist() == [2, 2, 2, 2]
    assert found.bands["note"].tolist() == ["too few"] * 4
    assert found.bands["share"].tolist() == [None] * 4


def test_a_band_with_enough_has_its_share_and_interval() -> None:
    links: Links = {(f"s{i}", f"t{j}"): int(i > j) for i in range(4) for j in range(2)}
    links |= {("s0", "far"): None}
    points = on_a_line(**{f"s{i}": 0 for i in range(4)}, t0=100, t1=200, far=8_000)
    found = by_distance(*round_of(links), points, rng=rng())
    near = found.bands.iloc[0]
    low, high = proportion_confint(4 * 5 / 8, 4, method="wilson")
    assert near.to_dict() == {
        "band": "under 2 km", "answered": 8, "linked": 5, "share": 5 / 8,
        "low": pytest.approx(low), "high": pytest.approx(high), "note": "",
    }  # fmt: skip
    assert found.bands["note"].tolist()[1:] == ["not tested"] * 3
    json.dumps(found.to_json(), allow_nan=False)


def test_distance_is_straight_and_in_metres() -> None:
    points = pd.DataFrame({"easting": {"s": 0.0, "t": 3_000.0}, "northing": {"s": 0.0, "t": 4_000.0}})
    found = by_distance(*round_of({("s", "t"): 1}), points, rng=rng())
    assert found.bands["answered"].tolist() == [0, 0, 1, 0]


def test_the_test_is_near_the_exact_one_of_all_shufflings() -> None:
    metres = {"a": [1_000, 2_000, 4_000, 9_000], "b": [500, 3_000, 7_000], "c": [100, 200]}
    said = {"a": [1, 1, 0, 0], "b": [1, 0, 1], "c": [1, 1]}
    points = on_a_line(
        **dict.fromkeys(metres, 0), **{f"{s}{k}": far for s in metres for k, far in enumerate(metres[s])}
    )
    links: Links = {(s, f"{s}{k}"): link for s in said for k, link in enumerate(said[s])}
    found = by_distance(*round_of(links), points, rng=rng())

    def statistic(marks: dict[str, tuple[int, ...]]) -> float:
        top = bottom = 0.0
        for source in ("a", "b"):
            far, mark = np.array(metres[source]), np.array(marks[source], dtype=bool)
            weight = mark.sum() * (~mark).sum() / len(mark)
            top += weight * (far[~mark].mean() - far[mark].mean())
            bottom += weight
        return top / bottom

    observed = statistic({source: tuple(marks) for source, marks in said.items()})
    every = [
        statistic({"a": a, "b": b})
        for a in itertools.permutations(said["a"])
        for b in itertools.permutations(said["b"])
    ]
    exact = np.mean(np.array(every) >= observed - 1e-6)
    assert 0.05 < exact < 0.5
    assert found.difference == pytest.approx(observed)
    assert found.p == pytest.approx(exact, abs=5 * np.sqrt(exact * (1 - exact) / 9_999))
    # The third service was linked with all: it cannot tell.
    assert found.sources == 2


def spread(sources: int, linked, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return a round of six questions a source, linked by a chance that depends on source and metres."""
    chance = np.random.default_rng(seed)
    far = chance.uniform(0, 20_000, (sources, 6))
    points = on_a_line(
        **{f"s{i}": 0 for i in range(sources)}, **{f"t{i}_{k}": far[i, k] for i in range(sources) for k in range(6)}
    )
    links: Links = {
        (f"s{i}", f"t{i}_{k}"): int(chance.random() < linked(i, far[i, k])) for i in range(sources) for k in range(6)
    }
    return *round_of(links), points


def test_a_fall_is_found_and_said_with_its_size() -> None:
    found = by_distance(*spread(40, lambda source, far: 0.9 if far < 8_000 else 0.2), rng=rng())
    assert found.p == 1 / 10_000
    assert found.difference > 4_000
    assert f"were {found.difference / 1000:.1f} km farther off on average" in found.sentences[0]
    assert "about 1 of 1,000 cases, or fewer" in found.sentences[0]
    assert by_distance(*spread(40, lambda source, far: 0.9 if far < 8_000 else 0.2), rng=rng()).p == found.p


def test_a_rise_is_no_fall() -> None:
    found = by_distance(*spread(40, lambda source, far: 0.2 if far < 8_000 else 0.9), rng=rng())
    assert found.p > 0.99
    assert found.sentences[0].startswith("These answers do not show that linkage falls with distance")


def test_well_informed_services_in_the_middle_are_no_effect_of_distance() -> None:
    # Every other service knows nearly all, and is asked about near ones; the others know few, and are asked about far.
    ps = []
    for seed in range(60):
        questions, answers, points = spread(20, lambda source, far: 0.8 if source % 2 else 0.2, seed)
        middle = points.index.str.match(r"t\d*[13579]_")
        points.loc[middle, "easting"] /= 10
        ps.append(by_distance(questions, answers, points, rng=np.random.default_rng(seed), permutations=199).p)
    # 10 % of 60 is 6, give or take 3 standard deviations; a test that mixes the sources would find nearly all.
    assert sum(p <= 0.1 for p in ps) <= 13
    assert 0.35 < np.mean(ps) < 0.65


def test_what_has_no_place_is_left_out_and_counted() -> None:
    links: Links = {("s", "t"): 1, ("s", "unknown"): 1, ("s", "empty"): 0, ("s", "not_asked"): None}
    found = by_distance(*round_of(links), on_a_line(s=0, t=100, empty=float("nan")), rng=rng())
    assert (found.left_out, found.bands["answered"].sum()) == (2, 1)
    assert (
        "2 answers are left out, because the place of one of the services is not known or not shown."
        in found.sentences[-1]
    )


@pytest.mark.parametrize("links", [{}, {("s", "t"): None}, {("s", "t"): 1}, {("s", "t"): 1, ("s", "u"): 1}])
def test_nothing_to_tell_is_said(links) -> None:
    found = by_distance(*round_of(links), on_a_line(s=0, t=1, u=5_000), rng=rng())
    assert (found.difference, found.p, found.sources) == (None, None, 0)
    assert "cannot be told" in found.sentences[0]
    assert "NaN" not in json.dumps(found.to_json(), allow_nan=False)
