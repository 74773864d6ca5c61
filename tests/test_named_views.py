"""What documents name, as it is shown: with its words, and a doubt as a doubt."""

from __future__ import annotations

from datetime import date, timedelta

from pipeline.database import Store
from pipeline.model import Member, Mention, Naming
from pipeline.queries import NamedView, recent_documents, stories_between
from spiders.items import BillStatus, Stage, StageFacts
from tests.factories import (
    NOW,
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_source,
)
from vigie.review.app import create_app
from vigie.review.reading import called

TITLE = "Loi sur les loyers"


def bill(legislature: int, session: int, began: date, **stated: object) -> object:
    stages = (StageFacts(Stage.INTRODUCTION, "Présentation", (began,)),)
    address = f"https://www.assnat.qc.ca/projet-loi-71-{legislature}-{session}.html"
    facts = make_facts("71", legislature=legislature, session=session, title=TITLE,
                       stages=stages, url=address, **stated)  # fmt: skip
    return make_bill(facts)


def named(store: Store, bills: list[object], passage: str = "le PL 71 inquiète") -> list[str]:
    """Give what is said of a document of NOW that names the last of these bills."""
    with store.session() as session:
        for one in bills:
            bring(session, one)  # type: ignore[arg-type]
        document = add_document(session, title="Un projet de loi inquiète")
        session.add(Mention(document_id=document.id, bill_id=len(bills), passage=passage,
                            start=0, end=5))  # fmt: skip
    with store.reading() as session:
        views = recent_documents(session, NOW - timedelta(days=1))
        (view,) = (one for one in views if one.id == document.id)
        return [called(one).replace("\u00a0", " ") for one in view.named]


def test_a_bill_is_called_by_its_number_and_its_title(store: Store) -> None:
    assert named(store, [bill(43, 2, date(2031, 2, 1))]) == [f"PL 71, {TITLE}"]


def test_a_number_that_two_living_bills_bear_is_told_in_doubt(store: Store) -> None:
    both = [bill(43, 1, date(2030, 2, 1)), bill(43, 2, date(2031, 2, 1))]
    assert named(store, both) == ["PL 71 (43-1 ou 43-2)"]


def test_a_namesake_long_over_or_not_yet_tabled_raises_no_doubt(store: Store) -> None:
    over = bill(42, 1, date(2025, 2, 1), status=BillStatus.ASSENTED, assent_date=date(2026, 1, 1))
    to_come = bill(44, 1, date(2031, 6, 1))
    assert named(store, [over, to_come, bill(43, 2, date(2031, 2, 1))]) == [f"PL 71, {TITLE}"]


def test_a_bill_named_by_its_title_raises_no_doubt(store: Store) -> None:
    both = [bill(43, 1, date(2030, 2, 1)), bill(43, 2, date(2031, 2, 1))]
    assert named(store, both, passage="la loi sur les loyers") == [f"PL 71, {TITLE}"]


def test_members_are_called_by_name_and_namesakes_told_in_doubt(store: Store) -> None:
    with store.session() as session:
        document = add_document(session)
        for number, riding in (("1", "Laval"), ("2", "Alma")):
            session.add(Member(parliament="qc", number=number, name="Roy, Ana", riding=riding,
                               first_seen_at=NOW, seen_at=NOW))  # fmt: skip
        for kind, target, others in (("person", "1", ["2"]), ("committee", "CRC", [])):
            session.add(Naming(document_id=document.id, kind=kind, target=target, others=others,
                               passage="Ana Roy préside", start=0, end=1))  # fmt: skip
    with store.reading() as session:
        (view,) = recent_documents(session, NOW - timedelta(days=1))
    assert [called(one) for one in view.named] == [
        "Commission des relations avec les citoyens",
        "Ana Roy (Laval) ou Ana Roy (Alma)",
    ]
    assert view.named[0] == NamedView(
        "committee", "Commission des relations avec les citoyens", "Ana Roy préside"
    )


def test_a_story_says_once_what_its_documents_name(store: Store) -> None:
    with store.session() as session:
        documents = [add_document(session) for _ in range(2)]
        for document in documents:
            add_reading(session, document, ["logement"])
            session.add(Naming(document_id=document.id, kind="ministry", target="famille",
                               passage="", start=0, end=1))  # fmt: skip
        add_story(session, documents)
    with store.reading() as session:
        since, until, register = (
            NOW - timedelta(days=1),
            NOW + timedelta(days=1),
            {"gazette": make_source()},
        )
        (story,) = stories_between(session, since, until, register, named=True)
        (bare,) = stories_between(session, since, until, register)
    assert [called(one) for one in story.named] == ["ministère de la Famille"]
    assert not bare.named


def test_the_page_has_a_way_to_what_is_to_be_judged(store: Store) -> None:
    page = create_app(store, {}, {}, lambda: NOW).test_client()
    assert '<a href="/a-relire">À relire</a>' in page.get("/").get_data(as_text=True)
