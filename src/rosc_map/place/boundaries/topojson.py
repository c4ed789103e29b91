"""Polygons that share their lines, as TopoJSON: each shared line is stored once, so neighbours can never disagree.

Coordinates are multiples of a power of ten of a degree (EPSG:4326), so nothing is lost between writing and reading.
Format: the TopoJSON specification 1.0 (Bostock and Metcalf), quantised, with ``translate`` always 0.
"""

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem, InputError
from rosc_map.whole_file import write_atomic

__all__ = ["read_topojson", "write_topojson"]

_MOST_BYTES = 10_000_000
_MOST_POINTS = 5_000_000
"""Unpacked. A hostile file could name one long arc a million times."""
_FARTHEST = 2**40
"""In steps: far beyond 360 degrees at any precision that is used, and far below where a float64 is no longer exact."""

_Ints = npt.NDArray[np.int64]
_Rings = list[list[list[int]]]  # of one authority: its parts, their rings (the outer one first), and the arcs of each


def read_topojson(path: Path) -> tuple[list[str], npt.NDArray[Any]]:
    """Read a file that :func:`write_topojson` wrote.

    Returns
    -------
    codes, polygons
        The code of each authority in the order of the file, and as many shapely polygons or multipolygons, shape
        (authorities,), longitude and latitude in degrees (EPSG:4326).

    Raises
    ------
    FileProblem
        When the file is missing, too large or damaged. Whether the polygons are valid is not looked at.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise FileProblem(f"{path} is too large to be a file of boundaries. Get it again.")
        topology = json.loads(path.read_bytes())
        codes, shapes = _geometries(topology)
        return codes, _build(_points(topology["arcs"]), shapes, _steps(topology["transform"]))
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{path} cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise FileProblem(f"{path} is not a whole file of boundaries: it is damaged. Get it again.") from error


def _geometries(topology: Any) -> tuple[list[str], list[_Rings]]:
    (layer,) = topology["objects"].values()
    codes, shapes = [], []
    for geometry in layer["geometries"]:
        codes.append(geometry["properties"]["code"])
        single = {"Polygon": True, "MultiPolygon": False}[geometry["type"]]
        shapes.append([geometry["arcs"]] if single else geometry["arcs"])
    if not codes or len(set(codes)) < len(codes) or not all(isinstance(code, str) for code in codes):
        raise ValueError(codes)
    return codes, shapes


def _steps(transform: Any) -> int:
    """Return into how many steps a degree is divided: dividing by them is exact, multiplying by 0.0001 is not."""
    (across, up), translate = transform["scale"], transform["translate"]
    steps: int = round(1 / across)
    if steps < 1 or across != up or translate != [0, 0] or 1 / steps != across:
        raise ValueError(transform)
    return steps


def _points(arcs: Any) -> tuple[_Ints, _Ints]:
    """Return the points of all arcs one after another, in steps, shape (points, 2), and where each arc starts."""
    lengths = np.array([len(arc) for arc in arcs])
    deltas = list(chain.from_iterable(arcs))
    if len(lengths) == 0 or lengths.min() < 2 or any(len(delta) != 2 for delta in deltas):
        raise ValueError(lengths)
    numbers = np.fromiter(chain.from_iterable(deltas), dtype=np.float64, count=2 * len(deltas))
    if not (np.abs(numbers) < _FARTHEST).all() or (numbers != np.rint(numbers)).any():
        raise ValueError(numbers)
    points = numbers.astype(np.int64).reshape(-1, 2).cumsum(axis=0)
    starts = np.concatenate([[0], lengths.cumsum()])
    # The sum ran through all arcs; what had gathered before each is taken off it again.
    before = np.concatenate([np.zeros((1, 2), dtype=np.int64), points[starts[1:-1] - 1]])
    return points - np.repeat(before, lengths, axis=0), starts


def _offsets(lists: Sequence[Sequence[Any]]) -> _Ints:
    lengths = [len(part) for part in lists]
    if 0 in lengths:
        raise ValueError(lists)
    return np.concatenate([[0], np.cumsum(lengths)])


def _build(arcs: tuple[_Ints, _Ints], shapes: list[_Rings], steps: int) -> npt.NDArray[Any]:
    import shapely

    parts = list(chain.from_iterable(shapes))
    corners, ring_starts = _corners(*arcs, list(chain.from_iterable(parts)))
    offsets = (ring_starts, _offsets(parts), _offsets(shapes))
    polygons = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, corners / steps, offsets)
    single = shapely.get_num_geometries(polygons) == 1
    shaped: npt.NDArray[Any] = np.where(single, shapely.get_geometry(polygons, 0), polygons)
    return shaped


def _corners(points: _Ints, starts: _Ints, rings: list[list[int]]) -> tuple[_Ints, _Ints]:
    """Return the corners of all rings one after another, in steps, shape (corners, 2), and where each ring starts."""
    uses = np.array(list(chain.from_iterable(rings)))
    if uses.dtype != np.int64:
        raise ValueError(uses)
    ring_starts = _offsets(rings)
    ring_ends = ring_starts[1:] - 1
    backwards = uses < 0
    arc = np.where(backwards, ~uses, uses)
    first, last = starts[arc], starts[arc + 1] - 1
    first, last = np.where(backwards, last, first), np.where(backwards, first, last)
    following = np.arange(1, len(uses) + 1)
    following[ring_ends] = ring_starts[:-1]
    if (points[last] != points[first[following]]).any():
        raise ValueError("a ring that does not close")
    # Each arc ends where the next begins, so its last point is left to the next; only a ring's last arc keeps it.
    counts = np.abs(last - first)
    counts[ring_ends] += 1
    ends = counts.cumsum()
    corner_starts = np.concatenate([[0], ends[ring_ends]])
    if ends[-1] > _MOST_POINTS or np.diff(corner_starts).min() < 4:
        raise ValueError("too many corners, or a ring of fewer than three")
    along = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    index = np.repeat(first, counts) + along * np.repeat(np.where(backwards, -1, 1), counts)
    return points[index], corner_starts


def write_topojson(path: Path, codes: Sequence[str], polygons: Sequence[Any], decimals: int = 4) -> None:
    """Write polygons that share their lines, whole or not at all; the same polygons always give the same bytes.

    Parameters
    ----------
    path
        Replaced when it exists.
    codes
        One for each polygon; no two alike.
    polygons
        Shapely polygons or multipolygons, longitude and latitude in degrees (EPSG:4326). A line is stored once where
        both neighbours have the same corners along it.
    decimals
        Coordinates are rounded to so many. Round before, and look whether the polygons are still valid, if they are not
        multiples of it yet.

    Raises
    ------
    InputError
        For codes that do not fit the polygons, or a ring that is nothing when it is rounded.
    FileProblem
        When the file cannot be written.
    """
    if len(codes) != len(polygons) or len(set(codes)) < len(codes) or not codes:
        raise InputError("Each boundary needs a code of its own.")
    shapes = [_rounded(shape, decimals, code) for code, shape in zip(codes, polygons, strict=True)]
    arcs, uses = _cut([ring for shape in shapes for part in shape for ring in part])
    following = iter(uses)
    geometries = [
        _geometry(code, [[next(following) for _ in part] for part in shape])
        for code, shape in zip(codes, shapes, strict=True)
    ]
    deltas = [np.diff(arc, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).tolist() for arc in arcs]
    write_atomic(path, _text(geometries, deltas, 1 / 10**decimals), lasting=True)


def _geometry(code: str, parts: _Rings) -> dict[str, Any]:
    kind, arcs = ("Polygon", parts[0]) if len(parts) == 1 else ("MultiPolygon", parts)
    return {"type": kind, "properties": {"code": code}, "arcs": arcs}


def _rounded(shape: Any, decimals: int, code: str) -> list[list[_Ints]]:
    parts = getattr(shape, "geoms", [shape])
    return [[_ring(ring, decimals, code) for ring in (part.exterior, *part.interiors)] for part in parts]


def _ring(ring: Any, decimals: int, code: str) -> _Ints:
    """Return the corners of a ring in steps, shape (corners, 2), without the first one again at the end."""
    import shapely

    corners: _Ints = np.rint(shapely.get_coordinates(ring) * 10**decimals).astype(np.int64)
    corners = corners[1:][(np.diff(corners, axis=0) != 0).any(axis=1)]
    if len(corners) < 3:
        raise InputError(f"A part of the boundary of {code} is smaller than {decimals} decimals can show. Take it out.")
    return corners


def _cut(rings: list[_Ints]) -> tuple[list[_Ints], list[list[int]]]:
    """Cut rings where lines part; return each arc once, and for each ring its arcs (``~n``: arc n backwards)."""
    _, corner = np.unique(np.concatenate(rings), axis=0, return_inverse=True)
    ends = np.cumsum([len(ring) for ring in rings])
    names = np.split(corner, ends[:-1])
    cuts = _junctions(names)
    arcs: list[_Ints] = []
    numbers: dict[bytes, int] = {}
    uses = []
    for ring, name in zip(rings, names, strict=True):
        places = np.flatnonzero(cuts[name])
        if len(places) == 0:
            # An island, or the hole around it: both are cut at the same corner, so that they share their arc.
            places = np.array([name.argmin()])
        use = []
        for start, end in zip(places, [*places[1:], places[0] + len(ring)], strict=True):
            along = np.arange(start, end + 1) % len(ring)
            known = numbers.get(name[along].tobytes())
            if known is None:
                known = len(arcs)
                arcs.append(ring[along])
                numbers[name[along[::-1]].tobytes()] = ~known
                numbers[name[along].tobytes()] = known
            use.append(known)
        uses.append(use)
    return arcs, uses


def _junctions(rings: list[_Ints]) -> npt.NDArray[np.bool_]:
    """Return for each corner whether it has other neighbours in one ring than in another: there lines part."""
    corner = np.concatenate(rings)
    before = np.concatenate([np.roll(ring, 1) for ring in rings])
    after = np.concatenate([np.roll(ring, -1) for ring in rings])
    order = corner.argsort(kind="stable")
    starts = np.flatnonzero(np.diff(corner[order], prepend=-1))
    low, high = np.minimum(before, after)[order], np.maximum(before, after)[order]
    differ = [np.minimum.reduceat(side, starts) != np.maximum.reduceat(side, starts) for side in (low, high)]
    junctions: npt.NDArray[np.bool_] = differ[0] | differ[1]
    return junctions


def _text(geometries: list[dict[str, Any]], deltas: list[Any], step: float) -> bytes:
    """Return the file: an authority or an arc a line, so that a change of one shows as one."""
    lines = [",\n".join(json.dumps(item, separators=(",", ":")) for item in items) for items in (geometries, deltas)]
    return (
        f'{{"type":"Topology","transform":{{"scale":[{step!r},{step!r}],"translate":[0,0]}},\n'
        f'"objects":{{"authorities":{{"type":"GeometryCollection","geometries":[\n{lines[0]}\n]}}}},\n'
        f'"arcs":[\n{lines[1]}\n]}}\n'
    ).encode()
