"""In and out: readers give rows, writers take only what was published."""

from typing import TYPE_CHECKING

from rosc_map.lazy import lazy

if TYPE_CHECKING:
    from rosc_map.exchange.cells import safe_cell
    from rosc_map.exchange.client_records import columns_found, tells_of_person
    from rosc_map.exchange.counts_mapping import CountsMapping, read_mapping, write_mapping_template
    from rosc_map.exchange.edge_list import nodes_beside, write_edges
    from rosc_map.exchange.form_exports import FormExport, is_form_export, read_form_export
    from rosc_map.exchange.gap_inputs import read_neighbours, read_people_by_postcode, read_travel_times
    from rosc_map.exchange.gaps_layer import write_gaps_layer
    from rosc_map.exchange.geojson import write_geojson
    from rosc_map.exchange.geopackage import write_geopackage
    from rosc_map.exchange.graph_files import write_gexf, write_graphml
    from rosc_map.exchange.kumu import write_kumu
    from rosc_map.exchange.meeting_guide_out import meeting_guide_part, write_meeting_guide
    from rosc_map.exchange.need_download import download_needs
    from rosc_map.exchange.need_tables import as_needs
    from rosc_map.exchange.open_referral_out import write_open_referral
    from rosc_map.exchange.questions import example_row, is_past_day
    from rosc_map.exchange.referral_counts import Counts, is_few, read_counts, unknown_name
    from rosc_map.exchange.referral_matrix import looks_like_matrix, read_matrix
    from rosc_map.exchange.tables_in import RawTable, read_table
    from rosc_map.exchange.tables_out import write_table
    from rosc_map.exchange.template import without_example, write_template
    from rosc_map.exchange.workbook import write_workbook

__all__ = [
    "Counts",
    "CountsMapping",
    "FormExport",
    "RawTable",
    "as_needs",
    "columns_found",
    "download_needs",
    "example_row",
    "is_few",
    "is_form_export",
    "is_past_day",
    "looks_like_matrix",
    "meeting_guide_part",
    "nodes_beside",
    "read_counts",
    "read_form_export",
    "read_mapping",
    "read_matrix",
    "read_neighbours",
    "read_people_by_postcode",
    "read_table",
    "read_travel_times",
    "safe_cell",
    "tells_of_person",
    "unknown_name",
    "without_example",
    "write_edges",
    "write_gaps_layer",
    "write_geojson",
    "write_geopackage",
    "write_gexf",
    "write_graphml",
    "write_kumu",
    "write_mapping_template",
    "write_meeting_guide",
    "write_open_referral",
    "write_table",
    "write_template",
    "write_workbook",
]

__getattr__ = lazy(
    __name__,
    {
        "Counts": "referral_counts",
        "CountsMapping": "counts_mapping",
        "FormExport": "form_exports",
        "RawTable": "tables_in",
        "as_needs": "need_tables",
        "columns_found": "client_records",
        "download_needs": "need_download",
        "example_row": "questions",
        "is_few": "referral_counts",
        "is_form_export": "form_exports",
        "is_past_day": "questions",
        "looks_like_matrix": "referral_matrix",
        "nodes_beside": "edge_list",
        "read_counts": "referral_counts",
        "read_form_export": "form_exports",
        "read_mapping": "counts_mapping",
        "read_matrix": "referral_matrix",
        "read_neighbours": "gap_inputs",
        "read_people_by_postcode": "gap_inputs",
        "read_table": "tables_in",
        "read_travel_times": "gap_inputs",
        "safe_cell": "cells",
        "tells_of_person": "client_records",
        "unknown_name": "referral_counts",
        "without_example": "template",
        "write_edges": "edge_list",
        "write_gaps_layer": "gaps_layer",
        "write_geojson": "geojson",
        "write_geopackage": "geopackage",
        "write_gexf": "graph_files",
        "write_graphml": "graph_files",
        "write_kumu": "kumu",
        "write_mapping_template": "counts_mapping",
        "write_open_referral": "open_referral_out",
        "meeting_guide_part": "meeting_guide_out",
        "write_meeting_guide": "meeting_guide_out",
        "write_table": "tables_out",
        "write_template": "template",
        "write_workbook": "workbook",
    },
)
