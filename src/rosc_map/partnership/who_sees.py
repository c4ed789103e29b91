"""Who may see each answer of an asset that is being written down: the gate itself is asked, for each audience."""

import datetime as dt
from typing import Any

import pandas as pd

from rosc_map.place import place_assets
from rosc_map.publish import Snapshot, publish_assets
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Audience,
    Question,
    Record,
    Referral,
    Reply,
    Round,
    SurveyedArea,
    row_dicts,
)
from rosc_map.store import TABLES

__all__ = ["who_sees"]

_TABLES: dict[str, type[Record]] = {
    "referrals": Referral,
    "surveyed": SurveyedArea,
    "rounds": Round,
    "questions": Question,
    "contacts": Attempt,
    "answers": Answer,
    "replies": Reply,
}


def who_sees(asset: Asset, *, today: dt.date) -> dict[str, Audience]:
    """Return the least audience that sees each answer of an asset; a field that nobody answered is not among them.

    Parameters
    ----------
    asset
        What was typed, with an id.
    today
        The day that the gate tells of.
    """
    table = place_assets([(1, asset)]).table.drop(columns="row")
    empty: dict[str, Any] = {
        name: pd.DataFrame(columns=[column.name for column in TABLES[kind].columns]) for name, kind in _TABLES.items()
    }
    part = Snapshot(title="", banner="", as_at=today, areas=(), assets=table, **empty)
    own, specs = row_dicts(table)[0], Asset.specs()
    found = {name: Audience.INTERNAL for name, spec in specs.items() if own[name] != spec.empty}
    for audience in (Audience.PARTNERS, Audience.PUBLIC):  # the widest last: it stands
        for row in row_dicts(publish_assets(part, [asset.id], audience).assets):
            found |= {name: audience for name in found if name in row and _same(own[name], row[name])}
    return found


def _same(typed: Any, shown: Any) -> bool:
    """Whether an audience is shown what was typed: a point or postcode that was made coarser is another."""
    return bool(typed == shown or (isinstance(typed, tuple) and list(typed) == list(shown or ())))
