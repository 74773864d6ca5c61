"""Last days that are counted: a delay that runs from the publication of a notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from spiders import cues
from spiders.asked import kinds_in
from spiders.items import Deadline
from spiders.notice import Notice


def counted(notice: Notice) -> Iterator[Deadline]:
    """Give the last day of each delay, by the sentence that invites to use it.

    In a draft regulation that does not print its delay, it is that of the law, not surely. Nothing
    is counted where the day of publication is not known.
    """
    if notice.published is None:
        return
    days, since = None, 0
    for place in range(len(notice.spans)):
        words = notice.words(place)
        kinds = kinds_in(notice, words, cues.STRONG) or kinds_in(notice, words, cues.WEAK)
        same = cues.SAME_PERIOD.search(words)
        if (match := cues.PERIOD.search(words)) and _runs(notice, place):
            days, since = _count(next(filter(None, match.groupdict().values()))), place
            same = match
        beside = days is not None and place - since <= 1 and cues.SENDING.search(words)
        drafted = days is not None or cues.DRAFT.search(notice.flat)
        if kinds and drafted and (same or beside):
            last = notice.published + timedelta(days=days or cues.PERIOD_OF_THE_LAW)
            yield Deadline(kinds[0], last, notice.sentence(place), sure=days is not None)


def _runs(notice: Notice, place: int) -> bool:
    """Tell whether a delay runs from the publication: its sentence or its neighbours say so."""
    return any(map(cues.FROM_PUBLICATION.search, notice.around(place, 1, 1)))


def _count(words: str) -> int:
    return int(words) if words.isdigit() else cues.NUMERAL[words]
