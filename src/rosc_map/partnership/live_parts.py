"""A part of what is held, made of rows in memory; and a row made of what somebody has typed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rosc_map.partnership.current_areas import in_current_areas
from rosc_map.place import place_assets
from rosc_map.publish import Snapshot
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Question,
    Record,
    Referral,
    Reply,
    Round,
    SurveyedArea,
    read_row,
    row_dicts,
)
from rosc_map.store import TABLES

__all__ = ["LINK_RECORDS", "part_of", "typed_row"]

LINK_RECORDS: dict[str, type[Record]] = {
    "referrals": Referral,
    "rounds": Round,
    "questions": Question,
    "contacts": Attempt,
    "answers": Answer,
    "replies": Reply,
}
"""What tells of links between assets, by its name in a snapshot."""

_EMPTY = {name: pd.DataFrame(columns=list(record.specs())) for name, record in LINK_RECORDS.items()}
_NOT_LOOKED_AT = pd.DataFrame(columns=list(SurveyedArea.specs()))
_COLUMNS = [column.name for column in TABLES[Asset].columns if column.name not in ("fid", "geom", "version")]
_FIGURES = dict.fromkeys(("latitude", "longitude", "easting", "northing"), float)


def part_of(
    rows: Sequence[Mapping[str, Any]],
    links: pd.DataFrame | None,
    *,
    title: str,
    banner: str,
    areas: tuple[str, ...],
    as_at: dt.date,
) -> Snapshot:
    """Return a snapshot of some assets as they are stored, and the referrals between them where they are given."""
    tables: dict[str, Any] = {**_EMPTY, **({} if links is None else {"referrals": links})}
    held = Snapshot(
        title=title, banner=banner, as_at=as_at, areas=areas, assets=_frame(rows), surveyed=_NOT_LOOKED_AT, **tables
    )
    return in_current_areas(held)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame([[row[name] for name in _COLUMNS] for row in rows], columns=_COLUMNS, dtype=object)
    return frame.astype(_FIGURES)


def typed_row(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was typed as it would be stored, without what cannot be read; None where no name can."""
    specs = Asset.specs()
    read = {**{name: values[name] for name in specs if name in values}, "id": ""}
    read["asset_type"] = read.get("asset_type") or "partner_service"
    while True:
        record, problems = read_row(Asset, read, 1)
        if record is not None:
            return row_dicts(place_assets([(1, record)]).table)[0]
        wrong = {problem.column for problem in problems} & {name for name in read if read[name]}
        if not wrong or "name" in wrong:
            return None
        read |= {name: "partner_service" if name == "asset_type" else "" for name in wrong}
