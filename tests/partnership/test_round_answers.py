"""What comes back from the calls: sheets in any order, twice, by two people, and one thing at a time."""

import datetime as dt

import pandas as pd
import pytest
from openpyxl import load_workbook

from partnerships import TODAY
from rosc_map.errors import InputError, RowsRejected, UnknownName
from small_rounds import first_reserve, levels, name, on_day, pairs, services, stored

DRAWN = TODAY - dt.timedelta(days=30)


@pytest.fixture
def area(empty, write_csv):
    """Ten services, and a round in which five are asked about three others each."""
    empty.import_(write_csv(services(10)))
    on_day(empty, DRAWN).draw(sources=5, targets=3, seed=3, reserves=2)
    return empty


@pytest.fixture
def asked(area):
    """The questions of the first draw, in order."""
    questions = area.snapshot().questions.query("source_reserve == 0 and target_reserve == 0")
    return questions[["source", "target"]].to_dict("records")


@pytest.fixture
def says(area, write_csv):
    """Record some rows as a sheet; gives what was done."""

    def record(*sheets, **options):
        return area.record("R1", [write_csv(rows, f"said-{n}.csv") for n, rows in enumerate(sheets)], **options)

    return record


def counts(done):
    return done.added, done.changed, done.left


def of_question(partnership, question):
    """The levels that are kept of one question, by who wrote them down."""
    answers = partnership.snapshot().answers
    kept = answers[(answers["source"] == question["source"]) & (answers["target"] == question["target"])]
    return dict(zip(kept["by"], kept["level"], strict=True))


# --- sheets in any order, twice, partly filled


def test_two_sheets_in_either_order_are_the_same(empty, write_csv):
    empty.import_(write_csv(services(10)))
    results = []
    for order in ((0, 1), (1, 0)):
        drawn = on_day(empty, DRAWN).draw(sources=5, targets=3, seed=3)
        said = pairs(drawn)
        mine = levels(said[:9], "2", volunteer="V1", date="2026-11-01")
        yours = levels(said[6:], "3", volunteer="V2", date="2026-11-03")
        yours[0] |= {"level": "2"}
        yours.append({"source": said[0]["source"], "try 1": "2026-11-02 10:30"})
        files = [write_csv(rows, f"{n}.csv") for n, rows in enumerate((mine, yours))]
        done = empty.record(drawn.name, [files[place] for place in order])
        # Who was first to write down what both say alike is not a result.
        results.append((stored_of(empty, drawn.name), sorted(conflict.target for conflict in done.conflicts)))
    assert results[0] == results[1]
    assert len(results[0][1]) == 2
    first, second = (empty.estimate(name).to_json() for name in ("R1", "R2"))
    assert {**first, "round": ""} == {**second, "round": ""}


def stored_of(partnership, round_name):
    """What is stored of one round, whoever wrote it down."""
    snapshot = partnership.snapshot()
    tables = []
    for table, columns in (
        (snapshot.answers, ["source", "target", "level", "accuracy"]),
        (snapshot.contacts, ["source", "contact", "tries"]),
    ):
        kept = table.loc[table["round"] == round_name, columns]
        tables.append(sorted(map(repr, kept.to_dict("records"))))
    return tables


def test_the_same_sheet_twice_changes_nothing(area, says, asked):
    rows = levels(asked[:7], "3", volunteer="V1", **{"try 1": "2026-11-02 10:30"})
    first = says(rows, [{"source": asked[-1]["source"], "contact": "call back"}])
    before = stored(area)
    again = says(rows, [{"source": asked[-1]["source"], "contact": "call back"}])
    assert first.added > 7
    assert counts(again) == (0, 0, first.added)
    assert stored(area) == before


def test_a_partly_filled_sheet_is_taken_and_completed_later(area, tmp_path, asked):
    (path,) = area.sheet("R1", tmp_path / "calls.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in (2, 3, 4):
        sheet.cell(row, columns["level"], 3)
    book.save(path)
    done = area.record("R1", path)
    assert (counts(done), done.passed_over) == ((4, 0, 0), 12)
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, columns["level"], "Has never heard of it")
    book.save(path)
    assert counts(area.record("R1", path)) == (16, 0, 4)
    assert area.estimate("R1").to_json()["answered"]["estimate"] == pytest.approx(0.2)


def test_a_sheet_without_a_row_is_taken(area, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("source,target,level\n")
    assert counts(area.record("R1", path)) == (0, 0, 0)


# --- two people


def test_two_volunteers_who_differ_are_both_kept_until_somebody_settles_it(area, says, asked):
    says(levels(asked, "2", volunteer="V1"))
    done = says([{**asked[0], "level": "4", "volunteer": "V2"}])
    assert of_question(area, asked[0]) == {"V1": "information", "V2": "introduction"}
    (conflict,) = done.conflicts
    assert (conflict.source, conflict.target) == (name(asked[0]["source"]), name(asked[0]["target"]))
    assert [said.rsplit(" ", 1)[1] for said in conflict.said] == ["(V1)", "(V2)"]
    result = area.estimate("R1")
    assert result.to_json()["answered"]["questions"] == len(asked) - 1
    assert any("1 question has two different answers" in sentence for sentence in result.sentences)
    settled = says([{**asked[0], "level": "4", "volunteer": "V3"}], replace=True)
    assert (settled.changed, settled.conflicts) == (1, ())
    assert set(of_question(area, asked[0]).values()) == {"introduction"}
    assert area.estimate("R1").to_json()["answered"]["questions"] == len(asked)


def test_a_conflict_stays_listed_whatever_is_recorded_next(area, says, asked):
    says([{**asked[0], "level": "2", "volunteer": "V1"}], [{**asked[0], "level": "0", "volunteer": "V2"}])
    assert len(says([{**asked[1], "level": "2"}]).conflicts) == 1


def test_two_volunteers_in_one_sheet_are_both_kept(area, says, asked):
    done = says([{**asked[0], "level": "2", "volunteer": "V1"}, {**asked[0], "level": "0", "volunteer": "V2"}])
    assert len(done.conflicts) == 1
    assert of_question(area, asked[0]) == {"V1": "information", "V2": "not_known"}


@pytest.mark.parametrize("again", ["V1", "v1", "Volunteer 1"])
def test_a_volunteer_corrects_herself(area, says, asked, again):
    says([{**asked[0], "level": "2", "volunteer": "V1"}])
    done = says([{**asked[0], "level": "3", "volunteer": again}])
    assert (counts(done), done.conflicts) == ((0, 1, 1), ())
    assert list(of_question(area, asked[0]).values()) == ["referral"]


def test_answers_without_a_volunteer_are_two_answers(area, says, asked):
    says([{**asked[0], "level": "2"}])
    assert len(says([{**asked[0], "level": "3"}]).conflicts) == 1


def test_two_ends_of_a_contact_are_settled_too(area, says, asked):
    source = asked[0]["source"]
    says([{"source": source, "contact": "refused", "volunteer": "V1"}])
    done = says([{"source": source, "contact": "wrong number", "volunteer": "V2"}])
    (conflict,) = done.conflicts
    assert (conflict.source, conflict.target, len(conflict.said)) == (name(source), "", 2)
    assert area.record_one("R1", {"source": source, "contact": "wrong number"}, replace=True).conflicts == ()
    assert area.snapshot().contacts["contact"].tolist() == ["wrong_number"]


# --- how a contact goes on


def test_tries_are_gathered_until_somebody_answers(area, asked):
    source = asked[0]["source"]

    def tried(**said):
        return area.record_one("R1", {"source": source, **said})

    first = tried(**{"try 1": "2026-11-02 10:30"})
    assert "1 try of 3 so far" in " ".join(first.remarks)
    second = tried(contact="no answer", **{"try 2": "2026-11-04 18:30"})
    assert counts(second) == (0, 1, 0)
    (held,) = area.snapshot().contacts.to_dict("records")
    assert (held["contact"], held["tries"]) == ("no_answer", ("2026-11-02 10:30", "2026-11-04 18:30"))
    assert area.estimate("R1").to_json()["contacted"] == 0
    done = area.record_one("R1", {**asked[0], "level": "3"})
    assert done.conflicts == ()
    result = area.estimate("R1").to_json()
    assert (result["contacted"], result["reached"]) == (1, 1)


def test_three_tries_are_the_end(area, asked):
    for number, at in enumerate(("2026-11-02 10:30", "2026-11-03 14:00", "2026-11-04 18:30"), start=1):
        area.record_one("R1", {"source": asked[0]["source"], f"try {number}": at})
        assert area.estimate("R1").to_json()["contacted"] == (number == 3)


def test_silence_after_a_call_back_is_what_counts(area, asked):
    source = asked[0]["source"]
    for said in (
        {"try 1": "2026-11-02 10:30"},
        {"contact": "call back", "date": "2026-11-03"},
        {"contact": "no answer", "try 2": "2026-11-04 18:30", "try 3": "2026-11-05 14:00"},
    ):
        area.record_one("R1", {"source": source, **said})
    assert area.estimate("R1").to_json()["contacted"] == 1
    assert [finding.what for finding in area.check() if finding.kind == "calls"] == [
        "Nobody answered on 5 November 2026 (linkage test R1)."
    ]


# --- reserves


def test_a_closed_source_brings_in_its_reserve_and_says_whom_to_ring(area, asked, says):
    reserve = first_reserve(area)
    spare = area.snapshot().questions.query("source == @reserve and target_reserve == 0").iloc[0]
    waiting = {"source": reserve, "target": spare["target"], "level": "2"}
    with pytest.raises(RowsRejected) as caught:
        says([waiting])
    (problem,) = caught.value.problems
    assert "is a reserve, and is only asked when a service drawn before it has closed" in problem.why
    asked_about = {question["target"] for question in asked}
    closed = min({question["source"] for question in asked} - asked_about)
    done = area.record_one("R1", {"source": closed, "contact": "closed"})
    assert done.standing_in == (name(reserve),)
    # In the sheets of one command, too, the reserve's may come after the one that brings it in.
    assert says([waiting]).added == 2
    assert says([waiting]).standing_in == ()
    result = area.estimate("R1").to_json()
    assert result["answered"]["questions"] == 1


def test_no_reserve_comes_in_for_a_refusal_or_silence(area, asked):
    for contact in ("refused", "wrong number", "no answer", "call back"):
        source = asked[0]["source"]
        assert area.record_one("R1", {"source": source, "contact": contact}, replace=True).standing_in == ()


def test_a_closed_target_brings_in_the_reserve_question(area, asked, tmp_path):
    sources = {question["source"] for question in asked}
    question = next(each for each in asked if each["target"] not in sources)
    asking = {each["source"] for each in asked if each["target"] == question["target"]}
    before = area.snapshot().questions
    done = area.record_one("R1", {"source": question["target"], "contact": "closed"})
    assert done.added == 1
    assert {source for source, _ in done.more_questions} == {name(source) for source in asking}
    assert done.standing_in == ()
    (path,) = area.sheet("R1", tmp_path / "open.csv", open_only=True)
    table = pd.read_csv(path, dtype=str)
    assert question["target"] not in set(table["target"])
    assert table["source"].value_counts().unique().tolist() == [3]
    reserve = before.query("source in @asking and target_reserve == 1 and source_reserve == 0")
    new = set(zip(table["source"], table["target"], strict=True)) - {(q["source"], q["target"]) for q in asked}
    assert new == set(zip(reserve["source"], reserve["target"], strict=True))


@pytest.mark.parametrize("cells", [{"listing": "declined"}, {"location_precision": "local_authority"}])
def test_who_has_left_or_is_confidential_since_does_not_stand_in_by_name(area, asked, write_csv, cells):
    reserve = first_reserve(area)
    area.import_(write_csv([{"id": reserve, "name": name(reserve), "asset_type": "lero", **cells}]))
    closed = min({question["source"] for question in asked} - {question["target"] for question in asked})
    assert name(reserve) not in area.record_one("R1", {"source": closed, "contact": "closed"}).standing_in


# --- one at a time


def test_one_answer_by_name_and_in_words(area, asked):
    said = {"source": name(asked[0]["source"]).upper(), "target": name(asked[0]["target"]), "level": "gave information"}
    done = area.record_one("r1", {**said, "date": "3 November 2026", "volunteer": "V7"})
    assert done.added == 2
    (answer,) = area.snapshot().answers.to_dict("records")
    assert (answer["level"], answer["on"], answer["by"]) == ("information", dt.date(2026, 11, 3), "V7")


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"level": "7"}, "level"),
        ({"level": "2", "date": "soon"}, "date"),
        ({"level": "2", "date": "2027-01-01"}, "date"),
        ({"level": "2", "date": "2026-10-22"}, "date"),
        ({"try 1": "2026-10-22 10:30"}, "try 1"),
        ({"level": "-2"}, "level"),
        ({"level": "2", "volunteer": "Joanna Example"}, "volunteer"),
        ({"level": "2", "try 1": "Tuesday 10am"}, "try 1"),
        ({"contact": "asleep"}, "contact"),
    ],
)
def test_one_that_cannot_be_taken(area, asked, said, column):
    with pytest.raises(RowsRejected) as caught:
        area.record_one("R1", {**asked[0], **said})
    assert {problem.column for problem in caught.value.problems} == {column}
    assert stored(area) == [[], []]


def test_a_round_that_is_not_there(area, asked):
    with pytest.raises(UnknownName, match="There is no round 'R8'"):
        area.record_one("R8", {**asked[0], "level": "2"})


# --- all or nothing


def test_one_bad_sheet_among_several_leaves_nothing_and_is_named(area, says, asked):
    good, bad = levels(asked[:3], "2"), [{**asked[4], "level": "7"}]
    with pytest.raises(RowsRejected, match=r"1 row has a problem in .*said-1\.csv") as caught:
        says(good, bad)
    assert [problem.row for problem in caught.value.problems] == [2]
    assert stored(area) == [[], []]


def test_the_sheet_of_another_round_is_refused(area, tmp_path, says, asked):
    area.draw(sources=4, targets=2, seed=9)
    with pytest.raises(RowsRejected) as caught:
        says([{**asked[0], "level": "2", "round": "R2"}])
    (problem,) = caught.value.problems
    assert (problem.column, problem.why) == ("round", "is the round of this sheet; you are recording R1.")


def test_a_question_that_was_not_drawn_is_refused(area, says, asked):
    drawn = {(question["source"], question["target"]) for question in area.snapshot().questions.to_dict("records")}
    source = asked[0]["source"]
    other = next(f"s{n:02d}" for n in range(10) if (source, f"s{n:02d}") not in drawn and f"s{n:02d}" != source)
    with pytest.raises(RowsRejected) as caught:
        says([{"source": source, "target": other, "level": "2"}])
    assert "only the questions drawn count" in caught.value.problems[0].what_to_do


def test_unknown_columns_are_said_once(says, asked):
    rows = levels(asked[:2], "2", mood="cheerful")
    assert says(rows, rows).unknown_columns == ("mood",)


def test_a_file_of_twenty_thousand_rows_is_a_table_of_problems(area, says, asked):
    rows = [{"source": f"Nobody {n}", "target": asked[0]["target"], "level": "9"} for n in range(20_000)]
    with pytest.raises(RowsRejected, match="20000 rows have problems|20,000 rows have problems") as caught:
        says(rows)
    assert {problem.row for problem in caught.value.problems} == set(range(2, 20_002))
    assert stored(area) == [[], []]


def test_twenty_thousand_good_rows_are_taken(area, says, asked):
    rows = [{**asked[n % len(asked)], "level": "2", "volunteer": "V1"} for n in range(20_000)]
    assert counts(says(rows)) == (20, 0, 0)


# --- beside the record


@pytest.mark.parametrize(("confirmed", "taken"), [("2026-10-01", "as_recorded"), ("2026-01-10", ""), ("", "")])
def test_accuracy_is_taken_only_beside_a_fresh_record(area, says, asked, write_csv, confirmed, taken):
    target = asked[0]["target"]
    area.edit(target, {"verified_on": confirmed or None})
    done = says([{**asked[0], "level": "3", "beside the record": "As recorded"}])
    assert area.snapshot().answers["accuracy"].tolist() == [taken]
    assert bool(done.remarks) == (not taken)


def test_accuracy_is_added_to_an_answer_that_is_there(area, says, asked):
    area.edit(asked[0]["target"], {"verified_on": "2026-10-01"})
    row = {**asked[0], "level": "3", "volunteer": "V1"}
    says([row])
    assert counts(says([{**row, "beside the record": "as_recorded"}])) == (0, 1, 1)
    assert says([row]).changed == 0
    assert area.snapshot().answers["accuracy"].tolist() == ["as_recorded"]


# --- history


def test_a_record_is_one_step_of_the_history_and_can_be_undone(area, says, asked):
    says(levels(asked[:2], "2"))
    before = stored(area)
    coordinator = on_day(area, TODAY, who="coordinator")
    coordinator.record_one("R1", {**asked[0], "level": "4"}, replace=True)
    assert stored(area) != before
    latest = coordinator.changes(1).iloc[0]
    assert (latest["task"], latest["note"], latest["who"]) == ("answers", "R1", "coordinator")
    coordinator.undo()
    assert stored(area) == before


def test_a_sheet_without_its_columns(says):
    with pytest.raises(InputError, match="needs the columns source, target and level"):
        says([{"name": "x"}])
