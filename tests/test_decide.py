"""From what the store holds to what is told: the readings, the rules and the words together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.channels import read_channels
from alerts.decide import Told, decide
from alerts.outbox import decide_and_store, deliver
from alerts.words import Words
from pipeline.database import Store
from pipeline.model import Bill, Classification, Document, Mention, Momentum, Tag
from pipeline.opportunities import follow_windows
from spiders.items import (
    BillFacts,
    BillStatus,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Kind,
    Stage,
    StageFacts,
)
from tests.factories import (
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_item,
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


def surge(session: Session, day: date, surprises: dict[str, float], q: float = 0.05) -> None:
    """Put units in the store that surge on a day, and were calm on the eve."""
    for unit, surprise in surprises.items():
        for on, state in ((day - DAY, "calm"), (day, "surging")):
            row = Momentum(unit=unit, day=on, window=1, observed=9, expected=2.0, version="3")
            row.ratio, row.outlets, row.state = 3.3, 6, state
            row.surprise, row.q = (surprise, q) if state == "surging" else (0.2, 1.0)
            session.add(row)


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


def watched(store: Store, now: datetime = NOW) -> list[Told]:
    """Follow the windows, then decide, as each morning does."""
    follow_windows(store, now)
    return told(store, now)


def test_the_surge_and_the_stage_of_a_bill_are_told_as_one_window(store: Store) -> None:
    with store.session() as session:
        bill = add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10))))
        speak(session, bill, "devoir", "presse")
        for unit in ("logement", f"bill:{bill.id}"):
            rise(session, date(2031, 3, 10), "calm", unit)
            rise(session, date(2031, 3, 11), "surging", unit)
    (one,) = watched(store)
    assert one.decision.key == "window:bill:qc/44-1/94/2031-03-11|opened"
    assert (one.decision.kind, one.decision.level) == ("window-opened", "act")
    text = one.message.as_text().replace("\u00a0", " ")
    for part in (
        "Fenêtre ouverte – Projet de loi n° 94",
        "Étape : introduction, le 10 mars 2031; la presse : forte hausse, ×2,5",
        "la presse sur le thème « Logement abordable » : forte hausse",
        "Publier d’ici le 13 mars 2031 (dans 2 jours)",
        "Espace MUNI – connaît : Logement abordable",
        "Ce que change le projet de loi – Le Devoir, La Presse, 10 mars 2031",
    ):
        assert part in text


def test_a_stage_without_a_window_is_told_as_before(store: Store) -> None:
    with store.session() as session:
        add_bill(session, facts((Stage.INTRODUCTION, date(2031, 3, 10))))
    assert [one.decision.kind for one in watched(store)] == ["bill-tabled"]


def test_each_step_of_a_window_is_told_once_and_how_it_closed_is_a_note(store: Store) -> None:
    life = [
        (Stage.INTRODUCTION, date(2031, 3, 10)),
        (Stage.CONSULTATION, date(2031, 3, 12)),
        (Stage.ASSENT, date(2031, 3, 14)),
    ]
    keys: dict[str, tuple[str, str]] = {}
    for hour in range(0, 24 * 6, 6):
        now = NOW + timedelta(hours=hour)
        with store.session() as session:
            stages = [one for one in life if one[1] <= now.date()]
            status = BillStatus.ASSENTED if len(stages) == 3 else BillStatus.IN_PROGRESS
            bill = add_bill(session, replace(facts(*stages), status=status), now)
            own = session.scalars(select(Document).where(Document.bill_id == bill.id)).one()
            theme = select(Tag).join(Classification).where(Classification.document_id == own.id)
            session.scalars(theme).one().theme = "services-educatifs"
        for one in watched(store, now):
            keys[one.decision.key] = (one.decision.kind, one.decision.level)
    assert sorted(keys.values()) == [
        ("bill-assent", "watch"),
        ("window-closed", "note"),
        ("window-grew", "watch"),
        ("window-opened", "watch"),
    ]
    assert "bill:qc/44-1/94|stage|assent" in keys


def test_a_consultation_that_opens_a_window_is_not_told_by_itself(store: Store) -> None:
    url = "https://www.assnat.qc.ca/consultation-9.html"
    brief = Deadline(DeadlineKind.BRIEF, date(2031, 4, 20), "au plus tard le 20 avril 2031")
    asked = ConsultationFacts("Consultation", url, ConsultationKind.GENERAL, deadlines=(brief,))
    item = make_item("qc", kind=Kind.CONSULTATION, url=url, facts=asked, published_at=NOW - DAY)
    with store.session() as session:
        bring(session, item, source=REGISTER["qc"], at=NOW)
        own = session.scalars(select(Document).where(Document.url == url)).one()
        add_reading(session, own, ["logement"])
    assert [one.decision.kind for one in told(store)] == ["consultation"]
    (one,) = watched(store)
    assert (one.decision.kind, one.decision.level) == ("window-opened", "act")
    assert "Dépôt : à partir du" in one.message.as_text().replace("\u00a0", " ")


def campaign(session: Session, day: date, themes: int = 15) -> None:
    for n in range(themes):
        row = Momentum(unit=f"theme-{n}", day=day, window=1, observed=9, expected=3.0, version="2")
        row.ratio, row.surprise, row.outlets = 2.5, 1.4, 5
        row.state = "surging" if n == 0 else "rising"
        session.add(row)


def test_a_rise_that_may_well_be_chance_is_not_told(store: Store) -> None:
    with store.session() as session:
        surge(session, date(2031, 3, 10), {"logement": 3.1}, q=0.21)
    assert told(store) == []


def test_it_is_told_on_the_day_when_there_is_little_doubt_left(store: Store) -> None:
    with store.session() as session:
        surge(session, date(2031, 3, 9), {"logement": 3.1}, q=0.21)
        rise(session, date(2031, 3, 10), "surging")
    (one,) = told(store)
    assert one.decision.key == "theme:logement|momentum|surging|2031-03-10"


def interrupted(store: Store, now: datetime) -> list[str]:
    """Give the units of the alerts that are new at this moment."""
    new = decide_and_store(store, REGISTER, WORDS, read_channels(), now)
    return [row.key.partition("|")[0].removeprefix("theme:") for row in new]


def test_three_rises_a_day_interrupt_the_most_surprising_and_the_others_wait(store: Store) -> None:
    with store.session() as session:
        surge(session, date(2031, 3, 10), {"a": 3.1, "b": 5.0, "c": 3.4, "d": 4.2})
    held = {one.decision.about.unit for one in told(store) if one.decision.held}  # type: ignore[union-attr]
    assert held == {"a"}
    assert sorted(interrupted(store, NOW)) == ["b", "c", "d"]
    with store.reading() as session:
        kept = {row.unit: row.held for row in session.scalars(select(Momentum)) if row.held}
    assert kept == {"a": "cap"}


def test_what_was_held_back_yesterday_does_not_interrupt_today(store: Store) -> None:
    with store.session() as session:
        surge(session, date(2031, 3, 10), {"a": 3.1, "b": 5.0, "c": 3.4, "d": 4.2})
    assert sorted(interrupted(store, NOW)) == ["b", "c", "d"]
    assert interrupted(store, NOW + timedelta(hours=3)) == []
    assert interrupted(store, NOW + DAY) == []


def test_what_interrupted_this_morning_counts_this_afternoon(store: Store) -> None:
    with store.session() as session:
        surge(session, date(2031, 3, 10), {"a": 3.1, "b": 3.3})
    assert sorted(interrupted(store, NOW)) == ["a", "b"]
    with store.session() as session:
        surge(session, date(2031, 3, 11), {"c": 9.0, "d": 8.0})
    assert interrupted(store, NOW + timedelta(hours=3)) == ["c"]


def test_weeks_in_which_everything_rises_give_one_notice_that_names_what_is_above(
    store: Store,
) -> None:
    keys: dict[str, Told] = {}
    for day in range(14):
        with store.session() as session:
            campaign(session, date(2031, 3, 10) + day * DAY)
        for one in watched(store, NOW + day * DAY):
            keys[one.decision.key] = one
    (one,) = keys.values()
    assert (one.decision.key, one.decision.level) == ("wave|2031-03-10", "watch")
    assert "theme-0" in one.message.as_text()
