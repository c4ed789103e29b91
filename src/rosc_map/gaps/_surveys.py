"""Where somebody looked for an asset type, when, and how many of the guidance's six groups were asked (METHODS §3)."""

import numpy as np
import pandas as pd

from rosc_map.gaps._serving import Bools, Coverage, matches
from rosc_map.records import codelist, month

__all__ = ["SIX_GROUPS", "looked"]

# Guidance part 3: the six groups to speak to when assets are mapped.
SIX_GROUPS = tuple(codelist("group_asked"))


def looked(surveyed: pd.DataFrame, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> list[str]:
    """Say of each authority when somebody looked for the type and how many groups were asked; "" where nobody did.

    A survey of an upper tier, a region or a country covers each authority in it. An upper-tier authority counts as
    surveyed by its local authorities only when all of them were; until then they say nothing of it, not even the date.
    Of several surveys, the newest date and all groups asked count.
    """
    rows = surveyed[surveyed["asset_type"] == asset_type]
    covers = matches([[code] for code in rows["area_code"]], cover)
    in_part = rows["area_code"].isin(_parts(lookup, cover)).to_numpy()
    covers[in_part] &= _together(rows["area_code"][in_part], lookup, cover)
    days = pd.to_datetime(rows["on"])
    groups = [set(asked) & set(SIX_GROUPS) for asked in rows["groups_asked"]]
    words = []
    for column in covers.T:
        found = np.flatnonzero(column)
        asked = set[str]().union(*(groups[row] for row in found))
        words.append(_words(days.iloc[found].max(), len(asked)) if len(found) else "")
    return words


def _parts(lookup: pd.DataFrame, cover: Coverage) -> set[str]:
    """Return the local authorities that are only a part of an authority of the tier."""
    return set(lookup["local_authority_code"]) - set(cover.authorities["code"])


def _together(codes: pd.Series, lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return which authorities have every one of their local authorities among the codes, shape (authorities,)."""
    whole = lookup["local_authority_code"].isin(codes).groupby(lookup["upper_tier_code"]).all()
    together: Bools = whole.reindex(cover.authorities["code"], fill_value=False).to_numpy(dtype=bool)
    return together


def _words(day: pd.Timestamp, groups: int) -> str:
    when = "on a day not recorded" if pd.isna(day) else month(day)
    return f"looked {when}, {groups} of {len(SIX_GROUPS)} groups asked"
