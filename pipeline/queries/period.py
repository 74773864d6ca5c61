"""What a period brought, in figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.health import HEALTHY, Notice
from pipeline.model import Alert, Bill, Classification, Document, Revision, Story, Tag, Visit
from pipeline.queries.views import CountsView


def counts_between(session: Session, start: datetime, end: datetime) -> CountsView:
    """Count what was found, learnt, sent and visited in this period."""

    def within(moment: Any) -> ColumnElement[bool]:
        result: ColumnElement[bool] = (moment >= start) & (moment < end)
        return result

    def count(thing: Any, *conditions: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(thing).where(*conditions)) or 0

    read = (
        (Classification.document_id == Document.id)
        & Classification.stands
        & within(Document.detected_at)
    )
    visits = within(Visit.started_at)
    themes = session.execute(
        select(Tag.theme, func.count())
        .join(Classification, Tag.classification_id == Classification.id)
        .join(Document, Classification.document_id == Document.id)
        .where(read)
        .group_by(Tag.theme)
        .order_by(func.count().desc(), Tag.theme)
    )
    return CountsView(
        documents=count(Document, within(Document.detected_at)),
        revisions=count(Revision, within(Revision.replaced_at)),
        relevant=count(Classification, read, Classification.proximity != "none"),
        bills=count(Bill, within(Bill.first_seen_at)),
        stories=count(Story, within(Story.first_at)),
        alerts=count(Alert, within(Alert.sent_at), Alert.kind.not_in(Notice)),
        visits=count(Visit, visits),
        failed_visits=count(Visit, visits, Visit.outcome.not_in(HEALTHY)),
        themes=tuple((theme, number) for theme, number in themes),
    )
