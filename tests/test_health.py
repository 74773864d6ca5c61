"""How a source is, and which notice is due: decided from values, with a clock that is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.calendar import ASSEMBLEE, Season, season_by
from pipeline.health import (
    Health,
    LastNotice,
    Notice,
    Past,
    State,
    Trouble,
    diagnose,
    due,
    spent,
    usual,
)
from spiders.sources import Silence

NOW = datetime(2031, 3, 20, 14, tzinfo=UTC)  # the Assemblée sits
SUMMER = datetime(2031, 7, 24, 14, tzinfo=UTC)
DAY = timedelta(days=1)
SILENCE = Silence(session=10 * DAY, recess=120 * DAY, election=200 * DAY)
WELL = Health(State.WELL)
ILL = Health(State.ILL, NOW)


def quiet(days: float, at: datetime = NOW, *sat: date) -> Health:
    past = Past("unchanged", quiet_since=at - days * DAY, last_good=at)
    return diagnose(past, SILENCE, season_by(ASSEMBLEE, sat), at)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2025, 3, 20), Season.SESSION),
        (date(2025, 7, 1), Season.RECESS),
        (date(2025, 10, 6), Season.SESSION),
        (date(2026, 10, 6), Season.ELECTION),
        (date(2026, 12, 1), Season.SESSION),
        (date(2027, 1, 10), Season.RECESS),
        (date(2030, 9, 30), Season.ELECTION),
    ],
)
def test_the_calendar_foresees_sessions_recesses_and_elections(day: date, season: Season) -> None:
    assert ASSEMBLEE.season(day) is season


def test_a_week_with_a_sitting_is_of_session_whatever_the_calendar_foresees() -> None:
    season = season_by(ASSEMBLEE, [date(2031, 7, 9)])
    assert [season(date(2031, 7, day)) for day in (6, 7, 13, 14)] == [
        Season.RECESS,
        Season.SESSION,
        Season.SESSION,
        Season.RECESS,
    ]


WEEK = 7 * DAY


def weeks(first: date, many: int) -> list[date]:
    return [first + n * WEEK for n in range(many)]


@pytest.mark.parametrize(
    ("many", "season"), [(1, Season.RECESS), (3, Season.RECESS), (4, Season.SESSION)]
)
def test_a_week_announced_empty_is_of_recess_unless_too_many_follow_each_other(
    many: int, season: Season
) -> None:
    empty = weeks(date(2031, 3, 3), many)
    told = season_by(ASSEMBLEE, [], empty)
    assert {told(week + 2 * DAY) for week in empty} == {season}
    assert told(empty[0] - DAY) is Season.SESSION


def test_a_week_announced_empty_in_which_the_assemblee_sat_is_of_session() -> None:
    told = season_by(ASSEMBLEE, [date(2031, 3, 5)], [date(2031, 3, 3), date(2031, 3, 10)])
    assert (told(date(2031, 3, 6)), told(date(2031, 3, 12))) == (Season.SESSION, Season.RECESS)


def test_an_empty_calendar_leaves_a_recess_and_an_election_what_they_are() -> None:
    told = season_by(ASSEMBLEE, [], [*weeks(date(2031, 7, 7), 6), date(2030, 9, 30)])
    assert (told(date(2031, 7, 9)), told(date(2030, 10, 1))) == (Season.RECESS, Season.ELECTION)


def test_a_source_that_sittings_move_is_silent_once_there_were_too_many_without_news() -> None:
    silence = replace(SILENCE, sittings=6)
    past = Past("unchanged", quiet_since=NOW - 5 * DAY, last_good=NOW, sat=6)
    assert diagnose(past, silence, ASSEMBLEE.season, NOW).state is State.WELL
    health = diagnose(replace(past, sat=7), silence, ASSEMBLEE.season, NOW)
    assert health == Health(State.SILENT, NOW - 5 * DAY, ("silent-while-sat",), NOW)
    assert diagnose(replace(past, sat=7), SILENCE, ASSEMBLEE.season, NOW).state is State.WELL


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], 0),
        ([125, 125], 0),  # too few visits to tell
        ([125, 124, 125], 125),
        ([125] * 9 + [3] * 40, 125),  # what it gave long ago does not count
        ([250, 12, 12, 11], 12),  # nor does one visit that read more
        ([4, 4, 4], 0),  # a handful halves by itself
    ],
)
def test_what_a_full_list_usually_gives_is_learnt_from_its_last_good_visits(
    counts: list[int], expected: int
) -> None:
    assert usual(counts) == expected


def test_a_source_never_visited_is_unknown() -> None:
    assert diagnose(Past(), SILENCE, ASSEMBLEE.season, NOW) == Health(State.UNKNOWN)


@pytest.mark.parametrize("outcome", ["empty", "changed", "unreachable"])
def test_one_visit_that_fails_makes_a_source_ill(outcome: str) -> None:
    past = Past(outcome, ("x",), failing_since=NOW, last_good=NOW - DAY, quiet_since=NOW)
    health = diagnose(past, None, ASSEMBLEE.season, NOW)
    assert (health.state, health.since, health.last_good) == (State.ILL, NOW, NOW - DAY)
    assert health.why == (("x", "too-few") if outcome == "empty" else ("x",))


def test_a_trouble_that_stands_makes_a_source_ill_though_its_visit_went_well() -> None:
    past = Past("unchanged", standing=(Trouble("unknown-label", NOW - DAY),), last_good=NOW)
    health = diagnose(past, None, ASSEMBLEE.season, NOW)
    assert health == Health(State.ILL, NOW - DAY, ("unknown-label",), NOW)


def test_ten_days_without_news_are_too_long_in_session_and_not_in_recess() -> None:
    assert quiet(9.9).state is State.WELL
    assert quiet(10.1) == Health(State.SILENT, NOW - 10.1 * DAY, ("silent",), NOW)
    assert quiet(30, SUMMER).state is State.WELL
    assert quiet(60, datetime(2026, 11, 10, tzinfo=UTC)).state is State.WELL


def test_in_a_recess_a_source_is_silent_if_the_assemblee_sat_meanwhile() -> None:
    sat = (date(2031, 7, 9), date(2031, 7, 16))
    assert quiet(18, SUMMER, *sat).state is State.SILENT
    assert quiet(18, SUMMER, sat[0]).state is State.WELL


def test_what_is_allowed_adds_up_over_the_seasons() -> None:
    start = datetime(2031, 6, 8, 4, tzinfo=UTC)  # midnight in Montréal, five days before recess
    assert spent(start, start + 5 * DAY, SILENCE, ASSEMBLEE.season) == pytest.approx(0.5)
    assert spent(start, start + 65 * DAY, SILENCE, ASSEMBLEE.season) == pytest.approx(1)


def test_a_source_without_a_silence_is_never_silent() -> None:
    past = Past("ok", quiet_since=NOW - 900 * DAY)
    assert diagnose(past, None, ASSEMBLEE.season, NOW).state is State.WELL


def notices(days: dict[int, Health], upto: int) -> list[tuple[int, Notice]]:
    """Ask every hour of so many days, with the health that it has from a day on."""
    told, found = None, []
    for hour in range(24 * upto):
        day, now = hour // 24, NOW + timedelta(hours=hour)
        health = days[max(first for first in days if first <= day)]
        if notice := due(health, told, now):
            told = LastNotice(notice, now, now)
            found.append((day, notice))
    return found


def test_an_illness_is_told_once_then_each_third_day_then_its_end() -> None:
    told = notices({0: WELL, 2: ILL, 10: WELL}, 14)
    assert [notice for _, notice in told] == [
        Notice.ILL,
        Notice.REMINDER,
        Notice.REMINDER,
        Notice.RECOVERED,
    ]
    days = [day for day, _ in told]
    assert (days[0], days[-1]) == (2, 10)


def test_a_source_that_is_well_is_told_nothing_of() -> None:
    assert notices({0: WELL}, 5) == []
    assert notices({0: Health(State.UNKNOWN)}, 5) == []


def test_an_illness_that_changes_its_name_is_one() -> None:
    silent = Health(State.SILENT, NOW, ("silent",))
    told = [notice for _, notice in notices({0: silent, 1: ILL, 2: WELL}, 4)]
    assert told == [Notice.ILL, Notice.RECOVERED]


def test_a_source_that_falls_ill_again_is_told_again() -> None:
    told = [notice for _, notice in notices({0: ILL, 1: WELL, 2: ILL, 4: WELL}, 6)]
    assert told == [Notice.ILL, Notice.RECOVERED] * 2
