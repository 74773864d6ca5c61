"""General waves: when everything rises at once (a campaign, a budget), it is one thing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
# How much more than usual is published of everything, two days running. At 1.25 the ordinary weeks
# of the bundled season had two such waves a month; none has 1.5.
TIDE = 1.5
MANY, OF = 5, 15  # themes that are high on one day, of as many
HIGH = 1.3  # surprise from which a theme is high
REST = timedelta(days=7)  # without a wave, after which the next is another one


@dataclass(frozen=True, slots=True)
class Tide:
    """A day over all themes: how much more than usual is published; how many are high, of all."""

    day: date
    tide: float
    high: int
    themes: int


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave that is still on: since when, and its last day."""

    since: date
    last: Tide


def wave(tides: Sequence[Tide]) -> Wave | None:
    """Say whether the last of these days is in a wave; they are in order."""
    before: Sequence[Tide | None] = [None, *tides]
    days = [one for one, eve in zip(tides, before, strict=False) if _is_high(one, eve)]
    if not days or days[-1] is not tides[-1]:
        return None
    since = days[-1].day
    for one in reversed(days):
        if since - one.day > REST:
            break
        since = one.day
    return Wave(since, tides[-1])


def _is_high(one: Tide, eve: Tide | None) -> bool:
    many = one.themes > 0 and one.high * OF >= MANY * max(one.themes, OF)
    risen = eve is not None and one.day - eve.day == DAY and min(one.tide, eve.tide) >= TIDE
    return many or risen
