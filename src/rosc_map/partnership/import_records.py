"""Importing the other records: each row is new, there already, or says more."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import RowProblem, UnknownName
from rosc_map.exchange import RawTable
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.beside_hidden import coarser
from rosc_map.partnership.import_result import Change, ImportResult, as_text, future_days, is_same
from rosc_map.place import resolve_area
from rosc_map.records import Record, is_given, match_headers, read_rows, row_dicts
from rosc_map.store import KEYS, LINKS

__all__ = ["plan_records", "resolver"]


def plan_records(
    table: RawTable,
    record: type[Record],
    existing: pd.DataFrame,
    resolve: Callable[[str, str], str],
    hidden: Collection[str],
    today: dt.date,
) -> ImportResult:
    """Work out what a file of records other than assets would do: each row is new, there already, or says more.

    Parameters
    ----------
    table
        The file.
    record
        What its rows are.
    existing
        What is recorded.
    resolve
        Takes a field's name and its text, and returns the id or code that is meant, or raises ``UnknownName``.
    hidden
        The ids of assets whose place is hidden: what is said of them may not tell of it either.
    today
        No day on which something was done lies after it.
    """
    read = read_rows(record, table.headers, table.rows)
    result = ImportResult(table.name, record.noun, problems=list(read.problems), unknown_columns=read.unknown_columns)
    matched, _ = match_headers(record, table.headers)
    headers = {name: header for header, name in matched.items()}
    key = KEYS[record]
    recorded = {tuple(row[name] for name in key): row for row in row_dicts(existing)}
    rows = dict(table.rows)
    for number, found in read.records:
        given = {name for header, name in matched.items() if is_given(rows[number].get(header))}
        values, wrong = _resolved(record, found.model_dump(), number, headers, resolve)
        wrong += future_days(number, found, today)
        if hidden and not _points_at(record, values).isdisjoint(hidden):
            wrong += _beside_hidden(record, values, number, headers)
        if wrong:
            result.problems += wrong
        else:
            _against(result, recorded, number, values, key, given, _called(found, key))
    return result


def _against(
    result: ImportResult,
    recorded: dict[tuple[Any, ...], dict[str, Any]],
    row: int,
    values: dict[str, Any],
    key: tuple[str, ...],
    given: set[str],
    called: str,
) -> None:
    """Add a row, leave it, or change the one that is recorded; a cell that says nothing changes nothing."""
    mark = tuple(values[name] for name in key)
    before = recorded.get(mark)
    if before is None:
        recorded[mark] = values
        result.added.append(row)
        result.inserts.append(values)
        return
    changed = {n: v for n, v in values.items() if n in given and n not in key and not is_same(before[n], v)}
    if not changed:
        result.left.append(row)
        return
    result.changes += [
        Change(row, called, name, as_text(before[name]), as_text(value)) for name, value in changed.items()
    ]
    before.update(changed)
    # A row of this same file that is still to be added is changed in place.
    if before not in result.inserts:
        result.updates.append({**dict(zip(key, mark, strict=True)), **changed})


def _called(found: Record, key: tuple[str, ...]) -> str:
    """Return what a row is called in the list of changes: its first two keys, as they were typed."""
    return " → ".join(str(getattr(found, name)) for name in key[:2])


def _resolved(
    record: type[Record],
    values: dict[str, Any],
    row: int,
    headers: Mapping[str, str],
    resolve: Callable[[str, str], str],
) -> tuple[dict[str, Any], list[RowProblem]]:
    problems = []
    typed = dict(values)
    for name in ("area_code", *LINKS.get(record, ())):
        if not values.get(name):
            continue
        try:
            values[name] = resolve(name, values[name])
        except UnknownName as error:
            why, _, todo = str(error).partition(". ")
            why = why.replace(repr(values[name]), "").strip()
            problems.append(RowProblem(row, headers.get(name, name), values[name], f"{why}.", todo))
    if not problems and values.get("from_asset") and values["from_asset"] == values.get("to_asset"):
        header = headers.get("to_asset", "to_asset")
        problems.append(
            RowProblem(
                row,
                header,
                typed["to_asset"],
                "is the same asset as the one that refers.",
                "Name two different assets.",
            )
        )
    return values, problems


def _points_at(record: type[Record], values: Mapping[str, Any]) -> set[str]:
    """Return the ids of the assets that a row points at."""
    return {values[name] for name in LINKS.get(record, ())}


def _beside_hidden(
    record: type[Record], values: dict[str, Any], row: int, headers: Mapping[str, str]
) -> list[RowProblem]:
    """Keep the place of a hidden asset out of it: a finer area becomes its county, a text is refused."""
    changed = coarser(record, values)
    values |= {name: value for name, value in changed.items() if name == "area_code"}
    why, what = "tells of a place, and the place of this asset is hidden.", "Take the place out."
    return [
        RowProblem(row, headers.get(name, name), "(not repeated here)", why, what)
        for name in changed
        if name != "area_code"
    ]


def resolver(assets: pd.DataFrame) -> Callable[[str, str], str]:
    """Return what finds ids for assets and codes for areas."""
    names = AssetNames(assets)

    def resolve(name: str, text: str) -> str:
        return resolve_area(text).code if name == "area_code" else names.find(text)

    return resolve
