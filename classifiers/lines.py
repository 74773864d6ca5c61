"""Lines of JSON in, lines of JSON out: what `vigie try classify` answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from classifiers.errors import LineError
from classifiers.model import Classification, Classifier, Text


def classify_lines(lines: Iterable[str], classifier: Classifier) -> Iterator[dict[str, Any]]:
    """Give, for each line that holds a text, its proximity, its themes and all its scores.

    A line that cannot be read gives `{"line": its number from 1, "error": why}` in its place. Empty
    lines are passed over.
    """
    waiting: list[tuple[str, Text]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            waiting.append(_text(line))
        except LineError as error:
            yield from _answers(waiting, classifier)
            waiting = []
            yield {"line": number, "error": str(error)}
        if len(waiting) == 512:
            yield from _answers(waiting, classifier)
            waiting = []
    yield from _answers(waiting, classifier)


def _answers(waiting: list[tuple[Any, Text]], classifier: Classifier) -> Iterator[dict[str, Any]]:
    readings = classifier.read(text for _, text in waiting)
    for (id_, _), reading in zip(waiting, readings, strict=True):
        yield _answer(id_, reading)


def _answer(id_: Any, reading: Classification) -> dict[str, Any]:
    return {
        "id": id_,
        "proximity": reading.proximity,
        "themes": [
            {"id": tag.theme, "score": tag.score, "reason": tag.reason} for tag in reading.tags
        ],
        "scores": {theme: round(score, 4) for theme, score in reading.scores.items()},
        "populations": [{"id": one.id, "words": one.words} for one in reading.populations],
        "actors": [{"id": one.id, "words": one.words} for one in reading.actors],
    }


def _text(line: str) -> tuple[Any, Text]:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise LineError(f"not JSON: {error}") from error
    if not isinstance(values, dict) or "id" not in values:
        raise LineError("an object with an id is needed")
    title, text = values.get("title") or "", values.get("text") or ""
    if not isinstance(title, str) or not isinstance(text, str):
        raise LineError("title and text must be words")
    lang, kind = values.get("lang"), values.get("kind")
    declared = lang if lang in ("fr", "en") else None
    return values["id"], Text(title, text, declared, kind if isinstance(kind, str) else "")
