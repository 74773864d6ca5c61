"""What a last day is for when its own sentence does not say it: its neighbours do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spiders.cues import ASKED, OTHER, ROLE, STRONG, WEAK, WHEN, says
from spiders.items import DeadlineKind
from spiders.kinds import Kinds, can_be_signed, kinds_in
from spiders.mentions import Mention
from spiders.notice import Notice

NEAR = 3  # sentences: how far before its day the thing that is asked may stand
SHORT = 60  # letters: "Open until June 4, 2026." says nothing of what it is for
FAR = 2000  # letters
LONGEST_TABLE = 600  # lines
ANY_WAY = (DeadlineKind.ONLINE, DeadlineKind.COMMENT, DeadlineKind.BRIEF)
LIMIT_OF = re.compile(
    rf"(?:{ROLE.limit_noun.pattern}) (?:de |du |des |d'|pour |of |for |to )(?:la |l'|the )?(\w.*)"
)


def borrowed(notice: Notice, one: Mention) -> Kinds:
    """Give the kinds that the sentences around name, if that of the day goes with them."""
    sentence = notice.words(one.place)
    if one.named.joint == "range" and re.fullmatch(r"[\W\d]*", one.before + one.after):
        return _of_the_table(notice, one)
    *before, _ = near = notice.around(one.place, NEAR, 0)
    general, heads = says(_whole(near)[-1], ASKED.general), _heads(sentence, one)
    goes_on = bool(before) and before[-1].endswith(";")
    if not (general or heads or goes_on or says(sentence, ASKED.sending)):
        return ()
    if kinds := _of_those_before(notice, _whole(before)):
        return kinds
    following = notice.around(one.place, 0, 1)[1:]
    told = notice.petition or says(" ".join(following), ASKED.sending)
    if heads and told and following and len(sentence) < SHORT:
        kinds = kinds_in(notice, following[0], STRONG)
    return kinds or (_of_the_consultation(notice, one) if general else ())


def _of_those_before(notice: Notice, before: Sequence[str]) -> Kinds:
    """Give what the nearest sentence that asks something asks; one of another thing hides it."""
    for words in reversed(before):
        if says(words, OTHER.deed, OTHER.thing):
            return ()
        kinds = kinds_in(notice, words, STRONG)
        if kinds == (DeadlineKind.SIGNATURE,) and says(words, ASKED.handed_in):
            return ()
        if kinds or can_be_signed(words):
            return kinds or (DeadlineKind.SIGNATURE,)
    return ()


def _whole(pieces: Sequence[str]) -> list[str]:
    """Put together again the sentences that a semicolon parts."""
    whole: list[str] = []
    for piece in pieces:
        if whole and whole[-1].endswith(";"):
            whole[-1] += " " + piece
        else:
            whole.append(piece)
    return whole


def _heads(sentence: str, one: Mention) -> bool:
    """Tell whether a sentence gives a last day as a heading does: «Échéance : 15 mars 2026».

    That of something named is not: «dernier jour de la session : 6 juin».
    """
    if said := LIMIT_OF.search(one.before):
        return says(said[1], ASKED.sending, ASKED.general)
    cued = says(sentence, ROLE.limit_noun, ROLE.moved, ROLE.new_date, ASKED.open)
    return cued or bool(WHEN.match(one.before))


def _of_the_table(notice: Notice, one: Mention) -> Kinds:
    """Give what the head of a table says that the last of two columns of days is for."""
    for words in reversed(notice.around(one.place, LONGEST_TABLE, 0)[:-1]):
        if kinds := kinds_in(notice, words, STRONG):
            return kinds if says(words, ROLE.limit_noun) else ()
    return ()


def _of_the_consultation(notice: Notice, one: Mention) -> Kinds:
    """Give how the rest of the notice says that one takes part in a consultation that ends."""
    start, end = one.named.start, one.named.end
    around = (notice.flat[end : end + FAR], notice.flat[max(0, start - FAR) : start])
    for table in (STRONG, WEAK):
        for words in around:
            kinds = kinds_in(notice, words, table)
            if found := next((kind for kind in ANY_WAY if kind in kinds), None):
                return (found,)
    sentence = notice.words(one.place)
    ends = says(sentence, ASKED.open, ROLE.moved) and not says(sentence, ASKED.bill)
    return (DeadlineKind.ONLINE,) if ends else ()
