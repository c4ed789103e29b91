"""Rebuilding a table of a GeoPackage, which SQLite needs for most changes, without losing what hangs on it."""

from collections.abc import Callable

from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import text

__all__ = ["rebuild"]


def rebuild(table: str, change: Callable[[BatchOperations], None]) -> None:
    """Rebuild a table as ``change`` says, and put its triggers back.

    SQLite drops a table's triggers with it: those of the history, and those that QGIS adds for its spatial index. The
    rows of ``gpkg_contents`` and ``gpkg_geometry_columns`` go by the table's name and stay.
    """
    connection = op.get_bind()
    triggers = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
    ).scalars()
    kept = list(triggers)
    # AUTOINCREMENT: numbers of rows that are gone are never given again.
    last = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table}).scalar()
    with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}) as batch:
        change(batch)
    if last is not None:
        connection.execute(
            text("UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = :table"), {"last": last, "table": table}
        )
    for statement in kept:
        connection.exec_driver_sql(statement)
