"""From a deadline back to today, over the working days of Québec."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import OccasionsError
from pipeline.occasions import read_occasions, upcoming
from pipeline.retroplan import Task, retro_plan
from pipeline.workdays import holiday_name, is_workday, workdays_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 6, 24), False),
        (date(2026, 6, 25), True),
        (date(2026, 5, 18), False),
        (date(2026, 11, 21), False),
        (date(2026, 11, 20), True),
        (date(2026, 11, 11), True),
    ],
    ids=["Saint-Jean", "the day after", "Patriotes", "Saturday", "Friday", "not a holiday here"],
)
def test_weekends_and_the_holidays_of_quebec_are_no_working_days(day: date, works: bool) -> None:
    assert is_workday(day) == works


def test_a_holiday_has_its_name_in_both_languages() -> None:
    assert holiday_name(date(2026, 6, 24)) == "Fête nationale du Québec"
    assert holiday_name(date(2026, 12, 25), "en") == "Christmas Day"
    assert holiday_name(date(2026, 6, 25)) is None


def test_working_days_are_counted_both_ends_included() -> None:
    assert workdays_between(date(2026, 6, 22), date(2026, 6, 26)) == 4
    assert workdays_between(date(2026, 6, 26), date(2026, 6, 22)) == 0


def test_steps_follow_one_another_up_to_the_deadline_and_skip_what_is_not_worked() -> None:
    plan = retro_plan(date(2026, 6, 28), today=date(2026, 6, 1))  # a Sunday, after the Saint-Jean
    assert [(step.task, step.begins, step.ends) for step in plan.steps] == [
        (Task.WRITE, date(2026, 6, 10), date(2026, 6, 17)),
        (Task.REREAD, date(2026, 6, 18), date(2026, 6, 22)),
        (Task.APPROVE, date(2026, 6, 23), date(2026, 6, 25)),
        (Task.FILE, date(2026, 6, 26), date(2026, 6, 26)),
    ]
    assert plan.fits
    assert not any(step.late for step in plan.steps)


def test_a_plan_that_no_longer_fits_says_by_how_many_days() -> None:
    plan = retro_plan(date(2026, 6, 26), today=date(2026, 6, 19))
    assert [step.late for step in plan.steps] == [True, True, False, False]
    assert (plan.fits, plan.missing) == (False, 7)


def test_a_deadline_that_is_past_leaves_nothing() -> None:
    assert retro_plan(date(2026, 6, 12), today=date(2026, 6, 19)).missing == 12


def test_what_comes_back_is_shown_ahead_the_next_first() -> None:
    found = upcoming(read_occasions(), date(2026, 11, 20))
    ids = [one.id for one in found]
    assert ids.index("grande_semaine") < ids.index("prebudgetaire") < ids.index("budget_quebec")
    assert "elections_quebec" not in ids
    assert found == tuple(sorted(found, key=lambda one: (one.begins, one.id)))


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 9, 1), date(2026, 10, 5)),
        (date(2030, 9, 1), date(2030, 10, 7)),
    ],
)
def test_general_elections_are_on_the_first_monday_of_october_every_fourth_year(
    today: date, day: date
) -> None:
    (vote,) = [one for one in upcoming(read_occasions(), today) if one.id == "elections_quebec"]
    assert (vote.begins, vote.ends) == (day, day)
    assert not [
        one
        for one in upcoming(read_occasions(), today.replace(year=today.year + 1))
        if one.id == "elections_quebec"
    ]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ('[a]\nfr = "A"\nen = "A"\n', "from"),
        ('[a]\nfr = "A"\nen = "A"\nfrom = [2, 30]\n', r"\[a\]"),
        ('[a]\nfr = "A"\nen = "A"\nfrom = [1, 1]\nevery = 0\n', r"\[a\]"),
        ('[a]\nfr = "A"\nen = "A"\nfrom = [2, 29]\n', r"\[mois, jour\]"),
        ('[a]\nfr = "A"\nen = "A"\nfrom = [12, 9]\nto = [1, 9]\n', "to vient avant from"),
        ('[a]\nfr = "A"\nfrom = [1, 1]\n', "fr et en"),
        ('[a]\nfr = 3\nen = "A"\nfrom = [1, 1]\n', "fr et en"),
        ('[a]\nfr = "A"\nen = "A"\nform = [1, 1]\n', "clés"),
        ("[a", "a.toml"),
    ],
)
def test_a_wrong_occasion_is_refused_by_name(block: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(block, encoding="utf-8")
    with pytest.raises(OccasionsError, match=said):
        read_occasions(path)
