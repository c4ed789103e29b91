"""The authorities: their boundaries and their tiers.

Words: *local authority* is the lower tier (361 in the UK), *upper tier* is counties and unitaries (218 in the UK, 153
in England). Source: ONS, NRS and NISRA boundaries and lookups, OGL v3; see ``data/boundaries`` and NOTICE.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.place.boundaries.files import LOOKUP, POLYGONS, boundaries_folder, cannot_be_used

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

__all__ = [
    "TIERS",
    "UNITED_KINGDOM",
    "area_lookup",
    "authorities",
    "code_names",
    "current_code",
    "lookup",
    "numbers_of_areas",
    "polygons_in_metres",
    "rows",
    "tiers",
    "tiers_by_code",
    "welsh_names",
]

TIERS = ("local_authority", "upper_tier", "region", "country")
UNITED_KINGDOM = "K02000001"
_UNITED_KINGDOM_NAME = "United Kingdom"
_COLUMNS = tuple(column for tier in TIERS for column in (f"{tier}_code", tier))


@cache
def rows(folder: Path) -> tuple[dict[str, str], ...]:
    """Return the list of local authorities of a folder of boundaries as it is, a dictionary a row.

    The columns of :func:`lookup`, and ``local_authority_type``, ``welsh_name``, and ``old_codes`` and ``old_names`` of
    what went into it, split by ";".

    Raises
    ------
    FileProblem
        When the file is missing or damaged.
    """
    path = folder / LOOKUP
    try:
        with path.open(encoding="utf-8", newline="") as file:
            held = tuple(csv.DictReader(file, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise cannot_be_used(path, "(the list of authorities) cannot be read") from error
    wanted = {*_COLUMNS, "welsh_name", "old_codes", "old_names"}
    if not held or not all(wanted <= set(row) and all(isinstance(v, str) for v in row.values()) for row in held):
        raise cannot_be_used(path, "(the list of authorities) is damaged")
    return held


def lookup() -> "pd.DataFrame":
    """Return one row a local authority of the UK.

    Returns
    -------
    pandas.DataFrame
        361 rows: ``local_authority_code``, ``local_authority``, ``upper_tier_code``, ``upper_tier``, ``region_code``,
        ``region``, ``country_code``, ``country`` (region is "" outside England).

    Examples
    --------
    >>> from rosc_map.place import lookup
    >>> len(lookup()), lookup()["upper_tier_code"].nunique()
    (361, 218)
    """
    return _lookup(boundaries_folder()).copy()


@cache
def _lookup(folder: Path) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(rows(folder), columns=list(_COLUMNS), dtype=object)


@cache
def _by_code(folder: Path) -> dict[str, dict[str, str]]:
    return {row["local_authority_code"]: {column: row[column] for column in _COLUMNS} for row in rows(folder)}


def tiers(code: str) -> dict[str, str]:
    """Return the row of :func:`lookup` of one local authority.

    Raises
    ------
    UnknownName
        When it is not the code of a local authority of today.
    """
    row = _by_code(boundaries_folder()).get(code)
    if row is None:
        raise UnknownName(f"{code!r} is not the code of a local authority of the UK. Check it.")
    return dict(row)


def tiers_by_code() -> Mapping[str, Mapping[str, str]]:
    """Return for each local authority of today what :func:`tiers` does, by its code: not to be changed."""
    return _by_code(boundaries_folder())


def numbers_of_areas() -> list[tuple[str, int, int]]:
    """Return, for each country and then the United Kingdom, how many upper-tier and local authorities it has."""
    held = rows(boundaries_folder())
    countries = {row["country"]: [each for each in held if each["country"] == row["country"]] for row in held}
    countries[_UNITED_KINGDOM_NAME] = list(held)
    return [(name, len({row["upper_tier_code"] for row in inside}), len(inside)) for name, inside in countries.items()]


def code_names() -> dict[str, str]:
    """Return the name of every current code: local authorities, upper tier, regions, countries.

    Examples
    --------
    >>> from rosc_map.place import code_names
    >>> code_names()["E10000030"]
    'Surrey'
    """
    return _code_names(boundaries_folder())


@cache
def _code_names(folder: Path) -> dict[str, str]:
    names = {UNITED_KINGDOM: _UNITED_KINGDOM_NAME}
    for tier in TIERS:
        names |= {row[f"{tier}_code"]: row[tier] for row in rows(folder)}
    names.pop("", None)
    return names


def welsh_names() -> dict[str, str]:
    """Return the Welsh name of each local authority that has one of its own, by its code; in Wales both tiers are one.

    Source: the ONS list of local authorities; Abertawe for Swansea, and nothing where English has the same name.

    Examples
    --------
    >>> from rosc_map.place import resolve_area, welsh_names
    >>> welsh_names()[resolve_area("Swansea").code]
    'Abertawe'
    """
    return _welsh_names(boundaries_folder())


@cache
def _welsh_names(folder: Path) -> dict[str, str]:
    held = ((row["local_authority_code"], row["local_authority"], row["welsh_name"]) for row in rows(folder))
    return {code: welsh for code, name, welsh in held if welsh and welsh != name}


def current_code(code: str) -> str:
    """Return the code of the authority that an old code went into; any other text comes back as it is.

    Known is every code in the form of today (E06000028), in use since 2011, of an authority all of which went into one
    other: districts that were merged in 2019 to 2023, the counties of Buckinghamshire, North Yorkshire and Somerset,
    and codes that changed with a line, as those of Northumberland, Fife and Sheffield did. A county that was divided,
    such as Cumbria (E10000006), has no one successor.

    Examples
    --------
    >>> from rosc_map.place import code_names, current_code
    >>> code_names()[current_code("E07000165")]
    'North Yorkshire'
    """
    return _old_codes(boundaries_folder()).get(code, code)


@cache
def _old_codes(folder: Path) -> dict[str, str]:
    return {old: row["local_authority_code"] for row in rows(folder) for old in row["old_codes"].split(";") if old}


def area_lookup(codes: list[str]) -> "pd.DataFrame":
    """Return the rows of :func:`lookup` that lie in any of the areas.

    Parameters
    ----------
    codes
        Of any tier. An old code stands for the authority that it went into; one that is no area's has no rows.

    Examples
    --------
    >>> from rosc_map.place import area_lookup
    >>> lookup = area_lookup(["E10000030"])
    >>> len(lookup), lookup["local_authority"].head(3).tolist()
    (11, ['Elmbridge', 'Epsom and Ewell', 'Guildford'])
    """
    table = lookup()
    wanted = {current_code(code) for code in codes} - {""}  # "" stands in the table where there is no region
    if UNITED_KINGDOM in wanted:
        return table
    inside = table[[f"{tier}_code" for tier in TIERS]].isin(wanted).any(axis=1)
    return table[inside].reset_index(drop=True)


@cache
def _polygons(folder: Path) -> tuple[list[str], npt.NDArray[Any]]:
    from rosc_map.place.boundaries.topojson import read_topojson

    try:
        codes, polygons = read_topojson(folder / POLYGONS)
    except FileProblem as error:
        raise cannot_be_used(folder / POLYGONS, "cannot be read") from error
    if set(codes) != set(_by_code(folder)):
        raise cannot_be_used(folder / POLYGONS, "and the list of authorities beside it differ")
    order = np.argsort(codes)
    return [codes[place] for place in order], polygons[order]


@cache
def polygons_in_metres(folder: Path) -> tuple[list[str], npt.NDArray[Any]]:
    """Return the codes of the local authorities of a folder of boundaries, sorted, and their polygons.

    The polygons have the shape (codes,) and are in metres (EPSG:27700).
    """
    import shapely

    from rosc_map.place.grid import to_metres

    codes, polygons = _polygons(folder)
    metres = shapely.transform(polygons, lambda points: np.column_stack(to_metres(points[:, 0], points[:, 1])))
    return codes, metres


@cache
def _tier(folder: Path, tier: str) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    codes, polygons = _polygons(folder)
    shapes = gpd.GeoDataFrame({"local_authority_code": codes}, geometry=polygons, crs=4326)
    shapes = shapes.merge(_lookup(folder), on="local_authority_code")
    if tier == "upper":
        # The upper tier is derived, so the two tiers can never disagree about a line.
        shapes = shapes.dissolve("upper_tier_code", as_index=False, method="coverage")
    column = "upper_tier" if tier == "upper" else "local_authority"
    shapes["code"], shapes["name"] = shapes[f"{column}_code"], shapes[column]
    columns = ["code", "name", "region", "country", "geometry"]
    return shapes[columns].sort_values("name", ignore_index=True)


def authorities(tier: str, codes: str | list[str] | None = None, *, country: str | None = None) -> "gpd.GeoDataFrame":
    """Return the polygons of a tier.

    Parameters
    ----------
    tier
        ``upper`` or ``local``.
    codes
        Only those in these areas; all when left out. One code or several, of any tier: a region stands for the
        authorities in it, an old code for the authority that it went into, and a district, where the upper tier is
        asked for, for its county.
    country
        Only those of one country, by name or code (``England``, ``W92000004``); all of the UK when left out.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name``, ``region``, ``country``, polygons in EPSG:4326, sorted by name.

    Raises
    ------
    InputError
        For a tier or country that there is not.
    UnknownName
        For a code that is no area's.

    Examples
    --------
    >>> from rosc_map.place import authorities
    >>> found = authorities("local", "E10000030")
    >>> len(found), found["name"].head(3).tolist()
    (11, ['Elmbridge', 'Epsom and Ewell', 'Guildford'])
    """
    if tier not in ("upper", "local"):
        raise InputError(f"There is no tier {tier!r}. Write upper or local.")
    shapes = _tier(boundaries_folder(), tier)
    if codes is not None:
        shapes = shapes[shapes["code"].isin(_of_tier(tier, [codes] if isinstance(codes, str) else codes))]
    if country is not None:
        shapes = shapes[shapes["country"] == _country(country)]
    return shapes.reset_index(drop=True)


def _of_tier(tier: str, codes: list[str]) -> set[str]:
    """Return the codes of the authorities of a tier (as :func:`authorities` names it) that some areas are made of."""
    known = code_names()
    for code in codes:
        if current_code(code) not in known:
            raise UnknownName(
                f"{code!r} is not the code of an area of the UK. Give 9-character codes: rosc_map.place.resolve_area "
                "finds the code of a name."
            )
    column = "upper_tier_code" if tier == "upper" else "local_authority_code"
    return set(area_lookup(codes)[column])


def _country(text: str) -> str:
    """Return the name of a country, given its name or code."""
    word = text.strip().casefold()
    for row in rows(boundaries_folder()):
        if word in (row["country"].casefold(), row["country_code"].casefold()):
            return row["country"]
    raise InputError(f"{text!r} is not a country of the UK. Write England, Wales, Scotland or Northern Ireland.")
