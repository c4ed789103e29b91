"""In and out: readers give rows, writers take only what was published."""

from typing import TYPE_CHECKING

from rosc_map.lazy import lazy
from rosc_map.whole_file import write_atomic

if TYPE_CHECKING:
    from rosc_map.exchange.cells import safe_cell
    from rosc_map.exchange.form_exports import FormExport, read_form_export
    from rosc_map.exchange.geojson import write_geojson
    from rosc_map.exchange.questions import example_row, is_past_day
    from rosc_map.exchange.tables_in import RawTable, read_table
    from rosc_map.exchange.tables_out import write_table
    from rosc_map.exchange.template import without_example, write_template

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

__getattr__ = lazy(
    __name__,
    {
        "FormExport": "form_exports",
        "RawTable": "tables_in",
        "example_row": "questions",
        "is_past_day": "questions",
        "read_form_export": "form_exports",
        "read_table": "tables_in",
        "safe_cell": "cells",
        "without_example": "template",
        "write_geojson": "geojson",
        "write_table": "tables_out",
        "write_template": "template",
    },
)
