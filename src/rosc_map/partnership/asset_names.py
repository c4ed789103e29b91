"""Finding a recorded asset by what a person calls it."""

import difflib
from collections import defaultdict

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.records import squash

__all__ = ["AssetNames"]


class AssetNames:
    """Finds an asset by its id or its name.

    Parameters
    ----------
    assets
        Columns ``id``, ``name`` and ``other_names``.
    """

    def __init__(self, assets: pd.DataFrame) -> None:
        self._names = dict(zip(assets["id"], assets["name"], strict=True))
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for identifier, name, others in zip(assets["id"], assets["name"], assets["other_names"], strict=True):
            for known in dict.fromkeys(squash(text) for text in (name, *others)):
                self._by_name[known].append(identifier)

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
        hint = f"Did you mean {names}?" if near else "Check how it is spelled, or give its id."
        raise UnknownName(f"{text!r} is not a recorded asset. {hint}")
