"""The database tables, derived from the records: one column a field, and what placing adds."""

import json
from typing import Any

from sqlalchemy import Boolean, Column, Date, Double, ForeignKey, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator

from rosc_map.place import DERIVED
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    FieldSpec,
    Footprint,
    Kind,
    Question,
    Record,
    Referral,
    Round,
    SurveyedArea,
)
from rosc_map.store.geometry import PointType

__all__ = ["KEYS", "METADATA", "TABLES", "settings"]

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
    ("surveyed_areas", SurveyedArea, ("area_code", "asset_type", "on", "by"), ()),
    ("rounds", Round, ("round",), ()),
    ("questions", Question, ("round", "source", "target"), ("source", "target")),
    ("attempts", Attempt, ("round", "source"), ("source",)),
    ("answers", Answer, ("round", "source", "target"), ("source", "target")),
)


def _table(name: str, record: type[Record], key: tuple[str, ...], to_assets: tuple[str, ...]) -> Table:
    columns: list[Any] = [Column("fid", Integer, primary_key=True)]
    if record is Asset:
        columns.append(Column("geom", PointType()))
    for field, spec in record.specs().items():
        links = [ForeignKey("assets.id")] if field in to_assets else []
        columns.append(Column(field, _column_type(spec), *links, nullable=not spec.required))
    if record is Asset:
        metres = {"easting", "northing"}
        columns += [Column(field, Double() if field in metres else KnownText()) for field in DERIVED]
    return Table(name, METADATA, *columns, UniqueConstraint(*key, name=f"uq_{name}"), sqlite_autoincrement=True)


KEYS: dict[type[Record], tuple[str, ...]] = {record: key for _, record, key, _ in _SHAPES}
"""What makes two rows of a record type one and the same."""

TABLES: dict[type[Record], Table] = {shape[1]: _table(*shape) for shape in _SHAPES}
"""The table of each record type."""

settings = Table(
    "rosc_map_settings", METADATA, Column("key", Text, primary_key=True), Column("value", Text, nullable=False)
)
