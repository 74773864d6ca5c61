"""The sittings held and announced, as we keep them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.bills import ALIVE
from pipeline.calendar import ASSEMBLEE, WEEK, Season, monday, season_by
from pipeline.clock import day_of
from pipeline.mentions import find_bills
from pipeline.model import Bill, BillStage, Document, Sitting
from spiders.items import Item, SittingFacts, WeekFacts, as_json

Key = tuple[str, date, str, str, str]
HISTORY = timedelta(days=200)
HOUSE_DAYS = (1, 2, 3)  # Tuesday to Thursday
WHOLE_HOUSE = re.compile(r"assembl|\bhouse\b", re.I)


def keep_sittings(session: Session, items: Sequence[Item], now: datetime) -> None:
    """Bring the sittings to what the items of a visit state.

    One to come that the calendar of its week no longer announces is cancelled; one whose title
    alone is another was edited.
    """
    stated = {_key(f): item for item in items if isinstance(f := item.facts, SittingFacts)}
    weeks = [item for item in items if isinstance(item.facts, WeekFacts)]
    known = {_key_of(row): row for row in _known(session, stated, weeks)}
    gone = list(_gone(known, stated, weeks, day_of(now)))
    for key, item in stated.items():
        row = known.get(key) or _edited(gone, key)
        if row is None:
            row = Sitting(first_seen_at=now)
            session.add(row)
        _tell(row, item, now)
    for row in gone:
        row.cancelled = True
    session.flush()


def days_sat(session: Session, now: datetime) -> set[date]:
    """Give the days on which the Assemblée sat or is announced to, as far back as a silence goes.

    Two signals: its own sittings, and those that moved a bill.
    """
    since = now - HISTORY
    moved = select(Document.bill_id).where(
        or_(Document.detected_at >= since, Document.revised_at >= since)
    )
    dates = select(BillStage.dates).join(Bill).where(Bill.parliament == "qc", Bill.id.in_(moved))
    told = {date.fromisoformat(day) for stage in session.scalars(dates) for day in stage}
    within = {day for day in told if day_of(since) <= day <= day_of(now)}
    return _of_the_house(session, day_of(since)) | within


def days_of_sitting(session: Session, days: Sequence[date]) -> set[date]:
    """Give those of these days, in order, on which the Assemblée sat or was announced to.

    As its calendar says, and the stages of its bills; around days that no calendar was read for, as
    its own rules foresee: Tuesday to Thursday of the weeks of session.
    """
    lived = or_(Bill.status.is_(None), Bill.status.in_(ALIVE), Bill.assent_date >= days[0])
    dates = select(BillStage.dates).join(Bill).where(Bill.parliament == "qc", lived)
    moved = {date.fromisoformat(day) for stage in session.scalars(dates) for day in stage}
    sat = _of_the_house(session, days[0] - WEEK) | moved
    read = select(Sitting.day).where(Sitting.parliament == "qc", Sitting.day >= days[0] - WEEK)
    weeks = {monday(day) for day in session.scalars(read.distinct())}
    season = season_by(ASSEMBLEE, moved)
    return {
        day
        for day in days
        if day in sat
        or (
            monday(day) not in weeks
            and day.weekday() in HOUSE_DAYS
            and season(day) is Season.SESSION
        )
    }


def _of_the_house(session: Session, since: date) -> set[date]:
    asked = select(Sitting.day, Sitting.title, Sitting.legislature).where(
        Sitting.parliament == "qc",
        Sitting.committee == "",
        Sitting.cancelled.is_(False),
        Sitting.day >= since,
    )
    return {day for day, title, held in session.execute(asked) if held or WHOLE_HOUSE.search(title)}


def _known(session: Session, stated: Iterable[Key], weeks: Iterable[Item]) -> Sequence[Sitting]:
    days = {key[1] for key in stated}
    for week in weeks:
        assert isinstance(week.facts, WeekFacts)
        length = (week.facts.ends - week.facts.starts).days + 1
        days |= {week.facts.starts + timedelta(days=n) for n in range(length)}
    return session.scalars(select(Sitting).where(Sitting.day.in_(days))).all() if days else []


def _gone(
    known: dict[Key, Sitting], stated: Iterable[Key], weeks: Iterable[Item], today: date
) -> Iterator[Sitting]:
    """Give what a calendar had announced, and does not: days past may only have left its table."""
    read = [(week.source, week.facts) for week in weeks]
    for key in known.keys() - set(stated):
        row = known[key]
        for source, week in read:
            assert isinstance(week, WeekFacts)
            same = row.source == source and week.starts <= row.day <= week.ends
            if same and row.day >= today and not row.cancelled:
                yield row


def _edited(gone: list[Sitting], key: Key) -> Sitting | None:
    """Take, among what is gone, the only one of the same body and part of the day."""
    same = [row for row in gone if _key_of(row)[:-1] == key[:-1]]
    if len(same) == 1:
        gone.remove(same[0])
        return same[0]
    return None


def _tell(row: Sitting, item: Item, now: datetime) -> None:
    facts = item.facts
    assert isinstance(facts, SittingFacts)
    row.parliament, row.day, row.committee, row.part, row.title = _key(facts)
    row.legislature, row.session = facts.legislature, facts.session
    bills = find_bills(facts.title)
    row.bill_number = bills[0].number if bills else ""
    row.cancelled, row.links = facts.cancelled, as_json(facts.links)
    row.source, row.seen_at = item.source, now


def _key(facts: SittingFacts) -> Key:
    return facts.parliament, facts.date, facts.committee, facts.part, facts.title


def _key_of(row: Sitting) -> Key:
    return row.parliament, row.day, row.committee, row.part, row.title
