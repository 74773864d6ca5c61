"""Small pictures drawn as SVG, readable without colour: a sparkline, a bar of stages."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, PAD = 168, 40, 3


def sparkline(values: Sequence[float], expected: float, title: str) -> Markup:
    """Draw daily counts, oldest first, with the expected level dashed and the last day marked."""
    top = max([*values, expected, 1])
    step = (WIDTH - 2 * PAD) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return round(HEIGHT - PAD - (HEIGHT - 2 * PAD) * value / top, 1)

    points = [(round(PAD + step * i, 1), y(value)) for i, value in enumerate(values)]
    path = " ".join(f"{x},{h}" for x, h in points)
    last = f'<circle cx="{points[-1][0]}" cy="{points[-1][1]}" r="3"/>' if points else ""
    level = y(expected)
    return Markup(  # noqa: S704 - only numbers and the escaped title go in
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<line class="expected" x1="{PAD}" x2="{WIDTH - PAD}" y1="{level}" y2="{level}"/>'
        f'<polyline points="{path}"/>{last}</svg>'
    )


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
