"""Bills that a text names by their subject: «le projet de loi sur l'assistance sociale». Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pipeline.likeness import stem, words

LEAST = 2  # words in a row that are the title's own: one alone («la santé») names no bill
_NAMED = re.compile(
    r"\b(?:[Pp]rojet\s+de\s+loi|[Bb]ill)\s+(?P<about>(?:sur|visant|concernant|relatif|relative|pour"
    r"|contre|encadrant|on|to|about|respecting|\w+ant)\b[^.;:!?«»()\n]{5,160})"
)
# What every title says.
_FORMULAS = frozenset(
    stem(word)
    for word in words(
        "visant concernant relatif relative modifiant édictant instituant loi lois diverses autres "
        "dispositions législatives principalement notamment act respecting amend various other "
        "legislative provisions gouvernement ministre nouveau nouvelle"
    )
)


@dataclass(frozen=True, slots=True)
class Titled:
    """A bill, what its title is about, and the days between which it was before the house."""

    bill_id: int
    about: frozenset[str]
    begins: date | None
    ends: date | None

    @classmethod
    def of(cls, bill_id: int, title: str, begins: date | None, ends: date | None) -> Titled:
        """Take the words of a title that tell it from others."""
        return cls(bill_id, frozenset(_told(title)), begins, ends)

    def lives(self, day: date) -> bool:
        """Say whether the bill was before the house on a day."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )


class Meant(NamedTuple):
    """A bill meant by its subject, and where the words stand."""

    bill_id: int
    start: int
    end: int


def find_titled(text: str, bills: Iterable[Titled], day: date) -> list[Meant]:
    """Find the bills that a text of that day names by their subject.

    The first words said of it must be words of the title. Where two bills have as many, the text
    does not say which is meant, and none is given.
    """
    alive = [bill for bill in bills if bill.lives(day)]
    found = (_meant(named, alive) for named in _NAMED.finditer(text))
    return [one for one in found if one]


def _meant(named: re.Match[str], bills: Iterable[Titled]) -> Meant | None:
    said = list(_told(named["about"]))
    scores = sorted(((_in_a_row(said, bill.about), bill.bill_id) for bill in bills), reverse=True)
    if not scores or scores[0][0] < LEAST:
        return None
    if len(scores) > 1 and scores[1][0] == scores[0][0]:
        return None
    return Meant(scores[0][1], named.start(), named.end("about"))


def _in_a_row(said: list[str], about: frozenset[str]) -> int:
    return next((n for n, word in enumerate(said) if word not in about), len(said))


def _told(text: str) -> Iterator[str]:
    for word in words(text):
        if (form := stem(word)) not in _FORMULAS and not word.isdigit():
            yield form
