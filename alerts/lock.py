"""One process sends at a time: the others wait for their turn, and a dead one holds nobody up."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.database import Store

SENDING = 7043  # the PostgreSQL lock of whoever sends


@contextmanager
def only_sender(store: Store) -> Iterator[None]:
    """Wait until no other process of this store sends, then keep the others waiting.

    The system itself opens the lock when its holder dies: on PostgreSQL with the connection, on
    SQLite with the file. Whoever holds it knows that no message is half-way in other hands.
    """
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as connection:
            connection.exec_driver_sql(f"select pg_advisory_lock({SENDING})")
            connection.commit()  # the lock is the connection's: no transaction stays open
            try:
                yield
            finally:
                connection.exec_driver_sql(f"select pg_advisory_unlock({SENDING})")
                connection.commit()
    else:
        with Path(f"{store.engine.url.database}.sending").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
