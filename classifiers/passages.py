"""A long text cut at its sentences into passages, since one that speaks of all is about none."""

from __future__ import annotations

import re
from collections.abc import Iterator

PASSAGE = 700  # characters: what a passage holds at most
READ = 40_000  # characters of a body that are read
_END = re.compile(r"[.!?…;][»”\")]*\s+|\n+")


def cut(body: str) -> Iterator[tuple[int, int]]:
    """Give where each passage of a body starts and ends; a sentence too long is cut at a space."""
    size, start = min(len(body), READ), 0
    while size - start > PASSAGE:
        end = _last_end(body, start, start + PASSAGE)
        yield start, end
        start = end
    if start < size or not start:
        yield start, size


def _last_end(body: str, start: int, limit: int) -> int:
    ends = [match.end() for match in _END.finditer(body, start, limit)]
    if ends and ends[-1] > start + PASSAGE // 4:
        return ends[-1]
    space = body.rfind(" ", start, limit)
    return space + 1 if space > start else limit
