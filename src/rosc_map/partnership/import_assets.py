"""Importing assets: each row is matched with what is recorded, and what it changes is listed."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from rosc_map.errors import PostcodeMalformed, RowProblem
from rosc_map.exchange import RawTable
from rosc_map.exchange.outside import LeftOut
from rosc_map.partnership.closing import closing_status, reporter
from rosc_map.partnership.editing import laid_over
from rosc_map.partnership.import_cells import masked, without_districts
from rosc_map.partnership.import_result import Change, ImportResult, as_text, future_days, is_same
from rosc_map.partnership.matching import SameAsset, contradicts, own_key, same_scheme_differs
from rosc_map.partnership.names import Name
from rosc_map.partnership.outside_merge import ListRules
from rosc_map.place import DERIVED, Placed, code_names, normalise, place_assets
from rosc_map.publish import CONFIDENTIAL_TYPES
from rosc_map.records import (
    Asset,
    Kind,
    codelist,
    is_given,
    is_hidden,
    label,
    match_headers,
    read_row,
    read_rows,
    row_dicts,
    squash,
)

__all__ = ["plan_assets"]

_PLACE_FIELDS = ("latitude", "longitude")
_PLACE_TEXT = ("address", "postcode", "latitude", "longitude")
_UNSAID = "(not repeated here)"
_CONFIDENTIAL = "may be a place that is kept confidential: nothing of it was read"
# Columns of our own exports and worklists that no field has.
_FOUND = "what you found"  # of a worklist: added to the notes, which the worklist does not show
_OURS = (*DERIVED, "as_at", "what to check", "what to do", "last checked", _FOUND)


def plan_assets(
    table: RawTable,
    existing: pd.DataFrame,
    own: Collection[str],
    *,
    reported: Mapping[str, set[str]],
    who: str,
    today: dt.date,
    rules: ListRules | None = None,
) -> ImportResult:
    """Work out what a file of assets would do to the recorded ones.

    A row means a recorded asset if it has its id; or, without an id that is known, as ``partnership.matching`` says.
    Cells that the file leaves empty change nothing; a cell that says ``none`` clears what is recorded.

    Parameters
    ----------
    table
        The file.
    existing
        What is recorded.
    own
        The upper-tier authorities of the partnership.
    reported
        Who has reported each asset closed, by the asset's id.
    who
        Who imports: says that an asset has closed where the row does not say who recorded it.
    today
        No day on which something was done lies after it.
    rules
        Of rows that an outside list gave: what they may change.
    """
    return _AssetPlan(table, existing, own, reported, who, today, rules).result


class _AssetPlan:
    """One file of assets against what is recorded."""

    def __init__(
        self,
        table: RawTable,
        existing: pd.DataFrame,
        own: Collection[str],
        reported: Mapping[str, set[str]],
        who: str,
        today: dt.date,
        rules: ListRules | None,
    ) -> None:
        self._own, self._reported, self._who, self._today = set(own), reported, who, today
        self._rules = rules
        table, districts = without_districts(table)
        self.result = ImportResult(table.name, Asset.noun, warnings=[*masked(table), *districts])
        matched, unknown = match_headers(Asset, table.headers)
        self.result.unknown_columns = tuple(name for name in unknown if name not in _OURS)
        self._headers = {name: header for header, name in matched.items()}
        self._recorded = {asset["id"]: asset for asset in row_dicts(existing)}
        self._given = {
            number: {name: values[header] for header, name in matched.items() if is_given(values.get(header))}
            for number, values in table.rows
        }
        read = read_rows(Asset, table.headers, table.rows)
        self._said_ids = {row: asset.external_ids for row, asset in read.records}
        self._read = {row: self._believed(asset) for row, asset in read.records}
        self._codes = {row: _standard(asset.postcode) for row, asset in read.records}
        placed = self._place(list(self._read.items()))
        self._problem(read.problems)
        for row, asset in read.records:
            self._problem(future_days(row, asset, self._today))
        # An asset that the file names by its id is not also meant by another row's name and place.
        named = {asset.id for _, asset in read.records}
        self._same = SameAsset(asset for key, asset in self._recorded.items() if key not in named)
        # The row that was the first for an asset, by id or by name and place.
        self._first: dict[str | tuple[str, ...], int] = {}
        self._added = SameAsset()
        self._found = {row: str(values.get(_FOUND) or "").strip() for row, values in table.rows}
        bad = set(self.result.refused)
        matched_rows = [self._match(asset) for asset in row_dicts(placed.table) if asset["row"] not in bad]
        laid = [row for row in matched_rows if row]
        self._compare(self._place(laid, {row: self._recorded[asset.id] for row, asset in laid}))
        self._say_no_places()

    def _believed(self, asset: Asset) -> Asset:
        """Return what a row says without the ids of other lists that an outside list names."""
        if not self._rules:
            return asset
        return asset.model_copy(update={"external_ids": self._rules.own_ids(asset.external_ids)})

    def _place(self, rows: list[tuple[int, Asset]], recorded: Mapping[int, Mapping[str, Any]] | None = None) -> Placed:
        placed = place_assets(rows, recorded)
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
        if self._rules and known and self._is_another(row, known[0]):
            known = []
        if self._rules and self._is_kept_out(row, typed, known):
            return None
        if len(known) > 1:
            why = f"can mean {len(known)} recorded assets."
            self._refuse(row, "name", asset["name"], why, f"Write the id of one of them: {' or '.join(known[:5])}.")
            return None
        if self._repeats(row, known[0] if known else asset["id"], own_key(typed)):
            return None
        if not known:
            self._add(row, asset, typed)
            return None
        recorded = self._recorded[known[0]]
        if recorded["listing"] == "declined":
            self.result.left.append(row)
            why, what = "belongs to an organisation that asked not to be listed.", "Nothing of it was read."
            self.result.warnings.append(RowProblem(row, "listing", _UNSAID, why, what))
            return None
        if self._rules:
            return self._lay(self._rules, row, asset, recorded)
        self._say_who(row, asset, known[0])
        return self._merge(row, known[0], self._with_findings(row, recorded))

    def _add(self, row: int, asset: dict[str, Any], typed: Mapping[str, Any]) -> None:
        self._look_at(row, asset)
        self._ask_who(row, typed, None if asset["id"] else self._same.ask(typed))
        self.result.added.append(row)
        new = self._rules.new(asset, self._said_ids[row]) if self._rules else asset
        if new["location_precision"] != asset["location_precision"]:
            shown = label("location_precision", new["location_precision"])
            self._note(row, asset, f"is shown by {shown.lower()}: a list cannot say more.", "Ask them before you do.")
        self.result.inserts.append({**new, "id": asset["id"] or str(uuid.uuid4())})

    def _leave_out(self, row: int, name: str, why: str) -> None:
        self.result.left_out.append(LeftOut(row, name, why))

    def _is_another(self, row: int, identifier: str) -> bool:
        """Whether an earlier row of one list, with another id there, was taken for this asset already."""
        first, recorded = self._first.get(identifier), self._recorded[identifier]
        # However often a list names one that asked not to be listed, or that is hidden, it is that one.
        if first is None or recorded["listing"] == "declined" or is_hidden(recorded):
            return False
        # Two entries of a list that somebody here has made one stay one.
        return self._own_ids(row, first) and not self._has_its_id(row, recorded)

    def _has_its_id(self, row: int, recorded: Mapping[str, Any]) -> bool:
        known = {entry.casefold() for entry in recorded["external_ids"]}
        return not known.isdisjoint(entry.casefold() for entry in self._read[row].external_ids)

    def _is_kept_out(self, row: int, typed: Mapping[str, Any], known: list[str]) -> bool:
        """Leave out a row of a list that means a hidden asset, or has its name; or of which only the number is known.

        An id that somebody wrote into a review is their word, and stands.
        """
        recorded = [self._recorded[identifier] for identifier in known]
        if any(map(is_hidden, recorded)) or (not recorded and self._same.may_be_hidden(typed)):
            self._leave_out(row, _UNSAID, _CONFIDENTIAL)
            return True
        if len(recorded) != 1 or typed["id"] in known or recorded[0]["listing"] == "declined":
            return False
        if not contradicts(recorded[0], typed):
            return False
        name = recorded[0]["name"]
        why = f"their number is that of {name!r} here, but name and place are others: look at both"
        self._leave_out(row, typed["name"], why)
        return True

    def _repeats(self, row: int, identifier: str, place: tuple[str, ...]) -> bool:
        """Whether an earlier row was the same asset: the same again is left, a row that says otherwise is refused."""
        first = self._first.get(identifier) if identifier else None
        if first is None:
            twin = self._first.get(place)
            if twin is not None and not self._own_ids(row, twin):
                first = twin
        if first is None:
            self._first.setdefault(place, row)
            if identifier:
                self._first[identifier] = row
            return False
        here, there = self._read[row], self._read[first]
        differs = [n for n in self._given[row] if n != "id" and getattr(here, n) != getattr(there, n)]
        if differs and self._rules:
            self._leave_out(row, here.name, f"was taken for the same asset as row {first}")
        elif differs:
            why = f"differs from row {first}, which was taken for the same asset."
            what = "Keep one of the two rows, or give each an id of its own."
            self._refuse(row, differs[0], str(self._given[row][differs[0]]), why, what)
        else:
            self.result.left.append(row)
        return True

    def _own_ids(self, row: int, twin: int) -> bool:
        """Whether two rows have ids of their own, here or in one list elsewhere: they are two assets, however alike."""
        elsewhere = same_scheme_differs(self._read[row].external_ids, self._read[twin].external_ids)
        return elsewhere or bool(self._given[row].get("id") and self._given[twin].get("id"))

    def _look_at(self, row: int, asset: Mapping[str, Any]) -> None:
        """Ask about a new asset that may be a slip: it is outside the area."""
        areas = {asset["upper_tier_code"], *asset["areas_served"]} - {""}
        if asset["upper_tier_code"] and not areas & self._own:
            where = code_names().get(asset["upper_tier_code"], "")
            why = f"is in {where}, outside the area of this partnership."
            self.result.warnings.append(RowProblem(row, "postcode", asset["postcode"], why, "Is the postcode right?"))

    def _ask_who(self, row: int, asset: Mapping[str, Any], found: tuple[Mapping[str, Any], str] | None) -> None:
        """Ask about a new asset that may be one that is recorded (``found``), or one of an earlier row."""
        if not asset["id"]:
            if found:
                other, why = found
                # What asked to leave is not named.
                left = other["listing"] == "declined"
                who = "That one asked not to be listed." if left else f"That one is {other['name']!r}."
                self._note(row, asset, f"{why}.", f"{who} If it is the same, put its id in the row: {other['id']}.")
            twin = self._added.double(asset)
            if twin:
                self._note(row, asset, f"may be the same as row {twin['row']}.", "If it is, keep one of the two rows.")
        self._added.add({**asset, "row": row})

    def _say_who(self, row: int, asset: Mapping[str, Any], identifier: str) -> None:
        """Say for which recorded asset a row was taken that has neither its id nor its name."""
        recorded = self._recorded[identifier]
        if asset["id"] != identifier and Name.of(asset["name"]).key != Name.of(recorded["name"]).key:
            why = f"was taken for {recorded['name']!r}, which is recorded ({identifier})."
            self._note(row, asset, why, "If it is another asset, give it an id of its own in the column id.")

    def _note(self, row: int, asset: Mapping[str, Any], why: str, what: str) -> None:
        self.result.warnings.append(RowProblem(row, "name", asset["name"], why, what))

    def _lay(
        self, rules: ListRules, row: int, asset: Mapping[str, Any], recorded: Mapping[str, Any]
    ) -> tuple[int, Asset] | None:
        """Lay a row of an outside list over a recorded asset, as far as the rules let it."""
        if not self._has_its_id(row, recorded):  # else the list itself has told that they are one
            self._say_who(row, asset, recorded["id"])
        laid = rules.over(recorded, {name: asset[name] for name in self._given[row]})
        for note in laid.notes:
            self._note(row, recorded, note, "Ask them, and change it by hand.")
        if all(is_same(recorded[name], value) for name, value in laid.fields.items()):
            self.result.left.append(row)
            return None
        return self._merge(row, recorded["id"], laid.fields)

    def _merge(self, row: int, identifier: str, given: Mapping[str, Any]) -> tuple[int, Asset] | None:
        recorded = self._recorded[identifier]
        values = {**laid_over(recorded, given), "id": identifier}
        record, problems = read_row(Asset, values, row, self._headers)
        about = f" (The row was taken for {recorded['name']!r}, which is recorded.)"
        self._problem(replace(problem, what_to_do=problem.what_to_do + about) for problem in problems)
        if record is None:
            return None
        if given.get("id") != identifier and _looser(recorded, record):
            why = "would show the place of a recorded asset more finely than it is recorded."
            self._refuse(row, "name", record.name, why, f"If that is right, put its id in the row: {identifier}.")
            return None
        return row, record

    def _with_findings(self, row: int, recorded: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(self._given[row])
        found = self._found.get(row, "")
        if found and found not in recorded["notes"]:
            given["notes"] = " ".join(text for text in (recorded["notes"], found) if text)
        if self._read[row].asset_type != "lero" and "lero_type" not in given:
            given["lero_type"] = ""  # a recorded one goes with the type
        return given

    def _compare(self, placed: Placed) -> None:
        # What placing adds follows from these.
        names = list(Asset.specs())
        for asset in row_dicts(placed.table):
            row = asset.pop("row")
            before = self._recorded[asset["id"]]
            if asset["upper_tier_code"]:
                self._forget_no_area(row)
            # A list neither closes an asset nor takes back what was reported of it.
            asset["status"] = before["status"] if self._rules else self._closing(row, before, asset)
            changed = [name for name in names if not is_same(before[name], asset[name])]
            if not changed:
                self.result.left.append(row)
                continue
            for name in changed:
                becomes = asset["location_precision"] == "hidden" != before["location_precision"]
                text = Asset.specs()[name].kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.SESSIONS)
                # What was said of it while it was not hidden may tell where it is.
                secret = (becomes and text) or (asset["location_precision"] == "hidden" and name in _PLACE_TEXT)
                words = (_UNSAID, "") if secret else (as_text(before[name]), as_text(asset[name]))
                self.result.changes.append(Change(row, before["name"], name, *words))
            # The postcode of a hidden place was dropped: its area cannot be worked out again, and stays.
            kept = before["location_precision"] == "hidden" and not asset["upper_tier_code"]
            derived = () if kept else (*_PLACE_FIELDS, *DERIVED)
            self.result.updates.append({name: asset[name] for name in ("id", *changed, *derived)})

    def _forget_no_area(self, row: int) -> None:
        """Take back that a row names no area: the asset that it means has one."""
        told = self.result.warnings
        self.result.warnings = [p for p in told if (p.row, p.column, p.value) != (row, "areas_served", "")]

    def _closing(self, row: int, before: Mapping[str, Any], asset: Mapping[str, Any]) -> str:
        says = str(self._given[row].get("recorded_by") or "").strip()
        closing = closing_status(
            before["status"],
            asset["status"],
            by=self._who,
            says=says,
            reported_by=self._reported.get(asset["id"], set()),
            row=row,
        )
        self.result.warnings += closing.warnings
        if closing.note_report or closing.forget_reports:
            self.result.closings.append((asset["id"], reporter(says, self._who), closing))
        return closing.status

    def _say_no_places(self) -> None:
        """Repeat nothing of what was typed for an asset that is hidden, or may be meant to be: any cell may tell."""
        hidden = {row for row, given in self._given.items() if _may_be_hidden(given)}
        recorded = [asset for asset in self._recorded.values() if is_hidden(asset)]
        ids = {asset["id"] for asset in recorded}
        names = {Name.of(name).key for asset in recorded for name in (asset["name"], *asset["other_names"])}
        hidden |= {
            row
            for row, given in self._given.items()
            if str(given.get("id", "")) in ids or Name.of(str(given.get("name", ""))).key in names
        }

        def quiet(problem: RowProblem) -> RowProblem:
            if problem.row not in hidden or not problem.value:
                return problem
            # What is typed stands in the reason too, where a part of it could not be read.
            why = (
                "cannot be read." if "'" in problem.why and problem.column != self._headers.get("name") else problem.why
            )
            return replace(problem, value=_UNSAID, why=why)

        passed = {row.number for row in self.result.left_out}
        self.result.problems = [quiet(problem) for problem in self.result.problems]
        self.result.warnings = [quiet(problem) for problem in self.result.warnings if problem.row not in passed]


def _may_be_hidden(given: Mapping[str, Any]) -> bool:
    kind, precision = (squash(str(given.get(name) or "")) for name in ("asset_type", "location_precision"))
    shown = {squash(word) for code in codelist("location_precision").values() for word in (code.code, code.label)}
    shown -= {squash("hidden"), squash(label("location_precision", "hidden"))}
    return "refuge" in kind or "abuse" in kind or bool(precision and precision not in shown)


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
