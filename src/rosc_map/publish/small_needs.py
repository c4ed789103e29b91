"""Figures of need outside internal: none of 1 to 4 people, and none from which one of those could be worked out.

A county's figure beside those of all its districts but one would tell that one. So of the districts of a county (and of
the authorities of a region, and so on) either none is left out, or two at least.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.gaps.rates import counts_people
from rosc_map.place.boundaries.areas import TIERS, rows
from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.publish.small_counts import SMALL

__all__ = ["without_small_needs"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def without_small_needs(needs: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that may be told to others.

    Parameters
    ----------
    needs
        Rows of :class:`rosc_map.records.Need`. Figures that count no people, such as ranks, all stay.
    """
    kept = np.ones(len(needs), dtype=bool)
    families: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(zip(needs["indicator"], needs["period"], needs["unit"], strict=True)):
        if counts_people(key[-1]):
            families[key].append(place)
    values, codes = needs["value"].to_numpy(dtype=float), list(needs["area_code"])
    for family in families.values():
        hidden = [place for place in family if 0 < values[place] < SMALL]
        kept[hidden] = False
        for inside in _by_holder(family, codes):
            kept[_with_others(inside, values, kept)] = False
    return needs[kept]


def _by_holder(family: list[int], codes: list[str]) -> list[list[int]]:
    """Return the figures that lie in one county, region or country, for each of those."""
    holders = _holders(boundaries_folder())
    inside: defaultdict[str, list[int]] = defaultdict(list)
    for place in family:
        for holder in holders.get(codes[place], ()):
            inside[holder].append(place)
    # The smallest areas first: what is left out there is left out of the larger ones too.
    return sorted(inside.values(), key=len)


def _with_others(inside: list[int], values: Floats, kept: Bools) -> list[int]:
    """Return what has to go with a figure that is left out, the smallest first, until no total tells it."""
    hidden = [place for place in inside if not kept[place]]
    others = sorted((place for place in inside if kept[place]), key=lambda place: (values[place], place))
    many = len(hidden)
    while hidden and others and (len(hidden) < 2 or sum(values[hidden]) < SMALL):
        hidden.append(others.pop(0))
    return hidden[many:]


@cache
def _holders(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return, for each area, the larger areas that hold it."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows(folder):
        codes = [row[f"{tier}_code"] for tier in TIERS]
        for at, code in enumerate(codes):
            found.setdefault(code, tuple(other for other in codes[at + 1 :] if other not in ("", code)))
    return found
