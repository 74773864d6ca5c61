"""The days of a theme or bill as they are drawn: counts, the band of the usual, what happened."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_lowercase
from typing import TYPE_CHECKING

from pipeline.entries import Entry, told

if TYPE_CHECKING:
    from pipeline.queries.views import MomentumView, PastView

DAY = timedelta(days=1)
MOST = 12  # days marked: the last ones, with more nobody could tell them apart
# What a bill reached, not each of its sittings.
REACHED = ("tabled", "stage", "vote", "reinscribed", "assented", "defeated", "withdrawn", "died")
Band = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on which something happened: what, as tables of words.py and values in them."""

    day: date
    what: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Stories a day from `first` on, the band of what is usual, the days marked, in order.

    A day of the band is None where nothing was measured.
    """

    first: date
    counts: tuple[int, ...]
    band: tuple[Band | None, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def last(self) -> date:
        """The last day drawn."""
        return self.first + (len(self.counts) - 1) * DAY

    @property
    def lettered(self) -> Iterator[tuple[str, Mark]]:
        """The days marked, each with the letter that it bears in the picture."""
        return zip(ascii_lowercase, self.marks, strict=False)


def curve(
    measure: MomentumView, states: Sequence[Entry] = (), history: Iterable[PastView] = ()
) -> Curve:
    """Give the curve of a measure's series, with the rises that were told and a bill's history."""
    first = measure.day - (len(measure.series) - 1) * DAY
    happened = [(day, ("state", state)) for day, state in told(states)]
    happened += [(e.day, _reached(e)) for e in history if e.day and e.kind in REACHED]
    found: dict[date, dict[tuple[str, str], None]] = defaultdict(dict)
    for day, what in sorted(happened, key=lambda one: one[0]):
        if first <= day <= measure.day:
            found[day][what] = None
    marks = [Mark(day, tuple(what)) for day, what in found.items()]
    usual = measure.usual or (None,) * len(measure.series)
    return Curve(first, measure.series, tuple(map(band, usual)), tuple(marks[-MOST:]))


def band(usual: float | None) -> Band | None:
    """Give what about nineteen days in twenty stay within; counts vary a little over Poisson."""
    if usual is None:
        return None
    spread = 2 * math.sqrt(1.3 * usual + 0.3)
    return max(0.0, usual - spread), usual + spread


def within(one: Band) -> tuple[int, int]:
    """Give the whole numbers that a band holds."""
    return math.ceil(one[0]), math.floor(one[1])


def _reached(event: PastView) -> tuple[str, str]:
    """Name a stage in the source's words, or the end of a bill in ours."""
    words = event.detail.get("label") or event.detail.get("title")
    return ("stage", words) if words else ("status", event.kind)
