"""What authorities spend on each of the six types of recovery support, in bands, beside the survey of 2022.

The comparison is type by type (METHODS §3.4): the survey asked in bands, so no average is known, and bands have no sum.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.gaps._rows import by_number, cover_of, in_order, plain
from rosc_map.records import Spend, codelist, known_period, label, row_dicts

__all__ = ["SpendFound", "spend"]

_FIELDS = ("area_code", "year", "rss_type", "band", "source")
_UNDER = ("nothing", "under_5")
_SURVEY = (
    (
        "Guidance part 3 tells of a survey of local authorities in England in 2022: they spent under 5 % of their "
        "alcohol and drug treatment and recovery budgets on each type of recovery support. It asked in bands, so no "
        "average is known."
    ),
    (
        "In the USA, 10 % of a grant of 2021 to 2022 had to be spent on recovery support as a whole: a "
        "condition of that grant. Neither of these figures is a target."
    ),
)

_Year = tuple[dt.date, int, str]
_Bands = Mapping[tuple[str, str], set[str]]
"""What is recorded of an authority and a type: more than one band is a contradiction."""


@dataclass(frozen=True)
class SpendFound:
    """The share of the alcohol and drug budget that goes to each type of recovery support.

    Attributes
    ----------
    by_authority
        The rows that count, by name of authority and in the order of the types: ``code``, ``name``, ``year``,
        ``rss_type``, ``band``, ``source``.
    by_type
        One row a type: ``rss_type``, and how many authorities are in each band: ``nothing``, ``under_5``,
        ``from_5_to_10``, ``from_10``, ``unknown``, and ``not_recorded``. They add up to the authorities of the tier.
    sentences
        The same in words, type by type.
    cautions
        What the survey of 2022 found, that it is no target, and what is left out.

    Examples
    --------
    >>> from rosc_map.gaps import spend
    >>> from rosc_map.records import Spend
    >>> found = spend(held.others[Spend], lookup, tier="upper")
    >>> found.by_authority[["name", "rss_type", "band"]].head(2)
         name    rss_type     band
    0  Surrey  peer_based  under_5
    1  Surrey  employment  under_5
    >>> found.sentences[0]
    'Of each authority the latest year counts: 2025-26.'
    """

    by_authority: pd.DataFrame
    by_type: pd.DataFrame
    sentences: tuple[str, ...]
    cautions: tuple[str, ...]


def spend(rows: pd.DataFrame, lookup: pd.DataFrame, *, tier: str) -> SpendFound:
    """Say for each type of recovery support how many authorities spend which share of their budget on it.

    Of each authority its latest year counts. Only rows of authorities of the tier count: a share of a county's budget
    is not the share of a district, nor the other way round. There is no sum over the types.

    Parameters
    ----------
    rows
        Rows of ``records.Spend``.
    lookup
        One row a local authority of the area, as ``provision`` takes it.
    tier
        ``upper`` or ``local``. In England budgets for alcohol and drugs are those of the upper tier.

    Raises
    ------
    InputError
        When the tier is not known, a column is missing, or there is no authority.

    Examples
    --------
    >>> from rosc_map.gaps import spend
    >>> from rosc_map.records import Spend
    >>> spend(held.others[Spend], lookup, tier="upper").by_type.head(2)
         rss_type  nothing  under_5  from_5_to_10  from_10  unknown  not_recorded
    0  peer_based        0        1             0        0        0             0
    1  employment        0        1             0        0        0             0
    """
    authorities = cover_of(lookup, tier).authorities
    names = dict(zip(authorities["code"], authorities["name"], strict=True))
    said = [row for row in row_dicts(plain(rows, Spend, _FIELDS)) if row["rss_type"] in codelist("rss_type")]
    of_tier = [row | {"when": _when(row["year"])} for row in said if row["area_code"] in names]
    newest = _newest(of_tier)
    kept = [row for row in of_tier if row["when"] == newest[row["area_code"]]]
    bands: dict[tuple[str, str], set[str]] = {}
    for row in kept:
        bands.setdefault((row["area_code"], row["rss_type"]), set()).add(row["band"])
    by_type = _by_type(bands, names)
    return SpendFound(
        by_authority=_by_authority(kept, names),
        by_type=by_type,
        sentences=tuple(_sentences(kept, by_type, bands, list(names.values()))),
        cautions=tuple(_cautions(names, bands, earlier=len(of_tier) - len(kept), elsewhere=len(said) - len(of_tier))),
    )


def _when(year: str) -> _Year:
    """Return by what to order years; of two that end together the longer is later, and what is no period is first."""
    period = known_period(year)
    return (period.last, (period.last - period.first).days, "") if period else (dt.date.min, 0, year)


def _newest(rows: Iterable[Mapping[str, Any]]) -> dict[str, _Year]:
    newest: dict[str, _Year] = {}
    for row in rows:
        newest[row["area_code"]] = max(row["when"], newest.get(row["area_code"], row["when"]))
    return newest


def _by_authority(kept: list[dict[str, Any]], names: Mapping[str, str]) -> pd.DataFrame:
    place = in_order(codelist("rss_type"))
    return pd.DataFrame(
        [
            (row["area_code"], names[row["area_code"]], row["year"], row["rss_type"], row["band"], row["source"])
            for row in sorted(kept, key=lambda row: (names[row["area_code"]], row["area_code"], place(row["rss_type"])))
        ],
        columns=["code", "name", "year", "rss_type", "band", "source"],
        dtype=object,
    )


def _band(said: Iterable[str]) -> str:
    """Return the band that counts: not known, where two are recorded."""
    found = list(said)
    if not found:
        return "not_recorded"
    return found[0] if len(found) == 1 and found[0] in codelist("spend_band") else "unknown"


def _by_type(bands: _Bands, names: Iterable[str]) -> pd.DataFrame:
    columns = [*codelist("spend_band"), "not_recorded"]
    tallies = {kind: Counter(_band(bands.get((code, kind), ())) for code in names) for kind in codelist("rss_type")}
    return pd.DataFrame(
        [(kind, *(tally[band] for band in columns)) for kind, tally in tallies.items()], columns=["rss_type", *columns]
    )


def _sentences(kept: list[dict[str, Any]], by_type: pd.DataFrame, bands: _Bands, names: Sequence[str]) -> Iterator[str]:
    """Say the bands type by type; of one authority its band is told, and no count of authorities."""
    of = by_number(len(names), "authority", "authorities")
    if not kept:
        yield f"No share of the budget is recorded for any of {of}."
        return
    years = {row["when"]: row["year"] for row in kept}
    first, last = years[min(years)], years[max(years)]
    yield f"Of each authority the latest year counts: {first if first == last else f'{first} to {last}'}."
    for row in row_dicts(by_type):
        kind = row.pop("rss_type")
        if len(names) == 1:
            band = _band(bands.get((kept[0]["area_code"], kind), ()))
            yield f"{label('rss_type', kind)}, {names[0]}: {_words(band)}."
            continue
        said = [f"{_words(band)} in {number:,}" for band, number in row.items() if number]
        yield f"{label('rss_type', kind)}, of {of}: {', '.join(said)}.{_beside(kind, bands)}"


def _words(band: str) -> str:
    return "not recorded" if band == "not_recorded" else label("spend_band", band).lower()


def _beside(kind: str, bands: _Bands) -> str:
    """Return the survey's finding beside what is known of the authorities of England; "" where nothing is."""
    english = [_band(said) for (code, of_kind), said in bands.items() if of_kind == kind and code.startswith("E")]
    known = [band for band in english if band != "unknown"]
    if not known:
        return ""
    under = sum(band in _UNDER for band in known)
    return (
        f" The survey of 2022 found under 5 %; of {by_number(len(known), 'English authority', 'English authorities')} "
        f"whose band is known, {by_number(under, 'is under 5 % or spends nothing', 'are under 5 % or spend nothing')}."
    )


def _cautions(names: Mapping[str, str], bands: _Bands, *, earlier: int, elsewhere: int) -> Iterator[str]:
    if any(code.startswith("E") for code in names):
        yield from _SURVEY
    yield "The shares of the six types are not added up: bands have no sum."
    twice = sum(len(said) > 1 for said in bands.values())
    if twice:
        yield (
            f"{by_number(twice, 'type has', 'types have')} two different bands for one authority and year: listed, and "
            "counted as not known. Put one right."
        )
    if earlier:
        yield f"{by_number(earlier, 'row of an earlier year is', 'rows of earlier years are')} left out."
    if elsewhere:
        rows = by_number(elsewhere, "row is", "rows are")
        yield f"{rows} for areas that are none of these authorities: a share of one budget is not that of another."
