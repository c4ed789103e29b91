"""The rows of a store's tables: read as tables, written with the point beside longitude and latitude."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, delete, insert, select, update

from rosc_map.errors import EditConflict, FileProblem
from rosc_map.records import Kind, Record
from rosc_map.store.tables import TABLES, settings

__all__ = ["NOT_READ", "Reader", "Writer", "stray_value"]

NOT_READ = ("fid", "geom", "version")


class Reader:
    """The tables of a store as they stood at one moment; see :meth:`Store.reading`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def read(
        self,
        record: type[Record],
        where: Mapping[str, str | Collection[str]] | None = None,
        fields: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return rows of a record type, in the order they were stored; "" and () stand for what is not known.

        Parameters
        ----------
        record
            The type.
        where
            Which rows: by field, its text or all texts that it may be. None is all rows.
        fields
            The columns that are wanted; None for all.
        """
        query, names, numbers = _query(record, None if fields is None else frozenset(fields))
        table = TABLES[record]
        kept = [
            table.c[name] == value if isinstance(value, str) else table.c[name].in_(value)
            for name, value in (where or {}).items()
        ]
        try:
            rows = self.connection.execute(query.where(*kept) if kept else query).all()
            if not rows:
                return _empty(names, numbers).copy()
            frame = pd.DataFrame([tuple(r) for r in rows], columns=list(names), dtype=object)
            for name in numbers:
                frame[name] = frame[name].astype(float)
        except (TypeError, ValueError) as error:
            raise stray_value(table.name, error) from error
        return frame

    def find(self, record: type[Record], key: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the row with that key, with its ``fid`` and an asset's ``version``; None where there is none."""
        table = TABLES[record]
        columns = [column for column in table.columns if column.name != "geom"]
        try:
            row = self.connection.execute(select(*columns).where(*_where(record, key))).mappings().first()
        except (TypeError, ValueError) as error:
            raise stray_value(table.name, error) from error
        return None if row is None else dict(row)

    def settings(self) -> dict[str, str]:
        """Return the store's settings, such as its title."""
        return {row.key: row.value for row in self.connection.execute(select(settings))}


def stray_value(table: str, error: Exception) -> FileProblem:
    """Return what to say of a value that a table cannot hold."""
    return FileProblem(
        f"The table {table} holds a value that does not belong there ({error}). "
        "It was changed in another program: put it right there."
    )


class Writer(Reader):
    """Changes in one transaction; see :meth:`Store.write`."""

    def __init__(self, connection: Connection, change: int) -> None:
        super().__init__(connection)
        self.change = change
        self.keep_trace = False
        """Keep the row of the change even where no history of it is left, as after an erasure."""

    def hold(self, record: type[Record], key: Mapping[str, Any]) -> None:
        """Let nobody else change the row with that key until this change is over; a file is held as a whole anyway."""
        self.connection.execute(select(TABLES[record].c.fid).where(*_where(record, key)).with_for_update())

    def insert(self, record: type[Record], rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows."""
        values = [_stored(row) for row in rows]
        if values:
            self.connection.execute(insert(TABLES[record]), values)

    def update(
        self, record: type[Record], key: Mapping[str, Any], values: Mapping[str, Any], *, version: int | None = None
    ) -> None:
        """Change the columns of the row with that key.

        Raises
        ------
        EditConflict
            When a version is given and the row has another by now, or is gone.
        """
        table = TABLES[record]
        where = _where(record, key) + ([] if version is None else [table.c.version == version])
        done = self.connection.execute(update(table).where(*where).values(_stored(values)))
        if version is not None and done.rowcount != 1:
            raise EditConflict("Somebody else changed this since you opened it. Nothing was written: look at it again.")

    def delete(self, record: type[Record], key: Mapping[str, Any]) -> None:
        """Remove the rows with that key."""
        self.connection.execute(delete(TABLES[record]).where(*_where(record, key)))


@cache
def _query(record: type[Record], fields: frozenset[str] | None) -> tuple[Select[Any], tuple[str, ...], tuple[str, ...]]:
    """Return what reads the wanted fields of all rows, their names, and which of them are numbers."""
    table = TABLES[record]
    wanted = [column for column in table.columns if fields is None or column.name in fields]
    columns = [column for column in wanted if column.name not in NOT_READ]
    numbers = {name for name, spec in record.specs().items() if spec.kind is Kind.NUMBER} | {"easting", "northing"}
    names = tuple(column.name for column in columns)
    return select(*columns).order_by(table.c.fid), names, tuple(name for name in names if name in numbers)


@cache
def _empty(names: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    """Return a table without rows; most tables of most partnerships have none, and each costs as much to build."""
    return pd.DataFrame([], columns=list(names), dtype=object).astype(dict.fromkeys(numbers, float))


def _where(record: type[Record], key: Mapping[str, Any]) -> list[Any]:
    table = TABLES[record]
    # What is not known is stored as NULL, which is equal to nothing.
    return [table.c[name].is_(None) if value in ("", None) else table.c[name] == value for name, value in key.items()]


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the database takes them, with the point beside longitude and latitude."""
    values = {name: _plain(value) for name, value in row.items()}
    if "longitude" in values:
        lon, lat = values["longitude"], values["latitude"]
        values["geom"] = None if lon is None or lat is None else (lon, lat)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return None
    return value.item() if hasattr(value, "item") else value
