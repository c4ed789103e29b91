"""Who may see what: the one gate between what is held and what leaves the house."""

from rosc_map.publish.linkage import estimate_round
from rosc_map.publish.network import referral_network
from rosc_map.publish.publish import publish
from rosc_map.publish.published import LinkageFigures, Published, PublishedTable, require_published
from rosc_map.publish.records import records_table
from rosc_map.publish.redact import MASK
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.tables import (
    area_names_table,
    assets_table,
    call_sheet_table,
    introductions_table,
    linkage_table,
    links_table,
    provision_table,
    worklist_table,
)
from rosc_map.publish.view import CONFIDENTIAL_TYPES, View, view

__all__ = [
    "CONFIDENTIAL_TYPES",
    "MASK",
    "LinkageFigures",
    "Published",
    "PublishedTable",
    "Snapshot",
    "View",
    "area_names_table",
    "assets_table",
    "call_sheet_table",
    "estimate_round",
    "introductions_table",
    "linkage_table",
    "links_table",
    "provision_table",
    "publish",
    "records_table",
    "referral_network",
    "require_published",
    "view",
    "worklist_table",
]
