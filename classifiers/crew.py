"""Many texts read by several processes side by side: the same readings, in the same order."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process

from classifiers.model import BATCH, Classification, Classifier, Text

ENOUGH = 2000  # texts for which it is worth while to call others
_reader: Classifier  # in a process that was called: what it reads with


@dataclass(frozen=True)
class Crew:
    """A classifier, and how many processes may read with it when the texts are many.

    They are forked, so the model is loaded once. Where a fork is not safe (another system than
    Linux, a process that has threads) one reads alone.
    """

    reader: Classifier
    hands: int

    @classmethod
    def of(cls, reader: Classifier) -> Crew:
        """Give a reader as many hands as this process may use processors."""
        many = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
        return cls(reader, many)

    @property
    def version(self) -> str:
        """Name the state of the reader."""
        return self.reader.version

    def read(self, texts: Iterable[Text]) -> Iterator[Classification]:
        """Read texts as they come, in their order, a few batches ahead of what is asked for."""
        remaining = iter(texts)
        first = list(islice(remaining, ENOUGH))
        alone = self.hands < 2 or len(first) < ENOUGH or threading.active_count() > 1
        read = self.reader.read if alone else self._read_together
        yield from read(chain(first, remaining))

    def _read_together(self, texts: Iterator[Text]) -> Iterator[Classification]:
        gc.freeze()  # what no process will change stays shared by all
        with ProcessPoolExecutor(
            self.hands, get_context("fork"), initializer=_come, initargs=(self.reader,)
        ) as pool:
            batches = iter(lambda: list(islice(texts, BATCH)), [])
            asked: deque[Future[list[Classification]]] = deque()
            for batch in batches:
                asked.append(pool.submit(_read, batch))
                if len(asked) > 2 * self.hands:
                    yield from asked.popleft().result()
            for one in asked:
                yield from one.result()


def _come(reader: Classifier) -> None:
    global _reader
    _reader = reader
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """End with the process that called: when it is killed it tells nobody."""
    if parent := parent_process():
        parent.join()
    os._exit(1)


def _read(texts: Sequence[Text]) -> list[Classification]:
    return list(_reader.read(texts))
