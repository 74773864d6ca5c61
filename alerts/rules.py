"""What deserves an alert, and how pressing it is. Pure: values in, a decision or None out.

An alert is told once by its key, (object, cause, state), and again only when the state moves on: a
bill's next stage, a rise that becomes a strong one. Only what is dated within the last seven days
is told, so the first run of an empty store is silent about the past; a date to come is no change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.clock import day_of
from pipeline.health import Notice
from pipeline.queries import DocumentView, EventView, MomentumView, SourceView, ThemeView

FRESH = timedelta(days=7)
COOL_DOWN = timedelta(days=7)
WATCHED = timedelta(days=1)
ENOUGH_OUTLETS = 3
STAGES = (
    "introduction",
    "consultation",
    "passage-in-principle",
    "committee",
    "report",
    "passage",
    "assent",
)
KINDS = {"introduction": "bill-tabled", "assent": "bill-assent"}
RAISED = {"rising": 1, "surging": 2}
FROZEN = "partial"  # days without data neither raise a state nor lower it


class Subject(StrEnum):
    """What may be told: alerts, of the field, to the team; the state of sources, to who runs it."""

    ALERTS = "alerts"
    SOURCES = "sources"


class Level(StrEnum):
    """What an alert asks for: an answer now, a look today, nothing but to be known."""

    ACT = "act"
    WATCH = "watch"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """How pressing: 0 for a note."""
        return {"note": 0, "watch": 1, "act": 2}[self]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something is to be told. `on` is the day when it happened, `due_at` when it may leave.

    `about` is the thing itself, as it was when it was decided.
    """

    key: str
    kind: str
    level: Level
    on: date
    due_at: datetime
    about: EventView | DocumentView | MomentumView | SourceView
    themes: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject.SOURCES if self.kind in tuple(Notice) else Subject.ALERTS


def on_bill(events: Sequence[EventView], outlets: int, now: datetime) -> Decision | None:
    """Tell the last thing that happened to a bill of ours in the last seven days.

    `outlets` is how many write about it: a stage that none does is told one level lower.
    """
    last = _last(events, now)
    if last is None or not is_ours(last[1].bill.proximity, last[1].bill.themes):
        return None
    on, event = last
    name, stage = event.bill.name, stage_of(event)
    state = "/".join(filter(None, (event.step.chamber if event.step else "", stage)))
    return Decision(
        key=f"bill:{name.parliament}/{name.legislature}-{name.session}/{name.number}|stage|{state}",
        kind=KINDS.get(stage, "bill-stage"),
        level=_level(event.bill.proximity, evidence=outlets > 0),
        on=on,
        due_at=now,
        about=event,
        themes=_ids(event.bill.themes),
    )


def on_document(document: DocumentView, now: datetime) -> Decision | None:
    """Tell a consultation or mandate on our themes, published in the last seven days."""
    if not now - FRESH <= document.at <= now or document.copy_of is not None:
        return None
    if not is_ours(document.proximity, document.themes):
        return None
    return Decision(
        key=f"document:{document.id}|published|{document.kind}",
        kind=document.kind,
        level=_level(document.proximity, evidence=True),
        on=day_of(document.at),
        due_at=now,
        about=document,
        themes=_ids(document.themes),
    )


def on_momentum(
    measure: MomentumView, states: Sequence[tuple[date, str]], now: datetime
) -> Decision | None:
    """Tell that a theme or bill began to rise, or to rise strongly, in the last seven days.

    `states` are those of its days, in order, two weeks back, `measure` what was found on the last.
    It is not told again within seven days of the same state or a higher one.
    """
    entries = _entries(states)
    if not entries or measure.state not in RAISED:
        return None
    day, state = entries[-1]
    lately = [RAISED[past] for on, past in entries[:-1] if day - on < COOL_DOWN]
    if max(lately, default=0) >= RAISED[state]:
        return None
    if not day_of(now) - FRESH <= day <= day_of(now):
        return None
    surges = state == "surging" and measure.outlets >= ENOUGH_OUTLETS
    return Decision(
        key=f"{unit_key(measure.unit)}|momentum|{state}|{day}",
        kind="momentum",
        level=_momentum_level(measure, surges=surges),
        on=day,
        due_at=now,
        about=measure,
        themes=() if measure.bill else (measure.unit,),
    )


def is_ours(proximity: str, themes: Sequence[ThemeView]) -> bool:
    """Say whether the mission is concerned: young children directly, or one of the themes."""
    return proximity == "direct" or bool(themes)


def stage_of(event: EventView) -> str:
    """Name the stage that a bill reached; in the source's words when we have none."""
    return (event.step.stage or event.step.label) if event.step else "introduction"


def happened_on(event: EventView) -> date | None:
    """Give the day of an event; without one, that on which it appeared before our eyes, if it did.

    What was there at the first look, without a day, may be of any age.
    """
    watched = event.seen_at - event.bill.first_seen_at >= WATCHED
    return event.day or (day_of(event.seen_at) if watched else None)


def unit_key(unit: str) -> str:
    """Name what is measured, a theme or a bill."""
    return unit if ":" in unit else f"theme:{unit}"


def _last(events: Sequence[EventView], now: datetime) -> tuple[date, EventView] | None:
    """Find the last of the fresh events, the furthest if several fell on a day."""
    today = day_of(now)
    days = [(happened_on(event), event) for event in events]
    fresh = [(day, event) for day, event in days if day and today - FRESH <= day <= today]
    return max(fresh, key=lambda one: (one[0], _rank(one[1])), default=None)


def _rank(event: EventView) -> int:
    stage = stage_of(event)
    return STAGES.index(stage) if stage in STAGES else -1


def _level(proximity: str, *, evidence: bool) -> Level:
    """Weigh a fact: about young children it is pressing; without evidence, one level less."""
    if proximity == "direct":
        return Level.ACT if evidence else Level.WATCH
    return Level.WATCH if evidence else Level.NOTE


def _momentum_level(measure: MomentumView, *, surges: bool) -> Level:
    """Weigh a rise: a bill's comes with the facts that make it, which are told by themselves."""
    if not surges:
        return Level.NOTE
    return Level.WATCH if measure.bill else Level.ACT


def _entries(states: Sequence[tuple[date, str]]) -> list[tuple[date, str]]:
    """Give the days on which the state went up, and to what."""
    known = [(day, state) for day, state in states if state != FROZEN]
    before = [0, *(RAISED.get(state, 0) for _, state in known)]
    return [
        (day, state)
        for (day, state), rank in zip(known, before, strict=False)
        if RAISED.get(state, 0) > rank
    ]


def _ids(themes: Sequence[ThemeView]) -> tuple[str, ...]:
    return tuple(theme.id for theme in themes)
