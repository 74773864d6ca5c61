"""Where a consultation stands by the days that it gives: open until the last of them is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from spiders.items import ConsultationStatus, Deadline, DeadlineKind


def standing(
    deadlines: Iterable[Deadline], today: date, hearings: Iterable[date] = ()
) -> ConsultationStatus | None:
    """Tell whether one can still take part today; None where no day is given."""
    last = max([*(one.date for one in deadlines), *hearings], default=None)
    if last is None:
        return None
    return ConsultationStatus.CLOSED if last < today else ConsultationStatus.OPEN


def last_day(deadlines: Sequence[Deadline], kind: DeadlineKind) -> date | None:
    """Give the last day of that kind, None for none."""
    return max((one.date for one in deadlines if one.kind is kind), default=None)
