"""Small pictures drawn as SVG, readable without colour: counts of days, a bar of stages."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, PAD = 240, 60, 3
FLOOR = 50  # where bars stand; what happened is marked under it


def chart(
    values: Sequence[float],
    usual: Sequence[float | None],
    marks: Sequence[tuple[int, str]],
    title: str,
    desc: str,
) -> Markup:
    """Draw daily counts as bars, oldest first, over the band of what was usual.

    `marks` are days, by their place, at which something happened: each a triangle that says what.
    Shapes tell all: bars are full, the band is outlined, triangles point up; no colour is needed.
    """
    bands = [_band(one) for one in usual]
    top = max([*values, *(high for band in bands if band for high in band), 1])
    step = (WIDTH - 2 * PAD) / max(len(values), 1)

    def x(place: float) -> float:
        return round(PAD + step * place, 1)

    def y(value: float) -> float:
        return round(FLOOR - (FLOOR - PAD) * value / top, 1)

    bars = "".join(
        f'<rect x="{x(n + 0.1)}" y="{y(value)}" width="{round(step * 0.8, 1)}"'
        f' height="{round(FLOOR - y(value), 1)}"/>'
        for n, value in enumerate(values)
        if value
    )
    shown = [(x(n + 0.5), y(band[0]), y(band[1])) for n, band in enumerate(bands) if band]
    outline = [f"{at},{high}" for at, _, high in shown]
    outline += [f"{at},{low}" for at, low, _ in reversed(shown)]
    events = "".join(
        f'<path d="M{x(place + 0.5)} {FLOOR + 1}l3 6h-6z"><title>{escape(said)}</title></path>'
        for place, said in marks
        if 0 <= place < len(values)
    )
    return Markup(  # noqa: S704 - only numbers and escaped words go in
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>"
        f'<g class="observed">{bars}</g>'
        f'<polygon class="band" points="{" ".join(outline)}"/>'
        f'<line x1="{PAD}" x2="{WIDTH - PAD}" y1="{FLOOR}" y2="{FLOOR}"/>'
        f'<g class="events">{events}</g></svg>'
    )


def _band(usual: float | None) -> tuple[float, float] | None:
    """Give what nineteen days in twenty stay within, about; counts vary a little over Poisson."""
    if usual is None:
        return None
    spread = 2 * math.sqrt(1.3 * usual + 0.3)
    return max(0.0, usual - spread), usual + spread


def steps(stages: Sequence[tuple[str, bool]], title: str) -> Markup:
    """Draw the stages of a bill in order, each (label, reached): filled and ticked once reached."""
    cells = "".join(
        f'<li class="{"done" if reached else "todo"}" title="{escape(label)}">'
        f'<span class="sr">{escape(label)}{" ✓" if reached else ""}</span></li>'
        for label, reached in stages
    )
    return Markup(  # noqa: S704 - every label is escaped
        f'<ol class="steps" aria-label="{escape(title)}">{cells}</ol>'
    )
