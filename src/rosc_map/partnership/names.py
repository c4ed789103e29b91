"""How two names are compared: the same, alike enough to ask, or two.

*The same*: equal once case, accents, marks, the order of words, "the" and "CIC" are gone, or at least ``SAME_NAME``
alike (rapidfuzz's ``token_sort_ratio``) and apart only by slips of the pen within words. Names whose numbers, weekdays
or short words ("AA", "NA") differ are never the same. *Alike*: from ``LIKE_NAME`` on.

The thresholds were measured on ``tests/partnership/name_pairs.csv``, 42 pairs of names: no two different assets of it
are taken for one, and no two spellings of one pass without a question.
"""

import functools
import re
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz

from rosc_map.records import squash
from rosc_map.records.places_in_text import fold, tokens

__all__ = ["LIKE_NAME", "SAME_NAME", "Like", "Name", "compare_names"]

SAME_NAME = 92
"""From here on two names are one with a slip of the pen. At 90 "Teesside Recovery College" and "Collective" (90.6)
would be merged; the slips of the table that lie below ("Hope Huose", 90.0) are asked about."""

LIKE_NAME = 80
"""From here on somebody is asked. Higher, "Lighthouse" and "Light House Community Centre" (80.0) would be doubled in
silence; lower, every two groups of one hall would be asked about ("Build on Belief Ealing", 77.4)."""

_SLIP = 75
"""Two words so alike may be one word with a slip: one letter of four. "Sunday" and "Monday" are told apart before."""

_SHORT = 3
_UNTOLD = {"the", "and", "of", "at", "in", "for", "on", "cic", "cio", "ltd", "limited", "plc"}
_TELLING = {
    "women", "morning", "afternoon", "evening", "north", "south", "east", "west", "online",
    "first", "second", "third", "three", "four", "five", "seven", "eight", "nine",
}  # fmt: skip
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:s|sday|rs|rsday|nesday|urday|day)?s?")
_SHORTER = {
    "alcoholics anonymous": "aa", "narcotics anonymous": "na", "cocaine anonymous": "ca", "mens": "men",
    "womens": "women",
}  # fmt: skip


class Like(IntEnum):
    """How far two names, or two places, are one."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True)
class Name:
    """A name as it is compared.

    Attributes
    ----------
    key
        Its words, sorted: two names with one key are the same.
    words
        The words.
    marks
        Those that tell assets apart however alike the rest is: numbers, weekdays, words of up to three letters.
    """

    key: str
    words: tuple[str, ...]
    marks: frozenset[str]

    @staticmethod
    @functools.lru_cache(maxsize=50_000)
    def of(text: str) -> "Name":
        """Read a name."""
        found = f" {' '.join(token.owner_key for token in tokens(fold(text).text))} "
        for long, short in _SHORTER.items():
            found = found.replace(f" {long} ", f" {short} ")
        words = tuple(sorted(_weekday(word) for word in found.split() if word not in _UNTOLD)) or (squash(text),)
        return Name(" ".join(words), words, frozenset(word for word in words if _tells(word)))


def _weekday(word: str) -> str:
    found = _WEEKDAY.fullmatch(word)
    return found[1] if found else word


def _tells(word: str) -> bool:
    return len(word) <= _SHORT or word in _TELLING or any(letter.isdigit() for letter in word)


def compare_names(one: Name, other: Name) -> Like:
    """Say how far two names are one: YES the same, MAYBE somebody has to be asked, NO they are two."""
    if one.key == other.key:
        return Like.YES
    score = fuzz.ratio(one.key, other.key, score_cutoff=LIKE_NAME)
    if not score or (one.marks - other.marks and other.marks - one.marks):
        return Like.NO
    return Like.YES if score >= SAME_NAME and one.marks == other.marks and _slips(one, other) else Like.MAYBE


def _slips(one: Name, other: Name) -> bool:
    """Whether two names have word for word the same, but for letters: "Hope House" and "Hope House Cafe" have not."""
    here, there = Counter(one.words), Counter(other.words)
    left, right = sorted((here - there).elements()), sorted((there - here).elements())
    return len(left) == len(right) and all(fuzz.ratio(a, b) >= _SLIP for a, b in zip(left, right, strict=True))
