"""A legislature ends and another begins: nothing in the code is told of it, everything follows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.channels import read_channels
from alerts.decide import Told, decide
from alerts.outbox import decide_and_store, deliver
from alerts.words import Words
from pipeline.agenda import errands
from pipeline.database import Store
from pipeline.model import Bill, BillEvent, Document, ParliamentSession
from pipeline.queries import board, ended_between
from spiders.assnat import bill_address
from spiders.donneesquebec_bills import COLUMNS
from spiders.sources import read_register
from spiders.tryout import read_page
from tests.factories import add_reading, bring
from tests.test_outbox import Memory

REGISTER = read_register()
WORDS = Words("fr", {"logement": "Logement abordable"})
SITTINGS = REGISTER["assnat_sittings"].url
FILE = REGISTER["donneesquebec_bills"].url
BEFORE = datetime(2026, 8, 20, 14, tzinfo=UTC)
LAST_DAY = date(2026, 8, 27)
AFTER = datetime(2026, 8, 28, 14, tzinfo=UTC)
OPENING = date(2026, 11, 24)
AGAIN = datetime(2026, 11, 25, 14, tzinfo=UTC)
LIVING, LAWS, OURS = 102, 41, 7
Row = dict[str, Any]


def row(number: int, origin: str, current: str = "", stage: str = "presentation") -> Row:
    """Make the line that the file has of a bill, `current` being its session if it went on."""
    legislature, session = (current or origin).split("-")
    return dict.fromkeys(COLUMNS, "") | {
        "Numero_projet_loi": number,
        "Titre_projet_loi": f"{origin} PL {number}  Loi {number} de la session {origin}",
        "Type_projet_loi": "Public du gouvernement",
        "Derniere_etape_franchie": stage,
        "Date_derniere_etape": "2026-06-02" if legislature == "43" else OPENING.isoformat(),
        "No_legislature": legislature,
        "No_session": session,
    }


FORMER = [
    *(row(number, "43-3") for number in range(1, LIVING - 20)),
    *(row(number, "43-1", "43-3") for number in range(101, 122)),
    *(row(number, "43-3", stage="sanction") for number in range(300, 300 + LAWS)),
]


def read_file(store: Store, rows: Sequence[Row], at: datetime) -> None:
    """Let the spider of the open data read a file of these lines."""
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, COLUMNS)
    lines.writeheader()
    lines.writerows(rows)
    collect(store, FILE, out.getvalue(), at, "donneesquebec_bills")


def read_sessions(store: Store, at: datetime, **labels: str) -> None:
    """Let the spider of the sittings read a page that lists these sessions, the newest first."""
    options = "".join(
        f'<option value="{SITTINGS.replace("index", f"{place}/index")}">{label}</option>'
        for name, label in labels.items()
        for place in [name.strip("_").replace("_", "-")]
    )
    select_ = f'<select id="ctl00_ddlChoixSession">{options}</select>'
    page = f'<html><body><div class="ColCentre">{select_}<h2>Séances</h2></div></body></html>'
    collect(store, SITTINGS, page, at, "assnat_sittings")


def read_bill(store: Store, number: int, at: datetime, origin: str = "44-1") -> None:
    """Let the spider of bills read the page of a bill, which is only tabled."""
    legislature, session = map(int, origin.split("-"))
    page = f"""<html><body><h1>Projet de loi n° {number}, Loi {number} de la session {origin}</h1>
    <h2>Renseignements</h2><h3>Type</h3><p>Public du gouvernement</p>
    <p>Ce projet de loi : a été présenté à la {legislature}e législature, {session}e session</p>
    <h2>Étapes de cheminement</h2><h3>Présentation</h3>
    <ul class="ListeLien"><li>Séance du 24 novembre 2026</li></ul></body></html>"""
    url = bill_address(legislature, session, str(number))
    collect(store, url, page, at, "assnat_bills")


def collect(store: Store, url: str, page: str, at: datetime, source: str) -> None:
    items = read_page(page.encode(), url, REGISTER, at)
    assert items
    with store.session() as session:
        bring(session, items, at=at, source=REGISTER[source], pages=[url])


@pytest.fixture
def dissolved(store: Store) -> Store:
    """The store at the end of August: the Assemblée's own page gave the last day of 43-3."""
    read_sessions(store, BEFORE, _43_3="43e législature, 3e session (début : 5 mai 2026)")
    read_file(store, FORMER, BEFORE)
    with store.session() as session:
        documents = select(Document).where(Document.kind == "bill").order_by(Document.id)
        for document in session.scalars(documents.limit(OURS)):
            add_reading(session, document, ["logement"])
    read_sessions(store, AFTER, _43_3="43e législature, 3e session (5 mai 2026 - 27 août 2026)")
    return store


def reopen(store: Store) -> None:
    """Read all that is published on the day after the opening of 44-1."""
    read_sessions(
        store,
        AGAIN,
        _44_1="Session en cours - 44e législature, 1re session (début : 24 novembre 2026)",
        _43_3="43e législature, 3e session (5 mai 2026 - 27 août 2026)",
    )
    read_file(store, [row(1, "44-1"), row(2, "44-1"), *FORMER], AGAIN)
    read_bill(store, 1, AGAIN)


def statuses(store: Store, legislature: int) -> Counter[str | None]:
    with store.reading() as session:
        asked = select(Bill.status).where(Bill.legislature == legislature)
        return Counter(session.scalars(asked))


def deaths(store: Store) -> Counter[date | None]:
    with store.reading() as session:
        return Counter(session.scalars(select(BillEvent.day).where(BillEvent.kind == "died")))


def told(store: Store, now: datetime) -> list[Told]:
    with store.reading() as session:
        return decide(session, REGISTER, WORDS, now)


def test_before_the_last_day_every_unfinished_bill_lives(store: Store) -> None:
    read_sessions(store, BEFORE, _43_3="43e législature, 3e session (début : 5 mai 2026)")
    read_file(store, FORMER, BEFORE)
    assert statuses(store, 43) == {"in-progress": LIVING, "assented": LAWS}


def test_every_unfinished_bill_dies_once_on_the_last_day(dissolved: Store) -> None:
    assert statuses(dissolved, 43) == {"died": LIVING, "assented": LAWS}
    assert deaths(dissolved) == {LAST_DAY: LIVING}
    with dissolved.reading() as session:
        assert set(session.scalars(select(Bill.died_on).where(Bill.status == "died"))) == {LAST_DAY}
        assert board(session, LAST_DAY) == ()


def test_a_hundred_deaths_are_one_message_a_channel(dissolved: Store) -> None:
    out = Memory()
    for hours in (0, 24):
        now = AFTER + timedelta(hours=hours)
        decide_and_store(dissolved, REGISTER, WORDS, read_channels(), now)
        deliver(dissolved, {"slack": out}, now)
    (one,) = told(dissolved, AFTER)
    assert [parcel.id for parcel in out.sent] == [one.decision.key] == ["session:qc/43-3|died"]
    text = one.message.as_text().replace("\u00a0", " ")
    assert "102 projets de loi sont morts au feuilleton avec la 3e session de la 43e" in text
    assert "7 touchent la mission." in text


def test_the_end_of_a_session_without_a_bill_of_ours_is_not_told(store: Store) -> None:
    read_file(store, FORMER, BEFORE)
    read_sessions(store, AFTER, _43_3="43e législature, 3e session (5 mai 2026 - 27 août 2026)")
    assert told(store, AFTER) == []


def test_the_new_session_is_found_and_numbers_start_again(dissolved: Store) -> None:
    reopen(dissolved)
    with dissolved.reading() as session:
        begun = session.get(ParliamentSession, ("qc", 44, 1))
        assert begun
        assert (begun.starts, begun.ends, begun.current) == (OPENING, None, True)
        namesakes = select(Bill).where(Bill.number == "1").order_by(Bill.legislature)
        old, new = session.scalars(namesakes)
        assert (old.session, old.status, old.title) == (3, "died", "Loi 1 de la session 43-3")
        assert (new.session, new.status, new.title) == (
            1,
            "in-progress",
            "Loi 1 de la session 44-1",
        )
        assert [one.name.legislature for one in board(session, OPENING)] == [44, 44]


def test_the_lines_of_the_former_legislature_revive_nothing(dissolved: Store) -> None:
    reopen(dissolved)
    for days in range(1, 3):
        more = [row(n, "44-1") for n in range(1, 3 + days)]
        read_file(dissolved, [*more, *FORMER], AGAIN + timedelta(days=days))
    assert statuses(dissolved, 43) == {"died": LIVING, "assented": LAWS}
    assert statuses(dissolved, 44) == {"in-progress": 4}
    assert deaths(dissolved) == {LAST_DAY: LIVING}


def test_a_store_that_begins_after_the_dissolution_knows_the_dead_as_dead(store: Store) -> None:
    reopen(store)
    assert statuses(store, 43) == {"died": LIVING, "assented": LAWS}
    assert deaths(store) == {LAST_DAY: LIVING}
    with store.reading() as session:
        assert ended_between(session, AGAIN - timedelta(days=7), AGAIN + timedelta(1)) == ()
        assert session.scalar(select(func.count()).select_from(Document)) == LIVING + LAWS + 2


def test_the_pages_of_the_dead_are_no_longer_read_every_day(dissolved: Store) -> None:
    def due(at: datetime) -> bool:
        with dissolved.reading() as session:
            (errand,) = errands(session, [REGISTER["assnat_bills"]], at)
        return bill_address(43, 3, "80") in errand.pages

    assert due(AFTER)  # never read, of a bill that a list told of
    read_bill(dissolved, 80, AFTER, origin="43-3")
    assert not due(AFTER + timedelta(days=2))
    assert statuses(dissolved, 43)["in-progress"] == 0
