"""The pictures of the referral network (METHODS §2): what can be reached, and who refers to whom.

No meaning hangs on a colour: bars have their numbers written beside them, and each type of service has a shape.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.records import codelist, counted, percent
from rosc_map.show._drawing import BLUE, GRID, INK, LINE, SMALL, Chart, Sheet, drawing, wrapped
from rosc_map.show._symbols import Symbol, symbol

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

__all__ = ["NUMBERED", "diagram", "handoff_chart", "of_all"]

NUMBERED = 64
"""Up to so many services the marks of a diagram have numbers: more could not be told apart on a telephone."""

_BAR_FROM, _BAR_WIDTH, _BAR_HEIGHT = 88.0, 126.0, 11.0
_PALE = "#bcd8e8"
_FIELD_FROM, _FIELD_WIDTH, _FIELD_HEIGHT = 32.0, 296.0, 400.0
_RADIUS = 6.5
_HEAD, _HALF_HEAD = 6.0, 2.4
_AT_ONCE = 500  # lines in one path: the program that draws refuses a path of too many parts
_DIGIT, _HALF_LINE = 7.0, 5.0
_AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))

_Places = NDArray[np.float64]
_Box = tuple[float, float, float, float]


def of_all(count: int, of: int) -> str:
    """Return a count with its denominator, and its share where there is one: 12 of 40 (30 %)."""
    return f"{count:,} of {of:,} ({percent(count / of)})" if of else f"{count:,} of {of:,}"


# --- what can be reached ----------------------------------------------------------------------------------------------


def handoff_chart(handoffs: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw how many services can hand somebody on to each type, in one handoff and within two: two bars a type.

    Parameters
    ----------
    handoffs
        ``type`` (words), ``services`` (of how many), ``one``, ``two`` (counts of services), as
        :class:`rosc_map.publish.network_types.PublishedNetwork` has them.
    foot
        What the picture for slides is of, since it is shown without its page.
    """
    columns = (handoffs["type"].map(str), *(handoffs[name].map(int) for name in ("services", "one", "two")))
    rows = list(zip(*columns, strict=True))
    labels = [wrapped(kind, 46) for kind, *_ in rows]
    heights = [LINE * len(label) + 50 for label in labels]
    with drawing():
        sheet = Sheet("Services that can hand somebody on to each type of support", foot, sum(heights))
        y = sheet.top
        for (_, services, one, two), label, height in zip(rows, labels, heights, strict=True):
            sheet.write(14, y, "\n".join(label), linespacing=1.15)
            below = y + LINE * len(label) + 4
            _bar(sheet, below, "in one", one, services, BLUE, "")
            _bar(sheet, below + 17, "within two", two, services, _PALE, "////")
            y += height
        said = [
            f"{kind}: in one handoff {of_all(one, services)}, within two {of_all(two, services)}."
            for kind, services, one, two in rows
        ]
        return sheet.finish(" ".join(["How many services can hand somebody on, by type.", *said]))


def _bar(sheet: Sheet, y: float, words: str, count: int, of: int, colour: str, hatch: str) -> None:
    """Draw one bar on the track of all services, its words before it and its numbers behind it."""
    from matplotlib.patches import Rectangle

    sheet.write(14, y, words, size=SMALL)
    at = (_BAR_FROM, y)
    sheet.paper.add_patch(Rectangle(at, _BAR_WIDTH, _BAR_HEIGHT, facecolor="white", edgecolor=GRID))
    if count:
        length = _BAR_WIDTH * count / of
        sheet.paper.add_patch(
            Rectangle(at, length, _BAR_HEIGHT, facecolor=colour, edgecolor=BLUE, hatch=hatch, linewidth=0.8)
        )
    sheet.write(_BAR_FROM + _BAR_WIDTH + 6, y, of_all(count, of), size=SMALL)


# --- who refers to whom -----------------------------------------------------------------------------------------------


def diagram(positions: pd.DataFrame, links: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw the network: a mark a service, by its type, and a thin line with an arrowhead for each link.

    Parameters
    ----------
    positions
        ``id``, ``type`` (the label of an asset type), ``x``, ``y`` (from 0 to 1, y upwards). Up to :data:`NUMBERED`
        services the marks have numbers: those of the rows, from 1.
    links
        ``from_id``, ``to_id``: ids of ``positions``; a link with another end is not drawn.
    foot
        As for :func:`handoff_chart`.
    """
    kinds = _kinds(positions["type"])
    ends = _ends(positions["id"], links)
    numbered = len(positions) <= NUMBERED
    # With four times the services a mark has a quarter of the area.
    radius = _RADIUS * min(1.0, (NUMBERED / max(1, len(positions))) ** 0.5)
    with drawing():
        sheet = Sheet("Who refers to whom", foot, 60 + _FIELD_HEIGHT + LINE * len(kinds))
        words = "The numbers are those of the list of services" if numbered else f"Over {NUMBERED} services: no numbers"
        sheet.write(14, sheet.top, words, size=SMALL)
        places = _places(positions, sheet.top + 36)
        _links(sheet, places[ends], radius)
        for kind in kinds:
            _marks(sheet, places[np.array(positions["type"] == kind)], kind, radius)
        if numbered:
            _numbers(sheet, places, radius)
        _key(sheet, kinds, sheet.top + 66 + _FIELD_HEIGHT)
        return sheet.finish(_diagram_text(kinds, len(positions), ends))


def _codes() -> dict[str, str]:
    return {entry.label: code for code, entry in codelist("asset_type").items()}


def _kinds(types: "pd.Series[str]") -> dict[str, int]:
    """Return how many services there are of each type, in the order of the codelist; other types come last."""
    counts = types.value_counts()
    order = [*_codes(), *sorted(set(counts.index) - set(_codes()))]
    return {kind: int(counts[kind]) for kind in order if kind in counts.index}


def _ends(ids: "pd.Series[str]", links: pd.DataFrame) -> NDArray[np.int_]:
    """Return both ends of each link as rows of the positions, shape (links, 2)."""
    at = {key: place for place, key in enumerate(ids)}
    pairs = zip(links["from_id"], links["to_id"], strict=True)
    return np.array([(at[one], at[other]) for one, other in pairs if one in at and other in at], int).reshape(-1, 2)


def _places(positions: pd.DataFrame, top: float) -> _Places:
    """Return where the marks stand on the sheet, in points, shape (services, 2)."""
    x, y = (positions[name].to_numpy(float) for name in ("x", "y"))
    return np.column_stack([_FIELD_FROM + _FIELD_WIDTH * x, top + _FIELD_HEIGHT * (1 - y)])


def _links(sheet: Sheet, lines: _Places, radius: float) -> None:
    """Draw links, shape (links, 2, 2): a line from mark to mark, its arrowhead at the edge of the second."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    scale = max(radius / _RADIUS, 0.4)
    starts, stops = lines[:, 0], lines[:, 1]
    along = stops - starts
    along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    aside = along[:, ::-1] * (-1, 1) * _HALF_HEAD * scale
    tips = stops - along * (radius + 0.5)
    backs = tips - along * _HEAD * scale
    heads = np.stack([tips, backs + aside, backs - aside, tips], axis=1)
    for first in range(0, len(lines), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        count = len(lines[some])
        line = Outline(lines[some].reshape(-1, 2), np.tile([Outline.MOVETO, Outline.LINETO], count))
        shape = [Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY]
        head = Outline(heads[some].reshape(-1, 2), np.tile(shape, count))
        sheet.paper.add_patch(PathPatch(line, fill=False, edgecolor="#6b6b6b", linewidth=0.7 * scale))
        sheet.paper.add_patch(PathPatch(head, facecolor=INK, linewidth=0))


def _marks(sheet: Sheet, places: _Places, kind: str, radius: float) -> None:
    look = symbol(_codes().get(kind, ""))
    sheet.paper.scatter(
        places[:, 0],
        places[:, 1],
        s=(2 * radius) ** 2,
        marker=_outline(look),
        color=look.colour,
        edgecolors=INK,
        linewidths=0.8,
        zorder=3,
    )


def _outline(look: Symbol) -> "Outline":
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


def _numbers(sheet: Sheet, places: _Places, radius: float) -> None:
    """Write beside each mark its number, where least is in the way, and away from the middle, where the lines are."""
    middle = places.sum(axis=0) / max(1, len(places))
    behind = {"boxstyle": "square,pad=0", "facecolor": "white", "edgecolor": "none"}
    look = {"ha": "center", "va": "center_baseline", "size": SMALL, "zorder": 4, "bbox": behind}
    taken: list[_Box] = [(x, y, radius, radius) for x, y in places.tolist()]
    for number, (x, y) in enumerate(places.tolist(), start=1):
        wide = _DIGIT * len(str(number)) / 2
        sides = [
            (x + across * (radius + 2 + wide), y + down * (radius + 1 + _HALF_LINE), wide, _HALF_LINE)
            for across, down in _AROUND
        ]
        best = min(sides, key=lambda box: (_in_the_way(box, taken), -np.hypot(box[0] - middle[0], box[1] - middle[1])))
        taken.append(best)
        sheet.write(best[0], best[1], str(number), **look)


def _in_the_way(box: _Box, taken: Sequence[_Box]) -> int:
    x, y, wide, high = box
    return sum(abs(x - at) < wide + half and abs(y - level) < high + tall for at, level, half, tall in taken)


def _key(sheet: Sheet, kinds: dict[str, int], top: float) -> None:
    for line, (kind, count) in enumerate(kinds.items()):
        y = top + LINE * line
        _marks(sheet, np.array([[22.0, y]]), kind, _RADIUS)
        sheet.write(36, y, wrapped(f"{kind}: {count:,}", 53, most=1)[0], size=SMALL, va="center")


def _diagram_text(kinds: dict[str, int], services: int, ends: NDArray[np.int_]) -> str:
    alone = services - len(np.unique(ends))
    types = "; ".join(f"{kind}: {count:,}" for kind, count in kinds.items()) or "none"
    return (
        f"{counted(services, 'service')}, {counted(len(ends), 'recorded link')} between them, {alone:,} without a"
        f" recorded link. By type: {types}. The tables below hold the same services and links."
    )
