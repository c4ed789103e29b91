"""Import: all rows or none, twice is once, and never a silent change."""

import sqlite3
import threading

import geopandas as gpd
import pytest
from openpyxl import Workbook

import rosc_map
from rosc_map import examples
from rosc_map.errors import FileProblem, InputError, RowsRejected

A = {"name": "Example A", "asset_type": "lero", "postcode": "TS1 2PA"}


def test_the_same_file_twice_does_not_double(empty, write_csv):
    rows = [{**A, "name": f"Example {n}"} for n in range(5)]
    first = empty.import_(write_csv(rows))
    again = empty.import_(write_csv(rows))
    assert (len(first.added), len(again.added), len(again.left)) == (5, 0, 5)
    assert len(empty.snapshot().assets) == 5


def test_the_example_twice_does_not_double(made_up):
    before = len(made_up.snapshot().assets)
    again = made_up.import_(examples.assets_path())
    assert (again.added, again.changes) == ([], [])
    assert len(made_up.snapshot().assets) == before


@pytest.mark.parametrize("dress", [{"name": "EXAMPLE  a"}, {"postcode": "ts12pa"}])
def test_matching_does_not_mind_case_and_spacing(empty, write_csv, dress):
    empty.import_(write_csv([A]))
    result = empty.import_(write_csv([{**A, **dress}]))
    assert not result.added
    assert len(empty.snapshot().assets) == 1


def test_the_same_name_elsewhere_is_another_asset(empty, write_csv):
    empty.import_(write_csv([A]))
    result = empty.import_(write_csv([{**A, "postcode": "TS1 1AA"}]))
    assert len(result.added) == 1


def test_one_bad_row_of_a_hundred_changes_nothing(empty, write_csv):
    rows = [{**A, "name": f"Example {n}"} for n in range(100)]
    rows[56] |= {"postcode": "TS1 9QQ"}
    with pytest.raises(RowsRejected, match="Nothing was changed: 1 row has a problem in rows.csv") as caught:
        empty.import_(write_csv(rows))
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.value) == (58, "postcode", "TS1 9QQ")
    assert "is not in the ONS Postcode Directory" in problem.why
    assert "Check it" in problem.what_to_do
    assert empty.snapshot().assets.empty


def test_accept_partial_takes_the_good_rows(empty, write_csv):
    result = empty.import_(write_csv([A, {**A, "name": ""}]), accept_partial=True)
    assert (result.added, result.refused) == ([2], [3])
    assert len(empty.snapshot().assets) == 1


def test_dry_run_changes_nothing(empty, write_csv):
    assert empty.import_(write_csv([A]), dry_run=True).added == [2]
    assert empty.snapshot().assets.empty


def test_what_changes_is_listed_and_empty_cells_change_nothing(empty, write_csv):
    empty.import_(write_csv([{**A, "description": "Old words", "listing": "agreed", "phone": "01632 960001"}]))
    result = empty.import_(write_csv([{**A, "description": "New words", "listing": "", "phone": ""}]))
    assert [(c.field, c.before, c.after) for c in result.changes] == [("description", "Old words", "New words")]
    asset = empty.snapshot().assets.iloc[0]
    assert (asset["listing"], asset["phone"]) == ("agreed", "01632 960001")


def test_a_place_that_becomes_hidden_is_forgotten(empty, write_csv):
    # Not the postcode that the file gives as an example of one.
    row = {**A, "postcode": "TS3 6AW"}
    empty.import_(write_csv([{**row, "address": "1 Secret Street"}]))
    empty.import_(write_csv([{**row, "location_precision": "hidden"}]))
    asset = empty.snapshot().assets.iloc[0]
    assert (asset["postcode"], asset["address"], asset["local_authority_code"]) == ("", "", "")
    assert asset["upper_tier_code"] == "E06000002"
    assert len(empty.snapshot().assets) == 1
    raw = empty.path.read_bytes()
    assert b"Secret" not in raw
    assert b"TS3 6AW" not in raw


def test_a_postcode_that_was_not_known_before_is_added_to_the_asset(empty, write_csv):
    empty.import_(write_csv([{**A, "postcode": "", "areas_served": "Middlesbrough"}]))
    result = empty.import_(write_csv([{**A, "areas_served": "Middlesbrough"}]))
    assert (result.added, [c.field for c in result.changes]) == ([], ["postcode", "latitude", "longitude"])


def test_a_moved_asset_gets_its_new_point(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A}]))
    empty.import_(write_csv([{"id": "a", **A, "postcode": "KT22 7TW"}]))
    asset = empty.snapshot().assets.iloc[0]
    assert (asset["postcode"], asset["local_authority_code"]) == ("KT22 7TW", "E07000210")
    assert asset["latitude"] == pytest.approx(51.2998, abs=1e-3)


def test_two_rows_of_one_file_for_one_asset(empty, write_csv):
    same = empty.import_(write_csv([A, A]))
    assert (same.added, same.left) == ([2], [3])
    with pytest.raises(RowsRejected, match="Nothing was changed") as caught:
        empty.import_(
            write_csv(
                [
                    {**A, "name": "Example B", "phone": "01632 960002"},
                    {**A, "name": "Example B", "phone": "01632 960001"},
                ]
            )
        )
    assert "differs from row 2" in caught.value.problems[0].why


def test_two_meetings_of_one_name_and_place_with_their_own_ids_are_two(empty, write_csv):
    result = empty.import_(write_csv([{"id": "m1", **A}, {"id": "m2", **A}]))
    assert len(result.added) == 2


def test_an_organisation_that_declined_is_not_imported_again(empty, write_csv):
    empty.import_(write_csv([{**A, "listing": "declined"}]))
    result = empty.import_(write_csv([{**A, "listing": "agreed", "phone": "01632 960001"}]))
    assert (result.added, result.changes) == ([], [])
    assert "asked not to be listed" in result.warnings[0].why
    assert "Example A" not in str(result.warnings)
    assert empty.snapshot().assets.iloc[0]["listing"] == "declined"


def test_leaving_needs_no_postcode_and_holds_however_the_row_comes_back(empty, write_csv):
    empty.import_(write_csv([{**A, "listing": "agreed"}]))
    left = empty.import_(write_csv([{"name": "Example A", "asset_type": "lero", "listing": "declined"}]))
    assert [change.field for change in left.changes] == ["listing"]
    for row in (
        {"latitude": "54.5742", "longitude": "-1.2350"},
        {"postcode": "TS1 1AA"},
        {"areas_served": "Middlesbrough"},
        {},
    ):
        again = empty.import_(write_csv([{"name": "example a", "asset_type": "lero", "listing": "agreed", **row}]))
        assert (again.added, again.changes, again.left) == ([], [], [2]), row
    assert empty.publish("internal").assets.empty


def test_a_name_alone_never_shows_a_hidden_place(empty, write_csv):
    refuge = {"name": "Harbour House", "asset_type": "domestic_abuse_refuge", "postcode": "TS1 2PA"}
    empty.import_(write_csv([refuge]))
    open_row = {
        "name": "Harbour House",
        "asset_type": "partner_service",
        "postcode": "TS1 2PA",
        "location_precision": "exact",
    }
    with pytest.raises(RowsRejected, match="Nothing was changed") as caught:
        empty.import_(write_csv([open_row]))
    assert "more finely than it is recorded" in caught.value.problems[0].why
    assert empty.snapshot().assets["location_precision"].tolist() == ["hidden"]


def test_what_was_dropped_is_not_printed(empty, write_csv):
    empty.import_(write_csv([{**A, "address": "77 Quagga Street"}]))
    result = empty.import_(write_csv([{**A, "location_precision": "hidden"}]))
    assert "Quagga" not in str(result.changes)
    assert "TS1 2PA" not in str(result.changes)


def test_a_name_that_may_mean_several_is_asked_about(empty, write_csv):
    empty.import_(write_csv([{"id": "a1", **A}, {"id": "a2", **A, "postcode": "TS1 1AA"}]))
    with pytest.raises(RowsRejected, match="1 row") as caught:
        empty.import_(write_csv([{"name": "Example A", "asset_type": "lero"}]))
    assert "a1 or a2" in caught.value.problems[0].what_to_do


def test_a_row_with_a_new_id_for_an_asset_of_the_same_file(empty, write_csv):
    result = empty.import_(write_csv([{"id": "", **A}, {"id": "new", **A}]))
    assert (result.added, result.left) == ([2], [3])


@pytest.mark.parametrize("moved", [{"latitude": "54.57"}, {"longitude": "-1.24"}])
def test_one_coordinate_put_right_moves_the_point_too(empty, write_csv, moved):
    row = {"id": "a", "name": "Example A", "asset_type": "lero", "latitude": "54.5742", "longitude": "-1.235"}
    empty.import_(write_csv([row]))
    empty.import_(write_csv([{**row, **moved}]))
    expected = {**row, **moved}
    point = gpd.read_file(empty.path, layer="assets").geometry[0]
    assert (point.x, point.y) == (float(expected["longitude"]), float(expected["latitude"]))


def test_an_export_for_others_does_not_come_back_as_masks(empty, write_csv):
    text = "See Example Gone for more."
    rows = [{**A, "description": text, "listing": "agreed"}, {**A, "name": "Example Gone", "listing": "declined"}]
    empty.import_(write_csv(rows))
    public = empty.export(empty.path.with_name("public.csv"))
    assert "(not shown)" in public.read_text("utf-8-sig")
    result = empty.import_(public)
    assert any("was masked" in warning.why for warning in result.warnings)
    assert text in empty.snapshot().assets["description"].tolist()


def test_a_count_that_changed_is_changed(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A}, {"id": "b", **A, "name": "Example B"}]))
    row = {"from": "a", "to": "b", "evidence": "counted", "period": "2025"}
    empty.import_(write_csv([{**row, "count": "3"}]), "referrals")
    result = empty.import_(write_csv([{**row, "count": "7"}]), "referrals")
    assert [(c.field, c.before, c.after) for c in result.changes] == [("count", "3", "7")]
    assert empty.snapshot().referrals["count"].tolist() == [7.0]


def test_unknown_columns_are_said(empty, write_csv):
    assert empty.import_(write_csv([{**A, "favourite colour": "red"}])).unknown_columns == ("favourite colour",)


def test_an_excel_file_with_numbers_and_dates(empty, tmp_path):
    book = Workbook()
    book.active.append(["Name", "Type", "Postcode", "Telephone", "Last checked on"])
    book.active.append(["Example A", "LERO", "TS1 2PA", 1632960001, __import__("datetime").datetime(2026, 3, 1)])
    book.save(tmp_path / "a.xlsx")
    empty.import_(tmp_path / "a.xlsx")
    asset = empty.snapshot().assets.iloc[0]
    assert (asset["phone"], str(asset["verified_on"])) == ("01632960001", "2026-03-01")


def test_two_imports_at_once_do_not_double(empty, write_csv):
    path = write_csv([{**A, "name": f"Example {n}"} for n in range(50)])
    errors = []

    def go():
        try:
            rosc_map.open(empty.path).import_(path)
        except FileProblem as error:
            errors.append(error)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(empty.snapshot().assets) == 50


def test_referrals_by_name_or_id_with_suggestions(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A}, {"id": "b", **A, "name": "Example B"}]))
    rows = [{"from": "example a", "to": "b", "evidence": "declared"}]
    assert empty.import_(write_csv(rows), "referrals").added == [2]
    assert empty.import_(write_csv(rows), "referrals").left == [2]
    bad = [{"from": "Exmple A", "to": "b", "evidence": "declared"}, {"from": "a", "to": "a", "evidence": "declared"}]
    with pytest.raises(RowsRejected, match="2 rows") as caught:
        empty.import_(write_csv(bad), "referrals")
    unknown, itself = caught.value.problems
    assert (unknown.row, unknown.column, unknown.value) == (2, "from", "Exmple A")
    assert "Did you mean 'Example A'" in unknown.what_to_do
    assert "is the same asset" in itself.why


def test_an_ambiguous_name_asks_for_the_id(empty, write_csv):
    empty.import_(
        write_csv([{"id": "a", **A}, {"id": "a2", **A, "postcode": "TS1 1AA"}, {"id": "b", **A, "name": "B"}])
    )
    with pytest.raises(RowsRejected, match="1 row") as caught:
        empty.import_(write_csv([{"from": "Example A", "to": "b", "evidence": "declared"}]), "referrals")
    assert "a or a2" in caught.value.problems[0].what_to_do


def test_a_refuge_that_was_typed_as_something_else_is_hidden_once_it_is_put_right(empty, write_csv):
    row = {"name": "Safe place", "asset_type": "partner_service", "postcode": "TS1 2PA", "address": "12 Secretive Road"}
    empty.import_(write_csv([row]))
    empty.import_(write_csv([{**row, "asset_type": "domestic_abuse_refuge"}]))
    (asset,) = empty.snapshot().assets.to_dict("records")
    assert (asset["location_precision"], asset["address"], asset["postcode"]) == ("hidden", "", "")
    assert b"Secretive" not in empty.path.read_bytes()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"from": "a", "to": "b", "evidence": "declared"},
            "has no column 'name'.*looks like referrals: add --as referrals",
        ),
        ({"Middlesbrough assets": "x"}, "has no column 'name'.*The first row of the sheet has to name the columns"),
        ({"name": "A", "postcode": "TS1 2PA"}, "has no column 'asset_type'. Columns found: name, postcode"),
    ],
)
def test_a_table_without_its_columns_is_refused_at_once(empty, write_csv, row, words):
    with pytest.raises(InputError, match=words):
        empty.import_(write_csv([row]))


def test_slips_are_asked_about(empty, write_csv):
    empty.import_(write_csv([{"id": "a1", **A}]))
    result = empty.import_(write_csv([{**A, "postcode": "LS1 1AA"}]))
    asked = " ".join(f"{warning.why} {warning.what_to_do}" for warning in result.warnings)
    assert "is in Leeds, outside the area" in asked
    assert "put its id in the row: a1" in asked
    country = empty.import_(write_csv([{**A, "name": "B", "areas_served": "England"}]))
    assert "a whole region or country" in country.warnings[0].why


def test_the_same_in_other_letters_is_no_difference(empty, write_csv):
    result = empty.import_(write_csv([{**A, "phone": "01632 960001"}, {**A, "asset_type": "LERO", "phone": ""}]))
    assert (result.added, result.left) == ([2], [3])


def test_what_cannot_be_imported(empty, write_csv):
    with pytest.raises(InputError, match="Choose from: assets, referrals, surveys"):
        empty.import_(write_csv([A]), "colours")


def test_the_first_half_of_a_postcode_is_not_read(empty, write_csv):
    empty.import_(write_csv([{"id": "a", **A, "location_precision": "postcode_district", "listing": "agreed"}]))
    result = empty.import_(empty.export(empty.path.with_name("public.csv")))
    assert (result.added, result.problems) == ([], [])
    assert "only the first half" in result.warnings[0].why
    assert empty.snapshot().assets["postcode"].tolist() == ["TS1 2PA"]


def test_the_before_a_name_makes_no_other_asset(empty, write_csv):
    empty.import_(write_csv([{**A, "listing": "declined"}]))
    result = empty.import_(write_csv([{**A, "name": "The Example A", "listing": "agreed"}]))
    assert (result.added, result.left) == ([], [2])


def test_a_precision_that_nobody_knows_is_never_loosened_by_name(empty, write_csv):
    empty.import_(write_csv([A]))
    with sqlite3.connect(empty.path) as raw:
        raw.execute("UPDATE assets SET location_precision = 'Exact'")
    with pytest.raises(RowsRejected, match="1 row"):
        empty.import_(write_csv([{**A, "location_precision": "exact"}]))


def test_a_hidden_asset_keeps_its_area_when_something_else_of_it_changes(empty, write_csv):
    refuge = {"id": "r", "name": "Harbour House", "asset_type": "domestic_abuse_refuge"}
    empty.import_(write_csv([{**refuge, "postcode": "TS1 2PA"}]))
    result = empty.import_(write_csv([{**refuge, "phone": "01632 960001"}]))
    assert [change.field for change in result.changes] == ["phone"]
    assert not any("counts nowhere" in told.what_to_do for told in result.warnings)
    asset = empty.snapshot().assets.iloc[0]
    assert (asset["phone"], asset["upper_tier_code"]) == ("01632 960001", "E06000002")


def test_a_first_import_asks_nothing_of_assets_that_are_plainly_two(empty, write_csv):
    names = ("SMART Recovery Monday", "SMART Recovery Tuesday", "AA Big Book", "NA Big Book", "Hope House", "The Well")
    result = empty.import_(write_csv([{**A, "name": name} for name in names]))
    assert (len(result.added), result.warnings) == (6, [])
