"""How fresh the records are: days worked out by hand, and what rests on old ones."""

import datetime as dt

import pandas as pd
import pytest
from gaps_tables import SIX, assets, lero, small_lookup, surveys
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps import provision
from rosc_map.gaps.freshness import freshness

TODAY = dt.date(2026, 11, 22)
EDGE, BEFORE = dt.date(2026, 5, 22), dt.date(2026, 5, 21)


def run(rows=(), searched=(), *, as_at=TODAY, months=6, withheld=None, **options):
    given_ = (assets(*rows), surveys(*searched), small_lookup())
    found = provision(*given_, area="Testshire", withheld=withheld, **options)
    return freshness(*given_, found, as_at=as_at, months=months)


def by_name(found, column):
    return dict(zip(found.by_authority["name"], found.by_authority[column], strict=True))


def survey(code, on, kind="lero"):
    return (code, kind, on, SIX)


@pytest.mark.parametrize(
    ("verified", "recorded", "fresh"),
    [
        (EDGE, None, True),
        (BEFORE, None, False),
        (None, EDGE, True),
        (BEFORE, EDGE, True),
        (EDGE, BEFORE, True),
        (TODAY, None, True),
        (None, None, False),
        # Nobody has checked it on a day that is yet to come.
        (TODAY + dt.timedelta(1), BEFORE, False),
        (TODAY + dt.timedelta(1), EDGE, True),
    ],
)
def test_a_record_is_fresh_within_the_months(verified, recorded, fresh):
    found = run([lero("E06000001", verified_on=verified, recorded_on=recorded)])
    assert (found.records, found.fresh) == (1, int(fresh))
    assert by_name(found, "stale_service") == {"County": False, "Dyffryn": False, "Unitary": not fresh}


@pytest.mark.parametrize(
    ("as_at", "months", "edge"),
    [
        (dt.date(2026, 8, 31), 6, dt.date(2026, 2, 28)),
        (dt.date(2024, 8, 31), 6, dt.date(2024, 2, 29)),
        (dt.date(2026, 3, 15), 12, dt.date(2025, 3, 15)),
        (dt.date(2026, 1, 1), 1, dt.date(2025, 12, 1)),
        (dt.date(2026, 12, 31), 1, dt.date(2026, 11, 30)),
        (dt.date(2026, 1, 31), 14, dt.date(2024, 11, 30)),
    ],
)
def test_months_are_those_of_the_calendar(as_at, months, edge):
    rows = [lero("E06000001", verified_on=edge), lero("E06000001", verified_on=edge - dt.timedelta(1))]
    found = run(rows, as_at=as_at, months=months)
    assert (found.records, found.fresh, found.months) == (2, 1, months)


def test_records_of_all_types_count_where_they_serve():
    rows = [
        lero("E06000001", "E10000001", verified_on=TODAY),
        lero("E06000001", asset_type="treatment"),
        lero("E06000001", asset_type="community", verified_on=BEFORE),
        lero("E06000001", status="closed", verified_on=TODAY),
        lero("", "E08000099", verified_on=TODAY),
    ]
    found = run(rows)
    assert by_name(found, "records") == {"County": 1, "Dyffryn": 0, "Unitary": 3}
    assert by_name(found, "fresh") == {"County": 1, "Dyffryn": 0, "Unitary": 1}
    assert by_name(found, "share") == {"County": 1.0, "Dyffryn": None, "Unitary": pytest.approx(1 / 3)}
    # The first serves two authorities, and is one record all the same.
    assert (found.records, found.fresh) == (3, 1)
    columns = ["code", "name", "records", "fresh", "share", "looked_on", "stale_gap", "stale_service"]
    assert list(found.by_authority) == columns


def test_a_gap_that_rests_on_an_old_survey():
    everywhere = [survey("E06000001", EDGE), survey("E10000001", BEFORE), survey("W06000001", BEFORE, "treatment")]
    found = run([], everywhere)
    assert by_name(found, "looked_on") == {"County": BEFORE, "Dyffryn": None, "Unitary": EDGE}
    assert by_name(found, "stale_gap") == {"County": True, "Dyffryn": False, "Unitary": False}
    again = run([], [*everywhere, survey("E92000001", TODAY)])
    assert not again.by_authority["stale_gap"].any()
    assert by_name(again, "looked_on")["County"] == TODAY
    # On which day somebody looked is not known, so it may be long ago.
    assert by_name(run([], [survey("E06000001", None)]), "stale_gap")["Unitary"]


def test_the_parts_of_a_county_count_together_or_not_at_all():
    parts = [survey(f"E0700000{number}", EDGE) for number in (1, 2)]
    found = run([], parts)
    assert (by_name(found, "looked_on")["County"], by_name(found, "stale_gap")["County"]) == (None, False)
    whole = run([], [*parts, survey("E07000003", BEFORE)])
    assert (by_name(whole, "looked_on")["County"], by_name(whole, "stale_gap")["County"]) == (EDGE, False)


def test_only_records_of_the_type_keep_a_service_fresh():
    rows = [lero("E06000001"), lero("E06000001", asset_type="treatment", verified_on=TODAY)]
    assert by_name(run(rows), "stale_service")["Unitary"]
    assert not by_name(run(rows, asset_type="treatment"), "stale_service")["Unitary"]
    assert not by_name(run([*rows, lero("E06000001", verified_on=EDGE)]), "stale_service")["Unitary"]
    # An old survey does not make a service old.
    assert not by_name(run(rows, [survey("E06000001", BEFORE)]), "stale_gap")["Unitary"]


def test_that_somebody_looked_is_not_told_where_one_is_kept_back():
    found = run([], [survey("E92000001", BEFORE)], withheld=assets(lero("E06000001")))
    assert by_name(found, "looked_on") == {"County": BEFORE, "Dyffryn": None, "Unitary": None}
    assert by_name(found, "stale_gap")["Unitary"] is False


def test_the_sentences_have_their_denominators():
    rows = [lero("E06000001"), lero("E06000001", asset_type="treatment", verified_on=TODAY)]
    found = run(rows, [survey("E10000001", BEFORE)])
    assert found.sentences == (
        "1 of 2 active records (50 %) in Testshire was checked or recorded since 22 May 2026 (6 months).",
        "1 gap rests on a survey older than that (or without a day), of 1 in all.",
        "Served, but by no LERO whose record was checked or recorded since: 1 of 1 upper-tier authority.",
    )
    assert found.cautions[-1] == "1 upper-tier authority is not surveyed: there is no gap that could be old."
    empty = run([], [("E92000001",), ("W92000004",)], months=1)
    assert empty.sentences[0] == (
        "0 of 0 active records in Testshire were checked or recorded since 22 October 2026 (1 month)."
    )
    assert empty.sentences[1] == "3 gaps rest on a survey older than that (or without a day), of 3 in all."
    assert len(empty.cautions) == 2
    assert "was not checked or recorded lately" in empty.cautions[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"months": 0}, "0 months cannot be counted back. Give 1 or more"),
        ({"assets": assets().drop(columns="verified_on")}, "assets has no column verified_on"),
        ({"lookup": small_lookup().head(1)}, "made for other authorities"),
    ],
)
def test_what_is_refused(change, message):
    tables = {"assets": assets(), "surveyed": surveys(), "lookup": small_lookup()}
    found = provision(*tables.values(), area="Testshire")
    with pytest.raises(InputError, match=message):
        freshness(**(tables | {"provision": found, "as_at": TODAY} | change))


DAY = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
CODE = st.sampled_from(["E06000001", "E07000001", "E07000002", "W06000001", "E10000001", "E92000001"])


@given(st.lists(st.tuples(CODE, DAY, DAY), max_size=6), st.lists(st.tuples(CODE, DAY), max_size=5), st.integers(1, 30))
def test_marks_fit_the_statuses(rows, searched, months):
    given_ = (
        assets(*(lero("", code, verified_on=one, recorded_on=two) for code, one, two in rows)),
        surveys(*(survey(code, on) for code, on in searched)),
        small_lookup(),
    )
    whole = provision(*given_, area="Testshire", tier="local")
    found = freshness(*given_, whole, as_at=TODAY, months=months)
    table = found.by_authority.assign(status=whole.by_authority["status"])
    assert set(table.loc[table["stale_gap"], "status"]) <= {"none_found"}
    assert set(table.loc[table["stale_service"], "status"]) <= {"served"}
    assert (table["records"] == 0).equals(table["share"].map(lambda share: share is None))
    last = [max((day for day in days if day and day <= TODAY), default=None) for _, *days in rows]
    first = (pd.Timestamp(TODAY) - pd.DateOffset(months=months)).date()
    assert found.fresh == sum(day is not None and day >= first for day in last)
