"""Frozen pages: `<day>….html` (or .csv, .xml, .page.json), and beside each its golden, `.json`.

A golden is what the spider of the page must make of it, at noon UTC of that day. One with a `todo`
waits for its spider: its test fails with these words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from spiders.look import Seen
from vigie.errors import DoorError

HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype html|html|head|body)\b", re.I | re.S
)
DAY = len("2026-11-20")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen page, and what its golden holds."""

    page: Path
    golden: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What tells it from the other pages of its day: "-list"."""
        return stem(self.page)[DAY:]

    @property
    def waits(self) -> bool:
        """Whether its spider is still to be written."""
        return "todo" in self.golden


def pages_in(folder: Path) -> list[Path]:
    """Give the frozen pages of a folder, the oldest first."""
    return sorted(path for path in folder.glob("????-??-??*") if path != golden_path(path))


def frozen_in(folder: Path) -> list[Frozen]:
    """Give the frozen pages of a folder with their goldens, the oldest first.

    Raises DoorError naming the golden that is not there, or cannot be read.
    """
    found = []
    for page in pages_in(folder):
        try:
            found.append(Frozen(page, read_golden(page)))
        except (OSError, ValueError) as error:
            raise DoorError(f"{golden_path(page)} : golden illisible ({error}).") from error
    return found


def golden_path(page: Path) -> Path:
    """Give where the golden of a page is."""
    return page.with_name(f"{stem(page)}.json")


def read_golden(page: Path) -> dict[str, Any]:
    """Give what the golden of a page holds. Raises OSError or ValueError for want of one."""
    found: dict[str, Any] = json.loads(golden_path(page).read_text(encoding="utf-8"))
    return found


def golden_body(golden: Mapping[str, Any]) -> bytes:
    """Give a golden as it is written."""
    return (json.dumps(golden, ensure_ascii=False, indent=1) + "\n").encode()


def moment_of(page: Path) -> datetime:
    """Give the moment at which a frozen page is read: noon UTC of the day of its name."""
    return datetime.combine(date.fromisoformat(page.name[:DAY]), time(12), UTC)


def suffix_of(seen: Seen) -> str:
    """Give how the name of a frozen page ends, by what it holds."""
    text = seen.text.lstrip("\ufeff \t\r\n")
    if HTML.match(text):
        return ".html"
    if text[:1] in ("{", "["):
        return ".page.json"
    return ".xml" if text.startswith("<") else ".csv"


def stem(page: Path) -> str:
    """Give the name that a page shares with its golden."""
    return page.name.split(".")[0]
