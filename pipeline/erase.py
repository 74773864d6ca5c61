"""Empties a store: for the season, which begins again each time."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from pipeline.database import Store
from pipeline.model import Base, Document, Visit


def is_empty(store: Store) -> bool:
    """Whether nothing was ever collected."""
    with store.reading() as session:
        kept = session.execute(select(Document.id).limit(1)).first()
        visited = session.execute(select(Visit.id).limit(1)).first()
    return kept is None and visited is None


def erase(store: Store) -> None:
    """Delete every row, in one transaction."""
    with store.session() as session:
        session.execute(update(Document).values(copy_of=None))  # it points to its own table
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
