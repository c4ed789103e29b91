"""Reading answers: everything wrong is told at once, and nothing is half-read."""

import numpy as np
import pandas as pd
import pytest

from rosc_map.errors import InputError, RowsRejected
from rosc_map.linkage import read_answers

QUESTIONS = pd.DataFrame(
    {"source": ["a00", "a00", "a01", "a01"], "target": ["a01", "a02", "a00", "a02"], "eligible": [3, 3, 3, 3]}
)


@pytest.fixture
def assets(make_assets):
    return make_assets(
        {"name": "Recovery Café"}, {"name": "Blue  Door"}, {"name": "Garden Group"}, {"name": "Twin"}, {"name": "twin"}
    )


def sheet(*rows: dict[str, object], first: int = 2) -> pd.DataFrame:
    columns = ["source", "target", "level", "contact"]
    return pd.DataFrame(
        [{**dict.fromkeys(columns, ""), **row} for row in rows],
        columns=columns,
        index=range(first, first + len(rows)),
        dtype=object,
    )


def problems(rows: pd.DataFrame, assets: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    with pytest.raises(RowsRejected, match=r"Nothing was changed: .* in the answers") as caught:
        read_answers(rows, QUESTIONS, assets)
    assert all(problem.what_to_do.endswith(".") for problem in caught.value.problems)
    return [(problem.row, problem.column, problem.value, problem.why) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0", "not_known"), ("2", "information"), ("4.0", "introduction"), (3, "referral"), ("heard_of", "heard_of"),
     ("GAVE information", "information"), (" Could say how to get in ", "referral")],
)  # fmt: skip
def test_levels_as_number_code_or_words(assets, typed, code) -> None:
    read = read_answers(sheet({"source": "a00", "target": "a01", "level": typed}), QUESTIONS, assets)
    assert read.answers.drop(columns="on").to_dict("records") == [{"source": "a00", "target": "a01", "level": code}]
    assert read.contacts.drop(columns="on").to_dict("records") == [{"source": "a00", "contact": "answered"}]


def test_names_in_any_capitals_and_empty_rows_and_repeats(assets) -> None:
    read = read_answers(
        sheet(
            {"source": "RECOVERY café", "target": "blue door", "level": "1"},
            {"source": "a00", "target": "a01", "level": "heard_of"},
            {"source": "a00", "target": "a02"},
            {"source": "a00", "target": "a02", "level": None, "contact": np.nan},
            {"source": "somebody unknown", "level": "-"},
            {"source": "a01", "contact": "no answer"},
        ),
        QUESTIONS,
        assets,
    )
    assert read.answers.drop(columns="on").to_dict("list") == {
        "source": ["a00"],
        "target": ["a01"],
        "level": ["heard_of"],
    }
    assert read.contacts.drop(columns="on").to_dict("list") == {
        "source": ["a00", "a01"],
        "contact": ["answered", "no_answer"],
    }
    assert read.passed_over == 3


def test_a_call_back_with_some_levels_is_kept(assets) -> None:
    rows = sheet({"source": "a00", "target": "a01", "level": "2", "contact": "call_back"})
    assert read_answers(rows, QUESTIONS, assets).contacts["contact"].tolist() == ["call_back"]


def test_sheets_with_only_some_columns(assets) -> None:
    levels = pd.DataFrame({"source": ["a00"], "target": ["a01"], "level": ["2"]}, index=[2])
    assert len(read_answers(levels, QUESTIONS, assets).answers) == 1
    ends = pd.DataFrame({"source": ["a00"], "contact": ["refused"]}, index=[2])
    read = read_answers(ends, QUESTIONS, assets)
    assert (len(read.answers), len(read.contacts)) == (0, 1)
    assert list(read.answers.columns) == ["source", "target", "level", "on"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"source": "a00", "target": "a01", "level": "7"}, (2, "level", "7", "is not a level.")),
        ({"source": "a00", "target": "a01", "level": "2026-03-01"}, (2, "level", "2026-03-01", "is not a level.")),
        ({"source": "a00", "contact": "grumpy"}, (2, "contact", "grumpy", "is not a way for a contact to end.")),
        ({"source": "zz", "contact": "refused"}, (2, "source", "zz", "is not an asset that we know.")),
        ({"source": "", "contact": "refused"}, (2, "source", "", "is missing.")),
        ({"source": "a02", "contact": "refused"}, (2, "source", "a02", "was not asked in this round.")),
        ({"source": "a00", "target": "", "level": "1"}, (2, "target", "", "is missing.")),
        ({"source": "a00", "target": "TWIN", "level": "1"}, (2, "target", "TWIN", "is the name of 2 assets.")),
        (
            {"source": "a00", "target": "a03", "level": "1"},
            (2, "target", "a03", "is not what this service was asked about in this round."),
        ),
        (
            {"source": "a00", "target": "a01", "level": "1", "contact": "refused"},
            (2, "contact", "refused", "says “Preferred not to”, but there are levels for the same service."),
        ),
    ],
)
def test_each_thing_that_can_be_wrong(assets, row, problem) -> None:
    assert problems(sheet(row), assets) == [problem]


def test_all_problems_are_told_at_once_in_the_order_of_the_rows(assets) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2"},
        {"source": "nobody", "target": "nothing", "level": "9", "contact": "?!"},
        {"source": "a00", "target": "a01", "level": "3"},
        {"source": "a01", "contact": "refused"},
        {"source": "a01", "contact": "no_answer"},
    )
    assert [(row, column) for row, column, _, _ in problems(rows, assets)] == [
        (3, "level"),
        (3, "contact"),
        (3, "source"),
        (3, "target"),
        (4, "level"),
        (6, "contact"),
    ]


def test_a_contradiction_points_at_the_row_that_said_it_first(assets) -> None:
    rows = sheet({"source": "a00", "target": "a01", "level": "2"}, {"source": "a00", "target": "a01", "level": "0"})
    (found,) = problems(rows, assets)
    assert found == (3, "level", "not_known", "is not what row 2 says for the same question (information).")


def test_a_slip_of_the_pen_gets_a_near_name_and_an_ambiguous_one_its_ids(assets) -> None:
    rows = sheet({"source": "Recovry Cafe", "contact": "refused"}, {"source": "Twin", "contact": "refused"})
    with pytest.raises(RowsRejected, match="2 rows have problems") as caught:
        read_answers(rows, QUESTIONS, assets)
    near, twins = caught.value.problems
    assert near.what_to_do.startswith("Did you mean “Recovery Café”?")
    assert twins.what_to_do == "Write the id instead: a03, a04."


def test_twenty_thousand_rows_of_another_file_end_in_a_list(assets) -> None:
    rows = sheet(*[{"source": f"row {n}", "target": "x", "level": "1"} for n in range(20_000)])
    assert len(problems(rows, assets)) == 40_000


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["who", "level"], "no column “source” .found: who, level."),
        (["source", "target"], "neither “level” nor “contact”"),
        (["source", "level"], "levels but no column “target”"),
    ],
)
def test_a_missing_column(assets, columns, words) -> None:
    with pytest.raises(InputError, match=words):
        read_answers(pd.DataFrame(columns=columns), QUESTIONS, assets)
