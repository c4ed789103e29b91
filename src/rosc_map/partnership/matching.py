"""Which recorded asset a name or a row means."""

import difflib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import UnknownName

__all__ = ["AssetNames", "place_keys", "squash"]


def squash(name: str) -> str:
    """Return a name as it is compared: case, spacing and marks do not count."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def place_keys(asset: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what makes two rows without an id the same asset: the name with the postcode; failing that, with the area.

    The first is what an asset is known by. The others are tried too, because an asset may have been recorded before
    anybody knew its postcode, or may have become hidden since.
    """
    served = ",".join(sorted(asset["areas_served"]))
    name = squash(asset["name"]) or asset["name"]
    places = [place for place in (asset["postcode"], asset["upper_tier_code"], served) if place]
    return tuple((name, place) for place in places) or ((name, ""),)


class AssetNames:
    """Finds an asset by its id or its name.

    Parameters
    ----------
    assets
        Columns ``id`` and ``name``.
    """

    def __init__(self, assets: pd.DataFrame) -> None:
        self._ids = set(assets["id"])
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._names = dict(zip(assets["id"], assets["name"], strict=True))
        for identifier, name in self._names.items():
            self._by_name[squash(name)].append(identifier)

    def find(self, text: str) -> str:
        """Return the id of the asset that is meant.

        Raises
        ------
        UnknownName
            When there is none, with near names; or more than one, with their ids.
        """
        if text in self._ids:
            return text
        found = self._by_name.get(squash(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName(f"{text!r} is the name of {len(found)} assets. Write the id: {' or '.join(found[:5])}.")
        near = difflib.get_close_matches(squash(text), self._by_name, n=2, cutoff=0.6)
        names = " or ".join(repr(self._names[self._by_name[name][0]]) for name in near)
        raise UnknownName(
            f"{text!r} is not a recorded asset. {f'Did you mean {names}?' if near else 'Import it first.'}"
        )
