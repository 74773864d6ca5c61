"""Alembic's entry: the connection is the store's, handed down by pipeline.database.upgrade."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from pipeline.model import Base


def run() -> None:
    """Apply the migrations on the store's connection.

    By hand, on the database that is named: `alembic -x url=… revision --autogenerate -m "…"`
    writes what the model has and an up-to-date database lacks.
    """
    connection = context.config.attributes.get("connection")
    if connection is None:
        url = context.get_x_argument(as_dictionary=True).get("url", "sqlite://")
        with create_engine(url).connect() as own:
            _migrate(own)
    else:
        _migrate(connection)


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
