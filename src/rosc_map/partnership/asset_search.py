"""Looking for assets by words, as one audience may find them; an index that is kept, never made anew for a question.

A word finds those that have it, or a longer one that begins with it, or one that is like it but for a slip of typing.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rosc_map.publish import Findable
from rosc_map.records.places_in_text import fold, tokens

__all__ = ["AssetSearch", "Hit", "words_of"]

_LONGEST_QUESTION = 12  # words: nobody types more, and each costs a look through all words
_LEAST_LIKE = 80
_LONG = 4  # letters: a shorter word is like too many others
_NONE: frozenset[str] = frozenset()
_EXACT, _BEGINS, _OTHER_TEXT = 100.0, 95.0, 0.9


@dataclass(frozen=True)
class Hit:
    """An asset that was found: its row, and words that it was found by although its page may not show them."""

    row: int
    doubtful: frozenset[str]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case, accents and marks."""
    return [token.owner_key for token in tokens(fold(text).text)]


class AssetSearch:
    """The words of all assets that one audience may find."""

    def __init__(self) -> None:
        self._assets: dict[int, Findable] = {}
        self._rows: dict[str, dict[int, float]] = defaultdict(dict)
        self._doubtful: dict[int, frozenset[str]] = {}

    def put(self, row: int, asset: Findable | None) -> None:
        """Take in what an asset is found by now; None where it is not found any more."""
        self.drop(row)
        if asset is None:
            return
        first, *others = [words_of(text) for text in asset.texts]
        sure = {word: _OTHER_TEXT for words in others for word in words} | dict.fromkeys(first, 1.0)
        doubtful = {word for text in asset.doubtful for word in words_of(text)} - set(sure)
        self._assets[row], self._doubtful[row] = asset, frozenset(doubtful)
        for word, weight in (sure | dict.fromkeys(doubtful, _OTHER_TEXT)).items():
            self._rows[word][row] = weight

    def drop(self, row: int) -> None:
        """Forget an asset."""
        asset = self._assets.pop(row, None)
        if asset is None:
            return
        words = {word for text in asset.texts for word in words_of(text)} | self._doubtful.pop(row)
        for word in words:
            self._rows[word].pop(row, None)
            if not self._rows[word]:
                del self._rows[word]

    def find(self, question: str, *, kind: str = "", area: str = "") -> list[Hit]:
        """Return what has every word of a question, best first; of a type, in or serving an area, where they are given.

        Without a word, all that there is, by name.
        """
        asked = list(dict.fromkeys(words_of(question)))[:_LONGEST_QUESTION]
        scores = self._scores(asked) if asked else dict.fromkeys(self._assets, (0.0, _NONE))
        found = [
            (-score, self._assets[row].name.casefold(), row, by)
            for row, (score, by) in scores.items()
            if kind in ("", self._assets[row].asset_type) and (not area or area in self._assets[row].areas)
        ]
        return [Hit(row, by & self._doubtful[row]) for _, _, row, by in sorted(found, key=lambda each: each[:3])]

    def knows(self, row: int) -> bool:
        """Whether the audience may find this asset at all."""
        return row in self._assets

    def id_of(self, row: int) -> str:
        """Return the id by which the audience knows an asset that was found."""
        return self._assets[row].id

    def _scores(self, asked: Iterable[str]) -> dict[int, tuple[float, frozenset[str]]]:
        """Return, of those that have every word, how well, and by which of their words."""
        found: dict[int, tuple[float, frozenset[str]]] | None = None
        for word in asked:
            best: dict[int, tuple[float, str]] = {}
            for known, score in self._alike(word):
                for row, weight in self._rows[known].items():
                    if score * weight > best.get(row, (0.0, ""))[0]:
                        best[row] = (score * weight, known)
            before = found if found is not None else dict.fromkeys(best, (0.0, _NONE))
            found = {
                row: (score + best[row][0], by | {best[row][1]}) for row, (score, by) in before.items() if row in best
            }
        return found or {}

    def _alike(self, word: str) -> list[tuple[str, float]]:
        alike = {known: _BEGINS for known in self._rows if known.startswith(word)}
        if len(word) >= _LONG:
            near = process.extract(word, list(self._rows), scorer=fuzz.ratio, score_cutoff=_LEAST_LIKE, limit=50)
            alike = {known: score for known, score, _ in near} | alike
        return list((alike | ({word: _EXACT} if word in self._rows else {})).items())
