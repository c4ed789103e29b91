"""Provision: what serves each authority, in three statuses (METHODS §3.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import Coverage, coverage, serving, somewhere_in
from rosc_map.gaps._statuses import Presence, Standing, Status, rss_types, standings
from rosc_map.gaps._surveys import looked, searched
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
        The type that ``status``, ``looked``, the tallies and the sentence tell of.
    by_authority
        One row an authority, sorted by name: ``code``, ``name``, ``status``, ``looked`` (when somebody looked and how
        many of the six groups were asked, in words, or ""), ``lero_types`` (tuple of codes); then for each asset type
        that may be counted ``status_<asset_type>``, of which ``status`` is one, and ``count_<asset_type>``; then for
        each of the six RSS types ``rss_status_<rss_type>`` and ``rss_<rss_type>``, counted across all asset types. The
        counts are ints, and None where the status beside them is ``not_surveyed``: a 0 would say that somebody looked.
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
            ``tier``, ``area``, ``country`` (the area once more), ``authorities``, ``served``, ``none_found``,
            ``not_surveyed``, ``share_served``, ``share_low`` and ``share_high`` (the share served if none, or all, of
            the authorities not surveyed were), ``asset_type``, ``sentence``, and ``by_authority``: for each ``code``,
            ``name``, ``status``, ``looked``, ``lero_types``, ``statuses`` and ``counts`` by asset type,
            ``rss_statuses`` and ``rss`` by RSS type; a count is None where nobody looked and nothing is there.
        """
        return {
            "tier": self.tier,
            "area": self.area,
            "country": self.area,
            "authorities": self.authorities,
            "served": self.served,
            "none_found": self.none_found,
            "not_surveyed": self.not_surveyed,
            "share_served": self.served / self.authorities,
            "share_low": self.served / self.authorities,
            "share_high": (self.served + self.not_surveyed) / self.authorities,
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
    """Say of each authority and each type: served, none found, or not surveyed, and how many (METHODS §3.1).

    Where nobody looked, the status is ``not_surveyed``, never a gap. The same where something serves the authority that
    may not be told of (``withheld``), or where an asset that is known to its upper tier alone may stand in it:
    "none found" would be false there. An RSS type is ``none_found`` only where somebody looked for every asset type
    that is counted, for any of them may give it.

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
        The type that ``status``, ``looked``, the tallies and the sentence tell of.
    withheld
        Assets that this audience must not learn of, with the same columns as ``assets``, or None.
    uncounted_types
        Asset types that are counted nowhere, neither in columns of their own nor in the RSS columns, and are in doubt
        nowhere either (a difference of two columns would give them away): the RSS columns tell of the other types.

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
    cover = coverage(lookup, tier)
    counted = [code for code in codelist("asset_type") if code not in uncounted_types]
    known, doubtful = _presences(assets, withheld, cover, tier, counted)
    by_type = standings(known, doubtful, {code: searched(surveyed, code, lookup, cover) for code in counted})
    words = np.array(looked(surveyed, asset_type, lookup, cover), dtype=object)
    words[~by_type[asset_type].told] = ""
    status = by_type[asset_type].statuses
    table = cover.authorities.assign(status=status, looked=words, lero_types=_lero_types(known))
    table = table.assign(**_columns(by_type, "status_", "count_"))
    table = table.assign(**_columns(rss_types(known, doubtful, by_type), "rss_status_", "rss_"))
    return _summed_up(table, tier, area, asset_type, _authority_words(tier, lookup))


def _summed_up(table: pd.DataFrame, tier: str, area: str, asset_type: str, authority: tuple[str, str]) -> Provision:
    """Return the table with its tallies, and the sentence that tells of them."""
    statuses = table["status"].to_list()
    tally = {name.value: statuses.count(name.value) for name in Status}
    return Provision(
        tier=tier,
        area=area,
        asset_type=asset_type,
        by_authority=table,
        served=tally[Status.SERVED],
        none_found=tally[Status.NONE_FOUND],
        not_surveyed=tally[Status.NOT_SURVEYED],
        sentence=sentence(asset_type, authority=authority, area=area, **tally),
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


def _active(assets: pd.DataFrame, counted: Collection[str]) -> pd.DataFrame:
    """Return the assets that serve anybody: only what is running does."""
    clean = _clean(assets, _ASSET_FIELDS, "assets")
    return clean[(clean["status"] == "active") & clean["asset_type"].isin(list(counted))]


def _presences(
    assets: pd.DataFrame, withheld: pd.DataFrame | None, cover: Coverage, tier: str, counted: Collection[str]
) -> tuple[Presence, list[Presence]]:
    """Return what serves which authority, and what may serve it without being told of."""
    active = _active(assets, counted)
    known = Presence(active, serving(active, cover, tier))
    doubtful = [Presence(active, somewhere_in(active, cover))]
    if withheld is not None:
        hidden = _active(withheld, counted)
        doubtful.append(Presence(hidden, serving(hidden, cover, tier) | somewhere_in(hidden, cover)))
    return known, doubtful


def _columns(found: dict[str, Standing], status: str, count: str) -> dict[str, Any]:
    """Return the statuses of all types, then their counts, under their column names."""
    # As objects: pandas would make numbers with a point, and NaN, of whole numbers and None.
    return {f"{status}{code}": standing.statuses for code, standing in found.items()} | {
        f"{count}{code}": pd.Series(standing.known_counts, dtype=object) for code, standing in found.items()
    }


def _lero_types(known: Presence) -> pd.Series:
    """Return the types of the LEROs that serve each authority, sorted, each once; "unconfirmed" where nobody said."""
    is_lero = (known.assets["asset_type"] == "lero").to_numpy()
    types = np.array([kind or "unconfirmed" for kind in known.assets["lero_type"][is_lero]], dtype=object)
    return pd.Series([tuple(sorted(set(types[column]))) for column in known.serves[is_lero].T], dtype=object)


def _authority_words(tier: str, lookup: pd.DataFrame) -> tuple[str, str]:
    if tier == "local":
        return "local authority", "local authorities"
    # Only England has two tiers.
    if not lookup["country_code"].str.startswith("E").any():
        return "council", "councils"
    return "upper-tier authority", "upper-tier authorities"


def _authority_json(row: dict[Any, Any]) -> dict[str, Any]:
    def of(kind: str, prefix: str) -> dict[str, Any]:
        return {code: row[prefix + code] for code in codelist(kind) if prefix + code in row}

    return {
        "code": row["code"],
        "name": row["name"],
        "status": str(row["status"]),
        "looked": row["looked"],
        "lero_types": list(row["lero_types"]),
        "statuses": of("asset_type", "status_"),
        "counts": of("asset_type", "count_"),
        "rss_statuses": of("rss_type", "rss_status_"),
        "rss": of("rss_type", "rss_"),
    }
