"""Writing: only what was published, nothing that a spreadsheet runs, whole or not at all."""

import csv
import io
import json
import os
import stat
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange import read_table, safe_cell, write_geojson, write_table
from rosc_map.exchange.cells import unmark_cell
from rosc_map.publish import PublishedTable
from rosc_map.publish import published as gate
from rosc_map.records import Audience
from rosc_map.show import write_map
from rosc_map.whole_file import write_atomic


def plain_table(name, audience, frame, notes=()):
    """A table as the publish room makes them."""
    return PublishedTable(name, audience, frame, notes, gate=gate._GATE)


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
    assert path.read_text("utf-8-sig").split() == ['"a","b"', '"1.5","x"', '"","y"', '"","z"']


def test_geojson_is_strict(tmp_path, made_up):
    collection = json.loads(write_geojson(made_up.publish(), tmp_path / "t.geojson").read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    points = [feature["geometry"]["coordinates"] for feature in collection["features"] if feature["geometry"]]
    assert points
    assert all(-9 < lon < 2.5 and 49 < lat < 61.5 for lon, lat in points)
    assert all(feature["id"] == feature["properties"]["id"] for feature in collection["features"])


def test_a_negative_number_stays_readable_and_a_telephone_number_keeps_its_plus():
    assert [safe_cell(text) for text in ("-1.23259746", "-7", "-1e-05")] == ["-1.23259746", "-7", "-1e-05"]
    assert safe_cell("+441642000000") == "'+441642000000"
    assert safe_cell("-1+1") == "'-1+1"


@pytest.mark.parametrize(
    "inner", ["x;=1+1;y", "x\t=1+1\ty", "x\n=1+1\ny", "x; @SUM(1);y", 'x;"=1+1;y', "x;-2+3+cmd|' /C calc'!A0"]
)
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_no_part_of_a_cell_is_a_formula_for_a_program_that_splits_elsewhere(tmp_path, inner, mark):
    frame = pd.DataFrame({"a": ["b"], "text": [inner], "c": [inner]})
    path = write_table(plain_table("T", Audience.PUBLIC, frame), tmp_path / "t.csv")
    # Line by line, as a program does that takes the quotes for something else.
    for line in path.read_text("utf-8-sig").splitlines():
        for cell in next(csv.reader([line], delimiter=mark)):
            assert cell.strip()[:1] not in ("=", "+", "-", "@")
    assert read_table(path).rows[0][1]["text"] == inner


@pytest.mark.parametrize(
    "text", ["Offers:\n- tea\n- talk", "01642 1; +44 20 7946 0000", "Mon 19:00-20:30; Tue 18:00-19:00"]
)
def test_bullets_and_telephone_numbers_get_no_mark(text):
    assert safe_cell(text) == text


@given(st.text(alphabet=st.sampled_from("'\"=+-@;\t\r\n 1a"), max_size=12))
def test_every_mark_comes_off_again(text):
    assert unmark_cell(safe_cell(text)) == text
    assert safe_cell(text) == text or "'" in safe_cell(text)


def test_what_no_file_or_terminal_can_take_is_left_out(tmp_path):
    assert safe_cell("a\ufffeb\uffffc\ud800d\x9be\x7ff\x00") == "abcdef"
    frame = pd.DataFrame({"a\ud800": ["x\udc00\uffff"]})
    for ending in (".csv", ".xlsx"):
        path = write_table(plain_table("T", Audience.PUBLIC, frame), tmp_path / f"t{ending}")
        assert read_table(path).rows == ((2, {"a": "x"}),)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("folder", "it is a folder"),
        (".", "it is a folder"),
        ("x" * 300, "File name too long"),
        ("none/t.csv", "No such file or directory"),
        ("file/t.csv", "Not a directory"),
        ("pipe", "it is not an ordinary file"),
        ("nul\0", "no file can have this name"),
        ("\ud800", "no file can have this name"),
    ],
)
def test_names_that_cannot_be_written_are_said_plainly(tmp_path, monkeypatch, name, words):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").write_text("x")
    os.mkfifo("pipe")
    with pytest.raises(FileProblem, match=rf"cannot be written \({words}\)"):
        write_atomic(Path(name), b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_a_name_as_long_as_can_be_is_written(tmp_path):
    assert write_atomic(tmp_path / ("x" * 255), b"new").read_bytes() == b"new"


def test_a_write_that_is_stopped_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "t.csv", b"new")
    assert not list(tmp_path.iterdir())


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_internal_is_for_its_owner_only(tmp_path, made_up):
    mask = os.umask(0o022)
    try:
        for audience, mode in ((Audience.INTERNAL, 0o600), (Audience.PARTNERS, 0o644), (Audience.PUBLIC, 0o644)):
            published = made_up.publish(audience)
            frame = pd.DataFrame({"a": ["b"]})
            for ending in (".csv", ".xlsx"):
                assert _mode(write_table(plain_table("T", audience, frame), tmp_path / f"t{ending}")) == mode
            assert _mode(write_geojson(published, tmp_path / "t.geojson")) == mode
            assert _mode(write_map(published, tmp_path / "t.html")) == mode
    finally:
        os.umask(mask)


def test_a_map_or_geojson_replaces_no_partnership_file(made_up):
    before = made_up.path.read_bytes()
    with pytest.raises(InputError, match=r"A map is a web page: choose a name that ends in .html."):
        write_map(made_up.publish(), Path(made_up.path))
    with pytest.raises(InputError, match=r"choose a name that ends in .geojson"):
        write_geojson(made_up.publish(), Path(made_up.path))
    assert made_up.path.read_bytes() == before


def test_only_a_workbook_carries_the_notes(tmp_path, table):
    write_table(table, tmp_path / "t.csv")
    assert "note" not in (tmp_path / "t.csv").read_text("utf-8-sig")
    write_table(table, tmp_path / "t.xlsx")
    assert load_workbook(tmp_path / "t.xlsx").sheetnames == ["T", "Notes"]


@pytest.mark.parametrize("run", ["\n", "; ", " ", "'", ";'", "\t+1", ";+", "\n+\n", ";-1 "])
def test_a_very_long_cell_takes_no_time(run):
    def seconds(length):
        text, spent = ";" + run * (length // len(run)) + "x", []
        for _ in range(3):
            began = time.process_time()
            safe_cell(text)
            unmark_cell(text)
            spent.append(time.process_time() - began)
        return min(spent)

    # In step with its length: what tries again at each letter would take 900 times as long.
    assert seconds(900_000) < 200 * seconds(30_000)


def test_columns_to_write_in_have_room_for_it(tmp_path):
    longest = "Says they would help actively"
    frame = pd.DataFrame({"who": ["Abc", "De"], "level": ["", ""], "date": ["", ""], "nr": ["1", ""]})
    table = PublishedTable("Calls", Audience.INTERNAL, frame, ("Note.",), {"level": ("No", longest)}, gate=gate._GATE)
    book = load_workbook(write_table(table, tmp_path / "calls.xlsx"))
    assert book.sheetnames == ["Calls", "Read me first", "Words"]
    widths = {cell.value: book["Calls"].column_dimensions[cell.column_letter].width for cell in book["Calls"][1]}
    assert widths == {"who": 5, "level": len(longest) + 2, "date": 14, "nr": 4}
    plain = PublishedTable("Calls", Audience.INTERNAL, frame, gate=gate._GATE)
    book = load_workbook(write_table(plain, tmp_path / "plain.xlsx"))
    assert book["Calls"].column_dimensions["C"].width == 6
