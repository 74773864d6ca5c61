"""Serious troubles of pages in visits that went well otherwise, while they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from pipeline.health import HEALTHY, SERIOUS
from pipeline.model import Page, Visit
from pipeline.queries.views import IssueView
from spiders.sources import Source

HISTORY = timedelta(days=90)  # how far back the beginning of a trouble is looked for
GAP = timedelta(days=8)  # what was not told for longer is another trouble


@dataclass(slots=True)
class Telling:
    """When an issue was told, the newest first."""

    started: list[datetime] = field(default_factory=list)
    finished: list[datetime] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        """When it was told first, without a gap since."""
        first = self.started[0]
        for moment in self.started:
            if first - moment > GAP:
                break
            first = moment
        return first


def standing_troubles(
    session: Session, register: Mapping[str, Source], now: datetime
) -> dict[str, dict[IssueView, datetime]]:
    """Give the serious troubles that no later reading of their page has lifted, since when."""
    told = _tellings(session, register, now)
    read = _read_at(session, (issue.url for _, issue in told))
    asked = select(Visit.source, func.max(Visit.finished_at)).group_by(Visit.source)
    newest = dict(session.execute(asked).all())
    found: dict[str, dict[IssueView, datetime]] = defaultdict(dict)
    for (source, issue), telling in told.items():
        at = telling.finished[0]
        is_unread = read.get((source, issue.url), at) <= at
        if is_unread and at >= newest[source] - SERIOUS[issue.code]:
            found[source][issue] = telling.since
    return found


def _tellings(
    session: Session, register: Mapping[str, Source], now: datetime
) -> dict[tuple[str, IssueView], Telling]:
    """Give when each serious issue was told.

    That of a source's own address, in a visit that failed for it, is over with the next visit that
    goes well: it has read it.
    """
    told: dict[tuple[str, IssueView], Telling] = defaultdict(Telling)
    serious = or_(*(cast(Visit.issues, Text).like(f'%"{code}"%') for code in SERIOUS))
    rows = (
        select(Visit.source, Visit.started_at, Visit.finished_at, Visit.outcome, Visit.issues)
        .where(Visit.finished_at >= now - HISTORY, Visit.source.in_(register), serious)
        .order_by(Visit.started_at.desc(), Visit.id.desc())
    )
    for source, started, finished, outcome, issues in session.execute(rows):
        for issue in issues:
            failed = outcome not in HEALTHY and issue["url"] == register[source].url
            if issue["code"] in SERIOUS and not failed:
                telling = told[source, IssueView(**issue)]
                telling.started.append(started)
                telling.finished.append(finished)
    return told


def _read_at(session: Session, urls: Iterable[str]) -> dict[tuple[str, str], datetime]:
    pages = select(Page.source, Page.url, Page.read_at).where(Page.url.in_(set(urls)))
    return {(source, url): at for source, url, at in session.execute(pages)}
