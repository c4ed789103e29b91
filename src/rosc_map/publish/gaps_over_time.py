"""How fresh the records are, what changed since a day, and an authority beside others."""

import datetime as dt
from typing import Any

import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import Basis, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.publish.publish import provision_of, told
from rosc_map.publish.view import plain_id, view
from rosc_map.records import Audience, label, row_dicts

__all__ = ["beside_part", "changes_part", "freshness_found", "freshness_part"]


def freshness_found(basis: Basis) -> gaps.Freshness:
    """Work out how many records were checked lately (METHODS §3.5)."""
    return gaps.freshness(
        basis.told, basis.snapshot.surveyed, basis.lookup, basis.provision, as_at=basis.published.as_at
    )


def freshness_part(basis: Basis, found: gaps.Freshness) -> GapsPart:
    """Return how fresh the records are, and which gaps rest on stale ones."""
    what = short_type(basis.asked.asset_type)
    heads = {
        "records": "Records", "fresh": f"Checked or recorded within {found.months} months", "share": "Share (%)",
        "looked_on": f"Last looked for: {what}",
        "stale_gap": f"None found, surveyed more than {found.months} months ago",
        "stale_service": "Served on old records",
    }  # fmt: skip
    table = by_authority("freshness", "How fresh the records are", found.by_authority, heads)
    return GapsPart("freshness", "How fresh the records are", found.sentences, found.cautions, (table,))


def changes_part(basis: Basis) -> GapsPart | None:
    """Return what is new, gone and changed its status since an earlier day; None where there is none to compare.

    Of an asset that is no longer active only the coordinators read the name: a closed door helps nobody.
    """
    earlier = basis.asked.then
    if earlier is None:
        return None
    then, internal = earlier.snapshot, basis.audience is Audience.INTERNAL
    before = view(then, basis.audience)
    found = gaps.changes(
        provision_of(then, before, basis.audience, basis.asked.tier, basis.asked.asset_type),
        basis.provision,
        _not_at(basis, basis.told, _statuses(basis, then.assets), missing=""),
        # What is not on the record at all was taken out, merged, or asked to leave: that is no closing.
        _not_at(basis, told(before, basis.audience), _statuses(basis, basis.snapshot.assets), missing="active"),
        then_on=then.as_at,
        now_on=basis.published.as_at,
        not_here=earlier.not_here if internal else 0,
    )
    named = found.new["id"].isin(set(basis.published.assets["id"]))
    tables = [
        by_authority("changes", "What changed", found.by_authority, _CHANGES),
        *_list("new", "New on the record", found.new[named]),
        *(_list("no-longer-active", "No longer active", found.gone) if internal else ()),
    ]
    cautions = found.cautions if internal else (*found.cautions, _SOME_LEFT_OUT)
    return GapsPart("changes", "What changed", found.sentences, cautions, tuple(tables))


_CHANGES = {"then": "Then", "now": "Now", "moved": "What changed"}
_SOME_LEFT_OUT = "What is not on the record of today, or not shown today, is left out of both."


def _statuses(basis: Basis, assets: pd.DataFrame) -> dict[str, str]:
    """Return the status of every asset by the id under which this audience knows it."""
    ids = assets["id"] if basis.audience is Audience.INTERNAL else assets["id"].map(plain_id)
    return dict(zip(ids, assets["status"], strict=True))


def _not_at(basis: Basis, assets: pd.DataFrame, other: dict[str, str], *, missing: str) -> pd.DataFrame:
    """Return the active assets that were not active at the other time, with names and places as they are shown.

    ``missing`` is the status that one has which is not on the other record.
    """
    code = "upper_tier_code" if basis.asked.tier == "upper" else "local_authority_code"
    shown = {row["id"]: row for row in row_dicts(basis.published.assets.drop(columns="geometry"))}
    rows = [
        {
            "id": row["id"],
            "name": shown.get(row["id"], {}).get("name", ""),
            "asset_type": row["asset_type"],
            "authority": basis.names.get(shown.get(row["id"], {}).get(code, ""), ""),
            "recorded_on": _first_known(row),
        }
        for row in row_dicts(assets[assets["status"] == "active"])
        if other.get(row["id"], missing) != "active"
    ]
    return pd.DataFrame(rows, columns=["id", "name", "asset_type", "authority", "recorded_on"], dtype=object)


def _first_known(asset: dict[str, Any]) -> dt.date | None:
    """Return the first day on which an asset says that it was recorded or checked."""
    return min((asset[name] for name in ("recorded_on", "verified_on") if not pd.isna(asset[name])), default=None)


def _list(key: str, title: str, table: pd.DataFrame) -> list[GapsTable]:
    if table.empty:
        return []
    words = table.assign(type=[label("asset_type", code) for code in table["asset_type"]])
    return [GapsTable(key, title, words, {"name": "Asset", "type": "Type", "authority": "Authority"})]


def beside_part(basis: Basis) -> GapsPart:
    """Return each authority beside its region, and beside its nearest statistical neighbours where a list was given."""
    table = gaps.beside(basis.provision, basis.lookup, basis.asked.neighbours or None)
    heads = {
        "group": "Beside", "own": "Its own", "served": "Served", "none_found": "None found",
        "not_surveyed": "Not surveyed", "others": "Others here", "of": "Of all in the group",
    }  # fmt: skip
    here = (
        "Only authorities of this file can stand beside each other: the others of the group are counted in the last "
        "column, and nothing is known of them here."
    )
    tables = (by_authority("beside", "Beside others", table, heads),) if len(table) else ()
    return GapsPart("beside", "Beside others like it", (), (here,), tables)
