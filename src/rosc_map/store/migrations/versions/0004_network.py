"""The referral network: whose list of links is whole, and counts of referrals that do not say which initiative."""

from typing import Any

from alembic import op
from sqlalchemy import Column, Date, Double, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring a file or a database of version 3 up to version 4."""
    # Frozen here as they were in this version, whatever the records of today say.
    lists: list[Column[Any]] = [Column("direction", Text, nullable=False), Column("on", Date), Column("by", Text)]
    _make("referral_lists", "asset", lists, key=("asset", "direction"))
    words = ("direction", "period")
    counts: list[Column[Any]] = [*(Column(name, Text, nullable=False) for name in words), Column("count", Double)]
    _make("pathway_counts", "treatment", counts, key=("treatment", "direction", "period"))


def _make(name: str, link: str, columns: list[Column[Any]], *, key: tuple[str, ...]) -> None:
    op.create_table(
        name,
        Column("fid", Integer, primary_key=True),
        Column(link, Text, ForeignKey("assets.id"), nullable=False),
        *columns,
        UniqueConstraint(*key, name=f"uq_{name}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_{link}", name, [link])
    if op.get_bind().dialect.name == "sqlite":
        register = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (:name, 'attributes', :name)"
        op.get_bind().execute(text(register), {"name": name})
