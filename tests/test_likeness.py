"""Two news are compared by what they tell, and by how they say it."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import likeness
from pipeline.board import Board, stories
from pipeline.likeness import SAME_EVENT, News, Usual, alike, copied, stem, words
from tests.news import DAY, NOON

TITLE = "Les loyers montent encore de 6 % à Montréal"
TEXT = (
    "Les loyers ont monté de 6 % en un an dans la région de Montréal, selon les chiffres que la "
    "Régie du bâtiment a rendus publics jeudi matin, et les familles en souffrent. La ministre "
    "promet de répondre d'ici la fin du mois aux groupes de locataires qui demandent un gel."
)
USUAL = Usual.of(
    ["La ministre et les familles", "La ville et la ministre", "Les familles de la ville"]
)


def news(title: str = TITLE, text: str = "", **values: object) -> News:
    facts = {"id": 1, "source": "devoir", "house": values.get("source", "devoir"), "moment": NOON}
    return News(title=title, text=text, usual=USUAL, **(facts | values))  # type: ignore[arg-type]


def far(one: News, other: News) -> bool:
    return alike(one, other) < SAME_EVENT


@pytest.mark.parametrize(
    "other",
    [
        "LES LOYERS MONTENT ENCORE DE 6 % À MONTRÉAL",
        "Les loyers montent encore de 6\u00a0% à Montréal | La Presse",
        "Logement | Les loyers montent encore de 6 % à Montréal",
        "« Les loyers montent encore de 6 % à Montréal »",
    ],
)
def test_a_title_is_the_same_whatever_stands_beside_it(other: str) -> None:
    assert news(other).headline == news().headline


def test_a_short_title_says_too_little() -> None:
    assert news("Budget du Québec").headline is None
    assert news("Le budget du Québec 2026").headline is not None


def test_words_are_plain_and_numbers_whole() -> None:
    assert words("L'École a reçu 1 200 000 $ de l’État") == ["ecole", "recu", "1200000", "etat"]


def test_the_forms_of_a_word_meet_in_both_languages() -> None:
    assert stem("hopitaux") == stem("hopital")
    assert stem("daycares") == stem("garderies") == stem("garderie")


def test_a_usual_word_weighs_less_than_a_rare_one() -> None:
    weights = news("La ministre visite un phare").weights
    assert weights[stem("phare")] > weights[stem("ministre")]


def test_a_name_weighs_as_one_thing() -> None:
    whole, apart = news("Aurélie Tremblay Gagnon parle"), news("aurélie tremblay gagnon parle")
    assert whole.weights["parle"] > apart.weights["parle"]


def test_the_same_event_in_other_words_is_alike() -> None:
    one = news(
        "Québec met fin aux garderies de nuit", "La ministre Roy ferme les garderies de nuit."
    )
    other = news("Quebec ends night daycares", "Minister Roy closes them.", source="gazette")
    assert not far(one, other)


def test_days_apart_make_two_events_of_one_subject() -> None:
    one = news("Grève des autobus à Québec", source="soleil")
    other = "Nouvelle grève des autobus à Québec"
    assert not far(one, news(other, moment=NOON + timedelta(hours=3)))
    assert far(one, news(other, moment=NOON + 5 * DAY))


def test_naming_other_days_makes_two_events() -> None:
    """Both came out on a Friday; one tells of Thursday, the other of Tuesday."""
    thursday = news("Un incendie a lieu à Lévis", "Jeudi, une grange a brûlé.")
    tuesday = news("Un incendie a lieu à Lévis cette semaine", "Mardi, un hangar a brûlé.")
    same = news("Un incendie a lieu à Lévis cette semaine", "Jeudi, un hangar a brûlé.")
    assert alike(thursday, tuesday) < alike(thursday, same)


def test_a_weekday_is_the_last_one_or_one_that_comes_soon() -> None:
    days = news("Lundi, hier et dimanche", "").days
    assert sorted(day.isoformat() for day in days) == ["2026-11-16", "2026-11-19", "2026-11-22"]


@pytest.mark.parametrize(
    "other",
    [
        f"MONTRÉAL — {TEXT}",
        f"QUÉBEC, le 20 nov. 2026 /CNW/ - {TEXT}",
        f"{TEXT} Dans la région, personne n'avait réagi.",
        TEXT.partition(". ")[2],
        TEXT.replace("'", "’"),
    ],
)
def test_a_text_is_the_same_whatever_was_cut_or_added(other: str) -> None:
    assert copied(news(text=TEXT), news("Tout autre titre", other, source="presse"))


def test_a_text_of_ones_own_is_no_copy_even_under_the_same_title() -> None:
    own = "À Montréal, se loger coûte 6 % de plus qu'il y a un an, révèle un rapport de la Régie."
    assert not copied(news(text=TEXT), news(text=own, source="presse"))


def test_a_few_words_in_common_are_no_copy() -> None:
    assert not copied(
        news(text="Lire la suite sur notre site"), news(text="Lire la suite sur notre site")
    )


def test_what_a_source_says_of_itself_every_time_is_no_copy() -> None:
    assert not copied(news(text=TEXT), news("Une garderie ferme ce matin", TEXT))


def test_traits_of_a_cut_text_are_among_those_of_the_whole() -> None:
    whole, cut = news(text=TEXT), news("Tout autre titre", TEXT.partition(". ")[2], source="presse")
    assert whole.traits & cut.traits


def test_a_board_gives_the_first_of_those_copied() -> None:
    board = Board()
    later = news(text=TEXT, id=2, moment=NOON + DAY, source="presse")
    first = news("Le logement coûte cher", TEXT, id=3, source="devoir")
    board.put(later)
    board.put(first)
    match = board.match(news("Se loger", TEXT, id=4, moment=NOON + 2 * DAY, source="soleil"))
    assert match.copies == first


def test_a_trait_that_everybody_has_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.board.COMMON", 2)
    board = Board()
    for number in range(3):
        board.put(news(f"Les loyers montent {number}", id=number))
    assert board.match(news("Les loyers montent", id=9)).like is None


def test_recorded_news_are_grouped_in_the_order_of_their_dates_whatever_that_of_the_file() -> None:
    cases: list[dict[str, Any]] = [
        {"id": "b", "source": "presse", "title": TITLE, "text": TEXT, "published": "2026-11-20"},
        {
            "id": "c",
            "source": "soleil",
            "title": "Un phare à vendre",
            "text": "",
            "published": None,
        },
        {"id": "a", "source": "devoir", "title": TITLE, "text": TEXT, "published": "2026-11-19"},
    ]
    assert list(stories(cases, USUAL)) == [
        {"id": "b", "story": "a", "copy_of": "a"},
        {"id": "c", "story": "c", "copy_of": None},
        {"id": "a", "story": "a", "copy_of": None},
    ]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("strikes", "grève"),
        ("flights", "vols"),
        ("cancelled", "annulé"),
        ("closing", "fermeture"),
        ("injuries", "blessés"),
        ("wildfires", "incendie"),
        ("Germany", "allemande"),
    ],
)
def test_a_word_meets_its_other_language_whatever_its_form(english: str, french: str) -> None:
    assert stem(*words(english)) == stem(*words(french))


def test_a_word_stands_for_one_thing_only() -> None:
    same = tomllib.loads(Path(likeness.__file__).with_suffix(".toml").read_text("utf-8"))["same"]
    told = [word for key, said in same.items() for word in [key, *said.split()]]
    assert [word for word, times in Counter(told).items() if times > 1] == []
    assert [word for word in told if words(word) != [word]] == []
