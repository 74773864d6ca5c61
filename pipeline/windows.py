"""Windows of opportunity: they open when causes meet, grow and close, each step once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pipeline.levels import Level
from pipeline.workdays import workday_on_or_before
from spiders.items import DeadlineKind, Stage

SOON, NEAR, LAST = 21, 7, 2  # days left at which a deadline is told again
DAY = timedelta(days=1)
BILL, CONSULTATION = "bill:", "consultation:"  # what a unit begins with, unless it is a theme
# Ways to take part that are open to everyone: their last day calls for an answer.
TAKES_PART = (
    DeadlineKind.BRIEF,
    DeadlineKind.REQUEST,
    DeadlineKind.ONLINE,
    DeadlineKind.COMMENT,
)


class CauseKind(StrEnum):
    """What may open a window.

    ACTORS: partners, committees, ministries and members are moving. DOSSIER: we follow it, and may
    have said something of it.
    """

    MEDIA = "media"
    STAGE = "stage"
    DEADLINE = "deadline"
    ACTORS = "actors"
    DOSSIER = "dossier"


class StepKind(StrEnum):
    """What may happen to a window. GREW: a new cause; ESCALATED: it asks for more than before."""

    OPENED = "opened"
    GREW = "grew"
    ESCALATED = "escalated"
    CLOSED = "closed"


class Ending(StrEnum):
    """Why a window closed. DECIDED: somebody closed it."""

    ADOPTED = "adopted"
    DEAD = "dead"
    PAST = "past"
    SUBSIDED = "subsided"
    DECIDED = "decided"


class Fate(StrEnum):
    """What the team made of a window."""

    SEIZED = "seized"
    ASIDE = "aside"
    MISSED = "missed"


class FateCause(StrEnum):
    """Why a window was missed or set aside."""

    NOT_SEEN = "not-seen"
    TOO_LATE = "too-late"
    RESOURCES = "resources"
    CHOICE = "choice"


class Action(StrEnum):
    """What is expected of the team: file a brief, ask to be heard, write, publish, meet."""

    FILE = "file"
    ASK = "ask"
    WRITE = "write"
    PUBLISH = "publish"
    MEET = "meet"


ACTIONS: Mapping[str, Action] = {
    DeadlineKind.BRIEF: Action.FILE,
    DeadlineKind.ONLINE: Action.FILE,
    DeadlineKind.COMMENT: Action.FILE,
    DeadlineKind.REQUEST: Action.ASK,
    DeadlineKind.HEARING: Action.ASK,
    DeadlineKind.SIGNATURE: Action.PUBLISH,
    Stage.INTRODUCTION: Action.MEET,
    Stage.CONSULTATION: Action.WRITE,
    Stage.PASSAGE_IN_PRINCIPLE: Action.WRITE,
    Stage.COMMITTEE: Action.WRITE,
    Stage.REPORT: Action.WRITE,
    Stage.PASSAGE: Action.PUBLISH,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is the case of a subject. `key` tells it from its others: it is told once.

    `until` is the last day on which something can be made of it. `enough`: it opens a window by
    itself. `detail` is what a sentence needs to tell it, as JSON.
    """

    kind: CauseKind
    key: str
    level: Level
    day: date
    until: date
    enough: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is the case of a subject today: `unit` is a theme's id, "bill:…" or "consultation:…".

    `ending`: it is over. `blind`: no source answered well enough to say how the press stands.
    """

    unit: str
    themes: tuple[str, ...]
    causes: tuple[Cause, ...]
    ending: Ending | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A window that is open: its level, the causes that it ever had, by key, with their kind."""

    level: Level
    causes: Mapping[str, CauseKind]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to a window, with the causes that are new.

    `level` is what they ask for, beside those that hold already.
    """

    kind: StepKind
    key: str
    level: Level
    causes: tuple[Cause, ...]
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What can be done, and by when."""

    action: Action
    by: date


def decide(now: Situation, window: Window | None, told: Collection[str]) -> Step | None:
    """Say what happens to the window of a subject, None for nothing.

    `told` are the causes that an earlier window of the same subject was opened for: they open no
    other one.
    """
    if window is None:
        known = now.ending is not None or all(cause.key in told for cause in now.causes)
        if known or not meet(now.causes):
            return None
        return Step(StepKind.OPENED, StepKind.OPENED, level_of(now.causes), now.causes)
    new = tuple(cause for cause in now.causes if cause.key not in window.causes)
    if now.ending or not (now.causes or now.blind):
        ending = now.ending or _ending(window)
        return Step(StepKind.CLOSED, StepKind.CLOSED, window.level, new, ending)
    if not new:
        return None
    level = level_of(new, now.causes)
    kind = StepKind.ESCALATED if level.weight > window.level.weight else StepKind.GREW
    return Step(kind, "+".join(sorted(cause.key for cause in new)), level, new)


def meet(causes: Sequence[Cause]) -> bool:
    """Say whether causes open a window: two that differ, or one that is enough."""
    return len({cause.kind for cause in causes}) > 1 or any(cause.enough for cause in causes)


def level_of(causes: Collection[Cause], beside: Collection[Cause] = ()) -> Level:
    """Weigh causes, `beside` others that hold already.

    A rise in the press on the day of a legislative step, or on the day after or before, is
    pressing.
    """
    levels = [cause.level for cause in causes]
    if any(_go_together(one, other) for one in causes for other in (*causes, *beside)):
        levels.append(Level.ACT)
    return max(levels, key=lambda level: level.weight, default=Level.NOTE)


def deadline_cause(
    kind: DeadlineKind,
    day: date,
    today: date,
    *,
    opens: bool = False,
    direct: bool = False,
    urls: Iterable[str] = (),
) -> Cause:
    """Give a day to come as a cause; it is another one 21, 7 and 2 days before, and if it moves.

    `opens`: it is the sure last day of a consultation open to everyone. `direct`: it is about young
    children. `urls` are the pages that give it.
    """
    left = (day - today).days
    band = next((days for days in (LAST, NEAR, SOON) if left <= days), None)
    takes_part = kind in TAKES_PART
    pressing = takes_part and (left <= NEAR or (opens and direct))
    return Cause(
        CauseKind.DEADLINE,
        f"deadline/{kind}/{day}" + (f"/{band}" if band and takes_part else ""),
        Level.ACT if pressing else Level.WATCH,
        day,
        # One is heard on the day; it is to be asked for before.
        workday_on_or_before(day - DAY) if kind is DeadlineKind.HEARING else day,
        enough=opens and takes_part,
        detail={"deadline": kind.value, "urls": [url for url in urls if url]},
    )


def expected(causes: Iterable[Cause], today: date) -> tuple[Expected, ...]:
    """Give what causes call for, each thing once, by the nearest of its days, that first."""
    days: dict[Action, date] = {}
    for cause in causes:
        action = _action(cause)
        if action and cause.until >= today:
            days[action] = min(cause.until, days.get(action, cause.until))
    found = (Expected(action, by) for action, by in days.items())
    return tuple(sorted(found, key=lambda one: (one.by, list(Action).index(one.action))))


def filing_day(causes: Iterable[Cause], today: date) -> date | None:
    """Give the last day for something written, which is to be planned back from."""
    days = [
        cause.day
        for cause in causes
        if cause.kind is CauseKind.DEADLINE and _action(cause) is Action.FILE and cause.day >= today
    ]
    return min(days, default=None)


def named_partners(causes: Iterable[Cause]) -> list[str]:
    """Give the partners among the actors that causes name."""
    return [
        one["target"]
        for cause in causes
        if cause.kind is CauseKind.ACTORS
        for one in cause.detail["named"]
        if one["kind"] == "partner"
    ]


def said_before(causes: Iterable[Cause]) -> list[Mapping[str, Any]]:
    """Give what we have said of something, by the dossiers among its causes, the newest first."""
    said = [one for c in causes if c.kind is CauseKind.DOSSIER for one in c.detail["said"]]
    return sorted(said, key=lambda one: str(one["on"]), reverse=True)


def kept(cause: Mapping[str, Any]) -> Cause:
    """Give a cause as it was kept."""
    return Cause(
        CauseKind(cause["kind"]),
        cause["key"],
        Level(cause["level"]),
        date.fromisoformat(cause["day"]),
        date.fromisoformat(cause["until"]),
        cause["enough"],
        cause["detail"],
    )


def _action(cause: Cause) -> Action | None:
    if cause.kind is CauseKind.MEDIA:
        return Action.PUBLISH
    if cause.kind is CauseKind.ACTORS:
        return Action.MEET
    return ACTIONS.get(cause.detail.get("deadline") or cause.detail.get("stage") or "")


def _go_together(one: Cause, other: Cause) -> bool:
    kinds = {one.kind, other.kind}
    return kinds == {CauseKind.MEDIA, CauseKind.STAGE} and abs(one.day - other.day) <= DAY


def _ending(window: Window) -> Ending:
    """Say why a window closes of itself: a deadline that it had is past, else it has subsided."""
    past = CauseKind.DEADLINE in window.causes.values()
    return Ending.PAST if past else Ending.SUBSIDED
