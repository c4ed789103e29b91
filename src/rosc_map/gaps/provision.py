"""Provision: what serves each authority, in three statuses (METHODS §3.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import clean_lookup, coverage
from rosc_map.gaps._statuses import Presence, Status, presences, rss_types, standings, status_columns, tally
from rosc_map.gaps._surveys import clean_surveys, looked
from rosc_map.gaps._words import authority_words, named, sentence
from rosc_map.records import codelist

__all__ = ["Provision", "Status", "provision"]


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
        that may be counted ``status_<asset_type>``, ``count_<asset_type>`` and ``looked_<asset_type>``, of which
        ``status`` and ``looked`` are one; then for each of the six RSS types ``rss_status_<rss_type>`` and
        ``rss_<rss_type>``, counted across all asset types. The counts are ints, and None where the status beside them
        is ``not_surveyed``: a 0 would say that somebody looked.
    served, none_found, not_surveyed
        How many authorities have each status; they add up to the authorities.
    sentence
        The result in words, in the form of the guidance's own sentence.
    assets_serving
        How many active assets of the type serve at least one of the authorities.

    Examples
    --------
    >>> from rosc_map.gaps import provision
    >>> found = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found.served, found.none_found, found.not_surveyed, found.authorities
    (8, 1, 2, 11)
    """

    tier: str
    area: str
    asset_type: str
    by_authority: pd.DataFrame
    served: int
    none_found: int
    not_surveyed: int
    sentence: str
    assets_serving: int = 0

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
            ``not_surveyed``, ``share_served`` (None while any is not surveyed), ``share_low`` and ``share_high`` (the
            share served if none, or all, of the authorities not surveyed were), ``asset_type``, ``assets_serving``,
            ``sentence``, and ``by_authority``: for each ``code``, ``name``, ``status``, ``looked``, ``lero_types``,
            ``statuses``, ``counts`` and ``looked_by_type`` by asset type, ``rss_statuses`` and ``rss`` by RSS type; a
            count is None where nobody looked and nothing is there.
        """
        return {
            "tier": self.tier,
            "area": self.area,
            "country": self.area,
            "authorities": self.authorities,
            "served": self.served,
            "none_found": self.none_found,
            "not_surveyed": self.not_surveyed,
            "share_served": None if self.not_surveyed else self.served / self.authorities,
            "share_low": self.served / self.authorities,
            "share_high": (self.served + self.not_surveyed) / self.authorities,
            "asset_type": self.asset_type,
            "assets_serving": self.assets_serving,
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

    Examples
    --------
    >>> from rosc_map.gaps import provision
    >>> found = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found.sentence
    '5 LEROs serve 8 of 11 local authorities in Surrey; 1 surveyed without one; 2 not surveyed.'
    >>> found.by_authority[["name", "status", "count_lero"]].head(2)
                  name        status count_lero
    0        Elmbridge    none_found          0
    1  Epsom and Ewell  not_surveyed       None
    """
    _check(asset_type, uncounted_types)
    lookup, surveys = clean_lookup(lookup), clean_surveys(surveyed)
    if lookup.empty:
        raise InputError(f"There are no authorities in {named(area)}. Choose an area with at least one.")
    cover = coverage(lookup, tier)
    counted = [code for code in codelist("asset_type") if code not in uncounted_types]
    known, doubtful = presences(assets, withheld, cover, tier, counted)
    words = {code: np.array(looked(surveys, code, lookup, cover), dtype=object) for code in counted}
    by_type = standings(known, doubtful, {code: said != "" for code, said in words.items()})
    told = {code: np.where(standing.told, words[code], "") for code, standing in by_type.items()}
    table = cover.authorities.assign(
        status=by_type[asset_type].statuses,
        looked=told[asset_type],
        lero_types=_lero_types(known),
        **status_columns(by_type, "status_", "count_"),
        **{f"looked_{code}": said for code, said in told.items()},
        **status_columns(rss_types(known, doubtful, by_type), "rss_status_", "rss_"),
    )
    return _summed_up(table, tier, area, asset_type, known.serving_anywhere(asset_type))


def _summed_up(table: pd.DataFrame, tier: str, area: str, asset_type: str, assets_serving: int) -> Provision:
    """Return the table with its tallies, and the sentence that tells of them."""
    statuses = tally(table["status"])
    authority = authority_words(tier, table["code"])
    return Provision(
        tier=tier,
        area=area,
        asset_type=asset_type,
        by_authority=table,
        **statuses,
        sentence=sentence(asset_type, assets=assets_serving, authority=authority, area=area, **statuses),
        assets_serving=assets_serving,
    )


def _check(asset_type: str, uncounted_types: Collection[str]) -> None:
    known = codelist("asset_type")
    for code in (asset_type, *uncounted_types):
        if code not in known:
            raise InputError(f"There is no asset type {code!r}. Choose one of {', '.join(known)}.")
    if asset_type in uncounted_types:
        raise InputError(
            f"{known[asset_type].label}: this type is confidential and is not counted here. Choose another type."
        )


def _lero_types(known: Presence) -> pd.Series:
    """Return the types of the LEROs that serve each authority, sorted, each once; "unconfirmed" where nobody said."""
    is_lero = (known.assets["asset_type"] == "lero").to_numpy()
    types = np.array([kind or "unconfirmed" for kind in known.assets["lero_type"][is_lero]], dtype=object)
    return pd.Series([tuple(sorted(set(types[column]))) for column in known.serves[is_lero].T], dtype=object)


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
        "looked_by_type": of("asset_type", "looked_"),
        "rss_statuses": of("rss_type", "rss_status_"),
        "rss": of("rss_type", "rss_"),
    }
