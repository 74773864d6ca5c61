"""Documents get their themes: what was not read yet is read, and what the reader says is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import VIGIE, Article, Classification, Document, Review, Tag
from pipeline.pending import BATCH, Progress, count, quiet

if TYPE_CHECKING:
    from classifiers.model import Classification as Reading
    from classifiers.model import Facet, Text, ThemeTag


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
    from classifiers.model import Text

    with store.session() as session:
        # What a visit is revising at this moment is left for the next run, not waited for.
        columns = (Document.id, Document.title, Document.summary, Document.lang, Document.kind)
        query = select(*columns).where(_unread(reader, everything)).order_by(Document.id)
        waiting = session.execute(query.limit(batch).with_for_update(skip_locked=True)).all()
        ids = [one.id for one in waiting]
        articles = _articles(session, ids)
        readings = list(
            reader.read(
                Text(one.title, articles.get(one.id, one.summary), one.lang, one.kind)
                for one in waiting
            )
        )
        if ids:
            _replace(session, ids, readings, reader.version, now)
            read = update(Document).where(Document.id.in_(ids))
            session.execute(read.values(read_by=reader.version, day=None))
        return len(ids)


def _unread(reader: Reader, everything: bool) -> ColumnElement[bool]:
    unread = Document.read_by.is_(None)
    if not everything:
        return unread
    # Two ranges and not `!=`: an index answers ranges.
    return or_(unread, Document.read_by < reader.version, Document.read_by > reader.version)


def _articles(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Give the text of the page behind each of these documents, while it is kept."""
    asked = select(Article.document_id, Article.text).where(Article.document_id.in_(ids))
    return {id_: text for id_, text in session.execute(asked) if text}


def _replace(
    session: Session, ids: Sequence[int], readings: Sequence[Reading], version: str, now: datetime
) -> None:
    """Keep what this reader says of these documents, and forget what it said before."""
    mine = Classification.reader == VIGIE
    former = select(Classification.id).where(mine, Classification.document_id.in_(ids))
    session.execute(delete(Tag).where(Tag.classification_id.in_(former)))
    session.execute(delete(Classification).where(mine, Classification.document_id.in_(ids)))
    judged = _judged(session, ids)
    rows = [
        _classification(reading)
        | {"document_id": id_, "version": version, "read_at": now, "stands": id_ not in judged}
        for id_, reading in zip(ids, readings, strict=True)
    ]
    kept = insert(Classification).returning(Classification.id, sort_by_parameter_order=True)
    tags = [
        _said(tag) | {"classification_id": id_}
        for id_, reading in zip(session.scalars(kept, rows), readings, strict=True)
        for tag in reading.tags
    ]
    if tags:
        session.execute(insert(Tag), tags)


def _judged(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Give which of these a person has judged: what the person said goes on standing."""
    asked = select(Review.document_id).where(Review.document_id.in_(ids))
    return frozenset(session.scalars(asked))


def _classification(reading: Reading) -> dict[str, Any]:
    passed = {tag.theme for tag in reading.tags}
    failed = ((score, theme) for theme, score in reading.scores.items() if theme not in passed)
    score, nearest = max(failed, default=(None, None))
    return {
        "reader": VIGIE,
        "lang": reading.lang,
        "proximity": reading.proximity,
        "nearest": nearest,
        "nearest_score": None if score is None else round(score, 4),
        "populations": [_said(facet) for facet in reading.populations],
        "actors": [_said(facet) for facet in reading.actors],
    }


def _said(one: Facet | ThemeTag) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}
