"""Reads the store, asks the rules, puts what is to be told into words. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from pipeline.windows import CauseKind

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
    """What is known at a moment: stories, how each unit stands and stood, waves, windows.

    `states` are those that may be told. `told` are the rises that interrupted, by key, None where
    nobody counts them; `held` those that the cap kept back, by unit and day.
    """

    now: datetime
    stories: Sequence[StoryView]
    measures: Mapping[str, MomentumView]
    states: Mapping[str, Sequence[Entry]]
    wave: Wave | None
    windows: Sequence[WindowView]
    told: Mapping[str, datetime] | None = None
    held: Collection[tuple[str, date]] = ()

    @classmethod
    def read(cls, session: Session, register: Register, now: datetime) -> Known:
        """Read what is known now."""
        today = day_of(now)
        measures = {one.unit: one for one in rising(session, today)}
        up = [unit for unit, one in measures.items() if one.state in RAISED]
        return cls(
            now=now,
            stories=stories_between(session, now - PRESS, now + INSTANT, register),
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
    known = Known.read(session, register, now)
    found = [
        *(Told(one, compose(one, seen, words)) for one, seen in judge(session, known, words)),
        *(Told(*one) for one in on_sources(session, register, words, now)),
    ]
    return sorted(found, key=lambda one: (-one.decision.level.weight, one.decision.key))


def judge(session: Session, known: Known, words: Words) -> Iterator[tuple[Decision, Evidence]]:
    """Ask the rules about the field, at that moment; give what stands beside each decision.

    What is a cause of a window is told with it, and not by itself.
    """
    covered = Covered.by(known.windows)
    yield from _on_windows(known, words)
    yield from _on_bills(session, known, covered, words)
    for closing in closings_between(session, known.now - FRESH - MARGIN, known.now + INSTANT):
        if decision := on_closing(closing, known.now):
            yield decision, Evidence()
    yield from _on_documents(session, covered, known.now)
    yield from _on_momentum(known, covered)


def _on_windows(known: Known, words: Words) -> Iterator[tuple[Decision, Evidence]]:
    for window in known.windows:
        press = [story for story in known.stories if _tells(story, window)]
        evidence = Evidence(press, known.measures.get(window.unit), day_of(known.now))
        for step in window.steps:
            if step.noticed_at > known.now - FRESH:
                yield on_window(window, step, len(_outlets(press, words)), known.now), evidence


def _tells(story: StoryView, window: WindowView) -> bool:
    if window.bill:
        return _names(story, window.bill.name.id)
    return any(theme.id == window.unit for theme in story.themes)


def _on_bills(
    session: Session, known: Known, covered: Covered, words: Words
) -> Iterator[tuple[Decision, Evidence]]:
    events: dict[int, list[EventView]] = defaultdict(list)
    for event in events_between(session, known.now - FRESH - MARGIN, known.now + INSTANT):
        events[event.bill.name.id].append(event)
    for id_, of_bill in events.items():
        press = [story for story in known.stories if _names(story, id_)]
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


def _on_momentum(known: Known, covered: Covered) -> Iterator[tuple[Decision, Evidence]]:
    """Tell what rises; while everything does, the themes together, once.

    A dossier rises because of its bills, which are told.
    """
    today, on = day_of(known.now), known.wave
    own = {unit: one for unit, one in known.measures.items() if not unit.startswith(DOSSIER)}
    rest = {unit: one for unit, one in own.items() if unit not in covered.units}
    if on and on.since >= today - FRESH:
        above = [one for one in own.values() if _is_up(one, known) and not one.bill]
        yield on_wave(on, above, known.now), Evidence(known.stories)
    rises = [
        decision
        for unit, measure in rest.items()
        if measure.bill or not on
        if (decision := on_momentum(measure, known.states.get(unit, ()), known.now))
    ]
    if known.told is not None:
        rises = within_cap(rises, known.told, known.held, known.now)
    for decision in rises:
        yield decision, _of_rise(decision.about, known)


def _is_up(measure: MomentumView, known: Known) -> bool:
    states = known.states.get(measure.unit, ())
    return bool(states) and states[-1][1] in RAISED


def _of_rise(measure: object, known: Known) -> Evidence:
    assert isinstance(measure, MomentumView)
    since = measure.day - timedelta(days=measure.window)
    stories = [s for s in known.stories if _is_of(s, measure) and day_of(s.last_at) > since]
    return Evidence(stories, measure)


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
