"""Many texts are read by several processes: the same readings, in order; nobody stays behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import count
from pathlib import Path

import pytest

from classifiers import crew
from classifiers.crew import Crew
from classifiers.model import BATCH, Classifier, Text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")
ROOT = Path(__file__).parents[1]
MANY = BATCH * 5 + 3
CALLER = """
import os, sys
from classifiers import crew
from classifiers.model import Classifier, Text
crew.ENOUGH = 10
def texts():
    yield from [Text(f"CPE {n}") for n in range(9 * crew.BATCH)]
    print(open(f"/proc/self/task/{os.getpid()}/children").read(), flush=True)
    sys.stdin.read()
for _ in crew.Crew(Classifier.load(), 2).read(texts()): pass
"""


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def texts() -> Iterator[Text]:
    """Give many texts, of which no two are alike."""
    tales = ("Une place en CPE pour {}", "Le loyer du {} monte", "Le Canadien gagne {} à 2")
    return (Text(tales[n % 3].format(n)) for n in range(MANY))


def test_together_they_read_as_one_alone_in_the_same_order(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "ENOUGH", 10)
    alone = list(classifier.read(texts()))
    assert list(Crew(classifier, 2).read(texts())) == alone


def test_few_texts_are_read_here(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "ProcessPoolExecutor", None)
    assert len(list(Crew(classifier, 2).read([Text("CPE")]))) == 1
    assert len(list(Crew(classifier, 1).read(texts()))) == MANY
    assert list(Crew(classifier, 2).read([])) == []


def test_they_read_a_few_batches_ahead_and_no_more(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "ENOUGH", 10)
    given = count()
    reading = Crew(classifier, 2).read(Text(f"CPE {next(given)}") for _ in range(BATCH * 50))
    next(reading)
    assert next(given) == BATCH * 5
    reading.close()  # type: ignore[attr-defined]


def die(_: object) -> None:
    """End as the system ends a process that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_reader_that_dies_is_told(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "ENOUGH", 10)
    monkeypatch.setattr(crew, "_read", die)
    with pytest.raises(BrokenProcessPool):
        list(Crew(classifier, 2).read(texts()))


def test_they_leave_when_who_called_them_is_killed() -> None:
    words = [sys.executable, "-c", CALLER]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as caller:
        assert caller.stdout
        children = [os.pidfd_open(int(child)) for child in caller.stdout.readline().split()]
        caller.kill()
    assert len(children) == 2
    for child in children:
        left, _, _ = select.select([child], [], [], 30)
        os.close(child)
        assert left
