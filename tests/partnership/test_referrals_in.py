"""Referrals in, as a user does it: lists, matrices and counts, whole or not at all, and nothing said twice or lost."""

import datetime as dt

import pytest
from openpyxl import Workbook

import rosc_map
from partnerships import TODAY
from rosc_map import examples
from rosc_map.errors import FileProblem, InputError, RowsRejected
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.records import PathwayCount, Referral, ReferralList

SERVICES = [
    {"id": "t", "name": "Treatment One", "asset_type": "treatment"},
    {"id": "p", "name": "Example Peers", "asset_type": "lero"},
    {"id": "c", "name": "St. Mary Community", "asset_type": "community"},
    {"id": "i", "name": "Lived Initiative", "asset_type": "recovery_support", "led_by": "lived_experience"},
]
LINK = {"from": "t", "to": "p", "evidence": "declared"}


@pytest.fixture
def area(empty, write_csv):
    empty.import_(write_csv([{**row, "postcode": "TS1 2PA"} for row in SERVICES], "assets.csv"))
    return empty


def problems(area, path, **options):
    with pytest.raises(RowsRejected) as caught:
        area.import_(path, "referrals", **options)
    assert recorded(area, Referral) == []
    return caught.value.problems


def recorded(area, record, *names):
    snapshot = area.snapshot()
    table = snapshot.referrals if record is Referral else snapshot.others[record]
    table = table.astype(object).where(table.notna(), None)
    return [tuple(row[name] for name in names) for row in table.to_dict("records")]


def links(area):
    return recorded(area, Referral, "from_asset", "to_asset", "kind", "evidence", "result", "count")


def matrix(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


# Lists


def test_the_same_row_twice_is_taken_once_and_said(area, write_csv):
    result = area.import_(write_csv([LINK, {**LINK, "to": "example peers"}]), "referrals")
    assert (result.added, result.left) == ([2], [3])
    assert [(w.row, w.why) for w in result.warnings] == [(3, "says the same as row 2.")]
    assert len(links(area)) == 1


@pytest.mark.parametrize(
    ("one", "other", "column"),
    [
        ({"result": ""}, {"result": "no_link"}, "result"),
        ({"result": "no_link"}, {"result": ""}, "result"),
        ({"evidence": "counted", "count": "3"}, {"evidence": "counted", "count": "7"}, "count"),
        ({"evidence": "tested", "result": "linked"}, {"evidence": "tested", "result": "not_found_in_test"}, "result"),
    ],
)
def test_a_row_that_contradicts_an_earlier_one_is_refused(area, write_csv, one, other, column):
    (problem,) = problems(
        area, write_csv([LINK, {**LINK, "on": "2026-01-01", **one}, {**LINK, "on": "2026-01-01", **other}])
    )
    assert (problem.row, problem.column) == (4, column)
    assert "differs from row 3" in problem.why


def test_a_later_file_that_says_a_link_again_after_no_link_is_a_change(area, write_csv):
    area.import_(write_csv([{**LINK, "result": "no_link"}]), "referrals")
    result = area.import_(write_csv([LINK]), "referrals")
    assert [(c.field, c.before, c.after) for c in result.changes] == [("result", "no_link", "")]
    assert [link[4] for link in links(area)] == [""]


def test_a_later_count_may_become_none(area, write_csv):
    row = {**LINK, "evidence": "counted", "period": "2025-26"}
    area.import_(write_csv([{**row, "count": "12"}]), "referrals")
    area.import_(write_csv([{**row, "result": "no_link"}]), "referrals")
    assert [link[4:] for link in links(area)] == [("no_link", None)]


def test_what_cannot_be_a_link(area, write_csv):
    rows = [
        {**LINK, "to": "treatment one"},
        {**LINK, "to": "t"},
        {**LINK, "to": "St. Marys Community"},
        {**LINK, "evidence": "rumoured"},
        {**LINK, "evidence": "counted", "count": "-3"},
        {**LINK, "evidence": "counted", "count": "2.5"},
        {**LINK, "to": "y" * 1_000_000},
        {**LINK, "evidence": "z" * 1_000_000},
    ]
    found = problems(area, write_csv(rows))
    assert [(p.row, p.column) for p in found] == [
        *((2, "to"), (3, "to"), (4, "to"), (5, "evidence"), (6, "count"), (7, "count"), (8, "to"), (9, "evidence"))
    ]
    assert ["same asset" in p.why for p in found[:3]] == [True, True, False]
    assert (found[2].value, found[2].why) == ("St. Marys Community", "is not a recorded asset.")
    assert found[2].what_to_do == "Did you mean 'St. Mary Community'?"
    assert max(len(p.value) for p in found) <= 200


def test_circles_are_links_like_others(area, write_csv):
    rows = [{**LINK, "from": a, "to": b} for a, b in ("tp", "pc", "ct", "pt")]
    assert len(area.import_(write_csv(rows), "referrals").added) == 4


def test_names_are_looked_for_once_and_near_ones_only_so_often(area, monkeypatch):
    searches = []
    monkeypatch.setattr("difflib.get_close_matches", lambda name, *_, **__: searches.append(name) or [])
    names = AssetNames(area.snapshot().assets)
    for number in (*range(1_000), *range(1_000)):
        with pytest.raises(InputError, match="is not a recorded asset. Check how it is spelled"):
            names.find(f"Nobody {number}")
    assert len(searches) == 200


def test_a_form_of_unknown_names_is_refused_whole(area, write_csv):
    found = problems(area, write_csv([{**LINK, "to": f"Nobody {n}"} for n in range(20_000)]))
    assert len(found) == 20_000


# Whose list is whole


def whole(area):
    return recorded(area, ReferralList, "asset", "direction", "on", "by")


def test_a_complete_list_marks_who_named_all_in_the_same_change(area, write_csv):
    by = rosc_map.open(area.path, today=TODAY, who="Volunteer 7")
    rows = [
        {**LINK, "on": "2026-03-01"},
        {**LINK, "to": "c", "on": "2026-04-01"},
        {**LINK, "to": "i", "result": "no_link"},
        {**LINK, "from": "c", "to": "p", "evidence": "confirmed"},
        {**LINK, "from": "i", "to": "t", "evidence": "counted", "count": "3"},
    ]
    assert by.import_(write_csv(rows), "referrals", complete=True, dry_run=True).beside[ReferralList].added == [2, 5]
    assert whole(area) == []
    result = by.import_(write_csv(rows), "referrals", complete=True)
    assert result.beside[ReferralList].added == [2, 5]
    assert whole(area) == [
        ("t", "refers_to", dt.date(2026, 4, 1), "Volunteer 7"),
        ("p", "referred_by", TODAY, "Volunteer 7"),
    ]
    by.undo()
    assert (whole(area), links(area)) == ([], [])


def test_an_older_list_does_not_put_the_day_back(area, write_csv):
    area.import_(write_csv([{**LINK, "on": "2026-03-01"}]), "referrals", complete=True)
    again = area.import_(write_csv([{**LINK, "to": "c", "on": "2025-03-01"}]), "referrals", complete=True)
    assert again.beside[ReferralList].left == [2]
    assert whole(area) == [("t", "refers_to", dt.date(2026, 3, 1), "")]


def test_a_list_of_which_a_row_was_refused_is_not_whole(area, write_csv):
    rows = write_csv([LINK, {**LINK, "to": "Nobody"}])
    result = area.import_(rows, "referrals", complete=True, accept_partial=True)
    assert (len(links(area)), whole(area)) == (1, [])
    assert any("nobody's list was marked as whole" in warning.why for warning in result.warnings)


def test_a_list_of_counts_is_nobodys_whole_list(area, write_csv):
    result = area.import_(write_csv([{**LINK, "evidence": "counted"}]), "referrals", complete=True)
    assert (whole(area), "declared or confirmed" in result.warnings[0].why) == ([], True)


def test_who_was_asked_and_named_nobody_is_recorded_as_a_list(area, write_csv):
    area.import_(write_csv([{"asset": "treatment one", "direction": "refers to", "on": "2026-03-01"}]), "lists")
    assert whole(area) == [("t", "refers_to", dt.date(2026, 3, 1), "")]
    twice = [{"asset": "t", "direction": "refers_to", "on": day} for day in ("2026-03-01", "2026-04-01")]
    with pytest.raises(RowsRejected) as caught:
        area.import_(write_csv(twice), "lists")
    assert [problem.row for problem in caught.value.problems] == [3]


# Matrices


def test_a_matrix_is_known_by_its_names(area, tmp_path):
    path = matrix(
        tmp_path / "m.xlsx",
        ["", "t", "Example Peers", "c"],
        ["Treatment One", "-", "x", 0],
        ["p", "signpost", None, None],
    )
    result = area.import_(path, "referrals", evidence="declared")
    assert [(w.value, w.why) for w in result.warnings] == [
        ("The table", "is read as a matrix: the services of its rows refer to those of its columns."),
        ("The links", "are taken as declared, with no day: --on says when they were asked."),
    ]
    assert (result.added, links(area)) == (
        [2, 2, 3],
        [
            ("t", "p", "", "declared", "", None),
            ("t", "c", "", "declared", "no_link", None),
            ("p", "t", "signpost", "declared", "", None),
        ],
    )
    assert len(area.import_(path, "referrals", from_format="matrix", evidence="declared").left) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"evidence": "declared", "on": "2026-10-06"}, ["The table", "declared, on 6 October 2026."]),
        ({"evidence": "counted", "period": "2025/26"}, ["The table", "counted, in 2025-26."]),
        (
            {"from_format": "matrix", "evidence": "confirmed"},
            ["confirmed, with no day: --on says when they were asked."],
        ),
        ({"from_format": "matrix", "evidence": "confirmed", "on": "2026-10-06"}, []),
        ({"from_format": "matrix", "evidence": "counted", "period": "2025-26"}, []),
    ],
)
def test_a_matrix_says_what_was_taken_for_granted(area, tmp_path, options, said):
    path = matrix(tmp_path / "m.xlsx", ["", "t", "p"], ["t", None, 1], ["p", 0, None])
    warnings = rosc_map.open(area.path, today=dt.date(2026, 11, 1)).import_(path, "referrals", **options).warnings
    assert [w.why.removeprefix("are taken as ") if w.value == "The links" else w.value for w in warnings] == said


@pytest.mark.parametrize("options", [{}, {"from_format": "matrix"}, {"on": "2026-03-01"}])
def test_nobody_is_taken_to_have_declared_a_matrix(area, tmp_path, options):
    path = matrix(tmp_path / "m.xlsx", ["", "t", "p"], ["t", None, "x"])
    with pytest.raises(InputError, match="Say how these links are known: add --evidence declared") as caught:
        area.import_(path, "referrals", **options)
    assert ("m.xlsx is read as a matrix. If it is a list" in str(caught.value)) == ("from_format" not in options)
    assert links(area) == []


def test_a_matrix_with_options(area, tmp_path):
    path = matrix(tmp_path / "m.xlsx", ["Who", "t", "p"], ["t", None, "12"], ["p", None, None])
    options = {
        "from_format": "matrix",
        "evidence": "counted",
        "period": "2025-26",
        "on": "2026-05-01",
        "complete": True,
    }
    area.import_(path, "referrals", **options)
    assert recorded(area, Referral, "from_asset", "to_asset", "count", "result", "period", "on") == [
        ("t", "p", 12, "", "2025-26", dt.date(2026, 5, 1)),
        ("p", "t", 0, "no_link", "2025-26", dt.date(2026, 5, 1)),
    ]
    assert whole(area) == [], "others than those of the matrix may well be links"


def test_an_empty_cell_of_a_matrix_says_nothing(area, tmp_path):
    area.import_(
        matrix(tmp_path / "m.xlsx", ["", "t", "p"], ["t", None, None], ["p", "x", None]),
        "referrals",
        evidence="declared",
    )
    assert links(area) == [("p", "t", "", "declared", "", None)]


def test_a_blank_column_beside_it_does_not_hide_the_names(area, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(",t,p,,\nt,,x,,\np,yes,,,\n")
    assert len(area.import_(path, "referrals", evidence="declared").added) == 2


def test_what_is_wrong_in_a_matrix(area, tmp_path):
    path = matrix(tmp_path / "m.xlsx", ["", "t", "Exmple Peers", "c"], ["t", "x", "x", 12], ["p", "x", "x", "x"])
    found = {(p.row, p.column): p for p in problems(area, path, from_format="matrix", evidence="declared")}
    assert set(found) == {(1, "Exmple Peers"), (2, "t"), (2, "c")}
    assert "Did you mean 'Example Peers'?" in found[1, "Exmple Peers"].what_to_do
    area.import_(path, "referrals", evidence="declared", accept_partial=True)
    assert [link[:2] for link in links(area)] == [("p", "t"), ("p", "c")]


def test_what_was_odd_in_the_workbook_is_said_of_a_matrix_too(area, tmp_path):
    book = Workbook()
    for row in (["", "t", "p", "c"], ["t", None, "x", "x"]):
        book.active.append(row)
    book.active.merge_cells("C2:D2")
    book.save(tmp_path / "m.xlsx")
    result = area.import_(tmp_path / "m.xlsx", "referrals", from_format="matrix", evidence="declared", on="2026-03-01")
    assert [warning.value for warning in result.warnings] == ["C2:D2"]


def test_each_link_of_a_matrix_that_changes_is_counted(area, tmp_path):
    area.import_(
        matrix(tmp_path / "m.xlsx", ["", "t", "p", "c"], ["t", None, "x", "x"]), "referrals", evidence="declared"
    )
    path = matrix(tmp_path / "m.xlsx", ["", "t", "p", "c"], ["t", None, "0", "0"])
    result = area.import_(path, "referrals", evidence="declared")
    assert result.counted == "0 added, 2 changed, 0 left as they were"
    assert [(c.asset, c.field, c.after) for c in result.changes] == [
        ("Treatment One → Example Peers", "result", "no_link"),
        ("Treatment One → St. Mary Community", "result", "no_link"),
    ]


def test_a_list_without_its_columns_is_no_matrix(area, write_csv):
    with pytest.raises(InputError, match="has no column 'to'"):
        area.import_(write_csv([{"from": "t", "target group": "p"}]), "referrals")


# Counts


def test_the_made_up_return_says_who_and_how_many(made_up):
    before = len(made_up.snapshot().referrals)
    options = {"from_format": "counts", "mapping": examples.mapping_path()}
    result = made_up.import_(examples.counts_path(), "referrals", **options)
    assert (len(result.added), len(result.beside[PathwayCount].added)) == (11, 8)
    assert result.skipped == [(21, "The mapping leaves it out.")]
    assert [(w.row, w.column, w.value, w.why, w.what_to_do) for w in result.warnings] == [
        (12, "People", "<5", "is a small number that is not told exactly.", "It is kept without a number.")
    ]
    assert len(made_up.snapshot().referrals) == before + 11
    few = [row for row in recorded(made_up, PathwayCount, "direction", "count") if row[1] is None]
    assert few == [("from_peer_led", None)]
    again = made_up.import_(examples.counts_path(), "referrals", **options)
    assert (again.counted, again.beside[PathwayCount].counted) == (
        "0 added, 0 changed, 11 left as they were",
        "0 added, 0 changed, 8 left as they were",
    )


COUNT = {"Agency": "t", "Group": "p", "Item": "on", "People": "12", "Year": "2025-26"}


@pytest.fixture
def mapping(write_csv):
    columns = {"Agency": "treatment", "Group": "peer_led", "Item": "item", "People": "count", "Year": "period"}
    lines = [("column", theirs, ours) for theirs, ours in columns.items()]
    lines += [("item", "on", "to_peer_led"), ("item", "more", "to_peer_led")]
    return write_csv([dict(zip(("part", "theirs", "ours"), line, strict=True)) for line in lines], "mapping.csv")


def test_two_counts_of_one_pair_are_not_taken_for_one(area, write_csv, mapping):
    rows = [COUNT, COUNT, {**COUNT, "Item": "more", "People": "3"}, {**COUNT, "Group": ""}, {**COUNT, "Group": ""}]
    found = problems(area, write_csv(rows, "counts.csv"), from_format="counts", mapping=mapping)
    assert [(p.row, p.column, p.value) for p in found] == [
        (3, "People", "12"),
        (4, "People", "3"),
        (6, "People", "12"),
    ]
    assert "a second count beside that of row 2" in found[0].why
    assert "add them up" in found[0].what_to_do
    assert recorded(area, PathwayCount, "count") == []


def test_services_of_another_type_are_looked_at_and_taken(area, write_csv, mapping):
    rows = [{**COUNT, "Group": "i"}, {**COUNT, "Group": "c"}, {**COUNT, "Agency": "p", "Group": "i"}]
    result = area.import_(write_csv(rows, "counts.csv"), "referrals", from_format="counts", mapping=mapping)
    assert [(w.row, w.column, w.value) for w in result.warnings] == [
        (4, "Agency", "Example Peers"),
        (3, "Group", "St. Mary Community"),
    ]
    assert len(links(area)) == 3


def test_a_mapping_with_a_bad_line_changes_nothing(area, write_csv, mapping):
    bad = write_csv([{"part": "colour", "theirs": "a", "ours": "b"}], "bad.csv")
    with pytest.raises(RowsRejected, match=r"bad\.csv"):
        area.import_(
            write_csv([COUNT], "counts.csv"), "referrals", from_format="counts", mapping=bad, accept_partial=True
        )
    with pytest.raises(FileProblem, match="There is no file"):
        area.import_(write_csv([COUNT], "counts.csv"), "referrals", from_format="counts", mapping="none.csv")


# Options


@pytest.mark.parametrize(
    ("record", "options", "words"),
    [
        ("assets", {"complete": True}, "only for --as referrals"),
        ("lists", {"from_format": "matrix"}, "only for --as referrals"),
        ("referrals", {"from_format": "circle"}, "Choose from: list, matrix, counts"),
        ("referrals", {"from_format": "counts"}, "Counts need a mapping"),
        ("referrals", {"from_format": "matrix", "evidence": "tested"}, "declared, confirmed or counted"),
        (
            "referrals",
            {"from_format": "matrix", "evidence": "guessed"},
            "--evidence 'guessed' is not one of the choices",
        ),
        ("referrals", {"from_format": "matrix", "evidence": "counted"}, "need both"),
        ("referrals", {"from_format": "matrix", "period": "2025-26"}, "need both"),
        ("referrals", {"from_format": "matrix", "on": "2027-01-01"}, "has not come yet"),
        ("referrals", {"from_format": "matrix", "on": "soon"}, "is not a date"),
        ("referrals", {"from_format": "matrix", "evidence": "counted", "period": "soon"}, "--period is not a period"),
        ("referrals", {"period": "2025-26"}, "no row of rows.csv is counted"),
        (
            "referrals",
            {"from_format": "list", "evidence": "rumoured"},
            "--evidence 'rumoured' is not one of the choices",
        ),
        ("referrals", {"from_format": "matrix", "only_approved": True}, "Only an export of KoboToolbox or ODK"),
    ],
)
def test_options_that_do_not_fit(area, write_csv, record, options, words):
    with pytest.raises(InputError, match=words):
        area.import_(write_csv([LINK]), record, **options)
    assert links(area) == []


def test_options_of_counts_that_do_not_fit(area, write_csv, mapping):
    rows = write_csv([COUNT], "counts.csv")
    with pytest.raises(InputError, match="add --from counts"):
        area.import_(rows, "referrals", mapping=mapping)
    with pytest.raises(InputError, match="counts do not say who was asked"):
        area.import_(rows, "referrals", from_format="counts", mapping=mapping, complete=True)
    for option in ({"evidence": "counted"}, {"on": "2026-03-01"}, {"period": "2025-26"}):
        with pytest.raises(InputError, match="are for a list or a matrix"):
            area.import_(rows, "referrals", from_format="counts", mapping=mapping, **option)


def test_options_are_the_value_of_the_rows_that_have_none(area, write_csv):
    rows = [
        {"from": "t", "to": "p", "evidence": "", "on": "", "period": ""},
        {"from": "t", "to": "c", "evidence": "confirmed", "on": "2026-01-31", "period": ""},
        {"from": "p", "to": "i", "evidence": "Counted", "on": "", "period": "2024-25"},
        {"from": "i", "to": "t", "evidence": "counted", "on": "", "period": "-"},
    ]
    area.import_(write_csv(rows), "referrals", evidence="declared", on="2026-03-01", period="2025-26")
    assert recorded(area, Referral, "from_asset", "to_asset", "evidence", "on", "period") == [
        ("t", "p", "declared", dt.date(2026, 3, 1), ""),
        ("t", "c", "confirmed", dt.date(2026, 1, 31), ""),
        ("p", "i", "counted", dt.date(2026, 3, 1), "2024-25"),
        ("i", "t", "counted", dt.date(2026, 3, 1), "2025-26"),
    ]


def test_a_file_of_only_from_and_to(area, write_csv):
    rows = write_csv([{"from": "t", "to": "p"}, {"from": "t", "to": "c"}])
    with pytest.raises(InputError, match="has no column 'evidence'"):
        area.import_(rows, "referrals")
    area.import_(rows, "referrals", evidence="declared", on="2026-03-01", complete=True)
    day = dt.date(2026, 3, 1)
    assert recorded(area, Referral, "to_asset", "evidence", "on") == [("p", "declared", day), ("c", "declared", day)]
    assert whole(area) == [("t", "refers_to", day, "")]


def test_the_export_of_a_form_that_asks_for_the_evidence_keeps_it(area, write_csv):
    form = {"page/from_asset": "t", "page/to_asset": "p", "page/evidence": "confirmed", "_uuid": "f1"}
    rows = [form, {**form, "page/to_asset": "c", "page/evidence": "", "_uuid": "f2"}]
    area.import_(write_csv(rows), "referrals", evidence="declared")
    assert recorded(area, Referral, "to_asset", "evidence") == [("p", "confirmed"), ("c", "declared")]
    rows = [{"page/from_asset": "p", "page/to_asset": "c", "_uuid": "f3"}]
    area.import_(write_csv(rows), "referrals", evidence="declared", on="2026-03-01")
    assert recorded(area, Referral, "from_asset", "evidence", "on")[-1] == ("p", "declared", dt.date(2026, 3, 1))


def test_a_small_count_that_is_not_told_is_a_link_in_a_list_too(area, write_csv):
    row = {"from": "t", "to": "p", "evidence": "counted", "period": "2025-26", "count": "<5"}
    result = area.import_(write_csv([row, {**row, "to": "c"}, {**row, "to": "i", "count": "7"}]), "referrals")
    assert [(w.row, w.column, w.value, w.why, w.what_to_do) for w in result.warnings] == [
        (2, "count", "<5", "is a small number that is not told exactly, in 2 rows.", "It is kept without a number.")
    ]
    area.import_(write_csv([{**row, "to": "i"}]), "referrals")
    assert [link[5] for link in links(area)] == [None, None, None]


def test_a_small_count_is_shown_as_not_told(area, write_csv):
    row = {"from": "t", "to": "p", "evidence": "counted", "period": "2025-26", "count": "<5"}
    area.import_(write_csv([row]), "referrals")
    (stored,) = area.snapshot().referrals.to_dict("records")
    assert (stored["period"], stored["count"] != stored["count"] or stored["count"] is None) == ("2025-26", True)
    assert area.network("internal").counted["people"].tolist() == ["not told"]


@pytest.mark.parametrize("column", ["Age", "Gender", "Ethnicity (ONS)", "First name"])
def test_a_list_of_links_with_a_column_about_people_is_a_list_of_people(area, write_csv, column):
    """A row of it is somebody who was referred, whatever the other columns are called."""
    path = write_csv([{**LINK, "Ref": "J.B.", column: "34"}])
    with pytest.raises(InputError, match="holds records about single people") as error:
        area.import_(path, "referrals")
    assert "34" not in str(error.value) and "J.B." not in str(error.value)
    assert recorded(area, Referral) == []


def test_what_tells_of_a_person_is_not_repeated_as_an_unknown_name(area, write_csv):
    path = write_csv([{**LINK, "to": "John Smith 01/02/1980"}, {**LINK, "to": "Example Nobody"}])
    told = problems(area, path)
    assert [problem.value for problem in told] == ["(not repeated here)", "Example Nobody"]
    assert "Smith" not in str(told)
    matrix(path.with_name("m.xlsx"), ["", "p"], ["Jane Doe 3/4/1990", "x"])
    told = problems(area, path.with_name("m.xlsx"), from_format="matrix", evidence="declared")
    assert "Doe" not in str(told)
