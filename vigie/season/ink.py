"""Fills the slots of hand-written pieces, and sets the result as a newspaper would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

NBSP = "\u00a0"
SLOT = re.compile(r"\{([^{}]*)\}")
NUMBER = re.compile(r"(?:(\w+)=)?(\d+)-(\d+)(?::(\d+))?")
# Pools whose rows go together: the same row is drawn from both.
ROW_OF = {"de_region": "en_region", "au_pays": "pays"}
CONTRACTED = {
    ("de ", "le "): "du ",
    ("de ", "les "): "des ",
    ("à ", "le "): "au ",
    ("à ", "les "): "aux ",
}
VOWEL = "aeiouyâàéèêëîïôûœ"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A hand-written piece: a title and its lead, with slots; its shelf is a theme or a desk."""

    shelf: str
    title: str
    lead: str
    themes: tuple[str, ...] = ()


def pieces(text: str, shelf: str, themes: tuple[str, ...] = ()) -> Iterator[Piece]:
    """Read blocks parted by an empty line: a title, then its lead on the lines that follow."""
    for block in filter(None, text.strip().split("\n\n")):
        title, lead = block.strip().split("\n", 1)
        yield Piece(shelf, title, " ".join(lead.split()), themes)


class Ink:
    """Writes in one language with the words of its pools; the same `random` gives the same text."""

    def __init__(self, pools: Mapping[str, Sequence[str]], lang: str, random: Random) -> None:
        self.pools, self.lang, self.random = pools, lang, random

    def write(self, text: str, values: dict[str, str]) -> str:
        """Fill the slots. `values` are those already known; those drawn are added to it."""
        done, last = "", 0
        for slot in SLOT.finditer(text):
            done += text[last : slot.start()]
            done, value = self._joined(done, self._value(slot[1], values))
            done, last = done + value, slot.end()
        return typeset(done + text[last:], self.lang)

    def _value(self, slot: str, values: dict[str, str]) -> str:
        word = self.random.choice(slot.split("|")) if "|" in slot else slot
        if number := NUMBER.fullmatch(word):
            return self._number(number, values)
        if word in values:
            return values[word]
        pool = word.rstrip("0123456789")
        if pool not in self.pools:
            return word
        values[word] = self.pools[pool][self._row(pool, word[len(pool) :], values)]
        return values[word]

    def _number(self, number: re.Match[str], values: dict[str, str]) -> str:
        name, low, high, step = number.groups()
        if name and name in values:
            return values[name]
        drawn = self.random.randrange(int(low), int(high) + 1, int(step or 1))
        is_year = int(low) >= 1800 and int(high) < 2100
        shown = str(drawn) if is_year else grouped(drawn, self.lang)
        return values.setdefault(name, shown) if name else shown

    def _row(self, pool: str, digits: str, values: dict[str, str]) -> int:
        root = ROW_OF.get(pool, pool)
        mark = f"#{root}{digits}"
        if mark not in values:
            same = self.pools[root]
            taken = {same[int(values[m])] for m in values if m.rstrip("0123456789") == f"#{root}"}
            rows = [row for row, word in enumerate(same) if word not in taken]
            values[mark] = str(self.random.choice(rows))
        return int(values[mark])

    def _joined(self, before: str, value: str) -> tuple[str, str]:
        if self.lang != "fr":
            return before, value
        for (particle, article), together in CONTRACTED.items():
            if before.endswith(f" {particle}") and value.startswith(article):
                return before.removesuffix(particle) + together, value.removeprefix(article)
        if before.endswith(" de ") and value[:1].lower() in VOWEL:
            return before[:-2] + "'", value
        return before, value


def typeset(text: str, lang: str) -> str:
    """Give the text with its capitals, its language's apostrophes and spaces."""
    text = " ".join(text.split()).replace("'", "’")
    text = re.sub(r"(^|(?<!\b[A-Z])[.!?] )([^\W\d_])", lambda m: m[1] + m[2].upper(), text)
    if lang == "fr":
        text = re.sub(r"« ?", f"«{NBSP}", text)
        text = re.sub(r" ([»:$%])", rf"{NBSP}\1", text)
        text = re.sub(r"(\d) (\d{3})\b", rf"\1{NBSP}\2", text)
    return text


def grouped(number: int, lang: str) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,}" if lang == "en" else f"{number:,}".replace(",", NBSP)


def in_french(day: date, first: str = "1er") -> str:
    """Write a day: «18 mars 2031». `first` is how the first of a month is written."""
    return f"{first if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
