"""Points to authorities: the same as a plain join, the nearest told from the inside, nothing guessed."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.place.boundaries.areas import polygons_in_metres
from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.place.boundaries.points import NEAR_M, Locator, assign, assign_one


def ours():
    return polygons_in_metres(boundaries_folder())


def by_join(codes, polygons, east, north):
    """The same question, asked of geopandas: the first code by the alphabet, "" for none."""
    shapes = gpd.GeoDataFrame({"code": codes}, geometry=polygons, crs=27700)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(east, north, crs=27700))
    joined = gpd.sjoin(points, shapes, how="left").sort_values("code")
    return joined.groupby(level=0)["code"].first().reindex(range(len(points))).fillna("").to_numpy(dtype=object)


def test_the_same_as_a_join_all_over_the_country():
    rng = np.random.default_rng(11)
    east, north = rng.uniform(-100_000, 660_000, 60_000), rng.uniform(0, 1_220_000, 60_000)
    found = assign(east, north)
    joined = by_join(*ours(), east, north)
    assert (np.where(found.how == "inside", found.code, "") == joined).all()
    assert set(found.how) == {"inside", "nearest", "none"}
    assert ((found.code == "") == (found.how == "none")).all()


def test_the_nearest_is_within_500_metres_and_is_the_nearest():
    rng = np.random.default_rng(12)
    east, north = rng.uniform(80_000, 660_000, 60_000), rng.uniform(0, 1_220_000, 60_000)
    found = assign(east, north)
    codes, polygons = ours()
    near = np.flatnonzero(found.how == "nearest")
    assert len(near) > 30
    for place in near:
        apart = shapely.distance(polygons, shapely.Point(east[place], north[place]))
        assert codes[apart.argmin()] == found.code[place]
        assert 0 < apart.min() <= NEAR_M
    for place in np.flatnonzero(found.how == "none")[:200]:
        assert shapely.distance(polygons, shapely.Point(east[place], north[place])).min() > NEAR_M


def test_on_a_corner_or_line_the_first_by_code_has_it():
    codes, polygons = ours()
    corners = np.concatenate([shapely.get_coordinates(polygons[number])[::40] for number in range(0, 361, 7)])
    found = assign(*corners.T)
    assert (found.how == "inside").all()
    assert (found.code == by_join(codes, polygons, *corners.T)).all()


def squares():
    return Locator(["A", "B", "C"], shapely.box([0, 1000, 3000], [0, 0, 0], [1000, 2000, 4000], [1000, 1000, 1000]))


@pytest.mark.parametrize(
    ("east", "north", "code", "how"),
    [
        (500, 500, "A", "inside"),
        (1000, 500, "A", "inside"),
        (1001, 500, "B", "inside"),
        (2400, 500, "B", "nearest"),
        (2500, 500, "B", "nearest"),  # as far from B as from C
        (2501, 500, "C", "nearest"),
        (1000, 1100, "A", "nearest"),  # above the line of A and B
        (500, 1500, "A", "nearest"),
        (500, 1501, "", "none"),
        (float("nan"), 500, "", "none"),
        (500, float("nan"), "", "none"),
        (float("inf"), float("-inf"), "", "none"),
    ],
)
def test_single_points(east, north, code, how):
    for few in (1, 3):
        found = squares().assign([east] * few, [north] * few)
        assert (list(found.code), list(found.how)) == ([code] * few, [how] * few)


def test_the_order_is_that_of_the_points():
    east = [3500, float("nan"), 500, 1500, 500]
    assert list(squares().assign(east, [500] * 5).code) == ["C", "", "A", "B", "A"]


def test_no_points():
    found = assign([], [])
    assert (found.code.shape, found.how.shape, found.code.dtype) == ((0,), (0,), object)


@pytest.mark.parametrize(
    ("east", "north"), [([449_500], [520_000, 1]), (449_500, 520_000), ([449_500], 520_000), ([[449_500]], [[520_000]])]
)
def test_lists_that_do_not_fit_each_other(east, north):
    with pytest.raises(InputError, match="two lists of the same length"):
        assign(east, north)


def test_one_point():
    assert assign_one(449_544, 520_304) == "E06000002"
    assert assign_one(0, 0) == ""
    assert assign_one(float("nan"), 0) == ""


@given(st.lists(st.tuples(*[st.floats(width=64)] * 2), max_size=30))
def test_any_numbers_at_all(points):
    east, north = zip(*points, strict=True) if points else ((), ())
    found = squares().assign(east, north)
    alone = [squares().assign([x], [y]) for x, y in points]
    assert list(found.code) == [one.code[0] for one in alone]
    assert list(found.how) == [one.how[0] for one in alone]
