"""Are the links real? A random linkage test: plan, frame, draw, sheet, answers, estimate, compare (METHODS §1)."""

from rosc_map.linkage.accuracy import Accuracy, accuracy
from rosc_map.linkage.answers import AnswersRead, RowsRead, read_answer_rows, read_answers
from rosc_map.linkage.balanced import balanced
from rosc_map.linkage.bootstrap import cluster_bootstrap
from rosc_map.linkage.call_days import PARTS_OF_DAY
from rosc_map.linkage.compare import Change, compare, compare_panel
from rosc_map.linkage.conduct import CONDUCT, HELLO, LEVEL_WORDS, OUTCOME_WORDS, PROTOCOL, QUESTION, SCRIPT
from rosc_map.linkage.contacts import Ended, ended, outcomes
from rosc_map.linkage.distance import Distance, by_distance
from rosc_map.linkage.draw import Draw, draw
from rosc_map.linkage.estimate import answered_questions, estimate
from rosc_map.linkage.feedback import OwnResult, own_results, what_you_can_do
from rosc_map.linkage.figures import Bounds, LinkageEstimate, Share
from rosc_map.linkage.frame import Frame, build_frame, contact_keys, may_be_tested
from rosc_map.linkage.groups import TOO_FEW, Homophily, between_types, homophily
from rosc_map.linkage.in_use import in_use, pairs_in_use
from rosc_map.linkage.letters import Letter, announcement, announcement_text
from rosc_map.linkage.panel import panel
from rosc_map.linkage.per_asset import per_asset
from rosc_map.linkage.plan import Plan, plan, plan_for
from rosc_map.linkage.sharing import share_out
from rosc_map.linkage.sheet import CONFIRMED_WITHIN, call_sheet, question_rows, sheet_columns
from rosc_map.linkage.stratified import stratified
from rosc_map.linkage.tested import tested_links
from rosc_map.linkage.two_stage import TwoStage, two_stage, wilson

__all__ = [
    "CONDUCT",
    "CONFIRMED_WITHIN",
    "HELLO",
    "LEVEL_WORDS",
    "OUTCOME_WORDS",
    "PARTS_OF_DAY",
    "PROTOCOL",
    "QUESTION",
    "SCRIPT",
    "TOO_FEW",
    "Accuracy",
    "AnswersRead",
    "Bounds",
    "Change",
    "Distance",
    "Draw",
    "Ended",
    "Frame",
    "Homophily",
    "Letter",
    "LinkageEstimate",
    "OwnResult",
    "Plan",
    "RowsRead",
    "Share",
    "TwoStage",
    "accuracy",
    "announcement",
    "announcement_text",
    "answered_questions",
    "balanced",
    "between_types",
    "build_frame",
    "by_distance",
    "call_sheet",
    "cluster_bootstrap",
    "compare",
    "compare_panel",
    "contact_keys",
    "draw",
    "ended",
    "estimate",
    "homophily",
    "in_use",
    "may_be_tested",
    "outcomes",
    "own_results",
    "pairs_in_use",
    "panel",
    "per_asset",
    "plan",
    "plan_for",
    "question_rows",
    "read_answer_rows",
    "read_answers",
    "share_out",
    "sheet_columns",
    "stratified",
    "tested_links",
    "two_stage",
    "what_you_can_do",
    "wilson",
]
