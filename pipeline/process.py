"""The steps between what is fetched and what is told: tag, link, group, measure, open windows.

Each step takes up what the one before has finished, a transaction at a time: a run that is killed
is finished by the next, to the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, update

from pipeline.articles import erase_texts
from pipeline.attention import measure
from pipeline.database import Store
from pipeline.dossiers import Dossier
from pipeline.likeness import Usual
from pipeline.lives import follow
from pipeline.mentions import link
from pipeline.model import Document, Story
from pipeline.opportunities import follow_windows
from pipeline.stories import group
from pipeline.tagging import Reader, tag


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run did: documents read, linked and grouped; measures written (0: nothing was new).

    `moved`: windows of opportunity that opened, grew or closed.
    """

    tagged: int
    linked: int
    grouped: int
    measured: int
    moved: int


def _silent(_step: str, _done: int, _of: int) -> None:
    """Tell nobody."""


def run(
    store: Store,
    reader: Reader,
    owners: Mapping[str, str],
    now: datetime,
    progress: Callable[[str, int, int], None] = _silent,
    everything: bool = False,
    usual: Callable[[], Usual] = Usual,
    dossiers: Sequence[Dossier] = (),
) -> Processed:
    """Take every step; `progress` is told the step, and how many documents are done, of how many.

    `owners`: the sources whose news count, each with its owner. `usual`: which words tell little,
    for who tells the same news. `everything`: documents read by
    another version are read again, and all are linked, grouped and counted anew. `dossiers`: what
    the team follows.
    """
    if everything:
        _start_over(store)
    with store.session() as session:
        erase_texts(session, now)
        follow(session, {}, now)  # a session may end, or a day come, without any page telling it
    return Processed(
        tagged=tag(store, reader, now, progress=partial(progress, "tag"), everything=everything),
        linked=link(store, now, progress=partial(progress, "link")),
        grouped=group(store, owners, usual, progress=partial(progress, "group")),
        measured=measure(store, now, owners, dossiers),
        moved=follow_windows(store, now, dossiers),
    )


def _start_over(store: Store) -> None:
    with store.session() as session:
        session.execute(update(Document).values(day=None, story_id=None, copy_of=None))
        session.execute(delete(Story))
