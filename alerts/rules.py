"""What deserves an alert, and how pressing it is. Pure: values in, a decision or None out.

An alert is told once by its key, (object, cause, state), and again only when the state moves on: a
bill's next stage, a rise that becomes a strong one. Only what is dated within the last seven days
is told, so the first run of an empty store is silent about the past; a date to come is no change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from pipeline.clock import day_of
from pipeline.entries import RAISED as RAISED
from pipeline.entries import entries, told
from pipeline.health import Notice
from pipeline.levels import Level as Level
from pipeline.queries import (
    BillView,
    ClosingView,
    DocumentView,
    EventView,
    MomentumView,
    SourceView,
    ThemeView,
    WindowStepView,
    WindowView,
)
from pipeline.waves import Wave
from pipeline.windows import CauseKind, StepKind

FRESH = timedelta(days=7)
WATCHED = timedelta(days=1)
ENOUGH_OUTLETS = 3
MOST_AT_ONCE, CAP = 3, "cap"
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


class Subject(StrEnum):
    """What may be told: alerts, of the field, to the team; the state of sources, to who runs it."""

    ALERTS = "alerts"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Move:
    """A window of opportunity, and the step of it that is to be told."""

    window: WindowView
    step: WindowStepView


@dataclass(frozen=True, slots=True)
class Surf:
    """A general wave, and the themes that rise above it."""

    wave: Wave
    above: tuple[MomentumView, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something is to be told. `on` is the day when it happened, `due_at` when it may leave.

    `about` is the thing itself, as it was when it was decided. `held` says why it waits for the
    letter, "" if it does not.
    """

    key: str
    kind: str
    level: Level
    on: date
    due_at: datetime
    about: EventView | ClosingView | DocumentView | MomentumView | SourceView | Move | Surf
    themes: tuple[str, ...] = ()
    held: str = ""

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
    stage, state = stage_of(event), state_of(event)
    return Decision(
        key=f"bill:{bill_key(event.bill)}|stage|{state}",
        kind=KINDS.get(stage, "bill-stage"),
        level=_level(event.bill.proximity, evidence=outlets > 0),
        on=on,
        due_at=now,
        about=event,
        themes=_ids(event.bill.themes),
    )


def on_closing(closing: ClosingView, now: datetime) -> Decision | None:
    """Tell at once, of a session that ended in the last seven days, all that died with it.

    Its end is one event, however many bills it takes; None when it took none of ours.
    """
    ours = of_ours(closing)
    day = closing.day or day_of(closing.noticed_at)
    if not ours or not day_of(now) - FRESH <= day <= day_of(now):
        return None
    is_direct = any(bill.proximity == "direct" for bill in ours)
    return Decision(
        key=f"session:{closing.parliament}/{closing.legislature}-{closing.session}|died",
        kind="bills-died",
        level=Level.WATCH if is_direct else Level.NOTE,
        on=day,
        due_at=now,
        about=closing,
        themes=tuple(dict.fromkeys(theme.id for bill in ours for theme in bill.themes)),
    )


def of_ours(closing: ClosingView) -> tuple[BillView, ...]:
    """Give those of the bills that died which concern the mission."""
    return tuple(bill for bill in closing.bills if is_ours(bill.proximity, bill.themes))


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


def on_window(window: WindowView, step: WindowStepView, outlets: int, now: datetime) -> Decision:
    """Tell a step of a window: it opened, grew, escalated or closed.

    `outlets` is how many write about its bill: a stage that none does is one level less pressing. A
    window that closed is only to be known.
    """
    facts = [
        _level(window.bill.proximity, evidence=outlets > 0)
        for cause in step.causes
        if cause.kind is CauseKind.STAGE and window.bill
    ]
    closed = step.kind == StepKind.CLOSED
    level = max((step.level, *facts), key=lambda one: one.weight)
    return Decision(
        key=f"window:{window_key(window)}/{day_of(window.opened_at)}|{step.key}",
        kind=f"window-{step.kind}",
        level=Level.NOTE if closed else level,
        on=day_of(step.noticed_at),
        due_at=now,
        about=Move(window, step),
        themes=window.themes,
    )


def on_wave(wave: Wave, above: Sequence[MomentumView], now: datetime) -> Decision:
    """Tell once that everything rises at once; `above` are the themes that rise even so."""
    return Decision(
        key=f"wave|{wave.since}",
        kind="wave",
        level=Level.WATCH,
        on=wave.since,
        due_at=now,
        about=Surf(wave, tuple(above)),
        themes=tuple(one.unit for one in above),
    )


def on_momentum(
    measure: MomentumView, states: Sequence[tuple[date, str]], now: datetime
) -> Decision | None:
    """Tell that a theme or bill began to rise, or to rise strongly, in the last seven days.

    `states` are those of its days as they may be told (entries.py), in order, `measure` what was
    found on the last.
    It is not told again within seven days of the same state or a higher one.
    """
    raised = entries(states)
    if not raised or raised[-1] != told(states)[-1] or measure.state not in RAISED:
        return None
    day, state = raised[-1]
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


def within_cap(
    rises: Sequence[Decision],
    told: Mapping[str, datetime],
    held: Collection[tuple[str, date]],
    now: datetime,
) -> list[Decision]:
    """Let three rises a day interrupt, the most surprising; the others wait for the letter.

    `told` are those that did, by key; one that was `held` back, by unit and day, stays so.
    """
    urgent = [one for one in rises if one.level is not Level.NOTE and one.key not in told]
    new = [one for one in urgent if (_measure_of(one).unit, one.on) not in held]
    new.sort(key=lambda one: (-_measure_of(one).surprise, one.key))
    left = MOST_AT_ONCE - sum(day_of(at) == day_of(now) for at in told.values())
    waiting = {one.key for one in urgent} - {one.key for one in new[: max(0, left)]}
    return [
        replace(one, level=Level.NOTE, held=CAP) if one.key in waiting else one for one in rises
    ]


def is_ours(proximity: str, themes: Sequence[ThemeView]) -> bool:
    """Say whether the mission is concerned: young children directly, or one of the themes."""
    return proximity == "direct" or bool(themes)


def stage_of(event: EventView) -> str:
    """Name the stage that a bill reached; in the source's words when we have none."""
    return (event.step.stage or event.step.label) if event.step else "introduction"


def state_of(event: EventView) -> str:
    """Name the stage that a bill reached, and in which chamber: each has its own."""
    return "/".join(filter(None, (event.step.chamber if event.step else "", stage_of(event))))


def bill_key(bill: BillView) -> str:
    """Name a bill, whatever its number in the store."""
    name = bill.name
    return f"{name.parliament}/{name.legislature}-{name.session}/{name.number}"


def window_key(window: WindowView) -> str:
    """Name the subject of a window."""
    return f"bill:{bill_key(window.bill)}" if window.bill else window.unit


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


def _measure_of(rise: Decision) -> MomentumView:
    assert isinstance(rise.about, MomentumView)
    return rise.about


def _ids(themes: Sequence[ThemeView]) -> tuple[str, ...]:
    return tuple(theme.id for theme in themes)
