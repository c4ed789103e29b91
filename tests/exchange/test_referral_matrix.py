"""Matrices of referrals: what each cell says, and that an empty one says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError, UnknownName
from rosc_map.exchange import RawTable, looks_like_matrix, read_matrix

KNOWN = {"a", "b", "c"}


def find(text):
    if text.casefold() in KNOWN:
        return text.casefold()
    raise UnknownName(f"{text!r} is not a recorded asset. Check how it is spelled.")


def table(*lines, corner=""):
    headers = (corner, *"abc") if len(lines[0]) == 4 else (corner, *"ab")
    rows = tuple((n, dict(zip(headers, line, strict=True))) for n, line in enumerate(lines, start=2))
    return RawTable("m.xlsx", tuple(header for header in headers if header), rows)


def one(cell, **options):
    """What a matrix says whose only cell off the diagonal is this one, in row 2 from a to b."""
    return read_matrix(table(("a", "", cell)), find, **options)


@pytest.mark.parametrize("cell", ["x", "X", "yes", "Y", "true", True, "1", 1, 1.0, "✓"])
def test_a_link(cell):
    (found,) = one(cell).cells
    assert (found.row, found.from_asset, found.to_asset, found.kind, found.result) == (2, "a", "b", "", "")


@pytest.mark.parametrize(
    ("cell", "kind"), [("signpost", "signpost"), ("Warm handover", "warm_handover"), ("co-located", "co_located")]
)
def test_a_kind_of_link(cell, kind):
    assert one(cell).cells[0].kind == kind


@pytest.mark.parametrize("cell", ["0", 0, "no", "N", "false", False])
def test_asked_and_no_link(cell):
    assert [found.result for found in one(cell).cells] == ["no_link"]


@pytest.mark.parametrize("cell", ["", None, "  ", "-", "?", "n/a"])
def test_nothing_is_known(cell):
    assert (one(cell).cells, one(cell).problems) == ([], [])


def test_in_a_complete_one_an_empty_cell_off_the_diagonal_is_no_link():
    read = read_matrix(table(("a", "", "x", ""), ("b", "", "", "-")), find, complete=True)
    told = [(cell.from_asset, cell.to_asset, cell.result) for cell in read.cells]
    assert told == [("a", "b", ""), ("a", "c", "no_link"), ("b", "a", "no_link")]


@pytest.mark.parametrize("cell", ["12", 7, "<5", "1,200"])
def test_a_number_asks_for_counts(cell):
    (problem,) = one(cell).problems
    assert (problem.row, problem.column, "--evidence counted" in problem.what_to_do) == (2, "b", True)


@pytest.mark.parametrize("cell", ["maybe", "none", "x?", "-3", "2.5"])
def test_anything_else_is_refused_cell_by_cell(cell):
    (problem,) = one(cell).problems
    assert (problem.row, problem.column, problem.value) == (2, "b", cell)
    assert one(cell).cells == []


def test_a_service_does_not_refer_to_itself():
    for cell in ("", "-", "0", "no"):
        assert read_matrix(table(("a", cell, "x")), find).problems == []
    for cell in ("x", "1", "signpost", "12"):
        (problem,) = read_matrix(table(("a", cell, "x")), find).problems
        assert "refers to itself" in problem.why
        assert problem.column == "a"


@pytest.mark.parametrize(
    ("cell", "count", "result"),
    [("12", 12, ""), (3.0, 3, ""), ("0", 0, "no_link"), ("<5", None, ""), ("fewer than 5", None, "")],
)
def test_counts(cell, count, result):
    (found,) = one(cell, counts=True).cells
    assert (found.count, found.result) == (count, result)


@pytest.mark.parametrize(
    ("cell", "why"), [("-3", "out of range"), ("2.5", "whole"), ("x", "not a number"), ("9999999", "range")]
)
def test_counts_that_cannot_be(cell, why):
    (problem,) = one(cell, counts=True).problems
    assert why in problem.why


def test_a_small_count_is_a_link_and_said():
    rows = read_matrix(table(("a", "", "<5"), ("c", "", "<5"), ("b", "12", "")), find, counts=True)
    assert [(found.from_asset, found.count) for found in rows.cells] == [("a", None), ("c", None), ("b", 12)]
    ((row, column, cell, why, what),) = [(r.row, r.column, r.value, r.why, r.what_to_do) for r in rows.remarks]
    assert (row, column, cell, what) == (2, "b", "<5", "It is kept without a number.")
    assert why == "is a small number that is not told exactly, in 2 rows."


def test_a_count_that_is_held_back_tells_nothing():
    read = one("*", counts=True)
    assert (read.cells, [remark.column for remark in read.remarks]) == ([], ["b"])


def test_an_empty_cell_of_a_complete_matrix_of_counts_is_none():
    assert [(cell.result, cell.count) for cell in one("", counts=True, complete=True).cells] == [("no_link", 0)]


def test_an_unknown_name_is_one_problem_however_many_cells():
    read = read_matrix(table(("a", "", "x", "x"), ("zebra", "x", "x", "x"), ("", "x", "", "")), find)
    assert [(problem.row, problem.value) for problem in read.problems] == [(3, "zebra"), (4, "")]
    assert len(read.cells) == 2
    unknown = RawTable("m.csv", ("a", "quagga"), ((2, {"": "b", "a": "x", "quagga": "x"}),))
    (problem,) = read_matrix(unknown, find).problems
    assert (problem.row, problem.column, "not a recorded asset" in problem.why) == (1, "quagga", True)


def test_the_same_service_twice_is_refused():
    rows = read_matrix(table(("a", "", "x"), ("A", "", "0")), find)
    assert [(p.row, "row 2" in p.why) for p in rows.problems] == [(3, True)]
    columns = RawTable("m.csv", ("b", "B"), ((2, {"": "a", "b": "x", "B": "0"}),))
    (problem,) = read_matrix(columns, find).problems
    assert (problem.row, problem.column, "column 'b'" in problem.why) == (1, "B", True)


def test_what_looks_like_a_matrix():
    assert looks_like_matrix(table(("a", "x", ""), ("zebra", "", "x")), KNOWN.__contains__)
    assert not looks_like_matrix(table(("a", "", ""), ("zebra", "", ""), ("quagga", "", "")), KNOWN.__contains__)
    assert not looks_like_matrix(RawTable("m.csv", ("a", "b"), ()), KNOWN.__contains__)


def test_limits_and_long_cells():
    with pytest.raises(InputError, match="more than 1,000 rows"):
        read_matrix(table(*[("a", "", "x")] * 1_001), find)
    with pytest.raises(InputError, match="no second column"):
        read_matrix(RawTable("m.csv", ("a",), ((2, {"a": "b"}),)), find)
    long = "y" * 1_000_000
    (problem,) = one(long).problems
    assert len(problem.value) == 200
    (problem,) = read_matrix(table((long, "", "x")), find).problems
    assert len(problem.value) + len(problem.why) < 400


@at_least(60)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.booleans()), min_size=4, max_size=4),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
    st.booleans(),
)
def test_each_cell_is_known_refused_or_nothing(lines, counts, complete):
    read = read_matrix(table(*lines), find, counts=counts, complete=complete)
    pairs = [(cell.from_asset, cell.to_asset) for cell in read.cells]
    assert len(pairs) == len(set(pairs))
    assert all(source != target for source, target in pairs)
    assert all(cell.count is None or cell.count >= 0 for cell in read.cells)
    assert all(cell.result == "no_link" for cell in read.cells if cell.count == 0)
