"""Taking an outside list in: what its rows, once they are sifted, would do to what is recorded."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from rosc_map.errors import InputError, RowProblem
from rosc_map.exchange import RawTable
from rosc_map.exchange.outside import LeftOut, OutsideList
from rosc_map.exchange.outside.review import Reviewed
from rosc_map.partnership.import_assets import plan_assets
from rosc_map.partnership.import_result import ImportResult
from rosc_map.partnership.names import Name
from rosc_map.partnership.outside_merge import ListRules, is_of
from rosc_map.partnership.outside_rows import Sifted
from rosc_map.records import Asset, is_hidden, row_dicts

__all__ = ["Recorded", "plan_outside", "plan_reviewed", "say_reviewed"]

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

    def plan_list(self, table: RawTable, scheme: str, *, licence_said: bool) -> ImportResult:
        """Work out what the rows of an outside list would do."""
        return self.plan(table, ListRules(self.today, scheme, licence_said, self.changed))

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
    result = recorded.plan_list(table, sifted.found.scheme, licence_said=sifted.licence_said)
    names = {row.number: row.name for row in sifted.rows}
    result.left_out += [LeftOut(row.number, row.name, row.why) for row in sifted.rows if not row.take]
    result.left_out += _cannot_be_taken(result.problems, names)
    result.problems = []
    passed = {row.number for row in result.left_out}
    told = dict.fromkeys((*sifted.notes, *result.warnings))
    result.warnings = [note for note in told if note.row not in passed]
    result.gone = _gone(sifted.found, recorded.assets)
    return result


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


def plan_reviewed(reviewed: Reviewed, recorded: Recorded, listing: str) -> ImportResult:
    """Work out what a table of review that came back would do."""
    table = reviewed.table if not listing else _with_listing(reviewed.table, listing)
    # Whoever looked through it has seen the licence of each row, and may have changed it.
    result = recorded.plan_list(table, reviewed.scheme, licence_said=True)
    result.left_out += reviewed.left_out
    result.problems += reviewed.problems
    return result


def _with_listing(table: RawTable, listing: str) -> RawTable:
    """Return a table with what the person says of all rows in those that do not say it themselves."""
    rows = tuple((number, {**values, "listing": values.get("listing") or listing}) for number, values in table.rows)
    return replace(table, headers=tuple(dict.fromkeys((*table.headers, "listing"))), rows=rows)


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
    passed = {Name.of(row.name).key: row.why for row in found.left_out}
    gone = []
    for asset in row_dicts(assets):
        ids = {entry.casefold() for entry in asset["external_ids"] if is_of(entry, found.scheme)}
        # An id behind the first may be the claim of another list.
        if ids and is_of(asset["external_ids"][0], found.scheme) and ids.isdisjoint(there) and not _is_settled(asset):
            gone.append((asset["name"], passed.get(Name.of(asset["name"]).key, _GONE)))
    return gone


def _is_settled(asset: Mapping[str, Any]) -> bool:
    """Whether nobody has to look: it is closed, asked not to be listed, or is not to be named."""
    return asset["status"] == "closed" or asset["listing"] == "declined" or is_hidden(asset)
