"""Does grouping a day's news cost more when the archive has grown?

    python benchmarks/stories.py [--small 1000] [--large 100000] [--day 2000] [--days 365]

Two stores hold so many older news, grouped; those of the large one came out over so many days, and
those of the small one at the same pace, just before the new day. The same new day is then grouped
on each in turn (A B A B …). The news are invented: words as common as in a language, events that
have their own names and are told by several houses. Printed: medians in CPU seconds (and seconds),
and the ratio large/small of each pair.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from pipeline.database import Store, open_store
from pipeline.likeness import Usual
from pipeline.model import Document, Story, Trait
from pipeline.stories import group

DAY = datetime(2031, 3, 5, 12, tzinfo=UTC)
SYLLABLES = [a + b for a in "bcdfghjklmnpqrstvwxz" for b in "aeiou"]
COMMON, NAMES = 40_000, 900_000  # words of the language; of the others, an event has five
OLD, NEW = "https://old.example/", "https://new.example/"
TOLD = 0.4  # share of the events that nobody tells once more, then once more again
COPIED = 0.2

Row = dict[str, object]


def word(rank: int) -> str:
    """Spell a word: six letters, no two alike."""
    return "".join(SYLLABLES[rank // scale % 100] for scale in (1, 100, 10_000))


def words(dice: random.Random, many: int) -> list[str]:
    """Invent words of the language, each as common as its rank is low (Zipf)."""
    return [word(int(COMMON ** dice.random())) for _ in range(many)]


def told(dice: random.Random) -> Iterator[tuple[str, str]]:
    """Invent titles and leads without end: an event is told by one house, or by several."""
    while True:
        names = [word(COMMON + dice.randrange(NAMES)) for _ in range(5)]
        lead = ""
        while not lead or dice.random() > TOLD:
            if not lead or dice.random() > COPIED:
                lead = " ".join([*dice.sample(names, 4), *words(dice, 35)])
            yield " ".join([*dice.sample(names, 3), *words(dice, 6)]).capitalize(), lead


def news(seed: int, moments: list[datetime], site: str) -> Iterator[Row]:
    """Invent a news for each of these moments."""
    for number, (moment, said) in enumerate(zip(moments, told(random.Random(seed)), strict=False)):
        yield {
            "identity": f"{site}{number}",
            "source": f"feed{number % 40}",
            "kind": "news",
            "url": site,
            "title": said[0],
            "summary": said[1],
            "author": "",
            "published_text": "",
            "published_at": moment,
            "detected_at": moment,
            "content_hash": "",
            "read_by": "1",
        }


@cache
def usual() -> Usual:
    """Count the words of news of that language."""
    return Usual.of(" ".join(said) for said in islice(told(random.Random(1)), 5_000))


def add(store: Store, rows: list[Row]) -> None:
    """Put news in a store, to be grouped."""
    with store.session() as session:
        session.execute(insert(Document), rows)


def fill(store: Store, many: int, pace: float) -> None:
    """Put so many older news in a store, so many a day, and group them."""
    apart = timedelta(days=1 / pace)
    moments = [DAY - timedelta(days=1) - apart * back for back in range(many, 0, -1)]
    rows = news(many, moments, OLD)
    while batch := list(islice(rows, 2_000)):
        add(store, batch)
        finish(store)


def finish(store: Store) -> tuple[float, float]:
    """Group what waits, mark it counted; give the CPU seconds and seconds that grouping took."""
    cpu, start = time.process_time(), time.perf_counter()
    group(store, {}, usual)
    taken = time.process_time() - cpu, time.perf_counter() - start
    with store.session() as session:
        session.execute(update(Document).where(Document.day.is_(None)).values(day=DAY.date()))
    return taken


def again(store: Store) -> tuple[float, float]:
    """Group the new day as if it had never been."""
    with store.session() as session:
        new = Document.url == NEW
        stories = set(session.scalars(select(Document.story_id).where(new)))
        numbers = select(Document.id).where(new)
        session.execute(delete(Trait).where(Trait.document_id.in_(numbers)))
        blank = {"day": None, "story_id": None, "copy_of": None}
        session.execute(update(Document).where(new).values(blank))
        left = session.scalars(select(Document.story_id).where(Document.story_id.in_(stories)))
        session.execute(delete(Story).where(Story.id.in_(stories - set(left))))
    return finish(store)


def main() -> None:
    """Fill, warm, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--day", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    pace = asked.large / asked.days
    rows = list(news(7, [DAY - timedelta(seconds=n) for n in range(asked.day)], NEW))
    with tempfile.TemporaryDirectory() as folder:
        stores = {}
        for many in (asked.small, asked.large):
            stores[many] = open_store(f"sqlite:///{Path(folder) / str(many)}.sqlite")
            fill(stores[many], many, pace)
            add(stores[many], rows)
            finish(stores[many])
        report(stores, asked.runs)


def report(stores: dict[int, Store], runs: int) -> None:
    """Group the day on each store in turn, so many times; print what it took."""
    times: dict[int, list[tuple[float, float]]] = {many: [] for many in stores}
    for _ in range(runs):
        for many, store in stores.items():
            times[many].append(again(store))
    for many, measured in times.items():
        cpu, wall = (statistics.median(column) for column in zip(*measured, strict=True))
        each = [round(one, 2) for one, _ in measured]
        print(f"{many:>7} documents: median {cpu:.2f} CPU s ({wall:.2f} s)", each)
    pairs = list(zip(*times.values(), strict=True))
    for name, column in (("CPU", 0), ("wall", 1)):
        ratios = [large[column] / small[column] for small, large in pairs]
        print(f"ratio, {name}, median of {runs} pairs: {statistics.median(ratios):.3f}")
    for store in stores.values():
        store.close()


if __name__ == "__main__":
    main()
