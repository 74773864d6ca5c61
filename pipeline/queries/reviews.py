"""What people are asked to judge, what they said of it, and what that tells of what is missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import sqrt
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pipeline.model import VIGIE, Classification, Document, Review, Tag
from pipeline.reviews import NEAR

Z = 1.96  # of an interval that holds the truth nineteen times in twenty


@dataclass(frozen=True, slots=True)
class DueView:
    """A document to be judged. `drawn` says why: "uncertain" or "sample"."""

    document_id: int
    title: str
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

    Documents found since `since` and judged by nobody. The most uncertain are those whose best
    chance of a theme is nearest to even, whether the theme passed or not. The draw is by chance,
    among all that was set aside, and the same all day long: who looks twice is shown the same ones.
    """
    rows = [one for one in _read_since(session, since) if not one.judged]
    aside = [one.id for one in rows if not one.tagged]
    aside.sort(key=lambda id_: sha256(f"{day.isoformat()} {id_}".encode()).digest())
    sampled = aside[:sample]
    doubtful = [one for one in rows if one.in_doubt and one.id not in sampled]
    doubtful.sort(key=lambda one: (abs(one.chance - 0.5), one.id))
    uncertain = [one.id for one in doubtful[: most - sample]]
    asked = select(Document.id, Document.title).where(Document.id.in_([*uncertain, *sampled]))
    titles = dict(session.execute(asked).all())
    return (
        *(DueView(id_, titles[id_], "uncertain") for id_ in uncertain),
        *(DueView(id_, titles[id_], "sample") for id_ in sampled),
    )


class _Read(NamedTuple):
    """A document that Vigie has read: its best chance of a theme, and whether that theme passed."""

    id: int
    chance: float
    tagged: bool
    judged: bool

    @property
    def in_doubt(self) -> bool:
        """Whether a theme passed, or nearly did."""
        return self.tagged or self.chance >= NEAR


def _read_since(session: Session, since: datetime) -> list[_Read]:
    best = func.max(Tag.score)
    asked = (
        select(
            Document.id,
            func.coalesce(best, func.max(Classification.nearest_score), 0.0),
            best.is_not(None),
            exists().where(Review.document_id == Document.id),
        )
        .join(Classification, Classification.document_id == Document.id)
        .outerjoin(Tag, Tag.classification_id == Classification.id)
        .where(Classification.reader == VIGIE, Document.detected_at >= since)
        .group_by(Document.id)
    )
    return [_Read(*row) for row in session.execute(asked)]


def verdicts_between(session: Session, start: datetime, end: datetime) -> tuple[str, ...]:
    """Give why each document judged in a period had been shown, the oldest first."""
    within = Review.reviewed_at >= start, Review.reviewed_at < end
    return tuple(session.scalars(select(Review.drawn).where(*within).order_by(Review.id)))


def reviewers(session: Session) -> tuple[str, ...]:
    """Give the names of those who have judged, in their order."""
    return tuple(session.scalars(select(Review.reviewer).distinct().order_by(Review.reviewer)))


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
