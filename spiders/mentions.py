"""The days that a notice names, each with the words on its two sides."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from spiders import cues
from spiders.named_days import NamedDay
from spiders.notice import Notice
from spiders.years import dated, last_before

BEGINS_LINE = re.compile(r"\W*(?:le |on |du |from )?\W*")
LONGEST_HEADING = 140  # letters


@dataclass(frozen=True, slots=True)
class Mention:
    """A day in the sentence of that `place`, with the flat words on its two sides.

    `before` begins at the day before it (for the end of a period, before its beginning), with the
    heading above where the day begins its line; `after` ends at the day after it. `role`: "limit",
    the last day of something; "event", a day on which something is; "old", a day given up; "", a
    day told by the way. `moved`: it replaces another day. `opens`: it begins a period.
    `done`: the words on its two sides are in the past tense.
    """

    named: NamedDay
    date: date | None
    sure: bool
    place: int
    before: str
    after: str
    role: str = ""
    moved: bool = False
    opens: bool = False
    done: bool = False


def mentions_in(notice: Notice, today: date | None = None) -> Iterator[Mention]:
    """Give the days that the sentences name, dated, in their order, yet without a role."""
    starts = [day.start for day in notice.days]
    headed = False  # whether the sentence before names a day: it is no heading then
    for place, (start, end) in enumerate(notice.spans):
        inside = notice.days[bisect_left(starts, start) : bisect_left(starts, end)]
        heading = "" if headed or not place else _heading(notice, place - 1)
        headed, since = bool(inside), start
        for number, day in enumerate(inside):
            last = inside[number - 1] if number else None
            if last and last.month and day.joint != "range":
                since = last.end
            one = _mention(notice, place, inside[number:], since, today)
            under = heading and since == start and BEGINS_LINE.fullmatch(one.before)
            yield replace(one, before=f"{heading} : {one.before}") if under else one


def _mention(
    notice: Notice, place: int, days: Sequence[NamedDay], since: int, today: date | None
) -> Mention:
    """Give the first of these days of a sentence, whose words begin at `since`."""
    day, (_, end) = days[0], notice.spans[place]
    opens = len(days) > 1 and days[1].joint == "range"
    when, sure = dated(days[1] if opens else day, notice.days, notice.published, today)
    if when and opens:
        when = last_before(day, when)
    last, until = _beside(days, end)
    done = _is_done(notice.text[since:until])
    after = notice.flat[last:until]
    words = notice.flat[since : day.start]
    return Mention(day, when, sure, place, words, after, opens=opens, done=done)


def _beside(days: Sequence[NamedDay], end: int) -> tuple[int, int]:
    """Give where the words after a day, and after those that it begins, start and end."""
    last = days[0].end
    for day in days[1:]:
        if not day.joint:
            return last, day.start
        last = day.end
    return last, end


def is_past(words: str) -> bool:
    """Tell whether flat words are of the past, and of nothing ahead after that."""
    told = [match.end() for match in cues.ROLE.past_event.finditer(words)]
    return bool(told and not cues.AHEAD.search(words, told[-1]))


def _is_done(words: str) -> bool:
    """Tell «la Commission a adopté» from «la Commission a décidé de tenir»."""
    done = [match.end() for match in cues.DONE.finditer(words)]
    return bool(done and not cues.AHEAD.search(words, done[-1]))


def _heading(notice: Notice, place: int) -> str:
    """Give a line that may stand above a day; a whole sentence is none."""
    words = notice.words(place)
    if len(words) > LONGEST_HEADING or words.endswith((".", "!", "?", ";")):
        return ""
    return words.rstrip(": ")
