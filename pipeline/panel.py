"""Units followed together, day by day: what is usual of each, and what is not. Pure.

A day is judged with what was learned before it, never with a later day, at a cost that depends on
the number of units only. Constants were chosen on simulated panels (benchmarks/momentum_cases.py);
docs/explanation/momentum.md says what each brings.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.chance import upper_tail
from pipeline.measures import Day, Look, Measure
from pipeline.mixture import Habits, looks_like_news

# Short windows see spikes, long ones build-ups; a longer one must be a little surer.
WINDOWS = {1: 0.0, 2: 0.1, 4: 0.2, 7: 0.3}
LONGEST = max(WINDOWS)
LEAST_VOLUME = 3.0  # two stories surprise nobody
MOST_CHANCE = 9.0  # beyond a chance in 10⁹ no volume is surer
# log10: looking like news does not make up for a small volume, nor unlike it for a great one.
LEAST_MIXTURE, MOST_MIXTURE = -2.0, 2.0

LAG = 2  # days left out of the level: a rise must not become usual while it is rising
HALF_LIFE = 10.0  # days, of the level
LONG_HALF_LIFE = 45.0  # days, of the dispersion and of stories per outlet
UNSEEN = 0.1  # stories that a unit never seen may well have in a window
SPREAD, SPREAD_WEIGHT = 1.3, 10.0  # variance over mean of a unit, as if from so many days
LEVEL_KNOWN = 2.0  # the more stories taught the level, the surer it is
MODEL_ERROR = 0.1  # relative, of the expected volume
TIDE_ERROR = 0.4
HOLIDAY = 0.55  # share of a usual day's volume
CATCH_UP = 1.0  # share of a missed day that comes in with the next
WINSOR = 2.5  # standard deviations above which a day teaches no more
TIDE_RANGE, TIDE_PSEUDO, TIDE_CAP = (0.75, 4.0), 12.0, 2.0
PANEL_WEIGHT, OWN_WEIGHT = 40.0, 20.0  # stories that weigh as much as what is learned of weekdays
SITTING_WEIGHT, SATURDAY = 600.0, 5  # stories, as above, of whether the Assemblée sits
# Added to the surprise. OFFSET gives back what the mixture of a usual day takes, so that 1.9 is
# reached by chance about once in 90 days; OF_TIDE is by the natural log of the tide.
OFFSET, OF_TIDE, OF_STEP = 0.4, -1.35, 0.3


class Panel:
    """The units of one deployment, followed together: each is judged in the tide of the others."""

    def __init__(
        self, units: Iterable[str], bills: Collection[str] = (), dossiers: Collection[str] = ()
    ) -> None:
        weekdays, habits = [_Mean() for _ in range(7)], Habits()
        sittings = {True: _Mean(), False: _Mean()}
        # A dossier is measured as a bill is; its documents, its bills', are not learned from twice.
        alone = {*bills, *dossiers}
        self._units = {name: _Unit(name in alone, weekdays, sittings, habits) for name in units}
        for name in dossiers:
            self._units[name].repeats = True

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
        for unit in units:  # after all were judged: what is learned is shared
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
    lift: float = 1.0
    tide: float = 1.0
    expected: float = 0.0
    mixture: float = 0.0
    look: Look = Look.USUAL
    teaches: bool = False


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a window shows: how little likely its volume is, how much it looks like news."""

    window: int = 1
    chance: float = 0.0
    mixture: float = 0.0

    @property
    def surprise(self) -> float:
        return self.chance + self.mixture - WINDOWS[self.window]


class _Unit:
    """What is known of one unit: its level, its weekdays, how it varies, its last days."""

    def __init__(
        self,
        is_bill: bool,
        panel_weekdays: Sequence[_Mean],
        panel_sittings: Mapping[bool, _Mean],
        habits: Habits,
    ) -> None:
        self.is_bill = is_bill
        self.repeats = False
        self.days = 0
        self.level = _Mean(HALF_LIFE)
        self.panel_weekdays = panel_weekdays
        self.panel_sittings = panel_sittings
        self.habits = habits
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
        lift = self._lift(weekday, day)
        factor *= lift
        base = self.level.value() * factor
        volume = self._volume(day)
        # One theme's own news must not pass for a tide: its day counts up to a limit.
        in_tide = not (self.is_bill or day.missing)
        tide_volume = min(volume, TIDE_CAP * base + 2.0) if in_tide else 0.0
        tide_base = base if in_tide else 0.0
        self.last.append(_Record(day, weekday, volume, factor, base, tide_volume, tide_base, lift))

    def judge(self, tide: float) -> Measure:
        """Measure the day that was met."""
        late = self._missed_just_before()
        if not self.today.day.missing:
            self._expect(tide, late)
        sight = self._best_sight()
        records = self._window(sight.window)
        expected = sum(r.expected for r in records)
        observed = round(sum(r.volume for r in records))
        adjustments = self._adjustments(sight, tide) if sight.chance else {}
        return Measure(
            observed=observed,
            expected=expected,
            ratio=(observed + 1) / (expected + 1),
            surprise=max(0.0, sight.chance + sight.mixture + sum(adjustments.values())),
            window=sight.window,
            outlets=round(max((r.day.outlets for r in records), default=0)),
            days=self.days,
            missing=sum(r.day.missing for r in self.last),
            items=round(sum(r.day.items for r in records)),
            stories=round(sum(r.day.stories for r in records)),
            chance=sight.chance,
            mixture=sight.mixture,
            look=self.today.look,
            tide=tide,
            late=late,
            blind=self.today.day.missing,
            adjustments=adjustments,
        )

    def learn(self) -> None:
        """Learn from the day that is now old enough."""
        self.pending.append(self.today)
        if not self.today.day.missing and not self.repeats:
            self.habits.widen(self.today.day)
        if len(self.pending) > LAG and (old := self.pending.popleft()).teaches:
            self._learn_from(old)

    def _volume(self, day: Day) -> float:
        # An echo moves stories alone, a wire copy outlets alone: only news moves both.
        usual = self.stories_per_outlet.value(prior=1.0, weight=10.0)
        return min(day.stories, 1.15 * usual * day.outlets + 0.5) if day.outlets else 0.0

    def _expect(self, tide: float, late: int) -> None:
        today, level = self.today, self.level.value()
        today.tide = 1.0 if self.is_bill or late else tide
        today.expected = today.base * today.tide + CATCH_UP * late * level
        items = today.expected / (1.0 - self.habits.copied)
        variance = self._spread() * items + 0.3
        news, today.look = looks_like_news(today.day, items, variance, self.habits)
        today.mixture = news / math.log(10)
        self.days += 1
        # A first day may hold whatever the sources still had, a day after an outage what was late.
        today.teaches = not late and self.days > 1

    def _lift(self, weekday: int, day: Day) -> float:
        if weekday >= SATURDAY:
            return 1.0
        return self.panel_sittings[day.sitting].value(prior=1.0, weight=SITTING_WEIGHT)

    def _missed_just_before(self) -> int:
        before = list(self.last)[:-1]
        return next((n for n, r in enumerate(reversed(before)) if not r.day.missing), len(before))

    def _window(self, window: int) -> list[_Record]:
        return [r for r in list(self.last)[-window:] if not r.day.missing]

    def _best_sight(self) -> _Sight:
        today = self.today
        if today.day.missing or today.volume <= today.expected:
            return _Sight()
        sights = [self._sight(window) for window in WINDOWS if window <= len(self.last)]
        return max(sights, key=lambda sight: (sight.surprise, -sight.window))

    def _sight(self, window: int) -> _Sight:
        records = self._window(window)
        volume, expected = sum(r.volume for r in records), sum(r.expected for r in records)
        if volume < LEAST_VOLUME:
            return _Sight(window)
        mean = expected + UNSEEN
        spread, tide = self._spread(), max(r.tide for r in records)
        unsure = MODEL_ERROR**2 + min(1.0, spread / (1.0 + LEVEL_KNOWN * self.level.sum))
        unsure += (TIDE_ERROR * (tide - 1.0) / tide) ** 2
        chance = -math.log10(upper_tail(volume, mean, spread * mean + unsure * mean**2))
        mixture = sum(r.mixture for r in records)
        mixture = max(LEAST_MIXTURE, min(MOST_MIXTURE, mixture))
        return _Sight(window, min(MOST_CHANCE, chance), mixture)

    def _adjustments(self, sight: _Sight, tide: float) -> dict[str, float]:
        """Name what is added to a sight, and what is taken from it."""
        found = {"window": -WINDOWS[sight.window]}
        if any(r.day.items for r in self._window(sight.window)):
            found["offset"] = OFFSET
        if tide > 1.0:
            found["tide"] = OF_TIDE * math.log(tide)
        stepped = any(record.day.step for record in list(self.last)[-2:])
        if stepped and sight.surprise + sum(found.values()) > 1.0:
            found["step"] = OF_STEP
        return {name: value for name, value in found.items() if value}

    def _spread(self) -> float:
        return self.spread.value(SPREAD, SPREAD_WEIGHT)

    def _learn_from(self, old: _Record) -> None:
        expected = old.base * old.tide
        sigma = math.sqrt(self._spread() * expected + 0.1 * expected**2)
        known = self.level.weight > 3.0
        volume = min(old.volume, expected + WINSOR * sigma + 1.5) if known else old.volume
        self.level.add(volume, old.factor * old.tide)
        self.stories_per_outlet.add(min(old.day.stories, 20.0), min(old.day.outlets, 20.0))
        if old.volume <= expected + 2.0 * sigma + 1.0 and not self.repeats:
            self.habits.learn(old.day)
        if expected > 0:
            self.spread.add(min((volume - expected) ** 2 / max(expected, 0.1), 9.0), 1.0)
        if self.days > LONGEST and not old.day.holiday:
            taught = [self.weekdays] if self.is_bill else [self.weekdays, self.panel_weekdays]
            for weekdays in taught:
                weekdays[old.weekday].add(volume / (old.tide * old.lift), self.level.value())
            if not self.is_bill and old.weekday < SATURDAY:
                usual = self.level.value() * old.factor / old.lift
                self.panel_sittings[old.day.sitting].add(volume / old.tide, usual)
