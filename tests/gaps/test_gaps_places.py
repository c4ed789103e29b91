"""The places of reach: postcodes that count once each, and tables of people."""

import numpy as np
import pandas as pd
import pytest
from gaps_tables import small_lookup

from rosc_map.errors import InputError
from rosc_map.gaps.places import places, places_of_people, runs
from rosc_map.place import area_lookup, locate, postcodes_in
from rosc_map.place.postcodes.in_authorities import AreaPostcodes

ROWS = [
    ("W1 1AA", 50.0, 60.0, "W06000001"),
    ("B2 1AA", 10.0, 20.0, "E07000002"),
    ("A1 1AB", 30.0, 40.0, "E07000001"),
    ("B2 1AB", 11.0, 21.0, "E07000001"),
    ("U1 1AA", 70.0, 80.0, "E06000001"),
    ("X1 1AA", 90.0, 90.0, "E07009999"),
]


def found(rows=ROWS):
    postcode, easting, northing, code = zip(*rows, strict=True)
    return AreaPostcodes(
        postcode=np.array(postcode, dtype=object),
        district=pd.Categorical([text.split()[0] for text in postcode]),
        easting=np.array(easting),
        northing=np.array(northing),
        local_authority_code=pd.Categorical(code),
        said="Six.",
    )


def people(*numbers, **columns):
    table = pd.DataFrame(ROWS, columns=["postcode", "easting", "northing", "local_authority_code"])
    return table.assign(people=numbers, **columns)


def test_they_stand_by_authority_and_then_by_district_and_each_keeps_its_own():
    here = places(found(), small_lookup(), "upper")
    assert here.postcode.tolist() == ["U1 1AA", "A1 1AB", "B2 1AA", "B2 1AB", "W1 1AA"]
    assert here.authority.tolist() == ["E06000001", "E10000001", "E10000001", "E10000001", "W06000001"]
    assert here.district.tolist() == ["U1", "A1", "B2", "B2", "W1"]
    assert here.points.tolist() == [[70, 80], [30, 40], [10, 20], [11, 21], [50, 60]]
    assert here.weight is None
    assert here.said == "Six. 1 outside the area left out."


def test_by_local_authorities_they_stand_in_another_order():
    here = places(found(), small_lookup(), "local")
    assert here.postcode.tolist() == ["U1 1AA", "A1 1AB", "B2 1AB", "B2 1AA", "W1 1AA"]
    assert [(code, part.start, part.stop) for code, part in runs(here.authority)] == [
        ("E06000001", 0, 1),
        ("E07000001", 1, 3),
        ("E07000002", 3, 4),
        ("W06000001", 4, 5),
    ]


def test_a_tier_that_is_none_is_refused():
    with pytest.raises(InputError, match="There is no tier 'ward'. Choose one of upper, local."):
        places(found(), small_lookup(), "ward")


def test_only_some_authorities_and_the_sentence_says_how_many():
    here = places_of_people(people(1, 2, 3, 4, 5, 6), small_lookup(), "upper", "A table.")
    some = here.only(["W06000001", "E10000001", "E99999999", "W06000001"])
    assert some.postcode.tolist() == ["A1 1AB", "B2 1AA", "B2 1AB", "W1 1AA"]
    assert some.weight.tolist() == [3, 2, 4, 1]
    assert some.points.tolist() == [[30, 40], [10, 20], [11, 21], [50, 60]]
    assert some.said == "A table. 1 outside the area left out. 4 of them are counted here."
    assert here.where(["W06000001", "E10000001", "E99999999", "W06000001"]).tolist() == [1, 2, 3, 4]
    assert here.where([]).tolist() == []
    assert here.only(set(here.authority)) is here
    assert len(here.only([])) == 0


def test_people_of_one_postcode_are_added_up_and_a_row_without_a_point_is_left_out():
    table = pd.concat([people(1, 2, 3, 4, 5, 6), people(10, 20, 30, 40, 50, 60, easting=[50, 10, 30, 11, np.nan, 90])])
    here = places_of_people(table, small_lookup(), "upper", "A table.")
    assert dict(zip(here.postcode, here.weight, strict=True)) == {
        "U1 1AA": 5,
        "A1 1AB": 33,
        "B2 1AA": 22,
        "B2 1AB": 44,
        "W1 1AA": 11,
    }
    assert here.said == "A table. 1 row without a point left out. 1 outside the area left out."


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf])
def test_a_number_of_people_that_is_none_is_refused(wrong):
    with pytest.raises(InputError, match=r"^B2 1AA: .* is no number of people. Give 0 or more"):
        places_of_people(people(1, wrong, 3, 4, 5, 6), small_lookup(), "upper", "")


def test_real_postcodes_keep_what_a_lookup_says_of_them():
    lookup = area_lookup(["E10000030"])
    there = postcodes_in(lookup["local_authority_code"])
    surrey = places(there, lookup, "upper")
    assert len(surrey) == len(there.postcode) > 30_000
    assert set(surrey.authority) == {"E10000030"}
    some = slice(None, None, 97)
    asked = locate(surrey.postcode[some])
    assert np.array_equal(asked.easting, surrey.easting[some])
    assert [code.split()[0] for code in asked.postcode] == surrey.district[some].tolist()
    assert sorted(surrey.district) == surrey.district.tolist()
    assert surrey.said == there.said
