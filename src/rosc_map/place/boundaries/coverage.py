"""Polygons that cover the land without gaps or overlaps, made small enough to ship."""

from typing import Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.place.grid import to_lonlat

__all__ = ["DECIMALS", "TOLERANCE_M", "compact"]

TOLERANCE_M = 100
"""How much a line is simplified (Visvalingam): corners go whose triangle is smaller than the square of this."""
DECIMALS = 4
"""Of a degree: about 7 to 11 m."""

_Polygons = npt.NDArray[Any]
_MOST_ROUNDS = 5


def compact(polygons: _Polygons, tolerance_m: float = TOLERANCE_M) -> _Polygons:
    """Simplify polygons together, so that neighbours keep their common line, and round them.

    Parameters
    ----------
    polygons
        Shapely polygons or multipolygons that are a valid coverage, shape (areas,), EPSG:27700.
    tolerance_m
        Metres; see ``TOLERANCE_M``.

    Returns
    -------
    numpy.ndarray
        As many, EPSG:4326, with ``DECIMALS`` decimals; valid, and a valid coverage.

    Raises
    ------
    InputError
        When the rounded polygons cannot be made to fit each other.
    """
    import shapely

    shapes = shapely.coverage_simplify(polygons, tolerance_m)
    shapes = shapely.transform(shapes, lambda points: np.column_stack(to_lonlat(points[:, 0], points[:, 1])))
    for _ in range(_MOST_ROUNDS):
        shapes = np.array([_rounded(shape) for shape in shapes], dtype=object)
        if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
            return shapes
        # Rounding lets a few lines cross; mending makes new corners there, which are rounded in turn.
        # By structure: mending by lines leaves a line where a spike has become too thin, and a line is no land.
        mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
        shapes = shapely.coverage_clean(mended)
    raise InputError("The simplified boundaries do not fit each other. Use boundaries with more detail.")


def _rounded(shape: Any) -> Any:
    import shapely

    parts = []
    for part in shapely.get_parts(shape):
        shell, *holes = (_ring(ring) for ring in (part.exterior, *part.interiors))
        if shell is not None:
            parts.append(shapely.Polygon(shell, [hole for hole in holes if hole is not None]))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(ring: Any) -> npt.NDArray[np.float64] | None:
    """Return the rounded corners of a ring without repeats; None where fewer than three are left."""
    import shapely

    corners = np.round(shapely.get_coordinates(ring), DECIMALS)
    moved = np.concatenate([[True], (np.diff(corners, axis=0) != 0).any(axis=1)])
    return corners[moved] if moved.sum() >= 4 else None
