"""A table of postcodes comes back with places, and is otherwise as it was."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.csv_sheet import CsvSheet
from rosc_map.exchange.geocoding import ADDED, geocode
from rosc_map.exchange.text_columns import Numbers, Words, written


@pytest.fixture
def placed(tmp_path):
    """Return a function that geocodes a text, or bytes, and gives the result and the text that was written."""

    def run(what: str | bytes, encoding: str = "utf-8", **options):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_bytes(what if isinstance(what, bytes) else what.encode(encoding))
        return geocode(source, out, **options), out.read_bytes().decode(encoding)

    return run


def rows_of(text: str, mark: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))


def test_the_columns_that_the_contract_promises(placed):
    result, text = placed("postcode\nTS1 2PA\nBT1 1AA\n")
    assert ADDED[:7] == (
        "easting", "northing", "latitude", "longitude", "local_authority_code", "upper_tier_code", "place_quality",
    )  # fmt: skip
    first, belfast = rows_of(text)
    assert first == {
        "postcode": "TS1 2PA",
        "easting": "449544",
        "northing": "520304",
        "latitude": "54.575530",
        "longitude": "-1.235094",
        "local_authority_code": "E06000002",
        "upper_tier_code": "E06000002",
        "place_quality": "postcode",
        "place_note": "",
    }
    # BOUNDARIES.md: BT1 1AA = 54.6024 N 5.9223 W. Its easting is on the British grid, as all others.
    assert float(belfast["latitude"]) == pytest.approx(54.6024, abs=1e-4)
    assert float(belfast["longitude"]) == pytest.approx(-5.9223, abs=1e-4)
    assert 140_000 < int(belfast["easting"]) < 150_000
    assert (result.rows, result.placed, result.problems) == (2, 2, ())


def test_a_county_district_has_its_county_as_upper_tier(placed):
    _, text = placed("postcode\nIP1 1AQ\n")
    assert rows_of(text)[0]["upper_tier_code"] == "E10000029"  # Suffolk


def test_each_outcome_has_its_own_note_and_none_is_called_another(placed):
    result, text = placed("id,postcode\n1,TS1 2PA\n2,TSI 2PA\n3,TS1 9QQ\n4,hello\n5,\n6,JE2 3AB\n")
    rows = rows_of(text)
    assert [row["place_note"] for row in rows] == [
        "",
        "read as TS1 2PA",
        "is not in the directory",
        "is not a whole postcode",
        "no postcode",
        "has no coordinates in the directory",
    ]
    assert [row["place_quality"] for row in rows] == ["postcode", "postcode", "none", "none", "none", "none"]
    assert [row["easting"] for row in rows] == ["449544", "449544", "", "", "", ""]
    assert [(p.row, p.value) for p in result.problems] == [
        (3, "TSI 2PA"), (4, "TS1 9QQ"), (5, "hello"), (7, "JE2 3AB"),
    ]  # fmt: skip
    assert "Did you mean TS1 " in result.problems[1].what_to_do
    assert "Jersey" in result.problems[3].why
    assert "Did you mean" not in result.problems[3].what_to_do  # it is a real postcode
    assert (result.rows, result.placed) == (6, 2)
    assert (sum(result.notes.values()), result.read_as) == (4, 1)


def test_a_slip_that_was_put_right_does_not_hide_what_became_of_it(placed):
    _, text = placed("postcode\nZZ99 9ZZ.\nKT11 3DZ.\nJE2 3AB.\nTS1 2PA.\n")
    assert [row["place_note"] for row in rows_of(text)] == [
        "is not in the directory (read as ZZ99 9ZZ)",
        "is no longer in use (read as KT11 3DZ)",
        "has no coordinates in the directory (read as JE2 3AB)",
        "read as TS1 2PA",
    ]


def test_blank_rows_of_a_spreadsheet_do_not_count(placed):
    result, _ = placed("name,postcode\n" + ",\n" * 60 + "x,TS1 9QQ\n")
    assert (result.rows, result.placed, [problem.row for problem in result.problems]) == (1, 0, [62])


def test_a_row_of_one_column_with_a_mark_in_it_is_refused(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("postcode\nTS1 2PA\nM1 1AE,Manchester\n")
    with pytest.raises(InputError, match="Row 3 of in.csv has more cells"):
        geocode(source, tmp_path / "out.csv")


def test_the_copy_is_a_csv_too(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("postcode\nTS1 2PA\n")
    with pytest.raises(InputError, match=r"ends in \.csv"):
        geocode(source, tmp_path / "out.xlsx")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_what_was_there_stays_character_by_character(placed, mark, end, encoding):
    lines = [
        mark.join(("Name", "Post code", "Note")),
        mark.join(("Café Ünal", " ts12pa ", '"a ""quoted"" one' + end + 'in two lines"')),
        "",
        mark.join(("=1+1", "TS1 2PA")),
        mark.join(("short",)),
    ]
    _, text = placed(end.join(lines) + end, encoding)
    for before in lines[:2]:
        assert before in text
    assert text.count(end) == end.join(lines).count(end) + 1
    rows = rows_of(text, mark)
    assert [row["easting"] for row in rows] == ["449544", "449544", ""]
    assert rows[0]["Note"] == f'a "quoted" one{end}in two lines'
    assert (rows[1]["Name"], rows[1]["Note"]) == ("=1+1", "")


def test_letters_outside_the_encoding_go_through(placed):
    _, text = placed(b"name,postcode\nZo\x81\xeb,TS1 2PA\n", "latin-1")
    assert text.splitlines()[1].startswith("Zo\x81\xeb,TS1 2PA,449544")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", {}, "is empty"),
        ("\n,,\n", {}, "is empty"),
        ("TS1 2PA\nTS1 2PB\n", {}, "has no column 'postcode'. Its first row must hold the names"),
        ("a,b\n1,2\n", {"column": "pc"}, "has no column 'pc'"),
        ("postcode,Post Code\n1,2\n", {}, "two columns named 'postcode'"),
        ("postcode,Easting\n1,2\n", {}, "already has a column 'Easting'"),
        ("postcode,b\n1,2,3\n", {}, "more cells than there are headers, the first of them in column 3"),
        ('postcode,b\n"TS1 2PA,2\nTS1 2PA,3\n', {}, "Line 2 of in.csv opens a quote"),
        ("postcode\0\n", {}, "is not a text file"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(tmp_path, text, options, said):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(text, "utf-8")
    with pytest.raises(InputError) as refused:
        geocode(source, out, **options)
    assert said in str(refused.value)
    assert not out.exists()


def test_the_table_itself_is_never_written_over(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("postcode\nTS1 2PA\n")
    with pytest.raises(InputError, match="is the table itself"):
        geocode(source, source)
    with pytest.raises(FileProblem, match="There is no file"):
        geocode(tmp_path / "none.csv", tmp_path / "out.csv")
    assert source.read_text() == "postcode\nTS1 2PA\n"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_any_table_comes_back_as_it_was(tmp_path_factory, rows, mark):
    folder = tmp_path_factory.mktemp("any")
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerows([("postcode", "other"), *rows])
    (folder / "in.csv").write_bytes(made.getvalue().encode())
    geocode(folder / "in.csv", folder / "out.csv")
    back = list(csv.reader(io.StringIO((folder / "out.csv").read_bytes().decode(), newline=""), delimiter=mark))
    assert [tuple(row[:2]) for row in back[1:]] == rows
    assert {len(row) for row in back} == {2 + len(ADDED)}


@st.composite
def columns(draw):
    """Numbers with as many decimals as fit into what is counted."""
    decimals, largest = draw(st.sampled_from([(0, 1_300_000), (3, 1_300_000), (6, 4_000)]))
    number = st.one_of(st.just(np.nan), st.floats(-largest, largest))
    return draw(st.lists(number, min_size=1, max_size=30)), decimals


@given(columns())
def test_numbers_are_written_as_python_writes_them(column):
    values, decimals = column
    rounded = np.rint(np.array(values) * 10**decimals) / 10**decimals + 0.0  # no minus before a zero
    told = written([Numbers(np.array(values), decimals)], len(values), ",")
    assert told == ["," if np.isnan(value) else f",{value:.{decimals}f}" for value in rounded]


def test_words_and_numbers_side_by_side():
    columns = [Words(["", "E06000002"], np.array([1, 0])), Numbers(np.array([np.nan, 7.0]))]
    assert written(columns, 2, ";") == [";E06000002;", ";;7"]


def test_a_sheet_without_a_line_end_at_the_end(tmp_path):
    path: Path = tmp_path / "in.csv"
    path.write_bytes(b"postcode\rTS1 2PA\r\rTS1 2PB")
    sheet = CsvSheet.read(path)
    assert (list(sheet.rows), list(sheet.numbers)) == (["TS1 2PA", "", "TS1 2PB"], [2, 3, 4])
