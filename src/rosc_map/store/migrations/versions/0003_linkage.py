"""The whole linkage test: groups, reserves, tries, what two volunteers say, accuracy, and what organisations reply."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import Column, Date, Double, ForeignKey, Integer, Text, UniqueConstraint, text

from rosc_map.store.migrations.rebuild import rebuild

revision = "0003"
down_revision = "0002"

# Frozen here as they were in this version, whatever the records of today say.
_NEW: dict[str, dict[str, type[Any]]] = {
    "rounds": {
        "left_out": Text,
        "stratified_by": Text,
        "allocation": Text,
        "panel_of": Text,
        "threshold": Double,
        "tries": Double,
        "protocol": Text,
        "announced_on": Date,
        "feedback_on": Date,
    },
    "questions": {
        "stratum": Text,
        "stratum_size": Double,
        "stratum_pairs": Double,
        "source_reserve": Double,
        "target_reserve": Double,
    },
    "attempts": {"tries": Text, "by": Text},
    "answers": {"accuracy": Text, "by": Text},
}
_KEYS = {
    "attempts": ("round", "source", "contact"),
    "answers": ("round", "source", "target", "level"),
}


def upgrade() -> None:
    """Bring a file or a database of version 2 up to version 3."""
    in_file = op.get_bind().dialect.name == "sqlite"
    for table, columns in _NEW.items():
        for name, kind in columns.items():
            op.add_column(table, Column(name, kind))
    for table, key in _KEYS.items():
        if in_file:
            rebuild(table, partial(_change_key, table=table, key=key))
        else:
            op.drop_constraint(f"uq_{table}", table, type_="unique")
            op.create_unique_constraint(f"uq_{table}", table, key)
    # Every round before this version was of the same protocol, with what is now said with each.
    op.execute("UPDATE rounds SET threshold = 2, tries = 3, protocol = '1'")
    _make_replies(in_file=in_file)


def _change_key(batch: BatchOperations, *, table: str, key: Sequence[str]) -> None:
    batch.drop_constraint(f"uq_{table}", type_="unique")
    batch.create_unique_constraint(f"uq_{table}", list(key))


def _make_replies(*, in_file: bool) -> None:
    op.create_table(
        "replies",
        Column("fid", Integer, primary_key=True),
        Column("round", Text, nullable=False),
        Column("asset", Text, ForeignKey("assets.id"), nullable=False),
        Column("reply", Text, nullable=False),
        Column("on", Date),
        UniqueConstraint("round", "asset", name="uq_replies"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_replies_asset", "replies", ["asset"])
    if in_file:
        register = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (:name, 'attributes', :name)"
        op.get_bind().execute(text(register), {"name": "replies"})
