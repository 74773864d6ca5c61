"""A drawing as a PNG, for mail programs: they show no SVG. The font comes with the library."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from pipeline.picture import FILLED, HEIGHT, WIDTH, Anchor, Drawing, Point, Role, Shape

SCALE = 2  # dots a point: sharp on phones
FINE = 2  # drawn larger still, then reduced: smooth
ZOOM = SCALE * FINE
COLOURS = 32
INK, GROUND = "#1c2733", "#ffffff"
PAINT = {
    Role.BAND: "#eef0ee",
    Role.HATCH: "#aab4b0",
    Role.BAR: "#16897f",
    Role.EDGE: INK,
    Role.AXIS: "#5b6875",
    Role.EVENT: INK,
}
DASH = 3  # points of an edge, and between two
LETTERS = 11
ANCHORS = {Anchor.START: "ls", Anchor.MIDDLE: "ms", Anchor.END: "rs"}


def png(drawing: Drawing) -> bytes:
    """Paint a drawing, on white: it reads on a dark ground too."""
    image = Image.new("RGB", (WIDTH * ZOOM, HEIGHT * ZOOM), GROUND)
    brush, font = ImageDraw.Draw(image), ImageFont.load_default(LETTERS * ZOOM)
    for shape in drawing.shapes:
        _paint(brush, shape)
    for label in drawing.labels:
        at, anchor = _zoomed(label.at), ANCHORS[label.anchor]
        brush.text(at, label.text, fill=INK, font=font, anchor=anchor)
    small = image.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _paint(brush: ImageDraw.ImageDraw, shape: Shape) -> None:
    points, colour = [_zoomed(point) for point in shape.points], PAINT[shape.role]
    if shape.role in FILLED:
        brush.polygon(points, fill=colour)
    elif shape.role is Role.EDGE:
        for begin, end in _dashes(shape.points):
            brush.line([_zoomed(begin), _zoomed(end)], fill=colour, width=ZOOM)
    else:
        brush.line(points, fill=colour, width=ZOOM)


def _dashes(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Cut a line of level and upright parts into dashes."""
    walked = 0.0
    for (x, y), (to_x, to_y) in pairwise(points):
        length = abs(to_x - x) + abs(to_y - y)
        at = -walked % (2 * DASH) - 2 * DASH  # where dashes begin, counted from this part's start
        while at < length:
            begin, end = max(at, 0.0), min(at + DASH, length)
            if begin < end:
                right, down = (to_x - x) / length, (to_y - y) / length
                yield (
                    (x + right * begin, y + down * begin),
                    (x + right * end, y + down * end),
                )
            at += 2 * DASH
        walked += length


def _zoomed(point: Point) -> Point:
    return point[0] * ZOOM, point[1] * ZOOM
