"""What a visit brought becomes documents, sightings, revisions and bills."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from pipeline.database import Store
from pipeline.ingest import MAX_SUMMARY, MAX_TITLE, Counts, ingest_all
from pipeline.model import Base, Bill, BillStage, Document, Page, Revision, Sighting, Visit
from spiders.items import (
    BillKind,
    BillStatus,
    Issue,
    Kind,
    Link,
    Outcome,
    Person,
    Reinscription,
    Stage,
    StageFacts,
    Vote,
)
from tests.factories import (
    NOW,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
    make_visit,
)

LATER = NOW + timedelta(days=1)
MUCH_LATER = NOW + timedelta(days=2)


def count(store: Store, table: type[Base]) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def the_document(store: Store) -> Document:
    with store.reading() as session:
        return session.scalars(select(Document)).one()


def the_bill(store: Store) -> Bill:
    with store.reading() as session:
        bill = session.scalars(select(Bill)).one()
        assert bill.stages is not None  # loaded while the session is open
        return bill


# Visits kept together


def test_visits_kept_together_are_kept_as_if_one_after_another(store: Store) -> None:
    gazette, daily = make_source("gazette"), make_source("quotidien")
    said = make_item("gazette", url="https://gazette.example/a", title="Une")
    again = make_item("quotidien", url="https://gazette.example/a", title="Une autre")
    visits = [
        (make_visit("gazette"), [said]),
        (make_visit("quotidien"), [again, make_item("quotidien", url="https://q.example/b")]),
        (make_visit("muette", outcome=Outcome.UNCHANGED), []),
    ]
    register = {one.id: one for one in (gazette, daily, make_source("muette"))}
    for expected in ([(1, 0), (1, 0), (0, 0)], [(0, 0), (0, 0), (0, 0)]):
        with store.session() as session:
            counts = ingest_all(session, visits, register)
        assert [(one.new, one.changed) for one in counts] == expected
    assert (count(store, Document), count(store, Sighting), count(store, Visit)) == (2, 3, 6)
    with store.reading() as session:
        assert session.scalars(select(Document.title).order_by(Document.id)).first() == "Une"


def test_of_visits_kept_together_all_are_or_none(store: Store) -> None:
    visits = [(make_visit("gazette"), [make_item("gazette")]), (make_visit("inconnue"), [])]
    with pytest.raises(KeyError), store.session() as session:
        ingest_all(session, visits, {"gazette": make_source("gazette")})
    assert count(store, Document) == count(store, Visit) == 0


# What is stated, once


def test_an_item_becomes_a_document_as_stated(store: Store) -> None:
    item = make_item(summary="Un résumé.", author="A. Tremblay", published_text="hier")
    with store.session() as session:
        assert bring(session, item) == Counts(new=1, changed=0)
    document = the_document(store)
    stated = ("source", "kind", "url", "title", "summary", "lang", "author", "published_text")
    assert [getattr(document, name) for name in stated] == [getattr(item, name) for name in stated]
    assert document.published_at == item.published_at
    assert (document.detected_at, document.revised_at, document.read_by) == (NOW, None, None)


def test_the_same_items_again_change_nothing(store: Store) -> None:
    items = [make_item() for _ in range(3)]
    with store.session() as session:
        bring(session, items)
    with store.session() as session:
        assert bring(session, items, at=LATER) == Counts(new=0, changed=0)
    assert (count(store, Document), count(store, Revision), count(store, Visit)) == (3, 0, 2)


def test_an_article_told_twice_in_one_visit_is_kept_once(store: Store) -> None:
    item = make_item()
    with store.session() as session:
        counts = bring(session, [item, replace(item, title="Le même, plus bas dans le fil")])
    assert counts == Counts(new=1, changed=0)
    assert the_document(store).title == item.title


def test_a_visit_is_written_down_with_its_issues(store: Store) -> None:
    issues = (Issue("not-found", "https://gazette.example/a", "404"),)
    with store.session() as session:
        bring(session, make_item(), outcome=Outcome.UNREACHABLE, issues=issues, requests=7)
    with store.reading() as session:
        visit = session.scalars(select(Visit)).one()
        assert (visit.outcome, visit.items, visit.new, visit.requests) == ("unreachable", 1, 1, 7)
        assert visit.issues == [
            {"code": "not-found", "url": "https://gazette.example/a", "about": "404"}
        ]


def test_pages_are_remembered_as_they_last_answered(store: Store) -> None:
    pages = ["https://gazette.example/1", "https://gazette.example/2"]
    with store.session() as session:
        bring(session, make_item(), pages=pages)
    with store.session() as session:
        bring(session, make_item(), pages=pages[:1], at=LATER)
    with store.reading() as session:
        read = {page.url: page.read_at for page in session.scalars(select(Page))}
    assert read == {pages[0]: LATER, pages[1]: NOW}


def test_a_visit_that_fails_half_way_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.session() as session:
            bring(session, make_item())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (count(store, Document), count(store, Visit)) == (0, 0)


# What is stated otherwise later


def test_a_changed_title_is_a_revision_and_is_read_again(store: Store) -> None:
    item = make_item(title="Ottawa étudie", summary="Avant")
    with store.session() as session:
        bring(session, item)
        document = session.scalars(select(Document)).one()
        document.read_by = "v1"
    with store.session() as session:
        counts = bring(session, replace(item, title="Ottawa recule", summary="Après"), at=LATER)
    assert counts == Counts(new=0, changed=1)
    document = the_document(store)
    assert (document.title, document.revised_at) == ("Ottawa recule", LATER)
    assert document.read_by is None
    with store.reading() as session:
        former = session.scalars(select(Revision)).one()
        assert (former.title, former.summary) == ("Ottawa étudie", "Avant")
        assert former.replaced_at == LATER


def test_an_article_edited_in_place_keeps_the_day_it_came_out(store: Store) -> None:
    item = make_item()
    with store.session() as session:
        bring(session, item)
    with store.session() as session:
        bring(session, replace(item, title="Mise à jour", published_at=LATER), at=LATER)
    assert the_document(store).published_at == item.published_at


def test_a_date_alone_is_no_change(store: Store) -> None:
    item = make_item()
    with store.session() as session:
        bring(session, item)
    with store.session() as session:
        counts = bring(session, replace(item, published_at=NOW), at=LATER)
    assert counts == Counts(new=0, changed=0)


def test_the_same_article_in_two_feeds_is_one_document_seen_twice(store: Store) -> None:
    une = make_item("une", url="https://journal.example/a/1?utm_source=une", title="À la une")
    region = replace(une, source="region", url="https://journal.example/a/1", title="En région")
    with store.session() as session:
        bring(session, une)
    with store.session() as session:
        assert bring(session, region, at=LATER) == Counts(new=0, changed=0)
    assert the_document(store).title == "À la une"
    with store.reading() as session:
        seen = {row.source: row.first_seen_at for row in session.scalars(select(Sighting))}
    assert seen == {"une": NOW, "region": LATER}


def test_only_the_source_that_first_gave_an_article_revises_it(store: Store) -> None:
    une = make_item("une", url="https://journal.example/a/1", title="Premier titre")
    region = replace(une, source="region")
    for said, at in ((une, NOW), (region, NOW), (replace(region, title="Autre titre"), LATER)):
        with store.session() as session:
            bring(session, said, at=at)
    assert the_document(store).title == "Premier titre"
    with store.session() as session:
        assert bring(session, replace(une, title="Second titre"), at=LATER).changed == 1
    assert the_document(store).title == "Second titre"


# What a database would refuse


def test_texts_are_cut_and_lose_what_a_database_refuses(store: Store) -> None:
    item = make_item(
        title="a\x00b" + "é" * 2000, summary="\ud83d c" + "x" * 30_000, author="n\x00om"
    )
    with store.session() as session:
        bring(session, item, issues=(Issue("error", about="\x00\udc00!"),))
    document = the_document(store)
    assert document.title.startswith("abé")
    assert document.summary.startswith(" cx")
    assert (len(document.title), len(document.summary)) == (MAX_TITLE, MAX_SUMMARY)
    assert document.author == "nom"


def test_an_address_without_end_is_kept_but_its_page_is_not_remembered(store: Store) -> None:
    endless = "https://gazette.example/" + "a" * 9000
    with store.session() as session:
        assert bring(session, make_item(url=endless), pages=[endless]).new == 1
    assert count(store, Page) == 0


def test_a_publication_in_the_future_is_not_believed(store: Store) -> None:
    item = make_item(published_at=NOW + timedelta(days=40), published_text="2031/12/4")
    with store.session() as session:
        bring(session, item)
    document = the_document(store)
    assert (document.published_at, document.published_text) == (None, "2031/12/4")


# Many at once


def test_a_visit_costs_the_same_queries_for_one_item_and_for_many(store: Store) -> None:
    statements: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def selects(number: int) -> int:
        items = [make_item() for _ in range(number)]
        for at in (NOW, LATER):
            statements.clear()
            with store.session() as session:
                bring(session, items, at=at)
        return sum(statement.startswith("SELECT") for statement in statements)

    assert selects(1) == selects(300) <= 4


def test_two_visits_at_once_bring_the_same_articles_once(store: Store) -> None:
    shared = [make_item("une", url=f"https://journal.example/a/{n}") for n in range(30)]
    at_once = threading.Barrier(3)
    failures: list[BaseException] = []

    def visit(source: str) -> None:
        try:
            at_once.wait()
            with store.session() as session:
                bring(session, [replace(item, source=source) for item in shared])
        except DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=visit, args=(f"fil{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (count(store, Document), count(store, Sighting)) == (30, 90)


# Bills

PAGE = make_facts(
    complete=True,
    title="Loi modifiant la Loi sur les services de garde",
    kind=BillKind.GOVERNMENT,
    sponsors=(Person("Tremblay, Anne", "1234", "Ministre"),),
    stages=(
        StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 25),)),
        StageFacts(
            Stage.PASSAGE_IN_PRINCIPLE,
            "Adoption du principe",
            (date(2031, 3, 1),),
            votes=(Vote(70, 30, 1, date(2031, 3, 1)),),
        ),
    ),
    documents=(Link("Texte", "https://www.assnat.qc.ca/texte.pdf"),),
)


def labels(bill: Bill) -> list[str]:
    return [stage.label for stage in bill.stages]


def test_a_bill_and_its_document_are_kept_together(store: Store) -> None:
    with store.session() as session:
        assert bring(session, make_bill()) == Counts(new=1, changed=0)
    document, bill = the_document(store), the_bill(store)
    assert (document.kind, document.identity) == (Kind.BILL, "bill:qc/44-1/94")
    assert document.bill_id == bill.id
    assert (bill.status, bill.complete, bill.first_seen_at) == ("in-progress", False, NOW)
    assert labels(bill) == ["presentation"]


def test_a_page_tells_what_its_list_did_not(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill())
    with store.session() as session:
        counts = bring(session, make_bill(PAGE, "pages"), at=LATER)
    assert counts == Counts(new=0, changed=1)
    document, bill = the_document(store), the_bill(store)
    assert (document.source, document.title) == ("pages", PAGE.title)
    assert bill.sponsors[0]["name"] == "Tremblay, Anne"
    assert bill.documents == [{"title": "Texte", "url": "https://www.assnat.qc.ca/texte.pdf"}]
    assert bill.stages[1].votes[0]["for"] == 70
    assert bill.complete


def test_a_stage_that_stays_keeps_the_moment_it_was_first_seen(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill())
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"), at=LATER)
    seen = {stage.label: stage.first_seen_at for stage in the_bill(store).stages}
    # The list called the first one otherwise: it is the same stage.
    assert seen == {"Présentation": NOW, "Adoption du principe": LATER}


def test_stages_are_those_of_the_page_in_its_order(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"))
    consultation = StageFacts(Stage.CONSULTATION, "Consultations particulières")
    moved = replace(PAGE, stages=(PAGE.stages[0], consultation, PAGE.stages[1]))
    with store.session() as session:
        assert bring(session, make_bill(moved, "pages"), at=LATER).changed == 1
    assert labels(the_bill(store)) == [
        "Présentation",
        "Consultations particulières",
        "Adoption du principe",
    ]
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"), at=MUCH_LATER)
    assert labels(the_bill(store)) == ["Présentation", "Adoption du principe"]
    assert count(store, BillStage) == 2


def test_a_list_erases_nothing_of_what_a_page_told(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"))
    listed = make_facts(
        title="Loi sur les services", stages=(StageFacts(Stage.COMMITTEE, "depot_commission"),)
    )
    with store.session() as session:
        assert bring(session, make_bill(listed), at=LATER) == Counts(new=0, changed=0)
    document, bill = the_document(store), the_bill(store)
    assert (document.title, bill.title, bill.kind) == (PAGE.title, PAGE.title, "government")
    assert labels(bill) == ["Présentation", "Adoption du principe"]
    assert bill.sponsors
    assert bill.documents


def test_a_list_that_moves_is_noted_even_when_the_page_stands(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill())
        bring(session, make_bill(PAGE, "pages"))
    listed = make_facts(stages=(StageFacts(Stage.COMMITTEE, "depot_commission"),))
    with store.session() as session:
        bring(session, make_bill(listed), at=LATER)
    with store.reading() as session:
        moved = {row.source: row.changed_at for row in session.scalars(select(Sighting))}
    assert moved == {"liste": LATER, "pages": None}


def test_a_list_adds_up_the_last_stages_that_it_tells_day_after_day(store: Store) -> None:
    first, later = (
        StageFacts(Stage.INTRODUCTION, "presentation", (date(2031, 2, 25),)),
        StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "adoption_principe", (date(2031, 3, 2),)),
    )
    with store.session() as session:
        bring(session, make_bill(make_facts(stages=(later,))))
    with store.session() as session:
        bring(session, make_bill(make_facts(stages=(first,))), at=LATER)
    assert labels(the_bill(store)) == ["presentation", "adoption_principe"]


def test_a_list_tells_the_end_of_a_bill_whose_page_was_read(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"))
    with store.session() as session:
        died = make_bill(make_facts(status=BillStatus.DIED))
        assert bring(session, died, at=LATER).changed == 1
    with store.session() as session:  # its page knows no word for it: it says what it always said
        bring(session, make_bill(replace(PAGE, chapter="x"), "pages"), at=MUCH_LATER)
    assert the_bill(store).status == "died"


@pytest.mark.parametrize("first", [True, False])
def test_a_bill_that_died_lives_again_once_reinscribed(store: Store, first: bool) -> None:
    """A list has one line a session: that of the session which is over says that the bill died."""
    over = make_bill(make_facts(status=BillStatus.DIED))
    again = make_bill(
        make_facts(status=BillStatus.IN_PROGRESS, reinscribed=(Reinscription(44, 2),))
    )
    for at in (NOW, LATER):
        with store.session() as session:
            bring(session, [over, again] if first else [again, over], at=at)
    bill = the_bill(store)
    assert (bill.status, count(store, Bill), count(store, Document)) == ("in-progress", 1, 1)
    assert bill.reinscribed == [{"legislature": 44, "session": 2, "date": None}]


def test_the_day_of_a_reinscription_is_kept_when_a_list_does_not_tell_it(store: Store) -> None:
    dated = replace(PAGE, reinscribed=(Reinscription(44, 2, date(2031, 10, 1)),))
    with store.session() as session:
        bring(session, make_bill(dated, "pages"))
    with store.session() as session:
        bring(session, make_bill(make_facts(reinscribed=(Reinscription(44, 2),))), at=LATER)
    assert the_bill(store).reinscribed[0]["date"] == "2031-10-01"


def test_what_a_page_no_longer_tells_is_not_forgotten(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"))
    silent = replace(PAGE, sponsors=(), documents=(), stages=(), kind=None)
    with store.session() as session:
        assert bring(session, make_bill(silent, "pages"), at=LATER).changed == 0
    bill = the_bill(store)
    assert (bill.kind, len(bill.sponsors), len(bill.documents)) == ("government", 1, 1)
    assert labels(bill) == ["Présentation", "Adoption du principe"]


def test_a_stage_printed_twice_is_one(store: Store) -> None:
    sitting = PAGE.stages[1]
    again = replace(sitting, dates=(date(2031, 3, 2),), votes=(), notes=("(Reprise du débat)",))
    with store.session() as session:
        bring(session, make_bill(replace(PAGE, stages=(sitting, again)), "pages"))
    (stage,) = the_bill(store).stages
    assert stage.dates == ["2031-03-01", "2031-03-02"]
    assert (len(stage.votes), stage.notes) == (1, ["(Reprise du débat)"])


def test_the_same_number_in_another_session_is_another_bill(store: Store) -> None:
    with store.session() as session:
        bring(session, [make_bill(make_facts(session=1)), make_bill(make_facts(session=2))])
    assert count(store, Bill) == 2


def test_a_bill_adopted_is_revised_and_read_again(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(PAGE, "pages"))
        session.scalars(select(Document)).one().read_by = "v1"
    assented: dict[str, Any] = {
        "status": BillStatus.ASSENTED,
        "assent_date": date(2031, 3, 3),
        "chapter": "2031, chapitre 4",
    }
    with store.session() as session:
        bring(session, make_bill(replace(PAGE, **assented), "pages"), at=LATER)
    document, bill = the_document(store), the_bill(store)
    assert (document.read_by, document.revised_at) == (None, LATER)
    assert {name: getattr(bill, name) for name in assented} == assented


def test_a_feed_that_names_a_bill_by_its_address_is_no_bill(store: Store) -> None:
    source = make_source("evenements", identity="entry", kind="bill")
    entries = [
        make_item("evenements", url="https://parl.example/c-15", key=key, kind=Kind.BILL)
        for key in ("e1", "e2")
    ]
    with store.session() as session:
        assert bring(session, entries, source=source).new == 2
    assert count(store, Bill) == 0
