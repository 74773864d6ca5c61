"""A day is missing of a unit when the feeds that usually carry it did not answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from pipeline.attention import measure
from pipeline.database import Store
from pipeline.model import Momentum, UnitDay, Visit
from spiders.items import Outcome

TODAY = date(2031, 3, 13)
DAY = timedelta(days=1)
OWNERS = {"devoir": "Le Devoir", "presse": "La Presse", "soleil": "Le Soleil"}
USUAL = {
    "logement": {"devoir": 3, "presse": 2},
    "alimentation": {"soleil": 3, "presse": 2},
}


def visit(store: Store, day: date, **outcomes: str) -> None:
    at = datetime.combine(day, time(17), UTC)
    with store.session() as session:
        for source, outcome in outcomes.items():
            row = Visit(source=source, started_at=at, finished_at=at, outcome=outcome, items=1)
            row.new = row.changed = row.requests = 0
            session.add(row)


def publish(store: Store, day: date, **units: Mapping[str, int]) -> None:
    with store.session() as session:
        for unit, sources in units.items():
            many = sum(sources.values())
            row = UnitDay(day=day, unit=unit, items=many, stories=many, outlets=len(sources))
            row.sources = dict(sources)
            session.merge(row)


def usual_weeks(store: Store, days: int = 40) -> None:
    for back in range(days, 0, -1):
        visit(store, TODAY - back * DAY, devoir="ok", presse="ok", soleil="unchanged")
        publish(store, TODAY - back * DAY, **USUAL)


def close(store: Store, day: date) -> dict[str, Momentum]:
    """Measure in the morning that follows a day; give what is said of that day."""
    measure(store, datetime.combine(day + DAY, time(11), UTC), OWNERS)
    with store.reading() as session:
        return {r.unit: r for r in session.scalars(select(Momentum).where(Momentum.day == day))}


def test_a_unit_misses_the_day_when_half_of_what_it_usually_has_was_not_read(store: Store) -> None:
    usual_weeks(store)
    visit(store, TODAY, devoir=Outcome.UNREACHABLE, presse="ok", soleil="ok")
    publish(store, TODAY, logement={"presse": 2}, alimentation=USUAL["alimentation"])
    found = close(store, TODAY)
    assert (found["logement"].blind, found["alimentation"].blind) == (True, False)
    assert found["logement"].detail
    assert found["logement"].detail["silent"] == ["devoir"]
    assert found["logement"].detail["missing_days"] == [TODAY.isoformat()]


def test_a_feed_that_carries_less_than_half_is_not_waited_for(store: Store) -> None:
    usual_weeks(store)
    visit(store, TODAY, devoir="ok", presse=Outcome.UNREACHABLE, soleil="ok")
    publish(store, TODAY, logement={"devoir": 3}, alimentation={"soleil": 3})
    assert not any(row.blind for row in close(store, TODAY).values())


def test_the_day_after_expects_what_was_missed(store: Store) -> None:
    usual_weeks(store)
    visit(store, TODAY, devoir=Outcome.UNREACHABLE, presse="ok", soleil="ok")
    publish(store, TODAY, alimentation=USUAL["alimentation"])
    close(store, TODAY)
    visit(store, TODAY + DAY, devoir="ok", presse="ok", soleil="ok")
    publish(store, TODAY + DAY, **USUAL)
    found = close(store, TODAY + DAY)
    late = {unit: row.detail["late"] for unit, row in found.items() if row.detail}
    assert late == {"logement": 1, "alimentation": 0}
    expected = {unit: row.expected / row.window for unit, row in found.items()}
    assert expected["logement"] > 1.7 * expected["alimentation"]


def test_what_came_in_since_with_its_dates_is_not_expected_again(store: Store) -> None:
    usual_weeks(store)
    visit(store, TODAY, devoir=Outcome.UNREACHABLE, presse="ok", soleil="ok")
    publish(store, TODAY, alimentation=USUAL["alimentation"])
    assert close(store, TODAY)["logement"].blind
    visit(store, TODAY + DAY, devoir="ok", presse="ok", soleil="ok")
    publish(store, TODAY, **USUAL)  # found a day later, dated of its day
    publish(store, TODAY + DAY, **USUAL)
    row = close(store, TODAY + DAY)["logement"]
    assert row.detail
    assert (row.detail["late"], row.detail["missing_days"]) == (0, [])


def test_a_unit_that_rises_is_not_said_to_subside_on_days_that_were_not_read(store: Store) -> None:
    usual_weeks(store)
    storm = {"devoir": 4, "presse": 3, "soleil": 2} | {f"journal{n}": 2 for n in range(9)}
    visit(store, TODAY, devoir="ok", presse="ok", soleil="ok")
    publish(store, TODAY, logement=storm, alimentation=USUAL["alimentation"])
    states = [close(store, TODAY)["logement"].state]
    for n in (1, 2, 3):
        visit(store, TODAY + n * DAY, devoir=Outcome.UNREACHABLE, presse="changed", soleil="ok")
        publish(store, TODAY + n * DAY, alimentation={"soleil": 3})
        states.append(close(store, TODAY + n * DAY)["logement"].state)
    assert states[0] in ("rising", "surging")
    assert states[1:] == [states[0], "partial", "partial"]
