"""The year of a day that prints none."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.named_days import flat, named_days
from spiders.years import dated, last_before


@pytest.mark.parametrize(
    ("words", "published", "day"),
    [
        ("le 5 mars", date(2031, 1, 8), date(2031, 3, 5)),
        ("le 5 mars", date(2031, 11, 8), date(2032, 3, 5)),
        ("le 5 mars", date(2031, 3, 5), date(2031, 3, 5)),
        ("le 5 mars", date(2031, 3, 12), None),
        ("le 20 septembre", date(2031, 11, 6), None),
        ("mercredi 5 mars", date(2031, 3, 12), date(2031, 3, 5)),
        ("aujourd'hui", date(2031, 3, 12), date(2031, 3, 12)),
        ("ce soir", date(2031, 3, 12), date(2031, 3, 12)),
        ("tomorrow", date(2031, 12, 31), date(2032, 1, 1)),
        ("aujourd'hui", None, None),
    ],
)
def test_a_year_that_is_not_printed_is_that_of_the_publication_or_the_next(
    words: str, published: date | None, day: date | None
) -> None:
    (named,) = named_days(flat(words))
    assert dated(named, (), published)[0] == day


def test_a_day_that_is_far_ahead_without_its_year_is_not_sure() -> None:
    near, far = named_days(flat("le 5 mars, puis le 5 août"))
    published = date(2031, 1, 8)
    assert dated(near, (), published) == (date(2031, 3, 5), True)
    assert dated(far, (), published) == (date(2031, 8, 5), False)


def test_a_year_is_taken_from_the_days_around() -> None:
    days = named_days(flat("La séance du 14 octobre 2031; avant, le vendredi 10 octobre."))
    assert dated(days[1], days, None) == (date(2031, 10, 10), True)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("le 13 juin", date(2031, 6, 13)),
        ("le 20 décembre", date(2030, 12, 20)),
        ("le 20 décembre 2029", date(2029, 12, 20)),
        ("aujourd'hui", None),
    ],
)
def test_a_period_begins_on_the_last_such_day_before_its_end(words: str, day: date | None) -> None:
    (named,) = named_days(flat(words))
    assert last_before(named, date(2031, 8, 26)) == day
