"""Many postcodes at once: from text to the two numbers that a postcode is looked up by.

All texts of a chunk become one run of bytes, one of 39 classes each; the last seven of each text are then read as one
64-bit word, and pairs of them are looked up in small tables. That costs some 40 ns a postcode, most of it in joining
the texts.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.place.postcodes.text import OUTWARD_SHAPES, OUTWARD_WORDS

__all__ = [
    "INWARDS",
    "OUTWARDS",
    "are_postcodes",
    "as_texts",
    "halves",
    "inward_texts",
    "legal_outwards",
    "outward_text",
]

Ints = npt.NDArray[np.int64]

_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_SYMBOLS = " " + _LETTERS + _DIGITS
_SIZE = len(_SYMBOLS)
_END, _OTHER = _SIZE, _SIZE + 1

OUTWARDS = 27 * _SIZE**3
"""How many outward halves can be written in four places: blank or letter, then thrice blank, letter or digit."""

INWARDS = 10 * 26 * 26
"""How many inward halves can be written: a digit and two letters."""

_NEVER = -(2**40)  # added to anything, it stays below zero
_SPACES = b" \t\r\v\f"
_LONGEST = 7


def _classes() -> bytes:
    table = bytearray([_OTHER]) * 256
    for number, symbol in enumerate(_SYMBOLS[1:], start=1):
        table[ord(symbol)] = table[ord(symbol.lower())] = number
    table[ord("\n")] = _END
    return bytes(table)


_CLASS = _classes()


def _pairs(first: Ints, second: Ints) -> Ints:
    """Return the table of two neighbouring bytes as they stand in a little-endian word: first + 256 × second."""
    table = np.full((256, 256), _NEVER, dtype=np.int64)
    table[: len(second), : len(first)] = second[:, np.newaxis] + first[np.newaxis, :]
    return table[: _OTHER + 1].ravel()


@cache
def _tables() -> tuple[Ints, Ints, Ints, Ints]:
    """Return the tables of the four pairs: two of the outward half, and the inward half with the end of the text."""
    symbol = np.arange(_OTHER + 1, dtype=np.int64)
    is_letter, is_digit = (symbol >= 1) & (symbol <= 26), (symbol > 26) & (symbol < _SIZE)
    any_symbol = np.where(symbol < _SIZE, symbol, _NEVER)
    letter = np.where(is_letter, symbol - 1, _NEVER)
    digit = np.where(is_digit, symbol - 27, _NEVER)
    start = np.where(symbol <= 26, symbol, _NEVER)
    end = np.where(symbol == _END, 0, _NEVER)
    return (
        _pairs(start * _SIZE**3, any_symbol * _SIZE**2),
        _pairs(any_symbol * _SIZE, any_symbol),
        _pairs(digit * 676, letter * 26),
        _pairs(letter, end),
    )


def as_texts(values: Iterable[Any]) -> list[Any]:
    """Return a new list of what was handed in: a list, a pandas Series, a numpy array or any other iterable.

    Raises
    ------
    InputError
        For a single text, whose letters would else be taken for postcodes, and for a table or an array of several
        dimensions, of which nobody could tell which answer is whose.
    """
    dimensions = getattr(values, "ndim", 1)
    if isinstance(values, str | bytes) or dimensions == 0:
        raise InputError("A list of postcodes is needed, and a single text was given. Put it into a list.")
    if dimensions > 1:
        raise InputError("A list of postcodes is needed, and a table was given. Give the one column that holds them.")
    if hasattr(values, "to_numpy"):
        values = values.to_numpy(dtype=object)
    if isinstance(values, np.ndarray):
        if values.dtype.kind == "S":
            values = np.char.decode(values, "ascii", "replace")
        values = values.tolist()
    return list(values)


def _lines(texts: list[Any]) -> bytes:
    """Return the texts as classes, spaces dropped, each with an end after it and seven ends before the first."""
    try:
        joined = "\n".join(["\n" * (_LONGEST - 1), *texts, ""])
    except TypeError:
        # Something in it is no text, such as an empty cell of a table: it is no postcode either.
        return _lines([text if isinstance(text, str) else "" for text in texts])
    return joined.encode("ascii", "replace").translate(_CLASS, _SPACES)


def halves(texts: list[Any]) -> tuple[Ints, Ints]:
    """Read postcodes in any case and spacing.

    Parameters
    ----------
    texts
        Texts; anything else counts as a text that is no postcode.

    Returns
    -------
    outward, inward
        Integers, one a text: below ``OUTWARDS`` and ``INWARDS``, and below zero for a half that cannot be one. Whether
        an outward half has a legal shape is told by :func:`legal_outwards`, and of both by :func:`are_postcodes`.
    """
    line = _lines(texts)
    ends = np.flatnonzero(np.frombuffer(line, np.uint8) == _END)
    if len(ends) != len(texts) + _LONGEST:
        # A line break inside a text would move all that follow to another row.
        return halves([text.replace("\n", " ") if isinstance(text, str) else "" for text in texts])
    ends = ends[_LONGEST - 1 :]
    # All eight-byte words of the line, at every byte; one ends at the end of each text.
    windows: npt.NDArray[np.uint64] = np.ndarray(len(line) - 7, "<u8", buffer=line, strides=(1,))
    words = windows[ends[1:] - 7]
    # Blank out what belongs to the text before. A text of more than seven characters makes a shift below zero, which
    # as an unsigned number is beyond 64 bits: all becomes blank, and blank is no postcode.
    surplus = ((_LONGEST + 1 - np.diff(ends)) * 8).view(np.uint64)
    pairs = ((words >> surplus) << surplus).view("<u2").reshape(-1, 4)
    first, second, third, fourth = (
        table.take(pair, mode="clip") for table, pair in zip(_tables(), pairs.T, strict=True)
    )
    return first + second, third + fourth


@cache
def legal_outwards() -> npt.NDArray[np.bool_]:
    """Return whether each of the ``OUTWARDS`` has a legal shape, see :data:`OUTWARD_SHAPES`, or is GIR or NPT."""
    legal = np.zeros((27, _SIZE, _SIZE, _SIZE), dtype=bool)
    kinds = {" ": slice(0, 1), "A": slice(1, 27), "9": slice(27, _SIZE)}
    for shape in OUTWARD_SHAPES:
        legal[tuple(kinds[kind] for kind in shape.rjust(4))] = True
    for word in OUTWARD_WORDS:
        legal[tuple(_SYMBOLS.index(character) for character in word.rjust(4))] = True
    return legal.ravel()


def are_postcodes(outward: Ints, inward: Ints) -> npt.NDArray[np.bool_]:
    """Return whether halves, as :func:`halves` gives them, are those of postcodes of a legal shape."""
    return (outward >= 0) & (inward >= 0) & legal_outwards().take(outward, mode="clip")


def outward_text(number: int) -> str:
    """Return the outward half that a number below ``OUTWARDS`` stands for."""
    places = np.unravel_index(number, (27, _SIZE, _SIZE, _SIZE))
    return "".join(_SYMBOLS[place] for place in places).strip()


@cache
def inward_texts() -> npt.NDArray[np.object_]:
    """Return the texts of all ``INWARDS``, in order."""
    texts = [f"{digit}{one}{two}" for digit in _DIGITS for one in _LETTERS for two in _LETTERS]
    return cast("npt.NDArray[np.object_]", np.array(texts, dtype=object))
