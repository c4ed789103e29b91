"""What is recorded: the records, their fields and the codelists, in the field's own words."""

from rosc_map.records.area import Footprint, Need, SurveyedArea
from rosc_map.records.asset import (
    ALWAYS_HIDDEN,
    DEFAULT_PRECISION,
    SHOWN_PRECISIONS,
    Asset,
    ClosingReport,
    is_hidden,
    is_peer_led,
)
from rosc_map.records.cells import CellError, format_cell, is_given, parse_cell
from rosc_map.records.codelists import Code, codelist, codelist_names, label
from rosc_map.records.commissioning import Funding, Spend
from rosc_map.records.fields import Audience, FieldSpec, Kind
from rosc_map.records.licences import Licence, licence_of
from rosc_map.records.linkage_round import Answer, Attempt, Question, Reply, Round
from rosc_map.records.periods import Period, known_period, read_period
from rosc_map.records.record import Record
from rosc_map.records.referral import PathwayCount, Referral, ReferralList
from rosc_map.records.reflection import Review, Seat
from rosc_map.records.rows import ReadRows, match_headers, read_row, read_rows, row_dicts
from rosc_map.records.sessions import Session, format_sessions, occurrences, parse_sessions
from rosc_map.records.support import Action, Offer
from rosc_map.records.who import ROLE_WORDS, check_who, same_person
from rosc_map.records.words import counted, day, month, percent, points, squash

__all__ = [
    "ALWAYS_HIDDEN",
    "DEFAULT_PRECISION",
    "ROLE_WORDS",
    "SHOWN_PRECISIONS",
    "Action",
    "Answer",
    "Asset",
    "Attempt",
    "Audience",
    "CellError",
    "ClosingReport",
    "Code",
    "FieldSpec",
    "Footprint",
    "Funding",
    "Kind",
    "Licence",
    "Need",
    "Offer",
    "PathwayCount",
    "Period",
    "Question",
    "ReadRows",
    "Record",
    "Referral",
    "ReferralList",
    "Reply",
    "Review",
    "Round",
    "Seat",
    "Session",
    "Spend",
    "SurveyedArea",
    "check_who",
    "codelist",
    "codelist_names",
    "counted",
    "day",
    "format_cell",
    "format_sessions",
    "is_given",
    "is_hidden",
    "is_peer_led",
    "known_period",
    "label",
    "licence_of",
    "match_headers",
    "month",
    "occurrences",
    "parse_cell",
    "parse_sessions",
    "percent",
    "points",
    "read_period",
    "read_row",
    "read_rows",
    "row_dicts",
    "same_person",
    "squash",
]
