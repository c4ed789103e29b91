"""Reading tables: any usual dress of CSV, Excel workbooks, and files that are not what they say."""

import datetime as dt
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from often import at_least
from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange import RawTable, read_table
from rosc_map.publish import MASK

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
    # A cell of two lines is one row of a spreadsheet, where people look for it, but two lines of the file.
    assert [number for number, _ in read_table(path).rows] == [3, 5]


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
        ("name,b,name\n1,2,3\n", r"two columns named 'name' \(columns 1 and 3\)"),
        ("Jane,Jane\n1,2\n", r"two columns of one name \(columns 1 and 2\)"),
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
    with pytest.raises(FileProblem, match="cannot be read as an Excel workbook"):
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
        bomb.writestr("_rels/.rels", b"0" * 100_000_000)
    with pytest.raises(FileProblem, match="unpacks to more than 20 MB"):
        read_table(tmp_path / "t.xlsx")


@given(st.binary(max_size=400))
@settings(at_least(60), deadline=None)
def test_no_bytes_crash_the_reader(tmp_path_factory, data):
    for ending in (".csv", ".xlsx"):
        path = tmp_path_factory.mktemp("junk") / f"t{ending}"
        path.write_bytes(data)
        try:
            assert isinstance(read_table(path), RawTable)
        except (InputError, FileProblem) as refused:
            assert str(refused)


@pytest.fixture
def workbook(tmp_path):
    """Make a workbook of two rows, and change its first sheet's XML as damaged or odd programs would."""

    def make(change=lambda xml: xml, *, sheets=("Sheet",), rows=(("name", "note"), ("A", 1), ("B", 2))):
        book = Workbook()
        book.remove(book.active)
        for title in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "whole.xlsx")
        path = tmp_path / "t.xlsx"
        with zipfile.ZipFile(tmp_path / "whole.xlsx") as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    changed = change(data.decode())
                    data = changed.encode()
                new.writestr(name, data)
        return path

    return make


def test_a_wrong_size_given_by_the_workbook_loses_no_row(workbook):
    path = workbook(lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:A2"', xml))
    assert [row for _, row in read_table(path).rows] == [{"name": "A", "note": 1}, {"name": "B", "note": 2}]


def test_a_gap_of_many_rows_loses_no_row(workbook):
    path = workbook(
        lambda xml: xml.replace("</sheetData>", '<row r="50000"><c r="A50000"><v>7</v></c></row></sheetData>')
    )
    assert read_table(path).rows[-1] == (50_000, {"name": 7, "note": None})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('<row r="1000000000"><c r="A1000000000"><v>7</v></c></row>', "a row beyond 1,048,576"),
        ('<row r="4"><c r="XFD4"><v>7</v></c></row>', "Row 4 of t.xlsx has 16,384 columns"),
        ('<row r="4"><c r="B5"><v>7</v></c></row>', "cannot be read as an Excel workbook"),
        ('<row r="4"><c r="ZZZZ4"><v>7</v></c></row>', "cannot be read as an Excel workbook"),
        ('<row r="four"/>', "cannot be read as an Excel workbook"),
        ('<row r="4"><c r="A4"><v>seven</v></c></row>', "cannot be read as an Excel workbook"),
        ('<row r="4"><c r="A4" t="s"><v>999</v></c></row>', "cannot be read as an Excel workbook"),
        ('<row r="4"><c r="A4" t="d"><v>no day</v></c></row>', "cannot be read as an Excel workbook"),
        ("<row", "cannot be read as an Excel workbook"),
    ],
)
def test_damaged_and_hostile_sheets_are_refused_in_plain_words(workbook, more, words):
    with pytest.raises(FileProblem, match=words):
        read_table(workbook(lambda xml: xml.replace("</sheetData>", f"{more}</sheetData>")))


def test_a_day_that_no_calendar_has_is_named(workbook):
    path = workbook(lambda xml: re.sub(r"<v>46082</v>", "<v>99999999</v>", xml), rows=[["on"], [dt.date(2026, 3, 1)]])
    with pytest.raises(FileProblem, match="Cell A2 of t.xlsx is marked as a date, and is none"):
        read_table(path)


def test_cells_that_are_only_coloured_are_no_columns(workbook):
    path = workbook(lambda xml: xml.replace("</row>", '<c r="XFD1"/></row>', 1))
    assert read_table(path).headers == ("name", "note")


def test_only_the_first_sheet_is_read_and_that_is_said(workbook):
    with pytest.raises(InputError, match=r'The first sheet of t.xlsx is "Notes". Only the first sheet is read'):
        read_table(workbook(sheets=("Notes", "Assets")))
    with pytest.raises(InputError, match=r'The first sheet of t.xlsx \("One"\) is empty. Only the first sheet'):
        read_table(workbook(lambda xml: re.sub(r"<row.*</row>", "", xml), sheets=("One", "Two")))
    assert len(read_table(workbook(sheets=("Notes",))).rows) == 2


def test_a_workbook_of_charts_only_is_refused(tmp_path):
    book = Workbook()
    book.remove(book.active)
    book.create_chartsheet("Chart")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(FileProblem, match="has no sheet with cells|cannot be read as an Excel workbook"):
        read_table(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\n1,x\n2,"y\n3,z\n4,w\n', 3),
        ('a,b\n1,"x\n2,"y","z"\n', 2),
        ('a,b\n1,"two\nlines"\n"3"" b",4\n"Big" Dave,5\n', 5),
        ('a;b\n"one\ntwo";"x\n1;2\n', 3),
    ],
)
def test_a_stray_quote_takes_in_no_rows(tmp_path, content, line):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(InputError, match=rf'Line {line} of t.csv opens a quote \("\) that is not closed'):
        read_table(tmp_path / "t.csv")


def test_quotes_within_a_plain_cell_stay(tmp_path):
    (tmp_path / "t.csv").write_text('a,b\n12" pipe,"so ""called"""\n')
    assert read_table(tmp_path / "t.csv").rows == ((2, {"a": '12" pipe', "b": 'so "called"'}),)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_our_mask_is_no_text(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    rows = [["name", "address"], ["A", f"{MASK}, Leeds"], ["B", "2 High Street"], [MASK, "x"]]
    if ending == ".csv":
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows))
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    table = read_table(path)
    assert [row for _, row in table.rows] == [
        {"name": "A", "address": None},
        {"name": "B", "address": "2 High Street"},
        {"name": None, "address": "x"},
    ]
    assert table.masked == ((2, "address"), (4, "name"))


def test_names_that_no_file_can_have_are_refused_in_plain_words(tmp_path):
    with pytest.raises(FileProblem, match=r"cannot be read \(File name too long\)"):
        read_table(tmp_path / f"{'x' * 300}.csv")
    with pytest.raises(FileProblem, match="There is no file"):
        read_table(tmp_path)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_row_that_ends_early_has_empty_cells(tmp_path, ending):
    path = tmp_path / f"t{ending}"
    if ending == ".csv":
        path.write_text("a,b,c\n1\n")
    else:
        book = Workbook()
        book.active.append(["a", "b", "c"])
        book.active.append(["1"])
        book.save(path)
    assert read_table(path).rows == ((2, {"a": "1", "b": None, "c": None}),)


def test_an_endless_line_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("a\n" + "x," * 5_000_001)
    with pytest.raises(InputError, match="a line of more than 10,000,000 characters"):
        read_table(tmp_path / "t.csv")


def test_many_short_rows_under_many_headers_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text(",".join(f"c{n}" for n in range(500)) + "\n" + "1\n" * 20_001)
    with pytest.raises(FileProblem, match="more than 10,000,000 cells"):
        read_table(tmp_path / "t.csv")


def test_the_sheet_with_the_headings_wanted_is_read_wherever_it_stands(tmp_path):
    book = Workbook()
    book.active.title = "Read me first"
    book.active.append(["What to say"])
    for title, rows in (("Calls", [["Question ", " Source"], ["Q?", "s01"]]), ("Calls 2", [["source"], ["s02"]])):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match='The first sheet of t.xlsx is "Read me first"'):
        read_table(tmp_path / "t.xlsx")
    found = read_table(tmp_path / "t.xlsx", wanted={"source"})
    assert found.rows == ((2, {"Question": "Q?", "Source": "s01"}),)
    with pytest.raises(InputError, match='The first sheet of t.xlsx is "Read me first"'):
        read_table(tmp_path / "t.xlsx", wanted={"source", "level"})


def test_a_line_above_the_headings_of_a_workbook_is_told_as_one(workbook):
    path = workbook(rows=(("Calls of Monday",), ("source", "level"), ("s01", 2)))
    for wanted in (frozenset(), {"source"}):
        with pytest.raises(InputError, match="Row 2 of t.xlsx has more cells .*Is there a line above the headings"):
            read_table(path, wanted=wanted)
