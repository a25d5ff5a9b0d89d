"""Run the migrations on the connection that monitor.snapshots.store hands over."""

from alembic import context
from sqlmodel import SQLModel

from monitor.snapshots import mail_tables, tables  # noqa: F401  (the tables register themselves)
from monitor.snapshots.follow_through import tables as follow_through_tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
