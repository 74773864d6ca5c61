"""Alerts, and what became of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.model import Alert
from pipeline.queries.views import AlertView


def alerts_since(session: Session, since: datetime) -> tuple[AlertView, ...]:
    """Give the alerts made since this moment, the newest first."""
    newest = (
        select(Alert).where(Alert.created_at >= since).order_by(Alert.created_at.desc(), Alert.id)
    )
    return tuple(
        AlertView(
            id=row.id,
            kind=row.kind,
            level=row.level,
            subject=row.subject,
            reason=row.reason,
            themes=tuple(row.themes),
            channel=row.channel,
            created_at=row.created_at,
            due_at=row.due_at,
            sent_at=row.sent_at,
            attempts=row.attempts,
            error=row.error,
        )
        for row in session.scalars(newest)
    )
