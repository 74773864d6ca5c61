"""From a deadline back to today: when to write, have it read again, approve, file. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.workdays import workday_on_or_before, workdays_back, workdays_between


class Task(StrEnum):
    """What a brief asks, in order."""

    WRITE = "write"
    REREAD = "reread"
    APPROVE = "approve"
    FILE = "file"


# Working days that each takes to a team of four and the partners who read with them.
DURATIONS = ((Task.WRITE, 6), (Task.REREAD, 3), (Task.APPROVE, 2), (Task.FILE, 1))


@dataclass(frozen=True, slots=True)
class Step:
    """A task with its first and last day; `late` when its first day is past."""

    task: Task
    begins: date
    ends: date
    late: bool


@dataclass(frozen=True, slots=True)
class RetroPlan:
    """The steps before a deadline, in order. `missing`: working days that there are too few."""

    deadline: date
    steps: tuple[Step, ...]
    missing: int

    @property
    def fits(self) -> bool:
        """Whether everything can still be done at its usual pace."""
        return self.missing == 0


def retro_plan(
    deadline: date, today: date, durations: Sequence[tuple[Task, int]] = DURATIONS
) -> RetroPlan:
    """Plan back from a deadline, over working days of Québec.

    Filing is on the last working day up to the deadline. Nothing is squeezed: a step that should
    have begun is flagged, and how many days are missing is said.
    """
    steps: list[Step] = []
    ends = workday_on_or_before(deadline)
    for task, days in reversed(durations):
        begins = workdays_back(ends, days - 1)
        steps.insert(0, Step(task, begins, ends, late=begins < today))
        ends = workdays_back(begins, 1)
    needed = sum(days for _, days in durations)
    left = workdays_between(today, steps[-1].ends)
    return RetroPlan(deadline, tuple(steps), max(0, needed - left))
