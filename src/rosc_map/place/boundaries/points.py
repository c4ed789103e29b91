"""Which local authority a point lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.place.boundaries.areas import polygons_in_metres
from rosc_map.place.boundaries.files import boundaries_folder

__all__ = ["NEAR_M", "Assigned", "Locator", "assign", "assign_one"]

NEAR_M = 500
"""How far outside every polygon a point may be and still be given the nearest authority.

Coastlines and rivers are simplified: of 2,696,397 postcodes 3,296 lie in no polygon, half of them less than 36 m off,
and ten more than this.
"""


@dataclass(frozen=True)
class Assigned:
    """The authorities of points, in the order of the points.

    Attributes
    ----------
    code
        GSS codes of local authorities, shape (points,), "" where there is none.
    how
        ``inside``; ``nearest`` (in no polygon, but within 500 m of that one); ``none``. Shape (points,).
    """

    code: npt.NDArray[np.object_]
    how: npt.NDArray[np.object_]


class Locator:
    """Finds which of some polygons points lie in.

    Parameters
    ----------
    codes
        Of the polygons, sorted: of two polygons that both hold a point on their common line, the first has it.
    polygons
        Shapely polygons or multipolygons in metres (EPSG:27700), shape (codes,).
    """

    def __init__(self, codes: Sequence[str], polygons: npt.NDArray[Any]) -> None:
        import shapely

        self._codes = np.array([*codes, ""], dtype=object)
        self._polygons = polygons
        self._boxes = shapely.bounds(polygons)
        self._tree = shapely.STRtree(polygons)
        shapely.prepare(polygons)

    def assign(self, easting: Any, northing: Any) -> Assigned:
        """Return the authority of each point.

        Parameters
        ----------
        easting, northing
            Metres (EPSG:27700), shape (points,). A missing value has no authority.

        Raises
        ------
        InputError
            When they are not two lists of the same length.
        """
        east, north = np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64)
        if east.ndim != 1 or east.shape != north.shape:
            raise InputError("Give two lists of the same length: the eastings and the northings of the points.")
        found = self._inside(east, north)
        how = np.array(["inside", "none"], dtype=object)[(found < 0).astype(np.intp)]
        outside = np.flatnonzero((found < 0) & np.isfinite(east) & np.isfinite(north))
        point, polygon = self._nearest(east[outside], north[outside])
        found[outside[point]], how[outside[point]] = polygon, "nearest"
        return Assigned(self._codes[found], how)

    def _inside(self, east: npt.NDArray[np.float64], north: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return the number of the polygon that holds each point, -1 where none does."""
        import shapely

        # With the points in order of their easting, those in a polygon's box are one slice; the few that are also
        # between its south and north edge, and in no polygon before, are asked of its geometry.
        order = np.argsort(east)
        east, north = east[order], north[order]
        west, south, east_edge, top = self._boxes.T
        starts, ends = np.searchsorted(east, west, side="left"), np.searchsorted(east, east_edge, side="right")
        found = np.full(len(east), -1, dtype=np.intp)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            up = north[start:end]
            there = start + np.flatnonzero((up >= south[number]) & (up <= top[number]) & (found[start:end] < 0))
            held = shapely.intersects_xy(self._polygons[number], east[there], north[there])
            found[there[held]] = number
        back = np.empty_like(found)
        back[order] = found
        return back

    def _nearest(self, east: npt.NDArray[np.float64], north: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return pairs, shape (2, pairs): a point, and the nearest polygon within 500 m; the first of equally near."""
        import shapely

        pairs: npt.NDArray[np.intp] = self._tree.query_nearest(shapely.points(east, north), max_distance=NEAR_M)
        pairs = pairs[:, np.lexsort(pairs[::-1])]
        first = np.diff(pairs[0], prepend=-1) > 0
        return pairs.compress(first, axis=1)


@cache
def _locator(folder: Path) -> Locator:
    return Locator(*polygons_in_metres(folder))


def assign(easting: Any, northing: Any) -> Assigned:
    """Return the local authority of each point.

    A point in none takes the nearest within 500 m, and says so. On a line between two, the first by code has it.

    Parameters
    ----------
    easting, northing
        Metres (EPSG:27700), shape (points,). A missing value has no authority.

    Raises
    ------
    InputError
        When they are not two lists of the same length.

    Examples
    --------
    >>> from rosc_map.place import assign
    >>> assign([516_500], [149_500]).code.tolist()
    ['E07000210']
    """
    return _locator(boundaries_folder()).assign(easting, northing)


def assign_one(easting: float, northing: float) -> str:
    """Return the code of the local authority of one point (metres, EPSG:27700), as :func:`assign` does; "" for none."""
    return str(assign([easting], [northing]).code[0])
