"""Documents get their themes: what was not read yet is read, and what the reader says is kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, delete, insert, or_, select, update
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
    taken: deque[Row[Any]] = deque()
    readings = reader.read(_texts(store, _unread(reader, everything), batch, taken))
    while read := list(islice(readings, batch)):
        with store.session() as session:
            texts = [taken.popleft() for _ in read]
            done += _keep(session, dict(zip(texts, read, strict=True)), reader, now)
        progress(done, waiting)
    if taken:
        raise ValueError(f"{len(taken)} texts were skipped by the reader {reader.version}")
    return done


def _texts(
    store: Store, unread: ColumnElement[bool], batch: int, taken: deque[Row[Any]]
) -> Iterator[Text]:
    """Give what waits, oldest first; `taken` is told of each document as it is given."""
    from classifiers.model import Text

    last = 0
    while True:
        page = _asked().where(unread, Document.id > last).order_by(Document.id).limit(batch)
        with store.reading() as session:
            rows = session.execute(page).all()
        if not rows:
            return
        for row in rows:
            taken.append(row)
            yield Text(row.title, row.text or row.summary, lang=row.lang, kind=row.kind)
        last = rows[-1].id


def _asked() -> Select[*tuple[Any, ...]]:
    """Ask for what is read of a document: with the text of the page behind it, while it is kept."""
    columns = (Document.id, Document.title, Document.summary, Document.lang, Document.kind)
    return select(*columns, Article.text).outerjoin(Article, Article.document_id == Document.id)


def _keep(session: Session, said: Mapping[Row[Any], Reading], reader: Reader, now: datetime) -> int:
    """Keep what was said of documents that are still as they were read, and say how many are.

    What a visit has revised since, or is revising now, is left for the next run, not waited for.
    """
    locked = _asked().where(Document.id.in_([row.id for row in said]))
    still = session.execute(locked.with_for_update(of=Document, skip_locked=True)).all()
    readings = {row.id: said[row] for row in still if row in said}
    if readings:
        _replace(session, readings, reader.version, now)
        read = update(Document).where(Document.id.in_(list(readings)))
        session.execute(read.values(read_by=reader.version, day=None))
    return len(readings)


def _unread(reader: Reader, everything: bool) -> ColumnElement[bool]:
    unread = Document.read_by.is_(None)
    if not everything:
        return unread
    # Two ranges and not `!=`: an index answers ranges.
    return or_(unread, Document.read_by < reader.version, Document.read_by > reader.version)


def _replace(
    session: Session, readings: Mapping[int, Reading], version: str, now: datetime
) -> None:
    """Keep what this reader says of these documents, and forget what it said before."""
    mine, ids = Classification.reader == VIGIE, list(readings)
    former = select(Classification.id).where(mine, Classification.document_id.in_(ids))
    session.execute(delete(Tag).where(Tag.classification_id.in_(former)))
    session.execute(delete(Classification).where(mine, Classification.document_id.in_(ids)))
    judged = _judged(session, ids)
    rows = [
        _classification(reading)
        | {"document_id": id_, "version": version, "read_at": now, "stands": id_ not in judged}
        for id_, reading in readings.items()
    ]
    kept = insert(Classification).returning(Classification.id, sort_by_parameter_order=True)
    tags = [
        _said(tag) | {"classification_id": id_}
        for id_, reading in zip(session.scalars(kept, rows), readings.values(), strict=True)
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
