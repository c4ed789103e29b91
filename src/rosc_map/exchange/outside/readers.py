"""Which formats of outside lists are read, and which of them a source is."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import Opened, Reader

__all__ = ["FORMATS", "reader_of", "sniff"]

# In the order in which a source is shown to them: the one that any file of points would please comes last.
_READERS = {
    "oruk": ("open_referral", "OpenReferral", "Open Referral UK"),
    "meeting-guide": ("meeting_guide", "MeetingGuide", "Meeting Guide"),
    "bmlt": ("bmlt", "Bmlt", "BMLT (Narcotics Anonymous)"),
    "cqc": ("cqc", "Cqc", "CQC care directory"),
    "aliss": ("aliss", "Aliss", "ALISS (Scotland)"),
    "osm": ("overpass", "Overpass", "OpenStreetMap"),
    "gis": ("map_files", "MapFile", "Map file (GeoJSON, GeoPackage, Shapefile)"),
}

FORMATS: Mapping[str, str] = MappingProxyType({code: title for code, (_, _, title) in _READERS.items()})
"""The name of each format, by the word for ``--from``."""


def reader_of(code: str) -> Reader:
    """Return what reads a format; only its module is loaded.

    Raises
    ------
    InputError
        When there is no such format.
    """
    if code not in _READERS:
        raise InputError(f"{code!r} is not a format of a list. Choose from: {', '.join(FORMATS)}.")
    module, name, _ = _READERS[code]
    reader: Reader = getattr(import_module(f"rosc_map.exchange.outside.{module}"), name)()
    return reader


def sniff(opened: Opened) -> Reader | None:
    """Return what reads a source, by the look of it; None when no format looks like that."""
    return next((reader for reader in map(reader_of, FORMATS) if reader.knows(opened)), None)
