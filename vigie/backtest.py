"""What a rule would have sent: the history that is kept, measured and judged again, day by day.

Nothing is written. Windows are not opened again: they join several of these alerts into one, so
that what is counted here is the most that would have been sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.rules import (
    FRESH,
    Decision,
    Level,
    on_bill,
    on_document,
    on_momentum,
    on_wave,
)
from pipeline.attention import REMEMBERED, follow_panel
from pipeline.clock import TORONTO
from pipeline.grounds import is_of
from pipeline.measures import (
    CALM_UNDER,
    COLD_DAYS,
    RISING_FROM,
    SURGING_FROM,
    Measure,
    Past,
    State,
)
from pipeline.model import Document, Review
from pipeline.momentum import next_state
from pipeline.queries import (
    BillName,
    EventView,
    MomentumView,
    bill_names,
    events_between,
    published_between,
)
from pipeline.waves import HIGH, Tide, wave
from pipeline.words import label, long_date, number

MORNING = time(7, 0)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)  # what was seen at this very moment counts
KINDS = ("consultation", "mandate")
SENT = (Level.ACT, Level.WATCH)  # a note waits for the letter


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The surprise from which a unit is rising, and surging."""

    rising: float = RISING_FROM
    surging: float = SURGING_FROM

    def stretch(self, surprise: float) -> float:
        """Give the surprise that stands to the usual thresholds as this one stands to these."""
        marks = [(0.0, 0.0), (CALM_UNDER, CALM_UNDER)]
        marks += [(self.rising, RISING_FROM), (self.surging, SURGING_FROM)]
        for (low, to_low), (high, to_high) in pairwise(marks):
            if surprise <= high:
                return to_low + (surprise - low) * (to_high - to_low) / (high - low)
        return SURGING_FROM + surprise - self.surging


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert that would have left on `day`; `useful`: what reviews say of it, None if nothing."""

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
    """What was said until the day that is replayed."""

    states: dict[str, list[tuple[date, Past]]] = field(default_factory=lambda: defaultdict(list))
    tides: list[Tide] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def before(self, unit: str, day: date) -> list[Past]:
        return [one for on, one in self.states[unit] if day - REMEMBERED <= on < day]


def replay(
    session: Session, owners: Mapping[str, str], first: date, last: date, rule: Thresholds
) -> Replay:
    """Measure each day again, on the morning after, with what was known of it then or has come in.

    Two weeks before the first day are measured too: a state goes on from the day before.
    """
    past, names, sent = _Past(), bill_names(session), list[Sent]()
    day = first - REMEMBERED
    while day <= last:
        views = list(_measured(session, owners, day - DAY, rule, past, names))
        now = datetime.combine(day, MORNING, TORONTO)
        for decision in _decisions(session, views, past, now):
            new = decision.key not in past.told
            past.told.add(decision.key)
            if new and day >= first:
                sent.append(Sent(day, decision, _useful(session, decision)))
        day += DAY
    return Replay(first, last, tuple(sent))


def report(done: Replay, themes: Mapping[str, str], lang: str) -> Iterator[str]:
    """Say what would have been sent: each alert, each week by level, then how well it did."""
    for one in done.sent:
        level = label(lang, "level", one.decision.level)
        yield f"{one.day}\t{level}\t{one.decision.kind}\t{_subject(one.decision, themes)}"
    yield ""
    weeks = ((done.last - done.first).days + 1) / 7
    by_week: dict[date, Counter[str]] = defaultdict(Counter)
    for one in done.sent:
        by_week[one.day - DAY * one.day.weekday()][one.decision.level] += 1
    for monday in sorted(by_week):
        found = by_week[monday]
        counts = "\t".join(f"{label(lang, 'level', level)} {found[level]}" for level in Level)
        yield f"semaine du {long_date(monday, lang)}\t{counts}"
    yield f"précision d'après les révisions\t{_precision(done.sent, lang)}"
    yield f"délai médian (jours)\t{_delay(done.sent, lang)}"
    many = sum(one.decision.level in SENT for one in done.sent)
    yield f"cette règle aurait envoyé {number(many / weeks, lang)} alertes par semaine"


def _measured(
    session: Session,
    owners: Mapping[str, str],
    day: date,
    rule: Thresholds,
    past: _Past,
    names: Mapping[int, BillName],
) -> Iterator[MomentumView]:
    high: list[bool] = []
    tide: list[float] = []
    for unit, found in follow_panel(session, day, owners).units.items():
        one = replace(found, surprise=rule.stretch(found.surprise))
        state = next_state(past.before(unit, day), one)
        past.states[unit].append((day, Past(state, one.surprise)))
        bill = names.get(int(unit.removeprefix("bill:"))) if unit.startswith("bill:") else None
        if bill is None and state is not State.PARTIAL and found.days >= COLD_DAYS:
            high.append(found.surprise >= HIGH)
            tide.append(found.tide)
        yield _view(unit, day, one, state, bill)
    if tide:
        past.tides.append(Tide(day, median(tide), sum(high), len(tide)))


def _view(
    unit: str, day: date, found: Measure, state: State, bill: BillName | None
) -> MomentumView:
    return MomentumView(
        unit=unit,
        bill=bill,
        day=day,
        window=found.window,
        state=state,
        observed=found.observed,
        expected=found.expected,
        ratio=found.ratio,
        surprise=found.surprise,
        outlets=found.outlets,
        series=(),
    )


def _decisions(
    session: Session, views: Sequence[MomentumView], past: _Past, now: datetime
) -> Iterator[Decision]:
    """Ask the rules, as a morning's alert does, with what is known at that moment."""
    on = wave(past.tides) if past.tides and past.tides[-1].day == now.date() - DAY else None
    if on:
        yield on_wave(
            on, [v for v in views if not v.bill and v.state in ("rising", "surging")], now
        )
    for view in views:
        states = [(day, one.state.value) for day, one in past.states[view.unit]][-15:]
        decision = None if on and not view.bill else on_momentum(view, states, now)
        if decision:
            yield decision
    by_bill: dict[int, list[EventView]] = defaultdict(list)
    for event in events_between(session, now - FRESH - DAY, now + INSTANT):
        by_bill[event.bill.name.id].append(event)
    named = {int(v.unit.removeprefix("bill:")): v.outlets for v in views if v.bill}
    for id_, events in by_bill.items():
        if decision := on_bill(events, named.get(id_, 0), now):
            yield decision
    for document in published_between(session, now - FRESH, now + INSTANT, KINDS):
        if document.detected_at <= now and (decision := on_document(document, now)):
            yield decision


def _useful(session: Session, decision: Decision) -> bool | None:
    """Say what people said of the documents that an alert tells, None where they said nothing."""
    asked = select(Review.proximity, Review.themes).where(Review.document_id.in_(_told(decision)))
    said = session.execute(asked).all()
    if not said:
        return None
    wanted = set(decision.themes)
    good = sum(bool(wanted & {*themes}) if wanted else near != "none" for near, themes in said)
    return bool(good * 2 >= len(said))


def _told(decision: Decision) -> Select[int]:
    about = decision.about
    if isinstance(about, MomentumView):
        since = about.day - DAY * (about.window - 1)
        days = (Document.day >= since, Document.day <= about.day)
        return select(Document.id).where(*days, is_of(about.unit))
    if isinstance(about, EventView):
        return select(Document.id).where(Document.bill_id == about.bill.name.id)
    return select(Document.id).where(Document.id == getattr(about, "id", 0))


def _precision(sent: Iterable[Sent], lang: str) -> str:
    judged = [one.useful for one in sent if one.useful is not None]
    if not judged:
        return "sans objet (aucune révision)"
    return f"{number(100 * sum(judged) / len(judged), lang)} % ({sum(judged)} sur {len(judged)})"


def _delay(sent: Iterable[Sent], lang: str) -> str:
    days = [(one.day - one.decision.on).days for one in sent]
    return number(median(days), lang) if days else "sans objet"


def _subject(decision: Decision, themes: Mapping[str, str]) -> str:
    about = decision.about
    if isinstance(about, MomentumView) and about.bill is None:
        return themes.get(about.unit, about.unit)
    if isinstance(about, MomentumView) and about.bill:
        return f"{about.bill.number}, {about.bill.title}"
    if isinstance(about, EventView):
        return f"{about.bill.name.number}, {about.bill.name.title}"
    return str(getattr(about, "title", ""))
