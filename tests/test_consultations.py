"""A consultation in the store: told by a list, its notice and its mandate; days that move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.export import rows
from pipeline.model import Consultation, ConsultationChange, Document, Revision
from spiders.items import (
    BillRef,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Item,
    Kind,
    MandateFacts,
    MemberFacts,
    PetitionFacts,
)
from tests.factories import NOW, bring, make_item

WORK = "https://www.assnat.qc.ca/fr/travaux-parlementaires"
NOTICE = f"{WORK}/consultations/consultation-3187-20310220.html"
MANDATE = f"{WORK}/mandats/Mandat-54352/index.html"
TITLE = "Consultation générale sur le projet de loi n° 15, Loi sur les comptines"
BILL = BillRef("15", 44, 2)


def make_notice(deadline: date | None = date(2031, 3, 24), **stated: Any) -> Item:
    told = () if deadline is None else (Deadline(DeadlineKind.BRIEF, deadline, "Au plus tard…"),)
    usual: dict[str, Any] = {
        "committee": "Commission des institutions",
        "bill": BILL,
        "mandate_url": MANDATE,
        "opens": date(2031, 2, 20),
        "brief_deadline": deadline,
        "hearings": (date(2031, 4, 8),),
        "deadlines": told,
    }
    facts = ConsultationFacts(TITLE, NOTICE, ConsultationKind.GENERAL, **(usual | stated))
    return make_item(kind=Kind.CONSULTATION, url=NOTICE, title=TITLE, facts=facts)


def make_mandate(*hearings: date, url: str = MANDATE, **stated: Any) -> Item:
    told = ConsultationFacts(
        TITLE, url, ConsultationKind.SPECIAL, mandate_url=MANDATE, hearings=hearings, **stated
    )
    facts = MandateFacts("54352", TITLE, MANDATE, consultation=told)
    return make_item(kind=Kind.MANDATE, url=MANDATE, title=TITLE, facts=facts)


def kept(store: Store) -> list[dict[str, Any]]:
    with store.reading() as session:
        return list(rows(session, "consultations"))


def moves(session: Session) -> list[tuple[str, date, date]]:
    told = session.scalars(select(ConsultationChange).order_by(ConsultationChange.id))
    return [(one.kind, one.before, one.after) for one in told]


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def test_a_consultation_has_the_fields_that_were_promised(store: Store) -> None:
    with store.session() as session:
        bring(session, make_notice())
    assert kept(store) == [
        {
            "parliament": "qc",
            "committee": "Commission des institutions",
            "held_by": "",
            "kind": "general",
            "title": TITLE,
            "bill": {"number": "15", "legislature": 44, "session": 2},
            "mandate_url": MANDATE,
            "opens": "2031-02-20",
            "brief_deadline": "2031-03-24",
            "hearings": ["2031-04-08"],
            "deadlines": [
                {"kind": "brief", "date": "2031-03-24", "sentence": "Au plus tard…", "sure": True}
            ],
            "signatures": None,
            "status": "open",
            "url": NOTICE,
        }
    ]


def test_a_deadline_that_moves_keeps_its_history(store: Store) -> None:
    with store.session() as session:
        bring(session, make_notice())
        bring(session, make_notice(), at=later(1))
        bring(session, make_notice(date(2031, 3, 31)), at=later(2))
        assert moves(session) == [("brief", date(2031, 3, 24), date(2031, 3, 31))]
        assert session.scalar(select(ConsultationChange.changed_at)) == later(2)
    assert kept(store)[0]["brief_deadline"] == "2031-03-31"


def test_a_notice_that_says_no_more_day_erases_none(store: Store) -> None:
    with store.session() as session:
        bring(session, make_notice())
        bring(session, make_notice(None, hearings=(), opens=None), at=later(1))
        assert moves(session) == []
    (row,) = kept(store)
    assert (row["brief_deadline"], row["opens"]) == ("2031-03-24", "2031-02-20")


def test_the_notice_and_the_mandate_tell_of_one_consultation(store: Store) -> None:
    hearings = (date(2031, 4, 8), date(2031, 4, 9))
    with store.session() as session:
        bring(session, [make_notice(), make_mandate(*hearings, url=NOTICE)])
        bring(session, [make_notice(), make_mandate(*hearings)], at=later(1))
        assert moves(session) == []
    (row,) = kept(store)
    assert (row["kind"], row["url"]) == ("general", NOTICE)
    assert row["hearings"] == ["2031-04-08", "2031-04-09"]


def test_what_a_list_and_a_mandate_named_apart_becomes_one(store: Store) -> None:
    listed = make_notice(None, complete=False, mandate_url="", hearings=(), bill=None)
    with store.session() as session:
        bring(session, [listed, make_mandate(date(2031, 4, 9))])
        assert session.scalar(select(func.count(Consultation.id))) == 2
        bring(session, make_notice(), at=later(1))
    (row,) = kept(store)
    assert (row["url"], row["mandate_url"]) == (NOTICE, MANDATE)


def test_a_bare_number_does_not_unsay_a_session(store: Store) -> None:
    with store.session() as session:
        bring(session, make_mandate(bill=BILL))
        bring(session, make_notice(bill=BillRef("15")), at=later(1))
    assert kept(store)[0]["bill"] == {"number": "15", "legislature": 44, "session": 2}


def test_a_consultation_by_invitation_is_its_mandate_and_ends_with_its_hearings(
    store: Store,
) -> None:
    with store.session() as session:
        bring(session, make_mandate(date(2031, 3, 3)))
    assert (kept(store)[0]["kind"], kept(store)[0]["status"]) == ("special", "open")
    with store.session() as session:
        bring(session, make_mandate(date(2031, 3, 3)), at=later(1))
    assert (kept(store)[0]["url"], kept(store)[0]["status"]) == (MANDATE, "closed")


def test_hearings_put_off_are_a_day_that_moved(store: Store) -> None:
    with store.session() as session:
        bring(session, make_mandate(date(2031, 3, 11)))
        bring(session, make_mandate(date(2031, 3, 18)), at=later(1))
        assert moves(session) == [("hearing", date(2031, 3, 11), date(2031, 3, 18))]


def test_who_asks_where_that_is_no_committee_is_kept_with_its_parliament(store: Store) -> None:
    asked = make_notice(committee="", held_by="Ministère des Finances", parliament="ca")
    with store.session() as session:
        bring(session, asked)
        bring(session, make_notice(committee="", parliament="ca"), at=later(1))
    (row,) = kept(store)
    assert (row["held_by"], row["parliament"]) == ("Ministère des Finances", "ca")


def make_petition(deadline: date, signatures: int, **stated: Any) -> Item:
    url = "https://www.assnat.qc.ca/fr/exprimez-votre-opinion/petition/Petition-11387/index.html"
    facts = PetitionFacts(
        "11387", "Des bacs à sable", url, "Ruel, Ode", None, deadline, signatures, **stated
    )
    return make_item(kind=Kind.PETITION, url=url, title=facts.title, facts=facts)


def test_a_petition_can_be_signed_until_its_deadline(store: Store) -> None:
    with store.session() as session:
        bring(session, make_petition(date(2031, 3, 4), 12))
    (row,) = kept(store)
    assert (row["kind"], row["held_by"], row["signatures"]) == ("petition", "Ruel, Ode", 12)
    assert (row["status"], row["brief_deadline"]) == ("open", None)
    assert [(one["kind"], one["date"]) for one in row["deadlines"]] == [("signature", "2031-03-04")]
    with store.session() as session:
        bring(session, make_petition(date(2031, 3, 11), 30), at=later(1))
        assert moves(session) == [("signature", date(2031, 3, 4), date(2031, 3, 11))]
        bring(session, make_petition(date(2031, 3, 11), 31), at=later(9))
    assert (kept(store)[0]["signatures"], kept(store)[0]["status"]) == (31, "closed")


def test_a_petition_that_says_that_it_is_over_is_closed_whatever_its_day(store: Store) -> None:
    with store.session() as session:
        bring(session, make_petition(date(2031, 3, 11), 30, open=False))
    assert kept(store)[0]["status"] == "closed"


def test_a_member_is_no_document(store: Store) -> None:
    member = make_item(facts=MemberFacts("11", "O'Brien, Sean", "Matane"))
    with store.session() as session:
        assert bring(session, member).new == 0
        assert session.scalar(select(func.count(Document.id))) == 0


def test_a_page_gives_the_text_that_its_list_lacks(store: Store) -> None:
    def petition(summary: str, signatures: int) -> Item:
        url = "https://www.assnat.qc.ca/fr/petition/Petition-1/index.html"
        facts = PetitionFacts("1", "Balançoires", url, signatures=signatures)
        day = None if summary else NOW
        return make_item(
            url=url, title="Balançoires", summary=summary, published_at=day, facts=facts
        )

    with store.session() as session:
        assert bring(session, [petition("", 3), petition("Nous demandons…", 3)]).new == 1
        assert session.scalar(select(Document.published_at)) == NOW
        again = replace(petition("", 4), title="Des balançoires")
        assert bring(session, again, at=later(1)).changed == 0
        assert session.scalar(select(Document.title)) == "Balançoires"
        assert session.scalar(select(Document.summary)) == "Nous demandons…"
        assert session.scalar(select(func.count(Revision.id))) == 0
