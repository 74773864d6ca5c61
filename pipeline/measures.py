"""What is counted of a unit on a day, what is measured of it, and how it can stand. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

RISING_FROM, SURGING_FROM, CALM_UNDER = 1.9, 3.0, 1.0
COLD_EXTRA = 0.5  # asked on top on the first day that may rise; less and less until COLD_DAYS
LEARNING_DAYS, COLD_DAYS = 11, 28


class State(StrEnum):
    """Where a unit stands. In at 1.9, out under 1.0 twice: it does not flicker."""

    CALM = "calm"
    RISING = "rising"
    SURGING = "surging"
    SUBSIDING = "subsiding"
    PARTIAL = "partial"
    LEARNING = "learning"


RAISED = (State.RISING, State.SURGING)


class Look(StrEnum):
    """What a day's items, stories and outlets look like, taken together.

    News is told by many outlets, each in its own words. Usual business is one story an item, of the
    outlets that always write. A wire copy is one story everywhere, an echo one outlet over again.
    """

    USUAL = "usual"
    NEWS = "news"
    WIRE = "wire"
    ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Day:
    """What was published of a unit in a day: distinct stories, distinct outlets, items in all.

    `items` 0 beside stories says that nobody counted them. `missing`: the sources did not answer,
    its zeros are no zeros. `step`: the bill, or one of the theme, reached a stage that day.
    `sitting`: the Assemblée sat, or was announced to.
    """

    stories: float = 0.0
    outlets: float = 0.0
    missing: bool = False
    holiday: bool = False
    step: bool = False
    items: float = 0.0
    sitting: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit on a day: volume observed and expected over `window` days.

    `ratio` is (observed + 1) / (expected + 1). `surprise` is what is alarmed on: `chance`, −log10
    of the chance of so much or more, plus `mixture`, log10 of how much likelier the days look as
    news than as anything else, plus the named `adjustments`; never under 0. `outlets` is at least
    how many outlets spoke in the window, `items` and `stories` what they published, `look` what
    the day by itself looks like. `tide` is how much more than usual is published of the other
    themes. `days` is how many days taught what is usual, `missing` how many of the last seven are
    missing, `late` how many days just before were, whose news comes in today; `blind`: this one is.
    """

    observed: int
    expected: float
    ratio: float
    surprise: float
    window: int
    outlets: int
    days: int
    missing: int
    state: State = State.LEARNING
    items: int = 0
    stories: int = 0
    chance: float = 0.0
    mixture: float = 0.0
    look: Look = Look.USUAL
    tide: float = 1.0
    late: int = 0
    blind: bool = False
    adjustments: Mapping[str, float] = field(default_factory=dict)

    @property
    def threshold(self) -> float:
        """The surprise from which the unit is rising."""
        unknown = max(0, COLD_DAYS - self.days) / (COLD_DAYS - LEARNING_DAYS)
        return RISING_FROM + COLD_EXTRA * min(1.0, unknown)

    @property
    def rises(self) -> bool:
        """Whether the day by itself is unusual enough to be told."""
        return self.days >= LEARNING_DAYS and self.surprise >= self.threshold


class Past(NamedTuple):
    """What remains of an earlier day: the state then, the surprise, whether the day was missing."""

    state: State
    surprise: float
    blind: bool = False
