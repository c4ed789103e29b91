"""Import: what a file would add, change and leave, worked out before anything is written."""

import re
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from rosc_map.errors import InputError, PostcodeMalformed, RowProblem, RowsRejected, UnknownName
from rosc_map.exchange import RawTable
from rosc_map.partnership.matching import AssetNames, SameAsset, own_key
from rosc_map.place import DERIVED, Placed, code_names, normalise, place_assets, resolve_area
from rosc_map.publish import CONFIDENTIAL_TYPES, MASK
from rosc_map.records import Asset, Record, codelist, match_headers, read_row, read_rows, row_dicts
from rosc_map.store import KEYS

__all__ = ["Change", "ImportResult", "check_columns", "plan_assets", "plan_records", "resolver", "settle"]

_PLACE_FIELDS = ("latitude", "longitude")
_PLACE_TEXT = ("address", "postcode", "latitude", "longitude")
_UNSAID = "(not repeated here)"
_DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.IGNORECASE)


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


def check_columns(table: RawTable, record: type[Record], others: Mapping[str, type[Record]]) -> None:
    """Say at once when a column that every row needs is not there.

    Raises
    ------
    InputError
        With the columns found, and the kind of record that the file looks like.
    """
    missing = _missing(table, record)
    if not missing:
        return
    like = next((name for name, other in others.items() if other is not record and not _missing(table, other)), "")
    hint = (
        f"This looks like {like}: add --as {like}." if like else "The first row of the sheet has to name the columns."
    )
    found = ", ".join(table.headers)
    raise InputError(f"{table.name} has no column {missing[0]!r}. Columns found: {found}. {hint}")


def _missing(table: RawTable, record: type[Record]) -> list[str]:
    matched, _ = match_headers(record, table.headers)
    return [name for name, spec in record.specs().items() if spec.required and name not in matched.values()]


def plan_assets(table: RawTable, existing: pd.DataFrame, own: Collection[str]) -> ImportResult:
    """Work out what a file of assets would do to the recorded ones, in a partnership of these upper-tier authorities.

    A row means a recorded asset if it has its id; or, without an id that is known, its name and place
    (:class:`rosc_map.partnership.matching.SameAsset`). Cells that the file leaves empty change nothing.
    """
    return _AssetPlan(table, existing, own).result


class _AssetPlan:
    """One file of assets against what is recorded."""

    def __init__(self, table: RawTable, existing: pd.DataFrame, own: Collection[str]) -> None:
        self._own = set(own)
        table, districts = _without_districts(table)
        self.result = ImportResult(table.name, Asset.noun, warnings=[*_masked(table), *districts])
        matched, self.result.unknown_columns = match_headers(Asset, table.headers)
        self._headers = {name: header for header, name in matched.items()}
        self._recorded = {asset["id"]: asset for asset in row_dicts(existing)}
        self._given = {
            number: {name: values[header] for header, name in matched.items() if _given(values.get(header))}
            for number, values in table.rows
        }
        read = read_rows(Asset, table.headers, table.rows)
        self._read = dict(read.records)
        self._codes = {row: _standard(asset.postcode) for row, asset in read.records}
        placed = self._place(list(read.records))
        self._problem(read.problems)
        # An asset that the file names by its id is not also meant by another row's name and place.
        named = {asset.id for _, asset in read.records}
        self._same = SameAsset(asset for key, asset in self._recorded.items() if key not in named)
        # The row that was the first for an asset, by id or by name and place.
        self._first: dict[str | tuple[str, ...], int] = {}
        merged = [row for asset in row_dicts(placed.table) if (row := self._match(asset))]
        self._compare(self._place(merged))

    def _place(self, rows: list[tuple[int, Asset]]) -> Placed:
        placed = place_assets(rows)
        self._problem(placed.problems)
        self.result.warnings = list(dict.fromkeys([*self.result.warnings, *placed.warnings]))
        bad = set(self.result.refused)
        return Placed(placed.table[~placed.table["row"].isin(bad)], (), ())

    def _problem(self, problems: Iterable[RowProblem]) -> None:
        named = [
            RowProblem(p.row, self._headers.get(p.column, p.column), p.value, p.why, p.what_to_do) for p in problems
        ]
        self.result.problems = list(dict.fromkeys([*self.result.problems, *named]))

    def _refuse(self, row: int, column: str, value: str, why: str, what_to_do: str) -> None:
        self._problem([RowProblem(row, column, value, why, what_to_do)])

    def _match(self, asset: dict[str, Any]) -> tuple[int, Asset] | None:
        """Add a new asset, or return the recorded one with the cells of this row laid over it."""
        row = asset.pop("row")
        # A hidden place has lost its postcode by now; what was typed still tells which asset is meant.
        typed = {**asset, "postcode": asset["postcode"] or self._codes.get(row, "")}
        known = [asset["id"]] if asset["id"] in self._recorded else self._same.find(typed)
        if len(known) > 1:
            why = f"is the name of {len(known)} recorded assets that this row can mean."
            self._refuse(row, "name", asset["name"], why, f"Write the id of one of them: {' or '.join(known[:5])}.")
            return None
        if self._repeats(row, known[0] if known else asset["id"], own_key(typed)):
            return None
        if not known:
            self._look_at(row, asset)
            self.result.added.append(row)
            self.result.inserts.append({**asset, "id": asset["id"] or str(uuid.uuid4())})
            return None
        if self._recorded[known[0]]["listing"] == "declined":
            self.result.left.append(row)
            why, what = "belongs to an organisation that asked not to be listed.", "Nothing of it was read."
            self.result.warnings.append(RowProblem(row, "listing", _UNSAID, why, what))
            return None
        return self._merge(row, known[0])

    def _repeats(self, row: int, identifier: str, place: tuple[str, ...]) -> bool:
        """Whether an earlier row was the same asset: the same again is left, a row that says otherwise is refused."""
        first = self._first.get(identifier) if identifier else None
        if first is None:
            twin = self._first.get(place)
            # Two rows with ids of their own are two assets, however alike.
            if twin is not None and not (self._given[twin].get("id") and self._given[row].get("id")):
                first = twin
        if first is None:
            self._first.setdefault(place, row)
            if identifier:
                self._first[identifier] = row
            return False
        here, there = self._read[row], self._read[first]
        differs = [n for n in self._given[row] if n != "id" and getattr(here, n) != getattr(there, n)]
        if differs:
            why = f"differs from row {first}, which is the same asset (name and place)."
            self._refuse(row, differs[0], str(self._given[row][differs[0]]), why, "Keep one of the two rows.")
        else:
            self.result.left.append(row)
        return True

    def _look_at(self, row: int, asset: Mapping[str, Any]) -> None:
        """Ask about a new asset that may be a slip: outside the area, or of a name that is recorded elsewhere."""
        areas = {asset["upper_tier_code"], *asset["areas_served"]} - {""}
        if asset["upper_tier_code"] and not areas & self._own:
            where = code_names().get(asset["upper_tier_code"], "")
            why = f"is in {where}, outside the area of this partnership."
            self.result.warnings.append(RowProblem(row, "postcode", asset["postcode"], why, "Is the postcode right?"))
        twins = self._same.of_name(asset["name"])
        if twins and not asset["id"]:
            what = f"If it is the same, put its id in the row: {twins[0]}."
            why = "has the name of an asset that is recorded at another place."
            self.result.warnings.append(RowProblem(row, "name", asset["name"], why, what))

    def _merge(self, row: int, identifier: str) -> tuple[int, Asset] | None:
        recorded, given = self._recorded[identifier], dict(self._given[row])
        base = {name: recorded[name] for name in Asset.specs()}
        if given.get("postcode"):
            base |= dict.fromkeys(_PLACE_FIELDS)
        record, problems = read_row(Asset, {**base, **given, "id": identifier}, row, self._headers)
        self._problem(problems)
        if record is None:
            return None
        if given.get("id") != identifier and _looser(recorded, record):
            why = "would show the place of a recorded asset more finely than it is recorded."
            self._refuse(row, "name", record.name, why, f"If that is right, put its id in the row: {identifier}.")
            return None
        return row, record

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
                secret = asset["location_precision"] == "hidden" and name in _PLACE_TEXT
                words = (_UNSAID, "") if secret else (_text(before[name]), _text(asset[name]))
                self.result.changes.append(Change(row, before["name"], name, *words))
            self.result.updates.append({name: asset[name] for name in ("id", *changed, *_PLACE_FIELDS, *DERIVED)})


def _masked(table: RawTable) -> list[RowProblem]:
    """Say which cells come from an export for others: they were not read, or the mask would replace the real words."""
    why, what = "was masked in an export for others.", "The cell was not read. Work with an export for internal use."
    return [RowProblem(row, header, MASK, why, what) for row, header in table.masked]


def _without_districts(table: RawTable) -> tuple[RawTable, list[RowProblem]]:
    """Take out postcodes of which only the first half is given: our exports for others have them, and nobody gains."""
    matched, _ = match_headers(Asset, table.headers)
    header = next((header for header, name in matched.items() if name == "postcode"), "")
    rows, said = [], []
    for number, values in table.rows:
        cell = str(values.get(header) or "").strip()
        if _DISTRICT.fullmatch(cell):
            why, what = "is only the first half of a postcode.", "It was not read: write the whole postcode."
            said.append(RowProblem(number, header, cell, why, what))
            values = {**values, header: None}
        rows.append((number, values))
    return replace(table, rows=tuple(rows)), said


def _looser(recorded: Mapping[str, Any], record: Asset) -> bool:
    """Whether a row would show a place more finely, or make a confidential kind another."""
    order = list(codelist("location_precision"))
    # A word that is not in the list, typed in another program, counts as the most hidden.
    before = recorded["location_precision"] if recorded["location_precision"] in order else order[-1]
    finer = order.index(record.location_precision) < order.index(before)
    return finer or (recorded["asset_type"] in CONFIDENTIAL_TYPES and record.asset_type not in CONFIDENTIAL_TYPES)


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
    table: RawTable, record: type[Record], existing: pd.DataFrame, resolve: Callable[[str, str], str]
) -> ImportResult:
    """Work out what a file of referrals or surveyed areas would do: each row is new, there already, or says more.

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
    """
    read = read_rows(record, table.headers, table.rows)
    result = ImportResult(table.name, record.noun, problems=list(read.problems), unknown_columns=read.unknown_columns)
    matched, _ = match_headers(record, table.headers)
    headers = {name: header for header, name in matched.items()}
    key = KEYS[record]
    recorded = {tuple(row[name] for name in key): row for row in row_dicts(existing)}
    for number, found in read.records:
        values, wrong = _resolved(found.model_dump(), number, headers, resolve)
        if wrong:
            result.problems += wrong
        else:
            _against(result, recorded, number, values, key)
    return result


def _against(
    result: ImportResult,
    recorded: dict[tuple[Any, ...], dict[str, Any]],
    row: int,
    values: dict[str, Any],
    key: tuple[str, ...],
) -> None:
    """Add a row, leave it, or change the one that is recorded; an empty cell changes nothing."""
    mark = tuple(values[name] for name in key)
    before = recorded.get(mark)
    if before is None:
        recorded[mark] = values
        result.added.append(row)
        result.inserts.append(values)
        return
    changed = {n: v for n, v in values.items() if n not in key and v not in ("", None, ()) and not _same(before[n], v)}
    if not changed:
        result.left.append(row)
        return
    what = " → ".join(str(values[name]) for name in key[:2])
    result.changes += [Change(row, what, name, _text(before[name]), _text(value)) for name, value in changed.items()]
    before.update(changed)
    # A row of this same file that is still to be added is changed in place.
    if before not in result.inserts:
        result.updates.append({**dict(zip(key, mark, strict=True)), **changed})


def _resolved(
    values: dict[str, Any], row: int, headers: Mapping[str, str], resolve: Callable[[str, str], str]
) -> tuple[dict[str, Any], list[RowProblem]]:
    problems = []
    typed = dict(values)
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
            RowProblem(
                row,
                header,
                typed["to_asset"],
                "is the same asset as the one that refers.",
                "Name two different assets.",
            )
        )
    return values, problems


def resolver(assets: pd.DataFrame) -> Callable[[str, str], str]:
    """Return what finds ids for assets and codes for areas."""
    names = AssetNames(assets)

    def resolve(name: str, text: str) -> str:
        return resolve_area(text).code if name == "area_code" else names.find(text)

    return resolve
