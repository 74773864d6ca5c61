"""What visits teach of a source: confirmed, moved, due; and what people are shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.upkeep import on_sources
from alerts.words import Words
from pipeline.database import Store
from pipeline.ingest import ingest
from pipeline.learnt import SAME_HOST, due, located
from pipeline.model import SourceState
from pipeline.queries import SourceView, sources_health
from spiders.items import Issue, Outcome, PageMemory
from spiders.sources import Source
from tests.factories import NOW, make_item, make_source, make_visit
from vigie.show import source_json, source_line

HOUR = timedelta(hours=1)
OLD, NEW = "https://gazette.example/rss", "https://gazette.example/info/rss"
PAPER = make_source("gazette", schedule="adaptive", to_confirm=True)


def visited(
    store: Store,
    at: datetime = NOW,
    source: Source = PAPER,
    items: int = 3,
    asked: str = OLD,
    **told: Any,
) -> SourceState:
    """Keep a visit; give what is known of its source then."""
    read = told.get("outcome", Outcome.OK) in (Outcome.OK, Outcome.UNCHANGED)
    pages = (PageMemory(asked, fingerprint="seen"),) if read else ()
    visit = make_visit(source.id, at, items=items if read else 0, pages=pages, **told)
    things = [make_item(source.id) for _ in range(visit.items)]
    with store.session() as session:
        ingest(session, visit, things, {source.id: source})
    with store.reading() as session:
        state = session.get(SourceState, source.id)
        assert state
        session.expunge(state)
        return state


def moved(to: str = NEW, asked: str = OLD) -> dict[str, Any]:
    return {"issues": (Issue("relocated", asked, to),), "asked": asked}


def address(store: Store, source: Source = PAPER) -> str:
    with store.reading() as session:
        return located(session, [source])[0].url


def views(store: Store, *sources: Source) -> Sequence[SourceView]:
    with store.reading() as session:
        return sources_health(session, {source.id: source for source in sources}, NOW + HOUR)


# Confirmed


def test_a_first_good_visit_with_items_confirms_a_source(store: Store) -> None:
    assert visited(store).confirmed_at == NOW
    assert visited(store, NOW + HOUR).confirmed_at == NOW


@pytest.mark.parametrize("outcome", [Outcome.EMPTY, Outcome.CHANGED, Outcome.UNREACHABLE])
def test_a_bad_visit_does_not_confirm_it(store: Store, outcome: Outcome) -> None:
    assert visited(store, outcome=outcome).confirmed_at is None


def test_a_visit_without_items_does_not_confirm_it(store: Store) -> None:
    assert visited(store, items=0).confirmed_at is None


def test_what_awaits_comes_after_the_ill_and_before_the_well(store: Store) -> None:
    ill, well = make_source("malade"), make_source("bien")
    never = make_source("jamais", to_confirm=True)
    for source, outcome in ((ill, Outcome.UNREACHABLE), (PAPER, Outcome.CHANGED)):
        issue = Issue("not-found", source.url, "404")
        visited(store, source=source, outcome=outcome, issues=(issue,))
    visited(store, source=well)
    found = views(store, well, never, PAPER, ill)
    assert [view.id for view in found] == ["malade", "jamais", "gazette", "bien"]
    waits = source_line(found[2], "fr")
    assert "jamais lue encore (méconnaissable)\tdepuis lundi" in waits
    assert "page introuvable" in waits  # and what to do
    assert "(pas visitée)" in source_line(found[1], "fr")


def test_the_operator_is_not_told_of_what_awaits_but_of_what_breaks_after_it(store: Store) -> None:
    words = Words("fr", {}, {})
    register = {PAPER.id: PAPER}
    visited(store, outcome=Outcome.UNREACHABLE)
    with store.reading() as session:
        assert list(on_sources(session, register, words, NOW)) == []
    visited(store, NOW + HOUR)
    visited(store, NOW + 2 * HOUR, outcome=Outcome.UNREACHABLE)
    with store.reading() as session:
        ((decision, _),) = on_sources(session, register, words, NOW + 2 * HOUR)
    assert decision.kind == "source-ill"


# Moved for good


def test_a_move_is_kept_when_two_good_visits_in_a_row_tell_it(store: Store) -> None:
    visited(store, **moved())
    assert address(store) == OLD
    visited(store, NOW + HOUR, outcome=Outcome.UNCHANGED, **moved())
    assert address(store) == NEW


def test_a_move_told_by_bad_visits_or_to_two_places_is_not_kept(store: Store) -> None:
    visited(store, **moved())
    visited(store, NOW + HOUR, outcome=Outcome.CHANGED, **moved())
    visited(store, NOW + 2 * HOUR, **moved())
    visited(store, NOW + 3 * HOUR, **moved("https://gazette.example/other"))
    assert address(store) == OLD


def kept(store: Store) -> None:
    for n in range(2):
        visited(store, NOW + n * HOUR, **moved())
    visited(store, NOW + 2 * HOUR, asked=NEW)
    assert address(store) == NEW


def test_where_it_has_moved_is_shown_beside_the_register_s_address(store: Store) -> None:
    kept(store)
    (view,) = views(store, PAPER)
    assert (view.url, view.moved_to) == (OLD, NEW)
    assert f"déménagé vers {NEW}" in source_line(view, "fr")
    assert source_json(view, "fr")["moved_to"] == NEW


def test_a_kept_address_that_fails_is_forgotten_for_the_register_s(store: Store) -> None:
    kept(store)
    visited(store, NOW + 3 * HOUR, asked=NEW, outcome=Outcome.UNREACHABLE)
    assert address(store) == OLD


def test_an_address_corrected_by_a_person_is_asked_as_it_is(store: Store) -> None:
    kept(store)
    corrected = replace(PAPER, url="https://gazette.example/neuf")
    assert address(store, corrected) == corrected.url
    visited(store, NOW + 3 * HOUR, source=corrected, asked=corrected.url)
    assert address(store) == OLD


def test_a_kept_address_may_move_again(store: Store) -> None:
    kept(store)
    further = "https://gazette.example/v3/rss"
    visited(store, NOW + 3 * HOUR, **moved(further, asked=NEW))
    assert address(store) == NEW
    visited(store, NOW + 4 * HOUR, **moved(further, asked=NEW))
    assert address(store) == further


# Due


def test_after_a_visit_a_source_has_its_pace_and_its_next_time(store: Store) -> None:
    state = visited(store)
    assert state.every == 3600
    assert state.next_at
    assert timedelta(minutes=50) < state.next_at - NOW < timedelta(minutes=70)
    (view,) = views(store, PAPER)
    assert "chaque heure" in source_line(view, "fr")


def test_a_source_with_hours_of_its_own_has_no_pace(store: Store) -> None:
    assert visited(store, source=make_source("gazette")).next_at is None


def test_failures_space_visits_out_and_one_good_visit_brings_them_back(store: Store) -> None:
    waits = []
    for n in range(8):
        at = NOW + n * timedelta(days=1)
        state = visited(store, at, outcome=Outcome.UNREACHABLE if 0 < n < 7 else Outcome.OK)
        assert state.next_at
        waits.append(state.next_at - at)
    assert waits[1] < waits[2] < waits[3] < waits[6] <= timedelta(days=1)
    assert waits[6] > timedelta(hours=20)  # never given up
    assert waits[7] < timedelta(days=1)


def test_a_source_asked_to_wait_is_not_due_before(store: Store) -> None:
    until = NOW + timedelta(days=3)
    state = visited(store, outcome=Outcome.UNREACHABLE, wait_until=until)
    assert state.next_at == until


def chosen(store: Store, sources: Sequence[Source], at: datetime) -> list[str]:
    with store.session() as session:
        return [source.id for source in due(session, sources, at)]


def test_sources_never_visited_are_due_within_the_hour_not_all_at_once(store: Store) -> None:
    sources = [make_source(f"s{n}") for n in range(40)]
    assert len(chosen(store, sources, NOW)) < 5
    assert 5 < len(chosen(store, sources, NOW + HOUR / 2)) < 35
    assert len(chosen(store, sources, NOW + HOUR)) == 40


def test_a_visited_source_is_due_at_its_time_alone(store: Store) -> None:
    next_at = visited(store).next_at
    assert next_at
    assert chosen(store, [PAPER], next_at - timedelta(minutes=1)) == []
    assert chosen(store, [PAPER], next_at) == [PAPER.id]


def test_few_sources_of_one_host_are_visited_together_the_latest_first(store: Store) -> None:
    radio = [make_source(f"radio{n}", url=f"https://radio.example/rss/{n}") for n in range(17)]
    paper = make_source("papier")
    with store.session() as session:
        for n, source in enumerate([*radio, paper]):
            late = NOW - timedelta(minutes=n)
            session.add(SourceState(source=source.id, address="", next_at=late))
    found = chosen(store, [*radio, paper], NOW)
    assert found == ["papier", "radio16", "radio15", "radio14"]
    assert len(found) == SAME_HOST + 1
