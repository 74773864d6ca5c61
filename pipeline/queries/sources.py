"""How every source is doing, ill ones first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from pipeline.agenda import asked_to_wait
from pipeline.calendar import ASSEMBLEE, WEEK, Calendar, monday, season_by
from pipeline.clock import day_of
from pipeline.health import HEALTHY, Health, Past, State, Trouble, diagnose
from pipeline.learnt import located
from pipeline.model import Page, Sighting, Sitting, SourceState, Visit
from pipeline.queries.sessions_read import sessions_not_read
from pipeline.queries.troubles import standing_troubles
from pipeline.queries.views import IssueView, SourceView
from pipeline.sittings import days_sat
from spiders.items import Outcome
from spiders.sources import ADAPTIVE, Source

CALENDAR, WEEK_SHOWN = "assnat_calendar", re.compile(r"[?&]Date=(\d{4}-\d\d-\d\d)$")


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

    Those that await their first good visit come next.

    `calendar` is when the Assemblée is expected to sit: it tells a recess from a breakage, beside
    the days on which it surely sat and the weeks that it announced without any activity.
    """
    moments, standing = _moments(session), standing_troubles(session, register, now)
    for id_, missed in sessions_not_read(session, register).items():
        standing[id_] = standing.get(id_, {}) | missed
    waiting = asked_to_wait(session, register.values(), now, register)
    sat = days_sat(session, now)
    season = season_by(calendar, sat, set(_empty_weeks(session, register)))
    newest = select(func.max(Visit.id)).group_by(Visit.source)
    last = {
        visit.source: visit for visit in session.scalars(select(Visit).where(Visit.id.in_(newest)))
    }
    states = {state.source: state for state in session.scalars(select(SourceState))}
    asked = {source.id: source.url for source in located(session, register.values())}
    views = []
    for source in (one for one in register.values() if not one.retired):
        visit, own = last.get(source.id), moments.get(source.id, _Moments())
        troubles = standing.get(source.id, {})
        past = _past(session, own, visit, troubles)
        state = states.get(source.id) or SourceState(source=source.id, address="")
        past = replace(
            past,
            sat=_sat_between(sat, past.quiet_since, now),
            unconfirmed=source.to_confirm and state.confirmed_at is None,
        )
        health = diagnose(past, source.max_silence, season, now)
        view = _view(source, visit, past, health, own.new, troubles)
        moved_to = "" if asked[source.id] == source.url else asked[source.id]
        view = replace(view, wait_until=waiting.get(source.id), moved_to=moved_to)
        views.append(_paced(view, source, state))
    return tuple(sorted(views, key=lambda view: (view.well, not view.awaited)))


def _paced(view: SourceView, source: Source, state: SourceState) -> SourceView:
    """Add when a source visited at its own pace is: its hours, where it has any, are its own."""
    if source.schedule != ADAPTIVE:
        return view
    every = None if state.every is None else timedelta(seconds=state.every)
    return replace(view, every=every, next_at=state.next_at)


def _empty_weeks(session: Session, register: Mapping[str, Source]) -> Iterator[date]:
    """Give the Mondays of the weeks that the Assemblée's calendar showed without any activity.

    A week ahead may still get some: it counts once it was shown on the eve, or later.
    """
    calendars = [source.id for source in register.values() if source.spider == CALENDAR]
    planned = select(Sitting.day).where(Sitting.parliament == "qc", Sitting.cancelled.is_(False))
    busy = set(map(monday, session.scalars(planned)))
    shown = select(Page.url, Page.read_at).where(Page.source.in_(calendars), Page.fingerprint != "")
    for url, read_at in session.execute(shown):
        found = WEEK_SHOWN.search(url)
        week = monday(date.fromisoformat(found[1]) if found else day_of(read_at))
        if week not in busy and week - WEEK <= day_of(read_at):
            yield week


def _sat_between(sat: Collection[date], since: datetime | None, now: datetime) -> int:
    return sum(day_of(since) < day < day_of(now) for day in sat) if since else 0


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
    past: Past,
    health: Health,
    new_at: datetime | None,
    standing: Iterable[IssueView],
) -> SourceView:
    own = [IssueView(**issue) for issue in last.issues] if last else []
    failed = last is not None and last.outcome not in HEALTHY
    told = (*own, *standing) if failed else (*standing, *own)
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
        issues=tuple(dict.fromkeys((*_seen_by_us(source, last, past, health), *told))),
    )


def _seen_by_us(
    source: Source, last: Visit | None, past: Past, health: Health
) -> Sequence[IssueView]:
    """Give the troubles that no page has: too few items, too long a silence."""
    if "silent-while-sat" in health.why:
        return (IssueView("silent-while-sat", source.url, str(past.sat)),)
    if health.state is State.SILENT and health.since:
        return (IssueView("silent", source.url, str(day_of(health.since))),)
    if last and last.outcome == Outcome.EMPTY:
        return (IssueView("too-few", source.url, f"{last.items} / {source.min_items}"),)
    return ()
