"""The user's own tables for a gap analysis: people by postcode, travel times, and nearest statistical neighbours."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import InputError, RowProblem, RowsRejected
from rosc_map.exchange.client_records import columns_found
from rosc_map.exchange.counts_mapping import LONGEST_SHOWN, cell_words
from rosc_map.exchange.tables_in import RawTable
from rosc_map.place import locate
from rosc_map.place.postcodes import Outcome
from rosc_map.records import CellError, FieldSpec, Kind, parse_cell, squash

__all__ = ["read_neighbours", "read_people_by_postcode", "read_travel_times"]

_POSTCODE = ("postcode", "pcd", "pcds", "pcd7", "pcd8", "postcode 7", "postcode 8")
_PEOPLE = ("people", "population", "count", "total", "headcount", "residents", "usual residents", "value")
_ORIGIN = ("origin", "from", "start", "origin postcode", "from postcode", "postcode")
_DESTINATION = ("destination", "to", "asset", "end", "to asset")
_MINUTES = ("minutes", "time", "travel time", "travel minutes", "duration", "mins")
_AUTHORITY = ("authority", "area", "code", "area code", "local authority", "name")
_NEIGHBOUR = ("neighbour", "neighbour code", "nearest neighbour", "neighbor", "similar authority", "neighbour name")
_NUMBERED = re.compile(r"(?:neighbou?r|nn) ?(\d{1,3})(?: code| name)?", re.ASCII)
"""A heading of a list that has a row an authority, and a column a neighbour."""
_FEW = 5
"""At most postcodes more people live; a list of clients has one or two at each."""
_LONGEST_MINUTES = 24 * 60
_NUMBERS = {
    "people": FieldSpec(Kind.NUMBER, "People", example="34", low=0, high=1e6),
    "minutes": FieldSpec(Kind.NUMBER, "Minutes", example="25", low=0, high=_LONGEST_MINUTES),
}
_TWICE = "If the table is by sex or age, use the total of each postcode, or add the rows up."
_Row = tuple[int, dict[str, Any]]


def read_people_by_postcode(table: RawTable) -> tuple[pd.DataFrame, int]:
    """Read how many people live at each postcode, such as the census' headcounts.

    Parameters
    ----------
    table
        Columns postcode and people, under any usual heading.

    Returns
    -------
    pandas.DataFrame, int
        ``postcode`` (standard form), ``easting``, ``northing`` (metres, EPSG:27700), ``local_authority_code``,
        ``people``; and how many rows have a postcode of which the directory gives no place.

    Raises
    ------
    InputError
        When a column is not there, no row is filled in, none has a place, or it looks like a list of single people.
    RowsRejected
        With each row that is no postcode, is there twice, or has no number of people.
    """
    columns, rows = _opened(table, {"postcode": _POSTCODE, "people": _PEOPLE})
    problems: list[RowProblem] = []
    people = [_number(problems, number, values, columns, "people") for number, values in rows]
    located = _located(problems, rows, columns, "postcode", once=True)
    _reject(table, problems)
    if 2 * sum(number < _FEW for number in people) > len(people):
        raise InputError(
            f"{table.name} looks like a list of people and not of residents: at most of its postcodes there are fewer "
            f"than {_FEW}. A list of clients must not be used here. Use counts of residents, such as the census'."
        )
    found = located.assign(people=people)
    placed = found[found["easting"].notna() & (found["local_authority_code"] != "")]
    if placed.empty:
        raise InputError(f"No postcode of {table.name} has a place in the directory. Check that it is the right file.")
    return placed.reset_index(drop=True), len(found) - len(placed)


def read_travel_times(table: RawTable, find: Callable[[str], str]) -> pd.DataFrame:
    """Read travel times from postcodes to assets, as a journey planner gave them.

    Parameters
    ----------
    table
        Columns origin (a postcode), destination (an asset: its id or its name) and minutes.
    find
        Returns the id of an asset by what it is called, or raises UnknownName.

    Returns
    -------
    pandas.DataFrame
        ``origin`` (standard form), ``asset`` (id), ``minutes``, and of the origin ``easting``, ``northing`` (metres,
        EPSG:27700; NaN where the directory gives no place) and ``local_authority_code``.

    Raises
    ------
    InputError
        When a column is not there, or no row is filled in.
    RowsRejected
        With each row that cannot be meant.
    """
    columns, rows = _opened(table, {"origin": _ORIGIN, "destination": _DESTINATION, "minutes": _MINUTES})
    problems: list[RowProblem] = []
    minutes = [_number(problems, number, values, columns, "minutes") for number, values in rows]
    assets = _named(problems, rows, columns["destination"], find)
    located = _located(problems, rows, columns, "origin", once=False)
    _reject(table, problems)
    return located.rename(columns={"postcode": "origin"}).assign(asset=assets, minutes=minutes)


def read_neighbours(table: RawTable, find: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Read which authorities are most like which, such as CIPFA's nearest neighbours.

    Parameters
    ----------
    table
        One row a pair, with the columns authority and neighbour; or one row an authority, with the columns authority,
        neighbour 1, neighbour 2 and so on, where a cell may be empty. Names or codes.
    find
        Returns the code of an authority by its name or code, or raises UnknownName.

    Returns
    -------
    dict
        For each authority the codes of its neighbours, in the order of the file, or of the numbers in the headings.

    Raises
    ------
    InputError
        When a column is not there, or no row is filled in.
    RowsRejected
        With each row that is no authority, or that is its own neighbour.
    """
    numbered = _numbered(table.headers)
    wanted = {"authority": _AUTHORITY} if numbered else {"authority": _AUTHORITY, "neighbour": _NEIGHBOUR}
    columns, rows = _opened(table, wanted)
    problems: list[RowProblem] = []
    owns = _named(problems, rows, columns["authority"], find)
    found: dict[str, list[str]] = {}
    for heading in numbered or [columns["neighbour"]]:
        pairs = [
            (row, own) for row, own in zip(rows, owns, strict=True) if not numbered or cell_words(row[1].get(heading))
        ]
        others = _named(problems, [row for row, _ in pairs], heading, find)
        for ((number, values), own), other in zip(pairs, others, strict=True):
            if own and own == other:
                said = cell_words(values[heading])
                problems.append(_problem(number, heading, said, "is the authority itself.", "Take it out."))
            found.setdefault(own, []).append(other)
    _reject(table, problems)
    if not found:
        raise InputError(f"{table.name} names no neighbour: write them under {', '.join(numbered)}.")
    return {own: tuple(dict.fromkeys(others)) for own, others in found.items()}


def _numbered(headers: Iterable[str]) -> list[str]:
    """Return the headings of a column a neighbour, in the order of their numbers."""
    numbers = {header: found for header in headers if (found := _NUMBERED.fullmatch(squash(header)))}
    return sorted(numbers, key=lambda header: int(numbers[header][1]))


def _opened(table: RawTable, wanted: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, str], list[_Row]]:
    """Return the heading of each column that is wanted, and the rows that say anything.

    Raises
    ------
    InputError
        When a column is not there, or no row is filled in.
    """
    columns = _columns(table, wanted)
    rows = [(number, values) for number, values in table.rows if any(map(cell_words, values.values()))]
    if not rows:
        raise InputError(f"{table.name} has no row that is filled in.")
    return columns, rows


def _columns(table: RawTable, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the heading of each column that is wanted; the first of its usual names that is there counts."""
    headings = {squash(header): header for header in reversed(table.headers)}
    found: dict[str, str] = {}
    for name, words in wanted.items():
        heading = next((headings[word] for word in words if word in headings), None)
        if heading is None:
            raise InputError(f"{table.name} has no column {name!r}. {columns_found(table.headers)}")
        found[name] = heading
    return found


def _problem(row: int, column: str, value: str, why: str, what_to_do: str) -> RowProblem:
    return RowProblem(row, column, value[:LONGEST_SHOWN], why, what_to_do)


def _reject(table: RawTable, problems: Iterable[RowProblem]) -> None:
    found = sorted(problems, key=lambda problem: problem.row)
    if found:
        raise RowsRejected(table.name, found)


def _number(
    problems: list[RowProblem], row: int, values: Mapping[str, Any], columns: Mapping[str, str], name: str
) -> float:
    """Return a number; one that cannot be read, or is not there, is noted, and is never 0."""
    text = cell_words(values.get(columns[name]))
    try:
        number = parse_cell(_NUMBERS[name], text)
    except CellError as error:
        problems.append(_problem(row, columns[name], text, error.why, error.what_to_do))
        return float("nan")
    if number is None:
        problems.append(
            _problem(row, columns[name], text, "the number is missing.", "Write the number, or take the row out.")
        )
        return float("nan")
    return float(number)


def _named(problems: list[RowProblem], rows: list[_Row], column: str, find: Callable[[str], str]) -> list[str]:
    """Return what each row names; each name is looked for once, since a table may repeat it ten thousand times."""
    known: dict[str, str | InputError] = {}
    found = []
    for number, values in rows:
        text = cell_words(values.get(column))
        if text not in known:
            try:
                known[text] = find(text)
            except InputError as error:
                known[text] = error
        named = known[text]
        if isinstance(named, InputError):
            problems.append(_problem(number, column, text, "is not known.", str(named)))
        found.append("" if isinstance(named, InputError) else named)
    return found


def _located(
    problems: list[RowProblem],
    rows: list[_Row],
    columns: Mapping[str, str],
    name: str,
    *,
    once: bool,
) -> pd.DataFrame:
    """Return the place of the postcode of each row; note what is no postcode, and where ``once`` what is there twice.

    A postcode that is no longer in use still tells where people lived when they were counted.
    """
    texts = [cell_words(values.get(columns[name])) for _, values in rows]
    found = locate(texts)
    first: dict[str, int] = {}
    for (number, _), text, outcome, postcode in zip(rows, texts, found.outcome, found.postcode, strict=True):
        if outcome == Outcome.MALFORMED:
            problems.append(
                _problem(number, columns[name], text, "is no postcode.", "Write it in full, such as TS1 2PA.")
            )
        elif once and postcode in first:
            why = f"is in row {first[postcode]} already."
            problems.append(_problem(number, columns[name], text, why, _TWICE))
        first.setdefault(postcode, number)
    return pd.DataFrame(
        {
            "postcode": found.postcode,
            "easting": found.easting,
            "northing": found.northing,
            "local_authority_code": found.local_authority_code,
        }
    )
