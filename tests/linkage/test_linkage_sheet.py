"""The call sheet: a row a question, in words for people."""

import pandas as pd
import pytest

from rosc_map.errors import UnknownName
from rosc_map.linkage import CONDUCT, LEVEL_WORDS, OUTCOME_WORDS, SCRIPT, SHEET_COLUMNS, call_sheet, read_answers

PAIRS = pd.DataFrame({"source": ["a01", "a01", "a00"], "target": ["a02", "a00", "a02"], "eligible": [2, 2, 2]})


def test_a_row_a_question_in_the_order_of_the_draw(make_assets) -> None:
    assets = make_assets(
        {"name": "Café {name}", "organisation": "Trust"},
        {"name": "Group", "organisation": "GROUP", "phone": "", "email": "g@example.org"},
        {"name": "=Garden"},
    )
    sheet = call_sheet(PAIRS, assets)
    assert tuple(sheet.columns) == SHEET_COLUMNS
    assert sheet["source"].tolist() == ["a01", "a01", "a00"]
    assert sheet["who to ring"].tolist() == ["Group", "Group", "Café {name} (Trust)"]
    assert sheet["telephone"].tolist() == ["", "", "01632 960000"]
    assert sheet["e-mail"].tolist() == ["g@example.org", "g@example.org", ""]
    assert sheet["question"][1] == "If someone wanted Café {name}, what could you tell them?"
    assert (sheet[["level", "contact", "date"]] == "").all(axis=None)


def test_a_sheet_filled_in_with_the_words_of_the_lists_reads_back(make_assets) -> None:
    assets = make_assets({}, {}, {})
    sheet = call_sheet(PAIRS, assets)
    sheet["level"] = [LEVEL_WORDS["referral"], LEVEL_WORDS["not_known"], ""]
    sheet["contact"] = [OUTCOME_WORDS["answered"], "", OUTCOME_WORDS["refused"]]
    read = read_answers(sheet, PAIRS, assets)
    assert read.answers.drop(columns="on").to_dict("list") == {
        "source": ["a01", "a01"],
        "target": ["a02", "a00"],
        "level": ["referral", "not_known"],
    }
    assert dict(zip(read.contacts["source"], read.contacts["contact"], strict=True)) == {
        "a01": "answered",
        "a00": "refused",
    }


def test_no_questions_give_an_empty_sheet_with_its_columns(make_assets) -> None:
    sheet = call_sheet(PAIRS.iloc[:0], make_assets({}))
    assert tuple(sheet.columns) == SHEET_COLUMNS
    assert len(sheet) == 0


def test_an_asset_that_is_gone(make_assets) -> None:
    with pytest.raises(UnknownName, match="asks about 'a02', which is not among the assets any more"):
        call_sheet(PAIRS, make_assets({}, {}))


def test_the_words_hold_the_whole_conduct() -> None:
    text = " ".join(SCRIPT + CONDUCT)
    for promise in (
        "two weeks before",
        "may say no",
        "as a test",
        "crisis line",
        "refuge",
        "where help is",
        "published hours",
        "e-mail",
        "no reason",
        "three times, at different times",
        "names of people",
        "14 days",
    ):
        assert promise in text
    assert list(LEVEL_WORDS) == ["not_known", "heard_of", "information", "referral", "introduction"]
    assert set(OUTCOME_WORDS) == {"answered", "refused", "call_back", "no_answer", "wrong_number", "closed"}
