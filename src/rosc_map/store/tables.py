"""The database tables, derived from the records: one column a field, and what placing adds.

The same tables stand in a GeoPackage and in PostgreSQL with PostGIS. ``SYSTEM`` are those of the program itself.
"""

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from rosc_map.place import DERIVED
from rosc_map.records import (
    Action,
    Answer,
    Asset,
    Attempt,
    ClosingReport,
    FieldSpec,
    Footprint,
    Funding,
    Kind,
    Need,
    Offer,
    PathwayCount,
    Question,
    Record,
    Referral,
    ReferralList,
    Reply,
    Review,
    Round,
    Seat,
    Spend,
    SurveyedArea,
)
from rosc_map.store.geometry import POINT

__all__ = ["KEYS", "LINKS", "METADATA", "SYSTEM", "TABLES", "changes", "history", "key_index", "merged", "settings"]

METADATA = MetaData()


class JsonList(TypeDecorator[tuple[str, ...]]):
    """A list of short texts as a JSON array in a text column, which QGIS and Datasette both read."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Write a tuple; an empty one is NULL."""
        return json.dumps(list(value), ensure_ascii=False) if value else None

    def process_result_value(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read a tuple; NULL is an empty one."""
        if not value:
            return ()
        try:
            found = json.loads(value)
        except ValueError:
            found = None
        # Somebody who edits the file in QGIS writes plain words, parted by semicolons.
        parts = found if isinstance(found, list) else str(value).split(";")
        return tuple(str(part).strip() for part in parts if str(part).strip())


class KnownText(TypeDecorator[str]):
    """Text in which "" (not known) is stored as NULL, so that QGIS shows it as such."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Write text."""
        return value or None

    def process_result_value(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Read text."""
        if isinstance(value, bytes):
            raise ValueError("bytes where text belongs")
        return value or ""


def _column_type(spec: FieldSpec) -> Any:
    if spec.kind in (Kind.LIST, Kind.CHOICES):
        return JsonList()
    return {Kind.NUMBER: Double(), Kind.DATE: Date(), Kind.YES_NO: Boolean()}.get(spec.kind) or KnownText()


# Which table keeps which record, what makes a row of it one and the same, and which columns point at an asset.
_SHAPES: tuple[tuple[str, type[Record], tuple[str, ...], tuple[str, ...]], ...] = (
    ("assets", Asset, ("id",), ()),
    ("footprint", Footprint, ("area_code",), ()),
    ("referrals", Referral, ("from_asset", "to_asset", "kind", "evidence", "period", "on"), ("from_asset", "to_asset")),
    ("referral_lists", ReferralList, ("asset", "direction"), ("asset",)),
    ("pathway_counts", PathwayCount, ("treatment", "direction", "period"), ("treatment",)),
    ("surveyed_areas", SurveyedArea, ("area_code", "asset_type", "on", "by"), ()),
    ("rounds", Round, ("round",), ()),
    ("questions", Question, ("round", "source", "target"), ("source", "target")),
    ("attempts", Attempt, ("round", "source", "contact"), ("source",)),
    ("answers", Answer, ("round", "source", "target", "level"), ("source", "target")),
    ("replies", Reply, ("round", "asset"), ("asset",)),
    ("closing_reports", ClosingReport, ("asset", "by"), ("asset",)),
    ("funding", Funding, ("asset", "area_code", "arrangement", "start"), ("asset",)),
    ("spend", Spend, ("area_code", "year", "rss_type"), ()),
    ("reviews", Review, ("framework", "item", "about", "group", "on"), ()),
    ("seats", Seat, ("structure", "seat"), ()),
    ("offers", Offer, ("asset", "direction", "kind", "on"), ("asset",)),
    ("actions", Action, ("what", "owner"), ()),
    ("needs", Need, ("area_code", "indicator", "period"), ()),
)


def _table(name: str, record: type[Record], key: tuple[str, ...], to_assets: tuple[str, ...]) -> Table:
    columns: list[Any] = [Column("fid", Integer, primary_key=True)]
    if record is Asset:
        columns.append(Column("geom", POINT))
    specs = record.specs()
    for field, spec in specs.items():
        links = [ForeignKey("assets.id")] if field in to_assets else []
        columns.append(Column(field, _column_type(spec), *links, nullable=not spec.required))
    if record is Asset:
        metres = {"easting", "northing"}
        columns += [Column(field, Double() if field in metres else KnownText()) for field in DERIVED]
        # Counts the changes of a row, so that two people who edit one asset both learn of it.
        columns.append(Column("version", Integer, nullable=False, server_default="1"))
    # A unique constraint takes two NULLs for different; where a part of the key may be NULL, key_index holds it.
    if record is Asset or all(specs[field].required for field in key):
        columns.append(UniqueConstraint(*key, name=f"uq_{name}"))
    columns += [Index(f"ix_{name}_{field}", field) for field in to_assets]
    return Table(name, METADATA, *columns, sqlite_autoincrement=True)


def key_index(record: type[Record], dialect: str) -> str:
    """Return the statement that keeps a key unique in which a part may be NULL; "" where a constraint does."""
    table, key = TABLES[record], KEYS[record]
    if any(isinstance(constraint, UniqueConstraint) for constraint in table.constraints):
        return ""
    if dialect == "postgresql":
        parts = ", ".join(f'"{field}"' for field in key)
        return f'CREATE UNIQUE INDEX "uq_{table.name}" ON "{table.name}" ({parts}) NULLS NOT DISTINCT'
    parts = ", ".join(f"coalesce(\"{field}\", '')" if table.c[field].nullable else f'"{field}"' for field in key)
    return f'CREATE UNIQUE INDEX "uq_{table.name}" ON "{table.name}" ({parts})'


KEYS: dict[type[Record], tuple[str, ...]] = {record: key for _, record, key, _ in _SHAPES}
"""What makes two rows of a record type one and the same."""

LINKS: dict[type[Record], tuple[str, ...]] = {record: links for _, record, _, links in _SHAPES if links}
"""The columns of a record type that point at an asset."""

TABLES: dict[type[Record], Table] = {shape[1]: _table(*shape) for shape in _SHAPES}
"""The table of each record type."""

settings = Table(
    "rosc_map_settings", METADATA, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)

_BIG = BigInteger().with_variant(Integer(), "sqlite")

changes = Table(
    "rosc_map_changes",
    METADATA,
    Column("id", _BIG, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", _BIG, ForeignKey("rosc_map_changes.id")),
    Index("ix_rosc_map_changes_undoes", "undoes"),
    sqlite_autoincrement=True,
)
"""One row a task that changed something: when (UTC), who (a number or role), what kind of task."""

history = Table(
    "rosc_map_history",
    METADATA,
    Column("id", _BIG, primary_key=True),
    Column("change_id", _BIG, ForeignKey("rosc_map_changes.id")),
    Column("at", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_id", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("field", Text),
    Column("was", Text),
    Column("now", Text),
    Index("ix_rosc_map_history_row", "table_name", "row_id", "id"),
    Index("ix_rosc_map_history_change", "change_id"),
    Index("ix_rosc_map_history_at", "at"),
    sqlite_autoincrement=True,
)
"""What changed, written by triggers: a row a field that was changed; a row with all fields for a row added or removed.

``change_id`` is NULL for what another program did, such as QGIS. ``was`` and ``now`` are JSON; NULL is a value that is
not kept because the place is hidden.
"""

merged = Table(
    "rosc_map_merged",
    METADATA,
    Column("change_id", _BIG, ForeignKey("rosc_map_changes.id"), primary_key=True),
    Column("other", Integer, primary_key=True, index=True),
    Column("kept", Integer, nullable=False, index=True),
)
"""Which row of the assets went into which other, so that the history of both is found from the one that was kept."""

SYSTEM = (settings, changes, history, merged)
