"""Provision by country, each with a denominator of its own (METHODS §3.1)."""

from typing import Any

import pandas as pd

from rosc_map import place
from rosc_map.gaps._serving import clean_lookup, own_areas
from rosc_map.gaps._statuses import tally
from rosc_map.gaps._words import authority_words, sentence
from rosc_map.gaps.provision import Provision

__all__ = ["countries"]


def countries(provision: Provision, lookup: pd.DataFrame) -> pd.DataFrame:
    """Return how many authorities of each country are served, and of the whole where there are several countries.

    Parameters
    ----------
    provision
        What serves each authority.
    lookup
        The table of authorities that it was made with.

    Returns
    -------
    pandas.DataFrame
        One row a country in the order of their codes (England, Northern Ireland, Scotland, Wales), the whole last
        ("United Kingdom", or "All of the area" where it is less): ``country``, ``authorities``, ``served``,
        ``none_found``, ``not_surveyed``, ``share_served`` (of 1; None while some are not surveyed) and ``sentence``. A
        sentence names a country alone only where all of it is in the area.

    Raises
    ------
    InputError
        When the table of authorities is not the one that the provision was made with.

    Examples
    --------
    >>> from rosc_map.gaps import countries, provision
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> countries(served, lookup)["sentence"].item()
    '5 LEROs serve 8 of 11 local authorities in Surrey (England); 1 surveyed without one; 2 not surveyed.'
    """
    lookup, whole = clean_lookup(lookup), place.lookup()
    table = provision.by_authority
    own = own_areas(lookup, provision.tier, table["code"])
    rows = []
    for code, country in sorted(set(zip(own["country_code"], own["country"], strict=True))):
        all_there = _holds(lookup, whole[whole["country_code"] == code])
        area = country if all_there else f"{provision.area} ({country})"
        inside = table[own["country_code"] == code]
        rows.append(_row(country, area, provision, inside, _assets(provision, inside)))
    if len(rows) > 1:
        total = "United Kingdom" if _holds(lookup, whole) else "All of the area"
        rows.append(_row(total, provision.area, provision, table, provision.assets_serving))
    # As objects: pandas would make NaN of None.
    return pd.DataFrame(rows).assign(share_served=pd.Series([row["share_served"] for row in rows], dtype=object))


def _holds(lookup: pd.DataFrame, part: pd.DataFrame) -> bool:
    return not part.empty and bool(part["local_authority_code"].isin(lookup["local_authority_code"]).all())


def _assets(provision: Provision, inside: pd.DataFrame) -> int | None:
    """Return how many assets serve a country where that can be told: when they serve no other, they are all."""
    return provision.assets_serving if tally(inside["status"])["served"] == provision.served else None


def _row(country: str, area: str, provision: Provision, inside: pd.DataFrame, assets: int | None) -> dict[str, Any]:
    count = tally(inside["status"])
    authority = authority_words(provision.tier, inside["code"])
    return {
        "country": country,
        "authorities": len(inside),
        **count,
        "share_served": None if count["not_surveyed"] else count["served"] / len(inside),
        "sentence": sentence(provision.asset_type, assets=assets, **count, authority=authority, area=area),
    }
