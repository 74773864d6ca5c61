"""Does an unchanged day cost more when the store has grown?

    python benchmarks/growth.py [--small 100] [--large 10000] [--runs 5]

Two stores take in the same season day, one on top of a hundred older documents, the other of ten
thousand. Then the day comes again, unchanged: `vigie collect` and `vigie process` are timed in turn
on each (A B A B …), whole processes. Printed: medians, and the ratio large/small of each pair.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.database import open_store
from pipeline.ingest import ingest
from spiders.items import Item, Kind, Outcome, Visit
from spiders.sources import Source
from vigie.season.build import build

DAY = "2031-03-05T07:00:00-05:00"
SEASON = Path(__file__).parents[1] / "vigie" / "season"
SUBJECTS = ("Des places en CPE", "Le loyer des familles", "Un match serré", "Le réseau de la santé")


def fill(home: Path, many: int) -> None:
    """Put so many older documents in a store, spread over eight weeks, and process them."""
    home.mkdir()
    store, source = (
        open_store(f"sqlite:///{home / 'vigie.sqlite'}"),
        Source("old", "Old", "https://old.example"),
    )
    end = datetime.fromisoformat(DAY).astimezone(UTC) - timedelta(days=1)
    for start in range(0, many, 500):
        numbers = range(start, min(start + 500, many))
        items = [
            Item(
                source="old",
                kind=Kind.NEWS,
                url=f"https://old.example/{n}",
                title=f"{SUBJECTS[n % 4]}, nouvelle {n} du quartier {n * 7919 % 1000}",
                published_at=end - timedelta(minutes=n * 80_000 // many),
            )
            for n in numbers
        ]
        with store.session() as session:
            ingest(session, Visit("old", end, end, Outcome.OK, len(items)), items, {"old": source})
    store.close()


def vigie(home: Path, *words: str) -> float:
    """Run one command line; give its wall seconds."""
    environment = os.environ | {
        "VIGIE_HOME": str(home),
        "VIGIE_CONFIG": str(SEASON),
        "VIGIE_NOW": DAY,
        "VIGIE_DATABASE_URL": "",
    }
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "vigie", *words], env=environment, capture_output=True, check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start


def main() -> None:
    """Fill, warm, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        season = Path(folder) / "season.warc.gz"
        build(season)
        day = ("collect", "--replay", str(season), "--until-now")
        homes = {many: Path(folder) / str(many) for many in (asked.small, asked.large)}
        for many, home in homes.items():
            fill(home, many)
            for words in (day, ("process",), day, ("process",)):
                vigie(home, *words)
        times: dict[int, list[float]] = {many: [] for many in homes}
        for _ in range(asked.runs):
            for many, home in homes.items():
                times[many].append(vigie(home, *day) + vigie(home, "process"))
        for many, measured in times.items():
            print(f"{many:>7} documents: median {statistics.median(measured):.2f} s", measured)
        ratios = [b / a for a, b in zip(*times.values(), strict=True)]
        print(f"ratio, median of {asked.runs} pairs: {statistics.median(ratios):.3f}", ratios)


if __name__ == "__main__":
    main()
