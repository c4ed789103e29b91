"""What kind of it serves each authority: by LERO type, by who leads it, by how it is commissioned (METHODS §3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._serving import Bools, Coverage, clean, clean_lookup, coverage, matches
from rosc_map.gaps._statuses import Presence, Standing, presences, standings, status_columns
from rosc_map.gaps._surveys import clean_surveys, searched
from rosc_map.records import codelist

__all__ = ["Kinds", "breakdown"]

Kinds = Literal["lero_type", "led_by", "commissioning"]
"""The codelists by which assets of one type can be told apart.

Examples
--------
>>> from typing import get_args
>>> from rosc_map.gaps import Kinds
>>> get_args(Kinds)
('lero_type', 'led_by', 'commissioning')
"""

_NOBODY_SAID = {"lero_type": "unconfirmed", "led_by": "unknown", "commissioning": "unknown"}


def breakdown(
    assets: pd.DataFrame,
    surveyed: pd.DataFrame,
    lookup: pd.DataFrame,
    *,
    tier: str,
    by: Kinds,
    asset_type: str = "lero",
    funding: pd.DataFrame | None = None,
    as_at: dt.date | None = None,
    withheld: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say of each authority and each code of a codelist: served, none found, or not surveyed, and how many.

    An asset of which nobody has said the kind may be of any kind, so where it serves, no kind is ``none_found``; the
    code that says so (``unconfirmed``, ``unknown``) is counted like the others. The same where an asset serves that may
    not be told of: neither is its kind.

    Parameters
    ----------
    assets, surveyed, lookup, withheld
        As for :func:`rosc_map.gaps.provision`.
    tier
        ``upper`` or ``local``.
    by
        The codelist: ``lero_type`` (of LEROs alone), ``led_by`` or ``commissioning``.
    asset_type
        The type of the assets that are told apart.
    funding
        For ``commissioning``: one row a ``records.Funding`` with ``asset`` (an id), ``area_code`` (of any level),
        ``arrangement``, ``start``, ``end`` (dates; open where missing). It counts for an asset in the authorities of
        that area that the asset serves; there it may have several arrangements.
    as_at
        For ``commissioning``: the day. Only what runs on it counts.

    Returns
    -------
    pandas.DataFrame
        One row an authority, sorted by name: ``code``, ``name``, ``status_<code>`` for each code of the codelist, and
        ``count_<code>``, an int, or None where the status beside it is ``not_surveyed``.

    Raises
    ------
    InputError
        When the tier, the type or the codelist is not known or does not fit the type, a column is missing, or, for
        ``commissioning``, the funding or the day.

    Examples
    --------
    >>> from rosc_map.gaps import breakdown
    >>> found = breakdown(held.assets, held.surveyed, lookup, tier="upper", by="led_by")
    >>> found[["name", "status_lived_experience", "count_lived_experience"]]
         name status_lived_experience count_lived_experience
    0  Surrey                  served                      5
    """
    _check(by, asset_type)
    lookup = clean_lookup(lookup)
    cover = coverage(lookup, tier)
    looked = searched(clean_surveys(surveyed), asset_type, lookup, cover)
    known, (somewhere, *kept_back) = presences(assets, withheld, cover, tier, [asset_type])
    # Where "looked" may not be told of the type, it may not be told of its kinds either.
    told = standings(known, [somewhere, *kept_back], {asset_type: looked})[asset_type].told
    is_kind = _arrangements(known.assets["id"], funding, as_at, cover) if by == "commissioning" else _kinds(known, by)
    found = {}
    for code, own in is_kind.items():
        maybe = _may_be(code, is_kind, known, somewhere, _NOBODY_SAID[by])
        doubt: Bools = np.any(np.concatenate([maybe, *(hidden.serves for hidden in kept_back)]), axis=0)
        found[code] = Standing((known.serves & own).sum(axis=0, dtype=np.int64), told, sure=~doubt)
    return cover.authorities.assign(**status_columns(found, "status_", "count_"))


def _check(by: str, asset_type: str) -> None:
    if by not in get_args(Kinds):
        raise InputError(f"There is no breakdown by {by!r}. Choose one of {', '.join(get_args(Kinds))}.")
    if asset_type not in codelist("asset_type"):
        raise InputError(f"There is no asset type {asset_type!r}. Choose one of {', '.join(codelist('asset_type'))}.")
    if by == "lero_type" and asset_type != "lero":
        raise InputError(f"Only LEROs have a LERO type, and {asset_type!r} are none. Choose lero, or led_by.")


def _may_be(code: str, is_kind: Mapping[str, Bools], known: Presence, somewhere: Presence, nobody_said: str) -> Bools:
    """Return where a known asset may be of a kind without being counted to it, shape (assets, authorities)."""
    unsaid = is_kind[nobody_said]
    vague = somewhere.serves & (is_kind[code] | unsaid)
    return vague if code == nobody_said else vague | (known.serves & unsaid)


def _kinds(known: Presence, by: str) -> dict[str, Bools]:
    """Return for each code which assets are of that kind, shape (assets, 1): it is the same in every authority."""
    said = _said(known.assets[by], by)
    return {code: (said == code).to_numpy(dtype=bool)[:, np.newaxis] for code in codelist(by)}


def _said(words: pd.Series, by: str) -> pd.Series:
    """Return codes of the codelist alone: anything else says nothing that could be counted."""
    return words.where(words.isin(list(codelist(by))), _NOBODY_SAID[by])


def _arrangements(
    ids: pd.Series, funding: pd.DataFrame | None, as_at: dt.date | None, cover: Coverage
) -> dict[str, Bools]:
    """Return for each arrangement which assets have it in which authorities, shape (assets, authorities)."""
    if funding is None or as_at is None:
        raise InputError("How assets are commissioned is read from the funding on a day. Give both: funding and as_at.")
    running, found = _running(funding, as_at), {}
    said = _said(running["arrangement"], "commissioning")
    for code in codelist("commissioning"):
        areas = running[said == code].groupby("asset")["area_code"].agg(list).to_dict()
        found[code] = matches([areas.get(each, []) for each in ids], cover)
    nobody_said = _NOBODY_SAID["commissioning"]
    known = np.logical_or.reduce([where for code, where in found.items() if code != nobody_said])
    return found | {nobody_said: found[nobody_said] | ~known}


def _running(funding: pd.DataFrame, as_at: dt.date) -> pd.DataFrame:
    """Return the rows that run on a day, both ends included; a missing end is open."""
    rows = clean(funding, ("asset", "area_code", "arrangement"), "funding", days=("start", "end"))
    start, end, today = pd.to_datetime(rows["start"]), pd.to_datetime(rows["end"]), pd.Timestamp(as_at)
    return rows[(start.isna() | (start <= today)) & (end.isna() | (today <= end))]
