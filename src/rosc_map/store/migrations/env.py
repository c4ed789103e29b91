"""How Alembic runs here: in the transaction of the connection that it is given."""

from alembic import context

from rosc_map.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="rosc_map_schema",
    # SQLite's tables can be changed in a transaction, and a store is migrated whole or not at all.
    transactional_ddl=True,
)
context.run_migrations()
