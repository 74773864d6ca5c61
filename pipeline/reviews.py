"""What a person says of a document: it outranks what Vigie says of it, and both are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from pipeline.errors import ReviewError
from pipeline.model import VIGIE, Classification, Document, Review, Tag

# The chance of a theme, too low to be told, from which a text is looked at again: six of ten texts
# whose theme was missed have it, and one in ten of those that have no theme (see docs).
NEAR = 0.1
PROXIMITIES = ("direct", "indirect", "none")
DRAWN = ("asked", "uncertain", "sample")
NAME = 60  # characters of a reviewer's name
PERSON = "person"  # the origin of a theme that a person has said


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says: the themes, the proximity; `drawn` is why they were shown it."""

    reviewer: str
    themes: Sequence[str]
    proximity: str
    drawn: str = "asked"
    note: str = ""


def reviewer_name(text: str) -> str:
    """Give a name as it is kept. Raises ReviewError for none, and for Vigie's own."""
    name = " ".join(text.split())[:NAME]
    if not name or not name.isprintable() or name.casefold() == VIGIE:
        raise ReviewError("Il faut le nom de la personne qui relit (« vigie » n'en est pas un).")
    return name


def judge(session: Session, document_id: int, said: Verdict, now: datetime) -> None:
    """Keep what a person says of a document, in place of what the same person said before.

    The document is counted again. Raises ReviewError for a document that is not there, and for what
    no document can be.
    """
    if said.proximity not in PROXIMITIES or said.drawn not in DRAWN:
        raise ReviewError("Ce jugement n'est pas complet : choisissez une proximité.")
    if session.get(Document, document_id, with_for_update=True) is None:
        raise ReviewError(f"Le document {document_id} n'existe pas.")
    reviewer = reviewer_name(said.reviewer)
    themes = list(dict.fromkeys(said.themes)) if said.proximity != "none" else []
    former = _forget(session, document_id, reviewer)
    session.add(
        Review(
            document_id=document_id,
            reviewer=reviewer,
            proximity=said.proximity,
            themes=themes,
            drawn=former or said.drawn,
            note=said.note,
            reviewed_at=now,
        )
    )
    session.add(_reading(session, document_id, reviewer, themes, said.proximity, now))
    _settle(session, document_id)


def withdraw(session: Session, reviewer: str) -> int | None:
    """Take back the last verdict of a person; give its document, None where there is none."""
    asked = select(Review).where(Review.reviewer == reviewer)
    last = session.scalars(asked.order_by(Review.reviewed_at.desc(), Review.id.desc())).first()
    if last is None:
        return None
    document_id = last.document_id
    _forget(session, document_id, reviewer)
    _settle(session, document_id)
    return document_id


def reading_of(session: Session, document_id: int, reader: str = VIGIE) -> Classification | None:
    """Give how Vigie, or a person, reads a document, with its tags; None where it was not read."""
    asked = select(Classification).where(
        Classification.document_id == document_id, Classification.reader == reader
    )
    return session.scalars(asked.options(selectinload(Classification.tags))).one_or_none()


def _forget(session: Session, document_id: int, reviewer: str) -> str | None:
    """Forget what a person said of a document; give why they had been shown it at first."""
    drawn = None
    of_theirs = Review.document_id == document_id, Review.reviewer == reviewer
    for review in session.scalars(select(Review).where(*of_theirs)):
        drawn = review.drawn
        session.delete(review)
    if reading := reading_of(session, document_id, reviewer):
        session.delete(reading)
    session.flush()
    return drawn


def _settle(session: Session, document_id: int) -> None:
    """Make the last person's word stand, else Vigie's; the document is to be counted again."""
    session.flush()
    of_it = select(Review.reviewer).where(Review.document_id == document_id)
    last = session.scalars(of_it.order_by(Review.reviewed_at.desc(), Review.id.desc())).first()
    readings = update(Classification).where(Classification.document_id == document_id)
    session.execute(readings.values(stands=Classification.reader == (last or VIGIE)))
    session.execute(update(Document).where(Document.id == document_id).values(day=None))


def _reading(
    session: Session,
    document_id: int,
    reviewer: str,
    themes: Sequence[str],
    proximity: str,
    now: datetime,
) -> Classification:
    """Give a person's reading; a theme that Vigie saw as well keeps its reason and its passage."""
    ours = reading_of(session, document_id)
    seen = {tag.theme: tag for tag in ours.tags} if ours else {}
    reading = Classification(
        document_id=document_id,
        reader=reviewer,
        version="",
        lang=ours.lang if ours else None,
        proximity=proximity,
        read_at=now,
        populations=ours.populations if ours else [],
        actors=ours.actors if ours else [],
    )
    reading.tags = [_tag(theme, reviewer, seen.get(theme)) for theme in themes]
    return reading


def _tag(theme: str, reviewer: str, seen: Tag | None) -> Tag:
    return Tag(
        theme=theme,
        score=1.0,
        origin=PERSON,
        reason=seen.reason if seen else f"jugé par {reviewer}",
        start=seen.start if seen else None,
        end=seen.end if seen else None,
    )
