"""Who may see what: the one gate between what is held and what leaves the house."""

from rosc_map.publish.about import PublishedAbout, publish_about
from rosc_map.publish.call_list import (
    FINAL_ENDS,
    HOW_CALLS_END,
    CallQuestion,
    ListedCall,
    PublishedCallList,
    RoundProgress,
    call_list,
    progress,
    share_calls,
)
from rosc_map.publish.calls_held import HeldCalls, open_calls
from rosc_map.publish.earlier import Earlier, with_the_care_of_today
from rosc_map.publish.findable import Findable, comparable, findable
from rosc_map.publish.gaps import gaps_table, publish_gaps
from rosc_map.publish.gaps_basis import GapsAsked
from rosc_map.publish.gaps_types import GapsPart, GapsTable, MapLayer, PublishedGaps
from rosc_map.publish.licences import licence_table, refused_for_licence, why_counted
from rosc_map.publish.linkage import (
    DAYS_TO_REPLY,
    RoundRows,
    estimate_round,
    no_such_round,
    round_rows,
    why_not_shown,
    with_tested_links,
)
from rosc_map.publish.map_types import MAP_LAYERS, PublishedMap
from rosc_map.publish.maps import publish_map
from rosc_map.publish.near import looked_for, near_looked, publish_near
from rosc_map.publish.near_asked import near_interests, near_place, read_interests
from rosc_map.publish.near_index import Near, Nearby, choose_near, near_assets
from rosc_map.publish.near_types import (
    Interest,
    NearAsked,
    NearDay,
    NearEntry,
    NearEvent,
    NearPlace,
    NearUsual,
    PublishedNear,
)
from rosc_map.publish.network import publish_network, referral_network
from rosc_map.publish.network_types import PublishedNetwork
from rosc_map.publish.one_asset import PublishedAssets, Secrets, keeps_secret, may_be_named, publish_assets, shown_alone
from rosc_map.publish.own_entry import own_entry, own_values
from rosc_map.publish.own_entry_types import (
    OwnEntryAsset,
    OwnFact,
    OwnGroup,
    OwnRound,
    OwnTable,
    PublishedOwnEntry,
)
from rosc_map.publish.own_pages import feedback_documents, own_rows, parted_by_contact, who_gets_which
from rosc_map.publish.own_work import DoneAction, OwnAsset, PublishedWork, own_work
from rosc_map.publish.place_shown import PublishedPlace, shown_place, typed_place
from rosc_map.publish.publish import kept_from, publish
from rosc_map.publish.published import LinkageFigures, Published, PublishedTable, require_published
from rosc_map.publish.records import records_table
from rosc_map.publish.redact import MASK, tells_a_street
from rosc_map.publish.report import publish_report
from rosc_map.publish.report_types import PublishedReport, ReportPart
from rosc_map.publish.round_for_audience import publish_round
from rosc_map.publish.round_papers import (
    call_sheet_tables,
    letter_documents,
    letter_text,
    printed_calls,
    send_to_table,
    tested_assets,
)
from rosc_map.publish.round_result import RoundResult, result_of
from rosc_map.publish.round_types import PublishedCalls, PublishedDocument, PublishedRound
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.tables import (
    area_names_table,
    assets_table,
    conversations_table,
    introductions_table,
    links_table,
    two_way_table,
    worklist_table,
)
from rosc_map.publish.view import CONFIDENTIAL_TYPES, WHOLLY_OPEN, View, plain_id, stands_for, view

__all__ = [
    "CONFIDENTIAL_TYPES",
    "DAYS_TO_REPLY",
    "FINAL_ENDS",
    "HOW_CALLS_END",
    "MAP_LAYERS",
    "MASK",
    "WHOLLY_OPEN",
    "CallQuestion",
    "DoneAction",
    "Earlier",
    "Findable",
    "GapsAsked",
    "GapsPart",
    "GapsTable",
    "HeldCalls",
    "Interest",
    "LinkageFigures",
    "ListedCall",
    "MapLayer",
    "Near",
    "NearAsked",
    "NearDay",
    "NearEntry",
    "NearEvent",
    "NearPlace",
    "NearUsual",
    "Nearby",
    "OwnAsset",
    "OwnEntryAsset",
    "OwnFact",
    "OwnGroup",
    "OwnRound",
    "OwnTable",
    "Published",
    "PublishedAbout",
    "PublishedAssets",
    "PublishedCallList",
    "PublishedCalls",
    "PublishedDocument",
    "PublishedGaps",
    "PublishedMap",
    "PublishedNear",
    "PublishedNetwork",
    "PublishedOwnEntry",
    "PublishedPlace",
    "PublishedReport",
    "PublishedRound",
    "PublishedTable",
    "PublishedWork",
    "ReportPart",
    "RoundProgress",
    "RoundResult",
    "RoundRows",
    "Secrets",
    "Snapshot",
    "View",
    "area_names_table",
    "assets_table",
    "call_list",
    "call_sheet_tables",
    "choose_near",
    "comparable",
    "conversations_table",
    "estimate_round",
    "feedback_documents",
    "findable",
    "gaps_table",
    "introductions_table",
    "keeps_secret",
    "kept_from",
    "letter_documents",
    "letter_text",
    "licence_table",
    "links_table",
    "looked_for",
    "may_be_named",
    "near_assets",
    "near_interests",
    "near_looked",
    "near_place",
    "no_such_round",
    "open_calls",
    "own_entry",
    "own_rows",
    "own_values",
    "own_work",
    "parted_by_contact",
    "plain_id",
    "printed_calls",
    "progress",
    "publish",
    "publish_about",
    "publish_assets",
    "publish_gaps",
    "publish_map",
    "publish_near",
    "publish_network",
    "publish_report",
    "publish_round",
    "read_interests",
    "records_table",
    "referral_network",
    "refused_for_licence",
    "require_published",
    "result_of",
    "round_rows",
    "send_to_table",
    "share_calls",
    "shown_alone",
    "shown_place",
    "stands_for",
    "tells_a_street",
    "tested_assets",
    "two_way_table",
    "typed_place",
    "view",
    "who_gets_which",
    "why_counted",
    "why_not_shown",
    "with_tested_links",
    "with_the_care_of_today",
    "worklist_table",
]
