"""The diagram of a network too large to show single services: a mark a type, an arrow for the links between two."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.show._drawing import INK, LINE, SMALL, Chart, Sheet, wrapped
from rosc_map.show._marks import DIGIT, HALF_LINE, Box, draw_key, draw_marks, in_the_way, kinds_of

__all__ = ["type_diagram"]

_MIDDLE, _ACROSS, _DOWN = 180.0, 150.0, 190.0
_LARGEST, _LEAST = 14.0, 5.0
_WIDEST, _THINNEST = 3.6, 0.6
_BEND = 0.13
_FROM_HEAD = np.arange(20.0, 91.0, 5.0)
_GREY = "#767676"
_MOST_TOLD = 3

_Points = NDArray[np.float64]


def type_diagram(
    title: str, said: str, positions: pd.DataFrame, ends: NDArray[np.int_], *, text: str, foot: str
) -> Chart:
    """Draw the types of services, and how many links there are from each to each.

    A mark's area is the number of services of that type, an arrow's width the number of links, which is written on it.
    The links between services of one type are in the key: an arrow from a mark to itself would tell nothing more.

    Parameters
    ----------
    title, said
        What stands above, and what the picture is of.
    positions
        ``type``: one row a service.
    ends
        Both ends of each link as rows of ``positions``, shape (links, 2).
    text
        What to tell first to whoever does not see it.
    foot
        What the picture for slides is of.
    """
    kinds = kinds_of(positions["type"])
    links = _between(kinds, positions["type"], ends)
    lines = wrapped(said, 54, most=6)
    sheet = Sheet(title, foot, 2 * (_DOWN + _LARGEST) + LINE * (len(kinds) + len(lines)) + 26)
    sheet.write(14, sheet.top, "\n".join(lines), size=SMALL)
    top = sheet.top + LINE * len(lines) + _LARGEST + 8
    places = _on_a_ring(len(kinds), top + _DOWN)
    radii = {kind: max(_LEAST, _LARGEST * (count / max(kinds.values())) ** 0.5) for kind, count in kinds.items()}
    _arrows(sheet, places, list(radii.values()), links)
    for place, (kind, radius) in zip(places, radii.items(), strict=True):
        draw_marks(sheet, [place], kind, radius)
    inside = zip(kinds.items(), links.diagonal().tolist(), strict=True)
    key = {kind: f"{count:,} ({among:,})" for (kind, count), among in inside}
    draw_key(sheet, key, top + 2 * _DOWN + _LARGEST + 20)
    return sheet.finish(f"{text} {_text(list(kinds), links)} {said}")


def _between(kinds: dict[str, int], types: "pd.Series[str]", ends: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return how many links there are from each type to each, shape (types, types)."""
    order = {kind: at for at, kind in enumerate(kinds)}
    of = types.map(order).to_numpy(int)
    found = np.zeros((len(kinds), len(kinds)), int)
    np.add.at(found, (of[ends[:, 0]], of[ends[:, 1]]), 1)
    return found


def _on_a_ring(count: int, middle: float) -> _Points:
    """Return the places of the types, clockwise from the top, shape (types, 2)."""
    turns = np.arange(count) * 2 * np.pi / max(count, 1)
    return np.column_stack([_MIDDLE + _ACROSS * np.sin(turns), middle - _DOWN * np.cos(turns)])


def _arrows(sheet: Sheet, places: _Points, radii: list[float], links: NDArray[np.int_]) -> None:
    """Draw the arrows between two types, the widest first, so that a thin one is seen above it; then their numbers."""
    pairs = [(int(links[start, end]), start, end) for start, end in np.argwhere(links) if start != end]
    most = max((count for count, *_ in pairs), default=1)
    taken: list[Box] = [(x, y, radius, radius) for (x, y), radius in zip(places.tolist(), radii, strict=True)]
    for count, start, end in sorted(pairs, reverse=True):
        bent = _bent(places[start], places[end])
        _arrow(sheet, bent, radii[end], max(_THINNEST, _WIDEST * count / most))
        taken.append(_number(sheet, bent, radii[end], f"{count:,}", taken))


def _bent(start: _Points, end: _Points) -> _Points:
    """Return start, bend and end: the way there and the way back lie apart."""
    return np.array([start, (start + end) / 2 + _BEND * (end - start)[::-1] * (1, -1), end])


def _arrow(sheet: Sheet, bent: _Points, radius: float, width: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    start, bend, end = bent
    back = (bend - end) / np.hypot(*(bend - end))
    tip, neck = end + back * (radius + 1), end + back * (radius + 5 + width)
    across = back[::-1] * (1, -1) * (2 + 0.7 * width)
    line = Outline([start, bend, neck], [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3])
    # With a white edge, lines that cross can be told apart.
    for colour, wide in (("white", width + 1.2), (_GREY, width)):
        sheet.add(PathPatch(line, fill=False, edgecolor=colour, linewidth=wide))
    sheet.add(PathPatch(Outline([tip, neck + across, neck - across, tip]), facecolor=INK, linewidth=0))


def _number(sheet: Sheet, bent: _Points, radius: float, words: str, taken: list[Box]) -> Box:
    """Write the number of an arrow on it, as near to its head as there is room, and return where."""
    start, bend, end = bent
    parts = 1 - np.minimum((radius + _FROM_HEAD) / np.hypot(*(end - start)), 0.6)[:, None]
    ways = (1 - parts) ** 2 * start + 2 * parts * (1 - parts) * bend + parts**2 * end
    wide = DIGIT * len(words) / 2
    best = min(((x, y, wide, HALF_LINE) for x, y in ways.tolist()), key=lambda box: in_the_way(box, taken))
    behind = {"boxstyle": "square,pad=0", "facecolor": "white", "edgecolor": "none"}
    sheet.write(best[0], best[1], words, ha="center", va="center_baseline", size=SMALL, zorder=4, bbox=behind)
    return best


def _text(kinds: list[str], links: NDArray[np.int_]) -> str:
    """Say how many links are within one type, and from which type to which are most."""
    inside = int(links.diagonal().sum())
    between = links - np.diag(links.diagonal())
    order = np.argsort(-between, axis=None, kind="stable")[:_MOST_TOLD]
    pairs = [(int(start), int(end)) for start, end in zip(*np.unravel_index(order, links.shape), strict=True)]
    most = [f"{kinds[start]} to {kinds[end]}, {between[start, end]:,}" for start, end in pairs if between[start, end]]
    told = f" The widest arrows: {'; '.join(most)}." if most else ""
    return f"{inside:,} of these links are within one type.{told}"
