"""What the outlets see of the store: frozen values, which outlive its sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.health import HEALTHY, Health, State
from spiders.items import Stage
from spiders.sources import Source

Register = Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme that a document carries, and why: `reason` is in French and quotes the passage."""

    id: str
    score: float
    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class BillName:
    """What a bill is called by: its number alone never tells it from another."""

    id: int
    parliament: str
    legislature: int
    session: int
    number: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class VoteView:
    """A recorded division; `day` is None when the source gives none."""

    for_: int
    against: int
    abstain: int
    day: date | None


@dataclass(frozen=True, slots=True)
class StepView:
    """A stage that a bill has reached: `stage` is None where we do not know the source's label."""

    stage: str | None
    label: str
    chamber: str
    committee: str
    days: tuple[date, ...]
    votes: tuple[VoteView, ...]
    first_seen_at: datetime

    @property
    def day(self) -> date | None:
        """The first of its days: when the bill reached it."""
        return min(self.days, default=None)


@dataclass(frozen=True, slots=True)
class PastView:
    """Something that happened to a bill; `recount.sentence` tells it.

    `day` is the source's, None if it gives none; `noticed_at` is ours.
    """

    bill: BillName
    kind: str
    day: date | None
    noticed_at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NextView:
    """A known day of a bill that is not over: what is then (`words.label`, "next"), and where.

    `about` is what is on the order that day, "" when its kind says it all.
    """

    day: date
    kind: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class DivisionView:
    """A recorded vote on a bill, with the names of who voted how; `title` is the motion."""

    number: int
    title: str
    url: str
    vote: VoteView
    for_: tuple[str, ...]
    against: tuple[str, ...]
    abstain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill: its life so far, and the themes of its own text.

    `step` is the furthest that it has reached. `changed_at` is when we last learnt something of it.
    `sponsors` are names. `history` is what happened to it, the oldest first. `ancestor` is the dead
    bill that it tables anew. `next_day` is the next known one, where it was asked for.
    """

    name: BillName
    kind: str | None
    status: str | None
    sponsors: tuple[str, ...]
    steps: tuple[StepView, ...]
    step: StepView | None
    assent_date: date | None
    chapter: str | None
    proximity: str
    themes: tuple[ThemeView, ...]
    first_seen_at: datetime
    changed_at: datetime
    died_on: date | None = None
    history: tuple[PastView, ...] = ()
    divisions: tuple[DivisionView, ...] = ()
    ancestor: BillName | None = None
    next_day: NextView | None = None

    @property
    def path(self) -> tuple[tuple[str, bool], ...]:
        """Every stage in order, and whether the bill has reached it or one that comes after it."""
        stages = list(Stage)
        reached = {step.stage for step in self.steps}
        return tuple(
            (stage.value, any(later in reached for later in stages[rank:]))
            for rank, stage in enumerate(stages)
        )


@dataclass(frozen=True, slots=True)
class NamedView:
    """Something that a document names: its sort, what it is called, the passage that names it.

    `others`: where one cannot tell, what the same words may mean as well; of a bill, the sessions
    (43-1, 43-2) that have one of this number. `title` is a bill's.
    """

    kind: str
    name: str
    passage: str
    title: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Something published. `at` is when it came out, or when we found it if it does not say.

    `bills` are those that it names, `named` all that it names; `copy_of` is the document whose
    words it repeats.
    """

    id: int
    source: str
    kind: str
    title: str
    url: str
    summary: str
    lang: str | None
    author: str
    at: datetime
    detected_at: datetime
    revised_at: datetime | None
    proximity: str
    themes: tuple[ThemeView, ...]
    bills: tuple[BillName, ...]
    story_id: int | None
    copy_of: int | None
    named: tuple[NamedView, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryView:
    """Documents that tell the same news, in the order in which they came out.

    `outlets` are the independent houses that tell it in their own words, each once. `themes` are
    those of its documents, each with its best reason.
    """

    id: int
    title: str
    url: str
    first_at: datetime
    last_at: datetime
    outlets: tuple[str, ...]
    proximity: str
    themes: tuple[ThemeView, ...]
    bills: tuple[BillName, ...]
    documents: tuple[DocumentView, ...]
    named: tuple[NamedView, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentumView:
    """A unit's attention on a day. `series` counts its stories a day, oldest first, up to `day`.

    `unit` is a theme's id, "dossier:<id>" or "bill:<id>", and then `bill` names it. `window` is in
    days. `usual` is what was expected on each day of the series, None where it was not measured.
    `p` and `q` are as in discovery.py, None where it was not weighed; `held` says why a rise was
    not told at once. `detail` is what the measure rests on (grounds.py), None where it was not
    kept.
    """

    unit: str
    bill: BillName | None
    day: date
    window: int
    state: str
    observed: int
    expected: float
    ratio: float
    surprise: float
    outlets: int
    series: tuple[int, ...]
    usual: tuple[float | None, ...] = ()
    p: float | None = None
    q: float | None = None
    held: str = ""
    version: str = ""
    detail: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert and what became of it: while `sent_at` is None, `error` says why it waits."""

    id: int
    kind: str
    level: str
    subject: str
    reason: str
    themes: tuple[str, ...]
    channel: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class IssueView:
    """Something that went wrong in a visit; `words.sentence` says it to people."""

    code: str
    url: str
    about: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """How a source is doing. `outcome` is that of its last visit, None before the first.

    `new_at` is when something in it last moved. `issues` are the troubles that stand, those that
    make it ill first: a silence is one. `wait_until` is when its host lets itself be visited again.
    `moved_to` is where it has moved for good, "" if it has not. `every` is the interval of one that
    is visited at its own pace, `next_at` its next visit.
    """

    id: str
    title: str
    url: str
    owner: str
    outcome: str | None
    visited_at: datetime | None
    items: int
    new: int
    new_at: datetime | None
    health: Health
    issues: tuple[IssueView, ...]
    wait_until: datetime | None = None
    moved_to: str = ""
    every: timedelta | None = None
    next_at: datetime | None = None

    @property
    def well(self) -> bool:
        """Whether nothing asks to look at it."""
        return not self.health.asks

    @property
    def condition(self) -> tuple[str, str]:
        """What to call how it is: a table of `words.label`, a value of it.

        The outcome of its last visit, or its state where that outcome does not tell.
        """
        if self.outcome and not self.awaited and (self.well or self.outcome not in HEALTHY):
            return "outcome", self.outcome
        return "health", self.health.state

    @property
    def awaited(self) -> bool:
        """Whether its address is still to be confirmed by a first good visit."""
        return self.health.state is State.TO_CONFIRM

    @property
    def silent(self) -> bool:
        """Whether it answers as it should, and has given nothing new for too long."""
        return self.health.state is State.SILENT

    @property
    def ill_since(self) -> datetime | None:
        """When the first of the visits that went wrong began, while it lasts."""
        return self.health.since if self.health.state is State.ILL else None


@dataclass(frozen=True, slots=True)
class CountsView:
    """What a period brought. `themes` counts the relevant documents of each, the most first.

    `relevant` are the documents that touch the mission, directly or not.
    """

    documents: int
    revisions: int
    relevant: int
    bills: int
    stories: int
    alerts: int
    visits: int
    failed_visits: int
    themes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened to a bill: it reached the stage `step`; None: it was tabled.

    `day` is when, as the source says it; `seen_at` is when we learnt it.
    """

    bill: BillView
    step: StepView | None
    day: date | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A session that ended with bills unfinished: those of them that died, nearest first.

    `day` is its last, None when nobody told it; `noticed_at` is when we learnt it.
    """

    parliament: str
    legislature: int
    session: int
    day: date | None
    noticed_at: datetime
    bills: tuple[BillView, ...]
