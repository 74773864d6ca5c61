"""Whether the sources that go by sessions read the one that goes on: each checks the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.model import Bill, Page, ParliamentSession, Visit
from pipeline.queries.views import IssueView
from spiders.sources import Source

Place = tuple[int, int]
DELAY = timedelta(days=3)  # that a source may take to read a session that another one knows
OF_A_SESSION = re.compile(r"[/-](\d+)-(\d+)(?:/index)?\.html$")
LISTS, BILLS = "assnat_sittings", "assnat_bills"


def sessions_not_read(
    session: Session, register: Mapping[str, Source]
) -> dict[str, dict[IssueView, datetime]]:
    """Give the session of the Assemblée that a source leaves aside while it is visited, since when.

    The pages of bills against the list of the sessions; that list against the bills that we know.
    """
    visited = dict(
        session.execute(
            select(Visit.source, func.max(Visit.finished_at)).group_by(Visit.source)
        ).all()
    )
    listed, known = _listed(session), _of_bills(session)
    found: dict[str, dict[IssueView, datetime]] = {}
    for source in register.values():
        last = visited.get(source.id)
        if not last or not listed or source.spider not in (LISTS, BILLS):
            continue
        theirs, since = known if source.spider == LISTS and known else listed
        read = {listed[0]} if source.spider == LISTS else set(_read(session, source, last - DELAY))
        if since <= last - DELAY and theirs > max(read, default=(0, 0)):
            issue = IssueView("session-not-read", source.url, f"{theirs[0]}-{theirs[1]}")
            found[source.id] = {issue: since + DELAY}
    return found


def _listed(session: Session) -> tuple[Place, datetime] | None:
    """Give the newest session that goes on by the list of them, and when it was listed first."""
    row = session.scalars(
        select(ParliamentSession)
        .where(ParliamentSession.parliament == "qc", ParliamentSession.current)
        .order_by(ParliamentSession.legislature.desc(), ParliamentSession.session.desc())
    ).first()
    return ((row.legislature, row.session), row.first_seen_at) if row else None


def _of_bills(session: Session) -> tuple[Place, datetime] | None:
    """Give the newest session that a bill was tabled in, and when the first of them was seen."""
    asked = select(Bill.legislature, Bill.session, func.min(Bill.first_seen_at))
    row = session.execute(
        asked.where(Bill.parliament == "qc")
        .group_by(Bill.legislature, Bill.session)
        .order_by(Bill.legislature.desc(), Bill.session.desc())
    ).first()
    return ((row[0], row[1]), row[2]) if row else None


def _read(session: Session, source: Source, since: datetime) -> Iterator[Place]:
    """Give the sessions that the pages of this source were of, that were read since a moment."""
    pages = select(Page.url).where(Page.source == source.id, Page.read_at >= since)
    for found in filter(None, map(OF_A_SESSION.search, session.scalars(pages))):
        yield int(found[1]), int(found[2])
