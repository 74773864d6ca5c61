"""What the visits of one child share, and what a middleware may ask of its crawler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from scrapy.crawler import Crawler

from spiders.archive import Archive, Recorder
from spiders.items import Item, Visit
from spiders.trip import Trip


@dataclass(frozen=True, slots=True)
class Journey:
    """What the visits of one child share: where answers come from or go, and the way out."""

    trip: Trip
    send: Callable[[Item | Visit], None]
    recorder: Recorder | None = None
    archive: Archive | None = None
    started: float = field(default_factory=monotonic)

    def clock(self) -> datetime:
        """Give the moment; in a replay no time passes."""
        passed = 0.0 if self.archive else monotonic() - self.started
        return self.trip.now + timedelta(seconds=passed)


class Traveller(Crawler):
    """A crawler on a journey."""

    journey: Journey
