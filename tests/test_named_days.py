"""The days that prose names: lists, periods, two languages, years printed or not."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.named_days import flat, named_days
from spiders.years import dated

NAMED = {
    "le 1er octobre 2031": "2031-10-01",
    "le lundi 1ᵉʳ juin 2031": "2031-06-01",
    "le premier\u00a0mars 2031": "2031-03-01",
    "mar. 4 nov. 2031": "2031-11-04",
    "Friday, 1 August 2031, at noon": "2031-08-01",
    "November 2nd, 2031": "2031-11-02",
    "the 5th of May 2031": "2031-05-05",
    "2031-03-05": "2031-03-05",
    "24/11/2031": "2031-11-24",
    "les 3, 4 et 5 mars 2031 à 19 h": "2031-03-03 2031-03-04 2031-03-05",
    "le mardi 4 et le mercredi 5 mars 2031": "2031-03-04 2031-03-05",
    "June 3, 4 and 5, 2031": "2031-06-03 2031-06-04 2031-06-05",
    "du 3 au 14 février 2031": "2031-02-03 →2031-02-14",
    "entre le 5 et le 20 mars 2031": "2031-03-05 →2031-03-20",
    "du 15 décembre au 15 janvier 2031": "2030-12-15 →2031-01-15",
    "from January 5 to 9, 2031": "2031-01-05 →2031-01-09",
    "May 3, 2031 – June 17, 2031": "2031-05-03 →2031-06-17",
    "2031-01-06 2031-04-06 88": "2031-01-06 →2031-04-06",
    "à la fin du mois de février 2032": "2032-02-29",
    "projet de loi no 86 9 mars 2031": "2031-03-09",
    "Loi n° 12, 3 mars 2031": "2031-03-03",
    "le 31 février 2031": "None",
    "chapitre S-4.1.1, 418 643-7239, 12 mars": "None",
    "le projet de loi no 12 - 3 mars 2031": "2031-03-03",
    "15 févr. 2031, Sept. 3, 2031": "2031-02-15 2031-09-03",
    "le 30 avril et le 1er mai 2031": "2031-04-30 2031-05-01",
    "les 22, 23 et 28 janvier et du 4 au 6 février 2031": (
        "2031-01-22 2031-01-23 2031-01-28 2031-02-04 →2031-02-06"
    ),
    "3 février 2031 | 14 mars 2031": "2031-02-03 →2031-03-14",
    "01/09/2031 → 30/09/2031": "2031-09-01 →2031-09-30",
    "jusqu'au 5 mars 2031; les réponses, à la même date": "2031-03-05 2031-03-05",
    "à la même date": "",
    "aujourd'hui, jeudi 14 mars 2031": "2031-03-14",
}


@pytest.mark.parametrize(("words", "days"), NAMED.items())
def test_days_are_named_in_many_ways(words: str, days: str) -> None:
    found = named_days(flat(words))
    told = [("→" if day.joint == "range" else "") + str(dated(day, (), None)[0]) for day in found]
    assert " ".join(told) == days


def test_days_in_figures_are_read_in_the_order_of_the_language() -> None:
    (french,), (english,) = (named_days("03/04/2031", lang) for lang in ("fr", "en"))
    assert dated(french, (), None) == (date(2031, 4, 3), False)
    assert dated(english, (), None) == (date(2031, 3, 4), False)


def test_a_flat_text_keeps_its_length() -> None:
    text = "É\u00a0ﬁ İ œ ½ ’ \u200b e\u0301\n"
    assert len(flat(text)) == len(text)
