"""Which rows of ``Funding`` run on a day, for which assets, and in which authorities they count (METHODS §3.4)."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps._serving import Bools, Coverage, matches, serving
from rosc_map.records import codelist

__all__ = ["CAN_END", "FUNDED", "Running", "running"]

FUNDED = ("direct", "subcontract", "alliance", "grant", "hosted")
CAN_END = (*FUNDED, "unknown")
"""That it is not known how something is arranged does not keep it from ending."""


@dataclass(frozen=True, eq=False)
class Running:
    """The assets of the type with their rows that run.

    Attributes
    ----------
    assets, serves
        The assets that serve the area, and where: shape (assets, authorities).
    rows
        The rows that run, with ``name`` and ``commissions_others`` of the asset, and ``ends_soon``.
    owner, reaches
        The asset of each row by its place in ``assets``, and where the row counts: shape (rows, authorities).
    left_out
        How many rows are not among them, by why.
    """

    assets: pd.DataFrame
    serves: Bools
    rows: pd.DataFrame
    owner: npt.NDArray[np.intp]
    reaches: Bools
    left_out: Counter[str]

    def where(self, rows: Bools) -> Bools:
        """Return which asset has one of the chosen rows in which authority, shape as ``serves``."""
        holds = np.zeros_like(self.serves)
        np.logical_or.at(holds, self.owner[rows], self.reaches[rows])
        return holds

    def number(self, rows: Bools) -> int:
        """Return how many assets have one of the chosen rows in at least one authority that they serve."""
        return int(self.where(rows).any(axis=1).sum())

    def arranged(self, *codes: str) -> Bools:
        """Return which rows are one of these arrangements."""
        chosen: Bools = self.rows["arrangement"].isin(codes).to_numpy(dtype=bool)
        return chosen

    def covering(self, *codes: str) -> Bools:
        """Return which rows of the funded cover one of these."""
        chosen: Bools = self.rows["covers"].map(lambda said: not set(codes).isdisjoint(said)).to_numpy(dtype=bool)
        return chosen & self.arranged(*FUNDED)


def running(
    assets: pd.DataFrame,
    funding: pd.DataFrame,
    cover: Coverage,
    tier: str,
    asset_type: str | None,
    soon: tuple[dt.date, dt.date],
) -> Running:
    """Return the rows that run on the first day of ``soon``, of one asset type or all; the last ends what is soon."""
    places = pd.Index(assets["id"])
    rows = funding[funding["asset"].isin(places)].reset_index(drop=True)
    # A word that somebody typed in another program is an arrangement that nobody knows.
    rows["arrangement"] = rows["arrangement"].where(
        rows["arrangement"].isin(list(codelist("commissioning"))), "unknown"
    )
    owner = places.get_indexer(rows["asset"])
    serves, touched = serving(assets, cover, tier), matches([[code] for code in rows["area_code"]], cover)
    of_type = np.ones(len(assets), dtype=bool)
    if asset_type is not None:
        of_type = (assets["asset_type"] == asset_type).to_numpy(dtype=bool)
    active = (assets["status"] == "active").to_numpy(dtype=bool)
    elsewhere = ~(touched.any(axis=1) & serves[owner].any(axis=1))
    why = _why_left_out(rows, ~of_type[owner], ~active[owner], elsewhere, soon[0])
    runs, here = why == "", of_type & active & serves.any(axis=1)
    owner = owner[runs]
    return Running(
        assets=assets[here].reset_index(drop=True),
        serves=serves[here],
        rows=_with_facts(rows[runs].reset_index(drop=True), assets.iloc[owner], soon[1]),
        owner=(np.cumsum(here) - 1)[owner],
        reaches=touched[runs] & serves[owner],
        left_out=Counter(why[~runs].tolist()),
    )


def _why_left_out(
    rows: pd.DataFrame, other_type: Bools, not_active: Bools, elsewhere: Bools, as_at: dt.date
) -> npt.NDArray[np.str_]:
    """Return why each row is not counted, the first reason that is so; "" where it counts."""
    reasons = {
        "other_type": other_type,
        "not_active": not_active,
        "elsewhere": elsewhere,
        "ended": np.array([end is not None and end < as_at for end in rows["end"]], dtype=bool),
        "not_begun": np.array([start is not None and start > as_at for start in rows["start"]], dtype=bool),
    }
    return np.select(list(reasons.values()), list(reasons), "")


def _with_facts(rows: pd.DataFrame, owners: pd.DataFrame, until: dt.date) -> pd.DataFrame:
    """Return the rows with what is known of their assets, and whether each ends by a day."""
    ends = zip(rows["arrangement"], rows["end"], strict=True)
    return rows.assign(
        name=owners["name"].to_numpy(),
        commissions_others=owners["commissions_others"].to_numpy(),
        ends_soon=[code in CAN_END and end is not None and end <= until for code, end in ends],
    )
