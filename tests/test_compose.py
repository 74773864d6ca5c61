"""A decision in words: what happened, against what was expected, why us, what comes next."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from alerts.compose import Evidence, compose, grouped, measured
from alerts.message import Message
from alerts.rules import on_bill, on_closing, on_document, on_momentum
from alerts.words import LOCALE, Words
from tests.telling import (
    CHILDCARE,
    HOUSING,
    NOW,
    TODAY,
    bill,
    closing,
    document,
    events,
    measure,
    step,
    story,
)

THEMES = {
    "services-educatifs": "Services éducatifs à la petite enfance",
    "logement": "Logement abordable",
}
FR = Words("fr", THEMES, {"assnat": "Assemblée nationale"})
EN = Words("en", THEMES, {"assnat": "Assemblée nationale"})


def of_bill(words: Words = FR, evidence: Evidence | None = None) -> Message:
    reached = bill(step("introduction", TODAY), step("consultation", TODAY))
    decision = on_bill(events(reached), 3, NOW)
    assert decision
    named = story(bills=(reached.name,))
    measured = measure("bill:7", bill=reached.name)
    return compose(decision, evidence or Evidence([named] * 5, measured), words)


def of_theme(words: Words = FR) -> Message:
    states = ((TODAY, "surging"),)
    decision = on_momentum(measure(), states, NOW)
    assert decision
    return compose(decision, Evidence([story(themes=(HOUSING,))] * 5, measure()), words)


def test_the_end_of_a_session_names_what_died_of_ours_and_counts_the_rest() -> None:
    ours, other = bill(step("consultation", TODAY)), bill(proximity="indirect", themes=())
    decision = on_closing(closing(*[ours] * 18, *[other] * 84), NOW)
    assert decision
    message = compose(decision, Evidence(), FR)
    text = message.as_text().replace("\u00a0", " ")
    assert "Fin de la 1re session de la 43e législature – Assemblée nationale du Québec" in text
    assert "102 projets de loi sont morts au feuilleton avec la 1re session" in text
    assert "18 touchent la mission." in text
    assert text.count("Projet de loi n° 94, Loi sur les places en CPE") == 15
    assert "3 autres" in text


def test_a_bill_tabled_anew_names_the_dead_one_that_it_takes_up() -> None:
    former = replace(bill().name, number="217")
    decision = on_bill(events(replace(bill(step("introduction", TODAY)), ancestor=former)), 1, NOW)
    assert decision
    text = compose(decision, Evidence(), FR).as_text().replace("\u00a0", " ")
    assert "Reprend un projet de loi mort au feuilleton : Projet de loi n° 217, Loi sur" in text


def test_a_bill_is_named_by_its_number_and_title() -> None:
    message = of_bill()
    assert message.title == ("Consultations – Projet de loi n°\u00a094, Loi sur les places en CPE")
    assert message.url == "https://qc.test/94.html"


def test_a_message_about_a_bill_says_everything_that_is_asked_of_it() -> None:
    text = of_bill().as_text()
    for part in (
        "Étape consultation, le 11\u00a0mars 2031 (Assemblée nationale du Québec).",
        "Touche\u00a0: Services éducatifs à la petite enfance.",
        "Services éducatifs à la petite enfance – « places en CPE »",
        "Touche directement la petite enfance.",
        "Étape 2 sur 7\u00a0: consultations. Ensuite\u00a0: adoption du principe.",
        "Présenté par Roy, Anne",
        "×2,5\u00a0: 31 articles distincts de 14 médias en 4 jours, 12 attendus.",
        "Des places de plus en CPE – Le Devoir, La Presse, 1 autre, 10\u00a0mars 2031",
        "Vigie – à traiter",
        "vu mardi 11\u00a0mars 2031, 10\u00a0h\u00a030",
    ):
        assert part.replace("\u00a0", " ") in text.replace("\u00a0", " ")
    assert text.count("https://news.test/") == 3


def test_a_bill_of_which_nobody_speaks_is_told_with_that() -> None:
    assert "Aucun média suivi n’en parle encore." in of_bill(evidence=Evidence()).as_text()


def test_the_last_stage_has_none_after_it() -> None:
    decision = on_bill(events(bill(step("assent", TODAY))), 1, NOW)
    assert decision
    message = compose(decision, Evidence(), FR)
    assert "C’est la dernière étape." in message.as_text()
    assert message.title.startswith("Sanction – Projet de loi")


def test_a_theme_that_surges_is_told_with_its_numbers_and_stories() -> None:
    message = of_theme()
    assert message.title == "Logement abordable\u00a0: forte hausse"
    assert message.summary == (
        "×2,5\u00a0: 31 articles distincts de 14 médias en 4 jours, 12 attendus."
    )
    assert "Logement abordable – vocabulaire du thème : loyer, bail" in message.as_text()
    assert "Indice de surprise\u00a0: 90 sur 100" in message.footer


def test_a_consultation_is_told_with_its_page() -> None:
    decision = on_document(document(), NOW)
    assert decision
    message = compose(decision, Evidence(), FR)
    assert message.title == "Nouvelle consultation\u00a0: Consultation sur les services de garde"
    assert "Publié le 10\u00a0mars 2031 (Assemblée nationale)." in message.summary
    assert "Page officielle https://qc.test/consultation-11.html" in message.as_text()


def test_a_group_names_each_of_its_messages() -> None:
    message = grouped([of_bill(), of_theme()])
    assert message.title == "2 autres alertes"
    assert [line.text for line in message.sections[0].lines] == [of_bill().title, of_theme().title]


@pytest.mark.parametrize("message", [of_bill(), of_theme(EN), grouped([of_bill()])])
def test_a_message_survives_a_trip_through_json(message: Message) -> None:
    assert Message.from_json(json.loads(json.dumps(message.as_json()))) == message


def test_a_title_with_braces_or_marks_changes_no_phrase() -> None:
    decision = on_document(document(title="{0} {title} %s"), NOW)
    assert decision
    assert compose(decision, Evidence(), FR).title.endswith("{0} {title} %s")


def test_the_same_is_said_in_english() -> None:
    assert of_bill(EN).title.startswith("Consultations – Bill 94, ")
    assert "Stage 2 of 7: consultations. Next: passage in principle." in of_bill(EN).as_text()
    assert of_theme(EN).summary == (
        "×2.5: 31 distinct articles from 14 outlets in 4 days, 12 expected."
    )


def test_both_languages_have_the_same_phrases_with_the_same_gaps() -> None:
    french, english = (
        tomllib.loads((LOCALE / f"{lang}.toml").read_text(encoding="utf-8"))
        for lang in ("fr", "en")
    )
    assert list(french) == list(english)
    for name in french:
        assert gaps(french, name) == gaps(english, name), name


def gaps(table: Mapping[str, str | list[str]], name: str) -> list[set[str]]:
    phrases = table[name] if isinstance(table[name], list) else [table[name]]
    return [{part.partition("}")[0] for part in str(one).split("{")[1:]} for one in phrases]


def test_a_zero_is_singular_in_french_and_plural_in_english() -> None:
    assert (FR.count("outlets", 0), EN.count("outlets", 0)) == ("0 média", "0 outlets")
    assert (FR.count("outlets", 2), EN.count("outlets", 1)) == ("2 médias", "1 outlet")
    assert CHILDCARE.id in THEMES


def test_what_was_hardly_expected_is_not_said_to_be_none() -> None:
    rare = replace(measure(), expected=0.3)
    assert "moins d’un attendu" in measured(rare, FR).replace("'", "’")
