"""Alerts and notices, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.health import LastNotice, Notice
from pipeline.levels import Level
from pipeline.model import Alert
from pipeline.queries.views import AlertView


def alerts_since(session: Session, since: datetime) -> tuple[AlertView, ...]:
    """Give the team's alerts made since this moment, the newest first; no notice of a source."""
    wanted = select(Alert).where(Alert.created_at >= since, Alert.kind.not_in(Notice))
    newest = wanted.order_by(Alert.created_at.desc(), Alert.id)
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


def rises_told(session: Session, since: datetime) -> Mapping[str, datetime]:
    """Give the rises that interrupted somebody since this moment, by their key, and when."""
    asked = select(Alert.key, func.min(Alert.created_at)).where(
        Alert.kind == "momentum", Alert.level != Level.NOTE, Alert.created_at >= since
    )
    return dict(session.execute(asked.group_by(Alert.key)).all())


def notices_told(session: Session) -> Mapping[str, LastNotice]:
    """Give the last notice of every source that had one; the key of a notice begins by its id."""
    told: dict[str, LastNotice] = {}
    rows = select(Alert.key, Alert.kind, Alert.created_at).where(Alert.kind.in_(Notice))
    for key, kind, at in session.execute(rows.order_by(Alert.created_at, Alert.id)):
        source, notice = key.partition("|")[0], Notice(kind)
        ill_at = at if notice is Notice.ILL or source not in told else told[source].ill_at
        told[source] = LastNotice(notice, at, ill_at)
    return told
