"""Postcodes, offline: an index of the ONS Postcode Directory, and what is asked of it."""

from rosc_map.place.postcodes.directory import centre, directory_name, find, suggest
from rosc_map.place.postcodes.lookup import Located, Outcome, locate
from rosc_map.place.postcodes.rows import Live
from rosc_map.place.postcodes.text import island, normalise, outward

__all__ = [
    "Live",
    "Located",
    "Outcome",
    "centre",
    "directory_name",
    "find",
    "island",
    "locate",
    "normalise",
    "outward",
    "suggest",
]
