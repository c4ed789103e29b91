"""The small records of the made-up partnership: they validate, they are plainly invented, and they show each figure."""

import csv
import datetime as dt
from importlib.resources import files

import pandas as pd
import pytest
from gaps_tables import real_lookup

from rosc_map.examples import FOOTPRINT, assets_path
from rosc_map.gaps.commissioning import commissioning
from rosc_map.gaps.offers import offers
from rosc_map.gaps.reviews import reviews
from rosc_map.gaps.seats import seats
from rosc_map.gaps.spend import spend
from rosc_map.place import place_assets
from rosc_map.records import Asset, Funding, Need, Offer, Review, Seat, Spend, read_rows

DAY = dt.date(2026, 11, 22)
NAMES = {Need: "needs", Funding: "funding", Spend: "spend", Review: "reviews", Seat: "seats", Offer: "offers"}
LOOKUP = real_lookup("E")[lambda table: table["upper_tier_code"] == FOOTPRINT].reset_index(drop=True)


def path_of(record):
    return files("rosc_map.examples") / "made_up_surrey" / f"{NAMES[record]}.csv"


def read(path, record):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = read_rows(record, list(rows[0]), enumerate(rows, start=2))
    assert (found.problems, found.unknown_columns, len(found.records)) == ((), (), len(rows))
    return found.records


@pytest.fixture(scope="module")
def made_up():
    """The rows of every record; an asset is known by its id."""
    placed = place_assets(read(assets_path(), Asset)).table
    ids = dict(zip(placed["name"], placed["id"], strict=True))
    tables = {Asset: placed}
    for record in NAMES:
        table = pd.DataFrame([row.model_dump() for _, row in read(path_of(record), record)], dtype=object)
        tables[record] = table.assign(asset=table["asset"].map(ids)) if "asset" in table else table
    return tables


@pytest.mark.parametrize("record", NAMES)
def test_the_columns_are_those_of_the_template_and_the_lines_are_plain(record):
    data = path_of(record).read_bytes()
    assert b"\r" not in data
    assert data.decode("utf-8").splitlines()[0].split(",") == list(record.specs())


def test_nothing_is_said_of_a_confidential_asset_or_of_one_that_declined(made_up):
    told_of = pd.concat([made_up[Funding]["asset"], made_up[Offer]["asset"]])
    rows = made_up[Asset].set_index("id").loc[told_of]
    assert rows["listing"].isin(["agreed", "published_by_itself"]).all()
    assert (rows["location_precision"] == "exact").all()


def test_everything_says_that_it_is_made_up(made_up):
    assert set(made_up[Need]["source"]) | set(made_up[Spend]["source"]) == {"Made up for this example"}
    assert made_up[Need]["indicator"].str.endswith("(made up)").all()
    assert made_up[Seat]["structure"].str.startswith("Example ").all()
    assert all(not notes or notes.startswith("Made up.") for notes in made_up[Funding]["notes"])


def test_the_needs_are_of_every_district_and_some_are_small(made_up):
    needs = made_up[Need]
    assert sorted(needs["area_code"]) == sorted(LOOKUP["local_authority_code"])
    assert 0 < (needs["value"] < 20).sum() < 4


def test_the_commissioning(made_up):
    found = commissioning(made_up[Asset], made_up[Funding], LOOKUP, tier="upper", as_at=DAY)
    (surrey,) = found.by_authority.to_dict("records")
    assert (surrey["assets"], surrey["not_recorded"], surrey["ending"]) == (5, 1, 2)
    assert sum(surrey[code] > 0 for code in ("direct", "subcontract", "alliance", "grant", "hosted")) == 5
    assert any(said.startswith("Not counted: 1 row has ended") for said in found.cautions)


def test_the_spend_the_views_and_the_seats(made_up):
    assert (spend(made_up[Spend], LOOKUP, tier="upper").by_type["not_recorded"] == 0).all()
    grids = reviews(made_up[Review])
    assert [grid.framework for grid in grids] == ["participation_ladder", "five_questions", "lero_standards"]
    assert "3 groups gave 24 views on 8 of 8 items" in grids[0].sentences[0]
    board = seats(made_up[Seat], as_at=DAY).by_structure.set_index("seats")
    assert board["vacant"].to_dict() == {5: 0, 9: 1}


def test_the_offers_have_three_matches(made_up):
    found = offers(made_up[Offer], made_up[Asset], LOOKUP, as_at=DAY)
    assert found.matches["same_authority"].tolist() == [True, True, False]
    assert (len(found.unmatched_wanted), len(found.unmatched_offered)) == (1, 1)
