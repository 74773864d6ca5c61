"""A collection: the order of its visits, and who is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.database import Store
from pipeline.queries import sources_health
from spiders.items import Outcome
from spiders.trip import Trip
from tests.factories import make_source
from tests.loopback import Page, serving
from tests.visiting import LIST, NOW, source
from vigie.collect import collect, waves
from vigie.show import source_line, visit_line


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """What the databases have in common is tried elsewhere."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()


def names(*sources: tuple[str, str]) -> list[list[str]]:
    made = [make_source(id_, after=after) for id_, after in sources]
    return [[source.id for source in wave] for wave in waves(made)]


def test_a_source_waits_for_the_one_it_comes_after() -> None:
    assert names(("pages", "list"), ("list", ""), ("paper", "")) == [["list", "paper"], ["pages"]]


def test_a_source_does_not_wait_for_one_that_is_not_visited() -> None:
    assert names(("pages", "list"), ("paper", "")) == [["pages", "paper"]]


def test_sources_that_wait_for_one_another_go_together() -> None:
    assert names(("a", "b"), ("b", "a")) == [["a", "b"]]


def test_a_source_that_asks_to_wait_is_not_visited_before(store: Store, tmp_path: Path) -> None:
    trip = Trip(now=NOW, home=tmp_path, delay=0, timeout=10)
    with serving() as house:
        house.pages["/list"] = Page(status=429, headers={"Retry-After": "7200"})
        register = {"s": source("s", house / "list")}
        (refused,) = collect(store, register, list(register.values()), trip)
        assert "reprise à 9\u00a0h" in visit_line(refused, "fr")

        house.pages["/list"], house.asked[:] = LIST, []
        soon = replace(trip, now=NOW + timedelta(hours=1))
        (left_alone,) = collect(store, register, list(register.values()), soon)
        assert (left_alone.healthy, house.asked) == (False, [])
        assert "il n'est pas visité d'ici là" in visit_line(left_alone, "fr")
        with store.reading() as session:
            (view,) = sources_health(session, register, soon.now)
        assert "reprise à 9\u00a0h" in source_line(view, "fr")

        later = replace(trip, now=NOW + timedelta(hours=2, minutes=1))
        (visited,) = collect(store, register, list(register.values()), later)
        assert visited.visit.outcome is Outcome.OK
        with store.reading() as session:
            (view,) = sources_health(session, register, later.now)
        assert (view.well, view.wait_until) == (True, None)
