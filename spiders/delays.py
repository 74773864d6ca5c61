"""Last days that are counted: a delay that runs from the publication of a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from spiders.cues import ASKED, DELAY, NUMERAL, PERIOD_OF_THE_LAW, ROLE, STRONG, WEAK, says
from spiders.items import Deadline
from spiders.kinds import kinds_in
from spiders.notice import Notice

NEAR = 3  # sentences
LABEL = re.compile(r"\W*(?:\w+ ){0,3}\w+ ?: ")
COUNT = re.compile(rf"\d{{1,3}}|{'|'.join(sorted(NUMERAL, key=len, reverse=True))}")


def counted(notice: Notice) -> Iterator[Deadline]:
    """Give the last day of each delay, by the sentence that invites to use it.

    In a draft regulation that does not print its delay, it is that of the law, not surely. Nothing
    is counted where the day of publication is not known.
    """
    if notice.published is None:
        return
    drafted = says(notice.flat, DELAY.draft)
    days, since, published = None, 0, notice.published
    for place in range(len(notice.spans)):
        words = notice.words(place)
        match = DELAY.period.search(words)
        same = says(words, DELAY.same_period)
        firm = says(words, DELAY.expiry, DELAY.from_publication)
        if match and (firm or days is None) and _runs(notice, place, drafted):
            days, since, same = _count(match[0]), place, True
            published = notice.printed_publication(place) or notice.published
        beside = days is not None and _goes_with(words, place - since)
        kinds = kinds_in(notice, words, STRONG) or kinds_in(notice, words, WEAK)
        if kinds and (days or drafted) and (same or beside):
            last = published + timedelta(days=days or PERIOD_OF_THE_LAW)
            yield Deadline(kinds[0], last, notice.sentence(place), sure=days is not None)


def _goes_with(words: str, after: int) -> bool:
    """Tell whether a sentence, so many after a delay, says what to send in that time."""
    label = after <= NEAR and bool(LABEL.match(words))
    return label or (after <= 1 and says(words, ASKED.sending))


def _runs(notice: Notice, place: int, drafted: bool) -> bool:
    """Tell whether a delay runs from the publication: its sentence or its neighbours say so.

    That at the end of which a draft can be made always does.
    """
    if says(notice.words(place), ROLE.past_limit):
        return False
    if drafted and says(notice.flat, DELAY.expiry):
        return True
    return any(says(words, DELAY.from_publication) for words in notice.around(place, 1, 1))


def _count(words: str) -> int:
    found = COUNT.findall(words)[0]
    return int(found) if found.isdigit() else NUMERAL[found]
