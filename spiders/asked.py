"""What a last day is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spiders.borrowed import borrowed
from spiders.cues import ASKED, HEARING, OTHER, ROLE, STRONG, WEAK, Cue, says
from spiders.items import DeadlineKind
from spiders.kinds import Kinds, can_be_signed, kinds_in
from spiders.mentions import Mention
from spiders.notice import Notice

NEAR = 3  # sentences
JUST_BEFORE = 120  # letters
CLAUSE = 40  # letters: longer words since the day before are a clause of their own
# What is asked for other things too: one answers a form to become a member.
FOR_ANYTHING = (DeadlineKind.BRIEF, DeadlineKind.REQUEST, DeadlineKind.ONLINE)


def asked(notice: Notice, one: Mention) -> tuple[Kinds, bool]:
    """Give the kinds that a last day is for, and whether its own sentence names them strongly."""
    sentence = notice.words(one.place)
    if _is_over(one) or _is_of_a_court(notice, one):
        return (), False
    other = says(sentence, OTHER.deed, OTHER.thing)
    for words, table in _sides(notice, one):
        strong = table is STRONG
        if kinds := kinds_in(notice, words, table) if strong or not other else ():
            kinds = kinds if strong else kinds[:1]
            return (() if strong and _is_other(notice, one, words, kinds) else kinds), strong
    if other or says(sentence, HEARING.name, HEARING.deed, HEARING.by_invitation):
        return (), False
    if can_be_signed(sentence):
        return (DeadlineKind.SIGNATURE,), True
    return borrowed(notice, one), False


def _is_over(one: Mention) -> bool:
    return not one.moved and says(one.before[-JUST_BEFORE:], ROLE.past_limit)


def _is_of_a_court(notice: Notice, one: Mention) -> bool:
    court = any(says(words, OTHER.court) for words in notice.around(one.place, 1, 0))
    return court and not says(notice.words(one.place), ASKED.general)


def _sides(notice: Notice, one: Mention) -> Iterator[tuple[str, Mapping[DeadlineKind, Cue]]]:
    """Give the words that may say what a day is for, those that say it best first."""
    heard = one.moved and says(one.before, HEARING.name)
    after = "" if heard else one.after.split("(")[0]
    start, _ = notice.spans[one.place]
    lead = notice.flat[start : one.named.start] if len(one.before) <= CLAUSE else ""
    yield from ((words, STRONG) for words in (one.before, after))
    yield from ((words, WEAK) for words in (one.before, one.after))
    yield from ((lead, table) for table in (STRONG, WEAK))


def _is_other(notice: Notice, one: Mention, words: str, kinds: Kinds) -> bool:
    """Tell whether the day is for something else: named after what is asked, or all about it."""
    last = max(match.end() for kind in kinds for match in STRONG[kind].finditer(words))
    if OTHER.deed.search(words, last):
        return True
    if kinds[0] not in FOR_ANYTHING or says(words, OTHER.always_civic):
        return False
    sentence, before = notice.words(one.place), notice.around(one.place, NEAR, 0)[:-1]
    if says(sentence, OTHER.event):
        return True
    civic = says(sentence, HEARING.civic, WEAK[DeadlineKind.REQUEST])
    if kinds == (DeadlineKind.REQUEST,):
        return not civic and not any(says(words, HEARING.civic) for words in before)
    return not civic and any(says(words, OTHER.event) for words in before)
