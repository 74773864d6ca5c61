"""A notice taken apart: its sentences, the days in them, and what each day is in its sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from spiders import cues
from spiders.named_days import NamedDay, dated, flat, named_days
from spiders.page import collapse
from spiders.prose import sentences

HEAD = re.compile(r"\A\s*(?:Publié le|Published) (\d{4}-\d\d-\d\d)[ \t]*(?:\n|\Z)")
PUBLICATION = re.compile(
    r"(?:\b(?:publiee?|mise? en ligne|diffusee?|published|posted|date de (?:publication|diffusion)"
    r"|(?:publication|posting) date|date of publication)(?: le| on)? ?:? ?"
    r"|\b(?:gazette (?:officielle )?du (?:quebec|canada)|canada gazette)\b[^.\n]{0,80}[ ,:-])$"
)
DATELINE = re.compile(r"(?:^|\n)[^\n.:;]{2,40}[,(] ?(?:le |this )?$")
AFTER_DATELINE = re.compile(r" ?(?:[-–—/]|\(|\. ?[-–—])")
BEGINS_LINE = re.compile(r"\W*(?:le |on )?\W*")
LONGEST_HEADING = 140  # letters


@dataclass(frozen=True, slots=True)
class Notice:
    """A text, flat too, where its sentences stand, and the day on which it was published.

    `civic`: it is of public affairs, where one registers to speak. `petition`: of one to sign.
    """

    text: str
    flat: str
    spans: Sequence[tuple[int, int]]
    published: date | None
    civic: bool
    petition: bool

    def words(self, place: int) -> str:
        """Give a sentence, flat."""
        start, end = self.spans[place]
        return self.flat[start:end]

    def sentence(self, place: int) -> str:
        """Give a sentence as printed, spaces collapsed."""
        start, end = self.spans[place]
        return collapse(self.text[start:end])

    def around(self, place: int, before: int, after: int) -> list[str]:
        """Give the flat sentences so far before and after one, itself in its place."""
        return [
            self.words(one)
            for one in range(max(0, place - before), min(len(self.spans), place + after + 1))
        ]


@dataclass(frozen=True, slots=True)
class Mention:
    """A day in the sentence of that `place`, with the flat words on its two sides.

    `before` begins at the day before it (for the end of a period, before its beginning), with the
    heading above where the day begins its line; `after` ends at the day after it. `role`: "limit",
    the last day of something; "event", a day on which something is; "old", a day given up; "", a
    day told by the way.
    """

    named: NamedDay
    date: date | None
    sure: bool
    place: int
    before: str
    after: str
    role: str = ""


def read_notice(
    text: str, lang: str | None = None, today: date | None = None
) -> tuple[Notice, list[Mention]]:
    """Give a text taken apart, and the days that it names, in their order."""
    head = HEAD.match(text)
    body = text[head.end() :] if head else text
    spans = sentences(body)
    words = _unwrapped(flat(body), spans)
    days = named_days(words, lang)
    published = date.fromisoformat(head[1]) if head else _publication(words, days)
    civic, petition = (bool(cue.search(words)) for cue in (cues.CIVIC, cues.PETITION))
    notice = Notice(body, words, spans, published, civic, petition)
    return notice, _with_roles(notice, list(_mentions(notice, days, today)))


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


def _mentions(notice: Notice, days: Sequence[NamedDay], today: date | None) -> Iterator[Mention]:
    """Give the days that the sentences name, dated, but that of the dateline."""
    starts = [day.start for day in days]
    before = False  # whether the sentence before names a day
    for place, (start, end) in enumerate(notice.spans):
        inside = list(days[bisect_left(starts, start) : bisect_left(starts, end)])
        heading = "" if before or not place else _heading(notice, place - 1)
        before = bool(inside)
        inside = [day for day in inside if not _is_dateline(notice.flat, day)]
        since = start
        for last, day, following in zip([None, *inside], inside, [*inside[1:], None], strict=False):
            if last and day.joint != "range":
                since = last.end
            words = notice.flat[since : day.start]
            if heading and since == start and BEGINS_LINE.fullmatch(words):
                words = f"{heading} : {words}"
            after = notice.flat[day.end : following.start if following else end]
            when, sure = dated(day, days, notice.published, today)
            yield Mention(day, when, sure, place, words, after)


def _heading(notice: Notice, place: int) -> str:
    """Give a line that may stand above a day; a whole sentence is none."""
    words = notice.words(place)
    if len(words) > LONGEST_HEADING or words.endswith((".", "!", "?", ";")):
        return ""
    return words.rstrip(": ")


def _with_roles(notice: Notice, mentions: Sequence[Mention]) -> list[Mention]:
    """Give each mention its role; in a sentence where a day moves, those named first are old."""
    found = []
    for one in mentions:
        sentence, role = notice.words(one.place), _role(one)
        moved = cues.MOVED.search(sentence)
        since = one.named.start - notice.spans[one.place][0]
        if (moved and since < moved.end()) or (
            role == "event" and not moved and cues.CALLED_OFF.search(sentence)
        ):
            role = "old"
        found.append(replace(one, role=role))
    return found


def _role(one: Mention) -> str:
    before = one.before[-200:]
    if cues.OLD.search(before):
        return "old"
    if cues.BEFORE_A_LIMIT.search(before) or cues.AFTER_A_LIMIT.search(one.after):
        return "limit"
    if cues.LIMIT_NOUN.search(before) and not cues.BEGINNING.search(before[-40:]):
        return "limit"
    if one.named.joint == "range":
        return "limit"
    if cues.TOLD.search(before) or cues.AFTER_PAST.search(one.after):
        return ""
    return "limit" if _is_labelled(before) else "event"


def _is_labelled(before: str) -> bool:
    """Tell «Dépôt des mémoires : » from «Début des auditions : »."""
    return bool(
        cues.LABEL.match(before)
        and not cues.WHEN.fullmatch(before)
        and cues.LABELLED.search(before)
        and any(pattern.search(before) for pattern in cues.STRONG.values())
        and not cues.BEGINNING.search(before)
    )
