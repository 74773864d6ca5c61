"""Labelled texts → a model, its calibration, its figures and its birth certificate."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import load_config, load_model_from_config
from spacy.vocab import Vocab

from classifiers import charbow, examples, families, fitting, model, rules, themes
from classifiers.calibration import BESIDE, DIRECT, RELEVANT, Calibration, calibrate
from classifiers.errors import CorpusError, ModelError
from classifiers.evaluate import Figures, Said, compare, evaluate
from classifiers.examples import LabelledText, fingerprint, read_examples
from classifiers.families import FamilyMatcher, read_families
from classifiers.likeness import near_duplicates
from classifiers.model import Classifier, Reading, Text, Verdict, prepare, with_cues
from classifiers.rules import Hit, RuleBook, RuleMatcher, read_rules
from classifiers.text import words
from classifiers.themes import Theme, read_themes

CONFIG = Path(__file__).with_name("training.cfg")
TRAINED = model.BUNDLED_MODEL
DATA = (rules.BUNDLED, themes.BUNDLED, families.BUNDLED)  # learnt from beside the corpus
FOLDS = 5
TOGETHER = 25  # texts of a file written one after the other stay together: they are alike
KEPT_APART = 10  # one text in ten is never learnt from: models are compared on those
GUARDED = ("micro_f1", "macro_f1", "flag_precision", "flag_recall", "direct_recall")
LOSS = 0.02  # what a new model may lose on a guarded figure
TRIED = tuple(round(0.2 + 0.02 * step, 2) for step in range(26))
# A theme told wrongly is seen by everybody: it costs about twice one that is missed.
MISSED = 0.45
# A text about small children that is not told as such costs more than one told so wrongly: direct
# whenever in doubt, so that this share of those that are has the chance that it takes. Some lose it
# for want of any other sign: 0.95 are wanted in the end.
WANTED_DIRECT = 0.975
TRIED_DIRECT = tuple(round(0.05 + 0.005 * step, 3) for step in range(90))


def train(
    out: Path,
    *,
    now: datetime,
    corpus: Path = examples.BUNDLED,
    config: Path = CONFIG,
    reviewed: Sequence[LabelledText] = (),
    force: bool = False,
) -> Mapping[str, Any]:
    """Train a model, write it to a folder, and give its birth certificate.

    It learns from the labelled texts of the corpus, from what people have said of documents
    (`reviewed`, who outrank the corpus) and from the phrases of the rules that name a theme. A
    tenth of the corpus is kept apart, always the same. Thresholds and figures come from texts that
    the model had not seen. Same texts, rules and configuration: same model. Raises CorpusError,
    ThemesError, RulesError, or ModelError when it would lose more than LOSS on a guarded figure
    against the model of the folder (unless `force`).
    """
    lesson = _lesson(corpus, config, reviewed)
    unseen = _cross_validate(lesson)
    calibration = _calibrate(lesson, unseen)
    nlp = _fit(lesson, lesson.taught)
    trained = Classifier(lesson.themes, *_matchers(lesson, nlp.vocab), nlp, calibration)
    guard = evaluate(trained, lesson.guard)
    if not force:
        _refuse_a_loss(out, guard, lesson.guard)
    birth = _birth(lesson, _figures(lesson, unseen), guard, now) | {
        "data": fingerprint(corpus, *DATA, config)
    }
    nlp.to_disk(out)
    calibration.write(out)
    (out / "birth.json").write_text(
        json.dumps(birth, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return birth


@dataclass(frozen=True)
class Lesson:
    """What is learnt from. `taught` holds the texts, then the phrases; `guard` is kept apart."""

    themes: Mapping[str, Theme]
    book: RuleBook
    families: Mapping[str, Sequence[str]]
    texts: Sequence[LabelledText]
    taught: Sequence[LabelledText]
    guard: Sequence[LabelledText]
    reviewed: int
    config: Path

    @property
    def labels(self) -> tuple[str, ...]:
        """What the model answers, in its order."""
        return (*self.themes, *BESIDE)


def apart(text: LabelledText) -> bool:
    """Say whether a text of the corpus is kept apart: its id alone decides, for good."""
    return sha256(text.id.encode()).digest()[0] % KEPT_APART == 0


def together(text: LabelledText) -> str:
    """Name the batch of a text: those written one after the other, by the number of their id."""
    name, _, number = text.id.rpartition("-")
    return f"{name}-{int(number) // TOGETHER}" if number.isdigit() else text.id


def truth(text: LabelledText, known: Iterable[str]) -> list[float]:
    """Give what the model should answer for a text: 1 or 0 for each theme and what is beside."""
    beside = (bool(text.themes), text.proximity != "none", text.proximity == "direct")
    return [float(theme in text.themes) for theme in known] + [float(value) for value in beside]


def phrases(book: RuleBook) -> list[LabelledText]:
    """Give the phrases of the rules that name a theme, as texts that carry it."""
    return [
        LabelledText(
            id=f"rule: {rule.name}",
            lang=lang,
            kind="",
            title=phrase,
            text="",
            themes=frozenset(rule.named),
            proximity=rule.proximity or "indirect",
        )
        for rule in book.rules
        if rule.named
        for lang, listed in (("fr", rule.fr), ("en", rule.en))
        for phrase in listed
    ]


def guard_set(texts: Iterable[LabelledText]) -> list[LabelledText]:
    """Give the texts of the corpus that no model learns from."""
    return [text for text in texts if apart(text)]


def _lesson(corpus: Path, config: Path, reviewed: Sequence[LabelledText]) -> Lesson:
    known = read_themes(themes.BUNDLED)
    kin = read_families()
    book = read_rules(known, rules.BUNDLED, kin)
    written = read_examples(corpus, known)
    for one, other in near_duplicates(written):
        raise CorpusError(f"{corpus}: {one.id} and {other.id} say nearly the same")
    said = {_form(text) for text in reviewed}
    texts = [text for text in written if not apart(text) and _form(text) not in said]
    texts += reviewed
    taught = [*texts, *phrases(book)]
    return Lesson(known, book, kin, texts, taught, guard_set(written), len(reviewed), config)


def _form(text: LabelledText) -> tuple[str, ...]:
    return tuple(words(text.title).forms)


def _cross_validate(lesson: Lesson) -> Sequence[Mapping[str, float]]:
    """Give the scores of each text by a model that learnt without it, nor those of its batch."""
    folds = [sha256(together(text).encode()).digest()[1] % FOLDS for text in lesson.texts]
    folds += [-1] * (len(lesson.taught) - len(lesson.texts))
    scores: dict[int, Mapping[str, float]] = {}
    for fold in range(FOLDS):
        away = [i for i, of in enumerate(folds) if of == fold]
        nlp = _fit(lesson, [t for t, of in zip(lesson.taught, folds, strict=True) if of != fold])
        docs = _docs(lesson, nlp, [lesson.texts[i] for i in away])
        scores |= zip(away, (doc.cats for doc in nlp.pipe(docs)), strict=True)
    return [scores[i] for i in range(len(lesson.texts))]


def _fit(lesson: Lesson, taught: Sequence[LabelledText]) -> Language:
    config = load_config(lesson.config)
    settings = config.pop("training")
    nlp = load_model_from_config(config, auto_fill=True)
    pipe: Any = nlp.get_pipe("textcat_multilabel")
    docs = _docs(lesson, nlp, taught)
    answers = np.asarray([truth(text, lesson.themes) for text in taught])
    for label in lesson.labels:
        pipe.add_label(label)
    pipe.model.initialize(X=docs[:1], Y=answers[:1])
    charbow.count(pipe.model, docs)
    linear = pipe.model.layers[1]
    rows = fitting.matrix(charbow.heap(pipe.model, docs), linear.get_dim("length"))
    weights, constants = fitting.fit(rows, answers, settings["freedom"], settings["steps"])
    linear.set_param("W", weights)
    linear.set_param("b", constants)
    return nlp


def _docs(lesson: Lesson, nlp: Language, texts: Sequence[LabelledText]) -> list[Doc]:
    """Cut texts into words, with their cues; a rule is no cue of its own phrase."""
    matcher, kin = _matchers(lesson, nlp.vocab)
    docs = []
    for text in texts:
        reading = _read(text)
        doc = reading.doc(nlp.vocab)
        hits = [] if text.id.startswith("rule: ") else matcher.read(doc, reading.lead)
        docs.append(with_cues(doc, reading, hits, kin))
    return docs


def _matchers(lesson: Lesson, vocab: Vocab) -> tuple[RuleMatcher, FamilyMatcher]:
    return RuleMatcher(lesson.book, vocab), FamilyMatcher(lesson.families, vocab)


def _read(text: LabelledText) -> Reading:
    return prepare(Text(text.title, text.text, text.lang, text.kind))[0]


def _calibrate(lesson: Lesson, unseen: Sequence[Mapping[str, float]]) -> Calibration:
    terms = calibrate(unseen, _truths(lesson.texts, lesson.labels))
    return Calibration(terms, _thresholds(lesson.texts, lesson.labels, terms, unseen))


def _truths(texts: Sequence[LabelledText], labels: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    known = labels[: -len(BESIDE)]
    table = np.asarray([truth(text, known) for text in texts]) > 0
    return {label: table[:, i] for i, label in enumerate(labels)}


def _thresholds(
    texts: Sequence[LabelledText],
    labels: Sequence[str],
    terms: Mapping[str, Sequence[float]],
    scores: Sequence[Mapping[str, float]],
) -> dict[str, float]:
    """Give each theme its threshold, between its own best and the best for all.

    Half-way, because the best of a theme that has few texts is half an accident.
    """
    truths = _truths(texts, labels)
    chances = [Calibration(terms, {}).chances(one) for one in scores]
    known = labels[: -len(BESIDE)]
    want = np.column_stack([truths[theme] for theme in known])
    have = np.asarray([[one[theme] for theme in known] for one in chances])
    common = _best(want, have)
    found = {
        theme: round((common + _best(want[:, i], have[:, i])) / 2, 3)
        for i, theme in enumerate(known)
    }
    direct = np.asarray([one[DIRECT] for one in chances])
    some = np.asarray([one[RELEVANT] for one in chances])
    return found | {
        DIRECT: _told(truths[DIRECT], direct),
        RELEVANT: max(TRIED, key=lambda least: float(((some >= least) == truths[RELEVANT]).mean())),
    }


def _told(want: NDArray[np.bool_], have: NDArray[np.float64]) -> float:
    """Give the highest threshold that tells enough of the direct texts, or the lowest tried."""
    enough = WANTED_DIRECT * want.sum()
    return max(
        (t for t in TRIED_DIRECT if (have[want] >= t).sum() >= enough), default=TRIED_DIRECT[0]
    )


def _best(want: NDArray[np.bool_], have: NDArray[np.float64]) -> float:
    """Give the threshold of the best F, a miss counting MISSED times a false one."""
    passing = [have >= least for least in TRIED]
    f = [(want & p).sum() / max(MISSED * want.sum() + p.sum(), 1.0) for p in passing]
    return TRIED[int(np.argmax(f))]


def _figures(lesson: Lesson, unseen: Sequence[Mapping[str, float]]) -> Figures:
    """Compare what is said of each text by what learnt without it: scores, terms, thresholds."""
    nlp = spacy.blank("xx")
    matchers = _matchers(lesson, nlp.vocab)
    halves = [sha256(together(text).encode()).digest()[2] % 2 for text in lesson.texts]
    said: list[Said] = []
    judges = {}
    for half in (0, 1):
        kept = [i for i, of in enumerate(halves) if of != half]
        judged = replace(lesson, texts=[lesson.texts[i] for i in kept])
        calibration = _calibrate(judged, [unseen[i] for i in kept])
        judges[half] = Classifier(lesson.themes, *matchers, nlp, calibration)
    for text, scores, half in zip(lesson.texts, unseen, halves, strict=True):
        verdict = _judge(judges[half], text, scores)
        said.append(Said(frozenset(verdict.passing), verdict.proximity, verdict.scores))
    return compare(lesson.texts, said, lesson.themes)


def _judge(classifier: Classifier, text: LabelledText, scores: Mapping[str, float]) -> Verdict:
    reading = _read(text)
    hits: list[Hit] = classifier.matcher.read(reading.doc(classifier.nlp.vocab), reading.lead)
    return classifier.judge(reading, hits, scores)


def _refuse_a_loss(out: Path, guard: Figures, texts: Sequence[LabelledText]) -> None:
    try:
        former = evaluate(Classifier.load(trained=out), texts)
    except ModelError:  # no model there, or one of another shape: nothing to lose
        return
    for name in GUARDED:
        before, after = getattr(former, name), getattr(guard, name)
        if after < before - LOSS:
            raise ModelError(f"{out}: {name} would fall from {before} to {after}; see --force")


def _birth(lesson: Lesson, unseen: Figures, guard: Figures, now: datetime) -> dict[str, Any]:
    return {
        "trained_at": now.isoformat(timespec="seconds"),
        "texts": len(lesson.texts),
        "reviewed": lesson.reviewed,
        "phrases": len(lesson.taught) - len(lesson.texts),
        "kept_apart": len(lesson.guard),
        "architecture": charbow.NAME,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("spacy", "thinc", "numpy", "scipy")},
        },
        "figures": {"cross-validation": asdict(unseen), "kept apart": asdict(guard)},
    }
