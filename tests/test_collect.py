"""The order of the visits: one that comes after another waits for it."""

from __future__ import annotations

from tests.factories import make_source
from vigie.collect import waves


def names(*sources: tuple[str, str]) -> list[list[str]]:
    made = [make_source(id_, after=after) for id_, after in sources]
    return [[source.id for source in wave] for wave in waves(made)]


def test_a_source_waits_for_the_one_it_comes_after() -> None:
    assert names(("pages", "list"), ("list", ""), ("paper", "")) == [["list", "paper"], ["pages"]]


def test_a_source_does_not_wait_for_one_that_is_not_visited() -> None:
    assert names(("pages", "list"), ("paper", "")) == [["pages", "paper"]]


def test_sources_that_wait_for_one_another_go_together() -> None:
    assert names(("a", "b"), ("b", "a")) == [["a", "b"]]
