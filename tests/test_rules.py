"""What deserves an alert: pure decisions, with the clock as a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts.rules import Level, on_bill, on_closing, on_document, on_momentum
from tests.telling import (
    CHILDCARE,
    HOUSING,
    NOW,
    TODAY,
    bill,
    closing,
    document,
    events,
    measure,
    step,
)

DAY = timedelta(days=1)
States = tuple[tuple[date, str], ...]


def states(*names: str) -> States:
    """States of the last days, the last one today."""
    return tuple((TODAY - (len(names) - 1 - n) * DAY, name) for n, name in enumerate(names))


def test_a_bill_tabled_yesterday_is_told() -> None:
    found = on_bill(events(bill(step("introduction", TODAY - DAY))), 1, NOW)
    assert found
    assert (found.kind, found.level, found.on) == ("bill-tabled", Level.ACT, TODAY - DAY)
    assert found.key == "bill:qc/43-1/94|stage|introduction"
    assert (found.themes, found.due_at) == (("services-educatifs",), NOW)


def test_assent_is_told_as_such() -> None:
    found = on_bill(events(bill(step("assent", TODAY))), 1, NOW)
    assert found
    assert found.kind == "bill-assent"


@pytest.mark.parametrize("ago", [0, 1, 7])
def test_a_stage_of_the_last_seven_days_is_told(ago: int) -> None:
    assert on_bill(events(bill(step("committee", TODAY - ago * DAY))), 0, NOW)


@pytest.mark.parametrize("ago", [8, 30, 400])
def test_an_older_stage_is_not_told_on_a_first_run(ago: int) -> None:
    assert on_bill(events(bill(step("committee", TODAY - ago * DAY))), 3, NOW) is None


def test_a_stage_dated_tomorrow_is_no_change_today_and_one_tomorrow() -> None:
    planned = events(bill(step("introduction", TODAY - 30 * DAY), step("committee", TODAY + DAY)))
    assert on_bill(planned, 1, NOW) is None
    tomorrow = on_bill(planned, 1, NOW + DAY)
    assert tomorrow
    assert tomorrow.key.endswith("|stage|committee")
    assert on_bill(planned, 1, NOW + 2 * DAY) == replace(tomorrow, due_at=NOW + 2 * DAY)


def test_the_day_is_that_of_montreal() -> None:
    reached = events(bill(step("committee", TODAY)))
    assert on_bill(reached, 1, NOW.replace(hour=3)) is None  # 23:00 on the 10th over there


def test_only_the_furthest_of_the_stages_of_a_day_is_told() -> None:
    rushed = bill(*(step(name, TODAY) for name in ("introduction", "committee", "report")))
    found = on_bill(events(rushed), 1, NOW)
    assert found
    assert found.key.endswith("|stage|report")


def test_the_last_stage_is_told_and_the_next_one_has_another_key() -> None:
    first = bill(step("introduction", TODAY - 2 * DAY))
    then = bill(*first.steps, step("consultation", TODAY))
    keys = [found.key for of in (first, then) if (found := on_bill(events(of), 1, NOW))]
    assert keys == ["bill:qc/43-1/94|stage|introduction", "bill:qc/43-1/94|stage|consultation"]


def test_a_stage_that_moves_no_further_keeps_its_key() -> None:
    reached = events(bill(step("committee", TODAY)))
    later = events(bill(step("committee", TODAY, TODAY + DAY, TODAY + 2 * DAY)))
    today, then = on_bill(reached, 0, NOW), on_bill(later, 5, NOW + 2 * DAY)
    assert today
    assert then
    assert today.key == then.key


def test_each_chamber_has_its_own_stage() -> None:
    keys = [
        found.key
        for chamber in ("commons", "senate")
        if (found := on_bill(events(bill(step("committee", TODAY, chamber=chamber))), 1, NOW))
    ]
    assert len(set(keys)) == 2


def test_a_stage_without_a_day_is_told_when_it_appears_in_a_bill_already_watched() -> None:
    old = NOW - 30 * DAY
    watched = bill(step("introduction", TODAY - 30 * DAY, seen=old), step("consultation"), seen=old)
    found = on_bill(events(watched), 1, NOW)
    assert found
    assert (found.key, found.on) == ("bill:qc/43-1/94|stage|consultation", TODAY)


def test_a_stage_without_a_day_is_not_told_on_a_first_run() -> None:
    assert on_bill(events(bill(step("consultation"))), 1, NOW) is None


def test_an_unknown_stage_is_told_in_the_words_of_the_source() -> None:
    reached = bill(
        step("introduction", TODAY - 30 * DAY), replace(step(None, TODAY), label="Étape nouvelle")
    )
    found = on_bill(events(reached), 1, NOW)
    assert found
    assert found.key.endswith("|stage|Étape nouvelle")


@pytest.mark.parametrize(
    ("proximity", "outlets", "level"),
    [
        ("direct", 1, "act"),
        ("direct", 0, "watch"),
        ("indirect", 1, "watch"),
        ("indirect", 0, "note"),
    ],
)
def test_a_fact_without_evidence_is_one_level_less(
    proximity: str, outlets: int, level: str
) -> None:
    found = on_bill(events(bill(step("passage", TODAY), proximity=proximity)), outlets, NOW)
    assert found
    assert found.level == level


def test_a_bill_that_is_not_ours_is_not_told() -> None:
    foreign = bill(step("passage", TODAY), proximity="indirect", themes=())
    assert on_bill(events(foreign), 9, NOW) is None


def test_a_bill_about_young_children_is_ours_even_without_a_theme() -> None:
    assert on_bill(events(bill(step("passage", TODAY), themes=())), 1, NOW)


@pytest.mark.parametrize(("proximity", "level"), [("direct", "watch"), ("indirect", "note")])
def test_the_end_of_a_session_is_told_once_for_all_that_died(proximity: str, level: str) -> None:
    dead = [bill(proximity=proximity, themes=(theme,)) for theme in (HOUSING, CHILDCARE)]
    found = on_closing(closing(*dead), NOW)
    assert found
    assert (found.key, found.level, found.on) == ("session:qc/43-1|died", level, TODAY)
    assert found.themes == ("logement", "services-educatifs")


def test_a_session_that_took_nothing_of_ours_or_ended_long_ago_is_not_told() -> None:
    foreign = bill(proximity="indirect", themes=())
    assert on_closing(closing(foreign), NOW) is None
    assert on_closing(closing(bill(), day=TODAY - 8 * DAY), NOW) is None


def test_a_session_whose_last_day_is_not_known_ended_when_it_was_seen() -> None:
    found = on_closing(closing(bill(), day=None), NOW)
    assert found
    assert found.on == TODAY


@pytest.mark.parametrize("kind", ["consultation", "mandate"])
def test_a_new_consultation_or_mandate_on_our_themes_is_told(kind: str) -> None:
    found = on_document(document(kind, themes=(HOUSING, CHILDCARE)), NOW)
    assert found
    assert (found.kind, found.level) == (kind, Level.ACT)
    assert found.themes == ("logement", "services-educatifs")
    assert found.key == f"document:11|published|{kind}"


@pytest.mark.parametrize(
    "other",
    [
        document(at=NOW - 8 * DAY),
        document(at=NOW + DAY),
        document(proximity="none", themes=()),
        replace(document(), copy_of=3),
    ],
    ids=["old", "to come", "not ours", "copy"],
)
def test_another_document_is_not_told(other: object) -> None:
    assert on_document(other, NOW) is None  # type: ignore[arg-type]


def test_a_theme_that_surges_is_told_with_the_day_on_which_it_began() -> None:
    found = on_momentum(measure(), states("calm", "surging", "surging"), NOW)
    assert found
    assert (found.level, found.on) == (Level.ACT, TODAY - DAY)
    assert found.key == f"theme:logement|momentum|surging|{TODAY - DAY}"
    assert found.themes == ("logement",)


def test_a_theme_that_rises_is_noted() -> None:
    found = on_momentum(measure(state="rising"), states("calm", "rising"), NOW)
    assert found
    assert found.level == Level.NOTE


def test_a_surge_told_by_too_few_outlets_is_noted() -> None:
    found = on_momentum(measure(outlets=2), states("calm", "surging"), NOW)
    assert found
    assert found.level == Level.NOTE


def test_a_rise_that_becomes_a_surge_is_told_at_once() -> None:
    found = on_momentum(measure(), states("calm", "rising", "surging"), NOW)
    assert found
    assert "surging" in found.key


@pytest.mark.parametrize("now", ["calm", "subsiding", "learning", "partial"])
def test_what_no_longer_rises_is_not_told(now: str) -> None:
    assert on_momentum(measure(state=now), states("surging", now), NOW) is None


@pytest.mark.parametrize("between", [1, 2, 5])
def test_a_state_entered_again_within_seven_days_is_not_told_again(between: int) -> None:
    again = states("calm", "surging", *["calm"] * between, "rising")
    assert on_momentum(measure(state="rising"), again, NOW) is None


def test_a_state_entered_again_after_seven_days_is_told() -> None:
    again = states("calm", "surging", *["calm"] * 6, "surging")
    assert on_momentum(measure(), again, NOW)


def test_days_without_data_are_no_new_beginning() -> None:
    found = on_momentum(measure(), states("surging", "partial", "partial", "surging"), NOW)
    assert found
    assert found.on == TODAY - 3 * DAY


def test_a_rise_of_two_weeks_is_not_told_on_a_first_run() -> None:
    assert on_momentum(measure(), states(*["surging"] * 14), NOW) is None


def test_a_bill_that_surges_is_told_by_its_own_key_under_the_facts_that_make_it() -> None:
    found = on_momentum(measure("bill:7", bill=bill().name), states("calm", "surging"), NOW)
    assert found
    assert found.level == Level.WATCH
    assert found.key.startswith("bill:7|momentum|surging|")
    assert found.themes == ()
