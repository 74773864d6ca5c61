"""How long until a source is visited again: by its own rhythm, and by how its visits go. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from zlib import crc32

from pipeline.clock import TORONTO

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=1)
USUAL = timedelta(hours=1)  # until enough is known
MEMORY = timedelta(days=28)
FEW, SOON = 3, timedelta(days=7)  # fewer publications, known for less long, tell no rhythm
STEP = SHORTEST  # publications closer together than this are one
HALF = 0.5  # of a publication expected: a source is seen twice as often as it publishes
NIGHT = (22, 6)  # hours of Montréal
JITTER = 0.1

Part = tuple[bool, bool]


def rhythm(published: Iterable[datetime], since: datetime, now: datetime) -> timedelta:
    """Give the interval that a source's own pace asks for, between ten minutes and a day.

    `published` are the moments at which it published, `since` when it began to be known: what it
    publishes is counted apart by day and by night, on workdays and on weekends, and its next visit
    is when half a publication is to be expected.
    """
    start = now - MEMORY
    moments = sorted({_step(at) for at in published if start < at <= now})
    if len(moments) < FEW and now - since < SOON:
        return USUAL
    start = max(start, min([since, *moments]))
    counts = Counter(map(_part, moments))
    steps = Counter(_part(start + n * STEP) for n in range(int((now - start) / STEP) + 1))
    overall = len(moments) / max(steps.total(), 1)
    missing, at = HALF, now
    while at < now + LONGEST:
        part = _part(at)
        rate = counts[part] / steps[part] if steps[part] else overall
        if rate >= missing:
            return max(at + STEP * (missing / rate) - now, SHORTEST)
        missing, at = missing - rate, at + STEP
    return LONGEST


def interval(source: str, pace: timedelta, failures: int) -> timedelta:
    """Give how long to wait after a visit: its pace, doubled by each failure in a row, up to a day.

    Each source goes a little apart from it, always the same way, so that they do not all fall
    together. One good visit brings it back to its pace; it is never given up.
    """
    apart = 1 - JITTER + 2 * JITTER * _share(source)
    waited = min(pace * (1 << min(failures, 8)), LONGEST)
    return min(max(waited * apart, SHORTEST), LONGEST)


def first_visit(source: str, now: datetime) -> datetime:
    """Give when a source never visited is: all of them are spread over the coming hour."""
    return now + _share(source) * timedelta(hours=1)


def _share(source: str) -> float:
    return crc32(source.encode()) % 1000 / 1000


def _step(at: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo)


def _part(at: datetime) -> Part:
    local = at.astimezone(TORONTO)
    evening, morning = NIGHT
    return local.weekday() >= 5, not morning <= local.hour < evening
