"""A document as it is shown to who judges it: what Vigie says of it, where, and what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.mentions import AROUND
from pipeline.model import Article, Document, Review, Tag
from pipeline.queries.documents import document_views
from pipeline.queries.views import DocumentView
from pipeline.reviews import reading_of

OPENING = 180  # characters of a text shown where no passage tells: two lines
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SeenView:
    """A theme that Vigie saw: its chance, its reason in French, and where the text says it.

    `before`, `words` and `after` are the passage around that place, two lines at most; all "" where
    the text is no longer the one that was read.
    """

    theme: str
    score: float
    reason: str
    before: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SaidView:
    """What a person said of it."""

    reviewer: str
    themes: tuple[str, ...]
    proximity: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class SheetView:
    """A document to be judged, with all that Vigie says of it.

    `seen` are its themes, the surest first; `nearest` the best that did not pass, with its chance.
    `opening` is the beginning of what its source says of it, never of the page behind it. `said` is
    what people said, the last one first.
    """

    document: DocumentView
    seen: tuple[SeenView, ...]
    proximity: str
    nearest: tuple[str, float] | None
    opening: str
    said: tuple[SaidView, ...]


def sheet(session: Session, document_id: int) -> SheetView | None:
    """Give the sheet of a document; None for one that is not there, or was not read yet."""
    document = session.get(Document, document_id)
    read = reading_of(session, document_id)
    if document is None or read is None:
        return None
    article = session.get(Article, document_id)
    body = (article and article.text) or document.summary
    (view,) = document_views(session, [document], named=True)
    tags = sorted(read.tags, key=lambda tag: -tag.score)
    return SheetView(
        document=view,
        seen=tuple(_seen(len(document.title), f"{document.title}\n{body}", tag) for tag in tags),
        proximity=read.proximity,
        nearest=(read.nearest, read.nearest_score or 0.0) if read.nearest else None,
        opening=_opening(document.summary),
        said=tuple(_said(session, document_id)),
    )


def _seen(title: int, whole: str, tag: Tag) -> SeenView:
    """Give a theme with its passage; `title`: where the title ends."""
    if tag.start is not None and tag.end is not None:
        words = " ".join(whole[tag.start : tag.end].split())
        if words and words in tag.reason:  # else the text was erased, or has changed since
            part = (0, title) if tag.end <= title else (title + 1, len(whole))
            before, after = _around(whole, tag.start, tag.end, *part)
            return SeenView(tag.theme, tag.score, tag.reason, before, words, after)
    return SeenView(tag.theme, tag.score, tag.reason)


def _around(whole: str, start: int, end: int, first: int, last: int) -> tuple[str, str]:
    """Give what stands beside a place in its part of a text, a line or so, cut between words."""
    left, right = max(first, start - AROUND), min(last, end + AROUND)
    if left > first:
        left = whole.find(" ", left, start) + 1 or start
    if right < last:
        right = max(end, whole.rfind(" ", end, right))
    before, after = (_SPACES.sub(" ", part) for part in (whole[left:start], whole[end:right]))
    return f"{'… ' if left > first else ''}{before}", f"{after}{' …' if right < last else ''}"


def _opening(body: str) -> str:
    words = " ".join(body.split())
    if len(words) <= OPENING:
        return words
    end = words.rfind(" ", 0, OPENING)
    return f"{words[: end if end > 0 else OPENING]} …"


def _said(session: Session, document_id: int) -> Iterator[SaidView]:
    asked = select(Review).where(Review.document_id == document_id)
    for row in session.scalars(asked.order_by(Review.reviewed_at.desc(), Review.id.desc())):
        yield SaidView(row.reviewer, tuple(row.themes), row.proximity, row.reviewed_at)
