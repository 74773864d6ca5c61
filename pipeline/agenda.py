"""What each visit is asked: the source, its pages that are due, what is known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pipeline.model import Bill, Document, Page, Sighting, Visit
from spiders.items import BillStatus, Errand, PageMemory
from spiders.sources import Source

MAX_PAGES = 60  # two minutes at the pace that we keep
MEMORY = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class BillPages:
    """Where a source has the page of each bill, and how often one in progress is read again."""

    parliament: str
    address: Callable[[Source, Bill], str]
    every: timedelta


def errands(
    session: Session,
    sources: Sequence[Source],
    now: datetime,
    addresses: Container[str] | None = None,
) -> list[Errand]:
    """Say what each of these sources is to be asked at `now`, in their order.

    `addresses` are those of a web archive in replay: no page is asked that it lacks.
    """
    due = {source.id: _due(session, source, now, addresses) for source in sources}
    known = _known(session, sources, due, now)
    return [
        Errand(
            source,
            pages=due[source.id],
            start=addresses is None or source.url in addresses or not due[source.id],
            known=known[source.id],
        )
        for source in sources
    ]


def _due(
    session: Session, source: Source, now: datetime, addresses: Container[str] | None
) -> tuple[str, ...]:
    """Give the pages of bills that are due: a page that had trouble in the last visit comes last.

    First those never read or of which another source has told something since, bills in progress
    before the others, the newest first; then those in progress, or not wholly understood, read too
    long ago.
    """
    if source.spider not in PAGES:
        return ()
    troubled = _troubled(session, source)
    ranked = sorted(
        (url in troubled, rank, url)
        for rank, url in _ranked(session, source, PAGES[source.spider], now)
        if url and (addresses is None or url in addresses)
    )
    return tuple(url for *_, url in ranked)[:MAX_PAGES]


def _ranked(
    session: Session, source: Source, pages: BillPages, now: datetime
) -> Iterator[tuple[tuple[float, ...], str]]:
    own = session.execute(
        select(Page.url, Page.read_at, Page.fingerprint).where(Page.source == source.id)
    ).all()
    read, half_read = {url: at for url, at, _ in own}, {url for url, _, seen in own if not seen}
    told = func.max(func.coalesce(Sighting.changed_at, Sighting.first_seen_at))
    others = select(Document.bill_id, told).join(Document.sightings)
    others = others.where(Document.identity.like("bill:%"), Sighting.source != source.id)
    told_at = dict(session.execute(others.group_by(Document.bill_id)).all())
    for bill in session.scalars(select(Bill).where(Bill.parliament == pages.parliament)):
        url = pages.address(source, bill)
        over = bill.status not in (None, BillStatus.IN_PROGRESS)
        if url not in read or (bill.id in told_at and told_at[bill.id] > read[url]):
            yield (over, -bill.legislature, -bill.session, -_digits(bill.number)), url
        elif (not over or url in half_read) and read[url] <= now - pages.every:
            yield (2, read[url].timestamp()), url


def _digits(number: str) -> int:
    return int(re.sub(r"\D", "", number) or 0)


def _troubled(session: Session, source: Source) -> set[str]:
    newest = select(Visit.issues).where(Visit.source == source.id).order_by(Visit.started_at.desc())
    return {issue["url"] for issue in session.scalar(newest.limit(1)) or ()}


def _known(
    session: Session, sources: Iterable[Source], due: Mapping[str, Iterable[str]], now: datetime
) -> dict[str, dict[str, PageMemory]]:
    known: dict[str, dict[str, PageMemory]] = {source.id: {} for source in sources}
    asked = {source.url for source in sources} | {url for urls in due.values() for url in urls}
    remembered = or_(Page.read_at >= now - MEMORY, Page.url.in_(asked))
    for page in session.scalars(select(Page).where(Page.source.in_(known), remembered)):
        memory = PageMemory(page.url, page.etag, page.last_modified, page.fingerprint)
        known[page.source][page.url] = memory
    return known


def _own_page(_source: Source, bill: Bill) -> str:
    return bill.url


def _record(source: Source, bill: Bill) -> str:
    place = f"../bill/{bill.legislature}-{bill.session}/{bill.number.lower()}/xml"
    return urljoin(source.url, place)


# Nothing tells that a page has moved before the open data does, a day late or more: the pages of
# the Assemblée's bills in progress are read again every day, Ottawa's many twice a week.
PAGES: Mapping[str, BillPages] = {
    "assnat_bills": BillPages("qc", _own_page, timedelta(hours=20)),
    "legisinfo_bills": BillPages("ca", _record, timedelta(days=3)),
}
