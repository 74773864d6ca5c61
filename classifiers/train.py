"""Labelled texts → a model, its thresholds, its figures and its birth certificate."""

from __future__ import annotations

import json
import platform
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.schemas import ConfigSchemaTraining
from spacy.training import Example
from spacy.util import load_config, load_model_from_config, registry
from thinc.api import fix_random_seed

from classifiers import charbow, examples, model, rules, themes
from classifiers.evaluate import Figures, Said, compare
from classifiers.examples import LabelledText, fingerprint, read_examples
from classifiers.model import DIRECT, RELEVANT, Classifier, Reading, Text, Verdict, prepare
from classifiers.rules import RuleBook, RuleMatcher, read_rules
from classifiers.themes import Theme, read_themes

CONFIG = Path(__file__).with_name("training.cfg")
TRAINED = model.BUNDLED_MODEL
DATA = (rules.BUNDLED, themes.BUNDLED)  # learnt from beside the corpus
SEED = 20261120
FOLDS = 5
# Thresholds beyond these are accidents of a small corpus; it holds fewer texts without theme than
# the press does, so the lowest is not that low.
LOWEST, HIGHEST = 0.4, 0.8
LEAST_DIRECT = 0.7


def train(
    out: Path,
    *,
    now: datetime,
    corpus: Path = examples.BUNDLED,
    config: Path = CONFIG,
    seed: int = SEED,
) -> Mapping[str, Any]:
    """Train a model, write it to a folder, and give its birth certificate.

    It learns from the labelled texts of the corpus and from the phrases of the rules that decide.
    Thresholds and figures come from texts that the model had not seen: each fifth of the corpus is
    read by a model of the rest. Same corpus, rules, configuration and seed: same figures. Raises
    CorpusError, ThemesError or RulesError.
    """
    lesson = _lesson(corpus, config, seed)
    unseen = _cross_validate(lesson)
    thresholds = _thresholds(lesson, unseen)
    nlp = _fit(lesson, lesson.taught)
    birth = _birth(lesson, _figures(lesson, unseen, thresholds), now) | {
        "data": fingerprint(corpus, *DATA, config)
    }
    nlp.to_disk(out)
    _write(out / "thresholds.json", thresholds)
    _write(out / "birth.json", birth)
    return birth


@dataclass(frozen=True)
class Lesson:
    """What is learnt from, and how. `taught` holds the texts, then the phrases of the rules."""

    themes: Mapping[str, Theme]
    book: RuleBook
    texts: Sequence[LabelledText]
    taught: Sequence[LabelledText]
    config: Path
    seed: int


def labels(text: LabelledText, known: Iterable[str]) -> dict[str, float]:
    """Give what the model should answer for a text: 1 or 0 for each theme and for proximity."""
    truth = {theme: float(theme in text.themes) for theme in known}
    truth[DIRECT] = float(text.proximity == "direct")
    truth[RELEVANT] = float(text.proximity != "none")
    return truth


def phrases(book: RuleBook) -> list[LabelledText]:
    """Give the phrases of the rules that decide, as texts that carry the themes they decide."""
    return [
        LabelledText(
            id=f"rule: {rule.name}",
            lang=lang,
            kind="",
            title=phrase,
            text="",
            themes=frozenset(rule.decide),
            proximity=rule.proximity or "indirect",
        )
        for rule in book.rules
        if rule.decide
        for lang, listed in (("fr", rule.fr), ("en", rule.en))
        for phrase in listed
    ]


def _lesson(corpus: Path, config: Path, seed: int) -> Lesson:
    known = read_themes(themes.BUNDLED)
    book = read_rules(known, rules.BUNDLED)
    texts = read_examples(corpus, known)
    return Lesson(known, book, texts, [*texts, *phrases(book)], config, seed)


def _cross_validate(lesson: Lesson) -> Sequence[Mapping[str, float]]:
    """Give the scores of each text by a model that learnt without it."""
    order = list(range(len(lesson.texts)))
    random.Random(lesson.seed).shuffle(order)  # noqa: S311
    scores: dict[int, Mapping[str, float]] = {}
    for fold in range(FOLDS):
        away = set(order[fold::FOLDS])
        nlp = _fit(lesson, [text for i, text in enumerate(lesson.taught) if i not in away])
        for i in away:
            scores[i] = nlp(_read(lesson.texts[i]).doc(nlp.vocab)).cats
    return [scores[i] for i in range(len(lesson.texts))]


def _fit(lesson: Lesson, taught: Sequence[LabelledText]) -> Language:
    fix_random_seed(lesson.seed)
    nlp = load_model_from_config(load_config(lesson.config), auto_fill=True)
    training = registry.resolve(nlp.config.interpolate()["training"], schema=ConfigSchemaTraining)
    lessons = [
        Example.from_dict(_read(text).doc(nlp.vocab), {"cats": labels(text, lesson.themes)})
        for text in taught
    ]
    nlp.initialize(lambda: lessons)
    for _ in range(training["max_epochs"]):
        random.shuffle(lessons)
        for batch in training["batcher"](lessons):
            nlp.update(batch, sgd=training["optimizer"], drop=training["dropout"])
    return nlp


def _read(text: LabelledText) -> Reading:
    return prepare(Text(text.title, text.text, text.lang, text.kind))


def _thresholds(lesson: Lesson, unseen: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Give each theme the threshold of the model alone, between its own best and the best for all.

    Half-way, because the best of a theme that has forty texts is half an accident. Alone, because
    the rules were written by people who know the corpus: beside them the model would seem useless.
    """
    judged = _judge(lesson, unseen, dict.fromkeys([*lesson.themes, DIRECT], 1.0), phrases=False)
    want = np.asarray([[theme in text.themes for theme in lesson.themes] for text in lesson.texts])
    have = np.asarray([[verdict.scores[theme] for theme in lesson.themes] for verdict in judged])
    common = _best(want, have)
    thresholds = {
        theme: round((common + _best(want[:, i], have[:, i])) / 2, 3)
        for i, theme in enumerate(lesson.themes)
    }
    direct = np.asarray([text.proximity == "direct" for text in lesson.texts])
    scores = np.asarray([cats[DIRECT] for cats in unseen])
    return thresholds | {DIRECT: round(max(_best(direct, scores), LEAST_DIRECT), 3)}


def _best(want: NDArray[np.bool_], have: NDArray[np.float64]) -> float:
    tried = [float(step) for step in np.arange(LOWEST, HIGHEST + 0.001, 0.05)]
    # F0.5: a theme told wrongly costs more trust than one that is missed.
    passing = [have >= t for t in tried]
    f = [(want & p).sum() / max(0.25 * want.sum() + p.sum(), 1.0) for p in passing]
    return tried[int(np.argmax(f))]


def _judge(
    lesson: Lesson,
    scores: Sequence[Mapping[str, float]],
    thresholds: Mapping[str, float],
    *,
    phrases: bool,
) -> list[Verdict]:
    """Weigh phrases (or none) and scores, as a Classifier does."""
    nlp = spacy.blank("xx")
    classifier = Classifier(lesson.themes, RuleMatcher(lesson.book, nlp.vocab), nlp, thresholds)
    verdicts = []
    for text, cats in zip(lesson.texts, scores, strict=True):
        reading = _read(text)
        doc = reading.doc(nlp.vocab)
        hits = classifier.matcher.read(doc, reading.lead) if phrases else []
        verdicts.append(classifier.judge(reading, hits, cats))
    return verdicts


def _figures(
    lesson: Lesson, unseen: Sequence[Mapping[str, float]], thresholds: Mapping[str, float]
) -> dict[str, Figures]:
    silent: list[Mapping[str, float]] = [{}] * len(unseen)
    verdicts = {
        "rules and model": _judge(lesson, unseen, thresholds, phrases=True),
        "rules alone": _judge(lesson, silent, thresholds, phrases=True),
        "model alone": _judge(lesson, unseen, thresholds, phrases=False),
    }
    return {
        name: compare(
            lesson.texts, [Said(frozenset(v.passing), v.proximity) for v in found], lesson.themes
        )
        for name, found in verdicts.items()
    }


def _birth(lesson: Lesson, figures: Mapping[str, Figures], now: datetime) -> dict[str, Any]:
    return {
        "trained_at": now.isoformat(timespec="seconds"),
        "texts": len(lesson.texts),
        "phrases": len(lesson.taught) - len(lesson.texts),
        "seed": lesson.seed,
        "architecture": charbow.NAME,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("spacy", "thinc", "numpy")},
        },
        "figures": {name: asdict(value) for name, value in figures.items()},
    }


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
