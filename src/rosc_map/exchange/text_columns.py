"""Columns of a CSV as bytes, a whole column at once: one number after another, Python takes ten times as long.

A column is an array of bytes (uint8), a row of the table each and as wide as its widest cell; zeros are no characters.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Bytes", "joined", "number_column", "word_column"]

Bytes = npt.NDArray[np.uint8]


def number_column(values: npt.NDArray[np.float64], decimals: int = 0) -> Bytes:
    """Write numbers with a fixed number of decimals; missing ones (NaN) as nothing.

    Parameters
    ----------
    values
        Smaller than 4,000,000,000 when their decimals are counted as whole numbers.
    decimals
        How many; 0 writes whole numbers, without a point.
    """
    known = np.isfinite(values)
    scaled = np.rint(np.where(known, values, 0) * 10**decimals)
    left = np.abs(scaled).astype(np.uint32)
    digits = max(decimals + 1, len(str(left.max(initial=0))))
    cells = np.zeros((len(values), 1 + digits + (decimals > 0)), np.uint8)
    place = cells.shape[1]
    for written in range(digits):
        place -= 1
        if written == decimals > 0:
            cells[:, place] = ord(".")
            place -= 1
        rest = left // np.uint32(10)
        cells[:, place] = left - rest * np.uint32(10) + np.uint32(ord("0"))
        if written > decimals:
            cells[left == 0, place] = 0  # no zeros before the number
        left = rest
    cells[scaled < 0, 0] = ord("-")
    cells[~known] = 0
    return cells


def word_column(words: Sequence[str], which: npt.NDArray[np.intp]) -> Bytes:
    """Write one of a few ASCII words in each row: ``which`` is its number."""
    table = np.array([word.encode("ascii") for word in words], dtype=bytes)
    cells: Bytes = table.view(np.uint8).reshape(len(words), -1)[which]
    return cells


def joined(columns: Sequence[Bytes], mark: str) -> list[str]:
    """Return the cells of each row with ``mark`` before each."""
    between = np.full((len(columns[0]), 1), ord(mark), np.uint8)
    end = np.full_like(between, ord("\n"))
    parts = [part for column in columns for part in (between, column)]
    cells = np.concatenate([*parts, end], axis=1)
    text: str = cells[cells != 0].tobytes().decode("ascii")
    return text.split("\n")[:-1]
