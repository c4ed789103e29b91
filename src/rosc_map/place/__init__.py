"""Where it is: postcodes, authorities and their tiers, offline."""

from typing import TYPE_CHECKING

from rosc_map.lazy import lazy

if TYPE_CHECKING:
    from rosc_map.place.boundaries.areas import area_lookup, authorities, code_names, current_code, lookup, welsh_names
    from rosc_map.place.boundaries.bordering import bordering
    from rosc_map.place.boundaries.names import Area, resolve_area
    from rosc_map.place.boundaries.points import assign
    from rosc_map.place.grid import to_lonlat, to_metres
    from rosc_map.place.one_place import Place, where
    from rosc_map.place.placing import DERIVED, Placed, place_assets
    from rosc_map.place.postcodes import centre, locate, normalise, outward, suggest
    from rosc_map.place.postcodes.in_authorities import AreaPostcodes, postcodes_in

__all__ = [
    "DERIVED",
    "Area",
    "AreaPostcodes",
    "Place",
    "Placed",
    "area_lookup",
    "assign",
    "authorities",
    "bordering",
    "centre",
    "code_names",
    "current_code",
    "locate",
    "lookup",
    "normalise",
    "outward",
    "place_assets",
    "postcodes_in",
    "resolve_area",
    "suggest",
    "to_lonlat",
    "to_metres",
    "welsh_names",
    "where",
]

_AREAS = ("area_lookup", "authorities", "code_names", "current_code", "lookup", "welsh_names")
_POSTCODES = ("centre", "locate", "normalise", "outward", "suggest")
__getattr__ = lazy(
    __name__,
    dict.fromkeys(_AREAS, "boundaries.areas")
    | dict.fromkeys(("Area", "resolve_area"), "boundaries.names")
    | {"assign": "boundaries.points", "bordering": "boundaries.bordering"}
    | dict.fromkeys(("to_lonlat", "to_metres"), "grid")
    | dict.fromkeys(("Place", "where"), "one_place")
    | dict.fromkeys(("DERIVED", "Placed", "place_assets"), "placing")
    | dict.fromkeys(_POSTCODES, "postcodes")
    | dict.fromkeys(("AreaPostcodes", "postcodes_in"), "postcodes.in_authorities"),
)
