"""How fresh the records are, what changed since a day, and an authority beside others."""

import pandas as pd

from rosc_map import gaps
from rosc_map.publish.gaps_basis import Basis, by_authority, short_type
from rosc_map.publish.gaps_types import GapsPart, GapsTable
from rosc_map.publish.publish import provision_of
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
        "records": "Records", "fresh": f"Checked within {found.months} months", "share": "Share (%)",
        "looked_on": f"Last looked for: {what}", "stale_gap": "A gap found long ago",
        "stale_service": "Served on old records",
    }  # fmt: skip
    table = by_authority("freshness", "How fresh the records are", found.by_authority, heads)
    return GapsPart("freshness", "How fresh the records are", found.sentences, found.cautions, (table,))


def changes_part(basis: Basis) -> GapsPart | None:
    """Return what is new, gone and changed its status since an earlier day; None where there is none to compare.

    Of an asset that is no longer active only the coordinators read the name: a closed door helps nobody.
    """
    then = basis.asked.then
    if then is None:
        return None
    before = view(then, basis.audience)
    now_told, then_told = basis.told, pd.concat([before.named, before.counted], ignore_index=True)
    found = gaps.changes(
        provision_of(then, before, basis.audience, basis.asked.tier, basis.asked.asset_type),
        basis.provision,
        _new(basis, now_told, _statuses(basis, then.assets)),
        _new(basis, then_told, _statuses(basis, basis.snapshot.assets), gone=True),
        then_on=then.as_at,
        now_on=basis.published.as_at,
    )
    shown = set(basis.seen.named["id"])
    tables = [
        by_authority("changes", "What changed", found.by_authority, _CHANGES),
        *_list("new", "New on the record", found.opened[found.opened["id"].isin(shown)]),
    ]
    if basis.audience is Audience.INTERNAL:
        tables += _list("no-longer-active", "No longer active", found.closed)
    return GapsPart("changes", "What changed", found.sentences, found.cautions, tuple(tables))


_CHANGES = {"then": "Then", "now": "Now", "moved": "What changed"}


def _statuses(basis: Basis, assets: pd.DataFrame) -> dict[str, str]:
    """Return the status of every asset by the id under which this audience knows it."""
    ids = assets["id"] if basis.audience is Audience.INTERNAL else assets["id"].map(plain_id)
    return dict(zip(ids, assets["status"], strict=True))


def _new(basis: Basis, assets: pd.DataFrame, other: dict[str, str], *, gone: bool = False) -> pd.DataFrame:
    """Return the active assets that were not active at the other time.

    Of those that are ``gone`` only what is still on the record counts: what is not there at all was taken out of it,
    merged, or asked to leave, and that is no closing.
    """
    column = "upper_tier_code" if basis.asked.tier == "upper" else "local_authority_code"
    missing = "active" if gone else ""
    shown = dict(zip(basis.published.assets["id"], basis.published.assets["name"], strict=True))
    rows = [
        (row["id"], shown.get(row["id"], ""), row["asset_type"], basis.names.get(row[column], ""))
        for row in row_dicts(assets[assets["status"] == "active"])
        if other.get(row["id"], missing) != "active"
    ]
    return pd.DataFrame(rows, columns=["id", "name", "asset_type", "authority"], dtype=object)


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
