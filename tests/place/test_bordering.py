"""Which authorities border each other, in the shipped boundaries."""

from functools import cache

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from rosc_map import place
from rosc_map.errors import InputError

MONMOUTHSHIRE = ["Blaenau Gwent", "Forest of Dean", "Herefordshire, County of", "Newport", "Powys", "Torfaen"]
SURREY = [
    "Bracknell Forest", "Bromley", "Croydon", "East Sussex", "Hampshire", "Hillingdon", "Hounslow", "Kent",
    "Kingston upon Thames", "Richmond upon Thames", "Slough", "Sutton", "West Sussex", "Windsor and Maidenhead",
]  # fmt: skip


def neighbours(tier, name):
    names = place.code_names()
    code = {names[code]: code for code in place.bordering(tier)}[name]
    return sorted(names[beside] for beside in place.bordering(tier)[code])


@pytest.mark.parametrize(
    ("tier", "name", "expected"),
    [
        ("upper", "Surrey", SURREY),
        ("upper", "Middlesbrough", ["North Yorkshire", "Redcar and Cleveland", "Stockton-on-Tees"]),
        ("local", "Middlesbrough", ["North Yorkshire", "Redcar and Cleveland", "Stockton-on-Tees"]),
        ("local", "Portsmouth", ["Fareham", "Havant", "Winchester"]),
        ("upper", "Portsmouth", ["Hampshire"]),
        ("local", "Monmouthshire", MONMOUTHSHIRE),
        ("local", "Isle of Wight", []),
        ("local", "Orkney Islands", []),
        ("upper", "Isles of Scilly", []),
        ("upper", "Isle of Anglesey", []),
    ],
)
def test_neighbours(tier, name, expected):
    assert neighbours(tier, name) == expected


@pytest.mark.parametrize(("tier", "number"), [("upper", 218), ("local", 361)])
def test_every_authority_is_there_and_neighbours_are_both_ways(tier, number):
    found = place.bordering(tier)
    assert len(found) == number
    for code, beside in found.items():
        assert code not in beside
        assert list(beside) == sorted(set(beside))
        assert all(code in found[other] for other in beside)
    # Nobody crosses the Irish Sea.
    assert all(other.startswith("N") for code in found if code.startswith("N") for other in found[code])


def test_two_counties_touch_where_a_part_of_each_does():
    upper = place.lookup().set_index("local_authority_code")["upper_tier_code"]
    pairs = {(upper[a], upper[b]) for a, beside in place.bordering("local").items() for b in beside}
    expected = {(a, b) for a, beside in place.bordering("upper").items() for b in beside}
    assert {(a, b) for a, b in pairs if a != b} == expected


@cache
def polygons():
    return place.authorities("local").set_index("code").geometry


@given(st.data())
def test_those_that_border_touch_and_no_others(data):
    code = data.draw(st.sampled_from(sorted(polygons().index)))
    touching = polygons().index[shapely.intersects(polygons()[code], polygons().to_numpy())]
    assert place.bordering("local")[code] == tuple(sorted(set(touching) - {code}))


def test_what_is_changed_in_an_answer_stays_there():
    place.bordering("upper").clear()
    assert len(place.bordering("upper")) == 218


def test_no_such_tier():
    with pytest.raises(InputError, match="no tier 'region'"):
        place.bordering("region")
