"""How a visit went, decided from what each of its addresses gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spiders.items import Issue, Outcome, PageMemory

READ = (Outcome.OK, Outcome.UNCHANGED)
TOLD = 20


@dataclass(frozen=True, slots=True)
class Answered:
    """What one address gave: OK with its memory, UNCHANGED, or CHANGED, UNREACHABLE and why."""

    outcome: Outcome
    memory: PageMemory | None = None
    issue: Issue | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a visit asked and was answered, by address.

    `asked` gives, for each address, the one whose page led there ("" for those of the errand).
    `start` is the address that the source is known by, "" when it was not asked for. `stopped`
    tells that the visit ended before everything was asked: a time limit, a block page. `usual` is
    how many items are usual, 0 if unknown. `unfilled`: too many items lack what all should have.
    """

    start: str
    asked: Mapping[str, str]
    answers: Mapping[str, Answered]
    items: int
    min_items: int
    stopped: bool = False
    usual: int = 0
    unfilled: bool = False

    @property
    def outcome(self) -> Outcome:
        """The worst that the start met; else what most addresses met; else what was read."""
        start = self.answers.get(self.start)
        if start and start.outcome not in READ:
            return start.outcome
        if not self.answers or (self.stopped and self.start and not start):
            return Outcome.UNREACHABLE
        failed = [a.outcome for a in self.answers.values() if a.outcome not in READ]
        missed = len(self.asked) - len(self.answers) if self.stopped else 0
        if (len(failed) + missed) * 2 > len(self.asked):
            counts = Counter(failed)
            changed, unreachable = counts[Outcome.CHANGED], counts[Outcome.UNREACHABLE]
            return Outcome.CHANGED if changed > unreachable else Outcome.UNREACHABLE
        return self._of_pages_read()

    def _of_pages_read(self) -> Outcome:
        read = [a.outcome for a in self.answers.values() if a.outcome in READ]
        if Outcome.OK not in read:
            return Outcome.UNCHANGED
        if self._reads_all and self.items < self.min_items:
            return Outcome.EMPTY
        if self.unfilled or self.shrunk:
            return Outcome.CHANGED
        return Outcome.OK if self.items else Outcome.UNCHANGED

    @property
    def shrunk(self) -> bool:
        """Whether the list was read, and gave less than half of what it usually gives."""
        start = self.answers.get(self.start)
        is_read = start is not None and start.outcome is Outcome.OK
        is_half = self.min_items <= self.items < self.usual / 2
        return is_read and self._reads_all and is_half

    @property
    def _reads_all(self) -> bool:
        """Whether the items can be counted: an unchanged page told its own another time."""
        return all(answer.outcome is not Outcome.UNCHANGED for answer in self.answers.values())

    @property
    def pages(self) -> tuple[PageMemory, ...]:
        """What to remember: the addresses read, but those whose page led to one that was not.

        Nothing of an empty or shrunk visit: its pages, the same again, would pass for unchanged.
        """
        if self.outcome is Outcome.EMPTY or self.shrunk:
            return ()
        good = {url for url, answer in self.answers.items() if answer.outcome in READ}
        lost = {led_by for url, led_by in self.asked.items() if url not in good}
        answers = [self.answers[url] for url in self.asked if url in good - lost]
        return tuple(answer.memory for answer in answers if answer.memory)


def shorten(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Give the first issues, and how many more there are in place of the others."""
    rest = len(issues) - TOLD
    return (*issues[:TOLD], Issue("more-issues", about=str(rest))) if rest > 0 else tuple(issues)
