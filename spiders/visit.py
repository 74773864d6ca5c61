"""Visits sources: child processes crawl them, and can take none of us down with them."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from types import ModuleType
from typing import Self
from urllib.parse import urlsplit

from spiders.errands import Errand
from spiders.items import Item, Visit
from spiders.trip import Trip, lost

__all__ = ["Trip", "visit"]
# Scrapy takes half a second to import: the fork server does it once, its children not at all.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["spiders.crawl", "spiders.feed"])
MOST_CHILDREN = 2  # reading feeds takes a whole core: two read twice as many
WORTH_A_CHILD = 30  # sources: fewer are visited sooner than another child is started
MOST_THINGS = 1000  # sent together
GRACE = 60.0  # seconds that a child has, beyond the limits of its sources, to tell what it did


def visit(errands: Sequence[Errand], trip: Trip) -> Iterator[Item | Visit]:
    """Visit the source of every errand once; give each one's Items, then its Visit.

    A source whose visit its child did not live to tell gets one that says so (`crash`).
    Raises ArchiveError when there is no reading the archive to replay.
    """
    for things in arrivals(errands, trip):
        yield from things


def arrivals(errands: Sequence[Errand], trip: Trip) -> Iterator[Sequence[Item | Visit]]:
    """Visit as `visit` does; give together what has come meanwhile."""
    if not errands:
        return
    trip.archive()
    with ExitStack() as stack:
        children = [stack.enter_context(_Child(share, trip)) for share in shares(errands, trip)]
        yield from _arrivals(children, monotonic() + _limit(errands, trip))
        for child in children:
            yield list(child.lost(trip))


def get_ready() -> None:
    """Have the fork server import what children need while we import what we need ourselves."""
    forkserver.ensure_running()


def shares(errands: Sequence[Errand], trip: Trip) -> list[list[Errand]]:
    """Share the errands out among children, each host with its sources in one; few need but one.

    Where a host is asked by several sources at once, it is shared out too.
    """
    hosts: dict[str, list[Errand]] = defaultdict(list)
    for errand in errands:
        hosts[errand.source.id if trip.at_once > 1 else _host(errand)].append(errand)
    many = min(MOST_CHILDREN, os.cpu_count() or 1, -(-len(errands) // WORTH_A_CHILD), len(hosts))
    found: list[list[Errand]] = [[] for _ in range(many)]
    for there in sorted(hosts.values(), key=len, reverse=True):
        min(found, key=len).extend(there)
    return found


class _Child:
    """A process that crawls some errands, and the pipe that it writes to."""

    def __init__(self, errands: Sequence[Errand], trip: Trip) -> None:
        self.waiting = {errand.source.id: errand for errand in errands}
        self.items: Counter[str] = Counter()
        self.pipe, theirs = CHILDREN.Pipe(duplex=False)
        self.process = CHILDREN.Process(
            target=_child, args=(tuple(errands), trip, theirs), daemon=True
        )
        with _main_unseen():
            self.process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def receive(self) -> Sequence[Item | Visit]:
        """Give what comes next. Raises EOFError or OSError when nothing will."""
        things: Sequence[Item | Visit] = self.pipe.recv()
        for thing in things:
            if isinstance(thing, Visit):
                self.waiting.pop(thing.source, None)
            else:
                self.items[thing.source] += 1
        return things

    def lost(self, trip: Trip) -> Iterator[Visit]:
        """Give the visits that it did not tell."""
        self.process.join(1)
        code = self.process.exitcode
        why = "it had no end" if code is None else f"exit code {code}"
        for id_, errand in self.waiting.items():
            yield lost(errand, trip.now, why, self.items[id_])


def _arrivals(children: Sequence[_Child], deadline: float) -> Iterator[Sequence[Item | Visit]]:
    """Give what comes through the pipes, until they are closed at their other end or time is up."""
    alive = {child.pipe: child for child in children}
    while alive and (ready := wait(list(alive), max(deadline - monotonic(), 0))):
        for pipe in ready:
            assert isinstance(pipe, Connection)
            try:
                yield alive[pipe].receive()
            except (EOFError, OSError):  # OSError: it died in the middle of a word
                del alive[pipe]


def _limit(errands: Sequence[Errand], trip: Trip) -> float:
    """Give the seconds that a child may take: the sources of one host wait for one another."""
    return max(Counter(map(_host, errands)).values()) * trip.limit + GRACE


def _host(errand: Errand) -> str:
    return urlsplit(errand.source.url).netloc


@contextmanager
def _main_unseen() -> Iterator[None]:
    """Keep the child from importing the script that runs us: it has no use for it."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _child(errands: Sequence[Errand], trip: Trip, pipe: Connection) -> None:
    from spiders.crawl import crawl

    Thread(target=_leave_with_parent, daemon=True).start()
    outbox: SimpleQueue[Item | Visit | None] = SimpleQueue()
    writer = Thread(target=_write, args=(outbox, pipe))
    writer.start()
    try:
        crawl(errands, trip, outbox.put)
    finally:
        outbox.put(None)
        writer.join()


def _write(outbox: SimpleQueue[Item | Visit | None], pipe: Connection) -> None:
    """Write in a thread of its own: a parent busy with its store must not hold up the crawl."""
    things: list[Item | Visit] = []
    while (thing := outbox.get()) is not None:
        things.append(thing)
        if outbox.empty() or len(things) == MOST_THINGS:
            pipe.send(things)
            things = []
    pipe.send(things)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()  # also when it is killed: its end of a pipe closes
    os._exit(1)
