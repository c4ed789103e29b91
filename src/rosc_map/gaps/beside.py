"""Each authority beside its region and its nearest statistical neighbours: how many have what; never a rank."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd

from rosc_map import place
from rosc_map.errors import UnknownName
from rosc_map.gaps._serving import clean_lookup, own_areas, tier_columns
from rosc_map.gaps._statuses import tally
from rosc_map.gaps.provision import Provision

__all__ = ["NEAREST", "beside"]

NEAREST = "Nearest statistical neighbours"
"""The group of those that a list says are most like an authority."""

_ONE = {"upper": "an upper-tier authority", "local": "a local authority"}


def beside(
    provision: Provision, lookup: pd.DataFrame, neighbours: Mapping[str, tuple[str, ...]] | None
) -> pd.DataFrame:
    """Set the status of each authority beside those of its region, and of the authorities most like it.

    Outside England, where there are no regions, the country stands for the region.

    Parameters
    ----------
    provision
        What serves each authority.
    lookup
        The table of authorities that it was made with.
    neighbours
        For each authority the codes of its nearest statistical neighbours, as a list from somewhere gives them, or None
        without such a list. An authority that the list leaves out has no such group.

    Returns
    -------
    pandas.DataFrame
        A row an authority and group, in the order of the provision: ``code``, ``name``, ``group`` (such as "Region:
        North East", "Country: Wales", or ``NEAREST``), ``others`` (how many others of the group are in the area),
        ``of`` (how many others the whole group has), ``own`` (its status), and ``served``, ``none_found`` and
        ``not_surveyed`` (how many of the others).

    Raises
    ------
    InputError
        When the table of authorities is not the one that the provision was made with.
    UnknownName
        When a code of the list is not that of an authority of the tier.

    Examples
    --------
    >>> from rosc_map.gaps import beside, provision
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> beside(served, lookup, None)[["name", "own", "others", "served"]].head(2)
                  name           own  others  served
    0        Elmbridge    none_found      10       8
    1  Epsom and Ewell  not_surveyed      10       8
    """
    table, (column, _) = provision.by_authority, tier_columns(provision.tier)
    own, whole = own_areas(clean_lookup(lookup), provision.tier, table["code"]), place.lookup()
    listed = neighbours or {}
    _check(listed, set(whole[column]), provision.tier)
    members: dict[str, set[str]] = {}
    for home, other in zip(_homes(whole), whole[column], strict=True):
        members.setdefault(home, set()).add(other)
    statuses = dict(zip(table["code"], table["status"], strict=True))
    rows = []
    for code, name, home, words in zip(table["code"], table["name"], _homes(own), _home_words(own), strict=True):
        groups = {words: members.get(home, set())}
        if code in listed:
            groups[NEAREST] = set(listed[code])
        rows += [{"code": code, "name": name} | _row(code, group, groups[group], statuses) for group in groups]
    return pd.DataFrame(rows)


def _check(listed: Mapping[str, tuple[str, ...]], known: set[str], tier: str) -> None:
    for code in (*listed, *chain.from_iterable(listed.values())):
        if code not in known:
            raise UnknownName(
                f"{code!r} in the list of nearest neighbours is not the code of {_ONE[tier]} of today. Put the code "
                "right, or choose the tier that the list is for."
            )


def _homes(areas: pd.DataFrame) -> list[str]:
    """Return the code of the region of each row, of the country where there are no regions."""
    return [region or country for region, country in zip(areas["region_code"], areas["country_code"], strict=True)]


def _home_words(areas: pd.DataFrame) -> list[str]:
    pairs = zip(areas["region"], areas["country"], strict=True)
    return [f"Region: {region}" if region else f"Country: {country}" for region, country in pairs]


def _row(code: str, group: str, members: set[str], statuses: Mapping[str, str]) -> dict[str, Any]:
    others = members - {code}
    known = [statuses[other] for other in others if other in statuses]
    return {"group": group, "others": len(known), "of": len(others), "own": statuses[code], **tally(known)}
