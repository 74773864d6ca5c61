"""A curve as a drawing of shapes and labels: the page makes SVG of it, the letter a PNG. Pure.

Shapes tell all, without colour: bars are full, the band is hatched between two broken lines,
triangles point at the days on which something happened. Labels are in ASCII, which every font has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.curve import Band, Curve, within
from pipeline.words import label

WIDTH, HEIGHT = 320, 108
LEFT, RIGHT = 4, 258  # what lies right of the days tells what the band is
TOP, FLOOR = 14, 74  # a number stands over the highest bar
LETTER, DATES = FLOOR + 17, FLOOR + 31  # where letters and dates stand
APART = 9  # between two letters
Point = tuple[float, float]


class Role(StrEnum):
    """What a shape stands for; it says how it is drawn."""

    BAND = "band"
    HATCH = "hatch"
    BAR = "bar"
    EDGE = "edge"
    AXIS = "axis"
    EVENT = "event"


FILLED = (Role.BAND, Role.BAR, Role.EVENT)


class Anchor(StrEnum):
    """What of a label stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon when its role is to be filled, else a line through its points."""

    role: Role
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A word or number; `at` is on its base line."""

    at: Point
    text: str
    anchor: Anchor = Anchor.MIDDLE


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of WIDTH by HEIGHT: shapes, the later over the earlier, and labels over them."""

    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]


def draw(curve: Curve, lang: str = "fr") -> Drawing:
    """Draw a curve, oldest day first."""
    scale = _Scale(curve)
    shapes = [*_band(curve, scale), *_bars(curve, scale), *_edges(curve, scale)]
    shapes.append(Shape(Role.AXIS, ((LEFT, FLOOR), (RIGHT, FLOOR))))
    shapes += _events(curve, scale)
    labels = [*_numbers(curve, scale, lang), *_letters(curve, scale)]
    return Drawing(tuple(shapes), tuple(labels))


class _Scale:
    """Where days and counts stand."""

    def __init__(self, curve: Curve) -> None:
        highs = [high for one in curve.band if one for high in one]
        self._top = max([*curve.counts, *highs, 1])
        self._step = (RIGHT - LEFT) / max(len(curve.counts), 1)

    def x(self, place: float) -> float:
        return round(LEFT + self._step * place, 1)

    def y(self, count: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * count / self._top, 1)


def _runs(curve: Curve) -> Iterator[list[tuple[int, Band]]]:
    """Give the days of the band, those that follow each other together."""
    run: list[tuple[int, Band]] = []
    for place, one in enumerate((*curve.band, None)):
        if one:
            run.append((place, one))
        elif run:
            yield run
            run = []


def _band(curve: Curve, scale: _Scale) -> Iterator[Shape]:
    for run in _runs(curve):
        above, below = _sides(run, scale)
        yield Shape(Role.BAND, (*above, *reversed(below)))
        for up, down in zip(above[::2], below[::2], strict=True):
            yield Shape(Role.HATCH, (up, down))


def _edges(curve: Curve, scale: _Scale) -> Iterator[Shape]:
    for run in _runs(curve):
        yield from (Shape(Role.EDGE, tuple(side)) for side in _sides(run, scale))


def _sides(run: list[tuple[int, Band]], scale: _Scale) -> tuple[list[Point], list[Point]]:
    """Give the upper and the lower side of the band: steps, as wide as a day."""
    days = [(at, one) for place, one in run for at in (scale.x(place), scale.x(place + 1))]
    above = [(at, scale.y(high)) for at, (_, high) in days]
    return above, [(at, scale.y(low)) for at, (low, _) in days]


def _bars(curve: Curve, scale: _Scale) -> Iterator[Shape]:
    for place, count in enumerate(curve.counts):
        if count:
            left, right, top = scale.x(place + 0.15), scale.x(place + 0.85), scale.y(count)
            yield Shape(Role.BAR, ((left, FLOOR), (left, top), (right, top), (right, FLOOR)))


def _events(curve: Curve, scale: _Scale) -> Iterator[Shape]:
    for mark in curve.marks:
        at = scale.x((mark.day - curve.first).days + 0.5)
        yield Shape(Role.EVENT, ((at, FLOOR + 1), (at + 3.5, FLOOR + 8), (at - 3.5, FLOOR + 8)))


def _letters(curve: Curve, scale: _Scale) -> Iterator[Label]:
    """Give each mark its letter, under it or, where there is no room, close to it."""
    clusters: list[list[float]] = []
    for mark in curve.marks:
        clusters.append([scale.x((mark.day - curve.first).days + 0.5)])
        while len(clusters) > 1 and _spread(clusters[-1])[0] < _spread(clusters[-2])[-1] + APART:
            clusters[-2:] = [clusters[-2] + clusters[-1]]
    places = [at for cluster in clusters for at in _spread(cluster)]
    for (letter, _), at in zip(curve.lettered, places, strict=True):
        yield Label((round(at, 1), LETTER), letter)


def _spread(places: list[float]) -> list[float]:
    """Set places apart, around their middle."""
    first = sum(places) / len(places) - APART * (len(places) - 1) / 2
    return [first + APART * n for n in range(len(places))]


def _numbers(curve: Curve, scale: _Scale, lang: str) -> Iterator[Label]:
    peak = max(curve.counts, default=0)
    if peak:
        place = scale.x(curve.counts.index(peak) + 0.5)
        yield Label((min(max(place, 8), RIGHT - 8), scale.y(peak) - 3), str(peak))
    yield Label((LEFT, DATES), curve.first.isoformat(), Anchor.START)
    yield Label((RIGHT, DATES), curve.last.isoformat(), Anchor.END)
    if last := next((one for one in reversed(curve.band) if one), None):
        middle = min(max(scale.y(sum(last) / 2), TOP + 8), FLOOR - 12)
        low, high = within(last)
        yield Label((RIGHT + 6, middle), label(lang, "picture", "usual"), Anchor.START)
        yield Label((RIGHT + 6, middle + 12), f"{low}-{high}", Anchor.START)
