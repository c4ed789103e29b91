"""Tables of counts with the user's mapping: both shapes, every mark, and rows and reasons for what cannot be meant."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosc_map.errors import FileProblem, InputError, RowsRejected, UnknownName
from rosc_map.exchange import RawTable, read_counts, read_mapping, read_table, write_mapping_template
from rosc_map.exchange.referral_counts import Told, read_people
from rosc_map.records import CellError

KNOWN = {"Treatment One": "t", "Example LERO": "p", "t": "t", "p": "p"}
LINES = (
    ("column", "Agency", "treatment"),
    ("column", "Initiative", "peer_led"),
    ("column", "Data item", "item"),
    ("column", "People", "count"),
    ("column", "Year", "period"),
    ("item", "Onward", "to_peer_led"),
    ("item", "Source", "from_peer_led"),
    ("item", "Self", "leave_out"),
    ("service", "A101", "Treatment One"),
    ("service", "All", "any"),
    ("service", "Elsewhere", "leave_out"),
)
ROW = {"Agency": "A101", "Initiative": "Example LERO", "Data item": "Onward", "People": "12", "Year": "2025-26"}


def find(text):
    if text in KNOWN:
        return KNOWN[text]
    raise UnknownName(f"{text!r} is not a recorded asset. Did you mean 'Example LERO'?")


def raw(rows, name="counts.csv"):
    return RawTable(name, tuple(rows[0]), tuple(enumerate(rows, start=2)))


def mapping(*lines, without=()):
    kept = [*(line for line in LINES if line[2] not in without), *lines]
    names = ("part", "theirs", "ours", "period")
    return read_mapping(raw([dict(zip(names, (*line, "")[:4], strict=True)) for line in kept], "mapping.csv"))


def counts(*changes, using=None):
    return read_counts(raw([ROW | change for change in changes]), using or mapping(), find)


def test_a_named_pair_is_a_referral_in_its_direction():
    read = counts({}, {"Data item": "Source"})
    told = [(row, column, r.from_asset, r.to_asset, r.evidence, r.count, r.period) for row, column, r in read.referrals]
    assert told == [
        (2, "People", "t", "p", "counted", 12, "2025-26"),
        (3, "People", "p", "t", "counted", 12, "2025-26"),
    ]
    assert (read.pathways, read.problems, read.remarks) == ([], [], [])


@pytest.mark.parametrize("nobody", ["", None, "All", "all "])
def test_where_no_initiative_is_named_it_is_a_pathway_count(nobody):
    ((row, _, found),) = counts({"Initiative": nobody}).pathways
    assert (row, found.treatment, found.direction, found.count) == (2, "t", "to_peer_led", 12)


def test_what_is_left_out_is_left_out_before_its_services_are_looked_up():
    read = counts(
        {"Data item": "Self", "Initiative": "Self-referral"}, {"Agency": "Elsewhere"}, {"Initiative": "elsewhere"}
    )
    assert (read.referrals, read.pathways, read.problems) == ([], [], [])
    assert read.left_out == (2, 3, 4)


def test_a_row_of_which_something_was_taken_is_not_left_out():
    using = mapping(("column", "From peers", "from_peer_led"))
    row = {**ROW, "Data item": "Self", "From peers": "7"}
    read = read_counts(raw([row, {**row, "Agency": "Elsewhere"}, row | {"Data item": "Onward"}]), using, find)
    assert ([number for number, _, _ in read.referrals], read.left_out) == ([2, 4, 4], (3,))


def test_a_column_for_each_direction():
    using = mapping(
        ("column", "To peers", "to_peer_led"), ("column", "From peers", "from_peer_led"), without=("item", "count")
    )
    row = {"Agency": "A101", "Initiative": "", "Year": "2025-26", "To peers": "7", "From peers": "<5"}
    read = read_counts(raw([row]), using, find)
    told = [(column, found.direction, found.count) for _, column, found in read.pathways]
    assert told == [("To peers", "to_peer_led", 7), ("From peers", "from_peer_led", None)]


def test_the_one_year_of_a_file_without_a_column_for_it():
    rows = raw([{name: value for name, value in ROW.items() if name != "Year"}])
    using = mapping(("period", "", "2024-25"), without=("period",))
    ((_, _, found),) = read_counts(rows, using, find).referrals
    assert found.period == "2024-25"
    with pytest.raises(InputError, match="does not say which column of counts.csv is period"):
        read_counts(rows, mapping(without=("period",)), find)


def test_a_word_that_means_something_else_in_one_year():
    using = mapping(("item", "Onward", "leave_out", "2023-24"), ("period", "2324", "2023-24"))
    read = counts({}, {"Year": "2023-24"}, {"Year": 2324.0}, using=using)
    assert [row for row, _, _ in read.referrals] == [2]


@pytest.mark.parametrize("mark", ["<5", "< 5", "fewer than 5", "Less than 10", "1-4", "1 to 4"])
def test_a_few_is_a_link_whose_number_is_not_told(mark):
    read = counts({"People": mark}, {"People": mark, "Initiative": ""})
    ((_, _, link),) = read.referrals
    ((_, _, pathway),) = read.pathways
    assert (link.count, link.result, pathway.count) == (None, "", None)
    ((row, column, cell, why),) = [(r.row, r.column, r.value, r.why) for r in read.remarks]
    assert (row, column, cell) == (2, "People", mark)
    assert why == "is a small number that is not told exactly, in 2 rows."
    assert read_people(mark) == (Told.FEW, None)


@pytest.mark.parametrize("mark", ["*", "c", "[c]", "suppressed"])
def test_what_is_held_back_tells_of_no_pair_and_gives_no_number(mark):
    read = counts({"People": mark}, {"People": mark, "Initiative": ""})
    assert ([row for row, _, _ in read.referrals], [found.count for _, _, found in read.pathways]) == ([], [None])
    assert [remark.row for remark in read.remarks] == [2]


def test_none_is_no_link_and_empty_is_passed_over_with_one_remark():
    read = counts({"People": "0"}, {"People": ""}, {"People": None})
    assert [(row, found.count, found.result) for row, _, found in read.referrals] == [(2, 0, "no_link")]
    ((row, column, why),) = [(remark.row, remark.column, remark.why) for remark in read.remarks]
    assert (row, column, why) == (3, "People", "tells no count, in 2 rows.")


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ("twelve", "not a number"),
        ("-3", "out of range"),
        ("2.5", "whole"),
        ("<1", "number"),
        ("1e9", "range"),
        (True, "number"),
    ],
)
def test_counts_that_cannot_be(people, why):
    (problem,) = counts({"People": people}).problems
    assert (problem.row, problem.column, problem.value) == (2, "People", str(people))
    assert why in problem.why


def test_an_unknown_item_is_refused_once_with_how_many_rows():
    read = counts({"Data item": "Peer mentoring"}, {}, {"Data item": "Peer mentoring"})
    (problem,) = read.problems
    assert (problem.row, problem.column, problem.value) == (2, "Data item", "Peer mentoring")
    assert "does not know, in 2 rows" in problem.why
    assert "Add it to mapping.csv" in problem.what_to_do
    assert [row for row, _, _ in read.referrals] == [3]


def test_unknown_and_missing_services():
    read = counts(
        {"Initiative": "Exmple LERO"},
        {"Agency": ""},
        {"Agency": "All"},
        {"Agency": "p"},
        {"Year": ""},
        {"Data item": ""},
    )
    told = {(problem.row, problem.column): problem for problem in read.problems}
    assert set(told) == {
        (2, "Initiative"),
        (3, "Agency"),
        (4, "Agency"),
        (5, "Initiative"),
        (6, "Year"),
        (7, "Data item"),
    }
    assert "Did you mean 'Example LERO'? Or say in mapping.csv" in told[2, "Initiative"].what_to_do
    assert "same service" in told[5, "Initiative"].why
    assert (read.referrals, read.pathways) == ([], [])


def test_columns_that_are_not_there_or_not_named():
    with pytest.raises(InputError, match="has no column 'Wrong', which row 13 of mapping.csv names for treatment"):
        counts(
            {}, using=mapping(("column", "Own", "peer_led"), ("column", "Wrong", "treatment"), without=("treatment",))
        )
    with pytest.raises(InputError, match="names more than one column of counts.csv for count: 'People' and 'Year'"):
        counts({}, using=mapping(("column", "Year", "count"), ("period", "", "2025-26"), without=("period",)))
    with pytest.raises(InputError, match="does not say which column of counts.csv is item"):
        counts({}, using=mapping(without=("item",)))
    assert counts({"Sex": ""}).unknown_columns == ("Sex",)
    assert counts({}, using=mapping(("column", "Old heading", "count"))).problems == []


def test_a_service_of_the_mapping_that_is_not_recorded():
    with pytest.raises(RowsRejected, match=r"mapping\.csv") as caught:
        counts({}, using=mapping(("service", "X", "Zebra House. North")))
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.value) == (13, "ours", "Zebra House. North")
    assert (problem.why, problem.what_to_do) == ("is not a recorded asset.", "Did you mean 'Example LERO'?")


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        (("colour", "x", "y"), "part", "is no part"),
        (("column", "x", "weight"), "ours", "no meaning of the part column"),
        (("item", "x", "somewhere"), "ours", "no meaning of the part item"),
        (("item", "Own word", ""), "ours", "has no meaning"),
        (("item", "onward", "leave_out"), "theirs", "means something else in row 7"),
        (("period", "", "2025" * 11), "ours", "too long"),
        (("service", "a" * 1_000_000, ""), "ours", "has no meaning"),
    ],
)
def test_lines_of_a_mapping_that_cannot_be_meant(line, column, why):
    with pytest.raises(RowsRejected) as caught:
        mapping(line)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, why in problem.why) == (13, column, True)
    assert len(problem.value) <= 200


def test_a_mapping_in_other_words_and_twice_the_same():
    read = mapping(("Item", "ONWARD", "To peer-led"), ("item", "Own", "Leave out"), ("", "", ""))
    assert read.word("item", "onward", "2025").ours == "to_peer_led"
    assert read.word("item", " own ", "").ours == "leave_out"
    assert read.word("item", "other", "") is None


def test_a_table_that_is_no_mapping():
    with pytest.raises(InputError, match="has no column 'theirs', so it is no mapping. Columns found: part, ours"):
        read_mapping(raw([{"part": "column", "ours": "item"}]))
    with pytest.raises(InputError, match="no line that is filled in"):
        read_mapping(raw([{"part": "column", "theirs": "", "ours": "item"}]))


def test_the_template_is_a_mapping_to_fill_in(tmp_path):
    path = write_mapping_template(tmp_path / "mapping.csv")
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert {row["ours"] for row in rows if row["part"] == "column"} == {
        *("treatment", "peer_led", "item", "count", "period", "to_peer_led", "from_peer_led")
    }
    assert [row["theirs"] for row in rows if row["theirs"]] == []
    assert "NDTMS reference data" in str(rows)
    assert "community adult business definitions" in str(rows)
    with pytest.raises(InputError, match="no line that is filled in"):
        read_mapping(read_table(path))
    with pytest.raises(FileProblem, match="there already"):
        write_mapping_template(path)
    with pytest.raises(InputError, match="ends in .csv"):
        write_mapping_template(tmp_path / "mapping.xlsx")


@given(st.one_of(st.none(), st.text(), st.integers(), st.floats(allow_nan=False), st.booleans()))
def test_a_count_is_whole_or_not_told_or_refused(value):
    try:
        told, count = read_people(value)
    except CellError:
        return
    assert (told is Told.NUMBER) == (count is not None)
    assert count is None or (count >= 0 and count == int(count))


@given(st.integers(0, 1_000_000), st.sampled_from([str, "{:,}".format, float, " {} ".format]))
def test_every_whole_number_is_read_as_it_is_written(number, dress):
    assert read_people(dress(number)) == (Told.NUMBER, number)
