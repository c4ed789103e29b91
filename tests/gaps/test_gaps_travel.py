"""Travel time instead of distance: the least of the user's minutes, and what is not known is never far."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.places import Places
from rosc_map.gaps.travel import reach_by_travel, travel_costs

POSTCODES = ["A1 1AA", "A1 1AB", "B1 1AA", "B1 1AB"]
ASSETS = pd.DataFrame(
    {
        "id": ["m", "l", "k", "closed", "no_point"],
        "asset_type": ["mutual_aid", "lero", "lero", "lero", "lero"],
        "status": ["active", "active", "active", "closed", "active"],
        "easting": [1.0, 2.0, 3.0, 4.0, np.nan],
        "northing": [1.0, 2.0, 3.0, 4.0, np.nan],
    }
)


def origins(weight=None):
    return Places(
        postcode=np.array(POSTCODES, dtype=object),
        easting=np.zeros(4),
        northing=np.zeros(4),
        authority=np.array(["E06000001", "E06000001", "E06000002", "E06000002"], dtype=object),
        district=np.array(["A1", "A1", "B1", "B1"], dtype=object),
        weight=weight,
        said="Four places.",
    )


def table(*rows):
    return pd.DataFrame(rows, columns=["origin", "asset", "minutes"])


def test_the_least_time_to_each_type():
    times = table(
        ("A1 1AA", "l", 20), ("A1 1AA", "k", 12), ("A1 1AA", "k", 14), ("A1 1AB", "l", 0), ("B1 1AA", "m", 61)
    )
    costs = travel_costs(origins(), times, ASSETS)
    assert list(costs.minutes) == ["lero", "mutual_aid"]
    assert costs.assets == {"lero": 2, "mutual_aid": 1}
    assert costs.minutes["lero"].tolist() == pytest.approx([12, 0, np.nan, np.nan], nan_ok=True)
    assert costs.minutes["mutual_aid"].tolist() == pytest.approx([np.nan, np.nan, 61, np.nan], nan_ok=True)


def test_what_is_not_known_is_left_out_and_counted_never_far():
    times = table(("A1 1AA", "l", 10), ("A1 1AB", "l", 40), ("B1 1AA", "m", 5))
    found = reach_by_travel(origins(), travel_costs(origins(), times, ASSETS))
    leros = found.overall.set_index("asset_type").loc["lero"]
    assert [leros["places"], leros["unknown"], leros["within_0"], leros["median"]] == [2, 2, 0.5, 25]
    rows = found.by_authority.set_index(["asset_type", "code"])
    nothing = rows.loc[("lero", "E06000002")]
    assert [nothing["places"], nothing["unknown"], nothing["within_2"], nothing["p90"]] == [0, 2, None, None]
    assert (found.unit, found.limits, found.weighted) == ("minutes", (15, 30, 60), False)
    assert "left out of its figures. Four places. Each postcode counts once." in found.said


def test_the_people_of_places_not_known_are_left_out_too():
    times = table(("A1 1AA", "l", 10), ("B1 1AA", "l", 40))
    here = origins(np.array([3.0, 100.0, 1.0, 100.0]))
    found = reach_by_travel(here, travel_costs(here, times, ASSETS)).overall.iloc[0]
    assert [found["people"], found["within_0"], found["median"], found["p90"]] == [4, 0.75, 10, 40]


def test_only_known_authorities_count_and_the_times_of_one_type_are_handed_back():
    times = table(("A1 1AA", "l", 10), ("B1 1AA", "l", 40), ("B1 1AA", "m", 5))
    costs = travel_costs(origins(), times, ASSETS)
    found = reach_by_travel(origins(), costs, known={"lero": ["E06000002"]}, keep="lero")
    assert found.overall[["asset_type", "authorities", "places", "unknown", "median"]].to_numpy().tolist() == [
        ["lero", 1, 1, 1, 40]
    ]
    assert found.places.postcode.tolist() == POSTCODES[2:]
    assert found.cost.tolist() == pytest.approx([40, np.nan], nan_ok=True)


def test_what_may_not_be_measured_to_and_other_places_are_not_used():
    times = table(("A1 1AA", "closed", 1), ("A1 1AA", "no_point", 1), ("A1 1AA", "nobody", 1), ("Z1 1AA", "l", 1))
    costs = travel_costs(origins(), times, ASSETS)
    assert costs.minutes == costs.assets == {}
    assert reach_by_travel(origins(), costs).overall.empty


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf])
def test_a_time_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match=r"^From A1 1AB to k: .* is no time in minutes. Give 0 or more"):
        travel_costs(origins(), table(("A1 1AA", "l", 5), ("A1 1AB", "k", wrong)), ASSETS)


ROWS = st.lists(
    st.tuples(st.sampled_from(POSTCODES), st.sampled_from(["m", "l", "k"]), st.integers(0, 90)), max_size=20
)


@given(ROWS)
def test_it_equals_a_loop(rows):
    costs = travel_costs(origins(), table(*rows), ASSETS)
    for kind, ids in (("lero", {"l", "k"}), ("mutual_aid", {"m"})):
        assert (kind in costs.minutes) == any(asset in ids for _, asset, _ in rows)
        for place, least in zip(POSTCODES, costs.minutes.get(kind, []), strict=False):
            times = [minutes for origin, asset, minutes in rows if origin == place and asset in ids]
            assert least == min(times) if times else np.isnan(least)
