"""Who may see what: the one gate between what is held and what leaves the house."""

from rosc_map.publish.linkage import estimate_round
from rosc_map.publish.publish import publish
from rosc_map.publish.published import LinkageFigures, Published, PublishedTable, require_published
from rosc_map.publish.snapshot import Snapshot
from rosc_map.publish.tables import assets_table, call_sheet_table, plain_table, provision_table
from rosc_map.publish.view import CONFIDENTIAL_TYPES, View, row_dicts, view

__all__ = [
    "CONFIDENTIAL_TYPES",
    "LinkageFigures",
    "Published",
    "PublishedTable",
    "Snapshot",
    "View",
    "assets_table",
    "call_sheet_table",
    "estimate_round",
    "plain_table",
    "provision_table",
    "publish",
    "require_published",
    "row_dicts",
    "view",
]
