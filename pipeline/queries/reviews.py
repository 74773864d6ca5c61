"""What people are asked to judge, what they said of it, and what that tells of what is missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import sqrt

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pipeline.model import VIGIE, Classification, Document, Review, Tag

Z = 1.96  # of an interval that holds the truth nineteen times in twenty


@dataclass(frozen=True, slots=True)
class DueView:
    """A document to be judged. `drawn` says why: "uncertain" or "sample"."""

    document_id: int
    title: str
    summary: str
    url: str
    themes: tuple[str, ...]
    proximity: str
    drawn: str


@dataclass(frozen=True, slots=True)
class ReviewedView:
    """A document as the last person who judged it sees it."""

    document_id: int
    title: str
    summary: str
    lang: str | None
    kind: str
    themes: tuple[str, ...]
    proximity: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class MissedView:
    """What is missed among what was set aside, in 0..1, and between which bounds (95 %).

    `drawn` documents set aside were judged, `found` of them carry a theme; `estimate` is None
    while none was judged.
    """

    drawn: int
    found: int
    estimate: float | None
    low: float
    high: float


def review_queue(
    session: Session, day: date, since: datetime, most: int = 20, sample: int = 5
) -> tuple[DueView, ...]:
    """Give what to judge today: the most uncertain documents, then some of those set aside.

    Documents found since `since` and judged by nobody. The draw is by chance, and the same all day
    long: who looks twice is shown the same ones.
    """
    waiting = (
        select(Document.id, func.max(Tag.score))
        .join(Classification, Classification.document_id == Document.id)
        .outerjoin(Tag, Tag.classification_id == Classification.id)
        .where(Classification.reader == VIGIE, Document.detected_at >= since)
        .where(~exists().where(Review.document_id == Document.id))
        .group_by(Document.id)
    )
    rows = session.execute(waiting).all()
    tagged = sorted((score, id_) for id_, score in rows if score is not None)
    aside = [id_ for id_, score in rows if score is None]
    aside.sort(key=lambda id_: sha256(f"{day.isoformat()} {id_}".encode()).digest())
    uncertain = [id_ for _, id_ in tagged[: most - sample]]
    return (
        *_due(session, uncertain, "uncertain"),
        *_due(session, aside[:sample], "sample"),
    )


def reviewed(session: Session) -> tuple[ReviewedView, ...]:
    """Give every document that a person has judged, with the last verdict, oldest first."""
    query = (
        select(Document, Review)
        .join(Review, Review.document_id == Document.id)
        .order_by(Review.reviewed_at, Review.id)
    )
    last = {row.Document.id: (row.Document, row.Review) for row in session.execute(query)}
    return tuple(
        ReviewedView(
            document_id=document.id,
            title=document.title,
            summary=document.summary,
            lang=document.lang,
            kind=document.kind,
            themes=tuple(review.themes),
            proximity=review.proximity,
            reviewed_at=review.reviewed_at,
        )
        for document, review in last.values()
    )


def missed(session: Session) -> MissedView:
    """Estimate the share of what was set aside that a person would have kept."""
    drawn = session.scalars(select(Review).where(Review.drawn == "sample")).all()
    found = sum(bool(review.themes) for review in drawn)
    low, high = wilson(found, len(drawn))
    return MissedView(len(drawn), found, found / len(drawn) if drawn else None, low, high)


def wilson(found: int, drawn: int) -> tuple[float, float]:
    """Give the bounds of a share (95 %), by Wilson's score: sound for few, and for none found."""
    if not drawn:
        return 0.0, 1.0
    share, spread = found / drawn, Z * Z / drawn
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / drawn + spread / drawn / 4)
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return max(0.0, low), min(1.0, high)


def _due(session: Session, ids: Sequence[int], drawn: str) -> list[DueView]:
    rows = session.execute(
        select(Document, Classification)
        .join(Classification, Classification.document_id == Document.id)
        .where(Classification.reader == VIGIE, Document.id.in_(ids))
    )
    views = {
        document.id: DueView(
            document_id=document.id,
            title=document.title,
            summary=document.summary,
            url=document.url,
            themes=tuple(tag.theme for tag in sorted(read.tags, key=lambda tag: -tag.score)),
            proximity=read.proximity,
            drawn=drawn,
        )
        for document, read in rows
    }
    return [views[id_] for id_ in ids]
