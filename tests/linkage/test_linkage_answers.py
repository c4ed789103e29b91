"""Reading answers: everything wrong is told at once, and nothing is half-read."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError, RowsRejected
from rosc_map.linkage import AnswersRead, read_answers
from rosc_map.linkage.in_use import in_use

QUESTIONS = pd.DataFrame(
    {"source": ["a00", "a00", "a01", "a01"], "target": ["a01", "a02", "a00", "a02"], "eligible": [3, 3, 3, 3]}
)


@pytest.fixture
def assets(make_assets):
    return make_assets(
        {"name": "Recovery Café"}, {"name": "Blue  Door"}, {"name": "Garden Group"}, {"name": "Twin"}, {"name": "twin"}
    )


def sheet(*rows: dict[str, object], first: int = 2) -> pd.DataFrame:
    columns = list(dict.fromkeys(["source", "target", "level", "contact", *(column for row in rows for column in row)]))
    return pd.DataFrame(
        [{**dict.fromkeys(columns, ""), **row} for row in rows],
        columns=columns,
        index=range(first, first + len(rows)),
        dtype=object,
    )


def levels_of(read: AnswersRead) -> list[tuple[str, str, str]]:
    return list(read.answers[["source", "target", "level"]].itertuples(index=False, name=None))


def contacts_of(read: AnswersRead) -> list[tuple[str, str]]:
    return list(read.contacts[["source", "contact"]].itertuples(index=False, name=None))


def problems(rows: pd.DataFrame, assets: pd.DataFrame, **told: object) -> list[tuple[int, str, str, str]]:
    with pytest.raises(RowsRejected, match=r"Nothing was changed: .* in the answers") as caught:
        read_answers(rows, **({"questions": QUESTIONS, "assets": assets} | told))
    assert all(problem.what_to_do.endswith(".") for problem in caught.value.problems)
    return [(problem.row, problem.column, problem.value, problem.why) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0", "not_known"), ("2", "information"), ("4.0", "introduction"), (3, "referral"), ("heard_of", "heard_of"),
     ("GAVE information", "information"), (" Could say how to get in ", "referral")],
)  # fmt: skip
def test_levels_as_number_code_or_words(assets, typed, code) -> None:
    read = read_answers(sheet({"source": "a00", "target": "a01", "level": typed}), QUESTIONS, assets)
    assert levels_of(read) == [("a00", "a01", code)]
    assert contacts_of(read) == [("a00", "answered")]


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
    assert levels_of(read) == [("a00", "a01", "heard_of")]
    assert contacts_of(read) == [("a00", "answered"), ("a01", "no_answer")]
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
    assert list(read.answers.columns) == ["source", "target", "level", "accuracy", "on", "by"]
    assert list(read.contacts.columns) == ["source", "contact", "on", "tries", "by"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"source": "a00", "target": "a01", "level": "7"}, (2, "level", "7", "is not a level.")),
        ({"source": "a00", "target": "a01", "level": "2026-03-01"}, (2, "level", "2026-03-01", "is not a level.")),
        ({"source": "a00", "level": "1", "target": "a01", "date": "soon"}, (2, "date", "soon", "is not a date.")),
        (
            {"source": "a00", "contact": "no answer", "try 2": "noon"},
            (2, "try 2", "noon", "has no date that can be read."),
        ),
        (
            {"source": "a00", "contact": "refused", "volunteer": "Jane Smith"},
            (2, "volunteer", "Jane Smith", "may be the name of a person."),
        ),
        (
            {"source": "a00", "target": "a01", "level": "2", "beside the record": "fairly"},
            (2, "beside the record", "fairly", "does not say how it stands beside the record."),
        ),
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


def test_a_sheet_of_another_round_is_told_once(assets) -> None:
    rows = sheet(
        {"round": "r1", "source": "a00", "target": "a01", "level": "1"},
        {"round": "R2", "source": "zz", "target": "zz", "level": "9"},
        {"round": "", "source": "a00", "target": "a02", "level": "1"},
        {"round": "r2", "source": "a00", "target": "a01", "level": "1"},
    )
    with pytest.raises(RowsRejected, match="1 row has a problem") as caught:
        read_answers(rows, QUESTIONS, assets, round_name="R1")
    (problem,) = caught.value.problems
    assert (problem.row, problem.value) == (3, "R2")
    assert problem.why == "is the round of this sheet; you are recording R1."
    assert problem.what_to_do == "Record it with: linkage record FILE R2 SHEET."
    read = read_answers(rows.drop(index=[3, 5]), QUESTIONS, assets, round_name="R1")
    assert len(read.answers) == 2


def test_days_that_have_not_come_yet(assets) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "1", "date": "2026-03-02"},
        {"source": "a01", "contact": "no_answer", "try 1": "2/3/2026 10:00", "try 2": "2026-03-01 18:00"},
    )
    assert problems(rows, assets, today=dt.date(2026, 3, 1)) == [
        (2, "date", "2026-03-02", "is after today, 1 March 2026."),
        (3, "try 1", "2/3/2026 10:00", "is after today, 1 March 2026."),
    ]
    read = read_answers(rows, QUESTIONS, assets, today=dt.date(2026, 3, 2))
    assert read.answers["on"].tolist() == [dt.date(2026, 3, 2)]


def test_tries_are_gathered_for_the_source_and_without_an_end_are_no_answer_so_far(assets) -> None:
    read = read_answers(
        sheet(
            {"source": "a00", "target": "a01", "try 1": "2026-03-03 evening"},
            {"source": "a00", "target": "a02", "try 1": "2026-03-02 10:30", "try 2": "2026-03-03 evening"},
            {"source": "a01", "target": "a00", "level": "0", "try 1": "2026-03-04 10:30"},
        ),
        QUESTIONS,
        assets,
    )
    assert list(read.contacts.itertuples(index=False, name=None)) == [
        ("a00", "no_answer", dt.date(2026, 3, 3), ("2026-03-02 10:30", "2026-03-03 18:30"), ""),
        ("a01", "answered", dt.date(2026, 3, 4), ("2026-03-04 10:30",), ""),
    ]
    assert read.answers["on"].tolist() == [dt.date(2026, 3, 4)]
    assert read.remarks == ("Recovery Café is left open: 2 tries of 3 so far.",)
    assert read.passed_over == 0


def test_tries_of_an_earlier_sheet_count_too(assets) -> None:
    rows = sheet({"source": "a00", "contact": "no answer", "try 1": "2026-03-03 18:00"})
    before = [("a00", "no_answer", ("2026-03-01 18:00",)), ("a01", "no_answer", ("2026-03-01 10:00",))]

    def remarks(*recorded: tuple[str, str, tuple[str, ...]]) -> tuple[str, ...]:
        contacts = pd.DataFrame(recorded, columns=["source", "contact", "tries"])
        return read_answers(rows, QUESTIONS, assets, contacts=contacts).remarks

    assert remarks() == ("Recovery Café is left open: 1 try of 3 so far.",)
    assert remarks(*before) == (
        "Recovery Café is left open: 2 tries of 3 so far.",
        "Recovery Café: 2 tries, all in the evening. Try another time of the day too.",
    )
    # A try that was read before is no other try, and after three nothing is left open.
    assert remarks(("a00", "no_answer", ("2026-03-03 18:00",))) == remarks()
    assert remarks(("a00", "no_answer", ("2026-03-01 10:00", "2026-03-02 10:00"))) == ()
    assert remarks(("a00", "answered", ())) == ()


def test_a_row_that_cannot_be_read_beside_a_silence_recorded_before_is_told(assets) -> None:
    rows = sheet({"source": "a00", "target": "a01", "level": "Yes"})
    before = pd.DataFrame([("a00", "no_answer", ("2026-03-01 10:00",))], columns=["source", "contact", "tries"])
    assert problems(rows, assets, contacts=before) == [(2, "level", "Yes", "is not a level.")]


def test_tries_without_a_time_are_tries_at_nobody_knows_what_time(assets) -> None:
    rows = sheet({"source": "a00", "contact": "no answer", "try 1": "2/3", "try 2": "Tue 3 March, morning"})
    read = read_answers(rows, QUESTIONS, assets, drawn_on=dt.date(2026, 3, 1), tries=2)
    assert read.contacts["tries"].tolist() == [("2026-03-02", "2026-03-03 10:00")]
    assert read.contacts["on"].tolist() == [dt.date(2026, 3, 3)]
    assert read.remarks == ()
    rows["try 2"] = "3 March"
    assert read_answers(rows, QUESTIONS, assets, drawn_on=dt.date(2026, 3, 1), tries=2).remarks == ()


@pytest.mark.parametrize("written", [0, 1, 2])
def test_day_and_volunteer_written_once_are_of_the_whole_call(assets, written) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2"},
        {"source": "a00", "target": "a02", "level": "1"},
        {"source": "A00 ", "target": "a03"},
        {"source": "a01", "target": "a00", "level": "0"},
    ).assign(date="", volunteer="")
    rows.iloc[written, -2:] = ["3 March 2026", "V7"]
    read = read_answers(rows, QUESTIONS, assets)
    day = dt.date(2026, 3, 3)
    assert read.answers["on"].tolist() == [day, day, None]
    assert read.answers["by"].tolist() == ["V7", "V7", ""]
    assert read.contacts[["on", "by"]].values.tolist() == [[day, "V7"], [None, ""]]


def test_of_two_days_or_volunteers_none_is_filled_in(assets) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2", "date": "2026-03-03", "volunteer": "V7"},
        {"source": "a00", "target": "a02", "level": "1", "volunteer": "volunteer 8"},
        {"source": "a00", "contact": "answered"},
        {"source": "a01", "target": "a00", "level": "1", "date": "2026-03-03"},
        {"source": "a01", "target": "a02", "level": "1", "date": "2026-03-04"},
        {"source": "a01", "contact": "answered", "volunteer": "V7"},
    )
    read = read_answers(rows, QUESTIONS, assets)
    third, fourth = dt.date(2026, 3, 3), dt.date(2026, 3, 4)
    # The day of one volunteer is not that of the other.
    assert read.answers["on"].tolist() == [third, None, third, fourth]
    assert read.answers["by"].tolist() == ["V7", "volunteer 8", "V7", "V7"]
    assert read.contacts[["source", "on"]].values.tolist()[-1] == ["a01", None]


def test_a_day_that_cannot_be_read_is_told_once_and_not_for_the_whole_call(assets) -> None:
    rows = sheet(*({"source": "a00", "target": target, "level": "2"} for target in ("a01", "a02"))).assign(date="")
    rows.loc[2, "date"] = "soon"
    assert problems(rows, assets) == [(2, "date", "soon", "is not a date.")]


def test_tries_at_one_time_of_the_day_are_remarked_on(assets) -> None:
    mornings = {f"try {number}": f"2026-03-0{number} 10:00" for number in (1, 2, 3)}
    rows = sheet({"source": "a00", "contact": "no answer"} | mornings)
    remark = "Recovery Café: 3 tries, all in the morning. Try another time of the day too."
    assert read_answers(rows, QUESTIONS, assets).remarks == (remark,)
    assert read_answers(rows, QUESTIONS, assets, tries=4).remarks == (
        "Recovery Café is left open: 3 tries of 4 so far.",
        remark,
    )
    rows.loc[2, "try 3"] = "2026-03-03 12:00"
    assert read_answers(rows, QUESTIONS, assets).remarks == ()
    assert read_answers(sheet({"source": "a00", "contact": "no answer"}), QUESTIONS, assets).remarks == ()


def test_two_volunteers_may_say_different_things_and_both_are_kept(assets) -> None:
    read = read_answers(
        sheet(
            {"source": "a00", "target": "a01", "level": "2", "volunteer": "V7"},
            {"source": "a00", "target": "a01", "level": "3", "volunteer": "V8"},
            {"source": "a00", "target": "a01", "level": "2", "volunteer": "volunteer 9"},
            {"source": "a01", "contact": "refused", "volunteer": "V7"},
            {"source": "a01", "contact": "wrong number", "volunteer": "V8"},
        ),
        QUESTIONS,
        assets,
    )
    assert read.answers[["level", "by"]].to_dict("list") == {"level": ["information", "referral"], "by": ["V7", "V8"]}
    assert contacts_of(read) == [("a00", "answered"), ("a01", "refused"), ("a01", "wrong_number")]
    first, second = read.remarks
    assert "Recovery Café could say of Blue Door was written down in two ways (row 2: Gave information; row 3" in first
    assert "Blue Door ended was written down in two ways" in second
    assert "refus" not in second.casefold()


def test_one_volunteer_under_two_spellings_and_one_without_a_number_are_no_two_volunteers(assets) -> None:
    same = sheet(
        {"source": "a00", "target": "a01", "level": "2", "volunteer": "V7"},
        {"source": "a00", "target": "a01", "level": "3", "volunteer": "volunteer 07"},
        {"source": "a00", "target": "a02", "level": "2", "volunteer": "V7"},
        {"source": "a00", "target": "a02", "level": "3"},
    )
    assert [(row, column) for row, column, _, _ in problems(same, assets)] == [(3, "level"), (5, "level")]


def test_levels_of_one_volunteer_and_a_refusal_to_another_are_both_kept(assets) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2", "volunteer": "V7"},
        {"source": "a00", "contact": "refused", "volunteer": "V8"},
    )
    read = read_answers(rows, QUESTIONS, assets)
    assert contacts_of(read) == [("a00", "answered"), ("a00", "refused")]
    assert len(read.remarks) == 1
    rows["volunteer"] = "V7"
    assert [column for _, column, _, _ in problems(rows, assets)] == ["contact"]


def test_a_call_back_and_what_came_of_it_are_both_kept(assets) -> None:
    rows = sheet(
        {"source": "a01", "contact": "call back", "try 1": "2026-03-01 10:30"},
        {"source": "a01", "contact": "refused", "try 2": "2026-03-02 14:00"},
    )
    read = read_answers(rows, QUESTIONS, assets)
    assert contacts_of(read) == [("a01", "call_back"), ("a01", "refused")]
    assert read.contacts["tries"].tolist() == [(), ("2026-03-01 10:30", "2026-03-02 14:00")]
    assert read.remarks == ()


def test_closed_may_be_said_of_a_service_that_is_only_asked_about(assets) -> None:
    read = read_answers(sheet({"source": "Garden Group", "contact": "closed"}), QUESTIONS, assets)
    assert contacts_of(read) == [("a02", "closed")]
    assert problems(sheet({"source": "a03", "contact": "closed"}), assets) == [
        (2, "source", "a03", "was not asked in this round.")
    ]


@pytest.fixture
def with_reserves() -> pd.DataFrame:
    return QUESTIONS.assign(source_reserve=[0, 0, 1, 1], target_reserve=[0, 1, 0, None])


def test_a_reserve_is_asked_only_when_something_has_closed(assets, with_reserves) -> None:
    nothing = {"contacts": pd.DataFrame(columns=["source", "contact"]), "answers": QUESTIONS.iloc[:0]}
    now = in_use(with_reserves, **nothing)
    assert len(now) == 1
    rows = sheet(
        {"source": "a00", "target": "a02", "level": "1"},
        {"source": "a01", "target": "a00", "level": "1"},
        {"source": "a01", "contact": "refused"},
        {"source": "a01", "try 1": "2026-03-01 10:30"},
    )
    reserve = "is a reserve, and is only asked when a service drawn before it has closed."
    assert problems(rows, assets, questions=with_reserves, in_use=now) == [
        (2, "target", "a02", reserve),
        (3, "source", "a01", reserve),
        (4, "source", "a01", reserve),
        (5, "source", "a01", reserve),
    ]
    # That a reserve has closed may be said at any time, and without the questions in use all may be asked.
    closed = sheet({"source": "a01", "contact": "closed"})
    assert contacts_of(read_answers(closed, with_reserves, assets, in_use=now)) == [("a01", "closed")]
    assert len(read_answers(rows.iloc[:2], with_reserves, assets).answers) == 2
    later = in_use(with_reserves, pd.DataFrame({"source": ["a00"], "contact": ["closed"]}), nothing["answers"])
    assert contacts_of(read_answers(rows.iloc[2:3], with_reserves, assets, in_use=later)) == [("a01", "refused")]


def test_an_old_sheet_of_a_reserve_reads_again_after_what_it_says_has_closed(assets, with_reserves) -> None:
    rows = sheet({"source": "a00", "target": "a02", "level": "1"}, {"source": "a01", "contact": "no_answer"})
    contacts = pd.DataFrame(
        {
            "source": ["a01", "a01", "a02"],
            "contact": ["no_answer", "closed", "closed"],
            "tries": [(), (), ()],
        }
    )
    answers = pd.DataFrame({"source": ["a00"], "target": ["a02"], "level": ["heard_of"]})
    now = in_use(with_reserves, contacts, answers)
    assert [row for row, *_ in problems(rows, assets, questions=with_reserves, in_use=now)] == [2, 3]
    may = pd.concat([now, answers])
    read = read_answers(rows, with_reserves, assets, in_use=may, contacts=contacts)
    assert levels_of(read) == [("a00", "a02", "heard_of")]
    assert contacts_of(read) == [("a00", "answered"), ("a01", "no_answer")]
    # What nobody has asked yet still waits.
    other = sheet({"source": "a01", "target": "a02", "level": "1"})
    later = with_reserves.assign(target_reserve=[0, 1, 0, 1])
    assert len(problems(other, assets, questions=later, in_use=may, contacts=contacts)) == 1


def test_a_first_draw_that_has_closed_is_no_reserve(assets, with_reserves) -> None:
    rows = sheet({"source": "a00", "target": "a01", "level": "1"})
    assert len(read_answers(rows, with_reserves, assets, in_use=with_reserves.iloc[2:]).answers) == 1


def test_beside_the_record_counts_from_level_2_and_for_half_a_year(assets) -> None:
    called = dt.date(2026, 7, 3)
    days = [None, called, called - dt.timedelta(days=183), None, None]
    known = assets.assign(verified_on=pd.Series(days, dtype=object))
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2", "beside the record": "As recorded"},
        {"source": "a00", "target": "a02", "level": "3", "beside the record": "differs_from_record"},
        {"source": "a01", "target": "a02", "level": "1", "beside the record": "as recorded"},
        {"source": "a01", "target": "a00", "level": "4", "beside the record": "as recorded"},
        {"source": "a01", "target": "a00", "beside the record": "as recorded"},
    ).assign(date="3 July 2026")
    read = read_answers(rows, QUESTIONS, known)
    assert read.answers["accuracy"].tolist() == ["as_recorded", "differs_from_record", "", ""]
    assert read.remarks == (
        "“Beside the record” was not taken from rows 4 and 6: it counts only for an answer from level 2.",
        (
            "“Beside the record” was not taken from row 5: the service asked about had not confirmed its record in the"
            " half-year before."
        ),
    )
    assert read.passed_over == 1
    for first, second in (("4 July 2026", ""), ("2 July 2026", "differs_from_record")):
        # A day later the second is too old; a day earlier the first had not been confirmed yet.
        read = read_answers(rows.assign(date=first).iloc[:2], QUESTIONS, known)
        assert read.answers["accuracy"].tolist()[1] == second
    assert read.answers["accuracy"].tolist()[0] == ""


def test_beside_the_record_without_a_day_is_as_of_today(assets) -> None:
    rows = sheet({"source": "a00", "target": "a01", "level": "2", "beside the record": "As recorded"})
    known = assets.assign(verified_on=dt.date(2026, 3, 1))
    assert read_answers(rows, QUESTIONS, known, today=dt.date(2026, 3, 2)).answers["accuracy"].tolist() == [
        "as_recorded"
    ]
    assert read_answers(rows, QUESTIONS, known).answers["accuracy"].tolist() == [""]


def test_beside_the_record_in_two_ways_is_a_slip(assets) -> None:
    rows = sheet(
        {"source": "a00", "target": "a01", "level": "2", "beside the record": "As recorded"},
        {"source": "a00", "target": "a01", "level": "2", "beside the record": "Differs from the record"},
    )
    (found,) = problems(rows, assets)
    assert found[:2] == (3, "beside the record")


def test_many_rows_are_named_by_the_first_ten(assets) -> None:
    rows = sheet(*[{"source": "a00", "beside the record": "As recorded"}] * 1_500)
    (remark,) = read_answers(rows, QUESTIONS, assets).remarks
    assert "from rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1,490 more:" in remark


def test_twenty_thousand_rows_are_read(make_assets) -> None:
    known = make_assets(*[{}] * 200)
    ids = list(known["id"])
    pairs = pd.DataFrame([(s, t) for s in ids for t in ids if s != t][:20_000], columns=["source", "target"])
    rows = pairs.assign(level="2", contact="answered", date="2026-03-01", volunteer="V7").set_axis(range(2, 20_002))
    read = read_answers(rows, pairs, known)
    assert len(read.answers) == 20_000
    assert len(read.contacts) == pairs["source"].nunique()


cells = {
    "round": ["", "", "R1", "R2"],
    "source": ["a00", "a00", "a01", "a02", "Recovery Café", "twin", "zz", ""],
    "target": ["a00", "a01", "a02", "blue door", "a03", ""],
    "level": ["", "", "0", "2", "3", "4.0", "7", "Gave information", None],
    "contact": ["", "", "", "answered", "Preferred not to", "no_answer", "closed", "call back", "grumpy"],
    "date": ["", "", "2026-03-01", "1 March 2026", "2030-01-01", "soon"],
    "try 1": ["", "", "2026-03-01 10:30", "2026-03-02", "1/3/2026 evening", "Mon 2 March, no reply"],
    "try 2": ["", "", "2026-03-02 11:00", "\ud800"],
    "volunteer": ["", "V7", "V7", "v 7", "V8", "Jane Smith"],
    "beside the record": ["", "", "As recorded", "differs_from_record", "so so"],
}
any_row = st.fixed_dictionaries(
    {
        name: st.sampled_from(values) | (st.text(max_size=6) if name != "round" else st.nothing())
        for name, values in cells.items()
    }
)
right_row = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["a00", "a01"]),
        "target": st.sampled_from(["a02"]),
        "level": st.sampled_from(["", "1", "2"]),
        "contact": st.sampled_from(["", "call_back", "answered"]),
        "try 1": st.sampled_from(["", "2026-03-01 10:30", "2026-03-02 10:30"]),
        "volunteer": st.sampled_from(["V7", "V8", ""]),
    }
)


def outcome(rows: list[dict[str, object]], known: pd.DataFrame) -> object:
    try:
        read = read_answers(sheet(*rows), QUESTIONS, known, round_name="R1", today=dt.date(2026, 4, 1))
    except RowsRejected as error:
        assert error.problems
        return error.problems
    except InputError as error:
        return str(error)
    assert not read.answers.map(lambda cell: cell != cell).any(axis=None)
    return read.answers.to_dict("list"), read.contacts.to_dict("list"), read.passed_over, read.remarks


KNOWN = pd.DataFrame(
    {"id": ["a00", "a01", "a02", "a03", "a04"], "name": ["Recovery Café", "Blue Door", "Garden", "Twin", "twin"]}
).assign(verified_on=dt.date(2026, 2, 1))


@at_least(60)
@given(st.lists(any_row | right_row, min_size=1, max_size=6))
def test_whatever_is_typed_is_read_or_refused_and_the_same_twice(rows) -> None:
    assert outcome(rows, KNOWN) == outcome(rows, KNOWN)


@at_least(60)
@given(st.lists(right_row, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_file_handed_in_twice_or_in_any_order_says_the_same(rows, random) -> None:
    first = outcome(rows, KNOWN)
    shuffled = outcome(random.sample(rows, len(rows)), KNOWN)
    doubled = outcome(rows + rows, KNOWN)
    assert len({isinstance(found[0], dict) for found in (first, shuffled, doubled)}) == 1
    if isinstance(first[0], dict):
        answers, contacts = first[:2]
        assert doubled[0] == answers
        assert doubled[1] == contacts

        def said(table: dict[str, list[object]], *columns: str) -> set[tuple[object, ...]]:
            return set(zip(*(table[column] for column in columns), strict=True))

        assert said(shuffled[0], "source", "target", "level") == said(answers, "source", "target", "level")
        assert said(shuffled[1], "source", "contact") == said(contacts, "source", "contact")


def test_nobody_was_rung_before_the_draw(assets) -> None:
    drawn = dt.date(2026, 3, 1)
    row = {"source": "a00", "target": "a01", "level": "2"}
    early = {**row, "date": "2026-02-28", "try 1": "2026-02-27 10:30", "try 2": "2026-03-01 10:30"}
    why = "is before the draw of this round, 1 March 2026."
    assert problems(sheet(early), assets, drawn_on=drawn) == [
        (2, "date", "2026-02-28", why),
        (2, "try 1", "2026-02-27 10:30", why),
    ]
    assert len(read_answers(sheet({**row, "date": "2026-03-01"}), QUESTIONS, assets, drawn_on=drawn).answers) == 1
    assert len(read_answers(sheet(early), QUESTIONS, assets).answers) == 1
