"""Every day that a text prints, with its sentence."""

from __future__ import annotations

import pytest

from spiders.named_days import days_in
from spiders.sentences import dated_sentences


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("les 20, 21 et 22 mai 2031", ["2031-05-20", "2031-05-21", "2031-05-22"]),
        ("du mardi 20 au jeudi 22 mai 2031", ["2031-05-20", "2031-05-22"]),
        ("du 29 décembre 2031 au 1er janvier 2032", ["2031-12-29", "2032-01-01"]),
        ("le 30\xa0avril et le 1er\xa0mai\xa02031", ["2031-04-30", "2031-05-01"]),
        ("May 20, 21 and June 3, 2031", ["2031-05-20", "2031-05-21", "2031-06-03"]),
        ("2031-03-04", ["2031-03-04"]),
        ("le 31 février 2031, puis le 4 août 2031", ["2031-08-04"]),
        ("le projet de loi n° 12, 3 mars 2031", ["2031-03-03"]),
        ("PL 11 - 12 juin 2031", ["2031-06-12"]),
        ("le 3 mars, à une date que l'on dira en 2031", []),
        ("12031-03-041", []),
    ],
)
def test_days_are_those_that_are_printed_in_full(words: str, days: list[str]) -> None:
    assert [str(day) for day in days_in(words)] == days


def test_a_day_comes_with_its_sentence_alone() -> None:
    told = "Mandat du 3 mars 2031. Auditions les 4 et 5 mars 2031\nAucune le 6 mars 2031"
    assert [(one.date.day, one.sentence) for one in dated_sentences(told)] == [
        (3, "Mandat du 3 mars 2031."),
        (4, "Auditions les 4 et 5 mars 2031"),
        (5, "Auditions les 4 et 5 mars 2031"),
        (6, "Aucune le 6 mars 2031"),
    ]
