"""Do two thousand visits under random faults keep every item, once?

    python benchmarks/soak.py [--feeds 200] [--rounds 10] [--seed 1] [--database ADDRESS]

Feeds are served on the loopback; at each round some get new entries, and a third of them a fault:
a connection reset, a body that comes slowly or never, or is cut, 429 with or without a wait, 500,
503, garbage, a login page, an empty body. All are collected at each round, and once more at the
end, in peace. Printed, a line a round: outcomes, memory; then what is wrong: an entry of a feed
that was served whole and is not stored, or twice; a visit that is `ok` under a fault, or whose
entries are not those that were served; memory that grows by more than a tenth after the first
half. Exit code 1 when something is.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import struct
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sqlalchemy import select

from pipeline.database import Store, open_store
from pipeline.model import Document
from spiders.items import Outcome
from spiders.sources import Source
from spiders.trip import Trip
from vigie.collect import Result, collect

os.environ["no_proxy"] = "127.0.0.1"
START = datetime(2031, 3, 3, 12, tzinfo=UTC)
WINDOW = 20  # entries that a feed shows
TIMEOUT = 3.0  # seconds
AT_ONCE = 20
GROWTH = 1.1
# Under these a visit cannot be ok; a slow body is no trouble.
FAULTS = ("reset", "never", "cut", "429", "wait", "500", "503", "garbage", "login", "empty")
KINDS = ("slow", *FAULTS)
STATUSES = {"429": 429, "wait": 429, "500": 500, "503": 503}
LOGIN = b"<html><head><title>Connexion</title></head><body>?</body></html>"
LINGER = struct.pack("ii", 1, 0)  # a close that resets


class World:
    """What the feeds hold at this moment, and the fault of each, "" for none."""

    def __init__(self, feeds: int, chance: random.Random) -> None:
        self.chance, self.now = chance, START
        self.entries: list[list[str]] = [[] for _ in range(feeds)]
        self.faults = [""] * feeds
        self.served: set[str] = set()  # titles of feeds that were well when they were visited

    def turn(self, number: int, faulty: float) -> None:
        """Let time pass: new entries, new faults. Feeds that are well will be served whole."""
        self.now = START + timedelta(hours=3 * number)
        for feed, entries in enumerate(self.entries):
            many = self.chance.randrange(4) if entries else WINDOW
            entries += [f"Nouvelle {feed}-{number}-{one}" for one in range(many)]
            is_faulty = self.chance.random() < faulty
            self.faults[feed] = self.chance.choice(KINDS) if is_faulty else ""
            if self.faults[feed] not in FAULTS:
                self.served |= set(entries[-WINDOW:])

    def feed(self, number: int) -> bytes:
        """Write a feed as RSS."""
        when = format_datetime(START)
        items = "".join(
            f"<item><title>{title}</title><guid>{title}</guid><pubDate>{when}</pubDate>"
            f"<link>https://feed{number}.example/{title.split()[1]}?utm_source=rss</link></item>"
            for title in reversed(self.entries[number][-WINDOW:])
        )
        return (
            f'<rss version="2.0"><channel><title>{number}</title>{items}</channel></rss>'.encode()
        )


class Handler(BaseHTTPRequestHandler):
    """Serves a feed, with the fault that it has."""

    protocol_version = "HTTP/1.1"
    world: World

    def do_GET(self) -> None:
        """Answer."""
        name = self.path.strip("/")
        if not name.isdecimal():
            self._say(404)
            return
        fault, body = self.world.faults[int(name)], self.world.feed(int(name))
        if fault in ("slow", "never", "cut", "reset"):
            self._break(fault, body)
        elif fault in STATUSES:
            self._say(STATUSES[fault], wait="3600" if fault == "wait" else "")
        elif fault == "garbage":
            self._say(200, random.Random(name).randbytes(3000))
        else:
            self._say(200, LOGIN if fault == "login" else b"" if fault == "empty" else body)

    def _break(self, fault: str, body: bytes) -> None:
        self.close_connection = fault != "slow"
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
            self.connection.close()
            return
        self._begin(200, len(body))
        step = 1 + len(body) // 4
        for start in range(0, len(body) if fault == "slow" else step, step):
            self.wfile.write(body[start : start + step])
            time.sleep(0.05)
        if fault == "never":
            self.connection.recv(1)

    def _begin(self, status: int, length: int, wait: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(length))
        if wait:
            self.send_header("Retry-After", wait)
        self.end_headers()

    def _say(self, status: int, body: bytes = b"", wait: str = "") -> None:
        self._begin(status, len(body), wait)
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Serves a world; clients may leave."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def wrong_visits(world: World, results: list[Result]) -> Iterator[str]:
    """Give the visits that do not say the truth."""
    for one in results:
        number, told = int(one.visit.source.removeprefix("feed_")), one.visit
        fault, there = world.faults[number], min(len(world.entries[number]), WINDOW)
        if fault in FAULTS and told.outcome in (Outcome.OK, Outcome.UNCHANGED):
            yield f"{told.source}: {told.outcome} under {fault}"
        if fault not in FAULTS and told.outcome not in (Outcome.OK, Outcome.UNCHANGED):
            yield f"{told.source}: {told.outcome} under {fault or 'no fault'}: {told.issues}"
        if told.outcome == Outcome.OK and told.items != there:
            yield f"{told.source}: ok with {told.items} items of {there}"


def wrong_store(world: World, store: Store) -> Iterator[str]:
    """Give the entries that are not stored, or more than once."""
    with store.reading() as session:
        stored = Counter(session.scalars(select(Document.title)))
    yield from (f"not stored: {title}" for title in sorted(world.served - set(stored)))
    yield from (f"stored {n} times: {title}" for title, n in stored.items() if n > 1)


def memory() -> int:
    """Give the memory that this process holds, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def soak(world: World, store: Store, home: Path, rounds: int) -> Iterator[str]:
    """Visit every feed at every round; give what is wrong."""
    Handler.world = world
    server = Server(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    ids = [f"feed_{n}" for n in range(len(world.entries))]
    register: Mapping[str, Source] = {
        id_: Source(id_, id_, f"{base}/{n}", delay=0) for n, id_ in enumerate(ids)
    }
    held = []
    for number in range(rounds + 1):
        world.turn(number, 0.33 if number < rounds else 0.0)
        trip = Trip(world.now, home, delay=0, timeout=TIMEOUT, at_once=AT_ONCE)
        started = time.perf_counter()
        results = collect(store, register, list(register.values()), trip)
        held.append(memory())
        counts = Counter(str(one.visit.outcome) for one in results)
        new, spent = sum(one.counts.new for one in results), time.perf_counter() - started
        print(
            f"{number:>3} {spent:5.1f} s {held[-1] >> 20} MB, {new} new", dict(counts), flush=True
        )
        yield from (f"round {number}: {wrong}" for wrong in wrong_visits(world, results))
    server.shutdown()
    yield from wrong_store(world, store)
    if held[-1] > held[len(held) // 2] * GROWTH:
        yield f"memory: {[size >> 20 for size in held]} MB"


def main() -> None:
    """Soak, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(asked.database or f"sqlite:///{folder}/vigie.sqlite")
        world = World(asked.feeds, random.Random(asked.seed))
        wrong = list(soak(world, store, Path(folder), asked.rounds))
        store.close()
    for one in wrong[:40]:
        print(one)
    visits = asked.feeds * (asked.rounds + 1)
    print(f"{visits} visits, {len(world.served)} entries served whole, {len(wrong)} wrong")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
