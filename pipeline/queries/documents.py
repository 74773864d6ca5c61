"""Documents, with the themes that they carry and the bills that they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.model import Bill, Classification, Document, Mention, Tag
from pipeline.queries.named import named_in
from pipeline.queries.views import BillName, DocumentView, ThemeView

NEAREST = ("direct", "indirect", "none")


@dataclass(frozen=True, slots=True)
class Reading:
    """How near to the mission a document is, and its themes, the surest first."""

    proximity: str = "none"
    themes: tuple[ThemeView, ...] = ()


def recent_documents(
    session: Session, since: datetime, themes: Collection[str] = (), limit: int | None = None
) -> tuple[DocumentView, ...]:
    """Give the documents found since this moment, the newest first.

    `themes`: only those that carry one of them.
    """
    wanted = select(Document).where(Document.detected_at >= since)
    if themes:
        tagged = select(Classification.document_id).join(Classification.tags)
        carrying = tagged.where(Classification.stands, Tag.theme.in_(themes))
        wanted = wanted.where(Document.id.in_(carrying))
    newest = wanted.order_by(came_out().desc(), Document.id.desc()).limit(limit)
    return tuple(document_views(session, session.scalars(newest).all(), named=True))


def published_between(
    session: Session, start: datetime, end: datetime, kinds: Collection[str]
) -> tuple[DocumentView, ...]:
    """Give the documents of these kinds that bear a date of this period, the newest first."""
    wanted = select(Document).where(
        Document.kind.in_(kinds), Document.published_at >= start, Document.published_at < end
    )
    newest = wanted.order_by(Document.published_at.desc(), Document.id)
    return tuple(document_views(session, session.scalars(newest).all()))


def came_out() -> ColumnElement[datetime]:
    """When a document came out, or was found if it does not say."""
    return func.coalesce(Document.published_at, Document.detected_at)


def document_views(
    session: Session, documents: Sequence[Document], *, named: bool = False
) -> list[DocumentView]:
    """Give these documents as views, in the same order; `named`: with whom and what they name."""
    ids = [document.id for document in documents]
    read, bills = readings(session, ids), _bills(session, documents)
    names = named_in(session, ids) if named else {}
    return [
        DocumentView(
            id=one.id,
            source=one.source,
            kind=one.kind,
            title=one.title,
            url=one.url,
            summary=one.summary,
            lang=one.lang,
            author=one.author,
            at=one.published_at or one.detected_at,
            detected_at=one.detected_at,
            revised_at=one.revised_at,
            proximity=read[one.id].proximity,
            themes=read[one.id].themes,
            bills=bills[one.id],
            story_id=one.story_id,
            copy_of=one.copy_of,
            named=names.get(one.id, ()),
        )
        for one in documents
    ]


def readings(session: Session, ids: Iterable[int]) -> dict[int, Reading]:
    """Give how these documents were read; a document not read yet carries nothing."""
    asked = (
        select(Classification.document_id, Classification.proximity)
        .add_columns(Tag.theme, Tag.score, Tag.origin, Tag.reason)
        .outerjoin(Classification.tags)
        .where(Classification.stands, Classification.document_id.in_(set(ids)))
        .order_by(Tag.score.desc(), Tag.id)
    )
    near: dict[int, str] = {}
    themes: dict[int, list[ThemeView]] = defaultdict(list)
    for id_, proximity, theme, *why in session.execute(asked):
        near[id_] = proximity
        if theme is not None:
            themes[id_].append(ThemeView(theme, *why))
    read = {id_: Reading(proximity, tuple(themes[id_])) for id_, proximity in near.items()}
    return defaultdict(Reading, read)


def bill_names(session: Session) -> Mapping[int, BillName]:
    """Give what every bill is called by."""
    return {bill.id: bill_name(bill) for bill in session.scalars(select(Bill))}


def bill_name(bill: Bill) -> BillName:
    """Give what a bill is called by."""
    return BillName(
        id=bill.id,
        parliament=bill.parliament,
        legislature=bill.legislature,
        session=bill.session,
        number=bill.number,
        title=bill.title,
        url=bill.url,
    )


def _bills(session: Session, documents: Sequence[Document]) -> dict[int, tuple[BillName, ...]]:
    pairs = {(one.id, one.bill_id) for one in documents if one.bill_id}
    ids = [one.id for one in documents]
    asked = select(Mention.document_id, Mention.bill_id).where(Mention.document_id.in_(ids))
    pairs |= {(document_id, bill_id) for document_id, bill_id in session.execute(asked)}
    wanted = select(Bill).where(Bill.id.in_({bill_id for _, bill_id in pairs}))
    names = {bill.id: bill_name(bill) for bill in session.scalars(wanted)}
    named: dict[int, tuple[BillName, ...]] = defaultdict(tuple)
    for document_id, bill_id in sorted(pairs):
        named[document_id] += (names[bill_id],)
    return named
