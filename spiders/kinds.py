"""What words ask of people: a brief, a request to be heard, an answer, comments, a signature."""

from __future__ import annotations

from collections.abc import Mapping

from spiders import cues
from spiders.cues import ASKED, Cue, says
from spiders.items import DeadlineKind
from spiders.notice import Notice

Kinds = tuple[DeadlineKind, ...]

SIDE = 40  # letters
# What strong words ask in any notice: the others are asked of public affairs alone, since one
# registers for a tournament too.
ALWAYS = (DeadlineKind.COMMENT, DeadlineKind.ONLINE, DeadlineKind.SIGNATURE)


def kinds_in(notice: Notice, words: str, table: Mapping[DeadlineKind, Cue]) -> Kinds:
    """Give the kinds that words name, but those that they set aside («sans mémoire»)."""
    found = [kind for kind, cue in table.items() if _names(cue, words)]
    if not notice.petition and DeadlineKind.SIGNATURE in found:
        found.remove(DeadlineKind.SIGNATURE)
    if table is cues.WEAK and not notice.consults and DeadlineKind.COMMENT not in found:
        found = [kind for kind in found if kind is not DeadlineKind.ONLINE]
    if not notice.civic:
        found = [kind for kind in found if table is cues.STRONG and kind in ALWAYS]
    both = {DeadlineKind.ONLINE, DeadlineKind.COMMENT} <= set(found)
    if both and says(words, ASKED.by_means_of):
        found.remove(DeadlineKind.COMMENT)
    return tuple(found)


def can_be_signed(words: str) -> bool:
    """Tell a petition that one may sign from one that was handed in, or from what it asks."""
    signing = says(words, ASKED.petition) and says(words, ASKED.signing)
    return signing and not says(words, ASKED.handed_in)


def _names(cue: Cue, words: str) -> bool:
    return any(
        not says(words[max(0, match.start() - SIDE) : match.start()], ASKED.not_asked)
        and not ASKED.given.match(words[match.end() :].lstrip())
        for match in cue.finditer(words)
    )
