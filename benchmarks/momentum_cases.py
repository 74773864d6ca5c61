"""Simulate series of attention whose events and decoys are known, to train and try `momentum`.

    python benchmarks/momentum_cases.py --seed 1 --panels 12 > cases.jsonl

One series a line, in the format that `vigie try momentum` reads, labels beside. Nothing here is
taken from recorded press: each panel draws its own habits (how much is copied, how many outlets
there are, how levels drift), so that a detector that scores well does not owe it to one of them.
A genuine event is told by more outlets per item than usual business; decoys are one outlet that
repeats itself, one wire story copied everywhere, a backlog, a tide that lifts every theme.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

DAYS = 180
# Level, variance over mean within a day, and how much the level drifts, of each kind of theme.
KINDS = {
    "rare": ((0.7, 2.2), (1.1, 1.5), 1.0),
    "small": ((3.0, 7.0), (1.0, 1.5), 0.9),
    "bursty": ((1.2, 3.5), (3.0, 6.0), 0.8),
    "restless": ((6.0, 20.0), (2.0, 6.0), 1.0),
    "steady": ((5.5, 9.0), (1.0, 1.7), 0.35),
    "large": ((17.0, 32.0), (1.2, 3.0), 0.35),
}
GENERAL = ["spike"] * 3 + ["leg_step"] * 3 + ["buildup"] * 3 + ["quiet"] * 2
GENERAL += ["echo", "syndic", "outage"]
TIDAL = ["campaign"] * 8 + ["campaign_own"] * 4 + ["echo", "syndic"]
COLD = ["coldstart"] * 8 + ["quiet"] * 2 + ["echo"] * 2 + ["syndic"] * 2
SHAPES = {
    "coldstart": ("spike", "build", "step"),
    "campaign_own": ("spike", "step"),
    "bill_burst": ("spike", "step"),
    "spike": ("spike",),
    "buildup": ("build",),
    "leg_step": ("step",),
}


@dataclass
class World:
    """The habits of one panel's press."""

    dice: Random
    kind: str
    days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        d = self.dice
        count = d.randint(51, 62) if self.kind == "cold" else DAYS
        start = date(2023, 9, 1) + timedelta(days=d.randrange(900))
        self.days = [start + timedelta(days=n) for n in range(count)]
        self.warmup = 14 if self.kind == "cold" else 28
        self.copied = d.uniform(0.10, 0.20)  # share of usual items that repeat a story
        self.event_copied = d.uniform(0.30, 0.45)
        self.outlets = list(range(d.choice((26, 30, 30, 34, 38))))
        bend = d.uniform(3.0, 8.0)
        self.usual = list(accumulate((n + bend) ** -1.2 for n in self.outlets))
        self.weekend = d.uniform(0.5, 0.7)
        self.week = [d.gauss(1.0, 0.05) for _ in range(5)] + [self.weekend, self.weekend]
        self.feast = d.uniform(0.35, 0.7)
        self.sitting_lift = d.uniform(1.0, 1.25)
        self.missing = self._outages()
        self.holidays = {n for n in range(count) if d.random() < 0.025}
        self.sitting = {n for n, day in enumerate(self.days) if _sits(day)}
        self.tide, self.tide_label = self._tide()

    def _outages(self) -> dict[int, float]:
        """Give each missing day, with the share of it that comes in later."""
        missing: dict[int, float] = {}
        for _ in range(self.dice.choice((0, 1, 1, 2, 2, 3)) if self.kind != "cold" else 1):
            start = self.dice.randrange(14, len(self.days) - 8)
            share = self.dice.choice((0.0, self.dice.uniform(0.5, 1.0)))
            for n in range(start, start + self.dice.choice((1, 2, 2, 2, 3, 3, 5))):
                missing[n] = share
        return missing

    def _tide(self) -> tuple[list[float], dict[str, Any] | None]:
        tide = [1.0] * len(self.days)
        if self.kind != "tidal":
            return tide, None
        d = self.dice
        start, height = d.randint(80, 125), d.uniform(1.8, 3.4)
        if d.random() < 0.3:
            for n, share in enumerate((0.8, 1.0, 0.3)):
                tide[start + n] = 1.0 + (height - 1.0) * share
            return tide, {"kind": "budget", "from": start, "to": start + 1}
        lasting, ramp = d.randint(18, 38), d.randint(1, 6)
        for n in range(start, len(tide)):
            rise, after = min(1.0, (n - start + 1) / ramp), max(0, n - start - lasting)
            tide[n] = 1.0 + (height - 1.0) * rise * math.exp(-after / 3.0)
        return tide, {"kind": "campaign", "from": start, "to": start + 6}

    def factor(self, day: int) -> float:
        """Say how much more or less than on another day is published on this one."""
        usual = self.week[self.days[day].weekday()]
        usual *= self.feast if day in self.holidays else 1.0
        return usual * (self.sitting_lift if day in self.sitting else 1.0)


def _sits(day: date) -> bool:
    return day.weekday() in (1, 2, 3) and (day.month in (2, 3, 4, 5, 10, 11) or day.day < 12)


@dataclass
class Tally:
    """What is published on a day: items, stories and the outlets that carry them."""

    items: int = 0
    stories: int = 0
    outlets: set[int] = field(default_factory=set)


class Series:
    """One theme or bill of a panel, with what truly happens to it."""

    def __init__(self, world: World, family: str, number: int) -> None:
        self.world, self.family = world, family
        self.dice = d = world.dice
        self.bill = family.startswith("bill")
        self.id = f"s{d.getrandbits(40):010x}{number}"
        name = d.choice(list(KINDS))
        level, spread, drift = KINDS[name]
        self.level = math.exp(d.uniform(*map(math.log, (0.03, 0.6) if self.bill else level)))
        self.spread = d.uniform(1.0, 1.5) if self.bill else d.uniform(*spread)
        self.scenario = "bill" if self.bill else name
        self.loading = max(0.5, d.gauss(1.0, 0.15))
        self.means = self._means(0.0 if self.bill else drift * d.choice((0.0, 0.04, 0.08)))
        self.days = [Tally() for _ in world.days]
        self.steps = {n for n in range(len(world.days)) if d.random() < 0.013}
        self.events: list[dict[str, Any]] = []
        self.decoys: list[dict[str, Any]] = []

    def _means(self, drift: float) -> list[float]:
        walk, means, home = 0.0, [], self.dice.uniform(0.0, 0.03)
        for n in range(len(self.world.days)):
            walk += self.dice.gauss(0, drift) - home * walk
            tide = 1.0 if self.bill else 1.0 + (self.world.tide[n] - 1.0) * self.loading
            means.append(self.level * math.exp(walk) * self.world.factor(n) * tide)
        return means

    def sigma(self, day: int) -> float:
        """Give the standard deviation of a usual weekday's count, around some day."""
        near = self.means[max(0, day - 3) : day + 4]
        return math.sqrt(self.spread * max(0.25, sum(near) / len(near)))

    def live(self) -> None:
        """Let everything happen: business as usual, then events, decoys and outages."""
        for n, mean in enumerate(self.means):
            self._publish(n, count(self.dice, mean, self.spread))
        for start in self._starts():
            self._event(start)
        if self.family in ("echo", "syndic"):
            self._decoys()
        label = self.world.tide_label
        if label and self.family == "campaign":
            self._label_decoy(label["kind"], label["from"], label["to"], 0)
        self._outages()

    def _publish(self, day: int, items: int) -> None:
        if not items:
            return
        w, d = self.world, self.dice
        tally = self.days[day]
        fresh = sum(d.random() >= w.copied for _ in range(items - 1))
        tally.items, tally.stories = tally.items + items, tally.stories + 1 + fresh
        tally.outlets.update(d.choices(w.outlets, cum_weights=w.usual, k=items))

    def _starts(self) -> list[int]:
        d, last = self.dice, len(self.world.days) - 16
        if self.family == "coldstart":
            return [d.randint(16, 35)]
        if self.family == "campaign_own":
            label = self.world.tide_label
            return [min(last, (label["from"] if label else 90) + d.randint(4, 18))]
        if self.family in ("spike", "leg_step", "buildup"):
            return [d.randint(35, 95), d.randint(110, last)]
        if self.world.kind == "cold":
            return [d.randint(16, 35)] if self.family == "bill_burst" else []
        if self.family == "bill_burst":
            return sorted(d.sample(range(30, last, 40), d.choice((1, 1, 1, 2))))
        often = 0.6 if self.family in ("echo", "syndic", "outage") else 0.0
        return [d.randint(30, last)] if d.random() < often else []

    def _event(self, start: int) -> None:
        d = self.dice
        shape = d.choice(SHAPES.get(self.family, ("spike", "build", "step")))
        profile = _profile(d, shape)
        if start + len(profile) + 3 >= len(self.days):
            return
        low, high = (7.5, 17.0) if self.family == "campaign_own" else (2.7, 9.8)
        strength = low * (high / low) ** d.random()
        peak = strength * self.sigma(start) / math.sqrt(self.world.tide[start])
        extra = [self._tell(start + n, peak * share) for n, share in enumerate(profile)]
        if sum(extra) < 3:
            return
        if d.random() < (0.8 if shape == "step" else 0.15):
            self.steps.add(max(0, start + d.choice((0, 0, 0, 0, -1, 1))))
        days = [str(self.world.days[n]) for n in (start, start + len(profile) - 1)]
        self.events.append(
            {"onset": days[0], "end": days[1], "size": sum(extra), "shape": shape, "k": strength}
        )

    def _tell(self, day: int, mean: float) -> int:
        """Publish genuine news: few copies, and each outlet tells it before any tells it twice."""
        w, d = self.world, self.dice
        items = count(d, mean * math.sqrt(self.world.factor(day)), 1.3)
        tally = self.days[day]
        tally.items += items
        if items:
            tally.stories += 1 + sum(d.random() >= w.event_copied for _ in range(items - 1))
        tally.outlets.update(d.sample(w.outlets, min(items, len(w.outlets))))
        return items

    def _decoys(self) -> None:
        d, last = self.dice, len(self.days) - 6
        first = 16 if self.world.kind == "cold" else 30
        for start in sorted(d.sample(range(first, last, 25), min(2, (last - first) // 25 + 1))):
            if any(abs(self._at(e["onset"]) - start) < 20 for e in self.events):
                continue
            size = max(5.0, d.uniform(2.5, 10.0) * self.sigma(start))
            lasting = d.choice((1, 1, 2, 3, 5) if self.family == "echo" else (1, 1, 2, 2, 3))
            total = 0
            for n in range(start, start + lasting):
                total += self._repeat(n, size * d.uniform(0.6, 1.1) * 0.75 ** (n - start))
            self._label_decoy(self.family, start, start + lasting - 1, total)

    def _repeat(self, day: int, mean: float) -> int:
        items, tally, d = count(self.dice, mean, 1.2), self.days[day], self.dice
        if not items:
            return 0
        tally.items += items
        if self.family == "echo":
            share = d.uniform(0.05, 1.0)
            tally.stories += 1 + sum(d.random() < share for _ in range(items - 1))
            tally.outlets.add(d.choice(self.world.outlets[:8]))
        else:
            tally.stories += 1
            tally.outlets.update(d.sample(self.world.outlets, min(items, len(self.world.outlets))))
        return items

    def _outages(self) -> None:
        late = 0
        for n in range(len(self.days)):
            if n in self.world.missing:
                late += count(self.dice, self.days[n].items * self.world.missing[n], 1.0)
                self.days[n] = Tally()
            elif late:
                self._publish(n, late)
                if late > 1.4 * self.sigma(n) and not self._in_event(n) and n > self.world.warmup:
                    self._label_decoy("catchup", n, n, late)
                late = 0

    def _in_event(self, day: int) -> bool:
        return any(self._at(e["onset"]) <= day <= self._at(e["end"]) + 3 for e in self.events)

    def _at(self, day: str) -> int:
        return (date.fromisoformat(day) - self.world.days[0]).days

    def _label_decoy(self, kind: str, start: int, end: int, size: int) -> None:
        days = [str(self.world.days[n]) for n in (start, end)]
        self.decoys.append({"onset": days[0], "end": days[1], "kind": kind, "size": size})

    def as_case(self, panel: str) -> dict[str, Any]:
        """Give the series as a line of the cases, with its labels."""
        return {
            "series_id": self.id,
            "panel": panel,
            "kind": "bill" if self.bill else "theme",
            "family": self.family,
            "scenario": self.scenario,
            "warmup": self.world.warmup,
            "days": [self._as_day(n) for n in range(len(self.days))],
            "events": self.events,
            "decoys": self.decoys,
        }

    def _as_day(self, n: int) -> dict[str, Any]:
        tally, world = self.days[n], self.world
        day = {
            "date": str(world.days[n]),
            "count": tally.items,
            "outlets": len(tally.outlets),
            "stories": tally.stories,
            "missing": n in world.missing,
        }
        marks = {"leg": 1, "holiday": True, "sitting": True}
        held = (self.steps, world.holidays, world.sitting)
        return day | {
            mark: marks[mark] for mark, days in zip(marks, held, strict=True) if n in days
        }


def _profile(dice: Random, shape: str) -> Sequence[float]:
    """Give the share of its peak that an event reaches on each of its days."""
    if shape == "spike":
        return (1.0, dice.uniform(0.4, 0.9), dice.uniform(0.15, 0.5))[
            : dice.choice((1, 2, 3, 3, 3))
        ]
    if shape == "step":
        fade = dice.uniform(2.0, 6.5)
        floor = dice.uniform(0.05, 0.3)
        return [max(floor, math.exp(-n / fade)) for n in range(dice.randint(4, 12))]
    lasting = dice.randint(7, 15)
    top = lasting * dice.uniform(0.45, 0.8)
    return [
        (n + 1) / (top + 1) if n < top else max(0.15, 1.0 - (n - top) / (lasting - top + 0.5))
        for n in range(lasting)
    ]


def count(dice: Random, mean: float, spread: float) -> int:
    """Draw a count: Poisson, or negative binomial when its variance is `spread` times its mean."""
    if mean <= 0:
        return 0
    rate = dice.gammavariate(mean / (spread - 1.0), spread - 1.0) if spread > 1.001 else mean
    if rate > 50:
        return max(0, round(dice.gauss(rate, math.sqrt(rate))))
    total, product, limit = 0, dice.random(), math.exp(-rate)
    while product > limit:
        total, product = total + 1, product * dice.random()
    return total


def panel(seed: int, number: int) -> Iterator[dict[str, Any]]:
    """Give the series of one panel: always the same for the same seed and number."""
    dice = Random(f"{seed}/{number}")
    kind = dice.choices(("general", "tidal", "cold"), (5, 4, 3))[0]
    families = {"general": GENERAL, "tidal": TIDAL, "cold": COLD}[kind]
    bursts = 2 if kind == "cold" else 4
    world = World(dice, kind)
    for place, family in enumerate([*families, *["bill_burst"] * bursts, *["bill_quiet"] * 2]):
        series = Series(world, family, place)
        series.live()
        yield series.as_case(f"p{seed}-{number:03d}")


def cases(seed: int, panels: int) -> Iterator[dict[str, Any]]:
    """Give the series of so many panels."""
    for number in range(panels):
        yield from panel(seed, number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--panels", type=int, default=12)
    asked = parser.parse_args()
    for case in cases(asked.seed, asked.panels):
        print(json.dumps(case, separators=(",", ":")))


if __name__ == "__main__":
    main()
