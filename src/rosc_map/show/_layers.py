"""The ways to colour the authorities: how each class looks, and what the map and its legend are told.

No meaning hangs on a colour: each class has a hatch of its own too, and no class looks like "not surveyed". All colours
are pale enough for the outlines (#333) to stand 3 : 1 against them, as WCAG 2.2 asks of graphics.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from rosc_map.publish.gaps_types import MapLayer
from rosc_map.show._facts import SCALE
from rosc_map.show._words import text

__all__ = ["NOT_SURVEYED", "STATUS_LOOKS", "LegendLine", "Look", "classes_of", "layer_facts", "legend", "looks",
           "site_facts"]  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How a class looks.

    Attributes
    ----------
    fill
        The name of its pattern on the page.
    colour, ink
        What is behind, and its hatch.
    hatch
        The hatch as matplotlib writes it.
    across, down
        How many lines a tile of the page's pattern has from left to right, and from top to bottom.
    """

    fill: str
    colour: str
    ink: str
    hatch: str
    across: int = 0
    down: int = 0


_INK = "#1a1a1a"
# The three that every map has; their patterns stand in the template.
STATUS_LOOKS = (
    Look("fill-served", "#a9d3ea", _INK, ""),
    Look("fill-none_found", "#fff1dc", "#8f4a00", ".."),
    Look("fill-not_surveyed", "#f4f4f4", "#8a8a8a", "///"),
)
"""Served, none found, not surveyed, in the order of the statuses."""

NOT_SURVEYED = STATUS_LOOKS[2]
"""How an authority looks that has no class."""

_PALE, _DEEP = np.array([0xE6, 0xF0, 0xF7]), np.array([0x42, 0x89, 0xBA])
# More lines for more, so that the order can be seen in black and white.
_STEP_LINES = ((0, 0), (1, 0), (2, 0), (1, 1), (2, 2), (3, 3))
_OF_SITES = "reach"
_PERCENTAGE = re.compile(r"(under |over )?(\d+)\s%")
# Rows: need from low to high. Columns: provision from low to high.
_PAIR_COLOURS = (
    ("#e8e8e8", "#ace4e4", "#5ac8c8"),
    ("#dfb0d6", "#a5add3", "#5fa9c4"),
    ("#cf7fbd", "#a08fcb", "#6f8fc9"),
)


@cache
def looks(kind: str, number: int) -> tuple[Look, ...]:
    """Return how the classes of a layer look, in their order.

    Parameters
    ----------
    kind
        ``statuses``, ``steps`` or ``pairs``, as :class:`rosc_map.publish.gaps_types.MapLayer` has it.
    number
        How many classes there are: up to six steps can be told apart.
    """
    if kind == "statuses":
        return STATUS_LOOKS[:number]
    if kind == "pairs":
        return tuple(
            _lined(f"fill-pair-{3 * need + provision}", colour, across=provision, down=need)
            for need, row in enumerate(_PAIR_COLOURS)
            for provision, colour in enumerate(row)
        )
    shades = [_PALE + (_DEEP - _PALE) * (at / max(1, number - 1)) for at in range(number)]
    colours = ["#" + "".join(f"{round(part):02x}" for part in shade) for shade in shades]
    return tuple(
        _lined(f"fill-step-{number}-{at}", colour, *_STEP_LINES[at % len(_STEP_LINES)])
        for at, colour in enumerate(colours)
    )


def _lined(fill: str, colour: str, across: int, down: int) -> Look:
    return Look(fill, colour, _INK, "-" * across + "|" * down, across, down)


def classes_of(layer: MapLayer, codes: Sequence[str]) -> list[int | None]:
    """Return the number of each authority's class; None where there is none."""
    found = dict(zip(layer.areas["code"], layer.areas["class"], strict=True))
    return [None if pd.isna(found.get(code)) else int(found[code]) for code in codes]


@dataclass(frozen=True)
class LegendLine:
    """A class in the legend: how it looks, its words, and how many authorities have it."""

    look: Look
    words: str
    count: int


def legend(layer: MapLayer, codes: Sequence[str]) -> list[LegendLine]:
    """Return the lines of a layer's legend; the last is for having no class, where there is such an authority.

    Parameters
    ----------
    layer
        The layer.
    codes
        The authorities of the map.
    """
    classes = classes_of(layer, codes)
    drawn = looks(layer.kind, len(layer.classes))
    lines = [
        LegendLine(look, words, classes.count(at))
        for at, (look, words) in enumerate(zip(drawn, layer.classes, strict=True))
    ]
    if layer.kind == "pairs":  # as the grid is read: high need at the top
        lines = [*lines[6:], *lines[3:6], *lines[:3]]
    without = classes.count(None)
    return [*lines, LegendLine(NOT_SURVEYED, layer.none, without)] if without else lines


def layer_facts(layers: Sequence[MapLayer], codes: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the script of the map is told of its layers: by authority the pattern that fills it, and its words.

    ``sites`` says of a layer whether the places of :func:`site_facts` belong to it. ``keys`` order the authorities: by
    class, then by the percentage in the figure, then by its words, all read as people read numbers; "" is not known.

    Parameters
    ----------
    layers
        The layers.
    codes
        The authorities, in the order of the map's facts.
    """
    return [_layer(layer, codes) for layer in layers]


def _layer(layer: MapLayer, codes: Sequence[str]) -> dict[str, Any]:
    drawn, classes = looks(layer.kind, len(layer.classes)), classes_of(layer, codes)
    found = dict(zip(layer.areas["code"], layer.areas["words"], strict=True))
    said = [text(found.get(code)) for code in codes]
    filled = [NOT_SURVEYED if at is None else drawn[at] for at in classes]
    return {
        "label": layer.label,
        "note": layer.note,
        "sites": layer.key == _OF_SITES,
        "fills": [look.fill for look in filled],
        "words": [_words(layer, *each) for each in zip(classes, said, strict=True)],
        "keys": [
            "" if look is NOT_SURVEYED else f"{at} {_halves(figure)} {figure}"
            for look, at, figure in zip(filled, classes, said, strict=True)
        ],
    }


def _halves(figure: str) -> int:
    """Return the first percentage of a figure in halves of one per cent, so that "under 1 %" comes before "1 %"."""
    found = _PERCENTAGE.search(figure)
    if found is None:
        return 0
    return 2 * int(found[2]) + {"under ": -1, "over ": 1}.get(found[1], 0)


def _words(layer: MapLayer, at: int | None, figure: str) -> str:
    """Return the words of a class with the figure that led to it; having none is said first, and never left out."""
    said = layer.none if at is None else layer.classes[at]
    return f"{said}: {figure}" if figure and figure.casefold() != said.casefold() else said


def site_facts(sites: gpd.GeoDataFrame | None, layers: Sequence[MapLayer]) -> list[dict[str, Any]]:
    """Return what the script of the map is told of the places where one more would help most, in their order.

    None without the layer of reach: the places are worked out from it, and make no sense without it.
    """
    if sites is None or not any(layer.key == _OF_SITES for layer in layers):
        return []
    return [
        {
            "postcode": text(site["postcode"]),
            "authority": text(site["authority"]),
            "words": text(site["words"]),
            "x": round(site["geometry"].x * SCALE),
            "y": round(site["geometry"].y * SCALE),
        }
        for site in sites.to_dict("records")
    ]
