"""Momentum: where the attention that a theme or a bill gets stands, after each day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from pipeline.chance import upper_tail
from pipeline.measures import (
    CALM_UNDER,
    COLD_DAYS,
    LEARNING_DAYS,
    RAISED,
    SURGING_FROM,
    Day,
    Look,
    Measure,
    Past,
    State,
)
from pipeline.panel import Panel

__all__ = [
    "RAISED",
    "VERSION",
    "Day",
    "Look",
    "Measure",
    "Panel",
    "Past",
    "State",
    "alarms",
    "measure",
    "next_state",
    "upper_tail",
]

VERSION = "3"

SURGE_OUTLETS, SURGE_STORIES, COLD_SURGE_STORIES = 3, 3, 5
SUBSIDING_DAYS = 7
PARTIAL_FROM = 2  # days missing among the last seven


def measure(counts: Sequence[float]) -> Measure:
    """Measure the last day of one series, alone: each count is so many stories of as many outlets.

    Raises ValueError when there is no day at all.
    """
    if not counts:
        raise ValueError("no day to measure")
    panel = Panel({"it"})
    for number, count in enumerate(counts, start=1):
        found = panel.advance(date.fromordinal(number), {"it": Day(count, count)})["it"]
    return found


def next_state(past: Sequence[Past], now: Measure) -> State:
    """Say where a unit stands after a day, given its earlier days, the newest last.

    A missing day says nothing: what was so stays so.
    """
    if now.days < LEARNING_DAYS:
        return State.LEARNING
    if now.missing >= PARTIAL_FROM:
        return State.PARTIAL
    known = [p for p in past if p.state is not State.PARTIAL and not p.blind]
    before = known[-1] if known else Past(State.CALM, 0.0)
    if now.blind:
        return before.state if before.state is not State.LEARNING else State.CALM
    if _surges(now):
        return State.SURGING
    if now.rises:
        return before.state if before.state in RAISED else State.RISING
    if before.state in RAISED:
        quiet = now.surprise < CALM_UNDER and before.surprise < CALM_UNDER
        return State.SUBSIDING if quiet else before.state
    lately = [p.state for p in known[-SUBSIDING_DAYS:]]
    if before.state is State.SUBSIDING and lately != [State.SUBSIDING] * SUBSIDING_DAYS:
        return State.SUBSIDING
    return State.CALM


def _surges(now: Measure) -> bool:
    cold = now.days < COLD_DAYS
    return (
        now.surprise >= SURGING_FROM
        and now.outlets >= SURGE_OUTLETS
        and now.observed >= (COLD_SURGE_STORIES if cold else SURGE_STORIES)
    )


def alarms(cases: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Follow recorded series, panel by panel, and say of each day whether it rises.

    Raises KeyError for a case without one of its fields, ValueError for a date that is none.
    """
    ordered = sorted(cases, key=lambda case: (case["panel"], case["series_id"]))
    for _, group in groupby(ordered, key=lambda case: case["panel"]):
        yield from _alarms_of_panel(list(group))


def _alarms_of_panel(cases: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    series = {case["series_id"]: {d["date"]: d for d in case["days"]} for case in cases}
    panel = Panel(series, bills={c["series_id"] for c in cases if c["kind"] == "bill"})
    for day in sorted({day for days in series.values() for day in days}):
        counts = {unit: _recorded(days[day]) for unit, days in series.items() if day in days}
        for unit, found in panel.advance(date.fromisoformat(day), counts).items():
            score = round(found.surprise, 4)
            yield {"series_id": unit, "date": day, "alarm": found.rises, "score": score}


def _recorded(day: Mapping[str, Any]) -> Day:
    return Day(
        stories=day["stories"],
        outlets=day["outlets"],
        missing=bool(day["missing"]),
        holiday=bool(day.get("holiday")),
        step=bool(day.get("leg")),
        items=day["count"],
        sitting=bool(day.get("sitting")),
    )
