"""In and out: readers give rows, writers take only what was published."""

from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.geojson import write_geojson
from rosc_map.exchange.read_table import RawTable, read_table
from rosc_map.exchange.write_table import write_atomic, write_table

__all__ = ["RawTable", "read_table", "safe_cell", "write_atomic", "write_geojson", "write_table"]
