"""Where words, such as a person's name, stand in a text, however somebody typed them."""

import re
from collections.abc import Iterator

from rosc_map.records.places_in_text import Folded, Span, cover, fold

__all__ = ["Mentions"]

_WORD = re.compile(r"[^\W_]+")
_LETTER, _DIGIT = r"[^\W\d_]", r"\d"


class Mentions:
    """Finds words in texts, as whole words only: "Ann" is not in "Annual".

    Case, accents and invisible characters do not count. Between the words may be any white space and punctuation, or
    nothing: "Jane Smith" is in "JANE  smith", "jane.smith@example.org" and "JaneSmith", and not in "Smith, Jane".

    Parameters
    ----------
    words
        What is looked for; without a letter or digit in it nothing is found.
    """

    def __init__(self, words: str) -> None:
        self.parts = tuple(_WORD.findall(words))
        """The single words, as they were typed."""
        self._parts = tuple(_WORD.findall(_low(words).text))
        joined = r"[\W_]*".join(map(re.escape, self._parts))
        # A figure may follow a name ("jane.smith7@"), and a letter a figure; more of the same would be another word.
        self._pattern = re.compile(f"(?<!{_kind(joined[:1])}){joined}(?!{_kind(joined[-1:])})")

    def find(self, text: str) -> list[Span]:
        """Return where the words stand in a text: begin and end of each place, in characters."""
        if not self._parts:
            return []
        if _is_plain(text):
            low = text.lower()
            # Most texts hold none of the words, and to ask for each of them is quicker than the pattern.
            return [one.span() for one in self._pattern.finditer(low)] if self._parts[0] in low else []
        return list(self._spans(text))

    def replace(self, text: str, mark: str) -> str:
        """Return a text with a mark in the place of the words; a text without them stays exactly as it is."""
        return cover(text, self.find(text), mark)

    def may_be_in(self, text: str) -> bool:
        """Whether one of the single words is in a text, also as a part of another word: quick, to pass over most."""
        low = text.lower() if _is_plain(text) else _low(text).text
        return any(part in low for part in self._parts)

    def _spans(self, text: str) -> Iterator[Span]:
        low = _low(text)
        for match in self._pattern.finditer(low.text):
            yield low.typed(match.span())


def _is_plain(text: str) -> bool:
    """Whether a text is compared letter by letter as it was typed: nothing in it is folded but capitals."""
    return text.isascii() and "%" not in text


def _low(text: str) -> Folded:
    folded = fold(text)
    if folded.text.isascii():
        return folded._replace(text=folded.text.lower())
    letters = [letter.casefold() for letter in folded.text]  # one may become two: ß is ss
    places = [place for place, letter in enumerate(letters) for _ in letter]
    return Folded("".join(letters), [folded.starts[p] for p in places], [folded.ends[p] for p in places])


def _kind(character: str) -> str:
    return _DIGIT if character.isdigit() else _LETTER
