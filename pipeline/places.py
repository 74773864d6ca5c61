"""Which pages a source has of what is kept, and the pace of each: a function for every spider."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from pipeline.bills import ALIVE
from pipeline.calendar import ASSEMBLEE, Season, season_by
from pipeline.clock import bounds, day_of
from pipeline.model import (
    Article,
    Bill,
    Classification,
    Committee,
    Consultation,
    Division,
    Document,
    Mandate,
    ParliamentSession,
    Sighting,
    Sitting,
)
from pipeline.pace import (
    ARTICLES_A_DAY,
    DAY,
    WEEK,
    Life,
    Pace,
    bill_pace,
    call_pace,
    in_turn,
    petition_pace,
)
from pipeline.reviews import NEAR
from pipeline.sittings import days_sat
from spiders.items import LASTING, BillKind, ConsultationKind, Kind, Stage
from spiders.sources import Source

AWAITED = timedelta(days=30)  # how long the days of a mandate just given are looked for
ALWAYS = Pace(timedelta())
ONCE = Pace(None)
RECENT = timedelta(days=3)  # an older article moves nothing any more
# Whose source has no address of its own to ask: its pages are everybody's.
ELSEWHERE = frozenset({"articles"})


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a source, and its pace.

    `rank` is its turn among those never read. `told_at` is when another source last told something
    of what it is about.
    """

    url: str
    pace: Pace
    rank: tuple[float, ...] = ()
    told_at: datetime | None = None


Places = Callable[[Session, Source, datetime], Iterator[Place]]


def _bills(parliament: str, address: Callable[[Source, Bill], str]) -> Places:
    def places(session: Session, source: Source, now: datetime) -> Iterator[Place]:
        today = day_of(now)
        sits = season_by(ASSEMBLEE, days_sat(session, now))(today) is Season.SESSION
        told, ours, coming = _told(session, source), _ours(session), _coming(session, today)
        asked = select(Bill).where(Bill.parliament == parliament)
        for bill in session.scalars(asked.options(selectinload(Bill.stages))):
            life = _life(bill, today, bill.id in ours, coming)
            rank = (life.over, -bill.legislature, -bill.session, -_digits(bill.number))
            pace = bill_pace(life, today, sits)
            yield Place(address(source, bill), pace, rank, told.get(bill.id))

    return places


def _life(bill: Bill, today: date, ours: bool, coming: Mapping[tuple[str, str], date]) -> Life:
    days = [date.fromisoformat(day) for stage in bill.stages for day in stage.dates]
    days += [date.fromisoformat(one["date"]) for one in bill.reinscribed if one["date"]]
    past = max((day for day in days if day <= today), default=day_of(bill.first_seen_at))
    ahead = [day for day in days if day > today]
    if told := coming.get((bill.parliament, bill.number)):
        ahead.append(told)
    over = bill.status not in ALIVE
    return Life(
        bill.parliament,
        over=over,
        closed=(bill.assent_date or bill.died_on or past) if over else None,
        moved=past,
        coming=min(ahead, default=None),
        ours=ours,
        waits=_waits(bill),
    )


def _waits(bill: Bill) -> bool:
    """Whether its turn is not in sight: in Ottawa, a member's bill stays tabled until it is drawn.

    LEGISinfo says «Outside the Order of Precedence».
    """
    reached = {stage.stage for stage in bill.stages}
    is_members = bill.parliament == "ca" and bill.kind == BillKind.PRIVATE_MEMBER
    return is_members and reached <= {Stage.INTRODUCTION}


def _told(session: Session, source: Source) -> dict[int | None, datetime]:
    told = func.max(func.coalesce(Sighting.changed_at, Sighting.first_seen_at))
    others = select(Document.bill_id, told).join(Document.sightings)
    others = others.where(Document.identity.like("bill:%"), Sighting.source != source.id)
    return dict(session.execute(others.group_by(Document.bill_id)).all())


def _ours(session: Session) -> set[int | None]:
    """Give the bills that touch the mission by a theme of their own text, or were not read yet."""
    near = Classification.proximity.in_(("direct", "indirect")) & Classification.tags.any()
    touching = select(Classification.document_id).where(Classification.stands, near)
    asked = select(Document.bill_id).where(
        Document.identity.like("bill:%"),
        or_(Document.read_by.is_(None), Document.id.in_(touching)),
    )
    return set(session.scalars(asked))


def _coming(session: Session, today: date) -> dict[tuple[str, str], date]:
    """Give the next day announced for the bills of a number: a sitting, a hearing, a last day."""
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    sittings = select(Sitting.parliament, Sitting.bill_number, Sitting.day).where(
        Sitting.bill_number != "", Sitting.cancelled.is_(False), Sitting.day >= today
    )
    for parliament, number, day in session.execute(sittings):
        days[parliament, number].append(day)
    for row in (*session.scalars(select(Consultation)), *session.scalars(select(Mandate))):
        if row.bill:
            days[row.parliament, row.bill["number"]] += _days(row)
    ahead = {key: [day for day in told if day >= today] for key, told in days.items()}
    return {key: min(told) for key, told in ahead.items() if told}


def _days(row: Consultation | Mandate) -> list[date]:
    if isinstance(row, Mandate):
        return [date.fromisoformat(one["date"]) for one in row.dates]
    told = (*(row.hearings or ()), *(one["date"] for one in row.deadlines or ()))
    return list(map(date.fromisoformat, told))


def _calls(session: Session, source: Source, now: datetime) -> Iterator[Place]:
    """Give the pages of consultations, of mandates and of committees."""
    today, host = day_of(now), urlsplit(source.url).netloc
    for call in session.scalars(select(Consultation).where(Consultation.parliament == "qc")):
        if call.kind != ConsultationKind.PETITION and urlsplit(call.url).netloc == host:
            yield Place(call.url, call_pace(max(_days(call), default=None), today))
    for mandate in session.scalars(select(Mandate).where(Mandate.parliament == "qc")):
        days = _days(mandate)
        if mandate.given:
            days.append(mandate.given + AWAITED)
        yield Place(mandate.url, call_pace(max(days, default=None), today))
    for committee in session.scalars(select(Committee).where(Committee.parliament == "qc")):
        yield Place(committee.url, Pace(WEEK))


def _petitions(session: Session, _source: Source, now: datetime) -> Iterator[Place]:
    asked = select(Consultation).where(Consultation.kind == ConsultationKind.PETITION)
    for petition in session.scalars(asked):
        deadline = max(_days(petition), default=None)
        yield Place(petition.url, petition_pace(deadline, day_of(now)))


def _votes(session: Session, source: Source, _now: datetime) -> Iterator[Place]:
    """Give the page of the vote that follows the last one kept, in each session that goes on."""
    term, last = ParliamentSession, func.max(Division.number)
    same = (
        (Division.parliament == term.parliament)
        & (Division.legislature == term.legislature)
        & (Division.session == term.session)
    )
    asked = select(term.legislature, term.session, last).join(Division, same, isouter=True)
    asked = asked.where(term.parliament == "qc", term.current).group_by(
        term.legislature, term.session
    )
    for legislature, number, known in session.execute(asked):
        place = f"{legislature}-{number}-{(known or 0) + 1}/index.html"
        yield Place(urljoin(source.url, place), ALWAYS)


def _articles(session: Session, _source: Source, now: datetime) -> Iterator[Place]:
    """Give the pages of the news of the last days that carry a theme, the latest found first.

    Then, with half of what a host may be asked, those that came near to one: their lead alone did
    not say. One that could not be read is tried again the day after, unless that would be in vain.
    """
    today = Article.read_at >= bounds(day_of(now))[0]
    asked = select(Document.url).join(Article, Article.document_id == Document.id).where(today)
    spent = Counter(urlsplit(url).netloc for url in session.scalars(asked))
    standing = (Classification.document_id == Document.id) & Classification.stands
    tagged = Classification.tags.any()
    passed = Article.trouble.not_in(("", *LASTING)) & (Article.read_at <= now - DAY)
    worth = (
        select(Document.url, tagged)
        .join(Classification, standing)
        .where(
            Document.detected_at >= now - RECENT,
            Document.kind.in_((Kind.NEWS, Kind.RELEASE)),
            # Entries that share an address have no page of their own.
            Document.identity.like("http%"),
            Document.copy_of.is_(None),
            or_(tagged, Classification.nearest_score >= NEAR),
            ~exists().where(Article.document_id == Document.id, ~passed),
        )
    )
    newest = worth.order_by(tagged.desc(), Document.detected_at.desc(), Document.id.desc())
    carries: dict[str, bool] = {}
    for url, is_tagged in session.execute(newest):
        carries.setdefault(url, is_tagged)
    for order, (turn, url) in enumerate(in_turn(carries, spent)):
        if carries[url] or spent[urlsplit(url).netloc] + turn <= ARTICLES_A_DAY // 2:
            yield Place(url, ONCE, (not carries[url], turn, order))


def _own_page(_source: Source, bill: Bill) -> str:
    return bill.url


def _record(source: Source, bill: Bill) -> str:
    place = f"../bill/{bill.legislature}-{bill.session}/{bill.number.lower()}/xml"
    return urljoin(source.url, place)


def _digits(number: str) -> int:
    return int(re.sub(r"\D", "", number) or 0)


PLACES: Mapping[str, Places] = {
    "articles": _articles,
    "assnat_bills": _bills("qc", _own_page),
    "assnat_consultations": _calls,
    "assnat_petitions": _petitions,
    "assnat_votes": _votes,
    "legisinfo_bills": _bills("ca", _record),
}
