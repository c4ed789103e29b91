"""The authorities: their boundaries, their tiers, and how a name or code is understood.

Words: *local authority* is the lower tier (361 in the UK), *upper tier* is counties and unitaries (218 in the UK, 153
in England). Source: ONS, NRS and NISRA boundaries and lookups, OGL v3; see ``data/boundaries`` and NOTICE.
"""

import difflib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from rosc_map.errors import UnknownName
from rosc_map.place.shipped import shipped
from rosc_map.records import squash

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Area", "area_lookup", "authorities", "code_names", "lookup", "resolve_area"]

_RENAME = {
    "lad25cd": "local_authority_code",
    "lad25nm": "local_authority",
    "utla25cd": "upper_tier_code",
    "utla25nm": "upper_tier",
    "rgn_cd": "region_code",
    "rgn_nm": "region",
    "ctry_cd": "country_code",
    "ctry_nm": "country",
}
_TIERS = ("local_authority", "upper_tier", "region", "country")
_UNITED_KINGDOM = "K02000001"
# Names that people use and the register does not; Welsh names are the councils' own.
_ALIASES = {
    "durham": "E06000047",
    "hull": "E06000010",
    "kingston upon hull": "E06000010",
    "bristol": "E06000023",
    "herefordshire": "E06000019",
    "city of london": "E09000001",
    "anglesey": "W06000001",
    "ynys mon": "W06000001",
    "caerdydd": "W06000015",
    "abertawe": "W06000011",
    "wrecsam": "W06000006",
    "sir gaerfyrddin": "W06000010",
    "western isles": "S12000013",
    "edinburgh": "S12000036",
    "glasgow": "S12000049",
    "aberdeen": "S12000033",
    "dundee": "S12000042",
    "uk": _UNITED_KINGDOM,
    "united kingdom": _UNITED_KINGDOM,
}


@dataclass(frozen=True)
class Area:
    """An area that was understood: ``code`` (GSS), ``name`` and ``tier``.

    ``tier`` is ``local_authority``, ``upper_tier``, ``region``, ``country`` or ``uk``. A unitary authority, which is
    both tiers under one code, comes as ``upper_tier``.
    """

    code: str
    name: str
    tier: str


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(shipped("boundaries") / "lad_to_utla_2025.csv", dtype=str, keep_default_na=False)


@cache
def _lookup() -> pd.DataFrame:
    return _table().rename(columns=_RENAME)[list(_RENAME.values())].astype(object)


def lookup() -> pd.DataFrame:
    """Return one row a local authority of the UK.

    Returns
    -------
    pandas.DataFrame
        361 rows: ``local_authority_code``, ``local_authority``, ``upper_tier_code``, ``upper_tier``, ``region_code``,
        ``region``, ``country_code``, ``country`` (region is "" outside England).
    """
    return _lookup().copy()


@cache
def code_names() -> dict[str, str]:
    """Return the name of every current code: local authorities, upper tier, regions, countries."""
    names = {_UNITED_KINGDOM: "United Kingdom"}
    for tier in _TIERS:
        names |= dict(zip(_lookup()[f"{tier}_code"], _lookup()[tier], strict=True))
    names.pop("", None)
    return names


@cache
def _old_codes() -> dict[str, str]:
    table = _table()
    pairs = zip(table["old_codes"], table["lad25cd"], strict=True)
    return {old.strip(): new for olds, new in pairs for old in olds.replace(";", " ").replace("|", " ").split()}


def _squash(text: str) -> str:
    return squash(text.replace("&", " and "))


def _plain(name: str) -> str:
    """Return a name without what people leave out: "Bristol, City of" is Bristol, "Rotherham MBC" is Rotherham."""
    words = _squash(name)
    for ending in (
        " city of",
        " county of",
        " mbc",
        " metropolitan borough council",
        " borough council",
        " city council",
        " county council",
        " district council",
        " council",
        " mdc",
        " bc",
        " cc",
    ):
        words = words.removesuffix(ending)
    for start in ("london borough of ", "royal borough of ", "city and county of ", "metropolitan borough of "):
        words = words.removeprefix(start)
    return words


@cache
def _names() -> dict[str, Area]:
    """Every name that is understood; where tiers share one, the upper tier is meant, and a country before a region."""
    found: dict[str, Area] = {}
    for tier in ("region", "local_authority", "upper_tier", "country"):
        for code, name in zip(_lookup()[f"{tier}_code"], _lookup()[tier], strict=True):
            if code:
                area = Area(code, name, tier)
                found |= {_squash(code): area, _squash(name): area, _plain(name): area}
    found[_squash(_UNITED_KINGDOM)] = Area(_UNITED_KINGDOM, "United Kingdom", "uk")
    found |= {alias: found[_squash(code)] for alias, code in _ALIASES.items()}
    return found


def resolve_area(text: str) -> Area:
    """Understand a name or GSS code of a local authority, upper-tier authority, region or country of the UK.

    Raises
    ------
    UnknownName
        With near names, when it is none of them.
    """
    squashed = _squash(_old_codes().get(text.strip().upper(), text))
    for wanted in (squashed, _plain(text)):
        if wanted in _names():
            return _names()[wanted]
    wanted = _plain(text)
    near = [name for name in _names() if wanted and name.startswith(f"{wanted} ")][:3]
    near = near or difflib.get_close_matches(wanted, _names(), n=3, cutoff=0.7)
    hint = " or ".join(dict.fromkeys(_names()[word].name for word in near))
    asks = (
        f"Did you mean {hint}?"
        if hint
        else "Give the name or the 9-character code of a local authority, county or region."
    )
    raise UnknownName(f"{text.strip()!r} is not an area of the UK that rosc-map knows. {asks}")


def area_lookup(codes: list[str]) -> pd.DataFrame:
    """Return the rows of :func:`lookup` that lie in any of the areas (codes of any tier)."""
    table = lookup()
    if _UNITED_KINGDOM in codes:
        return table
    inside = pd.Series(data=False, index=table.index)
    for tier in _TIERS:
        inside |= table[f"{tier}_code"].isin(codes)
    return table[inside].reset_index(drop=True)


@cache
def _polygons(tier: str) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    shapes = gpd.read_file(shipped("boundaries") / "uk_lad_2025.geojson")[["lad25cd", "geometry"]]
    shapes = shapes.rename(columns={"lad25cd": "local_authority_code"}).merge(_lookup(), on="local_authority_code")
    if tier == "upper":
        # The upper tier is derived, so the two tiers can never disagree about a line.
        shapes = shapes.dissolve("upper_tier_code", as_index=False, method="coverage")
    column = "upper_tier" if tier == "upper" else "local_authority"
    shapes["code"], shapes["name"] = shapes[f"{column}_code"], shapes[column]
    return shapes[["code", "name", "region", "country", "geometry"]].sort_values("name", ignore_index=True)


def authorities(tier: str, codes: list[str] | None = None) -> "gpd.GeoDataFrame":
    """Return the polygons of a tier.

    Parameters
    ----------
    tier
        ``upper`` or ``local``.
    codes
        Only these authorities; all of the UK when left out.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name``, ``region``, ``country``, polygons in EPSG:4326, sorted by name.
    """
    shapes = _polygons(tier)
    return shapes.copy() if codes is None else shapes[shapes["code"].isin(codes)].reset_index(drop=True)
