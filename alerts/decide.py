"""Reads the store, asks the rules, puts what is to be told into words. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.compose import Evidence, compose
from alerts.message import Message
from alerts.rules import FRESH, Decision, on_bill, on_document, on_momentum
from alerts.upkeep import on_sources
from alerts.words import Words
from pipeline.clock import day_of
from pipeline.queries import (
    EventView,
    MomentumView,
    Register,
    StoryView,
    events_between,
    published_between,
    rising,
    states_between,
    stories_between,
)

PRESS = timedelta(days=14)  # how far back a story still is about what happens now
HISTORY = timedelta(days=15)
MARGIN = timedelta(days=1)
INSTANT = timedelta(microseconds=1)  # what was seen at this very moment counts
KINDS = ("consultation", "mandate")


@dataclass(frozen=True, slots=True)
class Told:
    """A decision and its words."""

    decision: Decision
    message: Message


def decide(session: Session, register: Register, words: Words, now: datetime) -> list[Told]:
    """Give everything that deserves an alert at this moment, told before or not, pressing first.

    What is said of the sources themselves comes with it: only what was not told of them yet.
    """
    stories = stories_between(session, now - PRESS, now + INSTANT, register)
    measures = {one.unit: one for one in rising(session, day_of(now))}
    found = [
        *_on_bills(session, stories, measures, words, now),
        *_on_documents(session, words, now),
        *_on_momentum(session, stories, measures, words, now),
        *(Told(*one) for one in on_sources(session, register, words, now)),
    ]
    return sorted(found, key=lambda one: (-one.decision.level.weight, one.decision.key))


def _on_bills(
    session: Session,
    stories: Sequence[StoryView],
    measures: Mapping[str, MomentumView],
    words: Words,
    now: datetime,
) -> Iterator[Told]:
    events: dict[int, list[EventView]] = defaultdict(list)
    for event in events_between(session, now - FRESH - MARGIN, now + INSTANT):
        events[event.bill.name.id].append(event)
    for id_, of_bill in events.items():
        press = [story for story in stories if _names(story, id_)]
        decision = on_bill(of_bill, len(_outlets(press, words)), now)
        if decision:
            evidence = Evidence(press, measures.get(f"bill:{id_}"))
            yield Told(decision, compose(decision, evidence, words))


def _on_documents(session: Session, words: Words, now: datetime) -> Iterator[Told]:
    for document in published_between(session, now - FRESH, now + INSTANT, KINDS):
        if decision := on_document(document, now):
            yield Told(decision, compose(decision, Evidence(), words))


def _on_momentum(
    session: Session,
    stories: Sequence[StoryView],
    measures: Mapping[str, MomentumView],
    words: Words,
    now: datetime,
) -> Iterator[Told]:
    states = states_between(session, day_of(now) - HISTORY, day_of(now))
    for unit, measure in measures.items():
        decision = on_momentum(measure, states[unit], now)
        if decision:
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
