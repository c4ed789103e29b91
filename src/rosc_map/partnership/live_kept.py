"""What a server keeps for each audience beside the assets themselves: an index, secrets, what may be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rosc_map.partnership.asset_search import AssetSearch, words_of
from rosc_map.partnership.matching import SameAsset
from rosc_map.publish import Secrets

__all__ = ["Compared", "ForAudience", "still_alike", "words_shown"]

_MASKED = ("name", "other_names", "phone", "email", "website")


@dataclass
class ForAudience:
    """What is kept for one audience: what it may find, the rows that keep something from it, the rows to look at."""

    search: AssetSearch
    secret: set[int]
    changed: set[int]
    secrets: Secrets | None = None
    compared: "Compared | None" = None
    to_compare: set[int] = field(default_factory=set)


@dataclass
class Compared:
    """What an audience may compare another entry with, by row and in an index."""

    same: SameAsset
    compared: dict[int, dict[str, Any]]

    def take_in(self, number: int, told: dict[str, Any]) -> None:
        """Take in what another entry may be compared with of the asset of a row."""
        self.compared[number] = told
        self.same.add_all(told)

    def take_out(self, numbers: Iterable[int]) -> None:
        """Forget the assets of some rows."""
        for number in numbers:
            told = self.compared.pop(number, None)
            if told is not None:
                self.same.remove(told)


def still_alike(compared: Mapping[str, Any], shown: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether an asset is like a row by what is shown of it: a word of its name may be another's secret."""
    told = {name: shown[name] for name in _MASKED if name in shown}
    if all(told[name] == compared[name] for name in told):
        return True
    return bool(SameAsset([{**compared, **told}]).alike(row))


def words_shown(asset: Mapping[str, Any]) -> set[str]:
    """Return the words by which a shown asset may be found although they stand in doubtful texts."""
    return {word for text in (*asset.get("other_names", ()), asset["place"]) for word in words_of(text)}
