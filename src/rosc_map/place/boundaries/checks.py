"""What new boundaries must fulfil before they replace those in use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import InputError
from rosc_map.place.boundaries.sources import NewBoundaries

if TYPE_CHECKING:
    from rosc_map.place.postcodes.index import Found, PostcodeIndex

__all__ = ["LEAST_INSIDE", "SAMPLE", "SEED", "as_coverage", "check_source", "heirs", "share_inside"]

LEAST_INSIDE = 0.98
"""Of real postcodes, in the polygon of the authority that the postcode directory gives. ONS's own BUC reach 0.9865."""

_FEWEST, _MOST = 300, 420
_BOX_M = (-100_000, -100_000, 700_000, 1_300_000)  # all of the UK, Northern Ireland's west included (EPSG:27700)
_POLYGON_TYPES = (3, 6)  # shapely's numbers of polygons and multipolygons
_MOST_OVERLAP_M2 = 1e6
_SAME_AREA = 0.9
_MOST_LOST = 0.012
"""How much smaller the share inside may be than with the boundaries in use. A shift by 200 m costs 0.015."""
_EACH, _FEWEST_EACH = 200, 20
_LEAST_EACH = 0.75
"""Of up to 200 postcodes of one authority. The least with the shipped boundaries is 0.86 (Broxtowe)."""
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


def heirs(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return for each old code that is no more the fewest new ones that together hold at least 90 % of its area.

    Parameters
    ----------
    old, new
        Code and polygon of each authority, EPSG:27700.

    Returns
    -------
    dict
        The new codes, the one with the largest part first: a single one where it went into that one as a whole, several
        where it was divided. Whoever holds more than 10 % is among them.

    Raises
    ------
    InputError
        When all of the new ones together hold less: then the authority is not gone, but left out.
    """
    import shapely

    codes, polygons = list(new), np.array(list(new.values()), dtype=object)
    found = {}
    for code in sorted(set(old) - set(new)):
        shares = shapely.area(shapely.intersection(polygons, old[code])) / shapely.area(old[code])
        order = np.argsort(-shares, kind="stable")
        together = np.cumsum(shares[order])
        if together[-1] < _SAME_AREA:
            raise InputError(
                f"The new boundaries have neither {code} nor others in its place: {1 - together[-1]:.0%} of its area "
                "is in none. Nothing was changed. Give the boundaries of the whole UK."
            )
        found[code] = tuple(codes[place] for place in order[: int(np.argmax(together >= _SAME_AREA)) + 1])
    return found


def share_inside(polygons: Mapping[str, Any], followed: Mapping[str, str], in_use: Mapping[str, Any]) -> float:
    """Return the share of real postcodes that lie in the polygon of their own authority.

    Parameters
    ----------
    polygons
        Code and polygon of each new authority, EPSG:27700.
    followed
        The one code of today of each code that is no more, where there is one.
    in_use
        Code and polygon of each authority until now, EPSG:27700.

    Raises
    ------
    InputError
        When it is less than 98 % of a sample of 20,000, or a hundredth less than it was until now, or less than 75 % of
        up to 200 postcodes of one authority, or when the directory and the boundaries know different authorities.
    """
    from rosc_map.place.boundaries.areas import code_names, current_code
    from rosc_map.place.postcodes.lookup import ask

    sample, drawn, authorities = ask(_sample)
    # Texts of one length each: objects would be compared one by one, for every authority.
    known = np.array([current_code(code) for code in authorities], dtype=np.str_)
    before = known[sample.authority]
    now = np.array([followed.get(code, code) for code in known.tolist()], dtype=np.str_)[sample.authority]
    uk = np.array([code[:1] in {*"EWSN"} for code in known])[sample.authority] & ~sample.no_point
    usable = np.isin(now, list(polygons)) & ~sample.no_point
    if (usable & drawn).sum() < LEAST_INSIDE * (uk & drawn).sum():
        raise InputError(
            "The postcode directory knows other authorities than the new boundaries. Nothing was changed. "
            "Update the postcodes first, or give boundaries of about the same date."
        )
    inside = _inside(polygons, now, sample)
    share = float(inside[usable & drawn].mean())
    usable_before = np.isin(before, list(in_use)) & ~sample.no_point & drawn
    least = max(LEAST_INSIDE, float(_inside(in_use, before, sample)[usable_before].mean()) - _MOST_LOST)
    if share < least:
        raise InputError(
            f"Only {share:.1%} of the postcodes lie in the new polygon of their authority, and {least:.1%} "
            "should. Nothing was changed. Give boundaries with more detail: 'generalised' (BGC)."
        )
    of_usable = inside[usable]
    for code, own in _by_code(now[usable]):
        share_of_own = of_usable[own].mean()
        if len(own) >= _FEWEST_EACH and share_of_own < _LEAST_EACH:
            raise InputError(
                f"Only {share_of_own:.0%} of {len(own)} postcodes of {code_names().get(code, code)} ({code}) lie in "
                "its new polygon. Nothing was changed. Give boundaries in which each polygon has its own code."
            )
    return share


def _inside(polygons: Mapping[str, Any], codes: npt.NDArray[np.str_], places: "Found") -> npt.NDArray[np.bool_]:
    """Return whether each postcode is in the polygon of its code; without one, it is in none."""
    import shapely

    easting, northing = places.easting, places.northing
    inside = np.zeros(len(codes), dtype=np.bool_)
    for code, own in _by_code(codes):
        if code in polygons:
            inside[own] = shapely.contains_xy(polygons[code], easting[own], northing[own])
    return inside


def _by_code(codes: npt.NDArray[np.str_]) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
    """Give each code, in their order, and where it stands: all are compared once, and not once for each code."""
    names, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    places = np.split(np.argsort(which, kind="stable"), np.cumsum(counts))[:-1]
    return zip(names.tolist(), places, strict=True)


def _sample(index: "PostcodeIndex") -> "tuple[Found, npt.NDArray[np.bool_], tuple[str, ...]]":
    """Return some postcodes of all, and more of each authority; which are of the first; and the authorities' codes."""
    rows = np.random.default_rng(SEED).permutation(index.missing)
    authority = index.at(rows).authority.astype(np.uint16)  # numbers of two bytes are sorted in a fifth of the time
    by_authority = np.argsort(authority, kind="stable")
    counts = np.bincount(authority)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    kept = np.zeros(len(rows), dtype=np.bool_)
    kept[by_authority] = np.arange(len(rows)) - first < _EACH
    kept[:SAMPLE] = True
    return index.at(rows[kept]), np.flatnonzero(kept) < SAMPLE, index.authorities
