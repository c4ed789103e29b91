"""Where it is: postcodes, authorities and their tiers, offline."""

from rosc_map.place.authorities import Area, area_lookup, authorities, code_names, lookup, resolve_area
from rosc_map.place.grid import to_lonlat, to_metres
from rosc_map.place.placing import DERIVED, Placed, place_assets
from rosc_map.place.postcodes import DIRECTORY, district_centre, locate, normalise, outward
from rosc_map.place.one_place import Place, where

__all__ = [
    "DERIVED",
    "DIRECTORY",
    "Area",
    "Place",
    "Placed",
    "area_lookup",
    "authorities",
    "code_names",
    "district_centre",
    "locate",
    "lookup",
    "normalise",
    "outward",
    "place_assets",
    "resolve_area",
    "to_lonlat",
    "to_metres",
    "where",
]
