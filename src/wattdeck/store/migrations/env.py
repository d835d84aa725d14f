"""Runs the migrations over the connection that `migrate` hands in."""

from alembic import context

from wattdeck.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
