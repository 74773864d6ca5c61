"""Does a day of measures cost more when the archive has grown?

    python benchmarks/momentum_growth.py [--small 20000] [--large 200000] [--units 165] [--runs 5]

Two stores hold so many documents, counted for their days over some years, with the same twelve
last weeks and half a year of measures: 15 themes and 150 bills. On the last day three themes and
ten bills are stormed. It closes: what `vigie process` does after grouping (count the day's
documents, measure and weigh every unit, explain what rises, follow the windows) is timed on each in
turn. Printed: medians, and the ratio large/small.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from classifiers.themes import read_themes
from pipeline.attention import measure
from pipeline.database import Store, open_store
from pipeline.model import (
    Bill,
    BillStage,
    Classification,
    Document,
    Mention,
    Momentum,
    Naming,
    Opportunity,
    OpportunityStep,
    Story,
    Tag,
    UnitDay,
    Visit,
)
from pipeline.momentum import VERSION
from pipeline.opportunities import follow_windows

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RECENT, A_DAY = 84, 100  # days of the same twelve weeks, documents on each of them
MEASURED = 180  # days whose quiet days tell how likely a surprise is
THEMES = list(read_themes())
OWNERS = {f"paper{n}": f"Owner {n % 20}" for n in range(40)}


def fill(store: Store, many: int, bills: int) -> None:
    """Put so many documents in a store: the last twelve weeks first, the rest before them."""
    draw = random.Random(5)
    with store.session() as session:
        session.execute(insert(Visit), list(_visits()))
        session.execute(insert(Bill), list(_bills(bills)))
        session.execute(insert(BillStage), list(_stages(bills)))
        _read(session, bills)
    rows = [(n, NOW - DAY * (1 + n // A_DAY)) for n in range(many)]
    for start in range(0, many, 5000):
        with store.session() as session:
            _write(session, rows[start : start + 5000], draw, bills)
    with store.session() as session:
        session.execute(insert(UnitDay), list(_counts(bills, draw)))
        session.execute(insert(Momentum), list(_measures(bills, draw)))


def _visits() -> Iterator[dict[str, Any]]:
    for back, source in product(range(RECENT, 0, -1), OWNERS):
        at = NOW - back * DAY
        yield {
            "source": source,
            "started_at": at,
            "finished_at": at,
            "outcome": "ok",
            "items": 1,
            "new": 1,
            "changed": 0,
            "requests": 1,
            "issues": [],
        }


def _bills(many: int) -> Iterator[dict[str, Any]]:
    for n in range(1, many + 1):
        yield {
            "id": n,
            "legislature": 51,
            "session": 2,
            "number": str(n),
            "title": f"Loi {n}",
            "status": "in-progress",
            "first_seen_at": NOW - 300 * DAY,
            "sponsors": [],
        }


def _stages(many: int) -> Iterator[dict[str, Any]]:
    for n in range(1, many + 1):
        for position, ago in enumerate((200, n % 60)):
            yield {
                "bill_id": n,
                "position": position,
                "label": f"Étape {position}",
                "stage": ("introduction", "committee")[position],
                "dates": [str((NOW - ago * DAY).date())],
                "votes": [],
                "notes": [],
                "first_seen_at": NOW - ago * DAY,
            }


def _read(session: Session, bills: int) -> None:
    """Put the bills' own documents in the store, each with a theme."""
    for n in range(1, bills + 1):
        document = Document(identity=f"bill:qc/51-2/{n}", kind="bill", source="qc", bill_id=n)
        document.url = document.title = document.content_hash = ""
        document.detected_at, document.read_by, document.day = NOW - 300 * DAY, "1", NOW.date()
        document.id = 10_000_000 + n
        reading = Classification(id=10_000_000 + n, document_id=document.id, reader="vigie")
        reading.version, reading.proximity, reading.read_at = "1", "direct", NOW
        reading.tags = [Tag(theme=THEMES[n % 15], score=0.9, origin="rule", reason="")]
        session.add(document)
        session.flush()
        session.add(reading)


def _write(
    session: Session, rows: list[tuple[int, datetime]], draw: random.Random, bills: int
) -> None:
    stories, documents, readings, tags, mentions, namings = [], [], [], [], [], []
    for n, at in rows:
        id_ = n + 1
        stories.append({"id": id_, "title": f"N {id_}", "first_at": at, "last_at": at})
        documents.append(
            {
                "id": id_,
                "identity": f"https://x.example/{id_}",
                "source": f"paper{n % 40}",
                "kind": "news",
                "url": f"https://x.example/{id_}",
                "title": f"Titre {id_}",
                "published_at": at,
                "detected_at": at,
                "content_hash": "",
                "read_by": "1",
                "day": at.date(),
                "story_id": id_,
            }
        )
        readings.append(
            {
                "id": id_,
                "document_id": id_,
                "reader": "vigie",
                "version": "1",
                "proximity": "indirect",
                "read_at": at,
                "populations": [],
                "actors": [],
            }
        )
        storm = n < A_DAY
        tag = {"classification_id": id_, "score": 0.9, "origin": "rule", "reason": "r"}
        tags.append(tag | {"theme": THEMES[n % 3] if storm else draw.choice(THEMES)})
        if storm or n % 5 == 0:
            span = {"passage": "PL", "start": 0, "end": 2}
            bill = (n % 10 if storm else draw.randrange(bills)) + 1
            mentions.append(span | {"document_id": id_, "bill_id": bill})
            namings.append(span | {"document_id": id_, "target": f"P{n % 9}", "kind": "person"})
    for table, values in (
        (Story, stories),
        (Document, documents),
        (Classification, readings),
        (Tag, tags),
        (Mention, mentions),
        (Naming, namings),
    ):
        session.execute(insert(table), values)


def _counts(bills: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    units = [*THEMES, *(f"bill:{n}" for n in range(1, bills + 1))]
    for back in range(2, RECENT + 1):
        for n, unit in enumerate(units):
            many = draw.randrange(12) if n < len(THEMES) else int(draw.random() < 0.3)
            if many:
                day = (NOW - back * DAY).date()
                row = {"day": day, "unit": unit, "items": many, "stories": many, "outlets": many}
                yield row | {"sources": Counter(draw.choices(list(OWNERS), k=many))}


def _measures(bills: int, draw: random.Random) -> Iterator[dict[str, Any]]:
    for back in range(2, MEASURED + 2):
        for unit in [*THEMES, *(f"bill:{n}" for n in range(1, bills + 1))]:
            yield {
                "day": (NOW - back * DAY).date(),
                "unit": unit,
                "window": 1,
                "observed": 1,
                "expected": 1.0,
                "ratio": 1.0,
                "surprise": max(0.0, draw.gauss(0.0, 0.8)),
                "outlets": 1,
                "state": "calm",
                "version": VERSION,
                "p": 0.5,
                "q": 1.0,
                "detail": {"tide": 1.0, "days": 60, "through": "x" * 600},
            }


def day(store: Store) -> float:
    """Undo the last day, then do it; give the seconds that it takes."""
    eve = (NOW - DAY).date()
    with store.session() as session:
        for table in (OpportunityStep, Opportunity):
            session.execute(delete(table))
        session.execute(delete(Momentum).where(Momentum.day >= eve))
        session.execute(update(Document).where(Document.day == eve).values(day=None))
    start = time.perf_counter()
    measured = measure(store, NOW, OWNERS)
    windows = follow_windows(store, NOW)
    taken = time.perf_counter() - start
    print(f"  {measured} measures, {windows} steps of windows: {taken:.2f} s")
    return taken


def main() -> None:
    """Fill, warm, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--units", type=int, default=165)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stores = {}
        for many in (asked.small, asked.large):
            stores[many] = open_store(f"sqlite:///{Path(folder) / str(many)}.sqlite")
            fill(stores[many], many, asked.units - len(THEMES))
            day(stores[many])
        times: dict[int, list[float]] = {many: [] for many in stores}
        for _ in range(asked.runs):
            for many, store in stores.items():
                times[many].append(day(store))
        for many, taken in times.items():
            print(f"{many:>7} documents: median {statistics.median(taken):.2f} s")
        ratios = [large / small for small, large in zip(*times.values(), strict=True)]
        print(f"ratio, median of {asked.runs} pairs: {statistics.median(ratios):.3f}")


if __name__ == "__main__":
    main()
