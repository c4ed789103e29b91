"""The first release: files of this version were made without Alembic, so there is nothing to do."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Do nothing: a file that is older than this was never released."""
