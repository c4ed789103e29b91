"""Taking an outside list in: what its rows, once they are sifted, would do to what is recorded."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange import RawTable
from rosc_map.exchange.outside import LeftOut, OutsideList
from rosc_map.exchange.outside.lists import UNKNOWN_LICENCE
from rosc_map.exchange.outside.relevance import may_be_confidential
from rosc_map.exchange.outside.review import Reviewed
from rosc_map.partnership.import_assets import plan_assets
from rosc_map.partnership.import_result import ImportResult
from rosc_map.partnership.outside_merge import ListRules, is_of, is_of_list
from rosc_map.partnership.outside_rows import Sifted
from rosc_map.records import Asset, codelist, counted, day, is_hidden, label, match_headers, row_dicts, squash

__all__ = ["Recorded", "plan_outside", "plan_reviewed", "say_reviewed"]

_REFUGE = (squash("domestic_abuse_refuge"), squash(label("asset_type", "domestic_abuse_refuge")))
_GONE = "is no longer in the list"


@dataclass(frozen=True)
class Recorded:
    """What is recorded, as an import of assets needs it.

    Attributes
    ----------
    assets
        All of them.
    own
        The upper-tier authorities of the partnership.
    reported
        Who has reported each asset closed, by the asset's id.
    who
        Who imports.
    today
        The day.
    changed
        By the id of an asset, the fields that people here changed: see :class:`ListRules`.
    """

    assets: pd.DataFrame
    own: Collection[str]
    reported: Mapping[str, set[str]]
    who: str
    today: dt.date
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plan_list(self, table: RawTable, scheme: str, *, licence_said: bool, listing: str) -> ImportResult:
        """Work out what the rows of an outside list would do."""
        return self.plan(table, ListRules(self.today, scheme, licence_said, listing, self.changed))

    def plan(self, table: RawTable, rules: ListRules | None = None) -> ImportResult:
        """Work out what a table would do: one of our own, or by the rules for one of others."""
        return plan_assets(
            table, self.assets, self.own, reported=self.reported, who=self.who, today=self.today, rules=rules
        )


def plan_outside(sifted: Sifted, recorded: Recorded) -> ImportResult:
    """Work out what a list would do. A row that cannot be taken is left out: nobody here can put it right.

    Raises
    ------
    InputError
        When there is not a single row in the list, which says nothing of what is there.
    """
    _refuse_empty(sifted.found)
    rows = tuple((row.number, dict(row.values)) for row in sifted.rows if row.take)
    table = RawTable(sifted.found.name, tuple(Asset.specs()), rows)
    result = recorded.plan_list(table, sifted.found.scheme, licence_said=sifted.licence_said, listing=sifted.listing)
    names = {row.number: row.name for row in sifted.rows}
    result.left_out += [LeftOut(row.number, row.name, row.why) for row in sifted.rows if not row.take]
    result.left_out += _cannot_be_taken(result.problems, names)
    result.problems = []
    passed = {row.number for row in result.left_out}
    told = sorted(dict.fromkeys((*sifted.notes, *result.warnings)), key=lambda note: note.row)
    result.warnings = [note for note in told if note.row not in passed]
    result.gone = _gone(sifted.found, recorded.assets)
    result.said += _guessed(sifted, result.added)
    return result


def _guessed(sifted: Sifted, added: Collection[int]) -> list[str]:
    """Say of how many new assets the type was guessed by their words, and which."""
    told = {row.number for row in sifted.found.rows if "asset_type" in row.values}  # noqa: PD011 - no table
    new = [row for row in sifted.rows if row.number in added and row.number not in told]
    types = (row.values["asset_type"] for row in new)  # noqa: PD011 - no table
    kinds = Counter(label("asset_type", kind).lower() for kind in types)
    if not kinds:
        return []
    listed = ", ".join(f"{kind} ({count:,})" for kind, count in kinds.most_common())
    have = "has a type that was" if len(new) == 1 else "have a type that was"
    return [f"{counted(len(new), 'asset')} {have} guessed from words: {listed}. Look whether each is right."]


def say_reviewed(sifted: Sifted, recorded: Recorded) -> ImportResult:
    """Say of a list that was written down for review what there is to say of it; nothing is taken."""
    _refuse_empty(sifted.found)
    left_out = [LeftOut(row.number, row.name, row.why) for row in sifted.rows if not row.take]
    return ImportResult(
        sifted.found.name,
        Asset.noun,
        warnings=list(sifted.notes),
        left_out=left_out,
        gone=_gone(sifted.found, recorded.assets),
    )


def plan_reviewed(reviewed: Reviewed, recorded: Recorded, *, listing: str, licence: str) -> ImportResult:
    """Work out what a table of review that came back would do.

    Parameters
    ----------
    reviewed
        As it came back.
    recorded
        What is recorded.
    listing, licence
        What the person says of all rows, for those that do not say it themselves.
    """
    table, refuges = _without_refuges(_filled(reviewed.table, {"listing": listing, "licence": licence}))
    # Whoever looked through it has seen the licence of each row, and may have changed it.
    result = recorded.plan_list(table, reviewed.scheme, licence_said=True, listing=listing)
    result.problems = [_with_choices(problem) for problem in result.problems]
    result.left_out += reviewed.left_out
    result.problems += [*reviewed.problems, *refuges]
    result.of_review = True
    result.said += _older(reviewed, recorded.assets)
    return result


def _older(reviewed: Reviewed, assets: pd.DataFrame) -> list[str]:
    """Say that the list was read in since a review of it was made."""
    days = [
        asset["recorded_on"]
        for asset in row_dicts(assets)
        if is_of_list(asset, reviewed.scheme) and not pd.isna(asset["recorded_on"])
    ]
    if not days or reviewed.made_on is None or max(days) <= reviewed.made_on:
        return []
    made, since = day(reviewed.made_on), day(max(days))
    return [f"This review was made on {made}: it is older than what was read in from this list on {since}."]


def _filled(table: RawTable, said: Mapping[str, str]) -> RawTable:
    """Return a table with what the person says of all rows in those where it is empty, or not known."""
    held = {name: header for header, name in match_headers(Asset, table.headers)[0].items()}
    by_header = {held.get(name, name): text for name, text in said.items() if text}

    def fill(values: Mapping[str, Any]) -> dict[str, Any]:
        empty = {header for header in by_header if str(values.get(header) or UNKNOWN_LICENCE) == UNKNOWN_LICENCE}
        return {**values, **{header: by_header[header] for header in empty}}

    headers = tuple(dict.fromkeys((*table.headers, *by_header)))
    return replace(table, headers=headers, rows=tuple((number, fill(values)) for number, values in table.rows))


def _without_refuges(table: RawTable) -> tuple[RawTable, list[RowProblem]]:
    """Part what may be a place that is kept confidential from a table: a yes does not say that it is none.

    A row that says that it is a refuge is hidden like any other.
    """
    held = {name: header for header, name in match_headers(Asset, table.headers)[0].items()}
    kept, problems = [], []
    for number, values in table.rows:
        words = [str(values.get(held.get(name, name)) or "") for name in ("name", "description")]
        typed = squash(str(values.get(held.get("asset_type", "")) or ""))
        if typed not in _REFUGE and may_be_confidential(words):
            why = "may be a place that is kept confidential: a refuge is recorded by hand."
            what = "Write no in the column take; or, if it is a refuge, domestic_abuse_refuge as its asset_type."
            problems.append(RowProblem(number, held["name"], "(not repeated here)", why, what))
        else:
            kept.append((number, values))
    return replace(table, rows=tuple(kept)), problems


def _with_choices(problem: RowProblem) -> RowProblem:
    """Return a problem of a row without a type with the types, of which the example is the least likely in a list."""
    if problem.column != "asset_type" or problem.why != "is missing.":
        return problem
    return replace(problem, what_to_do=f"Choose from: {', '.join(codelist('asset_type'))}.")


def _refuse_empty(found: OutsideList) -> None:
    if not found.rows and not found.left_out:
        raise InputError(
            f"{found.name} has not a single row to take. That does not mean that there is nothing here: check what "
            "was saved or asked for."
        )


def _cannot_be_taken(problems: list[RowProblem], names: Mapping[int, str]) -> list[LeftOut]:
    first: dict[int, RowProblem] = {}
    for problem in problems:
        first.setdefault(problem.row, problem)
    return [LeftOut(row, names.get(row, ""), f"{p.column} {p.why}".strip().rstrip(".")) for row, p in first.items()]


def _gone(found: OutsideList, assets: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what is recorded from a list and no longer in it. It is never closed for that: somebody has to look."""
    if not found.whole:
        return []
    there = {entry.casefold() for row in found.rows for entry in row.values.get("external_ids", ())}  # noqa: PD011 - no table
    passed: dict[str, str] = {}
    for row in found.left_out:
        for entry in row.ids:
            passed.setdefault(entry.casefold(), row.why)
    gone = []
    for asset in row_dicts(assets):
        ids = {entry.casefold() for entry in asset["external_ids"] if is_of(entry, found.scheme)}
        # An id behind the first may be the claim of another list.
        if ids and is_of(asset["external_ids"][0], found.scheme) and ids.isdisjoint(there) and not _is_settled(asset):
            gone.append((asset["name"], next((passed[entry] for entry in ids if entry in passed), _GONE)))
    return gone


def _is_settled(asset: Mapping[str, Any]) -> bool:
    """Whether nobody has to look: it is closed, asked not to be listed, or is not to be named."""
    return asset["status"] == "closed" or asset["listing"] == "declined" or is_hidden(asset)
