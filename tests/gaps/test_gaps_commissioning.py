"""How LEROs are commissioned: small tables worked out by hand, and what must hold of any."""

import datetime as dt

import pandas as pd
import pytest
from gaps_tables import UPPER, real_lookup, small_lookup
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps.commissioning import commissioning
from rosc_map.records import codelist

DAY = dt.date(2026, 11, 22)
ARRANGEMENTS = tuple(codelist("commissioning"))
FOUR = ["development", "governance", "staffing", "spaces"]
COLUMNS = [
    "code", "name", "assets", *ARRANGEMENTS, "not_recorded", "ending", "funded", "covers_known", *FOUR,
]  # fmt: skip


def asset(name, code, *served, **more):
    plain = {"asset_type": "lero", "status": "active", "commissions_others": None}
    stands = {"local_authority_code": code, "upper_tier_code": UPPER.get(code, ""), "areas_served": served}
    return {"id": name.lower(), "name": name} | plain | stands | more


def fund(name, area, arrangement="direct", start=None, end=None, covers=(), **more):
    plain = {"route": "", "value": 1e6, "notes": "not for anybody"}
    given_ = {"asset": name.lower(), "area_code": area, "arrangement": arrangement, "start": start, "end": end}
    return given_ | {"covers": covers} | plain | more


def run(assets, rows, tier="local", **options):
    columns = list(asset("X", ""))
    table = pd.DataFrame(assets, columns=columns, dtype=object)
    funding = pd.DataFrame(rows, columns=list(fund("X", "")), dtype=object)
    given_ = {"lookup": small_lookup(), "as_at": DAY} | options
    return commissioning(table, funding, given_.pop("lookup"), tier=tier, **given_)


def row_of(found, name):
    return found.by_authority.set_index("name").loc[name]


def left_out(found):
    return next((said for said in found.cautions if said.startswith("Not counted")), "")


# By authority


def test_one_asset_is_commissioned_in_two_ways_in_two_authorities():
    found = run(
        [asset("One", "E07000001", "E07000002"), asset("Two", "E07000002")],
        [fund("One", "E07000001"), fund("One", "E07000002", "subcontract")],
    )
    ash, beech = row_of(found, "Ash"), row_of(found, "Beech")
    assert (ash["assets"], ash["direct"], ash["subcontract"], ash["not_recorded"]) == (1, 1, 0, 0)
    assert (beech["assets"], beech["direct"], beech["subcontract"], beech["not_recorded"]) == (2, 0, 1, 1)
    assert list(found.by_authority.columns) == COLUMNS


def test_a_row_of_a_county_covers_its_districts_where_the_asset_serves_and_no_other():
    rows = [fund("One", "E10000001", "grant")]
    found = run([asset("One", "E07000001", "E07000002", "E06000001")], rows)
    grants = dict(zip(found.by_authority["name"], found.by_authority["grant"], strict=True))
    assert grants == {"Ash": 1, "Beech": 1, "Cedar": None, "Dyffryn": None, "Unitary": 0}
    assert row_of(found, "Unitary")["not_recorded"] == 1


def test_a_row_of_a_district_counts_for_its_county():
    found = run([asset("One", "E07000001")], [fund("One", "E07000001", "hosted")], tier="upper")
    assert row_of(found, "County")["hosted"] == 1
    assert found.contracts.loc[0, ["code", "authority"]].tolist() == ["E07000001", "Ash"]


def test_where_nobody_is_known_to_serve_there_is_no_nought():
    found = run([asset("One", "E07000001")], [])
    assert row_of(found, "Cedar").drop("code").isna().all()
    assert row_of(found, "Cedar")["assets"] is None
    assert any("nobody has looked" in said for said in found.cautions)
    whole = run([asset("One", "", "E92000001", "W92000004")], [], tier="upper")
    assert not any("nobody has looked" in said for said in whole.cautions)


def test_two_arrangements_of_one_asset_in_one_authority_both_count():
    rows = [fund("One", "E07000001", "direct"), fund("One", "E07000001", "grant"), fund("One", "E10000001", "grant")]
    ash = row_of(run([asset("One", "E07000001")], rows), "Ash")
    assert (ash["assets"], ash["direct"], ash["grant"], ash["funded"], ash["not_recorded"]) == (1, 1, 1, 1, 0)


def test_what_the_money_covers_and_of_how_many_it_is_known():
    found = run(
        [asset(name, "E07000001") for name in ("One", "Two", "Three", "Four")],
        [
            fund("One", "E07000001", covers=("staffing", "spaces")),
            fund("Two", "E07000001", "grant", covers=("staffing", "activities")),
            fund("Three", "E07000001", "subcontract"),
            fund("Four", "E07000001", "not_commissioned", covers=("governance",)),
        ],
    )
    ash = row_of(found, "Ash")
    assert ash[["funded", "covers_known", *FOUR]].tolist() == [3, 2, 0, 0, 2, 1]
    assert found.sentences[2] == (
        "3 LEROs have a contract or a grant or are hosted. What this covers is recorded for 2 of 3: organisational "
        "development for 0, governance for 0, staffing and salaries for 2 and physical spaces for 1. The guidance says "
        "that funding should be able to cover all four."
    )


# Days


@pytest.mark.parametrize(
    ("start", "end", "runs", "ends_soon"),
    [
        (None, None, True, False),
        (DAY, DAY, True, True),
        (None, dt.date(2026, 11, 21), False, False),
        (dt.date(2026, 11, 23), None, False, False),
        (dt.date(2020, 1, 1), dt.date(2027, 11, 22), True, True),
        (dt.date(2020, 1, 1), dt.date(2027, 11, 23), True, False),
    ],
)
def test_what_runs_and_what_ends_soon(start, end, runs, ends_soon):
    found = run([asset("One", "E07000001")], [fund("One", "E07000001", start=start, end=end)])
    assert len(found.contracts) == runs == row_of(found, "Ash")["direct"]
    assert found.contracts["ends_soon"].tolist() == [ends_soon] * runs
    assert row_of(found, "Ash")["ending"] == ends_soon
    assert row_of(found, "Ash")["not_recorded"] == (not runs)


def test_months_are_those_of_the_calendar():
    leap = dt.date(2028, 2, 29)
    rows = [fund("One", "E07000001", end=dt.date(2029, 2, day)) for day in (27, 28)]
    rows.append(fund("One", "E07000001", end=dt.date(2029, 3, 1)))
    found = run([asset("One", "E07000001")], rows, as_at=leap)
    assert sorted(found.contracts.loc[found.contracts["ends_soon"], "end"]) == [row["end"] for row in rows[:2]]
    assert len(run([asset("One", "E07000001")], rows, as_at=leap, months=13).contracts.query("ends_soon")) == 3


def test_not_being_commissioned_does_not_end_and_what_is_not_known_may():
    rows = [fund("One", "E07000001", code, end=DAY) for code in ("not_commissioned", "unknown")]
    found = run([asset("One", "E07000001")], rows)
    assert dict(zip(found.contracts["arrangement"], found.contracts["ends_soon"], strict=True)) == {
        "not_commissioned": False,
        "unknown": True,
    }
    assert row_of(found, "Ash")[["ending", "funded"]].tolist() == [1, 0]


# What is left out, and said


def test_what_is_left_out_is_said_by_its_reason():
    found = run(
        [
            asset("One", "E07000001"),
            asset("Paused", "E07000001", status="paused"),
            asset("Other", "E07000001", asset_type="recovery_support"),
            asset("Away", "E07000099"),
        ],
        [
            fund("One", "E07000001", end=dt.date(2026, 3, 31)),
            fund("One", "E10000001", end=dt.date(2025, 3, 31)),
            fund("One", "E07000001", start=dt.date(2027, 1, 1)),
            fund("One", "E07000099"),
            fund("Paused", "E07000001"),
            fund("Other", "E07000001"),
            fund("Away", "E07000001"),
            fund("Nobody", "E07000001"),
        ],
    )
    assert found.contracts.empty
    assert left_out(found) == (
        "Not counted: 2 rows have ended, 1 row has not begun, 1 row is of an asset that is not active, 1 row is of "
        "another type of asset and 2 rows are for authorities outside this area, or of assets that are not known to "
        "serve it."
    )
    assert row_of(found, "Ash")[["assets", "not_recorded"]].tolist() == [1, 1]


def test_nothing_is_said_of_an_asset_that_may_not_be_told_of():
    with_it = run([asset("One", "E07000001")], [fund("Refuge", "E07000001"), fund("One", "E07000001")])
    without = run([asset("One", "E07000001")], [fund("One", "E07000001")])
    assert (with_it.sentences, with_it.cautions) == (without.sentences, without.cautions)
    pd.testing.assert_frame_equal(with_it.by_authority, without.by_authority)
    pd.testing.assert_frame_equal(with_it.contracts, without.contracts)


def test_a_contract_where_the_asset_does_not_serve_is_listed_and_counted_nowhere():
    found = run([asset("One", "E07000001")], [fund("One", "E07000002")])
    assert found.contracts["authority"].tolist() == ["Beech"]
    assert row_of(found, "Ash")[["direct", "not_recorded"]].tolist() == [0, 1]
    assert row_of(found, "Beech")["assets"] is None
    assert any("1 row is for an authority that the asset is not recorded as serving" in said for said in found.cautions)


def test_a_word_of_another_program_is_an_arrangement_that_nobody_knows():
    found = run([asset("One", "E07000001")], [fund("One", "E07000001", "Handshake")])
    assert row_of(found, "Ash")[["unknown", "not_recorded"]].tolist() == [1, 0]


# In words


def test_the_sentences():
    found = run(
        [asset(name, "E07000001", "E07000002") for name in ("A", "B", "C", "D")]
        + [asset("E", "E06000001", commissions_others=True), asset("F", "E06000001", commissions_others=False)],
        [
            fund("A", "E07000001", end=dt.date(2027, 3, 31)),
            fund("B", "E07000001", end=dt.date(2029, 3, 31)),
            fund("B", "E07000002", "subcontract"),
            fund("C", "E10000001", "not_commissioned"),
        ],
    )
    assert found.sentences[0] == (
        "Of 6 LEROs that serve the area, 2 are commissioned directly in at least one authority; likewise 1 is "
        "sub-contracted and 1 is not commissioned (may be by choice); for 3 nothing is recorded (22 November 2026)."
    )
    assert found.sentences[1] == (
        "Of 3 contracts, grants and other arrangements of LEROs that run, 1 ends from 22 November 2026 to 22 November "
        "2027, both days included; an end is recorded for 2."
    )
    assert found.sentences[3] == "1 gives grants or contracts to others, of 2 of which this is recorded."


def test_with_nothing_recorded_the_words_stay_true():
    assert run([asset("One", "E07000001")], []).sentences == (
        "Of 1 LERO that serves the area, for 1 nothing is recorded (22 November 2026).",
    )
    nobody = run([], [])
    assert nobody.sentences == (
        "No LERO is recorded as serving this area, so nothing is known of how any is commissioned.",
    )
    assert nobody.contracts.empty
    assert nobody.by_authority["assets"].tolist() == [None] * 5


def test_it_is_never_called_unfunded_and_money_is_not_told():
    found = run(
        [asset("One", "E07000001"), asset("Two", "E07000001")],
        [fund("One", "E07000001", "not_commissioned"), fund("Two", "E07000001")],
    )
    words = " ".join([*found.sentences, *found.cautions, found.contracts.to_csv(), found.by_authority.to_csv()])
    assert "unfunded" not in words.lower()
    assert "may be by choice" in words
    assert "1000000" not in words
    assert "not for anybody" not in words


def test_other_types_of_asset():
    found = run([asset("One", "E07000001", asset_type="mutual_aid")], [], asset_type="mutual_aid")
    assert found.sentences[0].startswith("Of 1 mutual aid group that serves the area")


def test_commissions_others_is_shown_and_not_guessed():
    assets = [asset("Yes", "E07000001", commissions_others=True), asset("Nobody said", "E07000001")]
    found = run(assets, [fund(name, "E07000001") for name in ("Yes", "Nobody said")])
    assert dict(zip(found.contracts["name"], found.contracts["commissions_others"], strict=True)) == {
        "Nobody said": None,
        "Yes": True,
    }


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tier": "county"}, "no tier 'county'"),
        ({"asset_type": "leros"}, "no asset type 'leros'"),
        ({"months": 0}, "0 months is too few"),
        ({"lookup": small_lookup().iloc[:0]}, "no authorities"),
        ({"lookup": small_lookup().drop(columns="region")}, "no column region"),
    ],
)
def test_bad_options_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        run([], [], **options)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="funding table has no column route, covers"):
        commissioning(
            pd.DataFrame(columns=list(asset("X", ""))),
            pd.DataFrame(columns=["asset", "area_code", "arrangement", "start", "end"]),
            small_lookup(),
            tier="upper",
            as_at=DAY,
        )


def test_cells_that_pandas_made_empty_are_not_known():
    rows = pd.DataFrame([fund("One", "E07000001", start=pd.NaT, end=pd.Timestamp(DAY), covers=float("nan"))])
    table = pd.DataFrame([asset("One", "E07000001", commissions_others=float("nan"))])
    found = commissioning(table, rows, small_lookup(), tier="local", as_at=DAY)
    assert found.contracts.loc[0, ["start", "end", "covers", "commissions_others"]].tolist() == [None, DAY, (), None]


# What must hold of any


CODES = st.sampled_from(["E06000001", "E07000001", "E07000002", "E07000003", "E10000001", "E12000002", "W06000001"])
DAYS = st.none() | st.dates(dt.date(2026, 10, 1), dt.date(2028, 1, 1))
NAMES = st.sampled_from(["A", "B", "C", "D"])
ASSETS = st.lists(
    st.tuples(NAMES, CODES, st.lists(CODES, max_size=2), st.sampled_from(["active", "paused"])),
    unique_by=lambda row: row[0],
)
ROWS = st.lists(st.tuples(NAMES, CODES, st.sampled_from(ARRANGEMENTS), DAYS, DAYS), max_size=12)


@given(ASSETS, ROWS, st.sampled_from(["upper", "local"]))
def test_counts_agree_with_counting_one_by_one(asset_rows, rows, tier):
    found = run(
        [asset(name, code, *served, status=status) for name, code, served, status in asset_rows],
        [fund(*row) for row in rows],
        tier,
    )
    lookup = small_lookup()
    level = {"upper": "upper_tier_code", "local": "local_authority_code"}[tier]
    levels = ["local_authority_code", "upper_tier_code", "region_code", "country_code"]

    def touches(code):
        return set(lookup.loc[(lookup[levels] == code).any(axis=1), level])

    serve = {
        name.lower(): set().union(touches(code), *map(touches, served))
        for name, code, served, status in asset_rows
        if status == "active"
    }
    ways = {
        (place, name.lower(), arrangement)
        for name, code, arrangement, start, end in rows
        if (start is None or start <= DAY) and (end is None or end >= DAY)
        for place in touches(code) & serve.get(name.lower(), set())
    }
    for row in found.by_authority.to_dict("records"):
        here = {name for name, places in serve.items() if row["code"] in places}
        if not here:
            assert row["assets"] is None
            continue
        assert row["assets"] == len(here)
        for code in ARRANGEMENTS:
            assert row[code] == len({name for place, name, way in ways if (place, way) == (row["code"], code)})
        recorded = {name for place, name, _ in ways if place == row["code"]}
        assert row["not_recorded"] == len(here - recorded)
        assert sum(row[code] for code in ARRANGEMENTS) + row["not_recorded"] >= row["assets"]
        assert all(row[code] <= row["covers_known"] <= row["funded"] <= row["assets"] for code in FOUR)


def test_on_the_real_authorities():
    lookup = real_lookup("E")
    codes = lookup["upper_tier_code"].drop_duplicates().tolist()
    table = [asset(f"L{n}", "", code, *codes[n : n + 2]) for n, code in enumerate(codes[:50])]
    found = run(table, [fund(f"L{n}", codes[n]) for n in range(50)], tier="upper", lookup=lookup)
    assert len(found.by_authority) == 153
    assert len(found.contracts) == 50
    assert found.by_authority["direct"].dropna().sum() == 50
