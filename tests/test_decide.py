"""From what the store holds to what is told: the readings, the rules and the words together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.channels import read_channels
from alerts.decide import Told, decide
from alerts.outbox import decide_and_store, deliver
from alerts.words import Words
from pipeline.database import Store
from pipeline.model import Bill, Classification, Document, Mention, Momentum
from spiders.items import BillFacts, Stage, StageFacts
from tests.factories import (
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_source,
)
from tests.test_outbox import Memory

NOW = datetime(2031, 3, 11, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)
REGISTER = {
    name: make_source(name, owner=owner)
    for name, owner in (("devoir", "Le Devoir"), ("presse", "La Presse"), ("qc", "Assemblée"))
}
WORDS = Words("fr", {"logement": "Logement abordable"}, {s.id: s.owner for s in REGISTER.values()})


def facts(*stages: tuple[Stage, date], number: str = "94") -> BillFacts:
    told = tuple(StageFacts(stage, stage.value, (day,)) for stage, day in stages)
    return make_facts(number, stages=told, complete=True)


def add_bill(session: Session, stated: BillFacts, at: datetime = NOW) -> Bill:
    bring(session, make_bill(stated, "qc"), source=REGISTER["qc"], at=at)
    bill = session.scalars(select(Bill).where(Bill.number == stated.number)).one()
    own = session.scalars(select(Document).where(Document.bill_id == bill.id)).one()
    if own.id not in session.scalars(select(Classification.document_id)).all():
        add_reading(session, own, ["logement"])
    return bill


def speak(session: Session, bill: Bill, *sources: str) -> None:
    """Put in the store a story about a bill, told by these sources."""
    told = [
        add_document(
            session,
            source=source,
            themes=["logement"],
            title="Ce que change le projet de loi",
            published_at=NOW - DAY,
            detected_at=NOW - DAY,
        )
        for source in sources
    ]
    add_story(session, told)
    for document in told:
        session.add(
            Mention(document_id=document.id, bill_id=bill.id, passage="PL 94", start=0, end=5)
        )


def rise(session: Session, day: date, state: str, unit: str = "logement") -> None:
    session.add(
        Momentum(
            unit=unit,
            day=day,
            window=4,
            observed=31,
            expected=11.6,
            ratio=2.54,
            surprise=3.0,
            outlets=14,
            state=state,
            version="1",
        )
    )


def told(store: Store, now: datetime = NOW) -> list[Told]:
    with store.reading() as session:
        return decide(session, REGISTER, WORDS, now)


def test_an_empty_store_tells_nothing(store: Store) -> None:
    assert told(store) == []


def test_a_first_run_tells_what_is_of_the_week_and_nothing_older(store: Store) -> None:
    with store.session() as session:
        add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10)), number="1"))
        add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 3)), number="2"))
        add_bill(session, facts((Stage.INTRODUCTION, date(2030, 11, 5)), number="3"))
    assert [one.decision.key for one in told(store)] == ["bill:qc/44-1/1|stage|introduction"]


def test_what_was_seen_at_this_very_moment_is_told(store: Store) -> None:
    with store.session() as session:
        add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 11))))
    assert len(told(store)) == 1


def test_a_bill_is_told_with_the_stories_that_name_it_and_its_numbers(store: Store) -> None:
    with store.session() as session:
        bill = add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10))))
        speak(session, bill, "devoir", "presse")
        rise(session, date(2031, 3, 11), "calm", f"bill:{bill.id}")
    (one,) = told(store)
    text = one.message.as_text().replace("\u00a0", " ")
    assert one.decision.level == "act"
    assert "Ce que change le projet de loi – Le Devoir, La Presse, 10 mars 2031" in text
    assert "×2,5 : 31 articles distincts de 14 médias en 4 jours, 12 attendus." in text


def test_the_parliament_itself_is_no_evidence(store: Store) -> None:
    with store.session() as session:
        bill = add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10))))
        own = session.scalars(select(Document).where(Document.bill_id == bill.id)).one()
        add_story(session, [own])
    (one,) = told(store)
    assert one.decision.level == "watch"
    assert "Aucun média" in one.message.as_text()


def test_a_theme_that_surges_is_told_with_its_stories(store: Store) -> None:
    with store.session() as session:
        bill = add_bill(session, facts((Stage.INTRODUCTION, date(2030, 3, 10))))
        speak(session, bill, "devoir", "presse")
        rise(session, date(2031, 3, 10), "calm")
        rise(session, date(2031, 3, 11), "surging")
    (one,) = told(store)
    assert one.decision.key == "theme:logement|momentum|surging|2031-03-11"
    assert "Ce que change le projet de loi" in one.message.as_text()


def test_a_consultation_of_the_week_is_told(store: Store) -> None:
    with store.session() as session:
        for ago in (1, 8):
            add_document(
                session,
                kind="consultation",
                themes=["logement"],
                published_at=NOW - ago * DAY,
                detected_at=NOW,
            )
    assert [one.decision.kind for one in told(store)] == ["consultation"]


def test_the_most_pressing_comes_first(store: Store) -> None:
    with store.session() as session:
        add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10))))
        rise(session, date(2031, 3, 11), "surging")
    assert [one.decision.level for one in told(store)] == ["act", "watch"]


def test_the_life_of_a_bill_is_told_stage_by_stage_each_once(store: Store) -> None:
    out = Memory()
    days = [date(2031, 3, 10), date(2031, 3, 12), date(2031, 3, 14)]
    life = list(zip((Stage.INTRODUCTION, Stage.CONSULTATION, Stage.COMMITTEE), days, strict=True))
    for hour in range(0, 24 * 6, 6):
        now = NOW + timedelta(hours=hour)
        with store.session() as session:
            add_bill(session, facts(*(one for one in life if one[1] <= now.date())), now)
        decide_and_store(store, REGISTER, WORDS, read_channels(), now)
        deliver(store, {"slack": out}, now)
    assert [parcel.id for parcel in out.sent] == [
        f"bill:qc/44-1/94|stage|{stage}" for stage, _ in life
    ]
