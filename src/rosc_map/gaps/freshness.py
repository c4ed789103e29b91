"""How fresh the records are, and which gaps and services rest on old ones (METHODS §3.5)."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._rows import by_number
from rosc_map.gaps._serving import Bools, active, clean_lookup, coverage, own_areas, serving
from rosc_map.gaps._statuses import Status
from rosc_map.gaps._surveys import clean_surveys, looked_on
from rosc_map.gaps._words import NOUNS, authority_words, named
from rosc_map.gaps.provision import Provision
from rosc_map.records import codelist, counted, day, percent

__all__ = ["Freshness", "freshness"]


@dataclass(frozen=True)
class Freshness:
    """How many records were checked or recorded within some months, and what rests on older ones.

    Attributes
    ----------
    months
        A record is fresh when it was checked, or recorded, within so many calendar months.
    by_authority
        One row an authority, as in the provision: ``code``, ``name``, ``records`` (active assets of all types that
        serve it), ``fresh``, ``share`` (of 1; None without records), ``looked_on`` (the newest survey of the asset
        type, a date; None where none may be told of, or its day is not known), ``stale_gap`` (none found, but the
        newest survey is not known to be within the months) and ``stale_service`` (served, but no record of the type
        that serves it is fresh).
    records, fresh
        How many records serve at least one of the authorities, each once, and how many of them are fresh.
    sentences, cautions
        What was found, and what it does not say.

    Examples
    --------
    >>> from rosc_map.gaps import freshness, provision
    >>> served = provision(held.assets, held.surveyed, lookup, area="Surrey")
    >>> found = freshness(held.assets, held.surveyed, lookup, served, as_at=held.as_at)
    >>> found.fresh, found.records, found.months
    (24, 64, 6)
    """

    months: int
    by_authority: pd.DataFrame
    records: int
    fresh: int
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def freshness(
    assets: pd.DataFrame,
    surveyed: pd.DataFrame,
    lookup: pd.DataFrame,
    provision: Provision,
    *,
    as_at: dt.date,
    months: int = 6,
) -> Freshness:
    """Say how many records are fresh, and mark the gaps and the services that rest on old ones.

    A record is fresh when the newer of ``verified_on`` and ``recorded_on`` is at most some calendar months before the
    day, that day of the month included: on 22 November, 22 May is within six months. Where a month is too short, its
    last day counts: 31 August goes back to the end of February. A day after ``as_at`` is a slip and proves nothing.
    Where nobody looked there is no gap, and so none that could be old.

    Parameters
    ----------
    assets
        As for :func:`rosc_map.gaps.provision`, with ``verified_on`` and ``recorded_on`` (dates or None).
    surveyed, lookup
        As for :func:`rosc_map.gaps.provision`.
    provision
        What was made of these three.
    as_at
        The day from which the months are counted back.
    months
        At least 1.

    Returns
    -------
    Freshness
        The figures by authority, those of the whole, and what they say.

    Raises
    ------
    InputError
        When a column is missing, the months are fewer than 1, or the authorities are others than the provision's.

    Examples
    --------
    >>> from rosc_map.gaps import freshness, provision
    >>> served = provision(held.assets, held.surveyed, lookup, area="Surrey")
    >>> freshness(held.assets, held.surveyed, lookup, served, as_at=held.as_at).sentences[0]
    '24 of 64 active records (38 %) in Surrey were checked or recorded since 22 May 2026 (6 months).'
    """
    if months < 1:
        raise InputError(f"{months} months cannot be counted back. Give 1 or more.")
    lookup, rows = clean_lookup(lookup), active(assets, codelist("asset_type"), days=("verified_on", "recorded_on"))
    table, since = provision.by_authority, _back(as_at, months)
    own_areas(lookup, provision.tier, table["code"])  # refuses the table of another area
    cover = coverage(lookup, provision.tier)
    serves = serving(rows, cover, provision.tier)
    is_fresh: Bools = np.array(
        [any(_within(each, since, as_at) for each in days) for days in _checked(rows)], dtype=bool
    )
    of_type = (rows["asset_type"] == provision.asset_type).to_numpy(dtype=bool)
    looked = _told(looked_on(clean_surveys(surveyed), provision.asset_type, lookup, cover), table["looked"])
    records, fresh = serves.sum(axis=0), serves[is_fresh].sum(axis=0)
    old = np.array([not _within(on, since, as_at) for on in looked], dtype=bool)
    by_authority = table[["code", "name"]].assign(
        records=records,
        fresh=fresh,
        share=_shares(fresh, records),
        looked_on=pd.Series(looked, dtype=object),
        stale_gap=(table["status"] == Status.NONE_FOUND) & old,
        stale_service=(table["status"] == Status.SERVED) & (serves[is_fresh & of_type].sum(axis=0) == 0),
    )
    anywhere = serves.any(axis=1)
    return _summed_up(by_authority, provision, months, since, int(anywhere.sum()), int((anywhere & is_fresh).sum()))


def _back(date: dt.date, months: int) -> dt.date:
    """Return the same day some calendar months before; the last day of a month that is too short."""
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    return dt.date(year, month + 1, min(date.day, monthrange(year, month + 1)[1]))


def _within(date: dt.date | None, first: dt.date, last: dt.date) -> bool:
    return date is not None and first <= date <= last


def _checked(rows: pd.DataFrame) -> list[tuple[dt.date | None, ...]]:
    """Return the days on which each record was checked and recorded."""
    days = [[None if pd.isna(each) else each for each in rows[name]] for name in ("verified_on", "recorded_on")]
    return list(zip(*days, strict=True))


def _told(days: list[dt.date | None], words: pd.Series) -> list[dt.date | None]:
    """Return the days of the surveys that may be told of."""
    return [on if said else None for on, said in zip(days, words, strict=True)]


def _shares(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> pd.Series:
    shares = [a / b if b else None for a, b in zip(part.tolist(), whole.tolist(), strict=True)]
    return pd.Series(shares, dtype=object)


def _summed_up(
    by_authority: pd.DataFrame, provision: Provision, months: int, since: dt.date, records: int, fresh: int
) -> Freshness:
    noun, words = NOUNS[provision.asset_type], authority_words(provision.tier, by_authority["code"])
    share = f" ({percent(Fraction(fresh, records))})" if records else ""
    gaps, services = int(by_authority["stale_gap"].sum()), int(by_authority["stale_service"].sum())
    sentences = (
        (
            f"{fresh:,} of {counted(records, 'active record')}{share} in {named(provision.area)} "
            f"{'was' if fresh == 1 else 'were'} checked or recorded since {day(since)} ({counted(months, 'month')})."
        ),
        (
            f"{by_number(gaps, 'gap rests', 'gaps rest')} on a survey older than that (or without a day), of "
            f"{provision.none_found:,} in all."
        ),
        (
            f"Served, but by no {noun} whose record was checked or recorded since: "
            f"{services:,} of {provision.served:,} {words[provision.served != 1]}."
        ),
    )
    cautions = [
        "A record that was not checked or recorded lately is not wrong: ask before you rely on it.",
        "A gap that rests on an old survey may have closed since: look again before you call it a gap.",
    ]
    if provision.not_surveyed:
        unknown = by_number(provision.not_surveyed, f"{words[0]} is", f"{words[1]} are")
        cautions.append(f"{unknown} not surveyed: there is no gap that could be old.")
    return Freshness(months, by_authority, records, fresh, sentences, tuple(cautions))
