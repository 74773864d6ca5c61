"""How every source is doing, ill ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pipeline.model import Visit
from pipeline.queries.views import HEALTHY, IssueView, SourceView
from spiders.sources import Source


@dataclass(frozen=True, slots=True)
class _Past:
    """The moments that count in the visits of a source; None where there was none."""

    first: datetime | None = None
    well: datetime | None = None
    new: datetime | None = None


def sources_health(
    session: Session, register: Mapping[str, Source], now: datetime
) -> tuple[SourceView, ...]:
    """Say how each source of the register that is not retired is doing at `now`, ill ones first."""
    pasts = _pasts(session)
    newest = select(func.max(Visit.id)).group_by(Visit.source)
    last = {
        visit.source: visit for visit in session.scalars(select(Visit).where(Visit.id.in_(newest)))
    }
    views = [
        _view(session, source, pasts.get(source.id, _Past()), last.get(source.id), now)
        for source in register.values()
        if not source.retired
    ]
    return tuple(sorted(views, key=lambda view: view.well))


def _pasts(session: Session) -> dict[str, _Past]:
    rows = session.execute(
        select(
            Visit.source,
            func.min(Visit.started_at),
            func.max(case((Visit.outcome.in_(HEALTHY), Visit.started_at))),
            func.max(case((Visit.new + Visit.changed > 0, Visit.started_at))),
        ).group_by(Visit.source)
    )
    return {source: _Past(first, well, new) for source, first, well, new in rows}


def _view(
    session: Session, source: Source, past: _Past, last: Visit | None, now: datetime
) -> SourceView:
    quiet_since = past.new or past.first
    return SourceView(
        id=source.id,
        title=source.title,
        url=source.url,
        owner=source.owner,
        outcome=last.outcome if last else None,
        visited_at=last.started_at if last else None,
        ill_since=_ill_since(session, past, last),
        items=last.items if last else 0,
        new=last.new if last else 0,
        new_at=past.new,
        silent=bool(source.max_silence and quiet_since and now - quiet_since > source.max_silence),
        issues=tuple(IssueView(**issue) for issue in last.issues) if last else (),
    )


def _ill_since(session: Session, past: _Past, last: Visit | None) -> datetime | None:
    if last is None or last.outcome in HEALTHY:
        return None
    failed = select(func.min(Visit.started_at)).where(Visit.source == last.source)
    return session.scalar(failed.where(Visit.started_at > past.well) if past.well else failed)
