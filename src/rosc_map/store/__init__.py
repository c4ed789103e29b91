"""Where it is kept: one GeoPackage file that QGIS opens; a write is whole or not at all."""

from rosc_map.store.store import SCHEMA_VERSION, Store, Writer
from rosc_map.store.tables import KEYS

__all__ = ["KEYS", "SCHEMA_VERSION", "Store", "Writer"]
