"""Need beside provision: assets for each 1,000 counted, and both in thirds (METHODS §3.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps._rows import by_number
from rosc_map.gaps._words import authority_words, named, plural
from rosc_map.gaps.need import NeedFigures
from rosc_map.gaps.provision import Provision, Status
from rosc_map.gaps.rates import FEWEST_PEOPLE, rate, rate_words
from rosc_map.records import counted

__all__ = ["LEAST_VALUES", "PAIRS", "NeedByProvision", "need_by_provision", "thirds"]

LEAST_VALUES = 6
"""Thirds of fewer values say nothing."""

_LEAST_DIFFERENT = 3
_MOST_NAMED = 5
_NEED = ("low need", "middle need", "high need")
_PROVISION = ("few or none", "some", "more")

PAIRS = tuple(f"{need}, {provision}" for need in _NEED for provision in _PROVISION)
"""The words of the nine classes, in the order of 3 × need class + provision class.

Examples
--------
>>> from rosc_map.gaps import PAIRS
>>> len(PAIRS), PAIRS[0], PAIRS[-1]
(9, 'low need, few or none', 'high need, more')
"""

_HIGH_AND_FEW = PAIRS[6]
_HIGH_AND_UNKNOWN = "high need, not surveyed"
_NO_THIRDS = "too few different figures to tell thirds apart"


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
        ``status``, ``assets`` (int; None where not surveyed), ``per_1000``, ``low``, ``high`` (assets for each 1,000
        counted with the exact 95 % Poisson interval; None unless people were counted), ``need_class``,
        ``provision_class`` (0, 1, 2 for the thirds; None where there is none) and ``together`` (both in words, or why
        there are none). Where nobody looked there is no provision class, and ``together`` says "not surveyed".
    sentences
        The result in words.
    cautions
        What is not known, and what the figures do not say.

    Examples
    --------
    >>> from rosc_map.gaps import need_by_provision, need_figures, provision
    >>> from rosc_map.records import Need
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found = need_by_provision(need_figures(held.others[Need], lookup, "local"), served, asset_type="lero")
    >>> found.by_authority[["name", "need", "assets", "together"]].head(2)
                  name   need assets                  together
    0        Elmbridge  212.0      0  middle need, few or none
    1  Epsom and Ewell  148.0   None    low need, not surveyed
    >>> found.asset_type
    'lero'
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
        always in the same class: those that reach over a cut, however many they are, in the lower one, so that 0 is
        always in the lowest. All are None where there are fewer than :data:`LEAST_VALUES` values, or fewer than three
        different ones, or nearly all are equal, so that all would be in the lowest.

    Examples
    --------
    >>> from rosc_map.gaps import thirds
    >>> thirds([120, 150, None, 180, 210, 240, 300])
    [0, 0, None, 1, 1, 2, 2]
    """
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if len(known) < LEAST_VALUES or len(np.unique(known)) < _LEAST_DIFFERENT:
        return [None] * len(values)
    # Cuts that are values themselves: between two values, rounding could part what is equal.
    cuts = np.quantile(known, [1 / 3, 2 / 3], method="inverted_cdf")
    classes = np.searchsorted(cuts, known, "left")
    if not classes.any():
        return [None] * len(values)
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
        The thirds of need are among all authorities with a figure. The thirds of provision are of the number of assets,
        among those that are served or surveyed as well; an authority without any asset is in the lowest. They are not
        of the rate, which is low where need is high, and so would tell of need twice.

    Raises
    ------
    InputError
        When the two are of different tiers, or the type is not counted in ``provision``.

    Examples
    --------
    >>> from rosc_map.gaps import need_by_provision, need_figures, provision
    >>> from rosc_map.records import Need
    >>> served = provision(held.assets, held.surveyed, lookup, tier="local", area="Surrey")
    >>> found = need_by_provision(need_figures(held.others[Need], lookup, "local"), served, asset_type="lero")
    >>> found.sentences[0]
    'Figures of need for 11 of 11 local authorities in Surrey (Adults in treatment (made up), 2025-26; source: Made up
    for this example; people).'
    """
    if figures.tier != provision.tier:
        raise InputError(f"The need is by tier {figures.tier}, the provision by {provision.tier}. Use the same tier.")
    if f"count_{asset_type}" not in provision.by_authority:
        raise InputError(f"{asset_type!r} is no type that is counted here. Choose another type.")
    table = _beside(figures, provision.by_authority, asset_type)
    classed = table.assign(
        need_class=_column(thirds(table["need"].to_list())), provision_class=_column(thirds(_known_counts(table)))
    )
    facts = zip(*(classed[name] for name in ("need", "status", "need_class", "provision_class")), strict=True)
    classed["together"] = [_together(*row, counts_people=figures.counts_people) for row in facts]
    return NeedByProvision(
        figures=figures,
        asset_type=asset_type,
        by_authority=classed,
        sentences=tuple(_sentences(classed, figures, plural(asset_type), named(provision.area))),
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


def _known_counts(table: pd.DataFrame) -> list[int | None]:
    """Return the numbers of assets of the authorities that have a figure of need."""
    pairs = zip(table["need"], table["assets"], strict=True)
    return [None if need is None else count for need, count in pairs]


def _together(
    need: float | None, status: str, need_class: int | None, provision_class: int | None, *, counts_people: bool
) -> str:
    unknown = status == Status.NOT_SURVEYED
    if need is None or (need == 0 and counts_people):
        words = "no figure of need" if need is None else "nobody counted"
        return f"{words}, not surveyed" if unknown else words
    if unknown:
        return "not surveyed" if need_class is None else f"{_NEED[need_class]}, not surveyed"
    return _NO_THIRDS if need_class is None or provision_class is None else PAIRS[3 * need_class + provision_class]


def _sentences(table: pd.DataFrame, figures: NeedFigures, assets: str, area: str) -> Iterator[str]:
    cite = f"{figures.indicator}, {figures.period}; source: {figures.source}"
    of_all = f"of {len(table):,} {authority_words(figures.tier, table['code'])[len(table) != 1]} in {area}"
    yield f"Figures of need for {table['need'].notna().sum():,} {of_all} ({cite}; {figures.unit})."
    if figures.counts_people:
        rates = f'{assets} for each 1,000 counted in "{figures.indicator}", {figures.period}'
        yield f"{rates}: {_spread(table, of_all)} (source: {figures.source})."
    classed = table["provision_class"].notna() & table["need_class"].notna()
    if classed.any():
        few = table.loc[table["together"] == _HIGH_AND_FEW, "name"].to_list()
        yield f"High need, few or none: {len(few):,} of the {classed.sum():,} that have classes{_listed(few)} ({cite})."
    unknown = table.loc[table["together"] == _HIGH_AND_UNKNOWN, "name"].to_list()
    if unknown:
        yield f"High need, and not surveyed yet: {len(unknown):,} {of_all}{_listed(unknown)} ({cite})."


def _spread(table: pd.DataFrame, of_all: str) -> str:
    """Say from what to what the rates go; those of few people are mostly chance, and would be both ends."""
    rated = table[table["per_1000"].notna()]
    enough = rated["need"] >= FEWEST_PEOPLE
    rates = rated.loc[enough, "per_1000"].astype(float)
    few = f"of fewer than {FEWEST_PEOPLE}"
    left_out = by_number(int((~enough).sum()), f"figure {few} is", f"figures {few} are")
    said = f"no authority has a figure of {FEWEST_PEOPLE} or more and is served or surveyed"
    if len(rates):
        low, middle, high = (rate_words(float(end)) for end in np.quantile(rates, [0, 0.5, 1]))
        spread = low if low == high else f"from {low} to {high}, with {middle} in the middle"
        have = "has a figure and is" if len(rates) == 1 else "have a figure and are"
        said = f"{spread}, in {len(rates):,} {of_all} that {have} served or surveyed"
    return said if enough.all() else f"{said}; {left_out} left out"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f": {', '.join(names[:_MOST_NAMED])}{more}" if names else ""


def _cautions(table: pd.DataFrame, figures: NeedFigures, assets: str) -> Iterator[str]:
    one, several = authority_words(figures.tier, table["code"])
    unknown = int((table["status"] == Status.NOT_SURVEYED).sum())
    if unknown:
        yield (
            f"{by_number(unknown, f'{one} is', f'{several} are')} not surveyed, of {len(table):,}: without a rate and "
            "without a class of provision, and left out. Not surveyed is not none found: it is no gap."
        )
    if figures.counts_people:
        most = max((count for count in table["assets"] if count is not None), default=0)
        yield (
            f"{assets}: at most {most:,} in one {one}. Where numbers are small, a rate may be as it is by chance "
            "alone: read it with the range in which it could be (95 %)."
        )
    else:
        yield (
            f"{figures.indicator} ({figures.unit}) counts no people, so that there is no rate for each 1,000. A high "
            "figure is read as high need: check that it means that."
        )
    yield from _about_classes(table)
    yield (
        f"The need is that of {figures.period}; the services are those known on the day of this analysis. One that "
        "serves several authorities counts in each, and where nobody has looked yet there may be more."
    )
    yield from figures.said


def _about_classes(table: pd.DataFrame) -> Iterator[str]:
    """Say why there are no thirds of need, or of provision; or what they are for."""
    needs, counts = table["need"].to_list(), _known_counts(table)
    whose = "with a figure of need"
    why = [
        *_why_no_thirds("need", needs, whose, "figure"),
        *_why_no_thirds("provision", counts, f"{whose} that are served or surveyed", "number"),
    ]
    yield from why or ["With numbers so small, the classes are for talking, not for ranking."]


def _why_no_thirds(what: str, values: Sequence[float | None], whose: str, figure: str) -> Iterator[str]:
    known = [value for value in values if value is not None]
    if any(kind is not None for kind in thirds(values)):
        return
    different = counted(len(set(known)), f"different {figure}")
    if len(known) < LEAST_VALUES:
        here = f"{'is' if len(known) == 1 else 'are'} {len(known)}"
        why = f"thirds need at least {LEAST_VALUES} authorities {whose}, and here {here}"
    elif len(set(known)) < _LEAST_DIFFERENT:
        why = f"there is only {different}" if len(set(known)) == 1 else f"there are only {different}"
    else:
        why = f"nearly all have the same {figure}"
    yield f"There are no classes of {what}: {why}."
