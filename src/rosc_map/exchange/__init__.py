"""In and out: readers give rows, writers take only what was published."""

from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.form_exports import FormExport, read_form_export
from rosc_map.exchange.geojson import write_geojson
from rosc_map.exchange.questions import example_row, is_past_day
from rosc_map.exchange.read_table import RawTable, read_table
from rosc_map.exchange.template import without_example, write_template
from rosc_map.exchange.write_table import write_atomic, write_table

__all__ = [
    "FormExport",
    "RawTable",
    "example_row",
    "is_past_day",
    "read_form_export",
    "read_table",
    "safe_cell",
    "without_example",
    "write_atomic",
    "write_geojson",
    "write_table",
    "write_template",
]
