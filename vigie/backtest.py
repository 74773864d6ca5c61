"""What a rule would have sent: the history that is kept, measured and judged again, day by day.

Nothing is written: windows open and close in memory, by the very steps that keep them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from statistics import median

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from alerts.decide import HISTORY, MARGIN, Known, judge
from alerts.rules import FRESH, Decision, Level
from alerts.words import Words
from pipeline.attention import REMEMBERED, follow_panel
from pipeline.circumstances import Press, Seen, situations, stories_lately
from pipeline.clock import TORONTO, day_of
from pipeline.dossiers import Dossier
from pipeline.entries import Entry, Weighed, tellable
from pipeline.followed import followed
from pipeline.measures import (
    CALM_UNDER,
    COLD_DAYS,
    RISING_FROM,
    SURGING_FROM,
    Measure,
    Past,
    State,
)
from pipeline.model import Bill, BillEvent, Consultation, Opportunity, Visit
from pipeline.momentum import next_state
from pipeline.odds import weigh
from pipeline.opportunities import advance, as_windows
from pipeline.queries import (
    BillName,
    BillView,
    MomentumView,
    Register,
    bill_names,
)
from pipeline.queries.bills import ENDS, bill_views, end_of, is_alive
from pipeline.queries.windows import window_views
from pipeline.waves import HIGH, Tide, wave
from pipeline.windows import BILL
from vigie.usefulness import useful

MORNING = time(7, 0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lore:
    """What a replay goes by besides the store: sources, words, owners of the press, dossiers."""

    register: Register
    words: Words
    owners: Mapping[str, str]
    dossiers: Sequence[Dossier] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The surprise from which a unit is rising, and surging."""

    rising: float = RISING_FROM
    surging: float = SURGING_FROM

    def state(self, past: Sequence[Past], found: Measure) -> State:
        """Say where a unit stands by these thresholds, with all that the usual ones ask besides.

        The usual rule is asked with a surprise on the same side of each of its thresholds.
        """
        more = found.threshold - RISING_FROM  # asked on top of a short history
        surprise = found.surprise
        if surprise >= self.surging:
            surprise = max(surprise, SURGING_FROM)
        elif surprise >= self.rising + more:
            surprise = found.threshold
        else:
            surprise = min(surprise, CALM_UNDER)
        return next_state(past, replace(found, surprise=surprise))


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert that would have left on `day`; `useful`: what people say of it, None if nothing."""

    day: date
    decision: Decision
    useful: bool | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have been sent from a day to another."""

    first: date
    last: date
    sent: tuple[Sent, ...]


@dataclass(slots=True)
class _Past:
    """What was said until the day that is replayed: states, tides, windows, alerts."""

    names: Mapping[int, BillName]
    states: dict[str, list[tuple[date, Past]]] = field(default_factory=lambda: defaultdict(list))
    weighed: dict[str, list[Weighed]] = field(default_factory=lambda: defaultdict(list))
    tides: list[Tide] = field(default_factory=list)
    windows: dict[str, Opportunity] = field(default_factory=dict)
    closed: list[Opportunity] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    told: set[str] = field(default_factory=set)
    rises: dict[str, datetime] = field(default_factory=dict)
    held: set[tuple[str, date]] = field(default_factory=set)

    def before(self, unit: str, day: date) -> list[Past]:
        return [one for on, one in self.states[unit] if day - REMEMBERED <= on < day]

    def keeps(self, decision: Decision, now: datetime) -> bool:
        """Keep that this was told; say whether it was not yet."""
        new = decision.key not in self.told
        self.told.add(decision.key)
        if isinstance(decision.about, MomentumView) and new:
            if decision.held:
                self.held.add((decision.about.unit, decision.on))
            elif decision.level is not Level.NOTE:
                self.rises[decision.key] = now
        return new

    def entries(self) -> Mapping[str, list[Entry]]:
        return {
            unit: [(day, one.state.value) for day, one in days]
            for unit, days in self.states.items()
        }

    def tellable(self, since: date) -> Mapping[str, list[Entry]]:
        return {
            unit: tellable([one for one in days if one[0] >= since])
            for unit, days in self.weighed.items()
        }


def replay(session: Session, lore: Lore, days: tuple[date, date], rule: Thresholds) -> Replay:
    """Measure and judge each of these days again, with what was known then or has come in since.

    Two weeks before the first are gone through too: states and windows go on from the day before.
    """
    first, last = days
    past, sent = _Past(bill_names(session)), list[Sent]()
    watched = session.scalar(select(func.min(Visit.started_at)))
    # Nothing is known of a day before the first visit; a morning tells of the day before.
    day = max(first - REMEMBERED, day_of(watched) + DAY if watched else last + DAY)
    while day <= last:
        now = datetime.combine(day, MORNING, TORONTO)
        measures = list(_measured(session, lore, day - DAY, rule, past))
        known = _known(session, lore, measures, past, now)
        for decision, _ in judge(session, lore.register, known, lore.words):
            if past.keeps(decision, now) and day >= first:
                sent.append(Sent(day, decision, useful(session, decision)))
        day += DAY
    return Replay(first, last, tuple(sent))


def _measured(
    session: Session, lore: Lore, day: date, rule: Thresholds, past: _Past
) -> Iterator[MomentumView]:
    """Measure a day that is over, as on the morning after."""
    high: list[bool] = []
    tide: list[float] = []
    dossiers = followed(session, lore.dossiers)
    units = {
        unit: replace(found, state=rule.state(past.before(unit, day), found))
        for unit, found in follow_panel(session, day, lore.owners, dossiers).units.items()
    }
    odds = weigh(session, day, units)
    for unit, found in units.items():
        state, q = found.state, odds[unit].q if unit in odds else None
        past.states[unit].append((day, Past(state, found.surprise, found.blind)))
        past.weighed[unit].append((day, state.value, q))
        bill = past.names.get(int(unit.removeprefix("bill:"))) if "bill:" in unit else None
        if ":" not in unit and state is not State.PARTIAL and found.days >= COLD_DAYS:
            high.append(found.surprise >= HIGH)
            tide.append(found.tide)
        yield _view(unit, day, found, bill)
    if tide:
        past.tides.append(Tide(day, median(tide), sum(high), len(tide)))


def _view(unit: str, day: date, found: Measure, bill: BillName | None) -> MomentumView:
    return MomentumView(
        unit=unit,
        bill=bill,
        day=day,
        window=found.window,
        state=found.state,
        observed=found.observed,
        expected=found.expected,
        ratio=found.ratio,
        surprise=found.surprise,
        outlets=found.outlets,
        series=(),
    )


def _known(
    session: Session,
    lore: Lore,
    measures: Sequence[MomentumView],
    past: _Past,
    now: datetime,
) -> Known:
    """Follow the windows to this morning, and give what the rules are asked about."""
    today = now.date()
    on = wave(past.tides) if past.tides and past.tides[-1].day == today - DAY else None
    press = Press.of(measures, past.entries(), stories_lately(session, today))
    bills = _bills_of_then(session, past.windows, now)
    asked = select(Consultation).where(Consultation.first_seen_at <= now).order_by(Consultation.id)
    seen = Seen(press, on is not None, bills, session.scalars(asked).all(), lore.dossiers)
    found = situations(session, today, as_windows(past.windows), seen)
    earlier: dict[str, set[str]] = defaultdict(set)
    for row in past.closed:
        earlier[row.unit] |= {one["key"] for one in row.causes}
    for row in advance(past.windows, found, earlier, now):
        row.id = row.id or next(past.numbers)
        if row.closed_at:
            past.closed.append(past.windows.pop(row.unit))
    lately = [row for row in past.closed if row.closed_at and row.closed_at > now - FRESH - MARGIN]
    return Known(
        now=now,
        measures={one.unit: one for one in measures},
        states=past.tellable(today - HISTORY),
        wave=on,
        told=past.rises,
        held=past.held,
        windows=window_views(session, [*past.windows.values(), *lately], today),
    )


def _bills_of_then(
    session: Session, windows: Iterable[str], now: datetime
) -> list[tuple[Bill, BillView]]:
    """Give the bills that lived then, and those with a window, as far as they had come."""
    ids = [int(unit.removeprefix(BILL)) for unit in windows if unit.startswith(BILL)]
    later = select(BillEvent.bill_id).where(BillEvent.kind.in_(ENDS), BillEvent.noticed_at > now)
    lived = or_(is_alive(), Bill.id.in_(later), Bill.id.in_(ids))
    rows = session.scalars(select(Bill).where(Bill.first_seen_at <= now, lived)).all()
    views = bill_views(session, rows, now.date())
    return [(row, _of_then(view, now)) for row, view in zip(rows, views, strict=True)]


def _of_then(view: BillView, now: datetime) -> BillView:
    end = end_of(view)
    steps = tuple(step for step in view.steps if step.first_seen_at <= now)
    over = end is not None and end.noticed_at <= now
    return replace(view, steps=steps, status=view.status if over else None)
