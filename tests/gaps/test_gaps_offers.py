"""Support wanted and offered: matched by kind, never with itself."""

import datetime as dt

import pandas as pd
import pytest
from gaps_tables import UPPER, small_lookup
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.offers import offers
from rosc_map.records import codelist

DAY = dt.date(2026, 11, 22)
FIELDS = ["asset", "direction", "kind", "details", "on", "until"]
KINDS = tuple(codelist("offer_kind"))


def asset(name, code="E07000001", *served, status="active"):
    return (name.lower(), name, status, code, UPPER.get(code, ""), served)


def wants(name, kind="rooms", details="", on=None, until=None):
    return (name.lower(), "wanted", kind, details, on, until)


def has(name, kind="rooms", details="", on=None, until=None):
    return (name.lower(), "offered", kind, details, on, until)


def run(assets, *rows):
    columns = ["id", "name", "status", "local_authority_code", "upper_tier_code", "areas_served"]
    table = pd.DataFrame(assets, columns=columns, dtype=object)
    return offers(pd.DataFrame(rows, columns=FIELDS, dtype=object), table, small_lookup(), as_at=DAY)


def pairs(found):
    return found.matches[["wanted_by_name", "offered_by_name"]].to_numpy().tolist()


def unmatched(found):
    return found.unmatched_wanted["name"].tolist(), found.unmatched_offered["name"].tolist()


AB = [asset("A"), asset("B")]


def test_a_want_meets_an_offer_of_the_same_kind_with_both_ends_named():
    found = run(AB, wants("A", details="On Mondays."), has("B", details="A hall."), has("B", "training"))
    assert found.matches.to_dict("records") == [
        {
            "kind": "rooms",
            "wanted_by": "a",
            "wanted_by_name": "A",
            "wanted": "On Mondays.",
            "offered_by": "b",
            "offered_by_name": "B",
            "offered": "A hall.",
            "same_authority": True,
        }
    ]
    assert found.unmatched_offered.to_numpy().tolist() == [["training", "b", "B", ""]]
    assert found.sentences[0] == (
        "Of 1 request for support that holds on 22 November 2026, for 1 somebody else offers support of the same kind; "
        "for 0 nobody does yet."
    )
    assert found.sentences[1] == "Of 2 offers, 1 fits no request."


def test_nothing_is_matched_with_itself_nor_something_else_with_something_else():
    found = run(AB, wants("A"), has("A"), wants("A", "other"), has("B", "other"))
    assert found.matches.empty
    assert unmatched(found) == (["A", "A"], ["A", "B"])
    assert any("2 rows are of something else" in said for said in found.cautions)


def test_the_same_authority_is_first_and_not_known_is_last():
    assets = [
        asset("Here"),
        asset("Unknown", ""),
        asset("Away", "E06000001"),
        asset("Serves here", "E06000001", "E10000001"),
        asset("Wants"),
    ]
    found = run(assets, wants("Wants"), *(has(name) for name in ("Unknown", "Away", "Serves here", "Here")))
    assert pairs(found) == [["Wants", name] for name in ("Here", "Serves here", "Away", "Unknown")]
    assert found.matches["same_authority"].tolist() == [True, True, False, None]


@pytest.mark.parametrize(
    ("on", "until", "holds"),
    [
        (None, None, True),
        (None, DAY, True),
        (None, dt.date(2026, 11, 21), False),
        (DAY, None, True),
        (dt.date(2026, 11, 23), None, False),
        (pd.NaT, pd.Timestamp(DAY), True),
    ],
)
def test_only_what_holds_on_the_day_counts(on, until, holds):
    found = run(AB, wants("A", on=on, until=until), has("B"))
    assert len(found.matches) == holds
    assert unmatched(found) == ([], [] if holds else ["B"])
    assert any("1 row does not hold on this day" in said for said in found.cautions) == (not holds)


@pytest.mark.parametrize("status", ["paused", "closed", "not_confirmed"])
def test_only_active_assets_count(status):
    found = run([asset("A"), asset("B", status=status)], wants("A"), has("B"))
    assert (found.matches.empty, unmatched(found)) == (True, (["A"], []))
    assert any("1 row is of an asset that is not active" in said for said in found.cautions)


def test_nothing_is_said_of_an_asset_that_may_not_be_told_of():
    with_it, without = run(AB, wants("A"), has("Refuge")), run(AB, wants("A"))
    assert (with_it.sentences, with_it.cautions) == (without.sentences, without.cautions)
    assert with_it.matches.empty
    assert unmatched(with_it) == (["A"], [])


def test_one_offer_meets_every_want_of_its_kind_and_rows_stand_by_kind_and_name():
    assets = [*AB, asset("C"), asset("D")]
    rows = [wants("C"), wants("A"), has("D"), has("B"), wants("B", "advice"), has("A", "advice")]
    found = run(assets, *rows)
    assert pairs(found) == [["A", "B"], ["A", "D"], ["C", "B"], ["C", "D"], ["B", "A"]]


def test_nothing_recorded():
    found = run(AB)
    assert found.sentences == ("No support is recorded as wanted or offered on 22 November 2026.",)
    assert found.matches.empty
    assert list(found.unmatched_wanted.columns) == ["kind", "asset", "name", "details"]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="offer table has no column until"):
        offers(
            pd.DataFrame(columns=FIELDS[:-1]),
            pd.DataFrame(columns=["id", "name", "status", "local_authority_code", "upper_tier_code", "areas_served"]),
            small_lookup(),
            as_at=DAY,
        )


NAMES = st.sampled_from(["A", "B", "C"])
ROWS = st.lists(
    st.builds(
        lambda make, name, kind, until: make(name, kind, until=until),
        st.sampled_from([wants, has]),
        NAMES,
        st.sampled_from(KINDS),
        st.none() | st.dates(dt.date(2026, 11, 20), dt.date(2026, 11, 24)),
    ),
    max_size=14,
)


@given(ROWS, st.sampled_from(["active", "paused"]))
def test_every_row_that_holds_is_matched_or_listed_and_nothing_meets_itself(rows, status_of_c):
    found = run([*AB, asset("C", status=status_of_c)], *rows)
    assert not (found.matches["wanted_by"] == found.matches["offered_by"]).any()
    holding = [row for row in rows if (row[5] is None or row[5] >= DAY) and (row[0] != "c" or status_of_c == "active")]
    for direction, other, left in (
        ("wanted", "offered", found.unmatched_wanted),
        ("offered", "wanted", found.unmatched_offered),
    ):
        alone = [
            (kind, name)
            for name, way, kind, *_ in holding
            if way == direction
            and (kind == "other" or not any(r[1] == other and r[2] == kind and r[0] != name for r in holding))
        ]
        assert sorted(alone) == sorted(zip(left["kind"], left["asset"], strict=True))
    wanted = [row for row in holding if row[1] == "wanted"]
    offered = [row for row in holding if row[1] == "offered"]
    expected = sum(w[2] == o[2] != "other" and w[0] != o[0] for w in wanted for o in offered)
    assert len(found.matches) == expected
