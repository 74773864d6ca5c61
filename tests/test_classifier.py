"""Text → Classification: rules and model together, and the lines of `vigie try classify`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from spacy.tokens import Doc

from classifiers.charbow import CUES, weigh
from classifiers.errors import ModelError, RulesError
from classifiers.evaluate import Said, compare, evaluate
from classifiers.examples import BUNDLED, LabelledText, read_examples
from classifiers.facets import BUNDLED as BUNDLED_FACETS
from classifiers.facets import read_facets
from classifiers.lines import classify_lines
from classifiers.model import (
    BUNDLED_MODEL,
    BUNDLED_RULES,
    Classification,
    Classifier,
    Text,
    prepare,
    with_cues,
)
from classifiers.passages import PASSAGE, READ, cut
from classifiers.report import report
from classifiers.themes import read_themes
from classifiers.train import apart, guard_set, train

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
THEMES = list(read_themes())
Lesson: TypeAlias = partial[Mapping[str, Any]]


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
    text = Text("Réforme", "Québec revoit les congés parentaux dès janvier.", "fr")
    (tag,) = (t for t in next(classifier.read([text])).tags if t.theme == "conciliation")
    assert tag.origin == "rule"
    assert tag.score >= 0.9
    assert text.whole[tag.start : tag.end] == "congés parentaux"
    assert tag.reason.startswith("«\u00a0congés parentaux\u00a0» (règle")


def test_a_rule_that_suggests_is_told_beside_the_words_that_weighed(classifier: Classifier) -> None:
    text = Text("Réforme", "Québec revoit l’accès aux services de garde éducatifs.", "fr")
    (tag,) = (t for t in next(classifier.read([text])).tags if t.theme == "services-educatifs")
    assert tag.origin == "model"
    assert tag.reason.startswith("«\u00a0services de garde éducatifs\u00a0» (indice")
    assert "mots qui ont pesé" in tag.reason


def test_the_model_says_which_words_weighed_most(classifier: Classifier) -> None:
    readings = classifier.read(Text(e.title, e.text) for e in read_examples(BUNDLED, THEMES))
    by_model = [tag for r in readings for tag in r.tags if tag.origin == "model"]
    assert by_model
    assert all("mots qui ont pesé" in tag.reason for tag in by_model)


def test_what_the_words_weigh_sums_to_the_score(classifier: Classifier) -> None:
    (reading,) = prepare(Text("Des parents de la garderie et des parents"))
    doc = reading.doc(classifier.nlp.vocab)
    hits = classifier.matcher.read(doc, reading.lead)
    with_cues(doc, reading, hits, classifier.families)
    pipe = classifier.nlp.get_pipe("textcat_multilabel")
    bias = pipe.model.layers[1].get_param("b")  # type: ignore[attr-defined]
    other = Doc(doc.vocab, words=["un", "parc"])
    _, added = weigh(pipe.model, [other, doc])  # type: ignore[attr-defined]
    assert added.shape[0] == len(doc) + len(doc.user_data[CUES])
    scores = list(classifier.nlp(doc).cats.values())
    assert np.allclose(1 / (1 + np.exp(-(added.sum(axis=0) + bias))), scores, atol=1e-5)


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


def test_a_veto_holds_in_the_title_and_gives_way_to_a_model_that_is_sure(
    classifier: Classifier,
) -> None:
    reading = prepare(Text("Match de hockey des pères à la garderie"))[0]
    doc = reading.doc(classifier.nlp.vocab)
    hits = classifier.matcher.read(doc, reading.lead)
    assert any(hit.rule.veto for hit in hits)
    cats = dict.fromkeys(classifier.nlp.pipe_labels["textcat_multilabel"], 0.5)
    assert classifier.judge(reading, hits, cats).passing == ()
    sure = cats | {"any theme": 1.0, "services-educatifs": 0.9999}
    assert classifier.judge(reading, hits, sure).passing == ("services-educatifs",)


def test_a_veto_in_the_lead_forbids_nothing(classifier: Classifier) -> None:
    lead = "Un match de hockey amical clôturait la journée."
    assert "services-educatifs" in themes(read(classifier, "Fin de la grève dans les CPE", lead))


NOTE = (
    "Le projet de loi modifie la Loi sur les services de garde éducatifs à l’enfance afin "
    "d’accorder des places subventionnées aux enfants des garderies privées. {0}"
    "Il modifie aussi le Code civil afin de limiter la hausse de loyer que le locateur peut "
    "demander au locataire à la suite d’une éviction du logement. {0}"
    "Il modifie enfin la Loi sur les transports afin de financer le transport collectif et la "
    "gratuité de l’autobus pour les étudiants. "
)


def test_an_omnibus_bill_has_the_themes_of_its_passages(classifier: Classifier) -> None:
    filler = "Cette disposition entre en vigueur à la date fixée. " * 11
    text = Text("Loi modifiant diverses dispositions", NOTE.format(filler), "fr")
    reading = next(classifier.read([text]))
    assert {"services-educatifs", "logement", "transport-amenagement"} <= themes(reading)
    for tag in reading.tags:
        assert tag.start is not None
        assert f"«\u00a0{text.whole[tag.start : tag.end]}\u00a0»" in tag.reason


def test_a_theme_mentioned_once_in_a_long_debate_is_not_carried(classifier: Classifier) -> None:
    filler = "Les élus ont parlé de la fibre optique et de la foresterie. " * 200
    once = "La hausse de loyer et les évictions de locataires inquiètent. "
    alone = read(classifier, "Débat", once)
    assert "logement" in themes(alone)
    assert "logement" not in themes(read(classifier, "Débat", filler + once + filler))


@pytest.mark.parametrize("size", [0, 1, 699, 700, 701, 5000, 50_000])
@pytest.mark.parametrize("unit", ["a", "mot ", "Une phrase. ", "\n"])
def test_passages_follow_one_another_and_lose_nothing(unit: str, size: int) -> None:
    body = (unit * size)[:size]
    spans = list(cut(body))
    assert "".join(body[start:end] for start, end in spans) == body[:READ]
    assert all(end - start <= PASSAGE for start, end in spans)


def test_whom_a_text_is_about_and_who_acts_in_it_are_told_with_the_words(
    classifier: Classifier,
) -> None:
    text = Text("Des mères monoparentales du Nunavik réclament des places", "La CSQ les appuie.")
    reading = next(classifier.read([text]))
    assert [one.id for one in reading.populations] == ["monoparentales", "autochtones"]
    assert "syndicat" in [one.id for one in reading.actors]
    for one in (*reading.populations, *reading.actors):
        assert text.whole[one.start : one.end] == one.words


@pytest.mark.parametrize(
    "change", [("[actors.", "[acteurs."), ("words = [", "mots = ["), ('"handicap"', '"-"')]
)
def test_a_wrong_facet_is_refused_by_name(change: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "facets.toml"
    path.write_text(BUNDLED_FACETS.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(RulesError, match=r"facets\.toml"):
        read_facets(path)


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
        "Garderie детский сад 保育園 روضة",
        "<div onclick='x'>Loyer</div>" * 30_000,
        "\x1b[31mCPE\x07\x00\r\n",
    ],
    ids=[
        "empty",
        "control",
        "emoji",
        "one word",
        "1 MB",
        "html",
        "surrogate",
        "hidden",
        "scripts",
        "much html",
        "escapes",
    ],
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
    assert list(answer) == ["id", "proximity", "themes", "scores", "populations", "actors"]
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
    unseen = birth["figures"]["cross-validation"]
    assert unseen["micro_f1"] >= 0.74
    assert unseen["flag_precision"] >= 0.85
    assert unseen["calibration_error"] <= 0.08
    guard = guard_set(read_examples(BUNDLED, THEMES))
    figures = evaluate(classifier, guard)
    assert asdict(figures) == birth["figures"]["kept apart"]
    assert figures.micro_f1 >= 0.76
    assert figures.direct_recall >= 0.94
    assert figures.calibration_error <= 0.08


def test_the_texts_kept_apart_stay_apart_when_the_corpus_grows() -> None:
    texts = read_examples(BUNDLED, THEMES)
    assert 0.07 < len(guard_set(texts)) / len(texts) < 0.13
    assert guard_set(texts[::2]) == [text for text in texts[::2] if apart(text)]


@pytest.fixture
def small(tmp_path: Path) -> Lesson:
    """Give a small corpus, and a configuration that learns it quickly."""
    corpus, config = tmp_path / "parents.jsonl", tmp_path / "training.cfg"
    lines = (BUNDLED / "parents.jsonl").read_text(encoding="utf-8").splitlines()[::3]
    corpus.write_text("\n".join(lines), encoding="utf-8")
    bundled = BUNDLED_MODEL.with_name("training.cfg").read_text(encoding="utf-8")
    config.write_text(
        bundled.replace("steps = 80", "steps = 5").replace("65536", "1024"), encoding="utf-8"
    )
    return partial(train, now=NOW, corpus=corpus, config=config)


def test_training_twice_on_the_same_texts_gives_the_same_model(
    small: Lesson, tmp_path: Path
) -> None:
    births = [small(tmp_path / name) for name in ("one", "two")]
    one, two = (Classifier.load(trained=tmp_path / name) for name in ("one", "two"))
    assert births[0] == births[1]
    assert one.version == two.version


def test_a_model_that_loses_on_the_texts_kept_apart_is_refused(
    small: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "model"
    birth = small(out)
    micro = birth["figures"]["kept apart"]["micro_f1"]
    better = replace(evaluate(Classifier.load(trained=out), []), micro_f1=micro + 0.03)
    worse = replace(better, micro_f1=micro)
    told = iter([worse, better, worse])
    monkeypatch.setattr("classifiers.train.evaluate", lambda *_: next(told))
    with pytest.raises(ModelError, match="micro_f1 would fall"):
        small(out)
    assert small(out, force=True)["figures"]["kept apart"]["micro_f1"] == micro


def test_what_a_person_said_of_a_text_outranks_the_corpus(small: Lesson, tmp_path: Path) -> None:
    texts = [t for t in read_examples(tmp_path / "parents.jsonl", THEMES) if not apart(t)]
    said = replace(texts[0], id="document:1", themes=frozenset(), proximity="none")
    births = [small(tmp_path / str(len(reviewed)), reviewed=reviewed) for reviewed in ((), (said,))]
    assert [birth["reviewed"] for birth in births] == [0, 1]
    assert births[0]["texts"] == births[1]["texts"]


def test_the_report_tells_figures_themes_parts_neighbours_and_the_worst(
    classifier: Classifier,
) -> None:
    lines = list(report(classifier, guard_set(read_examples(BUNDLED, THEMES)), classifier))
    assert all(any(line.startswith(theme) for line in lines) for theme in THEMES)
    for start in ("F1 micro", "français", "anglais", "titre seul", "avec texte", "attendu"):
        assert any(line.startswith(start) for line in lines), start
