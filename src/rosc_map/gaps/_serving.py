"""Which asset serves which authority: the one that it stands in, and its ``areas_served`` (METHODS §3)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError

if TYPE_CHECKING:  # it takes long to load: only who analyses gaps waits for it
    from scipy import sparse

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
    codes
        Every code of the lookup, of all levels, with its row in ``touches``.
    touches
        Shape (codes, authorities): 1 where the place of that code and the authority have ground in common, so that a
        local authority touches its upper tier and an upper tier all its local authorities.
    """

    authorities: pd.DataFrame
    codes: dict[str, int]
    touches: "sparse.csr_array"


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
    texts = table.loc[:, list(columns)].astype(object)
    kept = texts.where(texts.notna(), "").reset_index(drop=True)
    return kept.assign(**{column: table[column].reset_index(drop=True) for column in days}) if days else kept


def clean_lookup(lookup: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the table of authorities, with "" for unknown text."""
    return clean(lookup, _LOOKUP_FIELDS, "authorities")


def active(assets: pd.DataFrame, counted: Collection[str], *, days: Collection[str] = ()) -> pd.DataFrame:
    """Return the assets of some types that serve anybody: only what is running does."""
    rows = clean(assets, _ASSET_FIELDS, "assets", days=days)
    return rows[(rows["status"] == "active") & rows["asset_type"].isin(list(counted))]


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
    from scipy import sparse

    code, name = tier_columns(tier)
    authorities = lookup.loc[:, [code, name]].set_axis(["code", "name"], axis=1).drop_duplicates("code")
    # Names in another order for equal names would make two runs differ.
    authorities = authorities.sort_values(["name", "code"], ignore_index=True)
    own = lookup[code].to_list()
    pairs = [pair for level in _LEVELS for pair in zip(lookup[level].to_list(), own, strict=True)]
    # Outside England there is no region, and a unitary authority is both its tiers.
    pairs = [pair for pair in dict.fromkeys(pairs) if pair[0]]
    codes = {text: row for row, text in enumerate(dict.fromkeys(start for start, _ in pairs))}
    columns = {text: column for column, text in enumerate(authorities["code"])}
    places = [codes[start] for start, _ in pairs], [columns[end] for _, end in pairs]
    touches = sparse.csr_array((np.ones(len(pairs), dtype=np.int32), places), shape=(len(codes), len(authorities)))
    return Coverage(authorities, codes, touches)


def own_areas(lookup: pd.DataFrame, tier: str, codes: pd.Series) -> pd.DataFrame:
    """Return the region and the country of each authority, in the order of the codes, with their own codes.

    Raises
    ------
    InputError
        When the table of authorities does not hold exactly these.
    """
    column, _ = tier_columns(tier)
    rows = lookup.drop_duplicates(column).set_index(column)
    if set(rows.index) != set(codes):
        raise InputError(
            "The figures were made for other authorities than those in the table of authorities. Give the table that "
            "they were made with."
        )
    return rows.loc[codes.to_list(), ["region_code", "region", "country_code", "country"]].reset_index(drop=True)


def serving(assets: pd.DataFrame, cover: Coverage, tier: str) -> Bools:
    """Return which asset serves which authority, shape (assets, authorities); a code from elsewhere serves none here.

    A hidden asset is known to its upper tier alone, so where it stands counts for that tier only.
    """
    standing = ["local_authority_code", "upper_tier_code"] if tier == "upper" else ["local_authority_code"]
    stands = (assets[name] for name in standing)
    return matches([[*codes, *served] for *codes, served in zip(*stands, assets["areas_served"], strict=True)], cover)


def somewhere_in(assets: pd.DataFrame, cover: Coverage) -> Bools:
    """Return where an asset may stand that is known to its upper tier alone, shape as :func:`serving`."""
    vague = assets["local_authority_code"] == ""
    return matches([[code] for code in assets["upper_tier_code"].where(vague, "")], cover)


def matches(lists: Sequence[Sequence[str]], cover: Coverage) -> Bools:
    """Return which authorities each list of codes touches, shape (lists, authorities)."""
    from scipy import sparse

    places = [(row, cover.codes[code]) for row, codes in enumerate(lists) for code in codes if code in cover.codes]
    rows, columns = np.array(places, dtype=np.int64).reshape(-1, 2).T
    named = sparse.csr_array(
        (np.ones(len(places), dtype=np.int32), (rows, columns)), shape=(len(lists), len(cover.codes))
    )
    touched: Bools = (named @ cover.touches).toarray() > 0
    return touched
