"""How fast are many feeds collected, beside the `reader` library?

    python benchmarks/feeds.py compare --reader PYTHON [--feeds 500] [--entries 30] [--latency 0]
        [--workers 10] [--runs 5] [--tagging]
    python benchmarks/feeds.py init FOLDER ADDRESSES
    python benchmarks/feeds.py update FOLDER WORKERS [tagging] | count FOLDER

PYTHON is that of a virtual environment where `reader` is installed (and sgmllib3k, without which it
does not import). The same feeds are served on the loopback, with validators, after so many
milliseconds. Each contestant updates them all, twice: the second time nothing has moved. Whole
processes are timed, in turn (A B A B …), with all their children. With `--tagging` ours also gives
every new entry its themes; `reader` does nothing of the kind. Printed: medians of wall seconds,
of CPU seconds and of peak memory, and what `reader` takes for one of ours. The other forms are one
contestant alone, for another harness: ADDRESSES is a file with an address a line.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pipeline.database import Store

ROOT = Path(__file__).parents[1]
STAMP = "Fri, 20 Nov 2026 12:00:00 GMT"
WORDS = "le conseil de la ville étudie un projet de garderie près du parc avant la fin de l’année "
READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[2] + "/reader.sqlite", feed_root=None)
if sys.argv[1] == "init":
    for url in open(sys.argv[3]).read().split():
        reader.add_feed(url, exist_ok=True)
elif sys.argv[1] == "update":
    for _ in reader.update_feeds_iter(workers=int(sys.argv[3]), scheduled=False):
        pass
else:
    print(reader.get_entry_counts().total)
reader.close()
"""


# Our side


def init(folder: Path, addresses: Path) -> None:
    """Write the register of these feeds."""
    blocks = (
        f'[feed_{n}]\ntitle = "Feed {n}"\nurl = "{url}"\n'
        for n, url in enumerate(addresses.read_text(encoding="utf-8").split())
    )
    (folder / "sources.toml").write_text("\n".join(blocks), encoding="utf-8")


def update(folder: Path, workers: int, tagging: bool = False) -> None:
    """Collect every feed once, as `vigie collect` does; each stands for a host of its own.

    Then give the entries their themes, as `vigie process` does, when that is asked.

    `workers` is for contestants that have some: hosts do not wait for one another here.
    """
    from spiders.visit import get_ready

    get_ready()
    from pipeline.database import open_store
    from spiders.sources import read_register
    from spiders.trip import Trip
    from vigie.collect import collect

    register = read_register(folder / "sources.toml")
    store = open_store(f"sqlite:///{folder / 'vigie.sqlite'}")
    trip = Trip(datetime.now(UTC), folder, delay=0, at_once=len(register))
    results = collect(store, register, list(register.values()), trip)
    if tagging and any(one.counts.new for one in results):
        give_themes(store, trip.now)
    store.close()
    told = {
        "new": sum(one.counts.new for one in results),
        "modified": sum(one.counts.changed for one in results),
        "feeds_in_error": sum(not one.healthy for one in results),
    }
    print(json.dumps(told))


def give_themes(store: Store, now: datetime) -> None:
    """Read what is new. What is needed for it is loaded when there is something to read."""
    from classifiers.crew import Crew
    from classifiers.model import Classifier
    from pipeline.tagging import tag

    tag(store, Crew.of(Classifier.load()), now)


def count(folder: Path) -> None:
    """Say what is in the store."""
    from sqlalchemy import func, select

    from pipeline.database import open_store
    from pipeline.model import Document, Sighting

    store = open_store(f"sqlite:///{folder / 'vigie.sqlite'}")
    with store.reading() as session:
        feeds = session.scalar(select(func.count(Sighting.source.distinct())))
        entries = session.scalar(select(func.count()).select_from(Document))
    store.close()
    print(json.dumps({"feeds": feeds, "entries": entries}))


# The comparison


class Handler(BaseHTTPRequestHandler):
    """Serves feeds, or says that they have not moved."""

    protocol_version = "HTTP/1.1"
    entries, latency = 30, 0.0

    def do_GET(self) -> None:
        """Answer, after the time that the network takes."""
        time.sleep(self.latency)
        name = self.path.strip("/")
        unmoved = self.headers.get("If-None-Match") == f'"{name}"'
        status = 304 if unmoved else 200 if name.isdecimal() else 404
        body = feed(int(name), self.entries) if status == 200 else b""
        self.send_response(status)
        for head, value in (("ETag", f'"{name}"'), ("Last-Modified", STAMP)):
            self.send_header(head, value)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def feed(number: int, entries: int) -> bytes:
    """Write a feed of some two kilobytes an entry."""
    start = datetime(2026, 11, 20, tzinfo=UTC)
    items = "".join(
        f"<item><title>Nouvelle {one} du fil {number}</title><guid>{number}-{one}</guid>"
        f"<link>https://journal{number}.example/{one}?utm_source=rss</link>"
        f"<dc:creator>Ève Roy</dc:creator><category>Politique</category>"
        f"<pubDate>{format_datetime(start - timedelta(hours=one))}</pubDate>"
        f"<description><![CDATA[<p>{WORDS * 20}</p><p>{one}</p>]]></description></item>"
        for one in range(entries)
    )
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
    return f"{head}<title>Fil {number}</title>{items}</channel></rss>".encode()


def serve(entries: int, latency: float) -> None:
    """Serve for ever; print the port first."""
    Handler.entries, Handler.latency = entries, latency / 1000
    ThreadingHTTPServer.request_queue_size = 256
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextmanager
def serving(entries: int, latency: float) -> Iterator[str]:
    """Give the address of a server in a process of its own."""
    words = [sys.executable, __file__, "serve", str(entries), str(latency)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


class Cost(NamedTuple):
    """What a command took with its children: seconds by the clock and of processors, megabytes."""

    wall: float
    cpu: float
    peak: float


def measured(words: list[str]) -> Cost:
    """Run a command, and its children; say what they took, as seen every twentieth of a second."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1"}
    cpu: dict[str, int] = {}
    peak, started = 0, time.perf_counter()
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None:
            peak = max(peak, held(process.pid, cpu))
            time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"failed: {words}")
    wall = time.perf_counter() - started
    return Cost(wall, sum(cpu.values()) / os.sysconf("SC_CLK_TCK"), peak / 1024)


def held(session: int, cpu: dict[str, int]) -> int:
    """Give the kilobytes of the processes of a session, a shared page counted once.

    `cpu` is told how many clock ticks each has worked so far.
    """
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) == session:
                cpu[stat.parent.name] = int(fields[11]) + int(fields[12])
                rollup = stat.with_name("smaps_rollup").read_text(encoding="utf-8")
                total += int(rollup.partition("\nPss:")[2].split()[0])
        except (OSError, IndexError):
            continue  # it has ended
    return total


def compare(asked: argparse.Namespace) -> None:
    """Time the contestants in turn, print."""
    contestants = {
        "ours": [sys.executable, __file__],
        "reader": [asked.reader, "-c", READER],
    }
    figures: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    with serving(asked.entries, asked.latency) as address:
        for _ in range(asked.runs):
            for name, command in contestants.items():
                with tempfile.TemporaryDirectory() as folder:
                    addresses = Path(folder) / "urls.txt"
                    addresses.write_text("\n".join(f"{address}/{n}" for n in range(asked.feeds)))
                    measured([*command, "init", folder, str(addresses)])
                    for phase in ("first", "unchanged"):
                        words = [*command, "update", folder, str(asked.workers)]
                        words += ["tagging"] * (asked.tagging and name == "ours")
                        figures[phase, name].append(measured(words))
    for phase in ("first", "unchanged"):
        cost = {
            name: Cost(*map(statistics.median, zip(*figures[phase, name], strict=True)))
            for name in contestants
        }
        for name, (wall, cpu, peak) in cost.items():
            print(f"{phase:>9} {name:>6}: {wall:6.2f} s, {cpu:6.2f} s of CPU, {peak:5.0f} MB")
        times = cost["reader"].wall / cost["ours"].wall
        memory = cost["ours"].peak / cost["reader"].peak
        print(f"{phase:>9}: {times:.2f} times as fast, {memory:.2f} times the memory", flush=True)


def main() -> None:
    """Do what is asked."""
    words = sys.argv[1:]
    match words[:1]:
        case ["init"]:
            init(Path(words[1]), Path(words[2]))
        case ["update"]:
            update(Path(words[1]), int(words[2]), words[3:] == ["tagging"])
        case ["count"]:
            count(Path(words[1]))
        case ["serve"]:
            serve(int(words[1]), float(words[2]))
        case _:
            parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
            parser.add_argument("compare", choices=["compare"])
            parser.add_argument("--reader", required=True)
            parser.add_argument("--feeds", type=int, default=500)
            parser.add_argument("--entries", type=int, default=30)
            parser.add_argument("--latency", type=float, default=0)
            parser.add_argument("--workers", type=int, default=10)
            parser.add_argument("--runs", type=int, default=5)
            parser.add_argument("--tagging", action="store_true")
            compare(parser.parse_args())


if __name__ == "__main__":
    main()
