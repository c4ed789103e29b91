"""Between the grids: British National Grid (EPSG:27700), Irish Grid (EPSG:29902) and longitude, latitude (EPSG:4326).

Without the OSTN15 grid file, which is not shipped, PROJ's Helmert shift is good to about 5 m.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["irish_to_british", "to_lonlat", "to_metres"]

Floats = npt.NDArray[np.float64]


@cache
def _transformer(source: int, target: int) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def _transform(source: int, target: int, x: Any, y: Any) -> tuple[Floats, Floats]:
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    missing = np.isnan(across) | np.isnan(up)
    new_x, new_y = _transformer(source, target).transform(np.where(missing, 0, across), np.where(missing, 0, up))
    return np.where(missing, np.nan, new_x), np.where(missing, np.nan, new_y)


def to_lonlat(easting: Any, northing: Any) -> tuple[Floats, Floats]:
    """Convert easting, northing (metres, EPSG:27700) to longitude, latitude (EPSG:4326); missing stays missing.

    Examples
    --------
    >>> from rosc_map.place import to_lonlat
    >>> longitude, latitude = to_lonlat([516_500], [149_500])
    >>> longitude.round(3).tolist(), latitude.round(3).tolist()
    ([-0.333], [51.233])
    """
    return _transform(27700, 4326, easting, northing)


def to_metres(longitude: Any, latitude: Any) -> tuple[Floats, Floats]:
    """Convert longitude, latitude (EPSG:4326) to easting, northing (metres, EPSG:27700); missing stays missing.

    Examples
    --------
    >>> from rosc_map.place import to_metres
    >>> easting, northing = to_metres([-0.333], [51.234])
    >>> easting.round(-2).tolist(), northing.round(-2).tolist()
    ([516500.0], [149600.0])
    """
    return _transform(4326, 27700, longitude, latitude)


def irish_to_british(easting: Any, northing: Any) -> tuple[Floats, Floats]:
    """Convert Irish Grid (metres, EPSG:29902) to easting, northing (metres, EPSG:27700); missing stays missing."""
    return _transform(29902, 27700, easting, northing)
