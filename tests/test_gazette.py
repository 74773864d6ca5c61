"""The notice of a draft regulation: who asks what, and until which day, from the words of a PDF."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.gazette import Draft, drafts_in, mended

HEAD = "GAZETTE OFFICIELLE DU QUÉBEC, 18 novembre 2026, 158e année, no 46"
NOTICE = """Projet de règlement
Loi sur un exemple
(chapitre E-12.001, a. 4)
Exemples à donner
— Modification
Avis est donné par les présentes que le projet de règlement sur les exemples, dont le texte suit,
pourra être édicté à l'expiration d'un délai de 45 jours à compter de la présente publication.
Des renseignements additionnels peuvent être obtenus de Dominique Exemple, ministère des Exemples,
courriel : d.exemple@exemples.example.qc.ca.
Toute personne intéressée ayant des commentaires à formuler est priée de les faire parvenir par
écrit, avant l'expiration de ce délai, à la ministre des Exemples.
La ministre des Exemples,
DOMINIQUE EXEMPLE
Règlement sur les exemples
1. Toute personne peut, dans un délai de 10 jours suivant sa publication, commenter un exemple.
"""
PUBLISHED = date(2026, 11, 18)


def draft(text: str, published: date | None = PUBLISHED) -> Draft:
    (found,) = drafts_in(text, published)
    return found


def test_a_notice_says_who_asks_what_and_how_to_answer() -> None:
    found = draft(NOTICE)
    assert found.title == "Règlement sur les exemples"
    assert found.law == "Loi sur un exemple (chapitre E-12.001)"
    assert found.held_by == "ministère des Exemples"
    assert found.contacts == ("d.exemple@exemples.example.qc.ca",)
    assert "commenter un exemple" not in found.text


@pytest.mark.parametrize(
    ("before", "after", "last", "sure"),
    [
        ("45 jours", "45 jours", date(2027, 1, 2), True),
        ("45 jours", "20 jours", date(2026, 12, 8), True),
        ("45 jours", "soixante jours", date(2027, 1, 17), True),
        ("d'un délai de 45 jours", "du délai prévu", date(2027, 1, 2), False),
        ("délai de 45 jours", "dél ai de 60 j ours", date(2027, 1, 17), True),
        ("des commentaires", "des comment aires", date(2027, 1, 2), True),
        (
            "avant l'expiration de ce délai",
            "avant l expi ration de\nce délai",
            date(2027, 1, 2),
            True,
        ),
    ],
)
def test_the_last_day_is_counted_from_the_publication(
    before: str, after: str, last: date, sure: bool
) -> None:
    assert before in NOTICE
    (deadline,) = draft(NOTICE.replace(before, after)).deadlines
    assert (deadline.kind, deadline.date, deadline.sure) == ("comment", last, sure)
    assert deadline.sentence.startswith("Toute personne intéressée ayant des commentaires")


def test_a_delay_of_the_regulation_itself_is_not_that_of_its_notice() -> None:
    body = NOTICE.replace("45 jours à compter de la présente publication", "trois lunes")
    assert [one.date for one in draft(body).deadlines] == [date(2027, 1, 2)]


def test_the_day_printed_on_its_pages_goes_before_the_one_that_is_told() -> None:
    assert draft(f"{HEAD}\n{NOTICE}", date(2026, 1, 7)).published == PUBLISHED
    cut = HEAD.replace("OFFICIELLE", "OFFICI ELLE").replace("novembre", "novem bre")
    assert draft(f"{cut}\n{NOTICE}", None).published == PUBLISHED


def test_nothing_is_counted_without_a_day_of_publication() -> None:
    assert draft(NOTICE, None).deadlines == ()


def test_the_end_of_another_notice_is_left() -> None:
    tail = NOTICE[NOTICE.index("Des renseignements") :].replace("Exemples", "Restes")
    (found,) = drafts_in(tail + NOTICE, PUBLISHED)
    assert "Restes" not in found.text
    assert found.held_by == "ministère des Exemples"


def test_two_notices_in_a_file_are_two() -> None:
    other = NOTICE.replace("sur les exemples", "sur les modèles")
    titles = [one.title for one in drafts_in(NOTICE + other, PUBLISHED)]
    assert titles == ["Règlement sur les exemples", "Règlement sur les modèles"]


def test_a_notice_without_its_head_or_its_signature_is_read() -> None:
    headless = NOTICE.partition("— Modification\n")[2].replace("La ministre des Exemples,\n", "")
    assert draft(headless).title == "Règlement sur les exemples"
    assert draft(headless).law == ""
    assert [one.date for one in draft(headless).deadlines] == [date(2027, 1, 2)]


def test_its_subject_is_its_title_where_the_act_is_not_named() -> None:
    body = NOTICE.replace("le projet de règlement sur les exemples, dont", "la modification dont")
    assert draft(body).title == "Exemples à donner — Modification"


def test_the_one_who_signs_answers_where_no_ministry_is_named() -> None:
    body = NOTICE.replace("ministère des Exemples", "au bureau 4")
    assert draft(body).held_by == "ministre des Exemples"
    assert draft(body.replace("ministre", "patronne")).held_by == ""
    office = NOTICE.replace("ministère des Exemples", "Office des professions du Québec")
    assert draft(office).held_by == "Office des professions du Québec"


def test_other_words_are_no_notice() -> None:
    assert drafts_in("Décret 1499-2026 concernant un exemple", PUBLISHED) == []
    assert drafts_in("Projet de règlement\nLoi sur un exemple\n1. Il entre en vigueur.") == []


def test_words_are_mended_as_they_were_printed() -> None:
    assert mended("la sous-\nministre, le minist ère") == "la sous-ministre, le ministère"
    assert mended("règle-\nments ofﬁciels d entreprise") == "règlements officiels d'entreprise"
    assert mended("le projet de Rè glement") == "le projet de Règlement"
    assert mended("mais jours-là, n o 46") == "mais jours-là, n o 46"
