"""Documents that tell the same news become one story; a document that repeats a text is its copy.

What is alike is decided on a Board (board.py); here the archive is asked only for the documents of
the last days that share a rare trait with a new one, so that a day costs the same whatever is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from pipeline.board import COMMON, REACH, Board
from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.likeness import News, Usual
from pipeline.model import Document, Story, Trait
from pipeline.pending import Progress, in_batches, quiet
from spiders.items import Kind

NEWS = (Kind.NEWS, Kind.RELEASE)


def group(
    store: Store,
    owners: Mapping[str, str] | None = None,
    usual: Callable[[], Usual] = Usual,
    progress: Progress = quiet,
) -> int:
    """Give the pending documents their story; say how many documents were looked at.

    `owners` tells the house of each source, `usual` which words tell little: it is asked only when
    a document waits. Bills and consultations are facts, not news: they have no story.
    """
    step = partial(_group, owners or {}, usual, {})
    done = in_batches(store, step, progress)
    _forget(store)
    return done


def _group(
    owners: Mapping[str, str],
    words: Callable[[], Usual],
    known: dict[int, News],
    session: Session,
    documents: Sequence[Document],
) -> None:
    """Group a batch; `known` keeps what was computed of its neighbours, for the next."""
    usual = words()
    rows = {document.id: document for document in documents if document.kind in NEWS}
    news = {id_: _news(document, owners, usual) for id_, document in rows.items()}
    _keep_traits(session, news.values())
    # A revised document keeps its story: what was told of it was told under that one.
    fresh = [one for id_, one in news.items() if rows[id_].story_id is None]
    board = Board()
    shared = _shared(session, fresh)
    stories: dict[int, Story] = {}
    for document, story in _with_story(session, shared):
        rows[document.id], stories[document.id] = document, story
        if document.id not in news:
            news[document.id] = known.get(document.id) or _news(document, owners, usual)
        board.put_back(news[document.id], story.first_at, shared[document.id])
    for one in sorted(fresh, key=lambda one: (one.moment, one.id)):
        match = board.match(one)
        document = rows[one.id]
        stories[one.id] = _story(document, stories[match.like.id] if match.like else None)
        document.copy_of = _first(rows[match.copies.id]) if match.copies else None
        board.put(one, match.like)
    session.add_all(stories.values())
    session.flush()  # the new stories get their numbers, all at once
    for one in fresh:
        rows[one.id].story_id = stories[one.id].id
    known.clear()
    known.update(news)


def _news(document: Document, owners: Mapping[str, str], usual: Usual) -> News:
    house = owners.get(document.source, document.source)
    words = (document.title, document.summary)
    return News(document.id, document.source, house, *words, _moment(document), usual)


def _moment(document: Document) -> datetime:
    return document.published_at or document.detected_at


def _story(document: Document, story: Story | None) -> Story:
    """Give the story that a document joins, or founds."""
    moment = _moment(document)
    if story is None:
        return Story(title=document.title, first_at=moment, last_at=moment)
    if moment < story.first_at:
        story.title = document.title
    story.first_at, story.last_at = min(story.first_at, moment), max(story.last_at, moment)
    return story


def _first(document: Document) -> int:
    """Give the text that all these repeat: a copy of a copy is one of the first."""
    return document.copy_of or document.id


def _keep_traits(session: Session, news: Iterable[News]) -> None:
    days = {one.id: (one.traits, day_of(one.moment)) for one in news}
    session.execute(delete(Trait).where(Trait.document_id.in_(days)))
    rows = [
        {"value": value, "document_id": id_, "day": day}
        for id_, (traits, day) in days.items()
        for value in traits
    ]
    if rows:
        session.execute(insert(Trait), rows)


def _shared(session: Session, fresh: Sequence[News]) -> dict[int, list[int]]:
    """Give the rare traits that other documents share with a fresh one, by document."""
    if not fresh:
        return {}
    near = _near(fresh)
    values = {value for one in fresh for value in one.traits}
    several = func.count().between(2, COMMON)
    rare = select(Trait.value).where(near, Trait.value.in_(values))
    rare = rare.group_by(Trait.value).having(several)
    shared: dict[int, list[int]] = defaultdict(list)
    own = {one.id for one in fresh}
    pairs = select(Trait.document_id, Trait.value).where(near, Trait.value.in_(rare))
    for id_, value in session.execute(pairs):
        if id_ not in own:
            shared[id_].append(value)
    return shared


def _with_story(session: Session, ids: Collection[int]) -> Iterator[tuple[Document, Story]]:
    """Give those of these documents that have a story, and it."""
    asked = select(Document, Story).join(Story, Document.story_id == Story.id)
    rows = session.execute(asked.where(Document.id.in_(ids)).order_by(Document.id))
    yield from ((document, story) for document, story in rows)


def _near(fresh: Sequence[News]) -> ColumnElement[bool]:
    moments = [one.moment for one in fresh]
    return Trait.day.between(day_of(min(moments) - REACH), day_of(max(moments) + REACH))


def _forget(store: Store) -> None:
    """Forget the traits of news that no story can reach any more."""
    with store.session() as session:
        newest = session.scalar(select(func.max(Trait.day)))
        if newest:
            session.execute(delete(Trait).where(Trait.day < newest - 2 * REACH))
