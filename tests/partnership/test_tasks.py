"""The tasks of a partnership: new, survey, gaps, draw, record, estimate, and what goes wrong with them."""

import datetime as dt

import pytest

import rosc_map
from rosc_map.errors import FileProblem, InputError, RowsRejected, UnknownName

A = {"name": "Example A", "asset_type": "lero", "postcode": "TS1 2PA", "phone": "01632 960001"}


def test_new_takes_names_and_codes_and_says_what_it_does_not_know(tmp_path):
    partnership = rosc_map.new(tmp_path / "a.gpkg", ["Essex", "E06000033", "Thurrock"])
    assert partnership.area_sizes() == {"upper": 3, "local": 14}
    with pytest.raises(UnknownName, match="Did you mean Essex"):
        rosc_map.new(tmp_path / "b.gpkg", ["Esex"])
    assert not (tmp_path / "b.gpkg").exists()
    with pytest.raises(FileProblem, match="exists already"):
        rosc_map.new(tmp_path / "a.gpkg", ["Essex"])
    with pytest.raises(InputError, match=r"ends in .gpkg"):
        rosc_map.open(tmp_path / "a.db")


def test_three_statuses(empty, write_csv):
    assert empty.gaps().not_surveyed == 1
    empty.survey(
        ["Middlesbrough"], on="2026-03-01", by="Volunteer 7", types=["lero"], asked=["lived_experience_leader"]
    )
    found = empty.gaps()
    assert (found.none_found, found.by_authority["status"][0]) == (1, "none_found")
    assert "1 of 6 groups asked" in found.by_authority["looked"][0]
    empty.import_(write_csv([A]))
    assert empty.gaps().served == 1
    assert empty.gaps(asset_type="treatment").not_surveyed == 1


def test_a_survey_twice_is_once_and_bad_words_are_refused(empty):
    marks = {"on": dt.date(2026, 3, 1), "by": "Volunteer 7"}
    assert empty.survey(["Middlesbrough"], **marks) == 9
    assert empty.survey(["Middlesbrough"], **marks) == 0
    with pytest.raises(InputError, match="'leroo' is not one of the choices"):
        empty.survey(["Middlesbrough"], **marks, types=["leroo"])
    with pytest.raises(InputError, match="'tomorrow' is not a date"):
        empty.survey(["Middlesbrough"], on="tomorrow", by="x", types=["lero"])
    with pytest.raises(UnknownName, match="is not an area"):
        empty.survey(["Nowhere"], **marks)


def test_a_paused_lero_serves_nobody(empty, write_csv):
    empty.import_(write_csv([{**A, "status": "paused"}]))
    assert empty.gaps().served == 0


def test_the_same_seed_draws_the_same_round(made_up):
    first, second = (made_up.draw(sources=10, targets=4, seed=5) for _ in range(2))
    assert first.draw.pairs.equals(second.draw.pairs)
    assert (first.name, second.name) == ("R2", "R3")
    assert first.to_json()["frame_sha256"] == second.to_json()["frame_sha256"]


def test_confidential_assets_are_in_no_round(made_up):
    drawn = made_up.draw(sources=58, targets=20, seed=1).to_json()
    assets = made_up.snapshot().assets
    kept = assets["location_precision"].isin(["hidden", "local_authority"]) | (assets["listing"] == "declined")
    asked = {pair[end] for pair in drawn["pairs"] for end in ("source", "target")}
    assert asked
    assert not asked & set(assets.loc[kept, "id"])
    assert not set(drawn["frame"]) & set(assets.loc[kept, "id"])


def test_a_filled_in_sheet_comes_back(made_up, tmp_path):
    from rosc_map.exchange import write_table

    made_up.draw(sources=3, targets=2, seed=1)
    table = made_up.sheet("r2")
    table.table["level"] = "Gave information"
    path = write_table(table, tmp_path / "calls.xlsx")
    assert made_up.record("R2", path) == {"added": 9, "changed": 0, "left": 0}
    assert made_up.record("R2", path) == {"added": 0, "changed": 0, "left": 9}
    estimate = made_up.estimate("R2").to_json()
    assert (estimate["answered"]["estimate"], estimate["questions"]) == (1.0, 6)


def test_answers_are_taken_whole_or_not_at_all(made_up, write_csv):
    drawn = made_up.draw(sources=3, targets=2, seed=1)
    pair = drawn.to_json()["pairs"][0]
    rows = [
        {**pair, "level": "3"},
        {**pair, "target": drawn.frame.ids[0], "level": "7"},
        {"source": "nobody", "target": "x", "level": "1"},
    ]
    with pytest.raises(RowsRejected, match="Nothing was changed") as caught:
        made_up.record("R2", write_csv(rows))
    assert {problem.row for problem in caught.value.problems} == {3, 4}
    assert made_up.snapshot().answers.query("round == 'R2'").empty


def test_a_round_that_is_not_there(made_up):
    with pytest.raises(UnknownName, match="There is no round 'R9'. Rounds in this file: R1"):
        made_up.estimate("R9")


def test_a_round_without_an_answer_is_an_honest_sentence(made_up):
    made_up.draw(sources=3, targets=2, seed=1)
    result = made_up.estimate("R2").to_json()
    assert result["answered"]["estimate"] is None
    assert "Nobody has answered yet" in result["sentences"][0]


def test_a_sheet_of_no_columns_is_refused(made_up, write_csv):
    with pytest.raises(InputError, match="needs the columns source, target and level"):
        made_up.record("R1", write_csv([{"a": "b"}]))


def test_an_internal_export_comes_back_unchanged(made_up, tmp_path):
    path = made_up.export(tmp_path / "all.csv", audience="internal")
    result = made_up.import_(path)
    assert (result.added, result.changes, result.problems) == ([], [], [])


def test_another_ending_and_another_audience(made_up, tmp_path):
    with pytest.raises(InputError, match=r"ends in .csv, .xlsx or .geojson"):
        made_up.export(tmp_path / "a.shp")
    with pytest.raises(InputError, match="is not an audience"):
        made_up.export(tmp_path / "a.csv", audience="everyone")
