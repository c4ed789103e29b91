"""Where somebody looked for an asset type, when, and how many of the guidance's six groups were asked (METHODS §3)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from rosc_map.gaps._serving import Bools, Coverage, clean, matches
from rosc_map.records import codelist, month

__all__ = ["SIX_GROUPS", "Surveys", "clean_surveys", "looked", "looked_on", "searched"]

# Guidance part 3: the six groups to speak to when assets are mapped.
SIX_GROUPS = tuple(codelist("group_asked"))


class Survey(NamedTuple):
    """Somebody looked for an asset type in an area: which groups were asked, and when, None for a day not known."""

    area_code: str
    groups: tuple[str, ...]
    on: dt.date | None


Surveys = Mapping[str, list[Survey]]
"""The surveys for each asset type."""


def clean_surveys(surveyed: pd.DataFrame) -> Surveys:
    """Return the rows of the table of surveyed areas, with "" for unknown text."""
    rows = clean(surveyed, ("area_code", "asset_type", "groups_asked"), "surveyed areas", days=("on",))
    days = [None if pd.isna(day) else day.date() for day in pd.to_datetime(rows["on"])]
    found: dict[str, list[Survey]] = {}
    for kind, *survey in zip(rows["asset_type"], rows["area_code"], rows["groups_asked"], days, strict=True):
        found.setdefault(kind, []).append(Survey(*survey))
    return found


def searched(surveyed: Surveys, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return in which authorities somebody looked for the type, shape (authorities,)."""
    somewhere: Bools = np.any(_covers(surveyed.get(asset_type, []), lookup, cover), axis=0)
    return somewhere


def looked(surveyed: Surveys, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> list[str]:
    """Say of each authority when somebody looked for the type and how many groups were asked; "" where nobody did.

    Of several surveys, the newest date and all groups asked count.
    """
    here = _by_authority(surveyed, asset_type, lookup, cover)
    return [_words(_newest(each), set().union(*(survey.groups for survey in each))) if each else "" for each in here]


def looked_on(surveyed: Surveys, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> list[dt.date | None]:
    """Return the newest day on which somebody looked for the type, by authority; None where none is known."""
    return [_newest(each) for each in _by_authority(surveyed, asset_type, lookup, cover)]


def _newest(surveys: list[Survey]) -> dt.date | None:
    return max((survey.on for survey in surveys if survey.on is not None), default=None)


def _by_authority(surveyed: Surveys, asset_type: str, lookup: pd.DataFrame, cover: Coverage) -> Iterator[list[Survey]]:
    """Yield the surveys for the type that cover each authority."""
    rows = surveyed.get(asset_type, [])
    for column in _covers(rows, lookup, cover).T:
        yield [rows[row] for row in np.flatnonzero(column).tolist()]


def _covers(rows: Sequence[Survey], lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return which survey covers which authority, shape (surveys, authorities).

    A survey of an upper tier, a region or a country covers each authority in it. An upper-tier authority counts as
    surveyed by its local authorities only when all of them were; until then they say nothing of it, not even the date.
    """
    covers, parts = matches([[survey.area_code] for survey in rows], cover), _parts(lookup, cover)
    in_part = [row for row, survey in enumerate(rows) if survey.area_code in parts]
    if in_part:
        covers[in_part] &= _together({rows[row].area_code for row in in_part}, lookup, cover)
    return covers


def _parts(lookup: pd.DataFrame, cover: Coverage) -> set[str]:
    """Return the local authorities that are only a part of an authority of the tier."""
    return set(lookup["local_authority_code"]) - set(cover.authorities["code"])


def _together(codes: set[str], lookup: pd.DataFrame, cover: Coverage) -> Bools:
    """Return which authorities have every one of their local authorities among the codes, shape (authorities,)."""
    pairs = zip(lookup["local_authority_code"], lookup["upper_tier_code"], strict=True)
    lacking = {upper for local, upper in pairs if local not in codes}
    return np.array([code not in lacking for code in cover.authorities["code"]], dtype=bool)


def _words(day: dt.date | None, asked: set[str]) -> str:
    when = "on a day not recorded" if day is None else month(day)
    # Nobody wrote down whom they asked; "0 of 6" would say that they asked none of the six.
    groups = (
        f"{len(asked & set(SIX_GROUPS))} of {len(SIX_GROUPS)} groups asked" if asked else "groups asked not recorded"
    )
    return f"looked {when}, {groups}"
