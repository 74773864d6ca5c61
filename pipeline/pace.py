"""How often a page is read again, and how much may be asked of a host in a day. Pure: values in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from pipeline.clock import TORONTO, bounds

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(hours=20), timedelta(days=6, hours=20)
NEAR = timedelta(days=14)
STILL = timedelta(days=60)
ARTICLES_A_DAY = 30  # of a host
SETTLED = timedelta(days=7)  # after its end, a bill gets its chapter, a consultation its documents


class Care(StrEnum):
    """How closely a bill is followed.

    MONITORED: it touches the mission, or something happens to it. DORMANT: it has not moved for
    long, or awaits its turn. OVER: nothing can happen to it any more.
    """

    MONITORED = "monitored"
    ORDINARY = "ordinary"
    DORMANT = "dormant"
    OVER = "over"


# How long a bill's page rests, in a week in which the Assemblée sits and otherwise. A day is twenty
# hours: a visit that comes a little earlier than the day before is not put off to the next.
RESTS = {
    "qc": {
        Care.MONITORED: (3 * HOUR, DAY),
        Care.ORDINARY: (DAY, DAY),
        Care.DORMANT: (WEEK, WEEK),
    },
    "ca": {
        Care.MONITORED: (DAY, DAY),
        Care.ORDINARY: (3 * DAY, 3 * DAY),
        Care.DORMANT: (WEEK, WEEK),
    },
}
# What may have been asked of a host in vain at an hour of the day, that of Montréal: a row for each
# time of the register at which it is visited. The evening has its part, whatever the morning wants;
# two of the forty requests of a day are left for what a visit did not foresee.
BUDGETS = {
    "www.assnat.qc.ca": ((time(0), 21), (time(6, 15), 27), (time(11), 32), (time(16), 38)),
}


@dataclass(frozen=True, slots=True)
class Life:
    """What the pace of a bill depends on.

    `over`: assented, defeated, withdrawn or dead; since `closed`, where somebody says. `moved` is
    the last day on which something happened to it, `coming` the next on which something will.
    `ours`: it was read, and touches the mission. `waits`: its turn is not in sight.
    """

    parliament: str
    over: bool = False
    closed: date | None = None
    moved: date | None = None
    coming: date | None = None
    ours: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a page rests between two readings.

    None: it is read once, and, where `until` is given, once more from that moment on. `presses`: it
    comes before those that do not, where not all can be read.
    """

    every: timedelta | None
    until: datetime | None = None
    presses: bool = False

    def next_reading(self, read_at: datetime) -> datetime | None:
        """Give when a page that was read at this moment is to be read again, None: never."""
        if self.every is not None:
            return read_at + self.every
        return self.until if self.until and read_at < self.until else None


def care(life: Life, today: date) -> Care:
    """Say how closely a bill is followed on a day."""
    if life.over:
        return Care.OVER
    stirs = _is_near(life.moved, today) or _is_near(today, life.coming)
    if stirs or (life.ours and not life.waits):
        return Care.MONITORED
    is_still = life.moved is None or today - life.moved > STILL
    return Care.DORMANT if life.waits or is_still else Care.ORDINARY


def bill_pace(life: Life, today: date, sits: bool) -> Pace:
    """Give the pace of a bill's page; one that is over is read once more when all is settled."""
    cared = care(life, today)
    if cared is Care.OVER:
        return Pace(None, bounds(life.closed + SETTLED)[0] if life.closed else None)
    return Pace(RESTS[life.parliament][cared][0 if sits else 1], presses=cared is Care.MONITORED)


def call_pace(last_day: date | None, today: date) -> Pace:
    """Give the pace of the page of a consultation or a mandate, by the last day that it gives.

    Without one, it is open: what it will give is awaited.
    """
    if last_day is None or last_day >= today:
        return Pace(DAY, presses=_is_near(today, last_day))
    return Pace(WEEK if today - last_day < STILL else None)


def petition_pace(deadline: date | None, today: date) -> Pace:
    """Give the pace of a petition's page: each week, and once when the signing is over."""
    if deadline is None or deadline >= today:
        return Pace(WEEK)
    return Pace(None, bounds(deadline)[1])


def left(spent: int, host: str, now: datetime) -> int | None:
    """Give how many requests a host may still be asked, None: as many as there are."""
    local = now.astimezone(TORONTO).time()
    allowed = [count for start, count in BUDGETS.get(host, ()) if start <= local]
    return max(allowed[-1] - spent, 0) if allowed else None


def in_turn(addresses: Iterable[str], spent: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Give the articles that their hosts may be asked for, the first of each before the second.

    `spent` counts what was asked of each host today. A host with a budget of its own has none left
    for articles. Their turn comes with each.
    """
    turns: Counter[str] = Counter()
    for address in addresses:
        host = urlsplit(address).netloc
        if host not in BUDGETS and spent.get(host, 0) + turns[host] < ARTICLES_A_DAY:
            turns[host] += 1
            yield turns[host], address


def _is_near(earlier: date | None, later: date | None) -> bool:
    return bool(earlier and later and timedelta() <= later - earlier <= NEAR)
