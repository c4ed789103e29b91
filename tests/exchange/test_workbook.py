"""The gap analysis as a workbook: a sheet a table, notes first, nothing that runs, and not known is no nought."""

import dataclasses
import stat

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from published_gaps import gaps_for
from rosc_map.errors import FileProblem, InputError, NotPublished
from rosc_map.exchange.sheets import tab_name
from rosc_map.exchange.workbook import write_workbook
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.records import Audience


@pytest.fixture
def gaps(made_up):
    return gaps_for(made_up)


@pytest.fixture
def book(gaps, tmp_path):
    return load_workbook(write_workbook(gaps, tmp_path / "gaps.xlsx"))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_notes_come_first_then_a_sheet_for_each_table(book, gaps):
    titles = [table.title for part in gaps.parts for table in part.tables]
    assert book.sheetnames == ["Notes", *titles]


def test_the_notes_hold_all_that_has_to_stand_with_the_figures(book, gaps):
    notes = [tuple(row) for row in rows_of(book["Notes"])]
    words = [row[1] for row in notes]
    assert notes[0] == ("Title", gaps.title) and ("As at", "22 November 2026") in notes and ("For", "public") in notes
    assert gaps.banner in words and "An empty cell means: not known. It never stands for 0." in words
    for part in gaps.parts:
        assert all((part.heading, said) in notes for said in part.sentences)
        assert all((f"{part.heading}: what is not known", said) in notes for said in part.cautions)
        assert all((table.title, said) in notes for table in part.tables for said in table.notes)
    assert all(("How it was worked out", said) in notes for said in gaps.method)
    assert all(("Limits", said) in notes for said in gaps.notes)
    assert all(("Sources", said) in notes for said in (*gaps.licences, *gaps.published.licences))


def test_rows_and_columns_are_those_of_the_table_in_words(book, gaps):
    head, *rows = rows_of(book["Provision by authority"])
    assert head == ["Authority", "Status", "LEROs", "Code"]
    table = gaps.parts[0].tables[0].table
    assert [row[-1] for row in rows] == list(table["code"])
    statuses = dict(zip(table["code"], table["status"], strict=True))
    assert set(statuses.values()) == {"served", "none_found", "not_surveyed"}, "one of each, or this tests nothing"
    for _, status, count, code in rows:
        assert status == statuses[code].replace("_", " ")
        assert (count is None) == (status == "not surveyed"), "who did not look found nothing, and not 0"


def test_columns_with_headings_come_first_and_no_id_stands_beside_its_name(gaps, tmp_path):
    table = pd.DataFrame(
        {"rank_low": [1], "code": ["E1"], "name": ["Surrey"], "asset": ["6c1"], "id": ["6c2"], "wanted_by": ["6c3"],
         "wanted_by_name": ["A club"], "kind": ["rooms"]}
    )  # fmt: skip
    seats = pd.DataFrame({"asset": ["6c4"], "votes_known": [2]})
    tables = (
        GapsTable("m", "Matches", table, {"kind": "Support", "name": "By"}),
        GapsTable("s", "Seats", seats, {"votes_known": "Votes"}),
    )
    shown = dataclasses.replace(gaps, parts=(GapsPart("offers", "O", (), (), tables),), gate=gaps.gate)
    book = load_workbook(write_workbook(shown, tmp_path / "ids.xlsx"))
    assert rows_of(book["Matches"]) == [
        ["Support", "By", "Rank low", "Code", "Wanted by name"],
        ["rooms", "Surrey", 1, "E1", "A club"],
    ]
    assert rows_of(book["Seats"]) == [["Votes", "Asset"], [2, "6c4"]], "with no name beside it, an id is all there is"


def test_a_share_stays_a_number_that_is_shown_as_per_cent(book):
    sheet = book["Reach by type"]
    head, first, second = rows_of(sheet)
    at = head.index("Within 1.6 km (%)")
    assert (first[at], second[at]) == (0.25, None)
    assert sheet.cell(2, at + 1).number_format == "0%"
    assert sheet.cell(2, head.index("Assets") + 1).number_format == "General"


def test_hostile_text_is_text(gaps, tmp_path):
    hostile = ('=HYPERLINK("x")', "@SUM(1)", "+1+1", "\t=1", "<img src=x onerror=alert(1)>")
    table = pd.DataFrame({"=code": hostile, "many": [(text, text) for text in hostile]})
    parts = (GapsPart("need", hostile[0], hostile, hostile, (GapsTable("t", "=1+[1]", table, {"=code": "=A1"}),)),)
    shown = dataclasses.replace(gaps, parts=parts, method=hostile, gate=gaps.gate)
    book = load_workbook(write_workbook(shown, tmp_path / "h.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if str(cell.value).lstrip()[:1] in ("=", "+", "@")]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


def test_what_is_internal_is_for_its_owner_alone(made_up, tmp_path):
    shown = gaps_for(made_up, Audience.INTERNAL)
    assert stat.S_IMODE(write_workbook(shown, tmp_path / "in.xlsx").stat().st_mode) == 0o600


def test_only_what_has_passed_the_gate_is_written_and_a_refusal_leaves_nothing(gaps, tmp_path):
    with pytest.raises(NotPublished):
        write_workbook(gaps.published, tmp_path / "g.xlsx")
    with pytest.raises(InputError, match=r"g\.csv: choose a name that ends in \.xlsx"):
        write_workbook(gaps, tmp_path / "g.csv")
    with pytest.raises(FileProblem, match="cannot be written"):
        write_workbook(gaps, tmp_path / "none" / "g.xlsx")
    assert not list(tmp_path.glob("g.*"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60), max_size=12))
def test_the_name_of_each_sheet_is_one_that_excel_takes_and_no_other_has(titles):
    names: list[str] = []
    for title in titles:
        names.append(tab_name(title, names))
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
