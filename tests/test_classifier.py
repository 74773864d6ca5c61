"""Text → Classification: rules and model together, and the lines of `vigie try classify`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from classifiers.charbow import weigh
from classifiers.errors import ModelError
from classifiers.evaluate import Said, compare, evaluate
from classifiers.examples import BUNDLED, LabelledText, read_examples
from classifiers.lines import classify_lines
from classifiers.model import (
    BUNDLED_MODEL,
    BUNDLED_RULES,
    Classification,
    Classifier,
    Text,
    prepare,
)
from classifiers.themes import read_themes
from classifiers.train import train

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
THEMES = list(read_themes())


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def read(classifier: Classifier, title: str, body: str = "") -> Classification:
    return next(classifier.read([Text(title, body, "fr")]))


def themes(reading: Classification) -> set[str]:
    return {tag.theme for tag in reading.tags}


@pytest.mark.parametrize(
    ("title", "expected", "proximity"),
    [
        ("Trente nouvelles places en CPE à Alma", {"services-educatifs"}, "direct"),
        ("Congé parental : le RQAP bonifié", {"conciliation"}, "direct"),
        ("Hausse des loyers : les locataires inquiets", {"logement"}, "indirect"),
        ("Food banks see record demand in Montreal", {"alimentation"}, "indirect"),
        ("Le Canadien gagne le match en prolongation", set(), "none"),
        ("France : une garderie ferme ses portes", set(), "none"),
        ("Un homme arrêté devant une garderie", set(), "none"),
        ("L’école publique manque d’enseignants", set(), "indirect"),
    ],
)
def test_themes_and_proximity_of_plain_cases(
    title: str, expected: set[str], proximity: str, classifier: Classifier
) -> None:
    reading = read(classifier, title)
    assert (themes(reading), reading.proximity) == (expected, proximity)


def test_a_rule_says_in_french_which_phrase_decided_and_where(classifier: Classifier) -> None:
    text = Text("Réforme", "Québec revoit l’accès aux services de garde éducatifs.", "fr")
    (tag,) = (t for t in next(classifier.read([text])).tags if t.theme == "services-educatifs")
    assert tag.origin == "rule"
    assert tag.score >= 0.9
    assert text.whole[tag.start : tag.end] == "services de garde éducatifs"
    assert tag.reason.startswith("«\u00a0services de garde éducatifs\u00a0» (règle")


def test_the_model_says_which_words_weighed_most(classifier: Classifier) -> None:
    readings = classifier.read(Text(e.title, e.text) for e in read_examples(BUNDLED, THEMES))
    by_model = [tag for r in readings for tag in r.tags if tag.origin == "model"]
    assert by_model
    assert all("mots qui ont pesé" in tag.reason for tag in by_model)


def test_what_the_words_weigh_sums_to_the_score(classifier: Classifier) -> None:
    doc = prepare(Text("Des parents de la garderie et des parents")).doc(classifier.nlp.vocab)
    pipe = classifier.nlp.get_pipe("textcat_multilabel")
    bias = pipe.model.layers[1].get_param("b")  # type: ignore[attr-defined]
    added = weigh(pipe.model, doc).sum(axis=0) + bias  # type: ignore[attr-defined]
    scores = list(classifier.nlp(doc).cats.values())
    assert np.allclose(1 / (1 + np.exp(-added)), scores, atol=1e-5)


def test_every_theme_has_a_score_and_tags_come_best_first(classifier: Classifier) -> None:
    reading = read(classifier, "Itinérance : des organismes communautaires à bout de souffle")
    scores = [tag.score for tag in reading.tags]
    assert list(reading.scores) == THEMES
    assert len(scores) >= 2
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in reading.scores.values())


def test_a_phrase_far_down_a_long_text_no_longer_decides(classifier: Classifier) -> None:
    filler = "Le conseil a siégé mardi soir et les élus ont parlé de la fibre optique. " * 10
    reading = read(classifier, "Séance du conseil", filler + "Il reste une garderie à nommer.")
    assert not any(tag.origin == "rule" for tag in reading.tags)


def test_a_veto_in_the_lead_gives_way_to_a_title_that_decides(classifier: Classifier) -> None:
    lead = "Un match de hockey amical clôturait la journée."
    assert themes(read(classifier, "Fin de la grève dans les CPE", lead)) == {"services-educatifs"}
    assert themes(read(classifier, "Une belle journée", "La garderie assistait au match.")) == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "🙂🙂🙂",
        "CPE" * 400_000,
        "a " * 500_000,
        "<p>&nbsp;</p>",
        "\ud800",
        "\u200b" * 99,
    ],
    ids=["empty", "control", "emoji", "one word", "1 MB", "html", "surrogate", "hidden"],
)
def test_hostile_texts_are_answered(text: str, classifier: Classifier) -> None:
    reading = read(classifier, text, text)
    assert reading.proximity in ("direct", "indirect", "none")
    assert len(reading.scores) == 15


def test_no_text_at_all_is_no_reading(classifier: Classifier) -> None:
    assert list(classifier.read([])) == []


def test_a_batch_reads_as_each_text_alone(classifier: Classifier) -> None:
    texts = [Text(e.title, e.text, e.lang) for e in read_examples(BUNDLED, THEMES)[:300]]
    alone = [next(classifier.read([text])) for text in texts[:20]]
    assert list(classifier.read(texts))[:20] == alone


def test_none_never_carries_a_theme(classifier: Classifier) -> None:
    for e in read_examples(BUNDLED, THEMES):
        reading = read(classifier, e.title, e.text)
        assert reading.proximity != "none" or not reading.tags, e.id


def test_the_version_changes_with_the_rules(classifier: Classifier, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(BUNDLED_RULES.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert Classifier.load().version == classifier.version
    assert Classifier.load(rules=rules).version != classifier.version


def test_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        Classifier.load(trained=tmp_path / "nowhere")


def test_a_model_of_other_themes_is_refused(tmp_path: Path) -> None:
    themes = tmp_path / "themes.toml"
    bundled = Path(read_themes.__code__.co_filename).with_name("themes.toml")
    text = bundled.read_text(encoding="utf-8")
    themes.write_text(
        text + '\n[themes.neuf]\naxis = "ensemble"\nfr = "n"\nen = "n"\ncovers = "n"\n',
        encoding="utf-8",
    )
    with pytest.raises(ModelError, match="other themes: neuf"):
        Classifier.load(themes=themes)


def test_the_model_loads_where_the_package_declares_no_entry_point() -> None:
    code = "import classifiers.charbow, spacy, sys; spacy.load(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(BUNDLED_MODEL)], check=True)


def test_the_themes_are_read_without_spacy() -> None:
    code = "import classifiers.themes, sys; sys.exit('spacy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_lines_are_answered_with_the_promised_fields(classifier: Classifier) -> None:
    line = {"id": 7, "kind": "news", "lang": None, "title": "Grève dans les CPE", "text": ""}
    (answer,) = classify_lines([json.dumps(line), "\n"], classifier)
    assert list(answer) == ["id", "proximity", "themes", "scores"]
    assert answer["id"] == 7
    assert answer["themes"][0].keys() == {"id", "score", "reason"}
    assert list(answer["scores"]) == THEMES


@pytest.mark.parametrize("line", ["{", "[]", '{"title": "t"}', '{"id": 1, "title": 2}'])
def test_a_line_that_cannot_be_read_is_named_and_the_others_answered(
    line: str, classifier: Classifier
) -> None:
    good = '{"id": "a", "title": "Grève dans les CPE"}'
    first, wrong, last = classify_lines([good, line, good], classifier)
    assert first == last
    assert wrong["line"] == 2
    assert wrong["error"]


def test_figures_count_what_is_right_wrong_and_missed() -> None:
    def labelled(proximity: str, *names: str) -> LabelledText:
        return LabelledText("i", "fr", "news", "t", "", frozenset(names), proximity)

    wanted = [labelled("direct", "logement"), labelled("direct", "logement"), labelled("none")]
    said = [
        Said(frozenset({"logement"}), "direct"),
        Said(frozenset(), "none"),
        Said(frozenset({"depistage"}), "indirect"),
    ]
    figures = compare(wanted, said, THEMES)
    assert figures.micro_f1 == 0.5
    assert figures.macro_f1 == pytest.approx(0.6667)
    assert (figures.flag_precision, figures.flag_recall, figures.direct_recall) == (0.5, 0.5, 0.5)
    assert figures.proximity_accuracy == pytest.approx(0.3333)


def test_the_bundled_model_keeps_its_figures(classifier: Classifier) -> None:
    birth = json.loads((BUNDLED_MODEL / "birth.json").read_text(encoding="utf-8"))
    unseen: Mapping[str, float] = birth["figures"]["rules and model"]
    assert unseen["micro_f1"] >= 0.65
    assert unseen["flag_precision"] >= 0.8
    assert unseen["direct_recall"] >= 0.85
    assert evaluate(classifier, read_examples(BUNDLED, THEMES)).micro_f1 >= unseen["micro_f1"]


def test_training_twice_on_the_same_texts_gives_the_same_model(tmp_path: Path) -> None:
    corpus = tmp_path / "few.jsonl"
    lines = (BUNDLED / "parents.jsonl").read_text(encoding="utf-8").splitlines()[::8]
    corpus.write_text("\n".join(lines), encoding="utf-8")
    config = tmp_path / "training.cfg"
    bundled = BUNDLED_MODEL.with_name("training.cfg").read_text(encoding="utf-8")
    config.write_text(
        bundled.replace("max_epochs = 25", "max_epochs = 1").replace("65536", "1024"),
        encoding="utf-8",
    )
    births = [
        train(tmp_path / name, now=NOW, corpus=corpus, config=config, seed=1)
        for name in ("one", "two")
    ]
    one, two = (Classifier.load(trained=tmp_path / name) for name in ("one", "two"))
    assert births[0] == births[1]
    assert one.version == two.version
