"""From the rows of a table to records: each problem with its row, column, value, why and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from rosc_map.errors import RowProblem
from rosc_map.records.cells import CellError
from rosc_map.records.record import Record
from rosc_map.records.words import squash

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ReadRows", "match_headers", "read_row", "read_rows", "row_dicts"]

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class ReadRows(Generic[R]):
    """What came of a table: the records with their row numbers, the problems, and the columns nobody knows.

    Examples
    --------
    >>> from rosc_map.records import Asset, ReadRows, read_rows
    >>> row = {"Name": "Example Café", "Colour": "red"}
    >>> found = read_rows(Asset, list(row), [(2, row)])
    >>> isinstance(found, ReadRows), found.unknown_columns, len(found.problems)
    (True, ('Colour',), 1)
    """

    records: tuple[tuple[int, R], ...]
    problems: tuple[RowProblem, ...]
    unknown_columns: tuple[str, ...]


def _squash(header: str) -> str:
    return squash(header).replace(" ", "")


def match_headers(model: type[Record], headers: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Match the headers of a file to fields, by name, label or alias, in any case and order.

    Returns
    -------
    matched, unknown
        Field name by header, and the headers that no field answers to. Where two headers mean one field, the first
        counts and the other is unknown.

    Examples
    --------
    >>> from rosc_map.records import Asset, match_headers
    >>> match_headers(Asset, ["Name", "POSTCODE", "Colour"])
    ({'Name': 'name', 'POSTCODE': 'postcode'}, ('Colour',))
    """
    wanted: dict[str, str] = {}
    for name, spec in model.specs().items():
        for word in (name, spec.label, *spec.aliases):
            wanted.setdefault(_squash(word), name)
    matched: dict[str, str] = {}
    unknown = []
    for header in headers:
        found = wanted.get(_squash(header))
        if found and found not in matched.values():
            matched[header] = found
        else:
            unknown.append(header)
    return matched, tuple(unknown)


def read_row(
    model: type[R], values: Mapping[str, Any], row: int, headers: Mapping[str, str] | None = None
) -> tuple[R | None, tuple[RowProblem, ...]]:
    """Read one row.

    Parameters
    ----------
    model
        The record that the row is.
    values
        By field name.
    row
        The row number that a problem names.
    headers
        The header of each field name in the file, for the problem's column.

    Examples
    --------
    >>> from rosc_map.records import Asset, read_row
    >>> asset, problems = read_row(Asset, {"name": "Example Café", "asset_type": "tea room"}, 2)
    >>> asset is None, problems[0].row, problems[0].why
    (True, 2, 'is not one of the choices.')
    """
    try:
        return model(**values), ()
    except ValidationError as error:
        return None, tuple(_problem(found, values, row, headers or {}) for found in error.errors())


def _problem(found: Any, values: Mapping[str, Any], row: int, headers: Mapping[str, str]) -> RowProblem:
    cause = found.get("ctx", {}).get("error")
    name = str(found["loc"][0]) if found["loc"] else ""
    if isinstance(cause, CellError):
        name = cause.column or name
        why, todo = cause.why, cause.what_to_do
        if cause.secret:
            return RowProblem(row, headers.get(name, name), "(not repeated here)", why, todo)
    else:
        why, todo = f"cannot be read ({found['msg']}).", "See the template for how to write it."
    value = values.get(name)
    if isinstance(value, list | tuple):
        value = "; ".join(str(part) for part in value)
    return RowProblem(row, headers.get(name, name), "" if value is None else str(value)[:200], why, todo)


def read_rows(model: type[R], headers: Iterable[str], rows: Iterable[tuple[int, Mapping[str, Any]]]) -> ReadRows[R]:
    """Read the rows of a table; rows that are wholly empty are passed over.

    Parameters
    ----------
    model
        The record that each row is.
    headers
        The headers of the table.
    rows
        Row number and values by header.

    Examples
    --------
    >>> from rosc_map.records import Asset, read_rows
    >>> row = {"Name": "Example Café", "Asset type": "community", "Postcode": "RH4 1DW"}
    >>> found = read_rows(Asset, list(row), [(2, row)])
    >>> [(number, asset.name, asset.asset_type) for number, asset in found.records]
    [(2, 'Example Café', 'community')]
    """
    matched, unknown = match_headers(model, headers)
    by_field = {name: header for header, name in matched.items()}
    records: list[tuple[int, R]] = []
    problems: list[RowProblem] = []
    for number, values in rows:
        # An empty cell is left to the field's own default: most cells of most tables are empty.
        cells = {name: value for header, name in matched.items() if (value := values.get(header)) not in (None, "")}
        if not any(str(value).strip() for value in cells.values()):
            continue
        record, wrong = read_row(model, cells, number, by_field)
        if record is not None:
            records.append((number, record))
        problems += wrong
    return ReadRows(tuple(records), tuple(problems), unknown)


def row_dicts(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column.

    Examples
    --------
    >>> from rosc_map.records import row_dicts
    >>> row_dicts(pd.DataFrame({"name": ["Example Café"], "people": [12]}))
    [{'name': 'Example Café', 'people': 12}]
    """
    names = [str(name) for name in table.columns]
    # Many times as fast as pandas' own to_dict("records"), which asks for each column as a table of its own.
    return [dict(zip(names, row, strict=True)) for row in table.to_numpy(dtype=object).tolist()]
