"""Where it is kept, with its history: one GeoPackage file that QGIS opens, or PostGIS."""

from rosc_map.store.as_at import as_at, end_of_day
from rosc_map.store.backup import backup_file, backups_of, copy_to_read
from rosc_map.store.changed_rows import Touched, change_moment, changes_since, newest_changes, rows_touched, stored_rows
from rosc_map.store.copy import copy_store
from rosc_map.store.engines import database_url, engine_of, plain_errors
from rosc_map.store.erase import Erasure, erase_asset, erase_words
from rosc_map.store.history import (
    NOT_KEPT,
    asset_history,
    changed_otherwise,
    edited_elsewhere,
    forget_fields,
    last_changes,
    take_over_edits,
)
from rosc_map.store.rows import Reader, Writer
from rosc_map.store.schema import SCHEMA_VERSION, leave_out_orphans
from rosc_map.store.store import Store
from rosc_map.store.tables import KEYS, LINKS, TABLES, changes, history, merged
from rosc_map.store.triggers import FREE_TEXT_FIELDS, PLACE_FIELDS
from rosc_map.store.undo import Undone, undo

__all__ = [
    "FREE_TEXT_FIELDS",
    "KEYS",
    "LINKS",
    "NOT_KEPT",
    "PLACE_FIELDS",
    "SCHEMA_VERSION",
    "TABLES",
    "Erasure",
    "Reader",
    "Store",
    "Touched",
    "Undone",
    "Writer",
    "as_at",
    "asset_history",
    "backup_file",
    "backups_of",
    "change_moment",
    "changed_otherwise",
    "changes",
    "changes_since",
    "copy_store",
    "copy_to_read",
    "database_url",
    "edited_elsewhere",
    "end_of_day",
    "engine_of",
    "erase_asset",
    "erase_words",
    "forget_fields",
    "history",
    "last_changes",
    "leave_out_orphans",
    "merged",
    "newest_changes",
    "plain_errors",
    "rows_touched",
    "stored_rows",
    "take_over_edits",
    "undo",
]
