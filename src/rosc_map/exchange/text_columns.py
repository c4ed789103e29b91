"""Columns of a CSV as bytes, a whole column at once: one number after another, Python takes ten times as long.

The rows of a table are the rows of one array of bytes (uint8), in which zeros are no characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Numbers", "Words", "written"]

Bytes = npt.NDArray[np.uint8]


class Column(Protocol):
    """A column of a table."""

    @property
    def width(self) -> int:
        """How many characters its widest cell may take."""

    def write(self, cells: Bytes) -> None:
        """Write itself into zeros, shape (rows, width)."""


@dataclass(frozen=True)
class Numbers:
    """Numbers with a fixed number of decimals; missing ones (NaN) are written as nothing.

    Attributes
    ----------
    values
        Smaller than 4,000,000,000 when their decimals are counted as whole numbers.
    decimals
        How many; 0 writes whole numbers, without a point.
    """

    values: npt.NDArray[np.float64]
    decimals: int = 0

    @property
    def width(self) -> int:
        """Of a sign, the digits and the point."""
        largest = np.nan_to_num(np.abs(self.values)).max(initial=0)
        return 1 + max(self.decimals + 1, len(f"{largest:.0f}") + self.decimals) + (self.decimals > 0)

    def write(self, cells: Bytes) -> None:
        """Write the digits from the last to the first."""
        known = np.isfinite(self.values)
        scaled = np.rint(np.where(known, self.values, 0) * 10**self.decimals)
        left = np.abs(scaled).astype(np.uint32)
        place = cells.shape[1] - 1
        written = 0
        while place:
            if written == self.decimals > 0:
                cells[:, place] = ord(".")
                place -= 1
            rest = left // np.uint32(10)
            digit = (left - rest * np.uint32(10) + np.uint32(ord("0"))).astype(np.uint8)
            # No zeros before the number.
            cells[:, place] = digit if written <= self.decimals else np.where(left == 0, 0, digit)
            left, place, written = rest, place - 1, written + 1
        cells[scaled < 0, 0] = ord("-")
        cells[~known] = 0


@dataclass(frozen=True)
class Words:
    """One of a few ASCII words in each row.

    Attributes
    ----------
    words
        The words.
    which
        The number of each row's word.
    """

    words: Sequence[str]
    which: npt.NDArray[np.integer[Any]]

    @property
    def width(self) -> int:
        """Of the longest word."""
        return max(map(len, self.words))

    def write(self, cells: Bytes) -> None:
        """Write the words from the left."""
        table = np.array([word.encode("ascii") for word in self.words], dtype=f"S{max(cells.shape[1], 1)}")
        cells[:] = table.view(np.uint8).reshape(len(table), -1)[self.which, : cells.shape[1]]


def written(columns: Sequence[Column], rows: int, mark: str) -> list[str]:
    """Return the cells of each row as text, with ``mark`` before each cell."""
    widths = [1 + column.width for column in columns]
    cells = np.zeros((rows, sum(widths) + 1), np.uint8)
    at = 0
    for column, width in zip(columns, widths, strict=True):
        cells[:, at] = ord(mark)
        column.write(cells[:, at + 1 : at + width])
        at += width
    cells[:, at] = ord("\n")
    text: str = cells[cells != 0].tobytes().decode("ascii")
    return text.split("\n")[:-1]
