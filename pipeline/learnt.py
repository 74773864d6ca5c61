"""What visits teach of a source: that its address works, where it has moved, when to come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.clock import TORONTO
from pipeline.health import HEALTHY
from pipeline.model import Document, Page, Sighting, SourceState
from pipeline.model import Visit as VisitRow
from pipeline.rhythm import MEMORY, first_visit, interval, rhythm
from spiders.items import Outcome, Visit
from spiders.sources import ADAPTIVE, Source

FAILURES = 8  # in a row: further ones do not lengthen the wait
LATELY = 300  # publications: what a rhythm is learnt from
SAME_HOST = 3  # sources of one host visited together


def learn(session: Session, visits: Sequence[Visit], register: Mapping[str, Source]) -> None:
    """Write what visits teach of their sources. Their items are in the store, not themselves."""
    asked = select(SourceState).where(SourceState.source.in_([visit.source for visit in visits]))
    states = {state.source: state for state in session.scalars(asked)}
    for visit in visits:
        state = states.setdefault(visit.source, SourceState(source=visit.source, address=""))
        _learn(session, state, visit, register[visit.source])
    session.add_all(states.values())


def _learn(session: Session, state: SourceState, visit: Visit, source: Source) -> None:
    if state.confirmed_at is None and visit.outcome == Outcome.OK and visit.items:
        state.confirmed_at = visit.finished_at
    state.address = _address(session, state.address, visit, source)
    if source.schedule == ADAPTIVE:
        pace = _pace(session, source, visit.finished_at)
        wait = interval(source.id, pace, _failures(session, visit))
        state.every = int(pace.total_seconds())
        state.next_at = max(visit.finished_at + wait, visit.wait_until or visit.finished_at)


def located(session: Session, sources: Iterable[Source]) -> list[Source]:
    """Give the sources with the addresses to ask: where they have moved for good.

    A move counts for the address that it was learnt from: one that a person has corrected since,
    and that was never read, is asked as it is.
    """
    sources = list(sources)
    urls = {source.id: source.url for source in sources}
    moves = select(SourceState.source, SourceState.address).where(SourceState.address != "")
    moved = dict(session.execute(moves.where(SourceState.source.in_(urls))).all())
    pages = select(Page.source, Page.url).where(Page.source.in_(moved))
    read = {(source, url) for source, url in session.execute(pages)}
    return [
        replace(one, url=moved[one.id]) if one.id in moved and (one.id, one.url) in read else one
        for one in sources
    ]


def due(session: Session, sources: Iterable[Source], now: datetime) -> list[Source]:
    """Give those of these sources whose time has come, the latest first, few of each host.

    One never visited is given its time, within the hour. The others of a host are for next time.
    """
    named = {source.id: source for source in sources}
    states = {
        state.source: state
        for state in session.scalars(select(SourceState).where(SourceState.source.in_(named)))
    }
    times = {}
    for id_ in named:
        state = states.get(id_) or SourceState(source=id_, address="")
        session.add(state)
        state.next_at = times[id_] = state.next_at or first_visit(id_, now)
    late = sorted((at, id_) for id_, at in times.items() if at <= now)
    hosts: Counter[str] = Counter()
    chosen = []
    for _, id_ in late:
        host = urlsplit(named[id_].url).netloc
        hosts[host] += 1
        if hosts[host] <= SAME_HOST:
            chosen.append(named[id_])
    return chosen


def _failures(session: Session, visit: Visit) -> int:
    """Count the visits that failed in a row, up to this one."""
    before = () if visit.outcome in HEALTHY else _before(session, visit.source, FAILURES)
    outcomes = [visit.outcome, *(row.outcome for row in before)]
    healthy = (n for n, outcome in enumerate(outcomes) if outcome in HEALTHY)
    return next(healthy, len(outcomes))


def _address(session: Session, kept: str, visit: Visit, source: Source) -> str:
    """Give where a source is to be asked, "" for where the register says.

    A move is kept when two good visits in a row tell it. A bad visit forgets it: the next one asks
    where the register says.
    """
    if visit.outcome not in HEALTHY:
        return ""
    if told := _move({"code": issue.code, "about": issue.about} for issue in visit.issues):
        last = _before(session, source.id, 1)
        if any(row.outcome in HEALTHY and _move(row.issues) == told for row in last):
            return told
    asked_as_written = any(page.url == source.url for page in visit.pages)
    return "" if asked_as_written else kept


def _before(session: Session, source: str, many: int) -> Sequence[VisitRow]:
    newest = select(VisitRow).where(VisitRow.source == source).order_by(VisitRow.id.desc())
    return session.scalars(newest.limit(many)).all()


def _move(issues: Iterable[Mapping[str, Any]]) -> str:
    return next((issue["about"] for issue in issues if issue["code"] == "relocated"), "")


def _pace(session: Session, source: Source, now: datetime) -> timedelta:
    own = Sighting.source == source.id
    rows = (
        select(Document.published_at, Sighting.first_seen_at)
        .join(Sighting, Sighting.document_id == Document.id)
        .where(own, Sighting.first_seen_at > now - MEMORY)
        .order_by(Sighting.first_seen_at.desc())
        .limit(LATELY)
    )
    first = session.scalar(
        select(func.min(VisitRow.started_at)).where(VisitRow.source == source.id)
    )
    moments = (_moment(published, seen) for published, seen in session.execute(rows))
    return rhythm(moments, first or now, now)


def _moment(published: datetime | None, seen: datetime) -> datetime:
    """Give when something came out; a day without an hour does not tell, its finding does."""
    if published is None or published > seen:
        return seen
    local = published.astimezone(TORONTO)
    return published if (local.hour, local.minute, local.second) != (0, 0, 0) else seen
