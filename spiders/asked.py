"""What a last day is for: a brief, a request to be heard, an answer, comments, a signature."""

from __future__ import annotations

import re
from collections.abc import Mapping

from spiders import cues
from spiders.items import DeadlineKind
from spiders.notice import Mention, Notice

NEAR = 3  # sentences: how far before its day the thing that is asked may stand
SHORT = 60  # letters: "Open until June 4, 2026." says nothing of what it is for
FOR_ANYTHING = (DeadlineKind.BRIEF, DeadlineKind.REQUEST)  # one registers for a tournament too
ANY_WAY = (DeadlineKind.ONLINE, DeadlineKind.COMMENT, DeadlineKind.BRIEF)
FAR = 2000  # letters
LONGEST_TABLE = 600  # lines
HEARD = (cues.HEARING_NAME, cues.HEARING_DEED, cues.BY_INVITATION)
Kinds = tuple[DeadlineKind, ...]


def asked(notice: Notice, one: Mention) -> tuple[Kinds, bool]:
    """Give the kinds that a last day is for, and whether its own sentence names them."""
    sentence = notice.words(one.place)
    moved = cues.MOVED.search(sentence)
    if not moved and cues.PAST_LIMIT.search(one.before[-120:]):
        return (), False
    start, _ = notice.spans[one.place]
    for words in (
        sentence if moved else one.before,
        one.after,
        notice.flat[start : one.named.start],
    ):
        if kinds := kinds_in(notice, words, cues.STRONG):
            return (() if _is_other(notice, one, words, kinds) else kinds), True
    if any(cue.search(sentence) for cue in (cues.OTHER_DEED, cues.OTHER_THING)):
        return (), False
    for words in (one.before, one.after):
        if kinds := kinds_in(notice, words, cues.WEAK)[:1]:
            return kinds, True
    if any(cue.search(sentence) for cue in HEARD):
        return (), False
    if cues.PETITION.search(sentence) and not cues.HANDED_IN.search(sentence):
        return (DeadlineKind.SIGNATURE,), True
    return _borrowed(notice, one), False


def kinds_in(notice: Notice, words: str, table: Mapping[DeadlineKind, re.Pattern[str]]) -> Kinds:
    """Give the kinds that words name, but those that they set aside («sans mémoire»)."""
    found = [kind for kind, pattern in table.items() if _names(pattern, words)]
    if not notice.petition and DeadlineKind.SIGNATURE in found:
        found.remove(DeadlineKind.SIGNATURE)
    if not notice.civic and DeadlineKind.REQUEST in found:
        found.remove(DeadlineKind.REQUEST)
    both = {DeadlineKind.ONLINE, DeadlineKind.COMMENT} <= set(found)
    if both and cues.BY_MEANS_OF.search(words):
        found.remove(DeadlineKind.COMMENT)
    return tuple(found)


def _names(pattern: re.Pattern[str], words: str) -> bool:
    return any(
        not cues.NOT_ASKED.search(words[max(0, match.start() - 40) : match.start()])
        for match in pattern.finditer(words)
    )


def _is_other(notice: Notice, one: Mention, words: str, kinds: Kinds) -> bool:
    """Tell whether the day is for something else: named after what is asked, or all about it."""
    last = max(m.end() for kind in kinds for m in cues.STRONG[kind].finditer(words))
    if cues.OTHER_DEED.search(words[last:]):
        return True
    if kinds[0] not in FOR_ANYTHING or cues.ALWAYS_CIVIC.search(words):
        return False
    sentence = notice.words(one.place)
    if cues.OTHER_EVENT.search(sentence):
        return True
    before = notice.around(one.place, NEAR, 0)[:-1]
    civic = any(cue.search(sentence) for cue in (cues.CIVIC, cues.WEAK[DeadlineKind.REQUEST]))
    if kinds == (DeadlineKind.REQUEST,):
        civic = civic or any(map(cues.CIVIC.search, before))
    return not civic and (
        kinds == (DeadlineKind.REQUEST,) or any(map(cues.OTHER_EVENT.search, before))
    )


def _borrowed(notice: Notice, one: Mention) -> Kinds:
    """Give the kinds of the sentences before, for a last day whose own sentence names none."""
    sentence = notice.words(one.place)
    if one.named.joint == "range" and re.fullmatch(r"[\W\d]*", one.before + one.after):
        return _of_the_table(notice, one)
    general, heads = cues.GENERAL.search(sentence), _heads(sentence, one)
    before = notice.around(one.place, NEAR, 0)[:-1]
    goes_on = before and before[-1].endswith(";")
    if not (general or heads or goes_on or cues.SENDING.search(sentence)):
        return ()
    for words in reversed(before):
        if cues.OTHER_DEED.search(words) or cues.OTHER_THING.search(words):
            break
        if kinds := kinds_in(notice, words, cues.STRONG):
            return kinds
        if cues.PETITION.search(words) and not cues.HANDED_IN.search(words):
            return (DeadlineKind.SIGNATURE,)
    following = notice.around(one.place, 0, 1)[1:]
    if heads and len(sentence) < SHORT and following:
        return kinds_in(notice, following[0], cues.STRONG)
    return _of_the_consultation(notice, one) if general else ()


def _heads(sentence: str, one: Mention) -> bool:
    """Tell whether a sentence gives a last day as a heading does: «Échéance : 15 mars 2026»."""
    cue = any(cue.search(sentence) for cue in (cues.LIMIT_NOUN, cues.MOVED, cues.OPEN))
    return cue or bool(cues.WHEN.match(one.before))


def _of_the_table(notice: Notice, one: Mention) -> Kinds:
    """Give what the head of a table says that the last of two columns of days is for."""
    for words in reversed(notice.around(one.place, LONGEST_TABLE, 0)[:-1]):
        if kinds := kinds_in(notice, words, cues.STRONG):
            return kinds if cues.LIMIT_NOUN.search(words) else ()
    return ()


def _of_the_consultation(notice: Notice, one: Mention) -> Kinds:
    """Give how the rest of the notice says that one takes part in a consultation that ends."""
    start, end = one.named.start, one.named.end
    around = (notice.flat[end : end + FAR], notice.flat[max(0, start - FAR) : start])
    for table in (cues.STRONG, cues.WEAK):
        for words in around:
            kinds = kinds_in(notice, words, table)
            if found := next((kind for kind in ANY_WAY if kind in kinds), None):
                return (found,)
    sentence = notice.words(one.place)
    ends = cues.OPEN.search(sentence) or cues.MOVED.search(sentence)
    return (DeadlineKind.ONLINE,) if ends else ()
