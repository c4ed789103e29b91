"""Writing: only what was published, nothing that a spreadsheet runs, whole or not at all."""

import csv
import io
import json

import pandas as pd
import pytest
from openpyxl import load_workbook

from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange import read_table, safe_cell, write_atomic, write_geojson, write_table
from rosc_map.publish import PublishedTable, plain_table
from rosc_map.records import Audience

HOSTILE = ["'=1", '=HYPERLINK("x")', "+1+1", "-2+3", "@SUM(1)", "\t=1", " =1", "\r=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_as_a_formula(text):
    assert safe_cell(text).startswith("'")


def test_numbers_and_plain_words_stay_as_they_are():
    assert [safe_cell(value) for value in (-1.5, 3, "a=b", "", None)] == [-1.5, 3, "a=b", "", None]


@pytest.fixture
def table():
    return plain_table("T", Audience.PUBLIC, pd.DataFrame({"name": [*HOSTILE, "plain"], "n": range(9)}), ("=note",))


def test_a_spreadsheet_export_runs_nothing_and_reads_back(tmp_path, table):
    for ending in (".csv", ".xlsx"):
        path = write_table(table, tmp_path / f"t{ending}")
        back = [str(row["name"]).strip() for _, row in read_table(path).rows]
        assert back == [text.strip() for text in [*HOSTILE, "plain"]]
    cells = list(csv.reader(io.StringIO((tmp_path / "t.csv").read_text("utf-8-sig"))))
    assert not [cell for row in cells for cell in row if cell.lstrip()[:1] in "=+-@" and cell.strip()]
    book = load_workbook(tmp_path / "t.xlsx")
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_only_published_things_are_written(tmp_path):
    with pytest.raises(NotPublished, match="A DataFrame has not passed"):
        write_table(pd.DataFrame(), tmp_path / "t.csv")
    with pytest.raises(NotPublished, match="A DataFrame has not passed"):
        write_geojson(pd.DataFrame(), tmp_path / "t.geojson")
    with pytest.raises(NotPublished, match="Only the publish room"):
        PublishedTable("x", Audience.PUBLIC, pd.DataFrame())
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_atomic(tmp_path / "none" / "t.csv", b"new")
    path.chmod(0o644)
    write_atomic(path, b"new")
    assert path.read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


def test_another_ending_is_refused(tmp_path, table):
    with pytest.raises(InputError, match=r"written as .csv or .xlsx"):
        write_table(table, tmp_path / "t.ods")


def test_missing_figures_are_empty_cells(tmp_path):
    frame = pd.DataFrame({"a": [1.5, float("nan"), None], "b": ["x", "y", "z"]})
    path = write_table(plain_table("T", Audience.PUBLIC, frame), tmp_path / "t.csv")
    assert path.read_text("utf-8-sig").split() == ["a,b", "1.5,x", ",y", ",z"]


def test_geojson_is_strict(tmp_path, made_up):
    collection = json.loads(write_geojson(made_up.publish(), tmp_path / "t.geojson").read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    points = [feature["geometry"]["coordinates"] for feature in collection["features"] if feature["geometry"]]
    assert points
    assert all(-9 < lon < 2.5 and 49 < lat < 61.5 for lon, lat in points)
    assert all(feature["id"] == feature["properties"]["id"] for feature in collection["features"])
