"""What counts for a theme or bill on a day, and what is written of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from pipeline.attention import day_counted, measure
from pipeline.database import Store
from pipeline.model import (
    Bill,
    BillStage,
    Classification,
    Document,
    Mention,
    Momentum,
    Story,
    Tag,
    UnitDay,
    Visit,
)
from spiders.items import Kind, Outcome
from tests.news import DAY, NOON, OWNERS, read

TODAY = NOON.date()


def tagged(*themes: str, story: int = 1, at: datetime = NOON, **values: object) -> Document:
    """Give a document of a story, read by Vigie as carrying these themes."""
    return _read_by("vigie", themes, at, read("Titre", at, story_id=story, **values))


def _read_by(reader: str, themes: tuple[str, ...], at: datetime, document: Document) -> Document:
    reading = Classification(reader=reader, version="1", proximity="none", read_at=at)
    reading.tags = [Tag(theme=one, score=1, origin="rule", reason="") for one in themes]
    document.readings = [*getattr(document, "readings", []), reading]  # type: ignore[attr-defined]
    return document


def reviewed(document: Document, *themes: str, at: datetime = NOON) -> Document:
    """Add what a person says of a document."""
    for former in document.readings:  # type: ignore[attr-defined]
        former.stands = False
    return _read_by("Ana", themes, at, document)


def keep(store: Store, *documents: Document) -> None:
    with store.session() as session:
        for number in {d.story_id for d in documents if d.story_id}:
            session.merge(Story(id=number, title="Titre", first_at=NOON, last_at=NOON))
        session.flush()
        session.add_all(documents)
        session.flush()
        for document in documents:
            for reading in getattr(document, "readings", []):
                reading.document_id = document.id
                session.add(reading)


def visited(store: Store, *moments: datetime, outcome: str = Outcome.OK) -> None:
    with store.session() as session:
        for moment in sorted(moments):
            session.add(
                Visit(
                    source="devoir",
                    started_at=moment,
                    finished_at=moment,
                    outcome=outcome,
                    items=1,
                    new=0,
                    changed=0,
                    requests=1,
                )
            )


def after(store: Store, day: date, owners: Mapping[str, str] = OWNERS) -> int:
    """Measure in the morning that follows a day, at six in Montréal."""
    return measure(store, datetime.combine(day + DAY, time(11), UTC), owners)


def counts(store: Store) -> dict[tuple[date, str], tuple[int, int, int]]:
    with store.reading() as session:
        rows = session.scalars(select(UnitDay)).all()
    return {(row.day, row.unit): (row.items, row.stories, row.outlets) for row in rows}


def measured(store: Store) -> dict[tuple[date, str], Momentum]:
    with store.reading() as session:
        rows = session.scalars(select(Momentum).order_by(Momentum.day, Momentum.unit)).all()
    return {(row.day, row.unit): row for row in rows}


def test_items_stories_and_outlets_of_a_theme_are_counted(store: Store) -> None:
    keep(
        store,
        tagged("logement", story=1, source="devoir"),
        tagged("logement", "alimentation", story=1, source="presse"),
        tagged("logement", story=2, source="droit"),
        tagged("logement", story=2, source="soleil"),
        tagged(story=3, source="soleil"),
    )
    after(store, TODAY)
    # Two newspapers of one owner are one outlet.
    assert counts(store) == {(TODAY, "logement"): (4, 2, 3), (TODAY, "alimentation"): (1, 1, 1)}


def test_a_source_without_an_owner_is_an_outlet_of_its_own(store: Store) -> None:
    keep(store, tagged("logement", source="autre"), tagged("logement", source="devoir"))
    after(store, TODAY, {"devoir": ""})
    assert counts(store) == {(TODAY, "logement"): (2, 1, 2)}


def test_a_bill_is_a_unit_like_a_theme(store: Store) -> None:
    document = tagged("logement")
    keep(store, document)
    with store.session() as session:
        bill = Bill(legislature=43, session=2, number="71", title="Loi", first_seen_at=NOON)
        session.add(bill)
        session.flush()
        mention = Mention(document_id=1, bill_id=bill.id, passage="", start=0, end=1)
        session.add(mention)
    assert after(store, TODAY) == 2
    assert counts(store)[TODAY, "bill:1"] == (1, 1, 1)
    assert set(measured(store)) == {(TODAY, "bill:1"), (TODAY, "logement")}


def test_what_a_person_says_counts_and_not_what_vigie_said(store: Store) -> None:
    keep(
        store,
        reviewed(tagged("logement", at=NOON + DAY), "alimentation"),
        reviewed(tagged("logement")),
    )
    after(store, TODAY + DAY)
    assert {unit for _, unit in counts(store)} == {"alimentation"}


def test_facts_are_not_counted_but_get_their_day(store: Store) -> None:
    document = tagged("logement", kind=Kind.BILL)
    document.story_id = None
    keep(store, document)
    after(store, TODAY)
    assert counts(store) == {}
    with store.reading() as session:
        assert session.scalars(select(Document)).one().day == TODAY


@pytest.mark.parametrize(
    ("published", "day"),
    [
        (NOON - 2 * DAY, TODAY - 2 * DAY),
        (NOON - 40 * DAY, TODAY - 40 * DAY),  # a first visit finds what is long past
        (NOON + DAY, TODAY),  # dated ahead: a mistake of its page
        (None, TODAY),
        (datetime(2026, 11, 20, 4, 59, tzinfo=UTC), TODAY - DAY),  # 23 h 59 in Montréal
    ],
)
def test_a_document_counts_for_the_day_it_came_out(published: datetime, day: date) -> None:
    assert day_counted(published, NOON) == day


def test_a_document_that_comes_in_later_is_added_to_its_day(store: Store) -> None:
    keep(store, tagged("logement", story=1, at=NOON - DAY))
    after(store, TODAY - DAY)
    late = tagged("logement", story=2, at=NOON - DAY, detected_at=NOON, source="presse")
    keep(store, late)
    after(store, TODAY)
    assert counts(store) == {(TODAY - DAY, "logement"): (2, 2, 2)}


def test_a_document_that_waits_for_its_reader_is_not_counted(store: Store) -> None:
    keep(store, tagged("logement", read_by=None))
    assert after(store, TODAY) == 0
    assert counts(store) == {}


def rows(store: Store, unit: str, *stories: int, last: date = TODAY) -> None:
    """Write what was counted of a unit until yesterday, a number a day."""
    with store.session() as session:
        for back, number in enumerate(reversed(stories), start=1):
            if number:
                row = UnitDay(day=last - back * DAY, unit=unit, items=number)
                row.stories = row.outlets = number
                session.add(row)


def test_a_rise_is_measured_against_the_days_before(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    rows(store, "logement", *[1, 2, 1, 0, 1, 1, 0] * 8)
    keep(store, *(tagged("logement", story=n, source=f"journal{n}") for n in range(1, 10)))
    after(store, TODAY)
    row = measured(store)[TODAY, "logement"]
    assert (row.state, row.window, row.observed, row.outlets) == ("surging", 1, 9, 9)
    assert row.expected < 2
    assert row.ratio == pytest.approx((row.observed + 1) / (row.expected + 1))


def test_a_day_that_is_over_is_measured_once(store: Store) -> None:
    keep(store, tagged("logement"))
    assert after(store, TODAY) == 1
    assert after(store, TODAY) == 0
    keep(store, tagged("logement", story=2))
    assert after(store, TODAY) == 0
    assert measured(store)[TODAY, "logement"].observed == 1
    assert counts(store)[TODAY, "logement"] == (2, 2, 1)


def test_every_day_since_the_last_one_measured_is_closed(store: Store) -> None:
    keep(store, tagged("logement", at=NOON - 3 * DAY))
    after(store, TODAY - 3 * DAY)
    after(store, TODAY)
    assert [day for day, _ in measured(store)] == [TODAY - back * DAY for back in (3, 2, 1, 0)]


def test_a_day_that_is_not_over_says_only_what_rises_already(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    rows(store, "logement", *[1, 2, 1, 0, 1, 1, 0] * 8)
    rows(store, "alimentation", *[5] * 56)
    storm = [tagged("logement", story=n, source=f"journal{n}") for n in range(1, 10)]
    keep(store, *storm, tagged("alimentation", story=20))
    measure(store, NOON, OWNERS)
    today = {unit: row for (day, unit), row in measured(store).items() if day == TODAY}
    assert set(today) == {"logement"}
    assert today["logement"].state == "surging"
    assert not today["logement"].closed


def test_what_was_measured_of_earlier_days_stands(store: Store) -> None:
    visited(store, NOON - 2 * DAY)
    keep(store, tagged("logement", at=NOON - DAY))
    after(store, TODAY - DAY)
    before = measured(store)[TODAY - DAY, "logement"].observed
    keep(store, tagged("logement", story=2, at=NOON - DAY, detected_at=NOON))
    after(store, TODAY)
    assert measured(store)[TODAY - DAY, "logement"].observed == before == 1
    assert (TODAY, "logement") in measured(store)


def test_a_state_goes_on_from_the_one_that_was_written(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    rows(store, "logement", *[1] * 50)
    with store.session() as session:
        row = Momentum(unit="logement", day=TODAY - DAY, window=1, observed=9, expected=1.0)
        row.ratio, row.surprise, row.outlets, row.state, row.version = 5, 4, 4, "surging", "1"
        session.add(row)
    after(store, TODAY)
    assert measured(store)[TODAY, "logement"].state == "surging"


def test_a_unit_is_learned_from_the_first_visit_on(store: Store) -> None:
    visited(store, NOON - 8 * DAY)
    rows(store, "logement", *[1] * 50)
    after(store, TODAY)
    assert measured(store)[TODAY, "logement"].state == "learning"


def test_days_without_any_healthy_visit_are_missing(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(3, 60)))
    visited(store, NOON - DAY, NOON - 2 * DAY, outcome=Outcome.UNREACHABLE)
    visited(store, NOON)
    rows(store, "logement", *[1] * 40, 0, 0)
    after(store, TODAY)
    assert measured(store)[TODAY, "logement"].state == "partial"


def test_days_visited_without_news_are_quiet_days(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    rows(store, "logement", *[1] * 40, 0, 0)
    after(store, TODAY)
    assert measured(store)[TODAY, "logement"].state == "calm"


def test_a_visit_to_another_kind_of_source_does_not_make_a_day_whole(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    rows(store, "logement", *[1] * 40, 0, 0)
    after(store, TODAY, {"presse": "La Presse"})
    assert measured(store)[TODAY, "logement"].state == "partial"


def test_a_bill_that_nobody_named_for_a_month_is_not_followed(store: Store) -> None:
    visited(store, NOON - 60 * DAY, NOON)
    rows(store, "bill:1", 1, *[0] * 27)
    rows(store, "bill:2", 1, *[0] * 26)
    rows(store, "logement", 1, *[0] * 80)
    after(store, TODAY)
    assert set(measured(store)) == {(TODAY, "bill:2"), (TODAY, "logement")}


def test_a_stage_reached_yesterday_makes_a_bills_rise_surer(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in range(60)))
    with store.session() as session:
        for number in (1, 2):
            bill = Bill(legislature=43, session=2, number=str(number), title="Loi")
            bill.first_seen_at = NOON
            session.add(bill)
        session.flush()
        reached = str(TODAY - DAY)
        stage = BillStage(bill_id=1, position=0, label="Principe", dates=[reached])
        stage.first_seen_at = NOON
        session.add(stage)
    documents = [tagged(story=n, source=s) for n, s in enumerate(["devoir", "presse", "droit"], 1)]
    keep(store, *documents)
    with store.session() as session:
        for document in session.scalars(select(Document)):
            for bill_id in (1, 2):
                mention = Mention(document_id=document.id, bill_id=bill_id, passage="")
                mention.start = mention.end = 0
                session.add(mention)
    after(store, TODAY)
    found = measured(store)
    stepped, plain = (found[TODAY, unit].surprise for unit in ("bill:1", "bill:2"))
    assert stepped == pytest.approx(plain + 0.3)


def test_what_is_older_than_twelve_weeks_is_not_looked_at(store: Store) -> None:
    visited(store, NOON - 400 * DAY, *(NOON - back * DAY for back in range(90)))
    rows(store, "logement", 50, *[0] * 83)
    rows(store, "alimentation", 50, *[0] * 82)
    after(store, TODAY)
    assert set(measured(store)) == {(TODAY, "alimentation")}


def test_the_hours_of_a_day_are_those_of_montreal_when_clocks_change(store: Store) -> None:
    # 2026-11-01 has 25 hours: the last of them is 04:59 UTC on the 2nd.
    visited(store, datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 11, 2, 4, 59, tzinfo=UTC))
    rows(store, "logement", *[1] * 20, last=date(2026, 11, 1))
    with store.session() as session:
        session.add(UnitDay(day=date(2026, 10, 31), unit="x", items=1, stories=1, outlets=1))
    after(store, date(2026, 11, 1))
    assert measured(store)[date(2026, 11, 1), "logement"].state != "partial"
    assert timedelta(hours=25) == datetime(2026, 11, 2, 5, tzinfo=UTC) - datetime(
        2026, 11, 1, 4, tzinfo=UTC
    )


def test_what_a_measure_rests_on_is_kept_with_it_and_adds_up(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in reversed(range(60))))
    rows(store, "logement", *[1, 2, 1, 0, 1, 1, 0] * 8)
    keep(store, *(tagged("logement", story=n, source=f"journal{n}") for n in range(1, 10)))
    after(store, TODAY)
    row = measured(store)[TODAY, "logement"]
    detail = row.detail
    assert detail
    total = detail["chance"] + detail["mixture"] + sum(detail["adjustments"].values())
    assert total == pytest.approx(row.surprise)
    assert (detail["items"], detail["weekday"], detail["holiday"]) == (9, 4, None)
    assert (detail["previous"], detail["days_in_state"], detail["missing_days"]) == (None, 1, [])
    assert len(detail["outlets"]) == len(detail["new_outlets"]) == 9
    assert {one["title"] for one in detail["told"]} == {"Titre"}


def test_less_is_expected_of_a_holiday(store: Store) -> None:
    new_year = date(2027, 1, 1)
    start = datetime(2026, 11, 20, 17, tzinfo=UTC)
    visited(store, *(start + n * DAY for n in range(43)))
    rows(store, "logement", *[4] * 42, last=new_year)
    keep(store, tagged("logement", at=start + 42 * DAY))
    after(store, new_year)
    found = measured(store)[new_year, "logement"]
    assert found.detail
    assert found.detail["holiday"]
    assert found.expected == pytest.approx(0.55 * 4, abs=0.7)


def test_a_stage_of_a_bill_is_one_of_its_themes_too(store: Store) -> None:
    visited(store, *(NOON - back * DAY for back in reversed(range(60))))
    rows(store, "logement", *[1] * 50)
    with store.session() as session:
        bill = Bill(legislature=43, session=2, number="7", title="Loi", first_seen_at=NOON)
        session.add(bill)
        session.flush()
        stage = BillStage(bill_id=bill.id, position=0, label="Principe", dates=[str(TODAY)])
        stage.first_seen_at = NOON
        session.add(stage)
    own = tagged("logement", kind=Kind.BILL, bill_id=1)
    own.story_id = None
    keep(store, own)
    after(store, TODAY)
    detail = measured(store)[TODAY, "logement"].detail
    assert detail
    assert detail["steps"] == ["PL 7 : Principe"]
