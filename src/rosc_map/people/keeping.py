"""Where the room keeps its tables: a file beside the partnership's, or a schema of its own in its database."""

import os
import stat
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.schema import CreateSchema

from rosc_map.errors import FileProblem
from rosc_map.people.tables import METADATA, VERSION, version
from rosc_map.store import database_url, engine_of, plain_errors

__all__ = ["Keeping", "is_kept"]

_SCHEMA = "rosc_map_people"
_OUR_SCHEMA = text("SELECT to_regnamespace(:name)").bindparams(name=_SCHEMA)
_LOCKS = 0x726F7363  # keeps our advisory locks apart from those of other programs in the database


class Keeping:
    """The open tables.

    Parameters
    ----------
    target
        The partnership's file, or the address of its database.

    Raises
    ------
    FileProblem
        When there is no such partnership, others may read the file of accounts, or a newer version made it.
    """

    def __init__(self, target: str | Path) -> None:
        url = database_url(target)
        self._is_file = url is None
        self._engine: Engine
        if url:
            self.name = url.set(drivername="postgresql", query={}).render_as_string()
            self._engine = engine_of(url).execution_options(schema_translate_map={None: _SCHEMA})
        else:
            path = _file_beside(target)
            # Volunteers may read this in a message: where the file is on the server is none of their business.
            self.name = path.name
            self._engine = engine_of(path)
        self._closing = weakref.finalize(self, self._engine.dispose)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one moment to read from."""
        with plain_errors(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, about: str) -> Iterator[Connection]:
        """Open one transaction; of those that are ``about`` the same thing, one waits for the other."""
        with (
            plain_errors(self.name),
            self._engine.connect().execution_options(rosc_map_write=True) as connection,
            connection.begin(),
        ):
            if not self._is_file:
                # A file knows one writer at a time anyway.
                connection.execute(select(func.pg_advisory_xact_lock(_LOCKS, func.hashtext(about))))
            yield connection

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._closing()

    def _open(self) -> None:
        try:
            with self.writing("open") as connection:
                if not self._is_file:
                    _prepare_database(connection, self.name)
                found = _version(connection, self.name)
        except FileProblem as problem:
            cause = problem.__cause__
            if self._is_file and isinstance(cause, DatabaseError) and not isinstance(cause, OperationalError):
                raise FileProblem(_not_ours(self.name)) from cause
            raise
        if found > VERSION:
            raise FileProblem(f"{self.name} was made by a newer rosc-map. Update rosc-map, then open it again.")


def is_kept(target: str | Path) -> bool:
    """Whether anything is kept beside a partnership; nothing is made.

    Parameters
    ----------
    target
        The partnership's file, or the address of its database.

    Raises
    ------
    FileProblem
        When the database cannot be reached.
    InputError
        When the address of a database is none, or holds a password.
    """
    url = database_url(target)
    if url is None:
        return _path_beside(target).exists()
    engine = engine_of(url)
    try:
        with plain_errors("The database"), engine.connect() as connection:
            return bool(connection.execute(_OUR_SCHEMA).scalar())
    finally:
        engine.dispose()


def _path_beside(target: str | Path) -> Path:
    return Path(target).resolve().with_suffix(".people.db")


def _file_beside(target: str | Path) -> Path:
    """Return the file of accounts beside a partnership's, made for its owner alone where there was none."""
    partnership = Path(target)
    if not partnership.is_file():
        raise FileProblem(f"There is no file {target}. Make one with: rosc-map new {target} --area NAME")
    path = _path_beside(target)
    try:
        # An empty file is an empty database. Made first, so that there is no moment in which others may read it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        mode = path.stat().st_mode
    except OSError as error:
        raise FileProblem(
            f"{path} cannot be made ({error.strerror}). Check that you may write to its folder."
        ) from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise FileProblem(
            f"Others on this machine may read or change {path}, which holds the accounts. "
            f'Close it to them, then try again: chmod 600 "{path}" (where that changes nothing, the disk cannot keep a '
            "file for one person: move the partnership to another disk)"
        )
    return path


def _prepare_database(connection: Connection, name: str) -> None:
    if not connection.execute(text("SELECT to_regclass('rosc_map_settings')")).scalar():
        raise FileProblem(f"{name} holds no rosc-map partnership. Make one with: rosc-map new {name} --area NAME")
    # Asked first: CREATE SCHEMA IF NOT EXISTS wants the right to make one even where there is one.
    if not connection.execute(_OUR_SCHEMA).scalar():
        connection.execute(CreateSchema(_SCHEMA))


def _version(connection: Connection, name: str) -> int:
    """Return the version of the tables, which are made where there are none."""
    schema = None if connection.dialect.name == "sqlite" else _SCHEMA
    there = inspect(connection).get_table_names(schema=schema)
    if version.name in there:
        return _brought_up(connection, int(connection.execute(select(version.c.version)).scalar_one()))
    if there:
        raise FileProblem(_not_ours(name))
    METADATA.create_all(connection)
    connection.execute(insert(version).values(version=VERSION))
    return VERSION


def _brought_up(connection: Connection, found: int) -> int:
    """Return the version of the tables after making those that an older one lacks; nothing of before is touched."""
    if found >= VERSION:
        return found
    METADATA.create_all(connection)
    connection.execute(update(version).values(version=VERSION))
    return VERSION


def _not_ours(name: str) -> str:
    return f"{name} is not rosc-map's file of accounts, or is damaged. Move it away, or put back your copy of it."
