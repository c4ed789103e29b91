"""One postcode as text: its standard form, the slips that can be read all the same, and the codes one slip away.

Nothing here knows which postcodes exist; see :mod:`rosc_map.place.postcodes.directory`.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, product

from rosc_map.errors import PostcodeMalformed

__all__ = [
    "INWARD_SHAPE",
    "OUTWARD_SHAPES",
    "OUTWARD_WORDS",
    "island",
    "near_misses",
    "normalise",
    "outward",
    "readings",
    "standard_form",
    "without_punctuation",
]

OUTWARD_SHAPES = ("A9", "A99", "AA9", "A9A", "AA99", "AA9A")
"""The outward halves there can be: A stands for a letter, 9 for a digit."""

OUTWARD_WORDS = ("GIR", "NPT")
"""The two outward halves that are of no such shape."""

INWARD_SHAPE = "9AA"


def _pattern(shape: str) -> str:
    return shape.translate({ord("A"): "[A-Z]", ord("9"): "[0-9]"})


_OUTWARD = "|".join([*map(_pattern, OUTWARD_SHAPES), *OUTWARD_WORDS])
_SHAPE = re.compile(f"({_OUTWARD})({_pattern(INWARD_SHAPE)})")
_DISTRICT = re.compile(_OUTWARD)
# What people put around and between the two halves, and what comes along from web pages and word processors.
# Not in it: ? and *, which stand for a character that somebody left out.
_AROUND = re.compile(r"[\s.,;:_'\"`()\[\]\u00ad\u2010-\u201f\u200b-\u200f\u2060\u2212\ufeff-]+")
_ASCII_AROUND = {code: None for code in range(128) if code != ord("\n") and _AROUND.fullmatch(chr(code))}
_LENGTHS = range(5, 8)
_LONGEST_SHOWN = 40

_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_AS_LETTER = {letter: letter for letter in _LETTERS} | {"0": "O", "1": "I"}
_AS_DIGIT = {digit: digit for digit in _DIGITS} | {"O": "0", "I": "1"}
_SHAPES = {
    length: [outward + INWARD_SHAPE for outward in OUTWARD_SHAPES if len(outward + INWARD_SHAPE) == length]
    for length in _LENGTHS
}
# Characters that are taken for one another, by eye or on the keyboard's neighbouring row.
_ALIKE = {frozenset(pair) for pair in ("O0", "I1", "L1", "IL", "S5", "Z2", "B8", "G6", "MN", "UV", "VW", "QO", "DO")}


def _squeezed(text: str) -> str:
    """Return the text in capitals without what stands around and between; "" where no postcode can be in it."""
    plain = _AROUND.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))
    return plain.upper() if plain.isascii() else ""


def without_punctuation(texts: list[str]) -> list[str]:
    """Return texts in capitals without what stands around and between, all at once: a fast first try.

    It reads ASCII only: for a text with another character, or with a line break, "" comes back.
    """
    plain = [text if text.isascii() and "\n" not in text else "" for text in texts]
    return "\n".join(plain).upper().translate(_ASCII_AROUND).split("\n") if plain else []


def standard_form(text: str) -> str:
    """Return a postcode in its standard form, such as ``TS1 2PA``, or "" where the text has no postcode's shape.

    Any case, spacing, punctuation around and between, and full-width characters are read; no character is changed.
    """
    found = _SHAPE.fullmatch(_squeezed(text))
    return f"{found[1]} {found[2]}" if found else ""


def normalise(text: str) -> str:
    """Write a postcode as its standard form, such as ``TS1 2PA``; any case and spacing is read.

    Raises
    ------
    PostcodeMalformed
        When it does not have the shape of a UK postcode.

    Examples
    --------
    >>> from rosc_map.place import normalise
    >>> normalise("rh41dw")
    'RH4 1DW'
    """
    standard = standard_form(text)
    if standard:
        return standard
    shown = text.strip()
    shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
    if _DISTRICT.fullmatch(_squeezed(text)):
        raise PostcodeMalformed(
            f"{shown!r} does not look like a UK postcode: it is only a postcode district. "
            "Give the whole postcode, written like TS1 2PA."
        )
    raise PostcodeMalformed(
        f"{shown!r} does not look like a UK postcode. A postcode is written like TS1 2PA: check it and try again."
    )


def outward(postcode: str) -> str:
    """Return the postcode district (outward code) of a postcode in standard form: ``TS1`` of ``TS1 2PA``.

    Examples
    --------
    >>> from rosc_map.place import outward
    >>> outward("RH4 1DW")
    'RH4'
    """
    return postcode.split(" ")[0]


_ISLANDS = {"JE": "Jersey", "GY": "Guernsey", "IM": "the Isle of Man"}


def island(postcode: str) -> str:
    """Return the island that a postcode in standard form is on when it is not in the United Kingdom, else ""."""
    return _ISLANDS.get(postcode[:2], "")


def readings(text: str) -> tuple[str, ...]:
    """Return the postcodes, in standard form, that a text can be read as.

    A text of a legal shape is read in one way only and never changed. Any other is read with O and 0, I and 1 in one
    another's place, in each way that gives a legal shape: ``TSI 2PA`` as ``TS1 2PA``.
    """
    squeezed = _squeezed(text)
    if _SHAPE.fullmatch(squeezed):
        return (f"{squeezed[:-3]} {squeezed[-3:]}",)
    found = dict.fromkeys(
        "".join(characters)
        for shape in _SHAPES.get(len(squeezed), ())
        if all(characters := [_as(kind, character) for kind, character in zip(shape, squeezed, strict=True)])
    )
    return tuple(f"{code[:-3]} {code[-3:]}" for code in found)


def _as(kind: str, character: str) -> str:
    return (_AS_LETTER if kind == "A" else _AS_DIGIT).get(character, "")


def near_misses(text: str) -> tuple[str, ...]:
    """Return the postcodes, in standard form, that are one slip away from a text, the likeliest slips first.

    A slip is two neighbours swapped, or one character replaced, left out or put in. At most a few hundred; none for a
    text that is too short or too long.
    """
    squeezed = _squeezed(text)
    if len(squeezed) - 1 not in _LENGTHS and len(squeezed) + 1 not in _LENGTHS:
        return ()
    found = (_SHAPE.fullmatch(code) for code in dict.fromkeys(_slips(squeezed)))
    return tuple(f"{match[1]} {match[2]}" for match in found if match and match.string != squeezed)


def _slips(code: str) -> Iterator[str]:
    """Yield all that is one slip away: swapped, taken for its like, one too many, another in its place, one too few."""
    # From the end: a slip in the last letters stays in the neighbourhood.
    places = range(len(code) - 1, -1, -1)
    replaced = [
        (code[:at] + new + code[at + 1 :], frozenset((code[at], new)) in _ALIKE)
        for at, new in product(places, _LETTERS + _DIGITS)
    ]
    return chain(
        (code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in places if at + 1 < len(code)),
        (changed for changed, alike in replaced if alike),
        (code[:at] + code[at + 1 :] for at in places),
        (changed for changed, alike in replaced if not alike),
        (code[:at] + new + code[at:] for at, new in product((len(code), *places), _LETTERS + _DIGITS)),
    )
