"""What a day looks like from its items, stories and outlets together, whatever their number. Pure.

Ten items of ten outlets in six stories, ten of seven in nine, ten of ten in one and ten of one are
four different things: news, usual business, a wire copy and an echo. Each is a model of how many
outlets and stories so many items make; the day is compared with all four.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.measures import Day, Look

# Of usual business, before anything is learned: the bend below, and the share of copies.
BEND, COPIED, KNOWN_FROM, WIDEST = 36.0, 0.145, 300.0, 12.0
NEWS_STORIES = 0.77  # of the stories that as many usual items make: outlets take up one another's
# What a wire copy or an echo has against it before a day is seen, in natural log units as below.
RARE = {Look.USUAL: 0.0, Look.WIRE: -1.5, Look.ECHO: -2.0}
# The most that a day proves for news, and against it. Usual business is soon doubted only: news
# that happens to be told like it must still be told once there is enough of it.
MOST = 8.0
LEAST = {Look.USUAL: -2.0, Look.WIRE: -8.0, Look.ECHO: -8.0}
ECHO_STORIES = (0.2, 0.5, 0.8)  # per item of an echo: anything from copies to a series
# Standard deviations that the usual part of a day may be off its mean, with their weight.
USUAL_PART = ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))


class _Made(NamedTuple):
    """How many outlets, or stories, items make: mean and variance."""

    mean: float
    variance: float

    def fits(self, count: float) -> float:
        return -0.5 * ((count - self.mean) ** 2 / self.variance + math.log(self.variance))

    def plus(self, mean: float, variance: float) -> _Made:
        return _Made(self.mean + mean, self.variance + variance)


class Habits:
    """How usual items spread over outlets and repeat each other, learned from usual days.

    n items are told by 1 + (n − 1) / (1 + (n − 1) / bend) outlets: the same ones write again.
    """

    def __init__(self) -> None:
        # What little is known before the first day weighs as much as so many items.
        self._bend, self._bend_weight = BEND * KNOWN_FROM, KNOWN_FROM
        self._copied, self._copied_weight = COPIED * KNOWN_FROM, KNOWN_FROM
        self._widest = WIDEST

    def learn(self, day: Day) -> None:
        """Learn from a day of usual business. Fewer than four items teach nothing."""
        more = day.items - 1.0
        if more < 3.0:
            return
        outlets = min(day.outlets - 1.0, more - 0.3)
        self._bend += outlets * more
        self._bend_weight += more - outlets
        self._copied += day.items - day.stories
        self._copied_weight += more

    def widen(self, day: Day) -> None:
        """Learn how many outlets there are, from any day."""
        self._widest = max(self._widest, day.outlets)

    @property
    def copied(self) -> float:
        """The share of usual items that repeat a story."""
        return self._copied / self._copied_weight

    def outlets(self, items: float) -> _Made:
        """Give the outlets of so many usual items."""
        more, bend = max(0.0, items - 1.0), self._bend / self._bend_weight
        told = min(1.0, items) + more / (1.0 + more / bend)
        return _Made(told, 0.1 + 0.5 * told * (1.0 - told / max(items, 1.0)))

    def stories(self, items: float) -> _Made:
        """Give the stories of so many usual items."""
        more = max(0.0, items - 1.0)
        told = min(1.0, items) + more * (1.0 - self.copied)
        return _Made(told, 0.08 + 1.15 * more * self.copied * (1.0 - self.copied))

    def joined(self, usual: _Made, items: float) -> _Made:
        """Give the outlets when these are joined by as many as there are items of one news."""
        silent = max(0.5, self._widest - usual.mean) * max(0.0, 1.0 - items / self._widest)
        return _Made(self._widest - silent, usual.variance + 0.3)


def looks_like_news(
    day: Day, expected: float, variance: float, habits: Habits
) -> tuple[float, Look]:
    """Give the natural log of the odds that a day is news, as it looks, and what it looks like.

    `expected` and `variance` are of the items that would have been published anyway. One item, or
    an unknown number of them, looks like anything: 0.
    """
    items = day.items
    if items < 2:
        return 0.0, Look.USUAL
    fits: dict[Look, list[float]] = {look: [] for look in Look}
    fits[Look.USUAL].append(
        habits.outlets(items).fits(day.outlets) + habits.stories(items).fits(day.stories)
    )
    for off, weight in USUAL_PART:
        usual = min(items - 1.0, max(0.0, expected + off * math.sqrt(variance)))
        for look, fit in _explain(day, usual, items - usual, habits):
            fits[look].append(math.log(weight) + fit)
    as_news = _either(fits[Look.NEWS])
    odds = {look: max(LEAST[look], min(MOST, as_news - _either(fits[look]))) for look in RARE}
    against = {look: RARE[look] - found for look, found in odds.items()}
    news = -_either(list(against.values()))
    return news, Look.NEWS if news > 0 else max(against, key=against.__getitem__)


def _explain(day: Day, usual: float, more: float, habits: Habits) -> Iterator[tuple[Look, float]]:
    """Say how well each decoy, and news, explains the items beyond the usual ones."""
    outlets, stories = habits.outlets(usual), habits.stories(usual)
    everywhere = habits.joined(outlets, more).fits(day.outlets)
    own = NEWS_STORIES * (1.0 - habits.copied)
    news = stories.plus(own * more, own * (1.0 - own) * more + (0.08 * more) ** 2)
    yield Look.NEWS, everywhere + news.fits(day.stories)
    yield Look.WIRE, everywhere + stories.plus(1.0, 0.5).fits(day.stories)
    again = (stories.plus(s * more, 0.1 * more + 0.04 * more**2) for s in ECHO_STORIES)
    told = max(one.fits(day.stories) for one in again)
    yield Look.ECHO, outlets.plus(0.6, 0.4).fits(day.outlets) + told


def _either(logs: list[float]) -> float:
    top = max(logs)
    return top + math.log(sum(math.exp(one - top) for one in logs))
