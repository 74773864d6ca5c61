"""How alike two news are: what they tell (the same event?), and how they say it (the same text?).

Pure. Two measures: the cosine of their words, the rare ones weighing most (tf-idf, Spärck Jones
1972), less what sets events apart (the time between, the days that they name); and the share of the
shorter text's runs of words that stand in the longer (containment, Broder 1997), which a cut lead
or an added credit barely changes.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from pipeline.clock import day_of

START = 400  # characters of a text that tell what it is about; what follows is background
STEM = 6  # letters kept of a word: «financement», "financing" and «financer» meet
RUN = 5  # words in a run
TITLE_WORDS = 5  # shorter titles («En bref», «Budget 2026») are shared by different news
DAY = 86_400.0

# Chosen on labelled news (see docs/explanation/stories.md), where a wide range does as well.
SAME_EVENT = 0.20
PER_DAY = 0.15
OTHER_DAY = 0.10  # both name days, and none in common
SAME_HOUSE = 0.15  # a house that speaks twice mostly speaks of two things
COPIED, COPIED_TITLED, COPIED_LONG = 0.8, 0.5, 0.4
LEAST_RUNS, LONG_RUNS = 6, 25

_MARKS = re.compile("[\u0300-\u036f]+")  # accents, apart from their letters
_WORD = re.compile(r"[a-z0-9]+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f,.](?=\d{3}\b)")
_NAME = re.compile(r"[^\W\d_a-zà-ÿ][\w’'-]*(?:\s+[^\W\d_a-zà-ÿ][\w’'-]*)+")
# What English adds to a word, and what the word lost: "strikes", "parties", "closing".
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
_RUBRIC = re.compile(r"\s[|]\s")

_LANGUAGES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_EMPTY = frozenset(_LANGUAGES["empty"].split())
_AGO: Mapping[str, int] = _LANGUAGES["ago"]
_SAME = {word: key for key, said in _LANGUAGES["same"].items() for word in [key, *said.split()]}
_WEEKDAYS = {name: day for names in _LANGUAGES["weekdays"] for day, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Usual:
    """How many of so many texts have each word: what is usual tells little."""

    texts: int = 0
    having: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Usual:
        """Count the words of these texts."""
        each = [{stem(word) for word in words(text)} for text in texts]
        return cls(len(each), Counter(word for having in each for word in having))

    def rarity(self, word: str) -> float:
        """Give the weight of a word: the fewer texts have it, the more it tells."""
        return math.log((self.texts + 1) / (self.having.get(word, 0) + 0.5))


@dataclass(frozen=True)
class News:
    """A text to compare. `house` owns its source. Not `exact`: `moment` is only a day."""

    id: int
    source: str
    house: str
    title: str
    text: str
    moment: datetime
    usual: Usual
    exact: bool = True

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """Give its words, each with its weight; the squares of the weights add up to 1."""
        said = f"{self.title}\n{self.text[:START]}"
        times, names = Counter(map(stem, words(said))), _in_names(said)
        plain = {
            word: (1 + math.log(min(number, 2)))
            * self.usual.rarity(word)
            / math.sqrt(names.get(word, 1))
            for word, number in times.items()
        }
        length = math.sqrt(sum(weight**2 for weight in plain.values())) or 1.0
        return {word: weight / length for word, weight in plain.items()}

    @cached_property
    def runs(self) -> frozenset[str]:
        """Give the runs of words of its text."""
        said = _WORD.findall(_fold(self.text))
        return frozenset(" ".join(said[at : at + RUN]) for at in range(len(said) - RUN + 1))

    @cached_property
    def headline(self) -> int | None:
        """Give the print of its title, the same whatever rubric stands beside; None when short."""
        said = _WORD.findall(_fold(max(_RUBRIC.split(self.title), key=len)))
        return _hash(" ".join(said)) if len(said) >= TITLE_WORDS else None

    @cached_property
    def days(self) -> frozenset[date]:
        """Give the days that it names, by a weekday or as today: when its event took place."""
        return frozenset(_days(f"{self.title} {self.text[:START]}", day_of(self.moment)))

    @cached_property
    def traits(self) -> frozenset[int]:
        """Give what to look it up by: its title, its rarest words, some of its runs.

        The runs are the same few of two texts that have them both, whatever stands around.
        """
        rarest = sorted(self.weights, key=lambda word: (-self.weights[word], word))[:12]
        runs = sorted(map(_hash, self.runs))
        some = [run for run in runs if run % 4 == 0][:24] or runs[:4]
        title = [self.headline] if self.headline else []
        return frozenset([*title, *map(_hash, rarest), *some])


def words(text: str) -> list[str]:
    """Give the words that tell something, without accents or capitals, in order."""
    plain = _THOUSANDS.sub("", _fold(text))
    return [word for word in _WORD.findall(plain) if len(word) > 1 and word not in _EMPTY]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Give what is common to the forms of a word, and to its other language where that is known."""
    word = next((_SAME[form] for form in _forms(word) if form in _SAME), word)
    if word.isdigit() or len(word) <= 4:
        return word
    return re.sub(r"(?:aux|al|ales?|[sx])$", "", word)[:STEM]


def _forms(word: str) -> Iterable[str]:
    """Give a word, then what it may be a form of in English."""
    yield word
    for ending, whole in _ENDINGS:
        if word.endswith(ending):
            yield word.removesuffix(ending) + whole


def alike(one: News, other: News) -> float:
    """Say how surely two news tell the same event: from `SAME_EVENT` on they do."""
    if one.headline and one.headline == other.headline:
        return 1.0
    if one.source == other.source and _repeats(one, other):
        return 0.0
    few, many = sorted((one.weights, other.weights), key=len)
    cosine = sum(weight * many[word] for word, weight in few.items() if word in many)
    apart = PER_DAY * _days_between(one, other)
    if one.days and other.days and not one.days & other.days:
        apart += OTHER_DAY
    return cosine - apart - (SAME_HOUSE if one.house == other.house else 0.0)


def copied(one: News, other: News) -> bool:
    """Say whether two news are one text, from one desk, whatever was cut or added.

    A source that repeats a text says what it says of itself every time («Abonnez-vous…»): that is
    no copy, and nothing alike.
    """
    return one.source != other.source and _repeats(one, other)


def _repeats(one: News, other: News) -> bool:
    shorter = min(len(one.runs), len(other.runs))
    common = len(one.runs & other.runs)
    if common < LEAST_RUNS:
        return False
    if one.headline and one.headline == other.headline:
        return common >= COPIED_TITLED * shorter
    return common >= (COPIED_LONG if common >= LONG_RUNS else COPIED) * shorter


def _days_between(one: News, other: News) -> float:
    if one.exact and other.exact:
        return abs((one.moment - other.moment).total_seconds()) / DAY
    return abs((day_of(one.moment) - day_of(other.moment)).days)


def _days(text: str, published: date) -> Iterable[date]:
    for word in _WORD.findall(_fold(text)):
        if word in _WEEKDAYS:
            ahead = (_WEEKDAYS[word] - published.weekday()) % 7
            # «jeudi» is the one just past, or the one that comes in a day or two.
            yield published + timedelta(days=ahead if ahead <= 2 else ahead - 7)
        elif word in _AGO:
            yield published - timedelta(days=_AGO[word])


def _in_names(text: str) -> Mapping[str, int]:
    """Give the words of people's and bodies' names, each with how many its name has.

    Somebody is one thing, however many names they bear.
    """
    names = (words(name) for name in _NAME.findall(text))
    return {stem(word): len(name) for name in names for word in name}


def _fold(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _hash(text: str) -> int:
    """Give a number of 63 bits, which every database keeps."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1
