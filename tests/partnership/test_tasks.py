"""The tasks of a partnership: new, survey, gaps, draw, record, estimate, and what goes wrong with them."""

import datetime as dt

import pytest
from openpyxl import load_workbook

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
    assert empty.publish().provision.not_surveyed == 1
    empty.survey(
        ["Middlesbrough"], on="2026-03-01", by="Volunteer 7", types=["lero"], asked=["lived_experience_leader"]
    )
    found = empty.publish().provision
    assert (found.none_found, found.by_authority["status"][0]) == (1, "none_found")
    assert "1 of 6 groups asked" in found.by_authority["looked"][0]
    empty.import_(write_csv([A]))
    assert empty.publish().provision.served == 1
    assert empty.publish(asset_type="treatment").provision.not_surveyed == 1


def test_a_survey_twice_is_once_and_bad_words_are_refused(empty):
    marks = {"on": dt.date(2026, 3, 1), "by": "Volunteer 7"}
    assert empty.survey(["Middlesbrough"], **marks) == 9
    assert empty.survey(["Middlesbrough"], **marks) == 0
    with pytest.raises(InputError, match="'leroo' is not one of the choices"):
        empty.survey(["Middlesbrough"], **marks, types=["leroo"])
    with pytest.raises(InputError, match="'tomorrow' is not a date"):
        empty.survey(["Middlesbrough"], on="tomorrow", by="V1", types=["lero"])
    with pytest.raises(UnknownName, match="is not an area"):
        empty.survey(["Nowhere"], **marks)
    with pytest.raises(InputError, match="Kent is not in the area of this partnership"):
        empty.survey(["Kent"], **marks)
    with pytest.raises(InputError, match="is in the future"):
        empty.survey(["Middlesbrough"], on="2026-12-01", by="V1", types=["lero"])


def test_more_groups_asked_are_added_and_an_area_twice_is_once(empty):
    marks = {"on": "2026-03-01", "by": "V", "types": ["lero"]}
    assert empty.survey(["Middlesbrough", "E06000002"], **marks, asked=["system_partner"]) == 1
    assert empty.survey(["Middlesbrough"], **marks, asked=["person_in_treatment"]) == 1
    assert "2 of 6 groups asked" in empty.publish().provision.by_authority["looked"][0]
    with pytest.raises(InputError, match="'published' is not one of the choices"):
        empty.survey(["Middlesbrough"], **marks, asked=["published"])


def test_a_paused_lero_serves_nobody(empty, write_csv):
    empty.import_(write_csv([{**A, "status": "paused"}]))
    assert empty.publish().provision.served == 0


def test_the_same_seed_draws_the_same_round(made_up):
    first, second = (made_up.draw(sources=10, targets=4, seed=5) for _ in range(2))
    assert first.draw.pairs.equals(second.draw.pairs)
    assert (first.name, second.name) == ("R2", "R3")
    assert first.to_json()["frame_sha256"] == second.to_json()["frame_sha256"]


def test_the_largest_seed_is_kept_and_a_larger_one_refused(made_up):
    drawn = made_up.draw(sources=2, targets=2, seed=2**53 - 1)
    assert int(made_up.snapshot().rounds.set_index("round").loc[drawn.name, "seed"]) == 2**53 - 1
    with pytest.raises(InputError, match="Give a whole number from 0 to"):
        made_up.draw(sources=2, targets=2, seed=2**53)


def test_who_leaves_is_in_no_result(made_up, write_csv):
    before = made_up.estimate("R1").assets["id"].tolist()
    made_up.import_(write_csv([{"id": before[0], "name": "Example", "asset_type": "lero", "listing": "declined"}]))
    assert before[0] not in made_up.estimate("R1").assets["id"].tolist()


def test_confidential_assets_are_in_no_round(made_up):
    drawn = made_up.draw(sources=58, targets=20, seed=1).to_json()
    assets = made_up.snapshot().assets
    kept = assets["location_precision"].isin(["hidden", "local_authority"]) | (assets["listing"] == "declined")
    asked = {pair[end] for pair in drawn["pairs"] for end in ("source", "target")}
    assert asked
    assert not asked & set(assets.loc[kept, "id"])
    assert not set(drawn["frame"]) & set(assets.loc[kept, "id"])


def fill_in(path, **cells):
    """Write into the first row of a call sheet, and a level into every row."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, columns["level"], "Gave information")
    for name, value in cells.items():
        sheet.cell(2, columns[name], value)
    book.save(path)


def test_a_filled_in_sheet_comes_back(made_up, tmp_path):
    rosc_map.open(made_up.path, today=dt.date(2026, 4, 20)).draw(sources=3, targets=2, seed=1)
    (path,) = made_up.sheet("r2", tmp_path / "calls.xlsx")
    fill_in(path, date="1 May 2026")
    first, again = made_up.record("R2", path), made_up.record("R2", path)
    assert (first.added, first.changed, first.left, first.passed_over) == (9, 0, 0, 0)
    assert (again.added, again.changed, again.left) == (0, 0, 9)
    estimate = made_up.estimate("R2").to_json()
    assert (estimate["answered"]["estimate"], estimate["questions"]) == (1.0, 6)
    days = made_up.snapshot().answers.query("round == 'R2'")["on"].map(str).tolist()
    # The day is written once a call, and holds for all of its questions.
    assert days == [*["2026-05-01"] * 2, *["2026-11-22"] * 4]


def test_the_sheet_holds_the_script_and_is_never_written_over(made_up, tmp_path):
    (path,) = made_up.sheet("R1", tmp_path / "calls.xlsx")
    rules = load_workbook(path).worksheets[0].data_validations.dataValidation
    assert {rule.formula1 for rule in rules} == {"Words!$A$1:$A$5", "Words!$B$1:$B$6", "Words!$C$1:$C$2"}
    notes = " ".join(str(row[0]) for row in load_workbook(path)["Read me first"].iter_rows(values_only=True))
    assert "Never ring a crisis line" in notes
    assert "If someone wanted" in notes
    with pytest.raises(FileProblem, match="may hold answers"):
        made_up.sheet("R1", path)


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
    assert any("Nobody has answered yet" in sentence for sentence in result["sentences"])


def test_a_sheet_of_no_columns_is_refused(made_up, write_csv):
    with pytest.raises(InputError, match="needs the columns source, target and level"):
        made_up.record("R1", write_csv([{"a": "b"}]))


def test_an_internal_export_comes_back_unchanged(made_up, tmp_path):
    path = made_up.export(tmp_path / "all.csv", audience="internal")
    result = made_up.import_(path)
    assert (result.added, result.changes, result.problems) == ([], [], [])


def test_another_ending_and_another_audience(made_up, tmp_path):
    with pytest.raises(InputError, match=r"ends in \.csv, \.xlsx, \.geojson"):
        made_up.export(tmp_path / "a.shp")
    with pytest.raises(InputError, match="is not an audience"):
        made_up.export(tmp_path / "a.csv", audience="everyone")


def test_no_export_is_written_over_a_call_sheet(made_up, tmp_path):
    gaps = made_up.gaps()
    for name in ("gaps-provision.csv", "gaps.xlsx"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (path,) = made_up.sheet("R1", folder / name)
        before = path.read_bytes()
        with pytest.raises(FileProblem, match="is a call sheet, and may hold answers"):
            made_up.export(path)
        with pytest.raises(FileProblem, match="is a call sheet, and may hold answers"):
            made_up.write_gaps(gaps, folder)
        assert path.read_bytes() == before
