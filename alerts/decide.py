"""Reads the store, asks the rules, puts what is to be told into words. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from alerts.compose import Evidence, compose
from alerts.message import Message
from alerts.rules import (
    FRESH,
    RAISED,
    Decision,
    on_bill,
    on_closing,
    on_document,
    on_momentum,
    on_wave,
    on_window,
    state_of,
    within_cap,
)
from alerts.upkeep import on_sources
from alerts.words import Words
from pipeline.clock import day_of
from pipeline.entries import Entry
from pipeline.followed import DOSSIER
from pipeline.queries import (
    EventView,
    MomentumView,
    Register,
    StoryView,
    WindowStepView,
    WindowView,
    closings_between,
    events_between,
    held_between,
    published_between,
    rises_told,
    rising,
    stories_between,
    tellable_between,
    tides,
    windows_since,
)
from pipeline.waves import Wave, wave
from pipeline.windows import BILL, CauseKind

PRESS = timedelta(days=14)  # how far back a story still is about what happens now
HISTORY = timedelta(days=60)  # a state that goes up was not up before
WAVES = timedelta(days=28)
MARGIN = timedelta(days=1)
INSTANT = timedelta(microseconds=1)  # what was seen at this very moment counts
KINDS = ("consultation", "mandate")


@dataclass(frozen=True, slots=True)
class Told:
    """A decision and its words."""

    decision: Decision
    message: Message


@dataclass(frozen=True, slots=True)
class Covered:
    """What windows tell: stages by bill, pages, and units whose rise is one of their causes."""

    stages: frozenset[tuple[int, str]]
    bills: frozenset[int]
    urls: frozenset[str]
    units: frozenset[str]

    @classmethod
    def by(cls, windows: Sequence[WindowView]) -> Covered:
        """Gather what these windows tell."""
        causes = [(window, cause) for window in windows for cause in window.causes]
        return cls(
            stages=frozenset((w.bill.name.id, c.key) for w, c in causes if w.bill),
            bills=frozenset(w.bill.name.id for w in windows if w.bill),
            urls=frozenset(url for _, c in causes for url in c.detail.get("urls", ())),
            units=frozenset(c.detail["unit"] for _, c in causes if c.kind is CauseKind.MEDIA),
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at a moment: how each unit stands and stood, waves, windows.

    `states` are those that may be told. `told` are the rises that interrupted, by key, None where
    nobody counts them; `held` those that the cap kept back, by unit and day.
    """

    now: datetime
    measures: Mapping[str, MomentumView]
    states: Mapping[str, Sequence[Entry]]
    wave: Wave | None
    windows: Sequence[WindowView]
    told: Mapping[str, datetime] | None = None
    held: Collection[tuple[str, date]] = ()

    @classmethod
    def read(cls, session: Session, now: datetime) -> Known:
        """Read what is known now."""
        today = day_of(now)
        measures = {one.unit: one for one in rising(session, today)}
        up = [unit for unit, one in measures.items() if one.state in RAISED]
        return cls(
            now=now,
            measures=measures,
            states=tellable_between(session, up, today - HISTORY, today),
            wave=wave(tides(session, today - WAVES, today)),
            windows=windows_since(session, now - FRESH - MARGIN, today),
            told=rises_told(session, now - FRESH - MARGIN),
            held=held_between(session, today - FRESH, today),
        )


def decide(session: Session, register: Register, words: Words, now: datetime) -> list[Told]:
    """Give everything that deserves an alert at this moment, told before or not, pressing first.

    What is said of the sources themselves comes with it: only what was not told of them yet.
    """
    known = Known.read(session, now)
    judged = judge(session, register, known, words)
    found = [
        *(Told(one, compose(one, seen, words)) for one, seen in judged),
        *(Told(*one) for one in on_sources(session, register, words, now)),
    ]
    return sorted(found, key=lambda one: (-one.decision.level.weight, one.decision.key))


def judge(
    session: Session, register: Register, known: Known, words: Words
) -> Iterator[tuple[Decision, Evidence]]:
    """Ask the rules about the field, at that moment; give what stands beside each decision.

    What is a cause of a window is told with it, and not by itself.
    """
    since, until = known.now - FRESH - MARGIN, known.now + INSTANT
    events = events_between(session, since, until)
    covered, units = Covered.by(known.windows), _at_stake(known, events)
    stories = stories_between(session, known.now - PRESS, until, register, units=units)
    yield from _on_windows(known, stories, words)
    yield from _on_bills(events, known, stories, covered, words)
    for closing in closings_between(session, since, until):
        if decision := on_closing(closing, known.now):
            yield decision, Evidence()
    yield from _on_documents(session, covered, known.now)
    yield from _on_momentum(known, stories, covered)


def _at_stake(known: Known, events: Iterable[EventView]) -> set[str]:
    """Name the themes and bills of which something may be told: the press about them counts."""
    moved = {f"{BILL}{event.bill.name.id}" for event in events}
    opened = {window.unit for window in known.windows if _fresh(window, known.now)}
    return moved | opened | {unit for unit, one in known.measures.items() if one.state in RAISED}


def _fresh(window: WindowView, now: datetime) -> list[WindowStepView]:
    return [step for step in window.steps if step.noticed_at > now - FRESH]


def _on_windows(
    known: Known, stories: Sequence[StoryView], words: Words
) -> Iterator[tuple[Decision, Evidence]]:
    for window in known.windows:
        press = [story for story in stories if _tells(story, window)]
        evidence = Evidence(press, known.measures.get(window.unit), day_of(known.now))
        for step in _fresh(window, known.now):
            yield on_window(window, step, len(_outlets(press, words)), known.now), evidence


def _tells(story: StoryView, window: WindowView) -> bool:
    if window.bill:
        return _names(story, window.bill.name.id)
    return any(theme.id == window.unit for theme in story.themes)


def _on_bills(
    events: Iterable[EventView],
    known: Known,
    stories: Sequence[StoryView],
    covered: Covered,
    words: Words,
) -> Iterator[tuple[Decision, Evidence]]:
    by_bill: dict[int, list[EventView]] = defaultdict(list)
    for event in events:
        by_bill[event.bill.name.id].append(event)
    for id_, of_bill in by_bill.items():
        press = [story for story in stories if _names(story, id_)]
        decision = on_bill(of_bill, len(_outlets(press, words)), known.now)
        if decision and not _is_covered(decision, covered):
            yield decision, Evidence(press, known.measures.get(f"bill:{id_}"))


def _is_covered(decision: Decision, covered: Covered) -> bool:
    event = decision.about
    assert isinstance(event, EventView)
    return (event.bill.name.id, f"stage/{state_of(event)}") in covered.stages


def _on_documents(
    session: Session, covered: Covered, now: datetime
) -> Iterator[tuple[Decision, Evidence]]:
    for document in published_between(session, now - FRESH, now + INSTANT, KINDS):
        by_bill = any(bill.id in covered.bills for bill in document.bills)
        decision = on_document(document, now) if document.detected_at <= now else None
        if decision and not by_bill and document.url not in covered.urls:
            yield decision, Evidence()


def _on_momentum(
    known: Known, stories: Sequence[StoryView], covered: Covered
) -> Iterator[tuple[Decision, Evidence]]:
    """Tell what rises; while everything does, the themes together, once.

    A dossier rises because of its bills, which are told.
    """
    today, on = day_of(known.now), known.wave
    own = {unit: one for unit, one in known.measures.items() if not unit.startswith(DOSSIER)}
    rest = {unit: one for unit, one in own.items() if unit not in covered.units}
    if on and on.since >= today - FRESH:
        above = [one for one in own.values() if _is_up(one, known) and not one.bill]
        yield on_wave(on, above, known.now), Evidence()
    rises = [
        decision
        for unit, measure in rest.items()
        if measure.bill or not on
        if (decision := on_momentum(measure, known.states.get(unit, ()), known.now))
    ]
    if known.told is not None:
        rises = within_cap(rises, known.told, known.held, known.now)
    for decision in rises:
        yield decision, _of_rise(decision.about, stories)


def _is_up(measure: MomentumView, known: Known) -> bool:
    states = known.states.get(measure.unit, ())
    return bool(states) and states[-1][1] in RAISED


def _of_rise(measure: object, stories: Iterable[StoryView]) -> Evidence:
    assert isinstance(measure, MomentumView)
    since = measure.day - timedelta(days=measure.window)
    told = [one for one in stories if _is_of(one, measure) and day_of(one.last_at) > since]
    return Evidence(told, measure)


def _names(story: StoryView, bill: int) -> bool:
    """Whether somebody else than the parliament itself speaks of the bill."""
    named = any(one.id == bill for one in story.bills)
    return named and any(document.kind != "bill" for document in story.documents)


def _is_of(story: StoryView, measure: MomentumView) -> bool:
    if measure.bill:
        return _names(story, measure.bill.id)
    return any(theme.id == measure.unit for theme in story.themes)


def _outlets(stories: Sequence[StoryView], words: Words) -> set[str]:
    return {
        words.outlet(document.source)
        for story in stories
        for document in story.documents
        if document.kind != "bill" and document.copy_of is None
    }
