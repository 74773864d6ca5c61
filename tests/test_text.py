"""French made comparable, offsets kept."""

from __future__ import annotations

import sys

import pytest

from classifiers.text import fold, guess_language, words


def forms(text: str) -> list[str]:
    return words(text).forms


def test_folding_never_changes_the_length_of_any_character() -> None:
    assert all(len(fold(chr(code))) == 1 for code in range(sys.maxunicode + 1))


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("l’accès", "l'acces"),
        ("CPE\u00a0:", "cpe :"),
        ("tout‑petits", "tout-petits"),
        ("ÉDUCATRICES", "educatrices"),
        ("famille – travail", "famille - travail"),
    ],
)
def test_folding_brings_typography_case_and_accents_together(printed: str, typed: str) -> None:
    assert fold(printed) == typed


def test_a_word_says_where_it_stands_in_the_text_as_printed() -> None:
    text = "«\u00a0L’éveil\u00a0» à la lecture"
    found = {word.form: text[word.start : word.end] for word in words(text)}
    assert found["eveil"] == "éveil"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("garderie", "garderies"),
        ("hôpital", "hôpitaux"),
        ("tout-petit", "tout petits"),
        ("family", "families"),
        ("nouveau-né", "nouveau-nés"),
        ("travail social", "travaux sociaux"),
        ("enfant d’ici", "enfants d'ici"),
        ("child", "children"),
    ],
)
def test_singular_and_plural_have_the_same_form(one: str, many: str) -> None:
    assert forms(one) == forms(many)


def test_a_ligature_is_the_two_letters_that_people_type() -> None:
    assert forms("cœur") == forms("coeur")


def test_accents_written_apart_and_hidden_signs_do_not_cut_a_word() -> None:
    assert forms("e\u0301cole fami\u00adlle\u200b") == ["ecole", "famille"]


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x07", "\ufeff\u200b", "''--"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert not len(words(text))


@pytest.mark.parametrize(
    ("text", "declared", "lang"),
    [
        ("Des parents attendent une place depuis deux ans", None, "fr"),
        ("Parents have been waiting for a spot for two years", None, "en"),
        ("Parents have been waiting for a spot for two years", "fr", "en"),
        ("Budget 2026", "fr", "fr"),
        ("Budget 2026", "en", "en"),
        ("", "en", "en"),
        ("🙂 12 %", None, "fr"),
        ("Ligne inconnue du registre des sources", "de", "fr"),
    ],
)
def test_a_declared_language_holds_unless_the_words_speak_clearly(
    text: str, declared: str | None, lang: str
) -> None:
    assert guess_language(text, declared) == lang
