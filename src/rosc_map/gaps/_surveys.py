"""Where somebody looked for an asset type, when, and how many of the guidance's six groups were asked (METHODS §3)."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps._serving import Bools, Coverage, clean, matches
from rosc_map.records import codelist, month

__all__ = ["SIX_GROUPS", "clean_surveys", "looked", "looked_on", "searched"]

# Guidance part 3: the six groups to speak to when assets are mapped.
SIX_GROUPS = tuple(codelist("group_asked"))


def clean_surveys(surveyed: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the table of surveyed areas, with "" for unknown text."""
    return clean(surveyed, ("area_code", "asset_type", "groups_asked"), "surveyed areas", days=("on",))


def searched(surveyed: pd.DataFrame, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return in which authorities somebody looked for the type, shape (authorities,)."""
    somewhere: Bools = np.any(_covers(_of_type(surveyed, asset_type), lookup, cover), axis=0)
    return somewhere


def looked(surveyed: pd.DataFrame, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> list[str]:
    """Say of each authority when somebody looked for the type and how many groups were asked; "" where nobody did.

    Of several surveys, the newest date and all groups asked count.
    """
    rows = _of_type(surveyed, asset_type)
    days, groups = _days(rows), rows["groups_asked"].to_list()
    found = [np.flatnonzero(column) for column in _covers(rows, lookup, cover).T]
    return [
        _words(_newest(days, each), set().union(*(groups[row] for row in each))) if len(each) else "" for each in found
    ]


def looked_on(surveyed: pd.DataFrame, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> list[dt.date | None]:
    """Return the newest day on which somebody looked for the type, by authority; None where none is known."""
    rows = _of_type(surveyed, asset_type)
    days = _days(rows)
    return [_newest(days, np.flatnonzero(column)) for column in _covers(rows, lookup, cover).T]


def _days(rows: pd.DataFrame) -> list[dt.date | None]:
    return [None if pd.isna(day) else day.date() for day in pd.to_datetime(rows["on"])]


def _newest(days: list[dt.date | None], found: npt.NDArray[np.intp]) -> dt.date | None:
    return max((day for day in (days[row] for row in found) if day is not None), default=None)


def _of_type(surveyed: pd.DataFrame, asset_type: str) -> pd.DataFrame:
    return surveyed[surveyed["asset_type"] == asset_type]


def _covers(rows: pd.DataFrame, lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return which survey covers which authority, shape (surveys, authorities).

    A survey of an upper tier, a region or a country covers each authority in it. An upper-tier authority counts as
    surveyed by its local authorities only when all of them were; until then they say nothing of it, not even the date.
    """
    covers = matches([[code] for code in rows["area_code"]], cover)
    in_part = rows["area_code"].isin(_parts(lookup, cover)).to_numpy()
    if in_part.any():
        covers[in_part] &= _together(rows["area_code"][in_part], lookup, cover)
    return covers


def _parts(lookup: pd.DataFrame, cover: Coverage) -> set[str]:
    """Return the local authorities that are only a part of an authority of the tier."""
    return set(lookup["local_authority_code"]) - set(cover.authorities["code"])


def _together(codes: pd.Series, lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return which authorities have every one of their local authorities among the codes, shape (authorities,)."""
    whole = lookup["local_authority_code"].isin(codes).groupby(lookup["upper_tier_code"]).all()
    together: Bools = whole.reindex(cover.authorities["code"], fill_value=False).to_numpy(dtype=bool)
    return together


def _words(day: dt.date | None, asked: set[str]) -> str:
    when = "on a day not recorded" if day is None else month(day)
    # Nobody wrote down whom they asked; "0 of 6" would say that they asked none of the six.
    groups = (
        f"{len(asked & set(SIX_GROUPS))} of {len(SIX_GROUPS)} groups asked" if asked else "groups asked not recorded"
    )
    return f"looked {when}, {groups}"
