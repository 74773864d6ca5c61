"""The rules of themes: phrases that decide, suggest or forbid."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from classifiers.errors import RulesError, ThemesError
from classifiers.rules import RuleMatcher, read_rules
from classifiers.text import words
from classifiers.themes import BUNDLED, read_themes

THEMES = read_themes()
RULE = """
[lists]
ici = ["Québec"]

[[rule]]
name = "loyers"
decide = ["logement"]
fr = ["hausse de loyer"]
also = ["@ici", "locataire"]
unless = ["Berlin"]
"""


def names(text: str, rules: Path, lead: int = 1000) -> list[str]:
    vocab = spacy.blank("xx").vocab
    doc = Doc(vocab, words=words(text).forms)
    return [hit.rule.name for hit in RuleMatcher(read_rules(THEMES, rules), vocab).read(doc, lead)]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULE, encoding="utf-8")
    return path


def test_the_bundled_rules_know_every_theme_of_the_platform() -> None:
    named = {theme for rule in read_rules(THEMES).rules for theme in rule.named}
    assert named == set(THEMES)


def test_the_fifteen_themes_stand_on_four_axes() -> None:
    assert len(THEMES) == 15
    assert len({theme.axis.id for theme in THEMES.values()}) == 4


@pytest.mark.parametrize(
    "text",
    [
        "Hausse de loyer au Québec",
        "HAUSSES DE LOYER au Quebec",
        "Hausses de loyers : au\u00a0Québec",
        "Des locataires contre une hausse\u00a0de\u00a0loyer",
    ],
)
def test_a_phrase_is_found_however_it_is_printed(text: str, rules: Path) -> None:
    assert names(text, rules) == ["loyers"]


@pytest.mark.parametrize("role", ["decide", "suggest", "hint", "veto", "doubt"])
def test_each_role_of_a_rule_takes_themes(role: str, rules: Path) -> None:
    rules.write_text(RULE.replace("decide", role), encoding="utf-8")
    (rule,) = read_rules(THEMES, rules).rules
    assert getattr(rule, role) == ("logement",)


def test_a_rule_waits_for_one_of_the_phrases_that_must_stand_beside(rules: Path) -> None:
    assert names("Hausse de loyer", rules) == []


def test_rules_and_lists_borrow_the_words_of_families(rules: Path) -> None:
    families = {"hausses": ["hausse de loyer", "rent hike"], "villes": ["Montréal", "Laval"]}
    text = RULE.replace('"hausse de loyer"', '"~hausses"').replace("ici = [", 'ici = ["~villes", ')
    rules.write_text(text, encoding="utf-8")
    book = read_rules(THEMES, rules, families)
    assert book.rules[0].fr == ("hausse de loyer", "rent hike")
    assert book.lists["ici"][:2] == ("Montréal", "Laval")


def test_a_rule_gives_way_to_a_phrase_of_its_unless(rules: Path) -> None:
    assert names("Hausse de loyer au Québec et à Berlin", rules) == []


def test_an_unless_far_down_the_text_does_not_count(rules: Path) -> None:
    assert names("Hausse de loyer au Québec et à Berlin", rules, lead=5) == ["loyers"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("logement", "lojement"), "no such theme"),
        (("@ici", "@ailleurs"), "no such list"),
        (("hausse de loyer", "-"), "nothing to look for"),
        (("hausse de loyer", "@ici"), "also and unless only"),
        (("hausse de loyer", "~loyers d'ailleurs"), "no such family"),
        (('fr = ["hausse de loyer"]', ""), "phrases are needed"),
        (("decide", "decides"), "unknown setting"),
        (("[[rule]]", "[[rule"), "rules.toml"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(change: tuple[str, str], said: str, rules: Path) -> None:
    rules.write_text(RULE.replace(*change), encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        read_rules(THEMES, rules)


def test_two_rules_of_the_same_name_are_refused(rules: Path) -> None:
    rules.write_text(RULE + RULE[RULE.index("[[rule]]") :], encoding="utf-8")
    with pytest.raises(RulesError, match="two rules"):
        read_rules(THEMES, rules)


@pytest.mark.parametrize(
    "change",
    [
        ('axis = "services"', 'axis = "nowhere"'),
        ('covers = "loyers', 'coverz = "loyers'),
        ("[axes.ensemble]", "[axes.ensemble"),
    ],
)
def test_a_wrong_theme_is_refused_by_name(change: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "themes.toml"
    path.write_text(BUNDLED.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ThemesError, match=r"themes\.toml"):
        read_themes(path)


def test_themes_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ThemesError, match=r"nothing\.toml"):
        read_themes(tmp_path / "nothing.toml")
