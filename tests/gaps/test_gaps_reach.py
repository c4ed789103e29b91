"""Reach: equal to a brute-force distance, to numpy's quantiles, and to a count of people one by one."""

from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.places import Places, places
from rosc_map.gaps.reach import _FEW, DISTANCES, by_district, nearest, reach
from rosc_map.place import area_lookup, postcodes_in

METRES = st.integers(0, 30_000).map(float)
POINTS = st.lists(st.tuples(METRES, METRES), min_size=1, max_size=12)
TYPES = ["lero", "mutual_aid", "treatment"]


def made_places(points, weight=None, authorities=3, districts=4):
    number = np.arange(len(points))
    authority = np.array([f"E0600000{n}" for n in sorted(number % authorities)], dtype=object)
    district = np.array([f"A{n}" for n in number % districts], dtype=object)
    order = np.lexsort((district.astype(str), authority.astype(str)))
    return Places(
        postcode=np.array([f"{district[n]} {n:03}" for n in order], dtype=object),
        easting=np.array([points[n][0] for n in order]),
        northing=np.array([points[n][1] for n in order]),
        authority=authority[order],
        district=district[order],
        weight=None if weight is None else np.array(weight, dtype=float)[order],
        said="Made-up places.",
    )


def made_assets(points, types=None, status="active"):
    eastings, northings = zip(*points, strict=True) if points else ((), ())
    kinds = types or ["lero"] * len(points)
    return pd.DataFrame({"asset_type": kinds, "status": status, "easting": eastings, "northing": northings})


def brute(here, points):
    return np.array([min(np.hypot(e - x, n - y) for x, y in points) for e, n in here.points])


def by_person(ways, weight, part):
    """The way of the person in whose place the part of all is reached, all people in a row."""
    row = sorted(way for way, many in zip(ways, weight, strict=True) for _ in range(int(many)))
    return row[ceil(part * len(row)) - 1]


@st.composite
def measured(draw):
    points = draw(st.lists(st.tuples(METRES, METRES), min_size=1, max_size=25))
    assets = draw(st.lists(st.tuples(METRES, METRES, st.sampled_from(TYPES)), min_size=1, max_size=12))
    weight = draw(st.none() | st.lists(st.integers(0, 9), min_size=len(points), max_size=len(points)))
    return made_places(points, weight), made_assets([a[:2] for a in assets], [a[2] for a in assets])


@given(measured())
def test_it_equals_brute_force(drawn):
    here, assets = drawn
    found = reach(here, assets)
    assert set(found.overall["asset_type"]) == set(assets["asset_type"])
    assert set(found.overall["authorities"]) == {len(set(here.authority))}
    assert (found.places, found.cost) == (None, None)
    for kind, its in assets.groupby("asset_type"):
        ways = brute(here, its[["easting", "northing"]].to_numpy())
        overall = found.overall.set_index("asset_type").loc[kind].to_dict()
        check(overall, ways, here.weight, len(its))
        rows = found.by_authority[found.by_authority["asset_type"] == kind].set_index("code")
        assert rows.index.tolist() == sorted(set(here.authority))
        for code, row in rows.iterrows():
            inside = here.authority == code
            check(row.to_dict(), ways[inside], None if here.weight is None else here.weight[inside], len(its))


def check(row, ways, weight, assets):
    assert (row["assets"], row["places"], row["unknown"]) == (assets, len(ways), 0)
    within = [row[f"within_{number}"] for number in range(3)]
    if weight is None:
        assert row["people"] is None
        assert within == pytest.approx([(ways <= limit).mean() for limit in DISTANCES], abs=0)
        assert row["median"] == pytest.approx(np.median(ways))
        assert row["p90"] == pytest.approx(np.quantile(ways, 0.9))
    elif weight.sum():
        assert row["people"] == weight.sum()
        assert within == pytest.approx([weight[ways <= limit].sum() / weight.sum() for limit in DISTANCES])
        assert row["median"] == pytest.approx(by_person(ways, weight, Fraction(1, 2)))
        assert row["p90"] == pytest.approx(by_person(ways, weight, Fraction(9, 10)))
    else:
        assert [row["people"], *within, row["median"], row["p90"]] == [0.0, None, None, None, None, None]


AUTHORITIES = ["E06000000", "E06000001", "E06000002", "E06999999"]


@given(measured(), st.dictionaries(st.sampled_from(TYPES), st.sets(st.sampled_from(AUTHORITIES))))
def test_only_the_places_of_known_authorities_count(drawn, known):
    here, assets = drawn
    found = reach(here, assets, known=known)
    rows = []
    for kind in sorted(set(assets["asset_type"])):
        inside = here.only(known.get(kind, ()))
        if len(inside):
            alone = reach(inside, assets[assets["asset_type"] == kind])
            rows.append(alone.overall)
            mine = found.by_authority[found.by_authority["asset_type"] == kind].reset_index(drop=True)
            pd.testing.assert_frame_equal(mine, alone.by_authority)
    assert found.overall["asset_type"].tolist() == [row["asset_type"].iloc[0] for row in rows]
    if rows:
        pd.testing.assert_frame_equal(found.overall, pd.concat(rows, ignore_index=True))


def test_that_not_all_places_count_is_said():
    here, assets = made_places([(0.0, 0.0), (0.0, 300.0)]), made_assets([(0.0, 0.0)])
    part = reach(here, assets, known={"lero": ["E06000001"]})
    assert "only those authorities count in which it is known what is there." in part.said
    assert "known what is there" not in reach(here, assets).said


def test_the_ways_of_one_type_are_handed_back_with_their_places():
    here = made_places([(0.0, 0.0), (0.0, 300.0), (0.0, 900.0)])
    assets = made_assets([(0.0, 0.0), (0.0, 1.0)], ["lero", "treatment"])
    whole = reach(here, assets, keep="lero")
    assert whole.places is here
    assert np.array_equal(whole.cost, nearest(here, np.array([[0.0, 0.0]])))
    part = reach(here, assets, known={"lero": ["E06000001", "E06000002"]}, keep="lero")
    assert part.places.authority.tolist() == ["E06000001", "E06000002"]
    assert np.array_equal(part.cost, nearest(part.places, np.array([[0.0, 0.0]])))
    # Of a type that is nowhere, no place has a known way; of one that nobody looked for, there is no place.
    assert reach(here, assets, keep="mutual_aid").cost.tolist() == [np.inf] * 3
    nothing = reach(here, assets, known={}, keep="lero")
    assert (len(nothing.places), len(nothing.cost), len(nothing.overall)) == (0, 0, 0)


@given(POINTS, POINTS)
def test_nearest_equals_brute_force_also_with_assets_in_one_place(points, assets):
    here = made_places(points)
    expected = brute(here, assets)
    assert nearest(here, np.array(assets)) == pytest.approx(expected)
    assert nearest(here, np.array(assets * 2)) == pytest.approx(expected)
    many = np.array(assets * (_FEW + 1))  # of many another way is faster
    assert nearest(here, many) == pytest.approx(expected)


def test_only_the_authorities_asked_for_are_measured_from():
    here = made_places([(0.0, 0.0), (0.0, 300.0), (0.0, 900.0)])
    metres = nearest(here, np.array([[0.0, 0.0]]), ["E06000002", "E06000009"])
    assert metres == pytest.approx([np.nan, np.nan, 900.0], nan_ok=True)


def test_with_no_points_the_way_is_infinite():
    assert nearest(made_places([(0.0, 0.0)]), np.empty((0, 2))).tolist() == [np.inf]


def test_more_places_than_are_asked_for_at_once_are_all_measured():
    many = 600_001
    same = np.full(many, "A1", dtype=object)
    east, north = np.random.default_rng(2).uniform(0, 50_000, (2, many))
    asset = np.array([[20_000.0, 30_000.0]])
    here = Places(same, east, north, same, same, None, "")
    metres = nearest(here, asset)
    assert np.allclose(metres, np.hypot(east - 20_000, north - 30_000), rtol=1e-12)
    assert np.array_equal(nearest(here, np.repeat(asset, _FEW + 1, axis=0)), metres)


def test_people_do_not_count_as_postcodes_do():
    points = [(0.0, 1_600.0), (0.0, 1_601.0), (0.0, 20_000.0)]
    assets = made_assets([(0.0, 0.0)])
    postcodes = reach(made_places(points), assets).overall.iloc[0]
    assert [postcodes["within_0"], postcodes["within_1"], postcodes["median"]] == [1 / 3, 2 / 3, 1_601]
    people = reach(made_places(points, [5, 5, 90]), assets)
    assert people.weighted
    row = people.overall.iloc[0]
    assert [row["people"], row["within_0"], row["within_1"], row["median"]] == [100, 0.05, 0.1, 20_000]
    assert people.said == "Straight-line distances. Made-up places. Each place counts by the people who live there."


def test_nine_tenths_of_the_people_are_reached_by_the_last_of_them():
    here = made_places([(0.0, 10.0), (0.0, 20.0)], [63, 7], authorities=1)
    assert reach(here, made_assets([(0.0, 0.0)])).overall["p90"].tolist() == [10]


def test_only_what_is_active_and_has_a_point_is_measured_to_and_no_other_column_is_read():
    here = made_places([(0.0, 0.0), (0.0, 8_000.0)])
    near = made_assets([(0.0, 9_000.0)])
    others = [
        made_assets([(0.0, 0.0)], status="closed"),
        made_assets([(np.nan, np.nan), (0.0, np.nan), (np.nan, 0.0)]),
        made_assets([(np.nan, np.nan)], ["treatment"]),
    ]
    found = reach(here, pd.concat([near, *others], ignore_index=True))
    pd.testing.assert_frame_equal(found.by_authority, reach(here, near).by_authority)
    assert found.overall["assets"].tolist() == [1]
    assert reach(here, others[0]).overall.empty


def test_limits_are_in_order_each_once_and_above_0():
    here, assets = made_places([(0.0, 0.0), (0.0, 300.0)]), made_assets([(0.0, 0.0)])
    found = reach(here, assets, limits=(400, 200, 400))
    assert (found.limits, found.overall["within_0"][0], found.overall["within_1"][0]) == ((200, 400), 0.5, 1.0)
    for wrong in (0, -5, float("nan"), float("inf")):
        with pytest.raises(InputError, match="is no limit for a distance or a time. Give numbers above 0."):
            reach(here, assets, limits=(1_600, wrong))


def test_no_figure_is_nan():
    here = made_places([(0.0, 0.0), (5.0, 5.0), (9.0, 9.0)], [0, 0, 0])
    found = reach(here, made_assets([(0.0, 0.0)]))
    for table in (found.overall, found.by_authority, by_district(here, np.full(3, np.nan), (5,))):
        assert not [cell for cell in table.to_numpy().ravel() if isinstance(cell, float) and np.isnan(cell)]


@given(measured())
def test_districts_equal_brute_force_and_the_furthest_stands_first(drawn):
    here, assets = drawn
    ways = brute(here, assets[["easting", "northing"]].to_numpy())
    table = by_district(here, ways, DISTANCES)
    assert sorted(table["district"]) == sorted(set(here.district))
    medians = [-1 if median is None else median for median in table["median"]]
    assert medians == sorted(medians, reverse=True)
    for row in table.to_dict("records"):
        inside = here.district == row["district"]
        weight = None if here.weight is None else here.weight[inside]
        check(row | {"assets": 0}, ways[inside], weight, 0)
        if weight is None:
            assert row["furthest"] == ways[inside].max()


def test_districts_as_far_stand_by_name_and_those_not_known_stand_last():
    here = made_places([(0.0, 0.0)] * 8)
    cost = np.where(here.district == "A1", np.nan, 7.0)
    table = by_district(here, cost, (5, 10))
    assert table["district"].tolist() == ["A0", "A2", "A3", "A1"]
    last = table.iloc[-1]
    assert [last["places"], last["unknown"], last["within_0"], last["median"], last["furthest"]] == [
        0,
        2,
        None,
        None,
        None,
    ]


def test_real_places_on_both_sides_of_the_irish_sea():
    """Northern Ireland's points come converted: Belfast to Stranraer is some 50 km, not hundreds."""
    lookup = area_lookup(["N09000003", "S12000006"])
    here = places(postcodes_in(lookup["local_authority_code"]), lookup, "local")
    stranraer, belfast = (206_000.0, 560_700.0), (146_700.0, 529_800.0)
    found = reach(here, made_assets([stranraer, belfast], ["lero", "mutual_aid"]))
    rows = found.by_authority.set_index(["asset_type", "code"])
    some = np.arange(0, len(here), 499)
    for kind, point in (("lero", stranraer), ("mutual_aid", belfast)):
        assert nearest(here, np.array([point]))[some] == pytest.approx(np.hypot(*(here.points[some] - point).T))
        ways = np.hypot(*(here.points[here.authority == "N09000003"] - point).T)
        assert rows.loc[(kind, "N09000003"), "median"] == pytest.approx(np.median(ways))
    assert 50_000 < rows.loc[("lero", "N09000003"), "median"] < 80_000
    assert rows.loc[("mutual_aid", "N09000003"), "median"] < 10_000
