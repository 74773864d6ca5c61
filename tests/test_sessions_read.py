"""The list of the sessions and the pages of bills: each tells when the other is behind."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pipeline.database import Store
from pipeline.health import State
from pipeline.queries import SourceView, sources_health
from spiders.items import Item, SessionFacts
from tests.factories import NOW, bring, make_bill, make_facts, make_item
from tests.scenes import BILLS, SITTINGS

DAY = timedelta(days=1)
REGISTER = {source.id: source for source in (SITTINGS, BILLS)}


def place(session: str) -> str:
    return BILLS.url.replace("index", f"projets-loi-{session}")


def listed(*sessions: str) -> list[Item]:
    """The list of the sessions, the newest last: it alone goes on."""
    return [
        make_item(
            SITTINGS.id,
            facts=SessionFacts(
                int(name[:2]),
                int(name[3:]),
                starts=date(2030, 12, 3),
                ends=None if name == sessions[-1] else date(2031, 2, 1),
                current=name == sessions[-1],
                url=f"{SITTINGS.url}#{name}",
            ),
        )
        for name in sessions
    ]


def read(store: Store, at: datetime, sessions: list[str], *bills: str) -> None:
    """Visit both sources: a list of sessions, the lists of bills of others, with a bill of each."""
    told = [
        make_bill(make_facts(legislature=int(name[:2]), session=int(name[3:])), BILLS.id)
        for name in bills
    ]
    with store.session() as session:
        bring(session, listed(*sessions), at=at, source=SITTINGS, pages=[SITTINGS.url])
        bring(session, told, at=at, source=BILLS, pages=[BILLS.url, *map(place, bills)])


def views(store: Store, days: int) -> dict[str, SourceView]:
    with store.reading() as session:
        return {view.id: view for view in sources_health(session, REGISTER, NOW + days * DAY)}


def behind(store: Store, days: int) -> list[str]:
    found = views(store, days).values()
    return [view.id for view in found if "session-not-read" in view.health.why]


def test_sources_that_read_the_session_that_goes_on_are_well(store: Store) -> None:
    for days in (0, 2, 5):
        read(store, NOW + days * DAY, ["44-1", "44-2"], "44-2")
    assert behind(store, 5) == []


def test_pages_of_bills_that_stay_at_the_session_before_are_ill_after_three_days(
    store: Store,
) -> None:
    read(store, NOW - 9 * DAY, ["44-1"], "44-1")
    for days in (0, 2):
        read(store, NOW + days * DAY, ["44-1", "44-2"], "44-1")
    assert behind(store, 2) == []
    read(store, NOW + 3 * DAY, ["44-1", "44-2"], "44-1")
    assert behind(store, 3) == [BILLS.id]
    view = views(store, 3)[BILLS.id]
    assert (view.health.state, view.health.since) == (State.ILL, NOW + 3 * DAY)
    assert view.issues[0].about == "44-2"
    read(store, NOW + 4 * DAY, ["44-1", "44-2"], "44-2")
    assert behind(store, 4) == []


def test_a_list_of_sessions_that_lacks_the_one_in_which_bills_are_tabled_is_ill(
    store: Store,
) -> None:
    for days in (0, 3):
        read(store, NOW + days * DAY, ["44-1"], "44-1", "44-2")
    assert behind(store, 3) == [SITTINGS.id]


def test_a_source_that_is_not_visited_is_not_behind(store: Store) -> None:
    read(store, NOW, ["44-1"], "44-1")
    with store.session() as session:
        for days in (1, 5):
            bring(session, listed("44-1", "44-2"), at=NOW + days * DAY, source=SITTINGS)
    assert behind(store, 5) == []


@pytest.mark.parametrize("sessions", [[], ["44-1"]])
def test_without_a_session_that_goes_on_nobody_is_behind(store: Store, sessions: list[str]) -> None:
    with store.session() as session:
        if sessions:
            over = [make_item(SITTINGS.id, facts=listed("44-1", "44-2")[0].facts)]
            bring(session, over, source=SITTINGS)
        bring(session, [make_bill(source=BILLS.id)], at=NOW + 5 * DAY, source=BILLS)
    assert behind(store, 5) == []
