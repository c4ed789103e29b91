"""Where it is: postcodes, authorities and their tiers, offline."""

from rosc_map.place.area_names import Area, resolve_area
from rosc_map.place.authorities import area_lookup, authorities, code_names, lookup
from rosc_map.place.grid import to_lonlat, to_metres
from rosc_map.place.one_place import Place, where
from rosc_map.place.placing import DERIVED, Placed, place_assets
from rosc_map.place.postcodes import centre, directory_name, locate, normalise, outward

__all__ = [
    "DERIVED",
    "Area",
    "Place",
    "Placed",
    "area_lookup",
    "authorities",
    "centre",
    "code_names",
    "directory_name",
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
