"""Of many units that are high by chance, few are told; a rise that is held back is told later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipeline.discovery import BILLS, FALSE_SHARE, THEMES, discoveries
from pipeline.entries import tellable

FIRST = date(2031, 3, 3)
QUIET = [n / 100 for n in range(1, 301)]  # a third of 1,000 quiet days, up to 3


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def told(*surprises: float) -> list[float]:
    """Give, of the units of a family, the surprises that may be told."""
    named = {f"t{n:02}": one for n, one in enumerate(surprises)}
    found = discoveries(named, QUIET, 1000, THEMES)
    return [named[unit] for unit, one in found.items() if one.q <= FALSE_SHARE]


def test_p_is_the_share_of_quiet_days_with_more() -> None:
    found = discoveries({"t": 2.0, "calm": 0.0}, QUIET, 100_000, THEMES)
    assert found["t"].larger == 100
    assert found["t"].p == pytest.approx(100 / 100_000, rel=0.2)
    assert found["calm"].p == 1


def test_while_little_was_seen_what_simulated_days_gave_stands_for_it() -> None:
    (first,) = discoveries({"t": 3.0}, [], 0, THEMES).values()
    assert first.p == pytest.approx(10 ** -(0.14 + 0.80 * 3))
    (bill,) = discoveries({"bill:1": 3.0}, [], 0, BILLS).values()
    assert bill.p < first.p


def test_one_theme_alone_of_fifteen_must_be_surer_than_one_of_two() -> None:
    assert told(3.5, *[0.5] * 14) == [3.5]
    assert told(2.7, *[0.5] * 14) == []
    assert told(2.7, 0.5) == [2.7]


def test_many_that_rise_together_let_each_other_through() -> None:
    assert sorted(told(2.7, 2.7, 2.6, 2.65, *[0.5] * 11)) == [2.6, 2.65, 2.7, 2.7]


def test_q_never_falls_as_the_surprise_does() -> None:
    surprises = {f"t{n}": s for n, s in enumerate([3.0, 2.9, 2.0, 1.9, 1.0, 0.1])}
    found = discoveries(surprises, QUIET, 1000, THEMES)
    by_rank = sorted(found.values(), key=lambda one: one.rank)
    assert [one.rank for one in by_rank] == [1, 2, 3, 4, 5, 6]
    assert [one.q for one in by_rank] == sorted(one.q for one in by_rank)
    assert all(one.units == 6 for one in by_rank)


def test_of_what_is_told_by_chance_alone_there_is_little() -> None:
    """All quiet: a family is told something on a fifth of its days at most."""
    from random import Random

    dice, days = Random(1), 0
    quiet = sorted(dice.expovariate(1.6) for _ in range(20_000))
    for _ in range(400):
        drawn = {f"t{n}": dice.expovariate(1.6) for n in range(15)}
        found = discoveries(drawn, quiet, len(quiet), THEMES)
        days += any(one.q <= FALSE_SHARE for one in found.values())
    assert days / 400 < 0.25


def test_a_rise_that_may_be_chance_is_told_on_the_day_when_it_is_sure() -> None:
    days = [(day(0), "calm", 1.0), (day(1), "rising", 0.5), (day(2), "rising", 0.1)]
    assert [state for _, state in tellable(days)] == ["calm", "calm", "rising"]


def test_what_was_told_stays_up_as_long_as_the_state_does() -> None:
    days = [(day(0), "rising", 0.1), (day(1), "surging", 0.9), (day(2), "partial", None)]
    days += [(day(3), "surging", 0.9), (day(4), "surging", 0.01), (day(5), "subsiding", 1.0)]
    told = [state for _, state in tellable(days)]
    assert told == ["rising", "rising", "partial", "rising", "surging", "subsiding"]


def test_what_was_never_weighed_is_told_as_it_is() -> None:
    assert tellable([(day(0), "surging", None)]) == [(day(0), "surging")]
