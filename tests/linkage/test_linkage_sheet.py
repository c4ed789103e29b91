"""The call sheet: a row a question, in words for people; and how its cells are read."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import UnknownName
from rosc_map.linkage import CONDUCT, LEVEL_WORDS, OUTCOME_WORDS, SCRIPT, call_sheet, read_answers
from rosc_map.linkage.call_days import read_date, read_try
from rosc_map.linkage.conduct import PROTOCOL
from rosc_map.linkage.sheet import read_accuracy, read_contact, read_level, read_volunteer, sheet_columns
from rosc_map.records import CellError

PAIRS = pd.DataFrame({"source": ["a01", "a01", "a00"], "target": ["a02", "a00", "a02"], "eligible": [2, 2, 2]})
FILLED_IN = ["level", "contact", "date", "try 1", "try 2", "try 3", "volunteer", "beside the record"]


def test_a_row_a_question_in_the_order_of_the_draw(make_assets) -> None:
    assets = make_assets(
        {"name": "Café {name}", "organisation": "Trust"},
        {
            "name": "Group",
            "organisation": "GROUP",
            "phone": "",
            "email": "g@example.org",
            "sessions": "Mon 09:00-17:00",
        },
        {"name": "=Garden"},
    )
    sheet = call_sheet(PAIRS, assets, round_name="R2", sheet=3)
    assert tuple(sheet.columns) == sheet_columns(3)
    assert sheet["round"].tolist() == ["R2"] * 3
    assert sheet["sheet"].tolist() == ["3"] * 3
    assert sheet["source"].tolist() == ["a01", "a01", "a00"]
    assert sheet["who to ring"].tolist() == ["Group", "Group", "Café {name} (Trust)"]
    assert sheet["telephone"].tolist() == ["", "", "01632 960000"]
    assert sheet["e-mail"].tolist() == ["g@example.org", "g@example.org", ""]
    assert sheet["when"].tolist() == ["Mon 09:00-17:00", "Mon 09:00-17:00", ""]
    assert sheet["question"][1] == "If someone wanted Café {name}, what could you tell them?"
    assert (sheet[[*FILLED_IN, "on the record"]] == "").all(axis=None)


def test_the_columns_begin_with_who_to_ring_and_end_with_the_ids() -> None:
    columns = sheet_columns(2)
    assert columns[:6] == ("who to ring", "telephone", "e-mail", "when", "question", "level")
    assert columns[6:11] == ("contact", "date", "try 1", "try 2", "volunteer")
    assert columns[11:] == ("on the record", "beside the record", "round", "sheet", "source", "target")


def test_there_is_a_column_for_each_try(make_assets) -> None:
    columns = list(call_sheet(PAIRS, make_assets({}, {}, {}), tries=5).columns)
    assert [column for column in columns if column.startswith("try")] == [f"try {number}" for number in range(1, 6)]
    assert len(sheet_columns(1)) == len(columns) - 4


def test_the_record_stands_beside_only_where_it_was_confirmed_lately(make_assets) -> None:
    told = {"website": "https://example.org", "sessions": "Mon 09:00-10:00", "referral_route": "Ring and ask."}
    assets = make_assets(
        told | {"verified_on": dt.date(2026, 3, 1)},
        {"verified_on": pd.NaT},
        told | {"verified_on": dt.date(2026, 2, 28)},
    )
    pairs = pd.DataFrame({"source": ["a01", "a01", "a02"], "target": ["a00", "a02", "a01"]})
    assert (call_sheet(pairs, assets)["on the record"] == "").all()
    sheet = call_sheet(pairs, assets, confirmed_since=dt.date(2026, 3, 1))
    assert sheet["on the record"].tolist() == [
        (
            "Website: https://example.org · Telephone: 01632 960000 · Times: Mon 09:00-10:00"
            " · How to get in: Ring and ask."
        ),
        "",
        "",
    ]


def test_cells_that_pandas_left_empty_are_empty_text(make_assets) -> None:
    assets = make_assets({"email": np.nan, "phone": None}, {"organisation": None, "sessions": np.nan}, {})
    sheet = call_sheet(PAIRS, assets)
    assert set(sheet["when"]) | set(sheet["e-mail"]) == {""}
    assert sheet.map(lambda cell: type(cell) is str).all(axis=None)


def test_a_sheet_filled_in_with_the_words_of_the_lists_reads_back(make_assets) -> None:
    assets = make_assets({"verified_on": dt.date(2026, 1, 1)}, {}, {"verified_on": dt.date(2026, 2, 1)})
    sheet = call_sheet(PAIRS, assets, round_name="R1", confirmed_since=dt.date(2026, 1, 1))
    sheet["level"] = [LEVEL_WORDS["referral"], LEVEL_WORDS["not_known"], ""]
    sheet["contact"] = [OUTCOME_WORDS["answered"], "", OUTCOME_WORDS["refused"]]
    sheet["beside the record"] = ["As recorded", "", ""]
    sheet["try 1"] = ["2026-03-01 10:30", "", ""]
    sheet["volunteer"] = "V7"
    read = read_answers(sheet, PAIRS, assets, round_name="r1")
    day = dt.date(2026, 3, 1)
    assert list(read.answers.itertuples(index=False, name=None)) == [
        ("a01", "a02", "referral", "as_recorded", day, "V7"),
        ("a01", "a00", "not_known", "", day, "V7"),
    ]
    assert list(read.contacts.itertuples(index=False, name=None)) == [
        ("a01", "answered", day, ("2026-03-01 10:30",), "V7"),
        ("a00", "refused", None, (), "V7"),
    ]
    assert read.remarks == ()


def test_no_questions_give_an_empty_sheet_with_its_columns(make_assets) -> None:
    sheet = call_sheet(PAIRS.iloc[:0], make_assets({}))
    assert tuple(sheet.columns) == sheet_columns(3)
    assert len(sheet) == 0


def test_an_asset_that_is_gone(make_assets) -> None:
    with pytest.raises(UnknownName, match="asks about 'a02', which is not among the assets any more"):
        call_sheet(PAIRS, make_assets({}, {}))


def test_the_words_hold_the_whole_conduct() -> None:
    text = " ".join(SCRIPT + CONDUCT)
    for promise in (
        "two weeks before: the month, the purpose, the questions, what is done with the result",
        "You may say no",
        "A refusal is never named",
        "This is a test",
        "Never pretend to be a person who needs help",
        "what they say they would do",
        "Never ring a crisis line or a refuge, and never ask anyone about a refuge or another confidential place",
        "stop the test",
        "999",
        "NHS 111",
        "116 123",
        "0300 123 6600",
        "share a contact are rung once, as one",
        "public information liaison officers or SMART co-ordinators, never through members",
        "within their published hours",
        "By e-mail, send the same questions, word for word",
        "different times of the day",
        "a named supervisor, a limit to the calls you make, and a withheld number",
        "swap any call with another volunteer, and need give no reason",
        "sees its own result first and has 14 days to reply. The reply stays with the result",
        "no names of people",
    ):
        assert promise in text
    # What only a workbook has is not said to who holds paper.
    assert not {"row", "column"} & set(text.replace(".", " ").split())
    assert list(LEVEL_WORDS) == ["not_known", "heard_of", "information", "referral", "introduction"]
    assert LEVEL_WORDS["introduction"].startswith("Says they would")
    assert set(OUTCOME_WORDS) == {"answered", "refused", "call_back", "no_answer", "wrong_number", "closed"}
    assert PROTOCOL == "1"


@at_least(60)
@given(st.text(max_size=30))
@example("2: Gave information")
@example("\ud800")
def test_a_reader_gives_a_value_or_says_what_to_do(text) -> None:
    for read in (read_level, read_contact, read_accuracy, read_date, read_try, read_volunteer):
        try:
            found = read(text)
        except CellError as error:
            assert error.why.endswith(".")
            assert error.what_to_do
        else:
            assert found is None or isinstance(found, str | dt.date)


def test_a_level_as_the_list_on_the_sheet_has_it() -> None:
    assert read_level("2: Gave information") == "information"
    with pytest.raises(CellError, match="is not a level"):
        read_level("3: Gave information")


@pytest.mark.parametrize("text", ["-2", "+2", ".4", "4%", "2?", "2.", "2.5", "04", "4.00", "(3)", "2-", "²", "٢"])
def test_a_number_with_a_mark_beside_it_is_no_level(text) -> None:
    with pytest.raises(CellError, match="is not a level"):
        read_level(text)


@pytest.mark.parametrize("text", ["2", "2.0", " 2 ", "Gave information", "gave-information", "2: Gave information"])
def test_a_number_alone_or_words_are_a_level(text) -> None:
    assert read_level(text) == "information"
