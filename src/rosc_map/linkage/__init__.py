"""Are the links real? A random linkage test: frame, draw, sheet, answers, estimate (METHODS §1)."""

from rosc_map.linkage.answers import AnswersRead, read_answers
from rosc_map.linkage.draw import Draw, draw
from rosc_map.linkage.estimate import estimate
from rosc_map.linkage.figures import Bounds, LinkageEstimate, Share
from rosc_map.linkage.frame import Frame, build_frame
from rosc_map.linkage.groups import Homophily, between_types, homophily
from rosc_map.linkage.per_asset import per_asset
from rosc_map.linkage.sheet import CONDUCT, LEVEL_WORDS, OUTCOME_WORDS, QUESTION, SCRIPT, SHEET_COLUMNS, call_sheet
from rosc_map.linkage.two_stage import TwoStage, two_stage, wilson

__all__ = [
    "CONDUCT",
    "LEVEL_WORDS",
    "OUTCOME_WORDS",
    "QUESTION",
    "SCRIPT",
    "SHEET_COLUMNS",
    "AnswersRead",
    "Bounds",
    "Draw",
    "Frame",
    "Homophily",
    "LinkageEstimate",
    "Share",
    "TwoStage",
    "between_types",
    "build_frame",
    "call_sheet",
    "draw",
    "estimate",
    "homophily",
    "per_asset",
    "read_answers",
    "two_stage",
    "wilson",
]
