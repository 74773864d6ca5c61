"""How pressing something is to the team."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What a thing asks for: an answer now, a look today, nothing but to be known."""

    ACT = "act"
    WATCH = "watch"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """How pressing: 0 for a note."""
        return {"note": 0, "watch": 1, "act": 2}[self]
