"""Alembic's entry: runs the migrations on the connection that ``Database.migrate`` holds."""

from alembic import context

from migstat.ledger.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
context.run_migrations()
