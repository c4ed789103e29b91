"""Where it is kept: one GeoPackage file that QGIS opens; a write is whole or not at all."""

from rosc_map.store.store import SCHEMA_VERSION, Store, Writer

__all__ = ["SCHEMA_VERSION", "Store", "Writer"]
