"""How a store is reached: a GeoPackage through SQLite, or PostgreSQL with PostGIS; and its errors in plain words."""

import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool
from sqlalchemy.util import LRUCache

from rosc_map.errors import FileProblem, InputError
from rosc_map.store.geometry import register_spatial_functions

__all__ = ["database_url", "engine_of", "file_engine", "plain_errors"]

_BUSY_MS = 30_000
_SHORT_BUSY_MS = 3_000
_POOL, _MORE = 16, 4
_STATEMENTS_KEPT = 500  # as many as an engine keeps of itself
_IDLE_SECONDS = 20  # a connection that has rested for longer is asked whether it is still there
_ADDRESS = re.compile(r"^postgres\w*:|://|password\s*=", re.IGNORECASE)
_KNOWN_QUERY = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"}
_NO_ADDRESS = "That is not the address of a database of PostgreSQL. Write it like postgresql://user@host:5432/name."
_CONNECT_SECONDS = 10


def database_url(target: str | Path) -> URL | None:
    """Return the address of a database, or None where the target is a file.

    Raises
    ------
    InputError
        When the address holds a password, or is not an address. It is never repeated: it may hold one.
    """
    text = str(target).strip()
    if isinstance(target, Path) or not _ADDRESS.search(text):
        return None
    try:
        url = make_url(re.sub(r"^postgres(ql)?://", "postgresql://", text, flags=re.IGNORECASE))
    except (ArgumentError, ValueError):
        raise InputError(_NO_ADDRESS) from None
    if url.password is not None or "password" in text.casefold():
        raise InputError(
            "Take the password out of the address: anyone on the machine could read it there. "
            "Put it into the file that PGPASSFILE names, or into PGPASSWORD."
        )
    if url.drivername != "postgresql" or not url.database or not set(url.query) <= _KNOWN_QUERY:
        raise InputError(_NO_ADDRESS)
    return url.set(drivername="postgresql+psycopg")


def engine_of(target: Path | URL) -> Engine:
    """Return the engine of a file or a database; whoever asks for it has to dispose of it.

    Raises
    ------
    InputError
        When the driver for PostgreSQL is not installed.
    """
    return _database_engine(target) if isinstance(target, URL) else file_engine(target)


def file_engine(path: Path, *, foreign_keys: bool = True, patient: bool = True) -> Engine:
    """Return the engine of a GeoPackage; a migration turns the foreign keys off while it rebuilds tables.

    Where it is not patient, it waits for other programs for no more than a page may take.
    """
    # No pool: a file that nobody reads or writes must be free to copy, move or delete.
    # Read and write what is there: one that was moved away under a running program must not be made anew, empty.
    where = f"{path.resolve().as_uri()}?mode=rw"
    dialect, statements = _of_all_files()
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(where, uri=True),
        poolclass=NullPool,
        hide_parameters=True,
        execution_options={"compiled_cache": statements},
    )
    engine.dialect = dialect

    @event.listens_for(engine, "connect")
    def _connect(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin or commit on its own
        raw.execute("PRAGMA busy_timeout = 0")
        with contextlib.suppress(sqlite3.OperationalError):
            # A rollback journal: people copy these files, and the log of a WAL beside a copied file loses data. It is
            # no matter if QGIS has the file open in WAL mode at this moment: it puts the mode back on closing.
            raw.execute("PRAGMA journal_mode = DELETE")
        for pragma in (
            f"busy_timeout = {_BUSY_MS if patient else _SHORT_BUSY_MS}",
            f"foreign_keys = {int(foreign_keys)}",
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


@cache
def _of_all_files() -> tuple[Dialect, LRUCache[Any, Any]]:
    """Return what the engines of all files share, or each would put every statement into SQL anew for its own file."""
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.connect():
        pass  # from its first connection a dialect learns what this SQLite can do
    return engine.dialect, LRUCache(_STATEMENTS_KEPT)


def _database_engine(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            pool_size=_POOL,
            max_overflow=_MORE,
            pool_use_lifo=True,
            hide_parameters=True,  # a fault is told without what people typed
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "rosc-map",
                "options": f"-c lock_timeout={_BUSY_MS}",  # as patient as with a file, and no more
            },
        )
    except ModuleNotFoundError as error:
        raise InputError('PostgreSQL needs one more package: pip install "rosc-map[postgres]"') from error
    _ask_the_idle(engine)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that has rested whether it is still there; one in steady use need not be asked each time."""

    @event.listens_for(engine, "checkin")
    def _rest(_raw: Any, record: Any) -> None:
        record.info["resting since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(raw: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("resting since")
        if since is None or time.monotonic() - since < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another one


@contextmanager
def plain_errors(name: str) -> Iterator[None]:
    """Turn what a database says into a sentence for a person; ``name`` is the file or the address."""
    try:
        yield
    except IntegrityError as error:
        raise FileProblem(f"The change breaks a rule of {name} ({_first_line(error)}). Nothing was changed.") from error
    except PoolTimeout as error:
        raise FileProblem(f"{name} has too many tasks at once from here. Try again in a moment.") from error
    except OperationalError as error:
        raise FileProblem(_operational(name, _first_line(error))) from error
    except DatabaseError as error:
        raise FileProblem(_other(name, _first_line(error))) from error


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().split("\n")[0]


def _operational(name: str, text: str) -> str:
    known = {
        "no such table": f"{name} is not a rosc-map partnership file.",
        "no such column": f"{name} is not a rosc-map partnership file.",
        "locked": f"{name} is in use by another program. Close it there (QGIS?) and try again.",
        "busy": f"{name} is in use by another program. Close it there (QGIS?) and try again.",
        "readonly": f"{name} may not be written to. Check that you may change it.",
        "unable to open": f"{name} cannot be opened. Check that it is there and that you may read it.",
        "password": f"{name} did not let you in ({text}). Check PGPASSFILE or PGPASSWORD, and the user name.",
        "lock timeout": f"{name} is in use by somebody else, who holds what you need. Try again in a moment.",
        "deadlock": f"Somebody else changed {name} at the same moment. Nothing was changed: try again.",
    }
    said = next((sentence for word, sentence in known.items() if word in text), "")
    return said or f"{name} cannot be used: {text}. Nothing was changed."


def _other(name: str, text: str) -> str:
    if "permission denied" in text or "read-only" in text:
        return f"You may read {name}, but not change it ({text}). Nothing was changed."
    if "does not exist" in text:
        return f"{name} holds no rosc-map partnership. Make one with: rosc-map new {name} --area NAME"
    return f"{name} is not a rosc-map partnership file, or is damaged ({text})."
