"""Reads, in the prose of a notice, the days that it gives to take part: none is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

from spiders.asked import asked
from spiders.delays import counted
from spiders.hearings import is_hearing, is_named_one
from spiders.items import Deadline, DeadlineKind, as_json
from spiders.kinds import Kinds
from spiders.mentions import Mention, mentions_in
from spiders.notice import Notice, read_notice
from spiders.plain import plain_text
from spiders.roles import with_roles

__all__ = ["deadlines_as_lines", "plain_text", "read_deadlines"]


def read_deadlines(
    text: str, *, lang: str | None = None, today: date | None = None
) -> tuple[Deadline, ...]:
    """Give the deadlines of a notice, in its order, each day of a kind once.

    A first line «Publié le AAAA-MM-JJ» (`Published YYYY-MM-DD`) is the day of publication; else it
    is the one that the text prints as such. It gives their year to the days that have none, and
    counts the delays («45 jours à compter de la publication»). `today` gives a year, not surely,
    where nothing else does. `lang` ("fr", "en") settles days in figures such as 03/04/2026.
    """
    notice = read_notice(text, lang)
    mentions = with_roles(notice, mentions_in(notice, today))
    found = [
        (one, deadline)
        for place, one in enumerate(mentions)
        for deadline in _given(notice, one, _beside(one, mentions[place + 1 :]))
    ]
    kept = _without_replaced(mentions, found)
    if not any(one.kind is DeadlineKind.COMMENT for one in kept):
        kept += counted(notice)
    return _once(kept)


def deadlines_as_lines(path: Path) -> list[dict[str, Any]]:
    """Give the deadlines of a file, HTML or plain text, as JSON values that name it.

    A single one, with the reason, when it cannot be read.
    """
    try:
        found = read_deadlines(plain_text(path.read_bytes()))
    except OSError as error:
        return [{"file": str(path), "line": None, "error": error.strerror or str(error)}]
    return [{"file": str(path), **as_json(one)} for one in found]


def _given(notice: Notice, one: Mention, beside: Mention | None) -> Iterator[Deadline]:
    """Give the deadlines that a mention is; a day before the publication is past."""
    if one.date is None or (notice.published and one.date < notice.published):
        return
    sentence, kinds, named = notice.sentence(one.place), Kinds(), False
    if one.role == "limit" or (one.role == "event" and one.moved):
        kinds, named = asked(notice, one)
    for kind in kinds:
        yield Deadline(kind, one.date, sentence, sure=one.sure and named)
    if one.role == "event" and not kinds and is_hearing(notice, one, beside):
        sure = one.sure and is_named_one(notice, one)
        yield Deadline(DeadlineKind.HEARING, one.date, sentence, sure)


def _beside(one: Mention, following: Sequence[Mention]) -> Mention | None:
    """Give the next day of the same sentence, but those of its own list or period."""
    same = takewhile(lambda other: other.place == one.place, following)
    return next((other for other in same if not other.named.joint), None)


def _without_replaced(
    mentions: Sequence[Mention], found: Sequence[tuple[Mention, Deadline]]
) -> list[Deadline]:
    """Leave the days that the notice itself gives up for later ones."""
    old = {one.date for one in mentions if one.role == "old"}
    moved: dict[DeadlineKind, date] = {
        deadline.kind: deadline.date
        for one, deadline in found
        if one.moved and deadline.kind is not DeadlineKind.HEARING
    }
    return [
        one for _, one in found if one.date not in old and one.date >= moved.get(one.kind, one.date)
    ]


def _once(found: Sequence[Deadline]) -> tuple[Deadline, ...]:
    """Give each day of a kind once, by the sentence that is sure where one is."""
    kept: dict[tuple[DeadlineKind, date], Deadline] = {}
    for one in found:
        before = kept.get((one.kind, one.date))
        if before is None or (one.sure and not before.sure):
            kept[one.kind, one.date] = one
    return tuple(kept.values())
