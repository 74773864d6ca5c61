"""The fields that a source must fill: which are not, and in how many items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from spiders.filled import lacks, unfilled
from spiders.items import Item, PetitionFacts, Stage, StageFacts, WeekFacts
from spiders.sources import Source, read_register
from tests.factories import make_bill, make_facts, make_item
from tests.frozen import PAGES, answer, golden_of, spider_of
from vigie.scaffold.frozen import moment_of

UNDATED = StageFacts(Stage.INTRODUCTION, "presentation")


def items(dated: int, undated: int) -> list[Item]:
    return [make_item() for _ in range(dated)] + [
        make_item(published_at=None) for _ in range(undated)
    ]


@pytest.mark.parametrize(
    ("dated", "undated", "share", "found"),
    [
        (18, 12, 0.9, {"published_at": (12, 30)}),
        (28, 2, 0.9, {}),
        (0, 1, 0.9, {}),  # one item alone proves nothing
        (0, 2, 0.9, {"published_at": (2, 2)}),
        (29, 1, 1.0, {"published_at": (1, 30)}),
        (0, 0, 1.0, {}),
    ],
)
def test_a_field_that_too_few_items_have_is_named(
    dated: int, undated: int, share: float, found: Mapping[str, tuple[int, int]]
) -> None:
    assert unfilled(items(dated, undated), {"published_at": share}) == found


def test_a_field_of_facts_is_asked_of_the_facts_that_have_it() -> None:
    week = make_item(facts=WeekFacts(date(2031, 3, 3), date(2031, 3, 9), 0))
    unsigned = [make_item(facts=PetitionFacts(str(n), "t", "u")) for n in range(2)]
    found = unfilled([make_item(), week, *unsigned], {"facts.signatures": 0.8})
    assert found == {"facts.signatures": (2, 2)}
    assert [lacks(item, found) for item in (week, *unsigned)] == [False, True, True]


def test_none_is_empty_and_zero_is_not() -> None:
    signed = make_item(facts=PetitionFacts("1", "t", "u", signatures=0))
    assert not lacks(signed, ["facts.signatures"])
    assert lacks(signed, ["facts.deadline"])


def test_one_dated_stage_dates_a_bill() -> None:
    dated = make_facts().stages
    assert not lacks(make_bill(make_facts(stages=(*dated, UNDATED))), ["facts.stages.dates"])
    assert lacks(make_bill(make_facts(stages=(UNDATED,))), ["facts.stages.dates"])
    assert lacks(make_bill(make_facts(stages=())), ["facts.stages.dates"])


def frozen_items(page: Path) -> list[Item]:
    spider = spider_of(page.parent.name, now=moment_of(page))
    url = golden_of(page)["url"]
    name = spider.callback_name(url, spider.source)
    told = getattr(spider, str(name))(answer(url, page.read_bytes()))
    return [thing for thing in told if isinstance(thing, Item)]


ASKED = [source for source in read_register().values() if source.filled]


@pytest.mark.parametrize("source", ASKED, ids=lambda source: source.id)
def test_the_frozen_pages_of_a_source_fill_what_it_must(source: Source) -> None:
    pages = [page for page in PAGES if page.parent.name == source.id]
    found = [item for page in pages for item in frozen_items(page)]
    assert found
    assert unfilled(found, source.filled) == {}
