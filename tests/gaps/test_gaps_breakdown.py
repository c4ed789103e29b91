"""What kind of it serves each authority: on small tables by hand, and what must hold of every table."""

import datetime as dt

import pandas as pd
import pytest
from gaps_tables import assets, lero, real_lookup, small_lookup, surveys
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import InputError
from rosc_map.gaps import provision
from rosc_map.gaps.breakdown import breakdown
from rosc_map.records import codelist

TODAY = dt.date(2026, 11, 22)
TYPES, RSS = tuple(codelist("asset_type")), tuple(codelist("rss_type"))
STATUSES = {"served", "none_found", "not_surveyed"}
EVERYWHERE = [("E92000001",), ("W92000004",)]


def fund(*rows):
    """Each row: (number of the asset, area), then arrangement, start and end where they are not a grant, open."""
    plain = ("grant", None, None)
    full = [(f"a{row[0]}", row[1], *row[2:], *plain[len(row) - 2 :]) for row in rows]
    return pd.DataFrame(full, columns=["asset", "area_code", "arrangement", "start", "end"])


def run(asset_rows=(), survey_rows=(), **options):
    given_ = {"lookup": small_lookup(), "tier": "upper", "by": "lero_type", "funding": fund(), "as_at": TODAY}
    given_ |= options
    table = breakdown(assets(*asset_rows), surveys(*survey_rows), given_.pop("lookup"), **given_)
    return table.set_index("name")


def statuses(row):
    return {name.removeprefix("status_"): row[name] for name in row.index if name.startswith("status_")}


def counts(row):
    return {name.removeprefix("count_"): row[name] for name in row.index if name.startswith("count_")}


def test_types_of_leros():
    rows = [
        lero("E06000001", lero_type="informal_group"),
        lero("E06000001", lero_type="informal_group"),
        lero("W06000001", "E06000001", lero_type="incorporated_provider"),
        lero("E06000001", asset_type="treatment", lero_type="constituted_group"),
        lero("E06000001", status="closed", lero_type="constituted_group"),
    ]
    table = run(rows, [("E92000001",)])
    assert counts(table.loc["Unitary"]) == {
        "informal_group": 2,
        "constituted_group": 0,
        "incorporated_provider": 1,
        "unconfirmed": 0,
    }
    assert statuses(table.loc["Unitary"])["constituted_group"] == "none_found"
    assert set(statuses(table.loc["County"]).values()) == {"none_found"}
    # A LERO serves there, but nobody looked for more.
    assert counts(table.loc["Dyffryn"]) == dict.fromkeys(codelist("lero_type")) | {"incorporated_provider": 1}
    assert list(table.reset_index()) == [
        "name",
        "code",
        *(f"{w}_{c}" for w in ("status", "count") for c in codelist("lero_type")),
    ]
    assert [type(value) for value in table["count_informal_group"]] == [int, type(None), int]


@pytest.mark.parametrize("said", ["", "unconfirmed", None, "a word from elsewhere"])
def test_one_of_which_nobody_said_may_be_any(said):
    table = run([lero("E06000001", lero_type=said), lero("E06000001", lero_type="informal_group")], EVERYWHERE)
    assert statuses(table.loc["Unitary"]) == {
        "informal_group": "served",
        "constituted_group": "not_surveyed",
        "incorporated_provider": "not_surveyed",
        "unconfirmed": "served",
    }
    assert counts(table.loc["Unitary"])["constituted_group"] is None
    assert set(statuses(table.loc["County"]).values()) == {"none_found"}


def test_who_leads_of_another_type():
    rows = [lero("E06000001", asset_type="mutual_aid", led_by="lived_experience"), lero("E10000001")]
    table = run(rows, [("E92000001", "mutual_aid")], by="led_by", asset_type="mutual_aid")
    assert counts(table.loc["Unitary"]) == dict.fromkeys(codelist("led_by"), 0) | {"lived_experience": 1}
    assert set(statuses(table.loc["County"]).values()) == {"none_found"}
    assert set(statuses(table.loc["Dyffryn"]).values()) == {"not_surveyed"}


def test_one_that_is_known_to_its_upper_tier_alone_is_denied_in_none_of_its_parts():
    vague = {"upper_tier_code": "E10000001", "lero_type": "informal_group"}
    table = run([vague, lero("E07000001", lero_type="constituted_group")], EVERYWHERE, tier="local")
    ash = statuses(table.loc["Ash"])
    assert (ash["informal_group"], ash["constituted_group"], ash["incorporated_provider"]) == (
        "not_surveyed",
        "served",
        "none_found",
    )
    # "Looked" beside nothing would say that one may stand there.
    assert set(statuses(table.loc["Beech"]).values()) == {"not_surveyed"}
    assert set(statuses(table.loc["Unitary"]).values()) == {"none_found"}


def test_what_is_withheld_is_neither_denied_nor_told_of():
    hidden = assets(lero("E06000001", lero_type="informal_group"))
    alone = run([], EVERYWHERE, withheld=hidden)
    assert set(statuses(alone.loc["Unitary"]).values()) == {"not_surveyed"}
    assert set(statuses(alone.loc["County"]).values()) == {"none_found"}
    # Not even of which type the one is that is kept back.
    beside = run([lero("E06000001", lero_type="constituted_group")], EVERYWHERE, withheld=hidden)
    others = {code: status for code, status in statuses(beside.loc["Unitary"]).items() if code != "constituted_group"}
    assert set(others.values()) == {"not_surveyed"}
    assert beside.loc["Unitary", "count_constituted_group"] == 1
    of_another_type = assets(lero("E06000001", asset_type="treatment"), lero("E06000001", status="paused"))
    assert run([], EVERYWHERE, withheld=of_another_type).equals(run([], EVERYWHERE))


def test_how_it_is_commissioned_differs_by_authority():
    rows = [lero("E06000001", "E07000002"), lero("E07000001"), lero("W06000001")]
    money = fund(
        (0, "E06000001", "direct"),
        (0, "E06000001", "alliance"),
        (0, "E10000001", "subcontract"),
        (1, "W06000001", "hosted"),
    )
    upper = run(rows, EVERYWHERE, by="commissioning", funding=money)
    assert counts(upper.loc["Unitary"]) == dict.fromkeys(codelist("commissioning"), 0) | {"direct": 1, "alliance": 1}
    # Of the second nobody said how: what it gets in Wales, where it does not work, says nothing of the county.
    assert counts(upper.loc["County"]) == dict.fromkeys(codelist("commissioning")) | {"subcontract": 1, "unknown": 1}
    assert counts(upper.loc["Dyffryn"]) == dict.fromkeys(codelist("commissioning")) | {"unknown": 1}
    local = run(rows, EVERYWHERE, by="commissioning", funding=money, tier="local")
    assert counts(local.loc["Beech"]) == dict.fromkeys(codelist("commissioning"), 0) | {"subcontract": 1}
    assert counts(local.loc["Ash"]) == dict.fromkeys(codelist("commissioning")) | {"unknown": 1}
    assert set(counts(local.loc["Cedar"]).values()) == {0}


def test_a_district_s_grant_is_in_its_county():
    table = run([lero("E07000001")], EVERYWHERE, by="commissioning", funding=fund((0, "E07000001")))
    assert table.loc["County", "count_grant"] == 1


@pytest.mark.parametrize("said", ["unknown", "", None, "a word from elsewhere"])
def test_an_arrangement_that_nobody_knows_may_be_any(said):
    money = fund((0, "E06000001", "direct"), (0, "E06000001", said))
    row = run([lero("E06000001")], EVERYWHERE, by="commissioning", funding=money).loc["Unitary"]
    assert (row["count_direct"], row["count_grant"], row["count_unknown"]) == (1, None, 1)


@pytest.mark.parametrize(
    ("start", "end", "runs"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + dt.timedelta(1), None, False),
        (None, TODAY - dt.timedelta(1), False),
        (dt.date(2020, 1, 1), None, True),
        (None, dt.date(2030, 1, 1), True),
    ],
)
def test_only_what_runs_on_the_day_counts(start, end, runs):
    money = fund((0, "E06000001", "grant", start, end))
    row = run([lero("E06000001")], EVERYWHERE, by="commissioning", funding=money).loc["Unitary"]
    assert (row["count_grant"], row["count_unknown"]) == ((1, 0) if runs else (None, 1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "cost"}, "no breakdown by 'cost'. Choose one of lero_type, led_by, commissioning"),
        ({"asset_type": "leros"}, "no asset type 'leros'"),
        ({"asset_type": "treatment"}, "Only LEROs have a LERO type"),
        ({"tier": "district"}, "no tier 'district'"),
        ({"by": "commissioning", "funding": None}, "Give both: funding and as_at"),
        ({"by": "commissioning", "as_at": None}, "Give both: funding and as_at"),
        ({"by": "commissioning", "funding": fund().drop(columns="end")}, "funding has no column end"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        run(**options)


# What must hold of every table

COUNTRIES = st.sampled_from(["", "E", "W", "S", "N"])


@st.composite
def cases(draw):
    """Real authorities of a country, with assets of all types and surveys of areas of all levels."""
    lookup = real_lookup(draw(COUNTRIES))
    codes = sorted({code for column in lookup if column.endswith("_code") for code in lookup[column]} - {""})
    some = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=4))
    upper = lookup.set_index("local_authority_code")["upper_tier_code"]
    kind = draw(st.sampled_from([*["lero"] * 4, *TYPES]))

    def asset():
        local = draw(st.sampled_from([*(code for code in some if code in upper), ""]))
        vague = draw(st.sampled_from(["", *upper[:2]]))
        return {
            "asset_type": draw(st.sampled_from([kind, *TYPES])),
            "lero_type": draw(st.sampled_from(["", *codelist("lero_type")])),
            "led_by": draw(st.sampled_from(["", *codelist("led_by")])),
            "rss_types": tuple(draw(st.lists(st.sampled_from(RSS), max_size=2))),
            "local_authority_code": local,
            "upper_tier_code": upper.get(local, vague),
            "areas_served": tuple(draw(st.lists(st.sampled_from(some), max_size=2))),
        }

    rows = [asset() for _ in range(draw(st.integers(0, 4)))]
    hidden = [asset() for _ in range(draw(st.integers(0, 2)))]
    searched = draw(st.lists(st.tuples(st.sampled_from(codes), st.sampled_from([kind, *TYPES])), max_size=6))
    money = draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(some), st.sampled_from(tuple(codelist("commissioning")))),
            max_size=5,
        )
    )
    return lookup, kind, rows, hidden, searched, money


@given(cases(), st.sampled_from(["upper", "local"]))
def test_three_statuses_add_up_for_every_tier_country_and_type(case, tier):
    lookup, kind, rows, hidden, searched, money = case
    given_ = (assets(*rows), surveys(*searched), lookup)
    whole = provision(*given_, tier=tier, area="here", asset_type=kind, withheld=assets(*hidden))
    tables = [(whole.by_authority, [*TYPES, *(f"rss_status_{code}" for code in RSS)])]
    for by in ("lero_type", "led_by", "commissioning"):
        options = {"funding": fund(*money), "as_at": TODAY, "withheld": assets(*hidden)}
        of = "lero" if by == "lero_type" else kind
        table = breakdown(*given_, tier=tier, by=by, asset_type=of, **options)
        assert table["code"].to_list() == whole.by_authority["code"].to_list()
        tables.append((table, codelist(by)))
        main = whole.by_authority[f"status_{of}"].to_numpy()
        each = table[[f"status_{code}" for code in codelist(by)]].to_numpy()
        # A kind is there exactly where the type is, and denied only where it may be told that somebody looked.
        assert ((each == "served").any(axis=1) == (main == "served")).all()
        assert (each[main == "not_surveyed"] == "not_surveyed").all()
    for table, codes in tables:
        assert len(table) == lookup[f"{'upper_tier' if tier == 'upper' else 'local_authority'}_code"].nunique()
        for code in codes:
            column = table[code if code.startswith("rss_status_") else f"status_{code}"]
            assert set(column) <= STATUSES
            assert sum((column == status).sum() for status in STATUSES) == len(table)
            number = table[column.name.replace("rss_status_", "rss_").replace("status_", "count_")]
            expected = {"none_found": {0}, "not_surveyed": {None}}
            for status, values in expected.items():
                assert set(number[column == status]) <= values
            assert all(value >= 1 for value in number[column == "served"])


@given(cases(), st.sampled_from(["upper", "local"]), st.data())
def test_none_found_stays_true_whatever_comes_to_light(case, tier, data):
    lookup, _, rows, hidden, searched, _ = case

    def told(row):
        said = data.draw(st.sampled_from(["informal_group", "constituted_group", "incorporated_provider"]))
        inside = lookup.loc[lookup["upper_tier_code"] == row["upper_tier_code"], "local_authority_code"].to_list()
        local = row["local_authority_code"] or (data.draw(st.sampled_from(inside)) if inside else "")
        return row | {
            "lero_type": said if row["lero_type"] in ("", "unconfirmed") else row["lero_type"],
            "local_authority_code": local,
        }

    before = breakdown(assets(*rows), surveys(*searched), lookup, tier=tier, by="lero_type", withheld=assets(*hidden))
    after = breakdown(assets(*map(told, rows + hidden)), surveys(*searched), lookup, tier=tier, by="lero_type")
    for code in ("informal_group", "constituted_group", "incorporated_provider"):
        denied = before[f"status_{code}"] == "none_found"
        assert set(after.loc[denied, f"status_{code}"]) <= {"none_found"}
