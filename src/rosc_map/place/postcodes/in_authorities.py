"""All postcodes of some authorities: what reach is counted over."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from rosc_map.place.boundaries.files import boundaries_folder
from rosc_map.place.postcodes.index import Found, PostcodeIndex
from rosc_map.place.postcodes.lookup import ask, current_codes
from rosc_map.place.postcodes.rows import Live

__all__ = ["AreaPostcodes", "postcodes_in"]

_REMEMBERED, _FEW = 4, 40  # a county is asked about again and again; all of a country would fill the memory


@dataclass(frozen=True)
class AreaPostcodes:
    """Postcodes in use, one value each in the order of the postcodes; it must not be changed.

    Attributes
    ----------
    postcode
        In standard form.
    district
        The postcode district (outward code) of each.
    easting, northing
        Metres, EPSG:27700.
    local_authority_code
        The current GSS code; its categories are sorted, as those of the districts are.
    said
        Which postcodes these are, of which date, and how many were left out: belongs beside every figure made of them.

    Examples
    --------
    >>> from rosc_map.place import AreaPostcodes, postcodes_in
    >>> found = postcodes_in(["E07000210"])
    >>> isinstance(found, AreaPostcodes), len(found.postcode)
    (True, 3160)
    >>> found.said
    '3,160 postcodes of the ONS Postcode Directory, November 2025; 1,573 that are no longer in use (OS Code-Point
    Open, 2025-09-29) are left out.'
    """

    postcode: npt.NDArray[np.object_]
    district: "pd.Categorical[str]"
    easting: npt.NDArray[np.float64]
    northing: npt.NDArray[np.float64]
    local_authority_code: "pd.Categorical[str]"
    said: str


def postcodes_in(local_authorities: Collection[str]) -> AreaPostcodes:
    """Return the postcodes in use of some local authorities that have a point.

    Postcodes that are no longer in use are left out, or the ends of closed streets would count as people. Where the
    directory does not tell which these are (Northern Ireland), all are taken, and ``said`` says so.

    Parameters
    ----------
    local_authorities
        Current GSS codes.

    Examples
    --------
    >>> from rosc_map.place import postcodes_in
    >>> found = postcodes_in(["E07000210"])
    >>> len(found.postcode), found.district.categories[:3].tolist()
    (3160, ['KT11', 'KT18', 'KT20'])
    """
    wanted = frozenset(local_authorities)
    of = _remembered if len(wanted) <= _FEW else _of
    return ask(lambda index: of(index, wanted, boundaries_folder()))


def _of(index: PostcodeIndex, wanted: frozenset[str], _boundaries: Path) -> AreaPostcodes:
    """Return them by the boundaries in use, which may change: so what is kept is kept by their folder."""
    found, codes = index.everything(), current_codes(index.authorities)
    # Of some hundred codes, not of millions of postcodes: to compare texts takes seconds.
    found = _part(found, np.isin(codes, list(wanted)).take(found.authority))
    found = _part(found, ~found.no_point)
    kept = _part(found, found.live != Live.NOT_LIVE)
    unknown = int(np.count_nonzero(kept.live == Live.UNKNOWN))
    source = f"{index.about['live_source']}, {index.about['live_date']}"
    said = f"{len(kept.keys):,} postcodes of the {index.about['edition']}"
    said += f"; {len(found.keys) - len(kept.keys):,} that are no longer in use ({source}) are left out"
    said += f"; of {unknown:,} it is not known whether they are in use, and they are counted." if unknown else "."
    different, number = np.unique(codes, return_inverse=True)
    return AreaPostcodes(
        postcode=index.standard_forms(kept.keys),
        district=index.districts(kept.keys),
        easting=kept.easting,
        northing=kept.northing,
        local_authority_code=pd.Categorical.from_codes(number.take(kept.authority), different.tolist()),
        said=said,
    )


def _part(found: Found, chosen: npt.NDArray[np.bool_]) -> Found:
    return Found(found.keys[chosen], found.rows[chosen], found.payload[chosen])


_remembered = lru_cache(maxsize=_REMEMBERED)(_of)
