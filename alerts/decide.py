"""Reads the store, asks the rules, puts what is to be told into words. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
)
from alerts.upkeep import on_sources
from alerts.words import Words
from pipeline.clock import day_of
from pipeline.queries import (
    EventView,
    MomentumView,
    Register,
    StoryView,
    WindowView,
    closings_between,
    events_between,
    published_between,
    rising,
    states_between,
    stories_between,
    tides,
    windows_since,
)
from pipeline.waves import wave
from pipeline.windows import CauseKind

PRESS = timedelta(days=14)  # how far back a story still is about what happens now
HISTORY = timedelta(days=15)
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


def decide(session: Session, register: Register, words: Words, now: datetime) -> list[Told]:
    """Give everything that deserves an alert at this moment, told before or not, pressing first.

    What is a cause of a window is told with it, and not by itself. What is said of the sources
    themselves comes with it: only what was not told of them yet.
    """
    press = stories_between(session, now - PRESS, now + INSTANT, register)
    measures = {one.unit: one for one in rising(session, day_of(now))}
    windows = windows_since(session, now - FRESH - MARGIN, day_of(now))
    covered = Covered.by(windows)
    found = [
        *_on_windows(windows, press, measures, words, now),
        *_on_bills(session, press, measures, covered, words, now),
        *_on_closings(session, words, now),
        *_on_documents(session, covered, words, now),
        *_on_momentum(session, press, measures, covered, words, now),
        *(Told(*one) for one in on_sources(session, register, words, now)),
    ]
    return sorted(found, key=lambda one: (-one.decision.level.weight, one.decision.key))


def _on_windows(
    windows: Sequence[WindowView],
    stories: Sequence[StoryView],
    measures: Mapping[str, MomentumView],
    words: Words,
    now: datetime,
) -> Iterator[Told]:
    for window in windows:
        press = [story for story in stories if _tells(story, window)]
        evidence = Evidence(press, measures.get(window.unit), day_of(now))
        for step in window.steps:
            if step.noticed_at > now - FRESH:
                decision = on_window(window, step, len(_outlets(press, words)), now)
                yield Told(decision, compose(decision, evidence, words))


def _tells(story: StoryView, window: WindowView) -> bool:
    if window.bill:
        return _names(story, window.bill.name.id)
    return any(theme.id == window.unit for theme in story.themes)


def _on_bills(
    session: Session,
    stories: Sequence[StoryView],
    measures: Mapping[str, MomentumView],
    covered: Covered,
    words: Words,
    now: datetime,
) -> Iterator[Told]:
    events: dict[int, list[EventView]] = defaultdict(list)
    for event in events_between(session, now - FRESH - MARGIN, now + INSTANT):
        events[event.bill.name.id].append(event)
    for id_, of_bill in events.items():
        press = [story for story in stories if _names(story, id_)]
        decision = on_bill(of_bill, len(_outlets(press, words)), now)
        if decision and not _is_covered(decision, covered):
            evidence = Evidence(press, measures.get(f"bill:{id_}"))
            yield Told(decision, compose(decision, evidence, words))


def _is_covered(decision: Decision, covered: Covered) -> bool:
    event = decision.about
    assert isinstance(event, EventView)
    return (event.bill.name.id, f"stage/{state_of(event)}") in covered.stages


def _on_closings(session: Session, words: Words, now: datetime) -> Iterator[Told]:
    for closing in closings_between(session, now - FRESH - MARGIN, now + INSTANT):
        if decision := on_closing(closing, now):
            yield Told(decision, compose(decision, Evidence(), words))


def _on_documents(
    session: Session, covered: Covered, words: Words, now: datetime
) -> Iterator[Told]:
    for document in published_between(session, now - FRESH, now + INSTANT, KINDS):
        by_bill = any(bill.id in covered.bills for bill in document.bills)
        decision = on_document(document, now)
        if decision and not by_bill and document.url not in covered.urls:
            yield Told(decision, compose(decision, Evidence(), words))


def _on_momentum(
    session: Session,
    stories: Sequence[StoryView],
    measures: Mapping[str, MomentumView],
    covered: Covered,
    words: Words,
    now: datetime,
) -> Iterator[Told]:
    """Tell what rises; while everything does, the themes together, once."""
    today = day_of(now)
    states = states_between(session, today - HISTORY, today)
    on = wave(tides(session, today - WAVES, today))
    rest = {unit: one for unit, one in measures.items() if unit not in covered.units}
    if on and on.since >= today - FRESH:
        above = [one for one in rest.values() if one.state in RAISED and not one.bill]
        told = on_wave(on, above, now)
        yield Told(told, compose(told, Evidence(stories), words))
    for unit, measure in rest.items():
        if on and not measure.bill:
            continue
        if decision := on_momentum(measure, states[unit], now):
            since = measure.day - timedelta(days=measure.window)
            fresh = [s for s in stories if _is_of(s, measure) and day_of(s.last_at) > since]
            yield Told(decision, compose(decision, Evidence(fresh, measure), words))


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
