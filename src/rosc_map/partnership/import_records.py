"""Importing the other records: each row is new, there already, or says more."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

import pandas as pd

from rosc_map.errors import RowProblem, UnknownName
from rosc_map.exchange import RawTable, unknown_name
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.beside_hidden import coarser
from rosc_map.partnership.import_result import Change, ImportResult, as_text, future_days, is_same
from rosc_map.place import resolve_area
from rosc_map.records import (
    Need,
    PathwayCount,
    Record,
    Referral,
    ReferralList,
    is_given,
    match_headers,
    read_rows,
    row_dicts,
)
from rosc_map.store import KEYS, LINKS

__all__ = ["Said", "lay_over", "plan_records", "read_said", "resolver", "whole_area"]

_ONE_WORD = (Referral, ReferralList, PathwayCount)
"""Records of which two rows of one file may not say two things: a link would be what the last row says of it."""


@dataclass(frozen=True)
class Said:
    """What one row, or one cell of a matrix, says of one record.

    Attributes
    ----------
    row
        As a spreadsheet counts it.
    fields
        The value of every field; assets are ids by now.
    given
        The fields of which it says something; the others change nothing that is recorded.
    called
        What it is called in the list of changes.
    columns
        The header of each field, for messages.
    """

    row: int
    fields: dict[str, Any]
    given: AbstractSet[str]
    called: str
    columns: Mapping[str, str] = dataclass_field(default_factory=dict)


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
    result, said = read_said(table, record, resolve, hidden, today)
    lay_over(result, record, existing, said)
    return result


def read_said(
    table: RawTable,
    record: type[Record],
    resolve: Callable[[str, str], str],
    hidden: Collection[str],
    today: dt.date,
) -> tuple[ImportResult, list[Said]]:
    """Read the rows of a file, as :func:`plan_records` does; a result with the problems so far, and the good rows."""
    read = read_rows(record, table.headers, table.rows)
    result = ImportResult(table.name, record.noun, problems=list(read.problems), unknown_columns=read.unknown_columns)
    matched, _ = match_headers(record, table.headers)
    headers = {name: header for header, name in matched.items()}
    rows = dict(table.rows)
    said = []
    for number, found in read.records:
        given = {name for header, name in matched.items() if is_given(rows[number].get(header))}
        values, wrong = _resolved(record, found.model_dump(), number, headers, resolve)
        wrong += future_days(number, found, today)
        if hidden and not _points_at(record, values).isdisjoint(hidden):
            wrong += _beside_hidden(record, values, number, headers)
        result.problems += wrong
        if not wrong:
            said.append(Said(number, values, given, _called(found, KEYS[record]), headers))
    return result, said


def lay_over(
    result: ImportResult, record: type[Record], existing: pd.DataFrame, said: Iterable[Said], *, twice: bool = True
) -> None:
    """Lay what a file says over what is recorded: add it, leave it, or change what is there.

    A later row of the file for the same record may say more. Of the records of the network it may only say the same:
    then it is taken once, and what contradicts the earlier row is refused.

    Parameters
    ----------
    result
        Where it is noted.
    record
        What is said.
    existing
        What is recorded.
    said
        In the order of the file.
    twice
        Whether a row may say the same as an earlier one. In a table of counts two equal numbers may be two quarters.
    """
    key = KEYS[record]
    recorded = {tuple(row[name] for name in key): row for row in row_dicts(existing)}
    first: dict[tuple[Any, ...], int] = {}  # the row of this file that said it before
    new: set[tuple[Any, ...]] = set()
    for row in said:
        mark = tuple(row.fields[name] for name in key)
        before, earlier = recorded.get(mark), first.get(mark)
        first.setdefault(mark, row.row)
        if before is None:
            recorded[mark] = row.fields
            new.add(mark)
            result.added.append(row.row)
            result.inserts.append(row.fields)
            continue
        changed = _changed(record, before, row)
        if earlier and record in _ONE_WORD and (changed or not twice):
            result.problems.append(_contradiction(row, earlier, next(iter(changed), "")))
            continue
        if earlier and record in _ONE_WORD:
            result.warnings.append(
                RowProblem(row.row, "", "", f"says the same as row {earlier}.", "It was taken once.")
            )
        if not changed:
            result.left.append(row.row)
            continue
        result.changes += [Change(row.row, row.called, n, as_text(before[n]), as_text(v)) for n, v in changed.items()]
        before.update(changed)
        if mark not in new:  # what this same file adds is changed before it is added
            result.updates.append({**dict(zip(key, mark, strict=True)), **changed})


def _changed(record: type[Record], before: Mapping[str, Any], row: Said) -> dict[str, Any]:
    """Return what a row says anew; a cell that says nothing changes nothing."""
    given = set(row.given)
    if record is Referral and "no_link" in (before["result"], row.fields["result"]):
        # An empty result says that there is a link, and where there is none nobody was counted.
        given |= {"result", "count"}
    return {
        name: value
        for name, value in row.fields.items()
        if name in given and name not in KEYS[record] and not is_same(before[name], value)
    }


def _contradiction(row: Said, earlier: int, name: str) -> RowProblem:
    if not name:
        why = f"is a second count beside that of row {earlier}, of the same services and period."
        name, what = "count", "Keep one of the two, or add them up."
    else:
        why, what = f"differs from row {earlier}, which is about the same.", "Keep the one that is right."
    return RowProblem(row.row, row.columns.get(name, name), as_text(row.fields[name])[:200], why, what)


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
            problems.append(unknown_name(row, headers.get(name, name), values[name], error))
    if not problems and values.get("from_asset") and values["from_asset"] == values.get("to_asset"):
        header = headers.get("to_asset", "to_asset")
        problems.append(
            RowProblem(
                row,
                header,
                typed["to_asset"][:200],
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


def resolver(names: AssetNames, record: type[Record]) -> Callable[[str, str], str]:
    """Return what finds ids for assets and codes for areas, as one record type means them."""

    def resolve(name: str, text: str) -> str:
        if name != "area_code":
            return names.find(text)
        return whole_area(text) if record is Need else resolve_area(text).code

    return resolve


def whole_area(text: str) -> str:
    """Return the code of an area that is there today: a figure of one that went into another is none of the other.

    Raises
    ------
    UnknownName
        When it is not known, or was only a part of an area of today.
    """
    area = resolve_area(text)
    if area.in_part:
        raise UnknownName(
            f"{text.strip()[:200]!r} went into {area.name} with others, so this is no figure of it. Use figures for "
            f"the authorities of today, or add up those of all that went into {area.name}."
        )
    return area.code
