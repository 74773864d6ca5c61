"""Which days are the first of hearings, of a public meeting or of a sitting that is announced."""

from __future__ import annotations

import re

from spiders import cues
from spiders.notice import Mention, Notice

NEAR = 3  # sentences between «Date : » and what is held on it


def is_hearing(notice: Notice, one: Mention, following: Mention | None) -> bool:
    """Tell whether a day is one, given the mention that follows it in its sentence."""
    if not notice.civic or cues.OCCASION.search(one.before[-120:]):
        return False
    sentence = notice.words(one.place)
    moved = bool(cues.MOVED.search(sentence))
    ours = following is None or following.role != "event"  # else the words after are for that one
    words = sentence if moved else f"{one.before} | {one.after if ours else ''}"
    if not moved and cues.PAST_EVENT.search(words):
        return False
    if one.named.joint == "series" and not cues.HEARING_NAME.search(one.before):
        return False
    if not one.named.month:  # «aujourd'hui» often tells when a thing is said
        return bool(cues.HEARING_DEED.search(words))
    return _announces(notice, one, words)


def _announces(notice: Notice, one: Mention, words: str) -> bool:
    if cues.WHEN.fullmatch(one.before) and _has_hour(notice, one):
        around = " | ".join(notice.around(one.place, NEAR, NEAR))
        return bool(cues.HEARING_NAME.search(around) or cues.CONSULTATION_NAME.search(around))
    if cues.HEARING_DEED.search(words):
        return True
    label = cues.LABEL.match(one.before) and cues.HEARING_NAME.search(one.before)
    timed = cues.HOUR.search(one.after[:40]) or label
    held = cues.HOLDING.search(words)
    if cues.HEARING_NAME.search(words):
        listed = cues.MOVED.search(words) or re.match(r" ?[:–—-] ", one.after)
        return bool(held or timed or listed or notice.published)
    return bool(cues.CONSULTATION_NAME.search(words) and (held or timed))


def _has_hour(notice: Notice, one: Mention) -> bool:
    end = notice.spans[one.place][1]
    return bool(cues.HOUR.search(one.after[:40]) or cues.HOUR.search(notice.flat[end : end + 30]))
