"""Figures of need: those of one indicator, for the authorities of one tier and the latest period (METHODS §3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from rosc_map.errors import InputError, UnknownName
from rosc_map.gaps._serving import coverage, tier_columns
from rosc_map.gaps.rates import counts_people
from rosc_map.records import Period, counted, known_period, squash

__all__ = ["NeedFigures", "need_figures"]

_FIELDS = ("area_code", "indicator", "period", "value", "unit", "source", "licence")
_OTHER_TIER = {"upper": "local", "local": "upper"}
_TIER_WORDS = {"upper": "counties", "local": "local authorities (districts)"}
_BY_TIER = {"upper": "county", "local": "local authority"}
_MOST_NAMED = 5


@dataclass(frozen=True)
class NeedFigures:
    """One indicator of need, for the latest period that is there.

    Attributes
    ----------
    indicator, period, unit, source, licence
        What is counted, for when, in what, and where it is from.
    counts_people
        Whether the figures are numbers of people, so that a rate per 1,000 of them says something.
    tier
        ``upper`` or ``local``.
    by_code
        The figure of each authority that has one, by GSS code.
    said
        What was left out, and which authorities have no figure, in sentences.

    Examples
    --------
    >>> from rosc_map.gaps import need_figures
    >>> from rosc_map.records import Need
    >>> found = need_figures(held.others[Need], lookup, "local")
    >>> found.indicator, found.period, len(found.by_code)
    ('Adults in treatment (made up)', '2025-26', 11)
    """

    indicator: str
    period: str
    unit: str
    source: str
    licence: str
    counts_people: bool
    tier: str
    by_code: dict[str, float]
    said: tuple[str, ...]


def need_figures(needs: pd.DataFrame, lookup: pd.DataFrame, tier: str, *, indicator: str = "") -> NeedFigures:
    """Pick the figures of one indicator for the authorities of one tier.

    Parameters
    ----------
    needs
        One row a figure, with the fields of ``records.Need``; ``area_code`` is a GSS code.
    lookup
        One row a local authority of the area (``place.area_lookup``).
    tier
        ``upper`` or ``local``.
    indicator
        Which of several; its case does not count.

    Returns
    -------
    NeedFigures
        Of the latest period. Figures for places outside the area are left out, which ``said`` tells.

    Raises
    ------
    UnknownName
        When there is no such indicator.
    InputError
        When several are there and none is named, the figures are for the other tier or for other areas, two of one
        authority differ, units or periods cannot be brought together, or a figure cannot be one.

    Examples
    --------
    >>> from rosc_map.gaps import need_figures
    >>> from rosc_map.records import Need
    >>> found = need_figures(held.others[Need], lookup, "local")
    >>> found.by_code["E07000207"], found.unit
    (212.0, 'people')
    """
    tier_columns(tier)  # refuses what is no tier
    rows = _of_indicator(needs, indicator)
    names = _names(lookup, tier)
    rows, left_out = _of_tier(rows, names, lookup, tier)
    rows, period, older = _latest(rows)
    unit = _one_unit(rows)
    values = _values(rows, names, whole=counts_people(unit))
    without = len(names) - len(values)
    missing = (f"No figure for {without:,} of {len(names):,} authorities.",) if without else ()
    return NeedFigures(
        indicator=rows["indicator"].iloc[0],
        period=period,
        unit=unit,
        source="; ".join(dict.fromkeys(text for text in rows["source"] if text)),
        licence="; ".join(dict.fromkeys(text for text in rows["licence"] if text)),
        counts_people=counts_people(unit),
        tier=tier,
        by_code=values,
        said=(*left_out, *older, *missing),
    )


def _of_indicator(needs: pd.DataFrame, indicator: str) -> pd.DataFrame:
    rows = needs.loc[:, list(_FIELDS)]
    names = {squash(name): name for name in rows["indicator"]}
    if not names:
        raise InputError("There are no figures of need. Give a table with area, indicator, period, value and source.")
    listed = "; ".join(sorted(names.values()))
    if indicator and squash(indicator) not in names:
        raise UnknownName(f"There is no indicator {indicator!r} among the figures of need. Choose from: {listed}.")
    if not indicator and len(names) > 1:
        raise InputError(f"There are {len(names)} indicators of need. Choose one of them: {listed}.")
    wanted = squash(indicator) if indicator else next(iter(names))
    return rows[[squash(name) == wanted for name in rows["indicator"]]]


def _names(lookup: pd.DataFrame, tier: str) -> dict[str, str]:
    """Return the name of each authority of a tier by code, sorted by name."""
    authorities = coverage(lookup, tier).authorities
    return dict(zip(authorities["code"], authorities["name"], strict=True))


def _of_tier(
    rows: pd.DataFrame, names: Mapping[str, str], lookup: pd.DataFrame, tier: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows of the authorities of the tier, and what was left out."""
    other_names = _names(lookup, _OTHER_TIER[tier])
    given = dict.fromkeys(rows["area_code"])
    other = [code for code in given if code in other_names and code not in names]
    alone = [code for code in other if not _partners(code, lookup, tier) & given.keys()]
    if alone:
        raise InputError(
            f"This table is for {_TIER_WORDS[_OTHER_TIER[tier]]}, such as {other_names[alone[0]]} ({alone[0]}), and "
            f"the question is by {_BY_TIER[tier]}. Run it with --tier {_OTHER_TIER[tier]}, or give a table by "
            f"{_BY_TIER[tier]}."
        )
    outside = [code for code in given if code not in names and code not in other_names]
    kept = rows[rows["area_code"].isin(list(names))]
    if kept.empty:
        raise InputError(
            f"No figure is for an authority of this area, such as {next(iter(names.values()))}: the table has "
            f"{counted(len(given), 'other place')}. Check that it is the right one."
        )
    said = []
    if outside:
        said.append(f"Left out: {len(outside):,} of the {len(given):,} places with a figure, outside this area.")
    if other:
        said.append(f"Left out: {counted(len(other), 'place')} of the other tier, {_TIER_WORDS[_OTHER_TIER[tier]]}.")
    return kept, tuple(said)


def _partners(code: str, lookup: pd.DataFrame, tier: str) -> set[str]:
    """Return the authorities of the tier that have ground in common with one of the other tier."""
    (own, _), (other, _) = tier_columns(tier), tier_columns(_OTHER_TIER[tier])
    return set(lookup.loc[lookup[other] == code, own])


def _latest(rows: pd.DataFrame) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """Return the rows of the latest period, how it is written, and what is to be said of the others."""
    texts = dict.fromkeys(rows["period"])
    periods = {text: period for text in texts if (period := known_period(text))}
    if len(texts) == 1:
        (text,) = texts
        return rows, periods[text].text if periods else text, ()
    if len(periods) < len(texts):
        unknown = [text for text in texts if text not in periods]
        raise InputError(
            f"The figures are for {len(texts)} periods, and it is not clear which is the latest: "
            f"{', '.join(unknown[:_MOST_NAMED])}. Write each as a year such as 2025-26 or 2025, or keep one of them."
        )
    # Of a year and its last quarter, the year.
    latest = max(periods.values(), key=lambda period: (period.last, -period.first.toordinal()))
    kept = [text for text, period in periods.items() if _same(period, latest)]
    others = len({(period.first, period.last) for period in periods.values()}) - 1
    said = (f"The latest of {others + 1} periods was taken: {latest.text}.",) if others else ()
    return rows[rows["period"].isin(kept)], latest.text, said


def _same(one: Period, other: Period) -> bool:
    return (one.first, one.last) == (other.first, other.last)


def _one_unit(rows: pd.DataFrame) -> str:
    units = {squash(unit): unit for unit in reversed(rows["unit"].to_list())}
    if len(units) > 1:
        raise InputError(
            f"The figures are in {len(units)} units: {', '.join(sorted(units.values()))}. Keep the rows of one unit."
        )
    return str(next(iter(units.values())))


def _values(rows: pd.DataFrame, names: Mapping[str, str], *, whole: bool) -> dict[str, float]:
    """Return the figure of each authority, once it is one."""
    values: dict[str, float] = {}
    for code, value in zip(rows["area_code"], rows["value"], strict=True):
        called = f"{names[code]} ({code})"
        # A record has no such figure, but a table that was put together in another way may.
        if pd.isna(value) or not 0 <= value < float("inf"):
            raise InputError(f"The figure of {called} is missing or below 0. Correct it, or take the row out.")
        if whole and value != int(value):
            raise InputError(
                f"The figure of {called}, {_number(value)}, is not a whole number of people. Give the number of "
                "people, or write another unit if it is a rate or a percentage."
            )
        if values.setdefault(code, float(value)) != value:
            raise InputError(
                f"Two figures of {called} differ: {_number(values[code])} and {_number(value)}. Keep the right one."
            )
    return {code: values[code] for code in names if code in values}


def _number(value: float) -> str:
    return f"{value:,.10g}"
