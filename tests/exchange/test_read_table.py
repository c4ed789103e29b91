"""Reading tables: any usual dress of CSV, Excel workbooks, and files that are not what they say."""

import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange import RawTable, read_table

ROWS = ((2, {"name": "Café Ô", "note": "a"}), (3, {"name": "B", "note": ""}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_every_dress_reads_the_same(tmp_path, encoding, mark):
    path = tmp_path / "t.csv"
    path.write_bytes(f"name{mark}note\r\nCafé Ô{mark}a\r\nB{mark}\r\n".encode(encoding))
    assert read_table(path) == RawTable("t.csv", ("name", "note"), ROWS)


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('\nname,note\n"two\nlines",x\n,\nlast,y\n')
    # A cell of two lines is one row of a spreadsheet but two lines of the file: the line is what an editor shows.
    assert [number for number, _ in read_table(path).rows] == [3, 6]


def test_excel_reads_like_csv(tmp_path):
    book = Workbook()
    book.active.append(["name", "note"])
    book.active.append(["Café Ô", "a"])
    book.active.append([None, None])
    book.active.append(["B", None])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert [(number, row["name"]) for number, row in table.rows] == [(2, "Café Ô"), (4, "B")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("a,a\n1,2\n", "two columns named 'a'"),
        ("a,b\n1,2,3\n", "Row 2 of t.csv has more cells"),
    ],
)
def test_tables_that_cannot_be_meant(tmp_path, content, words):
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        read_table(path)


def test_files_that_are_not_what_they_say(tmp_path):
    (tmp_path / "t.xlsx").write_text("no workbook")
    with pytest.raises(FileProblem, match="cannot be opened as an Excel workbook"):
        read_table(tmp_path / "t.xlsx")
    (tmp_path / "t.csv").write_bytes(b"PK\x03\x04\x00\x00\x00\x00")
    with pytest.raises(InputError, match="is not a text file"):
        read_table(tmp_path / "t.csv")
    (tmp_path / "t.pdf").write_text("x")
    with pytest.raises(InputError, match="Save it as .csv or .xlsx"):
        read_table(tmp_path / "t.pdf")
    with pytest.raises(FileProblem, match="There is no file"):
        read_table(tmp_path / "none.csv")


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(6):
            bomb.writestr(f"xl/{number}.xml", b"0" * 100_000_000)
    with pytest.raises(FileProblem, match="unpacks to more than 500 MB"):
        read_table(tmp_path / "t.xlsx")


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_no_bytes_crash_the_reader(tmp_path_factory, data):
    for ending in (".csv", ".xlsx"):
        path = tmp_path_factory.mktemp("junk") / f"t{ending}"
        path.write_bytes(data)
        try:
            assert isinstance(read_table(path), RawTable)
        except (InputError, FileProblem) as refused:
            assert str(refused)
