"""The momentum of a dossier: that of its bills together, shown, never told a second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from alerts.decide import decide
from alerts.edition import read_week
from alerts.words import Words
from pipeline.attention import measure
from pipeline.database import Store
from pipeline.dossiers import Dossier
from pipeline.followed import followed
from pipeline.model import Bill, BillStage, Document, Mention, Momentum, Story, UnitDay, Visit
from pipeline.momentum import Day, Panel
from pipeline.opportunities import follow_windows
from pipeline.queries import open_windows
from tests.news import DAY, NOON, OWNERS, read
from vigie.review.app import Ours, create_app

TODAY = NOON.date()
MORNING = datetime.combine(TODAY + DAY, time(11), UTC)  # six in Montréal
NAMED = ("qc/43-2/71", "qc/43-2/72")
OURS = Dossier("places", "Accès aux places", themes=("logement",), bills=NAMED)
THEMES = Dossier("revenu", "Le revenu", themes=("soutien-financier",))


def table(store: Store, *numbers: str, session: int = 2, ancestor: int | None = None) -> None:
    with store.session() as session_:
        for number in numbers:
            bill = Bill(
                legislature=43, session=session, number=number, title="Loi", url="https://x"
            )
            bill.first_seen_at, bill.ancestor_id = NOON, ancestor
            session_.add(bill)
            session_.flush()


def write(store: Store, many: int, *bills: int, at: datetime = NOON) -> None:
    """Publish as many stories, each of an outlet of its own, each naming these bills."""
    with store.session() as session:
        for n in range(many):
            story = Story(title="Titre", first_at=at, last_at=at)
            session.add(story)
            session.flush()
            document = read("Titre", at, source=f"journal{n}", story_id=story.id)
            session.add(document)
            session.flush()
            for bill in bills:
                mention = Mention(document_id=document.id, bill_id=bill, passage="")
                mention.start = mention.end = 0
                session.add(mention)


def watch(store: Store, days: int = 60) -> None:
    with store.session() as session:
        for back in reversed(range(days)):
            at = NOON - back * DAY
            visit = Visit(source="devoir", started_at=at, finished_at=at, outcome="ok", items=1)
            visit.new = visit.changed = visit.requests = 0
            session.add(visit)


def measured(store: Store, *dossiers: Dossier, at: datetime = MORNING) -> dict[str, Momentum]:
    measure(store, at, OWNERS, dossiers)
    with store.reading() as session:
        asked = select(Momentum).where(Momentum.day == (at - DAY).date())
        return {row.unit: row for row in session.scalars(asked)}


def storm(store: Store, dossiers: Sequence[Dossier] = (OURS,)) -> dict[str, Momentum]:
    """Have two bills of a dossier named once a week, then by six and five outlets on one day."""
    watch(store)
    table(store, "71", "72")
    for back in range(1, 8):
        write(store, 1, 1, at=NOON - back * 7 * DAY)
    write(store, 6, 1)
    write(store, 5, 2)
    write(store, 1, 1, 2)
    return measured(store, *dossiers)


def test_the_bills_that_a_dossier_names_are_followed_with_those_that_take_them_up(
    store: Store,
) -> None:
    table(store, "71", "72", "73")
    table(store, "71", "1", session=3, ancestor=2)
    with store.reading() as session:
        found = followed(session, [OURS, THEMES, Dossier("x", "X", bills=("qc/42-1/71",))])
    assert found == {"dossier:places": {1, 2, 4, 5}, "dossier:x": frozenset()}


def test_a_dossier_counts_once_what_names_two_of_its_bills(store: Store) -> None:
    found = storm(store)
    assert {unit: row.detail["stories"] for unit, row in found.items() if row.detail} == {
        "bill:1": 7,
        "bill:2": 6,
        "dossier:places": 12,
    }
    assert found["dossier:places"].state == "surging"
    assert len(found["dossier:places"].detail["outlets"]) == 6  # type: ignore[index]


def test_a_dossier_of_themes_alone_has_no_momentum_of_its_own(store: Store) -> None:
    assert set(storm(store, [THEMES])) == {"bill:1", "bill:2"}


def test_a_dossier_changes_nothing_of_what_is_measured_of_others(store: Store) -> None:
    quiet = {"logement": Day(3, 3, items=4), "bill:1": Day(1, 1, items=1)}
    alone = Panel(quiet, bills={"bill:1"})
    beside = Panel([*quiet, "dossier:x"], bills={"bill:1"}, dossiers={"dossier:x"})
    wide = {**quiet, "dossier:x": Day(9, 40, items=60)}
    for n in range(40):
        day = date(2026, 9, 1) + n * DAY
        found = beside.advance(day, wide)
        del found["dossier:x"]
        assert found == alone.advance(day, quiet)


def test_a_dossier_is_weighed_among_dossiers(store: Store) -> None:
    without = storm(store, [])
    with store.session() as session:
        for row in session.scalars(select(Momentum)):
            session.delete(row)
    with store.session() as session:
        for document in session.scalars(select(Document).where(Document.day == TODAY)):
            document.day = None
    beside = measured(store, OURS)
    assert beside["dossier:places"].detail["discovery"]["units"] == 1  # type: ignore[index]
    assert [beside[unit].q for unit in without] == [row.q for row in without.values()]


def test_a_dossier_added_today_leaves_what_was_measured_yesterday(store: Store) -> None:
    storm(store, [])
    write(store, 1, 1, at=NOON + DAY)
    later = measured(store, OURS, at=MORNING + DAY)
    assert later["dossier:places"].detail["days"] == 61  # type: ignore[index]
    with store.reading() as session:
        asked = select(Momentum.day).where(Momentum.unit == "dossier:places")
        assert set(session.scalars(asked)) == {TODAY + DAY}
        counted = select(UnitDay.stories).where(
            UnitDay.unit == "dossier:places", UnitDay.day == TODAY
        )
        assert session.scalar(counted) == 12


def test_a_dossier_that_is_followed_no_more_is_counted_no_more(store: Store) -> None:
    storm(store)
    write(store, 1, 1, at=NOON + DAY)
    assert "dossier:places" not in measured(store, at=MORNING + DAY)


def test_a_stage_of_its_bill_is_one_of_the_dossier(store: Store) -> None:
    table(store, "71")
    with store.session() as session:
        stage = BillStage(bill_id=1, position=0, label="Principe", dates=[str(TODAY)])
        stage.first_seen_at = NOON
        session.add(stage)
    watch(store)
    write(store, 6, 1)
    found = measured(store, OURS)["dossier:places"]
    assert found.detail["steps"] == ["PL 71 : Principe"]  # type: ignore[index]
    assert found.detail["adjustments"]["step"] == pytest.approx(0.3)  # type: ignore[index]


def test_a_dossiers_rise_is_not_told_beside_its_bills_nor_opens_a_window(store: Store) -> None:
    storm(store)
    follow_windows(store, MORNING, [OURS])
    with store.reading() as session:
        told = {one.decision.key for one in decide(session, {}, Words("fr"), MORNING)}
        assert told == {f"bill:{n}|momentum|surging|{TODAY}" for n in (1, 2)}
        assert open_windows(session, TODAY + DAY) == ()
        letter = read_week(session, {}, MORNING + timedelta(days=3))
        assert {one.unit for one in letter.rising} == {"bill:1", "bill:2"}


def test_the_page_names_a_dossier_by_its_title_after_its_bills(store: Store) -> None:
    storm(store)
    ours = Ours({"dossier:places": OURS.title})
    page = create_app(store, {}, {}, lambda: MORNING, ours=ours).test_client()
    shown = page.get("/").get_data(as_text=True)
    assert shown.index("PL 71") < shown.index("<h3>Accès aux places")
