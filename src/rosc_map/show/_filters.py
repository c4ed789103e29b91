"""What the assets of a map can be filtered by, beside their type."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from rosc_map.records import Asset, codelist, label

__all__ = ["filter_facts"]

_CODED = {"rss_types": "rss_type", "led_by": "led_by"}
_NOT_KNOWN = "Not known"
_MONTHS = 6
_FRESHNESS = (f"Checked within {_MONTHS} months", "Checked longer ago", "No check noted")


def filter_facts(assets: pd.DataFrame, as_at: dt.date) -> list[dict[str, Any]]:
    """Return the filters in which anything is known of any asset.

    Parameters
    ----------
    assets
        As in :class:`rosc_map.publish.published.Published`.
    as_at
        The day from which six calendar months are counted back, that day of the month included, as in
        :func:`rosc_map.gaps.freshness`. A check after it is a slip and proves nothing.

    Returns
    -------
    list of dict
        ``key`` (``rss_types``, ``led_by``, ``freshness``), ``label``, ``options`` (words), and ``of``: for each asset
        the numbers of its options, one or more.
    """
    specs = Asset.specs()
    found = [_coded(assets[name], name, specs[name].label) for name in _CODED if name in assets.columns]
    if "verified_on" in assets.columns:
        found.append(_freshness(assets["verified_on"], as_at))
    return [each for each in found if each is not None]


def _coded(column: Iterable[Any], name: str, words: str) -> dict[str, Any] | None:
    """Return a filter by the codes of a codelist; what nobody said, and what is withheld, is "Not known"."""
    said = [tuple(value) if isinstance(value, tuple | list) else (value,) for value in column]
    codes = [code for code in codelist(_CODED[name]) if code != "unknown"]
    occurring = [code for code in codes if any(code in each for each in set(said))]
    if not occurring:
        return None
    options = [label(_CODED[name], code) for code in occurring]
    numbers = {each: [occurring.index(code) for code in occurring if code in each] for each in set(said)}
    rest = [] if all(numbers.values()) else [_NOT_KNOWN]
    of = [numbers[each] or [len(options)] for each in said]
    return {"key": name, "label": words, "options": options + rest, "of": of}


def _freshness(column: Iterable[Any], as_at: dt.date) -> dict[str, Any] | None:
    since = (pd.Timestamp(as_at) - pd.DateOffset(months=_MONTHS)).date()
    numbers = [2 if pd.isna(day) or day > as_at else int(day < since) for day in column]
    if all(number == 2 for number in numbers):
        return None
    return {"key": "freshness", "label": "How fresh", "options": [*_FRESHNESS], "of": [[each] for each in numbers]}
