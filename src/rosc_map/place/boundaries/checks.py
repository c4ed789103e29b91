"""What new boundaries must fulfil before they replace those in use."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.place.boundaries.sources import NewBoundaries

__all__ = ["LEAST_INSIDE", "SAMPLE", "SEED", "as_coverage", "check_source", "share_inside", "successors"]

LEAST_INSIDE = 0.98
"""Of real postcodes, in the polygon of the authority that the postcode directory gives. ONS's own BUC reach 0.9865."""

_FEWEST, _MOST = 300, 420
_BOX_M = (-100_000, -100_000, 700_000, 1_300_000)  # all of the UK, Northern Ireland's west included (EPSG:27700)
_POLYGON_TYPES = (3, 6)  # shapely's numbers of polygons and multipolygons
_MOST_OVERLAP_M2 = 1e6
_SAME_AREA = 0.9
SAMPLE, SEED = 20_000, 20_251_122
"""How many postcodes are looked at, and what they are drawn with."""

_Polygons = npt.NDArray[Any]


def check_source(new: NewBoundaries) -> None:
    """Look at what came, before anything is done with it.

    Raises
    ------
    InputError
        For codes that are no GSS codes or come twice, missing names or shapes, a missing nation, too few or too many
        authorities, and shapes outside the UK.
    """
    import shapely

    _refuse("no 9-character code", [code for code in new.codes if not re.fullmatch(r"[EWSN]\d{8}", code, re.ASCII)])
    _refuse("the same code twice", sorted({code for code in new.codes if new.codes.count(code) > 1}))
    _refuse("no name", [code for code, name in zip(new.codes, new.names, strict=True) if not name])
    kinds = shapely.get_type_id(new.polygons)
    west, south, east, north = shapely.bounds(new.polygons).T
    # Written so that what is no number at all is outside.
    inside = (west > _BOX_M[0]) & (south > _BOX_M[1]) & (east < _BOX_M[2]) & (north < _BOX_M[3])
    _refuse("no polygon", [code for code, kind in zip(new.codes, kinds, strict=True) if kind not in _POLYGON_TYPES])
    _refuse("a polygon outside the UK", [code for code, within in zip(new.codes, inside, strict=True) if not within])
    nations = {code[0] for code in new.codes}
    if not _FEWEST <= len(new.codes) <= _MOST or nations != set("EWSN"):
        raise InputError(
            f"The new boundaries hold {len(new.codes)} areas in {len(nations)} of the 4 nations. Nothing was changed. "
            "Give the local authority districts of the whole UK (about 360)."
        )


def _refuse(what: str, codes: Sequence[str]) -> None:
    if len(codes):
        raise InputError(
            f"The new boundaries have {what} for {len(codes)} of their areas ({str(codes[0])[:20]!r} first). "
            "Nothing was changed. Download them again, or choose other ones."
        )


def as_coverage(polygons: _Polygons) -> _Polygons:
    """Make polygons valid and fit each other.

    Parameters
    ----------
    polygons
        Shape (areas,), EPSG:27700.

    Returns
    -------
    numpy.ndarray
        A valid coverage, shape (areas,), EPSG:27700.

    Raises
    ------
    InputError
        When more than 1 km² in sum lies in two of them.
    """
    import shapely

    valid = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    if shapely.coverage_is_valid(valid):
        return np.asarray(valid)
    one, other = shapely.STRtree(valid).query(valid, predicate="intersects")
    pairs = one < other
    overlap = shapely.area(shapely.intersection(valid[one[pairs]], valid[other[pairs]])).sum()
    if overlap >= _MOST_OVERLAP_M2:
        raise InputError(
            f"The new boundaries overlap by {overlap / 1e6:,.0f} km². Nothing was changed. "
            "Give boundaries of one tier and one date."
        )
    return np.asarray(shapely.coverage_clean(valid))


def successors(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Return for each old code that is no more the new one that holds at least 90 % of its area, or "".

    Parameters
    ----------
    old, new
        Code and polygon of each authority, EPSG:27700.
    """
    import shapely

    codes, polygons = list(new), np.array(list(new.values()), dtype=object)
    found = {}
    for code in sorted(set(old) - set(new)):
        shared = shapely.area(shapely.intersection(polygons, old[code]))
        best = int(shared.argmax())
        found[code] = codes[best] if shared[best] >= _SAME_AREA * shapely.area(old[code]) else ""
    return found


def share_inside(polygons: Mapping[str, Any], now: Mapping[str, str]) -> float:
    """Return the share of real postcodes that lie in the polygon of their own authority.

    Parameters
    ----------
    polygons
        Code and polygon of each authority, EPSG:27700.
    now
        The code of today of each code that is no more; "" where there is none.

    Raises
    ------
    InputError
        When it is less than 98 % of a sample of 20,000, or the directory and the boundaries know different authorities.
    """
    import shapely

    from rosc_map.place.boundaries.areas import current_code
    from rosc_map.place.postcodes.cache import directory

    index = directory()
    sample = index.at(np.random.default_rng(SEED).integers(0, index.missing, SAMPLE))
    known = [current_code(code) for code in index.authorities]
    codes = np.array([now.get(code, code) for code in known], dtype=object)[sample.authority]
    usable = np.isin(codes, list(polygons)) & ~sample.no_point
    uk = np.array([code[:1] in {*"EWSN"} for code in known])[sample.authority] & ~sample.no_point
    if usable.sum() < LEAST_INSIDE * uk.sum():
        raise InputError(
            "The postcode directory knows other authorities than the new boundaries. Nothing was changed. "
            "Update the postcodes first, or give boundaries of about the same date."
        )
    easting, northing = sample.easting, sample.northing
    inside = 0
    for code in np.unique(codes[usable]):
        own = usable & (codes == code)
        inside += shapely.contains_xy(polygons[code], easting[own], northing[own]).sum()
    share = float(inside / usable.sum())
    if share < LEAST_INSIDE:
        raise InputError(
            f"Only {share:.1%} of the postcodes lie in the new polygon of their authority, and {LEAST_INSIDE:.0%} "
            "should. Nothing was changed. Give boundaries with more detail: 'generalised' (BGC)."
        )
    return share
