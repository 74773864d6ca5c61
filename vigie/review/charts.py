"""Small pictures as SVG, readable without colour: the days of a unit, a bar of stages."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from pipeline.caption import captions, described
from pipeline.curve import Curve
from pipeline.picture import FILLED, HEIGHT, WIDTH, Drawing, draw


def chart(curve: Curve, name: str, id_: str, lang: str = "fr") -> Markup:
    """Draw a unit's days; `name` is its title, what is drawn is told in words beside it.

    `id_` tells its title and description from those of the other pictures of a page.
    """
    told = " ".join((described(curve, lang), *captions(curve, lang)))
    return Markup(  # noqa: S704 - only numbers and escaped words go in
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="{escape(id_)}-t {escape(id_)}-d">'
        f'<title id="{escape(id_)}-t">{escape(name)}</title>'
        f'<desc id="{escape(id_)}-d">{escape(told)}</desc>{_svg(draw(curve, lang))}</svg>'
    )


def _svg(drawing: Drawing) -> str:
    shapes = "".join(
        f'<{"polygon" if shape.role in FILLED else "polyline"} class="{shape.role}"'
        f' points="{" ".join(f"{x:g},{y:g}" for x, y in shape.points)}"/>'
        for shape in drawing.shapes
    )
    labels = "".join(
        f'<text x="{label.at[0]:g}" y="{label.at[1]:g}" text-anchor="{label.anchor}">'
        f"{escape(label.text)}</text>"
        for label in drawing.labels
    )
    return shapes + labels


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
