"""The days on which a unit's state went up, and those of them that are told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.discovery import FALSE_SHARE
from pipeline.measures import State

COOL_DOWN = timedelta(days=7)
RAISED = {"rising": 1, "surging": 2}
NAMES: tuple[str, ...] = (State.CALM, State.RISING, State.SURGING)
FROZEN = State.PARTIAL  # days without data neither raise a state nor lower it

Entry = tuple[date, str]
Weighed = tuple[date, str, float | None]


def tellable(days: Sequence[Weighed]) -> list[Entry]:
    """Give the states as people may be told them, from the days of a unit with their q, in order.

    A state goes up on a day when there is little doubt that it is no chance (discovery.py), which
    may be later than it does; it comes down with the state. Without a q, no question was asked.
    """
    rank, found = 0, list[Entry]()
    for day, state, q in days:
        own = RAISED.get(state, 0)
        if state == FROZEN:
            found.append((day, state))
            continue
        rank = own if q is None or q <= FALSE_SHARE else min(rank, own)
        found.append((day, state if rank == own else NAMES[rank]))
    return found


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
