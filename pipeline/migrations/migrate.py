"""Brings a database from the version of its schema to the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pipeline.errors import StoreTooNewError


def migrate(connection: Connection, now: str | None) -> None:
    """Take every step from the version that is there `now`, in the connection's transaction.

    Raises StoreTooNewError for a schema that this version does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    if now is not None and now not in versions(config):
        raise StoreTooNewError(
            f"La base de données vient d'une version plus récente de Vigie (schéma « {now} »). "
            "Installez cette version, ou indiquez une autre base dans VIGIE_DATABASE_URL."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def versions(config: Config) -> tuple[str, ...]:
    """Give the versions of the schema, the newest first."""
    known = ScriptDirectory.from_config(config)
    return tuple(script.revision for script in known.walk_revisions())
