"""The mark of a folder that holds the season, with the last moment that was played."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

MARK = "season.json"


def mark(home: Path, now: datetime | None) -> None:
    """Write down that this folder holds the season, and its last moment once it is played."""
    told: Mapping[str, str] = {"now": now.isoformat()} if now else {}
    (home / MARK).write_text(json.dumps(told) + "\n", encoding="utf-8")


def is_season(home: Path) -> bool:
    """Whether this folder holds the season."""
    return (home / MARK).is_file()


def last_moment(home: Path) -> str:
    """Give the last moment of the season played in this folder, "" when there is none."""
    if not is_season(home):
        return ""
    told: Mapping[str, str] = json.loads((home / MARK).read_text(encoding="utf-8"))
    return told.get("now", "")
