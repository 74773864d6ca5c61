"""The picture of a unit's days: what it shows, in shapes and words, as SVG and as PNG."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from PIL import Image

from alerts.png import SCALE, png
from pipeline.caption import captions, described
from pipeline.curve import MOST, Curve, band, curve
from pipeline.picture import APART, HEIGHT, WIDTH, Role, draw
from pipeline.queries import BillName, MomentumView, PastView
from vigie.review.charts import chart

LAST, DAY = date(2031, 3, 9), timedelta(days=1)
BILL = BillName(1, "qc", 44, 1, "94", "Loi sur les services de garde", "")


def measure(*counts: int, usual: float | None = 2.0) -> MomentumView:
    return MomentumView(
        unit="logement", bill=None, day=LAST, window=1, state="rising", observed=9, expected=2.0,
        ratio=3.3, surprise=2.2, outlets=5, series=counts, usual=(usual,) * len(counts),
    )  # fmt: skip


def reached(label: str, ago: int, kind: str = "stage") -> PastView:
    at = datetime(2031, 3, 9, 12, tzinfo=UTC)
    return PastView(BILL, kind, LAST - ago * DAY, at, {"label": label} if label else {})


def shapes(drawn: Curve, role: Role) -> int:
    return sum(shape.role is role for shape in draw(drawn).shapes)


def test_a_picture_has_a_bar_a_day_that_has_news_and_a_hatched_band_between_two_lines() -> None:
    drawn = curve(measure(0, 3, 1, 9))
    assert shapes(drawn, Role.BAR) == 3
    assert (shapes(drawn, Role.BAND), shapes(drawn, Role.EDGE)) == (1, 2)
    assert shapes(drawn, Role.HATCH) == 4


def test_the_band_has_a_gap_where_nothing_was_measured() -> None:
    series = measure(1, 1, 1, 1, 1)
    one = Curve(LAST - 4 * DAY, series.series, (None, (0, 3), None, (0, 3), (0, 3)))
    assert shapes(one, Role.BAND) == 2
    assert shapes(curve(measure(1, 1, usual=None)), Role.BAND) == 0


def test_the_band_widens_with_what_is_usual() -> None:
    assert band(None) is None
    few, many = band(0.5), band(40.0)
    assert few
    assert many
    assert few[0] == 0
    assert 20 < many[0] < 40 < many[1] < 60


def test_days_marked_are_rises_and_what_a_bill_reached_each_with_a_letter() -> None:
    states = [(LAST - 3 * DAY, "calm"), (LAST - 2 * DAY, "rising"), (LAST - DAY, "surging")]
    history = [
        reached("Présentation", 90),
        reached("Adoption du principe", 2),
        reached("Adoption du principe", 2, "vote"),
        reached("Étude détaillée", 1, "sitting"),
        reached("", 0, "assented"),
    ]
    drawn = curve(measure(*range(9)), states, history)
    assert captions(drawn) == [
        "a – 7\u00a0mars 2031\u00a0: en hausse; Adoption du principe",
        "b – 8\u00a0mars 2031\u00a0: forte hausse",
        "c – 9\u00a0mars 2031\u00a0: sanctionné",
    ]
    assert shapes(drawn, Role.EVENT) == 3


def test_letters_stand_apart_however_close_the_days() -> None:
    history = [reached(f"Étape {n}", 20 - n) for n in range(16)]
    drawn = draw(curve(measure(*[1] * 70), (), history))
    letters = [label for label in drawn.labels if re.fullmatch("[a-z]", label.text)]
    assert len(letters) == MOST
    places = [label.at[0] for label in letters]
    assert all(right - left >= APART - 0.2 for left, right in pairwise(places))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_labels_are_within_what_the_font_of_the_library_has(lang: str) -> None:
    drawn = draw(curve(measure(0, 3, 1, 9), [(LAST, "rising")]), lang)
    assert all(label.text.isascii() for label in drawn.labels)
    assert {"9", "2031-03-06", "2031-03-09", "a"} < {label.text for label in drawn.labels}


def test_a_picture_is_told_in_words() -> None:
    told = described(curve(measure(0, 3, 1, 9))).replace("\u00a0", " ")
    assert told == (
        "Nouvelles par jour, du 6 mars 2031 au 9 mars 2031. Le plus : 9, le 9 mars 2031. "
        "D'ordinaire, de 0 à 5 par jour. Les sept derniers jours : 0, 3, 1, 9."
    )
    assert "Aucune." in described(curve(measure(0, 0)))
    assert described(curve(measure(1, 2)), "en").startswith("Stories a day, from March 8, 2031")


def test_the_page_gives_a_picture_a_title_and_a_description() -> None:
    drawn = chart(curve(measure(0, 3), [(LAST, "rising")]), "a < b", "rise-1")
    assert 'role="img" aria-labelledby="rise-1-t rise-1-d"' in drawn
    assert '<title id="rise-1-t">a &lt; b</title>' in drawn
    assert re.search(r'<desc id="rise-1-d">Nouvelles par jour.* a – 9\W*mars 2031.*</desc>', drawn)
    assert '<polyline class="edge"' in drawn


def test_the_letter_gets_the_same_picture_as_a_small_png() -> None:
    painted = png(draw(curve(measure(*range(28)), [(LAST, "rising")])))
    image = Image.open(io.BytesIO(painted))
    assert (image.format, image.size) == ("PNG", (WIDTH * SCALE, HEIGHT * SCALE))
    assert len(painted) < 12_000
    assert painted == png(draw(curve(measure(*range(28)), [(LAST, "rising")])))


def test_a_unit_of_which_nothing_is_known_has_a_picture_too() -> None:
    assert png(draw(curve(measure())))
