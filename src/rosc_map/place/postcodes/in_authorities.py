"""All postcodes of some authorities: what reach is counted over."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rosc_map.place.postcodes.index import PostcodeIndex
from rosc_map.place.postcodes.lookup import ask, current_codes
from rosc_map.place.postcodes.rows import Live

__all__ = ["AreaPostcodes", "postcodes_in"]


@dataclass(frozen=True)
class AreaPostcodes:
    """Postcodes in use, one value each in the order of the postcodes.

    Attributes
    ----------
    postcode
        In standard form.
    easting, northing
        Metres, EPSG:27700.
    local_authority_code
        The current GSS code.
    said
        Which postcodes these are, of which date, and how many were left out: belongs beside every figure made of them.
    """

    postcode: npt.NDArray[np.object_]
    easting: npt.NDArray[np.float64]
    northing: npt.NDArray[np.float64]
    local_authority_code: npt.NDArray[np.object_]
    said: str


def postcodes_in(local_authorities: Collection[str]) -> AreaPostcodes:
    """Return the postcodes in use of some local authorities that have a point.

    Postcodes that are no longer in use are left out, or the ends of closed streets would count as people. Where the
    directory does not tell which these are (Northern Ireland), all are taken, and ``said`` says so.

    Parameters
    ----------
    local_authorities
        Current GSS codes.
    """
    return ask(lambda index: _of(index, set(local_authorities)))


def _of(index: PostcodeIndex, wanted: set[str]) -> AreaPostcodes:
    everything = index.everything()
    codes = current_codes(index.authorities)
    # Of some hundred codes, not of millions of postcodes: to compare texts takes seconds.
    here = np.isin(codes, list(wanted)).take(everything.authority) & ~everything.no_point
    kept = here & (everything.live != Live.NOT_LIVE)
    unknown = int(np.count_nonzero(kept & (everything.live == Live.UNKNOWN)))
    source = f"{index.about['live_source']}, {index.about['live_date']}"
    said = f"{kept.sum():,} postcodes of the {index.about['edition']}"
    said += f"; {(here & ~kept).sum():,} that are no longer in use ({source}) are left out"
    said += f"; of {unknown:,} it is not known whether they are in use, and they are counted." if unknown else "."
    return AreaPostcodes(
        postcode=index.standard_forms(everything.keys[kept]),
        easting=everything.easting[kept],
        northing=everything.northing[kept],
        local_authority_code=codes.take(everything.authority[kept]),
        said=said,
    )
