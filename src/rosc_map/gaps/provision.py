"""Provision: what serves each authority, in three statuses (METHODS §3.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import Bools, coverage, serving, somewhere_in
from rosc_map.gaps._surveys import looked
from rosc_map.gaps._words import sentence
from rosc_map.records import codelist

__all__ = ["Provision", "Status", "provision"]

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
_SURVEY_FIELDS = ("area_code", "asset_type", "on", "groups_asked")
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
_TIERS = ("upper", "local")


class Status(StrEnum):
    """What is known of one asset type in one authority."""

    SERVED = "served"
    NONE_FOUND = "none_found"
    NOT_SURVEYED = "not_surveyed"


@dataclass(frozen=True)
class Provision:
    """What serves each authority of an area.

    Attributes
    ----------
    tier
        ``upper`` (counties and unitaries) or ``local`` (local authorities).
    area
        The name of the whole, such as England.
    asset_type
        The type that the statuses and the sentence tell of.
    by_authority
        One row an authority, sorted by name: ``code``, ``name``, ``status``, ``looked`` (when somebody looked and how
        many of the six groups were asked, in words, or ""), ``lero_types`` (tuple of codes), ``names`` left out on
        purpose, then a column ``count_<asset_type>`` for each asset type that may be counted and ``rss_<rss_type>`` for
        the six, ints.
    served, none_found, not_surveyed
        How many authorities have each status; they add up to the authorities.
    sentence
        The result in words, in the form of the guidance's own sentence.
    """

    tier: str
    area: str
    asset_type: str
    by_authority: pd.DataFrame
    served: int
    none_found: int
    not_surveyed: int
    sentence: str

    @property
    def authorities(self) -> int:
        """The denominator."""
        return len(self.by_authority)

    def to_json(self) -> dict[str, Any]:
        """Return plain dicts, lists, text and numbers (CLI.md, ``gaps``).

        Returns
        -------
        dict
            ``tier``, ``country`` (the area), ``authorities``, ``served``, ``none_found``, ``not_surveyed``,
            ``share_served``, ``asset_type``, ``sentence``, and ``by_authority``: for each ``code``, ``name``,
            ``status``, ``looked``, ``lero_types``, ``counts`` by asset type and ``rss`` by RSS type.
        """
        return {
            "tier": self.tier,
            "country": self.area,
            "authorities": self.authorities,
            "served": self.served,
            "none_found": self.none_found,
            "not_surveyed": self.not_surveyed,
            "share_served": self.served / self.authorities,
            "asset_type": self.asset_type,
            "sentence": self.sentence,
            "by_authority": [_authority_json(row) for row in self.by_authority.to_dict("records")],
        }


def provision(
    assets: pd.DataFrame,
    surveyed: pd.DataFrame,
    lookup: pd.DataFrame,
    *,
    tier: str = "upper",
    area: str,
    asset_type: str = "lero",
    withheld: pd.DataFrame | None = None,
    uncounted_types: Collection[str] = (),
) -> Provision:
    """Say of each authority what serves it, and of one asset type: served, none found, or not surveyed (METHODS §3.1).

    Where nobody looked, the status is ``not_surveyed``, never a gap. The same where something serves the authority that
    may not be told of (``withheld``), or where an asset that is known to its upper tier alone may stand in it:
    "none found" would be false there.

    Parameters
    ----------
    assets
        One row an asset: ``id``, ``asset_type``, ``rss_types`` (tuple), ``lero_type``, ``led_by``, ``status``,
        ``local_authority_code``, ``upper_tier_code``, ``areas_served`` (tuple of GSS codes of any level); text, ""
        where unknown. Only active ones serve.
    surveyed
        One row a survey: ``area_code`` (of any level), ``asset_type``, ``on`` (date), ``groups_asked`` (tuple).
    lookup
        One row a local authority of the area: ``local_authority_code``, ``local_authority``, ``upper_tier_code``,
        ``upper_tier``, ``region_code``, ``region``, ``country_code``, ``country``.
    tier
        ``upper`` or ``local``.
    area
        The name of the whole for the sentence, such as England.
    asset_type
        The type that the statuses tell of.
    withheld
        Assets that this audience must not learn of, with the same columns as ``assets``, or None.
    uncounted_types
        Asset types that are counted nowhere, neither in a column of their own nor in the RSS columns (a difference of
        two columns would give them away).

    Returns
    -------
    Provision
        The table has one row for each authority of the tier in the lookup.

    Raises
    ------
    InputError
        When the tier or a type is not known, the type asked for is one of ``uncounted_types``, a column is missing, or
        the lookup holds no authority.
    """
    _check(tier, asset_type, uncounted_types)
    lookup = _clean(lookup, _LOOKUP_FIELDS, "authorities")
    surveyed = _clean(surveyed, _SURVEY_FIELDS, "surveyed areas")
    if lookup.empty:
        raise InputError(f"There are no authorities in {area}. Choose an area with at least one.")
    active = _active(assets)
    active = active[~active["asset_type"].isin(list(uncounted_types))]
    cover = coverage(lookup, tier)
    serves = serving(active, cover, tier)
    of_type = (active["asset_type"] == asset_type).to_numpy()

    served = serves[of_type].any(axis=0)
    unsure = somewhere_in(active[of_type], cover).any(axis=0)
    if withheld is not None:
        hidden = _active(withheld)
        hidden = hidden[hidden["asset_type"] == asset_type]
        unsure |= (serving(hidden, cover, tier) | somewhere_in(hidden, cover)).any(axis=0)
    words = np.array(looked(surveyed, asset_type, lookup, cover), dtype=object)
    # When and by whom a place was searched, beside "not surveyed", would say that something is kept back.
    words[unsure & ~served] = ""
    status = np.where(served, Status.SERVED, np.where(words != "", Status.NONE_FOUND, Status.NOT_SURVEYED))

    table = cover.authorities.assign(status=status.tolist(), looked=words, lero_types=_lero_types(active, serves))
    table = table.assign(**_counts(active, serves, uncounted_types))
    tally = {name.value: int((status == name.value).sum()) for name in Status}
    return Provision(
        tier=tier,
        area=area,
        asset_type=asset_type,
        by_authority=table,
        served=tally[Status.SERVED],
        none_found=tally[Status.NONE_FOUND],
        not_surveyed=tally[Status.NOT_SURVEYED],
        sentence=sentence(asset_type, authority=_authority_words(tier, lookup), area=area, **tally),
    )


def _check(tier: str, asset_type: str, uncounted_types: Collection[str]) -> None:
    if tier not in _TIERS:
        raise InputError(f"There is no tier {tier!r}. Choose one of {', '.join(_TIERS)}.")
    known = codelist("asset_type")
    for code in (asset_type, *uncounted_types):
        if code not in known:
            raise InputError(f"There is no asset type {code!r}. Choose one of {', '.join(known)}.")
    if asset_type in uncounted_types:
        raise InputError(
            f"{known[asset_type].label}: this type is confidential and is not counted here. Choose another type."
        )


def _clean(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> pd.DataFrame:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise InputError(
            f"The table of {name} has no column {', '.join(missing)}. Add it, empty where nothing is known."
        )
    kept = table.loc[:, list(columns)].reset_index(drop=True)
    # As objects first: a column in which nothing is known may be one of numbers.
    return kept.assign(**{column: kept[column].astype(object).fillna("") for column in columns if column != "on"})


def _active(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the assets that serve anybody: only what is running does."""
    clean = _clean(assets, _ASSET_FIELDS, "assets")
    return clean[clean["status"] == "active"]


def _counts(active: pd.DataFrame, serves: Bools, uncounted_types: Collection[str]) -> dict[str, Any]:
    """Return how many assets of each type, and of each RSS type across all types, serve each authority."""
    counts = {
        f"count_{code}": serves[(active["asset_type"] == code).to_numpy()].sum(axis=0)
        for code in codelist("asset_type")
        if code not in uncounted_types
    }
    # Counted across all types: support that a LERO runs is not a gap (METHODS §3).
    for code in codelist("rss_type"):
        gives = np.array([code in given for given in active["rss_types"]], dtype=bool)
        counts[f"rss_{code}"] = serves[gives].sum(axis=0)
    return counts


def _lero_types(active: pd.DataFrame, serves: Bools) -> pd.Series:
    """Return the types of the LEROs that serve each authority, sorted, each once; "unconfirmed" where nobody said."""
    is_lero = (active["asset_type"] == "lero").to_numpy()
    types = np.array([kind or "unconfirmed" for kind in active["lero_type"][is_lero]], dtype=object)
    return pd.Series([tuple(sorted(set(types[column]))) for column in serves[is_lero].T], dtype=object)


def _authority_words(tier: str, lookup: pd.DataFrame) -> tuple[str, str]:
    if tier == "local":
        return "local authority", "local authorities"
    # Only England has two tiers.
    if not lookup["country_code"].str.startswith("E").any():
        return "council", "councils"
    return "upper-tier authority", "upper-tier authorities"


def _authority_json(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name": row["name"],
        "status": str(row["status"]),
        "looked": row["looked"],
        "lero_types": list(row["lero_types"]),
        "counts": {name.removeprefix("count_"): int(row[name]) for name in row if name.startswith("count_")},
        "rss": {name.removeprefix("rss_"): int(row[name]) for name in row if name.startswith("rss_")},
    }
