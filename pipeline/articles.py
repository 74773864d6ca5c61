"""The pages behind documents, read for analysis: their text stays some days, then it is erased.

Nothing that goes out is made of it: a title, our own sentence and the link are enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.identity import page_identity
from pipeline.model import Article, Document
from spiders.items import ArticleFacts, Item, Kind

KEPT = timedelta(days=30)
NEWS = (Kind.NEWS, Kind.RELEASE)


def keep_articles(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Keep what the pages of documents say; a document whose text has come is to be read again."""
    stated = {page_identity(one.url): one for one in items if isinstance(one.facts, ArticleFacts)}
    if not stated:
        return
    for document in session.scalars(select(Document).where(Document.identity.in_(stated))):
        item = stated[document.identity]
        assert isinstance(item.facts, ArticleFacts)
        row = session.get(Article, document.id) or Article(document_id=document.id)
        _tell(row, item.title, item.facts, now)
        session.add(row)
        if row.text:
            _complete(document, row)
            document.copy_of = document.copy_of or _first(session, document, row.canonical_url)


def erase_texts(session: Session, now: datetime) -> None:
    """Erase the texts whose day has come."""
    due = Article.text.is_not(None), Article.erase_on <= day_of(now)
    session.execute(update(Article).where(*due).values(text=None))


def _tell(row: Article, title: str, facts: ArticleFacts, now: datetime) -> None:
    row.title, row.text, row.trouble = title, facts.text or None, facts.trouble
    row.canonical_url, row.lang, row.author = facts.canonical_url, facts.lang, facts.author
    row.published_at, row.published_from = facts.published_at, facts.published_from
    row.read_at, row.erase_on = now, day_of(now + KEPT) if facts.text else None


def _complete(document: Document, row: Article) -> None:
    """Give a document what its source did not say; no page is from later than it was found."""
    said = row.published_at
    if document.published_at is None and said and said <= document.detected_at:
        document.published_at = said
    document.lang = document.lang or row.lang
    document.read_by = None


def _first(session: Session, document: Document, address: str) -> int | None:
    """Give the earlier news that this page says it is, None where it is its own."""
    asked = select(Document).where(
        Document.identity == page_identity(address),
        Document.kind.in_(NEWS),
        Document.id < document.id,
    )
    first = session.scalars(asked).one_or_none()
    return (first.copy_of or first.id) if first else None
