"""What every visit of one outing shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from spiders.archive import Archive
from spiders.errands import Errand
from spiders.items import Issue, Outcome, Visit


@dataclass(frozen=True, slots=True)
class Trip:
    """When, from where and how sources are visited.

    Archives go in `home`/archive. `replay` is an archive to take every answer from, without any
    network: the newest of each address, recorded at or before `until` when it is given. `contact`
    tells hosts whom to write to. `delay` replaces that of the sources; `timeout` is for one answer,
    `limit` for one whole source; all three are in seconds. `at_once`: how many sources of a host
    are visited side by side; one, but where the host is ours.
    """

    now: datetime
    home: Path
    replay: Path | None = None
    until: datetime | None = None
    contact: str = ""
    delay: float | None = None
    timeout: float = 30.0
    limit: float = 1800.0
    at_once: int = 1

    def archive(self) -> Archive | None:
        """Open the archive to replay, if any. Raises ArchiveError."""
        return Archive(self.replay, self.home / "archive-index") if self.replay else None


def lost(errand: Errand, now: datetime, why: str, items: int = 0) -> Visit:
    """Give the visit of a source that could not be visited to the end, through our own fault."""
    issue = Issue("crash", errand.source.url, why)
    return Visit(errand.source.id, now, now, Outcome.UNREACHABLE, items=items, issues=(issue,))
