"""Import: what a file would add, change and leave, worked out before anything is written."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rosc_map.errors import PostcodeMalformed, RowProblem, RowsRejected, UnknownName
from rosc_map.exchange import RawTable
from rosc_map.partnership.matching import AssetNames, place_keys
from rosc_map.place import DERIVED, Placed, normalise, place_assets, resolve_area
from rosc_map.publish import row_dicts
from rosc_map.records import Asset, Record, Referral, SurveyedArea, match_headers, read_row, read_rows

__all__ = ["KEYS", "Change", "ImportResult", "plan_assets", "plan_records", "resolver", "settle"]

_PLACE_FIELDS = ("latitude", "longitude")


@dataclass(frozen=True)
class Change:
    """One field of a recorded asset that the file changes."""

    row: int
    asset: str
    field: str
    before: str
    after: str


@dataclass
class ImportResult:
    """What an import did, or would do.

    Attributes
    ----------
    source
        The name of the file.
    noun
        What its rows are, such as "asset".
    added, left
        Row numbers: new, and already there just so.
    changes
        Each field of a recorded asset that differs.
    problems
        What was refused, row by row.
    warnings
        Things to look at; nothing was refused for them.
    unknown_columns
        Columns that were not read, because no field has that name.
    """

    source: str
    noun: str
    added: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()
    inserts: list[dict[str, Any]] = field(default_factory=list, repr=False)
    updates: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @property
    def changed(self) -> list[int]:
        """Row numbers of the assets that are changed."""
        return sorted({change.row for change in self.changes})

    @property
    def refused(self) -> list[int]:
        """Row numbers that were refused."""
        return sorted({problem.row for problem in self.problems})


def settle(result: ImportResult, *, accept_partial: bool) -> ImportResult:
    """Refuse the whole file for one bad row, unless it was asked to take the good ones.

    Raises
    ------
    RowsRejected
        With every problem.
    """
    if result.problems and not accept_partial:
        raise RowsRejected(result.source, sorted(result.problems, key=lambda problem: problem.row))
    return result


def plan_assets(table: RawTable, existing: pd.DataFrame) -> ImportResult:
    """Work out what a file of assets would do.

    A row means a recorded asset if it has its id; or, without one that is known, its name and postcode (name and area
    where there is no postcode). Cells that the file leaves empty change nothing.
    """
    return _AssetPlan(table, existing).result


class _AssetPlan:
    """One file of assets against what is recorded."""

    def __init__(self, table: RawTable, existing: pd.DataFrame) -> None:
        self.result = ImportResult(table.name, Asset.noun)
        matched, self.result.unknown_columns = match_headers(Asset, table.headers)
        self._headers = {name: header for header, name in matched.items()}
        self._recorded = {asset["id"]: asset for asset in row_dicts(existing)}
        self._given = {
            number: {name: values[header] for header, name in matched.items() if _given(values.get(header))}
            for number, values in table.rows
        }
        read = read_rows(Asset, table.headers, table.rows)
        self._codes = {row: _standard(asset.postcode) for row, asset in read.records}
        placed = self._place(list(read.records))
        self._problem(read.problems)
        self._by_key: dict[tuple[str, str], str] = {}
        ids_in_file = {asset.id for _, asset in read.records}
        for identifier, asset in self._recorded.items():
            # An asset that the file names by its id is not also meant by another row's name and place.
            if identifier not in ids_in_file:
                self._by_key.setdefault(place_keys(asset)[0], identifier)
        self._first: dict[str | tuple[str, str], int] = {}
        merged = [row for asset in row_dicts(placed.table) if (row := self._match(asset))]
        self._compare(self._place(merged))

    def _place(self, rows: list[tuple[int, Asset]]) -> Placed:
        placed = place_assets(rows)
        self._problem(placed.problems)
        self.result.warnings += [w for w in placed.warnings if w not in self.result.warnings]
        bad = set(self.result.refused)
        return Placed(placed.table[~placed.table["row"].isin(bad)], (), ())

    def _problem(self, problems: tuple[RowProblem, ...]) -> None:
        named = [
            RowProblem(p.row, self._headers.get(p.column, p.column), p.value, p.why, p.what_to_do) for p in problems
        ]
        self.result.problems += [p for p in named if p not in self.result.problems]

    def _match(self, asset: dict[str, Any]) -> tuple[int, Asset] | None:
        """Add a new asset, or return the recorded one with the cells of this row laid over it."""
        row = asset.pop("row")
        # A hidden place has lost its postcode by now; what was typed still tells which asset is meant.
        typed = self._codes.get(row, "")
        places = place_keys({**asset, "postcode": asset["postcode"] or typed})
        known = asset["id"] if asset["id"] in self._recorded else ""
        known = known or next((self._by_key[place] for place in places if place in self._by_key), "")
        mine = known or asset["id"] or places[0]
        twin = self._first.get(mine)
        if twin is not None:
            self._repeat(row, twin)
            return None
        self._first[mine] = row
        self._first.setdefault(places[0], row)
        if not known:
            self.result.added.append(row)
            self.result.inserts.append({**asset, "id": asset["id"] or str(uuid.uuid4())})
            return None
        if self._recorded[known]["listing"] == "declined":
            self.result.left.append(row)
            why, what = "belongs to an organisation that asked not to be listed.", "Nothing of it was read."
            self.result.warnings.append(RowProblem(row, "listing", "(not repeated here)", why, what))
            return None
        return self._merge(row, known)

    def _repeat(self, row: int, first: int) -> None:
        """Leave a row that says the same as an earlier one; refuse one that says otherwise of the same asset."""
        here, there = self._given[row], self._given[first]
        differs = sorted(name for name in {*here, *there} - {"id"} if str(here.get(name)) != str(there.get(name)))
        if not differs:
            self.result.left.append(row)
            return
        header = self._headers.get(differs[0], differs[0])
        why = f"is the same asset as row {first}, with another {header}."
        self.result.problems.append(
            RowProblem(row, header, str(here.get(differs[0], "")), why, "Keep one of the two rows.")
        )

    def _merge(self, row: int, identifier: str) -> tuple[int, Asset] | None:
        recorded, given = self._recorded[identifier], dict(self._given[row])
        base = {name: recorded[name] for name in Asset.specs()}
        if given.get("postcode"):
            base |= dict.fromkeys(_PLACE_FIELDS)
        record, problems = read_row(Asset, {**base, **given, "id": identifier}, row, self._headers)
        self._problem(problems)
        return (row, record) if record else None

    def _compare(self, placed: Placed) -> None:
        # What placing adds follows from these.
        names = list(Asset.specs())
        for asset in row_dicts(placed.table):
            row = asset.pop("row")
            before = self._recorded[asset["id"]]
            changed = [name for name in names if not _same(before[name], asset[name])]
            if not changed:
                self.result.left.append(row)
                continue
            for name in changed:
                self.result.changes.append(Change(row, before["name"], name, _text(before[name]), _text(asset[name])))
            self.result.updates.append({name: asset[name] for name in ("id", *changed, *DERIVED)})


def _standard(postcode: str) -> str:
    try:
        return normalise(postcode)
    except PostcodeMalformed:
        return ""  # said already, by placing


def _given(value: Any) -> bool:
    return value is not None and bool(str(value).strip())


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        return before == after or (before != before and after != after) or abs(before - after) < 1e-7
    return bool(before == after) or (before in (None, "", ()) and after in (None, "", ()))


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def plan_records(
    table: RawTable,
    record: type[Record],
    existing: pd.DataFrame,
    key: tuple[str, ...],
    resolve: Callable[[str, str], str],
) -> ImportResult:
    """Work out what a file of referrals or surveyed areas would do: each row is new, or there already.

    Parameters
    ----------
    table
        The file.
    record
        What its rows are.
    existing
        What is recorded.
    key
        The fields that make two rows one and the same.
    resolve
        Takes a field's name and its text, and returns the id or code that is meant, or raises ``UnknownName``.
    """
    read = read_rows(record, table.headers, table.rows)
    result = ImportResult(table.name, record.noun, problems=list(read.problems), unknown_columns=read.unknown_columns)
    matched, _ = match_headers(record, table.headers)
    headers = {name: header for header, name in matched.items()}
    seen = {tuple(row[name] for name in key) for row in row_dicts(existing)}
    for number, found in read.records:
        values, wrong = _resolved(found.model_dump(), number, headers, resolve)
        if wrong:
            result.problems += wrong
            continue
        mark = tuple(values[name] for name in key)
        if mark in seen:
            result.left.append(number)
            continue
        seen.add(mark)
        result.added.append(number)
        result.inserts.append(values)
    return result


def _resolved(
    values: dict[str, Any], row: int, headers: Mapping[str, str], resolve: Callable[[str, str], str]
) -> tuple[dict[str, Any], list[RowProblem]]:
    problems = []
    for name in ("from_asset", "to_asset", "area_code"):
        if name not in values:
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
            RowProblem(row, header, "", "is the same asset as the one that refers.", "Name two different assets.")
        )
    return values, problems


def resolver(assets: pd.DataFrame) -> Callable[[str, str], str]:
    """Return what finds ids for assets and codes for areas."""
    names = AssetNames(assets)

    def resolve(name: str, text: str) -> str:
        return resolve_area(text).code if name == "area_code" else names.find(text)

    return resolve


KEYS: dict[type[Record], tuple[str, ...]] = {
    Referral: ("from_asset", "to_asset", "kind", "evidence", "period", "on"),
    SurveyedArea: ("area_code", "asset_type", "on", "by"),
}
"""What makes two rows of a record type one and the same."""
