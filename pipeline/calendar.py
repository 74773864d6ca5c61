"""When the Assemblée is expected to sit, and when its own acts say that it did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Span = tuple[tuple[int, int], tuple[int, int]]  # first and last day, each (month, day)


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


def season_by(calendar: Calendar, sat: Collection[date]) -> Callable[[date], Season]:
    """Give how to tell the season of a day, from two signals: the calendar, the days it surely sat.

    A week with a sitting is a week of session, whatever the calendar foresees: only where both
    agree that the parliament rests is it a recess.
    """
    weeks = {_week(day) for day in sat}
    return lambda day: Season.SESSION if _week(day) in weeks else calendar.season(day)


def _within(day: date, span: Span) -> bool:
    return span[0] <= (day.month, day.day) <= span[1]


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week
