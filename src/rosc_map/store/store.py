"""An open partnership file: read tables, write whole or not at all."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from rosc_map.errors import FileProblem
from rosc_map.records import Record
from rosc_map.store.geometry import register_spatial_functions
from rosc_map.store.geopackage import register_layers, write_container
from rosc_map.store.tables import METADATA, TABLES, settings

__all__ = ["SCHEMA_VERSION", "Store", "Writer"]

SCHEMA_VERSION = 1
_BUSY_MS = 10_000
_NUMBERS = {"latitude", "longitude", "easting", "northing", "count", "eligible", "frame_size", "seed"}


def _engine(path: Path) -> Engine:
    # No pool: a file that nobody reads or writes must be free to copy, move or delete.
    from sqlalchemy.pool import NullPool

    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connect(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin or commit on its own
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "foreign_keys = ON",
            # A rollback journal: people copy these files, and the log of a WAL beside a copied file loses data.
            "journal_mode = DELETE",
            "synchronous = FULL",
            # What was taken out (a place that became hidden) must not be left in a free page of the file.
            "secure_delete = ON",
        ):
            raw.execute(f"PRAGMA {pragma}")
        register_spatial_functions(raw)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("rosc_map_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        text = str(error.orig)
        if "no such table" in text or "no such column" in text:
            raise FileProblem(f"{path} is not a rosc-map partnership file.") from error
        if "locked" in text or "busy" in text:
            raise FileProblem(f"{path} is in use by another program. Close it there (QGIS?) and try again.") from error
        if "readonly" in text:
            raise FileProblem(f"{path} may not be written to. Check that you may change it.") from error
        raise FileProblem(f"{path} cannot be used: {text}. Nothing was changed.") from error
    except IntegrityError as error:
        raise FileProblem(f"The change breaks a rule of the file ({error.orig}). Nothing was changed.") from error
    except DatabaseError as error:
        raise FileProblem(f"{path} is not a rosc-map partnership file, or is damaged ({error.orig}).") from error


class Writer:
    """Changes in one transaction; see :meth:`Store.write`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, record: type[Record], rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows."""
        values = [_stored(row) for row in rows]
        if values:
            self._connection.execute(insert(TABLES[record]), values)

    def update(self, record: type[Record], key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Change the columns of the row with that key."""
        table = TABLES[record]
        # What is not known is stored as NULL, which is equal to nothing.
        where = [
            table.c[name].is_(None) if value in ("", None) else table.c[name] == value for name, value in key.items()
        ]
        self._connection.execute(update(table).where(*where).values(_stored(values)))

    def read(self, record: type[Record]) -> pd.DataFrame:
        """Return all rows of a record type as this transaction sees them; see :meth:`Store.read`."""
        return _read(self._connection, record)


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


class Store:
    """One GeoPackage partnership file.

    Parameters
    ----------
    path
        An existing partnership file.

    Raises
    ------
    FileProblem
        When it is missing, is not a partnership file, or was made by a newer version.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileProblem(f"There is no file {path}. Make one with: rosc-map new {path} --area NAME")
        self.path = path
        self._engine = _engine(path)
        try:
            version = int(self.settings()["schema_version"])
        except (KeyError, ValueError) as error:
            raise FileProblem(f"{path} is not a rosc-map partnership file.") from error
        if version > SCHEMA_VERSION:
            raise FileProblem(f"{path} was made by a newer rosc-map. Update rosc-map, then open it again.")

    @classmethod
    def create(
        cls, path: Path, values: Mapping[str, str], rows: Mapping[type[Record], list[dict[str, Any]]] | None = None
    ) -> "Store":
        """Make a new file with these settings and first rows; whole or not at all.

        Raises
        ------
        FileProblem
            When the file exists already, or its folder does not.
        """
        try:
            if path.exists():
                raise FileProblem(f"{path} exists already. Choose another name, or work with that file.")
            if not path.parent.is_dir():
                raise FileProblem(f"There is no folder {path.parent}. Make it first.")
            # mkstemp makes a file for its owner alone, which is right for what holds confidential places.
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".gpkg")
        except FileProblem:
            raise
        except OSError as error:
            raise FileProblem(f"{path} cannot be made ({error.strerror}). Choose another name or folder.") from error
        os.close(handle)
        half_made = Path(name)
        try:
            _fill(half_made, values, rows or {})
            _claim(half_made, path)
        finally:
            half_made.unlink(missing_ok=True)
        return cls(path)

    def settings(self) -> dict[str, str]:
        """Return the file's settings, such as its title."""
        with _plain_errors(self.path), self._engine.connect() as connection:
            return {row.key: row.value for row in connection.execute(select(settings))}

    def read(self, record: type[Record]) -> pd.DataFrame:
        """Return all rows of a record type, in the order they were stored; "" and () stand for what is not known."""
        with _plain_errors(self.path), self._engine.connect() as connection:
            return _read(connection, record)

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """Open one transaction: all changes made in the ``with`` block are kept together, or none is."""
        with (
            _plain_errors(self.path),
            self._engine.connect().execution_options(rosc_map_write=True) as connection,
            connection.begin(),
        ):
            yield Writer(connection)


def _read(connection: Connection, record: type[Record]) -> pd.DataFrame:
    table = TABLES[record]
    columns = [column for column in table.columns if column.name not in ("fid", "geom")]
    try:
        rows = connection.execute(select(*columns).order_by(table.c.fid)).all()
        frame = pd.DataFrame([tuple(row) for row in rows], columns=[column.name for column in columns], dtype=object)
        for name in _NUMBERS & set(frame.columns):
            frame[name] = frame[name].astype(float)
    except (TypeError, ValueError) as error:
        raise FileProblem(
            f"The table {table.name} holds a value that does not belong there ({error}). "
            "It was changed in another program: put it right there."
        ) from error
    return frame


def _fill(path: Path, values: Mapping[str, str], rows: Mapping[type[Record], list[dict[str, Any]]]) -> None:
    """Write the tables, the settings and the first rows of a new file."""
    with (
        _plain_errors(path),
        _engine(path).connect().execution_options(rosc_map_write=True) as connection,
        connection.begin(),
    ):
        write_container(connection)
        METADATA.create_all(connection)
        names = [table.name for table in TABLES.values()]
        register_layers(connection, names[0], names[1:])
        all_values = {"schema_version": str(SCHEMA_VERSION), **values}
        connection.execute(insert(settings), [{"key": key, "value": value} for key, value in all_values.items()])
        for record, first in rows.items():
            Writer(connection).insert(record, first)


def _claim(made: Path, path: Path) -> None:
    """Give a new file its name, and never replace one that somebody made meanwhile."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise FileProblem(f"{path} exists already. Choose another name, or work with that file.") from None
    except OSError:
        # Some network drives know no hard links: hold the name first, then put the file there.
        try:
            with path.open("xb"):
                pass
        except FileExistsError:
            raise FileProblem(f"{path} exists already. Choose another name, or work with that file.") from None
        made.replace(path)
