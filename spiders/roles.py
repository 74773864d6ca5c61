"""What a day is in its sentence: the last one of something, that of an event, an old one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from spiders import cues
from spiders.mentions import Mention, is_past
from spiders.notice import Notice

SLACK = 2  # letters of its day that the words of a move may take
FAR = 200  # letters


def with_roles(notice: Notice, mentions: Iterator[Mention]) -> list[Mention]:
    """Give each mention its role, sentence by sentence."""
    groups = groupby(mentions, key=lambda one: one.place)
    return [one for place, group in groups for one in _settled(notice, place, list(group))]


def _settled(notice: Notice, place: int, group: Sequence[Mention]) -> Iterator[Mention]:
    """Give the mentions of a sentence their roles: where a day moves, those before it are old."""
    start, _ = notice.spans[place]
    sentence = notice.words(place)
    moves = deque(start + end for end in _moves(sentence))
    old: int | None = None
    called_off = not moves and cues.ROLE.called_off.search(sentence)
    for one in group:
        day = one.named.start
        if moves and moves[0] > day + SLACK:
            yield replace(one, role="old")
        elif moves:  # a day that moves is told by all the words since the sentence began
            moves.popleft()
            moved = replace(one, before=notice.flat[start:day], moved=True)
            yield replace(moved, role=_role(moved) or "event")
            start = one.named.end
        else:
            if old is not None:
                one = replace(one, before=notice.flat[old:day])
            role = _role(one)
            old = max(start, day - len(one.before)) if role == "old" else None
            off = called_off and (role == "event" or called_off.start() > day - start)
            yield replace(one, role="old" if off else role)


def _moves(sentence: str) -> list[int]:
    """Give where the words that move a day end; those that only announce a new one count alone."""
    found = cues.ROLE.moved.finditer(sentence)
    return [move.end() for move in found] or [
        move.end() for move in cues.ROLE.new_date.finditer(sentence)
    ][:1]


def _role(one: Mention) -> str:
    before = one.before[-FAR:]
    if cues.OLD.search(before):
        return "old"
    if cues.AFTER_PAST.search(one.after):
        return ""
    if one.opens:
        return "event"
    if cues.BEFORE_A_LIMIT.search(before) or cues.AFTER_A_LIMIT.search(one.after):
        return "limit"
    if cues.ROLE.limit_noun.search(before) and not cues.ROLE.beginning.search(before[-40:]):
        return "limit"
    if one.named.joint == "range":
        return "" if is_past(before) else "limit"
    if _is_told(before):
        return ""
    return "limit" if one.named.again or _is_labelled(before) else "event"


def _is_told(before: str) -> bool:
    """Tell «le règlement adopté le » from «les avis déposés seront lus à l'audience du »."""
    told = cues.TOLD.search(before)
    return bool(told and not cues.AHEAD.search(before, told.end(1)))


def _is_labelled(before: str) -> bool:
    """Tell «Dépôt des mémoires : » from «Début des auditions : »."""
    return bool(
        cues.LABEL.match(before)
        and not cues.WHEN.fullmatch(before)
        and cues.ROLE.labelled.search(before)
        and any(pattern.search(before) for pattern in cues.STRONG.values())
        and not cues.ROLE.beginning.search(before)
    )
