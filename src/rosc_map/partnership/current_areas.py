"""Codes of authorities that have ended, read as those of today: boundaries change, and records stay."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.place.boundaries.areas import TIERS, code_names, current_code, tiers
from rosc_map.publish import Snapshot
from rosc_map.records import row_dicts

__all__ = ["in_current_areas"]

_TIER_CODES = tuple(f"{tier}_code" for tier in TIERS)


def in_current_areas(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose codes of authorities are those of the boundaries in use.

    What was recorded is not changed. A code that went into no one authority of today stays, and counts nowhere.
    """
    return replace(
        snapshot,
        areas=tuple(dict.fromkeys(map(current_code, snapshot.areas))),
        assets=_assets(snapshot.assets),
        surveyed=_by_area(snapshot.surveyed),
        others={record: _by_area(table) for record, table in snapshot.others.items()},
    )


def _by_area(table: pd.DataFrame) -> pd.DataFrame:
    if "area_code" not in table or table["area_code"].isin(list(code_names())).all():
        return table
    return table.assign(area_code=table["area_code"].map(current_code))


def _assets(assets: pd.DataFrame) -> pd.DataFrame:
    known = {"", *code_names()}
    ended = ~assets[[*_TIER_CODES[:2]]].isin(known).all(axis=1)
    ended |= pd.Series(
        [not known.issuperset(served or ()) for served in assets["areas_served"]], assets.index, dtype=bool
    )
    if not ended.any():
        return assets
    rows = [row | _areas_of(row) for row in row_dicts(assets)]
    return pd.DataFrame(rows, columns=assets.columns, index=assets.index).astype(assets.dtypes)


def _areas_of(asset: Mapping[str, Any]) -> dict[str, Any]:
    served = tuple(dict.fromkeys(map(current_code, asset["areas_served"] or ())))
    local = current_code(asset["local_authority_code"])
    try:
        return {"areas_served": served, **{column: tiers(local)[column] for column in _TIER_CODES}}
    except UnknownName:  # a hidden place has its upper tier only
        return {
            "areas_served": served,
            "local_authority_code": local,
            "upper_tier_code": current_code(asset["upper_tier_code"]),
        }
