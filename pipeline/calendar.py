"""When the Assemblée is expected to sit, and when its own acts say that it did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

Span = tuple[tuple[int, int], tuple[int, int]]  # first and last day, each (month, day)
WEEK = timedelta(days=7)
# Members go to their ridings for a week or two in a row. A calendar that is empty for longer, while
# the parliament is expected to sit, may well be a page that is not read any more.
LONGEST_PAUSE = 3


class Season(StrEnum):
    """What a parliament is doing: each has its own idea of a long silence."""

    SESSION = "session"
    RECESS = "recess"
    ELECTION = "election"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of every year in which a parliament sits, and those of its general elections.

    `vote` is from the end of a legislature to the first day of the next; there is one in the year
    `vote_in` and every fourth year from there.
    """

    sits: tuple[Span, ...]
    vote: Span
    vote_in: int

    def season(self, day: date) -> Season:
        """Say what the calendar foresees for a day."""
        if (day.year - self.vote_in) % 4 == 0 and _within(day, self.vote):
            return Season.ELECTION
        return Season.SESSION if any(_within(day, span) for span in self.sits) else Season.RECESS


# 2026-11-20: its standing orders (art. 19) foresee the second Tuesday of February and the third of
# September, 18 and 12 weeks each; since 2023 it has met again by the end of January. A legislature
# expires on August 29 of its fourth year; the last two began on November 27 and 29.
ASSEMBLEE = Calendar(
    sits=(((1, 28), (6, 12)), ((9, 15), (12, 12))), vote=((8, 29), (11, 30)), vote_in=2026
)


def season_by(
    calendar: Calendar, sat: Collection[date], empty: Collection[date] = ()
) -> Callable[[date], Season]:
    """Give how to tell the season of a day: by the calendar, and what the parliament says itself.

    A week with a day on which it `sat` is of session, whatever the calendar foresees. One of the
    weeks (their Mondays) that it announced `empty` is of recess where it did not sit after all,
    unless so many follow each other that the announcement is not to be believed.
    """
    weeks = {monday(day) for day in sat}
    paused = set(_pauses(calendar, set(empty) - weeks))

    def season(day: date) -> Season:
        if monday(day) in weeks:
            return Season.SESSION
        foreseen = calendar.season(day)
        is_pause = foreseen is Season.SESSION and monday(day) in paused
        return Season.RECESS if is_pause else foreseen

    return season


def monday(day: date) -> date:
    """Give the Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _pauses(calendar: Calendar, empty: Collection[date]) -> Iterator[date]:
    """Give the empty weeks of session that no more than a few others stand beside."""
    within = {week for week in empty if calendar.season(week) is Season.SESSION}
    for first in within:
        if first - WEEK not in within:
            run = [first]
            while run[-1] + WEEK in within:
                run.append(run[-1] + WEEK)
            yield from run if len(run) <= LONGEST_PAUSE else ()


def _within(day: date, span: Span) -> bool:
    return span[0] <= (day.month, day.day) <= span[1]
