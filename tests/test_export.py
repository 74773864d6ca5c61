"""The store's tables as rows, for people and scripts outside."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.database import Store
from pipeline.errors import UnknownTableError
from pipeline.export import TABLES, rows
from pipeline.model import Alert, Digest, Momentum
from spiders.items import (
    BillKind,
    BillStatus,
    Issue,
    Link,
    Outcome,
    Person,
    Reinscription,
    Stage,
    StageFacts,
    Vote,
)
from tests.factories import NOW, add_document, add_story, bring, make_bill, make_facts, make_item

BILL = make_facts(
    complete=True,
    kind=BillKind.GOVERNMENT,
    status=BillStatus.ASSENTED,
    sponsors=(Person("Tremblay, Anne", "1234", "Ministre"),),
    stages=(
        StageFacts(
            Stage.PASSAGE_IN_PRINCIPLE,
            "Adoption du principe",
            (date(2031, 3, 1), date(2031, 3, 2)),
            votes=(Vote(70, 30, 1, date(2031, 3, 2)),),
            notes=("(Vote : Pour 70, Contre 30, Abstention 1)",),
        ),
        StageFacts(None, "Étape inconnue"),
    ),
    assent_date=date(2031, 3, 3),
    chapter="2031, chapitre 4",
    documents=(Link("Texte", "https://www.assnat.qc.ca/texte.pdf"),),
    reinscribed=(Reinscription(44, 2),),
)


def exported(store: Store, table: str) -> list[dict[str, Any]]:
    """Give the rows as a reader of the file would have them."""
    with store.reading() as session:
        read: list[dict[str, Any]] = json.loads(json.dumps(list(rows(session, table))))
        return read


def test_a_bill_has_the_fields_that_were_promised(store: Store) -> None:
    with store.session() as session:
        bring(session, make_bill(BILL))
    assert exported(store, "bills") == [
        {
            "parliament": "qc",
            "legislature": 44,
            "session": 1,
            "number": "94",
            "title": "Loi sur les services de garde",
            "kind": "government",
            "sponsors": [{"name": "Tremblay, Anne", "id": "1234"}],
            "stages": [
                {
                    "stage": "passage-in-principle",
                    "label": "Adoption du principe",
                    "dates": ["2031-03-01", "2031-03-02"],
                    "votes": [{"for": 70, "against": 30, "abstain": 1, "date": "2031-03-02"}],
                },
                {"stage": None, "label": "Étape inconnue", "dates": [], "votes": []},
            ],
            "status": "assented",
            "assent_date": "2031-03-03",
            "chapter": "2031, chapitre 4",
            "url": BILL.url,
            "documents": [{"title": "Texte", "url": "https://www.assnat.qc.ca/texte.pdf"}],
        }
    ]


def test_a_visit_has_the_fields_that_were_promised_and_says_its_troubles(store: Store) -> None:
    trouble = Issue("not-found", "https://gazette.example/a", "404")
    with store.session() as session:
        bring(session, make_item(), outcome=Outcome.UNREACHABLE, issues=(trouble,))
    (visit,) = exported(store, "visits")
    (said,) = visit.pop("issues")
    assert visit == {
        "source": "gazette",
        "started_at": "2031-03-03T14:29:00+00:00",
        "finished_at": "2031-03-03T14:30:00+00:00",
        "outcome": "unreachable",
        "items": 1,
        "new": 1,
    }
    assert said.startswith("https://gazette.example/a")
    assert "page introuvable" in said


def test_an_alert_has_the_fields_that_were_promised(store: Store) -> None:
    with store.session() as session:
        session.add(
            Alert(
                key="bill:1|stage|passage",
                kind="stage",
                level="act",
                subject="Projet de loi n° 94",
                reason="Adoption",
                themes=["services-educatifs"],
                channel="#vigie",
                message={"title": "Adoption du projet de loi n° 94", "sections": []},
                created_at=NOW,
                due_at=NOW,
            )
        )
    (alert,) = exported(store, "alerts")
    assert alert.pop("id")
    assert alert == {
        "kind": "stage",
        "level": "act",
        "subject": "Projet de loi n° 94",
        "reason": "Adoption",
        "themes": ["services-educatifs"],
        "channel": "#vigie",
        "created_at": "2031-03-03T14:30:00+00:00",
        "due_at": "2031-03-03T14:30:00+00:00",
        "sent_at": None,
        "attempts": 0,
        "message": {"title": "Adoption du projet de loi n° 94", "sections": []},
    }


def test_a_document_names_every_source_that_gave_it(store: Store) -> None:
    item = make_item("une", summary="Un résumé.")
    with store.session() as session:
        bring(session, item)
        bring(session, make_item("region", url=item.url))
    (document,) = exported(store, "documents")
    assert document["sources"] == ["region", "une"]
    assert (document["source"], document["url"], document["summary"]) == (
        "une",
        item.url,
        "Un résumé.",
    )
    assert datetime.fromisoformat(document["published_at"]) == item.published_at


def test_tags_stories_and_letters_are_given_whole(store: Store) -> None:
    with store.session() as session:
        document = add_document(session, themes=["logement", "transport-amenagement"])
        add_story(session, [document], "Loyers")
        session.add(
            Digest(
                week=date(2031, 3, 3),
                recipient="a@example.org",
                subject="Semaine du 3 mars",
                html="<p>…</p>",
                text="…",
                message_id="<1@vigie>",
                created_at=NOW,
            )
        )
        number = document.id
    tags = exported(store, "tags")
    assert [(tag["document_id"], tag["theme"]) for tag in tags] == [
        (number, "logement"),
        (number, "transport-amenagement"),
    ]
    assert tags[0]["reason"] == "« logement »"
    (story,) = exported(store, "stories")
    assert (story["title"], story["documents"]) == ("Loyers", [number])
    (digest,) = exported(store, "digests")
    assert (digest["week"], digest["sent_at"]) == ("2031-03-03", None)


def test_momentum_names_a_bill_by_its_key_not_by_our_number(store: Store) -> None:
    def measured(unit: str) -> Momentum:
        return Momentum(
            unit=unit, day=date(2031, 3, 3), window=2, observed=9, expected=3.0, ratio=3.0,
            surprise=2.0, outlets=4, state="rising", version="1",
        )  # fmt: skip

    with store.session() as session:
        bring(session, make_bill())
        session.add_all([measured("bill:1"), measured("logement")])
    units = [row["unit"] for row in exported(store, "momentum")]
    assert units == ["bill:qc/44-1/94", "logement"]


def test_an_unknown_table_is_told_before_anything_is_read(store: Store) -> None:
    with store.reading() as session, pytest.raises(UnknownTableError) as told:
        rows(session, "dossiers")
    assert "« dossiers »" in str(told.value)
    assert all(table in str(told.value) for table in TABLES)


def test_rows_are_read_while_they_are_taken(store: Store) -> None:
    with store.session() as session:
        for minutes in range(1200):
            add_document(session, detected_at=NOW + timedelta(minutes=minutes))
    batches = []

    def note(*arguments: Any) -> None:
        batches.extend(["batch"] if "FROM sighting" in arguments[2] else [])

    event.listen(store.engine, "before_cursor_execute", note)
    with store.reading() as session:
        taken = rows(session, "documents")
        assert next(taken)["detected_at"] == NOW.isoformat()
        assert len(batches) == 1
        assert sum(1 for _ in taken) == 1199
    assert len(batches) == 3
