"""Documents that were read but not yet linked, grouped and counted: `day` is still None."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import Document

BATCH = 500
Progress = Callable[[int, int], None]  # told how many documents are done, of how many
Step = Callable[[Session, Sequence[Document]], None]


def quiet(_done: int, _of: int) -> None:
    """Tell nobody how far a step has come."""


def is_pending() -> ColumnElement[bool]:
    """Give the condition that a document still waits: an index answers it, whatever the archive."""
    return and_(Document.day.is_(None), Document.read_by.is_not(None))


def count(store: Store, condition: ColumnElement[bool]) -> int:
    """Count the documents of which this is so."""
    with store.reading() as session:
        return session.scalar(select(func.count(Document.id)).where(condition)) or 0


def in_batches(store: Store, step: Step, progress: Progress = quiet, batch: int = BATCH) -> int:
    """Take a step over every pending document, oldest first; say how many there were.

    Each batch is one transaction. The step must come to the same when it is taken again.
    """
    done, last = 0, 0
    waiting = count(store, is_pending())
    while True:
        with store.session() as session:
            query = select(Document).where(is_pending(), Document.id > last)
            documents = session.scalars(query.order_by(Document.id).limit(batch)).all()
            if not documents:
                return done
            step(session, documents)
        last, done = documents[-1].id, done + len(documents)
        progress(done, waiting)
