"""Text → Classification: the rules' phrases and the trained model, weighed together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Self

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers import rules as rulebook
from classifiers import themes as platform
from classifiers.charbow import Floats, weigh  # registers the architecture of the model, too
from classifiers.errors import ModelError
from classifiers.rules import Hit, RuleMatcher, read_rules
from classifiers.text import Word, guess_language, words
from classifiers.themes import Theme, read_themes

BUNDLED_RULES = rulebook.BUNDLED
BUNDLED_MODEL = Path(__file__).with_name("trained")
READ = 4000  # characters of a body that are read: what comes later is not what it is about
LEAD = 500  # characters of a body in which a phrase still decides; further down it only suggests
BATCH = 256
DECIDED = 0.9  # the least score of a theme that a phrase decides
SUGGESTED = 2  # a phrase that suggests doubles the model's score
DIRECT, RELEVANT = "proximity:direct", "proximity:some"


@dataclass(frozen=True, slots=True)
class Text:
    """What is read: a title, a body, the language that its source declares, its kind."""

    title: str
    body: str = ""
    lang: str | None = None
    kind: str = ""

    @property
    def whole(self) -> str:
        """Title and body, a line apart: what the offsets of a tag point into."""
        return f"{self.title}\n{self.body}" if self.body else self.title


@dataclass(frozen=True, slots=True)
class ThemeTag:
    """A theme that a text carries. `score` is in 0..1, `origin` "rule" or "model".

    `reason` is in French and quotes the passage; `start` and `end` say where it stands in
    title + newline + body.
    """

    theme: str
    score: float
    origin: str
    reason: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Classification:
    """One reading of a text. `tags`, best first, are the themes that pass; `scores`, all."""

    lang: str
    proximity: str
    tags: tuple[ThemeTag, ...]
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text cut into words, as rules and model see it. `title` and `lead` count words."""

    text: Text
    words: Sequence[Word]
    title: int
    lead: int

    def doc(self, vocab: Vocab) -> Doc:
        """Give the Doc of the words' forms."""
        return Doc(vocab, words=[word.form for word in self.words])


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores once rules and model are weighed, the themes that pass, the phrases behind them."""

    proximity: str
    scores: Mapping[str, float]
    passing: tuple[str, ...]
    decided: Mapping[str, Hit]
    suggested: Mapping[str, Hit]


@dataclass(frozen=True)
class Classifier:
    """Reads texts and says their themes. `version` changes with themes, rules and model."""

    themes: Mapping[str, Theme]
    matcher: RuleMatcher
    nlp: Language
    thresholds: Mapping[str, float]
    version: str = field(default="", compare=False)

    @classmethod
    def load(
        cls,
        rules: Path = BUNDLED_RULES,
        trained: Path = BUNDLED_MODEL,
        themes: Path = platform.BUNDLED,
    ) -> Self:
        """Load themes, rules and model.

        Raises ThemesError, RulesError, or ModelError when the model is missing or was trained for
        other themes.
        """
        known = read_themes(themes)
        book = read_rules(known, rules)
        try:
            nlp = spacy.load(trained)
            thresholds = json.loads((trained / "thresholds.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{trained}: {error}") from error
        if others := {*known, DIRECT} ^ set(thresholds):
            raise ModelError(f"{trained}: trained for other themes: {', '.join(sorted(others))}")
        model = (p for p in trained.rglob("*") if p.is_file() and p.name != "birth.json")
        version = _version(themes, rules, *sorted(model))
        return cls(known, RuleMatcher(book, nlp.vocab), nlp, thresholds, version)

    def read(self, texts: Iterable[Text]) -> Iterator[Classification]:
        """Read texts as they come, in their order."""
        remaining = iter(texts)
        while batch := list(islice(remaining, BATCH)):
            readings = [prepare(text) for text in batch]
            docs = self.nlp.pipe((r.doc(self.nlp.vocab) for r in readings), batch_size=BATCH)
            for reading, doc in zip(readings, docs, strict=True):
                yield self._classify(reading, doc)

    def _classify(self, reading: Reading, doc: Doc) -> Classification:
        verdict = self.judge(reading, self.matcher.read(doc, reading.lead), doc.cats)
        added = self._added(doc, verdict)
        tags = [self._tag(theme, reading, verdict, added) for theme in verdict.passing]
        lang = guess_language(reading.text.whole[:READ], reading.text.lang)
        return Classification(lang, verdict.proximity, tuple(tags), verdict.scores)

    def judge(self, reading: Reading, hits: Sequence[Hit], cats: Mapping[str, float]) -> Verdict:
        """Weigh the phrases found in a text with the model's scores for it."""
        titled = any(hit.rule.decide and hit.end <= reading.title for hit in hits)
        reach = reading.title if titled else reading.lead
        vetoed = {theme for hit in hits if hit.end <= reach for theme in hit.rule.veto}
        vetoed = set(self.themes) if "all" in vetoed else vetoed
        decided: dict[str, Hit] = {}
        suggested: dict[str, Hit] = {}
        for hit in hits:
            early = hit.end <= reading.lead
            for theme in hit.rule.decide:
                (decided if early else suggested).setdefault(theme, hit)
            for theme in hit.rule.suggest:
                suggested.setdefault(theme, hit)
        scores = {
            theme: _weigh(theme, theme in decided, theme in suggested, cats)
            for theme in self.themes
        } | dict.fromkeys(vetoed, 0.0)
        passing = [
            theme
            for theme in self.themes
            if theme not in vetoed and (theme in decided or scores[theme] >= self.thresholds[theme])
        ]
        passing.sort(key=lambda theme: -scores[theme])
        said = {hit.rule.proximity for hit in hits if hit.end <= reading.lead}
        silenced = vetoed >= set(self.themes)
        proximity = "none" if silenced else self._proximity(said, bool(passing), cats)
        return Verdict(proximity, scores, tuple(passing), decided, suggested)

    def _proximity(self, said: set[str], tagged: bool, cats: Mapping[str, float]) -> str:
        likely = tagged and cats.get(DIRECT, 0) >= self.thresholds[DIRECT]
        if likely or "direct" in said:
            return "direct"
        return "indirect" if tagged or "indirect" in said else "none"

    def _added(self, doc: Doc, verdict: Verdict) -> Mapping[str, Floats]:
        """Give what each word added to each passing theme, where a reason needs it."""
        if not len(doc) or all(theme in verdict.decided for theme in verdict.passing):
            return {}
        pipe: Any = self.nlp.get_pipe("textcat_multilabel")
        table = weigh(pipe.model, doc)
        return {theme: table[:, pipe.labels.index(theme)] for theme in verdict.passing}

    def _tag(
        self, theme: str, reading: Reading, verdict: Verdict, added: Mapping[str, Floats]
    ) -> ThemeTag:
        score = round(verdict.scores[theme], 4)
        hit = verdict.decided.get(theme)
        if hit:
            start, end = _span(reading, hit)
            reason = f"{_quote(reading, start, end)} (règle\u00a0: {hit.rule.name})"
            return ThemeTag(theme, score, "rule", reason, start, end)
        heavy = _heaviest(reading, added.get(theme))
        reason = ", ".join(_quote(reading, word.start, word.end) for word in heavy)
        reason = f"{reason} (mots qui ont pesé)" if heavy else "ensemble des mots du texte"
        if hit := verdict.suggested.get(theme):
            start, end = _span(reading, hit)
            reason = (
                f"{_quote(reading, start, end)} (indice\u00a0: {hit.rule.name})\u00a0; {reason}"
            )
            return ThemeTag(theme, score, "model", reason, start, end)
        first = heavy[0] if heavy else None
        return ThemeTag(theme, score, "model", reason, first and first.start, first and first.end)


def prepare(text: Text) -> Reading:
    """Cut a text into the words that are read: its title and the beginning of its body."""
    title = min(len(text.title), READ)
    cut = words(text.whole[: title + 1 + READ])
    count = sum(word.end <= title for word in cut)
    lead = sum(word.end <= title + 1 + LEAD for word in cut)
    return Reading(text, cut, count, lead)


def _weigh(theme: str, is_decided: bool, is_suggested: bool, cats: Mapping[str, float]) -> float:
    score = cats.get(theme, 0.0)
    if is_decided:
        return DECIDED + (1 - DECIDED) * score
    score *= cats.get(RELEVANT, 0.0)
    return min(score * SUGGESTED, DECIDED) if is_suggested else score


def _span(reading: Reading, hit: Hit) -> tuple[int, int]:
    return reading.words[hit.start].start, reading.words[hit.end - 1].end


def _quote(reading: Reading, start: int, end: int) -> str:
    passage = " ".join(reading.text.whole[start:end].split())
    return f"«\u00a0{passage}\u00a0»"


def _heaviest(reading: Reading, added: Floats | None, most: int = 3) -> list[Word]:
    """Give the words that added most, best first, leaving out those that added little."""
    if added is None:
        return []
    order = [int(i) for i in np.argsort(-added) if len(reading.words[int(i)].form) > 2]
    heavy = [i for i in order[:most] if added[i] > 0 and added[i] * 3 >= added[order[0]]]
    return [reading.words[i] for i in heavy]


def _version(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
