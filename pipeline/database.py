"""Opens the store: the newest schema, SQLite or PostgreSQL, a session at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from pipeline.errors import StoreTooNewError, StoreUnreachableError
from pipeline.migrations import NEWEST

BUSY_SECONDS = 30
ANSWER_SECONDS = 10
MIGRATING = 7041  # the PostgreSQL lock of whoever migrates


class Store:
    """The store at one address. Every `session()` is one transaction: all of it or nothing."""

    def __init__(self, url: str) -> None:
        """Ask nothing of the server yet. Raises StoreUnreachableError for a wrong address."""
        self.engine = _engine(url)
        reading: dict[str, Any] = {"reading": True}
        if self.engine.dialect.name == "postgresql":
            reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**reading)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session; commit at the end of the block, roll back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads: it sees one moment of the store and holds nobody up."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the store and bring its schema up to date.

    Raises StoreUnreachableError, whose message never holds a password, and StoreTooNewError.
    """
    store = Store(url)
    try:
        upgrade(store)
    except DBAPIError as error:
        store.close()
        raise StoreUnreachableError(
            f"La base de données ne répond pas : {_without_secrets(_first_line(error), url)}. "
            "Vérifiez VIGIE_DATABASE_URL, puis que le serveur fonctionne."
        ) from None
    except StoreTooNewError:
        store.close()
        raise
    return store


def upgrade(store: Store) -> None:
    """Bring the schema to the newest version. Does nothing, and waits for nobody, when it is.

    Raises StoreTooNewError for a schema that this version does not know.
    """
    with store._reader.connect() as connection:
        if schema(connection) == NEWEST:
            return
    # It takes longer to import than all the rest, and is hardly ever needed.
    from pipeline.migrations.migrate import migrate

    with store.engine.connect() as connection, migrating(connection):
        now = schema(connection)
        if now != NEWEST:
            migrate(connection, now)


def schema(connection: Connection) -> str | None:
    """Give the version of a database's schema, None when it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("select version_num from alembic_version"))
    return version


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """Give a transaction in which tables may be made again; no other process migrates meanwhile."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({MIGRATING})")
            yield
        return
    # SQLite alters a table by making it again: with foreign keys on, dropping the former one fails.
    # The setting cannot move inside a transaction; a migration must leave no key astray itself.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("pragma foreign_keys = off")
    try:
        with connection.begin():
            yield
    finally:
        driver.execute("pragma foreign_keys = on")


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    """Give the engine of an address: the last is kept, with our statements as it has put them.

    A process that opens its store again does not put them again, which takes longer than to ask.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _sqlite_engine(address)
        if address.drivername in ("postgresql", "postgresql+psycopg"):
            patience = {"connect_timeout": ANSWER_SECONDS}
            return create_engine(address, pool_pre_ping=True, connect_args=patience)
    except (ArgumentError, ValueError):
        pass  # told below, without the address: it may hold a password
    except ModuleNotFoundError:
        raise StoreUnreachableError(
            "Il manque le module psycopg pour joindre une base PostgreSQL. "
            "Installez Vigie avec son option « postgresql »."
        ) from None
    except OSError as error:
        raise StoreUnreachableError(
            f"Le dossier de la base de données ne peut être créé : {error.strerror} "
            f"({error.filename}). Choisissez-en un autre dans VIGIE_HOME ou VIGIE_DATABASE_URL."
        ) from None
    raise StoreUnreachableError(
        "VIGIE_DATABASE_URL n'est pas une adresse de base de données. Écrivez-la comme "
        "sqlite:////dossier/vigie.sqlite ou postgresql+psycopg://utilisateur:secret@serveur/base."
    )


def _sqlite_engine(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transactions begin late, after a first read: two writers then fail at once
    # with "database is locked", whatever the timeout. We begin ours ourselves (_on_sqlite_begin).
    connection.isolation_level = None
    for pragma in ("journal_mode = wal", "foreign_keys = on", "synchronous = normal"):
        connection.execute(f"pragma {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get("reading"))
    connection.exec_driver_sql(f"pragma query_only = {reading:d}")
    connection.exec_driver_sql("begin" if reading else "begin immediate")


def _first_line(error: DBAPIError) -> str:
    # A host with several addresses is told under a heading: "All failures were:".
    lines = [line.strip("- .") for line in str(error.orig).splitlines() if line.strip()]
    return next((line for line in lines if not line.endswith(":")), "aucune réponse")


def _without_secrets(told: str, url: str) -> str:
    # A password with an @ or a / in it is cut by whoever reads the address: each part is secret.
    secret = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    query = make_url(url).query.get("password", "")
    words = {secret, unquote(secret), *secret.replace("/", "@").split("@"), str(query)} - {""}
    for word in sorted(words, key=len, reverse=True):
        told = told.replace(word, "…")
    return told
