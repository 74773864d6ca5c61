"""Visits sources: one child process crawls them all, and can take none of us down with it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from types import ModuleType
from urllib.parse import urlsplit

from spiders.items import Errand, Item, Visit
from spiders.trip import Trip, lost

__all__ = ["Trip", "visit"]
# Scrapy takes half a second to import: the fork server does it once, its children not at all.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["spiders.crawl", "spiders.feed"])
GRACE = 60.0  # seconds that a child has, beyond the limits of its sources, to tell what it did


def visit(errands: Sequence[Errand], trip: Trip) -> Iterator[Item | Visit]:
    """Visit the source of every errand once; give each one's Items, then its Visit.

    A source whose visit the child did not live to tell gets one that says so (`crash`).
    Raises ArchiveError when there is no reading the archive to replay.
    """
    if not errands:
        return
    trip.archive()
    waiting = {errand.source.id: errand for errand in errands}
    items: Counter[str] = Counter()
    ours, theirs = CHILDREN.Pipe(duplex=False)
    child = CHILDREN.Process(target=_child, args=(tuple(errands), trip, theirs), daemon=True)
    with _main_unseen():
        child.start()
    theirs.close()
    try:
        for arrival in _arrivals(ours, monotonic() + _limit(errands, trip)):
            if isinstance(arrival, Visit):
                waiting.pop(arrival.source, None)
            else:
                items[arrival.source] += 1
            yield arrival
        child.join(1)
        why = "it had no end" if child.exitcode is None else f"exit code {child.exitcode}"
    finally:
        child.kill()
        child.join()
        ours.close()
    for id_, errand in waiting.items():
        yield lost(errand, trip.now, why, items[id_])


def _arrivals(pipe: Connection, deadline: float) -> Iterator[Item | Visit]:
    """Give what comes through the pipe, until its other end is closed or time is up."""
    try:
        while pipe.poll(max(deadline - monotonic(), 0)):
            yield pipe.recv()
    except (EOFError, OSError):  # OSError: it died in the middle of a word
        return


def _limit(errands: Sequence[Errand], trip: Trip) -> float:
    """Give the seconds that a child may take: the sources of one host wait for one another."""
    hosts = Counter(urlsplit(errand.source.url).netloc for errand in errands)
    return max(hosts.values()) * trip.limit + GRACE


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
    while (thing := outbox.get()) is not None:
        pipe.send(thing)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()  # also when it is killed: its end of a pipe closes
    os._exit(1)
