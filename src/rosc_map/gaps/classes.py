"""Need beside provision: assets per 1,000 people in need, and both in thirds (METHODS §3.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._words import authority_words, plural
from rosc_map.gaps.need import NeedFigures
from rosc_map.gaps.provision import Provision, Status
from rosc_map.gaps.rates import rate, rate_words

__all__ = ["LEAST_VALUES", "PAIRS", "NeedByProvision", "need_by_provision", "thirds"]

LEAST_VALUES = 6
"""Thirds of fewer values say nothing."""

_LEAST_DIFFERENT = 3
_MOST_NAMED = 5
_NEED = ("low need", "middle need", "high need")
_PROVISION = ("few or none", "some", "more")

PAIRS = tuple(f"{need}, {provision}" for need in _NEED for provision in _PROVISION)
"""The words of the nine classes, in the order of 3 × need class + provision class."""

_HIGH_AND_FEW = PAIRS[6]
_HIGH_AND_UNKNOWN = "high need, not surveyed"


@dataclass(frozen=True)
class NeedByProvision:
    """Need beside provision, by authority.

    Attributes
    ----------
    figures
        The need.
    asset_type
        The type that was counted.
    by_authority
        One row an authority, sorted by name: ``code``, ``name``, ``need`` (float, or None without a figure),
        ``status``, ``assets`` (int; None where not surveyed), ``per_1000``, ``low``, ``high`` (assets per 1,000 people
        in need with the exact 95 % Poisson interval; None unless people were counted), ``need_class``,
        ``provision_class`` (0, 1, 2 for the thirds; None where there is none) and ``together`` (both in words). Where
        nobody looked there is no provision class, and ``together`` says "not surveyed".
    sentences
        The result in words.
    cautions
        What is not known, and what the figures do not say.
    """

    figures: NeedFigures
    asset_type: str
    by_authority: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def thirds(values: Sequence[float | None]) -> list[int | None]:
    """Put values into three classes of about equal size.

    Parameters
    ----------
    values
        Finite numbers, and None where nothing is known.

    Returns
    -------
    list of int or None
        0 for the lowest third, 1, and 2 for the highest, in the order of the values; None stays None. Equal values are
        always in the same class: those that reach over both cuts, however many they are, in the middle one. All are
        None where there are fewer than :data:`LEAST_VALUES` values, or fewer than three different ones.
    """
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if len(known) < LEAST_VALUES or len(np.unique(known)) < _LEAST_DIFFERENT:
        return [None] * len(values)
    # Cuts that are values themselves: between two values, rounding could part what is equal.
    cuts = np.quantile(known, [1 / 3, 2 / 3], method="inverted_cdf")
    # A value on one cut is below it; a value on both is counted below the one and above the other.
    classes = (np.searchsorted(cuts, known, "left") + np.searchsorted(cuts, known, "right")) // 2
    found = iter(classes.tolist())
    return [None if value is None else next(found) for value in values]


def need_by_provision(figures: NeedFigures, provision: Provision, *, asset_type: str) -> NeedByProvision:
    """Put the need of each authority beside what serves it.

    Parameters
    ----------
    figures
        The need, of the tier of ``provision``.
    provision
        What serves each authority.
    asset_type
        The type that is counted.

    Returns
    -------
    NeedByProvision
        The thirds of need are among all authorities with a figure. The thirds of provision are of the rate per 1,000
        people, or of the count where need counts no people, among those that are served or surveyed as well; an
        authority without any asset is in the lowest.

    Raises
    ------
    InputError
        When the two are of different tiers, or the type is not counted in ``provision``.
    """
    if figures.tier != provision.tier:
        raise InputError(f"The need is by tier {figures.tier}, the provision by {provision.tier}. Use the same tier.")
    if f"count_{asset_type}" not in provision.by_authority:
        raise InputError(f"{asset_type!r} is no type that is counted here. Choose another type.")
    table = _beside(figures, provision.by_authority, asset_type)
    classed = table.assign(
        need_class=_column(thirds(table["need"].to_list())),
        provision_class=_column(_provision_classes(table, by_rate=figures.counts_people)),
    )
    named = ("need", "status", "need_class", "provision_class")
    classed["together"] = [_together(*row) for row in zip(*(classed[name] for name in named), strict=True)]
    return NeedByProvision(
        figures=figures,
        asset_type=asset_type,
        by_authority=classed,
        sentences=tuple(_sentences(classed, figures, plural(asset_type), provision.area)),
        cautions=tuple(_cautions(classed, figures, plural(asset_type))),
    )


def _beside(figures: NeedFigures, by_authority: pd.DataFrame, asset_type: str) -> pd.DataFrame:
    """Return need, status, count and rate of each authority."""
    needs = [figures.by_code.get(code) for code in by_authority["code"]]
    counts = by_authority[f"count_{asset_type}"].to_list()
    rates = [
        rate(count, need) if figures.counts_people and need is not None and count is not None else None
        for need, count in zip(needs, counts, strict=True)
    ]
    table = by_authority.loc[:, ["code", "name"]].assign(
        need=_column(needs), status=by_authority[f"status_{asset_type}"], assets=_column(counts)
    )
    ends = {
        name: _column([found[place] if found else None for found in rates])
        for place, name in enumerate(("per_1000", "low", "high"))
    }
    return table.assign(**ends)


def _column(values: Sequence[object]) -> pd.Series:
    # As objects: pandas would make NaN of None, and a point in whole numbers.
    return pd.Series(values, dtype=object)


def _provision_classes(table: pd.DataFrame, *, by_rate: bool) -> list[int | None]:
    counts, needs = table["assets"].to_list(), table["need"].to_list()
    known = [None if need is None else count for need, count in zip(needs, counts, strict=True)]
    classed = thirds(table["per_1000"].to_list() if by_rate else known)
    # Where most have none, these would reach into the middle class.
    return [0 if kind is not None and count == 0 else kind for kind, count in zip(classed, counts, strict=True)]


def _together(need: float | None, status: str, need_class: int | None, provision_class: int | None) -> str:
    if need is None:
        return "no figure of need, not surveyed" if status == Status.NOT_SURVEYED else "no figure of need"
    if status == Status.NOT_SURVEYED:
        return "not surveyed" if need_class is None else f"{_NEED[need_class]}, not surveyed"
    return "" if need_class is None or provision_class is None else PAIRS[3 * need_class + provision_class]


def _sentences(table: pd.DataFrame, figures: NeedFigures, assets: str, area: str) -> Iterator[str]:
    cite = f"{figures.indicator}, {figures.period}; source: {figures.source}"
    of_all = f"of {len(table):,} {authority_words(figures.tier, table['code'])[len(table) != 1]} in {area}"
    yield f"Figures of need for {table['need'].notna().sum():,} {of_all} ({cite}; {figures.unit})."
    rates = [float(found) for found in table["per_1000"] if found is not None]
    if rates:
        low, middle, high = (rate_words(float(end)) for end in np.quantile(rates, [0, 0.5, 1]))
        spread = low if low == high else f"from {low} to {high}, with {middle} in the middle"
        yield (
            f"{assets} per 1,000 people in need: {spread}, in the {len(rates):,} {of_all} that have a figure and are "
            f"served or surveyed ({cite})."
        )
    classed = table["provision_class"].notna() & table["need_class"].notna()
    if classed.any():
        few = table.loc[table["together"] == _HIGH_AND_FEW, "name"].to_list()
        yield f"High need, few or none: {len(few):,} of the {classed.sum():,} that have classes{_listed(few)} ({cite})."
    unknown = table.loc[table["together"] == _HIGH_AND_UNKNOWN, "name"].to_list()
    if unknown:
        yield f"High need, and not surveyed yet: {len(unknown):,} {of_all}{_listed(unknown)} ({cite})."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f": {', '.join(names[:_MOST_NAMED])}{more}" if names else ""


def _cautions(table: pd.DataFrame, figures: NeedFigures, assets: str) -> Iterator[str]:
    unknown = int((table["status"] == Status.NOT_SURVEYED).sum())
    if unknown:
        yield (
            f"{unknown:,} of {len(table):,} authorities are not surveyed: they have no rate and no class of provision, "
            "and are left out. Not surveyed is not none found: they are no gap."
        )
    if figures.counts_people:
        most = max((count for count in table["assets"] if count is not None), default=0)
        yield (
            f"{assets}: at most {most:,} in an authority. Where numbers are small, a rate may be as it is by chance: "
            "read it with its interval (95 %, exact Poisson)."
        )
    else:
        yield (
            f"{figures.indicator} ({figures.unit}) counts no people, so that there is no rate per 1,000. A high figure "
            "is read as high need: check that it means that."
        )
    if table["provision_class"].isna().all() or table["need_class"].isna().all():
        yield f"There are no classes: thirds need at least {LEAST_VALUES} authorities, and three different figures."
    yield (
        f"The need is that of {figures.period}; the services are those known on the day of this analysis. One that "
        "serves several authorities counts in each, and where nobody has looked yet there may be more."
    )
    yield from figures.said
