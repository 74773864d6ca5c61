"""Does grouping a day's news cost more when the archive has grown?

    python benchmarks/stories.py [--small 1000] [--large 100000] [--day 2000] [--runs 5]

Two stores hold so many older news, grouped, spread over a year or more. The same new day is then
grouped on each in turn (A B A B …). Printed: medians in seconds, and the ratio large/small of each
pair.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert, update

from pipeline.database import Store, open_store
from pipeline.model import Document, Story, Trait
from pipeline.stories import group
from vigie.doors import usual

DAY = datetime(2031, 3, 5, 12, tzinfo=UTC)
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi xo za bre cli dra fle gri pla tro".split()  # noqa: SIM905


def words(dice: random.Random, many: int) -> str:
    """Invent words: some three thousand, the first ones commoner, as in a language."""
    ranks = (min(int(dice.paretovariate(0.6)), 3_000) for _ in range(many))
    return " ".join(
        SYLLABLES[rank % 22] + SYLLABLES[rank // 22 % 22] + SYLLABLES[rank // 484 % 22] + "re"
        for rank in ranks
    )


def news(dice: random.Random, number: int, moment: datetime) -> dict[str, object]:
    """Invent a news: a title of ten words and a lead of forty."""
    return {
        "identity": f"https://old.example/{number}",
        "source": f"feed{number % 40}",
        "kind": "news",
        "url": "https://old.example/",
        "title": words(dice, 10).capitalize(),
        "summary": words(dice, 40),
        "author": "",
        "published_text": "",
        "published_at": moment,
        "detected_at": moment,
        "content_hash": "",
        "read_by": "1",
    }


def add(store: Store, rows: list[dict[str, object]]) -> None:
    """Put news in a store, to be grouped."""
    with store.session() as session:
        for start in range(0, len(rows), 1_000):
            session.execute(insert(Document), rows[start : start + 1_000])


def fill(store: Store, dice: random.Random, many: int, day: int) -> None:
    """Put so many older news in a store and group them."""
    days = max(365, 2 * many // day) if many > day else 7
    for start in range(0, many, 5_000):
        numbers = range(start, min(start + 5_000, many))
        moments = (DAY - timedelta(days=1) - timedelta(days=days) * (1 - n / many) for n in numbers)
        add(store, [news(dice, n, at) for n, at in zip(numbers, moments, strict=True)])
        finish(store)


def finish(store: Store) -> float:
    """Group what waits, mark it counted; give the seconds that grouping took."""
    start = time.perf_counter()
    group(store, {}, usual)
    taken = time.perf_counter() - start
    with store.session() as session:
        session.execute(update(Document).where(Document.day.is_(None)).values(day=DAY.date()))
    return taken


def again(store: Store, rows: list[dict[str, object]]) -> float:
    """Group the new day as if it had never been there."""
    with store.session() as session:
        mine = Document.identity.like("https://new.example/%")
        numbers = [row.id for row in session.query(Document.id).where(mine)]
        stories = {row[0] for row in session.query(Document.story_id).where(mine)}
        session.execute(delete(Trait).where(Trait.document_id.in_(numbers)))
        session.execute(delete(Document).where(mine))
        left = {
            row[0] for row in session.query(Document.story_id).where(Document.story_id.in_(stories))
        }
        session.execute(delete(Story).where(Story.id.in_(stories - left)))
    add(store, rows)
    return finish(store)


def main() -> None:
    """Fill, warm, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--day", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    dice = random.Random(7)
    rows = [
        news(dice, n, DAY - timedelta(seconds=n)) | {"identity": f"https://new.example/{n}"}
        for n in range(asked.day)
    ]
    with tempfile.TemporaryDirectory() as folder:
        stores = {}
        for many in (asked.small, asked.large):
            stores[many] = open_store(f"sqlite:///{Path(folder) / str(many)}.sqlite")
            fill(stores[many], random.Random(many), many, asked.day)
            again(stores[many], rows)
        times: dict[int, list[float]] = {many: [] for many in stores}
        for _ in range(asked.runs):
            for many, store in stores.items():
                times[many].append(again(store, rows))
        for many, measured in times.items():
            rounded = [round(one, 2) for one in measured]
            print(f"{many:>7} documents: median {statistics.median(measured):.2f} s", rounded)
        ratios = [b / a for a, b in zip(*times.values(), strict=True)]
        print(f"ratio, median of {asked.runs} pairs: {statistics.median(ratios):.3f}")
        for store in stores.values():
            store.close()


if __name__ == "__main__":
    main()
