"""The page: it shows what the store holds, with reasons, and trusts none of its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pipeline.database import Store
from pipeline.dossiers import Dossier, Said, SaidKind
from pipeline.model import Alert, Document, Momentum, Opportunity
from pipeline.opportunities import close, follow_windows
from pipeline.windows import Fate, FateCause
from spiders.items import (
    BillRef,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Issue,
    Kind,
    Outcome,
    Stage,
    StageFacts,
)
from tests.factories import (
    NOW,
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
)
from vigie.review.app import create_app, safe_link
from vigie.review.charts import steps

EARLIER = NOW - timedelta(hours=1)
THEMES = {"services-educatifs": "Services éducatifs à la petite enfance"}
REGISTER = {"gazette": make_source("gazette"), "liste": make_source("liste")}


@pytest.fixture
def page(store: Store) -> FlaskClient:
    return create_app(store, REGISTER, THEMES, lambda: NOW).test_client()


def read(page: FlaskClient) -> str:
    answer = page.get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_empty_store_says_what_to_do(page: FlaskClient) -> None:
    assert "vigie process" in read(page)


def test_a_bill_is_shown_with_its_number_its_title_and_the_stages_it_has_passed(
    store: Store, page: FlaskClient
) -> None:
    stages = (
        StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 25),)),
        StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "Adoption du principe", (date(2031, 3, 1),)),
    )
    with store.session() as session:
        bring(session, make_bill(make_facts("94", stages=stages)))
    shown = read(page)
    assert "PL 94</a> – Loi sur les services de garde" in shown
    assert shown.count('class="done"') == 3  # principle is past, so consultation is too
    assert "Adoption du principe, 1" in shown


def test_what_rises_is_shown_with_its_figures_and_the_news_that_makes_it(
    store: Store, page: FlaskClient
) -> None:
    with store.session() as session:
        document = add_document(session, title="Grève dans les CPE", published_at=EARLIER)
        add_reading(session, document, ["services-educatifs"])
        add_story(session, [document])
        session.add(
            Momentum(
                unit="services-educatifs",
                day=date(2031, 3, 3),
                window=2,
                observed=9,
                expected=2.5,
                ratio=2.9,
                surprise=3.4,
                outlets=5,
                state="surging",
                version="1",
            )
        )
    shown = read(page)
    assert "Services éducatifs à la petite enfance" in shown
    assert "×2,9" in shown
    assert "Grève dans les CPE" in shown
    assert "<svg" in shown


def test_open_windows_come_first_with_causes_days_left_plan_and_whom_to_call(
    store: Store, page: FlaskClient
) -> None:
    brief = Deadline(DeadlineKind.BRIEF, date(2031, 3, 12), "au plus tard le 12 mars 2031")
    asked = ConsultationFacts(
        "Consultation générale",
        "https://www.assnat.qc.ca/consultation-9.html",
        ConsultationKind.GENERAL,
        bill=BillRef("94", 44, 1),
        deadlines=(brief,),
    )
    item = make_item("liste", kind=Kind.CONSULTATION, url=asked.url, facts=asked)
    with store.session() as session:
        bring(session, [make_bill(make_facts("94")), item], source=REGISTER["liste"])
        bill = session.scalars(select(Document).where(Document.identity.like("bill:%"))).one()
        add_reading(session, bill, ["services-educatifs"])
    follow_windows(store, NOW)
    shown = read(page).replace("\u00a0", " ").replace("&#39;", "'")
    assert shown.index('id="windows"') < shown.index('id="rises"') < shown.index('id="bills"')
    for part in (
        "étape : presentation, le 25 février 2031",
        "date limite des mémoires : le 12 mars 2031 (dans 9 jours)",
        "<b>déposer un mémoire</b> d’ici le 12 mars 2031 (dans 9 jours)",
        "rédaction : du 25 février 2031 au 4 mars 2031 <b>en retard</b>",
        "<b>N’y entre plus</b> : il manque 4 jours ouvrables.",
        "Association québécoise des centres de la petite enfance",
    ):
        assert part in shown


def test_what_we_said_before_stands_on_the_window_that_it_is_about(
    store: Store, page: FlaskClient
) -> None:
    said = (
        Said(SaidKind.BRIEF, date(2030, 9, 14), "Mémoire <sur> les places", "https://nous.test/m"),
        Said(SaidKind.LETTER, date(2030, 1, 2), "Lettre sans adresse"),
    )
    open_window(store, Dossier("places", "Les places", ("services-educatifs",), (), said))
    shown = read(page).replace("\u00a0", " ")
    assert "notre dossier : Les places" in shown
    assert '<a href="https://nous.test/m">Mémoire &lt;sur&gt; les places</a>' in shown
    assert "– mémoire, 14 septembre 2030" in shown
    assert "<li>Lettre sans adresse" in shown


def test_a_closed_window_is_in_the_register_with_its_fate_and_its_steps(
    store: Store, page: FlaskClient
) -> None:
    open_window(store)
    assert 'id="register"' not in read(page)
    close(store, 1, Fate.MISSED, FateCause.RESOURCES, "Ana", NOW)
    shown = read(page).replace("\u00a0", " ").replace("&#39;", "'")
    for part in (
        "manquée : sans ressources",
        "fermée par l'équipe · dit par Ana",
        "Ce qui lui est arrivé (2)",
        "Elle s'ouvre – étape : presentation, le 25 février 2031",
        "Elle se ferme",
    ):
        assert part in shown


def test_a_window_of_which_nobody_said_anything_says_how_to(
    store: Store, page: FlaskClient
) -> None:
    open_window(store)
    with store.session() as session:
        session.scalars(select(Opportunity)).one().closed_at = NOW - timedelta(days=1)
        session.scalars(select(Opportunity)).one().fate = "missed"
    assert "vigie windows close 1 --fate" in read(page)
    with store.session() as session:
        session.scalars(select(Opportunity)).one().closed_at = NOW - timedelta(days=60)
    assert 'id="register"' not in read(page)


def open_window(store: Store, *dossiers: Dossier) -> None:
    """Keep a bill on child care, and the window that it opens."""
    with store.session() as session:
        bring(session, make_bill(make_facts("94")), source=REGISTER["liste"])
        bill = session.scalars(select(Document).where(Document.identity.like("bill:%"))).one()
        add_reading(session, bill, ["services-educatifs"])
    follow_windows(store, NOW, dossiers)


def test_what_comes_back_each_year_is_shown_ahead(page: FlaskClient) -> None:
    shown = read(page).replace("\u00a0", " ").replace("&#39;", "'")
    assert "<time>10 mars 2031 – 31 mars 2031</time> Budget du Québec" in shown


def test_an_ill_source_comes_first_with_the_reason(store: Store, page: FlaskClient) -> None:
    issue = Issue("not-found", "https://gazette.example/rss")
    with store.session() as session:
        bring(session, [], source=REGISTER["liste"])
        bring(session, [], source=REGISTER["gazette"], outcome=Outcome.UNREACHABLE, issues=(issue,))
    shown = read(page)
    assert shown.index(">Gazette<") < shown.index(">Liste<")
    assert "page introuvable" in shown


def test_an_ill_source_says_since_when_and_when_it_was_last_well(
    store: Store, page: FlaskClient
) -> None:
    with store.session() as session:
        bring(session, [], source=REGISTER["gazette"], at=EARLIER)
        bring(session, [], source=REGISTER["gazette"], outcome=Outcome.CHANGED)
    shown = read(page).replace("\u00a0", " ")
    assert "Depuis lundi 3 mars 2031, 9 h 29" in shown
    assert "dernière bonne visite : lundi 3 mars 2031, 8 h 29" in shown


def test_hostile_words_are_shown_as_words(store: Store, page: FlaskClient) -> None:
    with store.session() as session:
        session.add(
            Alert(
                key="k",
                kind="momentum",
                level="act",
                subject="<script>alert(1)</script>",
                reason='"><img src=x onerror=alert(1)>',
                themes=["<b>"],
                channel="slack",
                message={},
                created_at=NOW - timedelta(hours=1),
                due_at=NOW,
            )
        )
    shown = read(page)
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "<b></span>" not in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//evil.example"])
def test_an_address_that_is_not_of_the_web_leads_nowhere(url: str) -> None:
    assert safe_link(url) == "#"


def test_the_page_allows_no_script(page: FlaskClient) -> None:
    assert page.get("/").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_stages_of_a_bill_are_said_in_words() -> None:
    assert "Adoption ✓" in steps([("Adoption", True), ("Sanction", False)], "Étapes")
