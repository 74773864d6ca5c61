"""The board: the bills that live, in the order of their next known day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pipeline.database import Store
from pipeline.model import Document, Sitting
from pipeline.queries import BillView, NextView, board
from spiders.items import (
    BillRef,
    BillStatus,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Item,
    Kind,
    Stage,
    StageFacts,
)
from tests.factories import NOW, add_reading, bring, make_bill, make_facts, make_item, make_source
from vigie.review.app import create_app

TODAY = date(2031, 3, 3)
DAY = timedelta(days=1)
NOTICE = "https://www.assnat.qc.ca/fr/travaux-parlementaires/consultations/consultation-9.html"


def read(store: Store, *items: Item, at: datetime = NOW) -> None:
    with store.session() as session:
        bring(session, items, at=at, source=make_source("liste"))


def consultation(number: str = "94", legislature: int | None = 44, **stated: Any) -> Item:
    facts = ConsultationFacts(
        title="Consultation générale",
        url=NOTICE,
        kind=ConsultationKind.GENERAL,
        bill=BillRef(number, legislature, legislature and 1),
        **stated,
    )
    return make_item("liste", kind=Kind.CONSULTATION, url=NOTICE, facts=facts)


def plan(store: Store, day: date, number: str = "94", **stated: Any) -> None:
    with store.session() as session:
        session.add(
            Sitting(
                **{
                    "day": day,
                    "committee": "crc",
                    "title": f"Étude détaillée du projet de loi n° {number}",
                    "bill_number": number,
                    "source": "calendrier",
                    "first_seen_at": NOW,
                    "seen_at": NOW,
                }
                | stated
            )
        )


def shown(store: Store, today: date = TODAY) -> tuple[BillView, ...]:
    with store.reading() as session:
        return board(session, today)


def next_of(store: Store, today: date = TODAY) -> tuple[date, str] | None:
    (bill,) = shown(store, today)
    return (bill.next_day.day, bill.next_day.kind) if bill.next_day else None


def test_a_bill_without_a_day_to_come_has_none(store: Store) -> None:
    read(store, make_bill())
    plan(store, TODAY - DAY)
    plan(store, TODAY + DAY, cancelled=True)
    plan(store, TODAY + DAY, number="95")
    plan(store, TODAY + DAY, title="Autre session", legislature=43, session=2)
    assert next_of(store) is None


def test_a_sitting_dated_ahead_is_a_day_to_come_until_it_is_past(store: Store) -> None:
    coming = StageFacts(Stage.COMMITTEE, "Étude détaillée", (TODAY - DAY, TODAY + 2 * DAY))
    read(store, make_bill(make_facts(stages=(coming,), complete=True)))
    assert next_of(store) == (TODAY + 2 * DAY, "stage")
    assert next_of(store, TODAY + 2 * DAY) == (TODAY + 2 * DAY, "stage")
    assert next_of(store, TODAY + 3 * DAY) is None


def test_a_sitting_of_the_calendar_that_names_the_bill_is_a_day_to_come(store: Store) -> None:
    read(store, make_bill())
    plan(store, TODAY + 5 * DAY)
    plan(store, TODAY + 4 * DAY, legislature=44, session=1)
    (bill,) = shown(store)
    assert bill.next_day == NextView(
        TODAY + 4 * DAY, "sitting", "Étude détaillée du projet de loi n° 94", bill.name.url
    )


@pytest.mark.parametrize("legislature", [44, None], ids=["by its key", "by its number alone"])
def test_the_days_of_a_consultation_are_those_of_its_bill(
    store: Store, legislature: int | None
) -> None:
    brief = Deadline(DeadlineKind.BRIEF, TODAY + 3 * DAY, "au plus tard le 6 mars 2031")
    asked = consultation(legislature=legislature, hearings=(TODAY + 8 * DAY,), deadlines=(brief,))
    read(store, make_bill(), asked)
    assert next_of(store) == (TODAY + 3 * DAY, "brief")
    assert next_of(store, TODAY + 4 * DAY) == (TODAY + 8 * DAY, "hearing")


def test_of_several_things_on_a_day_the_one_that_asks_most_is_shown(store: Store) -> None:
    brief = Deadline(DeadlineKind.BRIEF, TODAY, "au plus tard le 3 mars 2031")
    read(store, make_bill(), consultation(hearings=(TODAY,), deadlines=(brief,)))
    plan(store, TODAY)
    assert next_of(store) == (TODAY, "brief")


def test_the_nearest_day_comes_first_then_the_nearest_to_the_mission(store: Store) -> None:
    numbers = ("1", "2", "3", "4")
    read(store, *(make_bill(make_facts(n, url=f"https://qc.test/{n}")) for n in numbers))
    read(store, make_bill(make_facts("5", status=BillStatus.ASSENTED)))
    plan(store, TODAY + 9 * DAY, number="2")
    plan(store, TODAY + 2 * DAY, number="4")
    with store.session() as session:
        near = session.scalars(select(Document).where(Document.identity.like("%/3"))).one()
        add_reading(session, near, ["logement"])
    assert [bill.name.number for bill in shown(store)] == ["4", "2", "3", "1"]


# On the page


@pytest.fixture
def page(store: Store) -> FlaskClient:
    return create_app(store, {}, {}, lambda: NOW).test_client()


def seen(page: FlaskClient) -> str:
    return page.get("/").get_data(as_text=True).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("days", "words"), [(0, "Aujourd’hui"), (1, "Demain"), (12, "Dans 12 jours")]
)
def test_the_page_counts_the_days_left(
    store: Store, page: FlaskClient, days: int, words: str
) -> None:
    read(store, make_bill(), consultation(hearings=(TODAY + days * DAY,)))
    text = seen(page)
    assert f"<b>{words}</b>" in text
    assert f'<a href="{NOTICE}">auditions publiques</a>' in text


def test_the_page_tells_the_last_event_and_keeps_the_others_folded(
    store: Store, page: FlaskClient
) -> None:
    stages = (
        StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 4),)),
        StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "Adoption du principe", (date(2031, 3, 1),)),
    )
    read(store, make_bill(make_facts(stages=stages, complete=True)))
    text = seen(page).replace("&#39;", "'")
    last = "Le PL 94 passe à l'adoption du principe, 25 jours après la présentation."
    assert f"<summary>{last}</summary>" in text
    assert "<time>4 février 2031</time> Le PL 94 est présenté à l'Assemblée nationale." in text


def test_the_page_names_what_ended_and_counts_what_it_does_not_show(
    store: Store, page: FlaskClient
) -> None:
    many = [make_bill(make_facts(str(n), url=f"https://qc.test/{n}")) for n in range(1, 36)]
    read(store, *many, at=NOW - 2 * DAY)
    law = make_facts("1", status=BillStatus.ASSENTED, assent_date=TODAY)
    read(store, make_bill(law))
    text = seen(page)
    assert "4 autres projets de loi sont en cours." in text
    assert "Terminés depuis sept jours : 1 projet de loi" in text
    assert ": sanctionné</li>" in text
