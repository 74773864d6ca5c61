"""Every table, nothing else. Times are aware and in UTC; days are those of Montréal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

VIGIE = "vigie"  # the reader of a classification that is no person


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. SQLite keeps no zone: naive moments are refused going in, UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The store. Constraints have names, so that migrations can speak of them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        date: Date,
        str: Text,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON,
    }


class Document(Base):
    """An Item, stored once. `identity` tells it from every other (see identity.py).

    `content_hash` covers what the source states; when it differs the document is revised.
    `read_by` is the version of the reader that tagged it, None while unread. `day` is the day that
    it counts for, None until it is linked, grouped and counted.
    """

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    lang: Mapped[str | None]
    author: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_text: Mapped[str] = mapped_column(default="")
    detected_at: Mapped[datetime] = mapped_column(index=True)
    revised_at: Mapped[datetime | None]
    content_hash: Mapped[str]
    read_by: Mapped[str | None] = mapped_column(index=True)
    day: Mapped[date | None] = mapped_column(index=True)
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"), index=True)
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id"), index=True)
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

    sightings: Mapped[list[Sighting]] = relationship(back_populates="document")
    bill: Mapped[Bill | None] = relationship()


class Sighting(Base):
    """A document seen in a source; the same article in two feeds is one document, seen twice.

    `content_hash` covers what this source says of it, whichever source the document speaks for;
    `changed_at` is when that last moved, None if it never did.
    """

    __tablename__ = "sighting"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True, index=True)
    first_seen_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime | None]

    document: Mapped[Document] = relationship(back_populates="sightings")


class Revision(Base):
    """What a document said before it changed."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    replaced_at: Mapped[datetime]
    title: Mapped[str]
    summary: Mapped[str]


class Bill(Base):
    """A bill. Its number alone is never a key: numbers start again at each session.

    `session` is the session of origin; a reinscribed bill keeps it. `complete` tells whether its
    whole life was read from its own page, or only the line of a list. `died_on` is the day its last
    session ended without it. `ancestor_id` is the dead bill that this one tables anew.
    """

    __tablename__ = "bill"
    __table_args__ = (UniqueConstraint("parliament", "legislature", "session", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parliament: Mapped[str] = mapped_column(String(8), default="qc")
    legislature: Mapped[int]
    session: Mapped[int]
    number: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    kind: Mapped[str | None]
    status: Mapped[str | None]
    assent_date: Mapped[date | None]
    chapter: Mapped[str | None]
    url: Mapped[str] = mapped_column(default="")
    sponsors: Mapped[list[Any]] = mapped_column(default=list)
    documents: Mapped[list[Any]] = mapped_column(default=list)
    reinscribed: Mapped[list[Any]] = mapped_column(default=list)
    complete: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    died_on: Mapped[date | None]
    ancestor_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"), index=True)

    stages: Mapped[list[BillStage]] = relationship(
        back_populates="bill", order_by="BillStage.position", cascade="all, delete-orphan"
    )


class BillStage(Base):
    """A stage that a bill has reached: the source's label beside ours, the days of its sittings."""

    __tablename__ = "bill_stage"
    __table_args__ = (UniqueConstraint("bill_id", "chamber", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    position: Mapped[int]
    stage: Mapped[str | None]
    label: Mapped[str]
    chamber: Mapped[str] = mapped_column(default="")
    committee: Mapped[str] = mapped_column(default="")
    dates: Mapped[list[Any]] = mapped_column(default=list)
    votes: Mapped[list[Any]] = mapped_column(default=list)
    notes: Mapped[list[Any]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime] = mapped_column(index=True)

    bill: Mapped[Bill] = relationship(back_populates="stages")


class BillEvent(Base):
    """Something that happened to a bill, kept as it was noticed: its dated history.

    `key` tells it from the bill's other events, so that it is noted once. `day` is when it took
    place, as the source says, None if it does not. `detail` is what a sentence needs to tell it.
    """

    __tablename__ = "bill_event"
    __table_args__ = (UniqueConstraint("bill_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    key: Mapped[str]
    kind: Mapped[str]
    day: Mapped[date | None] = mapped_column(index=True)
    noticed_at: Mapped[datetime] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


class ParliamentSession(Base):
    """A session of a legislature, as the parliament's own list gives it.

    `ends` is None while it goes on.
    """

    __tablename__ = "parliament_session"

    parliament: Mapped[str] = mapped_column(String(8), primary_key=True)
    legislature: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[int] = mapped_column(primary_key=True)
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    current: Mapped[bool] = mapped_column(default=False)
    url: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime]


class Division(Base):
    """A recorded vote, with who voted how: `voters` has lists "for", "against", "abstain"."""

    __tablename__ = "division"
    __table_args__ = (UniqueConstraint("parliament", "legislature", "session", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parliament: Mapped[str] = mapped_column(String(8), default="qc")
    legislature: Mapped[int]
    session: Mapped[int]
    number: Mapped[int]
    day: Mapped[date | None] = mapped_column(index=True)
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    bill_number: Mapped[str] = mapped_column(default="", index=True)
    vote: Mapped[dict[str, Any]]
    voters: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime]


class Committee(Base):
    """A committee; `code` in small letters. `seen_at` is when its parliament last listed it."""

    __tablename__ = "committee"

    parliament: Mapped[str] = mapped_column(String(8), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Member(Base):
    """A member of a parliament; `seen_at` is when it last listed them."""

    __tablename__ = "member"

    parliament: Mapped[str] = mapped_column(String(8), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    riding: Mapped[str] = mapped_column(default="")
    party: Mapped[str] = mapped_column(default="")
    functions: Mapped[list[Any]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Mandate(Base):
    """What a committee was given or took up. `number` is that of its page.

    `bill` is the bill as its page names it; `dates` every day of the page with its sentence,
    `links` every link with its words.
    """

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    parliament: Mapped[str] = mapped_column(String(8), default="qc")
    number: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    committee: Mapped[str] = mapped_column(default="", index=True)
    bill: Mapped[dict[str, Any] | None]
    given: Mapped[date | None]
    dates: Mapped[list[Any]] = mapped_column(default=list)
    links: Mapped[list[Any]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class Sitting(Base):
    """A sitting held or announced: of the Assemblée, or of a committee where one is named.

    `bill_number` is the bill that its title names, "" if none. A sitting that the calendar no
    longer announces is `cancelled`.
    """

    __tablename__ = "sitting"
    __table_args__ = (UniqueConstraint("parliament", "day", "committee", "part", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parliament: Mapped[str] = mapped_column(String(8), default="qc")
    day: Mapped[date] = mapped_column(index=True)
    committee: Mapped[str] = mapped_column(default="")
    part: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    legislature: Mapped[int | None]
    session: Mapped[int | None]
    bill_number: Mapped[str] = mapped_column(default="", index=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    links: Mapped[list[Any]] = mapped_column(default=list)
    source: Mapped[str]
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Consultation(Base):
    """A consultation: general, special (by invitation), online; until when one can take part.

    `url` is its notice, or the page of its mandate where it has none. `deadlines` hold the sentence
    that each day came from. `noticed` tells whether its notice was read: a mandate's page does not
    overrule it. `held_by` is who asks, where that is no committee. `signatures` are a petition's.
    """

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True)
    mandate_url: Mapped[str] = mapped_column(default="", index=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    committee: Mapped[str] = mapped_column(default="")
    bill: Mapped[dict[str, Any] | None]
    opens: Mapped[date | None]
    brief_deadline: Mapped[date | None] = mapped_column(index=True)
    hearings: Mapped[list[Any]] = mapped_column(default=list)
    deadlines: Mapped[list[Any]] = mapped_column(default=list)
    links: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str | None]
    noticed: Mapped[bool] = mapped_column(default=False)
    first_seen_at: Mapped[datetime]
    parliament: Mapped[str] = mapped_column(String(8), default="qc", server_default="qc")
    held_by: Mapped[str] = mapped_column(default="", server_default="")
    signatures: Mapped[int | None]

    changes: Mapped[list[ConsultationChange]] = relationship(
        back_populates="consultation", order_by="ConsultationChange.id"
    )


class ConsultationChange(Base):
    """A day of a consultation that moved: `kind` is that of a deadline, or "hearing"."""

    __tablename__ = "consultation_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    before: Mapped[date]
    after: Mapped[date]

    consultation: Mapped[Consultation] = relationship(back_populates="changes")


class Classification(Base):
    """One reading of a document, by "vigie" (`version` says which) or by a person, by name.

    `stands`: the one that counts, of each document: the last person's, else Vigie's. `nearest` is
    the best theme that did not pass, `nearest_score` its chance. `populations` and `actors` are its
    facets: whom it is about, who acts in it, each with the words.
    """

    __tablename__ = "classification"
    __table_args__ = (UniqueConstraint("document_id", "reader"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    reader: Mapped[str]
    version: Mapped[str]
    lang: Mapped[str | None]
    proximity: Mapped[str]
    read_at: Mapped[datetime]
    stands: Mapped[bool] = mapped_column(default=True, server_default=true())
    nearest: Mapped[str | None]
    nearest_score: Mapped[float | None] = mapped_column(Float)
    populations: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    actors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    tags: Mapped[list[Tag]] = relationship(
        back_populates="classification", cascade="all, delete-orphan"
    )


class Tag(Base):
    """A theme in a classification. `origin` is rule, model or person.

    `start` and `end` point into title, newline, text.
    """

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    classification_id: Mapped[int] = mapped_column(ForeignKey("classification.id"), index=True)
    theme: Mapped[str] = mapped_column(index=True)
    score: Mapped[float] = mapped_column(Float)
    origin: Mapped[str]
    reason: Mapped[str]
    start: Mapped[int | None]
    end: Mapped[int | None]

    classification: Mapped[Classification] = relationship(back_populates="tags")


class Mention(Base):
    """A bill that a document names, with the words that name it."""

    __tablename__ = "mention"
    __table_args__ = (UniqueConstraint("document_id", "bill_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), index=True)
    passage: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]


class Review(Base):
    """A person's reading of a document: it outranks Vigie's, and both are kept.

    `themes` and `proximity` are what the person says. `drawn` tells why it was shown: "asked", or
    "uncertain" (the model hesitated), or "sample" (drawn at random among what was set aside).
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("document_id", "reviewer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    reviewer: Mapped[str]
    proximity: Mapped[str]
    themes: Mapped[list[Any]]
    drawn: Mapped[str] = mapped_column(default="asked")
    note: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime] = mapped_column(index=True)


class Term(Base):
    """A word or pair of words that rises among the documents without theme.

    `term` is its comparable form, `shown` the words as printed. `recent` documents of the last
    weeks hold it, `before` of the earlier ones; `surprise` is their log-likelihood ratio,
    `nearness` how much nearer to a theme its documents come than others do. `examples` are
    documents. `verdict` is "watch", "ignore", or None while nobody has said.
    """

    __tablename__ = "term"

    term: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[str]
    recent: Mapped[int]
    before: Mapped[int]
    surprise: Mapped[float] = mapped_column(Float)
    nearness: Mapped[float] = mapped_column(Float)
    examples: Mapped[list[Any]] = mapped_column(default=list)
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    verdict: Mapped[str | None]
    said_by: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime | None]


class Naming(Base):
    """A committee, a person, a ministry or a partner that a document names, with the words.

    `kind` says which; `target` is its code, number or id. `others` are the targets that the same
    words may mean as well: an ambiguity is kept as such.
    """

    __tablename__ = "naming"
    __table_args__ = (UniqueConstraint("document_id", "kind", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    kind: Mapped[str]
    target: Mapped[str] = mapped_column(index=True)
    others: Mapped[list[Any]] = mapped_column(default=list)
    passage: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]


class Article(Base):
    """The page behind a document, read for analysis; `text` is erased after `erase_on`.

    `published_from` says where its date comes from. `canonical_url` is the address that the page
    gives itself. `trouble` is the code of why it could not be read, "" if it was.
    """

    __tablename__ = "article"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    canonical_url: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str | None]
    lang: Mapped[str | None]
    author: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    published_from: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime] = mapped_column(index=True)
    erase_on: Mapped[date | None] = mapped_column(index=True)
    trouble: Mapped[str] = mapped_column(default="")


class Trait(Base):
    """A rare word or a run of words of a document, hashed: who shares several may tell the same.

    Traits older than the reach of a story are forgotten: the table does not grow with the archive.
    """

    __tablename__ = "trait"
    __table_args__ = (Index("ix_trait_day", "day"),)

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    day: Mapped[date]


class Story(Base):
    """Documents that tell the same news; `first_at` is when the first of them came out."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime] = mapped_column(index=True)


class Momentum(Base):
    """What was observed of a theme, bill or dossier on a day, against what was expected.

    `unit` is a theme id, "bill:<id>" or "dossier:<id>". `surprise` is −log10 of the chance of so
    much or more. `closed`: the day was over when it was measured; what was said of it stands.
    `blind`: what came out that day was not read. `p` and `q` are as in discovery.py, None where it
    was not weighed. `held` is "cap" where a rise was not told at once because others were. `detail`
    is what the measure rests on; of a day measured before 2026-11-20 it is None.
    """

    __tablename__ = "momentum"
    __table_args__ = (UniqueConstraint("unit", "day"), Index("ix_momentum_day", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str]
    day: Mapped[date]
    window: Mapped[int]
    observed: Mapped[int]
    expected: Mapped[float] = mapped_column(Float)
    ratio: Mapped[float] = mapped_column(Float)
    surprise: Mapped[float] = mapped_column(Float)
    outlets: Mapped[int]
    state: Mapped[str]
    closed: Mapped[bool] = mapped_column(default=True)
    blind: Mapped[bool] = mapped_column(default=False, server_default=false())
    p: Mapped[float | None] = mapped_column(Float)
    q: Mapped[float | None] = mapped_column(Float)
    held: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[str]
    detail: Mapped[dict[str, Any] | None]


class Opportunity(Base):
    """A window of opportunity ("window" is a word of SQL): causes that met on one subject.

    `unit` is a theme's id, "bill:<id>" or "consultation:<id>". `causes` are those that it ever had,
    with what is last known of each and whether it still `holds`. `fate` and `fate_cause` are what
    the team made of it; `fated_by` is "" until a person said so.
    """

    __tablename__ = "opportunity"
    __table_args__ = (
        # Two processes that look at the same moment open one window, not two.
        Index(
            "uq_opportunity_open",
            "unit",
            unique=True,
            sqlite_where=text("closed_at is null"),
            postgresql_where=text("closed_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(index=True)
    themes: Mapped[list[Any]] = mapped_column(default=list)
    level: Mapped[str]
    causes: Mapped[list[Any]] = mapped_column(default=list)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    ending: Mapped[str | None]
    fate: Mapped[str | None]
    fate_cause: Mapped[str | None]
    fated_by: Mapped[str] = mapped_column(default="")

    steps: Mapped[list[OpportunityStep]] = relationship(
        back_populates="opportunity", order_by="OpportunityStep.id"
    )


class OpportunityStep(Base):
    """Something that happened to a window: it opened, grew, escalated, closed; each once.

    `causes` are the keys of those that were new.
    """

    __tablename__ = "opportunity_step"
    __table_args__ = (UniqueConstraint("opportunity_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    key: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]
    causes: Mapped[list[Any]] = mapped_column(default=list)
    noticed_at: Mapped[datetime] = mapped_column(index=True)

    opportunity: Mapped[Opportunity] = relationship(back_populates="steps")


class OpenMention(Base):
    """A document that names a bill which is not in the store, or only in an earlier session.

    It is looked at again when a bill newer than `newest_bill` comes in, until `until`: a bill is
    often named before its page is read.
    """

    __tablename__ = "open_mention"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    newest_bill: Mapped[int]
    until: Mapped[datetime]


class UnitDay(Base):
    """What was published about a unit on a day; `unit` is as in Momentum.

    Counted when a document of that day comes in, so that no measure counts the archive again.
    `sources` are the items of each source.
    """

    __tablename__ = "unit_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    items: Mapped[int]
    stories: Mapped[int]
    outlets: Mapped[int]
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Alert(Base):
    """That something deserved attention: why, to whom, when; and what became of the message.

    `key` is (object, cause, state): the same is never told twice on a channel. `claimed_at` is set
    and committed before a send; a claimed row without `sent_at` is in doubt and is looked for at
    the other end before it is sent again. `receipt` is what the medium answered (a Slack ts, a
    file name).
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("key", "channel"), Index("ix_alert_unsent", "sent_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    kind: Mapped[str]
    level: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str]
    themes: Mapped[list[Any]] = mapped_column(default=list)
    channel: Mapped[str]
    message: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    receipt: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")


class Digest(Base):
    """One week's letter, as composed and sent to one address. `week` is its Monday."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("week", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[date]
    recipient: Mapped[str]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    message_id: Mapped[str]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    receipt: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")


class Page(Base):
    """What an address of a source answered last: validators, and a fingerprint of what is read."""

    __tablename__ = "page"

    source: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime]


class Visit(Base):
    """One visit to one source: outcome, counts, issues.

    `wait_until` is before when the source asked not to be visited again.
    """

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_source_started_at", "source", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str]
    items: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    requests: Mapped[int]
    issues: Mapped[list[Any]] = mapped_column(default=list)
    wait_until: Mapped[datetime | None]


class SourceState(Base):
    """What was learnt of a source: where it has moved for good, when to visit it next.

    `address` is "" while it is where the register says. `every` is the interval in seconds that its
    rhythm asks for. `confirmed_at` is its first good visit.
    """

    __tablename__ = "source_state"

    source: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime | None]
    every: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]


class Slot(Base):
    """A moment at which a job was due, claimed once whoever claims it."""

    __tablename__ = "slot"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    claimed_by: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    exit_code: Mapped[int | None]
