"""What is unusual is seen; what only looks unusual is not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from benchmarks.momentum_cases import cases as simulated
from pipeline.mixture import Habits, looks_like_news
from pipeline.momentum import (
    Day,
    Look,
    Measure,
    Panel,
    Past,
    State,
    alarms,
    measure,
    next_state,
    upper_tail,
)

FIRST = date(2026, 1, 5)  # a Monday
USUAL = [3, 4, 2, 5, 3, 1, 2]  # stories of a week, Monday first


def days(count: int) -> list[Day]:
    """Give so many usual days."""
    return [Day(n, n) for n in (USUAL * count)[:count]]


def follow(**series: Sequence[Day]) -> dict[str, list[Measure]]:
    """Follow series side by side; a name that starts with `bill` is a bill's."""
    panel = Panel(series, bills={name for name in series if name.startswith("bill")})
    found: dict[str, list[Measure]] = {name: [] for name in series}
    for number, row in enumerate(zip(*series.values(), strict=True)):
        counts = dict(zip(series, row, strict=True))
        for name, one in panel.advance(FIRST + timedelta(days=number), counts).items():
            found[name].append(one)
    return found


def test_a_theme_never_seen_before_rises() -> None:
    assert measure([0, 0, 0, 5]).ratio == 6


def test_there_is_nothing_to_measure_without_a_day() -> None:
    with pytest.raises(ValueError, match="no day"):
        measure([])


def test_a_usual_day_is_not_surprising() -> None:
    found = measure(USUAL * 8)
    assert not found.rises
    assert found.expected == pytest.approx(2, abs=1)


def test_a_spike_is_seen_the_same_day_with_how_much_was_expected() -> None:
    found = measure([*USUAL * 8, 14])
    assert found.rises
    assert (found.window, found.observed) == (1, 14)
    assert found.expected == pytest.approx(3, abs=1)
    assert found.ratio == pytest.approx(15 / (found.expected + 1))


def test_a_build_up_is_seen_over_a_longer_window() -> None:
    found = measure([*USUAL * 8, 6, 7, 6, 7])
    assert found.rises
    assert found.window > 1
    assert not measure([*USUAL * 8, 7]).rises


def test_two_stories_of_a_silent_theme_are_not_enough() -> None:
    assert not measure([0] * 40 + [2]).rises
    assert measure([0] * 40 + [6]).rises


def test_the_surprise_grows_with_the_volume() -> None:
    surprises = [measure([*USUAL * 8, count]).surprise for count in (6, 9, 12, 20)]
    assert surprises == sorted(surprises)
    assert len(set(surprises)) == 4


def test_the_days_of_a_rise_teach_slowly_what_is_usual() -> None:
    assert measure([*USUAL * 8, 14, 14]).expected < 12


def test_an_outlet_that_repeats_itself_is_not_news() -> None:
    assert not follow(it=[*days(56), Day(stories=15, outlets=1)])["it"][-1].rises


def test_a_wire_story_in_many_outlets_is_not_news() -> None:
    assert not follow(it=[*days(56), Day(stories=1, outlets=15)])["it"][-1].rises


def test_a_great_echo_or_wire_copy_is_no_news_either() -> None:
    usual = [Day(n, n, items=n + 1) for n in USUAL * 8]
    for decoy in (Day(stories=9, outlets=2, items=30), Day(stories=4, outlets=18, items=30)):
        assert not follow(it=[*usual, decoy])["it"][-1].rises
    assert follow(it=[*usual, Day(stories=19, outlets=18, items=30)])["it"][-1].rises


def test_as_many_stories_rise_when_many_outlets_tell_them_and_not_when_the_usual_ones_do() -> None:
    usual = [Day(n, n, items=n) for n in USUAL * 8]
    by_many, by_few = Day(7, 11, items=11), Day(7, 6, items=8)
    many, few = (follow(it=[*usual, day])["it"][-1] for day in (by_many, by_few))
    assert many.observed == few.observed
    assert many.look is Look.NEWS
    assert few.look is Look.USUAL
    assert many.rises
    assert not few.rises


def test_a_great_volume_is_told_even_if_it_is_told_as_usual() -> None:
    found = follow(it=[*days(56), Day(30, 14, items=35)])["it"][-1]
    assert found.mixture < 0
    assert found.rises


def test_in_a_tide_of_everything_a_theme_must_rise_more() -> None:
    high = [Day(3 * n, 3 * n) for n in USUAL[:3]]
    alone = {f"t{n}": [*days(56), *days(3)] for n in range(9)}
    together = {f"t{n}": [*days(56), *high] for n in range(9)}
    assert follow(it=[*days(56), *high], **alone)["it"][-1].rises
    assert not follow(it=[*days(56), *high], **together)["it"][-1].rises


def test_the_higher_the_tide_the_more_is_asked() -> None:
    high = [Day(3 * n, 3 * n) for n in USUAL[:3]]
    series = {f"t{n}": [*days(56), *high] for n in range(9)}
    found = follow(it=[*days(56), Day(14, 14), *days(2)], **series)["it"]
    assert found[56].tide > 2
    assert found[56].adjustments["tide"] == pytest.approx(-1.35 * math.log(found[56].tide))
    assert found[55].adjustments == {}  # nothing was surprising


def test_the_parts_of_a_surprise_add_up_to_it() -> None:
    usual = [Day(n, n, items=n + 1) for n in USUAL * 8]
    rise = [Day(n, n, items=n, step=True) for n in (6, 7, 6, 9)]
    found = follow(it=[*usual, *rise])["it"][-1]
    assert found.adjustments.keys() == {"offset", "window", "step"}
    assert found.mixture != 0
    assert found.surprise == pytest.approx(
        found.chance + found.mixture + sum(found.adjustments.values())
    )
    assert (found.items, found.stories, found.tide) == (28, 28, 1.0)


def test_where_items_were_not_counted_only_the_volume_speaks() -> None:
    found = measure([*USUAL * 8, 14])
    assert found.mixture == 0
    assert found.surprise == found.chance


def test_the_units_of_a_day_are_judged_before_any_teaches() -> None:
    series = {f"t{n}": [Day(n, min(n, 5), items=n + n % 4) for n in USUAL * 6] for n in range(4)}
    backwards = dict(reversed(series.items()))
    assert follow(**series) == dict(reversed(follow(**backwards).items()))


def test_one_theme_alone_is_no_tide() -> None:
    other = [*days(56), Day(60, 20)]
    assert follow(it=[*days(56), Day(14, 14)], other=other)["it"][-1].rises


def test_a_busy_weekday_is_usual_once_it_was_seen_often() -> None:
    week = [2, 2, 2, 12, 2, 2, 2]
    assert not measure([*week * 8, *week[:4]]).rises
    assert measure([*week * 8, 12]).rises


def test_a_holiday_is_expected_to_be_quiet() -> None:
    usual, holiday = Day(3, 3), Day(3, 3, holiday=True)
    expected = [follow(it=[*days(56), day])["it"][-1].expected for day in (usual, holiday)]
    assert expected[1] == pytest.approx(0.55 * expected[0])


def test_more_is_expected_when_the_assemblee_sits_once_that_was_seen_often() -> None:
    def sat(n: int, sitting: bool) -> Day:
        return Day(2 * n if sitting else n, 2 * n if sitting else n, sitting=sitting)

    weeks = [sat(n, sitting=week % 2 == 0) for week in range(12) for n in USUAL]
    theirs = {f"t{n}": weeks for n in range(14)}
    found = follow(it=weeks, **theirs)["it"]
    at_work, at_rest = found[10 * 7 + 2], found[11 * 7 + 2]
    assert at_work.expected > 1.25 * at_rest.expected


def test_missing_days_are_no_zeros() -> None:
    missing = Day(missing=True)
    with_outage = follow(it=[*days(56), *[missing] * 7, *days(7)])["it"]
    with_silence = follow(it=[*days(56), *[Day()] * 7, *days(7)])["it"]
    without = follow(it=days(70))["it"]
    assert with_outage[-1].expected == pytest.approx(without[-1].expected, rel=0.1)
    assert with_silence[-1].expected / with_silence[-1].window < 0.8 * without[-1].expected
    assert [one.missing for one in with_outage[55:65]] == [0, 1, 2, 3, 4, 5, 6, 7, 6, 5]
    assert not any(one.rises for one in with_outage[56:63])


def test_what_comes_in_late_after_an_outage_is_expected() -> None:
    outage = [Day(missing=True)] * 3
    found = follow(it=[*days(56), *outage, Day(12, 12)])["it"][-1]
    assert not found.rises
    assert found.expected > 9
    assert found.late == 3
    assert measure([*USUAL * 8, 3, 4, 2, 14]).rises


def test_a_first_day_full_of_old_news_teaches_nothing() -> None:
    assert measure([300, *USUAL * 4]).expected == pytest.approx(
        measure([2, *USUAL * 4]).expected, rel=0.01
    )


def test_a_stage_reached_makes_a_bills_rise_surer() -> None:
    quiet = [Day()] * 40
    plain = follow(bill=[*quiet, Day(3, 3)])["bill"][-1]
    stepped = follow(bill=[*quiet, Day(3, 3, step=True)])["bill"][-1]
    after = follow(bill=[*quiet, Day(step=True), Day(3, 3)])["bill"][-1]
    assert stepped.surprise == pytest.approx(plain.surprise + 0.3)
    assert after.surprise == pytest.approx(plain.surprise + 0.3)
    assert follow(bill=[*quiet, Day(step=True)])["bill"][-1].surprise == 0


def test_nothing_rises_while_usual_is_unknown() -> None:
    found = measure([1] * 9 + [30])
    assert found.surprise > 2
    assert not found.rises
    assert measure([1] * 10 + [30]).rises


def test_the_chance_of_a_count_is_that_of_a_negative_binomial() -> None:
    # Mean 2, variance 4: P(k) = (k + 1) / 2^(k + 2).
    assert upper_tail(3, 2, 4) == pytest.approx(0.1875 + 0.125 / 2)
    assert upper_tail(0, 2, 4) == 1
    assert upper_tail(3.5, 2, 4) == pytest.approx(
        (upper_tail(3, 2, 4) * upper_tail(4, 2, 4)) ** 0.5
    )
    # A variance equal to the mean is Poisson: P(>= 1) with half of P(1).
    assert upper_tail(1, 1, 1) == pytest.approx(1 - 0.3679 * 1.5, abs=1e-3)
    assert upper_tail(3000, 2, 4) == pytest.approx(1e-300)
    assert upper_tail(1, 5000, 5000) == 1


# What a day looks like


@pytest.mark.parametrize(
    ("look", "day"),
    [
        (Look.NEWS, Day(stories=8, outlets=12, items=13)),
        (Look.USUAL, Day(stories=11, outlets=9, items=13)),
        (Look.WIRE, Day(stories=3, outlets=12, items=13)),
        (Look.ECHO, Day(stories=5, outlets=3, items=13)),
    ],
)
def test_thirteen_items_look_like_four_things(look: Look, day: Day) -> None:
    odds, found = looks_like_news(day, 2.0, 3.0, Habits())
    assert found is look
    assert (odds > 0) is (look is Look.NEWS)


def test_one_item_looks_like_anything() -> None:
    assert looks_like_news(Day(1, 1, items=1), 0.2, 0.5, Habits())[0] == 0
    assert looks_like_news(Day(), 2.0, 3.0, Habits())[0] == 0


def test_a_press_that_copies_more_is_learned() -> None:
    copying, habits = Day(stories=7, outlets=9, items=12), Habits()
    before = looks_like_news(copying, 3.0, 4.0, habits)[0]
    for _ in range(200):
        habits.learn(copying)
    assert habits.copied == pytest.approx(5 / 11, abs=0.05)
    assert looks_like_news(copying, 3.0, 4.0, habits)[0] < before - 1


def test_the_smallest_days_teach_no_habit() -> None:
    habits = Habits()
    habits.learn(Day(stories=1, outlets=1, items=3))
    assert habits.copied == Habits().copied


def test_a_press_of_few_outlets_can_still_have_news() -> None:
    habits, all_of_them = Habits(), Day(stories=15, outlets=12, items=24)
    wide = Habits()
    wide.widen(Day(30, 30))
    assert looks_like_news(all_of_them, 2.0, 3.0, habits)[1] is Look.NEWS
    assert looks_like_news(all_of_them, 2.0, 3.0, wide)[0] < 0


# States


def at(surprise: float, **values: Any) -> Measure:
    """Give a measure of a well-known unit."""
    well_known = Measure(
        observed=9,
        expected=3.0,
        ratio=2.5,
        surprise=surprise,
        window=1,
        outlets=5,
        days=60,
        missing=0,
    )
    return replace(well_known, **values)


def states(*measures: Measure) -> list[State]:
    past: list[Past] = []
    for one in measures:
        past.append(Past(next_state(past, one), one.surprise, one.blind))
    return [one.state for one in past]


def test_a_unit_rises_stays_up_in_between_and_subsides_after_two_quiet_days() -> None:
    found = states(at(0.5), at(2.0), at(1.2), at(0.9), at(1.1), at(0.9), at(0.9))
    assert found == ["calm", "rising", "rising", "rising", "rising", "rising", "subsiding"]


def test_a_week_after_it_subsided_a_unit_is_calm() -> None:
    assert states(at(2.0), *[at(0.0)] * 10)[2:] == ["subsiding"] * 7 + ["calm"] * 2


def test_a_unit_that_subsides_may_rise_again() -> None:
    assert states(at(2.0), at(0), at(0), at(2.0))[-1] == "rising"


def test_a_surge_is_not_said_to_be_a_mere_rise_the_day_after() -> None:
    assert states(at(3.5), at(2.5), at(0.5), at(0.5)) == [
        "surging",
        "surging",
        "surging",
        "subsiding",
    ]


def test_a_surge_needs_three_outlets_and_three_stories() -> None:
    assert states(at(3.5)) == ["surging"]
    assert states(at(3.5, outlets=2)) == ["rising"]
    assert states(at(3.5, observed=2)) == ["rising"]


def test_what_is_little_known_must_be_surer_to_rise() -> None:
    assert states(at(2.3, days=11)) == ["calm"]
    assert states(at(2.4, days=11)) == ["rising"]
    assert states(at(2.1, days=20)) == ["calm"]
    assert states(at(2.2, days=20)) == ["rising"]
    assert states(at(1.9, days=28)) == ["rising"]
    assert states(at(3.5, days=20, observed=4)) == ["rising"]
    assert states(at(3.5, days=20, observed=5)) == ["surging"]
    assert states(at(9.0, days=10)) == ["learning"]


def test_missing_data_freeze_a_state() -> None:
    partial = at(0.0, missing=2)
    assert states(at(2.0), at(0.9), partial, partial, at(0.9)) == [
        "rising",
        "rising",
        "partial",
        "partial",
        "subsiding",
    ]
    assert states(at(2.0), partial, at(0.9)) == ["rising", "partial", "rising"]


def test_a_missing_day_changes_nothing_and_is_no_quiet_day() -> None:
    blind = at(0.0, missing=1, blind=True)
    assert states(at(2.0), blind, at(0.9), at(0.9)) == ["rising", "rising", "rising", "subsiding"]
    assert states(at(2.0), at(0.9), blind, blind, at(1.1))[1:] == ["rising"] * 4
    assert states(at(0.5), blind) == ["calm", "calm"]
    assert states(at(5.0, days=5), replace(blind, days=11)) == ["learning", "calm"]


# Recorded cases


def case(name: str, kind: str, series: Sequence[int], panel: str = "p") -> dict[str, Any]:
    return {
        "series_id": name,
        "panel": panel,
        "kind": kind,
        "warmup": 14,
        "days": [
            {
                "date": str(FIRST + timedelta(days=number)),
                "count": count,
                "outlets": count,
                "stories": count,
                "missing": False,
            }
            for number, count in enumerate(series)
        ],
    }


def test_recorded_cases_get_a_line_a_day() -> None:
    lines = list(alarms([case("a", "theme", [*USUAL * 8, 14]), case("b", "bill", [0] * 57)]))
    assert len(lines) == 114
    assert [line for line in lines if line["alarm"]] == [
        {"series_id": "a", "date": "2026-03-02", "alarm": True, "score": lines[-2]["score"]}
    ]
    assert lines[-2]["score"] > 3


def test_no_day_is_judged_with_a_later_one() -> None:
    series = [*USUAL * 4, 14, *USUAL, 9, 9, 0, *USUAL]
    whole = list(alarms([case("a", "theme", series), case("b", "theme", USUAL * 7)]))
    cut = list(alarms([case("b", "theme", (USUAL * 7)[:33]), case("a", "theme", series[:33])]))
    assert cut == [line for line in whole if line["date"] < str(FIRST + timedelta(days=33))]


def test_a_panel_knows_nothing_of_another() -> None:
    one, other = case("a", "theme", USUAL * 5), case("b", "theme", [40] * 35, panel="q")
    assert list(alarms([other, one]))[:35] == list(alarms([one]))


def test_what_happens_in_simulated_panels_is_told_and_what_only_looks_like_it_is_not() -> None:
    told: list[bool] = []
    fooled: list[bool] = []
    everything = list(simulated(seed=1, panels=3))
    raised = {(line["series_id"], line["date"]) for line in alarms(everything) if line["alarm"]}
    for one in everything:
        for happening in one["events"] + one["decoys"]:
            start = date.fromisoformat(happening["onset"])
            within = {str(start + timedelta(days=n)) for n in range(4)}
            hit = any((one["series_id"], day) in raised for day in within)
            (fooled if "kind" in happening else told).append(hit)
    assert sum(told) > 0.65 * len(told) > 20
    assert sum(fooled) < 0.2 * len(fooled)


def test_the_same_seed_simulates_the_same_press() -> None:
    assert list(simulated(2, 1)) == list(simulated(2, 1)) != list(simulated(3, 1))
