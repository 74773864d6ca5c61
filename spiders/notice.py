"""A notice taken apart: its sentences, its day of publication, the days that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spiders import cues
from spiders.named_days import NamedDay, flat, named_days
from spiders.page import collapse
from spiders.sentences import sentences
from spiders.years import dated

HEAD = re.compile(r"\A\s*(?:Publié le|Published) (\d{4}-\d\d-\d\d)[ \t]*(?:\n|\Z)")
PUBLICATION = re.compile(
    r"(?:\b(?:publiee?|mise? en ligne|diffusee?|published|posted|date de (?:publication|diffusion)"
    r"|(?:publication|posting) date|date of publication)(?: le| on)? ?:? ?"
    r"|\b(?:gazette (?:officielle )?du (?:quebec|canada)|canada gazette)\b[^.\n]{0,80}[ ,:-])$"
)
DATELINE = re.compile(r"(?:^|\n)[^\n.:;]{2,40}[,(] ?(?:le |this )?$")
AFTER_DATELINE = re.compile(r" ?(?:[-–—/]|\(|\. ?[-–—])")


@dataclass(frozen=True, slots=True)
class Notice:
    """A text, flat too, its sentences, the days that it names, that of its publication.

    `civic`: it is of public affairs, where one registers to speak. `consults`: it asks what people
    think. `petition`: it is of one to sign.
    """

    text: str
    flat: str
    spans: Sequence[tuple[int, int]]
    days: Sequence[NamedDay]
    published: date | None
    civic: bool
    consults: bool
    petition: bool

    def words(self, place: int) -> str:
        """Give a sentence, flat."""
        start, end = self.spans[place]
        return self.flat[start:end]

    def sentence(self, place: int) -> str:
        """Give a sentence as printed, spaces collapsed."""
        start, end = self.spans[place]
        return collapse(self.text[start:end])

    def printed_publication(self, place: int) -> date | None:
        """Give the day that a sentence prints as that of a publication."""
        start, end = self.spans[place]
        return _publication(self.flat, [day for day in self.days if start <= day.start < end])

    def around(self, place: int, before: int, after: int) -> list[str]:
        """Give the flat sentences so far before and after one, itself in its place."""
        return [
            self.words(one)
            for one in range(max(0, place - before), min(len(self.spans), place + after + 1))
        ]


def read_notice(text: str, lang: str | None = None) -> Notice:
    """Give a text taken apart. The day of a dateline is that of publication and no other."""
    head = HEAD.match(text)
    body = text[head.end() :] if head else text
    spans = sentences(body)
    words = _unwrapped(flat(body), spans)
    days = named_days(words, lang)
    published = date.fromisoformat(head[1]) if head else _publication(words, days)
    days = [day for day in days if not _is_dateline(words, day)]
    return Notice(
        body,
        words,
        spans,
        days,
        published,
        civic=cues.says(words, cues.HEARING.civic),
        consults=cues.says(words, cues.HEARING.consults, cues.ASKED.general),
        petition=cues.says(words, cues.ASKED.petition),
    )


def _unwrapped(words: str, spans: Sequence[tuple[int, int]]) -> str:
    """Give the text with spaces for the line breaks that stand inside its sentences."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [words[last:start], words[start:end].replace("\n", " ")]
        last = end
    return "".join([*pieces, words[last:]])


def _publication(words: str, days: Sequence[NamedDay]) -> date | None:
    """Give the day that a text prints as that of its publication."""
    for day in days:
        before = words[max(0, day.start - 120) : day.start]
        if day.year and (PUBLICATION.search(before) or _is_dateline(words, day)):
            return dated(day, (), None)[0]
    return None


def _is_dateline(words: str, day: NamedDay) -> bool:
    return bool(
        DATELINE.search("\n" + words[max(0, day.start - 60) : day.start].rsplit("\n", 1)[-1])
        and AFTER_DATELINE.match(words[day.end :][:4])
    )
