"""Momentum: the attention that themes and bills get, against what was to be expected. Pure.

A panel of units is followed day by day. A day is judged with what was learned before it, never
with a later day. Constants were chosen on simulated panels of 14 themes and 4 to 6 bills.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

VERSION = "1"

RISING_FROM, SURGING_FROM, CALM_UNDER = 1.9, 3.0, 1.0
COLD_EXTRA = 0.5  # asked on top while little is known of what is usual
LEARNING_DAYS, COLD_DAYS = 11, 28
SURGE_OUTLETS, SURGE_STORIES, COLD_SURGE_STORIES = 3, 3, 5
SUBSIDING_DAYS = 7
PARTIAL_FROM = 2  # days missing among the last seven

# Short windows see spikes, long ones build-ups; a longer one must be a little surer.
WINDOWS = {1: 0.0, 2: 0.15, 4: 0.3, 7: 0.5}
LONGEST = max(WINDOWS)
LEAST_VOLUME, LEAST_RATIO = 3, 1.4

LAG = 2  # days left out of the level: a rise must not become usual while it is rising
HALF_LIFE = 10.0  # days, of the level
LONG_HALF_LIFE = 45.0  # days, of the dispersion and of stories per outlet
UNSEEN = 0.1  # stories that a unit never seen may well have in a window
MODEL_ERROR = 0.1  # relative, of the expected volume
TIDE_ERROR = 0.2
HOLIDAY = 0.55  # share of a usual day's volume
CATCH_UP = 0.9  # share of a missed day that comes in with the next
WINSOR = 2.5  # standard deviations above which a day teaches no more
TIDE_RANGE, TIDE_PSEUDO, TIDE_CAP = (0.75, 4.0), 12.0, 2.0
PANEL_WEIGHT, OWN_WEIGHT = 40.0, 20.0  # stories that weigh as much as what is learned of weekdays
HIGH_TIDE, IN_TIDE, OF_BILL, OF_STEP = 1.25, -0.7, -0.3, 0.3


class State(StrEnum):
    """Where a unit stands. In at 1.9, out under 1.0 twice: it does not flicker."""

    CALM = "calm"
    RISING = "rising"
    SURGING = "surging"
    SUBSIDING = "subsiding"
    PARTIAL = "partial"
    LEARNING = "learning"


RAISED = (State.RISING, State.SURGING)


@dataclass(frozen=True, slots=True)
class Day:
    """What was published of a unit in a day: distinct stories, distinct outlets.

    `missing`: the sources did not answer, its zeros are no zeros. `step`: the bill, or one of the
    theme, reached a stage that day.
    """

    stories: float = 0.0
    outlets: float = 0.0
    missing: bool = False
    holiday: bool = False
    step: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit on a day: volume observed and expected over `window` days.

    `ratio` is (observed + 1) / (expected + 1). `surprise` is −log10 of the chance of so much or
    more, adjusted. `outlets` is at least how many outlets spoke in the window. `days` is how
    many days taught what is usual, `missing` how many of the last seven are missing.
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

    @property
    def threshold(self) -> float:
        """The surprise from which the unit is rising."""
        return RISING_FROM + (COLD_EXTRA if self.days < COLD_DAYS else 0.0)

    @property
    def rises(self) -> bool:
        """Whether the day by itself is unusual enough to be told."""
        return self.days >= LEARNING_DAYS and self.surprise >= self.threshold


class Past(NamedTuple):
    """What remains of an earlier day: the state then, and the surprise."""

    state: State
    surprise: float


def measure(counts: Sequence[float]) -> Measure:
    """Measure the last day of one series, alone: each count is so many stories of as many outlets.

    Raises ValueError when there is no day at all.
    """
    if not counts:
        raise ValueError("no day to measure")
    panel = Panel({"it"})
    for number, count in enumerate(counts, start=1):
        found = panel.advance(date.fromordinal(number), {"it": Day(count, count)})["it"]
    return found


def next_state(past: Sequence[Past], now: Measure) -> State:
    """Say where a unit stands after a day, given its earlier days, the newest last."""
    if now.days < LEARNING_DAYS:
        return State.LEARNING
    if now.missing >= PARTIAL_FROM:
        return State.PARTIAL
    known = [p for p in past if p.state is not State.PARTIAL]
    before = known[-1] if known else Past(State.CALM, 0.0)
    if _surges(now):
        return State.SURGING
    if now.rises:
        return before.state if before.state in RAISED else State.RISING
    if before.state in RAISED:
        quiet = now.surprise < CALM_UNDER and before.surprise < CALM_UNDER
        return State.SUBSIDING if quiet else before.state
    lately = [p.state for p in known[-SUBSIDING_DAYS:]]
    if before.state is State.SUBSIDING and lately != [State.SUBSIDING] * SUBSIDING_DAYS:
        return State.SUBSIDING
    return State.CALM


def _surges(now: Measure) -> bool:
    cold = now.days < COLD_DAYS
    return (
        now.surprise >= SURGING_FROM
        and now.outlets >= SURGE_OUTLETS
        and now.observed >= (COLD_SURGE_STORIES if cold else SURGE_STORIES)
    )


def alarms(cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Follow recorded series, panel by panel, and say of each day whether it rises.

    Raises KeyError for a case without one of its fields, ValueError for a date that is none.
    """
    ordered = sorted(cases, key=lambda case: (case["panel"], case["series_id"]))
    for _, group in groupby(ordered, key=lambda case: case["panel"]):
        yield from _alarms_of_panel(list(group))


def _alarms_of_panel(cases: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    series = {case["series_id"]: {d["date"]: d for d in case["days"]} for case in cases}
    panel = Panel(series, bills={c["series_id"] for c in cases if c["kind"] == "bill"})
    for day in sorted({day for days in series.values() for day in days}):
        counts = {unit: _recorded(days[day]) for unit, days in series.items() if day in days}
        for unit, found in panel.advance(date.fromisoformat(day), counts).items():
            score = round(found.surprise, 4)
            yield {"series_id": unit, "date": day, "alarm": found.rises, "score": score}


def _recorded(day: Mapping[str, Any]) -> Day:
    return Day(
        stories=day["stories"],
        outlets=day["outlets"],
        missing=bool(day["missing"]),
        holiday=bool(day.get("holiday")),
        step=bool(day.get("leg")),
    )


class Panel:
    """The units of one deployment, followed together: each is judged in the tide of the others."""

    def __init__(self, units: Iterable[str], bills: Collection[str] = ()) -> None:
        weekdays = [_Mean() for _ in range(7)]
        self._units = {name: _Unit(name in bills, weekdays) for name in units}

    def advance(
        self, day: date, counts: Mapping[str, Day], *, partial: bool = False
    ) -> dict[str, Measure]:
        """Measure a day of the units, then learn from it. Days come in order, none twice.

        `partial`: the day is not over. The others seem low because they are not all in, which must
        not make a unit seem high.
        """
        for name, count in counts.items():
            self._units[name].meet(day.weekday(), count)
        units = [self._units[name] for name in counts]
        volume = sum(unit.today.tide_volume for unit in units)
        base = sum(unit.today.tide_base for unit in units)
        found = {}
        for name, unit in zip(counts, units, strict=True):
            own = unit.today
            tide = _tide(volume - own.tide_volume, base - own.tide_base)
            found[name] = unit.judge(max(tide, 1.0) if partial else tide)
            unit.learn()
        return found


def _tide(volume: float, base: float) -> float:
    """Give how much more than usual is published of the other themes together."""
    low, high = TIDE_RANGE
    return max(low, min(high, (volume + TIDE_PSEUDO) / (base + TIDE_PSEUDO)))


class _Mean:
    """A weighted mean. With a half-life, what was added long ago weighs less and less."""

    def __init__(self, half_life: float = math.inf) -> None:
        self.keep = 0.5 ** (1.0 / half_life)
        self.sum = self.weight = 0.0

    def add(self, value: float, weight: float) -> None:
        self.sum = self.sum * self.keep + value
        self.weight = self.weight * self.keep + weight

    def value(self, prior: float = 0.0, weight: float = 0.0) -> float:
        """Give the mean, shrunk to a prior that weighs so much."""
        total = self.weight + weight
        return (self.sum + prior * weight) / total if total else prior


@dataclass(slots=True)
class _Record:
    """A day of a unit: effective volume, what is usual on such a day, the tide it came in."""

    day: Day
    weekday: int
    volume: float
    factor: float
    base: float
    tide_volume: float
    tide_base: float
    tide: float = 1.0
    expected: float = 0.0
    teaches: bool = False


class _Unit:
    """What is known of one unit: its level, its weekdays, how it varies, its last days."""

    def __init__(self, is_bill: bool, panel_weekdays: Sequence[_Mean]) -> None:
        self.is_bill = is_bill
        self.days = 0
        self.level = _Mean(HALF_LIFE)
        self.panel_weekdays = panel_weekdays
        self.weekdays = [_Mean() for _ in range(7)]
        self.spread = _Mean(LONG_HALF_LIFE)
        self.stories_per_outlet = _Mean(LONG_HALF_LIFE)
        self.last: deque[_Record] = deque(maxlen=LONGEST)
        self.pending: deque[_Record] = deque()

    @property
    def today(self) -> _Record:
        return self.last[-1]

    def meet(self, weekday: int, day: Day) -> None:
        """Take in a day: what came of it, and what is usual on such a day."""
        usual = self.panel_weekdays[weekday].value(prior=1.0, weight=PANEL_WEIGHT)
        factor = self.weekdays[weekday].value(usual, OWN_WEIGHT)
        factor *= HOLIDAY if day.holiday else 1.0
        base = self.level.value() * factor
        volume = self._volume(day)
        # One theme's own news must not pass for a tide: its day counts up to a limit.
        in_tide = not (self.is_bill or day.missing)
        tide_volume = min(volume, TIDE_CAP * base + 2.0) if in_tide else 0.0
        tide_base = base if in_tide else 0.0
        self.last.append(_Record(day, weekday, volume, factor, base, tide_volume, tide_base))

    def judge(self, tide: float) -> Measure:
        """Measure the day that was met."""
        missed = self._missed_just_before()
        if not self.today.day.missing:
            self._expect(tide, missed)
        window, surprise = self._surprise()
        records = self._window(window)
        expected = sum(r.expected for r in records)
        observed = round(sum(r.volume for r in records))
        return Measure(
            observed=observed,
            expected=expected,
            ratio=(observed + 1) / (expected + 1),
            surprise=max(0.0, surprise + self._adjustment(surprise, tide)),
            window=window,
            outlets=round(max((r.day.outlets for r in records), default=0)),
            days=self.days,
            missing=sum(r.day.missing for r in self.last),
        )

    def learn(self) -> None:
        """Learn from the day that is now old enough."""
        self.pending.append(self.today)
        if len(self.pending) > LAG and (old := self.pending.popleft()).teaches:
            self._learn_from(old)

    def _volume(self, day: Day) -> float:
        # An echo moves stories alone, a wire copy outlets alone: only news moves both.
        usual = self.stories_per_outlet.value(prior=1.0, weight=10.0)
        return min(day.stories, 1.15 * usual * day.outlets + 0.5) if day.outlets else 0.0

    def _expect(self, tide: float, missed: int) -> None:
        today = self.today
        today.tide = 1.0 if self.is_bill or missed else tide
        today.expected = today.base * today.tide + CATCH_UP * missed * self.level.value()
        self.days += 1
        # A first day may hold whatever the sources still had, a day after an outage what was late.
        today.teaches = not missed and self.days > 1

    def _missed_just_before(self) -> int:
        before = list(self.last)[:-1]
        return next((n for n, r in enumerate(reversed(before)) if not r.day.missing), len(before))

    def _window(self, window: int) -> list[_Record]:
        return [r for r in list(self.last)[-window:] if not r.day.missing]

    def _surprise(self) -> tuple[int, float]:
        today = self.today
        if today.day.missing or today.volume <= today.expected:
            return 1, 0.0
        sure = {w: self._of_window(w) - cost for w, cost in WINDOWS.items() if w <= len(self.last)}
        best = max(sure, key=lambda window: (sure[window], -window))
        return (best, sure[best]) if sure[best] > 0 else (1, 0.0)

    def _of_window(self, window: int) -> float:
        records = self._window(window)
        volume, expected = sum(r.volume for r in records), sum(r.expected for r in records)
        if volume < LEAST_VOLUME or volume < LEAST_RATIO * expected:
            return 0.0
        mean = expected + UNSEEN
        spread, tide = self._spread(), max(r.tide for r in records)
        unsure = MODEL_ERROR**2 + min(1.0, spread / (1.0 + 2.0 * self.level.sum))
        unsure += (TIDE_ERROR * (tide - 1.0) / tide) ** 2
        return -math.log10(upper_tail(volume, mean, spread * mean + unsure * mean**2))

    def _adjustment(self, surprise: float, tide: float) -> float:
        stepped = any(record.day.step for record in list(self.last)[-2:])
        adjustment = OF_STEP if stepped and surprise > 1.0 else 0.0
        if self.is_bill:
            return adjustment + OF_BILL
        return adjustment + (IN_TIDE if tide > HIGH_TIDE else 0.0)

    def _spread(self) -> float:
        return self.spread.value(prior=1.3, weight=15.0)

    def _learn_from(self, old: _Record) -> None:
        expected = old.base * old.tide
        sigma = math.sqrt(self._spread() * expected + 0.1 * expected**2)
        known = self.level.weight > 3.0
        volume = min(old.volume, expected + WINSOR * sigma + 1.5) if known else old.volume
        self.level.add(volume, old.factor * old.tide)
        self.stories_per_outlet.add(min(old.day.stories, 20.0), min(old.day.outlets, 20.0))
        if expected > 0:
            self.spread.add(min((volume - expected) ** 2 / max(expected, 0.1), 9.0), 1.0)
        if self.days > LONGEST and not old.day.holiday:
            taught = [self.weekdays] if self.is_bill else [self.weekdays, self.panel_weekdays]
            for weekdays in taught:
                weekdays[old.weekday].add(volume / old.tide, self.level.value())


def upper_tail(volume: float, mean: float, variance: float) -> float:
    """Give the chance of so much or more of a negative binomial count, half of `volume` itself.

    Between two whole volumes the chance is interpolated on a log scale. Never less than 1e-300.
    """
    whole = math.floor(volume)
    share = volume - whole
    here = math.log(_mid_p(whole, mean, variance))
    above = math.log(_mid_p(whole + 1, mean, variance)) if share else 0.0
    return math.exp((1 - share) * here + share * above)


def _mid_p(count: int, mean: float, variance: float) -> float:
    if count <= 0:
        return 1.0
    size = mean**2 / max(variance - mean, 1e-4 * mean)
    miss = mean / (size + mean)
    log_chance = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    log_chance += size * math.log1p(-miss) + count * math.log(miss)
    if log_chance < -690:  # too far from the mean for a float
        return 1.0 if count < mean else 1e-300
    chance = math.exp(log_chance)
    total = chance / 2
    while chance > total * 1e-9:
        chance *= miss * (count + size) / (count + 1)
        count += 1
        total += chance
    return min(1.0, max(total, 1e-300))
