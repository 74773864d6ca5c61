"""Documents get their themes: what was not read yet is read, and what the reader says is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import VIGIE, Article, Classification, Document, Review, Tag
from pipeline.pending import BATCH, Progress, count, quiet

if TYPE_CHECKING:
    from classifiers.model import Classification as Reading
    from classifiers.model import Facet, Text


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
    done, waiting = 0, count(store, _unread(reader, everything))
    while read := _tag_batch(store, reader, now, batch, everything):
        done += read
        progress(done, waiting)
    return done


def _tag_batch(store: Store, reader: Reader, now: datetime, batch: int, everything: bool) -> int:
    with store.session() as session:
        # What a visit is revising at this moment is left for the next run, not waited for.
        query = select(Document).where(_unread(reader, everything)).order_by(Document.id)
        query = query.limit(batch).with_for_update(skip_locked=True)
        documents = session.scalars(query).all()
        if not documents:
            return 0
        articles = _articles(session, documents)
        readings = reader.read([_text(one, articles.get(one.id)) for one in documents])
        judged = _judged(session, documents)
        _replace(session, documents)
        for document, reading in zip(documents, readings, strict=True):
            row = _classification(document, reading, reader.version, now)
            row.stands = document.id not in judged
            session.add(row)
            document.read_by = reader.version
            document.day = None
        return len(documents)


def _unread(reader: Reader, everything: bool) -> ColumnElement[bool]:
    unread = Document.read_by.is_(None)
    if not everything:
        return unread
    # Two ranges and not `!=`: an index answers ranges.
    return or_(unread, Document.read_by < reader.version, Document.read_by > reader.version)


def _articles(session: Session, documents: Sequence[Document]) -> Mapping[int, str]:
    """Give the text of the page behind each of these documents, while it is kept."""
    ids = [document.id for document in documents]
    asked = select(Article.document_id, Article.text).where(Article.document_id.in_(ids))
    return {id_: text for id_, text in session.execute(asked) if text}


def _judged(session: Session, documents: Sequence[Document]) -> frozenset[int]:
    """Give which of these a person has judged: what the person said goes on standing."""
    asked = select(Review.document_id).where(Review.document_id.in_([one.id for one in documents]))
    return frozenset(session.scalars(asked))


def _text(document: Document, article: str | None) -> Text:
    from classifiers.model import Text

    words = article or document.summary
    return Text(document.title, words, lang=document.lang, kind=document.kind)


def _facet(facet: Facet) -> dict[str, Any]:
    return {"id": facet.id, "words": facet.words, "start": facet.start, "end": facet.end}


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
    passed = {tag.theme for tag in reading.tags}
    failed = ((score, theme) for theme, score in reading.scores.items() if theme not in passed)
    score, nearest = max(failed, default=(None, None))
    return Classification(
        document_id=document.id,
        reader=VIGIE,
        version=version,
        lang=reading.lang,
        proximity=reading.proximity,
        read_at=now,
        nearest=nearest,
        nearest_score=None if score is None else round(score, 4),
        populations=[_facet(facet) for facet in reading.populations],
        actors=[_facet(facet) for facet in reading.actors],
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
