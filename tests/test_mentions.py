"""Bills are found in what is written, and told from their namesakes by the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.mentions import Candidate, find_bills, link, passage, resolve
from pipeline.model import Bill, BillStage, Document, Mention, OpenMention
from tests.news import DAY, NOON, read


def bill(
    number: str,
    session: int = 2,
    tabled: str = "2026-03-01",
    parliament: str = "qc",
    legislature: int = 43,
    **values: object,
) -> Bill:
    """Give a bill tabled that day ("" when it is not known)."""
    stages = [BillStage(position=0, label="Présentation", dates=[tabled], first_seen_at=NOON)]
    return Bill(
        parliament=parliament,
        legislature=legislature,
        session=session,
        number=number,
        title=f"Loi {number}",
        first_seen_at=NOON,
        stages=stages if tabled else [],
        **values,
    )


def mentions(store: Store) -> list[tuple[str, int, str]]:
    """Give who names what: the document's title, the bill's session, its number."""
    query = (
        select(Document.title, Bill.session, Bill.number)
        .join(Mention, Mention.document_id == Document.id)
        .join(Bill, Mention.bill_id == Bill.id)
        .order_by(Document.id, Mention.start)
    )
    with store.reading() as session:
        return [(title, number, name) for title, number, name in session.execute(query)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Le projet de loi no 71 est adopté.", ["71"]),
        ("Le projet de loi n° 71, puis", ["71"]),
        ("le projet de loi nº\u00a071", ["71"]),
        ("le projet de loi n o 71", ["71"]),
        ("le projet de loi numéro 71", ["71"]),
        ("PROJET DE LOI N° 71", ["71"]),
        ("le PL 71, le PL-71, le PL71 et le P.L. 71", ["71", "71", "71", "71"]),
        ("Bill 71 and Bill C-35", ["71", "C-35"]),
        ("le projet de loi C‑35, le projet de loi C 35", ["C-35", "C-35"]),
        ("Les PL 94 et 95 seront appelés.", ["94", "95"]),
        ("projets de loi nos 94, 95 et 96", ["94", "95", "96"]),
        ("les projets de loi C-48 et C-69", ["C-48", "C-69"]),
        ("le projet de loi S-242", ["S-242"]),
        ("un amendement au p.l. 94, le pl 94", ["94", "94"]),
        ("#PL71 et #Bill96", ["71", "96"]),
        ("Le texte (projet de loi no57) rassure", ["57"]),
        ("le projet de loi d'intérêt privé n° 203", ["203"]),
        ("le projet de loi fédéral C-11", ["C-11"]),
        ("le projet de loi de la ministre (le n° 95) revient", ["95"]),
        ("Deux projets de loi, le 56 et le 58, attendent", ["56", "58"]),
        ("PROJET DE LOI Nos 15 ET 16, ou encore 18", ["15", "16", "18"]),
        ("le projet de loi “15”, le projet de loi « n° 9 »", ["15", "9"]),
        ("Les PL 69, 71, puis 73", ["69", "71", "73"]),
        ("les projets de loi 83 et 84, ainsi que le projet de loi 85", ["83", "84", "85"]),
        ("C-35 passed third reading; Bill S-12 follows", ["C-35", "S-12"]),
        ("Le projet de loi C-59 et, demain, C-69", ["C-59", "C-69"]),
    ],
)
def test_a_bill_is_found_however_it_is_written(text: str, numbers: list[str]) -> None:
    assert [one.number for one in find_bills(text)] == numbers


@pytest.mark.parametrize(
    "text",
    [
        "La loi 21, la loi n° 20 et la loi de 71 sur l'assurance maladie",
        "Un PL 71 millions",
        "le projet de loi 71 000",
        "Le projet de loi 12 articles plus loin",
        "le projet de loi 2026",
        "PL 5,5 %",
        "Bill, 46, paid his hydro bill 95 days late",
        "Le projet de loi sur les loyers, à 95 %",
        "SIMPL 71",
        "Bill 14 enables partnerships in British Columbia.",
        "L'Ontario adopte le projet de loi 60.",
        "Florida's House Bill 3 and a Senate Bill 152 ban phones, say Quebec papers",
        "Québec regarde le projet de loi 60 de l'Ontario.",
        "En Ontario, le projet de loi 166 est adopté; au Québec, rien de tel.",
        "Alberta's controversial Bill 20 drew criticism from Quebec unions.",
        "La loi 5 ontarienne, issue du projet de loi 5",
        "Projet de loi n° 12/2031, Assemblée nationale du Sénégal",
        "Le projet de loi n° 43.20 est étudié",
        "Le projet de loi sera lu dans la salle C-204, près de l'annexe S-3",
        "Le C-130 a survolé Bagotville",
    ],
)
def test_a_number_that_is_no_bill_of_ours_is_left(text: str) -> None:
    assert find_bills(text) == []


def test_a_number_that_only_follows_is_taken_when_several_bills_are_announced() -> None:
    assert [one.number for one in find_bills("le projet de loi 94 et 95 élus")] == ["94"]
    assert [one.number for one in find_bills("le PL 94 et 3 autres")] == ["94"]


def test_a_day_after_a_bill_is_no_other_bill() -> None:
    assert [one.number for one in find_bills("Le PL 94, le 12 mai, puis 3 députées")] == ["94"]


@pytest.mark.parametrize(
    "text",
    [
        "Comme l'Ontario, le Québec étudie le projet de loi 71.",
        "Comme l'Ontario, on veut un cadre : le projet de loi 71 du Québec le donne.",
        "Québec tranche. Le projet de loi 71 va plus loin qu'en Ontario.",
        "L'Alberta attend, le Québec aussi. Le PL 71 est bloqué.",
    ],
)
def test_another_province_beside_quebec_hides_nothing(text: str) -> None:
    assert [one.number for one in find_bills(text)] == ["71"]


def test_offsets_point_into_the_text_as_it_was_written() -> None:
    text = "Le projet de loi nº\u00a071 – et le projet de loi C‑35"
    assert [text[one.start : one.end] for one in find_bills(text)] == [
        "projet de loi nº\u00a071",
        "projet de loi C‑35",
    ]


def test_of_namesakes_the_one_of_the_newest_session_begun_is_meant() -> None:
    old = Candidate(1, (43, 1), date(2023, 2, 1))
    new = Candidate(2, (43, 2), date(2025, 11, 1))
    assert resolve([old, new], date(2025, 11, 1)) == new
    assert resolve([old, new], date(2025, 10, 31)) == old
    assert resolve([old, new], date(2023, 1, 31)) is None
    assert resolve([], date(2025, 11, 1)) is None


def test_a_bill_whose_first_day_is_unknown_may_be_meant() -> None:
    undated = Candidate(2, (43, 2), None)
    assert resolve([undated, Candidate(1, (43, 1), None)], date(2020, 1, 1)) == undated


def test_a_passage_is_two_lines_cut_between_words() -> None:
    text = "un mot " * 40 + "le PL 71 " + "un mot " * 40
    start = text.index("PL 71")
    words = passage(text, start, start + 5)
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert f" {words[2:-2]} " in text
    assert 150 < len(words) < 200
    assert passage("Le\nPL 71.", 3, 8) == "Le PL 71."


def test_a_document_is_linked_to_the_bill_it_names_with_its_passage(store: Store) -> None:
    with store.session() as session:
        session.add_all([bill("71"), bill("71", session=1, tabled="2024-02-01")])
        session.add(read("Le loyer", summary="Le projet de loi no 71 est étudié."))
        session.add(read("PL 71", NOON - 800 * DAY))
    assert link(store, NOON) == 2
    assert mentions(store) == [("Le loyer", 2, "71"), ("PL 71", 1, "71")]
    with store.reading() as session:
        row = session.scalars(select(Mention).order_by(Mention.id)).first()
        assert row is not None
        assert row.passage == "Le loyer Le projet de loi no 71 est étudié."
        assert "Le loyer\nLe projet de loi no 71 est étudié."[row.start : row.end] == (
            "projet de loi no 71"
        )


def test_a_letter_means_ottawa_and_a_bare_number_means_quebec(store: Store) -> None:
    with store.session() as session:
        session.add_all([bill("35"), bill("C-35", 1, parliament="ca", legislature=45)])
        session.add_all([read("Le projet de loi C-35"), read("Le projet de loi 35")])
    link(store, NOON)
    assert mentions(store) == [
        ("Le projet de loi C-35", 1, "C-35"),
        ("Le projet de loi 35", 2, "35"),
    ]


def test_a_bill_named_twice_is_one_mention_and_its_own_page_none(store: Store) -> None:
    with store.session() as session:
        own = bill("71")
        session.add(own)
        session.add(read("Le PL 71 et encore le PL 71"))
        session.add(read("Projet de loi 71", bill=own))
    link(store, NOON)
    assert mentions(store) == [("Le PL 71 et encore le PL 71", 2, "71")]


def test_linking_again_comes_to_the_same(store: Store) -> None:
    with store.session() as session:
        session.add_all([bill("71"), read("Le PL 71")])
    link(store, NOON)
    assert link(store, NOON) == 1
    assert mentions(store) == [("Le PL 71", 2, "71")]


def test_a_bill_named_by_its_subject_is_linked(store: Store) -> None:
    with store.session() as session:
        named = bill("71")
        named.title = "Loi visant à simplifier le régime d'assistance sociale"
        session.add(named)
        session.add(read("Le projet de loi sur l'assistance sociale revient"))
        session.add(read("Le projet de loi sur l'assistance sociale, jadis", NOON - 800 * DAY))
    link(store, NOON)
    assert mentions(store) == [("Le projet de loi sur l'assistance sociale revient", 2, "71")]


def set_counted(store: Store) -> None:
    with store.session() as session:
        for document in session.scalars(select(Document)):
            document.day = NOON.date()


def test_a_bill_named_before_it_is_known_is_linked_once_it_is(store: Store) -> None:
    with store.session() as session:
        session.add(read("Le PL 12 est déposé"))
    link(store, NOON)
    set_counted(store)
    assert link(store, NOON) == 0
    with store.session() as session:
        session.add(bill("12", tabled="2026-11-20"))
    assert link(store, NOON + DAY) == 1
    assert mentions(store) == [("Le PL 12 est déposé", 2, "12")]
    set_counted(store)
    assert link(store, NOON + DAY) == 0


def test_a_new_bill_takes_the_mentions_that_went_to_its_former_namesake(store: Store) -> None:
    with store.session() as session:
        session.add_all([bill("12", session=1, tabled="2024-02-01"), bill("1", session=2)])
        session.add(read("Le PL 12 est déposé"))
    link(store, NOON)
    assert mentions(store) == [("Le PL 12 est déposé", 1, "12")]
    set_counted(store)
    with store.session() as session:
        session.add(bill("12", tabled="2026-11-20"))
    link(store, NOON + DAY)
    assert mentions(store) == [("Le PL 12 est déposé", 2, "12")]


def test_a_reinscribed_bill_lives_in_its_later_session_too(store: Store) -> None:
    carried = [{"legislature": 43, "session": 3, "date": "2026-05-06"}]
    with store.session() as session:
        session.add(bill("94", session=1, tabled="2025-03-20", reinscribed=carried))
        session.add(bill("94", session=2, tabled="2025-12-01"))
        session.add(read("Le PL 94"))
    link(store, NOON)
    assert mentions(store) == [("Le PL 94", 1, "94")]
    with store.reading() as session:
        assert session.scalars(select(OpenMention)).all() == []


def test_a_document_waits_thirty_days_for_its_bill(store: Store) -> None:
    with store.session() as session:
        session.add(read("Le PL 12 est déposé"))
    link(store, NOON)
    set_counted(store)
    link(store, NOON + timedelta(days=31))
    with store.session() as session:
        assert session.scalars(select(OpenMention)).all() == []
        session.add(bill("12"))
    assert link(store, NOON + timedelta(days=31)) == 0
