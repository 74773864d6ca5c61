"""Documents get their themes: what was not read yet is read, and what the reader says is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import VIGIE, Classification, Document, Tag
from pipeline.pending import BATCH, Progress, quiet

if TYPE_CHECKING:
    from classifiers.model import Classification as Reading
    from classifiers.model import Text


class Reader(Protocol):
    """Whoever reads texts and says their themes; `version` tells one state of it from the next."""

    @property
    def version(self) -> str:
        """Name this state of the reader."""

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        """Read texts, in their order."""


def tag(
    store: Store,
    reader: Reader,
    now: datetime,
    batch: int = BATCH,
    progress: Progress = quiet,
    everything: bool = False,
) -> int:
    """Read the documents that wait for it, and say how many; each batch is one transaction.

    `everything`: also those that another version of this reader has read. What a person said of
    a document is never touched.
    """
    done = 0
    while count := _tag_batch(store, reader, now, batch, everything):
        done += count
        progress(done)
    return done


def _tag_batch(store: Store, reader: Reader, now: datetime, batch: int, everything: bool) -> int:
    with store.session() as session:
        # What a visit is revising at this moment is left for the next run, not waited for.
        query = select(Document).where(_unread(reader, everything)).order_by(Document.id)
        query = query.limit(batch).with_for_update(skip_locked=True)
        documents = session.scalars(query).all()
        if not documents:
            return 0
        readings = reader.read([_text(document) for document in documents])
        _replace(session, documents)
        for document, reading in zip(documents, readings, strict=True):
            session.add(_classification(document, reading, reader.version, now))
            document.read_by = reader.version
            document.day = None
        return len(documents)


def _unread(reader: Reader, everything: bool) -> ColumnElement[bool]:
    unread = Document.read_by.is_(None)
    if not everything:
        return unread
    # Two ranges and not `!=`: an index answers ranges.
    return or_(unread, Document.read_by < reader.version, Document.read_by > reader.version)


def _text(document: Document) -> Text:
    from classifiers.model import Text

    return Text(document.title, document.summary, lang=document.lang, kind=document.kind)


def _replace(session: Session, documents: Sequence[Document]) -> None:
    """Forget what this reader said of these documents before."""
    former = select(Classification.id).where(
        Classification.reader == VIGIE,
        Classification.document_id.in_([document.id for document in documents]),
    )
    session.execute(delete(Tag).where(Tag.classification_id.in_(former)))
    session.execute(delete(Classification).where(Classification.id.in_(former.scalar_subquery())))


def _classification(
    document: Document, reading: Reading, version: str, now: datetime
) -> Classification:
    return Classification(
        document_id=document.id,
        reader=VIGIE,
        version=version,
        lang=reading.lang,
        proximity=reading.proximity,
        read_at=now,
        tags=[
            Tag(
                theme=tag.theme,
                score=tag.score,
                origin=tag.origin,
                reason=tag.reason,
                start=tag.start,
                end=tag.end,
            )
            for tag in reading.tags
        ],
    )
