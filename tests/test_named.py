"""Committees, ministries, partners and members are found where a text names them, only there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.mentions import link
from pipeline.model import Member, Naming
from pipeline.names import People, find_names, once, shown
from pipeline.spoken import named_as_lines, session_on
from pipeline.titled import Titled, find_titled
from tests.news import NOON, read

PEOPLE = People.of([("17", "Bélanger-Roy, Zoé"), ("3", "Côté, Jean"), ("8", "Côté, Jean")])


def targets(text: str) -> list[str]:
    return [one.target for one in once(find_names(text, PEOPLE))]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("La Commission des relations avec les citoyens siège.", "CRC"),
        ("LA COMMISSION DES RELATIONS AVEC LES CITOYENS", "CRC"),
        ("la commission de la culture et de l’éducation", "CCE"),
        ("The Committee on Citizen Relations met.", "CRC"),
        ("Auditions publiques à la CRC mardi", "CRC"),
        ("L'étude du PL 9 reprend en commission (CET).", "CET"),
        ("Le Comité permanent des finances (FINA) attend des mémoires.", "FINA"),
        ("L'AQCPE salue l'annonce", "Association québécoise des centres de la petite enfance"),
        ("Marie\u2011Vincent lance une campagne", "Marie-Vincent"),
        ("la halte de La Maison Bleue", "La Maison Bleue"),
        ("le ministère de la Famille répond", "famille"),
        ("La députée Zoé Bélanger-Roy demande un débat", "17"),
        ("La commission parlementaire des relations avec les citoyens", "CRC"),
        ("the health and social services committee", "CSSS"),
        ("HUMA heard from unions on Bill C-35", "HUMA"),
        ("FINA resumed its pre-budget hearings", "FINA"),
        ("l'étude revient à la commission (CCÉ)", "CCE"),
        ("l'aqcpe se tait", "Association québécoise des centres de la petite enfance"),
        ("Espace Muni ouvre ses portes", "Espace MUNI"),
        ("La directrice de Marie-Vincent, Ève Roy", "Marie-Vincent"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, target: str) -> None:
    assert targets(text) == [target]


@pytest.mark.parametrize(
    "text",
    [
        "Une maison bleue de la rue Marie-Anne a brûlé",
        "Un accident rue Marie-Vincent",
        "Le Maroc gagne à la CAN après une étude de vidéo",
        "Le centre de santé et de services sociaux (CSSS) tient une consultation",
        "La Commission des droits de la personne enquête",
        "La championne nage aux mondiaux de la FINA",
        "Mettre le cap sur la Gaspésie",
        "La CET donnera l'heure",
        "Le ministère de l'Éducation nationale, à Paris",
        "Un M. Jean Côtéville",
        "Le comité des mondiaux de natation salue la FINA",
        "Alima Diallo attend une place; Alima, 4 ans, aussi",
        "Marie-Vincent Tremblay et Mme Marie-Vincent",
        "Un espace muni de jeux",
        "La commission des institutions démocratiques, à Paris",
    ],
)
def test_the_same_words_in_another_sense_name_nobody(text: str) -> None:
    assert targets(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Les Commissions de la culture et de l'éducation et des institutions siègent.",
        "La Commission de la culture et de l'éducation, et non celle des institutions",
    ],
)
def test_a_committee_is_told_by_what_it_is_about_after_another(text: str) -> None:
    assert targets(text) == ["CCE", "CI"]


def test_what_a_committee_is_about_names_none_by_itself() -> None:
    assert targets("Les forces et des institutions, et celles des institutions") == []


def test_of_names_within_one_another_the_longest_is_meant() -> None:
    partner = "Commission de la santé et des services sociaux des Premières Nations du Québec"
    (found,) = find_names(f"La {partner} et du Labrador a témoigné.")
    assert (found.kind, found.target[:10]) == ("partner", "Commission")


def test_namesakes_are_kept_together() -> None:
    (found,) = find_names("Jean Côté s'est levé.", PEOPLE)
    assert (found.target, found.others) == ("3", ("8",))


def test_what_is_found_stands_where_it_is_written() -> None:
    text = "Selon l’AQCPE, c’est l’été"
    (found,) = find_names(text)
    assert text[found.start : found.end] == "AQCPE"


def test_a_target_is_shown_by_its_first_name() -> None:
    assert shown("committee", "CRC") == "Commission des relations avec les citoyens"
    assert shown("person", "17") == "17"


@pytest.mark.parametrize(
    ("day", "session"),
    [
        (date(2025, 9, 10), (43, 1)),
        (date(2025, 9, 20), (43, 1)),
        (date(2025, 9, 30), (43, 2)),
        (date(1990, 1, 1), None),
    ],
)
def test_a_day_belongs_to_the_session_begun_last(day: date, session: object) -> None:
    assert session_on("qc", day) == session


def test_a_passage_tells_its_session_or_its_day_does() -> None:
    cases: list[dict[str, Any]] = [
        {"id": "a", "text": "Le PL 9 (42e législature, 1re session)", "date": "2025-11-01"},
        {"id": "b", "text": "Le PL 9 et Bill C-4", "date": "2025-11-01"},
        {"id": "c", "text": "Le PL 9", "date": None},
        {"id": "d", "text": "PL 9, 1re session de la 42e législature", "date": None},
        {"id": "e", "text": "Bill 9, First Session, Forty-second Legislature", "date": None},
    ]
    found = {
        line["id"]: [(b["legislature"], b["session"], b["number"]) for b in line["bills"]]
        for line in named_as_lines(cases)
    }
    assert found == {
        "a": [(42, 1, "9")],
        "b": [(43, 2, "9"), (45, 1, "C-4")],
        "c": [(None, None, "9")],
        "d": [(42, 1, "9")],
        "e": [(42, 1, "9")],
    }


def test_what_a_document_names_is_kept_once_with_its_passage(store: Store) -> None:
    with store.session() as session:
        seen = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(
            Member(parliament="qc", number="17", name="Roy, Zoé", first_seen_at=seen, seen_at=seen)
        )
        session.add(read("Zoé Roy répond à l'AQCPE", summary="L'AQCPE attend."))
    for _ in range(2):
        link(store, NOON)
    with store.reading() as session:
        rows = session.scalars(select(Naming).order_by(Naming.start)).all()
        assert [(row.kind, row.target) for row in rows] == [
            ("person", "17"),
            ("partner", "Association québécoise des centres de la petite enfance"),
        ]
        assert "Zoé Roy répond" in rows[0].passage


BILLS = [
    Titled.of(1, "Loi visant à simplifier le régime d'assistance sociale", date(2024, 9, 11), None),
    Titled.of(2, "Loi sur la protection des marais salés", date(2024, 9, 11), date(2024, 12, 1)),
    Titled.of(3, "Loi modifiant la Loi sur la protection des phares", date(2024, 9, 11), None),
]


def meant(text: str, day: date = date(2024, 10, 1)) -> list[int]:
    return [one.bill_id for one in find_titled(text, BILLS, day)]


@pytest.mark.parametrize(
    ("text", "bills"),
    [
        ("Le projet de loi sur l'assistance sociale sera étudié mardi", [1]),
        ("Un projet de loi visant à simplifier le régime d’assistance", [1]),
        ("le projet de loi concernant la protection des marais et celui des ports", [2]),
        ("le projet de loi sur la protection des forêts", []),
        ("le projet de loi sur l'assistance aux naufragés", []),
        ("la loi sur l'assistance sociale", []),
        ("Le projet de loi a été adopté; l'assistance sociale suivra", []),
    ],
)
def test_a_bill_is_named_by_the_first_words_of_its_subject(text: str, bills: list[int]) -> None:
    assert meant(text) == bills


def test_a_bill_is_named_only_while_it_lives() -> None:
    text = "le projet de loi sur la protection des marais"
    assert meant(text, date(2024, 9, 10)) == []
    assert meant(text, date(2025, 3, 1)) == []
