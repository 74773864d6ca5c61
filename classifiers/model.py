"""Text → Classification: the rules' phrases and the trained model, weighed together."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
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

from classifiers import facets as facetbook
from classifiers import families as kinbook
from classifiers import rules as rulebook
from classifiers import themes as platform
from classifiers.calibration import BESIDE, DIRECT, RELEVANT, Calibration
from classifiers.charbow import CUES, FAMILIES, Floats, weigh  # registers the architecture, too
from classifiers.errors import ModelError
from classifiers.facets import FacetMatcher, read_facets
from classifiers.families import FamilyMatcher, read_families
from classifiers.passages import cut
from classifiers.rules import Hit, RuleMatcher, read_rules
from classifiers.text import Words, guess_language, words
from classifiers.themes import Theme, read_themes

BUNDLED_RULES = rulebook.BUNDLED
BUNDLED_MODEL = Path(__file__).with_name("trained")
TITLE = 4000  # characters of a title that are read
LEAD = 500  # characters of a body in which a phrase still decides; further down it only suggests
BATCH = 256
DECIDED = 0.9  # the least score of a theme that a phrase decides
SURE = 0.7  # the least chance of a theme that a passage carries
CERTAIN = 0.95  # the least chance of a theme that a veto does not silence
SHARE = 10  # a theme that the head of a text lacks is carried by one passage in so many, or more


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
class Facet:
    """A population that a text is about, or a kind of actor in it, and the words that say so."""

    id: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Classification:
    """One reading of a text. `tags`, best first, are the themes that pass; `scores`, all.

    `populations` and `actors` are its facets, in the order of `facets.toml`.
    """

    lang: str
    proximity: str
    tags: tuple[ThemeTag, ...]
    scores: Mapping[str, float]
    populations: tuple[Facet, ...] = ()
    actors: tuple[Facet, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage cut into words, as rules and model see it: the title and the first passage, or one
    of the further ones. `title` and `lead` count words.
    """

    text: Text
    words: Words
    title: int
    lead: int

    def doc(self, vocab: Vocab) -> Doc:
        """Give the Doc of the words' forms."""
        return Doc(vocab, words=self.words.forms)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores once rules and model are weighed, the themes that pass, the phrases behind them."""

    proximity: str
    scores: Mapping[str, float]
    passing: tuple[str, ...]
    decided: Mapping[str, Hit]
    suggested: Mapping[str, Hit]
    silenced: bool = False


@dataclass(slots=True)
class Passage:
    """A passage read. `added`: what each of its words adds to each theme, when that was asked."""

    reading: Reading
    doc: Doc
    verdict: Verdict
    added: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A text read, passage by passage. `carried`: its themes, each with its best passage."""

    passages: Sequence[Passage]
    carried: Mapping[str, int]

    def carrying(self) -> Iterator[tuple[Passage, Sequence[str]]]:
        """Give the passages that carry themes, in their order, with those themes."""
        for i in sorted(set(self.carried.values())):
            yield self.passages[i], [theme for theme, of in self.carried.items() if of == i]


@dataclass(frozen=True)
class Classifier:
    """Reads texts and says their themes. `version` changes with themes, rules, families, facets
    and model.
    """

    themes: Mapping[str, Theme]
    matcher: RuleMatcher
    families: FamilyMatcher
    nlp: Language
    calibration: Calibration
    facets: FacetMatcher | None = None
    version: str = field(default="", compare=False)

    @classmethod
    def load(
        cls,
        rules: Path = BUNDLED_RULES,
        trained: Path = BUNDLED_MODEL,
        themes: Path = platform.BUNDLED,
        facets: Path = facetbook.BUNDLED,
        families: Path = kinbook.BUNDLED,
    ) -> Self:
        """Load themes, rules, facets, families and model.

        Raises ThemesError, RulesError, or ModelError when the model is missing, of another shape or
        was trained for other themes.
        """
        known, kin = read_themes(themes), read_families(families)
        book, facet_book = read_rules(known, rules, kin), read_facets(facets)
        try:
            nlp = spacy.load(trained)
            nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # only forms are asked for
            calibration = Calibration.read(trained)
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{trained}: {error}") from error
        needed = {*known, *BESIDE} - {"any theme"}
        if others := needed ^ set(calibration.thresholds):
            raise ModelError(f"{trained}: trained for other themes: {', '.join(sorted(others))}")
        model = (p for p in trained.rglob("*") if p.is_file() and p.name != "birth.json")
        version = _version(themes, rules, facets, families, *sorted(model))
        matchers = RuleMatcher(book, nlp.vocab), FamilyMatcher(kin, nlp.vocab)
        facet_matcher = FacetMatcher(facet_book, nlp.vocab)
        return cls(known, *matchers, nlp, calibration, facet_matcher, version)

    def read(self, texts: Iterable[Text]) -> Iterator[Classification]:
        """Read texts as they come, in their order."""
        remaining = iter(texts)
        while batch := list(islice(remaining, BATCH)):
            cuts = [prepare(text) for text in batch]
            judged = self._judged([reading for readings in cuts for reading in readings])
            passages = [list(islice(judged, len(readings))) for readings in cuts]
            read = [Read(of, self._carried([one.verdict for one in of])) for of in passages]
            self._weigh(read)
            yield from map(self._classification, read)

    def _judged(self, readings: Sequence[Reading]) -> Iterator[Passage]:
        docs = self.nlp.pipe(self._docs(readings), as_tuples=True, batch_size=BATCH)
        for doc, (reading, hits) in docs:
            yield Passage(reading, doc, self.judge(reading, hits, doc.cats))

    def _docs(
        self, readings: Iterable[Reading]
    ) -> Iterator[tuple[Doc, tuple[Reading, Sequence[Hit]]]]:
        for reading in readings:
            doc = reading.doc(self.nlp.vocab)
            hits = self.matcher.read(doc, reading.lead)
            yield with_cues(doc, reading, hits, self.families), (reading, hits)

    def _weigh(self, read: Iterable[Read]) -> None:
        """Find what each word adds, in the passages that carry a theme which no phrase decides."""
        asked = [
            passage
            for one in read
            for passage, mine in one.carrying()
            if len(passage.doc) and not passage.verdict.decided.keys() >= set(mine)
        ]
        pipe: Any = self.nlp.get_pipe("textcat_multilabel")
        for passage, added in zip(
            asked, weigh(pipe.model, [one.doc for one in asked]), strict=True
        ):
            passage.added = dict(zip(pipe.labels, added[: len(passage.doc)].T, strict=True))

    def _classification(self, read: Read) -> Classification:
        head, carried = read.passages[0], read.carried
        verdicts = {theme: read.passages[i].verdict for theme, i in carried.items()}
        tags = [_tag(theme, passage) for passage, mine in read.carrying() for theme in mine]
        near = [head.verdict.proximity, *(verdict.proximity for verdict in verdicts.values())]
        return Classification(
            guess_language(head.reading.text.whole[:TITLE], head.reading.text.lang),
            max(near, key=_NEARER.index),
            tuple(sorted(tags, key=lambda tag: -tag.score)),
            {**head.verdict.scores, **{theme: v.scores[theme] for theme, v in verdicts.items()}},
            *self._facets(head.reading, head.doc),
        )

    def _carried(self, verdicts: Sequence[Verdict]) -> Mapping[str, int]:
        """Give the themes of a text, each with its best passage.

        Those of its head are its own. Those of the further passages must be sure there, in one
        passage in SHARE, lest a long debate carry all that was mentioned in it.
        """
        head = verdicts[0]
        carried = dict.fromkeys(head.passing, 0)
        if head.silenced:
            return carried
        for theme in self.themes:
            sure = [i for i, one in enumerate(verdicts) if i and one.scores[theme] >= SURE]
            sure = [i for i in sure if theme in verdicts[i].passing]
            if theme not in carried and sure and len(sure) * SHARE >= len(verdicts):
                carried[theme] = max(sure, key=lambda i: (verdicts[i].scores[theme], -i))
        return carried

    def judge(self, reading: Reading, hits: Sequence[Hit], cats: Mapping[str, float]) -> Verdict:
        """Weigh the phrases found in a passage with the model's scores for it."""
        chances = self.calibration.chances(cats)
        vetoed = {theme for hit in hits if hit.end <= reading.title for theme in hit.rule.veto}
        vetoed = set(self.themes) if "all" in vetoed else vetoed
        decided: dict[str, Hit] = {}
        suggested: dict[str, Hit] = {}
        for hit in hits:
            early = hit.end <= reading.lead
            for theme in hit.rule.decide:
                (decided if early and theme not in vetoed else suggested).setdefault(theme, hit)
            for theme in (*hit.rule.suggest, *hit.rule.hint):
                suggested.setdefault(theme, hit)
        scores = {
            theme: _score(chances[theme], theme in decided, theme in vetoed)
            for theme in self.themes
        }
        least = self.calibration.thresholds
        passing = [theme for theme in self.themes if scores[theme] >= least[theme]]
        passing.sort(key=lambda theme: -scores[theme])
        silenced = vetoed >= set(self.themes) and not passing
        near = {hit.rule.proximity for hit in hits if hit.end <= reading.lead}
        proximity = "none" if silenced else self._proximity(near, bool(passing), chances)
        return Verdict(proximity, scores, tuple(passing), decided, suggested, silenced)

    def _proximity(self, said: set[str], tagged: bool, chances: Mapping[str, float]) -> str:
        least = self.calibration.thresholds
        doubtful = least[DIRECT] / 2 if "direct" in said else least[DIRECT]
        if chances[DIRECT] >= doubtful and (tagged or chances[RELEVANT] >= least[RELEVANT]):
            return "direct"
        return "indirect" if tagged or chances[RELEVANT] >= least[RELEVANT] else "none"

    def _facets(self, reading: Reading, doc: Doc) -> tuple[tuple[Facet, ...], tuple[Facet, ...]]:
        found: dict[str, list[Facet]] = {sort: [] for sort in facetbook.SORTS}
        for sort, id_, hit in self.facets.read(doc) if self.facets else ():
            start, end = _span(reading, hit)
            said = " ".join(reading.text.whole[start:end].split())
            found[sort].append(Facet(id_, said, start, end))
        return tuple(found["populations"]), tuple(found["actors"])


_NEARER = ("none", "indirect", "direct")


def prepare(text: Text) -> Sequence[Reading]:
    """Cut a text into what is read: its title with the first passage, then each further one."""
    title = min(len(text.title), TITLE)
    before = len(text.title) + 1
    first, *further = [(before + start, before + end) for start, end in cut(text.body)]
    head = words(text.title[:title]) + words(text.whole[first[0] : first[1]], first[0])
    count, lead = (bisect_right(head.ends, end) for end in (title, before + LEAD))
    readings = [Reading(text, head, count, lead)]
    for start, end in further:
        passage = words(text.whole[start:end], start)
        readings.append(Reading(text, passage, 0, len(passage)))
    return readings


def with_cues(doc: Doc, reading: Reading, hits: Iterable[Hit], families: FamilyMatcher) -> Doc:
    """Write on a Doc its families, and which rules apply to it, far down or in the title."""
    cues = []
    for hit in hits:
        cues.append(f"{hit.rule.name} (far)" if hit.end > reading.lead else hit.rule.name)
        if hit.end <= reading.title:
            cues.append(f"{hit.rule.name} (title)")
    doc.user_data[CUES] = cues
    doc.user_data[FAMILIES] = families.read(doc)
    return doc


def _score(chance: float, is_decided: bool, is_vetoed: bool) -> float:
    if is_decided:
        return DECIDED + (1 - DECIDED) * chance
    return 0.0 if is_vetoed and chance < CERTAIN else chance


def _tag(theme: str, passage: Passage) -> ThemeTag:
    reading, verdict = passage.reading, passage.verdict
    score = round(verdict.scores[theme], 4)
    hit = verdict.decided.get(theme)
    if hit:
        start, end = _span(reading, hit)
        reason = f"{_quote(reading, start, end)} (règle\u00a0: {hit.rule.name})"
        return ThemeTag(theme, score, "rule", reason, start, end)
    heavy = _heaviest(reading, passage.added.get(theme))
    reason = ", ".join(_quote(reading, *span) for span in heavy)
    reason = f"{reason} (mots qui ont pesé)" if heavy else "ensemble des mots du texte"
    if hit := verdict.suggested.get(theme):
        start, end = _span(reading, hit)
        reason = f"{_quote(reading, start, end)} (indice\u00a0: {hit.rule.name})\u00a0; {reason}"
        return ThemeTag(theme, score, "model", reason, start, end)
    first, last = heavy[0] if heavy else (None, None)
    return ThemeTag(theme, score, "model", reason, first, last)


def _span(reading: Reading, hit: Hit) -> tuple[int, int]:
    return reading.words.starts[hit.start], reading.words.ends[hit.end - 1]


def _quote(reading: Reading, start: int, end: int) -> str:
    passage = " ".join(reading.text.whole[start:end].split())
    return f"«\u00a0{passage}\u00a0»"


def _heaviest(reading: Reading, added: Floats | None, most: int = 3) -> list[tuple[int, int]]:
    """Give where the words stand that added most, best first; not those that added little."""
    if added is None:
        return []
    read = reading.words
    order = [int(i) for i in np.argsort(-added) if len(read.forms[int(i)]) > 2]
    once: dict[str, tuple[int, int]] = {}
    for i in order:
        if added[i] > 0 and added[i] * 3 >= added[order[0]]:
            once.setdefault(read.forms[i], (read.starts[i], read.ends[i]))
    return list(once.values())[:most]


def _version(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
