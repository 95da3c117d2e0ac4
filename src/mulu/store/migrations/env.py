"""Read by alembic alone: the steps run in the transaction that the store opened, under its lock."""

from alembic import context

from mulu.store.schema import VERSION

context.configure(connection=context.config.attributes["connection"], version_table=VERSION.name)
context.run_migrations()
