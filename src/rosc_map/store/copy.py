"""Copying a whole store, with its history, to the other kind: from a file to a database, and back."""

import os
import tempfile
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from rosc_map.errors import FileProblem
from rosc_map.store.backup import claim
from rosc_map.store.engines import database_url, engine_of, file_engine, plain_errors
from rosc_map.store.schema import create_tables, finish_tables
from rosc_map.store.store import Store, prepare_database
from rosc_map.store.tables import METADATA, history

__all__ = ["copy_store"]

_AT_ONCE = 5_000


def copy_store(source: Store, target: str | Path) -> dict[str, int]:
    """Copy all records, settings and the history into a new file or an empty database; whole or not at all.

    Returns
    -------
    dict
        How many rows each table has, checked in both.

    Raises
    ------
    FileProblem
        When the target holds something already, or the copy is not whole.
    """
    url = database_url(target)
    if url:
        engine = engine_of(url)
        try:
            return _copy(source, engine, str(target))
        finally:
            engine.dispose()
    path = Path(target)
    if path.exists():
        raise FileProblem(f"{path} exists already. Choose another name.")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=".gpkg")
    except OSError as error:
        raise FileProblem(f"{path} cannot be made ({error.strerror}). Choose another name or folder.") from error
    os.close(handle)
    half_made = Path(name)
    try:
        counts = _copy(source, file_engine(half_made), str(path))
        claim(half_made, path)
    finally:
        half_made.unlink(missing_ok=True)
    return counts


def _copy(source: Store, engine: Engine, name: str) -> dict[str, int]:
    with (
        source.reading() as reader,
        plain_errors(name),
        engine.connect().execution_options(rosc_map_write=True) as target,
        target.begin(),
    ):
        if target.dialect.name == "postgresql":
            prepare_database(target, name)
        create_tables(target)
        counts = {table.name: _copy_table(reader.connection, target, table) for table in METADATA.sorted_tables}
        _go_on_counting(target)
        # Only now: what is copied is no change, and has its history with it.
        finish_tables(target)
    return counts


def _copy_table(source: Connection, target: Connection, table: Table) -> int:
    rows = source.execution_options(stream_results=True).execute(select(table).order_by(*table.primary_key))
    for part in rows.mappings().partitions(_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in part])
    there, here = (c.execute(select(func.count()).select_from(table)).scalar_one() for c in (source, target))
    if there != here:
        raise FileProblem(f"The copy of {table.name} has {here} rows of {there}. Nothing was kept: try again.")
    return int(here)


def _go_on_counting(target: Connection) -> None:
    """Let new rows be numbered after all that ever were: the history still tells of those that are gone."""
    for table in METADATA.sorted_tables:
        key = next(iter(table.primary_key))
        if key.name not in ("fid", "id"):
            continue
        gone = select(func.max(history.c.row_id)).where(history.c.table_name == table.name)
        last = max(target.execute(query).scalar() or 0 for query in (select(func.max(key)), gone))
        if target.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            target.execute(select(func.setval(sequence, max(last, 1), last > 0)))
        elif last:
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            target.execute(
                text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), {"name": table.name, "last": last}
            )
