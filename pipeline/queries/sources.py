"""How every source is doing, ill ones first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from pipeline.calendar import ASSEMBLEE, Calendar, season_by
from pipeline.clock import day_of
from pipeline.health import HEALTHY, Health, Past, State, Trouble, diagnose
from pipeline.model import Bill, BillStage, Document, Sighting, Visit
from pipeline.queries.troubles import standing_troubles
from pipeline.queries.views import IssueView, SourceView
from spiders.items import Outcome
from spiders.sources import Source

SITTINGS = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class _Moments:
    """The moments that count in the visits of a source; None where there was none."""

    first: datetime | None = None
    well: datetime | None = None
    new: datetime | None = None


def sources_health(
    session: Session,
    register: Mapping[str, Source],
    now: datetime,
    calendar: Calendar = ASSEMBLEE,
) -> tuple[SourceView, ...]:
    """Say how each source of the register that is not retired is doing at `now`, ill ones first.

    `calendar` is when the Assemblée is expected to sit: it tells a recess from a breakage, beside
    the days on which it surely sat.
    """
    moments, standing = _moments(session), standing_troubles(session, now)
    season = season_by(calendar, _sittings(session, now))
    newest = select(func.max(Visit.id)).group_by(Visit.source)
    last = {
        visit.source: visit for visit in session.scalars(select(Visit).where(Visit.id.in_(newest)))
    }
    views = []
    for source in (one for one in register.values() if not one.retired):
        visit, own = last.get(source.id), moments.get(source.id, _Moments())
        troubles = standing.get(source.id, {})
        past = _past(session, own, visit, troubles)
        health = diagnose(past, source.max_silence, season, now)
        views.append(_view(source, visit, health, own.new, troubles))
    return tuple(sorted(views, key=lambda view: view.well))


def brought_since(session: Session, source: str, moment: datetime) -> int:
    """Count what is new or changed in the visits of a source that ended after this moment."""
    brought = func.coalesce(func.sum(Visit.new + Visit.changed), 0)
    asked = select(brought).where(Visit.source == source, Visit.finished_at > moment)
    return session.scalar(asked) or 0


def _moments(session: Session) -> dict[str, _Moments]:
    # A list that tells what the pages told before it brings nothing new, yet it moves.
    seen = func.max(func.coalesce(Sighting.changed_at, Sighting.first_seen_at))
    moved = dict(session.execute(select(Sighting.source, seen).group_by(Sighting.source)).all())
    rows = session.execute(
        select(
            Visit.source,
            func.min(Visit.started_at),
            func.max(case((Visit.outcome.in_(HEALTHY), Visit.started_at))),
        ).group_by(Visit.source)
    )
    return {source: _Moments(first, well, moved.get(source)) for source, first, well in rows}


def _sittings(session: Session, now: datetime) -> set[date]:
    """Give the days on which the Assemblée moved a bill, as far back as a silence may go."""
    since = now - SITTINGS
    moved = select(Document.bill_id).where(
        or_(Document.detected_at >= since, Document.revised_at >= since)
    )
    dates = select(BillStage.dates).join(Bill).where(Bill.parliament == "qc", Bill.id.in_(moved))
    days = {date.fromisoformat(day) for stage in session.scalars(dates) for day in stage}
    return {day for day in days if day_of(since) <= day <= day_of(now)}


def _past(
    session: Session, moments: _Moments, last: Visit | None, standing: Mapping[IssueView, datetime]
) -> Past:
    if last is None:
        return Past()
    return Past(
        outcome=last.outcome,
        codes=tuple(issue["code"] for issue in last.issues),
        failing_since=_failing_since(session, moments, last),
        last_good=moments.well,
        quiet_since=moments.new or moments.first,
        standing=tuple(Trouble(issue.code, since) for issue, since in standing.items()),
    )


def _failing_since(session: Session, moments: _Moments, last: Visit) -> datetime | None:
    if last.outcome in HEALTHY:
        return None
    failed = select(func.min(Visit.started_at)).where(Visit.source == last.source)
    return session.scalar(failed.where(Visit.started_at > moments.well) if moments.well else failed)


def _view(
    source: Source,
    last: Visit | None,
    health: Health,
    new_at: datetime | None,
    standing: Iterable[IssueView],
) -> SourceView:
    own = [IssueView(**issue) for issue in last.issues] if last else []
    return SourceView(
        id=source.id,
        title=source.title,
        url=source.url,
        owner=source.owner,
        outcome=last.outcome if last else None,
        visited_at=last.started_at if last else None,
        items=last.items if last else 0,
        new=last.new if last else 0,
        new_at=new_at,
        health=health,
        issues=tuple(dict.fromkeys((*_seen_by_us(source, last, health), *standing, *own))),
    )


def _seen_by_us(source: Source, last: Visit | None, health: Health) -> Sequence[IssueView]:
    """Give the troubles that no page has: too few items, too long a silence."""
    if health.state is State.SILENT and health.since:
        return (IssueView("silent", source.url, str(day_of(health.since))),)
    if last and last.outcome == Outcome.EMPTY:
        return (IssueView("too-few", source.url, f"{last.items} / {source.min_items}"),)
    return ()
