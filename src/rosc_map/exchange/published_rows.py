"""What was published as rows of plain values: what the writers for other programs have in common."""

import datetime as dt
from typing import Any

import pandas as pd

from rosc_map.publish import Published
from rosc_map.records import row_dicts

__all__ = ["asset_columns", "asset_rows", "joined", "link_rows"]


def asset_columns(published: Published) -> list[str]:
    """Return the names of the published fields of an asset, but for the point: latitude and longitude say it too."""
    return [str(name) for name in published.assets.columns if name != "geometry"]


def asset_rows(published: Published) -> list[dict[str, Any]]:
    """Return the published fields of each asset that are known.

    Returns
    -------
    list of dict
        By field: text, float (degrees), bool, or tuple of text; a date is text (ISO). What is not known is left out.
    """
    table = pd.DataFrame(published.assets[asset_columns(published)])
    return [{name: _plain(value) for name, value in row.items() if _is_known(value)} for row in row_dicts(table)]


def link_rows(published: Published) -> list[dict[str, Any]]:
    """Return the published links, and the pairs of which a test asked and found no link.

    Returns
    -------
    list of dict
        ``from_asset``, ``to_asset`` (ids), ``from_name``, ``to_name``, ``evidence`` (text, "" for none), ``result``
        (``linked``, or ``not_found`` where nothing but a test that did not find it tells of it: such a pair is no link)
        and ``not_found_in_test`` (bool).
    """
    return [
        {
            **{name: str(row[name]) for name in ("from_asset", "to_asset", "from_name", "to_name", "evidence")},
            "result": "linked" if row["evidence"] else "not_found",
            "not_found_in_test": bool(row["not_found_in_test"]),
        }
        for row in row_dicts(published.links)
    ]


def joined(value: Any) -> Any:
    """Return several values as one text, parted as in our tables: no part has a semicolon in it."""
    return "; ".join(value) if isinstance(value, tuple) else value


def _is_known(value: Any) -> bool:
    return value is not None and value not in ("", ()) and value == value


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return tuple(map(str, value))
    return value.item() if hasattr(value, "item") else value
