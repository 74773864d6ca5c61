"""The days on which a unit's state went up, and those of them that are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.measures import State

COOL_DOWN = timedelta(days=7)
RAISED = {"rising": 1, "surging": 2}
FROZEN = State.PARTIAL  # days without data neither raise a state nor lower it

Entry = tuple[date, str]


def entries(states: Sequence[Entry]) -> list[Entry]:
    """Give the days on which the state went up, and to what; `states` are in order."""
    known = [(day, state) for day, state in states if state != FROZEN]
    before = [0, *(RAISED.get(state, 0) for _, state in known)]
    return [
        (day, state)
        for (day, state), rank in zip(known, before, strict=False)
        if RAISED.get(state, 0) > rank
    ]


def told(states: Sequence[Entry]) -> list[Entry]:
    """Give the entries that are told: none within seven days of the same state, or a higher one."""
    found = entries(states)
    return [
        (day, state)
        for rank, (day, state) in enumerate(found)
        if all(RAISED[past] < RAISED[state] for on, past in found[:rank] if day - on < COOL_DOWN)
    ]
