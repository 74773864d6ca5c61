"""One collection: every source asked is visited, each visit is kept whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.agenda import asked_to_wait, errands
from pipeline.database import Store
from pipeline.health import HEALTHY
from pipeline.ingest import Counts, ingest_all
from pipeline.learnt import due, located
from spiders.errands import Errand
from spiders.items import Issue, Item, Outcome, Visit
from spiders.sources import ADAPTIVE, Source
from spiders.visit import Trip, arrivals


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one visit."""

    visit: Visit
    counts: Counts

    @property
    def healthy(self) -> bool:
        """Whether the source answered as it should."""
        return self.visit.outcome in HEALTHY


def collect(
    store: Store,
    register: Mapping[str, Source],
    sources: Sequence[Source],
    trip: Trip,
    afresh: bool = False,
    show: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Visit the sources, wave by wave, and keep what they gave.

    `afresh` forgets what is known of their pages, so that everything is read again. A source whose
    host was asked to wait is left alone until then: its result says so, and nothing of it is kept.
    """
    results = []
    for wave in waves(sources):
        for result in _visit_wave(store, register, wave, trip, afresh):
            show(result)
            results.append(result)
    return results


def due_now(store: Store, register: Mapping[str, Source], now: datetime) -> list[Source]:
    """Give the sources visited at their own pace whose time has come, and whose host answers."""
    own = [one for one in register.values() if one.schedule == ADAPTIVE and not one.retired]
    with store.session() as session:
        waiting = asked_to_wait(session, own, now, register)
        return due(session, [one for one in own if one.id not in waiting], now)


def waves(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Give the sources in waves: one that comes `after` another of them waits for it."""
    waiting = list(sources)
    while waiting:
        ids = {source.id for source in waiting}
        # A ring of sources that wait for one another goes all at once.
        ready = [source for source in waiting if source.after not in ids] or waiting
        yield ready
        gone = {source.id for source in ready}
        waiting = [source for source in waiting if source.id not in gone]


def _visit_wave(
    store: Store,
    register: Mapping[str, Source],
    wave: Sequence[Source],
    trip: Trip,
    afresh: bool,
) -> Iterator[Result]:
    orders, waiting = _orders(store, register, wave, trip)
    for source_id, until in waiting.items():
        yield _left_alone(register[source_id], trip.now, until)
    if afresh:
        orders = [replace(order, known={}) for order in orders]
    archive = trip.archive()
    if archive and not trip.until:
        from spiders.replay import replay_errands  # brings Scrapy: a live visit has it elsewhere

        orders = replay_errands(orders, archive.addresses())
    items: dict[str, list[Item]] = defaultdict(list)
    for things in arrivals(orders, trip):
        told = []
        for thing in things:
            if isinstance(thing, Item):
                items[thing.source].append(thing)
            else:
                told.append((thing, items.pop(thing.source, [])))
        if not told:
            continue
        with store.session() as session:
            counts = ingest_all(session, told, register)
        for (visit, _), count in zip(told, counts, strict=True):
            yield Result(visit, count)


def _orders(
    store: Store, register: Mapping[str, Source], wave: Sequence[Source], trip: Trip
) -> tuple[list[Errand], Mapping[str, datetime]]:
    """Say what each source is to be asked, and which are left alone until when.

    A replay asks nobody: it has no one to spare.
    """
    with store.reading() as session:
        if trip.replay:
            return errands(session, wave, trip.now), {}
        waiting = asked_to_wait(session, wave, trip.now, register)
        free = located(session, [source for source in wave if source.id not in waiting])
        return errands(session, free, trip.now, register=register), waiting


def _left_alone(source: Source, now: datetime, until: datetime) -> Result:
    issue = Issue("waiting", source.url)
    visit = Visit(source.id, now, now, Outcome.UNREACHABLE, issues=(issue,), wait_until=until)
    return Result(visit, Counts(0, 0))
