"""Which pairs of recorded assets may be the same, and why."""

import itertools
import random
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.partnership import duplicates as module
from rosc_map.partnership.contacts import dialled
from rosc_map.partnership.duplicates import MOST_IN_BLOCK, duplicates
from rosc_map.place import DERIVED
from rosc_map.records import Asset

HERE = {"postcode": "TS1 2PA", "easting": 449_544.0, "northing": 520_304.0, "upper_tier_code": "E06000002"}
THERE = {"postcode": "LS1 1AA", "easting": 430_000.0, "northing": 433_000.0, "upper_tier_code": "E08000035"}
NOWHERE = {"upper_tier_code": "E06000002"}
COLUMNS = ["a", "b", "a_name", "b_name", "why"]


def _table(*rows):
    empty = {name: spec.empty for name, spec in Asset.specs().items()} | dict.fromkeys(DERIVED, "")
    empty |= {"listing": "agreed", "status": "active", "location_precision": "exact"}
    empty |= {"easting": np.nan, "northing": np.nan}
    filled = [{**empty, "id": f"id{number}", "name": f"Name {number}", **row} for number, row in enumerate(rows)]
    return pd.DataFrame(filled, columns=list(empty), dtype=object)


def _why(one, other):
    found = duplicates(_table(one, other))
    assert list(found.columns) == COLUMNS
    return found["why"].tolist()


HOPE, HOPE_CAFE, CHOIR = {"name": "Hope House"}, {"name": "Hope House Cafe"}, {"name": "Grace Choir"}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (HOPE | HERE, HOPE | HERE, "same name and same postcode"),
        (HOPE | HERE, HOPE_CAFE | HERE, "similar names and same postcode"),
        (HOPE | HERE, HOPE | HERE | {"postcode": "TS1 2PB", "easting": 449_700.0}, "same name and places within 250 m"),
        (HOPE | HERE, HOPE | NOWHERE, "same name and same area"),
        (
            {"name": "Middlesbrough Recovery"} | HERE,
            {"name": "Middlesborough Recovery"} | NOWHERE,
            "similar names and same area",
        ),
        (
            HOPE | HERE | {"phone": "01632 960001"},
            HOPE_CAFE | THERE | {"phone": "+44 (0)1632 960001 ext 3"},
            "similar names and same telephone number",
        ),
        (
            HOPE | HERE | {"website": "https://www.Example.org/Hope/"},
            CHOIR | HERE | {"website": "http://example.org/hope"},
            "same postcode and same website",
        ),
        (
            HOPE | NOWHERE | {"email": "Hello@example.org", "phone": "01632960001"},
            CHOIR | THERE | {"email": "hello@EXAMPLE.org", "phone": "0044 1632 960001"},
            "same telephone number and same e-mail address",
        ),
    ],
)
def test_two_signs_make_a_pair(one, other, why):
    assert _why(one, other) == [why]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOPE | HERE, HOPE | THERE),
        (HOPE | HERE, CHOIR | HERE),
        (HOPE | HERE, HOPE_CAFE | NOWHERE),
        (HOPE | HERE | {"phone": "01632 960001"}, CHOIR | THERE | {"phone": "01632 960001"}),
        (HOPE | HERE | {"phone": "1", "website": "x.org"}, CHOIR | THERE | {"phone": "1", "website": "x.org"}),
        ({"name": "SMART Monday", "phone": "1"} | HERE, {"name": "SMART Tuesday", "phone": "1"} | HERE),
        (HOPE | HERE | {"status": "closed"}, HOPE | HERE),
        (HOPE | HERE | {"listing": "declined"}, HOPE | HERE),
        (HOPE | HERE | {"listing": "Declined, typed elsewhere"}, HOPE | HERE),
        (HOPE | HERE | {"external_ids": ("tsml:1",)}, HOPE | HERE | {"external_ids": ("tsml:2",)}),
    ],
)
def test_one_sign_or_two_assets_make_none(one, other):
    assert _why(one, other) == []


def test_the_strongest_evidence_is_first_and_ids_are_right():
    other = {"name": "Lantern", "phone": "", **THERE, "postcode": "", "easting": np.nan, "northing": np.nan}
    rows = [other, HOPE | HERE, CHOIR | NOWHERE | {"phone": "1"}, HOPE_CAFE | HERE, HOPE | HERE | {"phone": "1"}]
    found = duplicates(_table(*rows))
    pairs = list(zip(found["a"], found["b"], strict=True))
    assert pairs == [("id1", "id4"), ("id1", "id3"), ("id3", "id4"), ("id2", "id4")]
    assert found["why"].iloc[-1] == "same area and same telephone number"
    assert found["a_name"].iloc[0] == found["b_name"].iloc[0] == "Hope House"


def test_an_empty_table_and_one_asset_have_no_pairs():
    assert list(duplicates(_table()).columns) == COLUMNS
    assert duplicates(_table(HOPE | HERE)).empty


def test_a_block_that_is_too_large_is_said_and_not_compared(monkeypatch):
    letters = random.Random(1)
    names = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=12)) for _ in range(MOST_IN_BLOCK + 1)]
    rows = [{"name": name, "phone": "01632 960001", **NOWHERE} for name in names]
    rows += [HOPE | HERE, HOPE | HERE]
    found = duplicates(_table(*rows))
    assert found["why"].tolist() == ["same name and same postcode"]
    said = "101 assets share the telephone number '01632960001': they were not compared by it."
    assert said in found.attrs["too_large"]
    monkeypatch.setattr(module, "MOST_IN_BLOCK", 200)
    compared = duplicates(_table(*rows))
    assert (compared.attrs["too_large"], len(compared)) == ([], 101 * 100 // 2 + 1)


def test_a_place_that_is_too_full_is_not_written_down():
    found = duplicates(_table(*[{"name": f"Group {number}", **HERE} for number in range(MOST_IN_BLOCK + 1)]))
    assert "101 assets share one postcode: they were not compared by it." in found.attrs["too_large"]
    assert "TS12PA" not in str(found.attrs["too_large"]).replace(" ", "")


def _frozen(row):
    return tuple(row.items())


@cache
def _are_alike(one, other):
    """Whether two rows alone are found to be alike; there are few different ones."""
    return not duplicates(_table(dict(one), dict(other))).empty


@given(st.lists(st.sampled_from([HOPE | HERE, HOPE_CAFE | HERE, CHOIR | NOWHERE, HOPE | THERE]), max_size=8))
def test_blocks_find_what_comparing_all_with_all_would(rows):
    pairs = itertools.combinations(enumerate(rows), 2)
    expected = {
        (f"id{one}", f"id{other}") for (one, was), (other, now) in pairs if _are_alike(*map(_frozen, (was, now)))
    }
    found = duplicates(_table(*rows))
    assert set(zip(found["a"], found["b"], strict=True)) == expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("01632 960001", "01632960001"),
        ("+44 1632 960001", "01632960001"),
        ("+44 (0)1632 960001", "01632960001"),
        ("0044 1632-960001", "01632960001"),
        ("(01632) 960001 x 12", "01632960001"),
        ("+353 1 234 5678", "35312345678"),
        ("", ""),
    ],
)
def test_a_number_as_it_is_dialled(typed, number):
    assert dialled(typed) == number
