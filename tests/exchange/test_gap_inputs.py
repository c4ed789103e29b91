"""The user's own tables for a gap analysis: good ones in any usual dress, and bad ones refused row by row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from often import at_least
from rosc_map.errors import InputError, RowsRejected, UnknownName
from rosc_map.exchange import RawTable, read_neighbours, read_people_by_postcode, read_travel_times
from rosc_map.place import locate, resolve_area


def table(*rows):
    """A table as read_table gives it, from rows with the same keys."""
    headers = tuple(dict.fromkeys(key for row in rows for key in row))
    return RawTable("own.csv", headers, tuple(enumerate(map(dict, rows), start=2)))


def code(text):
    return resolve_area(text).code


def problems(read, *arguments):
    with pytest.raises(RowsRejected) as refused:
        read(*arguments)
    return [(problem.row, problem.column, problem.why) for problem in refused.value.problems]


def test_people_by_postcode_under_the_headings_of_the_census():
    people, without = read_people_by_postcode(
        table({"Postcode": "ts1 2pa", "Total": "34"}, {"Postcode": "TS15 9AE", "Total": "1,200"})
    )
    assert without == 0
    assert people["postcode"].tolist() == ["TS1 2PA", "TS15 9AE"]
    assert people["people"].tolist() == [34.0, 1200.0]
    assert people["local_authority_code"].tolist()[0] == "E06000002"
    assert people["easting"].notna().all()


def test_a_list_of_clients_is_refused():
    rows = [
        {"postcode": "TS1 2PA", "people": 1},
        {"postcode": "TS3 6AB", "people": 2},
        {"postcode": "TS8 9DU", "people": 40},
    ]
    with pytest.raises(InputError, match="looks like a list of people"):
        read_people_by_postcode(table(*rows))
    rows[0]["people"] = 30
    assert read_people_by_postcode(table(*rows))[0]["people"].sum() == 72


def test_people_of_a_postcode_without_a_place_are_left_out_and_counted():
    people, without = read_people_by_postcode(table({"pcd": "TS1 2PA", "people": 1}, {"pcd": "ZZ99 3WZ", "people": 5}))
    assert (len(people), without) == (1, 1)


def test_people_that_cannot_be_meant_are_refused_row_by_row():
    found = problems(
        read_people_by_postcode,
        table(
            {"postcode": "TS1 2PA", "people": "-4"},
            {"postcode": "somewhere", "people": "4"},
            {"postcode": "TS12PA", "people": "5"},
            {"postcode": "TS15 9AE", "people": ""},
            {"postcode": "TS15 9AF", "people": "many"},
        ),
    )
    assert [(row, column) for row, column, _ in found] == [
        (2, "people"), (3, "postcode"), (4, "postcode"), (5, "people"), (6, "people"),
    ]  # fmt: skip
    assert found[2][2] == "is in row 2 already."
    assert found[3][2] == "the number is missing."


def test_of_a_postcode_that_is_there_twice_it_is_said_what_to_do():
    with pytest.raises(RowsRejected) as refused:
        read_people_by_postcode(table({"postcode": "TS1 2PA", "people": 4}, {"postcode": "TS1 2PA", "people": 5}))
    (problem,) = refused.value.problems
    assert problem.what_to_do == "If the table is by sex or age, use the total of each postcode, or add the rows up."


@pytest.mark.parametrize(
    ("read", "headers"),
    [
        (read_people_by_postcode, ("postcode", "people")),
        (lambda found: read_travel_times(found, str), ("origin", "destination", "minutes")),
        (lambda found: read_neighbours(found, code), ("authority", "neighbour")),
        (lambda found: read_neighbours(found, code), ("authority", "neighbour 1")),
    ],
)
def test_a_table_without_a_row_that_is_filled_in_is_told_as_that(read, headers):
    for rows in ((), ((2, dict.fromkeys(headers)),)):
        with pytest.raises(InputError, match=r"own\.csv has no row that is filled in\."):
            read(RawTable("own.csv", headers, rows))


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="no column 'people'"):
        read_people_by_postcode(table({"postcode": "TS1 2PA"}))
    with pytest.raises(InputError, match="no column 'minutes'"):
        read_travel_times(table({"origin": "TS1 2PA", "destination": "a"}), str)
    with pytest.raises(InputError, match="no column 'neighbour'"):
        read_neighbours(table({"authority": "Surrey"}), code)


def test_travel_times_find_their_assets_and_places():
    times = read_travel_times(table({"From": "TS1 2PA", "To": "Example Hub", "Minutes": "12.5"}), str.casefold)
    row = times.to_dict("records")[0]
    assert (row["origin"], row["asset"], row["minutes"]) == ("TS1 2PA", "example hub", 12.5)
    assert row["local_authority_code"] == "E06000002"


def test_travel_times_that_cannot_be_meant_are_refused():
    def find(text):
        raise UnknownName(f"{text!r} is not recorded.")

    found = problems(read_travel_times, table({"origin": "TS1 2PA", "destination": "Nobody", "minutes": "-1"}), find)
    assert found == [(2, "minutes", "is out of range."), (2, "destination", "is not known.")]


def test_neighbours_keep_the_order_of_the_file():
    found = read_neighbours(
        table(
            {"authority": "Surrey", "neighbour": "Hampshire"},
            {"authority": "Surrey", "neighbour": "Kent"},
            {"authority": "E06000002", "neighbour": "E06000001"},
        ),
        code,
    )
    assert found == {"E10000030": (code("Hampshire"), code("Kent")), "E06000002": ("E06000001",)}


@pytest.mark.parametrize(
    "words", ["Neighbour {}", "neighbour{}", "NN{}", "nn_{}", "Neighbor {} name", "Neighbour {} code"]
)
def test_neighbours_may_stand_side_by_side_in_the_order_of_their_numbers(words):
    second, tenth, first = (words.format(number) for number in (2, 10, 1))
    found = read_neighbours(
        table(
            {"Authority": "Surrey", second: "Kent", tenth: "Essex", first: "Hampshire", "NN distance": "0.2"},
            {"Authority": "E06000002", second: "", tenth: None, first: "E06000001"},
            {"Authority": "Kent", second: "", tenth: "", first: ""},
        ),
        code,
    )
    others = tuple(map(code, ("Hampshire", "Kent", "Essex")))
    assert found == {"E10000030": others, "E06000002": ("E06000001",)}


def test_neighbours_side_by_side_are_refused_by_column_and_none_at_all_is_no_list():
    own = {"authority": "Surrey", "neighbour 1": "Kent", "neighbour 2": "Surrey", "neighbour 3": "Nowhere"}
    found = problems(read_neighbours, table(own), code)
    assert found == [(2, "neighbour 2", "is the authority itself."), (2, "neighbour 3", "is not known.")]
    with pytest.raises(InputError, match="names no neighbour: write them under neighbour 1"):
        read_neighbours(table({"authority": "Surrey", "neighbour 1": ""}), code)


def test_nobody_is_their_own_neighbour():
    found = problems(read_neighbours, table({"authority": "Surrey", "neighbour": "Surrey County Council"}), code)
    assert found == [(2, "neighbour", "is the authority itself.")]


cells = st.one_of(st.none(), st.text(max_size=8), st.floats(), st.integers(), st.just("TS1 2PA"), st.just("Surrey"))


@at_least(60)
@given(st.lists(st.tuples(cells, cells, cells), max_size=5))
def test_no_junk_is_a_traceback_or_a_number_that_nobody_gave(rows):
    made = (
        table(*({"postcode": a, "people": b} for a, b, _ in rows))
        if rows
        else RawTable("own.csv", ("postcode", "people"), ())
    )
    try:
        people, _ = read_people_by_postcode(made)
    except InputError:
        return
    assert (people["people"] >= 0).all()
    assert len(people) <= len(rows)
    assert all(locate(people["postcode"].tolist()).found)
