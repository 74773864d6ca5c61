"""The hand-over: what spiders give. Plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a published thing is, by the house that publishes it."""

    BILL = "bill"
    CONSULTATION = "consultation"
    MANDATE = "mandate"
    PETITION = "petition"
    REGULATION = "regulation"
    RELEASE = "release"
    NEWS = "news"
    OTHER = "other"


class Stage(StrEnum):
    """A stage of a bill, in the order of the Assemblée; "second reading" is Ottawa's word."""

    INTRODUCTION = "introduction"
    CONSULTATION = "consultation"
    PASSAGE_IN_PRINCIPLE = "passage-in-principle"
    COMMITTEE = "committee"
    REPORT = "report"
    PASSAGE = "passage"
    ASSENT = "assent"


class BillKind(StrEnum):
    """Who may table a bill of this sort."""

    GOVERNMENT = "government"
    PRIVATE_MEMBER = "private-member"
    PRIVATE = "private"


class BillStatus(StrEnum):
    """Where the life of a bill stands. DIED: its session or legislature ended first."""

    IN_PROGRESS = "in-progress"
    ASSENTED = "assented"
    DEFEATED = "defeated"
    WITHDRAWN = "withdrawn"
    DIED = "died"


class Outcome(StrEnum):
    """How a visit went. Only OK and UNCHANGED are healthy.

    OK: read, with at least the items that the register expects. UNCHANGED: the source says, or
    its content shows, that nothing moved since the last visit. EMPTY: it answered as it should,
    with fewer items than expected. CHANGED: it answered something that its reader does not
    recognise (another page, a block page, a truncated body). UNREACHABLE: no usable answer
    (error status, refused, timeout, forbidden by robots.txt).
    """

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"


class DeadlineKind(StrEnum):
    """What a day is for.

    BRIEF: to give a brief. REQUEST: to ask to be heard. HEARING: the first day of hearings.
    ONLINE: to answer a questionnaire or a consultation site. COMMENT: to comment in writing.
    SIGNATURE: to sign a petition.
    """

    BRIEF = "brief"
    REQUEST = "request"
    HEARING = "hearing"
    ONLINE = "online"
    COMMENT = "comment"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day that a text gives to take part: its kind, and the sentence that says so.

    `sure` is False where somebody should look: a year or a delay that the text does not print, a
    kind that it barely names.
    """

    kind: DeadlineKind
    date: date
    sentence: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A document that a page links to: a title as printed, an absolute address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone named by a source. `id` is the number that ends the slug of their page."""

    name: str
    id: str
    role: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """A recorded division. `paired` members, in Ottawa, agreed not to vote."""

    for_: int
    against: int
    abstain: int
    date: date | None = None
    paired: int = 0


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A stage that a bill has reached: the source's label beside ours (None when unknown).

    `dates` are the days of its sittings or meetings, in order. `chamber` is "" in Québec,
    "commons" or "senate" in Ottawa. `notes` are what the source prints beside a sitting.
    """

    stage: Stage | None
    label: str
    dates: tuple[date, ...] = ()
    votes: tuple[Vote, ...] = ()
    chamber: str = ""
    committee: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reinscription:
    """A bill carried over to a later session, on a day."""

    legislature: int
    session: int
    date: date | None = None


@dataclass(frozen=True, slots=True)
class BillFacts:
    """A bill as a source states it.

    Its key is (parliament, legislature, session of origin, number). `parliament` is "qc" or
    "ca". `number` is printed as the house prints it ("94", "C-35"). `complete` is False for a
    source that lists bills without telling their whole life (the open-data file): its silence
    about stages or sponsors says nothing.
    """

    legislature: int
    session: int
    number: str
    title: str
    kind: BillKind | None = None
    sponsors: tuple[Person, ...] = ()
    stages: tuple[StageFacts, ...] = ()
    status: BillStatus | None = None
    assent_date: date | None = None
    chapter: str | None = None
    url: str = ""
    documents: tuple[Link, ...] = ()
    reinscribed: tuple[Reinscription, ...] = ()
    parliament: str = "qc"
    complete: bool = True


class ConsultationKind(StrEnum):
    """How the public takes part.

    GENERAL: whoever wishes. SPECIAL: by invitation of a committee. ONLINE: a questionnaire or a
    site. REGULATION: comments on a draft. PRE_BUDGET: what the Minister of Finance asks each year.
    PETITION: a signature.
    """

    GENERAL = "general"
    SPECIAL = "special"
    ONLINE = "online"
    REGULATION = "regulation"
    PRE_BUDGET = "pre-budget"
    PETITION = "petition"


class ConsultationStatus(StrEnum):
    """OPEN until the last day that its page gives is over."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class BillRef:
    """A bill as a page names it: often by its number alone, which is no key."""

    number: str
    legislature: int | None = None
    session: int | None = None


@dataclass(frozen=True, slots=True)
class DatedSentence:
    """A day that a page prints, with the sentence in which it stands."""

    date: date
    sentence: str


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """A consultation as its page, or the page of its mandate, states it.

    `opens` is the day of the mandate. `hearings` are the days that the page gives for them, in
    order. `status` is None when the page gives no day. `complete` is False where it is only named.
    `held_by` is who asks, where that is no committee: a ministry, a department.
    """

    title: str
    url: str
    kind: ConsultationKind
    committee: str = ""
    bill: BillRef | None = None
    mandate_url: str = ""
    opens: date | None = None
    brief_deadline: date | None = None
    hearings: tuple[date, ...] = ()
    status: ConsultationStatus | None = None
    deadlines: tuple[Deadline, ...] = ()
    links: tuple[Link, ...] = ()
    complete: bool = True
    held_by: str = ""
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """What a committee was given or took up; `consultation` when the public is heard in it.

    `id` is the number of its page. Of the page, read without knowing its shape: every day with its
    sentence, every link with its words.
    """

    id: str
    title: str
    url: str
    committee: str = ""
    bill: BillRef | None = None
    given: date | None = None
    consultation: ConsultationFacts | None = None
    dates: tuple[DatedSentence, ...] = ()
    links: tuple[Link, ...] = ()
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """A sitting held or announced: of the Assemblée, or of a committee where one is named.

    `part` is when in the day, in the source's words.
    """

    date: date
    title: str
    committee: str = ""
    part: str = ""
    legislature: int | None = None
    session: int | None = None
    cancelled: bool = False
    links: tuple[Link, ...] = ()
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """A week of the calendar, and how many activities are planned in it: none in a recess."""

    starts: date
    ends: date
    activities: int


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session of a legislature; `ends` is None while it goes on."""

    legislature: int
    session: int
    starts: date | None
    ends: date | None
    current: bool
    url: str
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class PetitionFacts:
    """A petition: until when it can be signed, and how many did. `open` is None if not told."""

    id: str
    title: str
    url: str
    sponsor: str = ""
    opens: date | None = None
    deadline: date | None = None
    signatures: int | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member of the Assemblée. `id` ends the slug of the page; `functions` are as printed."""

    id: str
    name: str
    riding: str
    party: str = ""
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """A committee; `code` is that of its address, in small letters."""

    code: str
    name: str
    url: str
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class Voter:
    """A member in a division. `id` is the number of their page; `riding` tells namesakes apart."""

    name: str
    id: str = ""
    party: str = ""
    riding: str = ""


@dataclass(frozen=True, slots=True)
class DivisionFacts:
    """A recorded vote, with the names. Its number starts again at each session.

    `title` is the motion as printed. `vote` holds the counts that the page prints; `for_`,
    `against` and `abstain` are the members that it names, in its order.
    """

    legislature: int
    session: int
    number: int
    title: str
    url: str
    vote: Vote
    bill: BillRef | None = None
    for_: tuple[Voter, ...] = ()
    against: tuple[Voter, ...] = ()
    abstain: tuple[Voter, ...] = ()
    parliament: str = "qc"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A document laid before the Assemblée. `number` is that of its tabling, as printed."""

    title: str
    url: str
    number: str = ""
    date: date | None = None
    tabled_by: str = ""


# Why the page of an article will not be read another day either.
LASTING = (
    "no-article",
    "not-found",
    "forbidden",
    "client-error",
    "robots",
    "redirects",
    "empty-body",
    "truncated",
    "too-large",
    "bad-address",
    "reader-error",
)


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What the page behind a document says, for analysis alone; the item's `url` is its address.

    `published_from` says where its date comes from, "" if it states none. `trouble` is the code of
    why there is no text: one of LASTING, or another that may pass.
    """

    text: str = ""
    canonical_url: str = ""
    lang: str | None = None
    author: str = ""
    published_at: datetime | None = None
    published_from: str = ""
    trouble: str = ""


Facts = (
    BillFacts
    | ConsultationFacts
    | MandateFacts
    | SittingFacts
    | WeekFacts
    | SessionFacts
    | PetitionFacts
    | MemberFacts
    | CommitteeFacts
    | DivisionFacts
    | PaperFacts
    | ArticleFacts
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing published, as stated by its source.

    `key` is what the source itself uses to tell its things apart (a guid, a bill's key), "" if
    nothing. `published_at` is aware, in UTC; None when the source gives no date that can be read,
    in which case `published_text` still holds its words. `summary` is plain text.
    """

    source: str
    kind: Kind
    url: str
    title: str
    key: str = ""
    published_at: datetime | None = None
    published_text: str = ""
    summary: str = ""
    lang: str | None = None
    author: str = ""
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that went wrong in a visit.

    `code` names a sentence of `pipeline/words.py`; `about` fills it.
    """

    code: str
    url: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class PageMemory:
    """What an address answered last time.

    Its validators, and the fingerprint of what its reader looks at.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """How one visit to one source went.

    `pages` is what to remember of the addresses that were read. `wait_until` is before when the
    source asked not to be visited again, None if it did not ask.
    """

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    items: int = 0
    requests: int = 0
    issues: tuple[Issue, ...] = ()
    pages: tuple[PageMemory, ...] = ()
    wait_until: datetime | None = None


def as_json(value: Any) -> Any:
    """Give any value of this module as JSON types: snake case names, ISO dates, `for_` as `for`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name.rstrip("_"): as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [as_json(one) for one in value]
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    return value
