"""Where one more would help most: equal to greed by brute force, and at least 63 % of the best by enumeration."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.places import Places, places
from rosc_map.gaps.reach import nearest
from rosc_map.gaps.sites import best_sites
from rosc_map.place import area_lookup, postcodes_in


def made(points, weight=None, names=None):
    names = names or [f"A1 {number:03}" for number in range(len(points))]
    same = np.array(["x"] * len(points), dtype=object)
    eastings, northings = np.array(points, dtype=float).reshape(-1, 2).T
    weight = None if weight is None else np.array(weight, dtype=float)
    return Places(np.array(names, dtype=object), eastings, northings, same, same, weight, "Made up.")


def brute(here, cost, radius, number):
    """Greed that tries every place: (postcode, gain) of each choice."""
    weight = np.ones(len(here)) if here.weight is None else here.weight
    left, chosen = cost > radius, []
    apart = here.points[:, None] - here.points[None]
    near = (apart**2).sum(axis=2) <= radius**2
    for _ in range(number):
        gains = (near & left) @ weight
        if not len(gains) or not gains.max():
            break
        best = min(np.flatnonzero(gains == gains.max()), key=lambda place: here.postcode[place])
        chosen.append((here.postcode[best], gains[best]))
        left &= ~near[best]
    return chosen


@st.composite
def cases(draw):
    size = draw(st.integers(1, 60))
    # Small numbers, so that many are just on the edge, in one place, or as good as another.
    metre = st.integers(0, draw(st.sampled_from([3, 12, 200, 20_000])))
    points = draw(st.lists(st.tuples(metre, metre), min_size=size, max_size=size))
    weight = draw(st.none() | st.lists(st.integers(0, 5), min_size=size, max_size=size))
    names = draw(st.permutations([f"A1 {number:03}" for number in range(size)]))
    standing = draw(st.lists(st.tuples(metre, metre), max_size=2))
    return (
        made(points, weight, names),
        np.array(standing, dtype=float).reshape(-1, 2),
        draw(st.sampled_from([1, 2.5, 5, 37, 1_000])),
    )


@given(cases())
def test_it_equals_greed_by_brute_force(case):
    here, standing, radius = case
    cost = nearest(here, standing)
    found = best_sites(here, cost, radius=radius, number=4)
    assert list(zip(found["postcode"], found["gain"], strict=True)) == brute(here, cost, radius, 4)


@pytest.mark.parametrize(("radius", "weighted"), [(400, False), (1_600, True), (5_000, False), (30_000, True)])
def test_it_equals_greed_by_brute_force_on_real_places(radius, weighted):
    lookup = area_lookup(["E06000001"])
    hartlepool = places(postcodes_in(lookup["local_authority_code"]), lookup, "upper")
    people = np.random.default_rng(4).integers(0, 90, len(hartlepool))
    here = made(hartlepool.points, people if weighted else None, hartlepool.postcode.tolist())
    cost = nearest(here, here.points[[5]])
    found = best_sites(here, cost, radius=radius, number=3)
    assert list(zip(found["postcode"], found["gain"], strict=True)) == brute(here, cost, radius, 3)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=9),
    st.sampled_from([1, 2, 3]),
)
def test_it_has_at_least_63_per_cent_of_the_best_by_enumeration(points, number):
    here = made(points)
    found = best_sites(here, np.full(len(here), np.inf), radius=2, number=number)
    near = [{b for b, q in enumerate(points) if (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 <= 4} for p in points]
    best = max(len(set().union(*chosen)) for chosen in combinations(near, min(number, len(near))))
    assert (1 - 1 / np.e) * best <= found["gain"].sum() <= best
    assert found["gain"].iloc[0] == max(map(len, near))


def test_the_shares_before_and_after_go_up_to_all_and_then_it_stops():
    here = made([(0, 0), (0, 10), (0, 1_000), (0, 2_000)], [1, 3, 4, 0])
    cost = np.array([5.0, np.inf, np.inf, np.inf])
    found = best_sites(here, cost, radius=7, number=9)
    assert found["postcode"].tolist() == ["A1 002", "A1 001"]
    assert found[["gain", "before", "after"]].to_numpy().tolist() == [[4, 1 / 8, 5 / 8], [3, 5 / 8, 1]]
    assert found[["easting", "northing"]].to_numpy().tolist() == [[0, 1_000], [0, 10]]


def test_what_is_just_at_the_radius_is_within_it():
    assert best_sites(made([(0, 0), (3, 4), (6, 8)]), np.full(3, np.inf), radius=5)["gain"].tolist() == [3]
    assert best_sites(made([(0, 0), (3, 4)]), np.array([5.0, 5.0]), radius=5).empty


def test_parts_of_people_do_not_break_a_tie():
    # 0.1 + 0.2 is not 0.3 in binary.
    here = made([(0, 0), (0, 1), (0, 50)], [0.1, 0.2, 0.3], ["A1 003", "A1 002", "A1 001"])
    found = best_sites(here, np.full(3, np.inf), radius=2, number=1)
    assert found[["postcode", "gain"]].to_numpy().tolist() == [["A1 001", 0.3]]


def test_no_places_have_no_site():
    found = best_sites(made([]), np.empty(0), radius=5)
    assert found.columns.tolist() == [
        *("postcode", "easting", "northing", "authority", "district"), *("gain", "before", "after")
    ]  # fmt: skip
    assert found.empty


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf")])
def test_a_radius_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match="is no distance for a site to reach. Give metres above 0."):
        best_sites(made([(0, 0)]), np.array([np.inf]), radius=wrong)
