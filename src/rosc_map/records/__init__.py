"""What is recorded: the records, their fields and the codelists, in the field's own words."""

from rosc_map.records.cells import CellError, format_cell, parse_cell
from rosc_map.records.codelists import Code, codelist, codelist_names, label
from rosc_map.records.fields import Audience, FieldSpec, Kind
from rosc_map.records.rows import ReadRows, match_headers, read_row, read_rows, row_dicts
from rosc_map.records.schema import (
    DEFAULT_PRECISION,
    Answer,
    Asset,
    Attempt,
    Footprint,
    Question,
    Record,
    Referral,
    Round,
    SurveyedArea,
)
from rosc_map.records.sessions import Session, format_sessions, parse_sessions
from rosc_map.records.words import day, month, percent, squash

__all__ = [
    "DEFAULT_PRECISION",
    "Answer",
    "Asset",
    "Attempt",
    "Audience",
    "CellError",
    "Code",
    "FieldSpec",
    "Footprint",
    "Kind",
    "Question",
    "ReadRows",
    "Record",
    "Referral",
    "Round",
    "Session",
    "SurveyedArea",
    "codelist",
    "codelist_names",
    "day",
    "format_cell",
    "format_sessions",
    "label",
    "match_headers",
    "month",
    "parse_cell",
    "parse_sessions",
    "percent",
    "read_row",
    "read_rows",
    "row_dicts",
    "squash",
]
