"""Which asset serves which authority: the one that it stands in, and its ``areas_served`` (METHODS §3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.records import row_dicts

__all__ = [
    "Bools",
    "Coverage",
    "active",
    "clean",
    "clean_lookup",
    "coverage",
    "matches",
    "own_areas",
    "serving",
    "somewhere_in",
    "tier_columns",
]

Bools = npt.NDArray[np.bool_]

_LEVELS = ("local_authority_code", "upper_tier_code", "region_code", "country_code")
_ASSET_FIELDS = (
    "id",
    "asset_type",
    "rss_types",
    "lero_type",
    "led_by",
    "status",
    "local_authority_code",
    "upper_tier_code",
    "areas_served",
)
_LOOKUP_FIELDS = (
    "local_authority_code",
    "local_authority",
    "upper_tier_code",
    "upper_tier",
    "region_code",
    "region",
    "country_code",
    "country",
)
_TIERS = {"upper": ("upper_tier_code", "upper_tier"), "local": ("local_authority_code", "local_authority")}


@dataclass(frozen=True)
class Coverage:
    """Which authorities of a tier each GSS code stands for.

    Attributes
    ----------
    authorities
        One row an authority of the tier, sorted by name: ``code``, ``name``.
    touches
        For every code of the lookup, of all levels, with which authorities its place has ground in common, so that a
        local authority touches its upper tier and an upper tier all its local authorities.
    """

    authorities: pd.DataFrame
    touches: Mapping[str, Bools]


def clean(table: pd.DataFrame, columns: Collection[str], name: str, *, days: Collection[str] = ()) -> pd.DataFrame:
    """Return the columns asked for, with "" for unknown text; days stay as they are.

    Raises
    ------
    InputError
        When a column is missing.
    """
    wanted = [*columns, *days]
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        raise InputError(
            f"The table of {name} has no column {', '.join(missing)}. Add it, empty where nothing is known."
        )
    # As objects first: a column in which nothing is known may be one of numbers. All at once: one by one takes longer.
    texts = table[list(columns)].to_numpy(dtype=object)
    kept = pd.DataFrame(np.where(pd.isna(texts), "", texts), columns=list(columns), dtype=object)
    for column in days:
        kept[column] = table[column].array
    return kept


def clean_lookup(lookup: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the table of authorities, with "" for unknown text."""
    return clean(lookup, _LOOKUP_FIELDS, "authorities")


def active(assets: pd.DataFrame, counted: Collection[str], *, days: Collection[str] = ()) -> pd.DataFrame:
    """Return the assets of some types that serve anybody: only what is running does."""
    rows, types = clean(assets, _ASSET_FIELDS, "assets", days=days), set(counted)
    pairs = zip(rows["status"], rows["asset_type"], strict=True)
    return rows[np.array([status == "active" and kind in types for status, kind in pairs], dtype=bool)]


def tier_columns(tier: str) -> tuple[str, str]:
    """Return the columns of the lookup that hold the code and the name of an authority of a tier.

    Raises
    ------
    InputError
        When the tier is neither "upper" nor "local".
    """
    if tier not in _TIERS:
        raise InputError(f"There is no tier {tier!r}. Choose one of {', '.join(_TIERS)}.")
    return _TIERS[tier]


def coverage(lookup: pd.DataFrame, tier: str) -> Coverage:
    """Read the authorities of one tier, and what each code stands for, out of the lookup.

    Raises
    ------
    InputError
        When the tier is neither "upper" nor "local".
    """
    code, name = tier_columns(tier)
    own = lookup[code].to_list()
    # Backwards: of an authority the first name counts.
    names = dict(zip(reversed(own), reversed(lookup[name].to_list()), strict=True))
    # Names in another order for equal names would make two runs differ.
    ordered = sorted((words, each) for each, words in names.items())
    authorities = pd.DataFrame([pair[::-1] for pair in ordered], columns=["code", "name"], dtype=object)
    columns = {text: column for column, text in enumerate(authorities["code"])}
    touches: dict[str, Bools] = {}
    for level in _LEVELS:
        for text, end in zip(lookup[level].to_list(), own, strict=True):
            if text:  # outside England there is no region
                touches.setdefault(text, np.zeros(len(columns), dtype=bool))[columns[end]] = True
    return Coverage(authorities, touches)


def own_areas(lookup: pd.DataFrame, tier: str, codes: pd.Series) -> pd.DataFrame:
    """Return the region and the country of each authority, in the order of the codes, with their own codes.

    Raises
    ------
    InputError
        When the table of authorities does not hold exactly these.
    """
    column, _ = tier_columns(tier)
    rows: dict[str, dict[str, Any]] = {}
    for row in row_dicts(lookup):
        rows.setdefault(row[column], row)
    if rows.keys() != set(codes):
        raise InputError(
            "The figures were made for other authorities than those in the table of authorities. Give the table that "
            "they were made with."
        )
    areas = ["region_code", "region", "country_code", "country"]
    return pd.DataFrame([[rows[code][name] for name in areas] for code in codes], columns=areas, dtype=object)


def serving(assets: pd.DataFrame, cover: Coverage, tier: str) -> Bools:
    """Return which asset serves which authority, shape (assets, authorities); a code from elsewhere serves none here.

    A hidden asset is known to its upper tier alone, so where it stands counts for that tier only.
    """
    standing = ["local_authority_code", "upper_tier_code"] if tier == "upper" else ["local_authority_code"]
    stands = (assets[name] for name in standing)
    return matches([[*codes, *served] for *codes, served in zip(*stands, assets["areas_served"], strict=True)], cover)


def somewhere_in(assets: pd.DataFrame, cover: Coverage) -> Bools:
    """Return where an asset may stand that is known to its upper tier alone, shape as :func:`serving`."""
    pairs = zip(assets["local_authority_code"], assets["upper_tier_code"], strict=True)
    return matches([[] if local else [upper] for local, upper in pairs], cover)


def matches(lists: Sequence[Sequence[str]], cover: Coverage) -> Bools:
    """Return which authorities each list of codes touches, shape (lists, authorities)."""
    touched = np.zeros((len(lists), len(cover.authorities)), dtype=bool)
    for row, codes in zip(touched, lists, strict=True):
        for code in codes:
            if code in cover.touches:
                row |= cover.touches[code]
    return touched
