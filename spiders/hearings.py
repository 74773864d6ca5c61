"""Which days are the first of hearings, of a public meeting or of a sitting that is announced."""

from __future__ import annotations

import re

from spiders.cues import HEARING, HOUR, LABEL, OTHER, WHEN, WHEN_SEVERAL, says
from spiders.mentions import BEGINS_LINE, Mention, is_past
from spiders.notice import Notice

BESIDE = re.compile(r"\b(?:en marge|lors|a l'occasion|au lendemain|pendant|durant|avant|apres)\b")
LISTED = re.compile(r" ?[:–—)-](?: |$|,)")
NEAR = 3  # sentences between «Date : » and what is held on it
JUST_BEFORE, NEAR_HOUR, FEW = 120, 40, 12  # letters


def is_hearing(notice: Notice, one: Mention, beside: Mention | None) -> bool:
    """Tell whether a day is one, given the next day of its sentence."""
    if _is_by_the_way(one.before):
        return any(says(words, HEARING.heard_there) for words in notice.around(one.place, 0, 1))
    if not notice.civic or (one.named.joint == "series" and not says(one.before, HEARING.name)):
        return False
    ours = beside is None or beside.role != "event"  # else the words after are for that one
    words = f"{one.before} | {BESIDE.split(one.after)[0] if ours else ''}"
    if not one.moved and (one.done or is_past(words)):
        return False
    if any(says(near, OTHER.court) for near in notice.around(one.place, NEAR, 0)):
        return False
    if not one.named.month:  # «aujourd'hui» often tells when a thing is said
        tonight = bool(HOUR.search(one.after[:NEAR_HOUR])) and _is_named(words)
        return tonight or says(words, HEARING.deed)
    return _announces(notice, one, words)


def is_named_one(notice: Notice, one: Mention) -> bool:
    """Tell whether a hearing is named as such, and not a gathering that may be another."""
    near = NEAR if _is_when(notice, one) else 0
    words = " | ".join(notice.around(one.place, near, near))
    return _is_named(f"{one.before} | {words}") or says(words, HEARING.deed)


def _is_by_the_way(before: str) -> bool:
    """Tell «adopté à la séance du » from «une consultation aura lieu à la séance du »."""
    near = max(0, len(before) - JUST_BEFORE)
    told = HEARING.occasion.search(before, near)
    return bool(told) and not _is_held(before[: told.start()] if told else "")


def _is_held(words: str) -> bool:
    return says(words, HEARING.holding) and _is_named(words)


def _is_named(words: str) -> bool:
    return says(words, HEARING.name, HEARING.consultation)


def _announces(notice: Notice, one: Mention, words: str) -> bool:
    if _is_when(notice, one):
        return _is_named(" | ".join(notice.around(one.place, NEAR, NEAR)))
    own = says(notice.words(one.place), HEARING.own)
    if HEARING.name.match(one.after.lstrip()) or (says(words, HEARING.deed) and not own):
        return True  # "the April 14 public meeting", or what a committee will do
    start, _ = notice.spans[one.place]
    lead = notice.flat[start : one.named.start]
    held = says(f"{lead} | {words}", HEARING.holding)
    timed = _has_hour(notice, one) or bool(LABEL.match(one.before) and _is_named(one.before))
    listed = one.moved or bool(LISTED.match(one.after))
    dated = notice.published is not None
    if says(words, HEARING.name) or (held and _stands_for_one(notice, one.place, lead)):
        return held or timed or listed or dated
    if says(words, HEARING.consultation):
        return held or timed or (listed and dated)
    if own or not says(words, HEARING.gathering) or not notice.consults:
        return False
    return held or timed or listed or (dated and says(notice.words(one.place), HEARING.consults))


def _is_when(notice: Notice, one: Mention) -> bool:
    """Tell a line that gives a day and an hour, «Dates : » and days: what is held stands beside."""
    start, _ = notice.spans[one.place]
    lead = notice.flat[start : one.named.start]
    above = notice.spans[max(0, one.place - NEAR)][0]
    first = not any(above <= day.start < start for day in notice.days)
    bare = BEGINS_LINE.fullmatch(lead) and len(HOUR.sub("", one.after).strip()) < FEW
    label = WHEN.fullmatch(one.before) or (bare and first)
    return bool((label and _has_hour(notice, one)) or WHEN_SEVERAL.fullmatch(one.before))


def _stands_for_one(notice: Notice, place: int, words: str) -> bool:
    """Tell whether words hold a pronoun for the hearing that the sentence before names."""
    named = place > 0 and says(notice.words(place - 1), HEARING.name)
    return named and says(words, HEARING.pronoun)


def _has_hour(notice: Notice, one: Mention) -> bool:
    end = notice.spans[one.place][1]
    return bool(HOUR.search(one.after[:NEAR_HOUR]) or HOUR.search(notice.flat[end : end + 30]))
