"""Columns as they travel in the page: what occurs is written once, and each cell is the number of what it says.

A map of 20,000 assets names a few hundred authorities; ``read.js`` gives each cell its text back, and all cells that
say the same share one text in the memory of the browser.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

__all__ = ["packed", "packed_assets"]

_TEXTS = ("place", "local_authority", "upper_tier", "website", "email", "phone", "source_url", "source_date")


def packed(cells: Sequence[Any]) -> Sequence[Any] | dict[str, list[Any]]:
    """Return a column as ``{"v": what occurs, "i": the number of each cell}``, or as it is where little occurs twice.

    The number of a cell is its place in ``v``, the most frequent first; where all cells are alike ``i`` is empty.

    Parameters
    ----------
    cells
        Texts, whole numbers or tuples of whole numbers.
    """
    found = [cell for cell, _ in Counter(cells).most_common()]
    if len(found) > 1 and len(found) > len(cells) / 2:
        return cells
    number = {cell: at for at, cell in enumerate(found)}
    return {"v": found, "i": [number[cell] for cell in cells] if len(found) > 1 else []}


def packed_assets(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a map with the columns of its assets packed; the facts themselves stay as they are."""
    assets = facts["assets"]
    columns = {name: packed(assets[name]) for name in (*_TEXTS, "verified_on", "about")}
    fields = [field | {"values": packed(field["values"])} for field in assets["fields"]]
    filters = [each | {"of": packed([tuple(numbers) for numbers in each["of"]])} for each in facts["filters"]]
    return facts | {"assets": assets | columns | {"fields": fields}, "filters": filters}
