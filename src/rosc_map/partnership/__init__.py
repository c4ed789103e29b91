"""One open partnership: every task of a user as one method. The command line and notebooks both work through it."""

from rosc_map.partnership.calls import HeldRound, OwnCalls
from rosc_map.partnership.hidden_texts import has_left, without_finer_place
from rosc_map.partnership.import_result import ImportResult
from rosc_map.partnership.live_assets import LiveAssets
from rosc_map.partnership.live_public import Document, PublicServices
from rosc_map.partnership.near_live import LiveNear
from rosc_map.partnership.outputs import template
from rosc_map.partnership.own_correction import ChangedSince
from rosc_map.partnership.partnership import Partnership, new, open  # noqa: A004 - ``rosc_map.open`` is the public name
from rosc_map.partnership.planning import PlanSettings, plan_round
from rosc_map.partnership.recording import OwnRecord, PlacedValues, Recorded, draft_values, hidden_values
from rosc_map.partnership.round_answers import Conflict, RecordedAnswers
from rosc_map.partnership.round_drawing import DrawnRound, DrawSettings
from rosc_map.partnership.round_results import Comparison

__all__ = [
    "ChangedSince",
    "Comparison",
    "Conflict",
    "Document",
    "DrawSettings",
    "DrawnRound",
    "HeldRound",
    "ImportResult",
    "LiveAssets",
    "LiveNear",
    "OwnCalls",
    "OwnRecord",
    "Partnership",
    "PlacedValues",
    "PlanSettings",
    "PublicServices",
    "Recorded",
    "RecordedAnswers",
    "draft_values",
    "has_left",
    "hidden_values",
    "new",
    "open",
    "plan_round",
    "template",
    "without_finer_place",
]
