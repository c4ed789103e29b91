"""Making the tables of a new store, and bringing an older one up to date (Alembic)."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, or_, select, text, update

from rosc_map.records import Asset
from rosc_map.store.geopackage import register_layers, write_container
from rosc_map.store.qgis import layer_styles, write_hints, write_styles
from rosc_map.store.tables import LINKS, METADATA, TABLES, key_index, settings
from rosc_map.store.triggers import trigger_statements

if TYPE_CHECKING:  # Alembic takes long to load: only who makes a store or brings one up to date waits for it
    from alembic.config import Config

__all__ = [
    "SCHEMA_VERSION",
    "create_schema",
    "create_tables",
    "finish_tables",
    "leave_out_orphans",
    "migrate",
    "version_of",
]

SCHEMA_VERSION = 4
"""The version that this program writes; each has a migration in ``migrations/versions``."""

_ALEMBIC_SINCE = 2


def create_schema(connection: Connection, values: dict[str, str]) -> None:
    """Make all tables, keys, triggers and settings in an empty file or database."""
    create_tables(connection)
    finish_tables(connection)
    all_values = {"schema_version": str(SCHEMA_VERSION), **values}
    connection.execute(insert(settings), [{"key": key, "value": value} for key, value in all_values.items()])


def create_tables(connection: Connection) -> None:
    """Make all tables and keys, empty and without triggers."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        write_container(connection)
    METADATA.create_all(connection)
    keys = [key_index(record, dialect) for record in TABLES]
    for statement in (*(key for key in keys if key), *_extras(dialect)):
        connection.exec_driver_sql(statement)
    if dialect == "sqlite":
        names = [table.name for table in TABLES.values()]
        register_layers(connection, names[0], names[1:])
    _stamp(connection, "head")


def finish_tables(connection: Connection) -> None:
    """Make what follows from the tables of today: the triggers that write the history, and how QGIS shows them."""
    for statement in trigger_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    layers = {table.name: record for record, table in TABLES.items()}
    write_styles(connection, layer_styles(layers))
    write_hints(connection, layers)


def _extras(dialect: str) -> list[str]:
    index = "CREATE INDEX ix_rosc_map_history_elsewhere ON rosc_map_history (id) WHERE change_id IS NULL"
    if dialect == "postgresql":
        return [index, "CREATE INDEX ix_assets_geom ON assets USING gist (geom)"]
    # Only ever filled inside a transaction: the change that the triggers write for.
    return [index, "CREATE TABLE rosc_map_current (change_id INTEGER)"]


def version_of(connection: Connection) -> int:
    """Return the schema version of a store.

    Raises
    ------
    ValueError
        When there is none: it is not ours.
    """
    found = connection.execute(select(settings.c.value).where(settings.c.key == "schema_version")).scalar()
    return int(found or "")


def migrate(connection: Connection) -> int:
    """Bring an older store up to date, in the transaction of this connection.

    In a file the foreign keys have to be off: a table is rebuilt by dropping the old one.

    Returns
    -------
    int
        How many rows pointed at an asset that is not there, and were left out: another program had removed it.
    """
    from alembic import command

    _drop_triggers(connection)
    if version_of(connection) < _ALEMBIC_SINCE:
        _stamp(connection, "0001")  # files of version 1 know nothing of Alembic
    command.upgrade(_config(connection), "head")
    # The triggers follow from the tables of today, so they are no part of any one migration.
    finish_tables(connection)
    connection.execute(update(settings).where(settings.c.key == "schema_version").values(value=str(SCHEMA_VERSION)))
    return leave_out_orphans(connection)


def leave_out_orphans(connection: Connection) -> int:
    """Remove the rows that point at an asset that is not there, and return how many."""
    count = 0
    for record, links in LINKS.items():
        table, assets = TABLES[record], select(TABLES[Asset].c.id)
        where = or_(*(table.c[name].not_in(assets) for name in links))
        count += connection.execute(delete(table).where(where)).rowcount
    return count


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        named = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rosc_map_%'"
        drop = 'DROP TRIGGER "{0}"'
    else:
        named = (
            "SELECT DISTINCT trigger_name, event_object_table FROM information_schema.triggers "
            "WHERE trigger_name LIKE 'rosc_map_%' AND trigger_schema = current_schema()"
        )
        drop = 'DROP TRIGGER "{0}" ON "{1}"'
    for name, table in connection.execute(text(named)).all():
        connection.exec_driver_sql(drop.format(name, table))


def _stamp(connection: Connection, version: str) -> None:
    from alembic import command

    command.stamp(_config(connection), version)


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
