"""Authorities filled by their classes, in a picture: what the pictures of a gap analysis and of a map have in common.

No meaning hangs on a colour: each class has a hatch of its own, and an authority without a class looks like none of
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from rosc_map.publish.gaps_types import MapLayer, PublishedGaps
from rosc_map.publish.map_types import PublishedMap
from rosc_map.publish.publish import BOUNDARY_LICENCE
from rosc_map.records import day
from rosc_map.show._drawing import LINE, SMALL, WIDTH, Sheet, wrapped
from rosc_map.show._layers import NOT_SURVEYED, Look, classes_of, legend, looks

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

__all__ = ["EDGE", "MAP_WIDTH", "MOST_ROWS", "Ground", "box", "foot", "key_height", "keys_of", "paint", "write_key"]

MOST_ROWS = 40
"""So many authorities can be told apart by name in a picture."""

MAP_WIDTH, EDGE = 332.0, 14.0
"""How wide a map is in a picture, and how far from the edge, in points."""

_MAP_HEIGHT = 380.0
_METRES = 27700  # a scale that is the same in all directions, with north up
_LETTER, _HALF_LINE = 6.4, 7.0
_FOOT_LETTERS, _FOOT_LINES, _NOTE_LINES = 58, 14, 5

Key = tuple[Look, list[str]]
"""How a class looks, and its words in lines."""

_Box = tuple[float, float, float, float]


def foot(published: PublishedGaps | PublishedMap, note: str, *, with_places: bool = True, made_for: str = "") -> str:
    """Return what a picture for slides has to say of itself, since it is shown without its page.

    The licences stand last and whole; the note has the lines that they leave. A picture that is made of no boundaries
    and no postcodes (not ``with_places``) does not name those of them.
    """
    of = f"{published.title}, as at {day(published.as_at)}."
    first = " ".join(part for part in (published.published.banner, of, made_for) if part)
    all_licences = dict.fromkeys((*published.licences, *published.published.licences))
    licences = " ".join(line for line in all_licences if with_places or line != BOUNDARY_LICENCE)
    used = sum(len(wrapped(words, _FOOT_LETTERS, most=_FOOT_LINES)) for words in (first, licences))
    lines = wrapped(note, _FOOT_LETTERS, most=max(1, min(_NOTE_LINES, _FOOT_LINES - used)))
    return " ".join(part for part in (first, *lines, licences) if part)


def paint(sheet: Sheet, outline: "Outline", look: Look, line: float = 0.6) -> None:
    """Fill a shape with the colour and the hatch of a class, and draw its outline over both."""
    from matplotlib.patches import PathPatch

    hatched = PathPatch(outline, facecolor=look.colour, edgecolor=look.ink, hatch=look.hatch, linewidth=0)
    sheet.add(hatched)
    sheet.add(PathPatch(outline, fill=False, edgecolor="#333333", linewidth=line))


def box(x: float, y: float, width: float, height: float) -> "Outline":
    """Return a box whose top left corner is at ``x``, ``y`` (points)."""
    from matplotlib.path import Path as Outline

    return Outline([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], closed=True)


@dataclass(frozen=True)
class Ground:
    """The authorities of an area as they lie in a picture, north up, in points from a top left corner of their own.

    Attributes
    ----------
    areas
        ``code``, ``name`` and polygons in EPSG:4326.
    outlines
        The polygons in metres (EPSG:27700).
    height
        How high they are together, in points; 0 where there are none.
    west, north, scale, left
        Where the corner is (metres, EPSG:27700), how many points a metre has, and how far the westernmost is from it.
    """

    areas: gpd.GeoDataFrame
    outlines: Any = ()
    height: float = 0.0
    west: float = 0.0
    north: float = 0.0
    scale: float = 0.0
    left: float = 0.0

    @classmethod
    def of(cls, areas: gpd.GeoDataFrame) -> "Ground":
        """Lay out the authorities as large as a picture has room for."""
        if areas.empty:
            return cls(areas)
        outlines = areas.geometry.to_crs(_METRES).to_numpy()
        west, south, east, north = map(float, shapely.total_bounds(outlines))
        scale = min(MAP_WIDTH / (east - west), _MAP_HEIGHT / (north - south))
        left = (MAP_WIDTH - (east - west) * scale) / 2
        return cls(areas, outlines, (north - south) * scale, west, north, scale, left)

    def laid(self, places: gpd.GeoSeries) -> Any:
        """Return shapes or points (EPSG:4326) in points from the corner."""
        return self._moved(places.to_crs(_METRES).to_numpy())

    def _moved(self, shapes: Any) -> Any:
        def moved(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return (at - (self.west, self.north)) * (self.scale, -self.scale) + (self.left, 0)

        return shapely.transform(shapes, moved)

    def draw(self, sheet: Sheet, layer: MapLayer) -> None:
        """Fill the authorities by their classes in a layer; one without a class as one that nobody has surveyed."""
        drawn = looks(layer.kind, len(layer.classes))
        # No line is finer than a third of a point: what is finer only makes the file large.
        fine = shapely.simplify(self._moved(self.outlines), 0.3) if len(self.areas) else []
        shapes = shapely.transform(fine, lambda at: at + np.array((EDGE, sheet.top)))
        for shape, at in zip(shapes, classes_of(layer, list(self.areas["code"])), strict=True):
            if not shape.is_empty:
                paint(sheet, _outline(shape), NOT_SURVEYED if at is None else drawn[at])
        if 0 < len(shapes) <= MOST_ROWS:
            _names(sheet, shapes, list(self.areas["name"]))


def _outline(shape: Any) -> "Outline":
    """Return the rings of an authority as one path; holes stay holes, since they turn the other way."""
    from matplotlib.path import Path as Outline

    parts = [shapely.orient_polygons(part) for part in shapely.get_parts(shape)]
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _names(sheet: Sheet, shapes: Any, names: Sequence[str]) -> None:
    """Write the name of each authority that has room for it, the largest first."""
    taken: list[_Box] = []
    behind = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    for at in np.argsort(-shapely.area(shapes), kind="stable"):
        middle, words = shapely.point_on_surface(shapes[at]), wrapped(names[at], 40, most=1)[0]
        west, _, east, _ = shapely.bounds(shapes[at])
        half = _LETTER * len(words) / 2
        if not 2 * half < east - west:
            continue
        x = float(np.clip(middle.x, EDGE + half, WIDTH - EDGE - half))
        if any(abs(x - a) < half + wide and abs(middle.y - b) < _HALF_LINE + tall for a, b, wide, tall in taken):
            continue
        taken.append((x, middle.y, half, _HALF_LINE))
        sheet.write(x, middle.y, words, ha="center", va="center", size=SMALL - 1, bbox=behind, zorder=4)


def keys_of(layer: MapLayer, codes: Sequence[str]) -> list[Key]:
    """Return the classes of a layer, each with how many authorities have it."""
    lines = legend(layer, codes)
    return [(line.look, wrapped(f"{line.words}: {line.count:,} of {len(codes):,}", 48)) for line in lines]


def key_height(keys: Sequence[Key]) -> float:
    """Return how high :func:`write_key` writes, in points."""
    return sum(LINE * len(words) + 4 for _, words in keys)


def write_key(sheet: Sheet, keys: Sequence[Key], y: float) -> None:
    """Write the classes in words, each beside a box that looks like it."""
    for look, words in keys:
        paint(sheet, box(EDGE, y - 1, 26, 14), look)
        sheet.write(48, y, "\n".join(words), size=SMALL, linespacing=1.2)
        y += LINE * len(words) + 4
