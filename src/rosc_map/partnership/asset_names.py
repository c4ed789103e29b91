"""Finding a recorded asset by what a person calls it."""

import difflib
from collections import defaultdict

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.exchange import tells_of_person
from rosc_map.records import squash

__all__ = ["AssetNames"]

# Looking for near names takes a moment each; whoever hands in the wrong file gets enough hints from the first ones.
_MOST_HINTS = 200
_LONGEST_NAME = 500  # in characters; nothing longer is anybody's name


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
        self._hints: dict[str, str] = {}

    def find(self, text: str) -> str:
        """Return the id of the asset that is meant.

        Raises
        ------
        UnknownName
            When there is none, with near names; or more than one, with their ids. A text that may tell of a person (it
            holds a day or a long number) is not repeated.
        """
        if text in self._names:
            return text
        found = self._by_name.get(squash(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName(f"{text!r} is the name of {len(found)} assets. Write the id: {' or '.join(found[:5])}.")
        shown = "The name (not repeated here)" if tells_of_person(text) else repr(text)
        raise UnknownName(f"{shown} is not a recorded asset. {self._hint(squash(text))}")

    def name(self, identifier: str) -> str:
        """Return the name of an asset."""
        return str(self._names[identifier])

    def is_known(self, text: str) -> bool:
        """Whether a text is the id or the name of an asset, or of more than one."""
        return text in self._names or squash(text) in self._by_name

    def _hint(self, name: str) -> str:
        if name not in self._hints and len(self._hints) < _MOST_HINTS and len(name) <= _LONGEST_NAME:
            near = difflib.get_close_matches(name, self._by_name, n=2, cutoff=0.6)
            names = " or ".join(repr(self._names[self._by_name[one][0]]) for one in near)
            self._hints[name] = f"Did you mean {names}?" if near else ""
        return self._hints.get(name) or "Check how it is spelled, or give its id."
