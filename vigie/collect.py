"""One collection: every source asked is visited, each visit is kept whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.agenda import errands
from pipeline.database import Store
from pipeline.ingest import Counts, ingest
from spiders.items import Item, Outcome, Visit
from spiders.replay import replay_errands
from spiders.sources import Source
from spiders.visit import Trip, visit

HEALTHY = (Outcome.OK, Outcome.UNCHANGED)


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

    `afresh` forgets what is known of their pages, so that everything is read again.
    """
    results = []
    for wave in waves(sources):
        for result in _visit_wave(store, register, wave, trip, afresh):
            show(result)
            results.append(result)
    return results


def waves(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Give the sources in waves: one that comes `after` another of them waits for it."""
    waiting = list(sources)
    while waiting:
        ids = {source.id for source in waiting}
        # A ring of sources that wait for one another goes all at once.
        ready = [source for source in waiting if source.after not in ids] or waiting
        yield ready
        waiting = [source for source in waiting if source not in ready]


def _visit_wave(
    store: Store,
    register: Mapping[str, Source],
    wave: Sequence[Source],
    trip: Trip,
    afresh: bool,
) -> Iterator[Result]:
    with store.reading() as session:
        orders = errands(session, wave, trip.now)
    if afresh:
        orders = [replace(order, known={}) for order in orders]
    archive = trip.archive()
    if archive and not trip.until:
        orders = replay_errands(orders, archive.addresses())
    items: dict[str, list[Item]] = defaultdict(list)
    for arrival in visit(orders, trip):
        if isinstance(arrival, Item):
            items[arrival.source].append(arrival)
            continue
        with store.session() as session:
            counts = ingest(session, arrival, items.pop(arrival.source, []), register)
        yield Result(arrival, counts)
