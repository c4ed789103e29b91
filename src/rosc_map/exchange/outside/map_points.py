"""One point in degrees for each shape of a map file, whatever its grid."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from rosc_map.errors import InputError
from rosc_map.place import to_lonlat
from rosc_map.place.grid import irish_to_british

__all__ = ["DEGREES", "NATIONAL_GRID", "in_degrees", "points_of"]

DEGREES = 4326
NATIONAL_GRID = 27700
_IRISH_GRID = 29902

Floats = npt.NDArray[np.float64]

_WITHIN = {  # west, east, south, north of the UK
    DEGREES: (-9, 2.5, 49, 61.5),
    NATIONAL_GRID: (-10_000, 700_000, 0, 1_300_000),
}
_SURE_ENOUGH = 50  # of 100: a .prj file leaves out the code of its grid


def points_of(shapes: npt.NDArray[Any]) -> tuple[Floats, Floats, int]:
    """Return a point for each shape: a point itself, of others one inside.

    Parameters
    ----------
    shapes
        Shape (n,), of shapely's; None where there is none.

    Returns
    -------
    x, y, drawn
        Shape (n,), NaN where there is no shape; and how many are lines or areas.
    """
    kind = shapely.get_type_id(shapes)  # -1 for none
    empty = shapely.is_empty(shapes) | (kind < 0)
    drawn = ~empty & (kind != 0)
    points = shapes.copy()
    points[empty] = None
    points[drawn] = [_inside(shape) for shape in points[drawn]]
    return shapely.get_x(points), shapely.get_y(points), int(drawn.sum())


def _inside(shape: Any) -> Any:
    try:
        return shapely.point_on_surface(shape)
    except shapely.GEOSException:  # an area that crosses itself
        return shapely.centroid(shape)


def in_degrees(name: str, x: Floats, y: Floats, grid: Any) -> tuple[Floats, Floats]:
    """Return longitude and latitude (EPSG:4326) of points on any grid.

    Parameters
    ----------
    name
        Of the file, for messages.
    x, y
        Shape (n,); NaN where there is none.
    grid
        A number of EPSG or a CRS of pyproj; None where the file does not say.

    Raises
    ------
    InputError
        When the grid is not known.
    """
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return x, y
    try:
        crs = None if grid is None else CRS.from_user_input(grid)
        number = crs.to_epsg(min_confidence=_SURE_ENOUGH) if crs and _is_on_earth(crs) else _guessed(name, x, y)
        if number == DEGREES:
            return x, y
        if number == NATIONAL_GRID:
            return to_lonlat(x, y)
        if number == _IRISH_GRID:
            return to_lonlat(*irish_to_british(x, y))
        return _other(x, y, crs, known)
    except ProjError as error:
        raise InputError(f"{name} is on a grid that is not known. {_SAVE}") from error


_SAVE = "Save it in longitude and latitude (WGS 84, EPSG:4326) or on the British National Grid (EPSG:27700)."


def _is_on_earth(crs: Any) -> bool:
    return bool(crs.is_geographic or crs.is_projected)


def _guessed(name: str, x: Floats, y: Floats) -> int:
    """Return the grid on which all points lie in or near the UK."""
    for grid, (west, east, south, north) in _WITHIN.items():
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        if (inside | ~np.isfinite(x + y)).all():
            return grid
    raise InputError(f"{name} does not say on which grid its points are, and they lie on none of the UK. {_SAVE}")


def _other(x: Floats, y: Floats, crs: Any, known: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    import geopandas as gpd

    points = gpd.GeoSeries(gpd.points_from_xy(x[known], y[known]), crs=crs).to_crs(DEGREES)
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    longitude[known], latitude[known] = points.x, points.y
    return longitude, latitude
