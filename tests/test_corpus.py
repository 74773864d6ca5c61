"""The corpus of labelled texts is clean, and the model in the tree was born of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.errors import CorpusError
from classifiers.examples import BUNDLED, FIELDS, LabelledText, fingerprint, read_examples
from classifiers.likeness import near_duplicates
from classifiers.text import words
from classifiers.themes import read_themes
from classifiers.train import CONFIG, DATA, TRAINED

THEMES = read_themes()
KINDS = {"bill", "consultation", "mandate", "petition", "regulation", "release", "news", "other"}
LINE = {
    "id": "a-1",
    "lang": "fr",
    "kind": "news",
    "title": "Une place en CPE",
    "text": "",
    "themes": ["services-educatifs"],
    "proximity": "direct",
}


def test_each_line_has_its_fields_and_no_other() -> None:
    for file in BUNDLED.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert json.loads(line).keys() == FIELDS, line


def test_no_text_and_no_id_stands_twice() -> None:
    examples = read_examples(BUNDLED, THEMES)
    titles = Counter(" ".join(words(e.title).forms) for e in examples)
    ids = Counter(e.id for e in examples)
    assert [t for t, n in (titles + ids).items() if n > 1] == []


def test_languages_kinds_and_titles_are_known() -> None:
    for example in read_examples(BUNDLED, THEMES):
        assert example.lang in ("fr", "en"), example.id
        assert example.kind in KINDS, example.id
        assert example.title, example.id


def test_no_two_texts_say_nearly_the_same() -> None:
    assert [(a.id, b.id) for a, b in near_duplicates(read_examples(BUNDLED, THEMES))] == []


def test_a_text_said_twice_with_a_word_changed_is_noticed() -> None:
    title = "Le ministre annonce mille places en garderie dans la région de Québec cet automne"
    first = LabelledText("a", "fr", "news", title, "", frozenset(), "none")
    again = replace(first, id="b", title=title.replace("automne", "hiver"))
    other = replace(first, id="c", title="Le ministre annonce des places")
    assert list(near_duplicates([first, other, again])) == [(first, again)]


def test_every_theme_has_texts_and_a_third_has_none() -> None:
    examples = read_examples(BUNDLED, THEMES)
    counts = Counter(theme for e in examples for theme in e.themes)
    assert len(examples) >= 4000
    assert min(counts[theme] for theme in THEMES) >= 150
    assert sum(not e.themes for e in examples) >= 1500


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"themes": ["lojement"]}, "no such theme"),
        ({"proximity": "near"}, "proximity"),
        ({"proximity": "none"}, "has no theme"),
        ({"title": None}, "words"),
        ({"themes": None}, "a list"),
    ],
)
def test_a_wrong_line_is_refused_by_name(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(LINE | change), encoding="utf-8")
    with pytest.raises(CorpusError, match=f"a.jsonl:1.*{said}"):
        read_examples(path, THEMES)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a-1"}'])
def test_a_line_that_is_no_labelled_text_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.jsonl:1"):
        read_examples(path, THEMES)


def test_a_corpus_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nothing"):
        read_examples(tmp_path / "nothing.jsonl", THEMES)


def test_the_trained_model_was_born_of_the_corpus_in_the_tree() -> None:
    birth = json.loads((TRAINED / "birth.json").read_text(encoding="utf-8"))
    assert birth["data"] == fingerprint(BUNDLED, *DATA, CONFIG), "run `vigie train`"


def test_the_trained_model_is_small_enough_to_keep_in_the_tree() -> None:
    assert sum(p.stat().st_size for p in TRAINED.rglob("*") if p.is_file()) <= 20_000_000
