"""An open store: read tables, write whole or not at all, each change with who made it."""

import datetime as dt
import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from rosc_map.errors import FileProblem
from rosc_map.records import Record
from rosc_map.store.backup import backup_file, claim
from rosc_map.store.engines import database_url, engine_of, file_engine, plain_errors
from rosc_map.store.history import edited_elsewhere
from rosc_map.store.rows import Reader, Writer
from rosc_map.store.schema import SCHEMA_VERSION, create_schema, migrate, version_of
from rosc_map.store.tables import METADATA, changes, history

__all__ = ["Store", "now_utc", "prepare_database"]

_OLDEST_POSTGRESQL = 150_000  # the first that knows NULLS NOT DISTINCT, for keys in which a part may be empty


class Store:
    """One partnership's data: a GeoPackage file, or a database of PostgreSQL with PostGIS.

    Parameters
    ----------
    target
        The path of an existing file, or the address of a database (``postgresql://user@host/name``). A file of an older
        version is brought up to date; a dated backup is made beside it first.

    Raises
    ------
    FileProblem
        When it is missing, is not a partnership, or was made by a newer version.
    InputError
        When the address of a database holds a password.
    """

    def __init__(self, target: Path | str) -> None:
        url = database_url(target)
        self.path: Path | None = None if url else Path(target)
        self.name = url.set(drivername="postgresql", query={}).render_as_string() if url else str(target)
        if self.path and not self.path.is_file():
            raise FileProblem(f"There is no file {target}. Make one with: rosc-map new {target} --area NAME")
        self._engine: Engine = engine_of(url or Path(target))
        self._hurried = file_engine(self.path, patient=False) if self.path else self._engine
        # The pool of a database is closed with the store, even by those who forget to.
        self._closing = weakref.finalize(self, self._engine.dispose)
        version, edited = self._look()
        if version > SCHEMA_VERSION:
            raise FileProblem(f"{target} was made by a newer rosc-map. Update rosc-map, then open it again.")
        self.backup_made: Path | None = None
        self.left_out = 0
        """How many rows of an older file pointed at an asset that was not there, and were left out."""
        if version < SCHEMA_VERSION:
            self._migrate(version)
            _, edited = self._look()
        self.edited_elsewhere = edited
        """Whether, when it was opened, another program had changed what nobody has taken in yet."""

    @classmethod
    def create(
        cls,
        target: Path | str,
        values: Mapping[str, str],
        rows: Mapping[type[Record], list[dict[str, Any]]] | None = None,
        *,
        who: str = "",
    ) -> "Store":
        """Make a new file, or fill an empty database, with these settings and first rows; whole or not at all.

        Raises
        ------
        FileProblem
            When the file exists already, its folder does not, or the database holds a partnership already.
        """
        url = database_url(target)
        if url:
            engine = engine_of(url)
            try:
                _fill(engine, str(target), values, rows or {}, who)
            finally:
                engine.dispose()
            return cls(target)
        path = Path(target)
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
            _fill(file_engine(half_made), str(path), values, rows or {}, who)
            claim(half_made, path)
        finally:
            half_made.unlink(missing_ok=True)
        return cls(path)

    def settings(self) -> dict[str, str]:
        """Return the store's settings, such as its title."""
        with self.reading() as reader:
            return reader.settings()

    def read(self, record: type[Record]) -> pd.DataFrame:
        """Return all rows of a record type; see :meth:`Reader.read`."""
        with self.reading() as reader:
            return reader.read(record)

    @contextmanager
    def reading(self, *, patient: bool = True) -> Iterator[Reader]:
        """Open one moment of the store: all that is read in the ``with`` block belongs together.

        Parameters
        ----------
        patient
            Wait for another program that holds a file; else only for so long as somebody waits for a page.
        """
        options = {} if self.path else {"isolation_level": "REPEATABLE READ"}
        engine = self._engine if patient else self._hurried
        with (
            plain_errors(self.name),
            engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            if not self.path:
                # Said for this transaction only: an option of the connection would outlive it in the pool.
                connection.execute(text("SET TRANSACTION READ ONLY"))
            yield Reader(connection)

    @contextmanager
    def write(self, *, who: str = "", task: str = "change", note: str = "", alone: bool = True) -> Iterator[Writer]:
        """Open one transaction: all changes made in the ``with`` block are kept together, or none is.

        Parameters
        ----------
        who
            A volunteer number or role.
        task
            What kind of task it is, in a word, such as ``import``.
        note
            What else the history should say of it.
        alone
            Let nobody else write meanwhile. A file knows no other way; in a database, a change of one record need not
            wait for others.
        """
        with (
            plain_errors(self.name),
            self._engine.connect().execution_options(rosc_map_write=True) as connection,
            connection.begin(),
        ):
            if alone and not self.path:
                # Before anything is read. Every change adds a row to this table, so this holds them all back.
                connection.execute(text("LOCK TABLE rosc_map_changes IN EXCLUSIVE MODE"))
            writer = Writer(connection, _begin_change(connection, who, task, note))
            yield writer
            _end_change(connection, writer.change, keep=writer.keep_trace)

    def integrity(self) -> list[str]:
        """Return what is wrong with the file itself, in the words of the database; nothing when all is well."""
        if not self.path:
            return []  # PostgreSQL looks after its own pages and keys
        with self.reading() as reader:
            found = reader.connection.execute(text("PRAGMA integrity_check")).scalars().all()
            broken = reader.connection.execute(text("PRAGMA foreign_key_check")).all()
        wrong = [line for line in found if line != "ok"]
        return wrong + ([f"rows that point at an asset that is not there: {len(broken)}"] if broken else [])

    def compact(self) -> None:
        """Write a file anew without its free pages, which may hold what another program took out; nothing else.

        A database looks after its own pages.

        Raises
        ------
        FileProblem
            When the file is in use by another program, or there is no room for it twice.
        """
        if not self.path:
            return
        with plain_errors(self.name), self._engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # the engine always begins a transaction; this cannot be done in one
            connection.exec_driver_sql("VACUUM")
            if connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal":
                # As long as somebody else has it open like that, the pages of before stay where they are.
                raise FileProblem(f"{self.name} is in use by another program. Close it there (QGIS?) and try again.")

    def grant_reading(self, role: str) -> None:
        """Let a role of the database read everything here, and change nothing.

        Raises
        ------
        FileProblem
            When this is a file, there is no such role, or you may not grant it.
        """
        if self.path:
            raise FileProblem(f"{self.path} is a file: who may read it is set in its folder, not here.")
        with plain_errors(self.name), self._engine.connect() as connection, connection.begin():
            quoted = connection.dialect.identifier_preparer.quote_identifier(role)
            schema = connection.dialect.identifier_preparer.quote_identifier(
                str(
                    connection.execute(
                        text(
                            "SELECT relnamespace::regnamespace FROM pg_class WHERE oid = "
                            "to_regclass('rosc_map_settings')"
                        )
                    ).scalar()
                )
            )
            if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}).scalar():
                raise FileProblem(f"The database has no role {role!r}. Make it first: CREATE ROLE {quoted} LOGIN")
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {quoted}")
            # With the styles, so that QGIS draws the layers for them too.
            for name in (*(table.name for table in METADATA.sorted_tables), "layer_styles"):
                connection.exec_driver_sql(f'GRANT SELECT ON "{name}" TO {quoted}')

    def close(self) -> None:
        """Close the connections that are kept open to a database."""
        self._closing()

    def _look(self) -> tuple[int, bool]:
        """Return the version, and of today's whether another program has changed anything: at one go, for speed."""
        with plain_errors(self.name), self._engine.connect() as connection:
            try:
                version = version_of(connection)
            except ValueError as error:
                raise FileProblem(f"{self.name} is not a rosc-map partnership file.") from error
            try:
                return version, version == SCHEMA_VERSION and bool(edited_elsewhere(Reader(connection)))
            except DBAPIError:
                return version, True  # whoever takes it in meets the same fault, and can say what it stopped

    def _migrate(self, version: int) -> None:
        engine = file_engine(self.path, foreign_keys=False) if self.path else self._engine
        try:
            # Held from here on: of several programs that open an old file at once, one brings it up to date.
            with (
                plain_errors(self.name),
                engine.connect().execution_options(rosc_map_write=True) as connection,
                connection.begin(),
            ):
                if version_of(connection) != version:
                    return
                if self.path:
                    today = dt.datetime.now(dt.UTC).date()
                    self.backup_made = backup_file(self.path, today=today, why=f"schema-{version}")
                self.left_out = migrate(connection)
        except Exception as error:
            if self.backup_made:
                self.backup_made.unlink()  # nothing was changed, so the file itself is as good
                self.backup_made = None
            raise FileProblem(
                f"{self.name} was made by an older rosc-map and could not be brought up to date ({error}). Nothing was "
                "changed. If its folder may not be written to, copy it to one of your own; if a table or view that is "
                "not rosc-map's stands in the way, take it out."
            ) from error


def _fill(
    engine: Engine, name: str, values: Mapping[str, str], rows: Mapping[type[Record], list[dict[str, Any]]], who: str
) -> None:
    """Write the tables, the settings and the first rows of a new store."""
    with plain_errors(name), engine.connect().execution_options(rosc_map_write=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            prepare_database(connection, name)
        create_schema(connection, dict(values))
        change = _begin_change(connection, who, "new", "")
        for record, first in rows.items():
            Writer(connection, change).insert(record, first)
        _end_change(connection, change, keep=True)


def prepare_database(connection: Connection, name: str) -> None:
    """Make sure that a database is empty and has PostGIS.

    Raises
    ------
    FileProblem
        When it holds a partnership already.
    """
    if connection.execute(text("SELECT to_regclass('rosc_map_settings')")).scalar():
        raise FileProblem(f"{name} holds a partnership already. Choose another database, or work with that one.")
    taken = text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY (:names)")
    if connection.execute(taken, {"names": [table.name for table in METADATA.sorted_tables]}).scalar():
        raise FileProblem(f"{name} is not empty: other tables stand in it. Make a database of its own for this.")
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < _OLDEST_POSTGRESQL:
        raise FileProblem(f"{name} is PostgreSQL {version // 10_000}. rosc-map needs PostgreSQL 15 or newer.")
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")).scalar():
        return
    try:
        connection.execute(text("CREATE EXTENSION postgis"))
    except DBAPIError as error:
        raise FileProblem(
            f"{name} has no PostGIS, and you may not add it. Ask who looks after the database to install PostGIS, and "
            "to run there: CREATE EXTENSION postgis"
        ) from error


def now_utc() -> str:
    """Return this moment as the history tells it: UTC, to the millisecond."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _begin_change(connection: Connection, who: str, task: str, note: str) -> int:
    row = {"at": now_utc(), "who": who, "task": task, "note": note}
    (change,) = connection.execute(insert(changes).values(row)).inserted_primary_key or (0,)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('rosc_map.change', :change, true)"), {"change": str(change)})
    else:
        connection.execute(text("INSERT INTO rosc_map_current VALUES (:change)"), {"change": change})
    return int(change)


def _end_change(connection: Connection, change: int, *, keep: bool) -> None:
    """Forget the running change, and the whole row of it where nothing came of it."""
    if connection.dialect.name != "postgresql":
        connection.execute(text("DELETE FROM rosc_map_current"))
    if keep:
        return
    kept = connection.execute(select(history.c.id).where(history.c.change_id == change).limit(1)).first()
    if kept is None:
        connection.execute(delete(changes).where(changes.c.id == change))
