"""What does it cost the Assemblée that we watch a whole session of it?

    python benchmarks/radar.py [--bills 150] [--mandates 40] [--json]

A copy of its site is served on the loopback, behind a proxy that answers to its name (TLS, by an
authority that this process alone trusts). The register's own sources visit it at their own hours:
a first day, a week and a half in which nothing changes, a day with three changes. Printed for each:
the requests to www.assnat.qc.ca, robots.txt included, how long they took, what was found.
"""

from __future__ import annotations

import argparse
import json
import os
import ssl
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme
from parliament import Parliament, advanced, compose
from sqlalchemy import select

from classifiers.model import Classifier
from classifiers.rules import BUNDLED as RULES
from pipeline.clock import TORONTO, bounds
from pipeline.database import Store, open_store
from pipeline.model import BillStage, ConsultationChange, Document
from pipeline.tagging import tag
from scheduler import jobs
from spiders.sources import Source, read_register
from spiders.trip import Trip
from vigie.collect import Result, collect

HOST = "www.assnat.qc.ca"
MONDAY = date(2031, 3, 10)
Answer = Callable[[str, str], bytes | None]


class Proxy(BaseHTTPRequestHandler):
    """Answers to every host by its name: `answer` gives the page of a host and a path."""

    protocol_version = "HTTP/1.1"
    answer: Answer
    tls: ssl.SSLContext
    asked: Counter[str]

    def do_CONNECT(self) -> None:
        """Become the host that is asked for."""
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self) -> None:
        """Answer, and count."""
        host = self.headers["Host"]
        self.asked[host] += 1
        body = type(self).answer(host, self.path)
        self.send_response(404 if body is None else 200)
        is_page = self.path.endswith(".html") or "?" in self.path
        self.send_header("Content-Type", "text/html; charset=utf-8" if is_page else "text/plain")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def proxy(folder: Path, answer: Answer, *hosts: str) -> Iterator[Counter[str]]:
    """Stand for these hosts, for this process and its children; give what each is asked."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)

    class Own(Proxy):
        tls, asked = context, Counter()

    Own.answer = staticmethod(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients may leave
    os.environ |= {
        "https_proxy": f"http://127.0.0.1:{server.server_address[1]}",
        "no_proxy": "",
        "SSL_CERT_FILE": str(folder / "authority"),
    }
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield Own.asked
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Watch:
    """The sources of a day, their store, and the copy that they visit."""

    store: Store
    home: Path
    house: Parliament
    asked: Counter[str]
    today: date = MONDAY

    def __post_init__(self) -> None:
        whole = read_register()
        self.register = {
            id_: source
            for id_, source in whole.items()
            if source.schedule and (id_.startswith("assnat_") or id_ == "donneesquebec_bills")
        }
        self.reader = Classifier.load(RULES)
        self.served: dict[date, dict[str, bytes]] = {}

    def answer(self, host: str, path: str) -> bytes | None:
        """Give what the copy answers today."""
        if host == HOST:
            if self.today not in self.served:
                self.served = {self.today: self.house.pages(self.today)}
            return self.served[self.today].get(path)
        source = self.register["donneesquebec_bills"]
        known = self.house.open_data(self.today - timedelta(days=1), source)
        return known.body if path != "/robots.txt" else None

    def day(self, day: date) -> Mapping[str, Any]:
        """Do every visit of a day, at its hour; say what it cost, and what was found."""
        self.today, before, start = day, self.asked[HOST], time.perf_counter()
        results = [
            result for now, sources in self._slots(day) for result in self._visit(now, sources)
        ]
        return {
            "day": day.isoformat(),
            "requests": self.asked[HOST] - before,
            "seconds": round(time.perf_counter() - start, 1),
            "new": sum(one.counts.new for one in results),
            "changed": sum(one.counts.changed for one in results),
            "ill": sorted({one.visit.source for one in results if not one.healthy}),
        }

    def _visit(self, now: datetime, sources: list[Source]) -> list[Result]:
        results = collect(
            self.store, self.register, sources, Trip(now=now, home=self.home, delay=0)
        )
        tag(self.store, self.reader, now)
        return results

    def _slots(self, day: date) -> Iterator[tuple[datetime, list[Source]]]:
        """Give the visits of a day in order: sources of the same hours go together."""
        start, end = bounds(day)
        slots = []
        todo = jobs(((s.id, s.schedule) for s in self.register.values()), {})
        for number, job in enumerate(todo):
            at = job.trigger().get_next_fire_time(None, start)
            while at and at < end:
                slots.append((at.astimezone(TORONTO), number, job.command[4:]))
                at = job.trigger().get_next_fire_time(at, at + timedelta(seconds=1))
        for at, _, names in sorted(slots):
            yield at, [self.register[name] for name in names]


def change(house: Parliament, day: date) -> None:
    """Let three things happen: a bill is tabled, one of ours is passed, a deadline is put off."""
    tabled = replace(house.bills[-1], number=len(house.bills) + 1, id=79_999)
    tabled = replace(tabled, steps=(replace(tabled.steps[0], days=(day - timedelta(days=1),)),))
    house.bills[0] = advanced(house.bills[0], day - timedelta(days=1))
    house.bills.append(tabled)
    house.deadline += timedelta(days=7)


def found(store: Store, house: Parliament, day: date) -> list[str]:
    """Say which of the three changes the store tells."""
    with store.reading() as session:
        titles = session.scalars(select(Document.identity)).all()
        stages = session.scalars(select(BillStage.dates).where(BillStage.stage == "passage")).all()
        moved = session.scalars(select(ConsultationChange.after)).all()
    told = {
        "a bill tabled": any(name.endswith(f"/{len(house.bills)}") for name in titles),
        "a bill of ours passed": [(day - timedelta(days=1)).isoformat()] in stages,
        "a deadline put off": house.deadline in moved,
    }
    return [name for name, is_told in told.items() if is_told]


def watch(bills: int, mandates: int, folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each day of the watch, with what it is."""
    house = compose(MONDAY, bills, mandates)
    store = open_store(f"sqlite:///{folder / 'vigie.sqlite'}")
    watching: list[Watch] = []
    hosts = (HOST, "www.donneesquebec.ca")
    with proxy(folder, lambda host, path: watching[0].answer(host, path), *hosts) as asked:
        watching.append(Watch(store, folder, house, asked))
        yield "first", watching[0].day(MONDAY)
        for number in range(1, 8):
            yield "unchanged", watching[0].day(MONDAY + timedelta(days=number))
        day = MONDAY + timedelta(days=8)
        change(house, day)
        told = watching[0].day(day)
        yield "three changes", {**told, "found": found(store, house, day)}
    store.close()


def main() -> None:
    """Watch, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bills", type=int, default=150)
    parser.add_argument("--mandates", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind, told in watch(asked.bills, asked.mandates, Path(folder)):
            if asked.json:
                print(json.dumps({"kind": kind, **told}), flush=True)
            else:
                print(
                    kind, *(f"{name} {value}" for name, value in told.items()), sep="\t", flush=True
                )


if __name__ == "__main__":
    main()
