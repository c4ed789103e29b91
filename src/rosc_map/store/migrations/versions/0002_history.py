"""History, undo and optimistic locking; the small records; keys in which a part may be empty.

Databases of PostgreSQL began with this version, so it only ever runs on a file.
"""

from collections.abc import Callable
from typing import Any

from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Integer, Text, UniqueConstraint, text
from sqlalchemy.schema import SchemaItem

from rosc_map.store.migrations.rebuild import rebuild

revision = "0002"
down_revision = "0001"

# Frozen here as they were in this version, whatever the records of today say. A name with * must be given; one with >
# points at an asset; no type means text.
_TABLES = {
    "closing_reports": "asset*> by on:date",
    "funding": "asset*> area_code* arrangement* route start:date end:date value:number covers notes",
    "spend": "area_code* year* rss_type* band* source",
    "reviews": "framework* item* about* group* on*:date answer* example",
    "seats": "structure* seat* held_by* votes:yesno expenses_paid:yesno since:date",
    "offers": "asset*> direction* kind* details on:date until:date",
    "actions": "told_us what* owner* by*:date done_on:date together_we_did",
    "needs": "area_code* indicator* period* value*:number unit* source* source_url licence",
}
_TYPES: dict[str, type[Any]] = {"": Text, "date": Date, "number": Double, "yesno": Boolean}
_KEYS = {
    "closing_reports": "asset by?",
    "funding": "asset area_code arrangement start?",
    "spend": "area_code year rss_type",
    "reviews": "framework item about group on",
    "seats": "structure seat",
    "offers": "asset direction kind on?",
    "actions": "what owner",
    "needs": "area_code indicator period",
    "referrals": "from_asset to_asset kind? evidence period? on?",
    "surveyed_areas": "area_code asset_type on by?",
}
_LINKS = {
    "referrals": "from_asset to_asset",
    "questions": "source target",
    "attempts": "source",
    "answers": "source target",
    "closing_reports": "asset",
    "funding": "asset",
    "offers": "asset",
}
_SYSTEM = (
    """CREATE TABLE rosc_map_changes (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
       who TEXT NOT NULL, task TEXT NOT NULL, note TEXT NOT NULL, undoes INTEGER REFERENCES rosc_map_changes (id))""",
    "CREATE INDEX ix_rosc_map_changes_undoes ON rosc_map_changes (undoes)",
    """CREATE TABLE rosc_map_history (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
       change_id INTEGER REFERENCES rosc_map_changes (id), at TEXT NOT NULL, table_name TEXT NOT NULL,
       row_id INTEGER NOT NULL, operation TEXT NOT NULL, field TEXT, was TEXT, now TEXT)""",
    "CREATE INDEX ix_rosc_map_history_row ON rosc_map_history (table_name, row_id, id)",
    "CREATE INDEX ix_rosc_map_history_change ON rosc_map_history (change_id)",
    "CREATE INDEX ix_rosc_map_history_at ON rosc_map_history (at)",
    "CREATE INDEX ix_rosc_map_history_elsewhere ON rosc_map_history (id) WHERE change_id IS NULL",
    """CREATE TABLE rosc_map_merged (change_id INTEGER NOT NULL REFERENCES rosc_map_changes (id),
       other INTEGER NOT NULL, kept INTEGER NOT NULL, PRIMARY KEY (change_id, other))""",
    "CREATE INDEX ix_rosc_map_merged_kept ON rosc_map_merged (kept)",
    "CREATE INDEX ix_rosc_map_merged_other ON rosc_map_merged (other)",
    "CREATE TABLE rosc_map_current (change_id INTEGER)",
)


def upgrade() -> None:
    """Bring a file of version 1 up to version 2."""
    for name in ("referrals", "surveyed_areas"):
        rebuild(name, _drop_key(name))
    op.add_column("assets", Column("other_names", Text))
    op.add_column("assets", Column("version", Integer, nullable=False, server_default="1"))
    for name, declared in _TABLES.items():
        _make(name, declared.split())
    for name, key in _KEYS.items():
        if "?" in key:
            _keep_unique(name, key.split())
    for name, columns in _LINKS.items():
        for column in columns.split():
            op.create_index(f"ix_{name}_{column}", name, [column])
    for statement in _SYSTEM:
        op.execute(statement)


def _drop_key(table: str) -> Callable[[BatchOperations], None]:
    # A unique constraint takes two empty cells for different.
    return lambda batch: batch.drop_constraint(f"uq_{table}", type_="unique")


def _make(name: str, declared: list[str]) -> None:
    columns: list[SchemaItem] = [Column("fid", Integer, primary_key=True), *(_column(word) for word in declared)]
    if "?" not in _KEYS[name]:
        columns.append(UniqueConstraint(*_KEYS[name].split(), name=f"uq_{name}"))
    op.create_table(name, *columns, sqlite_autoincrement=True)
    register = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (:name, 'attributes', :name)"
    op.get_bind().execute(text(register), {"name": name})


def _column(declared: str) -> Column[Any]:
    name, _, kind = declared.partition(":")
    links = [ForeignKey("assets.id")] if name.endswith(">") else []
    return Column(name.rstrip("*>"), _TYPES[kind](), *links, nullable="*" not in name)


def _keep_unique(table: str, key: list[str]) -> None:
    parts = [f"coalesce(\"{name[:-1]}\", '')" if name.endswith("?") else f'"{name}"' for name in key]
    op.execute(f'CREATE UNIQUE INDEX "uq_{table}" ON "{table}" ({", ".join(parts)})')
