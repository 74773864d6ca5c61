"""The outcome of a visit, from what its addresses gave."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spiders.items import Issue, Outcome, PageMemory
from spiders.outcome import TOLD, Answered, Tally, shorten

START = "https://maison.example/liste"
OK, UNCHANGED = Outcome.OK, Outcome.UNCHANGED
CHANGED, UNREACHABLE, EMPTY = Outcome.CHANGED, Outcome.UNREACHABLE, Outcome.EMPTY


def tally(
    *outcomes: Outcome | None, items: int = 5, min_items: int = 3, stopped: bool = False
) -> Tally:
    """A visit whose first address is the start; None is an address without an answer."""
    urls = [START, *(f"{START}/{n}" for n in range(1, len(outcomes)))]
    asked = {url: START if url != START else "" for url in urls}
    answers = {
        url: Answered(outcome, PageMemory(url))
        for url, outcome in zip(urls, outcomes, strict=True)
        if outcome
    }
    return Tally(START, asked, answers, items, min_items, stopped)


@pytest.mark.parametrize(
    ("visit", "outcome"),
    [
        (tally(OK), OK),
        (tally(OK, OK, UNREACHABLE), OK),
        (tally(OK, UNCHANGED, items=1), OK),
        (tally(UNCHANGED, UNCHANGED, items=0), UNCHANGED),
        (tally(UNCHANGED, UNCHANGED, UNREACHABLE, items=0), UNCHANGED),
        (tally(OK, items=2), EMPTY),
        (tally(OK, OK, OK, UNREACHABLE, items=2), EMPTY),
        (tally(CHANGED, OK, OK), CHANGED),
        (tally(UNREACHABLE, OK, OK, OK), UNREACHABLE),
        (tally(OK, UNREACHABLE, UNREACHABLE), UNREACHABLE),
        (tally(OK, CHANGED, CHANGED, UNREACHABLE), CHANGED),
        (tally(OK, CHANGED, UNREACHABLE), UNREACHABLE),
        (Tally(START, {}, {}, items=0, min_items=0), UNREACHABLE),
        (tally(OK, None, None), OK),
        (tally(OK, None, None, stopped=True), UNREACHABLE),
        (tally(OK, OK, None, stopped=True), OK),
        (tally(None, OK, stopped=True), UNREACHABLE),
        (tally(OK, CHANGED, None, None, stopped=True), CHANGED),
    ],
)
def test_a_visit_went_as_its_addresses_did(visit: Tally, outcome: Outcome) -> None:
    assert visit.outcome is outcome


@pytest.mark.parametrize(
    ("outcomes", "items", "outcome"),
    [
        ([OK], 40, CHANGED),
        ([OK], 63, OK),
        ([OK, OK], 40, CHANGED),
        ([OK, UNCHANGED], 40, OK),  # an unchanged page told its own another time
        ([UNCHANGED], 0, UNCHANGED),
        ([OK], 2, EMPTY),
        ([UNREACHABLE], 0, UNREACHABLE),
    ],
)
def test_half_of_what_a_full_list_usually_gives_is_another_page(
    outcomes: list[Outcome], items: int, outcome: Outcome
) -> None:
    visit = replace(tally(*outcomes, items=items), usual=125)
    assert visit.outcome is outcome
    assert visit.shrunk == (outcome is CHANGED)
    assert (visit.pages == ()) == (outcome in (CHANGED, EMPTY, UNREACHABLE))


def test_items_that_lack_what_all_should_have_are_another_page() -> None:
    visit = replace(tally(OK), unfilled=True)
    assert visit.outcome is CHANGED
    assert [page.url for page in visit.pages] == [START]


def test_only_what_was_read_is_remembered() -> None:
    visit = Tally(
        START,
        asked={START: "", "/a": "", "/b": "", "/c": "/b"},
        answers={
            START: Answered(OK, PageMemory(START)),
            "/a": Answered(UNREACHABLE),
            "/b": Answered(UNCHANGED, PageMemory("/b")),
            "/c": Answered(OK, PageMemory("/c")),
        },
        items=5,
        min_items=1,
    )
    assert [page.url for page in visit.pages] == [START, "/b", "/c"]


def test_a_page_that_led_to_one_not_read_will_be_read_again() -> None:
    assert [page.url for page in tally(OK, OK, UNREACHABLE).pages] == [f"{START}/1"]
    assert [page.url for page in tally(OK, OK, None).pages] == [f"{START}/1"]


def test_many_issues_are_told_by_their_number() -> None:
    issues = [Issue("not-found", f"{START}/{n}") for n in range(TOLD + 7)]
    assert shorten(issues) == (*issues[:TOLD], Issue("more-issues", about="7"))
    assert shorten(issues[:TOLD]) == tuple(issues[:TOLD])
