"""Run by Alembic, on the connection that `central.migrations` hands it."""

from alembic import context

from central import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    render_as_batch=True,  # SQLite cannot alter a table: it is made anew and copied
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
