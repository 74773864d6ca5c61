"""How a source is, from what its visits told, and which notice of it is due. Pure: values in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from pipeline.calendar import Season
from pipeline.clock import day_of
from spiders.items import Outcome
from spiders.sources import Silence

HEALTHY = (Outcome.OK, Outcome.UNCHANGED)
# What asks for somebody even where the rest of the visit went well, and how long it stands after
# it was last told, unless its page is read again. An address that has moved says so at every visit;
# a page that cannot be read is asked at each one, or put off a little; one that was not wholly
# understood waits until it is due.
SERIOUS = {
    "moved": timedelta(0),
    "page-changed": timedelta(hours=20),
    "reader-error": timedelta(hours=20),
    "blocked": timedelta(hours=20),
    "empty-body": timedelta(hours=20),
    "truncated": timedelta(hours=20),
    "wrong-month": timedelta(hours=20),
    "wrong-week": timedelta(hours=20),
    "incomplete-list": timedelta(hours=20),
    "unfilled": timedelta(hours=20),
    "unknown-label": timedelta(days=8),
    "wrong-count": timedelta(days=8),
}
DAY = timedelta(days=1)
REMIND_DAYS = 3
# A list is known by a few visits; one of a handful of items halves by itself.
LEARNT, LATELY, HANDFUL = 3, 9, 5


class State(StrEnum):
    """How a source is.

    SILENT: it answers as it should, and has given nothing new for too long. TO_CONFIRM: its address
    never gave anything yet, and nobody is sure that it does.
    """

    WELL = "well"
    ILL = "ill"
    SILENT = "silent"
    TO_CONFIRM = "to-confirm"
    UNKNOWN = "unknown"


class Notice(StrEnum):
    """What the operator is told of a source: the kinds of alerts that are no alerts of the team."""

    ILL = "source-ill"
    REMINDER = "source-reminder"
    RECOVERED = "source-recovered"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A serious issue that stands: its code, and when a visit told it first."""

    code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What the visits of a source told, as moments; None where there was none.

    `outcome` and `codes` are those of the last visit. `failing_since` is when the first of the
    visits that failed in a row began. `quiet_since` is when something in it last moved, or
    its first visit; the Assemblée sat on `sat` days since then. `standing` are the troubles of its
    pages. `unconfirmed`: its address is to be confirmed, and was not yet.
    """

    outcome: str | None = None
    codes: tuple[str, ...] = ()
    failing_since: datetime | None = None
    last_good: datetime | None = None
    quiet_since: datetime | None = None
    standing: tuple[Trouble, ...] = ()
    sat: int = 0
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is, since when, why (codes of `words.sentence`), its last good visit."""

    state: State
    since: datetime | None = None
    why: tuple[str, ...] = ()
    last_good: datetime | None = None

    @property
    def asks(self) -> bool:
        """Whether somebody should look."""
        return self.state in (State.ILL, State.SILENT)


@dataclass(frozen=True, slots=True)
class LastNotice:
    """The last notice of a source, when it was told, and when its illness was first told."""

    notice: Notice
    at: datetime
    ill_at: datetime


def diagnose(
    past: Past, silence: Silence | None, season: Callable[[date], Season], now: datetime
) -> Health:
    """Say how a source is: one visit that is not healthy makes it ill, one that is, well.

    One whose address is to be confirmed is neither before its first good visit.
    """
    if past.unconfirmed:
        since = past.failing_since or past.quiet_since
        return Health(State.TO_CONFIRM, since, past.codes if past.failing_since else ())
    if past.outcome is None:
        return Health(State.UNKNOWN)
    if past.failing_since or past.standing:
        moments = [trouble.since for trouble in past.standing]
        moments += [past.failing_since] if past.failing_since else []
        codes = [trouble.code for trouble in past.standing]
        codes += past.codes if past.failing_since else ()
        if past.outcome == Outcome.EMPTY:
            codes.append("too-few")
        return Health(State.ILL, min(moments), tuple(dict.fromkeys(codes)), past.last_good)
    if silence and past.quiet_since:
        if silence.sittings is not None and past.sat > silence.sittings:
            return Health(State.SILENT, past.quiet_since, ("silent-while-sat",), past.last_good)
        if spent(past.quiet_since, now, silence, season) > 1:
            return Health(State.SILENT, past.quiet_since, ("silent",), past.last_good)
    return Health(State.WELL, last_good=past.last_good)


def usual(counts: Sequence[int]) -> int:
    """Give how many items a full list gives, by what its last good visits gave, the newest first.

    0 where they are too few to tell, or the list too short.
    """
    lately = median(counts[:LATELY]) if len(counts) >= LEARNT else 0
    return int(lately) if lately >= HANDFUL else 0


def spent(
    since: datetime, until: datetime, silence: Silence, season: Callable[[date], Season]
) -> float:
    """Give how much of the silence allowed has passed: above 1, it is too long.

    A day uses up the allowance of its own season: with ten days in session and a hundred in
    recess, five of the first and fifty of the second are as much as is allowed.
    """
    used, at = 0.0, since
    while at < until:
        step = min(DAY, until - at)
        used += step / silence.during(season(day_of(at)))
        at += step
    return used


def due(health: Health, told: LastNotice | None, now: datetime) -> Notice | None:
    """Say which notice is due: one when it turns ill, each third day while it lasts, one when well.

    `told` is the last notice of this source, if there was any.
    """
    if told is None or told.notice is Notice.RECOVERED:
        return Notice.ILL if health.asks else None
    if not health.asks:
        return Notice.RECOVERED if health.state is State.WELL else None
    days = (day_of(now) - day_of(told.at)).days
    return Notice.REMINDER if days >= REMIND_DAYS else None
