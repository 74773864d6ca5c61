"""French made comparable: accents, case, apostrophes and plurals out of the way, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from py3langid.langid import MODEL_FILE, LanguageIdentifier

TOLD = 200  # characters in which a text has told its language
JOINER = "\u2060"  # stands, one for one, for what is inside a word without being seen
_PLAIN = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‑": "-", "‐": "-", "–": "-", "−": "-"}
_WORD = re.compile(rf"[\w{JOINER}]+|[^\w\s'-]")
_PLURALS = {
    "travaux": "travail",
    "baux": "bail",
    "nes": "ne",  # nouveau-nés
    "children": "child",
    "women": "woman",
}


class _Folding(dict[int, str]):
    """Each character beside its folded one, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    category = unicodedata.category(char)
    if category in ("Mn", "Cf"):
        return JOINER
    if category in ("Cc", "Zs", "Zl", "Zp", "Cs"):
        return " "
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


_FOLDING = _Folding()


class Word(NamedTuple):
    """A word in its comparable form, and where it stands in the text that it was read in."""

    form: str
    start: int
    end: int


def fold(text: str) -> str:
    """Give the text without case, accents or typographic signs, character for character.

    The length never changes, so that an offset means the same in both. Ligatures stay (`words`
    spells them out); accents written apart and invisible signs become a JOINER.
    """
    return text.translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: their forms, where each starts, where each ends.

    Three lists and not one of Words: a million small objects keep the garbage collector busy.
    """

    forms: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.forms)

    def __iter__(self) -> Iterator[Word]:
        return map(Word, self.forms, self.starts, self.ends)

    def __add__(self, other: Words) -> Words:
        """Put the words of a second text behind these."""
        return Words(self.forms + other.forms, self.starts + other.starts, self.ends + other.ends)


def words(text: str, start: int = 0) -> Words:
    """Cut a text into words and signs, plurals brought to the singular.

    Spaces, apostrophes and hyphens only separate: « tout-petits » and « tout petit » are the same.
    `start`: where the text itself stands, in what the words' offsets point into.
    """
    found = Words([], [], [])
    for match in _WORD.finditer(fold(text)):
        if form := _common(match.group()):
            found.forms.append(form)
            found.starts.append(start + match.start())
            found.ends.append(start + match.end())
    return found


@lru_cache(maxsize=50_000)
def _common(word: str) -> str:
    word = word.replace(JOINER, "").replace("œ", "oe").replace("æ", "ae")
    if word in _PLURALS or len(word) < 4 or not word.isalpha():
        return _PLURALS.get(word, word)
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if len(word) > 4 and word.endswith(("ies", "ie", "y")):  # garderies, families
        return word.removesuffix("s").removesuffix("y").removesuffix("ie") + "i"
    return word[:-1] if word[-1] in "sx" and not word.endswith("ss") else word


def guess_language(text: str, declared: str | None = None) -> str:
    """Say whether a text is in French or in English.

    A declared language is believed unless the words speak clearly of the other one.
    """
    if declared not in ("fr", "en"):
        declared = None
    if not any(char.isalpha() for char in text):
        return declared or "fr"
    lang, probability = _identifier().classify(text[:TOLD])
    doubtful = probability < 0.999 or len(text.split()) < 5
    return declared if declared and doubtful else str(lang)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["fr", "en"])
    return identifier
