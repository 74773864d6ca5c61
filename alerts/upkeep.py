"""What the operator is told: a source has turned ill, still is, is well again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.message import Line, Message, Section
from alerts.rules import Decision, Level
from alerts.words import Words
from pipeline.clock import day_of
from pipeline.health import HEALTHY, LastNotice, Notice, State, due
from pipeline.queries import Register, SourceView, brought_since, notices_told, sources_health
from pipeline.reasons import reasons

REASONS = 3  # shown of a source


def on_sources(
    session: Session, register: Register, words: Words, now: datetime
) -> Iterator[tuple[Decision, Message]]:
    """Give the notices that are due of the sources, each once a day at most."""
    last = notices_told(session)
    for view in sources_health(session, register, now):
        told = last.get(view.id)
        if notice := due(view.health, told, now):
            message = (
                _recovery(session, view, told, words, now)
                if told and notice is Notice.RECOVERED
                else _illness(view, notice, told, words, now)
            )
            yield _decision(view, notice, now), message


def _decision(view: SourceView, notice: Notice, now: datetime) -> Decision:
    name = notice.removeprefix("source-")
    return Decision(
        key=f"{view.id}|{name}|{day_of(now)}",
        kind=notice,
        level=Level.NOTE,
        on=day_of(view.health.since or now),
        due_at=now,
        about=view,
    )


def _illness(
    view: SourceView, notice: Notice, told: LastNotice | None, words: Words, now: datetime
) -> Message:
    """Say why a source is ill and what to do, since when, and what may have been missed."""
    silent = view.health.state is State.SILENT
    title = words.say(f"{notice}-silent" if silent else notice, title=view.title)
    found = list(reasons(words.lang, view.issues, view.url))[:REASONS]
    whys = found or [words.name("outcome", view.outcome or "")]
    others = Section("", tuple(Line(why) for why in whys[1:]))
    missed = Section(words.say("notice-missed"), tuple(_missed(view, told, words, now)))
    return Message(
        title=title,
        summary=whys[0],
        sections=(others, missed) if others.lines else (missed,),
        url=view.url,
        footer=(words.say("notice-footer"),),
        lang=words.lang,
    )


def _missed(
    view: SourceView, told: LastNotice | None, words: Words, now: datetime
) -> Iterator[Line]:
    if told and told.notice is not Notice.RECOVERED:
        days = (day_of(now) - day_of(told.ill_at)).days
        yield Line(words.count("notice-told", days, day=words.day(day_of(told.ill_at))))
    if view.health.state is State.ILL and view.outcome in HEALTHY:
        yield Line(words.say("notice-partly"))
    good, new = view.health.last_good, view.new_at
    yield Line(words.say("notice-good", moment=words.moment(good) if good else "–"))
    yield Line(words.say("notice-new", moment=words.moment(new) if new else "–"))
    yield Line(words.say("notice-catch-up"))


def _recovery(
    session: Session, view: SourceView, told: LastNotice, words: Words, now: datetime
) -> Message:
    caught_up = brought_since(session, view.id, told.ill_at)
    days = max((day_of(now) - day_of(told.ill_at)).days, 1)
    return Message(
        title=words.say(Notice.RECOVERED, title=view.title),
        summary=words.count("notice-recovered", caught_up, days=words.count("days", days)),
        url=view.url,
        footer=(words.say("notice-footer"),),
        lang=words.lang,
    )
