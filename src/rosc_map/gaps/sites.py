"""Where one more asset would help most: the postcodes that bring most places within reach.

Greedy maximal coverage (Church & ReVelle 1974, Papers in Regional Science 32): each site is the one that brings most
that is not yet within reach. Sites chosen so have at least 1 - 1/e, 63 %, of what the best sites would have together
(Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14).

Each choice is exact, and yet few sites are tried. The places are sorted into the cells of a grid. What lies in cells
that are wholly or partly within reach of a cell is more than any site in that cell can bring. The cells are tried in
the order of these bounds, until no bound is as much as the best site found.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.errors import InputError
from rosc_map.gaps.places import Floats, Places

__all__ = ["best_sites"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_CELLS_A_RADIUS = 16
_MOST_CELLS = 4_000_000
_SLACK_M = 1e-3  # so that no rounding puts a point on the wrong side of the edge of a cell
_AT_ONCE = 1_000_000  # pairs of a site and a place
_PARTS = 1_000  # of a person: sums of whole numbers are exact, so that equal gains are equal

_SITE = ("postcode", "easting", "northing", "authority", "district")


def best_sites(places: Places, cost: Floats, *, radius: float, number: int = 3) -> pd.DataFrame:
    """Return the postcodes at which one more asset each would bring most places, or people, within a radius.

    Parameters
    ----------
    places
        Where an asset may stand, and from where it is to be reached: those of authorities where somebody looked for the
        type. People are counted in thousandths of a person.
    cost
        Shape (n,): metres from each place to the nearest asset that there is; infinite where there is none.
    radius
        Metres, in a straight line (EPSG:27700).
    number
        How many sites at most; fewer where no other would bring anything.

    Returns
    -------
    pandas.DataFrame
        One row a site in the order of choosing: ``postcode`` (the first by alphabet of those that bring as much),
        ``easting``, ``northing``, ``authority``, ``district``, ``gain`` (how many places or people it newly brings
        within the radius), ``before`` and ``after`` (the share of 1 of all that is within it).

    Raises
    ------
    InputError
        When the radius is not above 0.

    Examples
    --------
    >>> from rosc_map.gaps import best_sites, nearest, places
    >>> from rosc_map.place import postcodes_in
    >>> dorking = places(postcodes_in(["E07000210"]), lookup, "local")
    >>> metres = nearest(dorking, np.array([[516_500, 149_500]]))
    >>> best_sites(dorking, metres, radius=5_000, number=1)[["district", "gain", "before", "after"]].round(2)
      district    gain  before  after
    0     KT22  1566.0    0.35   0.84
    """
    if not (radius > 0 and np.isfinite(radius)):
        raise InputError(f"{radius:g} is no distance for a site to reach. Give metres above 0.")
    weight = np.rint(_PARTS * (np.ones(len(places)) if places.weight is None else places.weight))
    total = float(weight.sum())
    beyond = np.flatnonzero(~(cost <= radius) & (weight > 0))
    within = total - float(weight[beyond].sum())
    grid = _Grid.over(places.points, radius) if len(beyond) else None
    rows: list[dict[str, Any]] = []
    while grid and len(beyond) and len(rows) < number:
        site, gain = _best(places, grid, beyond, weight)
        beyond = beyond[~_near(places.points[[site]], places.points[beyond], radius)[0]]
        shares = {"gain": gain / _PARTS, "before": within / total, "after": (within + gain) / total}
        rows.append({name: getattr(places, name)[site] for name in _SITE} | shares)
        within += gain
    return pd.DataFrame(rows, columns=[*_SITE, "gain", "before", "after"])


@dataclass(frozen=True, eq=False)
class _Grid:
    """Square cells over all places, numbered row by row, with a margin that holds all neighbours.

    Neighbours are spans of cells, one or two a row: shape (spans, 2), what is to be added to the number of a cell to
    get the first of a span, and the first after it.

    Attributes
    ----------
    radius
        Metres.
    cells
        How many there are.
    of_place
        The cell of each place.
    occupied
        The cells that hold a place.
    by_cell, starts
        The places in the order of their cells, and where in it each occupied cell starts; at last its length.
    outer
        The cells that are partly or wholly within the radius of some point of the cell.
    inner
        Those that are wholly within the radius of every point of the cell.
    ring
        Those of ``outer`` that are not in ``inner``.
    """

    radius: float
    cells: int
    of_place: Ints
    occupied: Ints
    by_cell: Ints
    starts: Ints
    outer: Ints
    inner: Ints
    ring: Ints

    @classmethod
    def over(cls, points: Floats, radius: float) -> Self:
        """Lay a grid over points, shape (n, 2), in metres."""
        low = points.min(axis=0)
        extent = points.max(axis=0) - low
        side = max(radius / _CELLS_A_RADIUS, float(extent.max()) / np.sqrt(_MOST_CELLS))
        margin = int(radius / side) + 2
        columns, rows = (extent // side).astype(int) + 1 + 2 * margin
        across, up = (margin + (points - low) // side).astype(np.int64).T
        of_place = up * columns + across
        by_cell = np.argsort(of_place, kind="stable")
        occupied, starts = np.unique(of_place[by_cell], return_index=True)
        return cls(
            radius=radius,
            cells=int(columns * rows),
            of_place=of_place,
            occupied=occupied,
            by_cell=by_cell,
            starts=np.append(starts, len(by_cell)),
            **_neighbours(radius, side, margin, int(columns)),
        )


def _neighbours(radius: float, side: float, margin: int, columns: int) -> dict[str, Ints]:
    """Return the spans ``outer``, ``inner`` and ``ring`` of :class:`_Grid`."""
    spans: dict[str, list[tuple[int, int]]] = {"outer": [], "inner": [], "ring": []}
    for row in range(-margin, margin + 1):
        # How many cells to either hand; below 0 where there is none in this row.
        wide = _half(radius + _SLACK_M, side, max(abs(row) - 1, 0)) + 1
        narrow = _half(max(radius - _SLACK_M, 0), side, abs(row) + 1) - 1
        start, first, after, end = (row * columns + at for at in (-wide, -narrow, narrow + 1, wide + 1))
        if narrow >= 0:
            spans["inner"].append((first, after))
            spans["ring"] += [(start, first), (after, end)]
        elif wide > 0:
            spans["ring"].append((start, end))
        if wide > 0:
            spans["outer"].append((start, end))
    return {name: np.array(pairs, dtype=np.int64).reshape(-1, 2) for name, pairs in spans.items()}


def _half(radius: float, side: float, up: int) -> int:
    """Return how many sides of a cell there are to either hand within a radius, so many sides up; -1 for none."""
    across = (radius / side) ** 2 - up**2
    return int(np.sqrt(across)) if across >= 0 else -1


def _best(places: Places, grid: _Grid, beyond: Ints, weight: Floats) -> tuple[int, float]:
    """Return the place that brings most of the weight of those beyond within reach, and how much it brings."""
    beyond = beyond[np.argsort(grid.of_place[beyond], kind="stable")]
    points, weight = places.points[beyond], weight[beyond]
    # How many of those beyond, and how much weight, lie in the cells before each.
    first = np.concatenate([[0], np.cumsum(np.bincount(grid.of_place[beyond], minlength=grid.cells))])
    held = np.concatenate([[0.0], np.cumsum(weight)])[first]
    most, least = (_held(held, grid.occupied, spans) for spans in (grid.outer, grid.inner))
    best, alike = 0.0, list[int]()
    for number in np.argsort(-most).tolist():
        if most[number] < max(best, 1):
            break
        sites = grid.by_cell[grid.starts[number] : grid.starts[number + 1]]
        ring = _within(first[grid.occupied[number] + grid.ring])
        gains = least[number] + _reached(places.points[sites], points[ring], weight[ring], grid.radius)
        if gains.max() > best:
            best, alike = float(gains.max()), []
        alike += sites[gains == best].tolist()
    return min(alike, key=lambda place: str(places.postcode[place])), best


def _within(spans: Ints) -> Ints:
    """Return all numbers of some spans, shape (spans, 2), the end of each left out."""
    starts, lengths = spans[:, 0], spans[:, 1] - spans[:, 0]
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _held(held: Floats, cells: Ints, spans: Ints) -> Floats:
    """Return how much lies in the neighbours of each cell, shape as the cells."""
    found = np.zeros(len(cells))
    for start, end in spans.tolist():
        found += held[cells + end] - held[cells + start]
    return found


def _reached(sites: Floats, points: Floats, weight: Floats, radius: float) -> Floats:
    """Return how much weight of some points each site reaches, shape (sites,)."""
    parts = np.array_split(sites, len(sites) * len(points) // _AT_ONCE + 1)
    return np.concatenate([_near(part, points, radius) @ weight for part in parts])


def _near(sites: Floats, points: Floats, radius: float) -> Bools:
    """Return which points are within the radius of which site, shape (sites, points)."""
    across, up = (sites[:, np.newaxis, axis] - points[:, axis] for axis in (0, 1))
    near: Bools = across * across + up * up <= radius * radius
    return near
