"""What happened to a bill, told in one sentence, in correct French."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.history import EventKind
from pipeline.queries import BillName, PastView
from pipeline.queries.history import committee_code
from pipeline.recount import sentence, session_name
from pipeline.words import ordinal
from tests.factories import NOW

QC = BillName(1, "qc", 43, 2, "12", "Loi sur les places en CPE.", "https://qc.test/12")
CA = BillName(2, "ca", 44, 1, "C-35", "Loi sur la garde", "https://ca.test/c-35")


def step(code: str, **told: Any) -> dict[str, Any]:
    return {"step": code, "label": code, "chamber": "", "committee": ""} | told


def since(code: str, days: int, **told: Any) -> dict[str, Any]:
    return {"since": step(code, **told) | {"days": days}}


COMMONS = step("passage", chamber="commons")
DETAILS: dict[str, list[tuple[BillName, dict[str, Any], str, str]]] = {
    "tabled": [
        (
            QC,
            step("introduction"),
            "Le PL 12 est présenté à l'Assemblée nationale.",
            "Bill 12 is introduced in the National Assembly.",
        )
    ],
    "stage": [
        (
            QC,
            step("committee", committee="CRC") | since("passage-in-principle", 4),
            "Le PL 12 passe à l'étude détaillée en commission (CRC), 4 jours après l'adoption du"
            " principe.",
            "Bill 12 goes to clause-by-clause consideration in committee (CRC), 4 days after"
            " passage in principle.",
        ),
        (
            QC,
            step("consultation-report") | since("consultation", 1),
            "Le PL 12 passe au dépôt du rapport sur les consultations, un jour après les"
            " consultations.",
            "Bill 12 goes to the report on the consultations, one day after consultations.",
        ),
        (
            QC,
            step("", label="Motion de scission") | since("report", 0),
            "Le PL 12 passe à l'étape « Motion de scission », le même jour que le dépôt du rapport"
            " de la commission.",
            'Bill 12 goes to the stage "Motion de scission", the same day as the tabling of the'
            " committee report.",
        ),
        (
            CA,
            step("introduction", chamber="senate") | since("passage", 1, chamber="commons"),
            "Le projet de loi fédéral C-35 passe en première lecture au Sénat, un jour après la"
            " troisième lecture à la Chambre des communes.",
            "Federal Bill C-35 goes to first reading in the Senate, one day after third reading in"
            " the House of Commons.",
        ),
    ],
    "sitting": [
        (
            QC,
            step("consultation", committee="CSSS") | {"turn": 2, "since": {"days": 12}},
            "Le PL 12 revient aux consultations (CSSS) pour une 2e séance, 12 jours après la"
            " précédente.",
            "Bill 12 is back at consultations (CSSS) for a 2nd sitting, 12 days after the previous"
            " one.",
        )
    ],
    "vote": [
        (
            QC,
            step("passage") | {"for": 103, "against": 2, "abstain": 1},
            "Le PL 12 est mis aux voix à l'adoption : 103 pour, 2 contre, 1 abstention.",
            "Bill 12 is put to a vote at passage: 103 for, 2 against, 1 abstention.",
        ),
        (
            QC,
            {"title": "Motion de clôture", "for": 70, "against": 30, "abstain": 0},
            "Le PL 12 est mis aux voix (« Motion de clôture ») : 70 pour, 30 contre, aucune"
            " abstention.",
            'Bill 12 is put to a vote ("Motion de clôture"): 70 for, 30 against, no abstention.',
        ),
        (
            CA,
            COMMONS | {"for": 1, "against": 1, "abstain": 3},
            "Le projet de loi fédéral C-35 est mis aux voix en troisième lecture à la Chambre des"
            " communes : 1 pour, 1 contre, 3 abstentions.",
            "Federal Bill C-35 is put to a vote at third reading in the House of Commons: 1 for,"
            " 1 against, 3 abstentions.",
        ),
    ],
    "amended": [
        (
            QC,
            step("report"),
            "Le PL 12 est amendé au dépôt du rapport de la commission.",
            "Bill 12 is amended at the tabling of the committee report.",
        )
    ],
    "committee": [
        (
            QC,
            step("consultation", committee="CRC"),
            "Le PL 12 est confié à une commission (CRC).",
            "Bill 12 is given to a committee (CRC).",
        )
    ],
    "author": [
        (
            QC,
            {"before": "Drainville, Bernard", "after": "LeBel, Sonia"},
            "Le PL 12 change d'auteur : Sonia LeBel succède à Bernard Drainville.",
            "Bill 12 has a new sponsor: Sonia LeBel succeeds Bernard Drainville.",
        )
    ],
    "title": [
        (
            QC,
            {"before": "Loi A", "after": "Loi B, modifiée"},
            "Le PL 12 change de titre : « Loi A » devient « Loi B, modifiée ».",
            'Bill 12 has a new title: "Loi A" becomes "Loi B, modifiée".',
        )
    ],
    "reinscribed": [
        (
            QC,
            {"place": [43, 2]} | since("committee", 118),
            "Le PL 12 est réinscrit au feuilleton de la 2e session de la 43e législature, 118 jours"
            " après l'étude détaillée en commission.",
            "Bill 12 is placed again on the Order Paper, in the 2nd session of the 43rd"
            " Legislature, 118 days after clause-by-clause consideration in committee.",
        ),
        (
            CA,
            {"place": [44, 2], "since": None},
            "Le projet de loi fédéral C-35 est rétabli à la 2e session de la 44e législature.",
            "Federal Bill C-35 is reinstated in the 2nd session of the 44th Parliament.",
        ),
    ],
    "retabled": [
        (
            QC,
            {"number": "217", "place": [43, 1], "status": "died", "died_on": "2025-09-10"},
            "Le PL 12 reprend le PL 217 de la 1re session de la 43e législature, mort au feuilleton"
            " le 10 septembre 2025.",
            "Bill 12 takes up Bill 217 of the 1st session of the 43rd Legislature, which died on"
            " the Order Paper on September 10, 2025.",
        ),
        (
            CA,
            {"number": "C-1", "place": [43, 1], "status": "withdrawn", "died_on": None},
            "Le projet de loi fédéral C-35 reprend le projet de loi fédéral C-1 de la 1re session"
            " de la 43e législature, retiré.",
            "Federal Bill C-35 takes up Federal Bill C-1 of the 1st session of the 43rd Parliament,"
            " which was withdrawn.",
        ),
    ],
    "assented": [
        (
            QC,
            {"chapter": "2025, chapitre 29"} | since("passage", 0),
            "Le PL 12 est sanctionné (2025, chapitre 29), le même jour que l'adoption.",
            "Bill 12 is assented to (2025, chapitre 29), the same day as passage.",
        ),
        (
            CA,
            {"chapter": None} | since("passage", 103, chamber="senate"),
            "Le projet de loi fédéral C-35 reçoit la sanction royale, 103 jours après la troisième"
            " lecture au Sénat.",
            "Federal Bill C-35 receives royal assent, 103 days after third reading in the Senate.",
        ),
    ],
    "defeated": [
        (
            QC,
            step("passage-in-principle"),
            "Le PL 12 est rejeté à l'adoption du principe.",
            "Bill 12 is defeated at passage in principle.",
        ),
        (QC, {}, "Le PL 12 est rejeté.", "Bill 12 is defeated."),
    ],
    "withdrawn": [(QC, {}, "Le PL 12 est retiré.", "Bill 12 is withdrawn.")],
    "died": [
        (
            QC,
            {"place": [43, 3]} | since("passage-in-principle", 96),
            "Le PL 12 meurt au feuilleton à la fin de la 3e session de la 43e législature, 96 jours"
            " après l'adoption du principe.",
            "Bill 12 dies on the Order Paper at the end of the 3rd session of the 43rd Legislature,"
            " 96 days after passage in principle.",
        )
    ],
}
CASES = [(kind, *case) for kind, cases in DETAILS.items() for case in cases]


def event(kind: str, bill: BillName, detail: dict[str, Any]) -> PastView:
    return PastView(bill, kind, date(2031, 3, 3), NOW, detail)


def test_everything_that_may_happen_is_told_here() -> None:
    assert set(DETAILS) == set(EventKind)


@pytest.mark.parametrize(("kind", "bill", "detail", "french", "english"), CASES)
def test_what_happened_is_one_sentence(
    kind: str, bill: BillName, detail: dict[str, Any], french: str, english: str
) -> None:
    told = event(kind, bill, detail)
    assert sentence(told).replace("\u00a0", " ") == french
    assert sentence(told, "en") == english


@pytest.mark.parametrize("kind", EventKind)
def test_a_sentence_alone_names_the_bill_by_its_title(kind: str) -> None:
    bill, detail, *_ = DETAILS[kind][0]
    told = sentence(event(kind, bill, detail), titled=True).replace("\u00a0", " ")
    assert told.startswith("Le projet de loi n° 12, Loi sur les places en CPE, ")


def test_french_type_keeps_its_marks_with_their_words() -> None:
    bill, detail, *_ = DETAILS["title"][0]
    assert "titre\u00a0: «\u00a0Loi A\u00a0» devient" in sentence(event("title", bill, detail))


@pytest.mark.parametrize(
    ("n", "french", "english"),
    [(1, "1re", "1st"), (2, "2e", "2nd"), (11, "11e", "11th"), (42, "42e", "42nd")],
)
def test_a_rank_is_printed_in_its_language(n: int, french: str, english: str) -> None:
    assert (ordinal(n), ordinal(n, "en")) == (french, english)
    assert session_name("qc", (43, n)).startswith(f"{french} session")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Commission des relations avec les citoyens", "CRC"),
        ("Commission de la santé et des services sociaux", "CSSS"),
        ("Commission de la culture et de l’éducation", "CCE"),
        ("Commission de l'économie et du travail", "CET"),
        (
            "Commission de l’agriculture, des pêcheries, de l’énergie et des ressources naturelles",
            "CAPERN",
        ),
        ("Commission des institutions", "CI"),
        ("Commission spéciale sur les écrans", "Commission spéciale sur les écrans"),
    ],
)
def test_a_sectoral_committee_is_called_by_its_code(name: str, code: str) -> None:
    assert committee_code(name) == code
