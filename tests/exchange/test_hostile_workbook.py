"""Hostile workbooks are refused in plain words, or read safely, within so much memory and time."""

import datetime as dt
import re
import zipfile

import hostile_books as books
import pytest
from hostile_books import BOOK, MB, SHEET, STRINGS, STYLES, XXE
from openpyxl import Workbook

from rosc_map.errors import FileProblem, InputError, RoscMapError
from rosc_map.exchange import read_table, tables_in

SECONDS = 20
# Of address space, of which the libraries take half before a file is opened. What is read needs far less.
MEMORY = 3_000 * MB

BOMBS = {
    "a sheet of 250 MB": (lambda p: books.replaced(p, SHEET, bytes(250 * MB)), "unpacks to more than 200 MB"),
    "a sheet that claims a few bytes": (lambda p: books.lying(p, SHEET, bytes(90 * MB), 90), "cannot be read as"),
    "styles of 21 MB": (lambda p: books.replaced(p, STYLES, bytes(21 * MB)), "unpacks to more than 20 MB"),
    "a zip in a zip": (
        lambda p: books.write(p, {"a.xlsx": books.write(p, {"b": bytes(9 * MB)}).read_bytes()}),
        "cannot be read",
    ),
    "11,000 parts": (lambda p: books.write(p, {str(n): b"" for n in range(11_000)}), "more than 10,000 files"),
    "200,000 rows with nothing in them": (lambda p: books.with_rows(p, books.many_rows(200_000, '<c s="0"/>')), 2),
    "very many strings": (lambda p: books.replaced(p, STRINGS, books.strings_of(300_000, "ab")), 2),
    "a long string in very many cells": (
        lambda p: sheet_of(p, 2, 99_999, '<c t="s"><v>4</v></c>', {STRINGS: books.strings_of(1, "x" * 900_000)}),
        "more than 200,000,000 characters",
    ),
    "a cell of 20 MB": (
        lambda p: books.with_rows(p, f'<row><c t="inlineStr"><is><t>{"x" * 20 * MB}</t></is></c></row>'),
        "a cell of more than 1,000,000 characters",
    ),
    "a cell of many pieces": (
        lambda p: books.with_rows(
            p, f'<row><c t="inlineStr"><is>{f"<r><t>{chr(120) * 9_000}</t></r>" * 2_000}</is></c></row>'
        ),
        "a cell of more than 1,000,000 characters",
    ),
    "a tag of 20 MB": (lambda p: books.with_rows(p, f'<row r="{"1" * 20 * MB}"/>'), "a tag of endless length"),
    "a remark of 20 MB": (lambda p: books.with_rows(p, f"<!--{'x' * 20 * MB}-->"), "a tag of endless length"),
    "a million elements deep": (lambda p: books.with_rows(p, "<a>", times=MB), "nested more than 100 deep"),
    "a million strings deep": (lambda p: books.replaced(p, STRINGS, b"<a>" * MB), "nested more than 100 deep"),
    "a billion laughs in a cell": (lambda p: books.with_doctype(p, SHEET, books.LAUGHS), "declares a document type"),
    "a billion laughs in the strings": (lambda p: books.with_doctype(p, STRINGS, books.LAUGHS), "declares a document"),
    "a billion laughs in the list of sheets": (lambda p: books.with_doctype(p, BOOK, books.LAUGHS), "declares a doc"),
    "a file of this machine as an entity": (lambda p: books.with_doctype(p, SHEET, XXE), "declares a document type"),
    "LZMA": (lambda p: books.write(p, books.small_book(), zipfile.ZIP_LZMA), "packed in an unusual way"),
    "a format that takes for ever to look at": (lambda p: books.replaced(p, STYLES, styles("[" * 900_000)), 2),
}


def styles(code):
    return f'<s><numFmt numFmtId="164" formatCode="{code}"/><cellXfs><xf numFmtId="164"/></cellXfs></s>'.encode()


def sheet_of(path, columns, rows, cell="<c><v>1</v></c>", parts=None):
    """Write a sheet of headers and rows of one cell."""
    xml = f"<s><row>{cells(columns)}</row>{books.many_rows(rows, cell)}</s>".encode()
    return books.write(path, books.small_book() | {SHEET: xml} | (parts or {}))


def cells(count):
    return "".join(f'<c t="inlineStr"><is><t>column {n}</t></is></c>' for n in range(count))


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What came of each bomb, read one after the other."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = [build(folder / f"{number}.xlsx") for number, (build, _) in enumerate(BOMBS.values())]
    return dict(zip(BOMBS, books.read_all(paths, memory=MEMORY, seconds=SECONDS), strict=True))


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_or_read_within_their_memory_and_time(answers, name):
    _, expected = BOMBS[name]
    found = answers[name]
    assert found["cause"] not in ("MemoryError", "killed"), found
    if isinstance(expected, int):
        assert (found["rows"], found["refused"]) == (expected, "")
    else:
        assert re.search(expected, str(found["refused"])), found


def test_too_many_rows_or_cells_are_refused(tmp_path, monkeypatch):
    """With small limits: up to the real ones a sheet takes seconds to read, and `make soak` reads such sheets."""
    monkeypatch.setattr(tables_in, "MOST_ROWS", 200)
    monkeypatch.setattr(tables_in, "MOST_CELLS", 1_000)
    path = tmp_path / "t.xlsx"
    assert len(read_table(sheet_of(path, 3, 199)).rows) == 199
    with pytest.raises(FileProblem, match="more than 200 rows"):
        read_table(sheet_of(path, 3, 201))
    with pytest.raises(FileProblem, match="more than 1,000 cells"):
        read_table(sheet_of(path, 100, 11))


def test_the_process_would_have_noticed(tmp_path):
    path = sheet_of(tmp_path / "t.xlsx", 500, 19_000)
    (found,) = books.read_all([path], memory=450 * MB, seconds=SECONDS)
    assert found["cause"] in ("MemoryError", "killed")


def sheet(path, *rows, xml=""):
    """Write a workbook of these rows, each a string of XML, under a header."""
    head = f'<row r="1">{cells(3)}</row>'
    return books.replaced(path, SHEET, f"<s><sheetData>{head}{''.join(rows)}</sheetData>{xml}</s>".encode())


def values(path):
    return [tuple(row.values()) for _, row in read_table(path).rows]


@pytest.mark.parametrize("cached", ["", "<v></v>", "<v/>"])
def test_a_formula_without_its_result_is_said(tmp_path, cached):
    path = sheet(tmp_path / "t.xlsx", f'<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f>A2*2</f>{cached}</c></row>')
    with pytest.raises(
        InputError, match=r"Cell C2 of t.xlsx is a formula, and its result is not in the file\. Open it"
    ):
        read_table(path)


def test_a_formula_made_by_a_program_that_does_not_calculate_is_said(tmp_path):
    book = Workbook()
    book.active.append(["name", "note"])
    book.active.append(["A", '=HYPERLINK("http://example.org")'])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match="Cell B2"):
        read_table(tmp_path / "t.xlsx")


def test_saved_results_are_read_and_nothing_is_calculated_or_fetched(tmp_path):
    path = sheet(
        tmp_path / "t.xlsx",
        '<row r="2"><c r="A2"><f>1+1</f><v>3</v></c><c r="B2" t="str"><f>"a"</f><v>b</v></c>'
        '<c r="C2" t="b"><f>TRUE()</f><v>0</v></c></row>',
        '<row r="3"><c r="A3"><f>[1]Other!$A$1</f><v>7</v></c><c r="B3" t="str"><f>""</f><v></v></c>'
        '<c r="C3" t="str"><f>CMD|"/c calc"!A0</f><v>x</v></c></row>',
    )
    assert values(path) == [(3, "b", False), (7, None, "x")]


def test_an_error_of_the_spreadsheet_is_no_text(tmp_path):
    path = sheet(
        tmp_path / "t.xlsx", '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    table = read_table(path)
    assert table.rows == ((2, {"column 0": 1, "column 1": None, "column 2": None}),)
    (remark,) = table.remarks
    assert (remark.row, remark.column, remark.value) == (2, "column 1", "#DIV/0!")


def test_merged_cells_are_said_with_their_row(tmp_path):
    rows = [f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in (2, 3, 4)]
    merged = '<mergeCells><mergeCell ref="B2:B4"/><mergeCell ref="A3:C3"/><mergeCell ref="A90:B99"/></mergeCells>'
    remarks = read_table(sheet(tmp_path / "t.xlsx", *rows, xml=merged)).remarks
    assert [(remark.row, remark.column, remark.value) for remark in remarks] == [
        (3, "column 1", "B2:B4"),
        (3, "column 0", "A3:C3"),
    ]
    assert "only B2 was read, the others as empty" in remarks[0].why


def test_very_many_remarks_are_cut_short_and_that_is_said(tmp_path):
    merged = "<mergeCells>" + '<mergeCell ref="A1:B1"/>' * 5_000 + "</mergeCells>"
    remarks = read_table(sheet(tmp_path / "t.xlsx", '<row r="2"><c r="A2"><v>1</v></c></row>', xml=merged)).remarks
    assert len(remarks) == 101
    assert "there are more" in remarks[-1].why


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("3", "2"), "has row 2 after row 3, so it cannot be told which cells belong together"),
        (("2", "2"), "has row 2 after row 2"),
        (("2", "1"), "has row 1 after row 2"),
    ],
)
def test_rows_out_of_order_are_refused(tmp_path, rows, words):
    path = sheet(tmp_path / "t.xlsx", *(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in rows))
    with pytest.raises(FileProblem, match=words):
        read_table(path)


@pytest.mark.parametrize("places", [("B2", "A2"), ("A2", "A2")])
def test_cells_out_of_order_are_refused(tmp_path, places):
    path = sheet(tmp_path / "t.xlsx", f'<row r="2">{"".join(f"<c r={p!r}><v>1</v></c>" for p in places)}</row>')
    with pytest.raises(FileProblem, match="Row 2 of t.xlsx has its cells out of order"):
        read_table(path)


def test_a_cell_that_says_another_row_is_refused(tmp_path):
    with pytest.raises(FileProblem, match="cannot be read as an Excel workbook"):
        read_table(sheet(tmp_path / "t.xlsx", '<row r="2"><c r="A3"><v>1</v></c></row>'))


def test_macros_are_refused_by_name_and_never_run(tmp_path):
    (tmp_path / "t.xlsm").write_bytes(b"PK")
    with pytest.raises(InputError, match="can hold macros, so it is not opened. Save it as .xlsx"):
        read_table(tmp_path / "t.xlsm")
    path = books.write(tmp_path / "t.xlsx", books.small_book() | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Auto_Open"})
    assert values(path) == [("A", 1), ("B", 2)]


def test_an_older_or_locked_workbook_is_told_from_a_damaged_one(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(FileProblem, match="It is in an older format, or has a password"):
        read_table(tmp_path / "t.xlsx")


def test_the_first_sheet_that_a_person_sees_is_read(tmp_path):
    book = Workbook()
    book.active.title = "lists"
    book.active.append(["not", "meant"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Assets")
    shown.append(("name", "note"))
    shown.append(("A", 1))
    book.save(tmp_path / "t.xlsx")
    assert values(tmp_path / "t.xlsx") == [("A", 1)]


@pytest.mark.parametrize("title", ["Notes", "How to", "Codelists"])
def test_a_sheet_of_our_own_that_is_no_table_is_named(tmp_path, title):
    book = Workbook()
    book.active.title = title
    book.active.append(["some", "words"])
    book.create_sheet("Assets").append(["name"])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(InputError, match=f'The first sheet of t.xlsx is "{title}". Only the first sheet is read'):
        read_table(tmp_path / "t.xlsx")


@pytest.mark.parametrize("epoch", [dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)])
def test_dates_are_dates_in_both_calendars_of_excel(tmp_path, epoch):
    book = Workbook()
    book.epoch = epoch
    book.active.append(["on", "number", "at", "for"])
    book.active.append([dt.date(2026, 3, 1), 45_000, dt.datetime(2026, 3, 1, 9, 30), dt.timedelta(hours=30)])
    book.save(tmp_path / "t.xlsx")
    (row,) = values(tmp_path / "t.xlsx")
    assert row == (dt.datetime(2026, 3, 1), 45_000, dt.datetime(2026, 3, 1, 9, 30), dt.timedelta(hours=30))
    assert [remark.value for remark in read_table(tmp_path / "t.xlsx").remarks] == ["1904"] * (epoch.year == 1904)


def test_pieces_of_a_string_are_joined_without_reading_aids_and_line_ends_come_back(tmp_path):
    strings = "<r><t>Ca</t></r><r><t>fé</t></r><rPh><t>kafe</t></rPh>"
    lines = "<t>a_x000D_&#10;b_x005F_x000D_</t>"
    two = "".join(f'<c r="{at}" t="inlineStr"><is>{words}</is></c>' for at, words in (("A2", strings), ("B2", lines)))
    assert values(sheet(tmp_path / "t.xlsx", f'<row r="2">{two}</row>')) == [("Café", "a\r\nb_x000D_", None)]


def odk(path, parts):
    return books.write(path, parts)


def test_the_zip_of_odk_is_read_without_a_file_written(tmp_path):
    parts = {
        "../../up.csv": "name,KEY\nA,1\n",
        "media/../../x.jpg": "x",
        "r.csv": "a,PARENT_KEY\n1,2\n",
        "__MACOSX/._a.csv": "",
    }
    table = read_table(odk(tmp_path / "t.zip", parts))
    assert table.rows == ((2, {"name": "A", "KEY": "1"}),)
    assert [(remark.value, remark.why) for remark in table.remarks] == [
        ("r.csv", "holds repeated questions, which are not read.")
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["t.zip"]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, "holds none. Unzip it"),
        ({"a.zip": "PK"}, "holds none"),
        ({"a.csv": "a\n1\n", "b.csv": "a\n1\n"}, "holds these: a.csv, b.csv"),
        ({"a.csv": ""}, "is empty"),
        ({f"{n}.jpg": "" for n in range(10_001)}, "more than 10,000 files"),
        ({"a.csv": "a\n" + "x" * 1_000_001}, "cannot be read as CSV"),
        ({"a.csv": b" " * 200_000_001}, "unpacks to more than 200 MB"),
    ],
)
def test_other_zips_are_refused(tmp_path, parts, words):
    with pytest.raises(RoscMapError, match=words):
        read_table(odk(tmp_path / "t.zip", parts))


def test_a_damaged_zip_is_refused(tmp_path):
    path = books.write(tmp_path / "t.zip", {"a.csv": b"name\n" + b"A\n" * 500}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    for damaged in (whole[:200], whole.replace(b"A\nA", b"B\nB"), b"no zip"):
        path.write_bytes(damaged)
        with pytest.raises(FileProblem, match="is damaged, or no zip"):
            read_table(path)
