"""The mapping of columns: suggested by headings, filled in by people, and refused with each line that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import FileProblem, InputError, RowsRejected
from rosc_map.exchange import RawTable, read_table
from rosc_map.exchange.outside.column_mapping import MAPPING_COLUMNS, read_column_mapping, suggest, write_mapping

COLUMNS = ("SITENAME", "KIND", "ADDRESS1", "Town", "PCODE", "Notes")
ROWS = [
    {"SITENAME": "A", "KIND": "Church hall", "ADDRESS1": "1 High Street", "Town": "Yarm", "PCODE": "TS1 2PA"},
    {"SITENAME": "B", "KIND": "church  hall", "ADDRESS1": None, "Town": "Yarm", "PCODE": None},
    {"SITENAME": "C", "KIND": "LERO", "ADDRESS1": "x", "Town": "x", "PCODE": " "},
]


def table(*lines):
    rows = (dict(zip(MAPPING_COLUMNS, line, strict=True)) for line in lines)
    return RawTable("mapping.csv", MAPPING_COLUMNS, tuple(enumerate(rows, start=2)))


def lines_of(found):
    return [tuple(cells.values()) for _, cells in found.rows]


def test_suggestion():
    assert lines_of(suggest("x", COLUMNS, ROWS)) == [
        ("SITENAME", "", "name", ""),
        ("KIND", "", "", ""),
        ("ADDRESS1", "", "address", ""),
        ("Town", "", "address", ""),
        ("PCODE", "", "postcode", ""),
        ("Notes", "", "", ""),
        ("KIND", "Church hall", "asset_type", ""),
        ("KIND", "LERO", "asset_type", "lero"),
        ("", "", "asset_type", ""),
    ]


def test_choices_are_suggested_only_where_the_values_are_ours():
    rows = [{"Type": "Mutual aid", "Status": "Open"}, {"Type": "lero", "Status": "Shut"}]
    assert lines_of(suggest("x", ("Type", "Status"), rows)) == [
        ("Type", "", "asset_type", ""),
        ("Status", "", "", ""),
    ]


def test_a_column_with_few_words_may_be_the_type():
    rows = [
        {"sort": word, "count": number, "text": f"{word} {number}"} for number in range(4) for word in ("hall", "gym")
    ]
    found = lines_of(suggest("x", ("sort", "count", "text"), rows))
    assert [line[:2] for line in found if line[2] == "asset_type"] == [("sort", "gym"), ("sort", "hall"), ("", "")]


def test_what_the_import_says_itself_is_not_suggested():
    columns = ("listing", "licence", "recorded_by", "id", "objectid", "notes")
    rows = [dict.fromkeys(columns, "1")]
    found = {line[0]: line[2] for line in lines_of(suggest("x", columns, rows))}
    assert found["id"] == "external_ids"
    assert not any(found[column] for column in columns if column != "id")


def test_ids_are_suggested_where_each_is_another():
    columns = ("UPRN", "Ref", "UUID")
    rows = [{"UPRN": 100, "Ref": "a", "UUID": "x"}, {"UPRN": 100, "Ref": None, "UUID": "y"}]
    found = {line[0]: line[2] for line in lines_of(suggest("x", columns, rows))}
    assert found == {"UPRN": "", "Ref": "", "UUID": "external_ids", "": "asset_type"}
    assert lines_of(suggest("x", columns, rows[:1]))[0] == ("UPRN", "", "external_ids", "")


def test_written_and_read_again(tmp_path):
    rows = [{"=cmd|x": "@gym", "Café": "x"}, {"=cmd|x": "=HALL()", "Café": "y"}] * 2
    suggested = suggest("x", ("=cmd|x", "Café"), rows)
    path = write_mapping(suggested, tmp_path / "mapping.csv")
    assert b"'=cmd" in path.read_bytes()
    assert b",@gym" not in path.read_bytes()
    found = read_table(path)
    assert found.headers == MAPPING_COLUMNS
    filled = [(*line[:3], "lero" if line[1] == "@gym" else "") for line in lines_of(found)]
    mapping = read_column_mapping(table(*filled), ("=cmd|x", "Café"))
    assert [mapping.fields(row).get("asset_type") for row in rows[:2]] == ["lero", None]
    with pytest.raises(FileProblem, match="is there already"):
        write_mapping(found, path)
    with pytest.raises(InputError, match="ends in .csv"):
        write_mapping(found, tmp_path / "mapping.xlsx")


def test_fields_of_a_row():
    mapping = read_column_mapping(
        table(
            ("sitename", "", "Name", ""),
            ("ADDRESS1", "", "address", ""),
            ("Town", "", "address", ""),
            ("KIND", "CHURCH HALL", "asset_type", "Community asset"),
            ("KIND", "Church hall", "community_group", "faith"),
            ("KIND", "Church hall", "for_whom", "everyone"),
            ("Town", "Yarm", "for_whom", "men"),
            ("", "", "cost", "free"),
            ("", "", "asset_type", ""),
            ("Notes", "", "", ""),
        ),
        COLUMNS,
    )
    assert mapping.fields(ROWS[1]) == {
        "name": "B",
        "address": "Yarm",
        "asset_type": "Community asset",
        "community_group": "faith",
        "for_whom": "everyone; men",
        "cost": "free",
    }
    assert mapping.fields(ROWS[0])["address"] == "1 High Street, Yarm"
    assert mapping.fields(ROWS[2])["address"] == "x"
    assert "asset_type" not in mapping.fields(ROWS[2])
    assert mapping.untold(ROWS[2]) == "KIND: LERO"


def test_what_is_always_so_gives_way():
    mapping = read_column_mapping(
        table(("KIND", "LERO", "asset_type", "lero"), ("", "", "asset_type", "community")), COLUMNS
    )
    assert [mapping.fields(row)["asset_type"] for row in ROWS] == ["community", "community", "lero"]


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        (("NOPE", "", "name", ""), "column", "is no column"),
        (("KIND", "", "nope", ""), "field", "is no field"),
        (("KIND", "", "listing", ""), "field", "is no field"),
        (("KIND", "x", "asset_type", "church"), "becomes", "is not one of the choices"),
        (("KIND", "x", "", "lero"), "field", "is no field"),
        (("", "x", "asset_type", "lero"), "value", "of no column"),
        (("KIND", "", "asset_type", "lero"), "becomes", "has no value"),
        (("KIND", "x", "easting", "1"), "becomes", "has no value"),
        (("KIND", "church hall", "asset_type", "lero"), "value", "means 'community' in a line above"),
    ],
)
def test_wrong_lines(line, column, why):
    with pytest.raises(RowsRejected) as rejected:
        read_column_mapping(table(("KIND", "Church hall", "asset_type", "community"), line), COLUMNS)
    (problem,) = rejected.value.problems
    assert (problem.row, problem.column) == (3, column)
    assert why in problem.why


def test_all_mistakes_are_said_at_once_and_another_table_is_refused():
    with pytest.raises(RowsRejected) as rejected:
        read_column_mapping(table(("NOPE", "", "name", ""), ("KIND", "", "nope", "")), COLUMNS)
    assert len(rejected.value.problems) == 2
    with pytest.raises(InputError, match="no column 'value'"):
        read_column_mapping(RawTable("x.csv", ("column", "field"), ()), COLUMNS)


CELLS = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=6), st.sampled_from([*COLUMNS, *MAPPING_COLUMNS])
)


@at_least(60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=4), st.lists(CELLS, max_size=6))
def test_junk(lines, cells):
    row = dict(zip(COLUMNS, cells, strict=False))
    suggested = suggest("x", COLUMNS, [row])
    read_column_mapping(suggested, COLUMNS)
    try:
        read_column_mapping(table(*lines), COLUMNS).fields(row)
    except RowsRejected as rejected:
        assert rejected.problems
