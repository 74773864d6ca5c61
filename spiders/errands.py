"""What a visit is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from spiders.items import PageMemory
from spiders.sources import Source


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visit is asked to do: a source, its further addresses to read, what is known.

    `start` is False when the source's own address is left aside (an archive that lacks it). `since`
    is the source's high-water mark, when its last good visit began: a list that goes by months or
    weeks is read back to it, so that an outage leaves no hole. None: it never had a good visit.
    `usual` is how many items a full list gives, 0 where nobody knows.
    """

    source: Source
    pages: tuple[str, ...] = ()
    start: bool = True
    known: Mapping[str, PageMemory] = field(default_factory=dict)
    since: datetime | None = None
    usual: int = 0
