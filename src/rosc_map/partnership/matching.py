"""Which recorded asset a name or a row means."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.records import squash

__all__ = ["AssetNames", "SameAsset", "own_key"]


def own_key(asset: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by what two rows of one file without an id are the same asset: the name, and the postcode or the area."""
    place = asset["postcode"] or asset["upper_tier_code"] or ",".join(sorted(asset["areas_served"]))
    return _name(asset["name"]), place


def _name(text: str) -> str:
    return squash(text).removeprefix("the ")


class SameAsset:
    """Finds the recorded assets that a row without a known id may mean.

    Parameters
    ----------
    recorded
        The recorded assets.
    """

    def __init__(self, recorded: Iterable[Mapping[str, Any]]) -> None:
        self._by_name: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for asset in recorded:
            self._by_name[_name(asset["name"])].append(asset)

    def find(self, row: Mapping[str, Any]) -> list[str]:
        """Return the ids of the assets of the same name that the row can mean: one, none, or several.

        With a postcode in the row: those with that postcode; failing that, those in its area that have no postcode (it
        was not known, or has been dropped because the place is hidden) or have asked to leave. Without one: those in
        its area. Without any place: all of that name.
        """
        same = self._by_name.get(_name(row["name"]), [])
        if row["postcode"]:
            exact = [asset for asset in same if asset["postcode"] == row["postcode"]]
            loose = [asset for asset in same if not asset["postcode"] or asset["listing"] == "declined"]
            same = exact or [asset for asset in loose if _near(asset, row)]
        elif _areas(row):
            same = [asset for asset in same if _near(asset, row)]
        return [asset["id"] for asset in same]

    def of_name(self, name: str) -> list[str]:
        """Return the ids of all recorded assets of that name that have not asked to leave."""
        return [asset["id"] for asset in self._by_name.get(_name(name), []) if asset["listing"] != "declined"]


def _areas(asset: Mapping[str, Any]) -> set[str]:
    return {asset["upper_tier_code"], *asset["areas_served"]} - {""}


def _near(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two assets may stand in the same area: an area in common, or none known of one of them."""
    return not _areas(one) or not _areas(other) or bool(_areas(one) & _areas(other))


class AssetNames:
    """Finds an asset by its id or its name.

    Parameters
    ----------
    assets
        Columns ``id`` and ``name``.
    """

    def __init__(self, assets: pd.DataFrame) -> None:
        self._names = dict(zip(assets["id"], assets["name"], strict=True))
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for identifier, name in self._names.items():
            self._by_name[squash(name)].append(identifier)

    def find(self, text: str) -> str:
        """Return the id of the asset that is meant.

        Raises
        ------
        UnknownName
            When there is none, with near names; or more than one, with their ids.
        """
        if text in self._names:
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
