"""The marks of a diagram: the shapes and colours of the map's symbols, and the key that says which is which."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rosc_map.records import codelist
from rosc_map.show._drawing import INK, LINE, SMALL, Sheet, wrapped
from rosc_map.show._symbols import Symbol, symbol

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

__all__ = ["DIGIT", "HALF_LINE", "RADIUS", "Box", "draw_key", "draw_marks", "in_the_way", "kinds_of", "outline"]

RADIUS = 6.5
"""Of a mark in the key, in points."""

DIGIT, HALF_LINE = 7.0, 5.0
"""How wide a digit of a number beside a mark is, and half of how high, in points."""

Box = tuple[float, float, float, float]
"""Middle across, middle down, half of the width, half of the height."""


@cache
def _codes() -> Mapping[str, str]:
    return {entry.label: code for code, entry in codelist("asset_type").items()}


def kinds_of(types: "pd.Series[str]") -> dict[str, int]:
    """Return how many services there are of each type, in the order of the codelist; other types come last."""
    counts = types.value_counts()
    order = [*_codes(), *sorted(set(counts.index) - set(_codes()))]
    return {kind: int(counts[kind]) for kind in order if kind in counts.index}


def draw_marks(sheet: Sheet, places: ArrayLike, kind: str, radius: float) -> None:
    """Draw marks of one type at places, shape (marks, 2), in points of the sheet."""
    look, at = symbol(_codes().get(kind, "")), np.asarray(places, float)
    sheet.paper.scatter(
        at[:, 0],
        at[:, 1],
        s=(2 * radius) ** 2,
        marker=outline(look),
        color=look.colour,
        edgecolors=INK,
        linewidths=0.8,
        zorder=3,
    )


def outline(look: Symbol) -> "Outline":
    """Return the shape of the map's symbol: straight lines, or a circle where it has an arc."""
    from matplotlib.path import Path as Outline

    if "A" in look.path:
        return Outline.unit_circle()
    corners: list[tuple[float, float]] = []
    for step, numbers in re.findall(r"([MLHV])([^MLHVZ]*)", look.path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if step in "ML":
            corners += zip(values[::2], values[1::2], strict=True)
        else:
            x, y = corners[-1]
            corners.append((values[0], y) if step == "H" else (x, values[0]))
    # On a web page y goes down, in a mark it goes up.
    return Outline(np.array([*corners, corners[0]]) * (1, -1), closed=True)


def draw_key(sheet: Sheet, said: Mapping[str, str], top: float) -> None:
    """Write a line for each type: its mark, its name, and what is said of it."""
    for line, (kind, words) in enumerate(said.items()):
        y = top + LINE * line
        draw_marks(sheet, [(22.0, y)], kind, RADIUS)
        # What is said is never cut off; a long name may be.
        name = wrapped(kind, 54 - len(words), most=1)[0]
        sheet.write(36, y, f"{name}: {words}", size=SMALL, va="center")


def in_the_way(box: Box, taken: Sequence[Box]) -> int:
    """Return how many of the boxes that are taken a box would cover in part."""
    x, y, wide, high = box
    return sum(abs(x - at) < wide + half and abs(y - level) < high + tall for at, level, half, tall in taken)
