"""The pictures of the referral network (METHODS §2): what can be reached, and who refers to whom.

No meaning hangs on a colour: bars have their numbers written beside them, and each type of service has a shape.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rosc_map.records import counted, percent
from rosc_map.show._drawing import BLUE, GRID, INK, LINE, SMALL, Chart, Sheet, drawing, wrapped
from rosc_map.show._marks import DIGIT, HALF_LINE, RADIUS, Box, draw_key, draw_marks, in_the_way, kinds_of
from rosc_map.show._type_diagram import type_diagram

__all__ = ["NUMBERED", "diagram", "handoff_chart", "of_all"]

NUMBERED = 64
"""Up to so many services a diagram shows each, with a number: more could not be told apart on a telephone."""

_BAR_FROM, _BAR_WIDTH, _BAR_HEIGHT = 88.0, 126.0, 11.0
_PALE = "#bcd8e8"
_FIELD_FROM, _FIELD_WIDTH, _FIELD_HEIGHT = 32.0, 296.0, 400.0
_HEAD, _HALF_HEAD, _BEND = 6.0, 2.4, 0.25
_FURTHER = 11.0
_AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))

_Places = NDArray[np.float64]
_Dashes = str | tuple[float, tuple[float, ...]]

_TYPES_ALONE = (
    "no line could be followed: here a mark is a type, and an arrow its links to another. In the key: services (links"
    " among them). Single services and links are in the tables."
)


class _Line(NamedTuple):
    """How a link is drawn that has one of these layers of evidence."""

    layers: frozenset[str]
    words: str
    dashes: _Dashes


_LINES = (
    _Line(frozenset({"confirmed", "tested"}), "Confirmed, or found in a test", "solid"),
    _Line(frozenset({"declared"}), "Declared, not confirmed by the other", (0, (4, 2.5))),
    _Line(frozenset(), "Referrals counted, not declared", (0, (1, 2))),
)
"""The first whose evidence a link has is its line: what two sides say, or a test found, outweighs what one says."""


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
    sheet.add(Rectangle(at, _BAR_WIDTH, _BAR_HEIGHT, facecolor="white", edgecolor=GRID))
    if count:
        length = _BAR_WIDTH * count / of
        sheet.add(Rectangle(at, length, _BAR_HEIGHT, facecolor=colour, edgecolor=BLUE, hatch=hatch, linewidth=0.8))
    sheet.write(_BAR_FROM + _BAR_WIDTH + 6, y, of_all(count, of), size=SMALL)


# --- who refers to whom -----------------------------------------------------------------------------------------------


def diagram(positions: pd.DataFrame, links: pd.DataFrame, *, foot: str = "") -> Chart:
    """Draw the network: a mark a service, by its type, and a thin line with an arrowhead for each link.

    Over :data:`NUMBERED` services the lines would be a tangle in which nothing can be followed. Then a mark is a type,
    and an arrow says how many links there are from one type to another.

    Parameters
    ----------
    positions
        ``id``, ``type`` (the label of an asset type), ``x``, ``y`` (from 0 to 1, y upwards). The marks of services have
        numbers: those of the rows, from 1.
    links
        ``from_id``, ``to_id``: ids of ``positions``; a link with another end is not drawn. ``evidence``: words, as
        :class:`rosc_map.publish.network_types.PublishedNetwork` has them, told apart by the line.
    foot
        As for :func:`handoff_chart`.
    """
    title, (ends, lines) = "Who refers to whom", _ends(positions["id"], links)
    size = f"{counted(len(positions), 'service')}, {counted(len(ends), 'recorded link')} between them"
    with drawing():
        if len(positions) > NUMBERED:
            said = f"Over {NUMBERED} services {_TYPES_ALONE}"
            return type_diagram(title, said, positions, ends, text=f"{size}.", foot=foot)
        return _services(title, size, positions, ends, lines, foot)


def _services(
    title: str, size: str, positions: pd.DataFrame, ends: NDArray[np.int_], lines: NDArray[np.int_], foot: str
) -> Chart:
    """Draw single services, and each link between two."""
    kinds = kinds_of(positions["type"])
    seen = sorted(set(lines.tolist()))
    sheet = Sheet(title, foot, 60 + _FIELD_HEIGHT + LINE * (len(kinds) + len(seen)))
    sheet.write(14, sheet.top, "The numbers are those of the list of services", size=SMALL)
    places = _places(positions, sheet.top + 36)
    for kind_of_line in seen:
        _links(sheet, places[ends[lines == kind_of_line]], _LINES[kind_of_line].dashes)
    for kind in kinds:
        draw_marks(sheet, places[np.array(positions["type"] == kind)], kind, RADIUS)
    _numbers(sheet, places)
    top = sheet.top + 66 + _FIELD_HEIGHT
    draw_key(sheet, {kind: f"{count:,}" for kind, count in kinds.items()}, top)
    told = [f"{_LINES[line].words}: {int((lines == line).sum()):,}" for line in seen]
    for at, (line, words) in enumerate(zip(seen, told, strict=True)):
        y = top + LINE * (len(kinds) + at)
        _links(sheet, np.array([[(8.0, y), (30.0 + RADIUS, y)]]), _LINES[line].dashes, bend=0)
        sheet.write(36, y, words, size=SMALL, va="center")
    alone = len(positions) - len(np.unique(ends))
    types = "; ".join(f"{kind}: {count:,}" for kind, count in kinds.items()) or "none"
    links = f" By what is known of a link: {'; '.join(told)}." if told else ""
    return sheet.finish(
        f"{size}, {alone:,} without a recorded link. By type: {types}.{links} The tables below hold the same services"
        " and links."
    )


def _ends(ids: "pd.Series[str]", links: pd.DataFrame) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return both ends of each link as rows of the positions, shape (links, 2), and which of the lines it gets."""
    at = {key: place for place, key in enumerate(ids)}
    rows = [
        (at[start], at[end], _line_of(evidence))
        for start, end, evidence in zip(links["from_id"], links["to_id"], links["evidence"], strict=True)
        if start in at and end in at
    ]
    found = np.array(rows, int).reshape(-1, 3)
    return found[:, :2], found[:, 2]


def _line_of(evidence: str) -> int:
    """Return the first of the lines whose evidence a link has, by the words of its layers."""
    layers = {layer.strip().casefold() for layer in evidence.split(",")}
    return next((at for at, line in enumerate(_LINES) if line.layers & layers), len(_LINES) - 1)


def _places(positions: pd.DataFrame, top: float) -> _Places:
    """Return where the marks stand on the sheet, in points, shape (services, 2)."""
    x, y = (positions[name].to_numpy(float) for name in ("x", "y"))
    return np.column_stack([_FIELD_FROM + _FIELD_WIDTH * x, top + _FIELD_HEIGHT * (1 - y)])


def _links(sheet: Sheet, lines: _Places, dashes: _Dashes, bend: float = _BEND) -> None:
    """Draw links, shape (links, 2, 2): from mark to mark, with an arrowhead at the edge of the second.

    They bend towards the middle: a straight line between two neighbours of the ring would be hidden by their marks.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    starts, stops = lines[:, 0], lines[:, 1]
    middle = (_FIELD_FROM + _FIELD_WIDTH / 2, sheet.top + 36 + _FIELD_HEIGHT / 2)
    bends = (1 - bend) * (starts + stops) / 2 + bend * np.array(middle)
    along = stops - bends
    along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    aside = along[:, ::-1] * (-1, 1) * _HALF_HEAD
    tips = stops - along * (RADIUS + 0.5)
    backs = tips - along * _HEAD
    curves = np.stack([starts, bends, backs], axis=1)
    heads = np.stack([tips, backs + aside, backs - aside, tips], axis=1)
    bent = [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3]
    shape = [Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY]
    line = Outline(curves.reshape(-1, 2), np.tile(bent, len(lines)))
    head = Outline(heads.reshape(-1, 2), np.tile(shape, len(lines)))
    sheet.add(PathPatch(line, fill=False, edgecolor="#6b6b6b", linewidth=0.8, linestyle=dashes))
    sheet.add(PathPatch(head, facecolor=INK, linewidth=0))


def _numbers(sheet: Sheet, places: _Places) -> None:
    """Write beside each mark its number: outwards, since the lines are within, and further out where another is."""
    middle = places.mean(axis=0) if len(places) else np.zeros(2)
    behind = {"boxstyle": "square,pad=0", "facecolor": "white", "edgecolor": "none"}
    look = {"ha": "center", "va": "center_baseline", "size": SMALL, "zorder": 4, "bbox": behind}
    taken: list[Box] = [(x, y, RADIUS, RADIUS) for x, y in places.tolist()]
    for number, (x, y) in enumerate(places.tolist(), start=1):
        wide = DIGIT * len(str(number)) / 2
        across, down = (np.array([x, y]) - middle) / max(float(np.hypot(x - middle[0], y - middle[1])), 1e-9)
        # So far out that the number just clears its mark.
        clear = min((RADIUS + 2 + wide) / max(abs(across), 1e-9), (RADIUS + 1 + HALF_LINE) / max(abs(down), 1e-9))
        outwards = [(x + across * far, y + down * far) for far in (clear, clear + _FURTHER)]
        around = [(x + a * (RADIUS + 2 + wide), y + d * (RADIUS + 1 + HALF_LINE)) for a, d in _AROUND]
        sides = [(*at, wide, HALF_LINE) for at in (*outwards, *around)]
        best = min(sides, key=lambda box: in_the_way(box, taken))
        taken.append(best)
        sheet.write(best[0], best[1], str(number), **look)
