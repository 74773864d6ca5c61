"""What the crawlers of one child share, and what its middlewares may ask of a crawler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from scrapy.crawler import Crawler

from spiders.archive import Archive, Recorder
from spiders.items import Errand, Item, Visit
from spiders.trip import Trip


@dataclass(frozen=True, slots=True)
class Journey:
    """What the crawlers of one child share: where answers come from or go, and the way out.

    `rules` are those of the robots.txt that were read, by host and port.
    """

    trip: Trip
    send: Callable[[Item | Visit], None]
    recorder: Recorder | None = None
    archive: Archive | None = None
    started: float = field(default_factory=monotonic)
    rules: dict[str, Any] = field(default_factory=dict)

    def clock(self) -> datetime:
        """Give the moment; in a replay no time passes."""
        passed = 0.0 if self.archive else monotonic() - self.started
        return self.trip.now + timedelta(seconds=passed)


class Teller(Protocol):
    """Who has followed a crawl and can tell how it went."""

    def visit(self, started: datetime, finished: datetime, requests: int) -> Visit:
        """Give the visit."""


class Traveller(Crawler):
    """A crawler on an errand. `witness` is there once its spider is open."""

    errand: Errand
    journey: Journey
    witness: Teller
